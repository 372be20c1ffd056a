"""The fixed phrases of an explanation, in both languages.

The texts of the rules themselves are the titles, quotes and notes of the ruleset.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.text.localized import Language, Title

PHRASES: Final[Mapping[str, Title]] = {
    "label": Title("{name}：", "{name}: "),
    "comma": Title("，", ", "),
    "and": Title("、", ", "),
    "dash": Title("——", " — "),
    "date": Title("日期：", "Date: "),
    # The amount.
    "at least": Title("最少 {amount}", "at least {amount}"),
    "at most": Title("最多 {amount}", "at most {amount}"),
    "if eligible": Title("未定；如符合条件：{amount}", "not determined; if eligible: {amount}"),
    "not computed": Title("未定；{amount}", "not determined; {amount}"),
    "open amount": Title("数额未知", "the figure is not known"),
    "no figure": Title("文本未说明金额", "the text states no figure"),
    "no amount": Title("无", "none"),
    "unrounded": Title("舍入前：{amount}", "before rounding: {amount}"),
    "perhaps no figure": Title(
        "视未知的事实而定，文本也可能没有给出金额",
        "depending on the unknown facts, the text may state no figure at all",
    ),
    # The conditions.
    "conditions": Title("条件", "Conditions"),
    "unknown": Title("未知", "not known"),
    "in": Title("{word}，属于{name}（{words}）", "{word}, among {name} ({words})"),
    "not in": Title("{word}，不属于{name}（{words}）", "{word}, not among {name} ({words})"),
    "within": Title("{word}，在{name}（{words}）内", "{word}, within {name} ({words})"),
    "not within": Title("{word}，不在{name}（{words}）内", "{word}, not within {name} ({words})"),
    "perhaps within": Title("{word}；{name}：{words}", "{word}; {name}: {words}"),
    "perhaps in open": Title(
        "{word}；{name}未列尽（{words} 等）", "{word}; {name} is an open list ({words} and others)"
    ),
    "perhaps in": Title("{word}；{name}：{words}", "{word}; {name}: {words}"),
    "compared": Title("{left}（{sign} {right}？）", "{left} ({sign} {right}?)"),
    "exceeds": Title("：多 {distance}", ": {distance} too {many}"),
    "falls short": Title("：少 {distance}", ": {distance} too {few}"),
    "to spare": Title("：余量 {distance}", ": {distance} to spare"),
    "too late": Title("：晚 {distance}", ": {distance} too late"),
    "too early": Title("：早 {distance}", ": {distance} too early"),
    "just met": Title("：正好达到", ": just met"),
    "met by": Title("因此满足：{names}", "met by: {names}"),
    "exceptions": Title("涉及的例外：{names}", "exceptions involved: {names}"),
    "ground": Title("依据：", "Ground: "),
    "excludes": Title("不能同时享受：{name}", "cannot go together with: {name}"),
    # The items of lists.
    "item eligible": Title("符合", "qualifies"),
    "item ineligible": Title("不符合", "does not qualify"),
    "item undetermined": Title("尚不能确定", "undetermined"),
    "by route": Title("，途径：{names}", ", by: {names}"),
    "no entry": Title("没有", "none"),
    "of them": Title("{name}：{all}中 {held}符合{keys}", "{name}: {held} of {all} qualify{keys}"),
    "not all of them": Title(
        "{name}：{all}中 {held}不符合{keys}", "{name}: {held} of {all} do not qualify{keys}"
    ),
    "open ones": Title("，{open}尚不能确定{keys}", "; {open} undetermined{keys}"),
    "in brackets": Title("（{text}）", " ({text})"),
    # The rest.
    "values": Title("计算所用的数值", "Figures used"),
    "consequences": Title("由此确定", "What follows"),
    "if eligible too": Title("如符合条件", "What follows if eligible"),
    "missing": Title("还需要知道（最有用的在前）", "Still needed, most useful first"),
    "question": Title("{text}（{fact}）", "{text} ({fact})"),
    "open results": Title(
        "不影响结论和金额，但尚未确定的内容",
        "Still open, without effect on the outcome or the amount",
    ),
    "depends on": Title("取决于 {facts}", "depends on {facts}"),
    "no fact settles": Title("补充事实也不能确定", "no fact can settle it"),
    "or": Title("或者提供：{facts}", "or instead: {facts}"),
    "unsettled": Title("补充事实后仍可能不确定的事项", "What may stay open whatever the facts"),
    "not_stated": Title("文本没有说明", "the text does not state it"),
    "pending": Title("尚未确定，只知道其范围", "still pending; only its range is known"),
    "either": Title(
        "是几个数值之一，文本无法判断是哪一个",
        "one of several figures; the text does not tell which",
    ),
    "open": Title(
        "文本的列举以“等”结尾，未列尽", "the text leaves the list open: it names examples only"
    ),
    "partly": Title(
        "只有一部分日子在期间内，文本没有说明是否算入",
        "only some of its days lie in the period; the text does not say whether it counts",
    ),
    "division_by_zero": Title(
        "除数可能为零，那样就无法计算", "where the divisor is zero it cannot be computed"
    ),
    "conflict": Title(
        "同时适用的规定互相矛盾", "provisions that apply together contradict each other"
    ),
    "assumption": Title("假设", "assumption"),
    "warning": Title("提示", "warning"),
    "assumptions": Title("本决定所依据的假设", "Assumptions that this decision rests on"),
    "warnings": Title("提示", "Warnings"),
    "receipt": Title(
        "凭证：规则集 {ruleset}，{hash}；policyrules {library}，引擎 {engine}，内核 {kernel}",
        "Receipt: ruleset {ruleset}, {hash}; "
        "policyrules {library}, engine {engine}, kernel {kernel}",
    ),
}


def phrase(key: str, language: Language, /, **parts: str) -> str:
    """Return a phrase in a language, with its placeholders filled in."""
    return PHRASES[key].in_(language).format(**parts)
