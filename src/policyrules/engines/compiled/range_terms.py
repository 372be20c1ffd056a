"""Writes facts, terms and tests for the function with ranges, and what looks into lists."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from typing import Final

from policyrules.engines.compiled.emitter import Lines, listed
from policyrules.evaluation.dated import DatedRuleset
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Atom,
    Between,
    Compare,
    Counted,
    ElementRef,
    EligibleRef,
    Expression,
    Extreme,
    FactRef,
    Holds,
    IsNone,
    ListName,
    ListRef,
    Member,
    Negative,
    Not,
    Number,
    Or,
    ParameterRef,
    Quantified,
    Summed,
    Term,
    Test,
    ValueRef,
    Within,
    Word,
    YearOf,
    YesNo,
)
from policyrules.ir.ruleset import Block, CheckedRuleset
from policyrules.ir.traverse import children, references
from policyrules.values.possible import Possible

_ARITHMETIC: Final[Mapping[str, str]] = {
    "+": "add",
    "-": "subtract",
    "*": "multiply",
    "/": "divide",
}
_MOST_BRACKETS: Final = 40


class RangeTerms(ABC):
    """Writes what is read of a case, or of the items of a list."""

    def __init__(
        self,
        dated: DatedRuleset,
        lines: Lines,
        header: Lines,
        nodes: list[Expression | ListRef],
        item_functions: Mapping[str, str],
        block: Block | None,
    ) -> None:
        self.dated = dated
        self.ruleset: CheckedRuleset = dated.ruleset
        self.lines = lines
        self.header = header
        self.nodes = nodes
        self.item_functions = item_functions
        self.block = block
        self.rules: CheckedRuleset | Block = dated.ruleset if block is None else block
        # Inside a function that looks at one entry: what the entry is called, by the list of items
        # that it is of, or by the name that expressions give to an entry of a list of figures.
        self.items_seen: Mapping[str, str] = {}
        self.figures_seen: Mapping[str, str] = {}

    # What the rules bring in.

    @abstractmethod
    def value(self, name: str) -> str:
        """A value, written once."""

    @abstractmethod
    def own(self) -> str:
        """Return whether the item is eligible by its block."""

    # Before a branch, a loop or a function inside.

    def read_before(self, node: Expression) -> None:
        """Writes what an expression reads from outside, so that it stands there already."""
        for reference in references(node):
            match reference:
                case FactRef() | ValueRef() | ParameterRef():
                    self._read(reference)
                case _:
                    pass
        for one in _with_lists(node):
            if isinstance(one, (Quantified, Counted, Summed)):
                self._listed(one)

    def _read(self, reference: FactRef | ValueRef | ParameterRef) -> None:
        name = reference.name
        if isinstance(reference, ValueRef) and (
            name in self.rules.values or name in self.ruleset.values
        ):
            self.value(name)
        elif isinstance(reference, FactRef) and self._is_seen(name):
            self.fact(name)
        elif isinstance(reference, ParameterRef):
            by = self.ruleset.parameters[name].by
            if by is not None:
                self._read(by)

    def _is_seen(self, name: str) -> bool:
        """Return whether a fact is a figure that is read here, outside any look into a list."""
        of = name.partition(".")[0]
        if self.ruleset.facts[name].type.of is not None:
            return False
        return of not in self.ruleset.all_lists or (
            self.block is not None and self.block.list == of
        )

    # Expressions.

    def text(self, node: Expression) -> str:
        """What an expression may be; a test is a yes/no."""
        return f"as_possible({self.test(node)})" if isinstance(node, Test) else self.term(node)

    def verdict(self, node: Expression) -> str:
        """The verdict of an expression that is a test or a yes/no."""
        return self.test(node) if isinstance(node, Test) else f"is_true({self.term(node)})"

    def test(self, node: Test) -> str:
        """The verdict of a test."""
        match node:
            case Not(operand):
                return f"not_({self.test(operand)})"
            case And(operands):
                return self._short(f"all_of([{listed(self.test(one) for one in operands)}])")
            case Or(operands):
                return self._short(f"any_of([{listed(self.test(one) for one in operands)}])")
            case _ if self.items_seen or self.figures_seen:
                return self._decided(node)  # of one entry: no test of the case or the item
            case _:
                return self.lines.once(("atom", node), lambda: self._atom(node), str)

    def _atom(self, node: Atom) -> str:
        key, found = self._node(node), self._decided(node)
        own = self.lines.names.new("test")
        self.lines.put(f"{own} = atoms[{key}] = {found}")
        return own

    def _decided(self, node: Atom) -> str:
        match node:
            case Compare(operator, left, right):
                return f"compare({operator!r}, {self.term(left)}, {self.term(right)})"
            case Member(operand, words):
                return f"member_of({self.term(operand)}, {self.term(words)})"
            case Within(operand, period, kind):
                return f"within({kind!r}, {self.term(operand)}, {self.term(period)})"
            case Quantified():
                return f"quantified({self._node(node)}, {self._looks(node)})"
            case IsNone(operand):
                return f"is_absent({self.term(operand)})"
            case Holds(operand):
                return f"is_true({self.term(operand)})"

    def term(self, node: Term) -> str:
        """What a term may be."""
        match node:
            case FactRef(name):
                return self.fact(name)
            case ValueRef(name):
                entry = self.items_seen.get(self.ruleset.block_of.get(name, ""))
                return self.value(name) if entry is None else f"{entry}.value({name!r})"
            case ParameterRef(name):
                return self.parameter(name)
            case Number(value):
                return self._constant(f"number({value})")
            case YesNo(value):
                return self._constant(f"word({value!r})")
            case Word(text):
                return self._constant(f"word({text!r})")
            case ElementRef(name):
                return f"{self.figures_seen.get(name, 'seen')}.bindings[{name!r}]"
            case EligibleRef(name):
                own = f"{self.items_seen[name]}.own()" if name in self.items_seen else self.own()
                return f"as_possible({own})"
            case Counted() | Summed():
                called = "counted" if isinstance(node, Counted) else "summed"
                return f"{called}({self._node(node)}, {self._looks(node)})"
            case Negative(operand):
                return f"negate({self.term(operand)})"
            case Arithmetic(operator, left, right):
                called = _ARITHMETIC[operator]
                return self._short(f"{called}({self.term(left)}, {self.term(right)})")
            case Extreme(largest, operands):
                inside = listed(self.term(operand) for operand in operands)
                return self._short(f"extreme([{inside}], largest={largest})")
            case YearOf(operand):
                return f"monotone({self.term(operand)}, calendar_year)"
            case Between(unit, start, end):
                return f"apart({self.term(start)}, {self.term(end)}, whole_{unit}s)"

    def fact(self, name: str) -> str:
        """What a fact may be, read once."""

        def read() -> str:
            of, _, short = name.partition(".")
            if of in self.items_seen:
                return self._fact_of_entry(name, self.items_seen[of])
            if self.block is not None and self.block.list == of:
                fact = self._constant(f"facts[{name!r}]", short)
                unknown = f"situation.possible({fact})"  # it is asked for by the item's own name
            else:
                unknown = self._constant(f"unknown(facts[{name!r}])", short)
            self.lines.put(f"found = known.get({name!r})")
            own = self.lines.names.new("fact", short)
            return self.lines.assign(own, f"{self._settled(name)} if found else {unknown}")

        return self.lines.once(("fact", name), read, str)

    def _fact_of_entry(self, name: str, entry: str) -> str:
        short = name.partition(".")[2]
        fact, own = self._constant(f"facts[{name!r}]", short), self.lines.names.new("fact", short)
        self.lines.put(f"found = {entry}.situation.known.get({name!r})")
        unknown = f"{entry}.situation.possible({fact})"
        return self.lines.assign(own, f"{self._settled(name)} if found else {unknown}")

    def _settled(self, name: str) -> str:
        """What is known of a fact."""
        type_ = self.ruleset.facts[name].type
        if type_.none is not None:
            return "settled(found)"
        return "number(found.figure)" if type_.kind.is_ordered else "word(found.figure)"

    def parameter(self, name: str) -> str:
        """What the row in force states, by the key where it is a table."""
        stated = self._constant(f"stated[{name!r}]", name)
        by = self.ruleset.parameters[name].by
        if by is None or isinstance(self.dated.stated[name], Possible):
            return stated

        def picked() -> str:
            key = self.term(by)
            own = self.lines.names.new("row", name)
            return self.lines.assign(own, f"cell_by({stated}, {key})")

        return self.lines.once(("row", name), picked, str)

    # Lists.

    def _looks(self, node: Quantified | Counted | Summed) -> str:
        """How the entries of a list are looked at: by a function that is written for it."""
        self._listed(node)
        if not (self.items_seen or self.figures_seen):
            self.read_before(node)
        over, name = node.over, node.over.name
        read = [node.test, node.term] if isinstance(node, Summed) else [node.test]
        looks = ["None" if part is None else self._look(over, node.each, part) for part in read]
        if isinstance(over, ListRef) and name in self.ruleset.blocks:
            found = f"entries[{name!r}]"
        else:
            found = f"view_list(dated.ruleset, situation, {self._node(over)}, {node.each!r})"
        return f"looks({listed([found, *looks])})"

    def _look(self, over: ListName, each: str, part: Expression) -> str:
        """The function that looks at one entry; its name."""
        own, entry = self.lines.names.new("look"), self.lines.names.new("entry")
        before = self.items_seen, self.figures_seen
        if isinstance(over, ListRef):
            self.items_seen = {**self.items_seen, over.name: entry}
        else:
            self.figures_seen = {**self.figures_seen, each: entry}
        with self.lines.block(f"def {own}({entry}):"):
            text = self.test(part) if isinstance(part, Test) else self.term(part)
            self.lines.put(f"return {text}")
        self.items_seen, self.figures_seen = before
        return own

    def items(self, name: str) -> None:
        """Evaluates the items of a list, where that was not done yet."""

        def look() -> str:
            function = self.item_functions[name]
            parts = ["dated", "situation", repr(name), function, "values.__getitem__"]
            self.lines.call(f"entries[{name!r}] = looked_at(", parts, ")")
            return name

        if self.block is None:
            self.lines.once(("items", name), look, str)

    def _listed(self, node: Quantified | Counted | Summed) -> None:
        """Makes ready what a look into a list reads: the items, and values of the case."""
        for one in _with_lists(node):
            over = _over(one)
            if isinstance(over, ListRef) and over.name in self.ruleset.blocks:
                self.items(over.name)
        for reference in references(node):
            self._made_before(reference)

    def _made_before(self, reference: object) -> None:
        if isinstance(reference, EligibleRef) and self.block is not None:
            if self.block.list == reference.name:
                self.own()
        elif isinstance(reference, ParameterRef):
            self._made_before(self.ruleset.parameters[reference.name].by)
        elif isinstance(reference, ValueRef) and reference.name in self.rules.values:
            self.value(reference.name)

    def _short(self, text: str) -> str:
        """The text, or a name for it where it is nested too deeply to be read."""
        if text.count("(") < _MOST_BRACKETS:
            return text
        return self.lines.assign(self.lines.names.new("part"), text)

    def _constant(self, text: str, of: str = "") -> str:
        """The name of a constant at the head of the source."""
        prefix = text.partition("(")[0].partition("[")[0]

        def make() -> str:
            named = of or text.partition("(")[2]
            own = self.header.names.new(prefix, named).upper()
            return self.header.assign(own, text)

        return self.header.once(("constant", text), make, str)

    def _node(self, node: Expression | ListRef) -> str:
        """The name of an expression that is handed over as it is."""

        def make() -> str:
            self.nodes.append(node)
            own = self.header.names.new("node", str(len(self.nodes))).upper()
            return self.header.assign(own, f"nodes[{len(self.nodes) - 1}]")

        return self.header.once(("node", node), make, str)


def _with_lists(node: Expression) -> Iterable[Expression]:
    """The expression and all inside it."""
    yield node
    for child in children(node):
        if isinstance(child, Expression):
            yield from _with_lists(child)


def _over(node: Expression) -> object:
    """The list that an expression looks into, if it does."""
    return node.over if isinstance(node, (Quantified, Counted, Summed)) else None
