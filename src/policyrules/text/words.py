"""Compare words however they are written, and name full-width marks where ASCII belongs."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

_IGNORED: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd"})
"""Blanks, controls, invisible characters, underscores and hyphens: they tell no words apart."""


@lru_cache(maxsize=4096)
def fold_word(text: str) -> str:
    """Return the form in which two spellings of one word are equal.

    Full-width characters, capitals, blanks, `_` and `-` make no difference.

    >>> fold_word("Law-Firm") == fold_word("ｌaw_firm") == fold_word(" law  firm ")
    True
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(mark for mark in plain if unicodedata.category(mark) not in _IGNORED)
    return unicodedata.normalize("NFKC", kept)


def is_on_one_line(text: str) -> bool:
    r"""Return whether every character can be printed; blanks of any width can.

    >>> is_on_one_line("张\u3000三"), is_on_one_line("a\nb"), is_on_one_line("a\u200bb")
    (True, False, False)
    """
    return all(mark.isprintable() or unicodedata.category(mark) == "Zs" for mark in text)


def nearest_words(text: str, words: Mapping[str, Iterable[str]], *, limit: int = 3) -> list[str]:
    """Return the words of which a spelling is a slip away from the text, the nearest first.

    A slip is a character that is added, left out or replaced, or two that change places: one of
    three characters or more, two of eight or more. Of shorter ones every other word would be near.

    >>> nearest_words("heatlh", {"health": ("卫生", "Health care"), "water": ("水利",)})
    ['health']
    """
    given = fold_word(text)
    found: list[tuple[int, str]] = []
    for word, spellings in words.items():
        distances = [_distance(given, folded) for folded in map(fold_word, (word, *spellings))]
        near = [slips for slips in distances if slips is not None]
        if near:
            found.append((min(near), word))
    found.sort(key=lambda one: one[0])
    return [word for _, word in found[:limit]]


_LONGEST_COMPARED: Final = 80


def _distance(given: str, word: str) -> int | None:
    """Return how many slips lie between two folded words; None where they are too many."""
    shorter = min(len(given), len(word))
    allowed = 0 if shorter < 3 else 1 if shorter < 8 else 2
    if abs(len(given) - len(word)) > allowed or shorter > _LONGEST_COMPARED:
        return None
    before: list[int] = []
    row = list(range(len(word) + 1))
    for place, mark in enumerate(given, 1):
        earlier, before, row = before, row, [place]
        for column, other in enumerate(word, 1):
            cost = min(before[column] + 1, row[-1] + 1, before[column - 1] + (mark != other))
            is_swapped = place > 1 and column > 1 and given[place - 2] == other
            if is_swapped and word[column - 2] == mark:
                cost = min(cost, earlier[column - 2] + 1)
            row.append(cost)
    return row[-1] if row[-1] <= allowed else None


FULL_WIDTH: Final[Mapping[str, str]] = MappingProxyType(
    {
        "：": "a full-width colon",
        "，": "a full-width comma",
        "；": "a full-width semicolon",
        "％": "a full-width percent sign",
        "（": "a full-width bracket",
        "）": "a full-width bracket",
        "．": "a full-width point",
        "。": "a Chinese full stop",
        "、": "a Chinese comma of a list",
        "／": "a full-width slash",
        "－": "a full-width hyphen",
        "＋": "a full-width plus sign",
        "＝": "a full-width equals sign",
        "［": "a full-width bracket",
        "］": "a full-width bracket",
        "｛": "a full-width brace",
        "｝": "a full-width brace",
        "“": "a Chinese quotation mark",
        "”": "a Chinese quotation mark",
        "＂": "a full-width quotation mark",
        "\u3000": "a full-width blank",
    }
)
"""The punctuation of Chinese texts that stands where a file needs its ASCII twin, by its name."""


def name_full_width(text: str, marks: Iterable[str] = FULL_WIDTH) -> str:
    """Return a name for the first full-width mark in a text, such as for a remedy; else nothing.

    >>> name_full_width("5.5％"), name_full_width("5.5%")
    ('`％` is a full-width percent sign', '')
    """
    wanted = frozenset(marks)
    mark = next((mark for mark in text if mark in wanted), "")
    return f"`{mark}` is {FULL_WIDTH[mark]}" if mark else ""


FULL_WIDTH_TO_ASCII: Final[Mapping[int, int | str]] = MappingProxyType(
    {mark: mark - 0xFEE0 for mark in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xFFE5: "¥"}
)
"""For `str.translate`: full-width digits, letters and signs, each to its ASCII twin.

Other characters stay as they are: NFKC would make `52` of `5²`.
"""
