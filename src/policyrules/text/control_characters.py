"""Find and escape unsafe characters, which are invisible or control a terminal or a page.

They are control characters, among them line breaks and ESC; signs that reverse the direction of a
text or have no width; line and paragraph separators; and halves of surrogate pairs. With them, a
text of a ruleset or a file name could imitate another text, or add lines to the output.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_CONTROLS: Final = r"\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff"
_FORMATS: Final = (
    r"\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e"
    r"\u2060-\u206f\ufeff\ufff9-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f"
    r"\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_INVISIBLE_LETTERS: Final = r"\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufffe\uffff"
"""Letters and marks without a glyph, and code points that are not characters."""

_UNSAFE: Final = re.compile(f"[{_CONTROLS}{_FORMATS}{_INVISIBLE_LETTERS}]")
_UNSAFE_EXCEPT_NEWLINE: Final = re.compile(f"(?!\n)[{_CONTROLS}{_FORMATS}{_INVISIBLE_LETTERS}]")


def find_control_character(text: str) -> str:
    """Return the first unsafe character of a text, or an empty text.

    >>> find_control_character("裁员率")
    ''
    """
    match = _UNSAFE.search(text)
    return "" if match is None else match[0]


def escape_control_characters(text: str) -> str:
    r"""Escape unsafe characters; the result is one line.

    >>> print(escape_control_characters("Refund\nOutcome: eligible\x1b[2J"))
    Refund\nOutcome: eligible\x1b[2J
    """
    return _UNSAFE.sub(_escape, text)


def escape_in_lines(text: str) -> str:
    """Escape unsafe characters, except line breaks."""
    return _UNSAFE_EXCEPT_NEWLINE.sub(_escape, text)


def escape_in_json(text: str) -> str:
    r"""Escape unsafe characters in the text of a JSON document, which stays equal as data.

    >>> print(escape_in_json('"a\u202eb"'))
    "a\u202eb"
    """
    return _UNSAFE_EXCEPT_NEWLINE.sub(_escape_for_json, text)


def character_name(sign: str) -> str:
    """Return the Unicode name of a character, such as U+202E RIGHT-TO-LEFT OVERRIDE."""
    name = unicodedata.name(sign, _NAMES.get(sign, ""))
    return f"U+{ord(sign):04X} {name}".rstrip()


_NAMES: Final[Mapping[str, str]] = {
    "\n": "LINE FEED",
    "\t": "TABULATION",
    "\r": "CARRIAGE RETURN",
    "\x1b": "ESCAPE",
}
"""Control characters have no names of their own in Unicode."""


def _escape(match: re.Match[str]) -> str:
    return match[0].encode("unicode_escape").decode("ascii")


def _escape_for_json(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x10000:
        return f"\\u{code:04x}"
    code -= 0x10000
    return f"\\u{0xD800 + (code >> 10):04x}\\u{0xDC00 + (code & 0x3FF):04x}"
