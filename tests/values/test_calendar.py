"""Sums with days, months and years, against another implementation and against a brute force."""

import random
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise, repeat
from typing import Final

from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st
from tests.support.scale import scaled

from policyrules.values.calendar import (
    add_units,
    calendar_ends,
    is_in_calendar,
    whole_months,
    whole_years,
)
from policyrules.values.calendar_sums import calendar_sum
from policyrules.values.dependencies import Dependencies, Indeterminacy
from policyrules.values.possible import Interval, Possible, number

EIGHT_YEARS: Final = tuple(
    date(2016, 1, 1) + timedelta(days=day)
    for day in range((date(2024, 1, 1) - date(2016, 1, 1)).days)
)
COUNTS: Final = (0, 1, 2, 3, 6, 11, 12, 13, 18, 24, 29, 30, 31, 36, 48, 59, 60, 100, 365, 366, 1461)

KINDS: Final = (
    ("date", "day"),
    ("date", "month"),
    ("date", "year"),
    ("month", "month"),
    ("month", "year"),
    ("calendar_year", "year"),
)


def test_a_sum_is_that_of_dateutil_from_every_day_of_eight_years() -> None:
    """By every count in the long profile, and else by some."""
    tried, counts = 0, COUNTS[:: scaled(5, long=1)]
    for unit in ("day", "month", "year"):
        for count in (sign * count for count in counts for sign in (1, -1)):
            delta = relativedelta(**{f"{unit}s": count})  # type: ignore[arg-type]
            for day in EIGHT_YEARS:
                number = add_units("date", unit, day.toordinal(), count)
                assert date.fromordinal(number) == day + delta, (unit, count, day)
                tried += 1
    assert tried == 3 * 2 * len(counts) * 2922


def months_by_counting(start: date, end: date) -> int:
    """Completed months: each month ends on the same day, or on the first day after that month."""
    months = 0
    sign = 1 if end >= start else -1
    while True:
        limit = completion(start, months + (sign > 0))
        if (sign > 0 and end < limit) or (sign < 0 and end >= limit):
            return months
        months += sign


def completion(start: date, months: int) -> date:
    """The day on which so many months after a day are completed."""
    year, month = divmod(12 * start.year + start.month - 1 + months, 12)
    try:
        return date(year, month + 1, start.day)
    except ValueError:
        return date(year, month + 2, 1)


def birthday(born: date, year: int) -> date:
    """The birthday in a year: the first of March for a child of the leap day."""
    try:
        return born.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def stretches(ends_of_stretches: list[date], first: int) -> Iterator[int]:
    """The number of completed stretches for each day of eight years, the first such number first.

    A stretch more is completed on each of the days.
    """
    steps = [EIGHT_YEARS[0], *ends_of_stretches, EIGHT_YEARS[-1] + timedelta(days=1)]
    for completed, (begin, end) in enumerate(pairwise(steps), first):
        yield from repeat(completed, (end - begin).days)


def starts() -> tuple[date, ...]:
    """Every day of eight years in the long profile, and else a few: the ends of months, the rest."""
    if scaled(0, long=1):
        return EIGHT_YEARS
    rng = random.Random(8)
    edges = [day for day in EIGHT_YEARS if day.day in {1, 28, 29, 30, 31}]
    leap_days = [day for day in EIGHT_YEARS if (day.month, day.day) == (2, 29)]
    return (*leap_days, *rng.sample(edges, 8), *rng.sample(EIGHT_YEARS, 8))


def test_months_between_are_those_completed_over_every_pair_of_days_of_eight_years() -> None:
    """In the long profile; the law steps from one completed month to the next."""
    for start in starts():
        before = 12 * (start.year - 2016) + start.month
        limits = [completion(start, months) for months in range(-before, 97)]
        inside = [limit for limit in limits if EIGHT_YEARS[0] < limit <= EIGHT_YEARS[-1]]
        skipped = sum(limit <= EIGHT_YEARS[0] for limit in limits)
        law = stretches(inside, skipped - 1 - before)
        first = start.toordinal()
        for end, months in zip(EIGHT_YEARS, law, strict=True):
            assert whole_months(first, end.toordinal()) == months, (start, end)


def test_years_between_and_ages_count_the_birthdays_over_every_pair_of_days_of_eight_years() -> (
    None
):
    """In the long profile; the law steps from birthday to birthday."""
    for born in starts():
        birthdays = [birthday(born, year) for year in range(2016, 2024)]
        inside = [day for day in birthdays if day > EIGHT_YEARS[0]]
        law = stretches(inside, 2016 - born.year - (birthdays[0] > EIGHT_YEARS[0]))
        first = born.toordinal()
        for day, age in zip(EIGHT_YEARS, law, strict=True):
            assert whole_years(first, day.toordinal()) == age, (born, day)


def test_days_months_and_years_between_two_days_are_those_counted_one_by_one() -> None:
    rng = random.Random(8)
    for _ in range(scaled(5_000, long=200_000)):
        start, end = rng.choices(EIGHT_YEARS, k=2)
        first, last = start.toordinal(), end.toordinal()
        months = months_by_counting(start, end)
        assert whole_months(first, last) == months, (start, end)
        assert whole_years(first, last) == months // 12, (start, end)
        assert start + timedelta(days=last - first) == end


def test_a_month_moves_as_its_first_day_does() -> None:
    for count in (*COUNTS, *(-count for count in COUNTS)):
        for month in range(12 * 2016, 12 * 2024):
            year, index = divmod(month, 12)
            day = date(year, index + 1, 1) + relativedelta(months=count)
            assert add_units("month", "month", month, count) == 12 * day.year + day.month - 1
            day = date(year, index + 1, 1) + relativedelta(years=count)
            assert add_units("month", "year", month, count) == 12 * day.year + day.month - 1


def test_a_sum_outside_the_calendar_is_just_outside() -> None:
    for kind, unit in KINDS:
        first, last = calendar_ends(kind)
        assert add_units(kind, unit, last, 1) == add_units(kind, unit, last, 10**9) == last + 1
        assert (
            add_units(kind, unit, first, -1) == add_units(kind, unit, first, -(10**9)) == first - 1
        )


NAME: Final = Dependencies(indeterminacies=frozenset({Indeterminacy("later", "out_of_calendar")}))

STARTS: Final = st.sampled_from(("first", "middle", "last"))


@example((("date", "month"), "last", 0, 40, 0, 3))
@given(
    st.tuples(
        st.sampled_from(KINDS),
        STARTS,
        st.integers(0, 70),
        st.integers(0, 40),
        st.integers(-15, 15),
        st.integers(0, 4),
    )
)
def test_a_sum_of_ranges_holds_every_sum_of_their_figures(
    drawn: tuple[tuple[str, str], str, int, int, int, int],
) -> None:
    (kind, unit), place, offset, width, count, more = drawn
    first, last = calendar_ends(kind)
    middle = 738_900 if kind == "date" else 2024 if kind == "calendar_year" else 12 * 2024
    low = {"first": first + offset, "middle": middle + offset, "last": last - width - offset}[place]
    start = Possible(Interval(low, low + width))
    units = Possible(Interval(count, count + more))
    sums = [
        add_units(kind, unit, figure, moved)
        for figure in range(low, low + width + 1)
        for moved in range(count, count + more + 1)
    ]
    inside = [figure for figure in sums if is_in_calendar(kind, figure)]
    total = calendar_sum(kind, unit, start, units, "later")
    assert total.undefined == (len(inside) < len(sums))
    if len(inside) == len(sums):
        assert total.figures == Interval(min(inside), max(inside))
    elif inside:  # an end outside the calendar is its first or last figure
        low_found, high_found = total.interval.low, total.interval.high
        assert low_found is not None
        assert high_found is not None
        assert first <= low_found <= min(inside)
        assert max(inside) <= high_found <= last
    assert (NAME.indeterminacies <= total.dependencies.indeterminacies) is total.undefined


def test_a_count_without_bounds_may_lead_outside_on_both_sides() -> None:
    total = calendar_sum("date", "day", number(738_900), Possible(Interval(None, None)), "later")
    assert total.interval == Interval(*calendar_ends("date"))
    assert total.undefined


def test_whichever_days_are_drawn_more_days_never_give_an_earlier_sum() -> None:
    rng = random.Random(11)
    for _ in range(scaled(2_000, long=200_000)):
        kind, unit = rng.choice(KINDS)
        first, last = calendar_ends(kind)
        fewer, other = sorted(rng.randint(first, last) for _ in range(2))
        count = rng.randint(-200, 200)
        assert add_units(kind, unit, fewer, count) <= add_units(kind, unit, other, count)
        assert add_units(kind, unit, fewer, count) <= add_units(kind, unit, fewer, count + 1)
