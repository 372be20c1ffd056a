"""Look up the content of tables by their keys, each of which may have several possible values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policyrules.evaluation.dated import StatedRows
from policyrules.ir.tables import Axis
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, union
from policyrules.values.possible import UNDECLARED_WORD, Interval, Possible, hull


def look_up_cell(table: Mapping[str | None, Possible], key: Possible) -> Possible:
    """Return the hull of the cells of a table by words that the possible words of its key select.

    `table` is a value of `DatedRuleset.parameter_values`.
    """
    another = table.get(UNDECLARED_WORD)
    cells = [
        cell
        for choice in key.choices
        if isinstance(choice, str) and (cell := table.get(choice, another)) is not None
    ]
    cells += [table[None]] if key.may_be_none else []
    return _with_unstated_keys(cells, [key], key.dependencies)


def look_up_row(stated: StatedRows, keys: Sequence[Possible]) -> Possible:
    """Return the hull of the rows of a table that the possible values of its keys select."""
    table = stated.table
    pieces = [pieces_of(axis, key) for axis, key in zip(table.axes, keys, strict=True)]
    rows = table.rows_for(pieces)
    selected = dict.fromkeys(rows.values())
    choice = union(
        key.dependencies
        for place, key in enumerate(keys)
        if len(selected) > 1 and _affects_row(rows, place)
    )
    return _with_unstated_keys([stated.value(row) for row in selected], keys, choice)


def pieces_of(axis: Axis, key: Possible) -> list[int]:
    """Return the pieces of a key that contain its possible values."""
    pieces: list[int] = []
    figures = key.figures
    if isinstance(figures, Interval):
        pieces += axis.of_figures(figures.low, figures.high)
    elif isinstance(figures, frozenset):
        another = axis.of_choice(UNDECLARED_WORD)
        for choice in figures:
            piece = axis.of_choice(choice)
            piece = another if piece is None else piece
            pieces += [] if piece is None else [piece]
    if key.may_be_none and (absent := axis.of_choice(None)) is not None:
        pieces.append(absent)
    return sorted(set(pieces))


def _affects_row(rows: Mapping[tuple[int, ...], int], place: int) -> bool:
    """Return whether the key at a place may change the row while the other keys stay the same."""
    row_by_rest: dict[tuple[int, ...], int] = {}
    for combination, row in rows.items():
        rest = (*combination[:place], *combination[place + 1 :])
        if row_by_rest.setdefault(rest, row) != row:
            return True
    return False


def _with_unstated_keys(
    cells: Sequence[Possible], keys: Sequence[Possible], choice: Dependencies
) -> Possible:
    """Return the hull of cells, which may be not stated or undefined if a key may be."""
    open_keys = [key for key in keys if key.not_stated or key.undefined]
    if not open_keys:
        return hull(cells, choice)
    definedness = union(key.definedness_dependencies for key in open_keys)
    no_row = Possible(
        None,
        False,
        any(key.not_stated for key in open_keys),
        any(key.undefined for key in open_keys),
        definedness or NO_DEPENDENCIES,
    )
    return hull([hull(cells, choice), no_row], definedness) if cells else no_row
