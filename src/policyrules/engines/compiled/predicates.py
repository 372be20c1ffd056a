"""Writes tests for the plain function, and what looks into lists."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Sequence

import attrs

from policyrules.engines.compiled.emitter import bracketed, listed, product, tuple_text
from policyrules.engines.compiled.operands import (
    OPEN,
    Choice,
    Days,
    Figure,
    Shape,
    Truth,
    Words,
    compared,
    either,
    no_figure,
)
from policyrules.engines.compiled.terms import Place, PlainTerms
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import TermEvaluator
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Atom,
    BoolTest,
    Compare,
    Count,
    ElementRef,
    EligibleRef,
    Expression,
    FactRef,
    InPeriod,
    InSet,
    IsNone,
    ListName,
    Not,
    Or,
    ParameterRef,
    Quantifier,
    Reference,
    Sum,
    Test,
    ValueRef,
)
from policyrules.ir.ruleset import Group, ItemRules
from policyrules.ir.traverse import block_dependencies, children, direct_dependencies, references
from policyrules.values.calendar import first_day, last_day, truncate
from policyrules.values.kleene import Truth as Truth3
from policyrules.values.possible import Possible

LEAVE = "return None"
"""What the plain function does with a case that is for the ranges."""


class PlainTests(PlainTerms):
    """Writes the tests of the case, or of an item of a list.

    A truth that is None is unknown, and nothing more can be said of it without ranges. Where it is
    None only because the plain function does not look at ranges, the case is left to them: at once
    in the conditions of the case; in values and in items as soon as the outcome hangs on it.
    """

    # What the rules bring in.

    @abstractmethod
    def condition(self, name: str) -> Truth:
        """A condition, written once."""

    def group(self, group: Group) -> Truth:
        """A group of conditions."""
        return self.joined(group.kind, [self.condition(name) for name in group.members], group.n)

    # Tests.

    def test(self, node: Test, *, strict: bool) -> Truth:
        """A test; a strict one leaves the case to the ranges where they may know more."""
        match node:
            case Not(operand):
                found = self.test(operand, strict=strict)
                if not found.open:
                    return Truth(f"not {bracketed(found.text)}")
                own = self.named(found)
                return Truth(f"None if {own} is None else not {own}", open=True)
            case And(operands):
                return self.joined("all", [self.test(one, strict=strict) for one in operands])
            case Or(operands):
                return self.joined("any", [self.test(one, strict=strict) for one in operands])
            case _:
                key = ("atom", node, strict)
                return self.lines.once(key, lambda: self._atom(node, strict=strict), Truth)

    def named(self, truth: Truth, prefix: str = "test") -> str:
        """The name of a truth."""
        if truth.text.isidentifier():
            return truth.text
        return self.lines.assign(self.names.new(prefix), truth.text)

    def joined(self, kind: str, members: Sequence[Truth], n: int = 0) -> Truth:
        """A group of truths."""
        is_open = any(member.open for member in members)
        texts = [member.text for member in members]
        if not members:
            return Truth(repr(kind in {"all", "none"} or (kind == "at_least" and n <= 0)))
        if len(members) == 1 and kind in {"all", "any"}:
            return members[0]
        if not is_open and kind in {"all", "any"}:
            word = " and " if kind == "all" else " or "
            return Truth(word.join(map(bracketed, texts)))
        own = self.names.new("members")
        self.lines.call(f"{own} = [", texts, "]")
        return Truth(group_text(kind, own, n, is_open=is_open), open=is_open)

    def _atom(self, node: Atom, *, strict: bool) -> Truth:
        found = self._own_atom(node)
        if found is None:
            if strict:
                self.lines.put(LEAVE)
            return Truth(OPEN, open=True)
        tests, truth = found
        if not tests:
            return truth
        known, unknown = self._where_unknown(node)
        if known:
            # One fact alone decides the test, so what it is without the fact is known beforehand.
            is_open = unknown is None or truth.open
            return Truth(_chosen(tests, repr(unknown), truth.text), is_open)
        if strict:
            with self.lines.branch("if", tests):
                self.lines.put(LEAVE)
            return truth
        return Truth(_chosen(tests, OPEN, truth.text), open=True)

    def _where_unknown(self, node: Atom) -> tuple[bool, Truth3]:
        """Return whether one fact alone decides an atom, and what the atom then is without it."""
        read = list(references(node))
        facts = [one for one in read if isinstance(one, FactRef)]
        fixed = all(
            isinstance(one, ParameterRef)
            and self.ruleset.parameters[one.name].by is None
            and self._states_one(one.name)
            for one in read
            if not isinstance(one, FactRef)
        )
        if len(facts) != 1 or not fixed or isinstance(node, Quantifier) or _computes(node):
            return False, None
        type_ = self.ruleset.facts[facts[0].name].type
        if type_.none is not None and type_.kind.is_ordered and not isinstance(node, IsNone):
            return False, None
        terms = TermEvaluator(self.dated, Situation({}), _no_value)
        return True, terms.atom(node).truth

    def _states_one(self, name: str) -> bool:
        stated = self.dated.stated[name]
        if not isinstance(stated, Possible) or stated.not_stated or stated.undefined:
            return False
        return not isinstance(stated.figures, frozenset) or len(stated.figures) == 1

    def _own_atom(self, node: Atom) -> tuple[list[str], Truth] | None:
        """The tests under which the atom is not decided here, and its truth otherwise."""
        match node:
            case Compare(operator, left, right):
                return self._compared(operator, self.term(left), self.term(right))
            case InSet(operand, words):
                return self._member(self.term(operand), self.term(words))
            case InPeriod(operand, ParameterRef(name), kind):
                one, days = self.number(operand), self.period(name)
                if one is None or days is None:
                    return None
                return no_figure(one), _within(kind, one, days)
            case IsNone(FactRef(name)):
                known = self.found(name)
                return [f"{known} is None"], Truth(f"{known}.figure is None")
            case BoolTest(operand):
                found = self.term(operand)
                if not isinstance(found, Choice):
                    return None
                text = f"{found.text} is True" if found.absent else found.text
                return no_figure(found), Truth(text)
            case Quantifier(every):
                looked_at = self._looked_at(node)
                if looked_at is None:
                    return None
                entries, list_ = looked_at
                text = group_text("all" if every else "any", entries, 0, is_open=False)
                undecided = f"None in {entries} and {not every} not in {entries}"
                return [f"{list_} is None", undecided], Truth(text)
            case _:
                return None

    def _compared(
        self, operator: str, left: Shape | None, right: Shape | None
    ) -> tuple[list[str], Truth] | None:
        if isinstance(left, Figure) and isinstance(right, Figure):
            return no_figure(left, right), Truth(compared(operator, left, right))
        if not isinstance(left, Choice) or not isinstance(right, Choice):
            return None
        text = f"{left.text} {operator} {right.text}"
        if left.absent and right.absent:  # two absences are not equal
            joint = "and" if operator == "==" else "or"
            text = f"{text} {joint} {left.text} {'is not' if joint == 'and' else 'is'} ABSENT"
        return no_figure(left, right), Truth(text)

    def _member(self, operand: Shape | None, words: Shape | None) -> tuple[list[str], Truth] | None:
        if not isinstance(operand, Choice) or not isinstance(words, Words):
            return None
        tests = no_figure(operand, words)
        inside = f"{operand.text} in {words.text}"
        if not words.left_open:
            return tests, Truth(inside)
        absent = f"False if {operand.text} is ABSENT else " if operand.absent else ""
        # A word that an open list does not name may belong to it all the same.
        return tests, Truth(f"True if {inside} else {absent}None", open=True)

    # Lists.

    def _looked_at(self, node: Quantifier | Count | Sum) -> tuple[str, str] | None:
        """The names of the truths of the entries of a list, and of the list: None if unknown."""
        test = node.test
        if test is None:
            return None
        if isinstance(test, BoolTest) and isinstance(test.operand, EligibleRef):
            key: object = ("eligible", test.operand.name)
        else:
            key = ("looked at", node.source_list, node.variable, test)
        over, each = node.source_list, node.variable
        found = self.lines.once(key, lambda: _Entries(self._entries(test, over, each)), _Entries)
        return found.names

    def _entries(self, test: Test, over: ListName, each: str) -> tuple[str, str] | None:
        list_ = self._list(over.name)
        self._outer_reads(over.name, test)
        entries = self.lines.assign(self.names.new("entries_of", over.name), "[]")
        entry = self.names.new("entry")
        with self.lines.block(f"for {entry} in {list_} or ():"):
            truth = self._entry(over.name, each, entry).test(test, strict=False)
            self.lines.put(f"{entries}.append({truth.text})")
        return entries, list_

    def _list(self, name: str) -> str:
        """The name of a list: of its items, or of the entries of a list of figures."""
        if "." in name:
            known = self.found(name)
            own = self.names.new("list_of", name)
            return self.lines.assign(own, f"None if {known} is None else {known}.figure")

        def read() -> str:
            return self.lines.assign(
                self.names.new("list_of", name), f"situation.lists.get({name!r})"
            )

        return self.lines.once(("list", name), read, str)

    def _entry(self, name: str, each: str, named: str) -> PlainTests:
        """The rules as they read at one entry, which has a name in the loop."""
        if "." not in name:
            block = self.ruleset.item_rules.get(name)
            known = self.lines.assign(self.names.new("known_of", each), f"{named}.known")
            return type(self)(self.dated, self.lines, self.header, Place(known, block, name), self)
        entry = self.ruleset.facts[name].type.entry
        shape: Shape = Figure(named) if entry.kind.is_ordered else Choice(named)
        place = attrs.evolve(self.place, elements={**self.place.elements, each: shape})
        return type(self)(self.dated, self.lines, self.header, place, self.outer)

    def _outer_reads(self, name: str, test: Expression) -> None:
        """Writes what an entry reads of the case before the loop, so that it is read once.

        What its block reads is among it only where its block is asked: the block may itself read
        the value that is being written.
        """
        if self.outer is not None:
            return
        read = list(references(test))
        block = self.ruleset.item_rules.get(name)
        if block is not None and "." not in name and self._asks(block, read):
            read += block_dependencies(block)
        for one in read:
            if isinstance(one, FactRef) and not one.name.startswith(f"{name}."):
                if one.name.partition(".")[0] not in self.ruleset.all_lists:
                    self.fact(one.name)
            elif isinstance(one, ValueRef) and one.name in self.ruleset.values:
                self.value(one.name)

    def _asks(self, block: ItemRules, read: Iterable[Reference]) -> bool:
        """Return whether a result or a value of an item is read, be it as the key of a table."""
        for one in read:
            keys = direct_dependencies(self.ruleset, one) if isinstance(one, ParameterRef) else ()
            if any(isinstance(n, EligibleRef) or n.name in block.values for n in (one, *keys)):
                return True
        return False

    def own(self) -> Choice | None:
        """Return whether the item is eligible by its block."""
        block = self.place.block
        if block is None or block.eligible is None:
            return None
        for name in block.conditions:
            self.condition(name)
        found = self.group(block.eligible)
        return Choice(self.named(found, "eligible"), open=found.open)

    def counted(self, node: Count) -> Shape | None:
        """How many entries of a list hold a test."""
        found = self._looked_at(node)
        if found is None:
            return None
        entries, list_ = found

        def count() -> Figure:
            test = f"{list_} is None or None in {entries}"
            own = self.names.new("count")
            self.lines.assign(own, f"None if {test} else {entries}.count(True)")
            return Figure(own, open=True)

        return self.lines.once(("count", entries), count, Figure)

    def summed(self, node: Sum) -> Shape | None:
        """The sum of a term over the entries of a list."""
        return self.lines.once(("sum", node), lambda: self._summed(node), Figure)

    def _summed(self, node: Sum) -> Figure:
        lines, names = self.lines, self.names
        list_ = self._list(node.source_list.name)
        looked_at = None if node.test is None else self._looked_at(node)
        self._outer_reads(node.source_list.name, node.term)
        own, under, entry = names.new("total"), names.new("total", "under"), names.new("entry")
        lines.assign(own, f"None if {list_} is None else 0")
        lines.assign(under, "1")
        head = f"for {entry} in {list_} or ():"
        if looked_at is not None:
            head = f"for {entry}, held in zip({list_} or (), {looked_at[0]}):"
        with lines.block(head):
            if looked_at is not None:
                with lines.block("if held is False:"):
                    lines.put("continue")
            term = self._entry(node.source_list.name, node.variable, entry).number(node.term)
            tests = ["held is None"] if looked_at is not None else []
            tests += ["True"] if term is None else no_figure(term)
            if tests:
                with lines.branch("if", tests):
                    lines.put(f"{own} = None")
                    lines.put("break")
            if term is not None and term.under == "1":
                lines.put(f"{own} += {product(term.over, under)}")
            elif term is not None:
                figures = listed([own, under, term.over, term.under])
                lines.put(f"{own}, {under} = plus({figures})")
        return Figure(own, under, open=True)


class _Entries:
    """The names of the truths of entries and of their list, or None."""

    def __init__(self, names: tuple[str, str] | None) -> None:
        self.names = names


def _no_value(name: str) -> Possible:
    raise TypeError(f"no value is read: {name}")


def _chosen(tests: Sequence[str], where: str, otherwise: str) -> str:
    if where == OPEN and list(tests) == [f"{otherwise} is None"]:
        return otherwise
    return f"{where} if {either(tests)} else {bracketed(otherwise)}"


def group_text(kind: str, members: str, n: int, *, is_open: bool) -> str:
    """The truth of a group whose members stand under a name.

    >>> group_text("all", "members", 0, is_open=True)
    'False if False in members else None if None in members else True'
    """
    match kind:
        case "all":
            lost, kept = f"False in {members}", "True"
        case "any":
            lost, kept = f"True in {members}", "False"
        case "none":
            lost, kept = f"True in {members}", "True"
        case _:
            held, left = f"{members}.count(True)", f"{members}.count(False)"
            size = f"len({members})"
            if not is_open:
                return f"{held} >= {n}"
            return f"True if {held} >= {n} else False if {size} - {left} < {n} else None"
    first = "True" if kind == "any" else "False"
    if not is_open:
        return lost if kind == "any" else f"not ({lost})"
    return f"{first} if {lost} else None if None in {members} else {kept}"


def _computes(node: Expression) -> bool:
    """Return whether something in an atom may leave it undecided although its fact is known."""
    if isinstance(node, (Arithmetic, ElementRef, Count, Sum)):
        return True
    return any(_computes(child) for child in children(node) if isinstance(child, Expression))


def _within(kind: str, day: Figure, period: Days) -> Truth:
    """Return whether a day, a month or a year lies in a period; partly in it is unknown."""
    first, last = truncate(kind, period.first), truncate(kind, period.last)
    begins = first if first_day(kind, first) == period.first else first + 1
    ends = last if last_day(kind, last) == period.last else last - 1
    inside = f"{begins} <= {day.over} <= {ends}"
    cut = sorted({edge for edge in (first, last) if not begins <= edge <= ends})
    if not cut:
        return Truth(inside)
    partly = f"{day.over} in {tuple_text([str(one) for one in cut])}"
    return Truth(f"True if {inside} else None if {partly} else False", open=True)
