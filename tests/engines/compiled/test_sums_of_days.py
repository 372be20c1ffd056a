"""The compiled engine adds counts to days itself, and leaves what is outside the calendar."""

import re
import shutil
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


@pytest.mark.parametrize(
    "test, unit, zh, en",
    [
        (
            "days_between(certificate.issued_on, certificate.claimed_on) <= claim_within",
            "day",
            "从核发日期到申领日期的天数 20 天 > 申领期限 12 天",
            "Days from issued on to claimed on 20 days > Time to claim 12 days",
        ),
        (
            "claim_within <= age(certificate.issued_on, certificate.claimed_on)",
            "year",
            "截至申领日期的周岁 0 年",
            "Age in full years from issued on to claimed on 0 years",
        ),
    ],
)
def test_days_and_ages_are_explained_in_both_languages(
    tmp_path: Path, test: str, unit: str, zh: str, en: str
) -> None:
    shutil.copytree(EXAMPLES / "certificate", tmp_path / "rules")
    path = tmp_path / "rules" / "xx" / "skill-subsidy.yaml"
    text = path.read_text(encoding="utf-8").replace("unit: month", f"unit: {unit}")
    text = re.sub(r"holds: .*", f"holds: {test}", text)
    path.write_text(text, encoding="utf-8")
    policy = policyrules.load(path).on("2025-06-01")
    facts = {"certificate": {"issued_on": date(2025, 1, 1), "claimed_on": date(2025, 1, 21)}}
    exact = policy._decider.program.exact(policy.policy.intake.read(facts))
    assert exact is not None
    assert exact[0] is False
    decision = policy.decide(facts)
    assert decision.status == "ineligible"
    assert zh in decision.explain("zh")
    assert en in decision.explain("en")
