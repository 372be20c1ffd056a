"""Compute the bounds of amounts from rules and known facts, without declared ranges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.evaluation.assembly import compute_amounts
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.result import Evaluation
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.ir.ruleset import NO_MAXIMUM, Fact
from policyrules.ir.types import Kind
from policyrules.values.possible import Interval

_CALENDAR: Final[Mapping[Kind, tuple[int, int]]] = MappingProxyType(
    {
        Kind.DATE: (date.min.toordinal(), date.max.toordinal()),
        Kind.MONTH: (12 * date.min.year, 12 * date.max.year + 11),
        Kind.CALENDAR_YEAR: (date.min.year, date.max.year),
    }
)
"""The ranges of the calendar, which contain every day."""


def amount_bounds(evaluation: Evaluation) -> Mapping[str, Interval]:
    """Return the bounds of each amount without declared ranges; a missing bound is None.

    A declared range limits what may be entered, not what the law grants: a premium of at most 10^11
    yuan must not appear as a refund of at most 9 * 10^10. So the reference evaluates the amounts
    again, with facts of unlimited range.
    """
    amounts = evaluation.amounts
    if any(amount.rounded.dependencies.missing_inputs for amount in amounts.values()):
        dated = _without_ranges(evaluation.dated)
        evaluator = RuleEvaluator(dated, evaluation.situation)
        amounts = compute_amounts(dated.ruleset.outcome, evaluator.expression)
    return {name: _interval(amount.rounded.figures) for name, amount in amounts.items()}


def _interval(figures: object) -> Interval:
    return figures if isinstance(figures, Interval) else Interval(None, None)


def _without_ranges(dated: DatedRuleset) -> DatedRuleset:
    """Return the ruleset on the day with facts that may be any figure of their type."""
    ruleset = dated.ruleset
    facts = {name: _without_range(fact) for name, fact in ruleset.facts.items()}
    lists = {
        name: attrs.evolve(items, max_items=NO_MAXIMUM) for name, items in ruleset.all_lists.items()
    }
    return attrs.evolve(dated, ruleset=attrs.evolve(ruleset, facts=facts, all_lists=lists))


def _without_range(fact: Fact) -> Fact:
    at_most = NO_MAXIMUM if fact.max_items else 0
    low, high = _CALENDAR.get(fact.type.entry_kind or fact.type.kind, (None, None))
    return attrs.evolve(fact, low=low, high=high, max_items=at_most)
