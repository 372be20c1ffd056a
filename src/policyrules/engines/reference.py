"""The meaning of a ruleset, as directly as it can be written. Every other engine agrees with it.

A fact that is not known stands for all that it may be. A test is held if every such completion
holds it, failed if none does, else unknown (ranges lose how two uses of one fact go together, so
«unknown» may be said where a closer look would settle it, never the reverse).
"""

from __future__ import annotations

from collections.abc import Mapping

from policyrules.engines.evaluation import Evaluation
from policyrules.engines.readings import refuse_contradictions, refuse_open_readings
from policyrules.ir.dated import DatedRuleset
from policyrules.ir.nodes import Atom, Expression, Test
from policyrules.ir.ruleset import Condition, Group, RuleException
from policyrules.ir.situation import Situation
from policyrules.ir.terms import (
    Stated,
    Terms,
    group_verdict,
    stated_value,
    test_verdict,
    text_in_force,
)
from policyrules.values.kleene import Verdict, as_possible, excepted, is_true
from policyrules.values.possible import Possible, rounded

NAME = "reference"


def evaluate(dated: DatedRuleset, situation: Situation) -> Evaluation:
    """Evaluates every value and every condition on one case.

    Raises:
        FactsError: the facts contradict each other.
    """
    case = Case(dated, situation, {})
    whole = case.evaluation()
    refuse_open_readings(
        whole, case.stated, lambda readings: Case(dated, situation, readings).evaluation()
    )
    return whole


class Case:
    """One evaluation, each part when it is asked for; a name that was evaluated is kept.

    `readings` are values that are set from outside.
    """

    def __init__(
        self, dated: DatedRuleset, situation: Situation, readings: Mapping[str, Possible]
    ) -> None:
        self.dated = dated
        self.situation = situation
        self.stated: dict[str, Stated] = {
            name: Stated(reading) for name, reading in readings.items()
        }
        self.conditions: dict[str, Verdict] = {}
        self.whens: dict[str, Verdict] = {}
        self.atoms: dict[Atom, Verdict] = {}
        self.terms: Terms = Terms(dated, situation, self.value)

    def evaluation(self) -> Evaluation:
        """Everything evaluated."""
        ruleset = self.dated.ruleset
        for name in ruleset.values:
            self.value(name)
        refuse_contradictions(ruleset, self.stated)
        for name in ruleset.conditions:
            self.condition(name)
        outcome = ruleset.outcome
        members = [self.condition(name) for name in outcome.eligible.members]
        unrounded = amount = None
        if outcome.amount is not None:
            unrounded = amount = self.text(outcome.amount.text)
            if outcome.amount.rounding is not None:
                rounding = outcome.amount.rounding
                amount = rounded(unrounded, rounding.step, rounding.mode)
        return Evaluation(
            dated=self.dated,
            situation=self.situation,
            values={name: stated.possible for name, stated in self.stated.items()},
            conditions=self.conditions,
            whens=self.whens,
            atoms=self.atoms,
            eligible=group_verdict(outcome.eligible, members),
            unrounded=unrounded,
            amount=amount,
            engine=NAME,
            kernel=NAME,
        )

    def value(self, name: str) -> Possible:
        """What a value may be."""
        if name not in self.stated:
            value = self.dated.ruleset.values[name]
            computed = text_in_force(
                name,
                self.text(value.text),
                [(self.when(one), self.text(one.text)) for one in value.exceptions],
            )
            self.stated[name] = stated_value(value, computed, self.situation, self.dated)
        return self.stated[name].possible

    def condition(self, name: str) -> Verdict:
        """The verdict of a condition, its exceptions included."""
        if name not in self.conditions:
            condition = self.dated.ruleset.conditions[name]
            rule = self.group_or_test(condition)
            exceptions = [(self.when(one), self.verdict(one.text)) for one in condition.exceptions]
            self.conditions[name] = excepted(name, rule, exceptions)
        return self.conditions[name]

    def group_or_test(self, condition: Condition) -> Verdict:
        """The verdict of a condition's own rule."""
        if isinstance(condition.test, Group):
            members = [self.condition(member) for member in condition.test.members]
            return group_verdict(condition.test, members)
        return self.test(condition.test)

    def when(self, exception: RuleException) -> Verdict:
        """The verdict on whether an exception applies."""
        if exception.id not in self.whens:
            self.whens[exception.id] = self.test(exception.when)
        return self.whens[exception.id]

    def text(self, node: Expression) -> Possible:
        """What an expression may be; a test is a yes/no."""
        return as_possible(self.test(node)) if isinstance(node, Test) else self.terms.term(node)

    def verdict(self, node: Expression) -> Verdict:
        """The verdict of an expression that is a test or a yes/no."""
        return self.test(node) if isinstance(node, Test) else is_true(self.terms.term(node))

    def test(self, node: Test) -> Verdict:
        """The verdict of a test."""
        return test_verdict(node, self.atom)

    def atom(self, node: Atom) -> Verdict:
        """The verdict of a test without logic inside."""
        if node not in self.atoms:
            self.atoms[node] = self.terms.atom(node)
        return self.atoms[node]
