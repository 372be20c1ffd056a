"""The kinds of files of the language, and their recognition by content."""

from __future__ import annotations

from collections import abc
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.diagnostics import Diagnostics, listed
from policyrules.syntax.cases_grammar import CASES
from policyrules.syntax.common_grammar import LANGUAGE
from policyrules.syntax.overlay_grammar import OVERLAY
from policyrules.syntax.ruleset_grammar import RULESET
from policyrules.syntax.shapes import Record
from policyrules.syntax.vocabulary_grammar import CALENDARS, JURISDICTIONS, SOURCES, VOCABULARY
from policyrules.syntax.yaml import Mapping, Node


@attrs.frozen
class FileKind:
    """A kind of file: its name, its shape, and the keys that identify it."""

    name: str
    shape: Record
    discriminator_keys: tuple[str, ...]


KINDS: Final = (
    FileKind("overlay", OVERLAY, ("extends",)),
    # A ruleset may declare sources of its own, so it comes before the list of sources.
    FileKind("ruleset", RULESET, ("id", "outcome", "legal_basis", "in_force", "conditions")),
    FileKind("vocabulary", VOCABULARY, ("subjects", "lists")),
    FileKind("sources", SOURCES, ("sources",)),
    FileKind("calendars", CALENDARS, ("calendars",)),
    FileKind("jurisdictions", JURISDICTIONS, ("jurisdictions",)),
    FileKind("cases", CASES, ("cases_of", "cases")),
)
"""Every kind of file. A file has the first kind of which it has a discriminator key."""


_FILE_NAME_REMEDIES: Final[abc.Mapping[str, str]] = MappingProxyType(
    {
        "subjects": "a vocabulary is called `vocabulary.yaml`",
        "calendars": "calendars of working days are in a file called `calendars.yaml`",
        "jurisdictions": "titles of jurisdictions are in a file called `jurisdictions.yaml`",
        "cases_of": "the cases of `x.yaml` are in a file beside it called `x.cases.yaml`",
        "sources": "a list of sources is called `sources.yaml`",
    }
)
"""The correct file name, by a key that no ruleset has (a list of `sources` has no other key)."""


def report_misnamed_file(document: Node, diagnostics: Diagnostics) -> bool:
    """Report a file of another kind under the name of a ruleset; return whether it was reported."""
    if not isinstance(document, Mapping) or not is_policyrules_file(document):
        return False
    keys = {key.text for key, _ in document.entries}
    if keys & {"id", "extends", "outcome", "legal_basis", "in_force", "conditions"}:
        return False
    for key, _ in document.entries:
        name = _FILE_NAME_REMEDIES.get(key.text)
        if name is None or (key.text == "sources" and keys != {"policyrules", "sources"}):
            continue
        diagnostics.report(
            "wrong-shape",
            key.span,
            f"the file has the name of a ruleset, and has `{key.text}`",
            found=f"`{key.text}`",
            expected="a ruleset, with `id` and `outcome`",
            remedy=f"{name}: rename the file",
        )
        return True
    return False


def is_policyrules_file(document: Node) -> bool:
    """Return whether a file has the key `policyrules`."""
    return isinstance(document, Mapping) and document.get("policyrules") is not None


def kind_of(document: Node, diagnostics: Diagnostics) -> FileKind | None:
    """Return the kind of a file by its content; report and return None if it has none."""
    if not isinstance(document, Mapping) or not is_policyrules_file(document):
        diagnostics.report(
            "missing-key",
            document.span,
            "the key `policyrules` is missing: the file is not of this language",
            expected=f"a mapping that begins with `policyrules: {LANGUAGE}`",
        )
        return None
    for kind in KINDS:
        if any(document.get(key) is not None for key in kind.discriminator_keys):
            return kind
    diagnostics.report(
        "missing-key",
        document.span,
        "no key says what kind of file this is",
        expected=f"one of {listed(kind.discriminator_keys[0] for kind in KINDS)}",
    )
    return None
