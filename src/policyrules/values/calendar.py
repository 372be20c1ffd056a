"""The calendar in whole numbers: days, months and years as figures that intervals can hold.

A day is its ordinal (1 is 0001-01-01), a month twelve times its year plus its place in the year
from 0, a year itself. So all three are ordered and exact, and an unknown one is an interval.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, timedelta
from typing import Final, Literal

CalendarKind = Literal["date", "month", "calendar_year"]

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_MONTH: Final = re.compile(r"([0-9]{4})-([0-9]{2})")
_YEAR: Final = re.compile(r"[0-9]{4}")

_FIRST_DAY: Final = date.min.toordinal()
_LAST_DAY: Final = date.max.toordinal()


def is_calendar(kind: str) -> bool:
    """Return whether figures of the kind are days, months or years of the calendar."""
    return kind in {"date", "month", "calendar_year"}


def read_figure(kind: str, text: str) -> int | None:
    """The figure of a day `2022-07-15`, a month `2022-07` or a year `2022`.

    None where the text is not written so, or where the calendar has no such day or month.

    >>> read_figure("month", "2022-07"), read_figure("date", "2022-02-29")
    (24270, None)
    """
    if kind == "date":
        found = _DATE.fullmatch(text)
        try:
            return date(*(int(part) for part in found.groups())).toordinal() if found else None
        except ValueError:
            return None
    if kind == "month":
        found = _MONTH.fullmatch(text)
        if found is None or not 1 <= int(found[2]) <= 12 or int(found[1]) < 1:
            return None
        return 12 * int(found[1]) + int(found[2]) - 1
    return int(text) if _YEAR.fullmatch(text) and int(text) else None


def is_in_calendar(kind: str, figure: int) -> bool:
    """Return whether the calendar, which runs from 0001-01-01 to 9999-12-31, has the figure.

    >>> is_in_calendar("calendar_year", 9999), is_in_calendar("calendar_year", 10_000)
    (True, False)
    """
    return truncate(kind, _FIRST_DAY) <= figure <= truncate(kind, _LAST_DAY)


def shift_day(day: date, days: int) -> date | None:
    """Return the day so many days later, or None where the calendar ends before it.

    >>> shift_day(date(2022, 12, 31), 1), shift_day(date(9999, 12, 31), 1)
    (datetime.date(2023, 1, 1), None)
    """
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def matches_format(kind: str, text: str) -> bool:
    """Return whether a text is written as a figure of the kind, existing or not."""
    pattern = {"date": _DATE, "month": _MONTH}.get(kind, _YEAR)
    return pattern.fullmatch(text) is not None


def figure_text(kind: str, figure: int) -> str:
    """The figure as text, as `read_figure` reads it.

    >>> figure_text("month", 24270), figure_text("date", 738351)
    ('2022-07', '2022-07-15')
    """
    if kind == "date":
        return date.fromordinal(figure).isoformat()
    if kind == "month":
        year, month = divmod(figure, 12)
        return f"{year:04}-{month + 1:02}"
    return f"{figure:04}"


def first_day(kind: str, figure: int) -> int:
    """The first day of a day, a month or a year."""
    if kind == "date":
        return figure
    if kind == "month":
        year, month = divmod(figure, 12)
        return date(year, month + 1, 1).toordinal()
    return date(figure, 1, 1).toordinal()


def last_day(kind: str, figure: int) -> int:
    """The last day of a day, a month or a year.

    >>> figure_text("date", last_day("month", 12 * 2024 + 1))
    '2024-02-29'
    """
    if kind == "date":
        return figure
    if kind == "month":
        year, month = divmod(figure, 12)
        return date(year, month + 1, monthrange(year, month + 1)[1]).toordinal()
    return date(figure, 12, 31).toordinal()


def truncate(kind: str, day: int) -> int:
    """The day, month or year in which a day lies."""
    if kind == "date":
        return day
    on = date.fromordinal(day)
    return 12 * on.year + on.month - 1 if kind == "month" else on.year


def whole_years(start: int, end: int) -> int:
    """The years completed from one day to another: the birthdays reached.

    Who is born on 29 February completes a year on 1 March in common years. Before the first day
    the number is negative, so that it never falls while the end moves on.

    >>> born, day = read_figure("date", "2004-02-29"), read_figure("date", "2022-02-28")
    >>> whole_years(born, day), whole_years(born, day + 1)
    (17, 18)
    """
    one, other = date.fromordinal(start), date.fromordinal(end)
    return other.year - one.year - ((other.month, other.day) < (one.month, one.day))


def whole_months(start: int, end: int) -> int:
    """The months completed from one day to another; a day that a month lacks counts on the next.

    >>> whole_months(read_figure("date", "2022-01-31"), read_figure("date", "2022-03-01"))
    1
    """
    one, other = date.fromordinal(start), date.fromordinal(end)
    months = 12 * (other.year - one.year) + other.month - one.month
    return months - (other.day < one.day)
