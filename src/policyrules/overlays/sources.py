"""Merge the sources of a folder with those that the bases of an overlay use."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.tree import SourcesTree


def merge_sources(
    added: SourcesTree,
    bases: Iterable[tuple[SourcesTree, Collection[str]]],
    diagnostics: Diagnostics,
) -> SourcesTree:
    """Return the sources of the overlay's folder, with those that its bases use.

    `bases` pairs the sources of each base with the ids that it uses. Only a used id must name the
    same document in the overlay's folder.
    """
    known = {source.name.text: source for source in added.sources}
    for sources, used in bases:
        for source in sources.sources:
            name = source.name.text
            first = known.setdefault(name, source)
            if first != source and name in used:
                diagnostics.report(
                    "duplicate-of-base",
                    first.name.span,
                    f"the source `{name}` is a different document in the base",
                    expected="the same document for one id",
                    remedy="choose another id",
                    related=((source.name.span, "the base declares it here"),),
                )
    return attrs.evolve(added, sources=tuple(known.values()))
