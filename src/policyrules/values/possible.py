"""What a fact or a value may still be, and arithmetic on it.

An unknown number stands for its range and an unknown word for its set, so evaluation never stops
at a missing fact. Four things may go together in one `Possible`: figures (an interval or a set),
a known absence (`none`), «the text states no figure» and «not defined» (a division by zero). Each
carries its `Support`: what could still narrow it. What is settled has no support. Where the figures
are settled or do not matter, what is left is what could settle whether there is a figure at all.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

import attrs

from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, union
from policyrules.values.exact import Exact, normalize, rounded_to


@attrs.frozen
class Interval:
    """The numbers from `low` to `high`, both included; None is no bound on that side."""

    low: Exact | None
    high: Exact | None

    @property
    def is_point(self) -> bool:
        """Return whether one number only is left."""
        return self.low is not None and self.low == self.high


@attrs.frozen
class WordSet:
    """A set of words that is itself known from `certain` (surely in) to `possible` (perhaps in).

    `open_by` are the parameters whose text leaves the list open: a word that is not listed may
    belong to it all the same, and no fact can tell.
    """

    certain: frozenset[str]
    possible: frozenset[str]
    open_by: tuple[str, ...] = ()


@attrs.frozen
class PeriodSet:
    """A period, itself one of `periods`, each from its first day to its last.

    `name` is the parameter that fixes it.
    """

    periods: frozenset[tuple[int, int]]
    name: str

    @property
    def possible(self) -> tuple[int, int]:
        """The first and the last day that may be in."""
        firsts, lasts = zip(*self.periods, strict=True)
        return min(firsts), max(lasts)


Choices = frozenset[str | bool]
"""What a word (or a yes/no) may still be."""

ANOTHER_WORD: Final = "…"
"""Stands for every word that is not declared, where a fact may be one."""

Figures = Interval | Choices | WordSet | PeriodSet


@attrs.frozen
class Possible:
    """What something may still be.

    `figures` is None where no completion of the facts gives a figure. `absent` says that it may be
    a known absence, `not_stated` that the text may give no figure, `undefined` that it may not be
    computable at all; the last two make every test on it open. `gaps` is the part of the support
    that could settle these three; None where all of it could.
    """

    figures: Figures | None
    may_be_none: bool = False
    not_stated: bool = False
    undefined: bool = False
    dependencies: Dependencies = NO_DEPENDENCIES
    definedness: Dependencies | None = None

    @property
    def is_settled(self) -> bool:
        """Return whether just one outcome is left: a figure, the absence, or «not stated»."""
        if self.figures is None:
            return self.may_be_none + self.not_stated + self.undefined == 1
        return not (self.may_be_none or self.not_stated or self.undefined) and _is_single(
            self.figures
        )

    @property
    def is_plain(self) -> bool:
        """Return whether nothing but figures is possible, and nothing could narrow them."""
        return self.dependencies is NO_DEPENDENCIES and not (
            self.may_be_none or self.not_stated or self.undefined
        )

    @property
    def definedness_dependencies(self) -> Dependencies:
        """What could settle whether there is a figure at all; nothing where there surely is."""
        if _surely_has_figure(self):
            return NO_DEPENDENCIES
        return self.dependencies if self.definedness is None else self.definedness

    @property
    def interval(self) -> Interval:
        """The figures of a number; asking a word for it is a fault of the caller."""
        if not isinstance(self.figures, Interval):
            raise TypeError(f"not a number: {self}")
        return self.figures

    @property
    def choices(self) -> Choices:
        """The figures of a word or a yes/no; none where no figure is possible."""
        if self.figures is None:
            return frozenset()
        if not isinstance(self.figures, frozenset):
            raise TypeError(f"neither a word nor a yes/no: {self}")
        return self.figures

    def point(self) -> Exact | None:
        """The number, if exactly one is left."""
        figures = self.figures
        if not isinstance(figures, Interval) or figures.low is None or figures.low != figures.high:
            return None
        return None if self.may_be_none or self.not_stated or self.undefined else figures.low


def number(value: Exact) -> Possible:
    """A known number.

    >>> number(3).point()
    3
    """
    value = normalize(value)
    return Possible(Interval(value, value))


def word(value: str | bool) -> Possible:  # noqa: FBT001 - a yes or a no is a value here, not a flag
    """A known word, or a known yes or no."""
    return Possible(frozenset({value}))


def hull(parts: Sequence[Possible], choice: Dependencies = NO_DEPENDENCIES) -> Possible:
    """What is possible if any one of the parts may be it; `choice` is what could tell which.

    >>> hull([number(1), number(3)]).interval
    Interval(low=1, high=3)
    """
    if len(parts) == 1:
        return parts[0]
    if all(_is_fixed(part) and _same_figures(part, parts[0]) for part in parts):
        choice = NO_DEPENDENCIES
    figures = _figures_hull([part.figures for part in parts if part.figures is not None])
    absent = any(part.may_be_none for part in parts)
    not_stated = any(part.not_stated for part in parts)
    undefined = any(part.undefined for part in parts)
    gaps = None
    if absent or not_stated or undefined:
        gaps = union(part.definedness_dependencies for part in parts) | choice
    support = union(part.dependencies for part in parts) | choice
    return collapse_point(Possible(figures, absent, not_stated, undefined, support, gaps))


def with_indeterminacy(operand: Possible, by: Dependencies) -> Possible:
    """The operand, whose having a figure hangs on one thing more."""
    return attrs.evolve(
        operand,
        dependencies=operand.dependencies | by,
        definedness=operand.definedness_dependencies | by,
    )


def add(left: Possible, right: Possible) -> Possible:
    """The sum.

    >>> add(number(1), number(2)).point()
    3
    """
    return _combine(left, right, _add)


def subtract(left: Possible, right: Possible) -> Possible:
    """The difference."""
    return add(left, negate(right))


def negate(operand: Possible) -> Possible:
    """The number with its sign turned."""
    if operand.figures is None:
        return operand
    low, high = operand.interval.low, operand.interval.high
    turned = Interval(None if high is None else -high, None if low is None else -low)
    return attrs.evolve(operand, figures=turned)


def multiply(left: Possible, right: Possible) -> Possible:
    """The product; beside a zero the other factor's figure is moot, unless it may have none."""
    return _combine(left, right, _multiply)


def divide(left: Possible, right: Possible) -> Possible:
    """The quotient; not defined where the divisor is zero, open where it may be.

    >>> divide(number(7), number(30)).point()
    Fraction(7, 30)
    >>> divide(number(7), number(0)).undefined
    True
    """
    if right.figures is None:
        return _combine(left, right, _multiply)
    low, high = right.interval.low, right.interval.high
    if low == high == 0:
        return Possible(None, False, right.not_stated, True, right.dependencies)
    dividend, divisor = left.point(), right.point()
    if dividend is not None and divisor is not None:
        return number(Fraction(dividend) / divisor)
    if (low is not None and low > 0) or (high is not None and high < 0):
        inverse, may_be_zero = Interval(_inverse(high), _inverse(low)), False
    elif low == 0:
        inverse, may_be_zero = Interval(_inverse(high), None), True
    elif high == 0:
        inverse, may_be_zero = Interval(None, _inverse(low)), True
    else:
        inverse, may_be_zero = Interval(None, None), True
    gaps = None if may_be_zero else right.definedness
    undefined = right.undefined or may_be_zero
    turned = attrs.evolve(right, figures=inverse, undefined=undefined, definedness=gaps)
    return _combine(left, turned, _multiply)


def min_or_max(operands: Sequence[Possible], *, largest: bool) -> Possible:
    """The smallest or largest operand; of one that can never be it, only the gaps matter."""
    if any(operand.figures is None for operand in operands):
        return _combine_all(operands, None)
    sign = -1 if largest else 1
    bounds = [_signed(operand.interval, sign) for operand in operands]
    ceiling = min((high for _, high in bounds if high is not None), default=None)
    lows = [low for low, _ in bounds]
    floor = None if None in lows else min(low for low in lows if low is not None)
    figures = _signed(Interval(floor, ceiling), sign)
    kept = [
        operand if low is None or ceiling is None or low < ceiling else _definedness_only(operand)
        for operand, (low, _) in zip(operands, bounds, strict=True)
    ]
    return _combine_all(kept, Interval(*figures))


def map_monotone(operand: Possible, function: Callable[[Exact], Exact]) -> Possible:
    """The operand under a function that never falls: it is enough to look at both ends.

    >>> map_monotone(number(4), lambda figure: figure // 3).point()
    1
    """
    if operand.figures is None:
        return operand
    low, high = operand.interval.low, operand.interval.high
    ends = Interval(
        None if low is None else function(low), None if high is None else function(high)
    )
    return collapse_point(attrs.evolve(operand, figures=ends))


def distance(start: Possible, end: Possible, distance: Callable[[Exact, Exact], Exact]) -> Possible:
    """How far two are apart, by a distance that falls with the start and grows with the end."""

    def join(one: Interval, other: Interval) -> Interval:
        return Interval(
            None if one.high is None or other.low is None else distance(one.high, other.low),
            None if one.low is None or other.high is None else distance(one.low, other.high),
        )

    return _combine(start, end, join)


def rounded(operand: Possible, step: Exact, mode: str) -> Possible:
    """The operand rounded at both of its ends: rounding is monotone."""
    if operand.figures is None:
        return operand
    low, high = operand.interval.low, operand.interval.high
    at_low = None if low is None else rounded_to(low, step, mode)
    at_high = at_low if high == low else None if high is None else rounded_to(high, step, mode)
    ends = Interval(at_low, at_high)
    if operand.is_plain:
        return Possible(ends)
    return collapse_point(attrs.evolve(operand, figures=ends))


def _is_single(figures: Figures) -> bool:
    if isinstance(figures, Interval):
        return figures.is_point
    if isinstance(figures, WordSet):
        return figures.certain == figures.possible
    return len(figures.periods if isinstance(figures, PeriodSet) else figures) == 1


def _is_fixed(part: Possible) -> bool:
    """Return whether no fact can narrow the part: it is settled, or open whatever the facts."""
    return part.is_settled or not part.dependencies.missing_inputs


def _same_figures(one: Possible, other: Possible) -> bool:
    one, other = (
        attrs.evolve(part, dependencies=NO_DEPENDENCIES, definedness=None) for part in (one, other)
    )
    return one == other


def _surely_has_figure(operand: Possible) -> bool:
    return not (operand.not_stated or operand.undefined or operand.may_be_none)


def collapse_point(result: Possible) -> Possible:
    """Where one figure only is left, supported by nothing but what could take it away."""
    if (
        result.dependencies is NO_DEPENDENCIES
        or result.figures is None
        or not _is_single(result.figures)
    ):
        return result
    return _definedness_only(result)


def _definedness_only(operand: Possible) -> Possible:
    """The operand where its figures do not matter: supported by what could leave it without."""
    if operand.dependencies is NO_DEPENDENCIES:
        return operand
    return attrs.evolve(operand, dependencies=operand.definedness_dependencies, definedness=None)


def _figures_hull(parts: Sequence[Figures]) -> Figures | None:
    if not parts:
        return None
    intervals = [part for part in parts if isinstance(part, Interval)]
    if intervals:
        lows = [part.low for part in intervals]
        highs = [part.high for part in intervals]
        return Interval(
            None if None in lows else min(low for low in lows if low is not None),
            None if None in highs else max(high for high in highs if high is not None),
        )
    sets = [part for part in parts if isinstance(part, WordSet)]
    if sets:
        return WordSet(
            frozenset.intersection(*(part.certain for part in sets)),
            frozenset[str]().union(*(part.possible for part in sets)),
            tuple(dict.fromkeys(name for part in sets for name in part.open_by)),
        )
    periods = [part for part in parts if isinstance(part, PeriodSet)]
    if periods:
        every = frozenset[tuple[int, int]]().union(*(part.periods for part in periods))
        return PeriodSet(every, periods[0].name)
    return frozenset[str | bool]().union(*(part for part in parts if isinstance(part, frozenset)))


def _combine(left: Possible, right: Possible, join: _Join) -> Possible:
    if left.figures is None or right.figures is None:
        return _combine_all((left, right), None)
    if left.is_plain and right.is_plain:
        return Possible(join(left.interval, right.interval))
    return _combine_all((left, right), join(left.interval, right.interval))


def _combine_all(operands: Sequence[Possible], figures: Interval | None) -> Possible:
    """One result of several operands: what is wrong with one of them is wrong with the result.

    Where an operand surely has no figure, the others cannot mend the result and support nothing,
    unless they could tell what is wrong with it.
    """
    spoiled = [operand for operand in operands if operand.figures is None]
    not_stated = any(operand.not_stated for operand in operands)
    undefined = any(operand.undefined or operand.may_be_none for operand in operands)
    gaps = None
    if not_stated or undefined:
        gaps = union(operand.definedness_dependencies for operand in operands)
    if not spoiled:
        support = union(operand.dependencies for operand in operands)
        return collapse_point(Possible(figures, False, not_stated, undefined, support, gaps))
    if gaps is None or not (not_stated and undefined):
        gaps = union(operand.dependencies for operand in spoiled)
    return Possible(None, False, not_stated, undefined, gaps)


def _add(left: Interval, right: Interval) -> Interval:
    return Interval(
        None if left.low is None or right.low is None else left.low + right.low,
        None if left.high is None or right.high is None else left.high + right.high,
    )


_Join = Callable[[Interval, Interval], Interval]

_Bound = tuple[int, Exact]
"""A bound that may be infinite: (-1, 0), (0, number) and (1, 0) sort as they should."""


def _multiply(left: Interval, right: Interval) -> Interval:
    if left.is_point and right.is_point and left.low is not None and right.low is not None:
        product = normalize(left.low * right.low)
        return Interval(product, product)
    products = [
        _bound_product(one, other)
        for one in (_low_bound(left), _high_bound(left))
        for other in (_low_bound(right), _high_bound(right))
    ]
    low, high = min(products), max(products)
    return Interval(
        None if low[0] else normalize(low[1]),
        None if high[0] else normalize(high[1]),
    )


def _low_bound(interval: Interval) -> _Bound:
    return (-1, 0) if interval.low is None else (0, interval.low)


def _high_bound(interval: Interval) -> _Bound:
    return (1, 0) if interval.high is None else (0, interval.high)


def _bound_product(one: _Bound, other: _Bound) -> _Bound:
    if not (one[0] or other[0]):
        return (0, one[1] * other[1])
    return (_sign(one) * _sign(other), 0)


def _sign(bound: _Bound) -> int:
    return bound[0] or (bound[1] > 0) - (bound[1] < 0)


def _inverse(bound: Exact | None) -> Exact:
    """One divided by a bound that is not zero; no bound is so far out that its inverse is zero."""
    return 0 if bound is None else normalize(Fraction(1) / bound)


def _signed(interval: Interval, sign: int) -> tuple[Exact | None, Exact | None]:
    if sign > 0:
        return interval.low, interval.high
    low, high = interval.low, interval.high
    return None if high is None else -high, None if low is None else -low
