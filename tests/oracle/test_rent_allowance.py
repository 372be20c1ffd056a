"""The rent allowance of `docs/examples` against its law in a few lines of Python."""

import random
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Final

import pytest
from tests.support.scale import scaled

import policyrules
from policyrules.api.policy import Engine

RULESET: Final = Path(__file__).parents[2] / "docs/examples/rent/xx/rent-allowance.yaml"
ENGINES: Final[list[Engine]] = ["forward", "reference", "compiled"]


def _allowance(per_head: Fraction) -> int:
    return 600 if per_head <= 2000 else 400 if per_head <= 3500 else 200 if per_head <= 5000 else 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rent_allowance_follows_income_age_and_time(engine: Engine) -> None:
    policy = policyrules.load(RULESET).on(date(2025, 6, 1))
    rng = random.Random(13)
    amounts = set()
    for _ in range(scaled(150, long=5_000)):
        members = rng.randrange(1, 5)
        cents = rng.choice([0, 200_000, 350_000, 500_000]) * members + rng.randrange(-1, 2)
        income = Fraction(max(cents, 0), 100)
        filed_on = rng.choice([date(2024, 11, 30), date(2025, 2, 28), date(2025, 3, 15)])
        last_day = {11: date(2025, 2, 28), 2: date(2025, 5, 28), 3: date(2025, 6, 15)}
        limit = last_day[filed_on.month]
        applied_on = limit + timedelta(days=rng.randrange(-1, 2))
        birthday = date(applied_on.year - 35, applied_on.month, applied_on.day)
        born_on = birthday + timedelta(days=rng.randrange(-1, 2))
        amount = _allowance(income / members)
        is_due = born_on > birthday and applied_on <= limit and amount > 0
        decision = policy.decide(
            {
                "applicant": {
                    "born_on": born_on,
                    "applied_on": applied_on,
                    "lease_filed_on": filed_on,
                },
                "household": {"members": members, "monthly_income": income},
            },
            engine=engine,
        )
        assert decision.status == ("eligible" if is_due else "ineligible")
        assert decision.amount is not None
        assert decision.amount.value == (amount if is_due else None)
        amounts.add(decision.amount.value)
    assert amounts == {None, 200, 400, 600}
