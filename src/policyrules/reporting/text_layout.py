"""Lay out text for a terminal: styled lines, display width, wrapping and padding.

A Chinese text may break between characters, any other text between words.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from policyrules.text.control_characters import escape_control_characters

Line = Sequence[tuple[str, str]]
"""One line: pieces of text, each with a style such as `bold red`, which may be empty."""

_NO_WIDTH: Final = frozenset({"Mn", "Me", "Cf"})
"""Unicode categories of characters that take no column."""

_NEVER_FIRST: Final = frozenset("，。、；：！？）》」』】”’…—％%,.;:!?)]}·")
_NEVER_LAST: Final = frozenset("（《「『【“‘([{")


def wrap(text: str, width: int) -> list[str]:
    """Wrap a text to lines of at most `width` columns; a Chinese character takes two.

    No line begins with closing punctuation or ends with opening punctuation. A run that is longer
    than a line and cannot be broken is cut.

    >>> wrap("裁员率不高于20%，可以申请", 12)
    ['裁员率不高于', '20%，可以申', '请']
    """
    lines: list[str] = []
    line = ""
    for run in _unbreakable_runs(text):
        if display_width(line) + display_width(run.rstrip()) <= width:
            line += run
            continue
        if line.strip():
            lines.append(line.rstrip())
        line = run.lstrip()
        while display_width(line.rstrip()) > width:
            head = _longest_prefix(line, width)
            lines.append(head)
            line = line[len(head) :]
    if line.strip() or not lines:
        lines.append(line.rstrip())
    return lines


def display_width(text: str) -> int:
    """Return the columns that a text takes: two for a Chinese character, none for a combining mark.

    >>> display_width("裁员率 5.5%")
    11
    """
    return sum(
        0
        if unicodedata.category(sign) in _NO_WIDTH
        else 1 + (unicodedata.east_asian_width(sign) in {"W", "F"})
        for sign in text
    )


def to_plain_text(lines: Iterable[Line]) -> str:
    """Join lines to a text without styles; control characters inside a line are escaped."""
    return "".join(
        escape_control_characters("".join(text for text, _ in line)) + "\n" for line in lines
    )


def pad(text: str, width: int) -> str:
    """Pad a text with spaces to a display width."""
    return text + " " * (width - display_width(text))


def _unbreakable_runs(text: str) -> Iterator[str]:
    """Yield the runs that must stay on one line, such as a word with the space after it."""
    run = ""
    for sign in text:
        if run and _may_break_between(run[-1], sign):
            yield run
            run = ""
        run += sign
    if run:
        yield run


def _may_break_between(before: str, after: str) -> bool:
    """Return whether a line may end between two characters."""
    if after in _NEVER_FIRST or after == " " or before in _NEVER_LAST:
        return False
    return (
        before == " "
        or display_width(before) == 2
        or display_width(after) == 2
        or before in "、，。；："
    )


def _longest_prefix(text: str, width: int) -> str:
    """Return the longest prefix of a text that fits a width; at least one character."""
    head = ""
    for sign in text:
        if head and display_width(head + sign) > width:
            break
        head += sign
    return head
