"""`policyrules fmt`: format files in the standard layout, keeping comments."""

from __future__ import annotations

import difflib
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import attrs
import typer

from policyrules.catalogue.discovery import IgnoredFile, real_path, yaml_files
from policyrules.cli import output
from policyrules.cli.arguments import standard_input
from policyrules.cli.atomic_write import FileChange, write_files
from policyrules.diagnostics import Diagnostic, Diagnostics
from policyrules.errors import FormatError, RulesetNotFound, WriteError
from policyrules.reporting import diagnostics as findings
from policyrules.reporting.text_layout import Line, to_plain_text
from policyrules.text.span import Span

STDIN: Final = "-"
_STDIN_NAME: Final = "standard input"


@attrs.frozen
class _FileReport:
    """The report on one file; `new` is its formatted text, or None.

    `reason` is a reason besides the diagnostics: the file is ignored, or could not be written.
    """

    path: str
    old: bytes = b""
    new: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()
    is_ignored: bool = False
    reason: str = ""

    @property
    def is_changed(self) -> bool:
        return self.new is not None and self.new.encode() != self.old

    @property
    def is_wrong(self) -> bool:
        return (self.new is None or bool(self.reason)) and not self.is_ignored

    def diff(self) -> str:
        """Return the change as a unified diff, with newlines and byte-order marks visible."""
        old = self.old.decode().replace("\ufeff", "\\ufeff").replace("\r", "\\r")
        new = f"{self.path} (formatted)"
        lines = difflib.unified_diff(_lines(old), _lines(self.new or ""), self.path, new)
        return "".join(line if line.endswith("\n") else line + _NO_NEWLINE for line in lines)


_NO_NEWLINE: Final = "\n\\ No newline at end of file\n"


def _lines(text: str) -> list[str]:
    """Split a text into lines with their newlines."""
    return re.findall(r"[^\n]*\n|[^\n]+", text)


@output.report_errors
def fmt(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH", help="Files or folders; `-` is standard input."),
    ],
    check: Annotated[
        bool, typer.Option("--check", help="Write nothing; say which files would change.")
    ] = False,
    diff: Annotated[
        bool, typer.Option("--diff", help="Write nothing; show what would change.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
) -> int:
    """Format rulesets, vocabularies and sources in the standard layout; comments are kept.

    Nothing is written to a file with errors. With --check or --diff the exit status is 1 if a file
    would change.
    """
    is_dry = check or diff
    if STDIN in paths:
        if len(paths) > 1:
            raise typer.BadParameter("`-` takes no other path", param_hint="PATH")
        files = [_format_standard_input()]
    else:
        not_read: list[IgnoredFile] = []
        files = [
            _format_path(path, is_named=is_named)
            for path, is_named in _files_to_format(paths, not_read)
        ]
        files += [_report_ignored(file) for file in not_read]
        if not is_dry:
            files = [_write(file) if file.is_changed else file for file in files]
    if as_json:
        output.write_json(_data(files, is_dry=is_dry, diff=diff, from_stdin=STDIN in paths))
    elif STDIN in paths and not is_dry:
        _write_to_stdout(files[0])
    else:
        output.write_lines(_text(files, is_dry=is_dry, diff=diff))
    is_wrong = any(file.is_wrong or (is_dry and file.is_changed) for file in files)
    return output.FAILURE if is_wrong else 0


# --- files ---------------------------------------------------------------------------------------


def _files_to_format(paths: list[str], not_read: list[IgnoredFile]) -> Iterator[tuple[Path, bool]]:
    """Yield each file once, and whether it was named itself; folders are searched."""
    seen: set[Path] = set()
    for name in paths:
        path = Path(name)
        if path.is_dir():
            found_files, hidden = yaml_files(path)
            files = list(found_files)
            not_read += hidden
            if not files and not any(ignored.is_policyrules_file for ignored in hidden):
                raise RulesetNotFound(name, "the folder has no `.yaml` files")
        elif path.exists():
            files = [path]
        else:
            raise RulesetNotFound(name, "there is no such file or folder")
        for file in files:
            if real_path(file) not in seen:
                seen.add(real_path(file))
                yield file, not path.is_dir()


def _report_ignored(ignored: IgnoredFile) -> _FileReport:
    """Report an ignored file: as an error if it has the key `policyrules`."""
    return _FileReport(
        ignored.path.as_posix(), is_ignored=not ignored.is_policyrules_file, reason=ignored.reason
    )


def _format_standard_input() -> _FileReport:
    try:
        data = standard_input()
    except OSError as error:
        return _report_unreadable(_STDIN_NAME, error)
    return _format_data(_STDIN_NAME, data, is_named=True)


def _format_path(path: Path, *, is_named: bool) -> _FileReport:
    try:
        data = path.read_bytes()
    except OSError as error:
        return _report_unreadable(path.as_posix(), error)
    return _format_data(path.as_posix(), data, is_named=is_named)


def _report_unreadable(path: str, error: OSError) -> _FileReport:
    diagnostics = Diagnostics()
    diagnostics.report(
        "unreadable-file",
        Span.empty_at(path),
        "the file cannot be read",
        found=error.strerror or str(error),
        expected="a file that may be read",
    )
    return _FileReport(path, diagnostics=diagnostics.sorted())


def _format_data(path: str, data: bytes, *, is_named: bool) -> _FileReport:
    from policyrules.syntax.formatter import format_text

    try:
        result = format_text(data, path)
    except FormatError as error:
        return _FileReport(path, reason=str(error))
    if not result.is_policyrules_file and not is_named:
        return _FileReport(path, is_ignored=True, reason="no key `policyrules`")
    return _FileReport(path, data, result.text, result.diagnostics)


def _write(file: _FileReport) -> _FileReport:
    """Write a file, or return the report of the failure; the others are still written."""
    try:
        write_files([FileChange(Path(file.path), (file.new or "").encode(), file.old)])
    except WriteError as error:
        return attrs.evolve(file, new=None, reason=f"the file cannot be written: {error.reason}")
    return file


def _write_to_stdout(file: _FileReport) -> None:
    """Format standard input to standard output in UTF-8, or report the errors."""
    if file.new is not None:
        sys.stdout.flush()
        sys.stdout.buffer.write(file.new.encode())
        return
    for line in _text([file], is_dry=False, diff=False):
        sys.stderr.write(output.encodable(to_plain_text([line]), sys.stderr.encoding))


# --- the report ----------------------------------------------------------------------------------


def _data(
    files: list[_FileReport], *, is_dry: bool, diff: bool, from_stdin: bool
) -> dict[str, Any]:
    """Return the report as data; `error` is set if something is wrong or would change."""
    wrong = [file for file in files if file.is_wrong]
    changed = [file for file in files if file.is_changed]
    result: dict[str, Any] = {
        "files": [file.path for file in files if not file.is_ignored],
        "changed": [file.path for file in changed],
        "ignored": [file.path for file in files if file.is_ignored],
        "failed": [{"path": file.path, "message": file.reason} for file in wrong if file.reason],
        "diagnostics": [
            findings.diagnostic_to_dict(diagnostics)
            for file in files
            for diagnostics in file.diagnostics
        ],
    }
    if diff:
        result["diffs"] = {file.path: file.diff() for file in changed}
    if from_stdin and not is_dry:
        result["text"] = files[0].new
    if wrong:
        code = "invalid-ruleset" if result["diagnostics"] else FormatError.code
        result["error"] = {"code": code, "message": _summary(files, is_dry=is_dry)}
    elif is_dry and changed:
        result["error"] = {"code": "not-formatted", "message": _summary(files, is_dry=is_dry)}
    return result


def _text(files: list[_FileReport], *, is_dry: bool, diff: bool) -> Iterator[Line]:
    for file in files:
        yield from findings.render_diagnostics(file.diagnostics)
        if file.is_ignored:
            yield [(f"ignored {file.path}: {file.reason}", "dim")]
        elif file.reason:
            yield [(f"{file.path}: ", ""), ("error", "bold red"), (f": {file.reason}", "bold")]
        elif file.is_changed:
            yield [("would format " if is_dry else "formatted ", ""), (file.path, "bold")]
            if diff:
                yield from _colour_diff(file.diff())
    is_wrong = any(file.is_wrong or (is_dry and file.is_changed) for file in files)
    yield [(_summary(files, is_dry=is_dry), f"bold {'red' if is_wrong else 'green'}")]


def _colour_diff(diff: str) -> Iterator[Line]:
    colours = {"+": "green", "-": "red", "@": "cyan"}
    for line in diff.rstrip("\n").split("\n"):
        yield [(line, "bold" if line[:3] in {"+++", "---"} else colours.get(line[:1], ""))]


def _summary(files: list[_FileReport], *, is_dry: bool) -> str:
    ours = [file for file in files if not file.is_ignored]
    counts = (
        (sum(file.is_changed for file in ours), "would change" if is_dry else "formatted"),
        (sum(file.is_wrong for file in ours), "with errors, not touched"),
        (sum(not file.is_changed and not file.is_wrong for file in ours), "already formatted"),
        (len(files) - len(ours), "ignored"),
    )
    parts = [f"{'1 file' if n == 1 else f'{n} files'} {what}" for n, what in counts if n]
    return ", ".join(parts)
