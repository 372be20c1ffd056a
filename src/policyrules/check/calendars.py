"""Read the calendar of working days of a ruleset: that of the nearest enclosing jurisdiction."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from policyrules.check.calendar_literals import read_date, read_issued, read_period, read_year
from policyrules.check.state import CheckState
from policyrules.check.types import title_of
from policyrules.diagnostics import Diagnostics
from policyrules.ir.calendars import Calendar, YearSource
from policyrules.ir.types import Kind
from policyrules.syntax.tree import CalendarNode, CalendarYearNode
from policyrules.syntax.yaml import Scalar
from policyrules.text.place_code import code_and_enclosing_codes
from policyrules.values.calendar import figure_text, truncate
from policyrules.values.working_days import WorkingDays

CALENDARS: Final = "calendars"
"""The prefix of the names of calendars."""

_FRIDAY: Final = 4


def declare_calendar(state: CheckState) -> None:
    """Read the calendar of the jurisdiction, or of the nearest enclosing one that has one."""
    if state.calendars_tree is None:
        return
    nodes = {node.name.text: node for node in state.calendars_tree.calendars}
    for code in code_and_enclosing_codes(state.tree.id.text.partition("/")[0]):
        if code in nodes:
            state.calendar = _calendar(state, nodes[code])
            return


def _calendar(state: CheckState, node: CalendarNode) -> Calendar | None:
    diagnostics = Diagnostics()
    years: list[int] = []
    moved: list[int] = []
    holidays: list[int] = []
    sources: list[YearSource] = []
    for year_node in node.years:
        year = read_year(year_node.name, diagnostics)
        source = None if year is None else _source(year_node, year, diagnostics)
        if year is None or source is None:
            continue
        off = dict(_days(year_node.holidays, year, diagnostics))
        worked = dict(_days(year_node.working_days, year, diagnostics))
        for day, scalar in worked.items():
            if day in off:
                message = f"the day {figure_text('date', day)} is a holiday and a working day"
                _report(diagnostics, scalar, message, "one of the two")
            elif not _is_weekend(day):
                message = f"the day {figure_text('date', day)} is worked in any case"
                _report(diagnostics, scalar, message, "a Saturday or a Sunday")
        years.append(year)
        moved += worked
        holidays += (day for day in off if not _is_weekend(day))
        sources.append(source)
    state.diagnostics.extend(diagnostics)
    if diagnostics.has_errors:
        state.broken.add(CALENDARS)
        return None
    days = WorkingDays(f"{CALENDARS}.{node.name.text}", tuple(years), tuple(moved), tuple(holidays))
    return Calendar(node.name.text, title_of(node.title), days, tuple(sources))


def _source(node: CalendarYearNode, year: int, diagnostics: Diagnostics) -> YearSource | None:
    read_on = read_date(node.read_on, diagnostics)
    issued = read_issued(node.issued, diagnostics)
    if read_on is None or issued is None:
        return None
    texts = (node.title.text, issued, node.url.text, read_on.isoformat(), node.quote.text)
    return YearSource(year, *texts)


def _days(
    scalars: tuple[Scalar, ...], year: int, diagnostics: Diagnostics
) -> Iterator[tuple[int, Scalar]]:
    """Yield each day of a list of days and periods, with the text that names it."""
    for scalar in scalars:
        if ".." in scalar.text:
            ends = read_period(scalar, Kind.DATE, diagnostics)
        else:
            day = read_date(scalar, diagnostics)
            ends = None if day is None else (day.toordinal(), day.toordinal())
        if ends is None:
            continue
        if any(truncate("calendar_year", end) != year for end in ends):
            message = f"a day of another year is in the list of {year}"
            _report(diagnostics, scalar, message, f"days of {year}")
            continue
        yield from ((day, scalar) for day in range(ends[0], ends[1] + 1))


def _is_weekend(day: int) -> bool:
    return (day - 1) % 7 > _FRIDAY


def _report(diagnostics: Diagnostics, scalar: Scalar, message: str, expected: str) -> None:
    found = f"`{scalar.text}`"
    diagnostics.report("bad-calendar", scalar.span, message, found=found, expected=expected)
