"""Read tables with rows, and check that exactly one row matches each combination of keys."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import attrs

from policyrules.check.calendar_literals import read_figure
from policyrules.check.key_domains import key_domain, type_of_key
from policyrules.check.literals import describe_type, read_number, report_unknown_word
from policyrules.check.state import CheckState
from policyrules.diagnostics import listed, name_remedy
from policyrules.evaluation.display_values import display_value
from policyrules.ir.nodes import Key
from policyrules.ir.tables import (
    MAX_COMBINATIONS,
    Band,
    Cell,
    Choice,
    Choices,
    Cut,
    KeyCell,
    RowTable,
    TableRow,
)
from policyrules.ir.types import Kind, Type
from policyrules.syntax.tree import (
    BandNode,
    CellNode,
    EitherNode,
    KeysNode,
    ParameterNode,
    ScaleNode,
    TableRowsNode,
    ValueNode,
    WordsNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span
from policyrules.values.exact import Exact
from policyrules.values.possible import UNDECLARED_WORD, Interval, Possible

_BAND_KEYS = ("at_least", "above", "at_most", "below")
_LOW_KEYS: Mapping[str, bool] = {"at_least": False, "above": True}
_HIGH_KEYS: Mapping[str, bool] = {"at_most": True, "below": False}
"""The ends of a band, each with whether its cut is just above the figure."""

_RowNode = tuple[tuple[Scalar, CellNode | BandNode], ...]


def has_rows(node: ParameterNode) -> bool:
    """Return whether a parameter is a table with rows."""
    return node.rows is not None or any(row.rows is not None for row in node.values)


def report_pick_without_order(state: CheckState, pick: Scalar, ordered: str, expected: str) -> None:
    """Report `pick` on a parameter without rows, or on a rule without exceptions."""
    state.diagnostics.report(
        "table-rows",
        pick.span,
        f"`pick` says that {ordered} are taken in order, but there are no {ordered}",
        expected=expected,
        remedy="leave it out",
    )


@attrs.frozen
class TableRowsReader:
    """Reads the rows of a parameter or a value; `read_cell` reads the content of a row."""

    state: CheckState
    node: ParameterNode | ValueNode
    keys: tuple[Key, ...]
    read_cell: Callable[[CellNode], Cell | None]

    def read(self, node: TableRowsNode) -> RowTable | None:
        """Return the table, or None after reporting a fault."""
        if not self.keys:
            self._report(
                node.span,
                f"`{self.node.name.text}` has rows but no key",
                expected="`by` beside the rows",
                remedy="say under `by` which facts or values choose the row",
            )
            return None
        default: Cell | None = None
        rows: list[TableRow] = []
        spans: list[Span] = []
        is_broken = False
        for number, row in enumerate(node.rows, 1):
            if row[0][0].text == "else":
                default = self._read_else(row, is_last=number == len(node.rows))
                is_broken |= default is None
                continue
            read = self._read_row(row)
            is_broken |= read is None
            if read is not None:
                rows.append(read)
                spans.append(row[0][0].span)
        if is_broken:
            return None
        table = RowTable(
            self._names,
            tuple(key_domain(self.state, key) for key in self.keys),
            tuple(rows),
            default,
            self.node.pick is not None,
        )
        return table if self._check_coverage(table, node, spans) else None

    @property
    def _names(self) -> tuple[str, ...]:
        """The names of the keys in rows; empty for a single key that has no name."""
        by = self.node.by
        return tuple(name.text for name, _ in by.keys) if isinstance(by, KeysNode) else ("",)

    # Rows.

    def _read_else(self, row: _RowNode, *, is_last: bool) -> Cell | None:
        key, content = row[0]
        if len(row) > 1 or not is_last:
            self._report(
                key.span,
                "`else` stands alone in the last row",
                found=f"{len(row) - 1} more cells" if len(row) > 1 else "another row after it",
                expected="`- {else: …}` as the last row",
            )
            return None
        return None if isinstance(content, BandNode) else self.read_cell(content)

    def _read_row(self, row: _RowNode) -> TableRow | None:
        cells = {key.text: (key, cell) for key, cell in row}
        names = self._names
        known = {"is", *(_BAND_KEYS if names == ("",) else names)}
        unknown = [key for key, _ in row if key.text not in known]
        for key in unknown:
            self.state.diagnostics.report(
                "unknown-key",
                key.span,
                f"there is no key `{key.text}` here",
                found=f"`{key.text}`",
                expected=listed([*(_BAND_KEYS if names == ("",) else names), "is"]),
                remedy="name the key: write `by: {name: fact}`"
                if names == ("",)
                else name_remedy(key.text, names, may_be_several=False),
            )
        if unknown:
            return None
        if "is" not in cells:
            self._report(row[0][0].span, "a row has no content", expected="`is` in each row")
            return None
        _, content = cells["is"]
        cell = None if isinstance(content, BandNode) else self.read_cell(content)
        if isinstance(content, BandNode):
            self._report(content.span, "the content of a row is no band", expected="a value")
        keys: list[tuple[KeyCell] | None] = []
        if names == ("",):
            ends = {name: end for name, (_, end) in cells.items() if name != "is"}
            if any(not isinstance(end, Scalar) for end in ends.values()):
                self._report(row[0][0].span, "an end of a band is one figure", expected="a figure")
                return None
            keys.append(self._read_band(self.keys[0], ends, row[0][0].span) if ends else (None,))
        else:
            for name, key_ref in zip(names, self.keys, strict=True):
                keys.append(
                    self._read_key_cell(key_ref, *cells[name]) if name in cells else (None,)
                )
        read = [cell_of_key for cell_of_key in keys if cell_of_key is not None]
        if cell is None or len(read) < len(keys):
            return None
        return TableRow(tuple(key_cell for (key_cell,) in read), cell)

    def _read_key_cell(
        self, key: Key, name: Scalar, cell: CellNode | BandNode
    ) -> tuple[KeyCell] | None:
        """Return the values of a key that match a row, in a tuple; None after reporting a fault."""
        type_ = type_of_key(self.state, key)
        if isinstance(cell, BandNode):
            ends = {end: getattr(cell, end) for end in _BAND_KEYS if getattr(cell, end) is not None}
            return self._read_band(key, ends, name.span)
        if isinstance(cell, EitherNode | ScaleNode):
            self._report(cell.span, "a key has no alternatives", expected="a list of words")
            return None
        scalars = cell.words if isinstance(cell, WordsNode) else (cell,)
        if type_.kind.is_ordered and len(scalars) == 1 and scalars[0].text != "none":
            figure = self._read_figure(type_, scalars[0])
            return None if figure is None else (Band((figure, False), (figure, True)),)
        choices = [self._read_choice(type_, scalar) for scalar in scalars]
        read = [choice for choice in choices if choice is not None]
        if len(read) < len(choices):
            return None
        return (Choices(tuple(dict.fromkeys(choice for (choice,) in read))),)

    def _read_choice(self, type_: Type, scalar: Scalar) -> tuple[Choice] | None:
        if scalar.text == "none" and type_.none is not None:
            return (None,)
        if type_.kind is Kind.YES_NO and scalar.text in {"true", "false"}:
            return (scalar.text == "true",)
        if type_.kind is Kind.WORD and scalar.text in type_.words:
            return (scalar.text,)
        none = {"none": None} if type_.none is not None else {}
        if type_.kind is Kind.WORD:
            words = {**type_.words, **none}
            report_unknown_word(scalar.text, scalar.span, words, self.state.diagnostics)
            return None
        self.state.diagnostics.report(
            "bad-literal",
            scalar.span,
            f"`{scalar.text[:60]}` is no cell of {describe_type(type_)}",
            found=f"`{scalar.text[:60]}`",
            expected=listed(["true", "false", *none])
            if type_.kind is Kind.YES_NO
            else "one figure, or a band such as `{at_least: 1, below: 5}`",
        )
        return None

    def _read_band(self, key: Key, ends: Mapping[str, object], span: Span) -> tuple[KeyCell] | None:
        type_ = type_of_key(self.state, key)
        if not type_.kind.is_ordered:
            self._report(
                span,
                f"`{key.name}` has no order, so no band",
                found=describe_type(type_),
                expected="one of its words, or a list of them"
                if type_.kind is Kind.WORD
                else "true or false",
                remedy="name the key: write `by: {name: fact}`" if self._names == ("",) else "",
            )
            return None
        both = [pair for pair in (_LOW_KEYS, _HIGH_KEYS) if len(pair.keys() & ends.keys()) > 1]
        if both:
            self._report(
                span, f"a band has one of {listed(both[0])}", found="both", expected="one of them"
            )
            return None
        cuts: dict[str, Cut] = {}
        for name, scalar in ends.items():
            figure = self._read_figure(type_, scalar) if isinstance(scalar, Scalar) else None
            if figure is None:
                return None
            is_behind = _LOW_KEYS.get(name, _HIGH_KEYS.get(name, False))
            cuts["low" if name in _LOW_KEYS else "high"] = (figure, is_behind)
        low, high = cuts.get("low"), cuts.get("high")
        if low is not None and high is not None and low >= high:
            self._report(
                span,
                "no figure lies in this band",
                found=", ".join(
                    f"{name} {end.text}" for name, end in ends.items() if isinstance(end, Scalar)
                ),
                expected="a lower end below the upper one",
            )
            return None
        return (Band(low, high),)

    def _read_figure(self, type_: Type, scalar: Scalar) -> Exact | None:
        if type_.kind.is_calendar:
            return read_figure(scalar, type_.kind, self.state.diagnostics)
        return read_number(scalar, type_, self.state.diagnostics)

    # Overlaps and gaps.

    def _check_coverage(self, table: RowTable, node: TableRowsNode, spans: Sequence[Span]) -> bool:
        """Report overlaps, gaps and rows that never apply; return whether there are none."""
        if table.combinations > MAX_COMBINATIONS:
            self._report(
                node.span,
                "the keys of the table have too many combinations",
                found=str(table.combinations),
                expected=f"at most {MAX_COMBINATIONS}",
                remedy="divide it into tables with fewer keys",
            )
            return False
        is_reached = self._report_unreachable(table, spans, node)
        if not table.is_ordered:
            self._report_overlaps(table, spans)
        gap = next((pieces for pieces, rows in table.matching_rows.items() if not rows), None)
        if gap is not None and table.default is None:
            self._report(
                node.span,
                "no row is for some cases",
                found=f"no row where {self._witness(table, gap)}",
                expected="a row for each, or `else`",
            )
        return is_reached and table.is_well_formed

    def _report_unreachable(
        self, table: RowTable, spans: Sequence[Span], node: TableRowsNode
    ) -> bool:
        """Report rows that apply to no case; return whether all apply to some."""
        is_reached = True
        matching = table.matching_rows.values()
        matched = {row for rows in matching for row in rows}
        reached = {rows[0] for rows in matching if rows}
        for index, span in enumerate(spans):
            is_reached &= index in (reached if table.is_ordered else matched)
            if index not in matched:
                self._report(
                    span,
                    "this row can never be chosen",
                    found="no case has these values",
                    expected="values within the ranges of the keys",
                    remedy="remove the row",
                )
            elif table.is_ordered and index not in reached:
                self._report(
                    span,
                    "this row can never be chosen",
                    found="the rows before it take all its cases",
                    expected="a case that no earlier row takes",
                    remedy="remove the row, or move it up",
                )
        if table.default is not None and all(matching):
            (key, _), *_ = node.rows[-1]
            self._report(
                key.span,
                "the row `else` can never be chosen",
                expected="a case without a row of its own",
                remedy="remove the row",
            )
            return False
        return is_reached

    def _report_overlaps(self, table: RowTable, spans: Sequence[Span]) -> None:
        pairs: dict[tuple[int, int], tuple[int, ...]] = {}
        for pieces, rows in table.matching_rows.items():
            for pair in combinations(rows, 2):
                pairs.setdefault(pair, pieces)
        for (first, second), pieces in pairs.items():
            self._report(
                spans[second],
                "two rows are for one case",
                found=f"both where {self._witness(table, pieces)}",
                expected="one row for each case, or `pick: first`",
                related=((spans[first], "the other row is here"),),
            )

    def _witness(self, table: RowTable, pieces: tuple[int, ...]) -> str:
        """Return a case of a combination of pieces, for a message."""
        parts = []
        for key, axis, piece in zip(self.keys, table.axes, pieces, strict=True):
            example = axis.example(piece)
            if example is not None and axis.size > 1:
                value = self._text(type_of_key(self.state, key), example[0])
                parts.append(f"`{key.name}` is {value}")
        return ", ".join(parts)

    def _text(self, type_: Type, example: Exact | Choice) -> str:
        if example == UNDECLARED_WORD:
            return "another word"
        if example is None:
            return "none"
        figures = (
            frozenset({example}) if isinstance(example, (str, bool)) else Interval(example, example)
        )
        return display_value(Possible(figures), type_).text("en")

    def _report(
        self,
        span: Span,
        message: str,
        *,
        expected: str,
        found: str = "",
        remedy: str = "",
        related: tuple[tuple[Span, str], ...] = (),
    ) -> None:
        self.state.diagnostics.report(
            "table-rows",
            span,
            message,
            found=found,
            expected=expected,
            remedy=remedy,
            related=related,
        )
