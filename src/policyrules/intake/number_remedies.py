"""Remedies for numbers in another notation, with a comma, or split at a comma."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

_OTHER_BASE: Final = re.compile(r"0[xXoObB][0-9a-fA-F_]+")
_LEADING_ZEROS: Final = re.compile(r"([+-]?)0+([0-9]+(?:\.[0-9]+)?%?)")
_CHINESE: Final = re.compile(
    r"[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+[^\d\s]{0,3}"
)
_ENGLISH: Final = re.compile(
    r"(?:zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty"
    r"|ninety|hundred|thousand|million|half|dozen)\b.*",
    re.IGNORECASE,
)
_YEARS_AND_MONTHS: Final = re.compile(
    r"([0-9]{1,4}) *(?:年|years?|周岁|岁) *(?:零|又|and)? *([0-9]{1,2}) *(?:个月|月|months?)"
)
_SINGLE_NUMBER: Final = re.compile(r"[^0-9]{0,4}[0-9][0-9.,]*[^0-9,]*")
_REST_OF_NUMBER: Final = re.compile(r"[0-9][^:]{0,40}")


def notation_remedy(text: str) -> str:
    """Return the remedy for a number in words, in another base or with leading zeros.

    >>> notation_remedy("三十人"), notation_remedy("0x1E")
    ('write it in digits', 'write it in decimal digits')
    """
    if _OTHER_BASE.fullmatch(text):
        return "write it in decimal digits"
    zeros = _LEADING_ZEROS.fullmatch(text)
    if zeros is not None:
        return f"leave out the zeros before it: write `{zeros[1].rstrip('+')}{zeros[2]}`"
    if _CHINESE.fullmatch(text) or _ENGLISH.fullmatch(text):
        return "write it in digits"
    return ""


def is_in_other_base(text: str) -> bool:
    """Return whether a text is a number in base 16, 8 or 2."""
    return _OTHER_BASE.fullmatch(text) is not None


def years_and_months(text: str) -> int | None:
    """Convert a time in years and months to months; return None for any other text.

    >>> years_and_months("1年9个月"), years_and_months("2 years 6 months"), years_and_months("1年")
    (21, 30, None)
    """
    match = _YEARS_AND_MONTHS.fullmatch(text.strip())
    return None if match is None else 12 * int(match[1]) + int(match[2])


def comma_remedy(text: str) -> str:
    """Return the remedy for a text with a comma: a number with commas, or a number and more text.

    >>> comma_remedy("43.210,55")
    'write a decimal point as `.`, and thousands without a mark'
    >>> comma_remedy("6 persons, 2 of them retired")
    'give one figure and nothing else'
    """
    if _SINGLE_NUMBER.fullmatch(text):
        return "write a decimal point as `.`, and thousands without a mark"
    return "give one figure and nothing else"


def rejoin_split_numbers(facts: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """Rejoin each number that YAML has split into two keys at a comma inside braces.

    >>> rejoin_split_numbers({"premium_paid": "43.210", "55": None})
    {'premium_paid': '43.210,55'}
    """
    joined: dict[Any, Any] = {}
    last: Any = None
    for key, value in facts.items():
        is_second_part = (
            value is None and isinstance(key, str) and _REST_OF_NUMBER.fullmatch(key) is not None
        )
        if is_second_part and isinstance(joined.get(last), str) and joined[last][-1:].isdigit():
            joined[last] = f"{joined[last]},{key}"
            continue
        joined[key], last = value, key
    return joined
