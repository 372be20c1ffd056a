"""Find and load rulesets: the installed ones, and those of a folder.

The shipped rulesets are in the installed package. A checkout or an editable install uses its own
`rulesets/`, so an edit takes effect at once. Only this package and `cli` read files.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from importlib.metadata import entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from policyrules.catalogue.discovery import (
    CALENDARS,
    CASES_SUFFIX,
    FACTS_FILE_REMEDY,
    JURISDICTIONS,
    SOURCES,
    SUFFIX,
    VOCABULARY,
    real_path,
    remedy_for_another_file,
    ruleset_paths,
)
from policyrules.diagnostics import Diagnostic, Diagnostics, did_you_mean, listed
from policyrules.errors import RulesetConflict, RulesetError, RulesetNotFound
from policyrules.syntax.reader import TreeReader
from policyrules.syntax.spelling import ID
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span

if TYPE_CHECKING:
    # The compiler is imported on its first use: a list of rulesets needs heads only.
    from policyrules.catalogue.bases import BaseLookup
    from policyrules.catalogue.result import CompileResult, File
    from policyrules.ir.ruleset import CheckedRuleset

ENTRY_POINTS: Final = "policyrules.rulesets"
"""The entry point group by which packages provide rulesets."""


def shipped_folder() -> Path:
    """Return the folder of the rulesets that come with the package."""
    package = Path(__file__).parents[1]
    for folder in (package / "_rulesets", package.parents[1] / "rulesets"):
        if (folder / VOCABULARY).is_file():
            return folder
    raise RulesetNotFound("rulesets", "the installation is incomplete: install policyrules again")


def cases_beside(ruleset: Path) -> Path:
    """Return the path of the case file that belongs to a ruleset."""
    return ruleset.with_name(ruleset.name.removesuffix(".yaml") + CASES_SUFFIX)


def ruleset_beside(cases: Path) -> Path:
    """Return the path of the ruleset that belongs to a case file."""
    return cases.with_name(cases.name.removesuffix(CASES_SUFFIX) + ".yaml")


def installed_folders() -> tuple[Path, ...]:
    """Return the folders of installed rulesets: the shipped one, and those of other packages.

    A package provides rulesets by an entry point in the group `policyrules.rulesets` that names the
    package or a subpackage: a folder of jurisdictions. Nothing of the package is executed.

    Raises:
        RulesetNotFound: an entry point leads nowhere.
    """
    folders = [shipped_folder()]
    points = entry_points(group=ENTRY_POINTS)
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        # Only the top package is looked up: finding a subpackage would execute its parent.
        first, *rest = point.module.split(".")
        spec = find_spec(first)
        locations = (spec.submodule_search_locations or ()) if spec is not None else ()
        places = [place for location in locations if (place := Path(location, *rest)).is_dir()]
        if not places or point.attr:
            remedy = f"the entry point `{point.name}` of `{ENTRY_POINTS}` must name a package"
            raise RulesetNotFound(point.value, remedy)
        folders += places
    return tuple(dict.fromkeys(folders))


def paths_by_id(folders: Iterable[Path]) -> dict[str, tuple[Path, ...]]:
    """Map the rulesets of folders of jurisdictions by id; several paths are a conflict."""
    paths: dict[str, dict[Path, Path]] = {}
    for folder in folders:
        for path in ruleset_paths(folder):
            # Rulesets are one level down, in the folders of jurisdictions.
            if path.parent != folder:
                of_id = paths.setdefault(f"{path.parent.name}/{path.stem}", {})
                of_id.setdefault(real_path(path), path)
    return {id_: tuple(paths[id_].values()) for id_ in sorted(paths)}


def unique_path(id_: str, paths: Sequence[Path]) -> Path:
    """Return the only path of an id.

    Raises:
        RulesetConflict: several files have the id.
    """
    if len(paths) > 1:
        raise RulesetConflict(id_, [display_path(path) for path in paths])
    return paths[0]


def find(id_or_path: str | Path) -> Path:
    """Return the path of a ruleset, by the id of an installed one or by its path.

    Raises:
        RulesetNotFound: no ruleset has the id or the path.
        RulesetConflict: two files claim the id.
    """
    wanted = str(id_or_path)
    path = Path(id_or_path)
    if path.suffix != SUFFIX and path.suffix.lower() in {".yml", SUFFIX}:
        remedy = "a ruleset is a file that ends in `.yaml`: rename it"
        raise RulesetNotFound(wanted, remedy if path.is_file() else _remedy_for_id(wanted))
    if path.suffix == SUFFIX or isinstance(id_or_path, Path):
        if path.is_file():
            if remedy := remedy_for_another_file(path):
                raise RulesetNotFound(wanted, remedy)
            return path
        why = "it is a folder" if path.is_dir() else "there is no such file"
        suggestion = "" if isinstance(id_or_path, Path) else _remedy_for_id(wanted)
        raise RulesetNotFound(wanted, f"{why}; {suggestion}" if suggestion else why)
    known = paths_by_id(installed_folders())
    if wanted in known:
        return unique_path(wanted, known[wanted])
    if path.is_file():
        raise RulesetNotFound(
            wanted, f"a ruleset is a file that ends in `.yaml`; {FACTS_FILE_REMEDY}"
        )
    raise RulesetNotFound(
        wanted,
        (f"did you mean `{wanted}{SUFFIX}`?" if Path(f"{wanted}{SUFFIX}").is_file() else "")
        or _remedy_for_id(wanted, known)
        or _remedy_for_policy(wanted, known)
        or did_you_mean(wanted, known)
        or "`policyrules list` shows them all",
    )


def _remedy_for_id(wanted: str, ids: Iterable[str] | None = None) -> str:
    """Suggest an installed id that differs only in case, or by a suffix or a version."""
    plain = re.sub(r"@.*|\.ya?ml", "", wanted.strip().casefold()).replace("\\", "/")
    known = paths_by_id(installed_folders()) if ids is None else ids
    return f"did you mean `{plain}`?" if plain in known else ""


def _remedy_for_policy(wanted: str, ids: Iterable[str]) -> str:
    """Say how to name a ruleset if only its policy was named."""
    wanted = wanted.casefold()
    of_policy = [id_ for id_ in ids if wanted in {id_.partition("/")[2], policy_of(id_)}]
    if not of_policy:
        return ""
    named = listed(of_policy, limit=6)
    return (
        f"it is a policy of {len(of_policy)} rulesets: give the place with `--jurisdiction`"
        f" (in Python `load_for()`), or one of the ids {named}"
    )


def policy_of(id_: str) -> str:
    """Return the policy in an id: the part between the jurisdiction and the variant."""
    return id_.partition("/")[2].partition(".")[0]


def compile_path(path: Path, texts: Mapping[str, str] | None = None) -> CompileResult:
    """Compile the ruleset at a path, with the vocabulary and the sources of its folder.

    They are searched in the parent folders; if there are none, the shipped ones are used.
    """
    return RulesetLoader(texts).compile(path)


class RulesetLoader:
    """Compiles rulesets with their bases and enclosing rulesets, each file once.

    A base is searched among the jurisdictions beside the overlay, then among the installed ones. If
    `is_pinned` is false, pins are not compared.
    """

    def __init__(self, texts: Mapping[str, str] | None = None, *, is_pinned: bool = True) -> None:
        self._texts = texts
        self._is_pinned = is_pinned
        self._installed = installed_folders()
        self._compiled: dict[Path, CompileResult] = {}
        self._in_progress: list[tuple[str, Path]] = []
        self._trees = TreeReader()

    def compile(self, path: Path) -> CompileResult:
        """Compile the ruleset at a path, once."""
        where = real_path(path)
        if where not in self._compiled:
            self._in_progress.append((f"{where.parent.name}/{where.stem}", where))
            self._compiled[where] = self._compile(path)
            self._in_progress.pop()
        return self._compiled[where]

    def _compile(self, path: Path) -> CompileResult:
        from policyrules.catalogue.bases import CompileContext
        from policyrules.catalogue.compiler import compile_ruleset
        from policyrules.catalogue.result import CompileResult

        unreadable = Diagnostics()
        wanted = [
            path,
            find_in_parents_or_shipped(path, VOCABULARY),
            find_in_parents_or_shipped(path, SOURCES),
        ]
        wanted += [
            calendars
            for calendars in (find_in_parents_or_shipped(path, CALENDARS),)
            if calendars.is_file()
        ]
        files = [
            file for file_path in wanted if (file := read_file(file_path, unreadable)) is not None
        ]
        if unreadable.has_errors:
            return CompileResult(display_path(path), None, unreadable.sorted())
        ruleset, vocabulary, sources, *calendars = files
        context = CompileContext(
            partial(self.find_base, path),
            jurisdiction_titles_for(path, self._trees),
            self._is_pinned,
            has_vocabulary=find_in_parents(path, VOCABULARY) is not None,
            trees=self._trees,
        )
        return compile_ruleset(
            ruleset,
            vocabulary,
            sources,
            texts=self._texts,
            context=context,
            calendars=calendars[0] if calendars else None,
        )

    def find_base(self, overlay: Path, id_: str) -> BaseLookup:
        """Look up the base of an overlay by its id, and compile it.

        A file beside the overlay comes before an installed one, so that a copy of installed
        rulesets is self-contained. The pin tells whether it is the base that was pinned.
        """
        from policyrules.catalogue.bases import UnknownBase

        files = base_paths(overlay, id_, self._installed)
        if files:
            return self._compile_base(unique_path(id_, files))
        root = real_path(overlay).parent.parent
        return UnknownBase(tuple(paths_by_id((root, *self._installed))))

    def _compile_base(self, path: Path) -> BaseLookup:
        from policyrules.catalogue.bases import MAX_DEPTH, BaseCycle, BaseTooDeep, FoundBase

        in_progress = [file for _, file in self._in_progress]
        if real_path(path) in in_progress:
            chain = self._in_progress[in_progress.index(real_path(path)) : -1]
            return BaseCycle(tuple((id_, display_path(file)) for id_, file in chain))
        if len(in_progress) > MAX_DEPTH:
            return BaseTooDeep()
        return FoundBase(self.compile(path))


def base_paths(overlay: Path, id_: str, installed: Iterable[Path]) -> tuple[Path, ...]:
    """Return every file that may be the base of an overlay; several are a conflict.

    Files beside the overlay come before installed ones.
    """
    if not ID.fullmatch(id_):
        return ()
    for folders in ((real_path(overlay).parent.parent,), installed):
        candidates = {
            real_path(candidate): candidate
            for candidate in (folder / f"{id_}.yaml" for folder in folders)
        }
        files = tuple(path for real, path in candidates.items() if real.is_file())
        if files:
            return files
    return ()


def jurisdiction_titles_for(
    path: Path, trees: TreeReader | None = None
) -> Mapping[str, LocalizedText]:
    """Return the titles of jurisdictions: the shipped ones, and those of the parent folders."""
    from policyrules.catalogue.compiler import jurisdiction_titles
    from policyrules.catalogue.result import File

    titles: dict[str, LocalizedText] = {}
    places = (shipped_folder() / JURISDICTIONS, find_in_parents_or_shipped(path, JURISDICTIONS))
    for place in {real_path(place): place for place in places}.values():
        if place.is_file():
            titles |= jurisdiction_titles(
                File(display_path(place), place.read_bytes()), trees=trees
            )
    return titles


def jurisdiction_diagnostics(paths: Iterable[Path]) -> Iterator[Diagnostic]:
    """Yield the diagnostics of the `jurisdictions.yaml` files of rulesets."""
    from policyrules.catalogue.compiler import jurisdiction_titles

    for path in {find_in_parents_or_shipped(path, JURISDICTIONS): None for path in paths}:
        diagnostics = Diagnostics()
        file = read_file(path, diagnostics)
        if file is not None:
            jurisdiction_titles(file, diagnostics)
        yield from diagnostics.sorted()


def load_ruleset(
    path: Path, loader: RulesetLoader | None = None
) -> tuple[CheckedRuleset, tuple[Diagnostic, ...]]:
    """Return the checked ruleset at a path, and its warnings.

    Raises:
        RulesetError: the ruleset has errors; the exception has every diagnostic.
    """
    compiled = (loader or RulesetLoader()).compile(path)
    if compiled.ruleset is None:
        raise RulesetError(compiled.diagnostics)
    return compiled.ruleset, compiled.diagnostics


def saved_texts(folder: Path) -> dict[str, str]:
    """Return the saved texts of a folder by their sha256.

    Raises:
        RulesetNotFound: the folder cannot be read.
    """
    if not folder.is_dir():
        raise RulesetNotFound(str(folder), "the folder of saved texts does not exist")
    texts: dict[str, str] = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            data = path.read_bytes()
            texts[hashlib.sha256(data).hexdigest()] = data.decode("utf-8", errors="replace")
    return texts


def read_file(path: Path, diagnostics: Diagnostics) -> File | None:
    """Read a file with its display path; report and return None if that fails."""
    from policyrules.catalogue.result import File

    data = read_bytes(path, diagnostics)
    return None if data is None else File(display_path(path), data, real_path(path).as_posix())


def read_bytes(path: Path, diagnostics: Diagnostics) -> bytes | None:
    """Read the bytes of a file; report and return None if that fails."""
    try:
        return path.read_bytes()
    except OSError as error:
        diagnostics.report(
            "unreadable-file",
            Span.empty_at(display_path(path)),
            "the file cannot be read",
            found=error.strerror or str(error),
            expected="a file that may be read",
        )
        return None


def display_path(path: Path) -> str:
    """Return the path relative to the current directory, if the file is below it."""
    try:
        return real_path(path).relative_to(Path.cwd()).as_posix()
    except (OSError, ValueError):
        return path.as_posix()


def find_in_parents(path: Path, name: str) -> Path | None:
    """Return the nearest file of a name in the three folders above a ruleset."""
    places = (folder / name for folder in real_path(path).parents[:3])
    return next((place for place in places if place.is_file()), None)


def find_in_parents_or_shipped(path: Path, name: str) -> Path:
    """Return the nearest file of a name above a ruleset, or the shipped one."""
    return find_in_parents(path, name) or shipped_folder() / name
