"""The shipped refund against a decision by hand, on every engine and kernel.

Cases are drawn to the boundaries, with facts left out; the systematic boundaries come on top.
`POLICYRULES_PROFILE=long` runs 100,000 drawn cases.
"""

import random
from collections import Counter
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from tests.oracle.boundary_facts import every_boundary, firm, to_package
from tests.oracle.oracle import refund
from tests.support.engine_names import ENGINES
from tests.support.scale import scaled
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Policy


@pytest.fixture(scope="module")
def policy() -> Policy:
    return shipped("cn-nm/job-stabilisation-refund")


def answer(
    policy: Policy, facts: Mapping[str, object], on: date, engine: str, kernel: str | None
) -> dict[str, Any]:
    """What the package decides, in the oracle's form."""
    try:
        dated = policy.on(on)
        decision = dated.decide(to_package(facts), engine=engine, kernel=kernel)  # type: ignore[arg-type]  # one of the two
    except (policyrules.FactsError, policyrules.NotInForce) as error:
        return {"error": error.code}
    assert decision.amount is not None
    kept = ("status", "value", "min", "max", "may_be_not_stated")
    return {
        "status": decision.status,
        "held": sorted(decision.conditions.held),
        "failed": sorted(decision.conditions.failed),
        "unknown": sorted(decision.conditions.unknown),
        "excluded": sorted(decision.conditions.excluded),
        "amount": {name: getattr(decision.amount, name) for name in kept},
    }


@pytest.mark.slow
@pytest.mark.parametrize("engine, kernel", ENGINES)
def test_every_boundary_is_decided_as_by_hand(
    policy: Policy, engine: str, kernel: str | None
) -> None:
    n_cases = 0
    for boundary in every_boundary():
        n_cases += 1
        expected = refund(boundary.facts, boundary.on)
        decided = answer(policy, boundary.facts, boundary.on, engine, kernel)
        assert decided == expected, f"{boundary.name}: {dict(boundary.facts)} on {boundary.on}"
    assert n_cases > 3_000


@pytest.mark.slow
def test_drawn_cases_are_decided_as_by_hand(policy: Policy) -> None:
    rng = random.Random(20221125)
    n_cases, answers = scaled(1_000, 100_000), Counter[str]()
    for _ in range(n_cases):
        facts, on = firm(rng)
        expected = refund(facts, on)
        answers[str(expected.get("status", expected.get("error")))] += 1
        for engine, kernel in ENGINES:
            decided = answer(policy, facts, on, engine, kernel)
            assert decided == expected, f"{engine} {kernel}: {dict(facts)} on {on}"
    rare = {name: n for name, n in answers.items() if n * 10 < n_cases}
    assert not rare.keys() & {"eligible", "ineligible", "undetermined"}, dict(answers)
