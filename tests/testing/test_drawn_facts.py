"""Facts drawn from a ruleset itself: every engine decides them alike, and nothing unknown helps."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.engine_names import ENGINES

import policyrules
from policyrules.errors import FactsError
from policyrules.heads import rulesets
from policyrules.policy import Policy
from policyrules.testing.strategies import days_for, facts_for

IDS = [entry.id for entry in rulesets()]
POLICIES = {name: policyrules.load(name) for name in IDS}


def decided(
    policy: Policy, on: Any, facts: Mapping[str, Any], engine: str, kernel: str | None
) -> Any:
    """Everything that a decision says, without what names the engine; or what the facts break."""
    try:
        told = policy.on(on).decide(facts, engine=engine, kernel=kernel).to_dict()  # type: ignore[arg-type]  # one of the names
    except FactsError as error:
        return error.to_dict()
    for name in ("engine", "kernel", "receipt_hash"):
        del told["receipt"][name]
    return told


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
@given(data=st.data())
def test_every_engine_decides_drawn_facts_alike(name: str, data: st.DataObject) -> None:
    policy = POLICIES[name]
    on = data.draw(days_for(policy.ruleset))
    facts = data.draw(facts_for(policy.ruleset))
    first, *others = (decided(policy, on, facts, *engine) for engine in ENGINES)
    assert others == [first] * len(others)


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
@given(data=st.data())
def test_a_fact_left_out_makes_nobody_eligible(name: str, data: st.DataObject) -> None:
    policy = POLICIES[name]
    on = data.draw(days_for(policy.ruleset))
    facts = data.draw(facts_for(policy.ruleset, unknown=False))
    try:
        whole = policy.on(on).decide(facts)
    except FactsError:
        return
    if whole.status == "eligible":
        return
    for fewer in left_out(facts):
        for engine, kernel in ENGINES:
            found = policy.on(on).decide(fewer, engine=engine, kernel=kernel)  # type: ignore[arg-type]  # one of the names
            assert found.status != "eligible"


def left_out(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The facts with one of them left out in turn, those of every item among them."""
    found = []
    for name, value in facts.items():
        rest = {other: one for other, one in facts.items() if other != name}
        found.append(rest)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for place, item in enumerate(value):
                for own in item:
                    if own != "id":
                        less = {fact: one for fact, one in item.items() if fact != own}
                        found.append({**facts, name: [*value[:place], less, *value[place + 1 :]]})
    return found
