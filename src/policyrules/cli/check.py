"""`policyrules check`: everything that can be said about rulesets without facts."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from policyrules.cli import output
from policyrules.diagnostics import Diagnostic, Severity
from policyrules.errors import RulesetNotFound

if TYPE_CHECKING:
    from policyrules.policy import CheckReport


class Format(StrEnum):
    """How the findings are written."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


@output.answering
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(metavar="[PATH]...", help="Rulesets or folders; all shipped ones if none."),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option("--texts", metavar="DIR", help="Saved source texts, to find the quotes in."),
    ] = None,
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> int:
    """Check rulesets: names, types, units, dates, grounds and quotes.

    The exit status is 1 if there is an error; a warning leaves it 0.
    """
    from policyrules.policy import check_rulesets

    chosen = list(paths or ())
    for path in chosen:
        if not path.exists():
            raise RulesetNotFound(str(path), "there is no such file or folder")
    if texts is not None and not texts.is_dir():
        raise typer.BadParameter(f"`{texts}` is not a folder", param_hint="--texts")
    report = check_rulesets(chosen, texts)
    if as_json or form is Format.JSON:
        output.write_json(_data(report))
    elif form is Format.SARIF:
        from policyrules.cli.sarif import sarif
        from policyrules.policy import library_version

        output.write_json(sarif(report.diagnostics, library_version()))
    else:
        output.write_lines(_text(report))
    return output.WRONG if _count(report, Severity.ERROR) else 0


def _count(report: CheckReport, severity: Severity) -> int:
    return sum(found.severity is severity for found in report.diagnostics)


def _data(report: CheckReport) -> dict[str, Any]:
    """The report as data; `error` is there if there is one."""
    errors = _count(report, Severity.ERROR)
    result: dict[str, Any] = {"files": list(report.files)}
    result |= {"errors": errors, "warnings": _count(report, Severity.WARNING)}
    result["diagnostics"] = [_diagnostic_data(found) for found in report.diagnostics]
    if errors:
        result["error"] = {"code": "ruleset_wrong", "message": _summary(report)}
    return result


def _diagnostic_data(found: Diagnostic) -> dict[str, Any]:
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


# --- for a reader --------------------------------------------------------------------------------

_WINDOW: Final = 120
"""A longer line of a file is shown only around the place."""


_NO_TEXT: Final = frozenset({"not-readable", "not-utf-8", "too-large"})
"""After these findings there is no text of which to show a line."""


def _text(report: CheckReport) -> Iterator[output.Line]:
    lines: dict[str, list[str]] = {}
    for found in report.diagnostics:
        path = found.span.path
        if path not in lines:
            lines[path] = [] if found.code in _NO_TEXT else _lines_of(path)
        yield from _finding(found, lines[path])
        yield [("", "")]
    colour = "red" if _count(report, Severity.ERROR) else "green"
    yield [(_summary(report), f"bold {colour}")]


def _lines_of(path: str) -> list[str]:
    """The lines of a file as the findings count them; none where it cannot be read any more."""
    try:
        text = Path(path).read_text(encoding="utf-8-sig", errors="replace")
    except (OSError, ValueError):
        return []
    return text.split("\n")


def _finding(found: Diagnostic, lines: list[str]) -> Iterator[output.Line]:
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
    from rich.cells import cell_len

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
    caret = " " * cell_len(left) + "^" * max(cell_len(marked), 1)
    return left + marked + right, caret


def _visible(text: str) -> str:
    """The text without anything that would move the cursor."""
    return "".join(sign if sign.isprintable() else "    " if sign == "\t" else "?" for sign in text)


def _summary(report: CheckReport) -> str:
    n_files = len(report.files)
    files = "1 file" if n_files == 1 else f"{n_files} files"
    counts = [
        f"{count} {word}" + ("s" if count != 1 else "")
        for word, count in (
            ("error", _count(report, Severity.ERROR)),
            ("warning", _count(report, Severity.WARNING)),
        )
        if count
    ]
    return f"{' and '.join(counts)} in {files}" if counts else f"{files} checked: nothing found"
