"""Find the files of folders, by the same rules for every command.

Rulesets and case files are in the folder itself or in a folder below it, one for each jurisdiction.
Names with a leading dot are skipped. An ignored file is returned with the reason.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs

from policyrules.diagnostics import Diagnostic, Diagnostics
from policyrules.text.span import Span

VOCABULARY: Final = "vocabulary.yaml"
SOURCES: Final = "sources.yaml"
CALENDARS: Final = "calendars.yaml"
JURISDICTIONS: Final = "jurisdictions.yaml"

SUFFIX: Final = ".yaml"
CASES_SUFFIX: Final = ".cases.yaml"
"""The suffix of a case file, instead of `.yaml`."""

FACTS_FILE_REMEDY: Final = (
    "if it holds facts, they are decided by `policyrules decide RULESET FACTS`"
)
"""The remedy for a file of facts that was named as a ruleset."""

_MAX_DEPTH: Final = 2
"""The maximum depth of a ruleset below a folder: in it, or in the folder of a jurisdiction."""
_YAML_SUFFIXES: Final = frozenset({".yaml", ".yml"})
_LANGUAGE_KEY: Final = re.compile(r"""^[{ \t\ufeff]*["']?policyrules["']?[ \t]*:""", re.MULTILINE)
_RULESET_KEYS: Final = "id|title|extends|legal_basis|in_force|conditions|outcome|cases|cases_of"
_RULESET_KEY_LINE: Final = re.compile(
    rf"""^\ufeff?[{{]?["']?({_RULESET_KEYS})["']?[ \t]*:""", re.MULTILINE
)
_FIRST_KEY: Final = re.compile(r"""\A(?:\s|#[^\n]*\n)*\{?\s*["']?[^\s"'#{}\[\]:,-][^\n:]*:""")


@attrs.frozen
class IgnoredFile:
    """A file or a folder that was not read, and the reason.

    `is_policyrules_file` is true if its text has the key `policyrules`, so that it was probably
    meant as a ruleset or a case file.
    """

    path: Path
    reason: str
    is_policyrules_file: bool


@attrs.frozen
class Discovery:
    """The files of a folder: rulesets, case files and ignored files."""

    rulesets: tuple[Path, ...]
    cases: tuple[Path, ...]
    not_read: tuple[IgnoredFile, ...] = ()


def discover(folder: Path) -> Discovery:
    """Find the rulesets and case files of a folder, and the files that are ignored.

    A file with the name of a ruleset and the content of another format, such as facts, is ignored.
    """
    rulesets, cases = [], []
    not_read: list[IgnoredFile] = []
    for path in _files(folder, not_read):
        depth = len(path.relative_to(folder).parts)
        if path.suffix != SUFFIX:
            not_read.append(_not_read(path, f"the name of a ruleset ends in `{SUFFIX}`"))
        elif depth > _MAX_DEPTH:
            not_read.append(_not_read(path, "it is deeper than the folder of a jurisdiction"))
        elif is_case_file(path):
            cases.append(path)
        elif _is_ruleset_name(path):
            if _is_other_format(path):
                not_read.append(
                    IgnoredFile(path, "no key `policyrules`", is_policyrules_file=False)
                )
            else:
                rulesets.append(path)
    return Discovery(tuple(rulesets), tuple(cases), tuple(not_read))


def ruleset_paths(folder: Path) -> tuple[Path, ...]:
    """Return the files of a folder with the name of a ruleset, whatever their content."""
    return tuple(
        path
        for path in _visible_yaml_files(folder)
        if _is_ruleset_name(path) and not is_case_file(path)
    )


def case_paths(folder: Path) -> tuple[Path, ...]:
    """Return every case file of a folder of jurisdictions, or of one jurisdiction."""
    return tuple(path for path in _visible_yaml_files(folder) if is_case_file(path))


def yaml_files(folder: Path) -> tuple[tuple[Path, ...], tuple[IgnoredFile, ...]]:
    """Return every `.yaml` file at any depth, for `fmt`, and the ignored files."""
    not_read: list[IgnoredFile] = []
    paths = []
    for path in _files(folder, not_read):
        if path.is_dir():
            continue
        if path.suffix == SUFFIX:
            paths.append(path)
        else:
            not_read.append(_not_read(path, f"its name does not end in `{SUFFIX}`"))
    return tuple(paths), tuple(not_read)


def not_read_diagnostics(not_read: Iterable[IgnoredFile]) -> tuple[Diagnostic, ...]:
    """Report the ignored files that have the key `policyrules`."""
    diagnostics = Diagnostics()
    for ignored in not_read:
        if ignored.is_policyrules_file:
            diagnostics.report(
                "ignored-file",
                Span.empty_at(ignored.path.as_posix()),
                f"a policyrules file is ignored: {ignored.reason}",
                expected=f"`JURISDICTION/NAME{SUFFIX}` in the folder that is given",
                remedy="rename or move the file, or give the command its folder",
            )
    return diagnostics.sorted()


def remedy_for_another_file(path: Path) -> str:
    """Return the remedy for a file that was named as a ruleset but is not one."""
    if path.name in {VOCABULARY, SOURCES, CALENDARS, JURISDICTIONS}:
        return "it belongs to the rulesets beside it: give one of them, or their folder"
    if is_case_file(path):
        return "it holds cases, which `policyrules test` runs; give the ruleset"
    if _is_other_format(path):
        return f"the file has no key `policyrules`; {FACTS_FILE_REMEDY}"
    return ""


def is_case_file(path: Path) -> bool:
    """Return whether a path has the suffix of a case file."""
    return path.name.endswith(CASES_SUFFIX)


def real_path(path: str | os.PathLike[str]) -> Path:
    """Return the absolute path without symbolic links, also for a link to itself.

    `Path.resolve` raises `RuntimeError` for such a link in some versions of Python.
    """
    return Path(os.path.realpath(path))


def _is_ruleset_name(path: Path) -> bool:
    return path.name not in {VOCABULARY, SOURCES, CALENDARS, JURISDICTIONS}


def _visible_yaml_files(folder: Path) -> list[Path]:
    paths = [path for pattern in ("*.yaml", "*/*.yaml") for path in folder.glob(pattern)]
    return sorted(
        path
        for path in paths
        if not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


def _files(folder: Path, not_read: list[IgnoredFile]) -> Iterator[Path]:
    """Yield every YAML file below a folder in order, following a linked folder once."""
    seen: set[Path] = set()

    def refused(error: OSError) -> None:
        reason = f"the folder cannot be read: {(error.strerror or str(error)).lower()}"
        not_read.append(
            IgnoredFile(Path(error.filename or folder), reason, is_policyrules_file=True)
        )

    paths = []
    for place, folders, names in os.walk(folder, onerror=refused, followlinks=True):
        real = real_path(place)
        if real in seen:
            folders.clear()
            continue
        seen.add(real)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in (*folders, *names):
            path = Path(place, name)
            if name.startswith(".") or path.suffix.lower() not in _YAML_SUFFIXES:
                continue
            if path.exists() and not (path.is_file() or path.is_dir()):
                not_read.append(
                    IgnoredFile(path, "it is a device or a pipe", is_policyrules_file=False)
                )
            elif path.suffix == SUFFIX or path.is_file():
                # A folder or a dangling link with the name of a ruleset is reported by its
                # reader.
                paths.append(path)
    yield from sorted(paths)


def _not_read(path: Path, reason: str) -> IgnoredFile:
    text = _text(path)
    return IgnoredFile(
        path, reason, is_policyrules_file=text is None or _LANGUAGE_KEY.search(text) is not None
    )


def _is_other_format(path: Path) -> bool:
    """Return whether a file has keys, but no key of this language.

    A file without any key is read, so that the author gets a diagnostic.
    """
    text = _text(path)
    if text is None or _FIRST_KEY.match(text) is None:
        return False
    return _LANGUAGE_KEY.search(text) is None and _RULESET_KEY_LINE.search(text) is None


def _text(path: Path) -> str | None:
    """Return the text of a file, or None if it cannot be read, which its reader reports."""
    try:
        return path.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
