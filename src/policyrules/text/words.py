"""Folded spellings of words, the nearest words by edit distance, articles, and printable texts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final

from policyrules.text.opposites import are_opposites

_IGNORED_CATEGORIES: Final = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd"})
"""Blanks, controls, invisible characters, underscores and hyphens do not distinguish words."""


@lru_cache(maxsize=4096)
def fold_word(text: str) -> str:
    """Return the form in which two spellings of one word are equal.

    Full-width characters, capitals, blanks, `_` and `-` are ignored.

    >>> fold_word("Law-Firm") == fold_word("ｌaw_firm") == fold_word(" law  firm ")
    True
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(mark for mark in plain if unicodedata.category(mark) not in _IGNORED_CATEGORIES)
    return unicodedata.normalize("NFKC", kept)


def with_article(text: str) -> str:
    """Return a text after `a` or `an`, chosen by its first letter.

    >>> with_article("`id`"), with_article("`key`"), with_article("exception")
    ('an `id`', 'a `key`', 'an exception')
    """
    return f"{'an' if text.lstrip('`')[:1].lower() in tuple('aeio') else 'a'} {text}"


def is_printable(text: str) -> bool:
    r"""Return whether a text has no line break and no invisible character; wide blanks are allowed.

    >>> is_printable("张\u3000三"), is_printable("a\nb"), is_printable("a\u200bb")
    (True, False, False)
    """
    return all(mark.isprintable() or unicodedata.category(mark) == "Zs" for mark in text)


def nearest_words(text: str, words: Mapping[str, Iterable[str]], *, limit: int = 3) -> list[str]:
    """Return the words with a spelling that differs from a text by few slips, the nearest first.

    A slip is a character added, left out or replaced, or two swapped. A text of three characters
    or more may have one, a text of eight or more two, a shorter one none. `near_names` in
    `diagnostics` compares declared names, which are longer and have no titles.

    >>> nearest_words("heatlh", {"health": ("卫生", "Health care"), "water": ("水利",)})
    ['health']
    """
    given = fold_word(text)
    ranked: list[tuple[int, str]] = []
    for word, spellings in words.items():
        near_spellings = (
            spelling for spelling in (word, *spellings) if not are_opposites(text, spelling)
        )
        distances = [_distance(given, folded) for folded in map(fold_word, near_spellings)]
        near = [slips for slips in distances if slips is not None]
        if near:
            ranked.append((min(near), word))
    ranked.sort(key=lambda entry: entry[0])
    return [word for _, word in ranked[:limit]]


_MAX_COMPARED_LENGTH: Final = 80


def _distance(given: str, word: str) -> int | None:
    """Return the number of slips between two folded words; None if there are too many."""
    shorter = min(len(given), len(word))
    allowed = 0 if shorter < 3 else 1 if shorter < 8 else 2
    if abs(len(given) - len(word)) > allowed or shorter > _MAX_COMPARED_LENGTH:
        return None
    before: list[int] = []
    row = list(range(len(word) + 1))
    for place, mark in enumerate(given, 1):
        earlier, before, row = before, row, [place]
        for column, word_mark in enumerate(word, 1):
            cost = min(before[column] + 1, row[-1] + 1, before[column - 1] + (mark != word_mark))
            is_swapped = place > 1 and column > 1 and given[place - 2] == word_mark
            if is_swapped and word[column - 2] == mark:
                cost = min(cost, earlier[column - 2] + 1)
            row.append(cost)
    return row[-1] if row[-1] <= allowed else None
