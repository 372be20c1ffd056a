"""Describe terms to a reader: their types, and titles that are made of those of their facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from policyrules.ir.calendar_parts import PART_TYPES
from policyrules.ir.nodes import (
    Arithmetic,
    CalendarPart,
    ConditionRef,
    Count,
    DateDiff,
    DateShift,
    Distinct,
    ElementRef,
    EligibleRef,
    FactRef,
    FellowRef,
    ListExtreme,
    ListName,
    Marginal,
    MinMax,
    Negate,
    Number,
    ParameterRef,
    Sum,
    SumOfLargest,
    Term,
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.types import Kind, Type, Unit
from policyrules.ir.unparse import unparse
from policyrules.outcome.working_days import title_of_working_days
from policyrules.text.localized import LocalizedText

_TITLES_OF_PARTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "year": ("的年份", "Year of"),
        "month": ("所在月份", "Month of"),
        "first_day": ("的第一日", "First day of"),
        "last_day": ("的最后一日", "Last day of"),
        "month_of_year": ("在当年的月序", "Month of the year of"),
        "day_of_month": ("在当月的日序", "Day of the month of"),
    }
)
"""The words for a part: those behind the Chinese title of its day, and those before the English."""


class TermDescriptions:
    """The types and the titles of the terms of a ruleset."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self.ruleset = ruleset

    def type_of(self, node: Term) -> Type | None:
        """Return the type of a term, or None if the other side of a comparison has it."""
        match node:
            case FactRef(name):
                return self.ruleset.facts[name].type
            case ParameterRef(name):
                return self.ruleset.parameters[name].type
            case ValueRef(name):
                return self.ruleset.all_values[name].type
            case FellowRef(reference):
                return self.type_of(reference)
            case ElementRef(_, fact):
                return self.ruleset.facts[fact].type.entry
            case ConditionRef():
                return Type(Kind.YES_NO)
            case CalendarPart(part):
                return PART_TYPES[part]
            case DateShift(kind):
                return Type(Kind(kind))
            case Marginal(scale):
                return Type(Kind.MONEY, self.ruleset.parameters[scale.name].type.unit)
            case WorkingDayTerm("between"):
                return Type(Kind.COUNT, Unit.from_name("day"))
            case WorkingDayTerm():
                return Type(Kind.DATE)
            case DateDiff(unit):
                return Type(Kind.COUNT, Unit.from_name(unit))
            case Count(_, source_list):
                return self.type_of_count(source_list)
            case Distinct():
                return Type(Kind.COUNT)
            case ListExtreme(term=term) | SumOfLargest(term=term):
                return self.type_of(term)
            case MinMax(_, operands):
                type_ = self.type_of(operands[0])
                return Type(type_.kind) if type_ is not None and type_.kind.is_calendar else None
            case Number() | YesNo() | Word() | EligibleRef():
                return None
            case Negate() | Arithmetic() | Sum():
                return None

    def type_of_count(self, source_list: ListName) -> Type:
        """Return the type of a number of items of a list."""
        name = source_list.name
        if "." not in name:
            items = self.ruleset.lists[name]
            return Type(Kind.COUNT, items.unit, unit_title=items.unit_title)
        of_list = self.ruleset.facts[name].type
        return Type(Kind.COUNT, of_list.unit, unit_title=of_list.unit_title)

    def title_of(self, node: Term) -> LocalizedText | None:
        """Return the title of a term, or None if its text is its title."""
        match node:
            case FactRef(name):
                return self.ruleset.facts[name].title
            case ParameterRef(name):
                return self.ruleset.parameters[name].title
            case ValueRef(name):
                return self.ruleset.all_values[name].title
            case FellowRef(reference):
                return self.title_of(reference)
            case ElementRef(_, fact):
                return self.ruleset.facts[fact].title
            case ConditionRef(name):
                return self.ruleset.all_conditions[name].title
            case CalendarPart(part, _, operand):
                whole = self.title_of(operand)
                zh, en = _TITLES_OF_PARTS[part]
                return whole and LocalizedText(f"{whole.zh}{zh}", f"{en} {whole.en.lower()}")
            case MinMax(is_max, operands) if self.type_of(node) is not None:
                titles = [self.title_of(operand) for operand in operands]
                return _title_of_latest(titles, is_max=is_max)
            case DateShift(_, operator, _, start, count):
                return _title_of_sum(operator, self.title_of(start), self.title_of(count))
            case Marginal(scale, income):
                return _title_by_scale(self.title_of(scale), self.title_of(income))
            case WorkingDayTerm(function, operands):
                titles = [self.title_of(operand) for operand in operands]
                return title_of_working_days(function, titles)
            case DateDiff(start=start, end=end):
                return self._title_between(node, self.title_of(start), self.title_of(end))
            case Count(_, source_list):
                title = self.title_of_list(source_list)
                return LocalizedText(f"{title.zh}中符合的", f"{title.en} that qualify")
            case ListExtreme() | SumOfLargest() | Distinct():
                return self._title_of_list_figure(node)
            case Number() | YesNo() | Word() | EligibleRef():
                return None
            case Negate() | Arithmetic() | MinMax() | Sum():
                return None

    def _title_of_list_figure(
        self, node: ListExtreme | SumOfLargest | Distinct
    ) -> LocalizedText | None:
        """Return a title such as “largest wage”, or None for a term without a title."""
        title = self.title_of(node.term)
        if title is None:
            return None
        zh, en = title.zh, title.en.lower()
        match node:
            case ListExtreme(is_max):
                words = ("最大", "Largest") if is_max else ("最小", "Smallest")
                if node.is_calendar:
                    words = ("最晚", "Latest") if is_max else ("最早", "Earliest")
                return LocalizedText(f"{words[0]}的{zh}", f"{words[1]} {en}")
            case SumOfLargest(n=n):
                number, text = self.title_of(n), unparse(n)
                shown = number or LocalizedText(text, text)
                return LocalizedText(
                    f"{zh}最高的若干项之和（项数：{shown.zh}）",
                    f"Sum of the largest {en} (as many as: {shown.en.lower()})",
                )
            case Distinct():
                return LocalizedText(f"不同{zh}的数目", f"Number of different: {en}")

    def _title_between(
        self, node: DateDiff, start: LocalizedText | None, end: LocalizedText | None
    ) -> LocalizedText | None:
        if start is None or end is None:
            return None
        unit = node.unit
        if node.is_age:
            return LocalizedText(
                f"截至{end.zh}的周岁",
                f"Age in full years from {start.en.lower()} to {end.en.lower()}",
            )
        if unit == "day":
            return LocalizedText(
                f"从{start.zh}到{end.zh}的天数",
                f"Days from {start.en.lower()} to {end.en.lower()}",
            )
        return LocalizedText(
            f"从{start.zh}到{end.zh}满",
            f"Full {unit}s from {start.en.lower()} to {end.en.lower()}",
        )

    def title_of_list(self, source_list: ListName) -> LocalizedText:
        """Return the title of a list of items or of figures."""
        name = source_list.name
        return self.ruleset.facts[name].title if "." in name else self.ruleset.lists[name].title


def _title_of_latest(
    titles: Sequence[LocalizedText | None], *, is_max: bool
) -> LocalizedText | None:
    """Return a title such as “later of the issue and the claim”, or None if one has no title."""
    known = [title for title in titles if title is not None]
    if len(known) < len(titles):
        return None
    zh, en = ("最晚", "Latest") if is_max else ("最早", "Earliest")
    if len(known) == 2:
        zh, en = ("较晚", "Later") if is_max else ("较早", "Earlier")
    *firsts, last = known
    before_zh = "、".join(title.zh for title in firsts)
    before_en = ", ".join(title.en.lower() for title in firsts)
    return LocalizedText(
        f"{before_zh}和{last.zh}中{zh}者", f"{en} of {before_en} and {last.en.lower()}"
    )


def _title_of_sum(
    operator: str, start: LocalizedText | None, count: LocalizedText | None
) -> LocalizedText | None:
    if start is None or count is None:
        return None
    zh, en = ("加", "plus") if operator == "+" else ("减", "minus")
    return LocalizedText(f"{start.zh}{zh}{count.zh}", f"{start.en} {en} {count.en.lower()}")


def _title_by_scale(
    scale: LocalizedText | None, income: LocalizedText | None
) -> LocalizedText | None:
    if scale is None or income is None:
        return scale
    return LocalizedText(f"{income.zh}按{scale.zh}计算的数额", f"{scale.en} on {income.en.lower()}")
