"""Expressions in another notation: signs of mathematics, Chinese words, other languages.

Each function returns the remedy for what an author wrote, or an empty text. None guesses: it says
which word the language has for the sign that stands there.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from policyrules.diagnostics import name_remedy
from policyrules.text.punctuation import full_width_remedy

_WRITTEN: Final[Mapping[str, str]] = MappingProxyType(
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
"""What other notations have for the operators of the language."""

_BY_LENGTH: Final = sorted(_WRITTEN, key=len, reverse=True)
_OPERATOR: Final = re.compile(
    "|".join(
        rf"\b{sign}\b" if sign.isascii() and sign.isalpha() else re.escape(sign)
        for sign in ["!=", *_BY_LENGTH]
    )
)
_IN_QUOTES: Final = re.compile(r"'[^']*'|\"[^\"]*\"")

_RANGE: Final = re.compile(r"([a-z][\w.]*)\s+in\s+([a-z]\w*)\s*\.\.\s*([a-z]\w*)")
"""A figure within a range of two names, as other languages write it."""

NO_TODAY: Final = "declare a fact with the day, such as `application.day`: no rule knows today"
_ROUND: Final = "write the key `round` beside `is`: an expression does not round"
_NONE: Final = "write `… is none`, or `… is not none`"

_NAMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("none", "None", "null", "nil", "NULL", "无"), _NONE),
        **dict.fromkeys(
            ("true", "yes", "TRUE", "YES", "Yes", "是", "真"), "write the yes_no alone"
        ),
        **dict.fromkeys(
            ("false", "no", "FALSE", "NO", "否", "假"), "write `not` before the yes_no"
        ),
        **dict.fromkeys(
            ("today", "now", "TODAY", "NOW", "current_date", "sysdate", "今天", "今日", "当前日期"),
            NO_TODAY,
        ),
    }
)
"""What helps where a word of other languages stands as a name."""

_FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys(("today", "now", "date", "current_date", "今天"), NO_TODAY),
        **dict.fromkeys(
            ("round", "floor", "ceil", "ceiling", "int", "trunc", "roundup", "rounddown"), _ROUND
        ),
        **dict.fromkeys(("四舍五入", "取整"), _ROUND),
        "abs": "write `max(a - b, b - a)`",
        **dict.fromkeys(("len", "size", "length"), "write `count(… for entry in list)`"),
        **dict.fromkeys(("if", "iif", "case", "when", "如果"), "write an exception (`except`)"),
        **dict.fromkeys(
            ("avg", "average", "mean"), "divide `sum(…)` by `count(…)` in a value of its own"
        ),
        **dict.fromkeys(("and", "or", "not"), "write `and`, `or`, `not` between the tests"),
        "year": "write `day.year`",
        **dict.fromkeys(
            ("datediff", "datedif", "days_between", "age", "years", "months"),
            "write `years_between(first, last)` or `months_between(first, last)`",
        ),
    }
)
"""What helps where a function of other languages stands."""


def syntax_remedy(text: str) -> str:
    """Return the remedy for an expression that cannot be read."""
    bare = _IN_QUOTES.sub("''", text)
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
    if "=" in bare and not any(sign in bare for sign in ("==", "<=", ">=", "!=")):
        return "write `==` to compare"
    return ""


def operator_remedy(text: str) -> str:
    """Return the remedy for the first operator of another notation in a text.

    >>> operator_remedy("a ≤ b"), operator_remedy("a且b"), operator_remedy("a != b")
    ('write `<=` for `≤`', 'write `and` for `且`', '')
    """
    for found in _OPERATOR.finditer(text):
        if found[0] in _WRITTEN:
            return f"write `{_WRITTEN[found[0]]}` for `{found[0]}`"
    return ""


def unknown_name_remedy(name: str) -> str:
    """Return the remedy for a name that is a word of another language, or has one in it."""
    return _NAMES.get(name) or ("" if name.isascii() else operator_remedy(name))


def function_remedy(function: str, known: tuple[str, ...]) -> str:
    """Return the remedy for a function that the language does not have.

    >>> function_remedy("round", ("min", "max")), function_remedy("MIN", ("min", "max"))
    ('write the key `round` beside `is`: an expression does not round', 'did you mean `min`?')
    """
    lower = function.lower()
    return _FUNCTIONS.get(lower) or (
        name_remedy(lower, known) if lower in known else name_remedy(function, known)
    )
