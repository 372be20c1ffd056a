"""`--assume`: facts that are assumed where they are missing, and the commands that take them."""

import json
from pathlib import Path
from typing import Final

import pytest
from tests.cli.test_program import ON, REFUND, Run, run

__all__ = ["run"]

EXAMPLES: Final = Path(__file__).parents[2] / "docs" / "examples"
FIRM: Final = str(EXAMPLES / "firm-before-the-search.yaml")
LISTS: Final = str(EXAMPLES / "not-on-the-lists.json")
DECIDE: Final = ("decide", REFUND, FIRM, *ON, "--assume", LISTS)


def test_the_decision_names_what_was_assumed(run: Run) -> None:
    status, out, err = run(*DECIDE, "--json")
    data = json.loads(out)
    assert (status, err, data["status"]) == (0, "", "eligible")
    assert [(fact["fact"], fact["to_confirm"]) for fact in data["assumed"]] == [
        ("employer.dishonesty_listed", True),
        ("employer.zombie_listed", True),
    ]
    assert [missing["to_confirm"] for missing in data["missing"]] == [True, True]


def test_what_must_be_confirmed_is_the_next_step_and_shows_what_was_assumed(run: Run) -> None:
    arguments = ("missing", REFUND, FIRM, *ON, "--assume", LISTS)
    data = json.loads(run(*arguments, "--json")[1])
    assert (data["next"], len(data["missing"]), len(data["assumed"])) == ("confirm", 2, 2)
    text = run(*arguments, "--lang", "zh")[1]
    assert "需要核实的假定事实（最有用的在前）\n1. 单位是否被列入严重违法失信黑名单？" in text
    assert "\n   假定：否\n" in text


def test_a_redacted_receipt_is_replayed_with_the_assumed_facts(run: Run, tmp_path: Path) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text(run(*DECIDE, "--json", "--redact")[1], encoding="utf-8")
    replay = ("replay", str(receipt), "--facts", FIRM)
    status, _, err = run(*replay)
    assert status == 1
    assert "give them: `--assume FILE`" in err
    assert run(*replay, "--assume", LISTS)[0] == 0
    status, out, _ = run(*replay, "--assume", FIRM, "--json")
    assert (status, json.loads(out)["differences"][0]["name"]) == (1, "other-assumed-facts")


@pytest.mark.parametrize("command", ["decide", "missing"])
def test_wrong_assumed_facts_are_reported_as_such(run: Run, tmp_path: Path, command: str) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("employer: {zombie_listed: maybe}\n", encoding="utf-8")
    status, out, err = run(command, REFUND, FIRM, *ON, "--assume", str(wrong))
    assert (status, out) == (1, "")
    assert f"{wrong}:1:12: assumed facts: `employer.zombie_listed` is not a yes or a no" in err


def test_a_file_of_assumed_facts_that_is_not_there_is_reported_as_such(run: Run) -> None:
    status, _, err = run("decide", REFUND, FIRM, *ON, "--assume", "no-such-file.yaml")
    assert status == 1
    assert "assumed facts: the facts cannot be read" in err


def test_standard_input_holds_either_facts_or_assumed_facts(run: Run) -> None:
    for command in ("decide", "missing"):
        status, _, err = run(command, REFUND, "-", *ON, "--assume", "-")
        assert status == 2
        assert "standard input, `-`, can be given only once" in err
