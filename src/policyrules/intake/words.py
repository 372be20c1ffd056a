"""The reader of words: a declared word or its title, or any word if the fact is open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import attrs

from policyrules.diagnostics import did_you_mean, listed
from policyrules.evaluation.situation import KnownFact
from policyrules.intake.number_literals import MAX_DIGITS
from policyrules.intake.problems import (
    NONE_WORD,
    UNKNOWN_IS_NULL,
    invalid,
    means_unknown,
    none_not_allowed,
)
from policyrules.ir.ruleset import Fact
from policyrules.text.localized import texts_of
from policyrules.text.punctuation import full_width_prefix
from policyrules.text.words import fold_word, is_printable, nearest_words
from policyrules.values.possible import UNDECLARED_WORD

_MAX_WORD_LENGTH: Final = 200
_SEPARATORS: Final = re.compile(r"[,，、;；/／]")


def _may_be_undeclared_word(text: str) -> bool:
    """Return whether a text is acceptable as an undeclared word."""
    is_stated = not means_unknown(text) and text.casefold() != NONE_WORD and text != UNDECLARED_WORD
    return is_stated and len(text) <= _MAX_WORD_LENGTH and is_printable(text)


def _known_by_word(fact: Fact) -> Mapping[str, KnownFact]:
    """Map each word, and `none`, to its known value."""
    known = {word: KnownFact(word) for word in fact.type.words}
    return ({NONE_WORD: KnownFact(None)} if fact.type.none is not None else {}) | known


def _meanings_by_spelling(fact: Fact) -> Mapping[str, tuple[str | None, ...]]:
    """Map each folded word and title to all its meanings; None is the known absence."""
    meanings: dict[str, dict[str | None, None]] = {}
    for word, title in fact.type.words.items():
        for text in (word, *texts_of(title)):
            meanings.setdefault(fold_word(text), {})[word] = None
    if fact.type.none is not None:
        for text in texts_of(fact.type.none):
            meanings.setdefault(fold_word(text), {})[None] = None
    meanings.pop("", None)
    return {text: tuple(words) for text, words in meanings.items()}


@attrs.frozen
class WordReader:
    """Reads a declared word or its title in either language; if the fact is open, any word.

    Full-width characters, case, blanks, `_` and `-` are ignored in the comparison.
    """

    fact: Fact
    _by_word: Mapping[str, KnownFact] = attrs.field(
        init=False,
        repr=False,
        hash=False,
        default=attrs.Factory(lambda self: _known_by_word(self.fact), takes_self=True),
    )
    _by_spelling: Mapping[str, tuple[str | None, ...]] = attrs.field(
        init=False,
        repr=False,
        hash=False,
        default=attrs.Factory(lambda self: _meanings_by_spelling(self.fact), takes_self=True),
    )

    def __call__(self, value: Any) -> KnownFact:
        """Return the known word, or raise `InvalidFact`."""
        if not isinstance(value, str):
            message = f"`{self.fact.name}` is a word"
            raise invalid("wrong-type", self.fact, message, value)
        known = self._by_word.get(value)
        if known is not None:
            return known
        text = value.strip()
        known = self._by_word.get(text)
        if known is not None:
            return known
        meanings = (
            self._by_spelling.get(fold_word(text), ()) if len(text) <= _MAX_WORD_LENGTH else ()
        )
        if len(meanings) == 1:
            return KnownFact(meanings[0])
        if meanings:
            message = f"two words of `{self.fact.name}` have this title"
            remedy = f"write the word itself: {listed(word or NONE_WORD for word in meanings)}"
            raise invalid("unknown-word", self.fact, message, value, remedy=remedy)
        if self.fact.type.open and _may_be_undeclared_word(text) and not self._lists_words(text):
            return KnownFact(text)
        if text == NONE_WORD:
            raise none_not_allowed(self.fact, value)
        message = f"`{self.fact.name}` has no such word"
        raise invalid("unknown-word", self.fact, message, value, remedy=lambda: self._remedy(text))

    def _lists_words(self, text: str) -> bool:
        """Return whether a text lists several words, at least one of them declared."""
        parts = _SEPARATORS.split(text)
        return len(parts) > 1 and any(fold_word(part) in self._by_spelling for part in parts)

    def _remedy(self, text: str) -> str:
        """Return the remedy for an unknown word."""
        if means_unknown(text):
            return UNKNOWN_IS_NULL
        if text.casefold() == NONE_WORD:
            known = f"write `{NONE_WORD}` for a known absence, and " if self.fact.type.none else ""
            return f"{known}{UNKNOWN_IS_NULL}"
        if len(text) > MAX_DIGITS:
            return ""
        if self._lists_words(text):
            return full_width_prefix(text, "，、；／") + "write each word by itself"
        words = self.fact.type.words
        near = nearest_words(text, {word: texts_of(title) for word, title in words.items()})
        if near:
            return f"did you mean {' or '.join(f'`{word}`' for word in near)}?"
        titles = [spelling for title in words.values() for spelling in texts_of(title) if spelling]
        remedy = did_you_mean(text, [*words, *titles])
        if not remedy and not text.isascii():
            titled_words = [f"`{word}` ({title.zh})" for word, title in list(words.items())[:12]]
            return f"the words are {', '.join(titled_words)}"
        return remedy
