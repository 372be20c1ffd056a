"""The spellings of units: the accepted ones, and others, which a remedy corrects."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from policyrules.ir.types import PLAIN, Type, Unit
from policyrules.text.localized import unit_spellings

_SPELLINGS: Final[Mapping[str, str]] = MappingProxyType(
    {
        spelling: name
        for name, spellings in {
            "person": ("person", "persons", "people", "人", "名", "位"),
            "month": ("month", "months", "月", "个月"),
            "year": ("year", "years", "年", "岁", "周岁"),
            "day": ("day", "days", "天", "日"),
            "event": ("event", "events", "次"),
            "item": ("item", "items", "项", "个"),
            "CNY": ("cny", "yuan", "rmb", "元", "圆", "人民币", "人民币元"),
        }.items()
        for spelling in spellings
    }
)
"""The base unit by its spellings in lower case."""

DECIMAL_SHIFTS: Final[Mapping[str, int]] = MappingProxyType({"%": 2, "‰": 3, "‱": 4})
"""The number of places by which each sign of a ratio moves the decimal point."""


def accepted_units(type_: Type) -> frozenset[str]:
    """Return the units that may follow a figure of a type.

    >>> from policyrules.ir.types import Kind
    >>> sorted(accepted_units(Type(Kind.COUNT, Unit.from_name("month"))))
    ['', 'month', 'months', '个月']
    """
    if type_.unit.is_plain:
        return frozenset({""})
    return unit_spellings(str(type_.unit), title=type_.unit_title) | {""}


def read_unit(text: str) -> Unit | None:
    """Return the unit that a text spells, or None.

    >>> str(read_unit("RMB / Person")), str(read_unit("元/人/月")), read_unit("USD")
    ('CNY/person', 'CNY/person/month', None)
    """
    over, slash, under = text.casefold().replace("每", "/").partition("/")
    unit = PLAIN
    for part in over.replace("·", "*").split("*"):
        name = _SPELLINGS.get(part.strip())
        if name is None:
            return None
        unit = unit * Unit.from_name(name)
    for part in under.replace("·", "*").replace("/", "*").split("*") if slash else ():
        name = _SPELLINGS.get(part.strip())
        if name is None:
            return None
        unit = unit / Unit.from_name(name)
    return unit
