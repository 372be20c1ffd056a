"""The premium subsidy of `docs/examples` against its law in a few lines of Python."""

import random
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest
from tests.support.scale import scaled

import policyrules
from policyrules.api.policy import Engine

RULESET: Final = Path(__file__).parents[2] / "docs/examples/premium/xx/premium-subsidy.yaml"
ENGINES: Final[list[Engine]] = ["forward", "reference", "compiled"]


def _subsidy(year: int, base: Fraction, *, is_poor: bool) -> Fraction:
    if is_poor:
        return Fraction(2000)
    if year > 2:
        return Fraction(800)
    return Fraction((base * 5 + Fraction(1, 2)).__floor__(), 100)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_premium_subsidy_is_a_share_and_then_a_fixed_sum(engine: Engine) -> None:
    policy = policyrules.load(RULESET).on(date(2025, 6, 1))
    rng = random.Random(7)
    poor_and_years = set()
    for _ in range(scaled(150, long=5_000)):
        year, is_poor = rng.randrange(1, 5), rng.random() < 0.3
        base = Fraction(rng.randrange(1, 9_000_000), 100)
        facts = {"worker.year": year, "worker.base": base, "worker.formerly_poor": is_poor}
        decision = policy.decide(facts, engine=engine)
        assert decision.amount is not None
        assert decision.amount.value == _subsidy(year, base, is_poor=is_poor)
        poor_and_years.add((is_poor, year))
    assert len(poor_and_years) == 8


@pytest.mark.parametrize("engine", ENGINES)
def test_an_unknown_year_spans_the_rows_that_are_left(engine: Engine) -> None:
    policy = policyrules.load(RULESET).on(date(2025, 6, 1))
    facts = {"worker.base": 4_000, "worker.formerly_poor": False}
    amount = policy.decide(facts, engine=engine).amount
    assert amount is not None
    assert (amount.min, amount.max) == (200, 800)
