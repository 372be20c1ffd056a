"""Generate Python code that reads facts, parameters and entries of lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Mapping, Sequence
from typing import Final

import attrs

from policyrules.engines.compiled.emitter import (
    Emitter,
    NameAllocator,
    tuple_display,
)
from policyrules.engines.compiled.operands import (
    UNKNOWN,
    Operand,
    PeriodOperand,
    Rational,
    TruthOperand,
    WordOperand,
    WordSetOperand,
    rational_constant,
)
from policyrules.evaluation.dated import DatedRuleset, Stated, StatedRows
from policyrules.ir.nodes import (
    FactRef,
    Key,
    ValueRef,
)
from policyrules.ir.ruleset import CheckedRuleset, Fact, ItemRules
from policyrules.ir.tables import NO_ROW
from policyrules.ir.types import Kind
from policyrules.text.fact_path import local_name
from policyrules.values.calendar_parts import calendar_part
from policyrules.values.possible import UNDECLARED_WORD, Interval, PeriodSet, Possible, WordSet

_WHOLE_KINDS: Final = frozenset({Kind.COUNT, Kind.DATE, Kind.MONTH, Kind.CALENDAR_YEAR})


@attrs.frozen
class ReadScope:
    """The scope in which expressions are read: the case, or an item of a list.

    `known` is the variable that holds the known facts, `item` the one that holds the item. Inside a
    loop of its rules over other items, `fellow` is the variable of the other item, and `fellows`
    maps what is read of it to operands. `elements` maps each variable for an entry
    of a list of figures to its operand. If the scope `is_complete`, facts are read without a test
    for None; the KeyError for an unknown one makes `exact` call `exact_with_unknowns`.
    """

    known: str
    block: ItemRules | None = None
    list: str = ""
    item: str = ""
    fellow: str = ""
    fellows: Mapping[Key, Operand | None] = attrs.field(factory=dict, hash=False)
    elements: Mapping[str, Operand] = attrs.field(factory=dict, hash=False)
    is_complete: bool = False


class InputWriter(ABC):
    """A writer of the code that reads facts, parameters and entries of lists in one scope.

    A method returns None if only intervals can give the result.
    """

    def __init__(
        self,
        dated: DatedRuleset,
        emitter: Emitter,
        header: Emitter,
        scope: ReadScope,
        outer: InputWriter | None,
    ) -> None:
        self.dated = dated
        self.ruleset: CheckedRuleset = dated.ruleset
        self.emitter = emitter
        self.header = header
        self.names: NameAllocator = emitter.names
        self.scope = scope
        self.outer = outer

    @abstractmethod
    def value(self, name: str) -> Operand | None:
        """Return the operand of a value."""

    @abstractmethod
    def condition(self, name: str) -> TruthOperand:
        """Return the truth of a condition."""

    # Facts.

    def is_outer_fact(self, name: str) -> bool:
        """Return whether this scope is an item and the fact belongs to the case."""
        return self.outer is not None and not name.startswith(f"{self.scope.list}.")

    def fact(self, name: str) -> Operand | None:
        """Return the operand of a fact; the code that reads it is emitted once."""
        if self.outer is not None and self.is_outer_fact(name):
            return self.outer.fact(name)
        fact = self.ruleset.facts[name]
        if fact.type.kind.is_ordered:
            return self.emitter.memoized(("fact", name), lambda: self._number(fact), Rational)
        if fact.type.kind in {Kind.WORD, Kind.YES_NO}:
            return self.emitter.memoized(("fact", name), lambda: self._word(fact), WordOperand)
        return None

    def known_fact(self, name: str) -> str:
        """Return the variable that holds the `KnownFact`, or None if the fact is unknown."""
        if self.outer is not None and self.is_outer_fact(name):
            return self.outer.known_fact(name)

        def read() -> str:
            variable = self.names.allocate("known", local_name(name))
            return self.emitter.assign(variable, f"{self.scope.known}.get({name!r})")

        return self.emitter.memoized(("known", name), read, str)

    def temporary_known_fact(self, name: str) -> str:
        """Return such a variable, which is valid only in the next line of the code."""
        if self.emitter.is_memoized(("known", name)):
            return self.known_fact(name)
        return self.emitter.assign("fact", f"{self.scope.known}.get({name!r})")

    def _is_read_as_known(self, fact: Fact) -> bool:
        """Return whether a fact is read without a test for None; an input fact is rarely given."""
        input_facts = {value.input_fact for value in self.ruleset.values.values()}
        return self.scope.is_complete and fact.name not in input_facts

    def _number(self, fact: Fact) -> Rational:
        if self._is_read_as_known(fact) and fact.type.none is None:
            return self._known_number(fact)
        known = self.temporary_known_fact(fact.name)
        variable = self.names.allocate("fact", local_name(fact.name))
        if fact.type.kind in _WHOLE_KINDS:
            self.emitter.assign(variable, f"None if {known} is None else {known}.figure")
            return Rational(variable, is_open=True)
        denominator = self.names.allocate(variable, "denom")
        absent = f" or {known}.figure is None" if fact.type.none is not None else ""
        with self.emitter.block(f"if {known} is None{absent}:"):
            self.emitter.emit(f"{variable} = None")
            self.emitter.emit(f"{denominator} = 1")
        with self.emitter.block("else:"):
            self.emitter.emit(f"{variable}, {denominator} = {known}.figure.as_integer_ratio()")
        return Rational(variable, denominator, is_open=True)

    def _known_number(self, fact: Fact) -> Rational:
        variable = self.names.allocate("fact", local_name(fact.name))
        known = f"{self.scope.known}[{fact.name!r}].figure"
        if fact.type.kind in _WHOLE_KINDS:
            return Rational(self.emitter.assign(variable, known))
        denominator = self.names.allocate(variable, "denom")
        if fact.type.kind is not Kind.NUMBER:  # money and ratios are seldom whole
            self.emitter.assign(f"{variable}, {denominator}", f"{known}.as_integer_ratio()")
            return Rational(variable, denominator)
        self.emitter.assign(variable, known)
        self.emitter.assign(denominator, "1")
        with self.emitter.block(f"if type({variable}) is not int:"):
            self.emitter.assign(f"{variable}, {denominator}", f"{variable}.as_integer_ratio()")
        return Rational(variable, denominator)

    def _word(self, fact: Fact) -> WordOperand:
        may_be_absent = fact.type.none is not None
        if self._is_read_as_known(fact):
            variable = self.names.allocate("fact", local_name(fact.name))
            self.emitter.assign(variable, f"{self.scope.known}[{fact.name!r}].figure")
            if may_be_absent:
                with self.emitter.block(f"if {variable} is None:"):
                    self.emitter.assign(variable, "ABSENT")
            return WordOperand(variable, may_be_absent=may_be_absent)
        known = self.temporary_known_fact(fact.name)
        variable = self.names.allocate("fact", local_name(fact.name))
        absent = f"ABSENT if {known}.figure is None else " if may_be_absent else ""
        self.emitter.assign(variable, f"None if {known} is None else {absent}{known}.figure")
        return WordOperand(variable, is_open=True, may_be_absent=may_be_absent)

    # Parameters.

    def parameter(self, name: str) -> Operand | None:
        """Return the operand of a parameter: the content of its active row."""
        return self.content_operand(name, self.dated.parameter_values[name])

    def day_of_period(self, part: str, name: str) -> Operand | None:
        """Return the operand of the first or the last day of a period, which a table may state."""
        stated = self.dated.parameter_values[name]

        def day(cell: Possible) -> Possible:
            return calendar_part(part, "period", cell)

        if isinstance(stated, Possible):
            return self._cell_operand(day(stated), (name,))
        if isinstance(stated, StatedRows):
            days = attrs.evolve(stated, values=tuple(map(day, stated.values)))
            return self.content_operand(name, days, part)
        return self.content_operand(name, {word: day(cell) for word, cell in stated.items()}, part)

    def content_operand(self, name: str, stated: Stated, part: str = "") -> Operand | None:
        """Return the operand of what a parameter states, or of a part of that."""
        if isinstance(stated, Possible):
            return self._cell_operand(stated, (name,))
        by = self.ruleset.parameters[name].by
        if self.outer is not None and not any(map(self._depends_on_item, by)):
            return self.outer.content_operand(name, stated, part)
        if isinstance(stated, StatedRows):
            return self.emitter.memoized(
                ("row", name, part), lambda: self._row_table_lookup(name, by, stated, part), _Lookup
            ).operand
        return self.emitter.memoized(
            ("row", name, part), lambda: self._word_table_lookup(name, by[0], stated, part), _Lookup
        ).operand

    def _depends_on_item(self, by: Key) -> bool:
        if isinstance(by, ValueRef):
            return self.scope.block is not None and by.name in self.scope.block.values
        return not self.is_outer_fact(by.name)

    def period(self, name: str) -> PeriodOperand | None:
        """Return the period that a parameter states, or None if it states none."""
        possible = self.dated.parameter_values[name]
        if not isinstance(possible, Possible) or not isinstance(possible.figures, PeriodSet):
            return None
        if possible.may_be_none or possible.not_stated:
            return None
        return PeriodOperand(*possible.figures.possible)

    def _cell_operand(
        self, cell: Possible, path: tuple[str | None, ...], place: str = ""
    ) -> Operand | None:
        """Return the operand of a cell, or None if its content is not exact.

        `path` has the keys of `stated` that lead to the cell, `place` the expression for a cell
        that no keys lead to.
        """
        figures, parameter = cell.figures, path[0] or ""
        if figures is None and cell.not_stated and not (cell.may_be_none or cell.undefined):
            subscripts = "".join(f"[{key!r}]" for key in path)
            text = self._not_stated_constant(place or f"stated{subscripts}", parameter)
            kind = self.ruleset.parameters[parameter].type.kind
            if kind.is_ordered or kind in {Kind.SCALE, Kind.PERIOD}:
                return Rational(text, is_not_stated=True)
            if kind is Kind.WORDS:
                return WordSetOperand(text, is_open_ended=False, is_not_stated=True)
            return WordOperand(text, is_not_stated=True)
        if cell.may_be_none or cell.not_stated or cell.undefined:
            return None
        if isinstance(figures, Interval):
            point = cell.point()
            return None if point is None else rational_constant(point)
        if isinstance(figures, WordSet):
            if figures.certain != figures.possible:
                return None
            words = self._word_set_constant(sorted(figures.certain), parameter)
            return WordSetOperand(words, is_open_ended=bool(figures.open_by))
        if isinstance(figures, frozenset) and len(figures) == 1:
            return WordOperand(repr(next(iter(figures))))
        return None

    def _not_stated_constant(self, text: str, parameter: str) -> str:
        """Return the constant in the header that says that the text states no figure."""

        def make() -> str:
            return self.header.assign(self.names.allocate("unstated", parameter).upper(), text)

        return self.header.memoized(("unstated", text), make, str)

    def _word_set_constant(self, words: Sequence[str], parameter: str) -> str:
        """Return the constant in the header that holds a set of words."""

        def make() -> str:
            variable = self.names.allocate("set_of", parameter).upper()
            self.header.emit_wrapped(
                f"{variable} = frozenset([", [repr(word) for word in words], "])"
            )
            return variable

        return self.header.memoized(("set", *words), make, str)

    def _key(self, by: Key) -> Operand | None:
        return self.fact(by.name) if isinstance(by, FactRef) else self.value(by.name)

    def _row_table_lookup(
        self, name: str, by: Sequence[Key], stated: StatedRows, part: str
    ) -> _Lookup:
        """Emit the look-up of the row for the keys in a table with rows; return its content."""
        keys = [self._key(key) for key in by]
        rows = range(len(stated.table.rows))
        places = [*rows, NO_ROW] if stated.table.default is not None else [*rows]
        cells = {
            row: self._cell_operand(stated.value(row), (name,), f"stated[{name!r}].values[{row}]")
            for row in places
        }
        exact = [cell for cell in cells.values() if cell is not None]
        known = [key for key in keys if isinstance(key, (Rational, WordOperand))]
        if len(known) < len(keys) or not exact:
            return _Lookup(None)
        is_fractional = any(
            isinstance(cell, Rational) and cell.denominator != "1" for cell in exact
        )

        def entry(cell: Operand | None) -> str:
            text = UNKNOWN if cell is None else cell.guard_expression
            denominator = cell.denominator if isinstance(cell, Rational) else "1"
            return tuple_display([text, denominator]) if is_fractional else text

        def make_table() -> str:
            contents = self.names.allocate("rows_of", f"{name}_{part}" if part else name).upper()
            self.header.emit_wrapped(
                f"{contents} = [", [entry(cell) for cell in cells.values()], "]"
            )
            return contents

        contents = self.header.memoized(("rows", name, part), make_table, str)
        variable = self.names.allocate("row", name)
        into = Rational(variable, self.names.allocate(variable, "denom") if is_fractional else "1")
        branches = []
        if unknown := [f"{key.guard_expression} is None" for key in known if key.is_open]:
            branches.append((" or ".join(unknown), UNKNOWN))
        unstated = [key.guard_expression for key in known if key.is_not_stated]
        if len(unstated) > 1:
            several = " + ".join(f"(type({key}) is Possible)" for key in unstated)
            branches.append((f"{several} > 1", UNKNOWN))
        branches += [(f"type({key}) is Possible", key) for key in unstated]
        for number, (test, numerator) in enumerate(branches):
            with self.emitter.block(f"{'elif' if number else 'if'} {test}:"):
                self.assign_fraction(into, numerator, "1")
        names = f"{variable}, {into.denominator}" if is_fractional else variable
        looked_up = tuple_display([_key_expression(key) for key in known])
        text = f"{contents}[row_of(stated[{name!r}].table, {looked_up})]"
        if not branches:
            self.emitter.assign(names, text)
        else:
            with self.emitter.block("else:"):
                self.emitter.assign(names, text)
        is_not_stated = bool(unstated) or any(cell.is_not_stated for cell in exact)
        is_open = bool(unknown) or len(exact) < len(cells)
        match exact[0]:
            case Rational():
                operand: Operand = Rational(variable, into.denominator, is_open, is_not_stated)
            case WordSetOperand():
                is_open_ended = any(
                    isinstance(cell, WordSetOperand) and cell.is_open_ended for cell in exact
                )
                operand = WordSetOperand(variable, is_open_ended, is_open, is_not_stated)
            case WordOperand():
                operand = WordOperand(variable, is_open, is_not_stated)
        return _Lookup(operand)

    def _word_table_lookup(
        self, name: str, by: Key, table_cells: Mapping[str | None, Possible], part: str
    ) -> _Lookup:
        """Emit the look-up of the cell for the key in a table by words; return its content."""
        key = self._key(by)
        cells = {word: self._cell_operand(cell, (name, word)) for word, cell in table_cells.items()}
        exact = [cell for cell in cells.values() if cell is not None]
        if not isinstance(key, WordOperand) or not exact:
            return _Lookup(None)
        is_fractional = any(
            isinstance(cell, Rational) and cell.denominator != "1" for cell in exact
        )
        is_open_ended = any(
            isinstance(cell, WordSetOperand) and cell.is_open_ended for cell in exact
        )
        is_total = (
            self.scope.is_complete
            and len(exact) == len(cells)
            and self._has_cell_for_every_word(by, key, cells)
        )

        def entry(cell: Operand | None) -> str:
            text = UNKNOWN if cell is None else cell.guard_expression
            denominator = cell.denominator if isinstance(cell, Rational) else "1"
            return tuple_display([text, denominator]) if is_fractional else text

        def make_table() -> str:
            table = self.names.allocate("rows_of", f"{name}_{part}" if part else name).upper()
            rows = [
                f"{'ABSENT' if word is None else repr(word)}: {entry(cell)}"
                for word, cell in cells.items()
                if word != UNDECLARED_WORD
            ]
            self.header.emit_wrapped(f"{table} = {{", rows, "}")
            return table

        table = self.header.memoized(("rows", name, part), make_table, str)
        variable = self.names.allocate("row", name)
        into = Rational(variable, self.names.allocate(variable, "denom") if is_fractional else "1")
        default_cell = cells.get(UNDECLARED_WORD)
        default = f", {entry(default_cell)}" if default_cell is not None or is_fractional else ""
        looked_up = f"{table}[{key.text}]" if is_total else f"{table}.get({key.text}{default})"
        branches = [(f"{key.text} is None", UNKNOWN)] if key.is_open else []
        branches += [(f"type({key.text}) is Possible", key.text)] if key.is_not_stated else []
        for number, (test, numerator) in enumerate(branches):
            with self.emitter.block(f"{'elif' if number else 'if'} {test}:"):
                self.assign_fraction(into, numerator, "1")
        names = f"{variable}, {into.denominator}" if is_fractional else variable
        if not branches:
            self.emitter.assign(names, looked_up)
        else:
            with self.emitter.block("else:"):
                self.emitter.assign(names, looked_up)
        is_not_stated = key.is_not_stated or any(cell.is_not_stated for cell in exact)
        is_open = key.is_open or not is_total
        match exact[0]:
            case Rational():
                operand: Operand = Rational(variable, into.denominator, is_open, is_not_stated)
            case WordSetOperand():
                operand = WordSetOperand(variable, is_open_ended, is_open, is_not_stated)
            case WordOperand():
                operand = WordOperand(variable, is_open, is_not_stated)
        return _Lookup(operand)

    def _has_cell_for_every_word(
        self, by: Key, key: Operand | None, cells: Container[str | None]
    ) -> bool:
        """Return whether a table has a cell for every word that its key may be once it is known."""
        declared = self.ruleset.facts if isinstance(by, FactRef) else self.ruleset.all_values
        type_ = declared[by.name].type
        absent = isinstance(key, WordOperand) and key.may_be_absent
        return not type_.open and all(
            word in cells for word in (*type_.words, *([None] if absent else []))
        )

    def element(self, name: str) -> Operand | None:
        """Return the operand of an entry of a list of figures, by the variable for it."""
        element = self.scope.elements.get(name)
        return self.outer.element(name) if element is None and self.outer is not None else element

    def assign_fraction(self, into: Rational, numerator: str, denominator: str) -> None:
        """Emit the assignment of a numerator and, unless it is constant, of a denominator."""
        self.emitter.assign(into.numerator, numerator)
        if not into.denominator.isdigit():
            self.emitter.assign(into.denominator, denominator)


def _key_expression(key: Rational | WordOperand) -> str:
    """Return the expression of a known key, as a figure or a word."""
    if isinstance(key, WordOperand):
        return key.text
    if key.denominator == "1":
        return key.numerator
    return f"Fraction({key.numerator}, {key.denominator})"


@attrs.frozen
class _Lookup:
    """The result of a table look-up, in a wrapper because a memoized result is never None."""

    operand: Operand | None
