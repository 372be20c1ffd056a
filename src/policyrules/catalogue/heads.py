"""Read the heads of rulesets: id, title, validity and source, without the rules.

The list of rulesets and the selection by place and day read nothing else. Keys that an overlay
leaves out come from its bases. A head with an error is left to the compiler, which reports it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs

from policyrules.catalogue.discovery import SOURCES, discover, real_path
from policyrules.catalogue.store import (
    RulesetLoader,
    base_paths,
    find_in_parents_or_shipped,
    installed_folders,
    load_ruleset,
    paths_by_id,
    read_bytes,
    unique_path,
)
from policyrules.diagnostics import Diagnostic, Diagnostics, listed
from policyrules.errors import RulesetError
from policyrules.syntax.overlay_tree import HeadTree
from policyrules.syntax.reader import read_head, read_sources
from policyrules.syntax.tree import InForceNode, SourceNode
from policyrules.syntax.yaml import Scalar, decode
from policyrules.text.localized import LocalizedText

if TYPE_CHECKING:
    from policyrules.ir.ruleset import CheckedRuleset

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_ISSUED: Final = re.compile(r"[0-9]{4}(-[0-9]{2}){0,2}")
_MAX_BASES: Final = 32
"""The maximum length of a chain of bases before the head is left to the compiler."""

_Layers = tuple[tuple[Path, HeadTree], ...]
"""The heads of a file and of its bases, the bases first, in the order of composition."""


@attrs.frozen
class CatalogueEntry:
    """A ruleset that can be loaded.

    `source_issued` is a day, month or year as text, and may be empty. `extends` are the ids of its
    bases. `selection` is `by_id` if it is never selected by place and day.
    """

    id: str
    path: Path
    title: LocalizedText
    in_force_from: date | None
    in_force_to: date | None
    source_title: str
    source_issued: str
    extends: tuple[str, ...] = ()
    selection: str = ""

    @property
    def jurisdiction(self) -> str:
        """Return the jurisdiction of the ruleset."""
        return self.id.partition("/")[0]

    def covers(self, day: date) -> bool:
        """Return whether the ruleset is in force on a day."""
        return (self.in_force_from or date.min) <= day <= (self.in_force_to or date.max)


@attrs.frozen
class CatalogueListing:
    """The rulesets with readable heads, by id, and the diagnostics of the others."""

    entries: tuple[CatalogueEntry, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


def list_rulesets(folder: Path | None = None) -> CatalogueListing:
    """Read the head of every ruleset of a folder, or of the installed ones.

    The folder has the folders of jurisdictions, or is the folder of one.

    Raises:
        RulesetConflict: two files claim one id.
    """
    reader = HeadReader()
    entries: list[CatalogueEntry] = []
    diagnostics = Diagnostics()
    folders = reader.installed if folder is None else (folder,)
    paths_of_ids = paths_by_id(folders)
    if folder is not None and not paths_of_ids:
        # The folder is that of one jurisdiction, such as the current directory.
        place = real_path(folder).name
        paths_of_ids = {f"{place}/{path.stem}": (path,) for path in discover(folder).rulesets}
    for id_, paths in paths_of_ids.items():
        try:
            entries.append(reader.entry(unique_path(id_, paths)))
        except RulesetError as error:
            diagnostics.extend(error.diagnostics)
    return CatalogueListing(tuple(entries), diagnostics.sorted())


def rulesets(folder: Path | None = None) -> tuple[CatalogueEntry, ...]:
    """Return every ruleset of a folder, or the installed ones, by id.

    Raises:
        RulesetError: the head of one of them is wrong.
        RulesetConflict: two of them claim one id.
    """
    listing = list_rulesets(folder)
    if listing.diagnostics:
        raise RulesetError(listing.diagnostics)
    return listing.entries


def remedy_for_title(text: str) -> str:
    """Suggest the ids of the rulesets with a similar Chinese title."""
    by_title: dict[str, list[str]] = {}
    for entry in list_rulesets().entries:
        by_title.setdefault(entry.title.zh, []).append(entry.id)
    close = get_close_matches(text, by_title, n=3)
    alike = [title for title in by_title if text in title or title in text]
    ids = [id_ for title in dict.fromkeys((*alike, *close)) for id_ in by_title[title]]
    named = listed(ids, limit=6)
    return f"a ruleset is named by its id: {named}" if ids else ""


class HeadReader:
    """Reads heads of rulesets; each file is read once, even as a base of several overlays."""

    def __init__(self) -> None:
        self.installed: tuple[Path, ...] = installed_folders()
        self._heads: dict[Path, HeadTree | None] = {}
        self._sources: dict[Path, Mapping[str, SourceNode]] = {}
        self._loader: RulesetLoader | None = None

    def entry(self, path: Path) -> CatalogueEntry:
        """Return the entry of the ruleset at a path.

        Raises:
            RulesetError: its head, or that of a base, is wrong.
        """
        layers = self._layers(path, ())
        entry = self._entry(path, layers) if layers else None
        if entry is not None:
            return entry
        if self._loader is None:
            self._loader = RulesetLoader()
        ruleset, _ = load_ruleset(path, self._loader)
        return _entry_from_ruleset(ruleset, path)

    def _entry(self, path: Path, layers: _Layers) -> CatalogueEntry | None:
        """Build the entry from the heads of a file and its bases; None if anything is invalid."""
        head = layers[-1][1]
        resolved = path if path.parent.name else real_path(path)
        if head.id.text != f"{resolved.parent.name}/{path.stem}":
            return None
        period = _period(next(_validities(layers)))
        source = self._source(head.legal_basis.text, layers)
        issued = _issued(source.issued) if source is not None else None
        if period is None or source is None or issued is None:
            return None
        return CatalogueEntry(
            id=head.id.text,
            path=path,
            title=LocalizedText(head.title.zh.text, head.title.en.text),
            in_force_from=period[0],
            in_force_to=period[1],
            source_title=source.title.text,
            source_issued=issued,
            extends=tuple(key.text for key, _ in head.extends),
            selection=head.selection.text if head.selection is not None else "",
        )

    def _layers(self, path: Path, chain: tuple[Path, ...]) -> _Layers | None:
        """Return the heads of a file and of all its bases; None if one is invalid."""
        resolved = real_path(path)
        if resolved in chain or len(chain) > _MAX_BASES:
            return None
        head = self._head(resolved)
        if head is None:
            return None
        layers: dict[
            str, tuple[Path, HeadTree]
        ] = {}  # by id, so that a base reached twice counts once
        for key, _ in head.extends:
            paths = base_paths(path, key.text, self.installed)
            below = self._layers(paths[0], (*chain, resolved)) if len(paths) == 1 else None
            if below is None:
                return None
            for layer in below:
                layers.setdefault(layer[1].id.text, layer)
        return (*layers.values(), (path, head))

    def _head(self, path: Path) -> HeadTree | None:
        """Return the head of a file, or None if it is invalid."""
        if path not in self._heads:
            diagnostics = Diagnostics()
            text = _text(path, diagnostics)
            head = None if text is None else read_head(text, str(path), diagnostics)
            is_root = head is not None and not head.extends
            is_complete = head is not None and not (is_root and head.in_force is None)
            self._heads[path] = head if is_complete and not diagnostics.has_errors else None
        return self._heads[path]

    def _source(self, name: str, layers: _Layers) -> SourceNode | None:
        """Return a document that a layer, or the list of its folder, declares."""
        for _, head in layers:
            for source in head.sources:
                if source.name.text == name:
                    return source
        lists = (self._documents(path) for path, _ in reversed(layers))
        return next((documents[name] for documents in lists if name in documents), None)

    def _documents(self, ruleset: Path) -> Mapping[str, SourceNode]:
        """Map the documents of the list of a folder by id; {} if the list is invalid."""
        path = real_path(find_in_parents_or_shipped(ruleset, SOURCES))
        if path not in self._sources:
            diagnostics = Diagnostics()
            text = _text(path, diagnostics)
            tree = None if text is None else read_sources(text, str(path), diagnostics)
            is_sound = tree is not None and not diagnostics.has_errors
            nodes = tree.sources if tree is not None and is_sound else ()
            self._sources[path] = {node.name.text: node for node in nodes}
        return self._sources[path]


def _text(path: Path, diagnostics: Diagnostics) -> str | None:
    data = read_bytes(path, diagnostics)
    return None if data is None else decode(data, str(path), diagnostics)


def _validities(layers: _Layers) -> Iterator[InForceNode]:
    """Yield the validity of each layer, the top one first: an overlay replaces it whole."""
    for _, head in reversed(layers):
        if head.in_force is not None:
            yield head.in_force


def _period(node: InForceNode) -> tuple[date, date | None] | None:
    """Return the first and the last day; None if the first is missing, or one is invalid."""
    from_ = _day(node.from_)
    to = _day(node.to)
    if from_ is None or (node.to is not None and (to is None or to < from_)):
        return None
    return from_, to


def _day(scalar: Scalar | None) -> date | None:
    if scalar is None or not _DATE.fullmatch(scalar.text):
        return None
    try:
        return date.fromisoformat(scalar.text)
    except ValueError:
        return None


def _issued(scalar: Scalar | None) -> str | None:
    """Return the issue date as text; empty if not stated, None if it is invalid."""
    if scalar is None:
        return None
    if scalar.text == "not_stated":
        return ""
    if not _ISSUED.fullmatch(scalar.text):
        return None
    try:
        date.fromisoformat(f"{scalar.text}-01-01"[:10])
    except ValueError:
        return None
    return scalar.text


def _entry_from_ruleset(ruleset: CheckedRuleset, path: Path) -> CatalogueEntry:
    source = ruleset.sources[ruleset.legal_basis]
    return CatalogueEntry(
        id=ruleset.id,
        path=path,
        title=ruleset.title,
        in_force_from=ruleset.in_force.from_,
        in_force_to=ruleset.in_force.to,
        source_title=source.title,
        source_issued=source.issued,
        extends=ruleset.extends,
        selection=ruleset.selection,
    )
