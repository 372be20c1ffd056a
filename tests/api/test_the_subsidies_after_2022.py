"""The subsidies of 2022 are decided until the end of 2023, by a marked assumption, and then ended.

After 2022 a decision says that other regions closed. A ruleset that holds the text of another
province is decided by its id alone, and says so in its first lines.
"""

from datetime import date
from typing import Any

import pytest
from tests.support.shipped import shipped

import policyrules
from policyrules.catalogue import heads
from policyrules.errors import NotInForce, RulesetNotFound

SUBSIDIES = ("cn-nm/retention-training-subsidy", "cn-nm/job-expansion-subsidy")
NOBODY: dict[str, object] = {"employer": {"kind": "public_institution"}}


@pytest.fixture(scope="module")
def foreign() -> list[str]:
    """The ids of the shipped rulesets that hold text of a place that does not contain their own."""
    rulesets = (shipped(entry.id).ruleset for entry in heads.rulesets())
    return [
        ruleset.id
        for ruleset in rulesets
        if any(note.kind == "foreign_text" for note in ruleset.notes.values())
    ]


def decided(ruleset: str, on: date, facts: dict[str, object]) -> Any:
    return shipped(ruleset).on(on).decide(facts)


def warned(decision: Any) -> bool:
    return "closed-elsewhere" in [notice.id for notice in decision.notices]


@pytest.mark.parametrize("facts", [{}, NOBODY], ids=["undetermined", "ineligible"])
@pytest.mark.parametrize("ruleset", SUBSIDIES)
def test_the_warning_begins_with_2023(ruleset: str, facts: dict[str, object]) -> None:
    last, first = (decided(ruleset, day, facts) for day in (date(2022, 12, 31), date(2023, 1, 1)))
    assert (last.status, warned(last)) == (first.status, False)
    assert warned(first)
    # What a note of the time in force asks is read by every decision, and so it is shown.
    assert last.values["closed_elsewhere"].data() is False
    assert first.values["closed_elsewhere"].data() is True


@pytest.mark.parametrize("facts", [{}, NOBODY], ids=["undetermined", "ineligible"])
@pytest.mark.parametrize("ruleset", SUBSIDIES)
def test_what_was_filed_in_time_is_decided_in_2023_by_assumption(
    ruleset: str, facts: dict[str, object]
) -> None:
    last = decided(ruleset, date(2023, 12, 31), facts)
    notice = next(notice for notice in last.notices if notice.id == "no-closing-date")
    assert notice.kind == "assumption"
    assert "2023年12月31日" in notice.text.zh
    with pytest.raises(NotInForce, match="it ended on 2023-12-31"):
        decided(ruleset, date(2024, 1, 1), facts)


@pytest.mark.parametrize("place", ["cn-nm", "cn-nm-150100", "cn-nm-150200"])
@pytest.mark.parametrize("policy", ["retention-training-subsidy", "job-expansion-subsidy"])
def test_place_and_day_offer_no_subsidy_of_2022_in_2025(policy: str, place: str) -> None:
    with pytest.raises(NotInForce, match="it ended on 2023-12-31"):
        policyrules.select(policy, place, date(2025, 3, 1))


@pytest.mark.slow
def test_every_shipped_ruleset_with_foreign_text_is_chosen_by_name(foreign: list[str]) -> None:
    assert len(foreign) == 14
    for id_ in foreign:
        ruleset = shipped(id_).ruleset
        with pytest.raises((RulesetNotFound, NotInForce)):
            policyrules.select(ruleset.policy, ruleset.jurisdiction, date(2022, 11, 25))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_first_lines_name_what_is_not_the_place_s_own(language: Any) -> None:
    """Zhejiang has its own layoff formulas, and no text on the fund reserve."""
    decision = decided("cn-zj/job-stabilisation-refund", date(2022, 11, 25), {})
    line = decision.explain(language).splitlines()[2]
    place, phrase, taken = {
        "zh": ("内蒙古自治区", "参保人数减少率不高于上限", "基金备付期限"),
        "en": ("Inner Mongolia", "Fall of the headcount within the limit", "Fund reserve"),
    }[language]
    assert place in line
    assert taken in line
    assert phrase not in line


def test_no_text_closes_the_scope_of_the_senior_title() -> None:
    assert decided("cn-nm/grassroots-senior-title", date(2100, 1, 1), {}).status == "undetermined"
