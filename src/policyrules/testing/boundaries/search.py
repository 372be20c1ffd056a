"""Boundaries of a ruleset: for every threshold, the facts just below, at and above it.

The thresholds of a fact that is compared itself are read off the ruleset. For a comparison of a
computed value, the facts behind the value are searched for the figures at which it flips.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import islice, product
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.evaluation.dated import DatedRuleset, dated
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.evaluation.situation import KnownFact, Situation
from policyrules.ir.nodes import (
    Arithmetic,
    Compare,
    DateShift,
    Expression,
    ParameterRef,
    ValueRef,
    WorkingDayTerm,
)
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.traverse import atoms, children, dependencies, expressions_of, fact_dependencies
from policyrules.ir.types import Kind
from policyrules.objects.representation import short_repr
from policyrules.testing.boundaries.steps import places_of, step_of, to_input
from policyrules.testing.boundaries.thresholds import thresholds_by_parameter
from policyrules.testing.change_days import start_days
from policyrules.values.calendar import truncate
from policyrules.values.exact import Exact, normalize
from policyrules.values.threshold_search import Flip, find_flip, strides

FactInput = bool | int | str | Decimal | date

_MAX_COMBINATIONS: Final = 64
"""The maximum number of combinations of the other facts, for each fact of each test."""

_DEFAULT_FIGURES: Final = (1, 3, 10)
"""The figures of another fact that has no thresholds."""


@attrs.frozen(repr=False)
class Boundary:
    """One threshold of a ruleset, as facts on both sides of it.

    `fact` is the full name of the fact, `parameters` the ids of the parameters that state the
    figure. `below`, `at` and `above` are values of the fact as `decide` takes them, one smallest
    unit apart: one person, 0.01 CNY, one day. A value that the fact cannot have is None: `at` if
    the threshold lies between two values (`below` and `above` are then the nearest), the others at
    an end of the range.

    `given` has the other facts, by full name, with which the threshold has this figure. It is empty
    for a fact that is compared itself; otherwise `test` is the id of the condition or value.
    """

    __repr__ = short_repr

    fact: str
    parameters: tuple[str, ...]
    below: FactInput | None
    at: FactInput | None
    above: FactInput | None
    given: Mapping[str, FactInput] = attrs.field(factory=lambda: MappingProxyType({}), hash=False)
    test: str = ""

    @property
    def values(self) -> tuple[FactInput, ...]:
        """The values that the fact can have, in rising order."""
        return tuple(value for value in (self.below, self.at, self.above) if value is not None)

    @property
    def cases(self) -> tuple[Mapping[str, FactInput], ...]:
        """The facts of each of `values` with those of `given`, by full names."""
        return tuple({**self.given, self.fact: value} for value in self.values)

    def __str__(self) -> str:
        values = ", ".join(map(str, self.values))
        others = "".join(f", {name} = {value}" for name, value in self.given.items())
        return f"{self.fact} = {values}{others} ({', '.join(self.parameters)})"


def boundaries(ruleset: CheckedRuleset | DatedRuleset) -> tuple[Boundary, ...]:
    """Return every boundary of a ruleset: by fact, in rising order, then those of computed values.

    A period has boundaries at both ends, an age on the birthdays, a table in every row. A fact of
    items, such as `hires.born_on`, is that of any item.

    For a computed value, such as a rate of two counts, each numeric fact behind it is searched in
    turn, with the others at their own boundaries. Tests of items and caps of an amount are not
    searched.

    Args:
        ruleset: the ruleset, with every row that its parameters ever have; or the ruleset on a day,
            with the rows of that day. What is computed is searched on that day, or on the last one
            on which a row begins.

    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").ruleset
    >>> result = boundaries(refund)
    >>> for boundary in result[:2]:
    ...     print(boundary)
    pooling_area.fund_reserve_years = 0.9999, 1, 1.0001 (fund_reserve_min)
    employer.insured_headcount = 29, 30, 31 (small_employer_max)
    >>> next(boundary for boundary in result if boundary.given).cases[0]
    {'employer.insured_headcount': 30, 'employer.laid_off': 5}
    """
    if isinstance(ruleset, DatedRuleset):
        day = ruleset
        rows = {
            name: attrs.evolve(parameter, rows=(day.rows[name],))
            for name, parameter in day.ruleset.parameters.items()
        }
        rules = attrs.evolve(day.ruleset, parameters=rows)
    else:
        rules, day = ruleset, dated(ruleset, start_days(ruleset)[-1])
    points = thresholds_by_parameter(rules)
    result = [
        _boundary_of_figure(rules.facts[name], figure, parameters)
        for name, figures in points.items()
        for figure, parameters in figures.items()
    ]
    for name, atom in _comparisons(rules):
        for fact in _computed_from(rules, atom):
            result += _boundaries_of_comparison(_ComparisonSearch(day, name, atom, fact), points)
    return tuple(dict.fromkeys(result))


def _boundary_of_figure(fact: Fact, figure: Exact, parameters: tuple[str, ...]) -> Boundary:
    step = step_of(fact)
    whole = (Fraction(figure) / step).__floor__() * step
    return Boundary(
        fact.name,
        parameters,
        to_input(fact, normalize(whole - step if whole == figure else whole)),
        to_input(fact, figure),
        to_input(fact, normalize(whole + step)),
    )


# --- computed values -----------------------------------------------------------------------------


def _comparisons(ruleset: CheckedRuleset) -> Iterator[tuple[str, Compare]]:
    """Yield every ordered comparison in the rules of a case, with the id of its rule."""
    for rules in (ruleset.values, ruleset.conditions):
        for name, rule in rules.items():
            for text in expressions_of(rule):
                for atom in atoms(text):
                    if isinstance(atom, Compare) and atom.operator not in {"==", "!="}:
                        yield name, atom


def _computed_from(ruleset: CheckedRuleset, atom: Compare) -> list[Fact]:
    """Return the facts of a case from which a side of the comparison is computed.

    They are numbers, and for a sum with a day, month or year also the facts of that kind.
    """
    names: dict[str, bool] = {}
    for side in (atom.left, atom.right):
        read: list[Expression] = [side]
        read += [
            text
            for reference in dependencies(ruleset, side)
            if isinstance(reference, ValueRef)
            for text in expressions_of(ruleset.all_values[reference.name])
        ]
        for text in read:
            for part in _arithmetic_in(text):
                for name in fact_dependencies(ruleset, part):
                    names[name] = names.get(name, False) or isinstance(
                        part, (DateShift, WorkingDayTerm)
                    )
    facts = [ruleset.facts[name] for name in names if name not in _input_facts(ruleset)]
    return [
        fact
        for fact in facts
        if fact.subject not in ruleset.lists
        and (fact.type.kind.is_numeric or (fact.type.kind.is_calendar and names[fact.name]))
        and fact.low is not None
    ]


def _input_facts(ruleset: CheckedRuleset) -> set[str]:
    """Return the facts that may state a value in place of its rule."""
    return {value.input_fact for value in ruleset.values.values() if value.input_fact is not None}


def _arithmetic_in(node: Expression) -> Iterator[Expression]:
    """Yield the outermost arithmetic expressions."""
    if isinstance(node, (Arithmetic, DateShift, WorkingDayTerm)):
        yield node
        return
    for child in children(node):
        if isinstance(child, Expression):
            yield from _arithmetic_in(child)


@attrs.frozen
class _ComparisonSearch:
    """Searches the figures of one fact for those at which one comparison flips."""

    dated: DatedRuleset
    name: str
    atom: Compare
    fact: Fact

    def truth(self, known: Mapping[str, KnownFact], figure: Exact) -> bool | None:
        return self._evaluator(known, figure).test(self.atom).truth

    def has_equal_sides(self, known: Mapping[str, KnownFact], figure: Exact) -> bool:
        """Return whether both sides of the comparison are known and equal."""
        terms = self._evaluator(known, figure).terms
        left, right = (terms.term(side).point() for side in (self.atom.left, self.atom.right))
        return left is not None and left == right

    def flips(self, known: Mapping[str, KnownFact]) -> Iterator[Flip]:
        """Yield neighbouring figures between which the comparison flips, in rising order."""
        low, high, step = self.fact.low, self.fact.high, step_of(self.fact)
        if low is None or high is None:
            return

        def truth(figure: Exact) -> bool | None:
            return self.truth(known, figure)

        last, before = low, truth(low)
        for figure in strides(low, high, step):
            after = truth(figure)
            if before is not None and after is (not before):
                flip = find_flip(truth, last, figure, step)
                if flip is not None:
                    yield flip
            last, before = figure, after

    def _evaluator(self, known: Mapping[str, KnownFact], figure: Exact) -> RuleEvaluator:
        facts = {**known, self.fact.name: KnownFact(figure, places_of(self.fact))}
        return RuleEvaluator(self.dated, Situation(facts))


def _boundaries_of_comparison(
    search: _ComparisonSearch, points: Mapping[str, Mapping[Exact, tuple[str, ...]]]
) -> Iterator[Boundary]:
    """Yield the boundaries of a comparison, for every way to fix the other facts."""
    ruleset, fact = search.dated.ruleset, search.fact
    other_facts = [
        ruleset.facts[name]
        for name in fact_dependencies(ruleset, search.atom)
        if name != fact.name and name not in _input_facts(ruleset)
    ]
    read = dependencies(ruleset, search.atom)
    parameters = tuple(
        dict.fromkeys(reference.name for reference in read if isinstance(reference, ParameterRef))
    )
    day = search.dated.on
    combinations = product(
        *(
            _candidate_facts(declared, points.get(declared.name, {}), day)
            for declared in other_facts
        )
    )
    for combination in islice(combinations, _MAX_COMBINATIONS):
        known = {
            declared.name: value
            for declared, value in zip(other_facts, combination, strict=True)
            if value is not None
        }
        given = MappingProxyType(
            {name: _to_input(ruleset.facts[name], value) for name, value in known.items()}
        )
        for flip in search.flips(known):
            step, sides = step_of(fact), (flip.before, flip.after)
            at = next((side for side in sides if search.has_equal_sides(known, side)), None)
            below = flip.before if at is None else normalize(at - step)
            above = flip.after if at is None else normalize(at + step)
            yield Boundary(
                fact.name,
                parameters,
                to_input(fact, below),
                None if at is None else to_input(fact, at),
                to_input(fact, above),
                given,
                search.name,
            )


def _candidate_facts(
    fact: Fact, points: Mapping[Exact, tuple[str, ...]], day: date
) -> list[KnownFact | None]:
    """Return the values to try for another fact: at its thresholds, or its words; None omits it."""
    kind = fact.type.kind
    if kind is Kind.WORD:
        return [KnownFact(word) for word in fact.type.words]
    if kind is Kind.YES_NO:
        return [KnownFact(True), KnownFact(False)]
    if not kind.is_ordered:
        return [None]
    step, places = step_of(fact), places_of(fact)
    figures = [near for figure in points for near in (figure, normalize(figure + step))]
    samples = [truncate(kind, day.toordinal())] if kind.is_calendar else _DEFAULT_FIGURES
    inside = [figure for figure in figures or samples if to_input(fact, figure) is not None]
    return [KnownFact(figure, places) for figure in inside] or [None]


def _to_input(fact: Fact, known: KnownFact) -> FactInput:
    figure = known.figure
    if isinstance(figure, (bool, str)):
        return figure
    given = to_input(fact, figure) if isinstance(figure, Exact) else None
    if given is None:
        raise TypeError(f"not a figure of `{fact.name}`: {figure}")
    return given
