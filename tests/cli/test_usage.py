"""Usage errors of newcomers: no command, swapped arguments, a repeated option, a misspelt id."""

import json
import subprocess
from pathlib import Path

import pytest
from tests.cli.test_program import FIRM, ON, PROGRAM, REFUND, Run, firm, run

import policyrules
from policyrules.cli.application import app
from policyrules.errors import RulesetNotFound

__all__ = ["firm", "run"]

FACTS = "if it holds facts, they are decided by `policyrules decide RULESET FACTS`"
GROUPS = [[], *([group.name] for group in app.registered_groups)]


@pytest.mark.parametrize("group", GROUPS, ids=lambda group: " ".join(map(str, group)) or "alone")
def test_a_group_of_commands_alone_shows_its_help_in_lines(run: Run, group: list[str]) -> None:
    status, out, err = run(*group)
    shown = out + err
    assert status == 2
    assert "\\n" not in shown
    assert shown.startswith("Usage: policyrules")
    assert "\nCommands:\n" in shown
    assert shown == run(*group, "--help")[1]


@pytest.mark.parametrize(
    "option, arguments",
    [
        ("--on", ["decide", REFUND, "-", *ON, *ON]),
        ("--on", ["decide", REFUND, "-", "--on=2022-01-01", *ON]),
        ("--lang", ["decide", REFUND, "-", "--lang", "en", "--lang", "zh"]),
        ("--engine", ["decide", REFUND, "-", "--engine", "forward", "--engine", "reference"]),
        ("--jurisdiction", ["decide", "x", "-", "--jurisdiction", "cn", "--jurisdiction", "cn-nm"]),
        ("--on", ["missing", REFUND, "-", *ON, *ON]),
        ("--on", ["show", REFUND, "--python", *ON, *ON]),
        ("--folder", ["list", "--folder", "a", "--folder", "b"]),
        ("--texts", ["check", "--texts", "a", "--texts", "b"]),
        ("-k", ["test", "-k", "a", "-k", "b"]),
        ("--junit", ["test", "--junit", "a", "--junit", "b"]),
        ("--facts", ["replay", "-", "--facts", "a", "--facts", "b"]),
        ("--variant", ["new", "variant", REFUND, "--variant", "a", "--variant", "b"]),
    ],
)
def test_an_option_with_one_value_is_given_once(
    run: Run, option: str, arguments: list[str]
) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert f"Invalid value for {option}: it is given more than once" in err


def test_options_that_take_several_values_and_flags_may_be_given_again(run: Run, firm: str) -> None:
    status, out, _ = run("decide", REFUND, firm, *ON, "--json", "--json")
    assert (status, json.loads(out)["status"]) == (0, "eligible")
    arguments = ["--jurisdiction", "cn-nm", "--folder", "a", "--folder", "b", *ON]
    assert run("decide", "job-stabilisation-refund", firm, *arguments)[0] == 0


@pytest.mark.parametrize("name", ["firm.yaml", "firm.json", "facts"])
@pytest.mark.parametrize(
    "arguments, first",
    [
        (["decide", "FILE", REFUND], True),
        (["missing", "FILE", REFUND], True),
        (["decide", "FILE", "FILE"], False),
        (["show", "FILE"], False),
        (["schema", "facts", "FILE"], False),
        (["test", "FILE"], False),
    ],
)
def test_facts_in_the_place_of_the_ruleset_are_told(
    run: Run, tmp_path: Path, name: str, arguments: list[str], first: bool
) -> None:
    path = tmp_path / name
    text = json.dumps({"employer": {"kind": "enterprise"}}) if name == "firm.json" else FIRM
    path.write_text(text, encoding="utf-8")
    status, out, err = run(
        *(str(path) if argument == "FILE" else argument for argument in arguments)
    )
    assert (status, out) == (1, "")
    assert FACTS in err
    assert ("the ruleset comes first" in err) == first
    with pytest.raises(RulesetNotFound, match="if it holds facts"):
        policyrules.load(str(path))


def test_a_case_file_in_the_place_of_the_ruleset_is_told(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "x.cases.yaml"
    path.write_text("policyrules: 1\ncases: []\n", encoding="utf-8")
    assert "it holds cases, which `policyrules test` runs" in run("show", str(path))[2]


def test_the_id_of_an_installed_ruleset_is_checked(run: Run) -> None:
    status, out, _ = run("check", REFUND, "--json")
    assert (status, len(json.loads(out)["files"])) == (0, 1)
    assert len(policyrules.check_rulesets(REFUND).files) == 1
    status, _, err = run("check", REFUND.replace("refund", "refnud"))
    assert status == 1
    assert f"did you mean `{REFUND}`?" in err
    assert "there is no such file or folder" in run("check", "nowhere")[2]


@pytest.mark.parametrize(
    "wanted",
    [
        "CN-NM/Job-Stabilisation-Refund",
        f"{REFUND}@2022",
        f"{REFUND}.yaml",
        f"{REFUND}.yml",
        f"{REFUND}.YAML",
        "CN-NM/Job-Stabilisation-Refund.yaml",
        REFUND.replace("/", "\\"),
    ],
)
def test_an_id_with_capitals_a_suffix_or_a_version_is_told_right(run: Run, wanted: str) -> None:
    status, _, err = run("show", wanted)
    assert status == 1
    assert err.rstrip().endswith(f"did you mean `{REFUND}`?")


@pytest.mark.parametrize(
    "facts, remedy",
    [
        (".", "it is a folder: give the files in it"),
        ("https://example.org/firm.yaml", "a web address is not read: save the file"),
        ('{"employer": {"laid_off": 6}}', "facts are a file: write them into one, or give `-`"),
        (f"{REFUND}.2023", "it is a ruleset: give one ruleset, and then the facts"),
        ("gone.yaml", "give a JSON or YAML file, or `-` for standard input"),
    ],
)
def test_what_is_no_file_of_facts_has_a_remedy(run: Run, facts: str, remedy: str) -> None:
    status, _, err = run("decide", REFUND, facts, *ON)
    assert status == 1
    assert f"remedy: {remedy}" in err


def test_output_that_is_redirected_into_the_facts_is_told(tmp_path: Path) -> None:
    facts = tmp_path / "firm.yaml"
    facts.write_text(FIRM, encoding="utf-8")
    with facts.open("wb") as output:
        done = subprocess.run(
            [*PROGRAM, "decide", REFUND, str(facts), *ON],
            stdout=output,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert done.returncode == 1
    assert b"did you redirect the output into this file?" in done.stderr


@pytest.mark.parametrize(
    "arguments, remedy",
    [
        ([REFUND, "firm.yaml"], f"did you mean `policyrules decide {REFUND} FACTS`?"),
        (["-V"], "`--version` shows it"),
    ],
)
def test_what_is_no_command_has_a_remedy(run: Run, arguments: list[str], remedy: str) -> None:
    status, _, err = run(*arguments)
    assert status == 2
    assert remedy in err


def test_an_error_of_an_option_says_no_more_than_the_error(run: Run) -> None:
    status, _, err = run("decide", REFUND, "-", "--engine", "fast")
    assert status == 2
    assert "'fast' is not one of" in err
    assert "Value error" not in err


def test_an_id_with_a_place_is_told_to_be_a_policy(run: Run, firm: str) -> None:
    status, _, err = run("decide", REFUND, firm, *ON, "--jurisdiction", "cn-nm-150100")
    assert status == 1
    assert "give the policy only, `job-stabilisation-refund`" in err
