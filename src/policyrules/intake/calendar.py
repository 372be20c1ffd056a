"""The reader of dates, months and calendar years, with remedies for other notations."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

import attrs

from policyrules.evaluation.situation import KnownFact
from policyrules.intake.problems import (
    NONE_WORD,
    UNKNOWN_IS_NULL,
    InvalidFact,
    invalid,
    means_unknown,
    none_not_allowed,
    range_text,
)
from policyrules.intake.python_values import is_missing, to_plain, to_plain_day
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind
from policyrules.text.localized import texts_of
from policyrules.text.punctuation import full_width_prefix, to_ascii
from policyrules.text.words import fold_word
from policyrules.values.calendar import figure_text, matches_format, read_figure


@attrs.frozen
class CalendarReader:
    """Reads a `date`, texts such as `2022-07-15`, `2022年7月` and `2022`, and a year as `int`.

    A datetime is accepted only at midnight and without a time zone, as the date of any other
    datetime depends on the time zone.
    """

    fact: Fact

    def __call__(self, value: Any) -> KnownFact:
        """Return the date, month or year as a known ordinal."""
        kind = self.fact.type.kind
        if isinstance(value, str):
            return self._read_text(value)
        if type(value) is date and kind is Kind.DATE:
            return self._check_range(value.toordinal(), value)
        if type(value) is int and kind is Kind.CALENDAR_YEAR:
            return self._check_range(value, value)
        plain = to_plain_day(to_plain(value))
        if type(plain) is not type(value) and not isinstance(plain, bool):
            return self(plain)
        raise self._wrong_type(value, lambda: self._remedy_for_object(value))

    def _read_text(self, value: str) -> KnownFact:
        kind, text = self.fact.type.kind, value.strip()
        figure = read_figure(kind, text)
        if figure is not None:
            return self._check_range(figure, value)
        none = self.fact.type.none
        if text == NONE_WORD or (
            none is not None and fold_word(text) in map(fold_word, texts_of(none))
        ):
            if none is not None:
                return KnownFact(None)
            raise none_not_allowed(self.fact, value)
        iso_text = _to_iso(kind, text)
        figure = read_figure(kind, iso_text)
        if figure is not None:
            return self._check_range(figure, value)
        if matches_format(kind, iso_text):
            message = f"`{self.fact.name}` is {_KIND_NAMES[kind]} that the calendar does not have"
            raise invalid("no-such-date", self.fact, message, value)
        raise self._wrong_type(value, lambda: self._remedy_for_text(text))

    def _check_range(self, figure: int, value: object) -> KnownFact:
        """Return the known figure, if it is in range."""
        fact = self.fact
        if not self._is_in_range(figure):
            message = f"`{fact.name}` is out of its range {range_text(fact)}"
            remedy = "is this the right figure?"
            raise invalid("out-of-range", fact, message, value, remedy=remedy)
        return KnownFact(figure)

    def _is_in_range(self, figure: int) -> bool:
        low, high = self.fact.low, self.fact.high
        return (low is None or figure >= low) and (high is None or figure <= high)

    def _wrong_type(self, value: object, remedy: Callable[[], str]) -> InvalidFact:
        kind = self.fact.type.kind
        message = f"`{self.fact.name}` is not {_KIND_NAMES[kind]}"
        return invalid("wrong-type", self.fact, message, value, remedy=remedy)

    def _remedy_for_object(self, value: object) -> str:
        """Return a remedy for a value that is not a text."""
        if is_missing(value):
            return ""
        if isinstance(value, datetime):
            return "give the day alone: `.date()`"
        if isinstance(value, date):
            # The ISO text of a date begins with its year and month.
            length = 7 if self.fact.type.kind is Kind.MONTH else 4
            return f"write it as a text: `{value.isoformat()[:length]}`"
        return ""

    def _remedy_for_text(self, text: str) -> str:
        """Return how to write a text that means one date only, or an empty text."""
        kind = self.fact.type.kind
        if means_unknown(text):
            return UNKNOWN_IS_NULL
        if self.fact.type.none is not None and text.casefold() in _AMBIGUOUS_ABSENCE:
            return f"write `{NONE_WORD}` if there is none; {UNKNOWN_IS_NULL}"
        if remedy := span_remedy(self.fact, text):
            return remedy
        plain = to_ascii(text)
        ascii_iso_text = _to_iso(kind, plain)
        if plain != text and read_figure(kind, ascii_iso_text) is not None:
            return full_width_prefix(text) + f"write `{ascii_iso_text}`"
        day, mark, _ = plain.partition("T" if "T" in plain else " ")
        if mark and kind is Kind.DATE and read_figure(kind, day) is not None:
            return "give the day alone, without a time"
        iso_text = _reorder_to_iso(kind, plain)
        figure = read_figure(kind, iso_text)
        if figure is not None and self._is_in_range(figure):
            return f"write `{iso_text}`"
        return ""


def span_remedy(fact: Fact, text: str) -> str:
    """Return a remedy for a span of days, months or years, such as `2022-01..2022-03`.

    In a list each of them is an entry of its own; any other fact is only one of them. The remedy
    for a text that is not a span is empty.
    """
    kind = fact.type.entry_kind or fact.type.kind
    ends = _SPAN_MARK.split(to_ascii(text).strip())
    figures = [read_figure(kind, _to_iso(kind, end.strip())) for end in ends]
    if len(figures) != 2 or figures[0] is None or figures[1] is None or figures[0] > figures[1]:
        return ""
    name = _NAMES_OF_ENTRIES[kind]
    if not fact.max_items:
        return f"a fact is one {name}: give it alone, or leave the fact out if it is unknown"
    if figures[1] - figures[0] >= min(_MAX_LISTED, fact.max_items):
        return f"a list has every {name} as an entry of its own"
    entries = [figure_text(kind, figure) for figure in range(figures[0], figures[1] + 1)]
    return f"write every {name}: `[{', '.join(entries)}]`"


def _to_iso(kind: Kind, text: str) -> str:
    """Rewrite a date as `2022-07-15`, if it begins with the year, then the month.

    >>> _to_iso(Kind.DATE, "2024年11月1日"), _to_iso(Kind.MONTH, "2022/7")
    ('2024-11-01', '2022-07')
    >>> _to_iso(Kind.DATE, "2022-11-25T00:00:00"), _to_iso(Kind.DATE, "25/11/2022")
    ('2022-11-25', '25/11/2022')
    """
    pattern = _PATTERNS[kind]
    match = pattern.fullmatch(text)
    if match is None:
        return text
    return "-".join(part.zfill(2) for part in match.groups() if part and part.isdecimal())


def unambiguous_day(text: str) -> str:
    """Return the only day that a text can mean, as `2022-07-15`, or an empty text.

    >>> (
    ...     unambiguous_day("2022年11月25日"),
    ...     unambiguous_day("25.11.2022"),
    ...     unambiguous_day("3/2/2022"),
    ... )
    ('2022-11-25', '2022-11-25', '')
    """
    plain = to_ascii(text).strip()
    for iso_text in (_to_iso(Kind.DATE, plain), _reorder_to_iso(Kind.DATE, plain)):
        if iso_text and read_figure(Kind.DATE, iso_text) is not None:
            return iso_text
    return ""


def _reorder_to_iso(kind: Kind, text: str) -> str:
    """Rewrite a date in another order if it is unambiguous; return an empty text if not.

    >>> _reorder_to_iso(Kind.DATE, "20000302"), _reorder_to_iso(Kind.DATE, "31.12.2000")
    ('2000-03-02', '2000-12-31')
    >>> _reorder_to_iso(Kind.DATE, "03.02.2000"), _reorder_to_iso(Kind.MONTH, "202209")
    ('', '2022-09')
    """
    if kind is Kind.DATE:
        if match := re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", text):
            return "-".join(match.groups())
        if match := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})", text):
            first, second, year = match.groups()
            # The order is ambiguous unless one number is above twelve, or both are equal.
            pairs = {(first, second), (second, first)}
            months = {(int(month), int(day)) for month, day in pairs if int(month) <= 12}
            if len(months) == 1:
                ((month, day),) = months
                return f"{year}-{month:02}-{day:02}"
    if kind is Kind.MONTH and (match := re.fullmatch(r"([0-9]{4})([0-9]{2})", text)):
        return "-".join(match.groups())
    if kind is Kind.CALENDAR_YEAR and (match := re.fullmatch(r"([0-9]{4})[ ]*届", text)):
        return match[1]
    return ""


_AMBIGUOUS_ABSENCE: Final = frozenset({"无", "没有", "否", "no", "0", "-"})
"""Texts that mean either a known absence or an unknown date."""

_PATTERNS: Final[Mapping[Kind, re.Pattern[str]]] = {
    Kind.DATE: re.compile(
        r"([0-9]{4})(?:[ ]*年[ ]*([0-9]{1,2})[ ]*月[ ]*([0-9]{1,2})[ ]*[日号]"
        r"|([-/.])([0-9]{1,2})\4([0-9]{1,2}))"
        # Other programs write a date as midnight.
        r"(?:[ T]00:00(?::00(?:\.0+)?)?)?"
    ),
    Kind.MONTH: re.compile(r"([0-9]{4})(?:[ ]*年[ ]*([0-9]{1,2})[ ]*月(?:份)?|[-/.]([0-9]{1,2}))"),
    Kind.CALENDAR_YEAR: re.compile(r"([0-9]{4})[ ]*年(?:度)?"),
}

_SPAN_MARK: Final = re.compile(r"\.{2,3}|…|[~～〜至到—–]+| +- +| +to +")
_MAX_LISTED: Final = 12
"""The most entries that the remedy for a span writes out."""

_NAMES_OF_ENTRIES: Final[Mapping[Kind, str]] = {
    Kind.DATE: "day",
    Kind.MONTH: "month",
    Kind.CALENDAR_YEAR: "year",
}

_KIND_NAMES: Final[Mapping[Kind, str]] = {
    Kind.DATE: "a date",
    Kind.MONTH: "a month",
    Kind.CALENDAR_YEAR: "a calendar year",
}
