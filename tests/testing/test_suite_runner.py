"""Coverage and mutation tests share one discovery, and one evaluation of each case."""

from collections.abc import Sequence

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
