"""Texts and names of units in Chinese and English, the two languages of every ruleset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final, Literal

import attrs

from policyrules.objects.representation import short_repr

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
        ValueError: the tag names another language, or no language.
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
    match = _TAG.fullmatch(tag.strip().lower())
    code = LANGUAGE_CODES.get(match[1]) if match is not None else None
    if code is None:
        shown = ascii(tag[:40])[1:-1]
        raise ValueError(
            f"there is no language `{shown}`: give `zh` for Chinese or `en` for English"
        )
    return code


@attrs.frozen(repr=False)
class LocalizedText:
    """A text in both languages.

    >>> LocalizedText("裁员率", "Layoff rate").get("en")
    'Layoff rate'
    """

    __repr__ = short_repr

    zh: str
    en: str

    def get(self, language: str) -> str:
        """Return the text in one language.

        Raises:
            ValueError: the language is neither Chinese nor English.
        """
        return self.zh if language_code(language) == "zh" else self.en

    def to_dict(self) -> dict[str, str]:
        """Return both texts as data."""
        return {"zh": self.zh, "en": self.en}


def texts_of(title: LocalizedText) -> tuple[str, str]:
    """Return the text in each language."""
    return (title.zh, title.en)


UNIT_TITLES: Final[Mapping[str, LocalizedText]] = MappingProxyType(
    {
        "person": LocalizedText("人", "person"),
        "month": LocalizedText("个月", "month"),
        "year": LocalizedText("年", "year"),
        "day": LocalizedText("天", "day"),
        "event": LocalizedText("次", "event"),
        "item": LocalizedText("项", "item"),
        "CNY": LocalizedText("元", "CNY"),
    }
)
"""The names of base units for readers."""

_IRREGULAR_PLURALS: Final[Mapping[str, str]] = MappingProxyType({"person": "people"})
"""The plurals of base units that English has besides the regular one."""

_TITLES_IN_COMPOUND_UNITS: Final[Mapping[str, str]] = MappingProxyType({"month": "月", "day": "日"})
"""Chinese names of base units within a compound unit: `元/月`, `人·月`."""


def unit_text(
    unit: str, language: str, *, plural: bool = False, title: LocalizedText | None = None
) -> str:
    """Format a unit for a reader: `人`, `persons`, `元/人`; empty for a number without unit.

    `title` is the declared name of the unit, such as `岁` for the years of an age.

    >>> unit_text("CNY/person", "zh"), unit_text("month", "en", plural=True)
    ('元/人', 'months')
    >>> unit_text("CNY/month", "zh"), unit_text("month", "zh"), unit_text("person*month", "zh")
    ('元/月', '个月', '人·月')
    >>> unit_text("CNY/person/month", "zh")
    '元/人/月'
    >>> unit_text("year", "zh", title=LocalizedText("岁", "year"))
    '岁'
    """
    code = language_code(language)
    if title is not None:
        return _plural_of_title(title.en) if plural and code == "en" else title.get(code)
    if unit == "1":
        return ""
    return _text_of_factors(unit, code, {}, plural=plural)


def compound_unit_title(unit: str, declared: Mapping[str, LocalizedText]) -> LocalizedText:
    """Return the title of a unit some of whose factors have declared titles.

    >>> compound_unit_title("CNY/hour", {"hour": LocalizedText("小时", "hour")}).zh
    '元/小时'
    """
    return LocalizedText(
        _text_of_factors(unit, "zh", declared, plural=False),
        _text_of_factors(unit, "en", declared, plural=False),
    )


def _text_of_factors(
    unit: str, code: Language, declared: Mapping[str, LocalizedText], *, plural: bool
) -> str:
    titles_of_units = {**UNIT_TITLES, **declared}
    over, *divisors = unit.split("/")
    is_simple = not divisors and "*" not in over

    def words(part: str, *, plural: bool) -> str:
        names = [name for name in part.split("*") if name != "1"]
        titles = [
            titles_of_units[name].get(code) if name in titles_of_units else name for name in names
        ]
        if code == "zh" and not is_simple:
            titles = [
                _TITLES_IN_COMPOUND_UNITS.get(name, title)
                for name, title in zip(names, titles, strict=True)
            ]
        if plural and code == "en" and titles and titles[-1] != "CNY":
            titles[-1] = _plural(titles[-1])
        return "·".join(titles)

    parts = [words(over, plural=plural), *(words(part, plural=False) for part in divisors)]
    return "/".join(parts)


def unit_spellings(unit: str, *, title: LocalizedText | None = None) -> frozenset[str]:
    """Return every text by which a reader may name a unit: its own, its title, and their plurals.

    Those that a decision prints behind a figure are among them.

    >>> sorted(unit_spellings("month"))
    ['month', 'months', '个月']
    >>> "元/人·月" in unit_spellings("CNY/person/month")
    True
    >>> sorted(unit_spellings("year", title=LocalizedText("岁", "year of age")))
    ['year', 'year of age', 'years', 'years of age', '岁', '年']
    """
    over, *divisors = unit.split("/")
    spellings = {_IRREGULAR_PLURALS.get(unit, unit)}
    for written in {unit, f"{over}/{'*'.join(divisors)}" if divisors else over}:
        spellings |= {written, unit_text(written, "zh")}
        spellings |= {unit_text(written, "en", plural=plural) for plural in (False, True)}
    if title is not None:
        spellings |= {title.zh, title.en, _plural_of_title(title.en)}
    return frozenset(spellings)


def _plural_of_title(title: str) -> str:
    """Return the plural of the title of a unit: `hours`, `persons/month`; `CNY/hour` has none."""
    over, slash, under = title.partition("/")
    before, product, last = over.rpartition("·")
    return title if last == "CNY" else f"{before}{product}{_plural(last)}{slash}{under}"


def _plural(noun: str) -> str:
    """Return the plural of an English noun: `areas`, `counties`, `classes`, `years of age`."""
    noun, separator, rest = noun.partition(" of ")
    return _plural_of_word(noun) + separator + rest


def _plural_of_word(noun: str) -> str:
    if noun.endswith("y") and noun[-2:-1] not in {*"aeiou"}:
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")
