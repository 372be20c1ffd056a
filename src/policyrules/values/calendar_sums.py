"""Sums of a possible day, month or year and a possible count.

Outside 0001-01-01 to 9999-12-31 a sum is not defined.
"""

from __future__ import annotations

from typing import Final

import attrs

from policyrules.values.calendar import add_units, calendar_ends
from policyrules.values.dependencies import Dependencies, Indeterminacy
from policyrules.values.exact import Exact
from policyrules.values.possible import Interval, Possible, add


def calendar_sum(kind: str, unit: str, start: Possible, count: Possible, name: str) -> Possible:
    """Add a possible count in `unit` to a possible day, month or year.

    The ends of the result are clamped to the calendar. A sum that may leave the calendar may be
    undefined; it then depends on the indeterminacy `out_of_calendar` of `name`.

    >>> from policyrules.values.possible import number
    >>> calendar_sum("month", "month", number(24270), number(3), "later").point()
    24273
    """
    if start.figures is None or count.figures is None:
        return add(start, count)
    first, last = calendar_ends(kind)
    low = _end(kind, unit, (start.interval.low, count.interval.low), (first, first - 1))
    high = _end(kind, unit, (start.interval.high, count.interval.high), (last, last + 1))
    unclear = Dependencies(indeterminacies=frozenset({Indeterminacy(name, "out_of_calendar")}))
    if high < first or low > last:
        not_stated = start.not_stated or count.not_stated
        defined = start.definedness_dependencies | count.definedness_dependencies
        return Possible(None, False, not_stated, True, defined | unclear)
    figures = Interval(max(low, first), min(high, last))
    result = add(attrs.evolve(start, figures=figures), attrs.evolve(count, figures=_ZERO))
    if first <= low and high <= last:
        return result
    support = start.dependencies | count.dependencies | unclear
    return attrs.evolve(result, undefined=True, dependencies=support, definedness=None)


_ZERO: Final = Interval(0, 0)


def _end(
    kind: str, unit: str, ends: tuple[Exact | None, Exact | None], limits: tuple[int, int]
) -> int:
    """Return one end of a sum.

    `limits` has the start to use where `start` has no such end, and the sum where `count` has none.
    """
    start, count = ends
    if count is None:
        return limits[1]
    return add_units(kind, unit, limits[0] if start is None else int(start), int(count))
