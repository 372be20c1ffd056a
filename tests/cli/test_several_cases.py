"""`decide` with several facts files: one answer for each, independent of the others."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from policyrules.cli import main

REFUND = "cn-nm/job-stabilisation-refund"
ON = ("--on", "2022-11-25")

Run = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the program in a folder with three cases: one good, one wrong, one refused."""
    (tmp_path / "good.yaml").write_text("employer: {layoff_rate: 2%}", encoding="utf-8")
    (tmp_path / "wrong.yaml").write_text("employer: {laid_off: -7}", encoding="utf-8")
    (tmp_path / "refused.json").write_text('{"employer": {"layoff_rate": 0.23}}', encoding="utf-8")
    monkeypatch.chdir(tmp_path)

    def program(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        data = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", data)
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return program


def lines(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_several_cases_are_answered_in_order_one_on_each_line(run: Run) -> None:
    status, out, err = run("decide", REFUND, "refused.json", "good.yaml", *ON, "--json")
    answers = lines(out)
    assert (status, err) == (0, "")
    assert [answer["facts_file"] for answer in answers] == ["refused.json", "good.yaml"]
    assert [answer["status"] for answer in answers] == ["ineligible", "undetermined"]


def test_a_line_is_the_decision_that_its_file_alone_would_get(run: Run) -> None:
    alone = json.loads(run("decide", REFUND, "good.yaml", *ON, "--json")[1])
    line, _ = lines(run("decide", REFUND, "good.yaml", "refused.json", *ON, "--json")[1])
    assert line == {"facts_file": "good.yaml", **alone}


def test_a_wrong_case_is_reported_in_its_place_and_the_others_are_decided(run: Run) -> None:
    files = ("good.yaml", "wrong.yaml", "gone.yaml", "refused.json")
    status, out, err = run("decide", REFUND, *files, *ON, "--json")
    first, wrong, gone, last = lines(out)
    assert (status, err) == (1, "")
    assert (first["status"], last["status"]) == ("undetermined", "ineligible")
    assert (wrong["facts_file"], wrong["error"]["code"]) == ("wrong.yaml", "invalid-facts")
    assert gone["error"]["problems"][0]["code"] == "unreadable-file"


def test_for_a_reader_each_answer_stands_under_the_name_of_its_file(run: Run) -> None:
    files = ("good.yaml", "wrong.yaml", "refused.json")
    status, out, err = run("decide", REFUND, *files, *ON, "--lang", "en")
    assert status == 1
    assert [line for line in out.splitlines() if line.startswith("#")] == [
        "# good.yaml",
        "# refused.json",
    ]
    assert out.index("# refused.json") < out.index("Outcome: not eligible")
    assert err.startswith("# wrong.yaml\nwrong.yaml:1:12: `employer.laid_off` is out of its range")


def test_one_case_has_no_heading(run: Run) -> None:
    assert "#" not in run("decide", REFUND, "good.yaml", *ON)[1].splitlines()[0]


def test_on_a_terminal_every_case_has_its_page(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("policyrules.cli.output.is_terminal", lambda: True)
    monkeypatch.setenv("COLUMNS", "80")
    status, out, _ = run("decide", REFUND, "good.yaml", "refused.json", *ON)
    assert status == 0
    assert out.index("# good.yaml") < out.index("?  尚不能确定")
    assert out.index("# refused.json") < out.index("✗  不符合条件")


def test_standard_input_is_one_of_the_cases_and_only_once(run: Run) -> None:
    facts = "employer: {layoff_rate: 23%}"
    status, out, _ = run("decide", REFUND, "good.yaml", "-", *ON, "--json", stdin=facts)
    assert status == 0
    assert [(answer["facts_file"], answer["status"]) for answer in lines(out)] == [
        ("good.yaml", "undetermined"),
        ("-", "ineligible"),
    ]
    status, out, err = run("decide", REFUND, "-", "-", *ON, stdin=facts)
    assert (status, out) == (2, "")
    assert "only once" in err


def test_outside_the_time_in_force_no_case_is_looked_at(run: Run) -> None:
    files = ("good.yaml", "wrong.yaml")
    status, out, _ = run("decide", REFUND, *files, "--on", "2023-01-05", "--json")
    assert status == 1
    assert json.loads(out)["error"]["code"] == "ended"


# --- redaction -----------------------------------------------------------------------------------


def test_redaction_leaves_out_what_shows_a_fact_in_every_case(run: Run) -> None:
    files = ("good.yaml", "refused.json")
    for answer in lines(run("decide", REFUND, *files, *ON, "--json", "--redact")[1]):
        assert not {"values", "reasons", "items"} & answer.keys()
        assert answer["receipt"]["facts"] is None
        assert answer["receipt"]["facts_hash"].startswith("sha256:")
        assert answer["missing"] or answer["status"] == "ineligible"


@pytest.mark.parametrize("others", [[], ["good.yaml"]])
def test_a_redacted_error_says_which_fact_is_wrong_and_not_what_was_given(
    run: Run, tmp_path: Path, others: list[str]
) -> None:
    facts = "employer: {laid_off: -707, layoff_rate: 4040%, size: 张三, premium_paid: 1 李四}"
    (tmp_path / "secret.yaml").write_text(facts, encoding="utf-8")
    status, out, err = run("decide", REFUND, "secret.yaml", *others, *ON, "--json", "--redact")
    assert (status, err) == (1, "")
    assert not [word for word in ("707", "4040", "张三", "李四") if word in out]
    error = (lines(out)[0] if others else json.loads(out))["error"]
    assert [(problem["code"], problem["facts"]) for problem in error["problems"]] == [
        ("out-of-range", ["employer.laid_off"]),
        ("out-of-range", ["employer.layoff_rate"]),
        ("unknown-word", ["employer.size"]),
        ("wrong-unit", ["employer.premium_paid"]),
    ]
    assert error["message"]
