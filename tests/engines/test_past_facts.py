"""Facts of the past: every engine refuses a later one, and an unknown one ends at the day."""

from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

import policyrules
from policyrules.api.policy import Engine
from policyrules.testing.mutation.mutants import mutants
from policyrules.testing.mutation.operators import MutationOperator

EXAMPLE: Final = (
    Path(__file__).parents[2] / "docs" / "examples" / "certificate" / "xx" / "skill-subsidy.yaml"
)
SUBSIDY: Final = policyrules.load(EXAMPLE)
DAY: Final = date(2025, 6, 1)
ENGINES: Final[tuple[Engine, ...]] = ("reference", "forward", "compiled")
ISSUED, CLAIMED = "certificate.issued_on", "certificate.claimed_on"


@pytest.mark.parametrize("engine", ENGINES)
def test_a_day_after_that_of_the_decision_is_refused_and_both_are_named(engine: Engine) -> None:
    policy = SUBSIDY.on(DAY)
    for claimed_on in (DAY - timedelta(1), DAY):
        assert policy.decide({CLAIMED: claimed_on}, engine=engine).status == "undetermined"
    with pytest.raises(policyrules.FactsError) as raised:
        policy.decide({CLAIMED: "2025-06-02", ISSUED: "2025-01-01"}, engine=engine)
    (problem,) = raised.value.problems
    assert (problem.code, problem.facts) == ("in-the-future", (CLAIMED,))
    assert (problem.found, problem.expected) == (
        "`2025-06-02`",
        "2025-06-01 or earlier, the day of the decision",
    )
    later = SUBSIDY.on("2025-06-02").decide({CLAIMED: "2025-06-02", ISSUED: "2025-01-01"})
    assert later.status == "eligible"


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("issued_on", [DAY - timedelta(1), DAY, DAY + timedelta(1)])
def test_an_unknown_day_of_the_past_decides_as_all_its_days_agree(
    engine: Engine, issued_on: date
) -> None:
    policy = SUBSIDY.on(DAY)
    days = [date(1900, 1, 1), *(DAY - timedelta(n) for n in range(500))]
    statuses = {
        policy.decide({ISSUED: issued_on, CLAIMED: claimed_on}, engine="reference").status
        for claimed_on in days
    }
    expected = statuses.pop() if len(statuses) == 1 else "undetermined"
    assert policy.decide({ISSUED: issued_on}, engine=engine).status == expected
    assert (expected == "ineligible") == (issued_on > DAY)


def test_a_stream_yields_the_error_in_place_of_the_decision() -> None:
    facts: list[dict[str, Any]] = [{CLAIMED: "2025-06-02"}, {CLAIMED: "2025-06-01"}]
    refused, decided = SUBSIDY.on(DAY).decide_many(facts)
    assert isinstance(refused, policyrules.FactsError)
    assert not isinstance(decided, policyrules.FactsError)


def test_an_assumed_day_is_refused_as_an_assumed_one() -> None:
    with pytest.raises(policyrules.FactsError, match="assumed"):
        SUBSIDY.on(DAY).decide({ISSUED: "2025-01-01"}, assuming={CLAIMED: "2025-06-02"})


def test_the_range_ends_at_the_day_and_the_declaration_stays() -> None:
    assert SUBSIDY.on(DAY).dated.ruleset.facts[CLAIMED].high == DAY.toordinal()
    assert SUBSIDY.ruleset.facts[CLAIMED].high == date(2100, 12, 31).toordinal()
    assert SUBSIDY.on(DAY).dated.ruleset.facts[ISSUED] == SUBSIDY.ruleset.facts[ISSUED]


def test_a_mutant_lets_the_fact_lie_in_the_future() -> None:
    (mutant,) = [
        mutant
        for mutant in mutants(SUBSIDY.ruleset)
        if mutant.operator is MutationOperator.ALLOW_FUTURE
    ]
    assert str(mutant) == f"{CLAIMED}: the fact may lie in the future"
    assert not mutant.ruleset.facts[CLAIMED].is_past
