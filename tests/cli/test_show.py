"""`policyrules show`: the rules after composition, or the generated Python, as text and JSON."""

import json
from datetime import date
from pathlib import Path

import pytest
from tests.support.shipped import shipped

import policyrules
from policyrules.cli import main

REFUND = "cn-nm/job-stabilisation-refund"
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"


def test_show_prints_the_python_that_decides(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("show", REFUND, "--on", "2022-11-25", "--python")) == 0
    expected = shipped(REFUND).on(date(2022, 11, 25)).python_source()
    assert capsys.readouterr().out == expected


def test_show_as_json_says_of_which_ruleset_and_day(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("show", REFUND, "--on", "2022-03-01", "--python", "--json")) == 0
    shown = json.loads(capsys.readouterr().out)
    assert (shown["ruleset"], shown["on"]) == (REFUND, "2022-03-01")
    assert shown["python"] == shipped(REFUND).on(date(2022, 3, 1)).python_source()


def test_show_alone_prints_the_rules_with_those_of_the_bases(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    id_ = "cn-nm-150100/retention-training-subsidy"
    assert main(("show", id_)) == 0
    text = capsys.readouterr().out
    assert main(("show", id_, "--json")) == 0
    assert json.loads(capsys.readouterr().out) == {"ruleset": id_, "rules": text}
    # It is a ruleset, and decides as the variant does.
    path = tmp_path / f"{id_}.yaml"
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    assert "extends" not in text
    assert policyrules.format_ruleset(text) == text
    facts = {"employer.kind": "enterprise"}
    both = [policyrules.load(ruleset).on("2022-11-25").decide(facts) for ruleset in (id_, path)]
    assert both[0].explain().split("凭证")[0] == both[1].explain().split("凭证")[0]


def test_a_day_goes_with_python(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("show", REFUND, "--on", "2022-11-25")) == 2
    assert "--python" in capsys.readouterr().err


def test_outside_its_time_nothing_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(("show", REFUND, "--on", "2030-01-01", "--python")) == 1
    assert "not in force" in capsys.readouterr().err


def test_the_compiled_engine_decides_on_the_command_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    # Every fact is known: the compiled engine gives no such case to the reference.
    arguments = (
        "decide",
        REFUND,
        str(EXAMPLES / "firm-of-30.yaml"),
        "--on",
        "2022-11-25",
        "--json",
    )
    answers = []
    for engine in ("reference", "compiled"):
        assert main((*arguments, "--engine", engine)) == 0
        answers.append(json.loads(capsys.readouterr().out))
        assert answers[-1]["receipt"].pop("engine") == engine
        del answers[-1]["receipt"]["kernel"], answers[-1]["receipt"]["receipt_hash"]
    assert answers[0] == answers[1]
