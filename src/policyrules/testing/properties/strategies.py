"""Hypothesis strategies for the facts of a ruleset, with figures often near its thresholds.

This module needs the extra `testing`: `pip install "policyrules[testing]"`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import partial
from typing import Any

from policyrules.errors import MissingExtra
from policyrules.text.fact_path import local_name

try:
    from hypothesis import strategies as st
except ImportError as _error:
    raise MissingExtra("hypothesis", "testing") from _error

from policyrules.api.policy import DatedPolicy, Policy
from policyrules.evaluation.dated import DatedRuleset
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.types import Kind
from policyrules.testing.boundaries.steps import format_steps, places_of, range_steps, steps_near
from policyrules.testing.boundaries.thresholds import thresholds
from policyrules.testing.change_days import edge_days
from policyrules.testing.warm_up import warm_up
from policyrules.values.exact import Exact

SAMPLE_OF_UNDECLARED_WORD: str = "a_word_that_nobody_declared"
"""A word that no fact declares, for facts with open words."""


def facts_for(
    ruleset: Policy | DatedPolicy | CheckedRuleset | DatedRuleset,
    *,
    unknown: bool = True,
    max_items: int = 3,
) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for facts of a ruleset, as `decide` takes them.

    Figures are often at, just below or just above a threshold, otherwise anywhere in their range.
    Examples shrink towards few facts with small figures.

    One case is decided here, so that the first example of a test does not import or compile
    anything.

    Args:
        ruleset: The policy, the policy on a day, or the ruleset of either.
        unknown: If true, facts and whole lists may be left out; otherwise all are known.
        max_items: The maximum number of entries of a list, of items or of figures.

    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund")
    >>> facts = facts_for(refund, unknown=False)
    """
    rules = warm_up(ruleset)
    near = thresholds(rules)

    def drawn(fact: Fact) -> st.SearchStrategy[Any]:
        return _fact_strategy(fact, near.get(fact.name, ()), max_items)

    case = {
        name: drawn(fact) for name, fact in rules.facts.items() if fact.subject not in rules.lists
    }
    for name, list_ in rules.lists.items():
        inner = {
            local_name(fact.name): drawn(fact)
            for fact in rules.facts.values()
            if fact.subject == name
        }
        item = _facts_strategy(inner, unknown=unknown)
        items = st.lists(item, max_size=min(max_items, list_.max_items))
        case[name] = items.map(partial(_add_keys, list_.key))
    return _facts_strategy(case, unknown=unknown)


def values_for(
    fact: Fact, near: tuple[Exact, ...] = (), *, max_items: int = 3
) -> st.SearchStrategy[Any]:
    """Return a strategy for the values of a fact, often near a threshold; `none` is not drawn."""
    kind = fact.type.kind
    if kind is not Kind.LIST:
        return _figures_strategy(fact, kind, near)
    entries = _figures_strategy(fact, fact.type.entry.kind, near)
    unique = fact.type.entry_kind is not Kind.DATE
    return st.lists(entries, max_size=min(max_items, fact.max_items), unique=unique)


def days_for(ruleset: Policy | CheckedRuleset) -> st.SearchStrategy[date]:
    """Return a strategy for days in force, often those on which a row begins or ends."""
    ruleset = ruleset.ruleset if isinstance(ruleset, Policy) else ruleset
    low = ruleset.in_force.from_ or date(2000, 1, 1)
    high = ruleset.in_force.to or date(min(low.year + 5, date.max.year), 12, 31)
    inside = sorted({day for day in edge_days(ruleset) if low <= day <= high} | {low, high})
    return st.one_of(st.sampled_from(inside), st.dates(low, high))


def days_and_facts_for(
    ruleset: CheckedRuleset, on: date | None, facts: st.SearchStrategy[Mapping[str, Any]] | None
) -> st.SearchStrategy[tuple[date, Mapping[str, Any]]]:
    """Return a strategy for days with facts; by default, any day in force and any facts."""
    return st.tuples(
        days_for(ruleset) if on is None else st.just(on),
        facts_for(ruleset) if facts is None else facts,
    )


def _facts_strategy(
    facts: dict[str, st.SearchStrategy[Any]], *, unknown: bool
) -> st.SearchStrategy[dict[str, Any]]:
    if not unknown:
        return st.fixed_dictionaries(facts)
    return st.fixed_dictionaries({}, optional=facts)


def _add_keys(key: str, items: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: f"p{place}", **item} for place, item in enumerate(items, 1)]


def _fact_strategy(fact: Fact, near: tuple[Exact, ...], max_items: int) -> st.SearchStrategy[Any]:
    """Return a strategy for the values of a fact, with `none` if it can be absent."""
    values = values_for(fact, near, max_items=max_items)
    return values if fact.type.none is None else st.one_of(values, st.just("none"))


def _figures_strategy(fact: Fact, kind: Kind, near: tuple[Exact, ...]) -> st.SearchStrategy[Any]:
    if kind is Kind.YES_NO:
        return st.booleans()
    if kind is Kind.WORD:
        return st.sampled_from(
            [*fact.type.words, *([SAMPLE_OF_UNDECLARED_WORD] if fact.type.open else [])]
        )
    places = places_of(fact)
    low, high = range_steps(fact)
    edges = sorted({*steps_near(fact, near), low, high})
    anywhere = st.integers(low, high)
    return st.one_of(st.sampled_from(edges), anywhere).map(
        lambda step: format_steps(kind, step, places)
    )
