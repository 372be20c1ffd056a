"""Joins the sources of a folder with those that the bases of an overlay use."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.tree import SourcesTree


def with_sources(
    own: SourcesTree,
    bases: Iterable[tuple[SourcesTree, Collection[str]]],
    diagnostics: Diagnostics,
) -> SourcesTree:
    """The sources of the overlay's folder, and those that its bases use of theirs.

    With each list of sources come the ids of those that its ruleset uses: only of these must the
    folder of the overlay mean the same document.
    """
    known = {one.name.text: one for one in own.sources}
    for sources, used in bases:
        for one in sources.sources:
            name = one.name.text
            there = known.setdefault(name, one)
            if there != one and name in used:
                diagnostics.report(
                    "duplicate-of-base",
                    there.name.span,
                    f"the source `{name}` is another document in the base",
                    expected="one document by one id",
                    remedy="choose another id",
                    related=((one.name.span, "it stands here for the base"),),
                )
    return attrs.evolve(own, sources=tuple(known.values()))
