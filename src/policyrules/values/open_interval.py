"""Intervals without one of their ends: a ratio below 5.5 % has no greatest figure."""

from __future__ import annotations

import attrs

from policyrules.values.exact import Exact
from policyrules.values.possible import Interval


@attrs.frozen
class OpenInterval(Interval):
    """The numbers between two different ends, of which one or both are excluded.

    Comparisons respect an excluded end; arithmetic includes it, which is never wrong.
    """

    is_low_open: bool = False
    is_high_open: bool = False

    @property
    def excludes_low(self) -> bool:
        """Return whether the low end is excluded."""
        return self.is_low_open

    @property
    def excludes_high(self) -> bool:
        """Return whether the high end is excluded."""
        return self.is_high_open


def interval(
    low: Exact | None, high: Exact | None, *, excludes_low: bool, excludes_high: bool
) -> Interval | None:
    """Return the numbers between two ends; None if there is none.

    >>> interval(1, 1, excludes_low=False, excludes_high=True) is None
    True
    """
    excludes_low = excludes_low and low is not None
    excludes_high = excludes_high and high is not None
    if (
        low is not None
        and high is not None
        and (low > high or (low == high and (excludes_low or excludes_high)))
    ):
        return None
    if excludes_low or excludes_high:
        return OpenInterval(low, high, excludes_low, excludes_high)
    return Interval(low, high)


def intersection(left: Interval, right: Interval) -> Interval | None:
    """Return the numbers that two intervals share; None if there is none.

    >>> intersection(Interval(0, 5), Interval(3, None))
    Interval(low=3, high=5)
    """
    low, excludes_low = left.low, left.excludes_low
    if right.low is not None and (low is None or right.low >= low):
        excludes_low = right.excludes_low or (low == right.low and excludes_low)
        low = right.low
    high, excludes_high = left.high, left.excludes_high
    if right.high is not None and (high is None or right.high <= high):
        excludes_high = right.excludes_high or (high == right.high and excludes_high)
        high = right.high
    return interval(low, high, excludes_low=excludes_low, excludes_high=excludes_high)
