"""Texts in the two languages that every ruleset speaks, Chinese and English."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import attrs

Language = Literal["zh", "en"]

LANGUAGE_CODES: Final[Mapping[str, Language]] = MappingProxyType(
    {
        "zh": "zh",
        "zho": "zh",
        "chi": "zh",
        "cmn": "zh",
        "en": "en",
        "eng": "en",
    }
)
"""The first part of a language tag, by ISO 639, and the language of the texts that it names."""

_TAG: Final = re.compile(r"([a-z]{2,3})(?:[-_][a-z0-9]{1,8})*(?:[.@][a-z0-9@=._-]*)?")


def language_code(tag: str) -> Language:
    """Return the language that a tag names: `zh` for `zh-CN`, `zh_Hans`, `ZH` and `zh_CN.UTF-8`.

    Raises:
        ValueError: it names another language, or none.
        TypeError: it is not a text.

    >>> language_code("zh-Hans-CN"), language_code("en_GB")
    ('zh', 'en')
    """
    if tag == "zh":
        return "zh"
    if tag == "en":
        return "en"
    if not isinstance(tag, str):
        raise TypeError(f"a language is a text, `zh` or `en`, not {type(tag).__name__}")
    found = _TAG.fullmatch(tag.strip().lower())
    code = LANGUAGE_CODES.get(found[1]) if found is not None else None
    if code is None:
        shown = ascii(tag[:40])[1:-1]
        raise ValueError(
            f"there is no language `{shown}`: give `zh` for Chinese or `en` for English"
        )
    return code


@attrs.frozen
class Title:
    """A text in both languages.

    >>> Title("裁员率", "Layoff rate").in_("en")
    'Layoff rate'
    """

    zh: str
    en: str

    def in_(self, language: str) -> str:
        """The text in one of them.

        Raises:
            ValueError: the language is another one.
        """
        return self.zh if language_code(language) == "zh" else self.en

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


def unit_text(unit: str, language: str, *, plural: bool = False) -> str:
    """A unit for a reader: `人`, `persons`, `元/人`; nothing for a quantity without unit.

    >>> unit_text("CNY/person", "zh"), unit_text("month", "en", plural=True)
    ('元/人', 'months')
    """
    if unit == "1":
        return ""
    code = language_code(language)
    over, _, under = unit.partition("/")

    def words(part: str, *, plural: bool) -> str:
        titles = [UNIT_TITLES[name].in_(code) for name in part.split("*") if name != "1"]
        if plural and code == "en" and titles and titles[-1] != "CNY":
            titles[-1] += "s"
        return "·".join(titles)

    text = words(over, plural=plural)
    return f"{text}/{words(under, plural=False)}" if under else text
