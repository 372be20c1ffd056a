"""Exact numbers, which are whole numbers or fractions: format and round them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from itertools import count, pairwise
from types import MappingProxyType
from typing import Final

Exact = int | Fraction
"""Every number between a fact and an amount is one of these; never a float."""


def normalize(number: Exact) -> Exact:
    """Return the same number, as an `int` if it is whole.

    Whole numbers are several times faster than fractions.

    >>> normalize(Fraction(6, 3)), normalize(Fraction(1, 3))
    (2, Fraction(1, 3))
    """
    return number.numerator if number.denominator == 1 else number


def decimal_places(number: Exact) -> int | None:
    """Return the decimal places that write the number exactly, or None if none do.

    >>> decimal_places(Fraction(11, 200)), decimal_places(Fraction(1, 3)), decimal_places(7)
    (3, None, 0)
    """
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    return max(twos, fives) if rest == 1 else None


def decimal_text(number: Exact, *, places: int = 0) -> str:
    """Format an exact decimal with at least `places` places, or `n/d` if none is exact.

    >>> decimal_text(Fraction(9, 10)), decimal_text(500000, places=2), decimal_text(Fraction(7, 30))
    ('0.9', '500000.00', '7/30')
    """
    exact = decimal_places(number)
    if exact is None:
        return fraction_text(number)
    shown = max(exact, places)
    digits = str(abs(number.numerator) * 10**shown // number.denominator).rjust(shown + 1, "0")
    sign = "-" if number < 0 else ""
    return sign + (f"{digits[:-shown]}.{digits[-shown:]}" if shown else digits)


def fraction_text(number: Exact) -> str:
    """Format a number in lowest terms, as `n/d` or a whole number.

    >>> fraction_text(Fraction(11, 200)), fraction_text(1)
    ('11/200', '1')
    """
    return str(Fraction(number))


def percent_text(number: Exact) -> str:
    """Format a ratio as a percentage; one that is not exact has two places and is marked ≈.

    >>> percent_text(Fraction(11, 200)), percent_text(Fraction(7, 30))
    ('5.5 %', '≈23.33 %')
    """
    hundredfold = number * 100
    shown = approximation(hundredfold, 2, exact_places=4)
    if shown == hundredfold:
        return f"{decimal_text(hundredfold)} %"
    return f"≈{decimal_text(shown, places=2)} %"


def approximation(number: Exact, places: int, *, exact_places: int) -> Exact:
    """Round a number half up to `places`, unless it is exact in that many places.

    A number that is exact in `exact_places` is returned as it is, too.

    >>> approximation(Fraction(7, 3), 2, exact_places=6), approximation(45, 2, exact_places=6)
    (Fraction(233, 100), 45)
    """
    exact = decimal_places(number)
    if exact is not None and exact <= max(places, exact_places):
        return number
    return rounded_to(number, Fraction(1, 10**places), "half_up")


def order_preserving_places(numbers: Iterable[Exact], *, exact_places: int, least: int = 2) -> int:
    """Return the fewest decimal places, at least `least`, that keep rounded numbers in order.

    >>> order_preserving_places([Fraction(55, 10), Fraction(5500000001, 10**9)], exact_places=4)
    9
    >>> order_preserving_places([1, Fraction(4, 3)], exact_places=4)
    2
    """
    ordered = sorted(set(numbers))

    def are_distinct(places: int) -> bool:
        shown = [approximation(number, places, exact_places=exact_places) for number in ordered]
        return all(lower < higher for lower, higher in pairwise(shown))

    return next(places for places in count(least) if are_distinct(places))


def with_thousands_separators(digits: str) -> str:
    """Insert commas between the thousands of a decimal text.

    >>> with_thousands_separators("1234567.50")
    '1,234,567.50'
    """
    whole, point, rest = digits.partition(".")
    sign, whole = ("-", whole[1:]) if whole.startswith("-") else ("", whole)
    return sign + f"{int(whole):,}" + point + rest


def _half_up(number: Fraction) -> int:
    return (2 * number.numerator + number.denominator) // (2 * number.denominator)


def _half_even(number: Fraction) -> int:
    low, rest = divmod(number.numerator, number.denominator)
    twice = 2 * rest
    return low + (twice > number.denominator or (twice == number.denominator and low % 2 == 1))


def _down(number: Fraction) -> int:
    return number.numerator // number.denominator


def _up(number: Fraction) -> int:
    return -(-number.numerator // number.denominator)


ROUNDING_MODES: Final[Mapping[str, Callable[[Fraction], int]]] = MappingProxyType(
    {"half_up": _half_up, "half_even": _half_even, "down": _down, "up": _up}
)
"""Functions that round a number of steps to a whole number, by mode; each is monotone.

`half_up` takes a tie to the larger number, `half_even` to the even step, `down` and `up` take
everything to the smaller and to the larger step.
"""


def rounded_to(number: Exact, step: Exact, mode: str) -> Exact:
    """Round a number to a multiple of `step` by a mode of `ROUNDING_MODES`.

    >>> rounded_to(Fraction(45, 1000), Fraction(1, 100), "half_up")
    Fraction(1, 20)
    >>> rounded_to(Fraction(45, 1000), Fraction(1, 100), "half_even")
    Fraction(1, 25)
    """
    return normalize(ROUNDING_MODES[mode](Fraction(number) / Fraction(step)) * Fraction(step))


def is_rounding_of(exact: Exact, written: Exact, places: int | None) -> bool:
    """Return whether `written`, with `places` decimal places, may stand for the exact number.

    It may if the two are equal, or if the exact number rounds half up to it at its places. A number
    written as a fraction (`places` None) stands only for itself.

    >>> is_rounding_of(Fraction(7, 30), Fraction(2333, 10000), 4)
    True
    >>> is_rounding_of(Fraction(7, 30), Fraction(2334, 10000), 4)
    False
    """
    if exact == written:
        return True
    return places is not None and rounded_to(exact, Fraction(1, 10**places), "half_up") == written
