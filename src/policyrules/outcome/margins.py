"""Compute the margin of a test: the distance of a fact from where the test flips."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from functools import cached_property
from typing import Final

import attrs

from policyrules.decisions.reasons import Margin
from policyrules.evaluation.dependency_index import DependencyIndex
from policyrules.evaluation.lists import ItemScope
from policyrules.evaluation.result import Evaluation, ItemEvaluation
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.evaluation.situation import KnownFact, Situation
from policyrules.ir.nodes import Atom, Compare, FactRef, Term, ValueRef
from policyrules.ir.ruleset import Fact
from policyrules.values.exact import Exact, normalize
from policyrules.values.possible import Possible
from policyrules.values.threshold_search import Flip, find_flip

_MIRRORED: Final[Mapping[str, str]] = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
"""The operator of a comparison whose sides are exchanged."""

_STEPS_OF_A_YEAR: Final = 366


def margin(evaluation: Evaluation, atom: Atom, item: ItemEvaluation | None = None) -> Margin | None:
    """Return the margin of a comparison by order, in the unit of the fact that is changed.

    A fact that states a value comes first, then facts marked as changeable, then the others in the
    order of the test. None if no change of one known fact flips the test. For a test of an item,
    only facts of the item are changed.
    """
    truth = (evaluation if item is None else item).atoms[atom].truth
    if truth is None or not isinstance(atom, Compare) or atom.operator in {"==", "!="}:
        return None  # equality has no direction in which a fact could move
    for fact in _candidates(evaluation, atom, item):
        nearest = _ThresholdSearch(evaluation, atom, fact, truth, item).nearest()
        if nearest is not None:
            return nearest
    return None


def _candidates(evaluation: Evaluation, atom: Compare, item: ItemEvaluation | None) -> list[Fact]:
    ruleset = evaluation.dated.ruleset
    situation = (evaluation if item is None else item).situation
    prefix = "" if item is None else f"{item.block.list}."
    input_facts = [value.input_fact for value in ruleset.values.values() if value.input_fact]
    facts = [
        ruleset.facts[name]
        for name in evaluation.dated.dependency_index.facts(atom)
        if name in situation.known
        and name.startswith(prefix)
        and situation.known[name].figure is not None
        and ruleset.facts[name].type.kind.is_ordered
    ]
    return sorted(facts, key=lambda fact: (fact.name not in input_facts, not fact.changeable))


class _ThresholdSearch:
    """Searches for the figures of one fact at which a test flips, below and above the known one."""

    def __init__(
        self,
        evaluation: Evaluation,
        atom: Compare,
        fact: Fact,
        truth: bool,  # noqa: FBT001 - the truth of the test
        item: ItemEvaluation | None,
    ) -> None:
        self.evaluation = evaluation
        self.atom = atom
        self.fact = fact
        self.truth = truth
        self.item = item
        self.situation: Situation = (evaluation if item is None else item).situation
        actual = self.situation.known[fact.name].figure
        if not isinstance(actual, (int, Fraction)) or isinstance(actual, bool):
            raise TypeError(f"not a number: {fact.name}")
        self.actual: Exact = actual
        self.dependencies: DependencyIndex = evaluation.dated.dependency_index
        self.values = frozenset(self.dependencies.values(atom))
        self.places = fact.type.places or 0
        self.step: Exact = Fraction(1, 10**self.places) if self.places else 1

    def nearest(self) -> Margin | None:
        """Return the margin to the nearer of the two flips."""
        limit = self._direct_limit()
        if limit is not None:
            return self._margin(limit, is_upper_bound=self._operator in {"<", "<="})
        ends = [end for end in (self.fact.low, self.fact.high) if end is not None]
        flips = [flip for end in ends if (flip := self._flip_towards(end)) is not None]
        if not flips:
            return None
        flip = min(flips, key=lambda flip: abs(Fraction(flip.after) - self.actual))
        is_upper_bound = (flip.after > self.actual) == self.truth
        return self._margin(
            flip.before if self.truth else flip.after, is_upper_bound=is_upper_bound
        )

    def _flip_towards(self, end: Exact) -> Flip | None:
        """Return the first figure on the way to `end` at which the truth changes."""

        def truth(figure: Exact) -> bool | None:
            return self.truth if figure == self.actual else self._truth(figure)

        is_periodic = self.fact.name in self.dependencies.periodic_facts(self.atom)
        if is_periodic:  # What begins again each year turns within a year, or never.
            reach = _STEPS_OF_A_YEAR * self.step
            end = (
                min(end, self.actual + reach)
                if end > self.actual
                else max(end, self.actual - reach)
            )
        return find_flip(truth, self.actual, end, self.step, by_single_steps=is_periodic)

    @property
    def _operator(self) -> str:
        """Return the operator as it reads with the fact on the left."""
        operator = self.atom.operator
        return operator if self._is_fact(self.atom.left) else _MIRRORED.get(operator, operator)

    def _is_fact(self, node: Term) -> bool:
        return isinstance(node, FactRef) and node.name == self.fact.name

    def _direct_limit(self) -> Exact | None:
        """Return the limit of a fact that is compared with something independent of it."""
        left, right = self.atom.left, self.atom.right
        other_side = right if self._is_fact(left) else left
        if not (self._is_fact(left) or self._is_fact(right)) or self._operator not in _MIRRORED:
            return None
        if self.fact.name in self.dependencies.facts(other_side):
            return None
        evaluation, item = self.evaluation, self.item
        terms = evaluation.terms if item is None else evaluation.evaluator_of_item(item)
        bound = terms.term(other_side).point()
        if bound is None or self.fact.low is None or self.fact.high is None:
            return None
        steps = Fraction(bound) / self.step
        nearest = steps.__floor__() if self._operator in {"<", "<="} else steps.__ceil__()
        if nearest == steps and self._operator in {"<", ">"}:
            nearest += -1 if self._operator == "<" else 1
        limit = normalize(nearest * self.step)
        # At an end of the range no figure is left that would flip the test.
        past = limit >= self.fact.high if self._operator in {"<", "<="} else limit <= self.fact.low
        return None if past or not self.fact.low <= limit <= self.fact.high else limit

    def _margin(self, limit: Exact, *, is_upper_bound: bool) -> Margin:
        return Margin(
            fact=self.situation.fact_path(self.fact.name),
            title=self.fact.title,
            kind=str(self.fact.type.kind),
            unit=str(self.fact.type.unit),
            actual=self.actual,
            limit=limit,
            bound="at_most" if is_upper_bound else "at_least",
            distance=normalize(abs(Fraction(limit) - self.actual)),
            unit_title=self.fact.type.unit_title,
        )

    @cached_property
    def _unchanged(self) -> Mapping[str, Possible]:
        """The values that the test depends on and the fact does not change."""
        values = (self.evaluation if self.item is None else self.item).values
        return {
            name: values[name]
            for name in self.values
            if name in values and self.fact.name not in self.dependencies.facts(ValueRef(name))
        }

    def _truth(self, figure: Exact) -> bool | None:
        """Return the truth of the test with another figure of the fact."""
        stated = self.situation
        known = {**stated.known, self.fact.name: KnownFact(figure, self.places)}
        changed = Situation(known, stated.lists, stated.item)
        evaluation, item = self.evaluation, self.item
        if item is not None:
            scope = ItemScope(item.key, changed, item.bindings)
            case = _with_changed_item(evaluation.situation, changed, self.fact.name)
            parent = RuleEvaluator(evaluation.dated, case, evaluation.values)
            evaluator = RuleEvaluator(
                evaluation.dated, changed, self._unchanged, (item.block, scope), parent
            )
            evaluator.evaluate_values(self.values)
            return evaluator.test(self.atom).truth
        evaluator = RuleEvaluator(evaluation.dated, changed, self._unchanged)
        evaluator.evaluate_values(self.values)
        truth = evaluator.test(self.atom).truth
        if any(stated.error is not None for stated in evaluator.resolved_values.values()):
            return None  # that figure would contradict the other facts
        return truth


def _with_changed_item(case: Situation, changed: Situation, fact: str) -> Situation:
    """Return the case in which an item has the fact that it has in its own changed situation."""
    if changed.item is None or changed.item[0] not in case.lists:
        return case
    list_name, key = changed.item
    items = tuple(
        attrs.evolve(item, known={**item.known, fact: changed.known[fact]})
        if item.key == key
        else item
        for item in case.lists[list_name]
    )
    return attrs.evolve(case, lists={**case.lists, list_name: items})
