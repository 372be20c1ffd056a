"""Working days in decisions: the compiled engine, the explanation, and the content hash."""

import shutil
from datetime import date
from pathlib import Path
from typing import Final

import pytest

import policyrules
from policyrules.catalogue.store import shipped_folder
from policyrules.testing.mutation.mutants import mutants
from policyrules.testing.mutation.operators import MutationOperator

ROOT: Final = Path(__file__).parents[3]
EXAMPLE: Final = ROOT / "docs" / "examples" / "working-days"
REVIEW: Final = policyrules.load(EXAMPLE / "cn/review-time.yaml").on("2026-06-01")


def claim(accepted_on: str, decided_on: str) -> dict[str, dict[str, str]]:
    issued_on = date.fromisoformat(accepted_on).replace(day=1).isoformat()
    days = {"accepted_on": accepted_on, "published_on": accepted_on, "decided_on": decided_on}
    return {"claim": {"issued_on": issued_on, **days}}


@pytest.mark.parametrize(
    "accepted_on, decided_on, is_in_time",
    [
        ("2024-01-22", "2024-02-04", True),  # a Sunday that is worked
        ("2024-01-22", "2024-02-05", False),
        ("2025-09-22", "2025-10-11", True),  # a Saturday that is worked
        ("2025-09-22", "2025-10-13", False),
    ],
)
def test_listed_years_are_decided_by_the_compiled_engine_itself(
    accepted_on: str, decided_on: str, is_in_time: bool
) -> None:
    facts = REVIEW.policy.intake.read(claim(accepted_on, decided_on))
    result = REVIEW._decider.program.exact(facts)
    assert result is not None
    assert result[0] is is_in_time


def test_a_year_without_a_list_is_left_to_the_reference() -> None:
    facts = claim("2026-12-18", "2027-01-08")
    result = REVIEW._decider.program.exact(REVIEW.policy.intake.read(facts))
    assert result is None or result[1][-1] is None
    (decision,) = REVIEW.decide_many([facts])
    assert isinstance(decision, policyrules.Decision)
    assert decision.status == "undetermined"
    assert [(point.name, point.reason) for point in decision.unsettled] == [
        ("calendars.cn", "no_year")
    ]
    assert "国务院办公厅公布的工作日（calendars.cn）：工作日历尚未列入所涉年份" in decision.explain(
        "zh"
    )
    assert (
        "Working days published by the State Council (calendars.cn): "
        "the calendar does not list the working days of a year" in decision.explain("en")
    )


def test_a_limit_in_working_days_is_explained_in_both_languages() -> None:
    decision = REVIEW.decide(claim("2025-09-22", "2025-10-13"))
    lines = {
        "zh": "办结日期 2025-10-13 > 受理日期加办理时限（工作日） 2025-10-11：晚 2 天",
        "en": "Decided on 2025-10-13 > Accepted on plus time to decide (working days) 2025-10-11: "
        "2 days too late",
    }
    assert lines["zh"] in decision.explain("zh")
    assert lines["en"] in decision.explain("en")
    assert "从公示日期到办结日期的工作日数 11 天" in decision.explain("zh")
    assert "Working days from published on to decided on 11 days" in decision.explain("en")


def test_the_calendar_is_part_of_the_content_hash_where_it_is_used(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "rules")
    shutil.copytree(ROOT / "docs/examples/certificate", tmp_path / "other")
    text = (shipped_folder() / "calendars.yaml").read_text(encoding="utf-8")
    hashes = []
    for holiday in ("2026-10-01..2026-10-07", "2026-10-01..2026-10-06"):
        for folder in ("rules", "other"):
            path = tmp_path / folder / "calendars.yaml"
            path.write_text(text.replace("2026-10-01..2026-10-07", holiday), encoding="utf-8")
        review = policyrules.load(tmp_path / "rules/cn/review-time.yaml")
        other = policyrules.load(tmp_path / "other/xx/skill-subsidy.yaml")
        hashes.append((review.ruleset.content_hash, other.ruleset.content_hash))
    (before, other_before), (after, other_after) = hashes
    assert before == REVIEW.policy.ruleset.content_hash
    assert before != after
    assert other_before == other_after


def test_a_receipt_is_not_repeated_by_another_calendar_in_silence(tmp_path: Path) -> None:
    receipt = REVIEW.decide(claim("2025-09-22", "2025-10-11")).receipt
    assert policyrules.replay(receipt, policy=REVIEW.policy).is_same
    shutil.copytree(EXAMPLE, tmp_path / "rules")
    text = (shipped_folder() / "calendars.yaml").read_text(encoding="utf-8")
    changed = text.replace(", 2025-09-28, 2025-10-11]", ", 2025-10-11]")
    (tmp_path / "rules" / "calendars.yaml").write_text(changed, encoding="utf-8")
    policy = policyrules.load(tmp_path / "rules/cn/review-time.yaml")
    assert not policyrules.replay(receipt, policy=policy).is_same


def test_the_nearest_calendar_around_the_place_holds(tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path / "rules")
    (tmp_path / "rules/cn").rename(tmp_path / "rules/cn-nm-150102")
    path = tmp_path / "rules/cn-nm-150102/review-time.yaml"
    text = path.read_text(encoding="utf-8").replace("id: cn/", "id: cn-nm-150102/")
    path.write_text(text, encoding="utf-8")
    (tmp_path / "rules/cn-nm-150102/review-time.cases.yaml").unlink()
    calendar = policyrules.load(path).ruleset.calendar
    assert calendar is not None
    assert calendar.jurisdiction == "cn"
    shipped = (shipped_folder() / "calendars.yaml").read_text(encoding="utf-8")
    city = shipped.replace("  cn:\n", "  cn-nm-150100:\n")
    (tmp_path / "rules/calendars.yaml").write_text(city, encoding="utf-8")
    calendar = policyrules.load(path).ruleset.calendar
    assert calendar is not None
    assert calendar.jurisdiction == "cn-nm-150100"


def test_the_mutants_count_every_day() -> None:
    sentences = {
        str(mutant)
        for mutant in mutants(REVIEW.policy.ruleset)
        if mutant.mistake.operator is MutationOperator.COUNT_EVERY_DAY
    }
    assert sentences == {
        "claimed-in-time: `next_working_day(claim.issued_on + claim_within)` counts every day",
        "published: `working_days_between(claim.published_on, claim.decided_on)` counts every day",
        "decided-in-time: `add_working_days(claim.accepted_on, decide_within)` counts every day",
    }
