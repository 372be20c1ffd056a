"""The regional variants of the senior title, in addition to their cases."""

from datetime import date

import pytest
from tests.support.shipped import shipped

import policyrules
from policyrules.decisions.decision import Decision
from policyrules.decisions.reasons import Reason
from policyrules.errors import RulesetNotFound

XIHAIGU = "cn-nx/grassroots-senior-title.xihaigu"
QINGHAI = "cn-qh/grassroots-senior-title.six-prefectures-2019"
XILIN_GOL = "cn-nm-152500/grassroots-senior-title"
APPLICANT = {"field": "water", "at_grassroots_unit": True, "education": "college"}


def decide(ruleset: str, day: date, **applicant: object) -> Decision:
    facts = {"application": {"level": "senior"}, "applicant": {**APPLICANT, **applicant}}
    return shipped(ruleset).on(day).decide(facts)


def years(**applicant: object) -> Reason:
    """Why the condition of the years in Xihaigu came out as it did."""
    return decide(XIHAIGU, date(2022, 11, 25), **applicant).reasons["grassroots-years"]


@pytest.mark.parametrize(
    "ruleset, day, condition, issued",
    [
        (XIHAIGU, date(2022, 11, 25), "grassroots-years", ""),
        (QINGHAI, date(2019, 12, 1), "field", "2019-11"),
        (XILIN_GOL, date(2021, 10, 15), "grassroots", "2021"),
    ],
)
def test_a_source_is_dated_as_far_as_its_date_is_known(
    ruleset: str, day: date, condition: str, issued: str
) -> None:
    cited = decide(ruleset, day).reasons[condition].citation
    assert cited is not None
    assert cited.issued == issued


def test_great_merit_takes_the_place_of_the_years() -> None:
    reason = years(grassroots_years=1, great_merit=True)
    assert reason.truth is True
    assert reason.comparisons == ()
    assert [exception.id for exception in reason.exceptions] == ["great-merit"]


def test_while_great_merit_is_open_the_years_are_compared_and_nothing_else() -> None:
    reason = years(grassroots_years=11, award_received=False)
    assert reason.truth is None
    assert [comparison.left.expression for comparison in reason.comparisons] == [
        "applicant.grassroots_years"
    ]
    assert [exception.id for exception in reason.exceptions] == ["great-merit"]


def test_without_great_merit_the_award_counts() -> None:
    reason = years(grassroots_years=11, award_received=True, great_merit=False)
    assert reason.truth is True
    assert [exception.id for exception in reason.exceptions] == ["award"]


def test_the_figures_of_a_consequence_are_told_with_it() -> None:
    decision = decide(XILIN_GOL, date(2021, 10, 15), grassroots_years=29, township_years=19)
    assert "education_waived" in decision.consequences
    assert "education_waived" not in decision.values
    text = decision.explain("en")
    assert "29 years < Years in counties for the waiver 30 years: 1 year too few" in text
    assert "19 years < Years in townships for the waiver 20 years: 1 year too few" in text


def test_who_is_out_of_scope_is_told_no_figures_of_consequences() -> None:
    decision = decide(XILIN_GOL, date(2021, 10, 15), at_grassroots_unit=False)
    assert decision.status == "ineligible"
    assert not decision.values.keys() & {"waiver_years", "waiver_township_years"}


@pytest.mark.parametrize("place, name", [("cn-nx", XIHAIGU), ("cn-qh-632500", QINGHAI)])
def test_what_holds_for_a_part_of_a_province_is_named_and_not_picked(place: str, name: str) -> None:
    with pytest.raises(RulesetNotFound, match=f"are selected by id only: `{name}`"):
        policyrules.select("grassroots-senior-title", place, date(2022, 11, 25))


@pytest.mark.parametrize(
    "day, expected",
    [
        (date(2020, 12, 31), "cn-nm/grassroots-senior-title"),
        (date(2021, 1, 1), XILIN_GOL),
        (date(2021, 12, 31), XILIN_GOL),
        (date(2022, 1, 1), "cn-nm/grassroots-senior-title"),
    ],
)
def test_the_plan_of_xilin_gol_is_for_2021(day: date, expected: str) -> None:
    picked = policyrules.select("grassroots-senior-title", "cn-nm-152500", day)
    assert picked.ruleset == expected
