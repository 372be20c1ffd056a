"""The laws of open cases, on a sample of `python -m tests.generated.exhaustive`."""

from functools import cache

import pytest
from tests.generated.exhaustive import Tally, examine, shrunken
from tests.support.scale import scaled

N_RULESETS = scaled(24, long=3_000)
N_CASES = 3

pytestmark = pytest.mark.slow


@cache
def tally() -> Tally:
    total = Tally()
    for seed in range(10_000, 10_000 + N_RULESETS):
        total.add(examine(seed, N_CASES))
    return total


def test_no_law_is_broken() -> None:
    broken = tally().broken
    assert not broken, str(shrunken(broken[0]))


def test_many_cases_and_completions_were_examined() -> None:
    counts = tally().counts
    assert counts["cases"] >= N_RULESETS
    assert counts["completions"] >= 20 * N_RULESETS
    for status in ("eligible", "ineligible", "undetermined"):
        assert counts[f"status {status}"] * 12 >= counts["cases"]


def test_nearly_every_fact_that_is_asked_for_can_change_the_answer() -> None:
    """What ranges cannot see is counted, and stays rare; few cases say it less exactly."""
    counts = tally().counts
    asked = counts["facts asked for"]
    assert asked >= N_RULESETS // 4
    assert counts["asked for: can change the answer"] * 100 >= asked * scaled(50, long=60)
    assert counts["asked for: ranges lose correlation"] * 100 <= asked * 35
    rest = asked - counts["asked for: can change the answer"]
    rest -= counts["asked for: ranges lose correlation"]
    assert rest * 100 <= asked * scaled(30, long=15), counts
