"""Values of other Python packages, such as numpy and pandas, as the plain ones that they stand for.

Neither package is imported: their values are known by Python's own number classes and by name.
"""

from __future__ import annotations

import numbers
from datetime import date, datetime, time
from decimal import Decimal
from fractions import Fraction
from typing import Any

_MIDNIGHT = time()


def to_plain(value: Any) -> Any:
    """Return the `bool`, `int` or `Fraction` that a value is exactly, or the value itself.

    >>> from enum import IntEnum
    >>> to_plain(IntEnum("Count", {"SIX": 6}).SIX), to_plain("6")
    (6, '6')
    """
    # A stretch of time calls itself a whole number; of what, its unit says.
    if isinstance(value, (bool, str)) or _is_of(value, "numpy", "timedelta64"):
        return value
    if isinstance(value, numbers.Integral):
        return int(value)
    if isinstance(value, numbers.Rational):
        return Fraction(int(value.numerator), int(value.denominator))
    if _is_of(value, "numpy", "bool", "bool_"):
        return bool(value)
    return value


def to_plain_day(value: Any) -> Any:
    """Return the `date` that a value is, or for a point in time its text; else the value itself.

    A point in time is a day if it is midnight, and says nothing of a zone.

    >>> to_plain_day(datetime(2022, 11, 25)), to_plain_day(datetime(2022, 11, 25, 8))
    (datetime.date(2022, 11, 25), datetime.datetime(2022, 11, 25, 8, 0))
    """
    if _is_of(value, "numpy", "datetime64"):
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
    """Return whether a value is what numpy and pandas put in place of one that is missing."""
    if isinstance(value, Decimal):
        return value.is_nan()
    if is_binary(value):
        return value != value  # noqa: PLR0124 - so is no number but nan
    if _is_of(value, "numpy", "datetime64", "timedelta64"):
        return str(value) == "NaT"
    return _is_of(value, "pandas", "NAType", "NaTType")


def is_binary(value: object) -> bool:
    """Return whether a value is a binary floating-point number, of Python or of numpy."""
    return isinstance(value, numbers.Real) and not isinstance(value, numbers.Rational)


def _is_of(value: object, package: str, *names: str) -> bool:
    kind = type(value)
    return kind.__module__.partition(".")[0] == package and kind.__name__ in names
