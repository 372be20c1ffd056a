"""A mutant on which every case passes survives, and the proposed case kills it."""

import shutil
from pathlib import Path

import pytest
from tests.cases.texts import HERE, RULESET, read_folder, write_files
from tests.testing.test_coverage import write_overlay

from policyrules.cases.suites import Suite, discover_suites
from policyrules.testing import MutationReport, SurvivingMutant, run_mutation_tests
from policyrules.testing.ruleset_runner import CaseReader, RulesetRunner

pytestmark = pytest.mark.slow

PASSING = next(case for case in read_folder("failing") if str(case) == "as-expected")


@pytest.fixture
def refund(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    write_files(PASSING, tmp_path)
    return tmp_path / "cn-nm"


def tried(folder: Path, tries: int = 3000) -> MutationReport:
    [report] = run_mutation_tests([folder], max_attempts=tries)
    return report


def suite_with(folder: Path, case: str) -> Suite:
    """The suite with a case behind the others, under a name of its own."""
    [path] = folder.glob("*.cases.yaml")
    text = path.read_text(encoding="utf-8")
    path.write_text(text + case.replace("…", "另一案例"), "utf-8")
    selection = discover_suites([str(folder)])
    path.write_text(text, "utf-8")
    assert not [str(diagnostic) for diagnostic in selection.diagnostics]
    [suite] = selection.suites
    return suite


def check_kills(folder: Path, survivor: SurvivingMutant) -> None:
    suite = suite_with(folder, survivor.case)
    case = suite.cases.cases[-1]
    facts = CaseReader(suite.ruleset)
    assert RulesetRunner(suite.ruleset, facts).passes(case), f"{survivor}\n{survivor.case}"
    assert not RulesetRunner(survivor.mutant.ruleset, facts).passes(case), (
        f"{survivor}\n{survivor.case}"
    )


def test_the_case_that_is_proposed_holds_and_fails_on_the_mutant(refund: Path) -> None:
    report = tried(refund)
    assert (report.tried, len(report.survivors)) == (40, 24)
    for survivor in report.survivors:
        assert survivor.case
        check_kills(refund, survivor)


def test_a_case_of_items_is_proposed_too(tmp_path: Path) -> None:
    shutil.copytree(HERE / "hires", tmp_path, dirs_exist_ok=True)
    report = tried(tmp_path / "cn-nm")
    changes = [str(survivor.mutant) for survivor in report.survivors]
    assert "youngest: 16 becomes 15" in changes
    assert "youth: `youngest <= age` is removed" in changes
    for survivor in report.survivors:
        check_kills(tmp_path / "cn-nm", survivor)


def test_a_case_says_what_follows_and_no_more(refund: Path) -> None:
    cases = {str(survivor.mutant): survivor.case for survivor in tried(refund).survivors}
    assert cases["eligible: `subject` is removed"] == (
        """  - name: 2022年11月25日，…
    on: 2022-11-25
    change:
      employer.kind: other
    expect:
      status: ineligible
      amount: not_applicable
      failed: [subject]
"""
    )


def test_where_no_facts_tell_them_apart_none_are_proposed(refund: Path) -> None:
    cases = {str(survivor.mutant): survivor.case for survivor in tried(refund, tries=4).survivors}
    assert cases["eligible: `subject` is removed"]
    assert not cases["refund: `half_up` becomes `half_even`"]


def test_a_survivor_stands_where_the_rule_stands(refund: Path) -> None:
    [survivor] = [s for s in tried(refund).survivors if s.mutant.node_id == "nobody-laid-off"]
    assert str(survivor) == f"{RULESET}:43: nobody-laid-off: the exception is removed"


# --- overlays ------------------------------------------------------------------------------------


@pytest.mark.checkout
def test_only_the_overrides_of_an_overlay_have_mutants(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = tried(write_overlay(tmp_path, monkeypatch), tries=200)
    assert {survivor.mutant.node_id for survivor in report.survivors} == {"subsidy_per_head"}
    assert "subsidy_per_head: override reverted: the parameter of the base" in {
        str(survivor.mutant) for survivor in report.survivors
    }
