"""Mutants of tables with rows: an edge, a row or the order of two rows is wrong."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import attrs

from policyrules.ir.tables import Band, Cell, Cut, RowTable, TableRow, common_cases
from policyrules.ir.types import Kind
from policyrules.testing.mutation.operators import Mistake, MutationOperator
from policyrules.values.calendar import figure_text
from policyrules.values.exact import Exact, decimal_text, percent_text


def mutate_rows(
    table: RowTable,
    kinds: Sequence[Kind],
    mutate_cell: Callable[[Cell], Iterator[tuple[Mistake, Cell]]],
) -> Iterator[tuple[Mistake, RowTable]]:
    """Yield a table with one mistake each; `kinds` are those of its keys."""
    for index, row in enumerate(table.rows):
        for mistake, cell in mutate_cell(row.content):
            changed = _with_row(table, index, attrs.evolve(row, content=cell))
            yield attrs.evolve(mistake, row=f"row {index + 1}"), changed
    if table.default is not None:
        for mistake, cell in mutate_cell(table.default):
            yield attrs.evolve(mistake, row="else"), attrs.evolve(table, default=cell)
    for mistake, changed in (
        *_swap_contents(table),
        *_move_edges(table, kinds),
        *_remove_rows(table),
        *(_swap_rows(table) if table.is_ordered else ()),
    ):
        if changed.is_well_formed and _decides_otherwise(table, changed):
            yield mistake, changed


def edge_text(kind: Kind, figure: Exact) -> str:
    """Return a figure as an author writes it, without its unit."""
    if kind is Kind.RATIO:
        return percent_text(figure)
    if kind is Kind.PERIOD or kind.is_calendar:
        return figure_text("date" if kind is Kind.PERIOD else kind, int(figure))
    return decimal_text(figure)


def _with_row(table: RowTable, index: int, row: TableRow) -> RowTable:
    return attrs.evolve(table, rows=(*table.rows[:index], row, *table.rows[index + 1 :]))


def _swap_contents(table: RowTable) -> Iterator[tuple[Mistake, RowTable]]:
    """Exchange the contents of two neighbouring rows."""
    for index, (row, next_row) in enumerate(pairwise(table.rows)):
        changed = _with_row(table, index, attrs.evolve(row, content=next_row.content))
        changed = _with_row(changed, index + 1, attrs.evolve(next_row, content=row.content))
        yield Mistake(MutationOperator.SWAP_CELLS, _names(index)), changed


def _swap_rows(table: RowTable) -> Iterator[tuple[Mistake, RowTable]]:
    """Exchange two neighbouring rows."""
    for index, (row, next_row) in enumerate(pairwise(table.rows)):
        changed = _with_row(_with_row(table, index, next_row), index + 1, row)
        yield Mistake(MutationOperator.SWAP_ROWS, _names(index)), changed


def _names(index: int) -> tuple[str, str]:
    return f"row {index + 1}", f"row {index + 2}"


def _remove_rows(table: RowTable) -> Iterator[tuple[Mistake, RowTable]]:
    for index in range(len(table.rows)):
        rest = (*table.rows[:index], *table.rows[index + 1 :])
        mistake = Mistake(MutationOperator.REMOVE_ROW, row=f"row {index + 1}")
        yield mistake, attrs.evolve(table, rows=rest)


def _move_edges(table: RowTable, kinds: Sequence[Kind]) -> Iterator[tuple[Mistake, RowTable]]:
    """Move each edge to the other side of its figure, in all rows that share it."""
    for place, (axis, kind) in enumerate(zip(table.axes, kinds, strict=True)):
        for cut in axis.cuts:
            other = (cut[0], not cut[1])
            if other in axis.cuts:  # a band of this figure alone
                continue
            rows = tuple(_with_cut(row, place, cut, other) for row in table.rows)
            texts = (_cut_text(kind, cut), _cut_text(kind, other))
            yield Mistake(MutationOperator.MOVE_EDGE, texts), attrs.evolve(table, rows=rows)


def _with_cut(row: TableRow, place: int, cut: Cut, other: Cut) -> TableRow:
    band = row.keys[place]
    if not isinstance(band, Band):
        return row
    ends = (other if end == cut else end for end in (band.low, band.high))
    return attrs.evolve(row, keys=(*row.keys[:place], Band(*ends), *row.keys[place + 1 :]))


def _cut_text(kind: Kind, cut: Cut) -> str:
    figure, is_behind = cut
    return f"{'above' if is_behind else 'at_least'} {edge_text(kind, figure)}"


def _decides_otherwise(table: RowTable, changed: RowTable) -> bool:
    """Return whether the tables have different contents for some case."""
    return any(
        table.content(table.row_of(values)) != changed.content(changed.row_of(values))
        for values in common_cases(table, changed)
    )
