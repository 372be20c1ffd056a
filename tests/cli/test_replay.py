"""`replay` in a shell: the output of `decide` gives the same decision, or differences."""

import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from policyrules.cli import main

REFUND = "cn-nm/job-stabilisation-refund"
EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
FIRM = str(EXAMPLES / "firm-of-30.yaml")
ON = ("--on", "2022-11-25")

Run = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Runs the program in an empty folder; returns its exit status and both outputs."""
    monkeypatch.chdir(tmp_path)

    def program(*arguments: str, stdin: str = "") -> tuple[int, str, str]:
        data = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", data)
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return program


@pytest.fixture
def decision(run: Run) -> str:
    return run("decide", REFUND, FIRM, *ON, "--json")[1]


def test_a_decision_from_a_file_or_a_pipe_is_the_same_decision(run: Run, decision: str) -> None:
    Path("decision.json").write_text(decision, encoding="utf-8")
    receipt = json.dumps(json.loads(decision)["receipt"], ensure_ascii=False)
    assert run("replay", "decision.json") == (0, f"同一决定\n{REFUND} 2022-11-25\n", "")
    for given in (decision, receipt):
        status, out, err = run("replay", "-", "--lang", "en", stdin=given)
        assert (status, out, err) == (0, f"The same decision\n{REFUND} 2022-11-25\n", "")


def test_what_differs_is_named_and_the_exit_status_is_1(run: Run, decision: str) -> None:
    altered = decision.replace("38889.50", "98889.50")
    status, out, err = run("replay", "-", "--lang", "en", stdin=altered)
    assert (status, err) == (1, "")
    assert out.startswith("Not the same decision\n")
    assert "- the receipt was altered" in out
    assert "- `amount.value`: 98889.50 in the receipt, 38889.50 now" in out
    status, out, err = run("replay", "-", "--json", stdin=altered)
    answer = json.loads(out)
    assert (status, err, answer["is_same"]) == (1, "", False)
    assert [difference["name"] for difference in answer["differences"]] == [
        "receipt-altered",
        "amount.value",
    ]


def test_a_redacted_receipt_is_replayed_with_the_facts_from_a_file(run: Run) -> None:
    redacted = run("decide", REFUND, FIRM, *ON, "--json", "--redact")[1]
    status, out, err = run("replay", "-", stdin=redacted)
    assert (status, out) == (1, "")
    assert "give them: `--facts FILE`" in err
    assert run("replay", "-", "--facts", FIRM, stdin=redacted)[0] == 0
    other = str(EXAMPLES / "firm-of-31.json")
    status, out, _ = run("replay", "-", "--facts", other, "--json", stdin=redacted)
    assert status == 1
    assert [difference["name"] for difference in json.loads(out)["differences"]] == ["other-facts"]


def test_a_ruleset_of_ones_own_is_given_by_its_file(run: Run) -> None:
    town = str(EXAMPLES / "town" / "xx" / "winter-heating-grant.yaml")
    facts = "household: {members: 4}"
    made = run("decide", town, "-", "--on", "2024-12-01", "--json", stdin=facts)[1]
    assert run("replay", "-", stdin=made)[0] == 1
    assert run("replay", "-", "--ruleset", town, stdin=made)[0] == 0


@pytest.mark.parametrize(
    "text, code",
    [
        ("", "invalid-receipt"),
        ("{}", "invalid-receipt"),
        ('{"receipt": null}', "invalid-receipt"),
        ('{"error": {"code": "invalid-facts"}}', "invalid-receipt"),
    ],
)
def test_what_is_no_receipt_is_an_error(run: Run, text: str, code: str) -> None:
    status, out, err = run("replay", "-", stdin=text)
    assert (status, out) == (1, "")
    assert err.startswith("error: ")
    status, out, err = run("replay", "-", "--json", stdin=text)
    assert (status, err, json.loads(out)["error"]["code"]) == (1, "", code)


def test_an_unknown_ruleset_and_an_unreadable_file_are_errors(run: Run, decision: str) -> None:
    altered = decision.replace("cn-nm/job", "cn-nm/jobs")
    status, out, _ = run("replay", "-", "--json", stdin=altered)
    assert (status, json.loads(out)["error"]["code"]) == (1, "ruleset-not-found")
    status, out, err = run("replay", "gone.json")
    assert (status, out) == (1, "")
    assert "gone.json: the receipt cannot be read: no such file" in err


def test_standard_input_is_read_only_once(run: Run) -> None:
    assert run("replay", "-", "--facts", "-")[0] == 2
