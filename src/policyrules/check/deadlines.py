"""A lint: report deadlines by completed months or years, which end nearly a month or year late."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

from policyrules.check.state import CheckState
from policyrules.ir.nodes import (
    Arithmetic,
    Compare,
    DateDiff,
    DateShift,
    Expression,
    FactRef,
    FellowRef,
    ListRef,
    MinMax,
    Not,
    Number,
    ParameterRef,
    Term,
    ValueRef,
)
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.traverse import children, expressions_of
from policyrules.ir.types import Kind
from policyrules.ir.unparse import unparse

_NEGATED: Final[Mapping[str, str]] = MappingProxyType({"<": ">=", "<=": ">", ">": "<=", ">=": "<"})
_MIRRORED: Final[Mapping[str, str]] = MappingProxyType({">": "<", ">=": "<="})


def report_truncated_deadlines(state: CheckState, ruleset: CheckedRuleset) -> None:
    """Report `months_between` and `years_between` on the smaller side of a comparison.

    They count completed months, so a test for at most twelve is held until the last day of the
    thirteenth. An `age` counts completed years on purpose, and is not reported.
    """
    without_difference = set[str]()
    for expression, span, _ in state.expressions:
        if state.is_inherited(span):
            continue
        for comparison, smaller, operator, larger in _upper_bounds(expression, is_negated=False):
            difference = _first_difference(ruleset, smaller, without_difference)
            if difference is None:
                continue
            effect = "the limit day itself is outside"
            if operator == "<=":
                effect = f"the limit is nearly a {difference.unit} too long"
            state.diagnostics.report(
                "truncated-deadline",
                span,
                f"completed {difference.unit}s do not make a deadline: {effect}",
                found=f"`{unparse(comparison)}`",
                expected=f"a day compared with a sum of a day and {difference.unit}s",
                remedy=_remedy(ruleset, smaller, difference, operator, larger),
            )


def _upper_bounds(
    node: Expression | ListRef, *, is_negated: bool
) -> Iterator[tuple[Compare, Term, str, Term]]:
    """Yield each comparison as its smaller side, `<` or `<=`, and its larger side."""
    if isinstance(node, Compare) and node.operator in _NEGATED:
        operator = _NEGATED[node.operator] if is_negated else node.operator
        if operator in _MIRRORED:
            yield node, node.right, _MIRRORED[operator], node.left
        else:
            yield node, node.left, operator, node.right
    for child in children(node):
        yield from _upper_bounds(child, is_negated=is_negated != isinstance(node, Not))


def _first_difference(
    ruleset: CheckedRuleset, node: Term, without_difference: set[str]
) -> DateDiff | None:
    """Return the first completed months or years that make a term larger, also through values.

    `without_difference` collects the values that have none, so that each is walked once.
    """
    # A stack instead of recursion: no chain of values is too long.
    pending, walked = [node], set[str]()
    while pending:
        match pending.pop():
            case DateDiff(unit, is_age=False) as difference if unit != "day":
                return difference
            case ValueRef(name) | FellowRef(ValueRef(name)) if (
                name not in walked and name not in without_difference
            ):
                walked.add(name)
                expressions = expressions_of(ruleset.all_values[name])
                terms = [each for each in expressions if isinstance(each, Term)]
                pending.extend(reversed(terms))
            case MinMax(_, operands):
                pending.extend(reversed(operands))
            case Arithmetic("+", left, right):
                pending.extend((right, left))
            case Arithmetic("-", left):
                pending.append(left)
            case _:
                pass
    without_difference |= walked
    return None


def _remedy(
    ruleset: CheckedRuleset, smaller: Term, difference: DateDiff, operator: str, larger: Term
) -> str:
    """Return the sum for a comparison with a whole number, and `age` for a person."""
    value = ruleset.all_values[smaller.name] if isinstance(smaller, ValueRef) else None
    is_plain = smaller == difference or (
        value is not None and not value.exceptions and value.expression == difference
    )
    age = unparse(DateDiff("year", difference.start, difference.end, is_age=True))
    for_persons = f"`{age}` for the age of a person" if difference.unit == "year" else ""
    if not is_plain or not _is_whole(ruleset, larger):
        return f"write {for_persons}" if for_persons else ""
    limit = DateShift("date", "+", difference.unit, difference.start, larger)
    deadline = f"write `{unparse(Compare(operator, difference.end, limit))}`"
    return f"{deadline}, or {for_persons}" if for_persons else deadline


def _is_whole(ruleset: CheckedRuleset, node: Term) -> bool:
    match node:
        case FactRef(name):
            return ruleset.facts[name].type.kind is Kind.COUNT
        case ParameterRef(name):
            return ruleset.parameters[name].type.kind is Kind.COUNT
        case ValueRef(name):
            return ruleset.all_values[name].type.kind is Kind.COUNT
        case _:
            return node == Number(0)
