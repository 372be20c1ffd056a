"""What a decision rests on: the names that were read, and the notes that it must admit.

The support of a group are the members that equal its result where one of them suffices, else all;
of a node with exceptions the texts that are possible; of a value that is given its fact alone.
"""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.engines.evaluation import Evaluation
from policyrules.ir.nodes import Expression, FactRef, ParameterRef, Test, ValueRef
from policyrules.ir.ruleset import (
    CheckedRuleset,
    Condition,
    Ground,
    Group,
    Note,
    RuleException,
    Value,
)
from policyrules.ir.terms import Terms, test_verdict
from policyrules.ir.traverse import references
from policyrules.values.kleene import Truth


class Support:
    """Walks from the outcome to everything that the decision rests on, each node once."""

    def __init__(self, evaluation: Evaluation) -> None:
        self.evaluation = evaluation
        self.ruleset: CheckedRuleset = evaluation.dated.ruleset
        self.values: dict[str, None] = {}
        self.parameters: dict[str, None] = {}
        self.conditions: dict[str, None] = {}
        self.notes: dict[str, None] = {}
        self.terms: Terms = Terms(
            evaluation.dated, evaluation.situation, evaluation.values.__getitem__
        )

    def of_decision(self) -> Support:
        """Walks the whole decision: eligibility and, unless it failed, the amount."""
        outcome, eligible = self.ruleset.outcome, self.evaluation.eligible.truth
        self.ground(self.ruleset.in_force.ground)
        self.group(outcome.eligible, eligible)
        if eligible is not False and outcome.amount is not None:
            amount = outcome.amount
            self.ground(amount.ground)
            if amount.rounding is not None:
                self.ground(amount.rounding.ground)
            self.expression(amount.text)
            for name in outcome.consequences:
                self.value(name)
        return self

    def carried(self) -> Iterator[Note]:
        """The notes of all that was walked whose `when`, if any, has not failed."""
        for name, note in self.ruleset.notes.items():
            if name in self.notes and (note.when is None or self.open_or_held(note.when)):
                yield note

    def open_or_held(self, test: Test) -> bool:
        """Whether a test outside the conditions has not failed."""
        return test_verdict(test, self.terms.atom).truth is not False

    def group(self, group: Group, truth: Truth) -> None:
        """Walks the members that carry the result."""
        deciding = _deciding(group, truth)
        for member in group.members:
            found = self.evaluation.conditions[member].truth
            if deciding is None or found is deciding[0]:
                self.condition(member)

    def condition(self, name: str) -> None:
        """Walks a condition."""
        if name in self.conditions:
            return
        self.conditions[name] = None
        condition = self.ruleset.conditions[name]
        self.exceptions(condition)
        if self.rule_is_possible(condition):
            self.ground(condition.ground)
            if isinstance(condition.test, Group):
                self.group(condition.test, self.evaluation.conditions[name].truth)
            else:
                self.expression(condition.test)

    def value(self, name: str) -> None:
        """Walks a value: its fact where it is given, else the texts that are possible."""
        if name in self.values:
            return
        self.values[name] = None
        value = self.ruleset.values[name]
        if value.given is not None and value.given in self.evaluation.situation.known:
            return
        if value.rounding is not None:
            self.ground(value.rounding.ground)
        self.exceptions(value)
        if self.rule_is_possible(value):
            self.ground(value.ground)
            self.expression(value.text)

    def exceptions(self, node: Value | Condition) -> None:
        """Walks every `when`, since each had its say, and the texts that are possible."""
        for exception in node.exceptions:
            self.expression(exception.when)
            if self.is_possible(exception):
                self.ground(exception.ground)
                self.expression(exception.text)

    def is_possible(self, exception: RuleException) -> bool:
        """Whether an exception applies or may apply."""
        return self.evaluation.whens[exception.id].truth is not False

    def rule_is_possible(self, node: Value | Condition) -> bool:
        """Whether no exception surely applies."""
        return all(self.evaluation.whens[one.id].truth is not True for one in node.exceptions)

    def parameter(self, name: str) -> None:
        """Walks a parameter: the ground of its row, and its key."""
        if name in self.parameters:
            return
        self.parameters[name] = None
        self.ground(self.evaluation.dated.rows[name].ground)
        by = self.ruleset.parameters[name].by
        if by is not None:
            self.expression(by)

    def expression(self, node: Expression) -> None:
        """Walks every name that an expression reads."""
        for reference in references(node):
            match reference:
                case ParameterRef(name):
                    self.parameter(name)
                case ValueRef(name):
                    self.value(name)
                case FactRef():
                    pass

    def ground(self, ground: Ground) -> None:
        """Takes up the notes of a ground."""
        self.notes.update(dict.fromkeys(ground.notes))


def _deciding(group: Group, truth: Truth) -> tuple[bool] | None:
    """The truth of the members that suffice for the result; None where all are needed."""
    if group.kind == "all" and truth is False:
        return (False,)
    if group.kind == "any" and truth is True:
        return (True,)
    if group.kind == "none" and truth is False:
        return (True,)
    if group.kind == "at_least" and truth is not None:
        return (truth,)
    return None
