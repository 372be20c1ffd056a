"""The compiled engine adds counts to days itself, and leaves what is outside the calendar."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

import pytest
from dateutil.relativedelta import relativedelta

import policyrules

EXAMPLES: Final = Path(__file__).parents[3] / "docs" / "examples"
SUBSIDY: Final = policyrules.load(EXAMPLES / "certificate/xx/skill-subsidy.yaml").on("2025-06-01")


@pytest.mark.parametrize("issued_on", [date(2024, 2, 29), date(2024, 5, 31), date(2023, 12, 31)])
def test_the_last_day_to_claim_is_decided_by_the_compiled_engine_itself(issued_on: date) -> None:
    exact = SUBSIDY._decider.program.exact
    last = issued_on + relativedelta(months=12)
    for days, is_in_time in ((-1, True), (0, True), (1, False)):
        facts = {"certificate": {"issued_on": issued_on, "claimed_on": last + timedelta(days)}}
        result = exact(SUBSIDY.policy.intake.read(facts))
        assert result is not None
        assert result[0] is is_in_time


def test_a_deadline_explains_its_last_day_in_both_languages() -> None:
    decision = SUBSIDY.decide(
        {"certificate": {"issued_on": date(2024, 2, 29), "claimed_on": date(2025, 3, 1)}}
    )
    lines = {
        "zh": "申领日期 2025-03-01 > 核发日期加申领期限 2025-02-28：晚 1 天",
        "en": "Claimed on 2025-03-01 > Issued on plus time to claim 2025-02-28: 1 day too late",
    }
    assert lines["zh"] in decision.explain("zh")
    assert lines["en"] in decision.explain("en")
