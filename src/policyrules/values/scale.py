"""Progressive scales: each rate applies to the part of a figure from its edge to the next."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest

import attrs

from policyrules.values.exact import Exact, normalize


@attrs.frozen
class Slab:
    """The part of a figure in one bracket, and the amount due on that part.

    The bracket goes from `low` to `high`, which is None for the last bracket.
    """

    low: Exact
    high: Exact | None
    rate: Exact
    part: Exact
    due: Exact


@attrs.frozen
class Scale:
    """A progressive scale: pairs of an edge and a rate, whose edges rise.

    Below the first edge nothing is due.

    >>> Scale(((0, 1), (10, 2))).due(13)
    16
    """

    brackets: tuple[tuple[Exact, Exact], ...]

    @property
    def edges(self) -> tuple[Exact, ...]:
        """The edges, the lowest first."""
        return tuple(edge for edge, _ in self.brackets)

    def slabs(self, figure: Exact) -> Iterator[Slab]:
        """Yield the part of a figure in each bracket that it reaches."""
        for (low, rate), high in zip_longest(self.brackets, self.edges[1:]):
            if figure <= low:
                return
            part = normalize((figure if high is None else min(figure, high)) - low)
            yield Slab(low, high, rate, part, normalize(part * rate))

    def due(self, figure: Exact) -> Exact:
        """Return the amount due on a figure: the sum over its slabs."""
        return normalize(sum((slab.due for slab in self.slabs(figure)), start=0))
