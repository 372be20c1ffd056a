"""Working days: the days of the week from Monday to Friday, with the exceptions of listed years.

In a year without a list it is not known which days are worked. Every figure then has two ends: one
as if each day of the year were a working day, and one as if none were.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.values.calendar import calendar_ends, first_day, last_day
from policyrules.values.dependencies import Dependencies, Indeterminacy
from policyrules.values.exact import Exact
from policyrules.values.possible import Interval, Possible, add, collapse_point

_WEEK: Final = 7
_WORKED: Final = 5
"""Monday to Friday; the first day of the calendar is a Monday."""

FIRST, LAST = calendar_ends("date")


@attrs.frozen
class WorkingDays:
    """The working days of the listed years.

    `moved` are the working days at weekends, `holidays` the days off from Monday to Friday. `name`
    is the name of the open point of a figure that depends on another year. In the methods,
    `unlisted` says whether every day of a year without a list counts as a working day.
    """

    name: str
    years: tuple[int, ...]
    moved: tuple[int, ...] = ()
    holidays: tuple[int, ...] = ()

    @cached_property
    def _spans(self) -> tuple[tuple[int, int], ...]:
        """The first and the last day of each run of listed years."""
        spans: list[tuple[int, int]] = []
        for year in sorted(self.years):
            first, last = first_day("calendar_year", year), last_day("calendar_year", year)
            if spans and spans[-1][1] + 1 == first:
                first = spans.pop()[0]
            spans.append((first, last))
        return tuple(spans)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return tuple(first for first, _ in self._spans)

    @cached_property
    def _before(self) -> tuple[tuple[int, int], ...]:
        """The listed days, and those of them from Monday to Friday, before each run of years."""
        days = accumulate((last - first + 1 for first, last in self._spans), initial=0)
        weekdays = accumulate(
            (_weekdays(last) - _weekdays(first - 1) for first, last in self._spans), initial=0
        )
        return tuple(zip(days, weekdays, strict=True))

    @cached_property
    def _moved(self) -> tuple[int, ...]:
        return tuple(sorted(self.moved))

    @cached_property
    def _holidays(self) -> tuple[int, ...]:
        return tuple(sorted(self.holidays))

    def number(self, day: int, *, unlisted: bool) -> int:
        """Return the number of working days up to a day.

        >>> listed = WorkingDays("xx", (2024,), holidays=(738886,))  # 2024-01-01, a Monday
        >>> listed.number(738890, unlisted=False)  # Tuesday to Friday
        4
        """
        place = bisect_right(self._starts, day) - 1
        listed, weekdays = (0, 0)
        if place >= 0:
            first, last = self._spans[place]
            until = min(day, last)
            before = self._before[place]
            listed = before[0] + until - first + 1
            weekdays = before[1] + _weekdays(until) - _weekdays(first - 1)
        worked = weekdays + bisect_right(self._moved, day) - bisect_right(self._holidays, day)
        return worked + (day - FIRST + 1 - listed if unlisted else 0)

    def first_with(self, number: int, *, unlisted: bool) -> int:
        """Return the working day with this number, counted from the first day of the calendar.

        It is the day before the calendar for a number below 1, the day after it for one too large.
        """
        if number < 1:
            return FIRST - 1
        if self.number(LAST, unlisted=unlisted) < number:
            return LAST + 1
        low, high = FIRST, LAST
        while low < high:
            middle = (low + high) // 2
            if self.number(middle, unlisted=unlisted) >= number:
                high = middle
            else:
                low = middle + 1
        return low

    def shifted(self, day: int, count: int, *, unlisted: bool) -> int:
        """Return the day a number of working days later, or earlier if `count` is negative."""
        if count == 0:
            return day
        if count > 0:
            return self.first_with(self.number(day, unlisted=unlisted) + count, unlisted=unlisted)
        return self.first_with(
            self.number(day - 1, unlisted=unlisted) + count + 1, unlisted=unlisted
        )

    def next(self, day: int, *, unlisted: bool) -> int:
        """Return the day if it is a working day, else the first working day after it."""
        return self.shifted(day - 1, 1, unlisted=unlisted)

    def between(self, start: int, end: int, *, unlisted: bool) -> int:
        """Return the working days after the start up to the end; negative if the end is earlier."""
        return self.number(end, unlisted=unlisted) - self.number(start, unlisted=unlisted)

    def has_all(self, first: int, last: int) -> bool:
        """Return whether the years of all days from one to another are listed."""
        place = bisect_right(self._starts, first) - 1
        return first > last or (place >= 0 and last <= self._spans[place][1])


def _weekdays(day: int) -> int:
    """Return the number of days from Monday to Friday up to a day."""
    weeks, rest = divmod(day, _WEEK)
    return weeks * _WORKED + min(rest, _WORKED)


def exact_shift(calendar: WorkingDays, day: int, count: int) -> int | None:
    """Return the day a number of working days later or earlier, or None if it is not known."""
    result = calendar.shifted(day, count, unlisted=True)
    is_known = result == calendar.shifted(day, count, unlisted=False)
    return result if is_known and FIRST <= result <= LAST else None


def exact_next(calendar: WorkingDays, day: int) -> int | None:
    """Return the next working day, or None if it is not known."""
    result = calendar.next(day, unlisted=True)
    is_known = result == calendar.next(day, unlisted=False)
    return result if is_known and FIRST <= result <= LAST else None


def exact_number(calendar: WorkingDays, start: int, end: int) -> int | None:
    """Return the number of working days between two days, or None if it is not known."""
    low, high = min(start, end) + 1, max(start, end)
    return calendar.between(start, end, unlisted=False) if calendar.has_all(low, high) else None


def add_working_days(calendar: WorkingDays, start: Possible, count: Possible) -> Possible:
    """Add a count of working days to a day; where years are not listed, the result is a range."""
    if start.figures is None or count.figures is None:
        return add(start, count)
    first, last = start.interval, count.interval
    lows = (_day(first.low, FIRST), _count(last.low, -LAST))
    highs = (_day(first.high, LAST), _count(last.high, LAST))
    ways = (True, False)
    low = min(calendar.shifted(*lows, unlisted=unlisted) for unlisted in ways)
    high = max(calendar.shifted(*highs, unlisted=unlisted) for unlisted in ways)
    touched = (min(low, lows[0]), max(high, highs[0]))
    ends = (min(max(low, FIRST), LAST), max(min(high, LAST), FIRST))
    result = add(
        attrs.evolve(start, figures=Interval(*ends)), attrs.evolve(count, figures=Interval(0, 0))
    )
    nearest = (
        max(calendar.shifted(*lows, unlisted=unlisted) for unlisted in ways),
        min(calendar.shifted(*highs, unlisted=unlisted) for unlisted in ways),
    )
    is_outside = nearest[0] < FIRST or nearest[1] > LAST
    return _with_open_years(calendar, result, touched, is_outside=is_outside)


def next_working_day(calendar: WorkingDays, day: Possible) -> Possible:
    """Return the day if it is a working day, else the first working day after it."""
    if day.figures is None:
        return day
    lowest, highest = _day(day.interval.low, FIRST), _day(day.interval.high, LAST)
    low = calendar.next(lowest, unlisted=True)
    high = calendar.next(highest, unlisted=False)
    ends = (min(low, LAST), min(high, LAST))
    result = attrs.evolve(day, figures=Interval(*ends))
    return _with_open_years(calendar, result, (lowest, high), is_outside=low > LAST)


def working_days_between(calendar: WorkingDays, start: Possible, end: Possible) -> Possible:
    """Return the number of working days after one day up to another."""
    if start.figures is None or end.figures is None:
        return add(start, end)
    starts = (_day(start.interval.low, FIRST), _day(start.interval.high, LAST))
    ends = (_day(end.interval.low, FIRST), _day(end.interval.high, LAST))
    ways = (True, False)
    low = min(calendar.between(starts[1], ends[0], unlisted=unlisted) for unlisted in ways)
    high = max(calendar.between(starts[0], ends[1], unlisted=unlisted) for unlisted in ways)
    result = add(
        attrs.evolve(start, figures=Interval(low, high)), attrs.evolve(end, figures=Interval(0, 0))
    )
    touched = (min(starts[0], ends[0]) + 1, max(starts[1], ends[1]))
    return _with_open_years(calendar, result, touched, is_outside=False)


def _day(figure: Exact | None, otherwise: int) -> int:
    return otherwise if figure is None else int(figure)


def _count(figure: Exact | None, otherwise: int) -> int:
    return otherwise if figure is None else int(figure)


def _with_open_years(
    calendar: WorkingDays, result: Possible, touched: tuple[int, int], *, is_outside: bool
) -> Possible:
    """Add the open point `no_year` to a result that may depend on a year without a list."""
    if calendar.has_all(max(touched[0], FIRST), min(touched[1], LAST)) and not is_outside:
        return collapse_point(result)
    open_ = Dependencies(indeterminacies=frozenset({Indeterminacy(calendar.name, "no_year")}))
    return attrs.evolve(
        result,
        dependencies=result.dependencies | open_,
        undefined=result.undefined or is_outside,
        definedness=None if is_outside else result.definedness,
    )


OPERATIONS: Final[Mapping[str, Callable[..., Possible]]] = MappingProxyType(
    {"add": add_working_days, "next": next_working_day, "between": working_days_between}
)
"""The operations on possible days, by the function of their node."""
