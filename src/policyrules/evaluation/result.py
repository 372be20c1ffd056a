"""The result of an engine: all values and verdicts, with the dependencies of undecided ones."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

import attrs

from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.lists import ListView
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import TermEvaluator
from policyrules.ir.nodes import Atom
from policyrules.ir.ruleset import Condition, Group, ItemRules
from policyrules.values.kleene import Truth, Verdict
from policyrules.values.possible import Possible


@attrs.frozen
class RuleResults:
    """The results of the rules of a case, or of one of its items.

    `conditions` has the verdict of each condition by id, `exception_guards` that of the guard of
    each exception, `atoms` that of each test without `and`, `or` or `not` inside.
    """

    situation: Situation
    values: Mapping[str, Possible] = attrs.field(hash=False)
    conditions: Mapping[str, Verdict] = attrs.field(hash=False)
    exception_guards: Mapping[str, Verdict] = attrs.field(hash=False)
    atoms: Mapping[Atom, Verdict] = attrs.field(hash=False)

    def truth(self, name: str) -> Truth:
        """Return the truth of a condition."""
        return self.conditions[name].truth

    def met_by(self, condition: Condition) -> tuple[str, ...]:
        """Return the held members of a held group of alternatives, else ()."""
        return members_met(condition, self.truth)


def members_met(condition: Condition, truth: Callable[[str], Truth]) -> tuple[str, ...]:
    """Return the held members of a held group of alternatives, else ()."""
    test = condition.test
    if not isinstance(test, Group) or test.kind not in {"any", "at_least"}:
        return ()
    if truth(condition.id) is not True:
        return ()
    return tuple(name for name in test.members if truth(name) is True)


@attrs.frozen
class ItemEvaluation(RuleResults):
    """The result for one item; `eligible` is None if its rules have no `eligible`.

    `key` is None for the representative of an unknown list.
    """

    block: ItemRules
    key: str | None
    eligible: Verdict | None
    bindings: Mapping[str, Possible] = attrs.field(hash=False)


@attrs.frozen
class AmountResult:
    """An amount that an eligible case receives, before and after rounding."""

    unrounded: Possible
    rounded: Possible


@attrs.frozen
class Evaluation(RuleResults):
    """The result of an engine on one case.

    `eligible` is the verdict of the outcome; `items` has the results of each list with rules.
    `amounts` has each amount of the ruleset by name.
    """

    dated: DatedRuleset
    items: Mapping[str, ListView[ItemEvaluation]] = attrs.field(hash=False)
    eligible: Verdict
    amounts: Mapping[str, AmountResult] = attrs.field(hash=False)
    engine: str
    kernel: str

    @cached_property
    def terms(self) -> TermEvaluator:
        """The evaluator of terms on this case."""
        return TermEvaluator(
            self.dated,
            self.situation,
            self.values.__getitem__,
            self._items,
            condition=self.conditions.__getitem__,
        )

    def evaluator_of_item(self, item: ItemEvaluation) -> TermEvaluator:
        """Return the evaluator of terms on an item of this case."""
        eligible = item.eligible

        def value(name: str) -> Possible:
            return item.values[name] if name in item.values else self.values[name]

        def item_eligibility() -> Verdict:
            if eligible is None:
                raise TypeError(f"the rules for items of `{item.block.list}` have no `eligible`")
            return eligible

        def condition(name: str) -> Verdict:
            return item.conditions[name] if name in item.conditions else self.conditions[name]

        return TermEvaluator(
            self.dated,
            item.situation,
            value,
            self._items,
            item.bindings,
            item_eligibility,
            condition,
            is_of_block=True,
        )

    def all_atoms(self) -> Iterator[tuple[tuple[str, str | None, Atom], Verdict]]:
        """Yield the verdict of each atom, with its list, the key of its item and the atom."""
        for atom, verdict in self.atoms.items():
            yield ("", None, atom), verdict
        for name, items in self.items.items():
            for item in items.items:
                for atom, verdict in item.atoms.items():
                    yield (name, item.key, atom), verdict

    def _items(self, name: str) -> ListView[TermEvaluator]:
        return self.items[name].map(self.evaluator_of_item)
