"""What leaves the program: texts that fit the terminal's encoding, JSON, errors, exit statuses."""

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
WRONG: Final = 1
USAGE: Final = 2

_Parameters = ParamSpec("_Parameters")


def prepare() -> None:
    """Makes the streams safe: no text can fail for its encoding, and none is missing."""
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:
        # Open for the whole run, so there is nothing to close it.
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


class _Closed(io.StringIO):
    """Stands for a standard output that is closed: whatever is written cannot be."""

    def write(self, text: str) -> int:  # noqa: ARG002 - what it is does not matter
        """Refuse the text."""
        raise OSError(errno.EBADF, "standard output is closed")


def system_error(error: OSError) -> int:
    """Report in one line what the operating system refused, and return the exit status.

    Without a file name it is the output itself that cannot be written.
    """
    reason = (error.strerror or str(error)).lower()
    if error.filename is not None:
        message = f"`{os.fsdecode(error.filename)}`: {reason}"
    else:
        message = f"the output cannot be written: {reason}"
    discard_output()
    with suppress(OSError, ValueError):
        sys.stderr.write(fit(f"error: {escape_control_characters(message)}\n", sys.stderr.encoding))
        sys.stderr.flush()
    return WRONG


def answering(command: Callable[_Parameters, int]) -> Callable[_Parameters, None]:
    """A command that turns what it finds wrong into a message and an exit status."""

    @wraps(command)
    def answered(*args: _Parameters.args, **kwargs: _Parameters.kwargs) -> None:
        try:
            status = command(*args, **kwargs)
        except PolicyRulesError as error:
            status = _failed(error, as_json=bool(kwargs.get("as_json")))
        except BrokenPipeError:
            status = reader_has_gone()
        # Imported here, so that `--version` alone goes without it.
        import typer

        raise typer.Exit(flushed(status))

    return answered


def write(text: str) -> None:
    """Writes a text to standard output; characters that its encoding lacks are replaced.

    Nothing in its lines is obeyed by a terminal.
    """
    sys.stdout.write(fit(escape_in_lines(text), sys.stdout.encoding))


def write_json(data: object) -> None:
    """Writes data as JSON: readable as it stands where the encoding allows it, else escaped."""
    text = escape_in_json(json.dumps(data, ensure_ascii=False, indent=2)) + "\n"
    if not _encodes(text, sys.stdout.encoding):
        text = json.dumps(data, indent=2) + "\n"
    sys.stdout.write(text)


def write_json_line(data: object) -> None:
    """Writes data as JSON on one line, for output that is one answer a line."""
    text = escape_in_json(json.dumps(data, ensure_ascii=False)) + "\n"
    if not _encodes(text, sys.stdout.encoding):
        text = json.dumps(data) + "\n"
    sys.stdout.write(text)


def write_error(error: PolicyRulesError, heading: str = "") -> None:
    """Writes what was found wrong to standard error, under the name of what it is about."""
    # What was written before stands before it, where both go to one place.
    sys.stdout.flush()
    shown = f"# {escape_control_characters(heading)}\n" if heading else ""
    text = shown + escape_in_lines(_error_text(error))
    sys.stderr.write(fit(text, sys.stderr.encoding))


def write_heading(text: str, *, first: bool) -> None:
    """Writes the name of what follows, one of several answers."""
    write_lines([*([] if first else [[("", "")]]), [(f"# {text}", "bold")]])


def write_lines(lines: Iterable[Line]) -> None:
    """Writes styled lines: in colour to a terminal that has it, else plain."""
    if not is_terminal():
        write(to_plain_text(lines))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=sys.stdout, highlight=False, markup=False, emoji=False)
    for line in lines:
        pieces = [
            (fit(escape_control_characters(text), sys.stdout.encoding), style)
            for text, style in line
        ]
        console.print(Text.assemble(*pieces), soft_wrap=True)


def is_terminal() -> bool:
    """Return whether somebody looks at standard output."""
    return sys.stdout.isatty()


def terminal_width() -> int:
    """The columns of the terminal; `COLUMNS` sets them too."""
    from rich.console import Console

    return Console(file=sys.stdout).width


def fit(text: str, encoding: str | None) -> str:
    """The text with stand-ins for the signs that an encoding lacks.

    >>> fit("✓ 7/30 ≈ 23.33 % > 20 %", "ascii")
    '+ 7/30 ~ 23.33 % > 20 %'
    >>> fit("✓ 符合条件 ≥", "gbk")
    '+ 符合条件 ≥'
    """
    if _encodes(text, encoding):
        return text
    return "".join(
        sign if _encodes(sign, encoding) else _STAND_INS.get(sign, sign) for sign in text
    )


def usage_error(message: str, *, as_json: bool, shown: Callable[[], object]) -> int:
    """Reports a wrong use of the program; `shown` prints it for a reader."""
    if as_json:
        write_json({"error": {"code": "usage", "message": message}})
    else:
        shown()
    return flushed(USAGE)


def flushed(status: int) -> int:
    """The status, once all output is out; another one where nobody takes it any more."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        return reader_has_gone()
    return status


def _failed(error: PolicyRulesError, *, as_json: bool) -> int:
    try:
        if as_json:
            write_json({"error": error.to_dict()})
        else:
            write_error(error)
    except BrokenPipeError:
        return reader_has_gone()
    return WRONG


def _error_text(error: PolicyRulesError) -> str:
    if isinstance(error, FactsError):
        n = len(error.problems) + error.left_out
        counted = "1 problem" if n == 1 else f"{n:,} problems"
        return f"{error}\n{counted} in the facts: nothing was decided\n"
    return f"error: {error}\n"


def reader_has_gone() -> int:
    """The status where nobody takes the output any more; what is left of it goes nowhere."""
    discard_output()
    return CLOSED_PIPE


def discard_output() -> None:
    """Let what is still in the buffer go nowhere: it would raise when the interpreter ends."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _encodes(text: str, encoding: str | None) -> bool:
    try:
        text.encode(encoding or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


_STAND_INS: Final[Mapping[str, str]] = {
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
"""What stands for a sign in an encoding that lacks it."""


def status_of(outcome: Any) -> int:
    """The exit status of what the application returned: nothing where all went well."""
    return outcome if isinstance(outcome, int) else 0
