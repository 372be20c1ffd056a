"""Read literals of the calendar: days, months, years, periods and dates of issue."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from typing import Final

from policyrules.check.literals import (
    EXAMPLES,
    describe_type,
    range_remedy,
    read_both_ends,
)
from policyrules.check.quantities import read_calendar
from policyrules.diagnostics import Diagnostics, cut_text
from policyrules.ir.types import Kind, Type
from policyrules.syntax.yaml import Scalar
from policyrules.text.punctuation import full_width_remedy
from policyrules.text.words import fold_word
from policyrules.values import calendar

_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")


def read_figure(scalar: Scalar, kind: Kind, diagnostics: Diagnostics) -> int | None:
    """Read a day, a month or a year of the calendar."""
    figure = calendar.read_figure(kind, scalar.text)
    if figure is not None:
        return figure
    is_malformed = not calendar.matches_format(kind, scalar.text)
    diagnostics.report(
        "bad-literal" if is_malformed else "no-such-date",
        scalar.span,
        f"{cut_text(scalar.text)} is not {describe_type(Type(kind))}"
        if is_malformed
        else f"the calendar has no `{scalar.text}`",
        found=cut_text(scalar.text),
        expected=EXAMPLES[kind] if is_malformed else f"{describe_type(Type(kind))} that exists",
        remedy=calendar_remedy(kind, scalar.text),
    )
    return None


def calendar_remedy(kind: Kind, text: str) -> str:
    """Return the remedy for a text that is not a day, month or year of the language."""
    suggestion = read_calendar(kind, text)
    if suggestion is not None:
        return f"write `{suggestion}`"
    if _TODAY_SPELLINGS.fullmatch(text):
        return "write the day: rules do not know the current date"
    return full_width_remedy(text)


_TODAY_SPELLINGS: Final = re.compile(r"today|now|今天|今日|当天|当日", re.IGNORECASE)


def read_period(scalar: Scalar, kind: Kind, diagnostics: Diagnostics) -> tuple[int, int] | None:
    """Read the first and the last day of a period such as `2022-01-01..2022-12-31`."""
    remedy = partial(
        range_remedy,
        scalar,
        lambda end: read_calendar(kind, end),
        lambda range_, new_diagnostics: read_period(range_, kind, new_diagnostics),
    )
    ends = read_both_ends(
        scalar,
        ("a period", "the first and the last, such as 2022-01-01..2022-12-31", remedy),
        lambda end: read_figure(end, kind, diagnostics),
        diagnostics,
    )
    if ends is not None and ends[0] > ends[1]:
        diagnostics.report(
            "date-order",
            scalar.span,
            "the period ends before it begins",
            found=f"`{scalar.text}`",
            expected="the earlier end first",
        )
        return None
    return ends


def read_date(scalar: Scalar, diagnostics: Diagnostics) -> date | None:
    """Read a day of the calendar."""
    match = _DATE.fullmatch(scalar.text)
    if match is None:
        diagnostics.report(
            "bad-literal",
            scalar.span,
            f"{cut_text(scalar.text)} is not a date",
            found=cut_text(scalar.text),
            expected="a date, such as 2022-11-25",
            remedy=calendar_remedy(Kind.DATE, scalar.text),
        )
        return None
    try:
        return date(*(int(part) for part in match.groups()))
    except ValueError:
        diagnostics.report(
            "no-such-date",
            scalar.span,
            f"the calendar has no `{scalar.text}`",
            found=f"`{scalar.text}`",
            expected="a day that exists",
        )
        return None


def read_issued(scalar: Scalar, diagnostics: Diagnostics) -> str | None:
    """Read the date of issue of a document: a day, a month, a year, or empty for `not_stated`."""
    if scalar.text == "not_stated":
        return ""
    if calendar.matches_format(Kind.DATE, scalar.text):
        return scalar.text if read_date(scalar, diagnostics) else None
    for kind in (Kind.MONTH, Kind.CALENDAR_YEAR):
        if calendar.matches_format(kind, scalar.text):
            return scalar.text if read_figure(scalar, kind, diagnostics) else None
    diagnostics.report(
        "bad-literal",
        scalar.span,
        f"{cut_text(scalar.text)} is not a date of issue",
        found=cut_text(scalar.text),
        expected="a day, a month or a year, such as 2022-11-25, 2022-11 or 2022, or `not_stated`",
        remedy=_issued_remedy(scalar.text),
    )
    return None


def _issued_remedy(text: str) -> str:
    """Return the remedy for a date of issue in another notation, or an empty text."""
    if fold_word(text) in _UNKNOWN_DATE_SPELLINGS:
        return "write `not_stated`"
    for kind in (Kind.DATE, Kind.MONTH, Kind.CALENDAR_YEAR):
        suggestion = read_calendar(kind, text)
        if suggestion is not None:
            return f"write `{suggestion}`"
    return full_width_remedy(text)


_UNKNOWN_DATE_SPELLINGS: Final = frozenset(
    ("unknown", "notstated", "none", "undated", "null", "na", "n/a", "不详", "未知", "未注明", "无")
)
"""The spellings of an unknown date of issue in other notations, folded."""


def read_year(scalar: Scalar, diagnostics: Diagnostics) -> int | None:
    """Read a calendar year."""
    if re.fullmatch(r"(19|20|21)[0-9]{2}", scalar.text):
        return int(scalar.text)
    diagnostics.report(
        "bad-literal",
        scalar.span,
        f"{cut_text(scalar.text)} is not a year",
        found=cut_text(scalar.text),
        expected="a calendar year, such as 2022",
        remedy=full_width_remedy(scalar.text),
    )
    return None
