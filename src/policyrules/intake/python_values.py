"""Convert values of other packages, such as numpy and pandas, to plain Python values.

Neither package is imported: their values are recognised by the number classes of Python and by
name.
"""

from __future__ import annotations

import numbers
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

_MIDNIGHT = time()


def to_plain(value: Any) -> Any:
    """Convert a value to the `bool`, `int` or `Fraction` that equals it, or return it unchanged.

    >>> from enum import IntEnum
    >>> to_plain(IntEnum("Count", {"SIX": 6}).SIX), to_plain("6")
    (6, '6')
    """
    # numpy registers timedelta64 as an integer, though it counts a unit.
    if isinstance(value, (bool, str)) or _is_from_package(value, "numpy", "timedelta64"):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if _is_from_package(value, "numpy", "bool", "bool_"):
        return bool(value)
    return value


def to_plain_day(value: Any) -> Any:
    """Convert a date of another package to `date`, or a datetime64 to its text.

    A datetime is a date only at midnight and without a time zone. Other values are returned
    unchanged.

    >>> to_plain_day(datetime(2022, 11, 25)), to_plain_day(datetime(2022, 11, 25, 8))
    (datetime.date(2022, 11, 25), datetime.datetime(2022, 11, 25, 8, 0))
    """
    if _is_from_package(value, "numpy", "datetime64"):
        return str(value)
    if is_missing(value) or not isinstance(value, date):
        return value
    if not isinstance(value, datetime):
        return date(value.year, value.month, value.day)
    is_a_day = value.time() == _MIDNIGHT and value.tzinfo is None
    if is_a_day and not getattr(value, "nanosecond", 0):
        return date(value.year, value.month, value.day)
    return value


def is_missing(value: object) -> bool:
    """Return whether a value is a missing-value marker of numpy or pandas, or a NaN."""
    if isinstance(value, Decimal):
        return value.is_nan()
    if is_binary_float(value):
        return value != value  # noqa: PLR0124 - only NaN differs from itself
    if _is_from_package(value, "numpy", "datetime64", "timedelta64"):
        return str(value) == "NaT"
    return _is_from_package(value, "pandas", "NAType", "NaTType")


def is_binary_float(value: object) -> bool:
    """Return whether a value is a binary floating-point number of Python or numpy."""
    return isinstance(value, numbers.Real) and not isinstance(value, numbers.Rational)


def _is_from_package(value: object, package: str, *names: str) -> bool:
    kind = type(value)
    return kind.__module__.partition(".")[0] == package and kind.__name__ in names
