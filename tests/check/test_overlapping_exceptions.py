"""Exceptions that are reported as overlapping do contradict each other in the case that is named."""

import random
from collections.abc import Iterator
from functools import cache

import pytest
from tests.generated.ledger import ORDINARY
from tests.generated.rulesets import generated
from tests.support.scale import scaled

from policyrules.check.overlapping_exceptions import Overlap, OverlapSearch, pairs_of_exceptions
from policyrules.engines import reference
from policyrules.errors import FactsError
from policyrules.evaluation.dated import DatedRuleset, dated
from policyrules.evaluation.situation import Situation
from policyrules.ir.ruleset import RuleException, Value
from policyrules.values.dependencies import Indeterminacy

pytestmark = pytest.mark.slow

ExceptionPair = tuple[DatedRuleset, str, RuleException, RuleException, Overlap | None]


@cache
def searched() -> tuple[ExceptionPair, ...]:
    return tuple(searches())


def searches() -> Iterator[ExceptionPair]:
    """The pairs of exceptions of rules of the case, with the case that a search finds for each."""
    for seed in range(60_000, 60_000 + scaled(160, long=2_000)):
        ruleset = generated(random.Random(seed), ORDINARY).compiled().ruleset
        if ruleset is None or ruleset.in_force.from_ is None:
            continue
        on = dated(ruleset, ruleset.in_force.from_)
        for rule, block, first, second in pairs_of_exceptions(ruleset):
            if block is None:
                name = rule.name if isinstance(rule, Value) else rule.id
                yield on, name, first, second, OverlapSearch(on, None, rule, (first, second)).find()


def test_the_named_case_is_a_conflict() -> None:
    n_conflicts = 0
    for on, name, first, second, overlap in searched():
        if overlap is None:
            continue
        try:
            evaluation = reference.evaluate(on, Situation(overlap.known))
        except FactsError:
            pytest.fail(f"the facts of {first.id} and {second.id} contradict each other")
        guards = evaluation.exception_guards
        assert guards[first.id].truth is guards[second.id].truth is True
        open_ = (
            evaluation.values[name].dependencies
            if name in evaluation.values
            else evaluation.conditions[name].dependencies
        )
        n_conflicts += Indeterminacy(name, "conflict") in open_.indeterminacies
        assert Indeterminacy(name, "conflict") in open_.indeterminacies, (name, overlap.known)
    assert n_conflicts >= scaled(10, long=300)
