"""What is possible, written down: as data for a program and as a text for a reader."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from policyrules.titles import Language, Title, language_code, unit_text
from policyrules.values.calendar import figure_text, is_calendar
from policyrules.values.exact import (
    Exact,
    decimal_text,
    fraction_text,
    grouped,
    percent_text,
)
from policyrules.values.possible import ANOTHER_WORD, DaySet, Interval, Possible, WordSet


@attrs.frozen
class Shown:
    """A possible value with what is needed to write it: its kind, unit, words and own title."""

    possible: Possible
    kind: str
    unit: str = "1"
    words: Mapping[str, Title] = attrs.field(factory=dict, hash=False)
    none: Title | None = None
    title: Title | None = None

    def data(self) -> Any:
        """Plain data: a text for a number or word, a truth for a yes/no, else a mapping.

        What is open is a mapping with `min` and `max`, or `one_of`, and with `not_stated`,
        `undefined` or `none` where these are possible.

        >>> from policyrules.values.possible import number
        >>> Shown(number(30), "count", "person").data()
        '30'
        """
        possible, figures = self.possible, self.possible.figures
        if possible.is_settled and figures is not None:
            if isinstance(figures, Interval):
                return self._number(figures.low)
            if isinstance(figures, WordSet):
                return sorted(figures.certain)
            if isinstance(figures, DaySet):
                return _days(figures)
            return next(iter(figures))
        result: dict[str, Any] = {}
        if isinstance(figures, Interval):
            result |= {"min": self._number(figures.low), "max": self._number(figures.high)}
        elif isinstance(figures, WordSet):
            result |= {"certain": sorted(figures.certain), "possible": sorted(figures.possible)}
        elif isinstance(figures, DaySet):
            result["within"] = _days(figures)
        elif figures is not None:
            result["one_of"] = sorted(figures, key=str)
        flags = {"none": possible.absent, "not_stated": possible.not_stated}
        flags["undefined"] = possible.undefined
        return result | {name: True for name, flag in flags.items() if flag}

    def text(self, language: str) -> str:
        """For a reader: `30 人`, `≈23.33 %`, `50 %..90 %`, `大型`, `not stated`."""
        code = language_code(language)
        zh = code == "zh"
        possible, figures = self.possible, self.possible.figures
        parts: list[str] = []
        if isinstance(figures, Interval):
            parts.append(self._interval(figures, code))
        elif isinstance(figures, WordSet):
            parts.append(self._list(self._in_order(figures.possible), code))
        elif isinstance(figures, DaySet):
            parts.append(_days(figures, " 至 " if zh else " to "))
        elif figures is not None:
            choices = sorted(figures, key=str)
            parts += [self._list([choice], code) for choice in choices]
        if possible.absent:
            parts.append(self.none.in_(code) if self.none else ("无" if zh else "none"))
        if possible.not_stated:
            parts.append("文本未说明" if zh else "not stated")
        if possible.undefined:
            parts.append("无法计算" if zh else "not defined")
        return ("或" if zh else " or ").join(parts)

    def _number(self, number: Exact | None) -> str | None:
        if number is None:
            return None
        if is_calendar(self.kind):
            return figure_text(self.kind, int(number))
        if self.kind == "ratio":
            return fraction_text(number)
        return decimal_text(number, places=2 if self.kind == "money" else 0)

    def _interval(self, figures: Interval, language: Language) -> str:
        if figures.is_point and figures.low is not None:
            return number_text(figures.low, self.kind, self.unit, language)
        low = "…" if figures.low is None else number_text(figures.low, self.kind, "1", language)
        high = "…" if figures.high is None else number_text(figures.high, self.kind, "1", language)
        unit = unit_text(self.unit, language, plural=True) if self.kind != "ratio" else ""
        return f"{low}..{high}" + (f" {unit}" if unit else "")

    def _list(self, choices: list[Any], language: Language) -> str:
        return ("、" if language == "zh" else ", ").join(
            self._word(choice, language) for choice in choices
        )

    def _in_order(self, words: frozenset[str]) -> list[str]:
        """Words in the order of their declaration, as the text has them."""
        declared = [word for word in self.words if word in words]
        return [*declared, *sorted(words - {*declared})]

    def _word(self, choice: str | bool, language: Language) -> str:  # noqa: FBT001 - a value
        if isinstance(choice, bool):
            words = {True: Title("是", "yes"), False: Title("否", "no")}
            return words[choice].in_(language)
        if choice == ANOTHER_WORD:
            return Title("其他", "another").in_(language)
        title = self.words.get(choice)
        return title.in_(language) if title else choice


def number_text(number: Exact, kind: str, unit: str, language: str) -> str:
    """A number with its unit, for a reader.

    >>> from fractions import Fraction
    >>> number_text(Fraction(11, 200), "ratio", "1", "en"), number_text(3, "count", "person", "zh")
    ('5.5 %', '3 人')
    """
    if is_calendar(kind):
        return figure_text(kind, int(number))
    if kind == "ratio":
        return percent_text(number)
    digits = decimal_text(number, places=2 if kind == "money" else 0)
    text = digits if "/" in digits else grouped(digits)
    written = unit_text(unit, language, plural=number != 1)
    return f"{text} {written}" if written else text


def _days(figures: DaySet, between: str = "..") -> str:
    """A period, from its first day to its last; as data as the ruleset writes it."""
    low, high = figures.possible
    return f"{figure_text('date', low)}{between}{figure_text('date', high)}"
