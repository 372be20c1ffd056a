"""Read files into trees, and cache them; errors become diagnostics, never exceptions."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final, TypeVar

import attrs

from policyrules.diagnostics import Diagnostic, Diagnostics
from policyrules.syntax.cases_grammar import CASES
from policyrules.syntax.cases_tree import CasesTree
from policyrules.syntax.common_grammar import LANGUAGE
from policyrules.syntax.kinds import report_misnamed_file
from policyrules.syntax.overlay_grammar import HEAD, OVERLAY
from policyrules.syntax.overlay_tree import HeadTree, OverlayTree
from policyrules.syntax.read_state import ReadFailed, ReadState
from policyrules.syntax.ruleset_grammar import RULESET
from policyrules.syntax.shapes import Record
from policyrules.syntax.tree import (
    CalendarsTree,
    JurisdictionsTree,
    RulesetTree,
    SourcesTree,
    VocabularyTree,
)
from policyrules.syntax.unprintable import report_control_characters
from policyrules.syntax.vocabulary_grammar import CALENDARS, JURISDICTIONS, SOURCES, VOCABULARY
from policyrules.syntax.yaml import Mapping, Node, Scalar, decode, read_yaml

_Tree = TypeVar("_Tree")
_ParseFunction = Callable[[str, str, Diagnostics], _Tree | None]
"""A function that parses a text; the path is for its diagnostics."""


class TreeReader:
    """Reads trees of files, and caches each tree until the bytes of its file change.

    The rulesets of a folder share a vocabulary and a list of sources. A cached tree repeats the
    diagnostics of its first reading.
    """

    def __init__(self) -> None:
        self._cache: dict[
            tuple[str, _ParseFunction[Any]], tuple[bytes, Any, tuple[Diagnostic, ...]]
        ] = {}

    def read(
        self, parse: _ParseFunction[_Tree], data: bytes, path: str, diagnostics: Diagnostics
    ) -> _Tree | None:
        """Return the tree that `parse` makes of the bytes of a file, or None if it makes none."""
        entry = self._cache.get((path, parse))
        if entry is None or entry[0] != data:
            new_diagnostics = Diagnostics()
            text = decode(data, path, new_diagnostics)
            tree = None if text is None else parse(text, path, new_diagnostics)
            entry = (data, tree, new_diagnostics.sorted())
            self._cache[path, parse] = entry
        diagnostics.extend(entry[2])
        result: _Tree | None = entry[1]
        return result


def read_ruleset(text: str, path: str, diagnostics: Diagnostics) -> RulesetTree | None:
    """Parse a ruleset; return None if too little of it can be read."""
    tree = _read(RULESET, text, path, diagnostics)
    return tree if isinstance(tree, RulesetTree) else None


def read_any_ruleset(
    text: str, path: str, diagnostics: Diagnostics
) -> RulesetTree | OverlayTree | None:
    """Parse a ruleset, or an overlay if the text has the key `extends`."""
    node = read_yaml(text, path, diagnostics)
    if node is None:
        return None
    if report_misnamed_file(node, diagnostics):
        return None
    is_overlay = isinstance(node, Mapping) and node.get("extends") is not None
    tree = read_tree(OVERLAY if is_overlay else RULESET, node, diagnostics)
    return tree if isinstance(tree, RulesetTree | OverlayTree) else None


def read_head(text: str, path: str, diagnostics: Diagnostics) -> HeadTree | None:
    """Parse the head of a ruleset or an overlay, and ignore the other keys."""
    node = read_yaml(text, path, diagnostics)
    if isinstance(node, Mapping):
        entries = tuple(entry for entry in node.entries if entry[0].text in HEAD.fields)
        node = attrs.evolve(node, entries=entries)
    tree = None if node is None else read_tree(HEAD, node, diagnostics)
    return tree if isinstance(tree, HeadTree) else None


def read_jurisdictions(text: str, path: str, diagnostics: Diagnostics) -> JurisdictionsTree | None:
    """Parse the titles of jurisdictions."""
    tree = _read(JURISDICTIONS, text, path, diagnostics)
    return tree if isinstance(tree, JurisdictionsTree) else None


def read_vocabulary(text: str, path: str, diagnostics: Diagnostics) -> VocabularyTree | None:
    """Parse a vocabulary."""
    tree = _read(VOCABULARY, text, path, diagnostics)
    return tree if isinstance(tree, VocabularyTree) else None


def read_sources(text: str, path: str, diagnostics: Diagnostics) -> SourcesTree | None:
    """Parse a list of sources."""
    tree = _read(SOURCES, text, path, diagnostics)
    return tree if isinstance(tree, SourcesTree) else None


def read_calendars(text: str, path: str, diagnostics: Diagnostics) -> CalendarsTree | None:
    """Parse the calendars of working days."""
    tree = _read(CALENDARS, text, path, diagnostics)
    return tree if isinstance(tree, CalendarsTree) else None


def read_cases(text: str, path: str, diagnostics: Diagnostics) -> CasesTree | None:
    """Parse a case file; cases that cannot be read are left out."""
    tree = _read(CASES, text, path, diagnostics)
    return tree if isinstance(tree, CasesTree) else None


def _read(shape: Record, text: str, path: str, diagnostics: Diagnostics) -> object:
    node = read_yaml(text, path, diagnostics)
    return None if node is None else read_tree(shape, node, diagnostics)


def read_tree(shape: Record, node: Node, diagnostics: Diagnostics) -> object:
    """Read a YAML node into a tree by its shape; return None if too little can be read."""
    if isinstance(node, Mapping) and not _has_supported_version(node, diagnostics):
        return None
    report_control_characters(node, diagnostics)
    state = ReadState(diagnostics)
    try:
        tree = shape.read(node, state)
    except ReadFailed:
        return None
    return attrs.evolve(tree, broken=frozenset(state.broken))


_VERSION_1_SPELLINGS: Final = re.compile(r"[vV]?1(?:\.0+)*|one|一")
"""Other spellings of version 1."""


def _has_supported_version(node: Mapping, diagnostics: Diagnostics) -> bool:
    """Return whether a file names the version that this library reads; report another version."""
    version = node.get("policyrules")
    if not isinstance(version, Scalar) or version.text == str(LANGUAGE):
        return True
    diagnostics.report(
        "language-version",
        version.span,
        "the file is written for another version of the language",
        found=f"`policyrules: {version.text}`",
        expected=f"`policyrules: {LANGUAGE}`",
        remedy=f"write `policyrules: {LANGUAGE}`"
        if _VERSION_1_SPELLINGS.fullmatch(version.text)
        else "use a later version of the library, or write the file for this one",
    )
    return False
