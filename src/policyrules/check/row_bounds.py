"""Pair the cells of a table with rows with those that bound it, for each combination of keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from itertools import product

import attrs

from policyrules.display.numbers import number_text
from policyrules.ir.ruleset import Parameter, Row
from policyrules.ir.tables import NO_ROW, Axis, Cell, Choice, KeyDomain, RowTable, Table
from policyrules.syntax.tree import ContentNode, TableRowsNode
from policyrules.text.span import Span
from policyrules.values.exact import Exact

Case = Mapping[str, Exact | Choice]
"""A value of each key, by the name of the fact or value."""


@attrs.frozen
class CellPair:
    """A cell and the cell that bounds it; `row` is the row of the first, `key` a case of both."""

    cell: Cell
    bound: Cell
    row: int
    key: str


def cells_on_common_cases(
    parameter: Parameter, row: Row, bound: Parameter, bound_row: Row
) -> Iterator[CellPair]:
    """Yield each pair of cells that two contents have for the same values of their keys.

    A key of only one content does not affect the cell of the other.
    """
    domains = {**_domains(bound, bound_row), **_domains(parameter, row)}
    cuts = {
        name: sorted({*_cuts(parameter, row, name), *_cuts(bound, bound_row, name)})
        for name in domains
    }
    axes = [Axis(domain, tuple(cuts[name])) for name, domain in domains.items()]
    examples = [
        [example[0] for piece in range(axis.size) if (example := axis.example(piece)) is not None]
        for axis in axes
    ]
    seen: set[tuple[Cell, Cell]] = set()
    for values in product(*examples):
        case = dict(zip(domains, values, strict=True))
        (cell, place), (bound_cell, _) = _cell(parameter, row, case), _cell(bound, bound_row, case)
        if cell is not None and bound_cell is not None and (cell, bound_cell) not in seen:
            seen.add((cell, bound_cell))
            yield CellPair(cell, bound_cell, place, ", ".join(map(_text, values)))


def row_span(content: ContentNode | None, row: int, otherwise: Span) -> Span:
    """Return the span of a row, of `else` for `NO_ROW`; `otherwise` if there is no content."""
    if not isinstance(content, TableRowsNode):
        return otherwise if content is None else content.span
    return content.rows[row][-1][1].span


def _domains(parameter: Parameter, row: Row) -> dict[str, KeyDomain]:
    names = [key.name for key in parameter.by]
    if isinstance(row.content, RowTable):
        return dict(zip(names, row.content.domains, strict=True))
    if isinstance(row.content, Table):
        absent: tuple[Choice, ...] = (None,) if row.content.none is not None else ()
        return {names[0]: KeyDomain(is_ordered=False, choices=(*row.content.rows, *absent))}
    return {}


def _cuts(parameter: Parameter, row: Row, name: str) -> Iterator[tuple[Exact, bool]]:
    if isinstance(row.content, RowTable):
        for key, axis in zip(parameter.by, row.content.axes, strict=False):
            if key.name == name:
                yield from axis.cuts


def _cell(parameter: Parameter, row: Row, case: Case) -> tuple[Cell | None, int]:
    """Return the cell of a case, and its row."""
    match row.content:
        case Cell():
            return row.content, NO_ROW
        case Table():
            value = case[parameter.by[0].name]
            cell = row.content.none if value is None else row.content.rows.get(str(value))
            return cell or row.content.default, NO_ROW
        case RowTable():
            index = row.content.row_of([case[key.name] for key in parameter.by])
            return row.content.content(index), index


def _text(value: Exact | Choice) -> str:
    if value is None or isinstance(value, (str, bool)):
        return "none" if value is None else str(value).lower()
    return number_text(Fraction(value), "number", "1", "en")
