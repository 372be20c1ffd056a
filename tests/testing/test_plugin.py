"""The pytest plugin, run in a user's project."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.cases.texts import CASES, RULESET, read_folder, write_files
from tests.conformance.cases import Case

import policyrules
from policyrules.testing import pytest_items

pytestmark = pytest.mark.installed

pytest_plugins = "pytester"

FAILING = next(case for case in read_folder("failing") if str(case) == "every-difference")
PASSING = next(case for case in read_folder("failing") if str(case) == "as-expected")
BAD = next(case for case in read_folder("bad") if str(case) == "unknown-name.a-condition")
MISSPELT_RULESET = next(
    case for case in read_folder("bad") if str(case) == "unknown-name.in-the-ruleset"
)
STRICT = ("-W", "error", "--strict-markers", "--strict-config", "-p", "no:cacheprovider")

# Imported before a run inside this one, which forgets whatever it imports itself.
assert pytest_items.__name__


@pytest.fixture
def project(pytester: pytest.Pytester) -> pytest.Pytester:
    """A project with the cases of the base, of which all pass."""
    write_files(PASSING, pytester.path)
    return pytester


def run(project: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return project.runpytest_inprocess(*STRICT, *arguments)


# --- which files are collected -------------------------------------------------------------------


def test_a_case_file_in_a_folder_is_left_alone_unless_asked_for(project: pytest.Pytester) -> None:
    assert run(project).ret == pytest.ExitCode.NO_TESTS_COLLECTED
    assert run(project, "cn-nm").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_a_case_file_that_is_named_outright_is_collected(project: pytest.Pytester) -> None:
    run(project, CASES).assert_outcomes(passed=4)


def test_the_flag_asks_for_those_in_folders(project: pytest.Pytester) -> None:
    run(project, "--policyrules").assert_outcomes(passed=4)
    run(project, "--policyrules", "cn-nm").assert_outcomes(passed=4)


def test_the_setting_asks_for_those_in_the_folders_of_tests(project: pytest.Pytester) -> None:
    project.makeini("[pytest]\npolicyrules_cases = true\ntestpaths = tests cn-nm\n")
    project.mkdir("tests").joinpath("test_one.py").write_text("def test_one(): pass\n")
    run(project).assert_outcomes(passed=5)


def test_other_files_are_none_of_its_affairs(project: pytest.Pytester) -> None:
    project.path.joinpath("cases.yaml").write_text("cases: []\n")
    run(project, "--policyrules").assert_outcomes(passed=4)
    run(project, "--policyrules", f"--ignore={CASES}").assert_outcomes(passed=0)


@pytest.mark.slow
def test_without_a_case_file_the_package_is_not_imported(project: pytest.Pytester) -> None:
    project.makepyfile(
        """
        import sys

        def test_nothing_of_it_is_there():
            assert "_policyrules_pytest" in sys.modules
            assert "policyrules" not in sys.modules
        """
    )
    project.runpytest_subprocess(*STRICT).assert_outcomes(passed=1)


# --- what is collected ---------------------------------------------------------------------------


def test_each_case_is_a_test_under_its_sentence(project: pytest.Pytester) -> None:
    shown = run(project, CASES, "--collect-only", "-q").outlines
    names = [line.partition("::")[2] for line in shown if line.startswith(CASES)]
    cases = policyrules.run_cases([CASES]).results
    assert names == [case.name for case in cases]


def test_cases_are_chosen_by_words_by_their_mark_and_by_their_place(
    project: pytest.Pytester,
) -> None:
    run(project, CASES, "-k", "结束").assert_outcomes(passed=1, deselected=3)
    run(project, CASES, "-m", "policyrules").assert_outcomes(passed=4)
    run(project, CASES, "-m", "not policyrules").assert_outcomes(deselected=4)
    name = policyrules.run_cases([CASES]).results[1].name
    run(project, f"{CASES}::{name}").assert_outcomes(passed=1)


@pytest.mark.parametrize("engine", ["forward", "reference", "compiled"])
def test_every_engine_may_decide(project: pytest.Pytester, engine: str) -> None:
    run(project, CASES, f"--policyrules-engine={engine}").assert_outcomes(passed=4)


@pytest.mark.slow
def test_workers_share_the_cases(project: pytest.Pytester) -> None:
    result = project.runpytest_subprocess(*STRICT, CASES, "-n", "2")
    result.assert_outcomes(passed=4)


@pytest.mark.slow
def test_a_property_is_a_test_too(project: pytest.Pytester) -> None:
    with Path(CASES).open("a", encoding="utf-8") as file:
        file.write(
            "properties:\n"
            "  - {name: 裁员再多，也不会更好, never_increases: amount, when_increasing: employer.laid_off}\n"
            "  - {name: 名录无关（错误）, unchanged_by: employer.listed}\n"
        )
    result = run(project, CASES, "--policyrules-lang=en")
    result.assert_outcomes(passed=5, failed=1)
    result.stdout.fnmatch_lines(["*: 名录无关（错误） _*", "    Counterexample"])
    run(project, CASES, "-k", "裁员再多").assert_outcomes(passed=1, deselected=5)


# --- failures ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_failure_is_shown_as_by_the_command(project: pytest.Pytester, language: str) -> None:
    write_files(FAILING, project.path)
    output = run(project, CASES, f"--policyrules-lang={language}").stdout.str()
    command = [sys.executable, "-m", "policyrules", "test", CASES, "--lang", language]
    printed = subprocess.run(
        command, capture_output=True, check=False, encoding="utf-8", cwd=project.path
    ).stdout
    place, _, rest = printed.partition(": failed: ")
    name, _, rest = rest.partition("\n")
    assert f" {place}: {name} _" in output
    assert rest.strip("\n").rpartition("\n\n")[0] in output


def test_a_failure_says_at_which_line_the_case_stands(project: pytest.Pytester) -> None:
    write_files(FAILING, project.path)
    items, _ = project.inline_genitems(CASES)
    lines = Path(CASES).read_text(encoding="utf-8").split("\n")
    for item in items:
        _, line, _ = item.location
        assert line is not None
        assert item.name in lines[line]


def test_the_first_failure_may_be_the_last(project: pytest.Pytester) -> None:
    text = Path(CASES).read_text(encoding="utf-8")
    Path(CASES).write_text(text.replace("error: ended", "status: eligible"), encoding="utf-8")
    assert run(project, CASES).parseoutcomes()["passed"] == 3
    run(project, CASES, "-x").assert_outcomes(failed=1, passed=3)


def test_a_point_in_a_sentence_stays_one(project: pytest.Pytester) -> None:
    text = Path(CASES).read_text(encoding="utf-8")
    name = policyrules.run_cases([CASES]).results[0].name
    Path(CASES).write_text(text.replace(name, "月入4800.01元"), encoding="utf-8")
    run(project, CASES, "-v").stdout.fnmatch_lines(["*::月入4800.01元 PASSED*"])


@pytest.mark.parametrize("case", [BAD, MISSPELT_RULESET], ids=["cases", "ruleset"])
def test_what_is_wrong_with_a_file_is_one_error_with_its_findings(
    project: pytest.Pytester, case: Case
) -> None:
    write_files(case, project.path)
    result = run(project, CASES)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*: error: there is no * [[]unknown-name[]]"])
    result.stdout.fnmatch_lines([" * = found: *"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_a_case_file_without_a_ruleset_is_an_error_that_says_so(project: pytest.Pytester) -> None:
    Path(RULESET).unlink()
    result = run(project, CASES)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no ruleset*"])
