"""The kinds of files of the language, and how a file tells which one it is."""

from __future__ import annotations

from typing import Final

import attrs

from policyrules.diagnostics import Diagnostics, listed
from policyrules.syntax.cases_grammar import CASES
from policyrules.syntax.grammar import (
    JURISDICTIONS,
    LANGUAGE,
    OVERLAY,
    RULESET,
    SOURCES,
    VOCABULARY,
)
from policyrules.syntax.shapes import Record
from policyrules.syntax.yaml import Mapping, Node


@attrs.frozen
class Kind:
    """A kind of file: its name, its shape, and the keys of which any tells that a file is one."""

    name: str
    shape: Record
    marks: tuple[str, ...]


KINDS: Final = (
    Kind("overlay", OVERLAY, ("extends",)),
    # A ruleset may declare sources of its own, so it is asked for first.
    Kind("ruleset", RULESET, ("id", "outcome", "legal_basis", "in_force", "conditions")),
    Kind("vocabulary", VOCABULARY, ("subjects", "lists")),
    Kind("sources", SOURCES, ("sources",)),
    Kind("jurisdictions", JURISDICTIONS, ("jurisdictions",)),
    Kind("cases", CASES, ("cases_of", "cases")),
)
"""Every kind of file; the first one with a mark in a file is its kind."""


def is_ours(document: Node) -> bool:
    """Whether a file says that it is of this language."""
    return isinstance(document, Mapping) and document.get("policyrules") is not None


def kind_of(document: Node, diagnostics: Diagnostics) -> Kind | None:
    """The kind of a file by its content, or None with the reason among the diagnostics."""
    if not isinstance(document, Mapping) or not is_ours(document):
        diagnostics.report(
            "missing-key",
            document.span,
            "the key `policyrules` is missing: the file is not of this language",
            expected=f"a mapping that begins with `policyrules: {LANGUAGE}`",
        )
        return None
    for kind in KINDS:
        if any(document.get(mark) is not None for mark in kind.marks):
            return kind
    diagnostics.report(
        "missing-key",
        document.span,
        "no key says what kind of file this is",
        expected=f"one of {listed(kind.marks[0] for kind in KINDS)}",
    )
    return None
