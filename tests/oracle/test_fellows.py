"""The rank of a child among its brothers and sisters, against the law in a few lines of Python."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from tests.support.scale import scaled

import policyrules
from policyrules import Decision
from policyrules.api.policy import Engine

EXAMPLE: Final = Path(__file__).parents[2] / "docs/examples/child-allowance/xx/child-allowance.yaml"
ENGINES: Final[list[Engine]] = ["reference", "forward", "compiled"]
FIRST_DAY: Final = date(2025, 1, 1)


def drawn_children(rng: random.Random) -> list[dict[str, Any]]:
    """Draw up to six children, of whom twins are frequent."""
    return [
        {
            "name": f"c{number}",
            "born_on": FIRST_DAY + timedelta(days=rng.randrange(-3, 4)),
            "under_three": rng.random() < 0.5,
        }
        for number in range(rng.choice([0, 1, 2, 3, 3, 4, 6]))
    ]


def monthly(children: list[dict[str, Any]]) -> int | None:
    """Return what is due each month, or None if no child counts.

    The days of birth are sorted; the place of the first that is the same day is the rank.
    """
    days = sorted(child["born_on"] for child in children)
    n_under_three = sum(child["under_three"] for child in children)
    due = [
        (200, 500, 1000)[min(days.index(child["born_on"]), 2)]
        + (100 if n_under_three > child["under_three"] else 0)
        for child in children
        if child["born_on"] >= FIRST_DAY
    ]
    return sum(due) if due else None


@pytest.mark.parametrize("engine", ENGINES)
def test_a_child_is_ranked_among_its_brothers_and_sisters(engine: Engine) -> None:
    policy = policyrules.load(EXAMPLE).on(date(2026, 6, 1))
    rng = random.Random(4)
    amounts = set()
    for _ in range(scaled(150, long=5_000)):
        children = drawn_children(rng)
        decision = policy.decide({"children": children}, engine=engine)
        due = monthly(children)
        assert decision.status == ("ineligible" if due is None else "eligible"), children
        assert decision.amount is not None
        assert decision.amount.value == due, children
        amounts.add(due)
    assert len(amounts) > 20


def test_a_stream_of_families_is_decided_alike() -> None:
    policy = policyrules.load(EXAMPLE).on(date(2026, 6, 1))
    rng = random.Random(5)
    families = [drawn_children(rng) for _ in range(scaled(150, long=5_000))]
    decisions = policy.decide_many({"children": children} for children in families)
    for children, decision in zip(families, decisions, strict=True):
        assert isinstance(decision, Decision)
        assert decision.amount is not None
        assert decision.amount.value == monthly(children), children


@pytest.mark.parametrize("engine", ENGINES)
def test_what_is_decided_of_a_child_half_known_holds_whatever_the_rest(engine: Engine) -> None:
    policy = policyrules.load(EXAMPLE).on(date(2026, 6, 1))
    rng = random.Random(6)
    n_decided = 0
    for _ in range(scaled(60, long=1_000)):
        children = drawn_children(rng)
        partial = [dict(child) for child in children]
        for child in partial:
            if rng.random() < 0.4:
                del child[rng.choice(["born_on", "under_three"])]
        decision = policy.decide({"children": partial}, engine=engine)
        due = monthly(children)
        if decision.status != "undetermined":
            n_decided += 1
            assert decision.status == ("ineligible" if due is None else "eligible"), partial
        amount = decision.amount
        if due is not None and amount is not None and amount.min is not None:
            assert amount.min <= due, partial
        if due is not None and amount is not None and amount.max is not None:
            assert due <= amount.max, partial
    assert n_decided > 10
