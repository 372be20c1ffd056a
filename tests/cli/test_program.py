"""The program in a shell: its output streams and its exit status."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from policyrules.api.policy import kernel_name
from policyrules.cli import main

pytestmark = pytest.mark.installed

REFUND = "cn-nm/job-stabilisation-refund"
ON = ("--on", "2022-11-25")
FIRM = """\
pooling_area: {fund_reserve_years: 1}
employer:
  kind: enterprise
  size: small
  insured_headcount: 30
  laid_off: 6
  full_paid_months: 12
  premium_paid: 100000.00 CNY
  dishonesty_listed: false
  zombie_listed: false
  environment_compliant: true
"""

PROGRAM = (sys.executable, "-c", "import sys; from policyrules.cli import main; sys.exit(main())")

Run = Callable[..., "tuple[int, str, str]"]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the program inside the test; returns its exit status and both outputs."""

    def program(*arguments: str) -> tuple[int, str, str]:
        status = main(arguments)
        out, err = capsys.readouterr()
        return status, out, err

    return program


@pytest.fixture
def firm(tmp_path: Path) -> str:
    path = tmp_path / "firm.yaml"
    path.write_text(FIRM, encoding="utf-8")
    return str(path)


def shell(
    *arguments: str, stdin: bytes = b"", **variables: str
) -> subprocess.CompletedProcess[bytes]:
    """Runs the program in a process of its own, with variables of its environment changed."""
    return subprocess.run(
        [*PROGRAM, *arguments],
        input=stdin,
        capture_output=True,
        env=os.environ | {"PYTHONUTF8": "0", "PYTHONIOENCODING": "utf-8"} | variables,
        check=False,
    )


# --- decide --------------------------------------------------------------------------------------


def test_a_firm_of_30_with_6_laid_off_is_eligible_to_the_fen(run: Run, firm: str) -> None:
    status, out, err = run("decide", REFUND, firm, *ON, "--lang", "en")
    assert (status, err) == (0, "")
    assert "Outcome: eligible" in out
    assert "90,000.00 CNY" in out


def test_the_same_in_chinese(run: Run, firm: str) -> None:
    status, out, _ = run("decide", REFUND, firm, *ON)
    assert status == 0
    assert "符合条件" in out
    assert "90,000.00 元" in out


@pytest.mark.parametrize("engine", ["forward", "reference"])
def test_json_is_the_decision_as_data(run: Run, firm: str, engine: str) -> None:
    status, out, _ = run("decide", REFUND, firm, *ON, "--json", "--engine", engine)
    decision = json.loads(out)
    assert status == 0
    assert decision["status"] == "eligible"
    assert decision["amount"]["value"] == "90000.00"
    assert decision["receipt"]["facts"]["employer.laid_off"] == "6"


def test_a_redacted_receipt_keeps_the_hash_and_drops_the_facts(run: Run, firm: str) -> None:
    whole = json.loads(run("decide", REFUND, firm, *ON, "--json")[1])["receipt"]
    status, out, _ = run("decide", REFUND, firm, *ON, "--json", "--redact")
    redacted = json.loads(out)["receipt"]
    assert status == 0
    assert redacted["facts"] is None
    assert not {"values", "reasons"} & json.loads(out).keys()
    assert run("decide", REFUND, firm, *ON, "--redact")[0] == 2
    assert redacted["facts_hash"] == whole["facts_hash"]


def test_facts_come_from_standard_input_too() -> None:
    facts = b'{"employer": {"kind": "enterprise", "layoff_rate": 0.23}}'
    done = shell("decide", REFUND, "-", *ON, "--lang", "en", stdin=facts)
    assert done.returncode == 0
    assert "Outcome: not eligible" in done.stdout.decode()


def test_without_a_day_it_is_decided_on_today(run: Run, firm: str) -> None:
    status, _, err = run("decide", REFUND, firm)
    assert status == 1
    assert "it ended on 2022-12-31" in err


@pytest.mark.parametrize(
    "day, code, message",
    [
        ("2021-12-31", "not-yet-in-force", "it begins on 2022-01-01"),
        ("2023-01-01", "ended", "it ended on 2022-12-31"),
    ],
)
def test_outside_its_time_nothing_is_decided(
    run: Run, firm: str, day: str, code: str, message: str
) -> None:
    status, out, err = run("decide", REFUND, firm, "--on", day)
    assert (status, out) == (1, "")
    assert message in err
    status, out, err = run("decide", REFUND, firm, "--on", day, "--json")
    error = json.loads(out)["error"]
    assert (status, err) == (1, "")
    assert error == {
        "code": code,
        "ruleset": REFUND,
        "on": day,
        "from": "2022-01-01",
        "to": "2022-12-31",
        "message": error["message"],
    }


# --- bad input -----------------------------------------------------------------------------------

_BAD_FACTS = {
    "a misspelt fact": (b"employer: {laidoff: 6}", "did you mean `employer.laid_off`?"),
    "a word for a number": (b"employer: {laid_off: six}", "is not a whole number"),
    "a negative count": (b"employer: {laid_off: -1}", "it cannot be negative"),
    "an unknown category": (b"employer: {size: huge}", "`employer.size` has no such word"),
    "NaN": (b"employer: {laid_off: NaN}", "is not a whole number"),
    "a rate that contradicts the counts": (
        b"employer: {laid_off: 6, insured_headcount: 30, layoff_rate: 5%}",
        "the facts disagree on `layoff_rate`",
    ),
    "an empty file": (b"", "the file is empty"),
    "100 MB": (b" " * 100_000_000, "the file is too large"),
    "nesting 100,000 deep": (b"{a: " * 100_000, "the file is nested too deeply"),
    "an alias bomb": (b"a: &a [x]\nb: [*a, *a]", "anchor `&a` is not part of the language"),
    "GB18030": ("employer: {size: 大型}".encode("gb18030"), "it could be GB18030"),
    "the date among the facts": (b"on: 2022-11-25", "give it with `--on`"),
}


@pytest.mark.parametrize("name", _BAD_FACTS)
def test_bad_facts_are_answered_with_a_message_and_status_1(
    run: Run, tmp_path: Path, name: str
) -> None:
    data, message = _BAD_FACTS[name]
    path = tmp_path / "facts.yaml"
    path.write_bytes(data)
    status, out, err = run("decide", REFUND, str(path), *ON)
    assert (status, out) == (1, "")
    assert message in err
    assert "Traceback" not in err
    status, out, err = run("decide", REFUND, str(path), *ON, "--json")
    error = json.loads(out)["error"]
    assert (status, err) == (1, "")
    assert {"code", "message"} <= error.keys()


def test_line_endings_and_a_byte_order_mark_make_no_difference(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + FIRM.replace("\n", "\r\n").encode())
    status, out, _ = run("decide", REFUND, str(path), *ON, "--json")
    assert status == 0
    assert json.loads(out)["status"] == "eligible"


def test_a_file_that_cannot_be_read_is_named(run: Run, tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "gone.yaml"):
        status, out, err = run("decide", REFUND, str(path), *ON)
        assert (status, out) == (1, "")
        assert str(path) in err
        assert "the facts cannot be read" in err


@pytest.mark.parametrize("as_json", [False, True])
def test_a_ruleset_that_does_not_exist_is_named(run: Run, firm: str, as_json: bool) -> None:
    wanted = "cn-nm/job-stabilization-refund"
    status, out, err = run("decide", wanted, firm, *ON, *(["--json"] if as_json else []))
    assert status == 1
    assert f"there is no ruleset `{wanted}`" in (out if as_json else err)
    assert f"did you mean `{REFUND}`?" in (out if as_json else err)


@pytest.mark.parametrize(
    "arguments",
    [
        ["decide"],
        ["decide", REFUND],
        ["decide", REFUND, "f.yaml", "--on", "2022-02-30"],
        ["decide", REFUND, "f.yaml", "--on", "20221125"],
        ["decide", REFUND, "f.yaml", "--on", "today"],
        ["decide", REFUND, "f.yaml", "--lang", "fr"],
        ["decide", REFUND, "f.yaml", "--engine", "rete"],
        ["check", "--texts", "no-such-folder"],
        ["schema", "facts"],
        ["schema", "ruleset", REFUND],
        ["decode"],
        ["--verbose"],
    ],
)
def test_wrong_usage_is_status_2(run: Run, arguments: list[str]) -> None:
    status, out, err = run(*arguments)
    assert (status, out) == (2, "")
    assert "Error" in err
    assert "Traceback" not in err
    if arguments[0] != "--verbose":
        status, out, err = run(*arguments, "--json")
        error = json.loads(out)["error"]
        assert (status, err, error["code"]) == (2, "", "usage")
        assert error["message"]


# --- the other commands --------------------------------------------------------------------------


def test_list_shows_the_rulesets(run: Run) -> None:
    status, out, _ = run("list", "--lang", "en")
    assert status == 0
    row = next(line for line in out.splitlines() if line.startswith(REFUND))
    assert "2022-01-01 to 2022-12-31" in row
    row = next(line for line in out.splitlines() if line.startswith("cn-nm/grassroots"))
    assert "from 2016-01-01  " in row
    status, out, _ = run("list", "--lang", "zh")
    row = next(line for line in out.splitlines() if line.startswith(REFUND))
    assert (status, "2022-01-01 至 2022-12-31" in row) == (0, True)
    status, out, _ = run("list", "--json")
    entry = next(entry for entry in json.loads(out)["rulesets"] if entry["id"] == REFUND)
    assert status == 0
    assert entry["in_force"] == {"from": "2022-01-01", "to": "2022-12-31"}


@pytest.mark.slow
def test_check_finds_nothing_in_what_is_shipped(run: Run) -> None:
    status, out, _ = run("check")
    assert status == 0
    assert "error" not in out
    report = json.loads(run("check", "--json")[1])
    assert report["errors"] == 0
    assert "error" not in report
    assert json.loads(run("check", "--format", "sarif")[1])["version"] == "2.1.0"


def test_check_of_a_wrong_ruleset_is_status_1(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "wrong.yaml"
    path.write_text("policyrules: 1\nid: 3\nnonsense: true\n", encoding="utf-8")
    status, out, _ = run("check", str(path))
    assert status == 1
    assert "wrong.yaml:" in out
    assert "^" in out
    assert " in 1 file" in out
    status, out, _ = run("check", str(path), "--json")
    report = json.loads(out)
    assert (status, report["error"]["code"]) == (1, "invalid-ruleset")
    status, out, _ = run("check", str(path), "--format", "sarif")
    assert status == 1
    assert json.loads(out)["runs"][0]["results"]


def test_check_of_a_path_that_does_not_exist_is_status_1(run: Run, tmp_path: Path) -> None:
    status, _, err = run("check", str(tmp_path / "gone.yaml"))
    assert status == 1
    assert "gone.yaml" in err


@pytest.mark.parametrize(
    "arguments", [[], ["ruleset"], ["vocabulary"], ["sources"], ["facts", REFUND]]
)
def test_schema_prints_a_json_schema(run: Run, arguments: list[str]) -> None:
    status, out, _ = run("schema", *arguments)
    assert status == 0
    assert "$schema" in json.loads(out)


def test_the_version_names_the_kernel(run: Run) -> None:
    status, out, _ = run("--version")
    assert status == 0
    assert out.startswith("policyrules ")
    assert f"(kernel: {kernel_name()})" in out


def test_the_version_says_that_durable_rules_is_not_there(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    assert "(kernel: fixpoint, as durable_rules cannot be imported)" in run("--version")[1]


# --- terminals, pipes, signals -------------------------------------------------------------------


def test_what_answers_at_once_imports_nothing_heavy() -> None:
    heavy = "{'typer', 'rich', 'durable_rules_engine'}"
    code = f"import sys, policyrules.cli as c; c.main(['--version']); print(sorted({heavy} & {{*sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    loaded = done.stdout.decode().splitlines()[-1]
    assert "typer" not in loaded
    assert "rich" not in loaded


@pytest.mark.slow
@pytest.mark.parametrize("encoding", ["gb18030", "gbk", "ascii", "latin-1"])
def test_every_encoding_of_a_terminal_is_served(firm: str, encoding: str) -> None:
    # Every other test of a process is one of utf-8.
    for arguments in (("decide", REFUND, firm, *ON), ("decide", "无", firm)):
        done = shell(*arguments, PYTHONIOENCODING=encoding)
        assert done.returncode in {0, 1}
        assert b"Traceback" not in done.stderr
        (done.stdout + done.stderr).decode(encoding)
    done = shell("decide", REFUND, firm, *ON, "--json", PYTHONIOENCODING=encoding)
    assert done.returncode == 0
    assert json.loads(done.stdout.decode(encoding))["status"] == "eligible"


@pytest.mark.slow
def test_signs_that_an_encoding_lacks_have_stand_ins(firm: str) -> None:
    done = shell("decide", REFUND, firm, *ON, PYTHONIOENCODING="gbk")
    text = done.stdout.decode("gbk")
    assert "+ 裁员率" in text
    assert "✓" not in text
    assert "\\u2713" not in text


def in_terminal(arguments: list[str], **variables: str) -> str:
    """What the program prints on a terminal of 80 columns."""
    import pty  # not there on Windows
    import select

    controller, terminal = pty.openpty()
    environment = os.environ | {"COLUMNS": "80", "TERM": "xterm-256color"} | variables
    environment.pop("NO_COLOR", None)
    environment |= variables
    process = subprocess.Popen(
        [*PROGRAM, *arguments],
        stdin=terminal,
        stdout=terminal,
        stderr=terminal,
        env=environment,
    )
    os.close(terminal)
    output = b""
    while select.select([controller], [], [])[0]:
        try:
            piece = os.read(controller, 65536)
        except OSError:
            break
        if not piece:
            break
        output += piece
    process.wait()
    os.close(controller)
    return output.decode().replace("\r\n", "\n")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="pseudo-terminals are of Unix")
def test_a_terminal_gets_colour_unless_it_asks_for_none(firm: str) -> None:
    coloured = in_terminal(["decide", REFUND, firm, *ON])
    plain = in_terminal(["decide", REFUND, firm, *ON], NO_COLOR="1")
    assert "\x1b[1;32m" in coloured
    assert "\x1b[3" not in plain
    assert "✓" in plain
    assert "符合条件" in plain


@pytest.mark.slow
def test_a_closed_pipe_is_no_failure_to_shout_about(firm: str) -> None:
    for arguments in (["decide", REFUND, firm, *ON], ["list"], ["schema"], ["--version"]):
        with subprocess.Popen(
            [*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as process:
            assert process.stdout is not None
            assert process.stderr is not None
            process.stdout.close()
            assert process.stderr.read() == b""
            assert process.wait() == 141


@pytest.mark.slow
def test_ctrl_c_is_status_130() -> None:
    process = subprocess.Popen(
        [*PROGRAM, "decide", REFUND, "-", *ON],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    # More than a pipe holds: all of it is written once the program reads, and it reads on.
    assert process.stdin is not None
    process.stdin.write(b"# a comment\n" * 30_000)
    process.stdin.flush()
    process.send_signal(signal.SIGINT)
    _, error = process.communicate()
    assert process.returncode == 130
    assert b"Traceback" not in error
