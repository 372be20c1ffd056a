"""Errors in case files are reported with their positions, before any case is decided."""

from pathlib import Path

import pytest
from tests.cases.texts import read_folder, write_files
from tests.conformance.cases import Case, diagnostics_text, is_reset, write_case

import policyrules

BAD = read_folder("bad")


@pytest.mark.parametrize("case", BAD, ids=str)
def test_every_finding_has_its_place_and_its_words(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write_files(case, tmp_path)
    report = policyrules.run_cases(["cn-nm"])
    findings = diagnostics_text(report.diagnostics, tmp_path)
    if is_reset():
        sections = [section for section in case.sections if section[0] != "found"]
        write_case(case._replace(sections=(*sections, ("found", findings))))
    else:
        assert ("found", findings) == case.sections[-1]
    assert findings
    assert not report.passed
    assert not report.results


def test_every_file_is_named_for_a_code_that_is_found() -> None:
    for case in BAD:
        assert f"[{str(case).partition('.')[0]}]" in case.sections[-1][1], case
