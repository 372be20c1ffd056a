"""Comparison of a decision with the expectation of a case: exact, and with every difference."""

from pathlib import Path
from typing import get_args

import pytest
from tests.cases.texts import read_folder, write_files
from tests.conformance.cases import Case, is_reset, write_case

import policyrules
from policyrules.api.policy import Engine

FAILING = read_folder("failing")
ENGINES: tuple[Engine, ...] = get_args(Engine)


def results_text(report: policyrules.CasesReport) -> str:
    lines = []
    for result in report.results:
        lines.append(f"{result.name}: {'passed' if result.passed else 'failed'}")
        lines += [
            f"    {difference.what}: expected {difference.expected}, found {difference.found}"
            for difference in result.differences
        ]
    return "".join(f"{line}\n" for line in lines)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", FAILING, ids=str)
def test_every_difference_is_reported(
    case: Case, engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(case, tmp_path)
    report = policyrules.run_cases(["cn-nm"], engine=engine)
    assert not [str(diagnostic) for diagnostic in report.diagnostics]
    if is_reset():
        sections = [section for section in case.sections if section[0] != "run"]
        write_case(case._replace(sections=(*sections, ("run", results_text(report)))))
    else:
        assert ("run", results_text(report)) == case.sections[-1]
