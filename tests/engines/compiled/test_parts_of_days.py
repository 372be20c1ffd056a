"""The compiled engine takes parts of days, and the later of two, itself, as the reference does."""

import re
import shutil
from datetime import date
from pathlib import Path
from typing import Final

import pytest

import policyrules
from policyrules.api.policy import DatedPolicy

EXAMPLES: Final = Path(__file__).parents[3] / "docs" / "examples"
FACTS: Final = {"certificate": {"issued_on": date(2024, 2, 29), "claimed_on": date(2024, 4, 1)}}

SEASON_ENDS: Final = """\
  season_ends:
    title: {zh: 受理截止日, en: Season ends}
    type: date
    value: 2024-12-31
    quote: 自证书核发之日起12个月内申领
"""

PERIOD_BY_LEVEL: Final = """\
  seasons:
    title: {zh: 受理期, en: Season}
    type: period
    by: certificate.level
    value: {junior: 2024-01-01..2024-03-31, senior: not_stated}
    quote: 自证书核发之日起12个月内申领
"""


def policy_with(folder: Path, test: str, parameters: str = "") -> DatedPolicy:
    shutil.copytree(EXAMPLES / "certificate", folder / "rules")
    path = folder / "rules" / "xx" / "skill-subsidy.yaml"
    text = re.sub(r"holds: .*", f"holds: {test}", path.read_text(encoding="utf-8"))
    text = text.replace("parameters:\n", f"parameters:\n{parameters}")
    path.write_text(text, encoding="utf-8")
    vocabulary = folder / "rules" / "vocabulary.yaml"
    level = """\
      level:
        title: {zh: 等级, en: Level}
        type: word
        words: {junior: {zh: 初级, en: junior}, senior: {zh: 高级, en: senior}}
      claimed_on:
"""
    text = vocabulary.read_text(encoding="utf-8").replace("      claimed_on:\n", level)
    vocabulary.write_text(text, encoding="utf-8")
    return policyrules.load(path).on("2025-06-01")


@pytest.mark.parametrize(
    "test, zh, en",
    [
        (
            "certificate.claimed_on <= certificate.issued_on.month.last_day + claim_within",
            "申领日期 2024-04-01 ≤ 核发日期所在月份的最后一日加申领期限 2025-02-28",
            "Claimed on 2024-04-01 ≤ Last day of month of issued on plus time to claim 2025-02-28",
        ),
        (
            "certificate.claimed_on.month > certificate.issued_on.month",
            "申领日期所在月份 2024-04 > 核发日期所在月份 2024-02",
            "Month of claimed on 2024-04 > Month of issued on 2024-02",
        ),
        (
            "certificate.claimed_on.month_of_year <= claim_within",
            "申领日期在当年的月序 4 个月 ≤ 申领期限 12 个月",
            "Month of the year of claimed on 4 months ≤ Time to claim 12 months",
        ),
        (
            "max(certificate.issued_on, certificate.claimed_on) > certificate.issued_on",
            "核发日期和申领日期中较晚者 2024-04-01 > 核发日期 2024-02-29",
            "Later of issued on and claimed on 2024-04-01 > Issued on 2024-02-29",
        ),
        (
            "min(certificate.claimed_on, certificate.issued_on, season_ends) < season_ends",
            "申领日期、核发日期和受理截止日中最早者 2024-02-29 < 受理截止日 2024-12-31",
            "Earliest of claimed on, issued on and season ends 2024-02-29 < Season ends 2024-12-31",
        ),
        (
            "certificate.issued_on.year.first_day < certificate.claimed_on",
            "核发日期的年份的第一日 2024-01-01 < 申领日期 2024-04-01",
            "First day of year of issued on 2024-01-01 < Claimed on 2024-04-01",
        ),
    ],
)
def test_parts_are_decided_exactly_and_explained_in_both_languages(
    tmp_path: Path, test: str, zh: str, en: str
) -> None:
    policy = policy_with(tmp_path, test, SEASON_ENDS if "season_ends" in test else "")
    exact = policy._decider.program.exact(policy.policy.intake.read(FACTS))
    assert exact is not None
    assert exact[0] is True
    decision = policy.decide(FACTS)
    assert decision.status == "eligible"
    assert zh in decision.explain("zh")
    assert en in decision.explain("en")


def test_the_end_of_a_period_by_a_table_is_decided_by_the_compiled_engine_itself(
    tmp_path: Path,
) -> None:
    policy = policy_with(tmp_path, "certificate.claimed_on > seasons.last_day", PERIOD_BY_LEVEL)
    for day, is_later in ((date(2024, 3, 31), False), (date(2024, 4, 1), True)):
        facts = {"certificate": {"claimed_on": day, "level": "junior"}}
        exact = policy._decider.program.exact(policy.policy.intake.read(facts))
        assert exact is not None
        assert exact[0] is is_later
    facts = {"certificate": {"claimed_on": date(2024, 3, 31), "level": "senior"}}
    decision = policy.decide(facts)
    assert decision.status == "undetermined"
    assert [(point.name, point.reason) for point in decision.unsettled] == [
        ("seasons", "not_stated")
    ]


@pytest.mark.parametrize(
    "test, actual, limit",
    [
        ("certificate.claimed_on.month_of_year > claim_within", "2024-05-06", None),
        ("certificate.claimed_on.month_of_year < claim_within", "2024-01-02", "2024-01-01"),
        ("certificate.claimed_on.month_of_year < claim_within", "2024-08-31", "2024-11-30"),
        ("certificate.claimed_on.month_of_year >= claim_within", "2024-12-09", "2024-12-01"),
        (
            "certificate.claimed_on.month.last_day < certificate.issued_on",
            "2024-01-02",
            "2024-01-31",
        ),
    ],
)
def test_a_margin_is_the_nearest_day_even_where_a_test_turns_every_year(
    tmp_path: Path, test: str, actual: str, limit: str | None
) -> None:
    policy = policy_with(tmp_path, test)
    facts = {"certificate": {"issued_on": date(2024, 2, 29), "claimed_on": actual}}
    (comparison,) = policy.decide(facts).reasons["in-time"].comparisons
    margin = comparison.margin
    assert margin is None if limit is None else margin is not None
    if margin is not None and limit is not None:
        assert margin.limit == date.fromisoformat(limit).toordinal()
