"""Working days: the laws of counting, against a count day by day."""

from collections.abc import Iterator
from datetime import date
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, MissingInput
from policyrules.values.possible import Interval, Possible, number
from policyrules.values.working_days import (
    OPERATIONS,
    WorkingDays,
    exact_next,
    exact_number,
    exact_shift,
)


def day(text: str) -> int:
    return date.fromisoformat(text).toordinal()


CALENDAR: Final = WorkingDays(
    "calendars.xx",
    (2021, 2022, 2024),
    moved=(day("2022-01-29"), day("2022-10-08"), day("2024-02-04")),
    holidays=(*range(day("2022-10-03"), day("2022-10-08")), day("2024-01-01")),
)
"""Two years side by side, and one behind a year without a list."""

DAYS: Final = st.integers(day("2020-12-20"), day("2025-01-10"))
LISTED: Final = st.integers(day("2021-06-01"), day("2022-11-30"))
COUNTS: Final = st.integers(-8, 8)


def is_worked(ordinal: int, *, unlisted: bool) -> bool:
    """The law of one day; `unlisted` is the answer for a day whose year has no list."""
    on = date.fromordinal(ordinal)
    if on.year not in CALENDAR.years:
        return unlisted
    return ordinal in CALENDAR.moved or (on.weekday() < 5 and ordinal not in CALENDAR.holidays)


def shifted(start: int, count: int) -> int:
    """The day so many working days later, day by day."""
    here = start
    while count:
        here += 1 if count > 0 else -1
        count -= (1 if count > 0 else -1) * is_worked(here, unlisted=True)
    return here


def counted(start: int, end: int) -> int:
    if end < start:
        return -counted(end, start)
    return sum(is_worked(ordinal, unlisted=True) for ordinal in range(start + 1, end + 1))


@given(LISTED, COUNTS)
def test_a_day_is_shifted_by_working_days_one_by_one(start: int, count: int) -> None:
    assert exact_shift(CALENDAR, start, count) == shifted(start, count)


@given(LISTED, LISTED)
def test_the_days_after_the_first_up_to_the_second_are_counted(start: int, end: int) -> None:
    assert exact_number(CALENDAR, start, end) == counted(start, end)
    assert exact_number(CALENDAR, end, start) == -counted(start, end)


@given(LISTED)
def test_the_next_working_day_is_the_day_itself_if_it_is_worked(start: int) -> None:
    expected = start
    while not is_worked(expected, unlisted=True):
        expected += 1
    assert exact_next(CALENDAR, start) == expected


@given(LISTED, st.integers(1, 8))
def test_so_many_working_days_lie_between_a_day_and_the_shifted_one(start: int, count: int) -> None:
    last = exact_shift(CALENDAR, start, count)
    assert last is not None
    assert exact_number(CALENDAR, start, last) == count
    assert exact_next(CALENDAR, last) == last


def test_no_working_day_is_the_day_itself_also_on_a_holiday() -> None:
    assert exact_shift(CALENDAR, day("2022-10-05"), 0) == day("2022-10-05")


def test_a_day_beyond_the_listed_years_is_not_known() -> None:
    assert exact_shift(CALENDAR, day("2022-12-30"), 1) is None
    assert exact_next(CALENDAR, day("2022-12-31")) is None
    assert exact_number(CALENDAR, day("2022-12-30"), day("2023-01-01")) is None
    assert exact_number(CALENDAR, day("2022-12-30"), day("2022-12-31")) == 0


def ranges(ends: st.SearchStrategy[int]) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(ends, st.integers(0, 12)).map(lambda pair: (pair[0], pair[0] + pair[1]))


def possible(ends: tuple[int, int], fact: str) -> Possible:
    if ends[0] == ends[1]:
        return number(ends[0])
    return Possible(Interval(*ends), dependencies=Dependencies(frozenset({MissingInput(fact)})))


def every_answer(function: str, first: int, last: int) -> Iterator[int]:
    """What the answer is if each day of other years is worked, and if none is."""
    for unlisted in (True, False):
        match function:
            case "add":
                yield CALENDAR.shifted(first, last, unlisted=unlisted)
            case "next":
                yield CALENDAR.next(first, unlisted=unlisted)
            case _:
                yield CALENDAR.between(first, last, unlisted=unlisted)


@given(st.sampled_from(["add", "next", "between"]), ranges(DAYS), ranges(COUNTS), ranges(DAYS))
def test_a_range_has_every_answer_and_its_ends_are_answers(
    function: str, starts: tuple[int, int], counts: tuple[int, int], ends: tuple[int, int]
) -> None:
    second = counts if function == "add" else ends
    operands = [possible(starts, "start"), possible(second, "second")]
    if function == "next":
        operands = operands[:1]
    result = OPERATIONS[function](CALENDAR, *operands)
    answers = [
        answer
        for first in range(starts[0], starts[1] + 1)
        for last in (range(second[0], second[1] + 1) if function != "next" else [0])
        for answer in every_answer(function, first, last)
    ]
    low, high = min(answers), max(answers)
    limits = (
        (low, high) if function == "between" else (max(low, 1), min(high, date.max.toordinal()))
    )
    assert (result.interval.low, result.interval.high) == limits
    if low == high and starts[0] == starts[1]:
        assert result.point() == low


@given(LISTED, COUNTS)
def test_a_known_day_of_a_listed_year_depends_on_nothing(start: int, count: int) -> None:
    result = OPERATIONS["add"](CALENDAR, number(start), number(count))
    assert result.point() == shifted(start, count)
    assert result.dependencies is NO_DEPENDENCIES


def test_an_open_range_names_the_calendar() -> None:
    result = OPERATIONS["next"](CALENDAR, number(day("2022-12-31")))
    assert {(point.name, point.reason) for point in result.dependencies.indeterminacies} == {
        ("calendars.xx", "no_year")
    }
    assert not result.undefined
