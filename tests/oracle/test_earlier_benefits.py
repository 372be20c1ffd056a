"""The rules about earlier benefits against the law of each in a few lines of Python."""

import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pytest
from tests.support.scale import scaled
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Engine
from policyrules.cli import main

EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "examples" / "earlier-benefits" / "xx"
ENGINES: Final[list[Engine]] = ["forward", "reference", "compiled"]
POLICIES: Final = (
    "skill_subsidy",
    "start_up_subsidy",
    "start_up_rent_subsidy",
    "hiring_subsidy",
    "高温津贴",
)
STANDARDS: Final = {
    ("junior", False): 1000,
    ("middle", False): 1500,
    ("senior", False): 2000,
    ("junior", True): 1300,
    ("middle", True): 1950,
    ("senior", True): 2600,
}


def _benefits(rng: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "id": f"b{number}",
            "policy": rng.choice(POLICIES),
            "for_person": rng.random() < 0.8,
            "paid_on": date(2024, 12, 30) + timedelta(days=rng.randrange(5)),
            "amount": rng.choice([0, 1000, 3000, 5000, 6000]),
        }
        for number in range(rng.choice([0, 1, 1, 2, 3]))
    ]


def of_policy(benefits: list[dict[str, Any]], policy: str) -> list[dict[str, Any]]:
    return [each for each in benefits if each["policy"] == policy and each["for_person"]]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_skill_subsidy_is_paid_once_a_year_by_level_and_urgency(engine: Engine) -> None:
    policy = policyrules.load(EXAMPLES / "skill-subsidy.yaml").on(date(2025, 6, 1))
    rng = random.Random(11)
    statuses = set()
    for _ in range(scaled(150, long=5_000)):
        level, urgent = rng.choice(sorted(STANDARDS))
        issued_on = date(2024, rng.choice([1, 2, 12]), rng.choice([28, 29]))
        claimed_on = issued_on.replace(year=2025, day=28) + timedelta(days=rng.randrange(-1, 3))
        benefits = _benefits(rng)
        is_in_time = (claimed_on.year, claimed_on.month, claimed_on.day) <= (
            (2025, 2, 28) if issued_on.month == 2 else (2025, issued_on.month, issued_on.day)
        )
        paid_years = {each["paid_on"].year for each in of_policy(benefits, "skill_subsidy")}
        is_due = is_in_time and claimed_on.year not in paid_years
        certificate = {
            "level": level,
            "urgent": urgent,
            "issued_on": issued_on,
            "claimed_on": claimed_on,
        }
        facts = {"certificate": certificate, "benefits_received": benefits}
        decision = policy.decide(facts, engine=engine)
        assert decision.status == ("eligible" if is_due else "ineligible"), facts
        assert decision.amount is not None
        assert decision.amount.value == (STANDARDS[level, urgent] if is_due else None)
        statuses.add(decision.status)
    assert statuses == {"eligible", "ineligible"}


@pytest.mark.parametrize("engine", ENGINES)
def test_a_start_up_subsidy_is_paid_once_and_tops_up_the_rent_subsidy(engine: Engine) -> None:
    policy = policyrules.load(EXAMPLES / "start-up-subsidy.yaml").on(date(2025, 6, 1))
    rng = random.Random(12)
    amounts = set()
    for _ in range(scaled(150, long=5_000)):
        benefits = _benefits(rng)
        is_due = not of_policy(benefits, "start_up_subsidy") and not of_policy(
            benefits, "hiring_subsidy"
        )
        received = sum(each["amount"] for each in of_policy(benefits, "start_up_rent_subsidy"))
        facts = {"founder.first_business": True, "benefits_received": benefits}
        decision = policy.decide(facts, engine=engine)
        assert decision.status == ("eligible" if is_due else "ineligible"), facts
        assert decision.amount is not None
        assert decision.amount.value == (max(5000 - received, 0) if is_due else None), facts
        amounts.add(decision.amount.value)
    assert {None, 0, 2000, 4000, 5000} <= amounts


def test_the_examples_have_the_list_of_the_shared_vocabulary() -> None:
    shared = shipped("cn-nm/job-stabilisation-refund").ruleset
    example = policyrules.load(EXAMPLES / "start-up-subsidy.yaml").ruleset
    assert example.all_lists["benefits_received"] == shared.all_lists["benefits_received"]
    names = [name for name in shared.vocabulary if name.startswith("benefits_received.")]
    assert len(names) == 5
    for name in names:
        assert example.vocabulary[name] == shared.vocabulary[name]


@pytest.mark.parametrize("folder", ["certificate", "earlier-benefits", "rent"])
def test_the_cases_of_an_example_pass(folder: str) -> None:
    report = policyrules.run_cases([EXAMPLES.parents[1] / folder])
    assert report.passed, [*report.diagnostics, *report.results]


@pytest.mark.slow
@pytest.mark.parametrize("folder", ["earlier-benefits", "rent"])
def test_every_mistake_in_an_example_fails_one_of_its_cases(
    capsys: pytest.CaptureFixture[str], folder: str
) -> None:
    folder_path = EXAMPLES.parents[1] / folder
    assert main(["test", str(folder_path), "--coverage", "--mutate"]) == 0
    out = capsys.readouterr().out
    assert ", 100 %\n" in out
    assert "none survives" in out
