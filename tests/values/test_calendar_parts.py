"""Parts of days, months and years, against a count of every figure of a range."""

from datetime import date
from itertools import pairwise
from typing import Final

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from policyrules.values.calendar import calendar_ends
from policyrules.values.calendar_parts import (
    CALENDAR_PARTS,
    PERIODIC_PARTS,
    calendar_part,
    part_of_figure,
)
from policyrules.values.dependencies import Dependencies, MissingInput
from policyrules.values.possible import Interval, PeriodSet, Possible

PARTS: Final = [
    (part, kind) for part, kinds in CALENDAR_PARTS.items() for kind in kinds if kind != "period"
]
MISSING: Final = Dependencies(frozenset({MissingInput("hires.hired_on")}))


def test_every_day_of_eight_years_has_the_parts_that_another_calendar_gives_it() -> None:
    for ordinal in range(date(2016, 1, 1).toordinal(), date(2024, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        month = part_of_figure("month", "date", ordinal)
        assert part_of_figure("year", "date", ordinal) == day.year
        assert part_of_figure("year", "month", month) == day.year
        assert part_of_figure("month_of_year", "date", ordinal) == day.month
        assert part_of_figure("month_of_year", "month", month) == day.month
        assert part_of_figure("day_of_month", "date", ordinal) == day.day
        ends = {"month": (day.replace(day=1), day + relativedelta(day=31))}
        ends["calendar_year"] = date(day.year, 1, 1), date(day.year, 12, 31)
        for kind, figure in (("month", month), ("calendar_year", day.year)):
            assert part_of_figure("first_day", kind, figure) == ends[kind][0].toordinal()
            assert part_of_figure("last_day", kind, figure) == ends[kind][1].toordinal()


@pytest.mark.parametrize("part, kind", PARTS)
def test_the_ends_of_the_calendar_have_every_part(part: str, kind: str) -> None:
    first, last = (part_of_figure(part, kind, figure) for figure in calendar_ends(kind))
    if part in PERIODIC_PARTS:
        assert (first, last) == (1, PERIODIC_PARTS[part][1])
    else:
        result = {"year": "calendar_year", "month": "month"}.get(part, "date")
        ends = {"first_day": 0, "last_day": 1}
        assert (first, last)[ends.get(part, 0)] == calendar_ends(result)[ends.get(part, 0)]


@given(st.sampled_from(PARTS), st.integers(0, 900), st.integers(0, 70))
def test_a_part_of_a_range_holds_the_part_of_each_of_its_figures(
    drawn: tuple[str, str], offset: int, width: int
) -> None:
    part, kind = drawn
    start = {"date": date(2023, 1, 1).toordinal(), "month": 12 * 2023, "calendar_year": 2023}[kind]
    low = start + offset
    possible = calendar_part(part, kind, Possible(Interval(low, low + width), dependencies=MISSING))
    figures = [part_of_figure(part, kind, figure) for figure in range(low, low + width + 1)]
    exact = Interval(min(figures), max(figures))
    if part in PERIODIC_PARTS and not all(before <= after for before, after in pairwise(figures)):
        exact = Interval(1, PERIODIC_PARTS[part][1])  # it leaves the year or the month
    assert possible.interval == exact
    assert bool(possible.dependencies) is not possible.interval.is_point


def test_a_range_that_leaves_its_year_or_month_may_have_any_number_of_it() -> None:
    new_year = date(2024, 1, 1).toordinal()
    for part, highest in (("month_of_year", 12), ("day_of_month", 31)):
        possible = calendar_part(part, "date", Possible(Interval(new_year - 1, new_year)))
        assert possible.interval == Interval(1, highest)
        possible = calendar_part(part, "date", Possible(Interval(None, new_year)))
        assert possible.interval == Interval(1, highest)


def test_the_ends_of_a_period_lie_between_those_of_all_that_it_may_be() -> None:
    periods = PeriodSet(frozenset({(10, 30), (20, 25)}), "season")
    possible = Possible(periods, dependencies=MISSING)
    assert calendar_part("first_day", "period", possible).interval == Interval(10, 20)
    assert calendar_part("last_day", "period", possible).interval == Interval(25, 30)
    same_begin = Possible(
        PeriodSet(frozenset({(10, 30), (10, 25)}), "season"), dependencies=MISSING
    )
    assert calendar_part("first_day", "period", same_begin) == Possible(Interval(10, 10))


def test_a_month_that_the_text_does_not_state_has_a_last_day_that_it_does_not_state() -> None:
    unstated = Possible(None, not_stated=True, dependencies=MISSING)
    assert calendar_part("last_day", "month", unstated) == unstated
