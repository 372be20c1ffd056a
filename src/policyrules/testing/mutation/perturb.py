"""Perturbations of the facts of a case: one fact changes to a value near a threshold."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any, Final

import attrs

from policyrules.cases.run import FactsData
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.types import Kind
from policyrules.testing.boundaries.steps import places_of, range_steps, steps_near, steps_text
from policyrules.testing.boundaries.thresholds import thresholds
from policyrules.text.fact_path import FactPath, local_name
from policyrules.values.exact import Exact

_REMOVED: Final = ""
"""The value that removes a fact."""

_SMALL_STEPS: Final = (1, 2, 5, 6, 15)
"""Small figures, in steps of a fact: a share of one of them is rounded up, of another down."""


@attrs.frozen
class FactChange:
    """A change of one fact to `value`; `key_name` is the name of the key of its list."""

    path: FactPath
    value: Any = attrs.field(hash=False)
    key_name: str = ""

    def apply_to(self, facts: FactsData) -> FactsData:
        """Return the facts with this change."""
        path = self.path
        if path.item_key is None:
            return _with_value(facts, path.declared_name, self.value)
        items = [
            _with_value(item, path.fact, self.value)
            if item[self.key_name] == path.item_key
            else item
            for item in facts[path.subject]
        ]
        return {**facts, path.subject: items}


def _with_value(facts: FactsData, name: str, value: Any) -> FactsData:
    if value == _REMOVED:
        return {key: content for key, content in facts.items() if key != name}
    return {**facts, name: value}


def perturbations(
    facts: FactsData, *rulesets: CheckedRuleset
) -> Iterator[tuple[FactChange, FactsData]]:
    """Yield every change of one fact to a value near a threshold, with the changed facts.

    The thresholds are those of all the rulesets, the facts those that the first one reads.
    """
    near: dict[str, set[Exact]] = {}
    for ruleset in rulesets:
        for name, figures in thresholds(ruleset).items():
            near.setdefault(name, set()).update(figures)
    ruleset = rulesets[0]
    for name, fact in ruleset.facts.items():
        values = [*dict.fromkeys(_candidate_values(fact, near.get(name, set()))), _REMOVED]
        for path, key_name in _paths(ruleset, fact, facts):
            for value in values:
                change = FactChange(path, _to_data(value), key_name)
                yield change, change.apply_to(facts)
    for name in ruleset.lists:
        whole_lists: tuple[Any, ...] = ([], _REMOVED)
        for whole_list in whole_lists:
            change = FactChange(FactPath(name), whole_list)
            yield change, change.apply_to(facts)


def _paths(ruleset: CheckedRuleset, fact: Fact, facts: FactsData) -> Iterator[tuple[FactPath, str]]:
    """Yield the path of a fact, or of each item that has it, with the name of the item's key."""
    subject, name = fact.subject, local_name(fact.name)
    if subject not in ruleset.lists:
        yield FactPath(subject, name), ""
        return
    key_name = ruleset.lists[subject].key
    for item in facts.get(subject, ()):
        yield FactPath(subject, name, item[key_name]), key_name


def _to_data(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _candidate_values(fact: Fact, near: set[Exact]) -> Iterator[str | tuple[str, ...]]:
    """Yield the values to try; a list has none, one or two of the figures."""
    if fact.type.kind is Kind.LIST:
        entries = list(_candidate_figures(fact, fact.type.entry.kind, near))
        yield ()
        yield from ((entry,) for entry in entries)
        yield from pairwise(entries)
    else:
        yield from _candidate_figures(fact, fact.type.kind, near)
    if fact.type.none is not None:
        yield "none"


def _candidate_figures(fact: Fact, kind: Kind, near: set[Exact]) -> Iterator[str]:
    """Yield the figures near the thresholds, some small ones, and the ends of the range."""
    if kind is Kind.YES_NO:
        yield from ("true", "false")
        return
    if kind is Kind.WORD:
        words = fact.type.words if fact.type.kind is not Kind.LIST else fact.type.entry.words
        yield from words
        return
    low, high = range_steps(fact)
    small = () if kind.is_calendar else tuple(n for n in _SMALL_STEPS if low <= n <= high)
    for step in dict.fromkeys((*steps_near(fact, near), *small, low, high)):
        yield steps_text(kind, step, places_of(fact))
