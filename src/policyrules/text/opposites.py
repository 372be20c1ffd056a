"""Recognition of names that are spelt alike and mean the opposite."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Final

_PAIRS: Final = (
    *(("least", "most"), ("above", "below"), ("over", "under"), ("from", "to"), ("min", "max")),
    *(("minimum", "maximum"), ("all", "none"), ("any", "none"), ("held", "failed")),
    *(("exceeds", "falls"), ("increases", "decreases"), ("increasing", "decreasing")),
    *(("before", "after"), ("first", "last"), ("up", "down"), ("low", "high"), ("yes", "no")),
    *(("true", "false"), ("more", "less"), ("with", "without"), ("include", "exclude")),
    *(("included", "excluded"), ("includes", "excludes"), ("male", "female")),
)
_OPPOSITES: Final = frozenset(
    pair for first, second in _PAIRS for pair in ((first, second), (second, first))
)
_NEGATIONS: Final = frozenset({"not", "no", "non", "never", "without"})
_PREFIXES: Final = ("un", "in", "im", "non", "dis", "ir")
_CHINESE_PAIRS: Final = frozenset(
    pair
    for first, second in (
        "上下",
        "有无",
        "已未",
        "是否",
        "高低",
        "大小",
        "多少",
        "前后",
        "内外",
        "男女",
    )
    for pair in ((first, second), (second, first))
)
_CHINESE_NEGATIONS: Final = frozenset("未不无非")
_MIN_SIMILARITY: Final = 60
"""The lowest similarity, in percent, at which a word counts as a misspelling of another."""


def are_opposites(first: str, second: str) -> bool:
    """Return whether two names differ by words that mean the opposite of each other.

    A misspelt word counts as that word of a pair that it is nearer to.

    >>> are_opposites("at_most", "at_least"), are_opposites("paid-from", "paid-to")
    (True, True)
    >>> are_opposites("uninsured", "insured"), are_opposites("已参保", "未参保")
    (True, True)
    >>> are_opposites("at_mots", "at_least"), are_opposites("at_leats", "at_least")
    (True, False)
    """
    words, second_words = _words(first), _words(second)
    if _NEGATIONS & set(words) != _NEGATIONS & set(second_words) or _are_opposite_in_chinese(
        first, second
    ):
        return True
    if len(words) != len(second_words):
        return False
    return any(map(_are_opposite_words, words, second_words))


def _words(name: str) -> list[str]:
    return [word for word in re.split(r"[\W_]+", name.lower()) if word]


def _are_opposite_words(word: str, other_word: str) -> bool:
    if word == other_word:
        return False
    if any(prefix + word == other_word or prefix + other_word == word for prefix in _PREFIXES):
        return True
    return any(
        other_word == right
        and _similarity(word, left) >= max(_similarity(word, right), _MIN_SIMILARITY)
        for left, right in _opposites_of(other_word)
    )


def _opposites_of(word: str) -> Iterator[tuple[str, str]]:
    return ((left, right) for left, right in _OPPOSITES if right == word)


def _similarity(first: str, second: str) -> int:
    """Return the similarity of two words in percent."""
    blocks = difflib.SequenceMatcher(None, first, second).get_matching_blocks()
    return 200 * sum(block.size for block in blocks) // (len(first) + len(second))


def _are_opposite_in_chinese(first: str, second: str) -> bool:
    """Return whether two Chinese texts differ by a sign that negates or reverses."""
    if len(first) == len(second):
        return any(
            pair in _CHINESE_PAIRS for pair in zip(first, second, strict=True) if pair[0] != pair[1]
        )
    return set(first) & _CHINESE_NEGATIONS != set(second) & _CHINESE_NEGATIONS
