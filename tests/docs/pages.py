"""Reads the pages of the documentation: their fences, and the commands in them."""

import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import attrs
import pytest

from policyrules.cli import main

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]

ANYTHING: Final = "…"

WALK: Final = re.compile(r"^<!-- walk: (\S+) in under (\d+) lines -->$", re.MULTILINE)
"""Says that a page is a walk that begins in an empty folder, and how long its overlay may be."""

WRITTEN: Final = re.compile(r"<!-- write: (\S+) -->")
"""Stands above a fence with a whole file that the reader of a walk writes."""


def is_walk(page: str) -> bool:
    """Whether the commands of a page are for an empty folder, and not for the checkout."""
    return WALK.search(page) is not None


def walked_paths(page: str) -> set[str]:
    """The files that the reader of a walk writes."""
    return set(WRITTEN.findall(page))


@attrs.frozen
class Fence:
    """A fenced block: where it begins, its info string, its text, and the line above it."""

    line: int
    info: str
    text: str
    above: str


def fences(page: str) -> Iterator[Fence]:
    lines = page.split("\n")
    opened = None
    for number, line in enumerate(lines):
        if opened is None and line.startswith("```"):
            opened = number
        elif opened is not None and line.rstrip() == "```":
            text = "\n".join(lines[opened + 1 : number])
            above = lines[opened - 1] if opened else ""
            yield Fence(opened + 1, lines[opened][3:].strip(), text, above)
            opened = None
    assert opened is None, f"the fence of line {opened} is never closed"


@attrs.frozen
class Session:
    """One command and what it is said to print."""

    line: int
    command: str
    shown: str


def sessions(fence: Fence) -> Iterator[Session]:
    command, line, shown = "", 0, list[str]()
    for number, text in enumerate(fence.text.split("\n"), start=fence.line + 1):
        if text.startswith("$ "):
            if command:
                yield Session(line, command, "\n".join(shown))
            command, line, shown = text.removeprefix("$ "), number, []
        else:
            shown.append(text)
    yield Session(line, command, "\n".join(shown))


def matches(shown: str, printed: str) -> bool:
    """Whether a text with gaps is what was printed; the ends of lines and the last ones are free.

    >>> matches("a…c\\n…\\nz", "abc\\n1\\n2\\nz\\n")
    True
    """
    pattern = ""
    for line in shown.rstrip().split("\n"):
        if line.strip() == ANYTHING:
            pattern += r"(?:.*\n)*?"
        else:
            parts = (re.escape(part) for part in line.rstrip().split(ANYTHING))
            pattern += r"[^\n]*".join(parts) + r"[ ]*\n"
    text = "".join(f"{line}\n" for line in printed.rstrip().split("\n"))
    return re.fullmatch(pattern, text) is not None


def run_fence(
    fence: Fence, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Runs the commands of a fence where we are: each prints what is shown under it."""
    status = 0
    for session in sessions(fence):
        if session.command == "echo $?":
            assert session.shown.strip() == str(status), f"line {session.line}"
            continue
        fed, _, piped = session.command.partition(" | ")
        command = session.command
        if piped:
            words = shlex.split(fed)
            assert words[0] == "echo", session.command
            data = io.BytesIO(f"{words[1]}\n".encode())
            monkeypatch.setattr("sys.stdin", io.TextIOWrapper(data, encoding="utf-8"))
            command = piped
        name, *arguments = shlex.split(command)
        assert name == "policyrules", f"line {session.line}: only the program itself is run"
        status = main(arguments)
        captured = capsys.readouterr()
        printed = captured.out + captured.err
        assert matches(session.shown, printed), f"line {session.line} prints\n{printed}"
