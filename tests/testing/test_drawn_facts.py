"""Drawn facts: every engine decides them alike, and a missing fact makes nobody eligible."""

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.engine_names import ENGINES
from tests.support.scale import scaled
from tests.support.shipped import IDS, shipped

from policyrules.api.policy import Policy
from policyrules.errors import FactsError
from policyrules.testing.properties.strategies import days_for, facts_for


def decided(
    policy: Policy, on: Any, facts: Mapping[str, Any], engine: str, kernel: str | None
) -> Any:
    """Everything that a decision says, without what names the engine; or what the facts break."""
    try:
        data = policy.on(on).decide(facts, engine=engine, kernel=kernel).to_dict()  # type: ignore[arg-type]  # one of the names
    except FactsError as error:
        return error.to_dict()
    for name in ("engine", "kernel", "receipt_hash"):
        del data["receipt"][name]
    return data


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
@given(data=st.data())
@settings(max_examples=scaled(15, long=3_000))
def test_every_engine_decides_drawn_facts_alike(name: str, data: st.DataObject) -> None:
    policy = shipped(name)
    on = data.draw(days_for(policy.ruleset))
    facts = data.draw(facts_for(policy.ruleset))
    first, *others = (decided(policy, on, facts, *engine) for engine in ENGINES)
    assert others == [first] * len(others)


@pytest.mark.slow
@pytest.mark.parametrize("name", IDS)
@given(data=st.data())
@settings(max_examples=scaled(15, long=3_000))
def test_a_fact_left_out_makes_nobody_eligible(name: str, data: st.DataObject) -> None:
    policy = shipped(name)
    on = data.draw(days_for(policy.ruleset))
    facts = data.draw(facts_for(policy.ruleset, unknown=False))
    try:
        whole = policy.on(on).decide(facts, engine="reference")
    except FactsError:
        return
    if whole.status == "eligible":
        return
    # That the others decide facts left out as the reference does is the test above.
    dated = policy.on(on)
    for fewer in left_out(facts):
        assert dated.decide(fewer, engine="reference").status != "eligible"


def left_out(facts: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The facts with one of them left out in turn, those of every item among them."""
    variants = []
    for name, value in facts.items():
        rest = {other: given for other, given in facts.items() if other != name}
        variants.append(rest)
        if isinstance(value, list) and value and isinstance(value[0], dict):
            for place, item in enumerate(value):
                for item_fact in item:
                    if item_fact != "id":
                        less = {fact: given for fact, given in item.items() if fact != item_fact}
                        variants.append(
                            {**facts, name: [*value[:place], less, *value[place + 1 :]]}
                        )
    return variants
