"""Render diagnostics as text, with a caret below the line of the file, and as plain data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

from policyrules.catalogue.store import read_file
from policyrules.diagnostics import Diagnostic, Diagnostics, Severity
from policyrules.reporting.text_layout import Line, display_width
from policyrules.text.control_characters import escape_control_characters

_HALF_WIDTH: Final = 120
"""Half the width of the excerpt of a long line; a span further right moves the excerpt."""

_TAB: Final = " " * 4

_UNREADABLE_CODES: Final = frozenset({"unreadable-file", "not-utf-8", "too-large"})
"""The codes of files that could not be read, so that no line can be shown."""


def render_diagnostics(diagnostics: Iterable[Diagnostic]) -> Iterator[Line]:
    """Yield the lines of each diagnostic, followed by an empty line."""
    lines: dict[str, list[str]] = {}
    for diagnostic in diagnostics:
        path = diagnostic.span.path
        if path not in lines:
            lines[path] = [] if diagnostic.code in _UNREADABLE_CODES else _read_lines(path)
        yield from _render(diagnostic, lines[path])
        yield [("", "")]


def diagnostic_to_dict(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as plain data."""
    span = diagnostic.span
    return {
        "code": diagnostic.code,
        "severity": str(diagnostic.severity),
        "path": span.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "message": diagnostic.message,
        "found": diagnostic.found,
        "expected": diagnostic.expected,
        "remedy": diagnostic.remedy,
        "related": [
            {"path": span.path, "line": span.line, "column": span.column, "message": text}
            for span, text in diagnostic.related
        ],
    }


def _read_lines(path: str) -> list[str]:
    """Return the lines of a file, as diagnostics count them; none if it cannot be read any more."""
    file = read_file(Path(path), Diagnostics())
    if file is None:
        return []
    text = file.data.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n").split("\n")


def _render(diagnostic: Diagnostic, lines: list[str]) -> Iterator[Line]:
    colour = "red" if diagnostic.severity is Severity.ERROR else "yellow"
    yield [
        (f"{diagnostic.span}: ", ""),
        (str(diagnostic.severity), f"bold {colour}"),
        (f": {diagnostic.message}", "bold"),
        (f" [{diagnostic.code}]", "dim"),
    ]
    number = diagnostic.span.line
    gutter = len(str(number))
    if 1 <= number <= len(lines):
        shown, caret = _mark_span(lines[number - 1], diagnostic)
        yield [(f" {number} | ", "dim"), (shown, "")]
        yield [(f" {' ' * gutter} | ", "dim"), (caret, colour)]
    labelled = [("found", diagnostic.found), ("expected", diagnostic.expected)]
    labelled += [("see", f"{span}: {text}") for span, text in diagnostic.related]
    for label, text in [*labelled, ("remedy", diagnostic.remedy)]:
        if text:
            yield [(f" {' ' * gutter} = ", "dim"), (f"{label}: ", "bold"), (text, "")]


def _mark_span(line: str, diagnostic: Diagnostic) -> tuple[str, str]:
    """Return the line and the carets under the span, aligned by display width."""
    start = min(diagnostic.span.column - 1, len(line))
    end = (
        diagnostic.span.end_column - 1
        if diagnostic.span.end_line == diagnostic.span.line
        else len(line)
    )
    end = max(min(end, len(line)), start)
    before = "…" if start > _HALF_WIDTH else ""
    first = start - _HALF_WIDTH // 2 if before else 0
    after = "…" if len(line) > first + 2 * _HALF_WIDTH else ""
    last = first + 2 * _HALF_WIDTH
    left = before + _escape(line[first:start])
    marked = _escape(line[start : min(end, last)])
    right = _escape(line[min(end, last) : last]) + after
    caret = " " * display_width(left) + "^" * max(display_width(marked), 1)
    return left + marked + right, caret


def _escape(text: str) -> str:
    return escape_control_characters(text.replace("\t", _TAB))
