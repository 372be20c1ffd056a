"""Check parameters: read their rows and cells by declared type, range and key."""

from __future__ import annotations

import attrs

from policyrules.check.calendar_literals import read_figure, read_period
from policyrules.check.literals import (
    describe_type,
    fits_places,
    read_number,
    read_word,
    report_unknown_word,
)
from policyrules.check.provenance import provenance_of
from policyrules.check.scales import read_scale
from policyrules.check.state import CheckState
from policyrules.check.table_keys import inherit_scope, named_type, read_key
from policyrules.check.table_rows import TableRowsReader, has_rows, report_pick_without_order
from policyrules.check.time import row_periods
from policyrules.check.types import (
    range_of,
    report_missing_key,
    report_unexpected_key,
    title_of,
    type_of,
)
from policyrules.diagnostics import listed
from policyrules.ir.nodes import Key
from policyrules.ir.ruleset import Parameter, Row
from policyrules.ir.tables import Cell, Content, Table, cells_of
from policyrules.ir.types import Kind, Type
from policyrules.syntax.tree import (
    CellNode,
    ContentNode,
    EitherNode,
    KeysNode,
    ParameterNode,
    RowNode,
    ScaleNode,
    TableNode,
    TableRowsNode,
    WordsNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span
from policyrules.values.exact import Exact


def declare_parameters(state: CheckState) -> None:
    """Declare the parameters and read their rows."""
    for node in state.tree.parameters:
        reader = _parameter_reader(state, node)
        if reader is None:
            state.broken.add(node.name.text)
            continue
        parameter = reader.parameter()
        state.types[parameter.name] = parameter.type
        state.parameters[parameter.name] = parameter


def _parameter_reader(state: CheckState, node: ParameterNode) -> _ParameterReader | None:
    type_ = type_of(state, node)
    keys = [read_key(state, by, has_rows=has_rows(node)) for by in node.key_names]
    known_keys = tuple(key for key in keys if key is not None)
    if type_ is None or len(known_keys) < len(keys):
        return None
    for key in known_keys:
        inherit_scope(state, node.name.text, key)
    if node.pick is not None and not has_rows(node):
        report_pick_without_order(state, node.pick, "rows", "`rows` beside it")
    if node.open is not None and type_.kind is not Kind.WORDS:
        report_unexpected_key(state, node.open, "open", type_.kind)
    if type_.kind is Kind.WORDS:
        words = _words_of(state, node)
        if words is None:
            return None
        type_ = attrs.evolve(type_, words=words)
    elif node.of is not None:
        report_unexpected_key(state, node.of, "of", type_.kind)
    if type_.kind is Kind.SCALE and node.by is not None:
        state.diagnostics.report(
            "type-mismatch",
            node.by.span,
            "a scale has no `by`",
            found="`by`",
            remedy="write a scale for each word, and choose one in the exceptions of a value",
        )
        return None
    low, high = range_of(state, node, type_)
    return _ParameterReader(state, node, type_, known_keys, low, high)


def _words_of(state: CheckState, node: ParameterNode) -> dict[str, LocalizedText] | None:
    """Return the words that a set may contain: those of the fact in `of`."""
    if node.of is None:
        report_missing_key(state, node, "of", "the fact whose words these are")
        return None
    type_ = named_type(state, node.of)
    if type_ is None:
        return None
    if Kind.WORD not in {type_.kind, type_.entry_kind}:
        state.diagnostics.report(
            "type-mismatch",
            node.of.span,
            f"`{node.of.text}` is not a word",
            found=describe_type(type_),
            expected="a fact or value of type word, or a list of words",
        )
        return None
    return dict(type_.words)


@attrs.define
class _ParameterReader:
    """Reads the rows of one parameter; `low` and `high` are the ends of its range."""

    state: CheckState
    node: ParameterNode
    type_: Type
    keys: tuple[Key, ...]
    low: Exact | None
    high: Exact | None

    def parameter(self) -> Parameter:
        node, state = self.node, self.state
        whole = RowNode(
            span=node.span,
            value=node.value,
            rows=node.rows,
            quote=node.quote,
            cite=node.cite,
            notes=node.notes,
        )
        nodes = node.values or (whole,)
        rows: list[Row] = []
        for row, (from_, to) in zip(nodes, row_periods(state, nodes), strict=True):
            content = None if row.content is None else self.content(row.content)
            if content is None:
                state.broken.add(node.name.text)
                continue
            origin = row if row.quote or row.cite or row.notes else node
            provenance = provenance_of(state, origin, row.span, f"`{node.name.text}`")
            rows.append(Row(from_, to, content, provenance))
        if node.values and (node.quote or node.cite or node.notes):
            provenance_of(state, node, node.span, f"`{node.name.text}`")
        return Parameter(
            name=node.name.text,
            type=self._type_with_words(rows),
            title=title_of(node.title),
            rows=tuple(rows),
            by=self.keys,
            delegated=node.delegated.text if node.delegated else "no",
            is_yearly=node.yearly is not None and node.yearly.text == "true",
            open=node.open is not None and node.open.text == "true",
        )

    def _type_with_words(self, rows: list[Row]) -> Type:
        """Return the type of the parameter; undeclared words are collected from its cells."""
        if self.type_.kind is not Kind.WORD or self.type_.words:
            return self.type_
        words: dict[str, LocalizedText] = {}
        for row in rows:
            for cell in cells_of(row.content):
                words |= {str(word): LocalizedText(str(word), str(word)) for word in cell.choices}
        return attrs.evolve(self.type_, words=words)

    def content(self, node: ContentNode) -> Content | None:
        if isinstance(node, TableRowsNode):
            return TableRowsReader(self.state, self.node, self.keys, self.cell).read(node)
        if isinstance(node, TableNode):
            if len(self.keys) > 1 or isinstance(self.node.by, KeysNode):
                self.state.diagnostics.report(
                    "table-rows",
                    node.span,
                    f"`{self.node.name.text}` has keys with names but no `rows`",
                    expected="`rows`, in each a cell for every key",
                )
                return None
            if not self.keys:
                self.state.diagnostics.report(
                    "table-rows",
                    node.span,
                    f"`{self.node.name.text}` has a table but no key",
                    expected="one value, or `by` beside the table",
                    remedy="say under `by` which fact or value chooses the row",
                )
                return None
            return self.table(node)
        if self.keys:
            self.state.diagnostics.report(
                "table-rows",
                node.span,
                f"`{self.node.name.text}` has a key but no table",
                expected="a row for each word of the key",
                remedy="write the rows, or remove `by`",
            )
            return None
        return self.cell(node)

    def table(self, node: TableNode) -> Table | None:
        name = self.keys[0].name
        key = self.state.facts[name].type if "." in name else self.state.types[name]
        cells: dict[str, Cell] = {}
        broken = False
        for word, content in node.rows:
            if word.text not in {*key.words, "else", "none"}:
                report_unknown_word(
                    word.text,
                    word.span,
                    {**key.words, "none": None, "else": None},
                    self.state.diagnostics,
                )
                broken = True
                continue
            cell = self.cell(content)
            if cell is None:
                broken = True
            else:
                cells[word.text] = cell
        if not broken:
            self._check_coverage(node, key, cells)
        if broken:
            return None
        rows = {word: cell for word, cell in cells.items() if word in key.words}
        return Table(rows, cells.get("none"), cells.get("else"))

    def _check_coverage(self, node: TableNode, key: Type, cells: dict[str, Cell]) -> None:
        uncovered = [word for word in key.words if word not in cells]
        if key.none is not None and "none" not in cells:
            uncovered.append("none")
        if key.open:
            uncovered.append("another word")
        if uncovered and "else" not in cells:
            self.state.diagnostics.report(
                "table-rows",
                node.span,
                "the table has no row for every word of its key",
                found=f"no row for {', '.join(f'`{word}`' for word in uncovered)}",
                expected="a row for each, or `else`",
            )
        spans = {word.text: word.span for word, _ in node.rows}
        if "else" in cells and not uncovered:
            self._report_unreachable(spans["else"], "else", "a word without a row of its own")
        if "none" in cells and key.none is None:
            self._report_unreachable(spans["none"], "none", "a key that may be `none`")

    def _report_unreachable(self, span: Span, word: str, expected: str) -> None:
        self.state.diagnostics.report(
            "table-rows",
            span,
            f"the row `{word}` can never be chosen",
            expected=expected,
            remedy="remove the row",
        )

    def cell(self, node: CellNode | ContentNode) -> Cell | None:
        if isinstance(node, TableNode | TableRowsNode):
            return None
        if self.type_.kind is Kind.SCALE or isinstance(node, ScaleNode):
            return self._read_scale(node)
        if isinstance(node, EitherNode) and self.type_.kind is Kind.PERIOD:
            self._report_wrong_shape(node, "one period")
            return None
        if isinstance(node, EitherNode) and self.type_.kind is not Kind.WORDS:
            return self._read_either(node)
        if isinstance(node, WordsNode):
            return self._read_words(node)
        if isinstance(node, EitherNode):
            self._report_wrong_shape(node, "a list of words")
            return None
        if node.text == "not_stated":
            return Cell("not_stated")
        if node.text == "pending":
            return self._read_pending(node)
        if self.type_.kind is Kind.WORDS:
            self._report_wrong_shape(node, "a list of words")
            return None
        return self._read_stated(node)

    def _read_scale(self, node: CellNode) -> Cell | None:
        if isinstance(node, Scalar) and node.text == "not_stated":
            return Cell("not_stated")
        if not isinstance(node, ScaleNode):
            self._report_wrong_shape(node, "a list of brackets, as `{above: 5000 CNY, rate: 3%}`")
            return None
        if self.type_.kind is not Kind.SCALE:
            self._report_wrong_shape(node, describe_type(self.type_))
            return None
        return read_scale(self.state, node, self.type_, self.node.name.text)

    def _read_stated(self, node: Scalar) -> Cell | None:
        if self.type_.kind is Kind.YES_NO:
            if node.text in {"true", "false"}:
                return Cell("stated", choices=(node.text == "true",))
            self._report_wrong_shape(node, "true or false")
            return None
        if self.type_.kind is Kind.WORD:
            word = read_word(node, self.type_, self.state.diagnostics)
            return None if word is None else Cell("stated", choices=(word,))
        if self.type_.kind is Kind.PERIOD:
            days = read_period(node, Kind.DATE, self.state.diagnostics)
            return None if days is None else Cell("stated", *days)
        number: Exact | None
        if self.type_.kind.is_calendar:
            number = read_figure(node, self.type_.kind, self.state.diagnostics)
        else:
            number = read_number(node, self.type_, self.state.diagnostics)
        if number is None:
            return None
        if not self._in_range(number):
            self.state.diagnostics.report(
                "out-of-range",
                node.span,
                "the figure lies outside the range of its parameter",
                found=f"`{node.text}`",
                expected=f"a figure within `{self.node.range.text}`" if self.node.range else "",
            )
            return None
        if self.node.places is not None and not fits_places(number, self.type_.places):
            self.state.diagnostics.report(
                "out-of-range",
                node.span,
                "the figure has more decimal places than its parameter",
                found=f"`{node.text}`",
                expected=f"at most {self.type_.places}",
            )
            return None
        return Cell("stated", number, number)

    def _in_range(self, number: Exact) -> bool:
        return (self.low is None or self.low <= number) and (
            self.high is None or number <= self.high
        )

    def _read_pending(self, node: Scalar) -> Cell | None:
        if self.type_.kind.is_ordered and self.low is not None:
            return Cell("pending", self.low, self.high)
        if self.type_.kind is Kind.YES_NO:
            return Cell("pending", choices=(True, False))
        if self.type_.kind is Kind.WORD and self.type_.words:
            return Cell("pending", choices=tuple(self.type_.words))
        if self.type_.kind is Kind.PERIOD:
            self._report_wrong_shape(node, "one period")
            return None
        needed = "range" if self.type_.kind.is_ordered else "words"
        self.state.diagnostics.report(
            "missing-key",
            node.span,
            f"a pending cell needs `{needed}`",
            expected=f"`{needed}` on `{self.node.name.text}`",
        )
        return None

    def _read_either(self, node: EitherNode) -> Cell | None:
        cells = [self._read_stated(option) for option in node.either]
        stated = [cell for cell in cells if cell is not None]
        if len(stated) < len(cells):
            return None
        if len(set(stated)) < len(stated):
            self._report_wrong_shape(node, "figures that differ")
            return None
        choices = tuple(choice for cell in stated for choice in cell.choices)
        lows = [cell.low for cell in stated if cell.low is not None]
        return Cell("either", min(lows, default=None), max(lows, default=None), choices)

    def _read_words(self, node: WordsNode) -> Cell | None:
        if self.type_.kind is not Kind.WORDS:
            self._report_wrong_shape(node, describe_type(self.type_))
            return None
        words: list[str] = []
        broken = False
        for scalar in node.words:
            word = read_word(scalar, self.type_, self.state.diagnostics)
            broken |= word is None
            if word in words:
                self.state.diagnostics.report(
                    "bad-literal",
                    scalar.span,
                    f"the word `{word}` is listed twice",
                    found=f"`{word}`",
                    remedy="remove one",
                )
            if word is not None:
                words.append(word)
        return None if broken else Cell("stated", words=tuple(words))

    def _report_wrong_shape(self, node: CellNode, expected: str) -> None:
        if isinstance(node, Scalar):
            description = f"`{node.text[:60]}`"
        elif isinstance(node, ScaleNode):
            description = "the brackets of a scale"
        else:
            items = node.words if isinstance(node, WordsNode) else node.either
            description = listed(item.text for item in items)
        self.state.diagnostics.report(
            "bad-literal",
            node.span,
            f"this is not a value of `{self.node.name.text}`",
            found=description,
            expected=expected,
        )
