"""Tables of values: rows whose content is an expression, lowered to exceptions.

A parameter chooses the row, as in a table of figures: its content is a word for the row. Each row
but the last becomes an exception that applies where the parameter is its word. The last row, or
`else`, becomes the default expression of the value.
"""

from __future__ import annotations

import attrs

from policyrules.check.expressions.checker import ExpressionChecker
from policyrules.check.expressions.typed_terms import Scope
from policyrules.check.key_domains import title_of_key, type_of_key
from policyrules.check.state import CheckState
from policyrules.check.table_keys import inherit_scope, read_key
from policyrules.check.table_rows import TableRowsReader
from policyrules.check.types import title_of
from policyrules.evaluation.row_texts import KeyTexts, row_text
from policyrules.ir.last_row import LastRow
from policyrules.ir.nodes import (
    And,
    Compare,
    Expression,
    FactRef,
    IsNone,
    Key,
    Not,
    Number,
    ParameterRef,
    Test,
    Word,
)
from policyrules.ir.ruleset import Parameter, Provenance, Row, RuleException
from policyrules.ir.tables import Band, Cell, Choices, KeyCell, RowTable
from policyrules.ir.types import Kind, Type
from policyrules.syntax.tree import CellNode, TableRowsNode, ValueNode
from policyrules.syntax.yaml import Scalar
from policyrules.text.fact_path import split_name
from policyrules.text.localized import LocalizedText


@attrs.frozen
class ValueRows:
    """The rows of a value: the exceptions before the last row, and the expression of the last."""

    exceptions: tuple[RuleException, ...]
    expression: Expression
    last_row: LastRow


def name_of_table(name: str) -> str:
    """Return the name of the parameter that chooses the row of a value."""
    return f"{name}_row"


def id_of_row(name: str, number: int) -> str:
    """Return the id of the exception to which a row of a value is lowered."""
    return f"{name.replace('_', '-')}-row-{number}"


def report_keys_without_rows(state: CheckState, node: ValueNode) -> None:
    """Report `by` beside an expression, and exceptions beside rows."""
    if node.by is not None and node.rows is None:
        state.diagnostics.report(
            "table-rows",
            node.by.span,
            f"`{node.name.text}` has a key but no rows",
            found="`by` beside `is`",
            expected="`rows`, in each an expression",
            remedy="write the rows, or remove `by`",
        )
    if node.rows is not None and node.except_:
        state.diagnostics.report(
            "table-rows",
            node.except_[0].name.span,
            f"`{node.name.text}` has rows, so it has no exceptions",
            found=f"`{node.except_[0].name.text}`",
            expected="a row for each case",
            remedy="write a row for it, or a value that reads this one and has the exception",
        )


@attrs.frozen
class ValueRowsReader:
    """Reads the rows of a value; `checker` checks the expressions."""

    state: CheckState
    node: ValueNode
    type_: Type
    checker: ExpressionChecker
    provenance: Provenance

    def read(self, rows: TableRowsNode) -> ValueRows | None:
        """Return the rows and declare the parameter that chooses one; None after a fault."""
        keys = self._keys()
        if keys is None or self._is_taken(rows):
            return None
        scalars: list[Scalar] = []
        reader = TableRowsReader(
            self.state, self.node, keys, lambda cell: self._row_word(scalars, cell)
        )
        table = reader.read(rows)
        if table is None:
            return None
        cells = [row.keys for row in table.rows] + ([()] if table.default is not None else [])
        read = [
            self.checker.where(self._presence(keys, of_row)).read_expression(scalar, self.type_)
            for scalar, of_row in zip(scalars, cells, strict=True)
        ]
        expressions = [typed[0] for typed in read if typed is not None]
        if len(expressions) < len(read):
            return None
        return self._lowered(keys, table, cells, expressions)

    def _keys(self) -> tuple[Key, ...] | None:
        """Return the keys; a fact of an item may have the name of the item, as in expressions."""
        scope = self.checker.scope
        keys = []
        for by in self.node.key_names:
            owner, fact = split_name(by.text)
            is_of_item = bool(fact) and bool(scope.each) and owner == scope.each
            name = attrs.evolve(by, text=f"{scope.list}.{fact}") if is_of_item else by
            key = read_key(self.state, name, has_rows=True)
            if key is None or not self._is_in_scope(by, key, scope):
                return None
            keys.append(key)
        return tuple(keys)

    def _is_in_scope(self, by: Scalar, key: Key, scope: Scope) -> bool:
        """Return whether the rules of the value can read a key; report one of other items."""
        owner, _ = split_name(key.name)
        list_name = self.state.scopes.get(key.name, "")
        if isinstance(key, FactRef):
            list_name = owner if owner in self.state.all_lists else ""
        if list_name in {"", scope.list}:
            return True
        self.state.diagnostics.report(
            "unknown-name",
            by.span,
            f"`{by.text}` is of each item of `{list_name}`",
            found=f"`{by.text}`",
            expected="a fact or value of the case",
            remedy=f"write the value under `lists.{list_name}`",
        )
        return False

    def _is_taken(self, rows: TableRowsNode) -> bool:
        """Return whether an id of the table is taken; report the first one."""
        name = self.node.name.text
        ids = (name_of_table(name), *(id_of_row(name, n + 1) for n in range(len(rows.rows))))
        taken = next((id_ for id_ in ids if id_ in self.state.spans), None)
        if taken is None:
            self.state.spans |= dict.fromkeys(ids, rows.span)
            return False
        self.state.diagnostics.report(
            "duplicate-id",
            self.state.spans[taken],
            f"the rows of `{name}` have the name `{taken}`, and so has something else",
            found=f"`{taken}`",
            expected="an id that nothing else has",
            remedy=f"rename `{taken}` or `{name}`",
            related=((self.node.name.span, f"`{name}` is here"),),
        )
        return True

    def _row_word(self, scalars: list[Scalar], cell: CellNode) -> Cell | None:
        """Return the word of the next row as its content; append its expression to `scalars`."""
        if not isinstance(cell, Scalar):
            self.state.diagnostics.report(
                "table-rows",
                cell.span,
                "the content of a row of a value is an expression",
                expected="an expression of the type of the value",
            )
            return None
        scalars.append(cell)
        return Cell("stated", choices=(f"row_{len(scalars)}",))

    def _presence(self, keys: tuple[Key, ...], cells: tuple[KeyCell, ...]) -> Test:
        """Return the test that the keys of a row are not `none`, where its cells exclude that."""
        return And(
            tuple(
                Not(IsNone(self._fact_reference(key)))
                for key, cell in zip(keys, cells, strict=False)
                if isinstance(key, FactRef)
                and self.state.facts[key.name].type.none is not None
                and (
                    isinstance(cell, Band)
                    or (isinstance(cell, Choices) and None not in cell.choices)
                )
            )
        )

    def _fact_reference(self, key: FactRef) -> FactRef:
        """Return a fact of the item with the name that expressions have for it."""
        scope = self.checker.scope
        owner, fact = split_name(key.name)
        if scope.each and owner == scope.list:
            return FactRef(key.name, f"{scope.each}.{fact}")
        return key

    # Lowering.

    def _lowered(
        self,
        keys: tuple[Key, ...],
        table: RowTable,
        cells: list[tuple[KeyCell, ...]],
        expressions: list[Expression],
    ) -> ValueRows:
        name = self.node.name.text
        state = self.state
        texts = [KeyTexts(title_of_key(state, key), type_of_key(state, key)) for key in keys]
        titles = [row_text(texts, of_row) for of_row in cells]
        words = {f"row_{number}": title for number, title in enumerate(titles, 1)}
        self._declare(keys, table, Type(Kind.WORD, words=words))
        chosen = ParameterRef(name_of_table(name))
        bands = [_bands(keys, of_row) for of_row in cells]
        return ValueRows(
            tuple(
                RuleException(
                    id=id_of_row(name, number),
                    title=titles[number - 1],
                    when=Compare("==", chosen, Word(f"row_{number}")),
                    expression=expressions[number - 1],
                    provenance=self.provenance,
                    bands=bands[number - 1],
                )
                for number in range(1, len(expressions))
            ),
            expressions[-1],
            LastRow(name_of_table(name), Word(f"row_{len(expressions)}"), bands[-1]),
        )

    def _declare(self, keys: tuple[Key, ...], table: RowTable, type_: Type) -> None:
        name = name_of_table(self.node.name.text)
        title = title_of(self.node.title)
        for key in keys:
            inherit_scope(self.state, name, key)
        self.state.types[name] = type_
        self.state.parameters[name] = Parameter(
            name=name,
            type=type_,
            title=LocalizedText(f"{title.zh}：适用的行", f"{title.en}: row"),
            rows=(Row(None, None, table, self.provenance),),
            by=keys,
            delegated="free",
        )


def _bands(keys: tuple[Key, ...], cells: tuple[KeyCell, ...]) -> tuple[Compare, ...]:
    """Return the comparisons of the keys of a row that are held where it applies."""
    comparisons = []
    for key, cell in zip(keys, cells, strict=False):
        if not isinstance(cell, Band):
            continue
        if cell.low is not None:
            figure, is_behind = cell.low
            comparisons.append(Compare(">" if is_behind else ">=", key, Number(figure)))
        if cell.high is not None:
            figure, is_behind = cell.high
            comparisons.append(Compare("<=" if is_behind else "<", key, Number(figure)))
    return tuple(comparisons)
