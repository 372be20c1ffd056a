"""Evaluate the rules of a ruleset: values, conditions, groups and exceptions.

The reference engine evaluates a case with it, and the checker a case of which no fact is known.
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping
from types import MappingProxyType

from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.lists import ItemScope, ListView, view_list
from policyrules.evaluation.resolved_values import ResolvedValue, resolve_value
from policyrules.evaluation.result import RuleResults
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import (
    TermEvaluator,
    apply_value_exceptions,
    evaluate_group,
    evaluate_guard,
    evaluate_test,
    is_replaced,
)
from policyrules.ir.nodes import Atom, Expression, Test
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, ItemRules, RuleException
from policyrules.ir.traverse import direct_value_dependencies, list_reference
from policyrules.values.kleene import Verdict, apply_exceptions, to_value
from policyrules.values.possible import Possible


class RuleEvaluator:
    """An evaluator of the rules of a case or of one item; it evaluates each rule once, on request.

    `preset_values` are used instead of computed ones. For an item, `rules` are those of its list,
    `item` has these rules with the scope of the item, and `parent` evaluates the case.
    """

    def __init__(
        self,
        dated: DatedRuleset,
        situation: Situation,
        preset_values: Mapping[str, Possible] = MappingProxyType({}),
        item: tuple[ItemRules, ItemScope] | None = None,
        parent: RuleEvaluator | None = None,
    ) -> None:
        self.dated = dated
        self.situation = situation
        self.item = item
        self.parent = parent
        self.rules: ItemRules | CheckedRuleset = dated.ruleset if item is None else item[0]
        self.resolved_values: dict[str, ResolvedValue] = {
            name: ResolvedValue(preset) for name, preset in preset_values.items()
        }
        self.conditions: dict[str, Verdict] = {}
        self.exception_guards: dict[str, Verdict] = {}
        self.atoms: dict[Atom, Verdict] = {}
        self._item_evaluators: dict[str, ListView[RuleEvaluator]] = {}
        bindings = {} if item is None else item[1].bindings
        items = self.item_terms if parent is None else parent.item_terms
        self.terms: TermEvaluator = TermEvaluator(
            dated,
            situation,
            self.value,
            items,
            bindings,
            self.item_eligibility,
            self.condition,
            is_of_block=item is not None,
        )

    # All rules.

    def results(self) -> RuleResults:
        """Return the results of the rules that were evaluated."""
        return RuleResults(
            self.situation,
            {name: stated.possible for name, stated in self.resolved_values.items()},
            self.conditions,
            self.exception_guards,
            self.atoms,
        )

    def evaluate_values(self, names: Container[str]) -> None:
        """Evaluate the values of these names in dependency order."""
        for name in self.rules.values:
            if name in names:
                self._compute(name)

    def evaluate_conditions(self) -> None:
        """Evaluate every condition."""
        for name in self.rules.conditions:
            self.condition(name)

    # Items.

    def item_evaluators(self, name: str) -> ListView[RuleEvaluator]:
        """Return the evaluators of the items of a list."""
        if name not in self._item_evaluators:
            block = self.dated.ruleset.item_rules[name]
            scopes = view_list(
                self.dated.ruleset, self.situation, list_reference(block), block.item_name
            )
            self._item_evaluators[name] = scopes.map(
                lambda scope: RuleEvaluator(self.dated, scope.situation, {}, (block, scope), self)
            )
        return self._item_evaluators[name]

    def item_terms(self, name: str) -> ListView[TermEvaluator]:
        """Return the evaluators of terms of the items of a list."""
        return self.item_evaluators(name).map(lambda evaluator: evaluator.terms)

    def item_eligibility(self) -> Verdict:
        """Return whether the item is eligible by its block."""
        group = None if self.item is None else self.item[0].eligible
        if group is None:
            raise TypeError("the rules of the items have no `eligible`")
        return evaluate_group(group, [self.condition(name) for name in group.members])

    # Each rule.

    def value(self, name: str) -> Possible:
        """Return the possible figures of a value; an item reads the values of the case too."""
        if self.parent is not None and name not in self.rules.values:
            return self.parent.value(name)
        # A stack instead of recursion: no chain of values is too long.
        pending = [] if name in self.resolved_values else [name]
        while pending:
            needed = [
                read
                for read in self._value_dependencies(pending[-1])
                if read not in self.resolved_values
            ]
            if needed:
                pending += needed
            else:
                self._compute(pending.pop())
        return self.resolved_values[name].possible

    def _value_dependencies(self, name: str) -> Iterator[str]:
        """Yield the values of these rules that a value reads."""
        names = direct_value_dependencies(self.dated.ruleset, self.rules.values[name])
        return (name for name in names if name in self.rules.values)

    def _compute(self, name: str) -> None:
        """Compute a value once, after those that it reads."""
        if name in self.resolved_values:
            return
        value = self.rules.values[name]
        computed = self.expression(value.narrowed)
        if value.exceptions:
            exceptions = [
                (self.exception_guard(exception), self.expression(exception.narrowed))
                for exception in value.exceptions
            ]
            computed = apply_value_exceptions(
                name, computed, exceptions, is_replaced=is_replaced(value, self.test)
            )
        self.resolved_values[name] = resolve_value(
            value, computed, self.situation, self.dated, self.terms.row_of(value)
        )

    def condition(self, name: str) -> Verdict:
        """Return the verdict of a condition; an item reads the conditions of the case too."""
        if self.parent is not None and name not in self.rules.conditions:
            return self.parent.condition(name)
        if name not in self.conditions:
            condition = self.rules.conditions[name]
            verdict = self._group_or_test(condition)
            if condition.exceptions:
                exceptions = [
                    (self.exception_guard(exception), self._replacing_test(exception.narrowed))
                    for exception in condition.exceptions
                ]
                verdict = apply_exceptions(
                    name, verdict, exceptions, is_replaced=is_replaced(condition, self.test)
                )
            self.conditions[name] = verdict
        return self.conditions[name]

    def _group_or_test(self, condition: Condition) -> Verdict:
        """Return the verdict of a condition without its exceptions."""
        if isinstance(condition.test, Group):
            members = [self.condition(member) for member in condition.test.members]
            return evaluate_group(condition.test, members)
        return self.test(condition.test)

    def exception_guard(self, exception: RuleException) -> Verdict:
        """Return the verdict of the guard of an exception."""
        if exception.id not in self.exception_guards:
            self.exception_guards[exception.id] = evaluate_guard(exception, self.test)
        return self.exception_guards[exception.id]

    def expression(self, node: Expression) -> Possible:
        """Return the possible value of an expression; a test is a yes_no."""
        return to_value(self.test(node)) if isinstance(node, Test) else self.terms.term(node)

    def _replacing_test(self, node: Expression) -> Verdict:
        """Return the verdict of the test of an exception of a condition."""
        if not isinstance(node, Test):
            raise TypeError("a condition is replaced by a test")
        return self.test(node)

    def test(self, node: Test) -> Verdict:
        """Return the verdict of a test."""
        return evaluate_test(node, self.atom)

    def atom(self, node: Atom) -> Verdict:
        """Return the verdict of a test without `and`, `or` or `not` inside."""
        if node not in self.atoms:
            self.atoms[node] = self.terms.atom(node)
        return self.atoms[node]
