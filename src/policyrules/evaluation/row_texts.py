"""Describe rows of tables for readers: the values of each key that match its cell."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import attrs

from policyrules.display.value import DisplayValue
from policyrules.evaluation.display_values import display_value
from policyrules.ir.tables import Band, Choice, Choices, KeyCell
from policyrules.ir.types import Type
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact
from policyrules.values.possible import UNDECLARED_WORD, Interval, Possible

_FROM: Final[Mapping[bool, LocalizedText]] = {
    False: LocalizedText("至少 {}", "at least {}"),
    True: LocalizedText("超过 {}", "above {}"),
}
_TO: Final[Mapping[bool, LocalizedText]] = {
    False: LocalizedText("不足 {}", "below {}"),
    True: LocalizedText("至多 {}", "at most {}"),
}
_DAYS_FROM: Final[Mapping[bool, LocalizedText]] = {
    False: LocalizedText("自 {} 起", "from {}"),
    True: LocalizedText("晚于 {}", "after {}"),
}
_DAYS_TO: Final[Mapping[bool, LocalizedText]] = {
    False: LocalizedText("早于 {}", "before {}"),
    True: LocalizedText("不晚于 {}", "until {}"),
}
"""The phrase for an end of a band; the key is true if the cut lies after its figure."""


def row_text(keys: Sequence[KeyTexts], cells: Sequence[KeyCell]) -> LocalizedText:
    """Describe the cases that match a row; a row without cells is that of all other cases."""
    parts = [
        key.cell_text(cell) for key, cell in zip(keys, cells, strict=False) if cell is not None
    ]
    if not parts:
        return LocalizedText("其他情形", "all other cases")
    return LocalizedText("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


@attrs.frozen
class KeyTexts:
    """The texts of a key of a table: of its figures, and of the cells of rows."""

    title: LocalizedText
    type: Type

    def figure(self, figure: Exact) -> LocalizedText:
        """Return a figure of the key for a reader."""
        shown = self.display_value(Possible(Interval(figure, figure)))
        return LocalizedText(shown.text("zh"), shown.text("en"))

    def display_value(self, possible: Possible) -> DisplayValue:
        """Return a value of the key for display."""
        return display_value(possible, self.type)

    def cell_text(self, cell: KeyCell) -> LocalizedText:
        """Describe the words or the band of the key that match a cell."""
        if isinstance(cell, Choices):
            words = [self._choice(choice) for choice in cell.choices]
            text = LocalizedText(
                "或".join(word.zh for word in words), " or ".join(word.en for word in words)
            )
        else:
            text = self._band(cell or Band())
        return LocalizedText(f"{self.title.zh}{text.zh}", f"{self.title.en} {text.en}")

    def _choice(self, choice: Choice) -> LocalizedText:
        if choice is None:
            return self.type.none or LocalizedText("无", "none")
        if choice == UNDECLARED_WORD:
            return LocalizedText("其他", "other")
        shown = self.display_value(Possible(frozenset({choice})))
        return LocalizedText(f"为{shown.text('zh')}", shown.text("en"))

    def _band(self, band: Band) -> LocalizedText:
        if band.low is not None and band.high is not None and band.low[0] == band.high[0]:
            figure = self.figure(band.low[0])
            return LocalizedText(f"为 {figure.zh}", figure.en)
        is_calendar = self.type.kind.is_calendar
        ends = (
            (band.low, _DAYS_FROM if is_calendar else _FROM),
            (band.high, _DAYS_TO if is_calendar else _TO),
        )
        parts = []
        for cut, words in ends:
            if cut is not None:
                figure, phrase = self.figure(cut[0]), words[cut[1]]
                parts.append(
                    LocalizedText(phrase.zh.format(figure.zh), phrase.en.format(figure.en))
                )
        return LocalizedText(
            "、".join(part.zh for part in parts), " and ".join(part.en for part in parts)
        )
