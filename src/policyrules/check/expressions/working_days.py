"""Type the functions of working days, by the calendar of the ruleset."""

from __future__ import annotations

from policyrules.check.calendars import CALENDARS
from policyrules.check.expressions.typed_terms import (
    SubexpressionChecker,
    TypeCheckFailed,
    TypedTerm,
    describe_unit,
    reject,
)
from policyrules.ir.nodes import WorkingDayTerm
from policyrules.ir.types import Kind, Unit
from policyrules.syntax import expression_tree as syntax
from policyrules.text.span import Span


def check_working_days(
    checker: SubexpressionChecker,
    function: str,
    arguments: tuple[syntax.ExpressionNode, ...],
    span: Span,
) -> TypedTerm:
    """Type a function of working days; there must be a calendar of the jurisdiction."""
    state = checker.state
    start = checker.check_figure(arguments[0], Kind.DATE)
    day = Unit.from_name("day")
    match function:
        case "next_working_day":
            typed = TypedTerm(WorkingDayTerm("next", (start.term,)), Kind.DATE)
        case "working_days_between":
            end = checker.check_figure(arguments[1], Kind.DATE)
            term = WorkingDayTerm("between", (start.term, end.term))
            typed = TypedTerm(term, Kind.NUMBER, day, is_whole=True)
        case _:
            count = checker.check_number(arguments[1])
            unit = count.unit
            if unit is not None and unit != day:
                state.diagnostics.report(
                    "unit-mismatch",
                    arguments[1].span,
                    f"{describe_unit(unit)} is no number of working days",
                    found=describe_unit(unit),
                    expected="a count in `day`",
                )
                raise TypeCheckFailed
            if not count.is_whole:
                message = "working days are added as a whole number"
                reject(state, arguments[1].span, message, str(count), "a count in `day`")
            typed = TypedTerm(WorkingDayTerm("add", (start.term, count.term)), Kind.DATE)
    if CALENDARS in state.broken:
        raise TypeCheckFailed
    if state.calendar is None:
        place = state.tree.id.text.partition("/")[0]
        state.diagnostics.report(
            "no-calendar",
            span,
            f"no calendar of working days holds for `{place}`",
            found=f"`{function}`",
            expected=f"a calendar of `{place}` or of a place around it in `calendars.yaml`",
        )
        raise TypeCheckFailed
    state.is_calendar_used = True
    return typed
