"""Cuts of days: where a day or a number of working days reaches a figure, its truth turns."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrules.evaluation.day_cuts import (
    count_reached,
    end_reached,
    next_reached,
    part_reached,
    shift_reached,
    start_reached,
)
from policyrules.values.calendar_parts import part_of_figure
from policyrules.values.working_days import WorkingDays

FIRST = date(2023, 12, 25).toordinal()
LAST = date(2025, 1, 6).toordinal()
NEW_YEAR = date(2024, 1, 1).toordinal()
LISTED = WorkingDays(
    "xx",
    (2024,),
    moved=(date(2024, 2, 4).toordinal(),),
    holidays=tuple(NEW_YEAR + shift for shift in (0, 39, 42, 43)),
)
days = st.integers(FIRST, LAST)
counts = st.integers(-12, 12)


def check_turns(
    cuts: Iterable[int], function: Callable[[int], int], figure: int, tried: range
) -> None:
    """Check that a comparison with the figure turns at cuts only."""
    known = set(cuts)
    for each in tried:
        before, after = function(each - 1), function(each)
        if (before < figure) != (after < figure) or (before > figure) != (after > figure):
            assert each in known


def near(day: int) -> range:
    return range(day - 40, day + 40)


@pytest.mark.parametrize("unlisted", [True, False])
@given(figure=days, count=counts)
def test_a_day_some_working_days_later_turns_at_a_cut(
    unlisted: bool, figure: int, count: int
) -> None:
    def function(day: int) -> int:
        return LISTED.shifted(day, count, unlisted=unlisted)

    check_turns(shift_reached(LISTED, count, figure), function, figure, near(figure))


@pytest.mark.parametrize("unlisted", [True, False])
@given(figure=days)
def test_the_next_working_day_turns_at_a_cut(unlisted: bool, figure: int) -> None:
    def function(day: int) -> int:
        return LISTED.next(day, unlisted=unlisted)

    check_turns(next_reached(LISTED, figure), function, figure, near(figure))


@pytest.mark.parametrize("unlisted", [True, False])
@given(start=days, shift=st.integers(-20, 20))
def test_the_day_after_a_number_of_working_days_turns_at_a_cut(
    unlisted: bool, start: int, shift: int
) -> None:
    def function(count: int) -> int:
        return LISTED.shifted(start, count, unlisted=unlisted)

    figure = start + shift
    check_turns(count_reached(LISTED, start, figure), function, figure, range(-40, 40))


@pytest.mark.parametrize("unlisted", [True, False])
@given(day=days, figure=counts)
def test_a_number_of_working_days_turns_at_a_cut_of_either_day(
    unlisted: bool, day: int, figure: int
) -> None:
    def by_end(end: int) -> int:
        return LISTED.between(day, end, unlisted=unlisted)

    def by_start(start: int) -> int:
        return LISTED.between(start, day, unlisted=unlisted)

    check_turns(end_reached(LISTED, day, figure), by_end, figure, near(day))
    check_turns(start_reached(LISTED, day, figure), by_start, figure, near(day))


@pytest.mark.parametrize(
    "part, kind, figure, first, beyond",
    [
        ("year", "date", 2024, date(2024, 1, 1), date(2025, 1, 1)),
        ("month", "date", 12 * 2024 + 1, date(2024, 2, 1), date(2024, 3, 1)),
    ],
)
def test_a_part_of_a_day_is_cut_where_it_begins_and_ends(
    part: str, kind: str, figure: int, first: date, beyond: date
) -> None:
    cuts = [*part_reached(part, kind, figure)]
    assert cuts == [first.toordinal(), beyond.toordinal()]
    before = (first - timedelta(1)).toordinal()
    assert part_of_figure(part, kind, before) < figure == part_of_figure(part, kind, cuts[0])


@pytest.mark.parametrize(
    "part, kind", [("month_of_year", "month"), ("day_of_month", "date"), ("first_day", "period")]
)
def test_a_part_that_begins_again_and_a_period_are_not_cut(part: str, kind: str) -> None:
    assert [*part_reached(part, kind, 6)] == []
