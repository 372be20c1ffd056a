"""Numbers as people write them: `30`, `1.5`, `3/2`, `5.5%`, `100000.00 CNY`; exact, or refused."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

import attrs

from policyrules.values.exact import Exact, simplest

MAX_DIGITS: Final = 60
"""The most digits a number may have: far more than any range allows, and read in no time."""


@attrs.frozen
class Written:
    """A number, and the decimal places it was written with; None for a fraction.

    `unit` is what stands behind the digits, without its spaces.
    """

    number: Exact
    places: int | None
    unit: str = ""


def read_number(text: str) -> Written | None:
    """Reads a number with what stands behind it; None where the text does not begin with one.

    >>> read_number("23.33%")
    Written(number=Fraction(2333, 100), places=2, unit='%')
    >>> read_number("7/30").places is None, read_number("12 month").unit, read_number("1e5")
    (True, 'month', None)
    """
    found = _NUMBER.fullmatch(text)
    if found is None:
        return None
    whole, digits, divisor, unit = found.groups(default="")
    if len(whole) + len(digits) + len(divisor) > MAX_DIGITS:
        return None
    if divisor:
        return Written(simplest(Fraction(int(whole), int(divisor))), None, unit)
    if not digits:
        return Written(int(whole), 0, unit)
    places = len(digits)
    return Written(simplest(Fraction(int(whole + digits), 10**places)), places, unit)


def read_decimal(number: Decimal) -> Written | None:
    """Reads a finite Decimal; None where it is longer than any range: nothing is written out.

    >>> read_decimal(Decimal("0.20")).places, read_decimal(Decimal("1E+1000000"))
    (2, None)
    """
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        return None
    # A zero has as many places as it is written with, but no size.
    size = number.adjusted() if number else 0
    if size > MAX_DIGITS or exponent < -MAX_DIGITS or (not number and exponent > MAX_DIGITS):
        return None
    return Written(simplest(Fraction(number)), max(-exponent, 0))


_NUMBER: Final = re.compile(
    # No leading zeros: what looks like `007` is a number of something, not a quantity.
    r"(-?(?:0|[1-9][0-9]*))"
    # Places, or a divisor that cannot be zero.
    r"(?:\.([0-9]+)|/([1-9][0-9]*))?"
    # A unit does not look like the rest of a number: `1e5`, `1,000`, `1 000` are not read.
    r"[ ]*((?![eE][0-9+-])[^\s0-9０-９.,，/_+:-].*)?"
)
