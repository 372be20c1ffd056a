"""Coverage: a goal that no case reaches is a gap with a span; a base covers its own goals."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import pytest
from tests.cases.texts import CASES, HERE, RULESET, read_folder, write_files

from policyrules.testing import Coverage, coverage

PASSING = next(case for case in read_folder("failing") if str(case) == "as-expected")


def coverage_of(folder: Path) -> Coverage:
    [report] = coverage([folder])
    return report


def message(report: Coverage) -> list[str]:
    return [gap.message for gap in report.gaps]


@pytest.fixture
def refund(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_files(PASSING, tmp_path)
    return tmp_path / "cn-nm"


def test_every_gap_has_its_line(refund: Path) -> None:
    report = coverage_of(refund)
    assert [f"{gap.span.line}: {gap.message}" for gap in report.gaps] == [
        "5: no case before 2022-01-01, `from` of the period in force",
        "29: no case that depends on `refund_rate` for `large` from 2022-01-01",
        "29: no case that depends on `refund_rate` for `small` from 2022-01-01",
        "29: no case that depends on `refund_rate` for `none` from 2022-01-01",
        "32: no case that depends on `refund_rate` for `large` from 2022-07-01",
        "32: no case that depends on `refund_rate` for `none` from 2022-07-01",
        "43: no case where `nobody-laid-off` applies and changes `layoff_rate`",
        "50: no case where `subject` is failed and changes the outcome by itself",
        "58: no case where `not-listed` is failed and changes the outcome by itself",
    ]
    assert {gap.span.path for gap in report.gaps} == {RULESET}
    assert (report.goals, report.covered, report.is_complete) == (21, 12, False)


CLOSING: Final[Mapping[str, str]] = {
    "no case before 2022-01-01, `from` of the period in force": """
  - name: a
    on: 2021-12-31
    expect: {error: not-yet-in-force}
""",
    "no case that depends on `refund_rate` for `none` from 2022-07-01": """
  - name: a
    change: {employer.size: none}
    expect: {amount: not_stated}
""",
    "no case that depends on `refund_rate` for `small` from 2022-01-01": """
  - name: a
    on: 2022-06-30
    expect: {amount: 900.00 CNY}
""",
    "no case where `nobody-laid-off` applies and changes `layoff_rate`": """
  - name: a
    change: {employer.headcount: 0, employer.laid_off: 0}
    expect: {status: eligible}
""",
    "no case where `subject` is failed and changes the outcome by itself": """
  - name: a
    change: {employer.kind: other}
    expect: {failed: [subject]}
""",
}


@pytest.mark.parametrize("gap", CLOSING)
def test_a_case_closes_the_gap_that_it_is_about(refund: Path, tmp_path: Path, gap: str) -> None:
    before = message(coverage_of(refund))
    path = tmp_path / CASES
    path.write_text(path.read_text(encoding="utf-8") + CLOSING[gap].strip("\n") + "\n", "utf-8")
    assert message(coverage_of(refund)) == [
        message_of_gap for message_of_gap in before if message_of_gap != gap
    ]


@pytest.mark.parametrize(
    "change",
    [
        # What fails beside another decides nothing alone.
        "{employer.kind: other, employer.listed: true}",
        # Nor does what fails where the outcome is open without it.
        "{employer.kind: other, employer.listed: unknown}",
        "{employer.kind: unknown}",
    ],
)
def test_a_condition_that_changes_nothing_by_itself_is_not_covered(
    refund: Path, tmp_path: Path, change: str
) -> None:
    before = message(coverage_of(refund))
    path = tmp_path / CASES
    case = f"  - name: a\n    change: {change}\n    expect: {{missing: []}}\n"
    path.write_text(path.read_text(encoding="utf-8") + case, "utf-8")
    assert message(coverage_of(refund)) == before


@pytest.mark.parametrize(
    "given, lack",
    [
        ("", "no case where `employer.layoff_rate` states `layoff_rate`"),
        ("    when: employer.size == 'large'\n", "no case where `formula` is disclosed"),
        ("    when: employer.size == 'small'\n", "no case where `formula` is not disclosed"),
    ],
)
def test_a_given_fact_and_a_note_are_covered_by_a_case_with_and_one_without(
    refund: Path, tmp_path: Path, given: str, lack: str
) -> None:
    ruleset, cases = tmp_path / RULESET, tmp_path / CASES
    text = ruleset.read_text(encoding="utf-8")
    ruleset.write_text(
        text.replace("    kind: assumption\n", f"    kind: assumption\n{given}", 1), "utf-8"
    )
    text = cases.read_text(encoding="utf-8")
    cases.write_text(text[: text.index("  - name: 政策已结束")], "utf-8")
    if not given:
        text = cases.read_text(encoding="utf-8")
        cases.write_text(text[: text.index("  - name: 人数为零")], "utf-8")
    assert lack in message(coverage_of(refund))


def test_the_parts_of_a_test_and_the_conditions_of_items_decide_alone_too() -> None:
    report = coverage_of(HERE / "hires" / "cn-nm")
    alone = "changes `hire.eligible` by itself"
    assert [gap.message for gap in report.gaps if gap.node_id != "in_force"] == [
        f"no case where `graduate` is held and {alone}",
        f"no case where `hire.hired_on in window` of `youth` is failed and {alone}",
        f"no case where `youngest <= age` of `youth` is failed and {alone}",
        "no case where `private` is failed and changes the outcome by itself",
    ]


@pytest.mark.slow
def test_what_an_overlay_takes_over_its_base_answers_for() -> None:
    [report] = coverage(["cn-nm/job-stabilisation-refund.2023"])
    assert report.bases == ("cn-nm/job-stabilisation-refund",)
    assert report.is_complete
    [base] = coverage(["cn-nm/job-stabilisation-refund"])
    assert 0 < report.goals < base.goals
    assert report.inherited > report.goals
    assert (base.inherited, base.bases) == (0, ())


@pytest.mark.checkout
def test_an_overlay_without_cases_of_its_own_figure_has_a_gap(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overlay = write_overlay(tmp_path, monkeypatch)
    [report] = coverage([overlay])
    assert message(report) == ["no case that depends on `subsidy_per_head`"]
    assert report.gaps[0].span.path.endswith("cn-nm-150100/retention-training-subsidy.yaml")


def write_overlay(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The overlay of Hohhot beside its base, with one case in which no figure is read."""
    from policyrules.catalogue.store import shipped_folder

    monkeypatch.chdir(folder)
    for name in (
        "vocabulary.yaml",
        "sources.yaml",
        "jurisdictions.yaml",
        "cn-nm/retention-training-subsidy.yaml",
        "cn-nm-150100/retention-training-subsidy.yaml",
    ):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes((shipped_folder() / name).read_bytes())
    cases = folder / "cn-nm-150100" / "retention-training-subsidy.cases.yaml"
    cases.write_text(
        """policyrules: 1
cases_of: cn-nm-150100/retention-training-subsidy
on: 2022-11-25
facts: {employer.insured_headcount: 10}
cases:
  - name: a
    change: {pooling_area.fund_reserve_years: 1}
    expect: {status: ineligible}
""",
        "utf-8",
    )
    return folder / "cn-nm-150100"
