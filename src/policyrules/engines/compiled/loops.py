"""Generate loops over the items of a list, and over the other items that an item reads."""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

import attrs

from policyrules.engines.compiled.emitter import NameAllocator, comma_separated
from policyrules.engines.compiled.inputs import ReadScope
from policyrules.engines.compiled.operands import Operand, Rational, TruthOperand, WordOperand
from policyrules.engines.compiled.terms import TermWriter
from policyrules.ir.nodes import (
    Aggregate,
    BoolTest,
    ConditionRef,
    EligibleRef,
    Expression,
    FactRef,
    Key,
    ListName,
    ListRef,
    Quantifier,
    Reference,
    Test,
    ValueRef,
)
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.traverse import (
    dependencies_outside,
    expressions_behind,
    fellow_references,
    own_references,
    plain_reference,
    references,
)
from policyrules.text.fact_path import subject_of


@attrs.frozen
class Column:
    """A fact or a value of each item of a list, in a list with this name.

    A loop over the items assigns each to `target`; `operand` reads it there.
    """

    name: str
    target: str
    operand: Operand | None


class LoopWriter(TermWriter):
    """Generate loops over lists."""

    @abstractmethod
    def test(self, node: Test, *, strict: bool) -> TruthOperand:
        """Return the truth of a test."""

    def emit_loop(self, node: Quantifier | Aggregate) -> tuple[str, str] | None:
        """Emit a loop over a list; return the names of the truths of its items, and of the list."""
        test = node.test
        if test is None:
            return None
        if isinstance(test, BoolTest) and isinstance(test.operand, EligibleRef):
            key: object = ("eligible", test.operand.name)
        else:
            key = ("loop", node.source_list, node.variable, test)
        source_list, variable = node.source_list, node.variable
        loop = self.emitter.memoized(
            key, lambda: _LoopNames(self._emit_item_loop(test, source_list, variable)), _LoopNames
        )
        return loop.names

    def _emit_item_loop(
        self, test: Test, source_list: ListName, variable: str
    ) -> tuple[str, str] | None:
        list_ = self.list_name(source_list.name)
        self.emit_outer_reads(source_list.name, test)
        entries = self.emitter.assign(self.names.allocate("entries_of", source_list.name), "[]")
        with self.entries(source_list, variable, list_, test) as writer:
            truth = writer.test(test, strict=False)
            self.emitter.emit(f"{entries}.append({truth.text})")
        return entries, list_

    @contextmanager
    def entries(
        self, source_list: ListName, variable: str, list_: str, body: Expression, held: str = ""
    ) -> Iterator[Self]:
        """Emit the head of a loop over the entries of a list; yield the writer of one entry.

        `body` is what is computed of each. `held` is the name of a list of a truth for each.
        """
        entry = self.names.allocate("entry")
        is_of_fellows = self.outer is not None and isinstance(source_list, ListRef)
        columns = self._columns_read(body) if is_of_fellows else {}
        targets = [entry, *(["held"] if held else [])]
        lists = [f"{list_} or ()", *([held] if held else [])]
        targets += [column.target for column in columns.values()]
        lists += [column.name for column in columns.values()]
        source = lists[0] if len(lists) == 1 else f"zip({comma_separated(lists)})"
        with self.emitter.block(f"for {comma_separated(targets)} in {source}:"):
            if is_of_fellows:
                operands = {read: column.operand for read, column in columns.items()}
                scope = attrs.evolve(self.scope, fellow=entry, fellows=operands)
                yield type(self)(self.dated, self.emitter, self.header, scope, self.outer)
            else:
                yield self.item_writer(source_list.name, variable, entry)

    def list_name(self, name: str) -> str:
        """Return the name of a list of items, or of a list of figures; it is None if unknown."""
        if "." in name:
            known = self.known_fact(name)
            list_ = self.names.allocate("list_of", name)
            return self.emitter.assign(list_, f"None if {known} is None else {known}.figure")

        def read() -> str:
            return self.emitter.assign(
                self.names.allocate("list_of", name), f"situation.lists.get({name!r})"
            )

        return self.emitter.memoized(("list", name), read, str)

    def item_writer(self, name: str, variable: str, item: str) -> Self:
        """Return a writer for one item of a list; `item` is its name in the loop."""
        if "." not in name:
            block = self.ruleset.item_rules.get(name)
            known = self.emitter.assign(self.names.allocate("known_of", variable), f"{item}.known")
            scope = ReadScope(known, block, name, item)
            return type(self)(self.dated, self.emitter, self.header, scope, self)
        entry = self.ruleset.facts[name].type.entry
        element: Operand = Rational(item) if entry.kind.is_ordered else WordOperand(item)
        scope = attrs.evolve(self.scope, elements={**self.scope.elements, variable: element})
        return type(self)(self.dated, self.emitter, self.header, scope, self.outer)

    def emit_outer_reads(self, name: str, test: Expression) -> None:
        """Emit the facts, values and conditions of the case that an item reads, before the loop.

        Of what the rules of the item read, only what the test depends on is emitted: another rule
        may read the value that is being generated. What they read of other items is emitted too.
        """
        if self.outer is not None:
            return
        read = references(test)
        if name in self.ruleset.item_rules and "." not in name:
            read = dependencies_outside(self.ruleset, read)
        for reference in read:
            if isinstance(reference, FactRef) and not reference.name.startswith(f"{name}."):
                if subject_of(reference.name) not in self.ruleset.all_lists:
                    self.fact(reference.name)
            elif isinstance(reference, ValueRef) and reference.name in self.ruleset.values:
                self.value(reference.name)
            elif isinstance(reference, ConditionRef) and reference.name in self.ruleset.conditions:
                self.condition(reference.name)
        for of_fellow in _read_of_fellows(self.ruleset, test):
            self._column(of_fellow)

    # Other items.

    def _column(self, read: Key) -> Column:
        """Return the list of a fact or a value of each item; it is emitted before their loops."""
        return self.emitter.memoized(("column", read), lambda: self._emit_column(read), Column)

    def _emit_column(self, read: Key) -> Column:
        if self.outer is not None:
            raise TypeError(f"`{read.name}` of other items is read before the loop over the items")
        list_name = self.ruleset.list_of_value.get(read.name) or subject_of(read.name)
        list_ = self.list_name(list_name)
        name = self.emitter.assign(self.names.allocate("all", read.name), "[]")
        entry = self.names.allocate("entry")
        with self.emitter.block(f"for {entry} in {list_} or ():"):
            operand = self.item_writer(list_name, list_name, entry).term(read)
            match operand:
                case Rational(numerator, denominator) if not denominator.isdigit():
                    self.emitter.emit(f"{name}.append(({numerator}, {denominator}))")
                case Rational() | WordOperand():
                    self.emitter.emit(f"{name}.append({operand.guard_expression})")
                case _:
                    self.emitter.emit(f"{name}.append(None)")
        return _column_of(self.names, name, read, operand)

    def _columns_read(self, body: Expression) -> dict[Key, Column]:
        """Return what a loop over other items reads of them; emit what it reads of the item."""
        for reference in dict.fromkeys(own_references(body)):
            if isinstance(reference, FactRef):
                self.fact(reference.name)
            elif isinstance(reference, ValueRef):
                self.value(reference.name)
            elif isinstance(reference, ConditionRef):
                self.condition(reference.name)
        return {read: self._column(read) for read in map(plain_reference, fellow_references(body))}


class _LoopNames:
    """The names that a loop assigns, in a wrapper because a memoized result is never None."""

    def __init__(self, names: tuple[str, str] | None) -> None:
        self.names = names


def _column_of(names: NameAllocator, name: str, read: Key, operand: Operand | None) -> Column:
    """Return a column whose entries are read as the operand is."""
    target = names.allocate("other", read.name)
    match operand:
        case Rational(denominator=denominator) if not denominator.isdigit():
            other = names.allocate(target, "denom")
            read_as = attrs.evolve(operand, numerator=target, denominator=other)
            return Column(name, f"({target}, {other})", read_as)
        case Rational():
            return Column(name, target, attrs.evolve(operand, numerator=target))
        case WordOperand():
            return Column(name, target, attrs.evolve(operand, text=target))
        case _:
            return Column(name, target, None)


def _read_of_fellows(ruleset: CheckedRuleset, node: Expression) -> Iterator[Key]:
    """Yield what an expression about items reads of their fellows, through their rules."""
    seen: set[Reference] = set()
    waiting: deque[Expression] = deque([node])
    while waiting:
        expression = waiting.popleft()
        yield from map(plain_reference, fellow_references(expression))
        for reference in references(expression):
            if reference not in seen:
                seen.add(reference)
                waiting += expressions_behind(ruleset, reference)
