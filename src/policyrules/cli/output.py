"""Write the output: text in the encoding of the terminal, JSON, errors and exit statuses."""

from __future__ import annotations

import errno
import io
import json
import os
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import wraps
from pathlib import Path
from typing import Any, Final, ParamSpec

from policyrules.errors import FactsError, PolicyRulesError
from policyrules.reporting.text_layout import Line, to_plain_text
from policyrules.text.control_characters import (
    escape_control_characters,
    escape_in_json,
    escape_in_lines,
)

CLOSED_PIPE: Final = 141
INTERRUPTED: Final = 130
FAILURE: Final = 1
USAGE: Final = 2

_Parameters = ParamSpec("_Parameters")


def prepare() -> None:
    """Make the standard streams safe: replace closed ones, and let no character fail to encode."""
    if sys.stdout is None:
        sys.stdout = _ClosedOutput()
    if sys.stderr is None:
        # It stays open until the process ends.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class _ClosedOutput(io.StringIO):
    """A replacement for a closed standard output, which refuses every text."""

    def write(self, text: str) -> int:  # noqa: ARG002 - every text is refused
        """Refuse the text."""
        raise OSError(errno.EBADF, "standard output is closed")


def report_system_error(error: OSError) -> int:
    """Report an error of the operating system in one line, and return the exit status.

    An error without a file name is about the output itself.
    """
    reason = (error.strerror or str(error)).lower()
    if error.filename is not None:
        message = f"`{os.fsdecode(error.filename)}`: {reason}"
    else:
        message = f"the output cannot be written: {reason}"
    discard_output()
    with suppress(OSError, ValueError):
        sys.stderr.write(
            encodable(f"error: {escape_control_characters(message)}\n", sys.stderr.encoding)
        )
        sys.stderr.flush()
    return FAILURE


def report_errors(command: Callable[_Parameters, int]) -> Callable[_Parameters, None]:
    """Decorate a command: turn its errors into a message, and its result into an exit status."""

    @wraps(command)
    def wrapper(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        try:
            status = command(*args, **kwargs)
        except PolicyRulesError as error:
            status = _report_failure(error, as_json=bool(kwargs.get("as_json")))
        except BrokenPipeError:
            status = broken_pipe_status()
        # `--version` should start without importing typer.
        import typer

        raise typer.Exit(flush_status(status))

    return wrapper


def write(text: str) -> None:
    """Write a text to standard output, with its control characters escaped.

    Characters that the encoding lacks are replaced.
    """
    sys.stdout.write(encodable(escape_in_lines(text), sys.stdout.encoding))


def write_json(data: object) -> None:
    """Write data as JSON, in ASCII only if the encoding lacks a character."""
    text = escape_in_json(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"
    if not _encodes(text, sys.stdout.encoding):
        text = json.dumps(data, indent=2) + "\n"
    sys.stdout.write(text)


def write_json_line(data: object) -> None:
    """Write data as one line of JSON, for a stream with one result per line."""
    text = escape_in_json(json.dumps(data, ensure_ascii=False)) + "\n"
    if not _encodes(text, sys.stdout.encoding):
        text = json.dumps(data) + "\n"
    sys.stdout.write(text)


def write_error(error: PolicyRulesError, heading: str = "") -> None:
    """Write an error to standard error, under a heading if there is one."""
    # Both streams may go to one terminal, so earlier output is written first.
    sys.stdout.flush()
    head = f"# {escape_control_characters(heading)}\n" if heading else ""
    text = head + escape_in_lines(_error_text(error))
    sys.stderr.write(encodable(text, sys.stderr.encoding))


def write_heading(text: str, *, first: bool) -> None:
    """Write the heading of one of several answers."""
    write_lines([*([] if first else [[("", "")]]), [(f"# {text}", "bold")]])


def write_lines(lines: Iterable[Line]) -> None:
    """Write styled lines, with colours if standard output is a terminal."""
    if not is_terminal():
        write(to_plain_text(lines))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    for line in lines:
        pieces = [
            (encodable(escape_control_characters(text), sys.stdout.encoding), style)
            for text, style in line
        ]
        console.print(Text.assemble(*pieces), soft_wrap=True)


def is_terminal() -> bool:
    """Return whether standard output is a terminal."""
    return sys.stdout.isatty()


def terminal_width() -> int:
    """Return the width of the terminal in columns, or the value of `COLUMNS`."""
    from rich.console import Console

    return Console(file=sys.stdout).width


def encodable(text: str, encoding: str | None) -> str:
    """Return a text with substitutes for the characters that an encoding lacks.

    >>> encodable("✓ 7/30 ≈ 23.33 % > 20 %", "ascii")
    '+ 7/30 ~ 23.33 % > 20 %'
    >>> encodable("✓ 符合条件 ≥", "gbk")
    '+ 符合条件 ≥'
    """
    if _encodes(text, encoding):
        return text
    return "".join(
        character if _encodes(character, encoding) else _SUBSTITUTES.get(character, character)
        for character in text
    )


def report_usage_error(message: str, *, as_json: bool, show: Callable[[], object]) -> int:
    """Report wrong usage and return the exit status; `show` prints it for a reader."""
    if as_json:
        write_json({"error": {"code": "usage", "message": message}})
    else:
        show()
    return flush_status(USAGE)


def flush_status(status: int) -> int:
    """Flush standard output and return the status; another one if the pipe is broken."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return broken_pipe_status()
    return status


def _report_failure(error: PolicyRulesError, *, as_json: bool) -> int:
    try:
        if as_json:
            write_json({"error": error.to_dict()})
        else:
            write_error(error)
    except BrokenPipeError:
        return broken_pipe_status()
    return FAILURE


def _error_text(error: PolicyRulesError) -> str:
    if isinstance(error, FactsError):
        n = len(error.problems) + error.left_out
        counted = "1 problem" if n == 1 else f"{n:,} problems"
        return f"{error}\n{counted} in the facts: nothing was decided\n"
    return f"error: {error}\n"


def broken_pipe_status() -> int:
    """Discard the rest of the output and return the exit status for a broken pipe."""
    discard_output()
    return CLOSED_PIPE


def discard_output() -> None:
    """Redirect standard output to the null device; its buffer would raise at exit."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _encodes(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


_SUBSTITUTES: Final[Mapping[str, str]] = {
    "✓": "+",
    "✗": "x",
    "≤": "<=",
    "≥": ">=",
    "≠": "!=",
    "≈": "~",
    "“": '"',
    "”": '"',
    "…": "...",
    "—": "-",
    "–": "-",
    "·": "-",
    "─": "-",
    "：": ": ",
    "，": ", ",
    "（": " (",
    "）": ")",
}
"""The substitutes for characters that an encoding lacks."""


def exit_status(outcome: Any) -> int:
    """Return the exit status for the result of the application, which is None on success."""
    return outcome if isinstance(outcome, int) else 0
