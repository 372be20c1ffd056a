"""Lines of text: pieces with styles, and what makes a text fit a width.

Chinese breaks between characters, all else between words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from policyrules.text.control_characters import escape_control_characters

Line = Sequence[tuple[str, str]]
"""One line: pieces of text, each with a style such as `bold red`, or an empty one."""

_NEVER_FIRST: Final = frozenset("，。、；：！？）》」』】”’…—％%,.;:!?)]}·")
_NO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})
_NEVER_LAST: Final = frozenset("（《「『【“‘([{")


def wrap(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; a Chinese character takes two.

    No line begins with a closing sign or ends with an opening one. What is longer than a line and
    cannot be broken is cut.

    >>> wrap("裁员率不高于20%，可以申请", 12)
    ['裁员率不高于', '20%，可以申', '请']
    """
    lines: list[str] = []
    line = ""
    for unit in _units(text):
        if cells(line) + cells(unit.rstrip()) <= width:
            line += unit
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = unit.lstrip()
        while cells(line.rstrip()) > width:
            head = _head(line, width)
            lines.append(head)
            line = line[len(head) :]
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def cells(text: str) -> int:
    """The columns that a text takes: two for a Chinese character, none for a combining sign.

    >>> cells("裁员率 5.5%")
    11
    """
    return sum(
        0
        if unicodedata.category(sign) in _NO_WIDTH
        else 1 + (unicodedata.east_asian_width(sign) in {"W", "F"})
        for sign in text
    )


def plain(lines: Iterable[Line]) -> str:
    """The lines as one text without styles; each ends in a newline, and has no other."""
    return "".join(
        escape_control_characters("".join(text for text, _ in line)) + "\n" for line in lines
    )


def pad(text: str, width: int) -> str:
    """The text with spaces behind it, up to a width in cells."""
    return text + " " * (width - cells(text))


def _units(text: str) -> Iterator[str]:
    """What must stay on one line: a word with its space, or one character with its signs."""
    unit = ""
    for sign in text:
        if unit and _breaks(unit[-1], sign):
            yield unit
            unit = ""
        unit += sign
    if unit:
        yield unit


def _breaks(before: str, after: str) -> bool:
    """Return whether a line may end between two characters."""
    if after in _NEVER_FIRST or after == " " or before in _NEVER_LAST:
        return False
    return before == " " or cells(before) == 2 or cells(after) == 2 or before in "、，。；："


def _head(text: str, width: int) -> str:
    head = ""
    for sign in text:
        if head and cells(head + sign) > width:
            break
        head += sign
    return head
