"""Describe the row of a table that applies to a case, and how far the next row is."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Final

import attrs

from policyrules.evaluation.dated import StatedRows
from policyrules.evaluation.row_texts import KeyTexts, row_text
from policyrules.evaluation.terms import TermEvaluator
from policyrules.ir.day_rows import NO_ROW_OF_DAY
from policyrules.ir.nodes import FactRef, Key
from policyrules.ir.tables import NO_ROW, Axis, Choice, Cut
from policyrules.ir.types import Kind
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact, normalize
from policyrules.values.possible import Interval, Possible

_UNITS: Final[Mapping[Kind, str]] = {
    Kind.DATE: "day",
    Kind.MONTH: "month",
    Kind.CALENDAR_YEAR: "year",
}
"""The units of the distance of two figures of the calendar."""


def applied_row(terms: TermEvaluator, name: str) -> LocalizedText | None:
    """Return the row of a table that applies, and the nearest figure of a key with another row.

    None if the parameter has no rows, or if a key is not known.
    """
    stated = terms.dated.parameter_values[name]
    if not isinstance(stated, StatedRows):
        return None
    keys = [_known_key(terms, key) for key in terms.dated.ruleset.parameters[name].by]
    known = [key for key in keys if key is not None]
    if len(known) < len(keys):
        return None
    values = [key.value for key in known]
    row = stated.table.row_of(values)
    cells = () if row == NO_ROW else stated.table.rows[row].keys
    texts = row_text([key.texts for key in known], cells)
    if stated.table.content(row) == NO_ROW_OF_DAY:
        texts = LocalizedText("该日没有相应规定", "none on that day")
    nearest = min(_changes(stated, known, values), key=lambda change: change.distance, default=None)
    text = LocalizedText(f"适用：{texts.zh}", f"row: {texts.en}")
    if nearest is None:
        return text
    step = nearest.text()
    return LocalizedText(f"{text.zh}；{step.zh}", f"{text.en}; {step.en}")


@attrs.frozen
class _KnownKey:
    """A key of a table with its value in a case."""

    texts: KeyTexts
    value: Exact | Choice

    def distance(self, distance: Exact) -> LocalizedText:
        """Return the distance of two figures of the key for a reader."""
        kind = self.texts.type.kind
        shown = self.texts.display_value(Possible(Interval(distance, distance)))
        if kind in _UNITS:
            shown = attrs.evolve(shown, kind="count", unit=_UNITS[kind])
        return LocalizedText(shown.text("zh"), shown.text("en"))


def _known_key(terms: TermEvaluator, key: Key) -> _KnownKey | None:
    """Return a key with its value, or None if it is not known."""
    ruleset = terms.dated.ruleset
    declared = ruleset.facts if isinstance(key, FactRef) else ruleset.all_values
    possible = terms.term(key)
    if not possible.is_settled or possible.not_stated or possible.undefined:
        return None
    value: Exact | Choice = None
    if isinstance(possible.figures, Interval):
        value = possible.point()
    elif possible.figures is not None:
        (value,) = possible.choices
    return _KnownKey(KeyTexts(declared[key.name].title, declared[key.name].type), value)


@attrs.frozen
class _Change:
    """The nearest figure of a key on one side at which another row applies."""

    key: _KnownKey
    cut: Cut
    distance: Exact
    is_above: bool

    def text(self) -> LocalizedText:
        """Return where another row begins, and how far that is."""
        figure, distance = self.key.texts.figure(self.cut[0]), self.key.distance(self.distance)
        is_inside = self.cut[1] != self.is_above  # the figure itself has the other row
        zh, en = self.key.texts.title.zh, self.key.texts.title.en.lower()
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
        if (
            not key.texts.type.kind.is_ordered
            or key.value is None
            or isinstance(key.value, (str, bool))
        ):
            continue
        for is_above in (True, False):
            for piece in _beside(axis, pieces[place], is_above=is_above):
                combination = (*pieces[:place], piece, *pieces[place + 1 :])
                row = table.row_by_combination.get(combination)
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
