"""Writes facts, parameters and terms for the plain function."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Final

import attrs

from policyrules.engines.compiled.emitter import Lines, Names, bracketed, tuple_text
from policyrules.engines.compiled.operands import (
    OPEN,
    Choice,
    Days,
    Figure,
    Shape,
    Words,
    added,
    compared,
    either,
    figure,
    multiplied,
    no_figure,
    rounding,
    whole,
)
from policyrules.evaluation.dated import DatedRuleset
from policyrules.ir.nodes import (
    Arithmetic,
    Count,
    DateDiff,
    ElementRef,
    EligibleRef,
    FactRef,
    MinMax,
    Negate,
    Number,
    ParameterRef,
    Sum,
    Term,
    ValueRef,
    Word,
    YearOf,
    YesNo,
)
from policyrules.ir.ruleset import CheckedRuleset, Fact, ItemRules, Rounding
from policyrules.ir.types import Kind
from policyrules.values.possible import ANOTHER_WORD, Interval, PeriodSet, Possible, WordSet

_WHOLE_KINDS: Final = frozenset({Kind.COUNT, Kind.DATE, Kind.MONTH, Kind.CALENDAR_YEAR})


@attrs.frozen
class Place:
    """Where expressions are read: the case, or an item of a list in it.

    `known` is the name of the mapping of known facts. `elements` are the entries of lists of
    figures that are looked at, by the names that expressions give them. At a complete place a fact
    that is read is known, or the function is not for the case.
    """

    known: str
    block: ItemRules | None = None
    list: str = ""
    elements: Mapping[str, Shape] = attrs.field(factory=dict, hash=False)
    complete: bool = False


class PlainTerms(ABC):
    """Writes terms as they are read at one place.

    A method returns None for what the plain function leaves to the ranges.
    """

    def __init__(
        self,
        dated: DatedRuleset,
        lines: Lines,
        header: Lines,
        place: Place,
        outer: PlainTerms | None,
    ) -> None:
        self.dated = dated
        self.ruleset: CheckedRuleset = dated.ruleset
        self.lines = lines
        self.header = header
        self.names: Names = lines.names
        self.place = place
        self.outer = outer

    # What the rules bring in.

    @abstractmethod
    def value(self, name: str) -> Shape | None:
        """What a value is."""

    @abstractmethod
    def own(self) -> Choice | None:
        """Return whether the item is eligible by its block."""

    @abstractmethod
    def counted(self, node: Count) -> Shape | None:
        """How many entries of a list hold a test."""

    @abstractmethod
    def summed(self, node: Sum) -> Shape | None:
        """The sum of a term over the entries of a list."""

    # Facts.

    def is_outside(self, name: str) -> bool:
        """Return whether a fact is one of the case, seen from an item."""
        return self.outer is not None and not name.startswith(f"{self.place.list}.")

    def fact(self, name: str) -> Shape | None:
        """A fact, read once."""
        if self.outer is not None and self.is_outside(name):
            return self.outer.fact(name)
        fact = self.ruleset.facts[name]
        if fact.type.kind.is_ordered:
            return self.lines.once(("fact", name), lambda: self._number(fact), Figure)
        if fact.type.kind in {Kind.WORD, Kind.YES_NO}:
            return self.lines.once(("fact", name), lambda: self._word(fact), Choice)
        return None

    def found(self, name: str) -> str:
        """The name of what is known of a fact: None where nothing is."""
        if self.outer is not None and self.is_outside(name):
            return self.outer.found(name)

        def read() -> str:
            own = self.names.new("known", name.partition(".")[2])
            return self.lines.assign(own, f"{self.place.known}.get({name!r})")

        return self.lines.once(("known", name), read, str)

    def read(self, name: str) -> str:
        """What is known of a fact, for the next line only: None where nothing is."""
        if self.lines.kept(("known", name)):
            return self.found(name)
        return self.lines.assign("found", f"{self.place.known}.get({name!r})")

    def _is_complete(self, fact: Fact) -> bool:
        """Return whether a fact is read as one that is known: one that states a value seldom is."""
        given = {value.input_fact for value in self.ruleset.values.values()}
        return self.place.complete and fact.name not in given

    def _number(self, fact: Fact) -> Figure:
        if self._is_complete(fact) and fact.type.none is None:
            return self._known_number(fact)
        known, own = self.read(fact.name), self.names.new("fact", fact.name.partition(".")[2])
        if fact.type.kind in _WHOLE_KINDS:
            self.lines.assign(own, f"None if {known} is None else {known}.figure")
            return Figure(own, open=True)
        under = self.names.new(own, "under")
        absent = f" or {known}.figure is None" if fact.type.none is not None else ""
        with self.lines.block(f"if {known} is None{absent}:"):
            self.lines.put(f"{own} = None")
            self.lines.put(f"{under} = 1")
        with self.lines.block("else:"):
            self.lines.put(f"{own}, {under} = {known}.figure.as_integer_ratio()")
        return Figure(own, under, open=True)

    def _known_number(self, fact: Fact) -> Figure:
        own = self.names.new("fact", fact.name.partition(".")[2])
        figure_ = f"{self.place.known}[{fact.name!r}].figure"
        if fact.type.kind in _WHOLE_KINDS:
            return Figure(self.lines.assign(own, figure_))
        under = self.names.new(own, "under")
        if fact.type.kind is not Kind.NUMBER:  # money and ratios are seldom whole
            self.lines.assign(f"{own}, {under}", f"{figure_}.as_integer_ratio()")
            return Figure(own, under)
        self.lines.assign(own, figure_)
        self.lines.assign(under, "1")
        with self.lines.block(f"if type({own}) is not int:"):
            self.lines.assign(f"{own}, {under}", f"{own}.as_integer_ratio()")
        return Figure(own, under)

    def _word(self, fact: Fact) -> Choice:
        may_be_absent = fact.type.none is not None
        if self._is_complete(fact):
            own = self.names.new("fact", fact.name.partition(".")[2])
            self.lines.assign(own, f"{self.place.known}[{fact.name!r}].figure")
            if may_be_absent:
                with self.lines.block(f"if {own} is None:"):
                    self.lines.assign(own, "ABSENT")
            return Choice(own, absent=may_be_absent)
        known, own = self.read(fact.name), self.names.new("fact", fact.name.partition(".")[2])
        absent = f"ABSENT if {known}.figure is None else " if may_be_absent else ""
        self.lines.assign(own, f"None if {known} is None else {absent}{known}.figure")
        return Choice(own, open=True, absent=may_be_absent)

    # Parameters.

    def parameter(self, name: str) -> Shape | None:
        """What the row in force states."""
        stated = self.dated.stated[name]
        if isinstance(stated, Possible):
            return self._cell(stated, (name,))
        by = self.ruleset.parameters[name].by
        if by is None:
            return None
        if self.outer is not None and not self._hangs_on_item(by):
            return self.outer.parameter(name)
        return self.lines.once(("row", name), lambda: self._row(name, by, stated), _Row).shape

    def _hangs_on_item(self, by: FactRef | ValueRef) -> bool:
        if isinstance(by, ValueRef):
            return self.place.block is not None and by.name in self.place.block.values
        return not self.is_outside(by.name)

    def period(self, name: str) -> Days | None:
        """The period that a parameter states."""
        stated = self.dated.stated[name]
        if not isinstance(stated, Possible) or not isinstance(stated.figures, PeriodSet):
            return None
        return None if stated.may_be_none or stated.not_stated else Days(*stated.figures.possible)

    def _cell(self, cell: Possible, at: tuple[str | None, ...]) -> Shape | None:
        """What a cell states, if that is one thing; `at` is its place among all that is stated."""
        figures = cell.figures
        if figures is None and cell.not_stated and not (cell.may_be_none or cell.undefined):
            text = self._unstated("stated" + "".join(f"[{key!r}]" for key in at), at[0] or "")
            kind = self.ruleset.parameters[at[0] or ""].type.kind
            if kind.is_ordered:
                return Figure(text, unstated=True)
            if kind is Kind.WORDS:
                return Words(text, left_open=False, unstated=True)
            return Choice(text, unstated=True)
        if cell.may_be_none or cell.not_stated or cell.undefined:
            return None
        if isinstance(figures, Interval):
            point = cell.point()
            return None if point is None else figure(point)
        if isinstance(figures, WordSet):
            if figures.certain != figures.possible:
                return None
            words = self._set(sorted(figures.certain), at[0] or "")
            return Words(words, left_open=bool(figures.open_by))
        if isinstance(figures, frozenset) and len(figures) == 1:
            return Choice(repr(next(iter(figures))))
        return None

    def _unstated(self, text: str, of: str) -> str:
        """The name of what is not stated, at the head of the source."""

        def make() -> str:
            return self.header.assign(self.names.new("unstated", of).upper(), text)

        return self.header.once(("unstated", text), make, str)

    def _set(self, words: Sequence[str], of: str) -> str:
        """The name of a set of words, at the head of the source."""

        def make() -> str:
            own = self.names.new("set_of", of).upper()
            self.header.call(f"{own} = frozenset([", [repr(word) for word in words], "])")
            return own

        return self.header.once(("set", *words), make, str)

    def _row(
        self, name: str, by: FactRef | ValueRef, stated: Mapping[str | None, Possible]
    ) -> _Row:
        """The cell that the key picks: looked up in a table at the head of the source."""
        key = self.term(by)
        cells = {word: self._cell(cell, (name, word)) for word, cell in stated.items()}
        shapes = [cell for cell in cells.values() if cell is not None]
        if not isinstance(key, Choice) or not shapes:
            return _Row(None)
        fractional = any(isinstance(one, Figure) and one.under != "1" for one in shapes)
        left_open = any(isinstance(one, Words) and one.left_open for one in shapes)
        whole = self.place.complete and len(shapes) == len(cells) and self._covers(by, key, cells)

        def entry(cell: Shape | None) -> str:
            text = OPEN if cell is None else cell.carrier
            under = cell.under if isinstance(cell, Figure) else "1"
            return tuple_text([text, under]) if fractional else text

        def tabled() -> str:
            table = self.names.new("rows_of", name).upper()
            rows = [
                f"{'ABSENT' if word is None else repr(word)}: {entry(cell)}"
                for word, cell in cells.items()
                if word != ANOTHER_WORD
            ]
            self.header.call(f"{table} = {{", rows, "}")
            return table

        table = self.header.once(("rows", name), tabled, str)
        own = self.names.new("row", name)
        into = Figure(own, self.names.new(own, "under") if fractional else "1")
        other = cells.get(ANOTHER_WORD)
        default = f", {entry(other)}" if other is not None or fractional else ""
        looked_up = f"{table}[{key.text}]" if whole else f"{table}.get({key.text}{default})"
        branches = [(f"{key.text} is None", OPEN)] if key.open else []
        branches += [(f"type({key.text}) is Possible", key.text)] if key.unstated else []
        for number, (test, over) in enumerate(branches):
            with self.lines.block(f"{'elif' if number else 'if'} {test}:"):
                self._assign(into.over, into.under, over, "1")
        names = f"{own}, {into.under}" if fractional else own
        if not branches:
            self.lines.assign(names, looked_up)
        else:
            with self.lines.block("else:"):
                self.lines.assign(names, looked_up)
        unstated = key.unstated or any(one.unstated for one in shapes)
        is_open = key.open or not whole
        match shapes[0]:
            case Figure():
                return _Row(Figure(own, into.under, open=is_open, unstated=unstated))
            case Words():
                return _Row(Words(own, left_open, open=is_open, unstated=unstated))
            case Choice():
                return _Row(Choice(own, open=is_open, unstated=unstated))

    def _covers(
        self, by: FactRef | ValueRef, key: Shape | None, cells: Container[str | None]
    ) -> bool:
        """Return whether a table has a cell for every value that its known key may have."""
        declared = self.ruleset.facts if isinstance(by, FactRef) else self.ruleset.all_values
        type_ = declared[by.name].type
        absent = isinstance(key, Choice) and key.absent
        return not type_.open and all(
            word in cells for word in (*type_.words, *([None] if absent else []))
        )

    # Terms.

    def term(self, node: Term) -> Shape | None:
        """A term."""
        match node:
            case FactRef(name):
                return self.fact(name)
            case ValueRef(name):
                return self.value(name)
            case ParameterRef(name):
                return self.parameter(name)
            case Number(value):
                return Figure(whole(value))
            case YesNo(value):
                return Choice(repr(value))
            case Word(text):
                return Choice(repr(text))
            case ElementRef(name):
                return self.element(name)
            case EligibleRef():
                return self.own()
            case Count():
                return self.counted(node)
            case Sum():
                return self.summed(node)
            case _:
                return self._computed(node)

    def element(self, name: str) -> Shape | None:
        """An entry of a list that is looked at."""
        found = self.place.elements.get(name)
        return self.outer.element(name) if found is None and self.outer is not None else found

    def _computed(self, node: Negate | Arithmetic | MinMax | YearOf | DateDiff) -> Figure | None:
        match node:
            case Negate(operand):
                found = self.number(operand)
                if found is None:
                    return None
                return self.figured((f"-{bracketed(found.over)}", found.under), [found])
            case Arithmetic(operator, left, right):
                one, other = self.number(left), self.number(right)
                return None if one is None or other is None else self._joined(operator, one, other)
            case MinMax(largest, operands):
                found = self.number(operands[0])
                for operand in operands[1:]:
                    one = self.number(operand)
                    if found is None or one is None:
                        return None
                    found = self._further(found, one, ">" if largest else "<")
                return found
            case YearOf(operand):
                found = self.number(operand)
                if found is None:
                    return None
                return self.figured((f"calendar_year({found.over})", "1"), [found])
            case DateDiff(unit, start, end):
                one, other = self.number(start), self.number(end)
                if one is None or other is None:
                    return None
                text = f"whole_{unit}s({one.over}, {other.over})"
                return self.figured((text, "1"), [one, other])

    def number(self, node: Term) -> Figure | None:
        """A term that is a number, if the plain function computes it."""
        found = self.term(node)
        return found if isinstance(found, Figure) else None

    def figured(self, text: tuple[str, str], operands: list[Figure], unless: str = "") -> Figure:
        """The figure of an expression on operands; without one where an operand has none.

        Beside a figure that is not stated the result is the same that is not stated.
        """
        own = self.names.new("figure")
        opened = dict.fromkeys(f"{one.over} is None" for one in operands if one.open)
        unstated = list(dict.fromkeys(one.over for one in operands if one.unstated))
        # What it is over may be fixed; beside None, or what is not stated, it does not matter.
        under = text[1] if text[1].isdigit() else self.names.new(own, "under")
        branches = [(either(opened), OPEN)] if opened else []
        if unless and not unstated:
            branches, unless = [(either([*opened, unless]), OPEN)], ""
        if len(unstated) == 1 and unstated[0].isupper():  # a constant: it is never a figure
            self.choose(Figure(own, under), branches, (unstated[0], "1"))
            return Figure(own, under, open=bool(branches), unstated=True)
        if len(unstated) > 1:
            several = " + ".join(f"(type({one}) is Possible)" for one in unstated)
            branches.append((f"{several} > 1", OPEN))
        branches += [(f"type({one}) is Possible", one) for one in unstated]
        if unless:
            branches.append((unless, OPEN))
        self.choose(Figure(own, under), branches, text)
        is_open = any(over is OPEN for _, over in branches)
        return Figure(own, under, open=is_open, unstated=bool(unstated))

    def choose(
        self, into: Figure, branches: Iterable[tuple[str, str]], otherwise: tuple[str, str]
    ) -> None:
        """Assigns a figure by the first test that is held; each branch has a test and a figure."""
        word = "if"
        for test, over in branches:
            with self.lines.block(f"{word} {test}:"):
                self._assign(into.over, into.under, over, "1")
            word = "elif"
        if word == "if":
            self._assign(into.over, into.under, *otherwise)
            return
        with self.lines.block("else:"):
            self._assign(into.over, into.under, *otherwise)

    def _assign(self, own: str, under: str, over_text: str, under_text: str) -> None:
        self.lines.assign(own, over_text)
        if not under.isdigit():
            self.lines.assign(under, under_text)

    def _joined(self, operator: str, left: Figure, right: Figure) -> Figure | None:
        match operator:
            case "+" | "-":
                return self.figured(added(operator, left, right), [left, right])
            case "*":
                return self.figured(multiplied(left, right), [left, right])
            case _ if left.unstated or right.unstated:
                return None
            case _:
                # A divisor below zero would turn comparisons about: the ranges know how.
                turned = Figure(left.over, left.under), Figure(right.under, right.over)
                positive = right.over.isdigit() and right.over != "0"
                unless = "" if positive else f"{right.over} <= 0"
                return self.figured(multiplied(*turned), [left, right], unless)

    def _further(self, one: Figure, other: Figure, operator: str) -> Figure:
        """The smaller or the larger of two figures."""
        if tests := no_figure(one, other):
            own, under = self.names.new("figure"), self.names.new("figure", "under")
            with self.lines.block(f"if {either(tests)}:"):
                self._assign(own, under, OPEN, "1")
            with self.lines.block(f"elif {compared(operator, one, other)}:"):
                self._assign(own, under, one.over, one.under)
            with self.lines.block("else:"):
                self._assign(own, under, other.over, other.under)
            return Figure(own, under, open=True)
        chosen = f"if {compared(operator, one, other)} else"
        over = f"{one.over} {chosen} {other.over}"
        under = f"{one.under} {chosen} {other.under}" if one.under != other.under else one.under
        return self.figured((over, under), [])

    def rounded(self, operand: Figure, by: Rounding) -> Figure:
        """A figure, rounded."""
        steps = rounding(operand, by.step, by.mode)
        over = steps if by.step.numerator == 1 else f"({steps}) * {by.step.numerator}"
        return self.figured((over, str(by.step.denominator)), [operand])


@attrs.frozen
class _Row:
    """What a look-up gives, or None where the plain function does not look it up."""

    shape: Shape | None
