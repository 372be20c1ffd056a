"""The meaning of a ruleset, as directly as it can be written. Every other engine agrees with it.

A fact that is not known stands for all that it may be. A test is held if every such completion
holds it, failed if none does, else unknown (ranges lose how two uses of one fact go together, so
«unknown» may be said where a closer look would settle it, never the reverse).
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping

from policyrules.evaluation.assembly import finish, finish_item
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.lists import ItemScope, ListView, view_list
from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults
from policyrules.evaluation.rounding_conflicts import (
    raise_contradictions,
    reject_rounding_dependent_tests,
)
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import (
    ResolvedValue,
    TermEvaluator,
    apply_value_exceptions,
    evaluate_group,
    evaluate_test,
    resolve_value,
)
from policyrules.ir.nodes import Atom, Expression, Test
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, ItemRules, RuleException
from policyrules.ir.traverse import direct_value_dependencies, list_reference
from policyrules.values.kleene import Verdict, apply_exceptions, to_value
from policyrules.values.possible import Possible

NAME = "reference"


def evaluate(dated: DatedRuleset, situation: Situation) -> Evaluation:
    """Evaluates every value and every condition on one case.

    Raises:
        FactsError: the facts contradict each other.
    """
    case = Case(dated, situation, {})
    whole = case.evaluation()
    reject_rounding_dependent_tests(
        whole, case.stated, lambda readings: Case(dated, situation, readings).evaluation()
    )
    return whole


class Case:
    """One evaluation of the rules of a case, or of those for one item; each part when asked for.

    A name that was evaluated is kept. `readings` are values that are set from outside. `rules` are
    those of the ruleset, or of a block of it; `seen` is then the item, and `outer` the case.
    """

    def __init__(
        self,
        dated: DatedRuleset,
        situation: Situation,
        readings: Mapping[str, Possible],
        item: tuple[ItemRules, ItemScope] | None = None,
        outer: Case | None = None,
    ) -> None:
        self.dated = dated
        self.situation = situation
        self.item = item
        self.outer = outer
        self.rules: ItemRules | CheckedRuleset = dated.ruleset if item is None else item[0]
        self.stated: dict[str, ResolvedValue] = {
            name: ResolvedValue(reading) for name, reading in readings.items()
        }
        self.conditions: dict[str, Verdict] = {}
        self.whens: dict[str, Verdict] = {}
        self.atoms: dict[Atom, Verdict] = {}
        self.listed: dict[str, ListView[Case]] = {}
        bindings = {} if item is None else item[1].bindings
        items = self.terms_of_items if outer is None else outer.terms_of_items
        self.terms: TermEvaluator = TermEvaluator(
            dated, situation, self.value, items, bindings, self.own
        )

    # The whole.

    def evaluation(self) -> Evaluation:
        """Everything evaluated."""
        ruleset = self.dated.ruleset
        self.evaluate_values(ruleset.values)
        raise_contradictions(ruleset, self.stated)
        self.every_condition()
        items = {name: self.items(name).map(Case.of_item) for name in ruleset.item_rules}
        group = ruleset.outcome.eligible
        eligible = evaluate_group(group, [self.condition(name) for name in group.members])
        return finish(
            self.results(), self.dated, items, eligible, self.text, engine=NAME, kernel=NAME
        )

    def results(self) -> RuleResults:
        """Return what was evaluated of each rule."""
        return RuleResults(
            self.situation,
            {name: stated.possible for name, stated in self.stated.items()},
            self.conditions,
            self.whens,
            self.atoms,
        )

    def of_item(self) -> ItemEvaluation:
        """Everything evaluated of one item."""
        if self.item is None:
            raise TypeError("no item is looked at")
        block, seen = self.item
        self.evaluate_values(block.values)
        self.every_condition()
        eligible = None if block.eligible is None else self.own()
        return finish_item(self.results(), block, seen, eligible)

    def evaluate_values(self, names: Container[str]) -> None:
        """Evaluates values in their order, so that each finds those that it reads."""
        for name in self.rules.values:
            if name in names:
                self.compute(name)

    def every_condition(self) -> None:
        """Evaluates every condition."""
        for name in self.rules.conditions:
            self.condition(name)

    # Items.

    def items(self, name: str) -> ListView[Case]:
        """The cases of the items of a list, each in its turn."""
        if name not in self.listed:
            block = self.dated.ruleset.item_rules[name]
            scopes = view_list(
                self.dated.ruleset, self.situation, list_reference(block), block.item_name
            )
            self.listed[name] = scopes.map(
                lambda scope: Case(self.dated, scope.situation, {}, (block, scope), self)
            )
        return self.listed[name]

    def terms_of_items(self, name: str) -> ListView[TermEvaluator]:
        """Return the evaluators of terms of the items of a list."""
        return self.items(name).map(lambda case: case.terms)

    def own(self) -> Verdict:
        """Return whether the item is eligible by its block."""
        group = None if self.item is None else self.item[0].eligible
        if group is None:
            raise TypeError("nothing says when an item is eligible")
        return evaluate_group(group, [self.condition(name) for name in group.members])

    # Each part.

    def value(self, name: str) -> Possible:
        """What a value may be; an item sees those of the case too."""
        if self.outer is not None and name not in self.rules.values:
            return self.outer.value(name)
        # Those that wait are a list: no chain of values that nobody has evaluated is too long.
        waiting = [] if name in self.stated else [name]
        while waiting:
            needed = [read for read in self.values_read(waiting[-1]) if read not in self.stated]
            if needed:
                waiting += needed
            else:
                self.compute(waiting.pop())
        return self.stated[name].possible

    def values_read(self, name: str) -> Iterator[str]:
        """The values of these rules that one reads."""
        read = direct_value_dependencies(self.dated.ruleset, self.rules.values[name])
        return (one for one in read if one in self.rules.values)

    def compute(self, name: str) -> None:
        """Computes a value, once; those that it reads have been computed."""
        if name in self.stated:
            return
        value = self.rules.values[name]
        computed = apply_value_exceptions(
            name,
            self.text(value.expression),
            [(self.when(one), self.text(one.expression)) for one in value.exceptions],
        )
        self.stated[name] = resolve_value(value, computed, self.situation, self.dated)

    def condition(self, name: str) -> Verdict:
        """The verdict of a condition, its exceptions included."""
        if name not in self.conditions:
            condition = self.rules.conditions[name]
            rule = self.group_or_test(condition)
            exceptions = [
                (self.when(one), self.verdict(one.expression)) for one in condition.exceptions
            ]
            self.conditions[name] = apply_exceptions(name, rule, exceptions)
        return self.conditions[name]

    def group_or_test(self, condition: Condition) -> Verdict:
        """The verdict of a condition's own rule."""
        if isinstance(condition.test, Group):
            members = [self.condition(member) for member in condition.test.members]
            return evaluate_group(condition.test, members)
        return self.test(condition.test)

    def when(self, exception: RuleException) -> Verdict:
        """The verdict on whether an exception applies."""
        if exception.id not in self.whens:
            self.whens[exception.id] = self.test(exception.when)
        return self.whens[exception.id]

    def text(self, node: Expression) -> Possible:
        """What an expression may be; a test is a yes/no."""
        return to_value(self.test(node)) if isinstance(node, Test) else self.terms.term(node)

    def verdict(self, node: Expression) -> Verdict:
        """The verdict of the text of a condition's exception."""
        if not isinstance(node, Test):
            raise TypeError("a condition is replaced by a test")
        return self.test(node)

    def test(self, node: Test) -> Verdict:
        """The verdict of a test."""
        return evaluate_test(node, self.atom)

    def atom(self, node: Atom) -> Verdict:
        """The verdict of a test that is not looked into."""
        if node not in self.atoms:
            self.atoms[node] = self.terms.atom(node)
        return self.atoms[node]
