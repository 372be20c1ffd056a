"""Search of a range of figures for the threshold at which the truth of a test flips."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import attrs

from policyrules.values.exact import Exact, normalize


@attrs.frozen
class Flip:
    """Two neighbouring figures: the last `before` the truth flips, and the first `after` that."""

    before: Exact
    after: Exact


def find_flip(
    truth: Callable[[Exact], bool | None],
    start: Exact,
    end: Exact,
    step: Exact,
    *,
    by_single_steps: bool = False,
) -> Flip | None:
    """Return the first flip of `truth` on the way from `start` to `end`, which may be lower.

    Apart from `start` and `end`, only multiples of `step` are tried. Return None if there is no
    flip, or if an unknown truth comes before it. A truth that flips twice between two figures that
    are tried is missed, unless the search goes `by_single_steps`.

    >>> find_flip(lambda figure: figure * 1000 <= 55 * 600, 0, 600, 1)
    Flip(before=33, after=34)
    """
    at_start, last = truth(start), start
    if at_start is None or start == end:
        return None
    for figure in strides(start, end, step, by_single_steps=by_single_steps):
        figure_truth = truth(figure)
        if figure_truth is None:
            return None
        if figure_truth is not at_start:
            return _bisect(truth, Flip(last, figure), step, at_start=at_start)
        last = figure
    return None


def strides(
    start: Exact, end: Exact, step: Exact, *, by_single_steps: bool = False
) -> Iterator[Exact]:
    """Yield figures from `start`, excluded, to `end`, each stride twice as long as the last.

    Yield every multiple of the step if the search goes `by_single_steps`.

    >>> from fractions import Fraction
    >>> list(strides(0, 10, 1)), list(strides(Fraction("2.5"), 0, 1))
    ([1, 2, 4, 8, 10], [2, 1, 0])
    """
    if start == end:
        return
    sign = 1 if end > start else -1
    base = _floor(start, step) if sign > 0 else -_floor(-start, step)
    stride = 1
    while True:
        figure = _multiple_of_step(base + sign * stride, step)
        if (figure - end) * sign >= 0:
            yield end
            return
        yield figure
        stride += 1 if by_single_steps else stride


def _bisect(
    truth: Callable[[Exact], bool | None], flip: Flip, step: Exact, *, at_start: bool
) -> Flip | None:
    """Narrow a flip to neighbouring figures; None if a truth between them is unknown."""
    before, after = flip.before, flip.after
    is_rising = before < after
    low, high = (before, after) if is_rising else (after, before)
    # The multiples of the step that are between the two figures.
    first, last = _floor(low, step) + 1, -_floor(-high, step) - 1
    while first <= last:
        middle = (first + last) // 2
        figure = _multiple_of_step(middle, step)
        figure_truth = truth(figure)
        if figure_truth is None:
            return None
        if figure_truth is at_start:
            before = figure
        else:
            after = figure
        if (figure_truth is at_start) is is_rising:
            first = middle + 1
        else:
            last = middle - 1
    return Flip(before, after)


def _multiple_of_step(n: int, step: Exact) -> Exact:
    return n if step == 1 else normalize(n * step)


def _floor(figure: Exact, step: Exact) -> int:
    """Return the greatest n for which n steps are at most the figure."""
    return figure // step
