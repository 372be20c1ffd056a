"""Readers of the calendar and of lists: days, months and years, and lists of them or of words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

import attrs

from policyrules.intake.problems import (
    NONE,
    UNKNOWN_IS_NULL,
    Wrong,
    no_such_absence,
    range_text,
    shown,
    wrong,
)
from policyrules.ir.ruleset import Fact
from policyrules.ir.situation import Entry, Known
from policyrules.ir.types import Kind
from policyrules.values.calendar import figure_text, looks_like, read_figure


@attrs.frozen
class CalendarReader:
    """Takes a `date`, and texts such as `2022-07-15`, `2022-07` and `2022`; a year as a number too.

    A moment of time is no day: which day it is depends on the place.
    """

    fact: Fact

    def __call__(self, value: Any) -> Known:
        """What was given, as a figure of the calendar."""
        kind = self.fact.type.kind
        if isinstance(value, str):
            return self._text(value)
        if type(value) is date and kind is Kind.DATE:
            return self._known(value.toordinal(), value)
        if type(value) is int and kind is Kind.CALENDAR_YEAR:
            return self._known(value, value)
        remedy = ""
        if isinstance(value, datetime):
            remedy = "give the day alone: `.date()`"
        elif isinstance(value, date):
            remedy = f"write it as a text, such as `{figure_text(kind, self._example)}`"
        raise self._not_read(value, remedy)

    def _text(self, value: str) -> Known:
        kind, text = self.fact.type.kind, value.strip()
        if text == NONE:
            if self.fact.type.none is not None:
                return Known(None)
            raise no_such_absence(self.fact, value)
        if self.fact.type.none is not None and text in {
            self.fact.type.none.zh,
            self.fact.type.none.en,
        }:
            return Known(None)
        figure = read_figure(kind, text)
        if figure is not None:
            return self._known(figure, value)
        if looks_like(kind, text):
            message = f"`{self.fact.name}` is {_ARTICLES[kind]} that the calendar does not have"
            raise wrong("no-such-date", self.fact, message, value)
        raise self._not_read(value, self._mended(text))

    def _known(self, figure: int, value: object) -> Known:
        fact = self.fact
        if (fact.low is not None and figure < fact.low) or (
            fact.high is not None and figure > fact.high
        ):
            message = f"`{fact.name}` is out of its range {range_text(fact)}"
            remedy = "is this the right figure?"
            raise wrong("out-of-range", fact, message, value, remedy=remedy)
        return Known(figure)

    def _not_read(self, value: object, remedy: str) -> Wrong:
        kind = self.fact.type.kind
        message = f"`{self.fact.name}` is not {_ARTICLES[kind]}"
        return wrong("wrong-type", self.fact, message, value, remedy=remedy)

    @property
    def _example(self) -> int:
        return int(self.fact.low or 0)

    def _mended(self, text: str) -> str:
        """How to write what was probably meant."""
        if text.lower() in {"", "unknown", "null", "未知"}:
            return UNKNOWN_IS_NULL
        digits = text
        for sign in ("年", "月", "/", "."):
            digits = digits.replace(sign, "-")
        parts = digits.removesuffix("日").removesuffix("-").split("-")
        padded = "-".join(part.zfill(2) for part in parts)
        if read_figure(self.fact.type.kind, padded) is not None:
            return f"write `{padded}`"
        return ""


_ARTICLES: Final[Mapping[Kind, str]] = {
    Kind.DATE: "a date",
    Kind.MONTH: "a month",
    Kind.CALENDAR_YEAR: "a calendar year",
}


@attrs.frozen
class ListReader:
    """Takes a list of figures, each read by `entry`; only a date may stand in it twice."""

    fact: Fact
    entry: Callable[[Any], Known]

    def __call__(self, value: Any) -> Known:
        """What was given, as a tuple of entries."""
        fact = self.fact
        if not isinstance(value, (list, tuple)):
            remedy = ""
            if isinstance(value, str):
                is_empty = value.strip() in {"", NONE}
                remedy = "write `[]` where there is none" if is_empty else f"write `[{value}]`"
            elif isinstance(value, (set, frozenset)):
                remedy = "give them in an order: a list"
            message = f"`{fact.name}` is not a list"
            raise wrong("wrong-type", fact, message, value, remedy=remedy)
        if len(value) > fact.at_most:
            message = f"`{fact.name}` has too many entries"
            found = f"{len(value):,} of them"
            raise wrong("out-of-range", fact, message, value, found=found)
        entries: list[Entry] = []
        for one in value:
            figure = self._entry(one)
            if figure in entries and fact.type.of is not Kind.DATE:
                message = f"`{fact.name}` has an entry twice"
                raise wrong("given-twice", fact, message, one, remedy="leave one of them out")
            entries.append(figure)
        return Known(tuple(entries))

    def _entry(self, one: object) -> Entry:
        if one is None:
            message = f"an entry of `{self.fact.name}` is not known"
            remedy = "leave the whole list out, where not all of it is known"
            raise wrong("wrong-type", self.fact, message, one, found="nothing", remedy=remedy)
        figure = self.entry(one).figure
        if not isinstance(figure, (int, str)):
            raise TypeError(f"no entry of a list: {shown(one)}")
        return figure
