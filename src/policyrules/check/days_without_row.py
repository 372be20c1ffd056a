"""A lint: report a parameter read on the day of a fact or value, on which it may have no row."""

from __future__ import annotations

from datetime import date

from policyrules.check.lints import UnknownCase, validity_segments
from policyrules.check.state import CheckState
from policyrules.ir.day_rows import days_without_row, is_reading, parameter_read
from policyrules.ir.nodes import FactRef, Key, ParameterRef
from policyrules.ir.ruleset import CheckedRuleset, Parameter
from policyrules.ir.traverse import references
from policyrules.ir.unparse import unparse
from policyrules.text.span import Span
from policyrules.values.calendar import figure_text
from policyrules.values.possible import Interval


def report_days_without_row(state: CheckState, ruleset: CheckedRuleset) -> None:
    """Report each reading of a parameter on another day that its rows may not cover."""
    reported: set[tuple[str, Span]] = set()
    for expression, span, _ in state.expressions:
        for read in references(expression):
            if not isinstance(read, ParameterRef) or not is_reading(read):
                continue
            parameter = ruleset.parameters[parameter_read(read.name)]
            place = _place(state, span, parameter)
            if place is None or (read.name, place) in reported:
                continue
            day = ruleset.parameters[read.name].by[0]
            low, high = _range_of(ruleset, day)
            outside = days_without_row(parameter, low, high)
            if outside is not None:
                reported.add((read.name, place))
                _report(state, place, read, parameter, day, outside)


def _place(state: CheckState, span: Span, parameter: Parameter) -> Span | None:
    """Return the span of the reading, or else of a row; None if all of them are in a base."""
    nodes = (node for node in state.tree.parameters if node.name.text == parameter.name)
    rows = (row.span for node in nodes for row in node.values or ())
    return next((place for place in (span, *rows) if not state.is_inherited(place)), None)


def _range_of(ruleset: CheckedRuleset, day: Key) -> tuple[int, int]:
    """Return the first and the last day that a fact or a value may be."""
    if isinstance(day, FactRef):
        fact = ruleset.facts[day.name]
        low, high = fact.low, fact.high
        last = ruleset.in_force.to
        if fact.is_past and last is not None:
            high = last.toordinal() if high is None else min(high, last.toordinal())
        return _days(low, high)
    list_name = ruleset.list_of_value.get(day.name, "")
    ranges = []
    for segment in validity_segments(ruleset):
        possible = UnknownCase(segment).evaluator_of(list_name).terms.term(day)
        if isinstance(possible.figures, Interval):
            ranges.append(_days(possible.figures.low, possible.figures.high))
    return min(low for low, _ in ranges), max(high for _, high in ranges)


def _days(low: object, high: object) -> tuple[int, int]:
    first = low if isinstance(low, int) else date.min.toordinal()
    return first, high if isinstance(high, int) else date.max.toordinal()


def _report(
    state: CheckState,
    place: Span,
    read: ParameterRef,
    parameter: Parameter,
    day: Key,
    outside: tuple[int, int],
) -> None:
    first, last = (figure_text("date", ordinal) for ordinal in outside)
    days = first if first == last else f"{first} to {last}"
    name = unparse(day)
    remedy = f"add the rows of `{parameter.name}` for these days"
    if isinstance(day, FactRef):
        remedy += f", or declare a `range` of `{name}` without them"
    state.diagnostics.report(
        "day-without-row",
        place,
        f"`{parameter.name}` has no row for some days on which it is read",
        found=f"`{unparse(read)}`, and no row on {days}",
        expected="a row for every day that the fact or value may be",
        remedy=remedy,
    )
