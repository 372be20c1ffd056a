"""Parse numbers: `30`, `1.5`, `3/2`, `5.5%`, `1e5`, `100000.00 CNY`, `4.3万元`.

A number is parsed exactly, or not at all.
"""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Final

import attrs

from policyrules.values.exact import Exact, normalize

MAX_DIGITS: Final = 60
"""The maximum number of digits: far above any range, and fast to parse."""


@attrs.frozen
class NumberLiteral:
    """A parsed number, its decimal places (None for a fraction), and its unit.

    `unit` is the text after the digits, without spaces around it.
    """

    number: Exact
    places: int | None
    unit: str = ""


@attrs.frozen
class NumberTooLong:
    """A number of more than `MAX_DIGITS` digits, which is not parsed.

    If it `is_huge`, it is too large; else it has too many decimal places.
    """

    is_huge: bool


def read_number(text: str) -> NumberLiteral | NumberTooLong | None:
    """Parse a number with its unit; return None if the text does not begin with one.

    >>> read_number("23.33%")
    NumberLiteral(number=Fraction(2333, 100), places=2, unit='%')
    >>> read_number("7/30").places is None, read_number("12 month").unit, read_number("1e5").number
    (True, 'month', 100000)
    """
    match = _NUMBER.fullmatch(text)
    if match is None:
        return None
    sign, whole, digits, power, divisor, unit = match.groups(default="")
    if divisor:
        if len(whole) + len(divisor) > MAX_DIGITS:
            return NumberTooLong(is_huge=len(whole) > len(divisor))
        return NumberLiteral(normalize(Fraction(int(sign + whole), int(divisor))), None, unit)
    # A zero has the decimal places of its text, but no magnitude.
    figures = (whole + digits).lstrip("0")
    exponent = (_exponent(power) if power else 0) - len(digits)
    size = len(figures) + exponent if figures else exponent
    if size > MAX_DIGITS or exponent < -MAX_DIGITS or len(whole + digits) > MAX_DIGITS:
        return NumberTooLong(is_huge=size > MAX_DIGITS)
    return _literal(int(sign + (figures or "0")), exponent, unit)


def _exponent(power: str) -> int:
    """Parse an exponent; a long one becomes a size that is certainly too large."""
    digits = power.lstrip("+-").lstrip("0")
    size = int(digits or "0") if len(digits) < _MAX_EXPONENT_DIGITS else 10**_MAX_EXPONENT_DIGITS
    return -size if power.startswith("-") else size


def _literal(figures: int, exponent: int, unit: str = "") -> NumberLiteral:
    if exponent >= 0:
        return NumberLiteral(figures * 10**exponent, 0, unit)
    return NumberLiteral(normalize(Fraction(figures, 10**-exponent)), -exponent, unit)


def read_decimal(number: Decimal) -> NumberLiteral | NumberTooLong:
    """Convert a finite Decimal, as `read_number` parses its text.

    >>> read_decimal(Decimal("0.20")).places, read_decimal(Decimal("1E+1000000"))
    (2, NumberTooLong(is_huge=True))
    """
    exponent = number.as_tuple().exponent
    if not isinstance(exponent, int):
        raise TypeError(f"not a finite number: {number}")
    size = number.adjusted() + 1 if number else exponent
    if size > MAX_DIGITS or exponent < -MAX_DIGITS:
        return NumberTooLong(is_huge=size > MAX_DIGITS)
    return NumberLiteral(normalize(Fraction(number)), max(-exponent, 0))


def is_too_long(number: Fraction) -> bool:
    """Return whether a fraction has more digits than a literal may have."""
    parts = (abs(number.numerator), number.denominator)
    if max(parts) >= 10**MAX_DIGITS:
        return True
    return len(f"{parts[0]}{parts[1]}") > MAX_DIGITS


def strip_thousands_separators(text: str) -> str | None:
    """Remove the thousands separators; return None unless all are in the right places.

    >>> (
    ...     strip_thousands_separators("43,210.55"),
    ...     strip_thousands_separators("1 000 000 CNY"),
    ...     strip_thousands_separators("5,5%"),
    ... )
    ('43210.55', '1000000 CNY', None)
    """
    match = _WITH_SEPARATORS.match(text)
    if match is None:
        return None
    return match[1] + match[2].replace(match[3], "") + text[match.end() :]


def read_wan_or_yi(text: str) -> NumberLiteral | None:
    """Parse a number with 万 or 亿 and its unit; return None if it is ambiguous.

    Four digits must follow 万, and eight 亿: `3万5` may be 30,005 or 35,000.

    >>> read_wan_or_yi("4.3万")
    NumberLiteral(number=43000, places=0, unit='')
    >>> read_wan_or_yi("1亿2000万元")
    NumberLiteral(number=120000000, places=0, unit='元')
    >>> read_wan_or_yi("3万5"), read_wan_or_yi("4.3万2000")
    (None, None)
    """
    match = _WAN_OR_YI.fullmatch(text) if len(text) <= MAX_DIGITS else None
    if match is None:
        return None
    sign, hundred_millions, ten_thousands, rest, unit = match.groups(default="")
    first = hundred_millions or ten_thousands
    if not first or _UNSIGNED_NUMBER.fullmatch(first) is None:
        return None
    if hundred_millions and ten_thousands and re.fullmatch("[0-9]{1,4}", ten_thousands) is None:
        return None
    digits_left = 4 if ten_thousands else 8
    if rest and len(rest.partition(".")[0]) != digits_left:
        return None
    if "." in first and (rest or first != (ten_thousands or first)):
        return None
    powers = ((hundred_millions, 8), (ten_thousands, 4), (rest, 0))
    number = sum((Fraction(digits or "0") * 10**power for digits, power in powers), Fraction())
    last, power = next(group for group in reversed(powers) if group[0])
    places = max(0, len(last.partition(".")[2]) - power)
    return NumberLiteral(normalize(-number if sign else number), places, unit.strip())


def read_yuan(text: str) -> NumberLiteral | None:
    """Parse an amount in 元, 角 and 分; return None for any other text.

    >>> read_yuan("43210元5角"), read_yuan("5角5分").number, read_yuan("43210.5元5角")
    (NumberLiteral(number=Fraction(86421, 2), places=1, unit=''), Fraction(11, 20), None)
    """
    match = _YUAN.fullmatch(text)
    if match is None or len(text) > MAX_DIGITS or not any(match.groups()[1:]):
        return None
    sign, whole, tenths, hundredths = match.groups(default="")
    whole = whole or "0"
    large = read_number(whole) if _UNSIGNED_NUMBER.fullmatch(whole) else read_wan_or_yi(whole)
    if (
        not isinstance(large, NumberLiteral)
        or large.unit
        or (large.places and (tenths or hundredths))
    ):
        return None
    number = large.number + Fraction(int(tenths or "0"), 10) + Fraction(int(hundredths or "0"), 100)
    places = 2 if hundredths else 1 if tenths else large.places
    return NumberLiteral(normalize(-number if sign else number), places)


_MAX_EXPONENT_DIGITS: Final = 6

_NUMBER: Final = re.compile(
    # No leading zeros: `007` is an identifier, not a quantity.
    r"(-?)(0|[1-9][0-9]*)"
    # Places and an exponent, or a divisor that cannot be zero.
    r"(?:(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?|/([1-9][0-9]*))"
    # A unit cannot look like the rest of a number, so `1,000`, `1 000` and `1e` do not match.
    r"[ ]*((?![eE](?:[0-9+-]|\Z))[^\s0-9０-９.,，/_+:-].*)?"
)
_UNSIGNED_NUMBER: Final = re.compile(r"(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
_DIGITS: Final = r"[0-9]+(?:\.[0-9]+)?"
_WAN_OR_YI: Final = re.compile(
    rf"(-?)(?:({_DIGITS})[ ]*亿)?(?:({_DIGITS})[ ]*万)?({_DIGITS})?"
    r"[ ]*([^\s0-9.,_/+:万亿千百十零-].*)?"
)
_YUAN: Final = re.compile(r"(-?)(?:([0-9.亿万]+)元)?(?:零?([0-9])角)?(?:零?([0-9])分)?[整正]?")
_WITH_SEPARATORS: Final = re.compile(
    r"([+-]?)([1-9][0-9]{0,2}(?:([, _])[0-9]{3})(?:\3[0-9]{3})*)(?![0-9]|[, _][0-9])"
)
