"""Possible values of a fact or a value, and interval arithmetic on them.

An unknown number is its range and an unknown word its set, so evaluation never stops at a missing
fact. A `Possible` combines figures (an interval or a set), a known absence (`none`), “not stated”
(the text has no figure) and “undefined” (a division by zero). It carries its `Dependencies`: the
facts and open points that could narrow it. A decided value has none. If the figures are decided or
do not matter, only the dependencies of definedness are left, which decide whether there is a
figure.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from typing import Final

import attrs

from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, union
from policyrules.values.exact import Exact, normalize, rounded_to
from policyrules.values.scale import Scale


@attrs.frozen
class Interval:
    """The numbers from `low` to `high`, both included; None means that there is no bound."""

    low: Exact | None
    high: Exact | None

    @property
    def is_point(self) -> bool:
        """Return whether exactly one number is left."""
        return self.low is not None and self.low == self.high


@attrs.frozen
class WordSet:
    """A set of words that includes `certain` and is included in `possible`.

    `open_by` are the parameters whose text leaves the list open: a word that is not listed may
    belong to it, and no fact can decide that.
    """

    certain: frozenset[str]
    possible: frozenset[str]
    open_by: tuple[str, ...] = ()


@attrs.frozen
class PeriodSet:
    """A period that is one of `periods`, each from its first to its last day.

    `name` is the parameter that states it.
    """

    periods: frozenset[tuple[int, int]]
    name: str

    @property
    def possible(self) -> tuple[int, int]:
        """The first and the last day that may be in the period."""
        firsts, lasts = zip(*self.periods, strict=True)
        return min(firsts), max(lasts)


Choices = frozenset[str | bool]
"""The possible words of a word, or yes and no."""

UNDECLARED_WORD: Final = "…"
"""Stands for all words that are not declared, in facts whose list of words is open."""

Figures = Interval | Choices | WordSet | PeriodSet | Scale


@attrs.frozen
class Possible:
    """A possible value.

    `figures` is None if no completion of the facts has a figure. `may_be_none` allows a known
    absence, `not_stated` a text without a figure, `undefined` a value that cannot be computed; the
    last two make every test on it open. `definedness` are the dependencies that decide these three;
    None if all of `dependencies` do.
    """

    figures: Figures | None
    may_be_none: bool = False
    not_stated: bool = False
    undefined: bool = False
    dependencies: Dependencies = NO_DEPENDENCIES
    definedness: Dependencies | None = None

    @property
    def is_settled(self) -> bool:
        """Return whether one outcome is left: a figure, the absence, “not stated” or undefined."""
        if self.figures is None:
            return self.may_be_none + self.not_stated + self.undefined == 1
        return not (self.may_be_none or self.not_stated or self.undefined) and _is_single(
            self.figures
        )

    @property
    def is_plain(self) -> bool:
        """Return whether only figures are possible, without dependencies."""
        return self.dependencies is NO_DEPENDENCIES and not (
            self.may_be_none or self.not_stated or self.undefined
        )

    @property
    def definedness_dependencies(self) -> Dependencies:
        """The dependencies that decide whether there is a figure; empty if there is one."""
        if _surely_has_figure(self):
            return NO_DEPENDENCIES
        return self.dependencies if self.definedness is None else self.definedness

    @property
    def interval(self) -> Interval:
        """The interval of a number; raise TypeError for a word."""
        if not isinstance(self.figures, Interval):
            raise TypeError(f"not a number: {self}")
        return self.figures

    @property
    def choices(self) -> Choices:
        """The words of a word or yes_no; empty if no figure is possible."""
        if self.figures is None:
            return frozenset()
        if not isinstance(self.figures, frozenset):
            raise TypeError(f"neither a word nor a yes/no: {self}")
        return self.figures

    def point(self) -> Exact | None:
        """Return the number if exactly one is possible, else None."""
        figures = self.figures
        if not isinstance(figures, Interval) or figures.low is None or figures.low != figures.high:
            return None
        return None if self.may_be_none or self.not_stated or self.undefined else figures.low


def number(value: Exact) -> Possible:
    """Return a known number.

    >>> number(3).point()
    3
    """
    value = normalize(value)
    return Possible(Interval(value, value))


def word(value: str | bool) -> Possible:  # noqa: FBT001 - a yes or a no is a value here, not a flag
    """Return a known word or yes_no."""
    return Possible(frozenset({value}))


def hull(alternatives: Sequence[Possible], choice: Dependencies = NO_DEPENDENCIES) -> Possible:
    """Return the smallest `Possible` that contains every alternative.

    `choice` are the dependencies that decide which alternative applies.

    >>> hull([number(1), number(3)]).interval
    Interval(low=1, high=3)
    """
    if len(alternatives) == 1:
        return alternatives[0]
    if all(_is_fixed(part) and _same_figures(part, alternatives[0]) for part in alternatives):
        choice = NO_DEPENDENCIES
    figures = _figures_hull([part.figures for part in alternatives if part.figures is not None])
    absent = any(part.may_be_none for part in alternatives)
    not_stated = any(part.not_stated for part in alternatives)
    undefined = any(part.undefined for part in alternatives)
    definedness = None
    if absent or not_stated or undefined:
        definedness = union(part.definedness_dependencies for part in alternatives) | choice
    dependencies = union(part.dependencies for part in alternatives) | choice
    return collapse_point(
        Possible(figures, absent, not_stated, undefined, dependencies, definedness)
    )


def with_indeterminacy(operand: Possible, by: Dependencies) -> Possible:
    """Add `by` to the dependencies that decide whether the operand has a figure."""
    return attrs.evolve(
        operand,
        dependencies=operand.dependencies | by,
        definedness=operand.definedness_dependencies | by,
    )


def without_absence(operand: Possible) -> Possible:
    """Return a value for use where it is known to be present: a known absence is undefined there.

    >>> without_absence(Possible(None, may_be_none=True)).undefined
    True
    """
    if not operand.may_be_none:
        return operand
    if operand.figures is None and not (operand.not_stated or operand.undefined):
        return Possible(None, undefined=True, dependencies=operand.dependencies)
    return collapse_point(attrs.evolve(operand, may_be_none=False))


def add(left: Possible, right: Possible) -> Possible:
    """Return the sum.

    >>> add(number(1), number(2)).point()
    3
    """
    return _combine(left, right, _add)


def subtract(left: Possible, right: Possible) -> Possible:
    """Return the difference."""
    return add(left, negate(right))


def negate(operand: Possible) -> Possible:
    """Return the number with its sign reversed."""
    if operand.figures is None:
        return operand
    low, high = operand.interval.low, operand.interval.high
    negated = Interval(None if high is None else -high, None if low is None else -low)
    return attrs.evolve(operand, figures=negated)


def multiply(left: Possible, right: Possible) -> Possible:
    """Return the product; times zero, only the definedness of the other factor matters."""
    return _combine(left, right, _multiply)


def divide(left: Possible, right: Possible) -> Possible:
    """Return the quotient: undefined for a divisor of zero, possibly undefined for a range with it.

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
    definedness = None if may_be_zero else right.definedness
    undefined = right.undefined or may_be_zero
    inverted = attrs.evolve(right, figures=inverse, undefined=undefined, definedness=definedness)
    return _combine(left, inverted, _multiply)


def min_or_max(operands: Sequence[Possible], *, largest: bool) -> Possible:
    """Return the minimum or maximum; a dominated operand adds only its definedness."""
    if any(operand.figures is None for operand in operands):
        return combine_all(operands, None)
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
    return combine_all(kept, Interval(*figures))


def map_monotone(operand: Possible, function: Callable[[Exact], Exact]) -> Possible:
    """Apply a function that never decreases to both ends of the interval.

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
    """Combine two values by a function that decreases in `start` and increases in `end`."""

    def join(first: Interval, second: Interval) -> Interval:
        return Interval(
            None if first.high is None or second.low is None else distance(first.high, second.low),
            None if first.low is None or second.high is None else distance(first.low, second.high),
        )

    return _combine(start, end, join)


def rounded(operand: Possible, step: Exact, mode: str) -> Possible:
    """Round both ends of the interval: rounding is monotone."""
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
    if isinstance(figures, Scale):
        return True
    return len(figures.periods if isinstance(figures, PeriodSet) else figures) == 1


def _is_fixed(part: Possible) -> bool:
    """Return whether no fact can narrow the part."""
    return part.is_settled or not part.dependencies.missing_inputs


def _same_figures(left: Possible, right: Possible) -> bool:
    left, right = (
        attrs.evolve(part, dependencies=NO_DEPENDENCIES, definedness=None) for part in (left, right)
    )
    return left == right


def _surely_has_figure(operand: Possible) -> bool:
    return not (operand.not_stated or operand.undefined or operand.may_be_none)


def collapse_point(result: Possible) -> Possible:
    """Keep only the definedness dependencies if exactly one figure is left."""
    if (
        result.dependencies is NO_DEPENDENCIES
        or result.figures is None
        or not _is_single(result.figures)
    ):
        return result
    return _definedness_only(result)


def _definedness_only(operand: Possible) -> Possible:
    """Keep only the dependencies that decide whether there is a figure."""
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
        return combine_all((left, right), None)
    if left.is_plain and right.is_plain:
        return Possible(join(left.interval, right.interval))
    return combine_all((left, right), join(left.interval, right.interval))


def combine_all(operands: Sequence[Possible], figures: Interval | None) -> Possible:
    """Combine operands into one result, which is undefined or not stated if any operand is.

    If an operand has surely no figure, only the dependencies of such operands are kept, unless both
    flags are set.
    """
    without_figures = [operand for operand in operands if operand.figures is None]
    not_stated = any(operand.not_stated for operand in operands)
    undefined = any(operand.undefined or operand.may_be_none for operand in operands)
    definedness = None
    if not_stated or undefined:
        definedness = union(operand.definedness_dependencies for operand in operands)
    if not without_figures:
        dependencies = union(operand.dependencies for operand in operands)
        return collapse_point(
            Possible(figures, False, not_stated, undefined, dependencies, definedness)
        )
    if definedness is None or not (not_stated and undefined):
        definedness = union(operand.dependencies for operand in without_figures)
    return Possible(None, False, not_stated, undefined, definedness)


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
        _bound_product(left_bound, right_bound)
        for left_bound in (_low_bound(left), _high_bound(left))
        for right_bound in (_low_bound(right), _high_bound(right))
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


def _bound_product(left: _Bound, right: _Bound) -> _Bound:
    if not (left[0] or right[0]):
        return (0, left[1] * right[1])
    return (_sign(left) * _sign(right), 0)


def _sign(bound: _Bound) -> int:
    return bound[0] or (bound[1] > 0) - (bound[1] < 0)


def _inverse(bound: Exact | None) -> Exact:
    """Return 1 divided by a bound that is not zero; the inverse of no bound is 0."""
    return 0 if bound is None else normalize(Fraction(1) / bound)


def _signed(interval: Interval, sign: int) -> tuple[Exact | None, Exact | None]:
    """Return the low and the high end of an interval, or of its negation if `sign` is negative."""
    if sign > 0:
        return interval.low, interval.high
    low, high = interval.low, interval.high
    return None if high is None else -high, None if low is None else -low
