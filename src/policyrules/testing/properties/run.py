"""Try properties: draw facts with hypothesis until some break the property, and shrink them.

This module needs the extra `testing`: `pip install "policyrules[testing]"`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Final

import attrs

from policyrules.errors import MissingExtra
from policyrules.text.fact_path import split_name, subject_of

try:
    from hypothesis import strategies as st
except ImportError as _error:
    raise MissingExtra("hypothesis", "testing") from _error

from policyrules.cases.amount_names import displayed_name
from policyrules.cases.properties import Property, PropertyBound
from policyrules.cases.result import Counterexample, Difference, PropertyResult
from policyrules.cases.run import DecideFunction, FactsData
from policyrules.cases.suites import Suite
from policyrules.decisions.decision import Decision
from policyrules.errors import FactsError, NotInForce
from policyrules.evaluation.dated import dated
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.intake import Intake
from policyrules.ir.nodes import FactRef, ParameterRef, ValueRef
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.traverse import fact_dependencies
from policyrules.ir.types import Type
from policyrules.testing.boundaries.search import boundaries
from policyrules.testing.boundaries.steps import from_input, step_of, to_input
from policyrules.testing.boundaries.thresholds import thresholds
from policyrules.testing.properties.outcomes import (
    amount_interval,
    decision_differences,
    figures_of_name,
    interval_text,
    is_less,
    monotonicity_violation,
    outcome_text,
)
from policyrules.testing.properties.search import find_example
from policyrules.testing.properties.shrink import shrink, to_facts_data
from policyrules.testing.properties.strategies import days_for, facts_for, values_for
from policyrules.values.exact import Exact, normalize
from policyrules.values.possible import Interval

EXAMPLES: Final = 100
"""The number of examples that are drawn for one property."""


def try_property(property_: Property, suite: Suite, decide: DecideFunction) -> PropertyResult:
    """Try a property on drawn facts, beginning with the facts of the cases.

    The facts are those of the cases of the file, the same with some facts replaced, and facts that
    are drawn altogether. A counterexample is shrunk, and keeps only the facts that it needs.
    """
    runner = _PropertyRunner(property_, suite.ruleset, decide)
    example = find_example(_examples(property_, suite), runner.breaks, EXAMPLES)
    differences: tuple[Difference, ...] = ()
    counterexample = None
    if example is not None:
        differences, counterexample = runner.counterexample(
            _narrow_pair(_shrink_example(example, runner), runner)
        )
    elif not runner.tried:
        differences = (_nothing_tried(property_, suite.ruleset),)
    return PropertyResult(
        suite.ruleset.id,
        property_.name,
        property_.span,
        differences,
        runner.tried,
        counterexample,
    )


def _nothing_tried(property_: Property, ruleset: CheckedRuleset) -> Difference:
    """Return the difference of a property that applies to none of the drawn facts."""
    on = property_.on
    if on is not None and on not in ruleset.in_force:
        return Difference("on", "a day on which the ruleset is in force", f"not in force on {on}")
    return Difference(property_.kind, "facts to which it applies", "none were drawn")


# --- the drawn examples --------------------------------------------------------------------------


@attrs.frozen
class _Example:
    """Drawn facts on a day, with two values of the varied fact; `item` is the index of its item."""

    on: date
    facts: FactsData
    pair: tuple[Any, Any] = (None, None)
    item: int = 0


def _examples(property_: Property, suite: Suite) -> st.SearchStrategy[_Example]:
    ruleset = suite.ruleset
    days = st.just(property_.on) if property_.on is not None else days_for(ruleset)
    pairs: st.SearchStrategy[tuple[Any, Any]] = st.just((None, None))
    if property_.fact:
        fact = ruleset.facts.get(property_.fact) or ruleset.vocabulary[property_.fact]
        value = _values_of_varied_fact(ruleset, fact)
        if property_.kind == "unchanged_by":
            absent = [] if fact.type.none is None else [st.just("none")]
            second = st.one_of(value, st.none(), *absent)
            pairs = st.tuples(value, second).filter(lambda pair: pair[0] != pair[1])
        else:
            both = st.lists(value, min_size=2, max_size=2, unique=True)
            pairs = both.map(lambda pair: (min(pair), max(pair)))

    def agreeing(facts: FactsData) -> FactsData:
        return _without_contradictions(ruleset, property_.fact, facts)

    return st.builds(_Example, days, _facts(suite).map(agreeing), pairs, st.integers(0, 2))


def _without_contradictions(
    ruleset: CheckedRuleset, varied_fact: str, facts: FactsData
) -> FactsData:
    """Return the facts so that no value is both stated by its fact and computed from others.

    The two could contradict each other. If the varied fact states the value, the facts from which
    the value is computed are removed. Otherwise the fact that states it is removed, if the varied
    fact is among the others, or if all of them are given.
    """
    for value in ruleset.values.values():
        if value.input_fact is None:
            continue
        behind = fact_dependencies(ruleset, ValueRef(value.name))
        inputs = [name for name in behind if name != value.input_fact]
        if varied_fact == value.input_fact:
            facts = {name: value for name, value in facts.items() if name not in inputs}
        elif varied_fact in inputs or all(name in facts for name in inputs):
            facts = _with_value(facts, value.input_fact, None)
    return facts


def _facts(suite: Suite) -> st.SearchStrategy[FactsData]:
    """Return a strategy that begins with the facts of the cases, which an author knows best.

    The facts of eligible cases are drawn more often, because most drawn facts fail some condition.
    """
    ruleset = suite.ruleset
    known = facts_for(ruleset, unknown=False)
    drawn = st.one_of(known, facts_for(ruleset))
    cases = list(_facts_of_cases(suite))
    names = [name for name in ruleset.facts if ruleset.facts[name].subject not in ruleset.lists]
    names += ruleset.lists
    if not cases or not names:
        return drawn
    some = st.sets(st.sampled_from(names), max_size=2)
    every = st.sampled_from([facts for facts, _ in cases])
    chosen = [facts for facts, is_eligible in cases if is_eligible]
    best = st.sampled_from(chosen) if chosen else every
    return st.one_of(
        best,
        st.builds(_replace_facts, best, known, some),
        st.builds(_replace_facts, every, known, some),
        drawn,
    )


def _replace_facts(facts: FactsData, drawn: FactsData, names: set[str]) -> FactsData:
    return {**facts, **{name: drawn[name] for name in drawn if name in names}}


def _facts_of_cases(suite: Suite) -> Iterator[tuple[FactsData, bool]]:
    """Yield the facts of each readable case, and whether it expects to be eligible."""
    intake = Intake(suite.ruleset)
    for case in suite.cases.cases:
        try:
            situation = intake.read(case.facts)
        except FactsError:
            continue  # the case expects this error
        yield situation.to_facts(suite.ruleset), case.expect.status == "eligible"


def _values_of_varied_fact(ruleset: CheckedRuleset, fact: Fact) -> st.SearchStrategy[Any]:
    """Return a strategy for the varied fact that often draws values near its boundaries."""
    value = values_for(fact, thresholds(ruleset).get(fact.name, ()))
    edges = {
        edge: None
        for boundary in boundaries(ruleset)
        if boundary.fact == fact.name
        for edge in boundary.values
    }
    if not edges or fact.type.entry_kind is not None:
        return value
    return st.one_of(st.sampled_from(sorted(edges)), value)  # of one kind


# --- the decisions -------------------------------------------------------------------------------


class _PropertyRunner:
    """Decides the drawn facts, and counts those to which the property applies."""

    def __init__(
        self, property_: Property, ruleset: CheckedRuleset, decide: DecideFunction
    ) -> None:
        self.property = property_
        self.ruleset = ruleset
        self.decide = decide
        self.intake = Intake(ruleset)
        self.tried = 0

    def breaks(self, example: _Example) -> bool:
        """Return whether the drawn facts break the property."""
        try:
            differences = self._differences(example)
        except (FactsError, NotInForce):
            return False  # facts that contradict each other, a day on which nothing is decided
        if differences is None:
            return False
        self.tried += 1
        return bool(differences)

    def counterexample(self, example: _Example) -> tuple[tuple[Difference, ...], Counterexample]:
        """Return the differences, and the counterexample with its outcomes."""
        cases = self.cases(example)
        decisions = [self.decide(example.on, facts) for facts in cases]
        return self._differences(example) or (), Counterexample(
            example.on,
            tuple(to_facts_data(facts) for facts in cases),
            tuple(
                outcome_text(decision, self._bound_texts(facts, example.on))
                for decision, facts in zip(decisions, cases, strict=True)
            ),
            self.property.fact,
        )

    def cases(self, example: _Example) -> tuple[FactsData, ...]:
        """Return the facts of the one case, or of the two that differ in one fact."""
        name = self.property.fact
        if not name:
            return (example.facts,)
        subject, name_in_subject = split_name(name)
        is_rising = self.property.direction == "increasing"
        pair = example.pair if is_rising else example.pair[::-1]
        if subject not in self.ruleset.all_lists:
            return tuple(_with_value(example.facts, name, value) for value in pair)
        items = example.facts.get(subject)
        if subject not in self.ruleset.lists:
            # The ruleset does not look into the list, so none was drawn.
            items = [{self.ruleset.all_lists[subject].key: "p1"}]
        if not items:
            return ()
        place = example.item % len(items)
        return tuple(
            {
                **example.facts,
                subject: [
                    *items[:place],
                    _with_value(items[place], name_in_subject, value),
                    *items[place + 1 :],
                ],
            }
            for value in pair
        )

    def _differences(self, example: _Example) -> tuple[Difference, ...] | None:
        """Return the violations, if any; None if the property does not apply to the facts."""
        kind, cases = self.property.kind, self.cases(example)
        if not cases or (len(cases) == 2 and cases[0] == cases[1]):
            return None
        decisions = [self.decide(example.on, facts) for facts in cases]
        first, last = decisions[0], decisions[-1]
        if kind == "unchanged_by":
            return tuple(decision_differences(first, last))
        if kind in {"never_increases", "never_decreases"}:
            return monotonicity_violation(self.property, first, last, self.ruleset.outcome.amounts)
        results = [
            self._bound_violation(bound, cases[0], example.on, first)
            for bound in self.property.bounds
        ]
        if all(result is None for result in results):
            return None
        return tuple(result for result in results if isinstance(result, Difference))

    def _bound_texts(self, facts: FactsData, on: date) -> Mapping[str, str]:
        """Return the values and limits of the bounds as texts, unless the decision has them."""
        figures = self._bound_figures(facts, on)
        types: dict[str, Type] = {}
        for bound in self.property.bounds:
            types |= {bound.target: bound.type, bound.text: bound.type}
        return {name: interval_text(figure, types[name]) for name, figure in figures.items()}

    def _bound_figures(self, facts: FactsData, on: date) -> Mapping[str, Interval | None]:
        """Return the figures of the values and limits of the bounds, for these facts."""
        evaluator = RuleEvaluator(dated(self.ruleset, on), self.intake.read(facts))
        figures: dict[str, Interval | None] = {}
        for bound in self.property.bounds:
            if bound.target not in self.ruleset.outcome.amounts:
                figures[bound.target] = figures_of_name(evaluator, ValueRef(bound.target))
            if isinstance(bound.limit, (FactRef, ParameterRef, ValueRef)):
                figures[bound.text] = figures_of_name(evaluator, bound.limit)
        return figures

    def _bound_violation(
        self, bound: PropertyBound, facts: FactsData, on: date, decision: Decision
    ) -> Difference | bool | None:
        """Return the violation of a bound, or False; None if a figure is unknown."""
        figures = self._bound_figures(facts, on)
        limit = (
            Interval(bound.limit, bound.limit)
            if isinstance(bound.limit, Exact)
            else figures[bound.text]
        )
        amounts = decision.amounts
        is_amount = bound.target in amounts
        actual = amount_interval(amounts[bound.target]) if is_amount else figures[bound.target]
        if limit is None or actual is None:
            return None
        at_most = self.property.kind == "never_exceeds"
        ends = (actual.low, limit.high) if at_most else (limit.low, actual.high)
        if None in ends:
            return None
        if not is_less(ends[1], ends[0]):
            return False
        word = "at most" if at_most else "at least"
        limit_text = interval_text(limit, bound.type)
        name = "" if isinstance(bound.limit, Exact) else f"{bound.text} = "
        shown = displayed_name(bound.target, amounts) if is_amount else bound.target
        return Difference(shown, f"{word} {name}{limit_text}", interval_text(actual, bound.type))


def _with_value(facts: FactsData, name: str, value: Any) -> FactsData:
    """Return the facts with another value of one fact, or without it."""
    if value is None:
        return {key: content for key, content in facts.items() if key != name}
    return {**facts, name: value}


def _shrink_example(example: _Example, runner: _PropertyRunner) -> _Example:
    """Shrink the counterexample: remove every fact, item and item fact that it does not need."""
    subject = subject_of(runner.property.fact)
    items = example.facts.get(subject)
    if isinstance(items, list) and items:
        # The item that is moved comes first, where it stays while others go.
        place = example.item % len(items)
        moved_first = [items[place], *items[:place], *items[place + 1 :]]
        first = attrs.evolve(example, facts={**example.facts, subject: moved_first}, item=0)
        example = first if runner.breaks(first) else example
    return attrs.evolve(
        example,
        facts=shrink(
            example.facts, lambda facts: runner.breaks(attrs.evolve(example, facts=facts))
        ),
    )


def _narrow_pair(example: _Example, runner: _PropertyRunner) -> _Example:
    """Narrow the two values of the varied fact as far as they still break the property.

    If two values break it, one of them and the value halfway between often do too.
    """
    fact = runner.ruleset.facts.get(runner.property.fact)
    if fact is None or runner.property.kind == "unchanged_by":
        return example
    step = step_of(fact)
    while True:
        low, high = (from_input(fact, value) for value in example.pair)
        if low is None or high is None or high - low <= step:
            return example
        half = to_input(fact, normalize((Fraction(low + high) / (2 * step)).__floor__() * step))
        for pair in ((example.pair[0], half), (half, example.pair[1])):
            nearer = attrs.evolve(example, pair=pair)
            if runner.breaks(nearer):
                example = nearer
                break
        else:
            return example
