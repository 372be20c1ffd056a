"""Boundaries: facts on both sides of every threshold of a ruleset."""

from datetime import date
from fractions import Fraction

import pytest
from tests.cases.texts import HERE
from tests.support.shipped import IDS, shipped

import policyrules
from policyrules.testing import Boundary, boundaries, thresholds
from policyrules.testing.boundaries.search import _boundary_of_figure

REFUND = shipped("cn-nm/job-stabilisation-refund")
EXPANSION = shipped("cn-nm/job-expansion-subsidy")
GRANT = policyrules.load(HERE.parents[1] / "docs/examples/town/xx/winter-heating-grant.yaml")
CERTIFICATE = policyrules.load(HERE.parents[1] / "docs/examples/certificate/xx/skill-subsidy.yaml")
ALL = [*IDS, "the grant"]


def policy_called(name: str) -> policyrules.Policy:
    return GRANT if name == "the grant" else shipped(name)


def told(policy: policyrules.Policy) -> list[str]:
    return [str(one) for one in boundaries(policy.ruleset)]


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
        (
            GRANT,
            "household.monthly_income = 3599.99, 3600, 3600.01, household.members = 3, household.has_senior = False (income_limit, senior_income_limit)",
        ),
    ],
)
def test_a_boundary_is_one_smallest_unit_below_at_and_above(
    policy: policyrules.Policy, boundary: str
) -> None:
    assert boundary in told(policy)


def test_the_rate_is_searched_through_the_counts_that_it_is_made_of() -> None:
    found = [one for one in boundaries(REFUND.ruleset) if one.given]
    shown = {(one.fact, tuple(one.given.items()), one.below, one.at, one.above) for one in found}
    headcount, laid_off = "employer.insured_headcount", "employer.laid_off"
    assert (laid_off, ((headcount, 30),), 5, 6, 7) in shown
    assert (laid_off, ((headcount, 31),), 1, None, 2) in shown
    assert (headcount, ((laid_off, 30),), 545, None, 546) in shown


@pytest.mark.slow
@pytest.mark.parametrize("name", ALL)
def test_below_and_above_what_is_computed_the_test_differs(name: str) -> None:
    policy = policy_called(name)
    on = policy.on(policy.ruleset.in_force.from_ or date(2022, 11, 25))
    for one in boundaries(on.dated):
        if one.test in policy.ruleset.conditions:
            below, above = (on.decide(facts).reasons for facts in (one.cases[0], one.cases[-1]))
            assert below[one.test].truth is not above[one.test].truth, str(one)


@pytest.mark.parametrize("name", ALL)
def test_every_threshold_has_a_boundary_and_every_value_of_one_can_be_read(name: str) -> None:
    policy = policy_called(name)
    found = boundaries(policy.ruleset)
    figures = thresholds(policy.ruleset)
    assert {one.fact for one in found if not one.given} == {
        name for name in figures if figures[name]
    }
    lists = policy.ruleset.lists
    for one in found:
        fact = policy.ruleset.facts[one.fact]
        for value in one.values:
            given: object = [value] if fact.type.entry_kind else value
            if fact.subject in lists:
                own = one.fact.partition(".")[2]
                facts: dict[str, object] = {
                    fact.subject: [{lists[fact.subject].key: "p1", own: given}]
                }
            else:
                facts = {**one.given, one.fact: given}
            policy.intake.read(facts)


def test_on_a_day_only_the_rows_of_that_day_count() -> None:
    found = boundaries(REFUND.on(date(2022, 3, 1)).dated)
    assert found == boundaries(REFUND.ruleset)


def test_an_end_of_a_range_has_nothing_beyond_it() -> None:
    one = Boundary("a.b", ("c",), None, 0, 1)
    assert one.values == (0, 1)
    assert one.cases == ({"a.b": 0}, {"a.b": 1})


def test_a_figure_that_the_fact_cannot_be_falls_between_two_of_its_values() -> None:
    laid_off = REFUND.ruleset.facts["employer.laid_off"]
    one = _boundary_of_figure(laid_off, Fraction(11, 2), ("a_limit",))
    assert (one.below, one.at, one.above) == (5, None, 6)
