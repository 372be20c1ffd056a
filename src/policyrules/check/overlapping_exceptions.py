"""Report two exceptions of a rule that apply to the same case and give different results.

A case is searched among the thresholds of the facts that both read, the ends of their ranges and
their words. Every case that the search returns is a real overlap, but it may miss one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from typing import Final

import attrs

from policyrules.check.contradictions import constant_truth
from policyrules.check.lints import constant_figure, validity_segments
from policyrules.check.state import CheckState
from policyrules.evaluation.dated import DatedRuleset, StatedRows
from policyrules.evaluation.display_values import display_value
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.evaluation.situation import Item, KnownFact, Situation, known_value
from policyrules.evaluation.terms import are_disjoint
from policyrules.ir.nodes import And, Expression, FactRef, ListRef, ParameterRef
from policyrules.ir.ruleset import (
    CheckedRuleset,
    Condition,
    Constraint,
    Fact,
    ItemRules,
    Rounding,
    RuleException,
    Value,
)
from policyrules.ir.traverse import dependencies, fact_dependencies
from policyrules.ir.types import Kind, Type
from policyrules.values.calendar import first_day, last_day, truncate
from policyrules.values.exact import Exact, normalize
from policyrules.values.possible import Interval, PeriodSet, Possible, rounded

MAX_STEPS: Final = 400
"""The maximum number of partial cases that are tried for a pair of exceptions on one day."""

MAX_PAIRS: Final = 1_000
"""The maximum number of pairs of exceptions of a ruleset that are searched."""

Rule = Value | Condition


@attrs.frozen
class Overlap:
    """A case to which two exceptions apply: its known facts, and the result of each exception."""

    known: Mapping[str, KnownFact]
    results: tuple[Possible, Possible]


def report_overlapping_exceptions(state: CheckState, ruleset: CheckedRuleset) -> None:
    """Report pairs of exceptions that apply to one case with different results, and the case."""
    pairs = list(pairs_of_exceptions(ruleset))[:MAX_PAIRS]
    if not pairs:
        return
    segments = list(validity_segments(ruleset))
    for rule, block, first, second in pairs:
        for segment in segments:
            overlap = OverlapSearch(segment, block, rule, (first, second)).find()
            if overlap is not None:
                _report(state, ruleset, rule, (first, second), overlap)
                break


def pairs_of_exceptions(
    ruleset: CheckedRuleset,
) -> Iterator[tuple[Rule, ItemRules | None, RuleException, RuleException]]:
    """Yield every pair of exceptions of a rule that may differ, with the rule and its block.

    Exceptions with equal expressions never differ, and of exceptions in order only one applies.
    """
    scopes: list[tuple[ItemRules | None, ItemRules | CheckedRuleset]] = [(None, ruleset)]
    # An entry of a list of figures has no facts to search.
    scopes += [(block, block) for name, block in ruleset.item_rules.items() if "." not in name]
    for block, rules in scopes:
        declared: list[Rule] = [*rules.values.values(), *rules.conditions.values()]
        for rule in declared:
            if rule.is_ordered:
                continue
            for first, second in combinations(rule.exceptions, 2):
                if first.expression != second.expression:
                    yield rule, block, first, second


class OverlapSearch:
    """A search for a case to which two exceptions apply, which fixes one fact after another."""

    def __init__(
        self,
        segment: DatedRuleset,
        block: ItemRules | None,
        rule: Rule,
        exceptions: tuple[RuleException, RuleException],
    ) -> None:
        self.dated = segment
        self.ruleset: CheckedRuleset = segment.ruleset
        self.block = block
        self.rounding: Rounding | None = rule.rounding if isinstance(rule, Value) else None
        self.exceptions = exceptions
        self.steps: int = 0
        self.expressions: list[Expression] = [
            *(exception.when for exception in self.exceptions),
            *(exception.expression for exception in self.exceptions),
        ]
        self.constraints: list[Constraint] = []

    def find(self) -> Overlap | None:
        """Return such a case, or None if the search finds none."""
        if self._exclude_each_other():
            return None
        facts = self._facts()
        if facts is None:
            return None
        return self._complete({}, [(fact, self._figures(fact, facts)) for fact in facts])

    def _exclude_each_other(self) -> bool:
        evaluator = self._evaluator({})
        guards = And(tuple(exception.when for exception in self.exceptions))
        truth = constant_truth(
            guards,
            lambda atom: evaluator.test(atom).truth,
            lambda term: constant_figure(evaluator, term),
        )
        return truth is False

    def _facts(self) -> list[Fact] | None:
        """Return the facts to fix, those of the guards first; None if a list is read."""
        stated = {value.input_fact for value in self.ruleset.all_values.values()}
        names: dict[str, None] = {}
        for expression in self.expressions:
            for read in dependencies(self.ruleset, expression, through_inputs=False):
                if isinstance(read, ListRef):
                    return None
                if isinstance(read, FactRef):
                    names[read.name] = None
        scopes = {""} if self.block is None else {"", self.block.list}
        for constraint in self.ruleset.constraints:
            constrained = self._facts_read_by(constraint)
            # A constraint over a list is left out: some list satisfies it with any other facts.
            if constrained and constraint.list in scopes and names.keys() & constrained.keys():
                self.constraints.append(constraint)
                names.update(constrained)
        facts = [self.ruleset.facts[name] for name in names if name in self.ruleset.facts]
        if len(facts) < len(names) or any(fact.type.kind is Kind.LIST for fact in facts):
            return None
        return [fact for fact in facts if fact.name not in stated]

    def _facts_read_by(self, constraint: Constraint) -> dict[str, None]:
        """Return the facts of a constraint; empty if one is a list, or not read by the ruleset."""
        names = fact_dependencies(self.ruleset, constraint.test)
        facts = [self.ruleset.facts.get(name) for name in names]
        if any(fact is None or fact.type.kind is Kind.LIST for fact in facts):
            return {}
        return dict.fromkeys(names)

    def _complete(
        self,
        known: Mapping[str, KnownFact],
        facts: Sequence[tuple[Fact, Sequence[KnownFact]]],
    ) -> Overlap | None:
        """Return an overlap that extends the known facts by some of `facts`, or None."""
        self.steps += 1
        if self.steps > MAX_STEPS:
            return None
        evaluator = self._evaluator(known)
        guards = [evaluator.exception_guard(exception).truth for exception in self.exceptions]
        held = [evaluator.test(constraint.test).truth for constraint in self.constraints]
        if False in guards or False in held:
            return None
        if all(guards) and all(held):
            first, second = (
                self._rounded(evaluator.expression(exception.expression))
                for exception in self.exceptions
            )
            if are_disjoint(first, second):
                return Overlap(known, (first, second))
        if not facts:
            return None
        fact, figures = facts[0]
        for figure in figures:
            overlap = self._complete({**known, fact.name: figure}, facts[1:])
            if overlap is not None:
                return overlap
        return None

    def _rounded(self, result: Possible) -> Possible:
        """Return the result of an exception as the rule rounds it."""
        if self.rounding is None:
            return result
        return rounded(result, self.rounding.step, self.rounding.mode)

    def _evaluator(self, known: Mapping[str, KnownFact]) -> RuleEvaluator:
        if self.block is None:
            return RuleEvaluator(self.dated, Situation(known))
        prefix = f"{self.block.list}."
        of_item = {name: fact for name, fact in known.items() if name.startswith(prefix)}
        of_case = {name: fact for name, fact in known.items() if name not in of_item}
        situation = Situation(of_case, {self.block.list: (Item("1", of_item),)})
        (item,) = RuleEvaluator(self.dated, situation).item_evaluators(self.block.list).items
        return item

    # Figures.

    def _figures(self, fact: Fact, facts: Sequence[Fact]) -> list[KnownFact]:
        """Return the values at which a fact is tried; the known absence comes last."""
        type_ = fact.type
        absent = [KnownFact(None)] if type_.none is not None else []
        if type_.kind is Kind.YES_NO:
            return [KnownFact(True), KnownFact(False), *absent]
        if not type_.kind.is_ordered:
            return [*map(KnownFact, type_.words), *absent]
        places = 0 if type_.kind.is_calendar else type_.places or 0
        step = Fraction(1, 10**places)
        figures: dict[Exact, None] = {}
        for limit in self._limits(fact, facts):
            whole = Fraction(limit) // step * step
            for figure in (whole, whole - step, whole + step):
                figures[normalize(figure)] = None
        low, high = fact.low, fact.high
        if low is not None and high is not None:
            for part in (Fraction(0), Fraction(1, 2), Fraction(1), Fraction(1, 4), Fraction(3, 4)):
                figures[normalize((low + (high - low) * part) // step * step)] = None
        inside = [
            figure
            for figure in figures
            if (low is None or low <= figure) and (high is None or figure <= high)
        ]
        return [*(KnownFact(figure, places) for figure in inside), *absent]

    def _limits(self, fact: Fact, facts: Sequence[Fact]) -> Iterator[Exact]:
        """Yield what parameters of the fact's type state, then the ends of facts of its type."""
        names = {
            read.name: None
            for expression in self.expressions
            for read in dependencies(self.ruleset, expression)
            if isinstance(read, ParameterRef)
        }
        for name in names:
            parameter = self.ruleset.parameters[name]
            for stated in self._parameter_values(name):
                figures = stated.figures
                if isinstance(figures, PeriodSet) and fact.type.kind.is_calendar:
                    yield from (truncate(fact.type.kind, day) for day in figures.possible)
                elif isinstance(figures, Interval) and _are_alike(fact.type, parameter.type):
                    yield from (end for end in (figures.low, figures.high) if end is not None)
                elif isinstance(figures, Interval) and fact.type.kind.is_calendar:
                    yield from _ends_as_kind(fact.type.kind, parameter.type.kind, figures)
        for other in facts:
            if other is not fact and _are_alike(fact.type, other.type):
                yield from (end for end in (other.low, other.high) if end is not None)

    def _parameter_values(self, name: str) -> Iterable[Possible]:
        possible = self.dated.parameter_values[name]
        if isinstance(possible, StatedRows):
            return possible.values
        return (possible,) if isinstance(possible, Possible) else possible.values()


def _ends_as_kind(kind: Kind, stated: Kind, figures: Interval) -> Iterator[Exact]:
    """Yield the first and the last day of stated months or years, or their months, in a kind."""
    if stated.is_calendar and figures.low is not None and figures.high is not None:
        yield truncate(kind, first_day(stated, int(figures.low)))
        yield truncate(kind, last_day(stated, int(figures.high)))


def _are_alike(fact: Type, parameter: Type) -> bool:
    if fact.kind.is_calendar or Kind.RATIO in {fact.kind, parameter.kind}:
        return fact.kind is parameter.kind
    return fact.unit == parameter.unit


def _report(
    state: CheckState,
    ruleset: CheckedRuleset,
    rule: Rule,
    exceptions: tuple[RuleException, RuleException],
    overlap: Overlap,
) -> None:
    first, second = exceptions
    facts = [
        f"`{name}` is {_text(known_value(known), ruleset.facts[name].type)}"
        for name, known in overlap.known.items()
    ]
    if isinstance(rule, Value):
        results = [f"is {_text(result, rule.type)}" for result in overlap.results]
    else:
        results = [
            "is held" if True in result.choices else "has failed" for result in overlap.results
        ]
    name = rule.name if isinstance(rule, Value) else rule.id
    contrast = f"`{first.id}` {results[0]} and `{second.id}` {results[1]}"
    state.diagnostics.report(
        "overlapping-exceptions",
        state.spans[second.id],
        f"`{first.id}` and `{second.id}` of `{name}` apply together and say different things",
        found=f"where {', '.join(facts)}: {contrast}" if facts else contrast,
        expected="exceptions that exclude each other where they differ",
        remedy="add to one `when` that the other does not apply",
        related=((state.spans[first.id], f"`{first.id}`"),),
    )


def _text(possible: Possible, type_: Type) -> str:
    return display_value(possible, type_).text("en")
