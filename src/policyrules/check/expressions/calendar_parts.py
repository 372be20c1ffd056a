"""Type the parts of days, months, years and periods, and propose them where kinds differ."""

from __future__ import annotations

from typing import NoReturn

import attrs

from policyrules.check.expressions.typed_terms import TypedTerm, check_kind, reject
from policyrules.check.state import CheckState
from policyrules.ir.calendar_parts import PART_TYPES
from policyrules.ir.nodes import CalendarPart, Compare, InPeriod, Not, Term, Test
from policyrules.ir.types import Kind
from policyrules.ir.unparse import unparse
from policyrules.syntax import expression_tree as syntax
from policyrules.text.span import Span
from policyrules.values.calendar_parts import CALENDAR_PARTS


def check_part(
    state: CheckState, part: str, operand: TypedTerm, node: syntax.ExpressionNode
) -> TypedTerm:
    """Type `operand.part`; `node` is the place of the operand."""
    if operand.kind.value not in CALENDAR_PARTS[part]:
        _reject_part(state, part, operand, node.span)
    check_kind(state, operand, node, operand.kind)
    return _part(part, operand)


def part_of_name(state: CheckState, part: str, operand: TypedTerm, span: Span) -> TypedTerm:
    """Type the part of a name that is never `none`; `span` is the place of the whole."""
    if operand.kind.value not in CALENDAR_PARTS[part]:
        _reject_part(state, part, operand, span)
    return _part(part, operand)


def comparison_remedy(operator: str, left: TypedTerm, right: TypedTerm) -> str:
    """Return the comparison by a part for two calendar terms of different kinds, or no text."""
    if left.none is not None or right.none is not None:
        return ""
    if Kind.PERIOD in {left.kind, right.kind}:
        return _remedy_of_period(operator, left, right)
    first, second = (
        _converted(side, other.kind) or side.term for side, other in ((left, right), (right, left))
    )
    if (first is left.term) == (second is right.term):
        return ""
    return f"write `{unparse(Compare(operator, first, second))}`"


def _converted(typed: TypedTerm, kind: Kind) -> Term | None:
    """Return the month or the year of a term, if it is one of that kind."""
    for part in ("month", "year"):
        if PART_TYPES[part].kind is kind and typed.kind.value in CALENDAR_PARTS[part]:
            return CalendarPart(part, typed.kind.value, typed.term)
    return None


def _remedy_of_period(operator: str, left: TypedTerm, right: TypedTerm) -> str:
    """Return the comparison of a day with an end of a period, or the test that it lies in it."""
    day, period = (left, right) if right.kind is Kind.PERIOD else (right, left)
    if not day.kind.is_calendar:
        return ""
    inside = InPeriod(day.term, period.term, day.kind.value)
    if operator in {"==", "!="}:
        test: Test = inside if operator == "==" else Not(inside)
        return f"write `{unparse(test)}`"
    if day.kind is not Kind.DATE:
        return f"write `{unparse(inside)}`"
    is_before = (operator in {"<", "<="}) == (day is left)
    is_included = operator in {"<=", ">="}
    end = CalendarPart(
        "last_day" if is_before == is_included else "first_day", "period", period.term
    )
    sides = (day.term, end) if day is left else (end, day.term)
    return f"write `{unparse(Compare(operator, *sides))}`"


def _part(part: str, operand: TypedTerm) -> TypedTerm:
    type_ = PART_TYPES[part]
    term = CalendarPart(part, operand.kind.value, operand.term)
    if type_.kind is Kind.COUNT:
        return TypedTerm(term, Kind.NUMBER, type_.unit, is_whole=True)
    return TypedTerm(term, type_.kind)


def _reject_part(state: CheckState, part: str, operand: TypedTerm, span: Span) -> NoReturn:
    kinds = [str(attrs.evolve(operand, kind=Kind(kind))) for kind in CALENDAR_PARTS[part]]
    owners = " or ".join(filter(None, (", ".join(kinds[:-1]), kinds[-1])))
    remedy = ""
    if operand.kind is Kind.DATE and operand.none is None:  # it lacks the first and the last day
        month = CalendarPart("month", "date", operand.term)
        year = CalendarPart("year", "date", operand.term)
        texts = (unparse(CalendarPart(part, "", part_)) for part_ in (month, year))
        remedy = "write `{}`, or `{}`".format(*texts)
    found = str(operand)
    reject(state, span, f"only {owners} has a `{part}`", found, owners, remedy)
