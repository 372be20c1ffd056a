"""The items of a list in a situation, and the evaluation of quantifiers, counts and sums.

An unknown list has any number of items up to its maximum, with any facts. One item whose facts are
all unknown represents them. `aggregates` has the other aggregates of lists.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce
from typing import Generic, TypeVar

import attrs

from policyrules.evaluation.situation import Situation, known_entry_value, unconstrained_value
from policyrules.ir.nodes import Count, FactRef, ListName, Quantifier, Sum, Term, Test
from policyrules.ir.ruleset import NO_MAXIMUM, CheckedRuleset, Fact, ListDeclaration
from policyrules.values.calendar import figure_text
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, MissingInput, union
from policyrules.values.exact import Exact
from policyrules.values.kleene import FAILED, HELD, Verdict, all_of, any_of
from policyrules.values.possible import Interval, Possible, add, collapse_point, hull, number

_Item = TypeVar("_Item")
_Mapped = TypeVar("_Mapped")


@attrs.frozen
class ListView(Generic[_Item]):
    """A view of the items of a list: of the known items, or of one that represents them all.

    `representative` represents every item of an unknown list, and is None if `known` has the items.
    `name` is the path to ask for the list by. `max_items` is None for a list without a maximum.
    """

    known: tuple[_Item, ...] | None
    representative: _Item | None
    name: str
    max_items: int | None

    @property
    def items(self) -> tuple[_Item, ...]:
        """The known items, or the representative."""
        if self.known is not None:
            return self.known
        return () if self.representative is None else (self.representative,)

    @property
    def dependencies(self) -> Dependencies:
        """The dependency on the list itself."""
        return Dependencies(frozenset({MissingInput(self.name)}))

    def map(self, function: Callable[[_Item], _Mapped]) -> ListView[_Mapped]:
        """Return the view with `function` applied to each of its items."""
        mapped = tuple(map(function, self.items))
        if self.known is None:
            return ListView(None, mapped[0], self.name, self.max_items)
        return ListView(mapped, None, self.name, self.max_items)


@attrs.frozen
class ItemScope:
    """The scope of an expression about one item: the situation that includes the item's facts.

    `key` is None for the representative of an unknown list. `bindings` holds the item of a list of
    figures by the variable of the expression.
    """

    key: str | None
    situation: Situation
    bindings: Mapping[str, Possible] = attrs.field(factory=dict, hash=False)


@attrs.frozen
class ItemEvaluator:
    """The functions that evaluate a test and a term on one item."""

    key: str
    test: Callable[[Test], Verdict]
    term: Callable[[Term], Possible]


def max_items(declared: Fact | ListDeclaration) -> int | None:
    """Return the maximum number of items of a list, or None for a list without a maximum."""
    return None if declared.max_items == NO_MAXIMUM else declared.max_items


def view_list(
    ruleset: CheckedRuleset, situation: Situation, source_list: ListName, variable: str
) -> ListView[ItemScope]:
    """Return the scopes of the items of a list in a situation."""
    name = source_list.name
    if not isinstance(source_list, FactRef):
        items = situation.lists.get(name)
        max_length = max_items(ruleset.all_lists[name])
        if items is None:
            scope = ItemScope(None, situation.for_item(name, None))
            return ListView(None, scope, name, max_length)
        scopes = tuple(ItemScope(item.key, situation.for_item(name, item)) for item in items)
        return ListView(scopes, None, name, max_length)
    fact, path = ruleset.facts[name], situation.fact_path(name)
    entry = fact.type.entry
    known = situation.known.get(name)
    if known is None or not isinstance(known.figure, tuple):
        dependencies = Dependencies(frozenset({MissingInput(path)}))
        unknown = unconstrained_value(entry, fact.low, fact.high, dependencies)
        scope = ItemScope(None, situation, {variable: unknown})
        return ListView(None, scope, path, max_items(fact))
    scopes = tuple(
        ItemScope(
            item if isinstance(item, str) else figure_text(entry.kind, item),
            situation,
            {variable: known_entry_value(item)},
        )
        for item in known.figure
    )
    return ListView(scopes, None, path, max_items(fact))


def quantify(node: Quantifier, view: ListView[ItemEvaluator]) -> Verdict:
    """Evaluate `any` or `all`; for a list without items, `all` is held and `any` has failed."""
    if view.known is not None:
        verdicts = [item.test(node.test) for item in view.known]
        return all_of(verdicts) if node.is_universal else any_of(verdicts)
    verdict = view.items[0].test(node.test)
    if node.is_universal and verdict.truth is True:
        return HELD
    if not node.is_universal and verdict.truth is False:
        return FAILED
    return Verdict(None, view.dependencies | verdict.dependencies)


def count_items(node: Count, view: ListView[ItemEvaluator]) -> Possible:
    """Count the items that hold the test."""
    if view.known is not None:
        verdicts = [item.test(node.test) for item in view.known]
        held = sum(verdict.truth is True for verdict in verdicts)
        open_ = [verdict.dependencies for verdict in verdicts if verdict.truth is None]
        if not open_:
            return number(held)
        return Possible(Interval(held, held + len(open_)), dependencies=union(open_))
    verdict = view.items[0].test(node.test)
    if verdict.truth is False:
        return number(0)
    return collapse_point(
        Possible(Interval(0, view.max_items), dependencies=view.dependencies | verdict.dependencies)
    )


def sum_items(node: Sum, view: ListView[ItemEvaluator]) -> Possible:
    """Sum a term over the items that hold the test."""
    if view.known is not None:
        return reduce(add, (_contribution(node, item) for item in view.known), number(0))
    item = view.items[0]
    verdict = HELD if node.test is None else item.test(node.test)
    if verdict.truth is False:
        return number(0)
    term = item.term(node.term)
    figures = term.figures if isinstance(term.figures, Interval) else Interval(0, 0)
    return collapse_point(
        Possible(
            Interval(
                lower_bound_of_sum(figures.low, view.max_items),
                upper_bound_of_sum(figures.high, view.max_items),
            ),
            not_stated=term.not_stated,
            undefined=term.undefined or term.may_be_none,
            dependencies=view.dependencies | verdict.dependencies | term.dependencies,
        )
    )


def _contribution(node: Sum, item: ItemEvaluator) -> Possible:
    """Return the contribution of one item to a sum: 0 if it fails the test."""
    verdict = HELD if node.test is None else item.test(node.test)
    if verdict.truth is False:
        return number(0)
    term = item.term(node.term)
    return (
        term if verdict.truth else hull([number(0), term], verdict.dependencies or NO_DEPENDENCIES)
    )


def lower_bound_of_sum(bound: Exact | None, max_length: int | None) -> Exact | None:
    """Return the lower bound of a sum of up to `max_length` items, each at least `bound`."""
    if bound is not None and bound >= 0:
        return 0
    return None if bound is None or max_length is None else bound * max_length


def upper_bound_of_sum(bound: Exact | None, max_length: int | None) -> Exact | None:
    """Return the upper bound of a sum of up to `max_length` items, each at most `bound`."""
    if bound is not None and bound <= 0:
        return 0
    return None if bound is None or max_length is None else bound * max_length
