"""Parts of days, months, years and periods: the month of a day, the last day of a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.values.calendar import first_day, last_day, truncate
from policyrules.values.possible import Interval, PeriodSet, Possible, collapse_point, map_monotone

CALENDAR_PARTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "year": ("date", "month"),
        "month": ("date",),
        "first_day": ("month", "calendar_year", "period"),
        "last_day": ("month", "calendar_year", "period"),
        "month_of_year": ("date", "month"),
        "day_of_month": ("date",),
    }
)
"""The kinds that have each part."""

PERIODIC_PARTS: Final[Mapping[str, tuple[str, int]]] = MappingProxyType(
    {"month_of_year": ("calendar_year", 12), "day_of_month": ("month", 31)}
)
"""The parts that begin again at 1, each with the kind in which it rises and its highest figure."""


def part_of_figure(part: str, kind: str, figure: int) -> int:
    """Return a part of a day, a month or a year.

    >>> part_of_figure("month_of_year", "month", 24270), part_of_figure("year", "month", 24270)
    (7, 2022)
    """
    match part:
        case "first_day":
            return first_day(kind, figure)
        case "last_day":
            return last_day(kind, figure)
        case "day_of_month":
            return date.fromordinal(figure).day
        case "month_of_year":
            return 1 + _month(kind, figure) % 12
        case "year":
            return _month(kind, figure) // 12
        case "month":
            return _month(kind, figure)
        case _:
            raise TypeError(f"not a part: {part}")


def calendar_part(part: str, kind: str, operand: Possible) -> Possible:
    """Return a part of a possible day, month, year or period.

    A part that begins again has its whole span as soon as the range leaves the year or the month.

    >>> from policyrules.values.calendar import read_figure
    >>> ends = (read_figure("date", text) for text in ("2022-11-05", "2022-12-31"))
    >>> calendar_part("month_of_year", "date", Possible(Interval(*ends))).interval
    Interval(low=11, high=12)
    """
    if operand.figures is None:
        return operand
    if isinstance(operand.figures, PeriodSet):
        days = [period[part == "last_day"] for period in operand.figures.periods]
        return collapse_point(attrs.evolve(operand, figures=Interval(min(days), max(days))))
    if part not in PERIODIC_PARTS:
        return map_monotone(operand, lambda figure: part_of_figure(part, kind, int(figure)))
    low, high = operand.interval.low, operand.interval.high
    container, highest = PERIODIC_PARTS[part]
    figures = Interval(1, highest)
    if (
        low is not None
        and high is not None
        and _container(container, kind, int(low)) == _container(container, kind, int(high))
    ):
        figures = Interval(*(part_of_figure(part, kind, int(end)) for end in (low, high)))
    return collapse_point(attrs.evolve(operand, figures=figures))


def _container(container: str, kind: str, figure: int) -> int:
    """Return the month or the year that contains a day or a month."""
    return truncate(container, first_day(kind, figure))


def _month(kind: str, figure: int) -> int:
    """Return the month of a day, and a month as it is."""
    return truncate("month", figure) if kind == "date" else figure
