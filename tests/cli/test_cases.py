"""`policyrules test`: what it prints, what it writes, and its exit status."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from tests.cases.texts import CASES, RULESET, read_folder, write_files
from tests.support.snapshots import check_snapshot

import policyrules
import policyrules.testing
from policyrules.cases.suites import discover_suites
from policyrules.cli import main

REFUND = "cn-nm/job-stabilisation-refund"
FAILING = next(case for case in read_folder("failing") if str(case) == "every-difference")
PASSING = next(case for case in read_folder("failing") if str(case) == "as-expected")
BAD = next(case for case in read_folder("bad") if str(case) == "unknown-name.a-condition")

Run = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs the command in a folder with the cases of the base; returns status and outputs."""
    monkeypatch.chdir(tmp_path)
    write_files(PASSING, tmp_path)

    def program(*arguments: str) -> tuple[int, str, str]:
        status = main(["test", *arguments])
        out, err = capsys.readouterr()
        return status, out, err

    return program


def fail(folder: Path) -> None:
    write_files(FAILING, folder)


# --- what it prints ------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_failure_says_where_what_differs_and_why(run: Run, tmp_path: Path, language: str) -> None:
    fail(tmp_path)
    status, out, err = run("cn-nm", "--lang", language)
    assert (status, err) == (1, "")
    # The receipt names versions, which are none of this test's affairs.
    shown = re.sub(r"(Receipt: |凭证：).*", r"\1…", out)
    check_snapshot(shown, f"cases/failure.{language}")


def test_an_error_where_a_decision_is_expected_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / CASES
    path.write_text(path.read_text(encoding="utf-8").replace("error: ended", "status: eligible"))
    status, out, _ = run("cn-nm", "-k", "结束")
    assert status == 1
    check_snapshot(out, "cases/not-in-force")


def test_a_finding_is_shown_with_its_line(run: Run, tmp_path: Path) -> None:
    write_files(BAD, tmp_path)
    status, out, _ = run(CASES)
    assert status == 1
    check_snapshot(out, "cases/finding")


def test_nothing_but_counts_is_told_of_what_passes(run: Run) -> None:
    assert run("cn-nm") == (0, "4 passed in 1 case file\n", "")


@pytest.mark.parametrize("path", [".", "cn-nm", RULESET, CASES])
def test_a_path_is_a_ruleset_a_case_file_or_a_folder(run: Run, path: str) -> None:
    assert run(path)[:2] == (0, "4 passed in 1 case file\n")


@pytest.mark.usefixtures("run")
@pytest.mark.parametrize("command", ["test", "check", "decide"])
def test_a_path_without_its_ending_is_answered_with_the_file(
    capsys: pytest.CaptureFixture[str], command: str
) -> None:
    given = RULESET.removesuffix(".yaml")
    assert main([command, given, *(["-"] if command == "decide" else [])]) == 1
    assert f"there is no ruleset `{given}`; did you mean `{RULESET}`?" in capsys.readouterr().err


def test_what_is_chosen_twice_runs_once(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("cn-nm", CASES, RULESET, str(tmp_path / CASES))
    assert (status, out) == (0, "4 passed in 1 case file\n")


@pytest.mark.slow
def test_without_a_path_the_shipped_cases_run(run: Run) -> None:
    # All of them run in `just cases`; here one word chooses among them.
    suites = discover_suites([]).suites
    names = [case.name for suite in suites for case in suite.cases.all]
    n, n_files = sum("律师事务所" in name for name in names), len(suites)
    status, out, _ = run("-k", "律师事务所")
    assert status == 0
    assert out == f"{n} passed, {len(names) - n} deselected in {n_files} case files\n"


@pytest.mark.slow
def test_a_shipped_ruleset_is_tested_by_its_id(run: Run) -> None:
    status, out, _ = run(REFUND)
    assert status == 0
    assert out.endswith(" passed in 1 case file\n")


def test_a_case_file_alone_is_run_against_the_shipped_ruleset_that_it_names(
    run: Run, tmp_path: Path
) -> None:
    text = f"""
policyrules: 1
cases_of: {REFUND}
on: 2022-11-25
cases:
  - name: 裁员率23%，不予返还
    change: {{employer.layoff_rate: 23%}}
    expect: {{status: ineligible, failed: [layoffs]}}
"""
    (tmp_path / "mine.cases.yaml").write_text(text, encoding="utf-8")
    assert run("mine.cases.yaml")[:2] == (0, "1 passed in 1 case file\n")


def test_a_ruleset_without_cases_is_said(run: Run, tmp_path: Path) -> None:
    write_other(tmp_path)
    status, out, _ = run("cn-nm")
    assert status == 0
    assert out == "cn-nm/other.yaml: no case file beside it\n4 passed in 1 case file\n"


def test_a_ruleset_with_errors_is_found_wrong_with_cases_or_without(
    run: Run, tmp_path: Path
) -> None:
    path = tmp_path / RULESET
    path.write_text(path.read_text(encoding="utf-8").replace("employer.listed", "employer.listd"))
    for _ in range(2):
        status, out, _ = run("cn-nm")
        assert status == 1
        assert "there is no fact `employer.listd` [unknown-name]" in out
        assert "did you mean `employer.listed`?" in out
        (tmp_path / CASES).unlink(missing_ok=True)


def test_one_wrong_file_does_not_keep_the_others_from_being_run(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cn-nm" / "other.cases.yaml").write_text("policyrules: 1\n", encoding="utf-8")
    status, out, _ = run("cn-nm")
    assert status == 1
    assert out.endswith("4 passed, 2 errors in 1 case file\n")


# --- choosing ------------------------------------------------------------------------------------


def test_cases_are_chosen_by_their_names(run: Run) -> None:
    assert run("cn-nm", "-k", "30人裁")[1] == "2 passed, 2 deselected in 1 case file\n"


def test_the_first_failure_stops_the_run(run: Run, tmp_path: Path) -> None:
    fail(tmp_path)
    status, out, _ = run("cn-nm", "-x")
    assert status == 1
    assert out.endswith("1 failed, 3 not run in 1 case file\n")


@pytest.mark.parametrize(
    "arguments, message",
    [
        (("cn-nm", "-k", "31人"), "none of 4 cases has `31人` in its name"),
        (("empty/xx",), "no case file beside empty/xx/other.yaml"),
        (("cn-nm", "--engine", "none"), "'none' is not one of"),
    ],
)
def test_nothing_to_run_is_a_wrong_use(
    run: Run, tmp_path: Path, arguments: tuple[str, ...], message: str
) -> None:
    (tmp_path / "empty" / "xx").mkdir(parents=True)
    for name in ("vocabulary.yaml", "sources.yaml"):
        (tmp_path / "empty" / name).write_bytes((tmp_path / name).read_bytes())
    text = (tmp_path / RULESET).read_text(encoding="utf-8")
    other = text.replace("id: cn-nm/refund", "id: xx/other")
    (tmp_path / "empty" / "xx" / "other.yaml").write_text(other, encoding="utf-8")
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert message in re.sub(r"\s+", " ", err)
    status, out, _ = run(*arguments, "--json")
    assert status == 2
    assert message in json.loads(out)["error"]["message"]


@pytest.mark.parametrize("path", ["nowhere", "nowhere.cases.yaml", "nowhere.yaml", "cn-nm/refuns"])
def test_a_path_that_leads_nowhere_is_found_wrong(run: Run, path: str) -> None:
    status, out, err = run(path)
    assert (status, out) == (1, "")
    assert f"there is no ruleset `{path}`" in err


@pytest.mark.parametrize("files", [(), ("firm.yaml",)])
def test_a_folder_without_cases_has_no_case_to_run(
    run: Run, tmp_path: Path, files: tuple[str, ...]
) -> None:
    (tmp_path / "empty").mkdir()
    for name in files:
        (tmp_path / "empty" / name).write_text("employer: {kind: enterprise}\n", encoding="utf-8")
    status, _, err = run("empty")
    assert status == 2
    assert "there is no case to run in `empty`" in err
    assert "neither rulesets nor cases" in err


@pytest.mark.parametrize("engine", ["forward", "reference"])
def test_every_engine_runs_them(run: Run, engine: str) -> None:
    assert run("cn-nm", "--engine", engine)[:2] == (0, "4 passed in 1 case file\n")


# --- for other programs --------------------------------------------------------------------------


def test_a_report_is_data(run: Run, tmp_path: Path) -> None:
    status, out, _ = run("cn-nm", "--json")
    data = json.loads(out)
    assert status == 0
    assert (data["passed"], data["failed"], data["files"]) == (4, 0, [CASES])
    assert "error" not in data
    fail(tmp_path)
    status, out, _ = run("cn-nm", "--json", "-x")
    data = json.loads(out)
    assert status == 1
    assert (data["passed"], data["failed"], data["not_run"]) == (0, 1, 3)
    assert data["error"] == {
        "code": "cases-failed",
        "message": "1 failed, 3 not run in 1 case file",
    }
    case = data["cases"][0]
    assert (case["path"], case["line"], case["on"]) == (CASES, 7, "2022-11-25")
    assert case["differences"][0] == {
        "what": "status",
        "expected": "undetermined",
        "found": "eligible",
    }


def test_an_error_of_a_case_and_a_finding_are_data(run: Run, tmp_path: Path) -> None:
    data = json.loads(run("cn-nm", "--json", "-k", "结束")[1])
    assert data["cases"][0]["error"]["code"] == "ended"
    assert data["deselected"] == 3
    write_files(BAD, tmp_path)
    status, out, _ = run("cn-nm", "--json")
    data = json.loads(out)
    assert status == 1
    assert data["diagnostics"][0]["code"] == "unknown-name"
    assert data["error"]["code"] == "invalid-cases"


def test_junit_has_every_case_with_its_time_and_what_differs(run: Run, tmp_path: Path) -> None:
    fail(tmp_path)
    (tmp_path / "cn-nm" / "other.cases.yaml").write_text("policyrules: 1\n", encoding="utf-8")
    status, out, _ = run("cn-nm", "--junit", "report.xml", "--lang", "en")
    assert status == 1
    assert "1 failed, 3 passed" in out
    root = ET.parse(tmp_path / "report.xml").getroot()  # noqa: S314 - our own
    assert root.tag == "testsuites"
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("6", "1", "2")
    cases, other = root.findall("testsuite")
    assert (cases.get("name"), cases.get("tests"), cases.get("failures")) == (CASES, "4", "1")
    assert other.get("errors") == "2"
    first, *rest = cases.findall("testcase")
    assert first.get("classname") == "cn-nm/refund"
    assert first.get("name") == "30人裁6人，返还90%"
    assert first.get("line") == "7"
    failure = first.find("failure")
    assert failure is not None
    assert failure.text is not None
    assert (failure.get("message") or "").startswith(
        "status: expected undetermined, found eligible"
    )
    assert "Outcome: eligible" in failure.text
    assert all(case.find("failure") is None for case in rest)
    for case in root.iter("testcase"):
        assert re.fullmatch(r"[0-9]+\.[0-9]{6}", case.get("time") or "")


def test_junit_is_xml_whatever_a_name_holds(run: Run, tmp_path: Path) -> None:
    path = tmp_path / CASES
    text = path.read_text(encoding="utf-8").replace("人数为零", r'"a<b>&\" 是"')
    path.write_text(text, encoding="utf-8")
    assert run("cn-nm", "--junit", "report.xml")[0] == 0
    names = [case.get("name") for case in ET.parse("report.xml").iter("testcase")]  # noqa: S314
    assert 'a<b>&" 是' in names


def test_where_the_junit_report_cannot_be_written_the_cases_are_reported_all_the_same(
    run: Run,
) -> None:
    status, out, err = run("cn-nm", "--junit", "nowhere/report.xml")
    assert status == 1
    assert out == "4 passed in 1 case file\n"
    assert "`nowhere/report.xml` cannot be written: its folder does not exist" in err
    assert "remedy: make the folder `nowhere` first, or write to another one" in err
    status, out, _ = run("cn-nm", "--junit", "nowhere/report.xml", "--json")
    data = json.loads(out)
    assert (status, data["passed"], data["error"]["code"]) == (1, 4, "not-written")


@pytest.mark.parametrize("target", [CASES, "cn-nm/refund.yaml", "firm.yaml"])
def test_a_junit_report_replaces_no_file_of_another_kind(
    run: Run, tmp_path: Path, target: str
) -> None:
    (tmp_path / "firm.yaml").write_text("employer: {kind: enterprise}\n", encoding="utf-8")
    before = (tmp_path / target).read_bytes()
    for given in ("cn-nm", CASES):
        status, out, err = run(given, "--junit", target)
        assert (status, out) == (1, "4 passed in 1 case file\n")
        assert f"`{target}` cannot be written" in err
        assert "give the report a name of its own" in err
        assert (tmp_path / target).read_bytes() == before


# --- while it runs -------------------------------------------------------------------------------


def on_a_terminal(*arguments: str) -> tuple[bytes, bytes]:
    """What the program writes to standard output, a pipe, and to standard error, a terminal."""
    ours, theirs = pty.openpty()
    program = "import sys; from policyrules.cli import main; sys.exit(main())"
    done = subprocess.run(
        [sys.executable, "-c", program, "test", *arguments],
        stdout=subprocess.PIPE,
        stderr=theirs,
        check=True,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "80"},
    )
    os.close(theirs)
    shown = b""
    while chunk := _read(ours):
        shown += chunk
    os.close(ours)
    return done.stdout, shown


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # Linux says so where everything has been read
        return b""


@pytest.mark.slow
def test_a_bar_is_shown_to_a_terminal_and_to_nobody_else(run: Run) -> None:
    out, err = on_a_terminal("cn-nm")
    assert out == b"4 passed in 1 case file\n"
    assert b"4/4" in err
    assert run("cn-nm")[2] == ""


@pytest.mark.slow
def test_a_watcher_hears_of_every_case() -> None:
    heard: list[tuple[int, int]] = []
    report = policyrules.run_cases(
        [REFUND], progress=lambda done, total: heard.append((done, total))
    )
    n = len(report.results)
    assert heard == [(done, n) for done in range(n + 1)]


# --- whether the cases are enough ----------------------------------------------------------------


def test_what_no_case_shows_is_told_with_its_line(run: Run) -> None:
    status, out, err = run("cn-nm", "--coverage")
    assert (status, err) == (1, "")
    lines = out.splitlines()
    assert lines[0] == "4 passed in 1 case file"
    assert f"{RULESET}:50: not covered: no case where `subject` is failed and changes" in lines[8]
    assert lines[-1] == "coverage: 12 of 21 goals covered, 57 %"
    assert not [line for line in lines if "survives" in line]


@pytest.mark.slow
def test_a_survivor_is_told_with_the_case_that_would_fail(run: Run) -> None:
    status, out, _ = run("cn-nm", "--mutate")
    assert status == 1
    assert (
        f"""{RULESET}:64: survives: eligible: `not-listed` is removed
    a case that would kill it:
      - name: 2022年11月25日，…
        on: 2022-11-25
        change:
          employer.listed: true
        expect:
          status: ineligible
          amount: not_applicable
          failed: [not-listed]
"""
        in out
    )
    assert out.endswith("mutants: 40 tried, 24 survive\n")


@pytest.mark.slow
def test_both_are_data_too(run: Run) -> None:
    status, out, _ = run("cn-nm", "--coverage", "--mutate", "--json")
    data = json.loads(out)
    assert status == 1
    assert data["error"]["code"] == "insufficient-cases"
    [covered], [mutated] = data["coverage"], data["mutation"]
    assert (covered["goals"], covered["covered"], len(covered["gaps"])) == (21, 12, 9)
    assert covered["gaps"][0]["path"] == RULESET
    assert (mutated["tried"], len(mutated["survivors"])) == (40, 24)
    assert {"node_id", "path", "line", "operator", "change", "case"} == set(mutated["survivors"][0])


def test_where_they_are_enough_the_status_is_0(run: Run) -> None:
    id_ = "cn-nm-150100/retention-training-subsidy"
    status, out, _ = run(id_, "--coverage", "--mutate")
    assert status == 0
    assert "nodes are inherited from cn-nm/retention-training-subsidy and covered by" in out
    assert out.endswith("covered, 100 %\nmutants: 3 tried, none survives\n")


@pytest.mark.parametrize("option", ["--coverage", "--mutate"])
def test_where_a_case_fails_nothing_more_is_asked(run: Run, tmp_path: Path, option: str) -> None:
    fail(tmp_path)
    status, out, _ = run("cn-nm", option)
    assert status == 1
    assert " shown, " not in out
    assert "mutants:" not in out
    what = {"--coverage": "coverage", "--mutate": "mutation"}[option]
    assert out.endswith(f"\n{what}: not measured, because a case fails\n")
    assert json.loads(run("cn-nm", option, "--json")[1])[what] is None


def test_where_a_file_is_wrong_nothing_more_is_asked(run: Run, tmp_path: Path) -> None:
    (tmp_path / "cn-nm" / "other.cases.yaml").write_text("policyrules: 1\n", encoding="utf-8")
    status, out, _ = run("cn-nm", "--coverage")
    assert status == 1
    assert out.endswith("\ncoverage: not measured, because a file is wrong\n")


def write_other(folder: Path) -> None:
    """A second ruleset that has no case file."""
    text = (folder / RULESET).read_text(encoding="utf-8")
    other = text.replace("id: cn-nm/refund", "id: cn-nm/other")
    (folder / "cn-nm" / "other.yaml").write_text(other, encoding="utf-8")


def test_of_a_ruleset_without_cases_nothing_is_shown(run: Run, tmp_path: Path) -> None:
    write_other(tmp_path)
    status, out, _ = run("cn-nm", "--coverage")
    assert status == 1
    assert "cn-nm/other.yaml:50: not covered: no case where `subject` is failed" in out
    assert out.endswith("coverage: 12 of 42 goals covered, 28 %\n")
    data = json.loads(run("cn-nm", "--coverage", "--json")[1])
    assert {coverage["ruleset"]: coverage["covered"] for coverage in data["coverage"]} == {
        "cn-nm/refund": 12,
        "cn-nm/other": 0,
    }


@pytest.mark.slow
def test_of_a_ruleset_without_cases_every_mutant_survives(run: Run, tmp_path: Path) -> None:
    write_other(tmp_path)
    status, out, _ = run("cn-nm", "--mutate")
    assert status == 1
    assert "perhaps equivalent" not in out
    assert out.endswith("mutants: 80 tried, 64 survive\n")
    by_id = {report.ruleset: report for report in policyrules.testing.run_mutation_tests(["cn-nm"])}
    assert len(by_id["cn-nm/other"].survivors) == by_id["cn-nm/other"].tried == 40


@pytest.mark.parametrize("which", [["-k", "30"], ["-x"]])
def test_whether_some_cases_are_enough_is_no_question(run: Run, which: list[str]) -> None:
    status, _, err = run("cn-nm", "--coverage", *which)
    assert status == 2
    assert "need every case to run" in err
