"""The slabs of figures that a scale measures: how much lies in each bracket, and what is due."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyrules.evaluation.result import Evaluation, RuleResults
from policyrules.evaluation.terms import TermEvaluator
from policyrules.ir.nodes import (
    Count,
    Distinct,
    Expression,
    ListExtreme,
    Marginal,
    Quantifier,
    Sum,
    SumOfLargest,
)
from policyrules.ir.ruleset import CheckedRuleset, Group, Value
from policyrules.ir.traverse import children, expressions_of
from policyrules.ir.types import Kind
from policyrules.values.scale import Scale, Slab

Slabs = tuple[tuple[Slab, ...], ...]


_Generator = Quantifier | Count | Sum | ListExtreme | SumOfLargest | Distinct


def slabs_of_value(terms: TermEvaluator, results: RuleResults, value: Value) -> Slabs:
    """Return the slabs of each figure that the expression of a value measures by a scale.

    There are none where a fact states the value, or where its exceptions are open.
    """
    if not _has_scale(terms.dated.ruleset):
        return ()
    if value.input_fact is not None and value.input_fact in results.situation.known:
        return ()
    guards = [results.exception_guards[exception.id].truth for exception in value.exceptions]
    if None in guards:
        return ()
    applied = [
        exception.expression
        for exception, guard in zip(value.exceptions, guards, strict=True)
        if guard
    ]
    return tuple(
        slabs
        for expression in applied or [value.expression]
        for node in _marginals(expression)
        if (slabs := _slabs(terms, node))
    )


def slabs_by_scale(evaluation: Evaluation) -> Mapping[str, Slabs]:
    """Return the slabs of the figures that the amounts and the conditions measure, by scale."""
    ruleset = evaluation.dated.ruleset
    if not _has_scale(ruleset):
        return {}
    read: list[Expression] = []
    if evaluation.eligible.truth is not False:
        read += [amount.expression for amount in ruleset.outcome.amounts.values()]
    for condition in ruleset.conditions.values():
        if not isinstance(condition.test, Group):
            read += expressions_of(condition)
    result: dict[str, Slabs] = {}
    for node in dict.fromkeys(node for expression in read for node in _marginals(expression)):
        if slabs := _slabs(evaluation.terms, node):
            result[node.scale.name] = (*result.get(node.scale.name, ()), slabs)
    return result


def _has_scale(ruleset: CheckedRuleset) -> bool:
    """Return whether a ruleset declares a scale: most declare none, and need no walk."""
    return any(parameter.type.kind is Kind.SCALE for parameter in ruleset.parameters.values())


def _slabs(terms: TermEvaluator, node: Marginal) -> tuple[Slab, ...]:
    """Return the slabs of a known figure."""
    scale, figure = terms.term(node.scale).figures, terms.term(node.income).point()
    return tuple(scale.slabs(figure)) if isinstance(scale, Scale) and figure is not None else ()


def _marginals(node: object) -> Iterator[Marginal]:
    """Yield each use of a scale outside generators, which read other items."""
    if isinstance(node, Marginal):
        yield node
    if isinstance(node, Expression) and not isinstance(node, _Generator):
        for child in children(node):
            yield from _marginals(child)
