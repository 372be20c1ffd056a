"""The fixed phrases of an explanation, in both languages.

The texts of the rules themselves are the titles, quotes and notes of the ruleset.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.text.localized import Language, LocalizedText

PHRASES: Final[Mapping[str, LocalizedText]] = {
    "label": LocalizedText("{name}：", "{name}: "),
    "comma": LocalizedText("，", ", "),
    "and": LocalizedText("、", ", "),
    "dash": LocalizedText("——", " — "),
    "date": LocalizedText("日期：", "Date: "),
    # The amounts.
    "paid to": LocalizedText("{name}（付给{party}）", "{name} (to: {party})"),
    "at least": LocalizedText("最少 {amount}", "at least {amount}"),
    "at most": LocalizedText("最多 {amount}", "at most {amount}"),
    "if eligible": LocalizedText(
        "未定；如符合条件：{amount}", "not determined; if eligible: {amount}"
    ),
    "not computed": LocalizedText("未定；{amount}", "not determined; {amount}"),
    "open amount": LocalizedText("数额未知", "the figure is not known"),
    "no figure": LocalizedText("文件未规定金额", "the text states no figure"),
    "no amount": LocalizedText("无", "none"),
    "unrounded": LocalizedText("舍入前：{amount}", "before rounding: {amount}"),
    "perhaps no figure": LocalizedText(
        "取决于未知的事实，文件也可能未规定金额",
        "depending on the unknown facts, the text may state no figure at all",
    ),
    # The conditions.
    "conditions": LocalizedText("条件", "Conditions"),
    "unknown": LocalizedText("未知", "not known"),
    "in": LocalizedText("{word}，属于{name}（{words}）", "{word}, among {name} ({words})"),
    "not in": LocalizedText(
        "{word}，不属于{name}（{words}）", "{word}, not among {name} ({words})"
    ),
    "within": LocalizedText("{word}，在{name}（{words}）内", "{word}, within {name} ({words})"),
    "not within": LocalizedText(
        "{word}，不在{name}（{words}）内", "{word}, not within {name} ({words})"
    ),
    "perhaps within": LocalizedText("{word}；{name}：{words}", "{word}; {name}: {words}"),
    "perhaps in open": LocalizedText(
        "{word}；{name}未穷尽列举（{words} 等）",
        "{word}; {name} is an open list ({words} and others)",
    ),
    "perhaps in": LocalizedText("{word}；{name}：{words}", "{word}; {name}: {words}"),
    "compared": LocalizedText("{left}（{sign} {right}？）", "{left} ({sign} {right}?)"),
    "exceeds": LocalizedText("：多 {distance}", ": {distance} too {many}"),
    "falls short": LocalizedText("：少 {distance}", ": {distance} too {few}"),
    "to spare": LocalizedText("：余量 {distance}", ": {distance} to spare"),
    "too late": LocalizedText("：晚 {distance}", ": {distance} too late"),
    "too early": LocalizedText("：早 {distance}", ": {distance} too early"),
    "just met": LocalizedText("：正好达到", ": just met"),
    "met by": LocalizedText("因此满足：{names}", "met by: {names}"),
    "exceptions": LocalizedText("涉及的例外：{names}", "exceptions involved: {names}"),
    "ground": LocalizedText("依据：", "Ground: "),
    "excludes": LocalizedText("不能同时享受：{name}", "cannot go together with: {name}"),
    # The items of lists.
    "item eligible": LocalizedText("符合", "qualifies"),
    "item ineligible": LocalizedText("不符合", "does not qualify"),
    "item undetermined": LocalizedText("尚不能确定", "undetermined"),
    "by route": LocalizedText("，途径：{names}", ", by: {names}"),
    "no entry": LocalizedText("无", "none"),
    "of them": LocalizedText(
        "{name}：{all}中 {held}符合{keys}", "{name}: {held} of {all} qualify{keys}"
    ),
    "not all of them": LocalizedText(
        "{name}：{all}中 {held}不符合{keys}", "{name}: {held} of {all} do not qualify{keys}"
    ),
    "open ones": LocalizedText("，{open}尚不能确定{keys}", "; {open} undetermined{keys}"),
    "in brackets": LocalizedText("（{text}）", " ({text})"),
    # The rest.
    "values": LocalizedText("计算所用的数值", "Figures used"),
    "consequences": LocalizedText("由此确定", "What follows"),
    "if eligible too": LocalizedText("如符合条件", "What follows if eligible"),
    "if ineligible too": LocalizedText("如不符合条件", "What follows if not eligible"),
    "computed from": LocalizedText("据以确定：{figures}", "determined by: {figures}"),
    "missing": LocalizedText("还需要知道（最有用的在前）", "Still needed, most useful first"),
    "to confirm": LocalizedText(
        "假定的事实，须核实（如与假定不符，结论、金额等可能改变）",
        "Assumed facts, to be confirmed: if one is wrong, the answer may change",
    ),
    "assumed without effect": LocalizedText(
        "其他假定的事实（不影响结论和金额）",
        "Other assumed facts, which cannot change the answer",
    ),
    "assumed fact": LocalizedText("{title}：{value}（{fact}）", "{title}: {value} ({fact})"),
    "question": LocalizedText("{text}（{fact}）", "{text} ({fact})"),
    "open results": LocalizedText(
        "不影响结论和金额，但尚未确定的内容",
        "Still open, without effect on the outcome or the amount",
    ),
    "depends on": LocalizedText("取决于 {facts}", "depends on {facts}"),
    "no fact settles": LocalizedText("补充事实也不能确定", "no fact can settle it"),
    "or": LocalizedText("或者提供：{facts}", "or instead: {facts}"),
    "unsettled": LocalizedText(
        "补充事实后仍可能不确定的事项", "What may stay open even if all facts are known"
    ),
    "not_stated": LocalizedText("文件未作规定", "the text does not state it"),
    "pending": LocalizedText("尚未确定，只知道其范围", "still pending; only its range is known"),
    "either": LocalizedText(
        "是几个数值之一，文件未明确是哪一个",
        "one of several figures; the text does not tell which",
    ),
    "open": LocalizedText(
        "文件以“等”字列举，未穷尽", "the text leaves the list open: it names examples only"
    ),
    "partly": LocalizedText(
        "只有一部分日子在期间内，文件未明确是否计入",
        "only some of its days lie in the period; the text does not say whether it counts",
    ),
    "division_by_zero": LocalizedText(
        "除数可能为零，为零时无法计算", "it cannot be computed if the divisor is zero"
    ),
    "out_of_calendar": LocalizedText(
        "日期可能超出公元1年至9999年，超出时无法计算",
        "a day outside the years 1 to 9999 cannot be computed",
    ),
    "no_entry": LocalizedText(
        "没有符合的条目，没有最大或最小的一项",
        "no entry qualifies, so none is the largest or the smallest",
    ),
    "no_year": LocalizedText(
        "工作日历尚未列入所涉年份", "the calendar does not list the working days of a year"
    ),
    "no_row": LocalizedText(
        "所依据的日期没有相应的规定", "no row is in force on the day for which it is read"
    ),
    "conflict": LocalizedText(
        "同时适用的规定互相矛盾", "provisions that apply together contradict each other"
    ),
    "assumption": LocalizedText("假设", "assumption"),
    "warning": LocalizedText("提示", "warning"),
    "assumptions": LocalizedText("本决定所依据的假设", "Assumptions that this decision rests on"),
    "warnings": LocalizedText("提示", "Warnings"),
    "receipt": LocalizedText(
        "凭证：规则集 {ruleset}，{hash}；policyrules {library}，引擎 {engine}，内核 {kernel}",
        "Receipt: ruleset {ruleset}, {hash}; "
        "policyrules {library}, engine {engine}, kernel {kernel}",
    ),
}


def phrase(key: str, language: Language, /, **parts: str) -> str:
    """Return a phrase in a language, with its placeholders filled in."""
    return PHRASES[key].get(language).format(**parts)
