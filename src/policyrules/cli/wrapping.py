"""Lines that fit a width: Chinese breaks between characters, all else between words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from rich.cells import cell_len

_NEVER_FIRST: Final = frozenset("，。、；：！？）》」』】”’…—％%,.;:!?)]}·")
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
        if cell_len(line) + cell_len(unit.rstrip()) <= width:
            line += unit
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = unit.lstrip()
        while cell_len(line.rstrip()) > width:
            head = _head(line, width)
            lines.append(head)
            line = line[len(head) :]
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def pad(text: str, width: int) -> str:
    """The text with spaces behind it, up to a width in cells."""
    return text + " " * (width - cell_len(text))


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
    """Whether a line may end between two characters."""
    if after in _NEVER_FIRST or after == " " or before in _NEVER_LAST:
        return False
    return before == " " or cell_len(before) == 2 or cell_len(after) == 2 or before in "、，。；："


def _head(text: str, width: int) -> str:
    head = ""
    for sign in text:
        if head and cell_len(head + sign) > width:
            break
        head += sign
    return head
