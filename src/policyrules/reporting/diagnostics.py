"""Findings as they are told: for a reader with the line and a caret, and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from policyrules.catalogue.store import read_file
from policyrules.diagnostics import Diagnostic, Diagnostics, Severity
from policyrules.reporting.text_layout import Line, cells
from policyrules.text.control_characters import escape_control_characters

_WINDOW: Final = 120
"""A longer line of a file is shown only around the place."""

_TAB: Final = " " * 4

_NO_TEXT: Final = frozenset({"unreadable-file", "not-utf-8", "too-large"})
"""After these findings there is no text of which to show a line."""


def told(diagnostics: Iterable[Diagnostic]) -> Iterator[Line]:
    """The findings, each with an empty line behind it."""
    lines: dict[str, list[str]] = {}
    for found in diagnostics:
        path = found.span.path
        if path not in lines:
            lines[path] = [] if found.code in _NO_TEXT else _lines_of(path)
        yield from _finding(found, lines[path])
        yield [("", "")]


def as_data(found: Diagnostic) -> dict[str, Any]:
    """A finding for a program."""
    span = found.span
    return {
        "code": found.code,
        "severity": str(found.severity),
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": found.message,
        "found": found.found,
        "expected": found.expected,
        "remedy": found.remedy,
        "related": [
            {"path": other.path, "line": other.line, "column": other.column, "message": text}
            for other, text in found.related
        ],
    }


def _lines_of(path: str) -> list[str]:
    """The lines of a file as the findings count them; none where it cannot be read any more."""
    file = read_file(Path(path), Diagnostics())
    if file is None:
        return []
    text = file.data.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _finding(found: Diagnostic, lines: list[str]) -> Iterator[Line]:
    colour = "red" if found.severity is Severity.ERROR else "yellow"
    yield [
        (f"{found.span}: ", ""),
        (str(found.severity), f"bold {colour}"),
        (f": {found.message}", "bold"),
        (f" [{found.code}]", "dim"),
    ]
    number = found.span.line
    gutter = len(str(number))
    if 1 <= number <= len(lines):
        shown, caret = _caret(lines[number - 1], found)
        yield [(f" {number} | ", "dim"), (shown, "")]
        yield [(f" {' ' * gutter} | ", "dim"), (caret, colour)]
    labelled = [("found", found.found), ("expected", found.expected)]
    labelled += [("see", f"{span}: {text}") for span, text in found.related]
    for label, text in [*labelled, ("remedy", found.remedy)]:
        if text:
            yield [(f" {' ' * gutter} = ", "dim"), (f"{label}: ", "bold"), (text, "")]


def _caret(line: str, found: Diagnostic) -> tuple[str, str]:
    """The line and the carets under the place in it, both measured in cells."""
    start = min(found.span.column - 1, len(line))
    end = found.span.end_column - 1 if found.span.end_line == found.span.line else len(line)
    end = max(min(end, len(line)), start)
    before = "…" if start > _WINDOW else ""
    first = start - _WINDOW // 2 if before else 0
    after = "…" if len(line) > first + 2 * _WINDOW else ""
    last = first + 2 * _WINDOW
    left = before + _visible(line[first:start])
    marked = _visible(line[start : min(end, last)])
    right = _visible(line[min(end, last) : last]) + after
    caret = " " * cells(left) + "^" * max(cells(marked), 1)
    return left + marked + right, caret


def _visible(text: str) -> str:
    return escape_control_characters(text.replace("\t", _TAB))
