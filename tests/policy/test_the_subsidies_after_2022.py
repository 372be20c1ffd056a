"""No text closes the decision on the two subsidies; after 2022 it says that other regions closed."""

from datetime import date
from typing import Any

import pytest

import policyrules

SUBSIDIES = ("cn-nm/retention-training-subsidy", "cn-nm/job-expansion-subsidy")
NOBODY: dict[str, object] = {"employer": {"kind": "public_institution"}}


def decided(ruleset: str, on: date, facts: dict[str, object]) -> Any:
    return policyrules.load(ruleset).on(on).decide(facts)


def warned(decision: Any) -> bool:
    return "closed-elsewhere" in [notice.id for notice in decision.warnings]


@pytest.mark.parametrize("facts", [{}, NOBODY], ids=["undetermined", "ineligible"])
@pytest.mark.parametrize("ruleset", SUBSIDIES)
def test_the_warning_begins_with_2023(ruleset: str, facts: dict[str, object]) -> None:
    last, first = (decided(ruleset, day, facts) for day in (date(2022, 12, 31), date(2023, 1, 1)))
    assert (last.status, warned(last)) == (first.status, False)
    assert warned(first)
    # What a note of the time in force asks is read by every decision, and so it is shown.
    assert last.values["closed_elsewhere"].data() is False
    assert first.values["closed_elsewhere"].data() is True


def test_no_text_closes_the_scope_of_the_senior_title() -> None:
    assert decided("cn-nm/grassroots-senior-title", date(2100, 1, 1), {}).status == "undetermined"
