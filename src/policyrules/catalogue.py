"""Finds rulesets: those that are shipped, and those in a folder of the caller's.

The shipped ones lie in the installed package, or, in a checkout or an editable install, in the
checkout's own `rulesets/`, so that an edit is seen at once. This room and the command line are the
only ones that read files.
"""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path
from typing import Final

import attrs

from policyrules.compiler import Compiled, File, compile_ruleset
from policyrules.diagnostics import Diagnostic, Diagnostics, did_you_mean
from policyrules.errors import RulesetError, RulesetNotFound
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.source import Span
from policyrules.titles import Title

VOCABULARY: Final = "vocabulary.yaml"
SOURCES: Final = "sources.yaml"
CASES: Final = ".cases.yaml"
"""How the name of a case file ends, in place of `.yaml`."""


@attrs.frozen
class Entry:
    """A ruleset that can be loaded."""

    id: str
    path: Path
    title: Title
    in_force_from: date | None
    in_force_to: date | None
    source_title: str
    source_issued: date


def shipped_folder() -> Path:
    """The folder of the rulesets that come with the package."""
    package = Path(__file__).parent
    for folder in (package / "_rulesets", package.parents[1] / "rulesets"):
        if (folder / VOCABULARY).is_file():
            return folder
    raise RulesetNotFound("rulesets", "the installation is incomplete: install policyrules again")


def ruleset_paths(folder: Path) -> tuple[Path, ...]:
    """Every ruleset file of a folder of jurisdictions, or of one; case files are none."""
    found = sorted(folder.glob("*/*.yaml")) or sorted(folder.glob("*.yaml"))
    others = {VOCABULARY, SOURCES}
    return tuple(path for path in found if path.name not in others and not is_case_file(path))


def case_paths(folder: Path) -> tuple[Path, ...]:
    """Every case file of a folder of jurisdictions, or of one."""
    return tuple(sorted([*folder.glob(f"*/*{CASES}"), *folder.glob(f"*{CASES}")]))


def is_case_file(path: Path) -> bool:
    """Whether a path is one of cases, by its name."""
    return path.name.endswith(CASES)


def cases_beside(ruleset: Path) -> Path:
    """Where the cases of a ruleset stand, if there are any."""
    return ruleset.with_name(ruleset.name.removesuffix(".yaml") + CASES)


def ruleset_beside(cases: Path) -> Path:
    """Where the ruleset of a case file stands, if it is beside it."""
    return cases.with_name(cases.name.removesuffix(CASES) + ".yaml")


def rulesets(folder: Path | None = None) -> tuple[Entry, ...]:
    """Every ruleset of a folder, or those that are shipped, by id.

    Raises:
        RulesetError: one of them is wrong.
    """
    where = shipped_folder() if folder is None else folder
    return tuple(_entry(path) for path in ruleset_paths(where))


def _entry(path: Path) -> Entry:
    ruleset, _ = load_ruleset(path)
    source = ruleset.sources[ruleset.legal_basis]
    return Entry(
        id=ruleset.id,
        path=path,
        title=ruleset.title,
        in_force_from=ruleset.in_force.from_,
        in_force_to=ruleset.in_force.to,
        source_title=source.title,
        source_issued=source.issued,
    )


def find(id_or_path: str | Path) -> Path:
    """The file of a ruleset, by its id among the shipped ones or by its path.

    Raises:
        RulesetNotFound: there is none.
    """
    wanted = str(id_or_path)
    path = Path(id_or_path)
    if path.suffix == ".yml":
        raise RulesetNotFound(wanted, "a ruleset is a file that ends in `.yaml`: rename it")
    if path.suffix == ".yaml" or isinstance(id_or_path, Path):
        if path.is_file():
            return path
        why = "it is a folder" if path.is_dir() else "there is no such file"
        raise RulesetNotFound(wanted, why)
    folder = shipped_folder()
    known = [f"{path.parent.name}/{path.stem}" for path in ruleset_paths(folder)]
    if wanted in known:
        return folder / f"{wanted}.yaml"
    raise RulesetNotFound(
        wanted, did_you_mean(wanted, known) or "`policyrules list` shows them all"
    )


def compile_path(path: Path, texts: dict[str, str] | None = None) -> Compiled:
    """Compiles the ruleset at a path, with the vocabulary and the sources of its folder.

    They are looked for in the folders above the file; where there are none, the shipped ones serve.
    """
    unreadable = Diagnostics()
    wanted = (path, _beside(path, VOCABULARY), _beside(path, SOURCES))
    files = [file for one in wanted if (file := read_file(one, unreadable)) is not None]
    if unreadable.has_errors:
        return Compiled(shown_path(path), None, unreadable.sorted())
    ruleset, vocabulary, sources = files
    return compile_ruleset(ruleset, vocabulary, sources, texts=texts)


def load_ruleset(path: Path) -> tuple[CheckedRuleset, tuple[Diagnostic, ...]]:
    """The checked ruleset at a path, and the warnings that came up.

    Raises:
        RulesetError: it is wrong; every finding is in the error.
    """
    compiled = compile_path(path)
    if compiled.ruleset is None:
        raise RulesetError(compiled.diagnostics)
    return compiled.ruleset, compiled.diagnostics


def saved_texts(folder: Path) -> dict[str, str]:
    """The saved texts of a folder, by their sha256.

    Raises:
        RulesetNotFound: the folder cannot be read.
    """
    if not folder.is_dir():
        raise RulesetNotFound(str(folder), "the folder of saved texts does not exist")
    found: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            found[hashlib.sha256(data).hexdigest()] = data.decode("utf-8", errors="replace")
    return found


def read_file(path: Path, diagnostics: Diagnostics) -> File | None:
    """The bytes of a file, or None after reporting why it cannot be read."""
    try:
        return File(shown_path(path), path.read_bytes())
    except OSError as error:
        diagnostics.report(
            "not-readable",
            Span.at(shown_path(path)),
            "the file cannot be read",
            found=error.strerror or str(error),
            expected="a file that may be read",
        )
        return None


def shown_path(path: Path) -> str:
    """The path as a reader writes it: from where they stand, where that is shorter."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()


def _beside(path: Path, name: str) -> Path:
    for folder in path.resolve().parents[:3]:
        if (folder / name).is_file():
            return folder / name
    return shipped_folder() / name
