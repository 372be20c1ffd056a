"""Invariants of every decision, on generated rulesets."""

import random
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import islice
from typing import NamedTuple

import pytest
from tests.generated.cases import Drawer, Facts, day
from tests.generated.completions import has_open_consequences
from tests.generated.ledger import ORDINARY
from tests.generated.rulesets import generated
from tests.support.scale import profile, scaled

from policyrules.decisions.decision import Decision
from policyrules.engines import reference
from policyrules.errors import FactsError, NotInForce
from policyrules.evaluation.dated import dated
from policyrules.intake import situation_from
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.outcome.build import build_decision

pytestmark = pytest.mark.slow

N_RULESETS = scaled(30, long=3_000)
N_CASES = 15


class Decided(NamedTuple):
    """A case that is decided, with what it was drawn from."""

    ruleset: CheckedRuleset
    facts: Facts
    on: date
    decision: Decision


@cache
def stored_decisions() -> tuple[Decided, ...]:
    return tuple(decided(range(N_RULESETS)))


def every_decision() -> Iterable[Decided]:
    """The same decisions for every promise: to make them takes longer than to look at them.

    Those of the long profile are too many to be kept.
    """
    return stored_decisions() if profile() == "default" else decided(range(N_RULESETS))


def decided(seeds: range) -> Iterator[Decided]:
    for seed in seeds:
        rng = random.Random(seed)
        ruleset = generated(rng, ORDINARY).compiled().ruleset
        if ruleset is None:
            continue
        drawer = Drawer(ruleset)
        for _ in range(N_CASES):
            on = day(rng, ruleset)
            facts = drawer.case(rng, on)
            decision = decision_of(ruleset, facts, on)
            if decision is not None:
                yield Decided(ruleset, facts, on, decision)


def decision_of(ruleset: CheckedRuleset, facts: Facts, on: date) -> Decision | None:
    try:
        evaluation = reference.evaluate(dated(ruleset, on), situation_from(facts, ruleset))
    except (FactsError, NotInForce):
        return None
    return build_decision(evaluation, library="")


def test_what_is_decided_asks_for_nothing_and_leaves_nothing_unsettled() -> None:
    n_decided = 0
    for ruleset, _, _, decision in every_decision():
        exact = decision.status == "eligible" and all(
            amount.status == "exact" for amount in decision.amounts.values()
        )
        if exact or decision.status == "ineligible":
            n_decided += 1
            assert not decision.missing or has_open_consequences(ruleset, decision)
            assert not decision.unsettled
    assert n_decided > N_RULESETS


def test_what_is_not_decided_says_why() -> None:
    """Something is missing, or something is unsettled; an open decision is never without both."""
    for _, facts, on, decision in every_decision():
        if decision.status == "undetermined":
            assert decision.missing or decision.unsettled, (facts, on, decision)


def test_a_known_fact_is_never_asked_for() -> None:
    for _, facts, _, decision in every_decision():
        known = {name for name, value in facts.items() if value is not None}
        asked = {
            name for missing in decision.missing for name in (missing.fact, *missing.alternatives)
        }
        assert not asked & known


def test_the_order_in_which_facts_are_given_makes_no_difference() -> None:
    rng = random.Random(1)
    for ruleset, facts, on, decision in every_decision():
        names = list(facts)
        rng.shuffle(names)
        again = decision_of(ruleset, {name: facts[name] for name in names}, on)
        assert again is not None
        assert again.to_dict() == decision.to_dict()
        assert again.to_dict() == again.to_dict()


def test_warnings_come_in_the_order_of_the_ruleset() -> None:
    n_several = 0
    for ruleset, _, _, decision in every_decision():
        order = list(ruleset.notes)
        places = [order.index(warning.id) for warning in decision.notices]
        assert places == sorted(set(places))
        n_several += len(places) > 1
    assert n_several > 5


def test_every_status_and_amount_can_be_explained_in_both_languages() -> None:
    for _, _, _, decision in islice(every_decision(), 0, None, scaled(8, long=4)):
        assert decision.explain("zh")
        assert decision.explain("en")
