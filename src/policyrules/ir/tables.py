"""The tables of parameters: cells by the word of a key, and rows with a cell for each key.

A table with rows divides each key into pieces: its figures at the ends of all bands, and each word,
yes, no or known absence by itself. Every figure of a piece matches the same rows, so the table maps
each combination of pieces, one of each key, to the rows that match it.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from functools import cached_property
from itertools import chain, product
from typing import Final

import attrs

from policyrules.objects.frozen import freeze_mappings
from policyrules.objects.representation import short_repr
from policyrules.values.exact import Exact, normalize
from policyrules.values.possible import UNDECLARED_WORD


@attrs.frozen(repr=False)
class Bracket:
    """A bracket of a scale: the rate that applies above an edge, and its own notes."""

    __repr__ = short_repr

    edge: Exact
    rate: Exact
    notes: tuple[str, ...] = attrs.field(default=(), eq=False)


@attrs.frozen(repr=False)
class Cell:
    """The content of one cell of a parameter.

    `status` is `stated`, `not_stated`, `pending` (within `low`..`high`), `either` (one of two or
    more), or `no_row` (no row is in force on the day of a reading). A number or a date is within
    `low`..`high`, which are the ends of a period; a word or yes_no is one of `choices`; a set is
    `words`; a scale has `brackets`.
    """

    __repr__ = short_repr

    status: str
    low: Exact | None = None
    high: Exact | None = None
    choices: tuple[str | bool, ...] = ()
    words: tuple[str, ...] = ()
    brackets: tuple[Bracket, ...] = ()


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class Table:
    """Cells by the word of a key.

    `none` is the cell of its known absence, `default` the cell of all other words.
    """

    __repr__ = short_repr

    rows: Mapping[str, Cell] = attrs.field(hash=False)
    none: Cell | None = None
    default: Cell | None = None

    def cell(self, word: str | None) -> Cell:
        """Return the cell of a word; None is the known absence."""
        row = self.none if word is None else self.rows.get(word)
        cell = row or self.default
        if cell is None:
            raise KeyError(word)
        return cell


Cut = tuple[Exact, bool]
"""A cut between the figures of a key: just below a figure, or (True) just above it."""

Choice = str | bool | None
"""A word, yes or no; None is the known absence."""


@attrs.frozen
class Band:
    """The figures of a key from one cut to another; None is no bound."""

    low: Cut | None = None
    high: Cut | None = None


@attrs.frozen
class Choices:
    """The words, yes or no that a cell of a key names; None is the known absence."""

    choices: tuple[Choice, ...]


KeyCell = Band | Choices | None
"""The values of a key that match a row; with None, all of them."""


@attrs.frozen
class KeyDomain:
    """The values that a key may have: figures, if `is_ordered`, and `choices`.

    `low` and `high` are the ends of the range of a fact; `step` is the distance of neighbouring
    figures, None if two figures may be arbitrarily close.
    """

    is_ordered: bool
    choices: tuple[Choice, ...] = ()
    low: Exact | None = None
    high: Exact | None = None
    step: Exact | None = None


@attrs.frozen
class TableRow:
    """A row: a cell for each key, and the content of the table where all cells match."""

    keys: tuple[KeyCell, ...]
    content: Cell


MAX_COMBINATIONS: Final = 20_000
"""The maximum number of combinations of the pieces of the keys of a table."""

NO_ROW: Final = -1
"""The index of `else`, and of any combination that no row matches."""


@attrs.frozen
class Axis:
    """The pieces of a key, by index: its figures between neighbouring cuts, then its choices."""

    domain: KeyDomain
    cuts: tuple[Cut, ...]

    @property
    def size(self) -> int:
        """The number of pieces."""
        return self.figure_pieces + len(self.domain.choices)

    @property
    def figure_pieces(self) -> int:
        """The number of pieces with figures, which come first."""
        return len(self.cuts) + 1 if self.domain.is_ordered else 0

    def of_figures(self, low: Exact | None, high: Exact | None) -> range:
        """Return the pieces from one figure to another; None is no bound."""
        first = 0 if low is None else self.of_figure(low)
        last = self.figure_pieces - 1 if high is None else self.of_figure(high)
        return range(first, last + 1)

    def of_figure(self, figure: Exact) -> int:
        """Return the piece of a figure: the number of cuts below it."""
        return bisect_right(self.cuts, (figure, False))

    def of_choice(self, choice: Choice) -> int | None:
        """Return the piece of a word, yes, no or the known absence; None if it has none."""
        for index, known in enumerate(self.domain.choices):
            if known is choice or (known == choice and type(known) is type(choice)):
                return self.figure_pieces + index
        return None

    def piece_of(self, value: Exact | Choice) -> int:
        """Return the piece of a value; a word that is not declared is `UNDECLARED_WORD`."""
        if self.domain.is_ordered and isinstance(value, (int, Fraction)) and value is not True:
            return self.of_figure(value)
        piece = self.of_choice(value) if value is None or isinstance(value, (str, bool)) else None
        piece = self.of_choice(UNDECLARED_WORD) if piece is None else piece
        return self.size if piece is None else piece

    def pieces_of(self, cell: KeyCell) -> range | tuple[int, ...]:
        """Return the pieces that match a cell of a row."""
        match cell:
            case None:
                return range(self.size)
            case Choices(choices):
                return tuple(
                    piece for choice in choices if (piece := self.of_choice(choice)) is not None
                )
            case Band(low, high):
                first = 0 if low is None else self.cuts.index(low) + 1
                last = self.figure_pieces if high is None else self.cuts.index(high) + 1
                return range(first, last)

    def example(self, piece: int) -> tuple[Exact | Choice] | None:
        """Return a value of a piece, in a tuple; None if the piece has no figure of the key."""
        if piece >= self.figure_pieces:
            return (self.domain.choices[piece - self.figure_pieces],)
        low = self.cuts[piece - 1] if piece else None
        high = self.cuts[piece] if piece < len(self.cuts) else None
        domain = self.domain
        if domain.low is not None and (low is None or low[0] < domain.low):
            low = (domain.low, False)
        if domain.high is not None and (high is None or high[0] > domain.high):
            high = (domain.high, True)
        figure = _figure_between(low, high, domain.step)
        return None if figure is None else (figure,)


def _figure_between(low: Cut | None, high: Cut | None, step: Exact | None) -> Exact | None:
    """Return a figure between two cuts, the lowest that is a multiple of `step`."""
    if low is None and high is None:
        return 0
    if step is not None:
        figure = _multiple_above(low, step) if low is not None else None
        if figure is None and high is not None:
            figure = normalize(Fraction(high[0]) // step * step)
            figure = figure if (figure, False) < high else normalize(figure - step)
        return figure if high is None or (figure is not None and (figure, False) < high) else None
    if low is None:
        return None if high is None else high[0] if high[1] else high[0] - 1
    if high is None:
        return low[0] + 1 if low[1] else low[0]
    if low >= high:
        return None
    if not low[1]:
        return low[0]
    return high[0] if high[1] and low[0] < high[0] else _middle(low[0], high[0])


def _middle(low: Exact, high: Exact) -> Exact | None:
    return normalize((Fraction(low) + high) / 2) if low < high else None


def _multiple_above(low: Cut, step: Exact) -> Exact:
    """Return the lowest multiple of a step above a cut."""
    steps = Fraction(low[0]) / step
    whole = -(-steps.numerator // steps.denominator)
    return normalize((whole + 1 if low[1] and whole == steps else whole) * step)


@attrs.frozen(repr=False)
class RowTable:
    """Rows by the cells of one or more keys.

    Each combination of the keys has the content of the only row that matches it; if `is_ordered`,
    of the first row that does. `default` is the content where no row matches. A single key without
    a name has an empty one in `key_names`.
    """

    __repr__ = short_repr

    key_names: tuple[str, ...]
    domains: tuple[KeyDomain, ...]
    rows: tuple[TableRow, ...]
    default: Cell | None = None
    is_ordered: bool = False

    @property
    def cells(self) -> tuple[Cell, ...]:
        """The contents of all rows, that of `else` last."""
        rest = () if self.default is None else (self.default,)
        return (*(row.content for row in self.rows), *rest)

    def content(self, row: int) -> Cell | None:
        """Return the content of a row; `NO_ROW` is `else`."""
        return self.default if row == NO_ROW else self.rows[row].content

    @cached_property
    def axes(self) -> tuple[Axis, ...]:
        """The pieces of each key."""
        return tuple(
            Axis(domain, tuple(sorted(_cuts(row.keys[place] for row in self.rows))))
            for place, domain in enumerate(self.domains)
        )

    @property
    def combinations(self) -> int:
        """The number of combinations of pieces."""
        result = 1
        for axis in self.axes:
            result *= axis.size
        return result

    @cached_property
    def matching_rows(self) -> Mapping[tuple[int, ...], tuple[int, ...]]:
        """The rows that match each combination of pieces; impossible combinations are left out."""
        filled = [
            [piece for piece in range(axis.size) if axis.example(piece) is not None]
            for axis in self.axes
        ]
        matching: dict[tuple[int, ...], list[int]] = {
            combination: [] for combination in product(*filled)
        }
        for index, row in enumerate(self.rows):
            pieces = [axis.pieces_of(cell) for axis, cell in zip(self.axes, row.keys, strict=True)]
            for combination in product(*pieces):
                if combination in matching:
                    matching[combination].append(index)
        return {combination: tuple(rows) for combination, rows in matching.items()}

    @cached_property
    def row_by_combination(self) -> Mapping[tuple[int, ...], int]:
        """The row of each combination of pieces, or `NO_ROW`; impossible ones are left out."""
        return {
            combination: rows[0] if rows else NO_ROW
            for combination, rows in self.matching_rows.items()
        }

    @property
    def is_well_formed(self) -> bool:
        """Return whether each combination matches a row or `else`, and only one if unordered."""
        return all(
            (rows or self.default is not None) and (len(rows) < 2 or self.is_ordered)
            for rows in self.matching_rows.values()
        )

    def row_of(self, values: Sequence[Exact | Choice]) -> int:
        """Return the row of known values of the keys, or `NO_ROW`."""
        pieces = (axis.piece_of(value) for axis, value in zip(self.axes, values, strict=True))
        return self.row_by_combination.get(tuple(pieces), NO_ROW)

    def rows_for(self, pieces: Sequence[Sequence[int]]) -> dict[tuple[int, ...], int]:
        """Return the row of each combination of these pieces; impossible ones are left out."""
        rows = self.row_by_combination
        return {
            combination: rows[combination]
            for combination in product(*pieces)
            if combination in rows
        }


def _cuts(cells: Iterator[KeyCell]) -> set[Cut]:
    bands = (cell for cell in cells if isinstance(cell, Band))
    ends = chain.from_iterable((band.low, band.high) for band in bands)
    return {cut for cut in ends if cut is not None}


def common_cases(*tables: RowTable) -> Iterator[tuple[Exact | Choice, ...]]:
    """Yield the values of the keys in one case for each combination that any table distinguishes.

    The tables have the same keys.
    """
    examples: list[list[Exact | Choice]] = []
    for axes in zip(*(table.axes for table in tables), strict=True):
        cuts = sorted({cut for axis in axes for cut in axis.cuts})
        axis = Axis(axes[0].domain, tuple(cuts))
        pieces = map(axis.example, range(axis.size))
        examples.append([example[0] for example in pieces if example is not None])
    yield from product(*examples)


Content = Cell | Table | RowTable
"""The content of a parameter on a day."""


def cells_of(content: Content) -> tuple[Cell, ...]:
    """Return every cell of the content of a parameter."""
    match content:
        case Cell():
            return (content,)
        case RowTable():
            return content.cells
        case Table(rows, none, default):
            rest = (cell for cell in (none, default) if cell is not None)
            return (*rows.values(), *rest)
