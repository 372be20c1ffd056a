"""Boundaries: facts on both sides of every threshold of a ruleset."""

from datetime import date
from fractions import Fraction

import pytest
from tests.cases.texts import HERE
from tests.support.rules import ruleset
from tests.support.shipped import IDS, shipped

import policyrules
from policyrules.testing import Boundary, boundaries, thresholds
from policyrules.testing.boundaries.search import _boundary_of_figure

REFUND = shipped("cn-nm/job-stabilisation-refund")
EXPANSION = shipped("cn-nm/job-expansion-subsidy")
GRANT = policyrules.load(HERE.parents[1] / "docs/examples/town/xx/winter-heating-grant.yaml")
CERTIFICATE = policyrules.load(HERE.parents[1] / "docs/examples/certificate/xx/skill-subsidy.yaml")
ALLOWANCE = policyrules.load(HERE.parents[1] / "docs/examples/old-age/xx/old-age-allowance.yaml")
ALL = [*IDS, "the grant"]


def policy_called(name: str) -> policyrules.Policy:
    return GRANT if name == "the grant" else shipped(name)


def boundaries_text(policy: policyrules.Policy) -> list[str]:
    return [str(boundary) for boundary in boundaries(policy.ruleset)]


@pytest.mark.parametrize(
    "policy, boundary",
    [
        (REFUND, "employer.insured_headcount = 29, 30, 31 (small_employer_max)"),
        (REFUND, "pooling_area.fund_reserve_years = 0.9999, 1, 1.0001 (fund_reserve_min)"),
        (REFUND, "employer.layoff_rate = 0.05499999, 0.055, 0.05500001 (layoff_target)"),
        (EXPANSION, "hires.hired_on = 2021-12-31, 2022-01-01, 2022-01-02 (hire_window)"),
        (EXPANSION, "hires.hired_on = 2022-12-30, 2022-12-31, 2023-01-01 (hire_window)"),
        (EXPANSION, "hires.graduation_year = 2021, 2022, 2023 (graduates_of)"),
        (
            EXPANSION,
            "hires.born_on = 2005-12-30, 2005-12-31, 2006-01-01 (hire_window, youth_age_min)",
        ),
        (
            CERTIFICATE,
            "certificate.issued_on = 2023-12-31, 2024-01-01, 2024-01-02, certificate.claimed_on = 2025-01-01 (claim_within)",
        ),
        (ALLOWANCE, "person.claimed_on = 2025-01-19, 2025-01-20, 2025-01-21 (last_day_of_claims)"),
        (
            GRANT,
            "household.monthly_income = 3599.99, 3600, 3600.01, household.members = 3, household.has_senior = False (income_limit, senior_income_limit)",
        ),
    ],
)
def test_a_boundary_is_one_smallest_unit_below_at_and_above(
    policy: policyrules.Policy, boundary: str
) -> None:
    assert boundary in boundaries_text(policy)


def test_a_month_of_the_year_and_a_year_are_tried_on_their_first_and_last_day() -> None:
    figures = thresholds(ruleset())["hires.hired_on"]
    days = {date.fromordinal(int(figure)) for figure in figures}
    assert {date(2022, 3, 1), date(2022, 3, 31)} <= days  # the parameter `months` is 3
    assert {date(2022, 1, 1), date(2022, 12, 31)} <= days  # the parameter `year` is 2022
    assert {date(2022, 1, 1), date(2022, 6, 30)} <= days  # the parameter `season`


def test_the_rate_is_searched_through_the_counts_that_it_is_made_of() -> None:
    with_counts = [boundary for boundary in boundaries(REFUND.ruleset) if boundary.given]
    shown = {
        (boundary.fact, tuple(boundary.given.items()), boundary.below, boundary.at, boundary.above)
        for boundary in with_counts
    }
    headcount, laid_off = "employer.insured_headcount", "employer.laid_off"
    assert (laid_off, ((headcount, 30),), 5, 6, 7) in shown
    assert (laid_off, ((headcount, 31),), 1, None, 2) in shown
    assert (headcount, ((laid_off, 30),), 545, None, 546) in shown


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_below_and_above_what_is_computed_the_test_differs(name: str) -> None:
    policy = policy_called(name)
    on = policy.on(policy.ruleset.in_force.from_ or date(2022, 11, 25))
    for boundary in boundaries(on.dated):
        if boundary.test in policy.ruleset.conditions:
            below, above = (
                on.decide(facts).reasons for facts in (boundary.cases[0], boundary.cases[-1])
            )
            assert below[boundary.test].truth is not above[boundary.test].truth, str(boundary)


@pytest.mark.parametrize("name", ALL)
def test_every_threshold_has_a_boundary_and_every_value_of_one_can_be_read(name: str) -> None:
    policy = policy_called(name)
    all_boundaries = boundaries(policy.ruleset)
    figures = thresholds(policy.ruleset)
    assert {boundary.fact for boundary in all_boundaries if not boundary.given} == {
        name for name in figures if figures[name]
    }
    lists = policy.ruleset.lists
    for boundary in all_boundaries:
        fact = policy.ruleset.facts[boundary.fact]
        for value in boundary.values:
            given: object = [value] if fact.type.entry_kind else value
            if fact.subject in lists:
                fact_name = boundary.fact.partition(".")[2]
                facts: dict[str, object] = {
                    fact.subject: [{lists[fact.subject].key: "p1", fact_name: given}]
                }
            else:
                facts = {**boundary.given, boundary.fact: given}
            policy.intake.read(facts)


def test_on_a_day_only_the_rows_of_that_day_count() -> None:
    on_the_day = boundaries(REFUND.on(date(2022, 3, 1)).dated)
    assert on_the_day == boundaries(REFUND.ruleset)


def test_an_end_of_a_range_has_nothing_beyond_it() -> None:
    boundary = Boundary("a.b", ("c",), None, 0, 1)
    assert boundary.values == (0, 1)
    assert boundary.cases == ({"a.b": 0}, {"a.b": 1})


def test_a_figure_that_the_fact_cannot_be_falls_between_two_of_its_values() -> None:
    laid_off = REFUND.ruleset.facts["employer.laid_off"]
    boundary = _boundary_of_figure(laid_off, Fraction(11, 2), ("a_limit",))
    assert (boundary.below, boundary.at, boundary.above) == (5, None, 6)
