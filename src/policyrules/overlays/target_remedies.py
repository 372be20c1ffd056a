"""Remedies for an overlay that changes a node that its base does not have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from policyrules.syntax.tree import RulesetTree

REMEDIES_BY_KIND: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "leave it out: there is nothing to remove",
        "amount": "leave it out, or declare it under `amounts` if it is new",
        "parameter": "leave it out, or declare it under `parameters` if it is new",
        "value": "leave it out, or declare it under `values` if it is new",
        "condition": "leave it out, or declare it under `conditions` if it is new",
        "exception": "leave it out, or declare it under `exceptions` if it is new",
    }
)
"""The remedy for a missing target, by the kind of the change."""


def target_remedy(tree: RulesetTree, name: str, kind: str) -> str:
    """Return the remedy for a name of the base that overlays cannot change, or an empty text."""
    if name == "eligible":
        return (
            "change `eligible` by its conditions: add one with `into: eligible`, "
            "or replace or remove one that it has"
        )
    if kind:
        return ""
    if name in {note.name.text for note in tree.notes}:
        return "leave it out: a note is removed with the last rule that carries it"
    if name in {source.name.text for source in tree.sources}:
        return "leave it out: a source is removed with the last rule that cites it"
    if name in {subject.text for subject in tree.uses}:
        return "leave it out: a subject is removed with the last rule that reads it"
    return ""
