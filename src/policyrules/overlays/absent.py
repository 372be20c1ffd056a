"""What helps where an overlay changes what its base does not have."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from policyrules.syntax.tree import RulesetTree

NO_TARGET: Final[Mapping[str, str]] = MappingProxyType(
    {
        "": "leave it out: there is nothing to remove",
        "amount": "leave it out: an overlay replaces the amount of its base, and adds none",
        "parameter": "leave it out, or declare it under `parameters` if it is new",
        "value": "leave it out, or declare it under `values` if it is new",
        "condition": "leave it out, or declare it under `conditions` if it is new",
        "exception": "leave it out, or declare it under `exceptions` if it is new",
    }
)
"""What helps where an overlay changes what its base does not have, by kind."""


def absence_remedy(tree: RulesetTree, name: str, kind: str) -> str:
    """Return the remedy for what stands in the base and is no node, or an empty text."""
    if name == "eligible":
        return (
            "who is eligible is changed by its conditions: add one with `into: eligible`, "
            "replace or remove those that it has"
        )
    if kind:
        return ""
    if name in {one.name.text for one in tree.notes}:
        return "a note goes by itself with the last rule that carries it: leave it out"
    if name in {one.name.text for one in tree.sources}:
        return "a source goes by itself with the last rule that cites it: leave it out"
    if name in {one.text for one in tree.uses}:
        return "a subject goes by itself with the last rule that reads it: leave it out"
    return ""
