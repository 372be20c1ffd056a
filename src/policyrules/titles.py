"""Texts in the two languages that every ruleset speaks, Chinese and English."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import attrs

Language = Literal["zh", "en"]


@attrs.frozen
class Title:
    """A text in both languages.

    >>> Title("裁员率", "Layoff rate").in_("en")
    'Layoff rate'
    """

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """The text in one of them."""
        return self.zh if language == "zh" else self.en

    def to_dict(self) -> dict[str, str]:
        """Both texts, as data."""
        return {"zh": self.zh, "en": self.en}


UNIT_TITLES: Final[Mapping[str, Title]] = MappingProxyType(
    {
        "person": Title("人", "person"),
        "month": Title("个月", "month"),
        "year": Title("年", "year"),
        "day": Title("天", "day"),
        "event": Title("次", "event"),
        "item": Title("项", "item"),
        "CNY": Title("元", "CNY"),
    }
)
"""How a reader writes a base unit."""


def unit_text(unit: str, language: Language, *, plural: bool = False) -> str:
    """A unit for a reader: `人`, `persons`, `元/人`; nothing for a quantity without unit.

    >>> unit_text("CNY/person", "zh"), unit_text("month", "en", plural=True)
    ('元/人', 'months')
    """
    if unit == "1":
        return ""
    over, _, under = unit.partition("/")

    def words(part: str, *, plural: bool) -> str:
        titles = [UNIT_TITLES[name].in_(language) for name in part.split("*") if name != "1"]
        if plural and language == "en" and titles and titles[-1] != "CNY":
            titles[-1] += "s"
        return "·".join(titles)

    text = words(over, plural=plural)
    return f"{text}/{words(under, plural=False)}" if under else text
