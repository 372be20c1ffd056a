"""Look tables up by their keys, of which each may have several possible values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from policyrules.evaluation.dated import StatedRows
from policyrules.ir.tables import Axis
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, union
from policyrules.values.possible import UNDECLARED_WORD, Interval, Possible, hull


def look_up_cell(table: Mapping[str | None, Possible], key: Possible) -> Possible:
    """Look a table by words up; `table` is an entry of `DatedRuleset.parameter_values`."""
    another = table.get(UNDECLARED_WORD)
    cells = [
        cell
        for choice in key.choices
        if isinstance(choice, str) and (cell := table.get(choice, another)) is not None
    ]
    cells += [table[None]] if key.may_be_none else []
    return _with_unstated_keys(cells, [key], key.dependencies)


def look_up_row(stated: StatedRows, keys: Sequence[Possible]) -> Possible:
    """Look a table with rows up: the hull of the rows that the possible values of its keys meet."""
    table = stated.table
    pieces = [pieces_of(axis, key) for axis, key in zip(table.axes, keys, strict=True)]
    rows = table.rows_for(pieces)
    met = dict.fromkeys(rows.values())
    choice = union(
        key.dependencies for place, key in enumerate(keys) if len(met) > 1 and _matters(rows, place)
    )
    return _with_unstated_keys([stated.value(row) for row in met], keys, choice)


def pieces_of(axis: Axis, key: Possible) -> list[int]:
    """Return the pieces of a key that its possible values lie in."""
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


def _matters(rows: Mapping[tuple[int, ...], int], place: int) -> bool:
    """Return whether a key may change the row, whatever the others are."""
    met: dict[tuple[int, ...], int] = {}
    for combination, row in rows.items():
        others = (*combination[:place], *combination[place + 1 :])
        if met.setdefault(others, row) != row:
            return True
    return False


def _with_unstated_keys(
    cells: Sequence[Possible], keys: Sequence[Possible], choice: Dependencies
) -> Possible:
    """Return the hull of cells; if a key is not stated or not defined, so is the result."""
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
