"""Dates, months and years as whole numbers: parse, format, shift and subtract them.

A date is its ordinal (1 is 0001-01-01), a month is twelve times its year plus its index in the year
from 0, a year is itself. All three are ordered and exact, and an unknown one is an interval.
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
    """Return whether values of the kind are dates, months or years."""
    return kind in {"date", "month", "calendar_year"}


def read_figure(kind: str, text: str) -> int | None:
    """Parse a date `2022-07-15`, a month `2022-07` or a year `2022`.

    Return None for a text in another form, and for a date or month that does not exist.

    >>> read_figure("month", "2022-07"), read_figure("date", "2022-02-29")
    (24270, None)
    """
    if kind == "date":
        match = _DATE.fullmatch(text)
        try:
            return date(*(int(part) for part in match.groups())).toordinal() if match else None
        except ValueError:
            return None
    if kind == "month":
        match = _MONTH.fullmatch(text)
        if match is None or not 1 <= int(match[2]) <= 12 or int(match[1]) < 1:
            return None
        return 12 * int(match[1]) + int(match[2]) - 1
    return int(text) if _YEAR.fullmatch(text) and int(text) else None


def is_in_calendar(kind: str, figure: int) -> bool:
    """Return whether a figure is within the calendar, 0001-01-01 to 9999-12-31.

    >>> is_in_calendar("calendar_year", 9999), is_in_calendar("calendar_year", 10_000)
    (True, False)
    """
    first, last = calendar_ends(kind)
    return first <= figure <= last


def calendar_ends(kind: str) -> tuple[int, int]:
    """Return the first and the last figure of the calendar.

    >>> calendar_ends("calendar_year")
    (1, 9999)
    """
    return truncate(kind, _FIRST_DAY), truncate(kind, _LAST_DAY)


def shift_day(day: date, days: int) -> date | None:
    """Return the date a number of days later, or None beyond the end of the calendar.

    >>> shift_day(date(2022, 12, 31), 1), shift_day(date(9999, 12, 31), 1)
    (datetime.date(2023, 1, 1), None)
    """
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return None


def add_units(kind: str, unit: str, figure: int, count: int) -> int:
    """Add a number of days, months or years to a day, a month or a year.

    A month that lacks the day gives its last day. The result of a sum outside the calendar is the
    figure just before its first or just after its last one.

    >>> day = read_figure("date", "2024-01-31")
    >>> figure_text("date", add_units("date", "month", day, 1))
    '2024-02-29'
    """
    first, last = calendar_ends(kind)
    if kind != "date" or unit == "day":
        result = figure + (12 * count if (kind, unit) == ("month", "year") else count)
    else:
        day = date.fromordinal(figure)
        months = 12 * day.year + day.month - 1 + (12 * count if unit == "year" else count)
        year, month = divmod(months, 12)
        if not date.min.year <= year <= date.max.year:
            return first - 1 if year < date.min.year else last + 1
        length = monthrange(year, month + 1)[1]
        result = date(year, month + 1, min(day.day, length)).toordinal()
    return max(first - 1, min(result, last + 1))


def matches_format(kind: str, text: str) -> bool:
    """Return whether a text has the form of the kind, whether or not the date exists."""
    pattern = {"date": _DATE, "month": _MONTH}.get(kind, _YEAR)
    return pattern.fullmatch(text) is not None


def figure_text(kind: str, figure: int) -> str:
    """Format a figure as `read_figure` parses it.

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
    """Return the first day of a date, a month or a year."""
    if kind == "date":
        return figure
    if kind == "month":
        year, month = divmod(figure, 12)
        return date(year, month + 1, 1).toordinal()
    return date(figure, 1, 1).toordinal()


def last_day(kind: str, figure: int) -> int:
    """Return the last day of a date, a month or a year.

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
    """Return the date, month or year that contains a day."""
    if kind == "date":
        return day
    on = date.fromordinal(day)
    return 12 * on.year + on.month - 1 if kind == "month" else on.year


def whole_years(start: int, end: int) -> int:
    """Return the completed years from one day to another.

    A year from 29 February completes on 1 March in common years. The number is negative if the end
    is before the start, and never decreases while the end increases.

    >>> born, day = read_figure("date", "2004-02-29"), read_figure("date", "2022-02-28")
    >>> whole_years(born, day), whole_years(born, day + 1)
    (17, 18)
    """
    first, last = date.fromordinal(start), date.fromordinal(end)
    return last.year - first.year - ((last.month, last.day) < (first.month, first.day))


def whole_months(start: int, end: int) -> int:
    """Return the completed months from one day to another.

    A month from a day that the last month lacks completes on the first of the next month.

    >>> whole_months(read_figure("date", "2022-01-31"), read_figure("date", "2022-03-01"))
    1
    """
    first, last = date.fromordinal(start), date.fromordinal(end)
    months = 12 * (last.year - first.year) + last.month - first.month
    return months - (last.day < first.day)
