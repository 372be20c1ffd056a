"""Coverage and mutation tests share one discovery, and one evaluation of each case."""

import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from policyrules.cases import suites
from policyrules.cases.suites import SuiteDiscovery, discover_suites
from policyrules.cli import main
from policyrules.engines import reference
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.result import Evaluation
from policyrules.evaluation.situation import Situation
from policyrules.testing.coverage.report import coverage_of
from policyrules.testing.mutation.run import mutation_reports_of
from policyrules.testing.ruleset_runner import SuiteRunner

ID = "cn-nm-150100/retention-training-subsidy"


def test_a_case_is_evaluated_once_for_coverage_and_mutation_tests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    [suite] = discover_suites([ID]).suites
    evaluate, evaluated = reference.evaluate, []

    def counting(dated: DatedRuleset, situation: Situation) -> Evaluation:
        evaluated.append(dated.ruleset)
        return evaluate(dated, situation)

    monkeypatch.setattr(reference, "evaluate", counting)
    runners = [SuiteRunner(suite)]
    [coverage] = coverage_of(runners)
    [report] = mutation_reports_of(runners)
    assert coverage.is_complete
    assert report.tried
    assert not report.survivors
    n = sum(ruleset is suite.ruleset for ruleset in evaluated)
    in_force = [case for case in suite.cases.cases if case.on in suite.ruleset.in_force]
    assert n == len(in_force) > 0


def test_the_command_discovers_the_suites_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    discoveries = []

    def counting(paths: Sequence[str]) -> SuiteDiscovery:
        discoveries.append(list(paths))
        return discover_suites(paths)

    monkeypatch.setattr(suites, "discover_suites", counting)
    assert main(["test", ID, "--coverage", "--mutate"]) == 0
    assert "mutants: 3 tried, none survives" in capsys.readouterr().out
    assert discoveries == [[ID]]


def test_a_case_with_assumed_facts_kills_mutants(tmp_path: Path) -> None:
    shutil.copytree(Path(__file__).parents[2] / "docs/examples/pension", tmp_path / "pension")
    cases = tmp_path / "pension/xx/supplement.cases.yaml"
    cases.write_text(
        "policyrules: 1\n"
        "cases_of: xx/supplement\n"
        "on: 2025-06-01\n"
        "cases:\n"
        "  - name: 未说明养老金的，假定没有\n"
        "    change: {person.income: 900}\n"
        "    assuming: {person.pension: none}\n"
        "    expect: {status: eligible, assumed: [person.pension], missing: [person.pension]}\n",
        encoding="utf-8",
    )
    [suite] = discover_suites([str(cases)]).suites
    runner = SuiteRunner(suite)
    assert [case.name for case in runner.passing_cases] == ["未说明养老金的，假定没有"]
    [report] = mutation_reports_of([runner], max_attempts=0)
    survivors = {str(survivor.mutant) for survivor in report.survivors}
    assert "all-income-low: `<=` becomes `>`" in survivors
    assert "other-income-low: `<=` becomes `>`" not in survivors
    [coverage] = coverage_of([runner])
    gaps = {gap.message for gap in coverage.gaps}
    message = "no case where `all-income-low` is held and changes the outcome by itself"
    assert message not in gaps
    assert message.replace("held", "failed") in gaps
