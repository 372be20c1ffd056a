"""What a fact or a value may still be, and arithmetic on it.

An unknown number stands for its range and an unknown word for its set, so evaluation never stops
at a missing fact. Four things may go together in one `Possible`: figures (an interval or a set),
a known absence (`none`), «the text states no figure» and «not defined» (a division by zero). Each
carries its `Support`: what could still narrow it. What is settled has no support. Where the figures
are settled or do not matter, what is left is what could settle whether there is a figure at all.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from typing import Final

import attrs

from policyrules.values.exact import Exact, rounded_to, simplest


@attrs.frozen(order=True)
class Need:
    """A fact that could narrow a result, and the facts that would serve in its place."""

    fact: str
    alternatives: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The fact and its alternatives."""
        return (self.fact, *self.alternatives)


@attrs.frozen(order=True)
class Unsettled:
    """A name that may stay open whatever the facts.

    `why` is one of `not_stated`, `pending`, `either`, `division_by_zero`, `conflict`, `open` (a
    list that the text leaves open) and `partly` (a month that lies in a period in part).
    """

    name: str
    why: str


@attrs.frozen
class Support:
    """What could still narrow a result: facts to ask for, and what no fact can settle."""

    needs: frozenset[Need] = frozenset()
    unsettled: frozenset[Unsettled] = frozenset()

    def __or__(self, other: Support) -> Support:
        if self is other or other is SETTLED:
            return self
        if self is SETTLED:
            return other
        return Support(self.needs | other.needs, self.unsettled | other.unsettled)

    def __bool__(self) -> bool:
        return bool(self.needs or self.unsettled)

    def __reduce__(self) -> str | tuple[type[Support], tuple[object, object]]:
        """Name `SETTLED`, so that a copy or another process has the same object in its place."""
        return "SETTLED" if self is SETTLED else (Support, (self.needs, self.unsettled))


SETTLED: Final = Support()


def joined(supports: Iterable[Support]) -> Support:
    """The union of supports."""
    result = SETTLED
    for support in supports:
        result = result | support
    return result


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
class DaySet:
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

Figures = Interval | Choices | WordSet | DaySet


@attrs.frozen
class Possible:
    """What something may still be.

    `figures` is None where no completion of the facts gives a figure. `absent` says that it may be
    a known absence, `not_stated` that the text may give no figure, `undefined` that it may not be
    computable at all; the last two make every test on it open. `gaps` is the part of the support
    that could settle these three; None where all of it could.
    """

    figures: Figures | None
    absent: bool = False
    not_stated: bool = False
    undefined: bool = False
    support: Support = SETTLED
    gaps: Support | None = None

    @property
    def is_settled(self) -> bool:
        """Return whether just one outcome is left: a figure, the absence, or «not stated»."""
        if self.figures is None:
            return self.absent + self.not_stated + self.undefined == 1
        return not (self.absent or self.not_stated or self.undefined) and _is_single(self.figures)

    @property
    def is_plain(self) -> bool:
        """Return whether nothing but figures is possible, and nothing could narrow them."""
        return self.support is SETTLED and not (self.absent or self.not_stated or self.undefined)

    @property
    def gap_support(self) -> Support:
        """What could settle whether there is a figure at all; nothing where there surely is."""
        if _is_sure(self):
            return SETTLED
        return self.support if self.gaps is None else self.gaps

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
        return None if self.absent or self.not_stated or self.undefined else figures.low


def number(value: Exact) -> Possible:
    """A known number.

    >>> number(3).point()
    3
    """
    value = simplest(value)
    return Possible(Interval(value, value))


def word(value: str | bool) -> Possible:  # noqa: FBT001 - a yes or a no is a value here, not a flag
    """A known word, or a known yes or no."""
    return Possible(frozenset({value}))


def hull(parts: Sequence[Possible], choice: Support = SETTLED) -> Possible:
    """What is possible if any one of the parts may be it; `choice` is what could tell which.

    >>> hull([number(1), number(3)]).interval
    Interval(low=1, high=3)
    """
    if len(parts) == 1:
        return parts[0]
    if all(_is_fixed(part) and _alike(part, parts[0]) for part in parts):
        choice = SETTLED
    figures = _figures_hull([part.figures for part in parts if part.figures is not None])
    absent = any(part.absent for part in parts)
    not_stated = any(part.not_stated for part in parts)
    undefined = any(part.undefined for part in parts)
    gaps = None
    if absent or not_stated or undefined:
        gaps = joined(part.gap_support for part in parts) | choice
    support = joined(part.support for part in parts) | choice
    return narrowed(Possible(figures, absent, not_stated, undefined, support, gaps))


def left_open(operand: Possible, by: Support) -> Possible:
    """The operand, whose having a figure hangs on one thing more."""
    return attrs.evolve(operand, support=operand.support | by, gaps=operand.gap_support | by)


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
        return Possible(None, False, right.not_stated, True, right.support)
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
    gaps = None if may_be_zero else right.gaps
    undefined = right.undefined or may_be_zero
    turned = attrs.evolve(right, figures=inverse, undefined=undefined, gaps=gaps)
    return _combine(left, turned, _multiply)


def extreme(operands: Sequence[Possible], *, largest: bool) -> Possible:
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
        operand if low is None or ceiling is None or low < ceiling else _gaps_alone(operand)
        for operand, (low, _) in zip(operands, bounds, strict=True)
    ]
    return _combine_all(kept, Interval(*figures))


def monotone(operand: Possible, function: Callable[[Exact], Exact]) -> Possible:
    """The operand under a function that never falls: it is enough to look at both ends.

    >>> monotone(number(4), lambda figure: figure // 3).point()
    1
    """
    if operand.figures is None:
        return operand
    low, high = operand.interval.low, operand.interval.high
    ends = Interval(
        None if low is None else function(low), None if high is None else function(high)
    )
    return narrowed(attrs.evolve(operand, figures=ends))


def apart(start: Possible, end: Possible, distance: Callable[[Exact, Exact], Exact]) -> Possible:
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
    return narrowed(attrs.evolve(operand, figures=ends))


def _is_single(figures: Figures) -> bool:
    if isinstance(figures, Interval):
        return figures.is_point
    if isinstance(figures, WordSet):
        return figures.certain == figures.possible
    return len(figures.periods if isinstance(figures, DaySet) else figures) == 1


def _is_fixed(part: Possible) -> bool:
    """Return whether no fact can narrow the part: it is settled, or open whatever the facts."""
    return part.is_settled or not part.support.needs


def _alike(one: Possible, other: Possible) -> bool:
    one, other = (attrs.evolve(part, support=SETTLED, gaps=None) for part in (one, other))
    return one == other


def _is_sure(operand: Possible) -> bool:
    return not (operand.not_stated or operand.undefined or operand.absent)


def narrowed(result: Possible) -> Possible:
    """Where one figure only is left, supported by nothing but what could take it away."""
    if result.support is SETTLED or result.figures is None or not _is_single(result.figures):
        return result
    return _gaps_alone(result)


def _gaps_alone(operand: Possible) -> Possible:
    """The operand where its figures do not matter: supported by what could leave it without."""
    if operand.support is SETTLED:
        return operand
    return attrs.evolve(operand, support=operand.gap_support, gaps=None)


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
    periods = [part for part in parts if isinstance(part, DaySet)]
    if periods:
        every = frozenset[tuple[int, int]]().union(*(part.periods for part in periods))
        return DaySet(every, periods[0].name)
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
    undefined = any(operand.undefined or operand.absent for operand in operands)
    gaps = None
    if not_stated or undefined:
        gaps = joined(operand.gap_support for operand in operands)
    if not spoiled:
        support = joined(operand.support for operand in operands)
        return narrowed(Possible(figures, False, not_stated, undefined, support, gaps))
    if gaps is None or not (not_stated and undefined):
        gaps = joined(operand.support for operand in spoiled)
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
        product = simplest(left.low * right.low)
        return Interval(product, product)
    products = [
        _bound_product(one, other)
        for one in (_low_bound(left), _high_bound(left))
        for other in (_low_bound(right), _high_bound(right))
    ]
    low, high = min(products), max(products)
    return Interval(
        None if low[0] else simplest(low[1]),
        None if high[0] else simplest(high[1]),
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
    return 0 if bound is None else simplest(Fraction(1) / bound)


def _signed(interval: Interval, sign: int) -> tuple[Exact | None, Exact | None]:
    if sign > 0:
        return interval.low, interval.high
    low, high = interval.low, interval.high
    return None if high is None else -high, None if low is None else -low
