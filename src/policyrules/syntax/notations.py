"""Remedies for expressions in foreign notations: mathematics, Chinese, programming languages.

Each function returns the operator or keyword of the language for a foreign one, or an empty text if
that is uncertain.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from policyrules.diagnostics import name_remedy
from policyrules.text.punctuation import full_width_remedy

_FOREIGN_OPERATORS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("≤", "≦", "⩽", "=<", "＜＝", "小于等于", "小于或等于", "不大于"), "<="),
        **dict.fromkeys(("≥", "≧", "⩾", "=>", "＞＝", "大于等于", "大于或等于", "不小于"), ">="),
        **dict.fromkeys(("≠", "<>", "！＝", "不等于"), "!="),
        **dict.fromkeys(("＝＝", "===", "等于"), "=="),
        **dict.fromkeys(("＜", "小于"), "<"),
        **dict.fromkeys(("＞", "大于"), ">"),
        **dict.fromkeys(("×", "＊", "·"), "*"),
        **dict.fromkeys(("÷", "／"), "/"),
        **dict.fromkeys(("−", "－"), "-"),
        "＋": "+",
        **dict.fromkeys(("且", "并且", "而且", "∧", "&&", "＆＆", "&", "AND", "And"), "and"),
        **dict.fromkeys(("或", "或者", "∨", "||", "｜｜", "|", "OR", "Or"), "or"),
        **dict.fromkeys(("非", "不是", "¬", "！", "!", "~", "NOT", "Not"), "not"),
        **dict.fromkeys(("属于", "∈", "IN"), "in"),
        **dict.fromkeys(("不属于", "∉"), "not in"),
    }
)
"""The operators of the language by their spelling in other notations."""

_LONGEST_FIRST: Final = sorted(_FOREIGN_OPERATORS, key=len, reverse=True)
_OPERATOR: Final = re.compile(
    "|".join(
        rf"\b{sign}\b" if sign.isascii() and sign.isalpha() else re.escape(sign)
        for sign in ["!=", *_LONGEST_FIRST]
    )
)
_QUOTED_TEXT: Final = re.compile(r"'[^']*'|\"[^\"]*\"")

_RANGE: Final = re.compile(r"([a-z][\w.]*)\s+in\s+([a-z]\w*)\s*\.\.\s*([a-z]\w*)")
"""A range test between two names, as other languages write it."""

TODAY_REMEDY: Final = (
    "declare a fact with the day, such as `application.day`, with `type: date` and `past: true`: "
    "rules do not know the current date"
)
_ROUND_REMEDY: Final = "write the key `round` beside `is`: an expression does not round"
_NONE_REMEDY: Final = "write `… is none`, or `… is not none`"

_NAME_REMEDIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("none", "None", "null", "nil", "NULL", "无"), _NONE_REMEDY),
        **dict.fromkeys(
            ("true", "yes", "TRUE", "YES", "Yes", "是", "真"), "write the yes_no alone"
        ),
        **dict.fromkeys(
            ("false", "no", "FALSE", "NO", "否", "假"), "write `not` before the yes_no"
        ),
        **dict.fromkeys(
            ("today", "now", "TODAY", "NOW", "current_date", "sysdate", "今天", "今日", "当前日期"),
            TODAY_REMEDY,
        ),
    }
)
"""Remedies for names that are keywords of other languages."""

_FUNCTION_REMEDIES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("today", "now", "date", "current_date", "今天"), TODAY_REMEDY),
        **dict.fromkeys(
            ("round", "floor", "ceil", "ceiling", "int", "trunc", "roundup", "rounddown"),
            _ROUND_REMEDY,
        ),
        **dict.fromkeys(("四舍五入", "取整"), _ROUND_REMEDY),
        "abs": "write `max(a - b, b - a)`",
        **dict.fromkeys(("len", "size", "length"), "write `count(… for entry in list)`"),
        **dict.fromkeys(("if", "iif", "case", "when", "如果"), "write an exception (`except`)"),
        **dict.fromkeys(
            ("avg", "average", "mean"), "divide `sum(…)` by `count(…)` in a value of its own"
        ),
        **dict.fromkeys(("and", "or", "not"), "write `and`, `or`, `not` between the tests"),
        "year": "write `day.year`",
        "month": "write `day.month`, or `day.month_of_year` for its number",
        "day": "write `day.day_of_month`",
        **dict.fromkeys(("eomonth", "last_day"), "write `day.month.last_day`"),
        **dict.fromkeys(("edate", "add_months", "dateadd"), "write `day + count`"),
        **dict.fromkeys(
            ("datediff", "datedif", "days", "years", "months"),
            "write `days_between(first, last)`, `months_between(…)` or `years_between(…)`",
        ),
    }
)
"""Remedies for functions of other languages."""


def syntax_remedy(text: str) -> str:
    """Return the remedy for an expression that cannot be parsed."""
    bare = _QUOTED_TEXT.sub("''", text)
    operator = operator_remedy(bare)
    if operator:
        return operator
    between = _RANGE.search(bare)
    if between:
        figure, low, high = between.groups()
        return f"write `{low} <= {figure} <= {high}`"
    if re.search(r"[0-9]{4}-[0-9]{2}", bare):
        return "a day is a parameter with a source, never part of an expression"
    if re.search(r"[%％‰]", bare):
        return "a percentage is a parameter with a source, never part of an expression"
    if "?" in bare or "？" in bare:
        return "write an exception (`except`): an expression has no choice"
    wide = full_width_remedy(bare)
    if wide:
        return wide
    if re.search(r"\bfor\b[^()]*\bin\b[^()]*,", bare):
        return "put the generator in brackets of its own: `max((… for x in list), default=figure)`"
    if "=" in bare and not any(sign in bare for sign in ("==", "<=", ">=", "!=")):
        return "write `==` to compare"
    return ""


def operator_remedy(text: str) -> str:
    """Return the remedy for the first operator of another notation in a text.

    >>> operator_remedy("a ≤ b"), operator_remedy("a且b"), operator_remedy("a != b")
    ('write `<=` for `≤`', 'write `and` for `且`', '')
    """
    for match in _OPERATOR.finditer(text):
        if match[0] in _FOREIGN_OPERATORS:
            return f"write `{_FOREIGN_OPERATORS[match[0]]}` for `{match[0]}`"
    return ""


def unknown_name_remedy(name: str) -> str:
    """Return the remedy for a name that is, or contains, a keyword of another language."""
    return _NAME_REMEDIES.get(name) or ("" if name.isascii() else operator_remedy(name))


def function_remedy(function: str, known: tuple[str, ...]) -> str:
    """Return the remedy for an unknown function.

    >>> function_remedy("round", ("min", "max")), function_remedy("MIN", ("min", "max"))
    ('write the key `round` beside `is`: an expression does not round', 'did you mean `min`?')
    """
    lower = function.lower()
    return _FUNCTION_REMEDIES.get(lower) or (
        name_remedy(lower, known) if lower in known else name_remedy(function, known)
    )
