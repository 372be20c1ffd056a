"""The types of the parts of days, months, years and periods."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from policyrules.ir.types import Kind, Type, Unit

PART_TYPES: Final[Mapping[str, Type]] = MappingProxyType(
    {
        "year": Type(Kind.CALENDAR_YEAR),
        "month": Type(Kind.MONTH),
        "first_day": Type(Kind.DATE),
        "last_day": Type(Kind.DATE),
        "month_of_year": Type(Kind.COUNT, Unit.from_name("month")),
        "day_of_month": Type(Kind.COUNT, Unit.from_name("day")),
    }
)
"""The type of each part: a day, a month or a year, or a count that begins at 1."""
