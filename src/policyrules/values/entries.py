"""Aggregates of possible entries: the largest, the sum of the largest, the number of distinct ones.

An entry that may or may not belong to the list widens the range of a result at one end. The low end
of a result follows from the low ends of the figures and the high end from the high ends: no result
decreases when a figure rises.
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
    """An entry that belongs to a list or may belong to it: its figure, and the verdict.

    A caller leaves out the entries that surely do not belong.
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
    """Return the largest or the smallest figure; without any entry, return `otherwise`.

    >>> from policyrules.values.possible import number
    >>> largest_or_smallest([Entry(number(3)), Entry(number(5))], number(0), largest=True).point()
    5
    """
    certain = [_computable(entry.figure) for entry in entries if entry.belongs]
    uncertain = [entry for entry in entries if not entry.belongs]
    if not certain:
        choice = union(entry.membership.dependencies for entry in uncertain)
        return hull([otherwise, *(_computable(entry.figure) for entry in uncertain)], choice)
    without_uncertain = min_or_max(certain, largest=largest)
    rivals = [
        entry
        for entry in uncertain
        if not _is_dominated(entry.figure, without_uncertain, largest=largest)
    ]
    if not rivals:
        return without_uncertain
    with_rivals = min_or_max([*certain, *(entry.figure for entry in rivals)], largest=largest)
    choice = union(entry.membership.dependencies for entry in rivals)
    return hull([without_uncertain, with_rivals], choice)


def sum_of_largest(entries: Sequence[Entry], count: Possible) -> Possible:
    """Return the sum of the `count` largest figures, or of all if there are fewer.

    >>> from policyrules.values.possible import number
    >>> figures = [Entry(number(figure)) for figure in (3, 5, 4)]
    >>> [sum_of_largest(figures, number(n)).point() for n in (-1, 0, 2, 9)]
    [0, 0, 9, 12]
    """
    operands = [_with_membership(entry) for entry in entries]
    if count.figures is None or any(operand.figures is None for operand in operands):
        return combine_all([count, *operands], None)
    counts = _possible_counts(count.interval, len(entries))
    low = min(_low_ends(entries, counts))
    high = max(_high_ends(entries, counts))
    figures = Interval(low[1] if not low[0] else None, high[1] if not high[0] else None)
    lows = sorted(_low(entry) for entry in entries if entry.belongs)
    kept = [
        operand if _may_be_chosen(entry, lows, counts[-1]) else _definedness_only(operand)
        for entry, operand in zip(entries, operands, strict=True)
    ]
    return combine_all([count, *kept], figures)


def count_distinct(entries: Sequence[Entry]) -> Possible:
    """Return the number of different figures or words; a known absence is not counted.

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
    """Return a figure, which may be undefined if it may be a known absence."""
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
        # If the entry does not belong, there is a result.
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


def _possible_counts(count: Interval, length: int) -> range:
    """Return the possible numbers of summed entries, from 0 to `length`; never an empty range."""
    low = 0 if count.low is None else min(max(int(count.low // 1), 0), length)
    high = length if count.high is None else min(max(-int(-count.high // 1), 0), length)
    return range(low, max(low, high) + 1)


def _low_ends(entries: Sequence[Entry], counts: range) -> Iterator[_Bound]:
    """Yield the lowest sum for each count.

    It includes the certain entries and, while there are fewer than the count, the uncertain ones
    below zero.
    """
    certain = _totals(sorted((_low(entry) for entry in entries if entry.belongs), reverse=True))
    below = _totals(
        sorted(low for entry in entries if not entry.belongs and (low := _low(entry)) < _ZERO)
    )
    for n in counts:
        rest = min(max(n + 1 - len(certain), 0), len(below) - 1)
        yield _sum_of(certain[min(n, len(certain) - 1)], below[rest])


def _high_ends(entries: Sequence[Entry], counts: range) -> Iterator[_Bound]:
    """Yield the highest sum for each count: with all entries, or without uncertain negative ones.

    An uncertain entry below zero lowers the sum while there are fewer entries than the count. Once
    there are as many, further entries never lower it.
    """
    every = _totals(sorted(map(_high, entries), reverse=True))
    without = _totals(
        sorted(
            (high for entry in entries if (high := _high(entry)) >= _ZERO or entry.belongs),
            reverse=True,
        )
    )
    for n in counts:
        yield max(every[n], without[min(n, len(without) - 1)])


def _may_be_chosen(entry: Entry, lows: Sequence[_Bound], n: int) -> bool:
    """Return whether an entry may be among the `n` largest: fewer than `n` surely are as large.

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
    """Return the running sums of bounds, from the empty sum to that of all bounds."""
    return list(accumulate(bounds, _sum_of, initial=_ZERO))


def _sum_of(left: _Bound, right: _Bound) -> _Bound:
    return (left[0] or right[0], 0) if left[0] or right[0] else (0, left[1] + right[1])


# The number of distinct figures.


def _only_figure(figure: Possible) -> Exact | str | bool | None:
    """Return the figure or word if exactly one is possible, else None."""
    if isinstance(figure.figures, Interval):
        return figure.figures.low if figure.figures.is_point else None
    if isinstance(figure.figures, frozenset) and len(figure.figures) == 1:
        (word,) = figure.figures
        return None if word == UNDECLARED_WORD else word
    return None


def _adds_figure(entry: Entry, known: set[Exact | str | bool]) -> bool:
    """Return whether an entry may have a figure that is not among the known ones."""
    figures = entry.figure.figures
    if isinstance(figures, frozenset):
        return not figures <= known
    return isinstance(figures, Interval) and not (figures.is_point and figures.low in known)


def _is_new(entry: Entry, known: set[Exact | str | bool]) -> bool:
    """Return whether an entry surely has a figure that is not among the known ones."""
    figures = entry.figure.figures
    if not entry.belongs or entry.figure.may_be_none:
        return False
    if isinstance(figures, frozenset):
        # An undeclared word may be one of the known words.
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
    """Return the number, 0 or 1, by which a figure adds to a count; a known absence adds 0."""
    figures = None if operand.figures is None and not operand.may_be_none else Interval(0, 1)
    return attrs.evolve(operand, figures=figures, may_be_none=False)
