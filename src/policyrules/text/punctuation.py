"""Full-width signs, which Chinese input methods write instead of ASCII, and their remedies."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

_ASCII_SIGNS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "：": (":", "a full-width colon"),
        "，": (",", "a full-width comma"),
        "、": (",", "a Chinese comma"),
        "；": (";", "a full-width semicolon"),
        "。": (".", "a Chinese full stop"),
        "．": (".", "a full-width point"),
        "％": ("%", "a full-width percent sign"),
        "（": ("(", "a full-width bracket"),
        "）": (")", "a full-width bracket"),
        "【": ("[", "a Chinese bracket"),
        "】": ("]", "a Chinese bracket"),
        "［": ("[", "a full-width bracket"),
        "］": ("]", "a full-width bracket"),
        "｛": ("{", "a full-width bracket"),
        "｝": ("}", "a full-width bracket"),
        "“": ('"', "a Chinese quotation mark"),
        "”": ('"', "a Chinese quotation mark"),
        "‘": ("'", "a Chinese quotation mark"),
        "’": ("'", "a Chinese quotation mark"),
        "「": ('"', "a Chinese quotation mark"),
        "」": ('"', "a Chinese quotation mark"),
        "／": ("/", "a full-width slash"),
        "－": ("-", "a full-width hyphen"),
        "＿": ("_", "a full-width underscore"),
        "～": ("~", "a full-width tilde"),
        "＋": ("+", "a full-width sign"),
        "＊": ("*", "a full-width sign"),
        "＜": ("<", "a full-width sign"),
        "＞": (">", "a full-width sign"),
        "＝": ("=", "a full-width sign"),
        "！": ("!", "a full-width sign"),
        "＆": ("&", "a full-width sign"),
        "｜": ("|", "a full-width sign"),
        "\u3000": (" ", "a full-width blank"),
        "\u00a0": (" ", "a no-break space"),
    }
)
"""The ASCII sign of each full-width sign, and its name for an author."""

_SIGNS_BEFORE_BLANK: Final = frozenset(":,")
"""Signs that have a meaning in YAML only before a blank."""


def to_ascii(text: str) -> str:
    """Return the text with its full-width signs, digits and letters in ASCII.

    >>> to_ascii("５．５％"), to_ascii("（ａ，ｂ）")
    ('5.5%', '(a,b)')
    """
    return "".join(map(_in_ascii, text))


def _in_ascii(sign: str) -> str:
    # Not NFKC, which turns 5² into 52, another quantity.
    if sign in _ASCII_SIGNS:
        return _ASCII_SIGNS[sign][0]
    return chr(ord(sign) - _FULL_WIDTH_OFFSET) if _is_full_width_ascii(sign) else sign


_FULL_WIDTH_OFFSET: Final = ord("！") - ord("!")


def full_width_signs(text: str) -> Iterator[str]:
    """Yield each full-width sign, digit or letter of a text once, in its order."""
    for sign in dict.fromkeys(text):
        if sign in _ASCII_SIGNS or _is_full_width_ascii(sign):
            yield sign


def _is_full_width_ascii(sign: str) -> bool:
    return "！" <= sign <= "～"


def full_width_name(sign: str) -> str:
    """Return the name of a full-width sign for an author.

    >>> full_width_name("，"), full_width_name("３")
    ('a full-width comma', 'a full-width digit')
    """
    if sign in _ASCII_SIGNS:
        return _ASCII_SIGNS[sign][1]
    return "a full-width digit" if sign.isdecimal() else "a full-width letter"


def full_width_prefix(text: str, among: str = "") -> str:
    """Return the beginning of a remedy, which names the first full-width sign, or an empty text.

    `among` are the signs to search for; if it is empty, all full-width signs are.

    >>> (
    ...     full_width_prefix("5.5％"),
    ...     full_width_prefix("甲（一），乙", "，"),
    ...     full_width_prefix("5.5%"),
    ... )
    ('`％` is a full-width percent sign: ', '`，` is a full-width comma: ', '')
    """
    signs = (sign for sign in full_width_signs(text) if not among or sign in among)
    sign = next(signs, None)
    return "" if sign is None else f"`{sign}` is {full_width_name(sign)}: "


def full_width_remedy(text: str) -> str:
    """Return the remedy that names the first full-width sign of a text, or an empty text.

    >>> full_width_remedy("low-income，not-reimbursed")
    '`，` is a full-width comma: write `,` and a blank'
    >>> full_width_remedy("low-income")
    ''
    """
    sign = next(full_width_signs(text), None)
    if sign is None:
        return ""
    plain = to_ascii(sign)
    if plain == " ":
        return f"{full_width_name(sign)} stands there: write a space"
    blank = " and a blank" if plain in _SIGNS_BEFORE_BLANK else ""
    return f"`{sign}` is {full_width_name(sign)}: write `{plain}`{blank}"


def misplaced_sign(line: str) -> re.Match[str] | None:
    """Return the match of the first full-width sign in the place of a sign of YAML, or None.

    The group `sign` of the match is the sign.

    >>> misplaced_sign("legal_basis：law")["sign"], misplaced_sign("{zh: 甲， en: a}")["sign"]
    ('：', '，')
    >>> misplaced_sign("title: {zh: 办法（试行）：通知, en: a}")
    """
    matches = (pattern.search(line) for pattern in _MISPLACED_SIGNS)
    places = [match for match in matches if match is not None]
    return min(places, key=lambda match: match.start("sign"), default=None)


_MISPLACED_SIGNS: Final = (
    # where a line begins
    re.compile(r"^ *(?P<sign>[\u3000\u00a0])"),
    # after a key, at the start of a line or of an entry
    re.compile(r"(?:^ *(?:- +)*|[{,]\s*)[A-Za-z_][\w.-]*\s*(?P<sign>：)"),
    # before a key
    re.compile(r"[^\s{\[,](?P<sign>[，；、])\s*[A-Za-z_][\w.-]*\s*:(?:\s|$)"),
    # where a list or a mapping begins or ends
    re.compile(r"(?::\s+|[{\[,]\s*)(?P<sign>[【［｛])"),
    re.compile(r"(?P<sign>[】］｝])\s*(?:[,}\]]|$)"),
)
