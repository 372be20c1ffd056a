"""Describe the row of a table that applies to a case, and how far the next row is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

import attrs

from policyrules.display.value import DisplayValue
from policyrules.evaluation.dated import StatedRows
from policyrules.evaluation.result import Evaluation
from policyrules.ir.day_rows import NO_ROW_OF_DAY
from policyrules.ir.nodes import FactRef, Key
from policyrules.ir.tables import NO_ROW, Axis, Band, Choice, Choices, Cut, KeyCell
from policyrules.ir.types import Kind, Type
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact, normalize
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

_UNITS: Final[Mapping[Kind, str]] = {
    Kind.DATE: "day",
    Kind.MONTH: "month",
    Kind.CALENDAR_YEAR: "year",
}
"""The units of the distance of two figures of the calendar."""


def applied_row(evaluation: Evaluation, name: str) -> LocalizedText | None:
    """Return the row of a table that applies, and the nearest figure of a key with another row.

    None if the parameter has no rows, or if a key is not known.
    """
    stated = evaluation.dated.parameter_values[name]
    if not isinstance(stated, StatedRows):
        return None
    keys = [_known_key(evaluation, key) for key in evaluation.dated.ruleset.parameters[name].by]
    known = [key for key in keys if key is not None]
    if len(known) < len(keys):
        return None
    values = [key.value for key in known]
    row = stated.table.row_of(values)
    cells = () if row == NO_ROW else stated.table.rows[row].keys
    parts = [
        key.cell_text(cell) for key, cell in zip(known, cells, strict=False) if cell is not None
    ]
    texts = _joined(parts) or LocalizedText("其他情形", "all other cases")
    if stated.table.content(row) == NO_ROW_OF_DAY:
        texts = LocalizedText("该日没有相应规定", "none on that day")
    nearest = min(_changes(stated, known, values), key=lambda change: change.distance, default=None)
    text = LocalizedText(f"适用：{texts.zh}", f"row: {texts.en}")
    if nearest is None:
        return text
    step = nearest.text()
    return LocalizedText(f"{text.zh}；{step.zh}", f"{text.en}; {step.en}")


def _joined(parts: Sequence[LocalizedText]) -> LocalizedText | None:
    if not parts:
        return None
    return LocalizedText("，".join(part.zh for part in parts), ", ".join(part.en for part in parts))


@attrs.frozen
class _KnownKey:
    """A key of a table with its value in a case."""

    title: LocalizedText
    type: Type
    value: Exact | Choice

    def figure(self, figure: Exact) -> LocalizedText:
        """Return a figure of the key for a reader."""
        shown = self._display_value(Possible(Interval(figure, figure)))
        return LocalizedText(shown.text("zh"), shown.text("en"))

    def distance(self, distance: Exact) -> LocalizedText:
        """Return the distance of two figures of the key for a reader."""
        shown = self._display_value(Possible(Interval(distance, distance)))
        if self.type.kind in _UNITS:
            shown = attrs.evolve(shown, kind="count", unit=_UNITS[self.type.kind])
        return LocalizedText(shown.text("zh"), shown.text("en"))

    def _display_value(self, possible: Possible) -> DisplayValue:
        type_ = self.type
        return DisplayValue(
            possible, str(type_.kind), str(type_.unit), type_.words, unit_title=type_.unit_title
        )

    def cell_text(self, cell: KeyCell) -> LocalizedText:
        """Return the words or the band of the key to which a cell applies."""
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
        shown = self._display_value(Possible(frozenset({choice})))
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


def _known_key(evaluation: Evaluation, key: Key) -> _KnownKey | None:
    """Return a key with its value, or None if it is not known."""
    ruleset = evaluation.dated.ruleset
    declared = ruleset.facts if isinstance(key, FactRef) else ruleset.all_values
    possible = evaluation.terms.term(key)
    if not possible.is_settled or possible.not_stated or possible.undefined:
        return None
    value: Exact | Choice = None
    if isinstance(possible.figures, Interval):
        value = possible.point()
    elif possible.figures is not None:
        (value,) = possible.choices
    return _KnownKey(declared[key.name].title, declared[key.name].type, value)


@attrs.frozen
class _Change:
    """The nearest figure of a key on one side at which another row applies."""

    key: _KnownKey
    cut: Cut
    distance: Exact
    is_above: bool

    def text(self) -> LocalizedText:
        """Return where another row begins, and how far that is."""
        figure, distance = self.key.figure(self.cut[0]), self.key.distance(self.distance)
        is_inside = self.cut[1] != self.is_above  # the figure itself has the other row
        zh, en = self.key.title.zh, self.key.title.en.lower()
        if is_inside:
            return LocalizedText(
                f"{zh}到 {figure.zh}时（相差 {distance.zh}）适用另一行",
                f"another row at {en} {figure.en}, {distance.en} away",
            )
        word = ("超过", "above") if self.is_above else ("低于", "below")
        return LocalizedText(
            f"{zh}{word[0]} {figure.zh}时（相差 {distance.zh}）适用另一行",
            f"another row {word[1]} {en} {figure.en}, {distance.en} away",
        )


def _changes(
    stated: StatedRows, keys: Sequence[_KnownKey], values: Sequence[Exact | Choice]
) -> Iterator[_Change]:
    """Yield the nearest change of each figure, up and down."""
    table = stated.table
    here = table.content(table.row_of(values))
    pieces = [axis.piece_of(value) for axis, value in zip(table.axes, values, strict=True)]
    for place, (key, axis) in enumerate(zip(keys, table.axes, strict=True)):
        if not key.type.kind.is_ordered or key.value is None or isinstance(key.value, (str, bool)):
            continue
        for is_above in (True, False):
            for piece in _beside(axis, pieces[place], is_above=is_above):
                combination = (*pieces[:place], piece, *pieces[place + 1 :])
                row = table.chosen.get(combination)
                if row is not None and table.content(row) != here:
                    cut = axis.cuts[piece - 1 if is_above else piece]
                    figure = _nearest_figure(axis, cut, is_above=is_above)
                    distance = normalize(abs(Fraction(figure[0]) - Fraction(key.value)))
                    yield _Change(key, figure, distance, is_above)
                    break


def _beside(axis: Axis, piece: int, *, is_above: bool) -> range:
    return range(piece + 1, axis.figure_pieces) if is_above else range(piece - 1, -1, -1)


def _nearest_figure(axis: Axis, cut: Cut, *, is_above: bool) -> Cut:
    """Return the cut at the nearest figure beyond it, if the figures have a step."""
    figure, is_behind = cut
    step = axis.domain.step
    if step is None or is_behind != is_above:
        return cut
    return (figure + step, False) if is_above else (figure - step, True)
