"""Days at which a day, or a number of days, that is computed from one of them reaches a figure."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from policyrules.values.calendar import calendar_ends
from policyrules.values.calendar_parts import PERIODIC_PARTS, part_of_figure
from policyrules.values.exact import Exact
from policyrules.values.working_days import FIRST, LAST, WorkingDays

_DAYS: Final = range(FIRST, LAST + 1)
_NUMBERS: Final = range(-LAST, LAST + 1)


def part_reached(part: str, kind: str, figure: Exact) -> Iterator[int]:
    """Yield the first day, month or year whose part is a figure, and the first one beyond it.

    There is none for parts that begin again, and for parts of periods.

    >>> list(part_reached("year", "month", 2024))  # January 2024 and January 2025
    [24288, 24300]
    """
    if kind != "period" and part not in PERIODIC_PARTS:
        first, last = calendar_ends(kind)
        figures = range(first, last + 1)
        yield from _reached(partial(part_of_figure, part, kind), figures, figure)


def shift_reached(calendar: WorkingDays, count: int, figure: Exact) -> Iterator[int]:
    """Yield the first day from which a number of working days leads to a day, and beyond it."""
    for unlisted in (True, False):
        shifted = partial(calendar.shifted, count=count, unlisted=unlisted)
        yield from _reached(shifted, _DAYS, figure)


def count_reached(calendar: WorkingDays, start: int, figure: Exact) -> Iterator[int]:
    """Yield the fewest working days that lead from one day to another, and beyond it."""
    for unlisted in (True, False):
        yield from _reached(partial(calendar.shifted, start, unlisted=unlisted), _NUMBERS, figure)


def next_reached(calendar: WorkingDays, figure: Exact) -> Iterator[int]:
    """Yield the first day whose next working day is a certain day, and one beyond it."""
    for unlisted in (True, False):
        yield from _reached(partial(calendar.next, unlisted=unlisted), _DAYS, figure)


def end_reached(calendar: WorkingDays, start: int, figure: Exact) -> Iterator[int]:
    """Yield the first day up to which a number of working days has passed, and a greater one."""
    for unlisted in (True, False):
        yield from _reached(partial(calendar.between, start, unlisted=unlisted), _DAYS, figure)


def start_reached(calendar: WorkingDays, end: int, figure: Exact) -> Iterator[int]:
    """Yield the first days from which fewer working days, or fewer than one more, are left."""
    for unlisted in (True, False):
        between = partial(_between, calendar, end, unlisted=unlisted)
        yield from _reached(between, _DAYS[::-1], figure)


def _between(calendar: WorkingDays, end: int, start: int, *, unlisted: bool) -> int:
    return calendar.between(start, end, unlisted=unlisted)


def _reached(function: Callable[[int], int], figures: range, figure: Exact) -> Iterator[int]:
    """Yield the figures that part a range where a function reaches a figure, and leaves it.

    The function never falls on the way through the range, which may go downwards. Where it does not
    pass the figure, there is no cut.
    """
    for bisect in (bisect_left, bisect_right):
        place = bisect(figures, figure, key=function)
        if 0 < place < len(figures):
            yield max(figures[place - 1], figures[place])
