"""The answers that the question for a missing fact accepts, as data for a form and as text."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import attrs

from policyrules.decisions.decision import MissingFact
from policyrules.intake.problems import expected_text, max_places, range_ends, range_text
from policyrules.ir.ruleset import CheckedRuleset, Fact, ListDeclaration
from policyrules.ir.types import Kind, Type
from policyrules.objects.representation import short_repr
from policyrules.text.fact_path import FactPath
from policyrules.text.localized import Language, LocalizedText, language_code, unit_text


@attrs.frozen(repr=False)
class Answer:
    """The answers that the question for a fact accepts.

    `min` and `max` are the ends of its range as a facts file writes them, None for an open end.
    `words` are the accepted words (of an entry, for a list); with `open`, other words are accepted
    too. `none` is the title of a known absence, if there is one. The `kind` of a list of items is
    `items`.
    """

    __repr__ = short_repr

    fact: str
    question: LocalizedText
    kind: str
    unit: str
    min: str | None
    max: str | None
    words: Mapping[str, LocalizedText] = attrs.field(hash=False)
    none: LocalizedText | None
    open: bool
    expected: LocalizedText

    def text(self, language: str) -> str:
        """Describe the answers: `a whole number of persons, 0 to 9`; words have their titles."""
        if not self.words or self.kind != "word":
            return self.expected.get(language)
        code = language_code(language)
        zh = code == "zh"
        words = [f"`{word}`" + self._title_in_brackets(word, code) for word in self.words]
        if self.none is not None:
            words.append("`none`" + (f"（{self.none.zh}）" if zh else f" ({self.none.en})"))
        if self.open:
            words.append("或其他" if zh else "or another word")
        return "以下之一：" + "、".join(words) if zh else "one of " + ", ".join(words)

    def _title_in_brackets(self, word: str, language: Language) -> str:
        """Return the title of a word in brackets, unless it is the word itself."""
        title = self.words[word].get(language)
        if title in {"", word}:
            return ""
        return f"（{title}）" if language == "zh" else f" ({title})"

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as data, without the keys that do not apply."""
        result: dict[str, Any] = {"fact": self.fact, "question": self.question.to_dict()}
        result["kind"] = self.kind
        if self.unit:
            result["unit"] = self.unit
        if self.min is not None or self.max is not None:
            result |= {"min": self.min, "max": self.max}
        if self.words:
            result["words"] = {word: title.to_dict() for word, title in self.words.items()}
            result["open"] = self.open
        if self.none is not None:
            result["none"] = self.none.to_dict()
        return result | {"expected": self.expected.to_dict()}


def answers(missing: MissingFact, ruleset: CheckedRuleset) -> tuple[Answer, ...]:
    """Return the accepted answers to a question, and to each alternative of it."""
    answer = attrs.evolve(_answer_by_name(missing.fact, ruleset), question=missing.question)
    return (answer, *(_answer_by_name(name, ruleset) for name in missing.alternatives))


def answer_to(fact: Fact) -> Answer:
    """Return the accepted answers to the question for a fact.

    >>> from policyrules.ir.types import Unit
    >>> type_ = Type(Kind.COUNT, Unit.from_name("person"))
    >>> fact = Fact(
    ...     "employer.laid_off", type_, LocalizedText("", ""), LocalizedText("", ""), 0, 1000
    ... )
    >>> answer_to(fact).text("zh"), answer_to(fact).text("en")
    ('整数，以人计，0 至 1,000', 'a whole number of persons, 0 to 1,000')
    """
    type_ = fact.type
    low, high = range_ends(fact)
    return Answer(
        fact=fact.name,
        question=fact.ask,
        kind=str(type_.kind),
        unit="" if type_.unit.is_plain else str(type_.unit),
        min=low or None,
        max=high or None,
        words=type_.words,
        none=type_.none,
        open=type_.open,
        expected=LocalizedText(_expected_text_zh(fact), expected_text(fact)),
    )


def _answer_by_name(name: str, ruleset: CheckedRuleset) -> Answer:
    """Return the accepted answers for a fact, a list or a fact of one item, by its name."""
    if name in ruleset.all_lists:
        return _answer_for_list(ruleset.all_lists[name])
    path = FactPath.parse(name)
    declared = name if path is None else path.declared_name
    facts = {**ruleset.vocabulary, **ruleset.facts}
    return attrs.evolve(answer_to(facts[declared]), fact=name)


def _answer_for_list(item_list: ListDeclaration) -> Answer:
    return Answer(
        fact=item_list.name,
        question=item_list.ask,
        kind="items",
        unit="",
        min=None,
        max=None,
        words={},
        none=None,
        open=False,
        expected=LocalizedText(
            f"列表，每项有 `{item_list.key}` 和自己的事实；没有任何一项时为 `[]`",
            f"a list of mappings, each with `{item_list.key}` and its own facts; `[]` for none",
        ),
    )


def _expected_text_zh(fact: Fact) -> str:
    """Return the Chinese text of `expected_text`."""
    type_ = fact.type
    if type_.kind is Kind.LIST:
        parts = [f"列表，最多 {fact.max_items:,} 项，每项为{_kind_text_zh(type_.entry)}"]
    else:
        parts = [_kind_text_zh(type_)]
    if type_.kind.is_numeric and not type_.unit.is_plain:
        unit = unit_text(str(type_.unit), "zh", title=type_.unit_title)
        parts.append(f"以{unit}计")
    places = max_places(fact) if type_.kind.is_numeric else None
    if places:
        parts.append(f"最多 {places} 位小数")
    if fact.low is not None or fact.high is not None:
        parts.append(range_text(fact, "zh"))
    if type_.none is not None:
        parts.append("或 `none`")
    return "，".join(parts)


def _kind_text_zh(type_: Type) -> str:
    if not type_.words:
        return _KIND_TEXTS_ZH[type_.kind]
    words = "、".join(f"`{word}`" for word in type_.words)
    return f"以下之一：{words}" + ("，或其他" if type_.open else "")


_KIND_TEXTS_ZH: Final[Mapping[Kind, str]] = {
    Kind.YES_NO: "`true`（是）或 `false`（否）",
    Kind.COUNT: "整数",
    Kind.NUMBER: "数",
    Kind.RATIO: "比率，如 `5.5%`、`0.055` 或 `11/200`",
    Kind.MONEY: "金额",
    Kind.WORD: "一个词",
    Kind.DATE: "日期，如 `2022-07-15`",
    Kind.MONTH: "月份，如 `2022-07`",
    Kind.CALENDAR_YEAR: "年份，如 `2022`",
}
"""The kinds of answers in Chinese."""
