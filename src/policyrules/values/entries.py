"""The largest figure, the sum of the largest, and the number of different ones of some entries.

An entry that only may belong moves one end of the range. Ends are computed for each end of the
entries: each of the three never decreases when a figure rises.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

import attrs

from policyrules.values.dependencies import NO_DEPENDENCIES, union
from policyrules.values.exact import Exact
from policyrules.values.kleene import HELD, Verdict
from policyrules.values.possible import (
    UNDECLARED_WORD,
    Interval,
    Possible,
    combine_all,
    hull,
    min_or_max,
)


@attrs.frozen
class Entry:
    """An entry of a list that may belong: the verdict on it, and its figure.

    An entry that does not belong is left out before.
    """

    figure: Possible
    membership: Verdict = HELD

    @property
    def belongs(self) -> bool:
        """Return whether the entry is certain to belong."""
        return self.membership.truth is True


def largest_or_smallest(
    entries: Sequence[Entry], otherwise: Possible, *, largest: bool
) -> Possible:
    """Return the largest or the smallest figure; of no entry it is `otherwise`.

    >>> from policyrules.values.possible import number
    >>> largest_or_smallest([Entry(number(3)), Entry(number(5))], number(0), largest=True).point()
    5
    """
    certain = [_computable(entry.figure) for entry in entries if entry.belongs]
    uncertain = [entry for entry in entries if not entry.belongs]
    if not certain:
        choice = union(entry.membership.dependencies for entry in uncertain)
        return hull([otherwise, *(_computable(entry.figure) for entry in uncertain)], choice)
    least = min_or_max(certain, largest=largest)
    rivals = [
        entry for entry in uncertain if not _is_dominated(entry.figure, least, largest=largest)
    ]
    if not rivals:
        return least
    most = min_or_max([*certain, *(entry.figure for entry in rivals)], largest=largest)
    return hull([least, most], union(entry.membership.dependencies for entry in rivals))


def sum_of_largest(entries: Sequence[Entry], count: Possible) -> Possible:
    """Return the sum of the largest figures, as many as `count`; of fewer entries, of all.

    >>> from policyrules.values.possible import number
    >>> figures = [Entry(number(figure)) for figure in (3, 5, 4)]
    >>> [sum_of_largest(figures, number(n)).point() for n in (-1, 0, 2, 9)]
    [0, 0, 9, 12]
    """
    operands = [_with_membership(entry) for entry in entries]
    if count.figures is None or any(operand.figures is None for operand in operands):
        return combine_all([count, *operands], None)
    numbers = _numbers_of(count.interval, len(entries))
    low = min(_low_ends(entries, numbers))
    high = max(_high_ends(entries, numbers))
    figures = Interval(low[1] if not low[0] else None, high[1] if not high[0] else None)
    lows = sorted(_low(entry) for entry in entries if entry.belongs)
    kept = [
        operand if _may_be_chosen(entry, lows, numbers[-1]) else _definedness_only(operand)
        for entry, operand in zip(entries, operands, strict=True)
    ]
    return combine_all([count, *kept], figures)


def count_distinct(entries: Sequence[Entry]) -> Possible:
    """Return the number of different figures; a known absence is none of them.

    >>> from policyrules.values.possible import word
    >>> count_distinct([Entry(word("a")), Entry(word("b")), Entry(word("a"))]).point()
    2
    """
    known: set[Exact | str | bool] = set()
    for entry in entries:
        figure = _only_figure(entry.figure)
        if entry.belongs and figure is not None and not entry.figure.may_be_none:
            known.add(figure)
    open_ = [entry for entry in entries if _adds_figure(entry, known)]
    is_more = any(_is_new(entry, known) for entry in open_)
    high = len(known) + len(open_)
    if not any(isinstance(entry.figure.figures, Interval) for entry in entries):
        words = frozenset[str | bool]().union(*(entry.figure.choices for entry in entries))
        high = high if UNDECLARED_WORD in words else min(high, len(words))
    undecided = {id(entry) for entry in open_}
    operands = [
        operand if id(entry) in undecided else _definedness_only(operand)
        for entry in entries
        for operand in [_as_count(_with_membership(entry))]
    ]
    if any(operand.figures is None for operand in operands):
        return combine_all(operands, None)
    return combine_all(operands, Interval(len(known) + is_more, high))


_Bound = tuple[int, Exact]
"""An end that may be infinite: (-1, 0), (0, number) and (1, 0) sort as they should."""

_ZERO: Final[_Bound] = (0, 0)


def _computable(figure: Possible) -> Possible:
    """Return a figure, not defined where it may be a known absence."""
    if not figure.may_be_none:
        return figure
    return attrs.evolve(figure, may_be_none=False, undefined=True)


def _with_membership(entry: Entry) -> Possible:
    """Return the figure of an entry with the dependencies that decide whether it belongs."""
    choice = entry.membership.dependencies
    figure = entry.figure
    if choice is NO_DEPENDENCIES:
        return figure
    if figure.figures is None and not entry.belongs:
        # Without the entry there is a result.
        figure = attrs.evolve(figure, figures=Interval(0, 0))
    definedness = figure.definedness_dependencies
    return attrs.evolve(
        figure,
        dependencies=figure.dependencies | choice,
        definedness=definedness | choice if definedness else figure.definedness,
    )


def _definedness_only(operand: Possible) -> Possible:
    return attrs.evolve(operand, dependencies=operand.definedness_dependencies, definedness=None)


def _is_dominated(figure: Possible, other: Possible, *, largest: bool) -> bool:
    """Return whether a figure can never be larger (or smaller) than another, and is defined."""
    if figure.not_stated or figure.undefined or figure.may_be_none:
        return False
    if not isinstance(figure.figures, Interval) or not isinstance(other.figures, Interval):
        return False
    if largest:
        high, low = figure.figures.high, other.figures.low
    else:
        high, low = other.figures.high, figure.figures.low
    return high is not None and low is not None and high <= low


# The sum of the largest.


def _numbers_of(count: Interval, length: int) -> range:
    """Return the numbers of entries that a sum may have, at least one and at most the length."""
    low = 0 if count.low is None else min(max(int(count.low // 1), 0), length)
    high = length if count.high is None else min(max(-int(-count.high // 1), 0), length)
    return range(low, max(low, high) + 1)


def _low_ends(entries: Sequence[Entry], numbers: range) -> Iterator[_Bound]:
    """Yield the lowest sum for each number: with entries below zero that fill the number."""
    certain = _totals(sorted((_low(entry) for entry in entries if entry.belongs), reverse=True))
    below = _totals(
        sorted(low for entry in entries if not entry.belongs and (low := _low(entry)) < _ZERO)
    )
    for n in numbers:
        rest = min(max(n + 1 - len(certain), 0), len(below) - 1)
        yield _sum_of(certain[min(n, len(certain) - 1)], below[rest])


def _high_ends(entries: Sequence[Entry], numbers: range) -> Iterator[_Bound]:
    """Yield the highest sum for each number: with all entries, or without those below zero.

    More entries below zero lower the sum until there are `n`, and never lower it from there on.
    """
    every = _totals(sorted(map(_high, entries), reverse=True))
    without = _totals(
        sorted(
            (high for entry in entries if (high := _high(entry)) >= _ZERO or entry.belongs),
            reverse=True,
        )
    )
    for n in numbers:
        yield max(every[n], without[min(n, len(without) - 1)])


def _may_be_chosen(entry: Entry, lows: Sequence[_Bound], n: int) -> bool:
    """Return whether an entry may be among the `n` largest: fewer are certain to be as large.

    `lows` are the low ends of the entries that are certain to belong, in rising order.
    """
    high = _high(entry)
    larger = len(lows) - bisect_left(lows, high)
    itself = entry.belongs and _low(entry) >= high
    return larger - itself < n


def _low(entry: Entry) -> _Bound:
    figures = entry.figure.figures
    if not isinstance(figures, Interval):
        return _ZERO
    return (-1, 0) if figures.low is None else (0, figures.low)


def _high(entry: Entry) -> _Bound:
    figures = entry.figure.figures
    if not isinstance(figures, Interval):
        return _ZERO
    return (1, 0) if figures.high is None else (0, figures.high)


def _totals(bounds: Sequence[_Bound]) -> list[_Bound]:
    """Return the sums of the first bounds, of none to all of them."""
    return list(accumulate(bounds, _sum_of, initial=_ZERO))


def _sum_of(left: _Bound, right: _Bound) -> _Bound:
    return (left[0] or right[0], 0) if left[0] or right[0] else (0, left[1] + right[1])


# The number of different ones.


def _only_figure(figure: Possible) -> Exact | str | bool | None:
    """Return the figure or word if exactly one is possible, else None."""
    if isinstance(figure.figures, Interval):
        return figure.figures.low if figure.figures.is_point else None
    if isinstance(figure.figures, frozenset) and len(figure.figures) == 1:
        (word,) = figure.figures
        return None if word == UNDECLARED_WORD else word
    return None


def _adds_figure(entry: Entry, known: set[Exact | str | bool]) -> bool:
    """Return whether an entry may add a figure to those that are known."""
    figures = entry.figure.figures
    if isinstance(figures, frozenset):
        return not figures <= known
    return isinstance(figures, Interval) and not (figures.is_point and figures.low in known)


def _is_new(entry: Entry, known: set[Exact | str | bool]) -> bool:
    """Return whether an entry is certain to add a figure to those that are known."""
    figures = entry.figure.figures
    if not entry.belongs or entry.figure.may_be_none:
        return False
    if isinstance(figures, frozenset):
        # An undeclared word may be any that is known.
        return not known if UNDECLARED_WORD in figures else not figures & known
    if not isinstance(figures, Interval):
        return False
    low, high = figures.low, figures.high
    return not any(
        (low is None or low <= other) and (high is None or other <= high)
        for other in known
        if not isinstance(other, str)
    )


def _as_count(operand: Possible) -> Possible:
    """Return a figure as a part of a count, which a known absence leaves defined."""
    figures = None if operand.figures is None and not operand.may_be_none else Interval(0, 1)
    return attrs.evolve(operand, figures=figures, may_be_none=False)
