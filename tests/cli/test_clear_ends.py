"""Every run ends with one line and an exit status, never with a traceback."""

import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from policyrules.catalogue.store import shipped_folder
from policyrules.cli import main, output

REFUND = "cn-nm/job-stabilisation-refund"
FACTS = '{"employer": {"layoff_rate": "23%"}}'
PROGRAM = (sys.executable, "-c", "import sys; from policyrules.cli import main; sys.exit(main())")
ON = ("--on", "2022-11-25")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the shell is that of POSIX")


def shell(command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the program with its streams redirected by a shell: `"$@"` stands for it."""
    return subprocess.run(
        ["sh", "-c", command, "sh", *PROGRAM, *arguments],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


def commands(lines: Mapping[str, list[str]], *quick: str) -> list[ParameterSet]:
    """Command lines by their names. Each is a process of its own: all but some are `slow`."""
    slow = {name: () if name in quick else (pytest.mark.slow,) for name in lines}
    return [pytest.param(line, id=name, marks=slow[name]) for name, line in lines.items()]


COMMANDS: dict[str, list[str]] = {
    "version": ["--version"],
    "help": ["--help"],
    "list": ["list"],
    "json": ["list", "--json"],
    "schema": ["schema"],
    "check": ["check", str(shipped_folder() / "cn-nm-150100")],
    "show": ["show", REFUND, "--python", *ON],
    "an error in JSON": ["decide", "no/such", "facts.json", "--json"],
}


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no such device")
@pytest.mark.parametrize("arguments", commands(COMMANDS, "list", "an error in JSON"))
def test_a_full_device_is_one_line_and_a_status(arguments: list[str]) -> None:
    done = shell('"$@" >/dev/full', *arguments)
    assert (done.returncode, done.stderr) == (
        1,
        "error: the output cannot be written: no space left on device\n",
    )


@pytest.mark.parametrize("arguments", commands(COMMANDS, "list", "an error in JSON"))
def test_a_closed_output_is_one_line_and_a_status(arguments: list[str]) -> None:
    done = shell('"$@" >&-', *arguments)
    assert (done.returncode, done.stderr) == (
        1,
        "error: the output cannot be written: standard output is closed\n",
    )


@pytest.mark.parametrize("arguments", commands(COMMANDS, "list", "an error in JSON"))
def test_a_reader_that_has_gone_is_a_status_without_a_word(arguments: list[str]) -> None:
    done = shell('{ "$@"; echo $? >&2; } | true', *arguments)
    # Whether the reader was gone already is a matter of time; the output may fit into the pipe.
    assert done.stderr in {"141\n", "0\n", "1\n"}


TAKES_INPUT: dict[str, list[str]] = {
    "decide": ["decide", REFUND, "-", *ON],
    "missing": ["missing", REFUND, "-", *ON],
    "replay": ["replay", "-"],
    "fmt": ["fmt", "-"],
}


@pytest.mark.parametrize("arguments", commands(TAKES_INPUT, "fmt"))
def test_an_input_that_is_closed_is_told(arguments: list[str]) -> None:
    done = shell('"$@" <&-', *arguments)
    assert done.returncode == 1
    assert "cannot be read" in done.stderr
    assert "standard input is closed" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_error_stream_hides_no_status() -> None:
    assert shell('"$@" 2>&-', "decide", "no/such", "facts.json").returncode == 1


PATHS: dict[str, Callable[[str], list[str]]] = {
    "decide": lambda path: ["decide", REFUND, path, *ON],
    "a ruleset": lambda path: ["decide", f"{path}.yaml", "-"],
    "check": lambda path: ["check", path],
    "texts": lambda path: ["check", "--texts", path],
    "fmt": lambda path: ["fmt", path],
    "test": lambda path: ["test", path],
    "junit": lambda path: ["test", REFUND, "-k", "律师事务所", "--junit", path],
    "pin": lambda path: ["pin", path],
    "list": lambda path: ["list", "--folder", path],
    "replay": lambda path: ["replay", path],
    "new": lambda path: ["new", "variant", REFUND, "--jurisdiction", "xx-1", "--folder", path],
    "place": lambda path: ["decide", "refund", "-", "--jurisdiction", "cn", "--folder", path],
}


@pytest.mark.parametrize("kind", ["a link to itself", "a long name", "below a file", "nothing"])
@pytest.mark.parametrize("command", PATHS.values(), ids=PATHS)
def test_a_path_that_leads_nowhere_is_told_in_words(
    command: Callable[[str], list[str]],
    kind: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "loop"
    if kind == "a link to itself":
        path.symlink_to("loop")
        (tmp_path / "loop.yaml").symlink_to("loop.yaml")
    elif kind == "a long name":
        path = tmp_path / ("x" * 5000)
    elif kind == "below a file":
        (tmp_path / "file").write_text("")
        path = tmp_path / "file" / "loop"
    else:
        path = tmp_path / "gone" / "loop"
    assert main(command(str(path))) in {output.FAILURE, output.USAGE}
    out, err = capsys.readouterr()
    assert (out + err).strip()
    assert "Traceback" not in out + err


@pytest.mark.parametrize("moment", ["command", "output"])
def test_an_interrupt_is_a_status_without_a_traceback(moment: str) -> None:
    script = f"""if True:
        import os, signal, sys
        from policyrules.cli import main, output
        def interrupt(*_: object) -> None:
            os.kill(os.getpid(), signal.SIGINT)
            signal.pause()
        if {moment == "command"}:
            import policyrules.catalogue.heads
            policyrules.catalogue.heads.list_rulesets = interrupt
        else:
            output.write = interrupt
        sys.exit(main(["list"]))
    """
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (130, "")


def test_a_folder_that_is_gone_is_no_traceback(tmp_path: Path) -> None:
    for command in (["list"], ["check", "."]):
        done = shell(f'mkdir {tmp_path}/x; cd {tmp_path}/x; rmdir {tmp_path}/x; "$@"', *command)
        assert done.returncode == 1
        assert done.stderr == "error: `.`: the current folder has been removed\n"


@pytest.mark.slow
def test_findings_are_capped_and_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "cn-nm"
    folder.mkdir()
    for number in range(200):
        (folder / f"x{number}.yaml").write_text("policyrules: 1\n", encoding="utf-8")
    assert main(["check", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert out.count(": error: ") == 300
    assert " more findings, which `--json` has too\n" in out
    assert len(out) < 200_000
