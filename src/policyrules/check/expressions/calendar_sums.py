"""Type sums and differences of days, months and years."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.check.expressions.typed_terms import (
    TypeCheckFailed,
    TypedTerm,
    check_kind,
    describe_unit,
    reject,
)
from policyrules.check.state import CheckState
from policyrules.ir.nodes import Arithmetic, DateShift, Number
from policyrules.ir.types import Kind, Unit
from policyrules.syntax import expression_tree as syntax

_UNITS: Final[Mapping[Kind, tuple[str, ...]]] = {
    Kind.DATE: ("day", "month", "year"),
    Kind.MONTH: ("month", "year"),
    Kind.CALENDAR_YEAR: ("year",),
}
"""The units of the counts that can be added to a day, a month or a year."""

_Operand = tuple[TypedTerm, syntax.ExpressionNode]


def check_calendar_arithmetic(
    state: CheckState, operator: str, left: _Operand, right: _Operand
) -> TypedTerm | None:
    """Type a sum with a day, month or year; return None if neither operand is one."""
    start, count = left[0], right[0]
    if not (start.kind.is_calendar or count.kind.is_calendar) or operator not in {"+", "-"}:
        return None
    if start.kind is Kind.NUMBER and operator == "+":
        remedy = f"write the {_noun(count)} first, then `+` and the count"
        reject(state, left[1].span, "a sum begins with the day", str(start), str(count), remedy)
    if not start.kind.is_calendar:
        return None
    check_kind(state, start, left[1], start.kind)
    if count.kind.is_calendar:
        return _difference(state, operator, left, right)
    expected = _expected(start.kind)
    if count.kind is not Kind.NUMBER:
        reject(state, right[1].span, "this is not a number", str(count), expected)
    check_kind(state, count, right[1], Kind.NUMBER)
    unit = _UNITS[start.kind][0] if count.unit is None else str(count.unit)
    verb = "added to" if operator == "+" else "taken from"
    if unit not in _UNITS[start.kind]:
        state.diagnostics.report(
            "unit-mismatch",
            right[1].span,
            f"{describe_unit(count.unit or Unit())} cannot be {verb} a {_noun(start)}",
            found=describe_unit(count.unit or Unit()),
            expected=expected,
            remedy="declare a parameter with the unit" if count.term == Number(1) else "",
        )
        raise TypeCheckFailed
    if not count.is_whole:
        message = f"only a whole number can be {verb} a {_noun(start)}"
        reject(state, right[1].span, message, str(count), expected)
    term = DateShift(start.kind.value, operator, unit, start.term, count.term)
    return TypedTerm(term, start.kind)


def _difference(state: CheckState, operator: str, left: _Operand, right: _Operand) -> TypedTerm:
    """Type the difference of two months or of two years, a count."""
    start, count = left[0], right[0]
    check_kind(state, count, right[1], count.kind)
    if operator == "-" and start.kind is count.kind is not Kind.DATE:
        unit = Unit.from_name(_UNITS[start.kind][0])
        return TypedTerm(Arithmetic("-", start.term, count.term), Kind.NUMBER, unit, is_whole=True)
    verb = "added to" if operator == "+" else "taken from"
    message = f"a {_noun(count)} cannot be {verb} a {_noun(start)}"
    expected = _expected(start.kind)
    remedy = ""
    if operator == "-" and start.kind is count.kind:
        remedy = "write `days_between(first, last)`"
    return reject(state, right[1].span, message, str(count), expected, remedy)


def _expected(kind: Kind) -> str:
    """Describe the counts that can be added to a day, a month or a year."""
    names = [f"`{name}`" for name in _UNITS[kind]]
    return "a count in " + " or ".join(filter(None, (", ".join(names[:-1]), names[-1])))


def _noun(typed: TypedTerm) -> str:
    return typed.kind.value.replace("_", " ")
