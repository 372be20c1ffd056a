"""Cuts of the ranges of facts and values: the figures at which a ruleset can turn on a day.

They follow from the ruleset and its day alone, so that every case is split at the same figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from fractions import Fraction
from typing import Final

import attrs

from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.day_cuts import (
    count_reached,
    end_reached,
    next_reached,
    part_reached,
    shift_reached,
    start_reached,
)
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.evaluation.situation import Piece, Situation, unknown_value
from policyrules.ir.figures import every_expression, subexpressions
from policyrules.ir.nodes import (
    Arithmetic,
    CalendarPart,
    Compare,
    DateDiff,
    ElementRef,
    EligibleRef,
    Expression,
    FactRef,
    InPeriod,
    InSet,
    IsNone,
    Marginal,
    MinMax,
    Negate,
    Number,
    ParameterRef,
    Term,
    ValueRef,
    Word,
    WorkingDayTerm,
)
from policyrules.ir.ruleset import Fact
from policyrules.ir.tables import RowTable, Table, cells_of
from policyrules.ir.traverse import expressions_of, fact_dependencies
from policyrules.ir.types import Kind, Type
from policyrules.values.calendar import add_units, truncate
from policyrules.values.exact import Exact, normalize
from policyrules.values.open_interval import interval
from policyrules.values.possible import UNDECLARED_WORD, Interval

_MIRRORED: Final[Mapping[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_SIDES: Final[Mapping[str, tuple[bool, ...]]] = {
    "<": (False,),
    ">=": (False,),
    "<=": (True,),
    ">": (True,),
}
"""The sides of a figure at which a comparison with it can turn; `==` turns at both."""

_MAX_CUTS: Final = 24
"""The most cuts of one range; a table with more figures is left whole beyond them."""


@attrs.frozen(order=True)
class CutPoint:
    """A place between two parts of a range: before a figure, or after it."""

    figure: Exact
    is_after: bool


@attrs.frozen
class Cuts:
    """The cuts of facts and values by name.

    `points` are those of figures, in rising order. `groups` has the words of each word fact, those
    together that no test, set or table tells apart.
    """

    points: Mapping[str, tuple[CutPoint, ...]]
    groups: Mapping[str, tuple[frozenset[str], ...]]


def cuts_on(dated: DatedRuleset) -> Cuts:
    """Return the cuts of every fact and value."""
    finder = _CutFinder(dated)
    for node in every_expression(dated.ruleset):
        for part in subexpressions(node):
            finder.add(part)
    finder.add_edges()
    points = {name: tuple(sorted(found)[:_MAX_CUTS]) for name, found in finder.points.items()}
    return Cuts(points, _word_groups(dated))


def _word_groups(dated: DatedRuleset) -> Mapping[str, tuple[frozenset[str], ...]]:
    """Return the words of every fact in groups of the same meaning."""
    ruleset = dated.ruleset
    facts = {name: fact for name, fact in ruleset.facts.items() if fact.type.kind is Kind.WORD}
    signs: dict[str, dict[str, list[object]]] = {
        name: {word: [] for word in fact.type.words} for name, fact in facts.items()
    }
    # How often a fact is read, less how often it is read by something that is understood here.
    reads = dict.fromkeys(facts, 0)
    for node in every_expression(ruleset):
        for part in subexpressions(node):
            if isinstance(part, FactRef) and part.name in facts:
                reads[part.name] += 1
                continue
            fact, word_sets = _word_test(dated, part)
            if fact in facts:
                reads[fact] -= 1
                for word, found in signs[fact].items():
                    found += [word in words for words in word_sets]
    for name, parameter in ruleset.parameters.items():
        content = dated.rows[name].content
        for place, key in enumerate(parameter.by):
            if not isinstance(key, FactRef) or key.name not in facts:
                continue
            for word, found in signs[key.name].items():
                if isinstance(content, RowTable):
                    axis = content.axes[place]
                    piece = axis.piece_of(word)
                    found += [
                        row.keys[place] is None or piece in axis.pieces_of(row.keys[place])
                        for row in content.rows
                    ]
                elif isinstance(content, Table):
                    found.append(content.cell(word))
    return {
        name: tuple(frozenset({word}) for word in found) if reads[name] else _grouped(found)
        for name, found in signs.items()
    }


def _word_test(dated: DatedRuleset, node: Expression) -> tuple[str, list[tuple[str, ...]]]:
    """Return the fact of a test of its word, and the sets of words that the test tells apart."""
    match node:
        case InSet(FactRef(name), ParameterRef(parameter)):
            return name, [cell.words for cell in cells_of(dated.rows[parameter].content)]
        case Compare(_, FactRef(name), Word(text)):
            return name, [(text,)]
        case IsNone(FactRef(name)):
            return name, []
        case _:
            return "", []


def _grouped(signs: Mapping[str, list[object]]) -> tuple[frozenset[str], ...]:
    groups: list[tuple[list[object], set[str]]] = []
    for word, sign in signs.items():
        same = next((words for known, words in groups if known == sign), None)
        if same is None:
            groups.append((sign, {word}))
        else:
            same.add(word)
    return tuple(frozenset(words) for _, words in groups)


class _CutFinder:
    def __init__(self, dated: DatedRuleset) -> None:
        self.dated = dated
        self.ruleset = dated.ruleset
        self.points: dict[str, set[CutPoint]] = {}
        self.nothing_known = RuleEvaluator(dated, Situation({}))

    def add(self, node: Expression) -> None:
        """Add the cuts of one test or one minimum or maximum."""
        match node:
            case Compare(operator, left, right):
                self._add_pair(left, right, operator)
                self._add_pair(right, left, _MIRRORED.get(operator, operator))
            case MinMax(_, operands):
                for operand in operands:
                    for other in operands:
                        if other is not operand:
                            self._add_pair(operand, other, "<=")
            case Arithmetic("/", _, right):
                self._add_reached(right, 0, "==")
            case Marginal(ParameterRef(name), income):
                for cell in cells_of(self.dated.rows[name].content):
                    for bracket in cell.brackets:
                        self._add_reached(income, bracket.edge, "<=")
            case InPeriod(operand, ParameterRef(name), kind):
                for cell in cells_of(self.dated.rows[name].content):
                    for day, is_last in ((cell.low, False), (cell.high, True)):
                        if day is not None:
                            self._add_day(operand, kind, int(day), is_last=is_last)
            case _:
                pass

    def add_edges(self) -> None:
        """Add the edges of the bands of tables."""
        for name, parameter in self.ruleset.parameters.items():
            content = self.dated.rows[name].content
            if isinstance(content, RowTable):
                for key, axis in zip(parameter.by, content.axes, strict=True):
                    for figure, is_behind in axis.cuts:
                        self._add_point(key, CutPoint(figure, is_behind))

    def _add_day(self, operand: Term, kind: str, day: int, *, is_last: bool) -> None:
        if kind == "date":
            self._add_point(operand, CutPoint(day, is_last))
        else:
            self._add_point(operand, CutPoint(truncate(kind, day), False))
            self._add_point(operand, CutPoint(truncate(kind, day), True))

    def _add_pair(self, operand: Term, other: Term, operator: str) -> None:
        if isinstance(operand, (ParameterRef, Number, Word)):
            return
        for figure in self._limits(other, frozenset()):
            self._add_reached(operand, figure, operator)

    def _add_reached(self, operand: Term, figure: Exact, operator: str) -> None:
        """Add the place at which an operand reaches a figure.

        A formula of one fact or value is solved for it; other formulas are not cut.
        """
        match operand:
            case FactRef() | ValueRef() | ElementRef():
                if self._is_ordered(operand):
                    for is_after in _SIDES.get(operator, (False, True)):
                        self._add_point(operand, CutPoint(figure, is_after))
            case Negate(inner):
                self._add_reached(inner, -figure, _MIRRORED.get(operator, operator))
            case Arithmetic(sign, left, right):
                self._add_reached_by_arithmetic(sign, left, right, figure, operator)
            case CalendarPart(part, kind, inner):
                self._add_days(inner, part_reached(part, kind, figure))
            case DateDiff(unit, start, end):
                self._add_reached_by_days(unit, start, end, figure)
            case WorkingDayTerm(function, operands):
                self._add_reached_by_working_days(function, operands, figure)
            case _:
                pass

    def _add_reached_by_arithmetic(
        self, sign: str, left: Term, right: Term, figure: Exact, operator: str
    ) -> None:
        """Add the place at which a formula with one figure that is known reaches a figure."""
        known, other, is_left = self._figure(right), left, True
        if known is None:
            known, other, is_left = self._figure(left), right, False
        if known is None:
            return
        mirrored = _MIRRORED.get(operator, operator)
        if sign == "+":
            self._add_reached(other, normalize(figure - known), operator)
        elif sign == "-" and is_left:
            self._add_reached(other, normalize(figure + known), operator)
        elif sign == "-":
            self._add_reached(other, normalize(known - figure), mirrored)
        elif sign == "*" and known:
            reached = normalize(Fraction(figure) / known)
            self._add_reached(other, reached, operator if known > 0 else mirrored)
        elif sign == "/" and is_left and known:
            reached = normalize(figure * known)
            self._add_reached(other, reached, operator if known > 0 else mirrored)
        elif sign == "/" and not is_left and figure:
            self._add_reached(other, normalize(Fraction(known) / figure), "==")

    def _add_reached_by_days(self, unit: str, start: Term, end: Term, figure: Exact) -> None:
        """Add the days at which a difference to a known day reaches a figure."""
        for known, other, sign in (
            (self._figure(end), start, -1),
            (self._figure(start), end, 1),
        ):
            if isinstance(known, int) and isinstance(figure, int):
                day = add_units("date", unit, known, sign * figure)
                for near in (day - 1, day, day + 1):
                    self._add_reached(other, near, "==")

    def _add_reached_by_working_days(
        self, function: str, operands: tuple[Term, ...], figure: Exact
    ) -> None:
        """Add the days at which a day or a number of days by the calendar reaches a figure."""
        calendar = self.ruleset.calendar
        if calendar is None:
            raise TypeError("working days are counted without a calendar")
        if function == "next":
            self._add_days(operands[0], next_reached(calendar.days, figure))
            return
        by_start, by_end = (
            (shift_reached, count_reached) if function == "add" else (start_reached, end_reached)
        )
        start, end = operands
        first, last = self._figure(start), self._figure(end)
        if isinstance(last, int):
            self._add_days(start, by_start(calendar.days, last, figure))
        if isinstance(first, int):
            self._add_days(end, by_end(calendar.days, first, figure))

    def _add_days(self, operand: Term, days: Iterable[int]) -> None:
        for day in days:
            self._add_reached(operand, day, "<")

    def _figure(self, node: Term) -> Exact | None:
        """Return the figure of a term that hangs on no fact; None if there is not exactly one."""
        figures = self.nothing_known.terms.term(node).figures if self._is_constant(node) else None
        return figures.low if isinstance(figures, Interval) and figures.is_point else None

    def _add_point(self, operand: Term, point: CutPoint) -> None:
        if isinstance(operand, (FactRef, ValueRef)):
            self.points.setdefault(operand.name, set()).add(point)
        elif isinstance(operand, ElementRef):
            self.points.setdefault(operand.list_name, set()).add(point)

    def _is_ordered(self, operand: FactRef | ValueRef | ElementRef) -> bool:
        match operand:
            case ElementRef(_, name):
                kind = self.ruleset.facts[name].type.entry.kind
            case FactRef(name):
                kind = self.ruleset.facts[name].type.kind
            case ValueRef(name):
                kind = self.ruleset.all_values[name].type.kind
        return kind.is_ordered

    def _limits(self, node: Term | Expression, seen: frozenset[str]) -> Iterator[Exact]:
        """Yield the figures that a limit can have, if few do."""
        match node:
            case ParameterRef(name):
                for cell in cells_of(self.dated.rows[name].content):
                    yield from (end for end in (cell.low, cell.high) if end is not None)
            case ValueRef(name) if name not in seen:
                for expression in expressions_of(self.ruleset.all_values[name]):
                    yield from self._limits(expression, seen | {name})
            case MinMax(_, operands):
                for operand in operands:
                    yield from self._limits(operand, seen)
            case _ if isinstance(node, Term) and self._is_constant(node):
                figures = self.nothing_known.terms.term(node).figures
                if isinstance(figures, Interval):
                    yield from (end for end in (figures.low, figures.high) if end is not None)
            case _:
                pass

    def _is_constant(self, node: Term) -> bool:
        return not fact_dependencies(self.ruleset, node) and not any(
            isinstance(part, (ElementRef, EligibleRef)) for part in subexpressions(node)
        )


def pieces_of_fact(
    fact: Fact, points: tuple[CutPoint, ...], groups: tuple[frozenset[str], ...]
) -> tuple[Piece, ...]:
    """Return the pieces of the range of a fact, its known absence apart."""
    type_, whole = fact.type, unknown_value(fact)
    absent = (Piece(None, may_be_none=True),) if type_.none is not None else ()
    if type_.kind.is_ordered:
        pieces = pieces_between(points, _step(type_))
        return (*(piece for piece in pieces if piece.part_of(whole) is not None), *absent)
    if type_.kind is Kind.YES_NO:
        return (Piece(frozenset({True})), Piece(frozenset({False})), *absent)
    undeclared = (Piece(frozenset({UNDECLARED_WORD})),) if type_.open else ()
    return (*map(Piece, groups), *undeclared, *absent)


def pieces_between(
    points: tuple[CutPoint, ...], step: Exact | None = None, *, may_be_none: bool = False
) -> tuple[Piece, ...]:
    """Return the pieces between cuts; with a step, their ends are multiples of it.

    >>> [piece.figures for piece in pieces_between((CutPoint(60, False),), 1)]
    [Interval(low=None, high=59), Interval(low=60, high=None)]
    """
    pieces = []
    for begin, end in zip((None, *points), (*points, None), strict=True):
        low, excludes_low = _low_end(begin, step)
        high, excludes_high = _high_end(end, step)
        figures = interval(low, high, excludes_low=excludes_low, excludes_high=excludes_high)
        if figures is not None:
            pieces.append(Piece(figures, may_be_none))
    return tuple(pieces)


def _low_end(point: CutPoint | None, step: Exact | None) -> tuple[Exact | None, bool]:
    if point is None:
        return None, False
    if step is None:
        return point.figure, point.is_after
    if point.is_after:
        return normalize((point.figure // step + 1) * step), False
    return normalize(-(-point.figure // step) * step), False


def _high_end(point: CutPoint | None, step: Exact | None) -> tuple[Exact | None, bool]:
    if point is None:
        return None, False
    if step is None:
        return point.figure, not point.is_after
    if point.is_after:
        return normalize(point.figure // step * step), False
    return normalize((-(-point.figure // step) - 1) * step), False


def _step(type_: Type) -> Exact | None:
    """Return the smallest difference of two figures of a type; None if there is none."""
    return 1 if type_.kind is Kind.COUNT or type_.kind.is_calendar else None
