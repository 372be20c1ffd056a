"""Search a range of figures for the threshold at which a truth flips."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import attrs

from policyrules.values.exact import Exact, normalize


@attrs.frozen
class Flip:
    """Two neighbouring figures: the last `before` the truth flips, and the first `after` it did."""

    before: Exact
    after: Exact


def find_flip(
    truth: Callable[[Exact], bool | None], start: Exact, end: Exact, step: Exact
) -> Flip | None:
    """Return the first flip of `truth` on the way from `start` to `end`, which may be lower.

    Figures are multiples of `step`, but for `start` and `end` themselves. None if there is no flip,
    or an unknown truth comes before it. A truth that flips twice between two strides is missed.

    >>> find_flip(lambda figure: figure * 1000 <= 55 * 600, 0, 600, 1)
    Flip(before=33, after=34)
    """
    at_start, last = truth(start), start
    if at_start is None:
        return None
    for figure in strides(start, end, step):
        found = truth(figure)
        if found is None:
            return None
        if found is not at_start:
            return _bisect(truth, Flip(last, figure), step)
        last = figure
    return None


def strides(start: Exact, end: Exact, step: Exact) -> Iterator[Exact]:
    """Yield figures from `start`, excluded, to `end`, each stride twice as long as the last.

    >>> list(strides(0, 10, 1)), list(strides(Fraction("2.5"), 0, 1))
    ([1, 2, 4, 8, 10], [2, 1, 0])
    """
    if start == end:
        return
    sign = 1 if end > start else -1
    steps = Fraction(start) / step
    base = steps.__floor__() if sign > 0 else steps.__ceil__()
    stride = 1
    while True:
        figure = normalize((base + sign * stride) * Fraction(step))
        if (figure - end) * sign >= 0:
            yield end
            return
        yield figure
        stride *= 2


def _bisect(truth: Callable[[Exact], bool | None], flip: Flip, step: Exact) -> Flip | None:
    """Narrow a flip to neighbouring figures; None if a truth between them is unknown."""
    before, after = flip.before, flip.after
    at_start = truth(before)
    while True:
        steps = Fraction(before + after) / (2 * step)
        # An end that is no multiple of the step may lie less than a step from its neighbour.
        near = [normalize(n * Fraction(step)) for n in (steps.__floor__(), steps.__ceil__())]
        inside = [figure for figure in near if min(before, after) < figure < max(before, after)]
        if not inside:
            return Flip(before, after)
        found = truth(inside[0])
        if found is None:
            return None
        if found is at_start:
            before = inside[0]
        else:
            after = inside[0]
