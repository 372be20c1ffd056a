"""Format a possible value: as plain data for a program and as a text for a reader."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import attrs

from policyrules.display.numbers import (
    USUAL_PLACES,
    digits_text,
    distinguishing_places,
    number_text,
    range_text,
    with_unit,
)
from policyrules.objects.frozen import freeze_mappings
from policyrules.objects.representation import short_repr
from policyrules.text.localized import Language, LocalizedText, language_code
from policyrules.values.calendar import figure_text, is_calendar
from policyrules.values.exact import Exact, decimal_text, fraction_text
from policyrules.values.possible import UNDECLARED_WORD, Interval, PeriodSet, Possible, WordSet
from policyrules.values.scale import Scale, Slab


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class DisplayValue:
    """A possible value with what is needed to format it: kind, unit, words and title.

    `unit_title` is the declared name of the unit for readers, such as `岁` for an age; `row` says
    which row of a table applies. `slabs` are the parts of each figure that a scale measures.
    """

    __repr__ = short_repr

    possible: Possible
    kind: str
    unit: str = "1"
    words: Mapping[str, LocalizedText] = attrs.field(factory=dict, hash=False)
    none: LocalizedText | None = None
    title: LocalizedText | None = None
    unit_title: LocalizedText | None = None
    row: LocalizedText | None = None
    slabs: tuple[tuple[Slab, ...], ...] = ()

    @property
    def ends(self) -> tuple[Exact, ...]:
        """The known ends of the range of a number; empty for a value of another kind."""
        figures = self.possible.figures
        if not isinstance(figures, Interval):
            return ()
        return tuple(end for end in (figures.low, figures.high) if end is not None)

    def data(self) -> Any:
        """Return plain data: a text for a number or word, a bool for a yes/no, else a mapping.

        An open value is a mapping with `min` and `max`, `one_of`, `certain` and `possible`, or
        `within`; and with `not_stated`, `undefined` or `none` if these are possible.

        >>> from policyrules.values.possible import number
        >>> DisplayValue(number(30), "count", "person").data()
        '30'
        """
        possible, figures = self.possible, self.possible.figures
        if possible.is_settled and figures is not None:
            if isinstance(figures, Interval):
                return self._number(figures.low)
            if isinstance(figures, WordSet):
                return sorted(figures.certain)
            if isinstance(figures, PeriodSet):
                return _period_data(figures)
            if isinstance(figures, Scale):
                return self._brackets_data(figures)
            return next(iter(figures))
        result: dict[str, Any] = {}
        if isinstance(figures, Interval):
            result |= {"min": self._number(figures.low), "max": self._number(figures.high)}
        elif isinstance(figures, WordSet):
            result |= {"certain": sorted(figures.certain), "possible": sorted(figures.possible)}
        elif isinstance(figures, PeriodSet):
            result["within"] = _period_data(figures)
        elif isinstance(figures, Scale):
            result["brackets"] = self._brackets_data(figures)
        elif figures is not None:
            result["one_of"] = sorted(figures, key=str)
        flags = {"none": possible.may_be_none, "not_stated": possible.not_stated}
        flags["undefined"] = possible.undefined
        return result | {name: True for name, flag in flags.items() if flag}

    def text(self, language: str, places: int | None = None) -> str:
        """Return a text for a reader: `30 人`, `≈23.33 %`, `50 % to 90 %`, `大型`, `not stated`.

        `places` is given for a comparison, so that its figures look different.
        """
        code = language_code(language)
        zh = code == "zh"
        possible, figures = self.possible, self.possible.figures
        parts: list[str] = []
        if isinstance(figures, Interval):
            parts.append(
                self._interval(
                    figures, code, distinguishing_places_among([self]) if places is None else places
                )
            )
        elif isinstance(figures, WordSet):
            parts.append(self._list(self._in_declared_order(figures.possible), code))
        elif isinstance(figures, PeriodSet):
            parts.append(range_text(*_period_ends(figures), code))
        elif isinstance(figures, Scale):
            parts.append(self._brackets_text(figures, code))
        elif figures is not None:
            choices = sorted(figures, key=str)
            parts += [self._list([choice], code) for choice in choices]
        if possible.may_be_none:
            parts.append(self.none.get(code) if self.none else ("无" if zh else "none"))
        if possible.not_stated:
            parts.append("文件未规定" if zh else "not stated")
        if possible.undefined:
            parts.append("无法计算" if zh else "not defined")
        return ("或" if zh else " or ").join(parts)

    def _brackets_data(self, scale: Scale) -> list[dict[str, str]]:
        return [
            {"above": decimal_text(edge, places=2), "rate": fraction_text(rate)}
            for edge, rate in scale.brackets
        ]

    def _brackets_text(self, scale: Scale, language: Language) -> str:
        """Return the rates with their edges: `3 % above 0.00 CNY, 10 % above 36,000.00 CNY`."""
        texts = []
        for edge, rate in scale.brackets:
            above = number_text(edge, "money", self.unit, language)
            percentage = number_text(rate, "ratio", "1", language)
            zh = f"超过 {above}的部分 {percentage}"
            texts.append(zh if language == "zh" else f"{percentage} above {above}")
        return ("，" if language == "zh" else ", ").join(texts)

    def _number(self, number: Exact | None) -> str | None:
        if number is None:
            return None
        if is_calendar(self.kind):
            return figure_text(self.kind, int(number))
        if self.kind == "ratio":
            return fraction_text(number)
        return decimal_text(number, places=2 if self.kind == "money" else 0)

    def _interval(self, figures: Interval, language: Language, places: int) -> str:
        low, high = figures.low, figures.high
        zh = language == "zh"

        def format_number(number: Exact) -> str:
            title = self.unit_title
            return number_text(
                number, self.kind, self.unit, language, unit_title=title, places=places
            )

        if low is None or high is None:
            if low is not None:
                return f"最少 {format_number(low)}" if zh else f"at least {format_number(low)}"
            if high is not None:
                return f"最多 {format_number(high)}" if zh else f"at most {format_number(high)}"
            return "未知" if zh else "not known"
        if low == high:
            return format_number(low)
        if self.kind == "ratio":
            return range_text(format_number(low), format_number(high), language)
        first, last = (digits_text(end, self.kind, language, places) for end in (low, high))
        text = range_text(first, last, language)
        return with_unit(text, self.kind, self.unit, language, unit_title=self.unit_title)

    def _list(self, choices: list[Any], language: Language) -> str:
        return ("、" if language == "zh" else ", ").join(
            self._word(choice, language) for choice in choices
        )

    def _in_declared_order(self, words: frozenset[str]) -> list[str]:
        """Return words in the order of their declaration."""
        declared = [word for word in self.words if word in words]
        return [*declared, *sorted(words - {*declared})]

    def _word(self, choice: str | bool, language: Language) -> str:  # noqa: FBT001 - a value
        if isinstance(choice, bool):
            words = {True: LocalizedText("是", "yes"), False: LocalizedText("否", "no")}
            return words[choice].get(language)
        if choice == UNDECLARED_WORD:
            return LocalizedText("其他", "another").get(language)
        title = self.words.get(choice)
        return title.get(language) if title else choice


def slab_text(slab: Slab, unit: str, language: str) -> str:
    """Return a slab for a reader: `above 0.00 CNY: 80.00 CNY × 3 % = 2.40 CNY`."""
    code = language_code(language)
    low, part, due = (
        number_text(figure, "money", unit, code) for figure in (slab.low, slab.part, slab.due)
    )
    rate = number_text(slab.rate, "ratio", "1", code)
    if slab.high is None:
        edges = f"超过 {low}" if code == "zh" else f"above {low}"
    else:
        high = number_text(slab.high, "money", unit, code)
        edges = f"超过 {low}至 {high}" if code == "zh" else f"above {low} to {high}"
    if code == "zh":
        return f"{edges}的部分：{part} × {rate} = {due}"
    return f"{edges}: {part} × {rate} = {due}"


def distinguishing_places_among(values: Iterable[DisplayValue]) -> int:
    """Return the decimal places at which the figures of one comparison look different."""
    compared = list(values)
    ends = {end for value in compared for end in value.ends}
    kinds = {value.kind for value in compared if value.ends}
    return max((distinguishing_places(ends, kind) for kind in kinds), default=USUAL_PLACES)


def _period_ends(figures: PeriodSet) -> tuple[str, str]:
    low, high = figures.possible
    return figure_text("date", low), figure_text("date", high)


def _period_data(figures: PeriodSet) -> str:
    """Return a period as plain data, from its first day to its last."""
    return "..".join(_period_ends(figures))
