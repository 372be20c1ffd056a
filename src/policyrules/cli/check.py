"""`policyrules check`: check rulesets and report every diagnostic."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer

from policyrules.cli import output
from policyrules.diagnostics import Severity
from policyrules.errors import RulesetNotFound
from policyrules.reporting.diagnostics import diagnostic_to_dict, render_diagnostics
from policyrules.reporting.text_layout import Line
from policyrules.syntax.spelling import ID

if TYPE_CHECKING:
    from policyrules.api.policy import CheckReport


class Format(StrEnum):
    """The values of `--format`."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


@output.report_errors
def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="[PATH]...",
            help="Rulesets, by id or path, or folders; all shipped ones if none.",
        ),
    ] = None,
    texts: Annotated[
        Path | None,
        typer.Option("--texts", metavar="DIR", help="Saved source texts, to find the quotes in."),
    ] = None,
    form: Annotated[
        Format, typer.Option("--format", help="The format of the report.")
    ] = Format.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="The same as --format json.")] = False,
) -> int:
    """Check rulesets: names, types, units, dates, sources and quotes.

    The exit status is 1 if there is an error; a warning leaves it 0.
    """
    from policyrules.api.policy import check_rulesets

    chosen = list(paths or ())
    for path in chosen:
        if not path.exists() and ID.fullmatch(path.as_posix()) is None:
            raise RulesetNotFound(str(path), "there is no such file or folder")
    if texts is not None and not texts.is_dir():
        raise typer.BadParameter(f"`{texts}` is not a folder", param_hint="--texts")
    report = check_rulesets(chosen, texts)
    if as_json or form is Format.JSON:
        output.write_json(_data(report))
    elif form is Format.SARIF:
        from policyrules.api.engine_cache import library_version
        from policyrules.cli.sarif import sarif

        output.write_json(sarif(report.diagnostics, library_version()))
    else:
        output.write_lines(_text(report))
    return output.FAILURE if _count(report, Severity.ERROR) else 0


def _count(report: CheckReport, severity: Severity) -> int:
    return sum(diagnostic.severity is severity for diagnostic in report.diagnostics)


def _data(report: CheckReport) -> dict[str, Any]:
    """Return the report as plain data; `error` only if there is an error."""
    errors = _count(report, Severity.ERROR)
    result: dict[str, Any] = {"files": list(report.files)}
    result |= {"errors": errors, "warnings": _count(report, Severity.WARNING)}
    result["quotes"] = {
        "found": report.quotes_found,
        "not_checked": report.quotes_not_checked,
    }
    result["not_read"] = [{"path": path, "reason": reason} for path, reason in report.not_read]
    result["diagnostics"] = [diagnostic_to_dict(diagnostic) for diagnostic in report.diagnostics]
    if errors:
        result["error"] = {"code": "invalid-ruleset", "message": _summary(report)}
    return result


def _text(report: CheckReport) -> Iterator[Line]:
    yield from render_diagnostics(report.diagnostics[:_MAX_FINDINGS])
    left_out = len(report.diagnostics) - _MAX_FINDINGS
    if left_out > 0:
        yield [(f"and {left_out:,} more findings, which `--json` has too", "bold")]
    for path, reason in report.not_read[:_MAX_NOT_READ]:
        yield [(f"not read {path}: {reason}", "dim")]
    if len(report.not_read) > _MAX_NOT_READ:
        yield [(f"and {len(report.not_read) - _MAX_NOT_READ} more files that were not read", "dim")]
    colour = "red" if _count(report, Severity.ERROR) else "green"
    quotes = _quotes(report)
    quotes_text = f"; {quotes}" if quotes else ""
    yield [
        (_summary(report), f"bold {colour}"),
        (quotes_text, "yellow" if report.quotes_not_checked else ""),
    ]


_MAX_FINDINGS: Final = 300
"""The number of diagnostics that are shown at most; `--json` has all."""

_MAX_NOT_READ: Final = 20
"""The number of ignored files that are shown at most; `--json` has all."""


def _quotes(report: CheckReport) -> str:
    """Return the number of quotes found in saved texts and of quotes not checked, for a reader."""
    parts = []
    if report.quotes_found:
        n = report.quotes_found
        parts.append(f"{n} quote{'s' if n > 1 else ''} found in saved texts")
    if report.quotes_not_checked:
        n, noun = report.quotes_not_checked, "" if parts else " quotes"
        noun = " quote" if n == 1 and not parts else noun
        parts.append(f"{n}{noun} not checked: no saved text")
    return ", ".join(parts)


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
