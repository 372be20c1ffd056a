"""Choose the reader of each fact, a function that converts a given value to a known fact.

A reader is made once for a ruleset and called for every case, so it is prepared as far as possible.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import attrs

from policyrules.evaluation.situation import KnownFact
from policyrules.intake.calendar import CalendarReader
from policyrules.intake.lists import ListReader
from policyrules.intake.numbers import NumberReader
from policyrules.intake.problems import (
    NONE_WORD,
    UNKNOWN_IS_NULL,
    invalid,
    means_unknown,
    none_not_allowed,
)
from policyrules.intake.python_values import is_missing, to_plain
from policyrules.intake.words import WordReader
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind
from policyrules.text.punctuation import to_ascii

Reader = Callable[[Any], KnownFact]
"""A function that reads a value other than None; it raises `InvalidFact`."""


def reader_of(fact: Fact) -> Reader:
    """Return the reader of a fact."""
    if fact.type.kind.is_numeric:
        return NumberReader(fact)
    if fact.type.kind is Kind.YES_NO:
        return _YesNoReader(fact)
    if fact.type.kind is Kind.WORD:
        return WordReader(fact)
    if fact.type.kind.is_calendar:
        return CalendarReader(fact)
    if fact.type.kind is Kind.LIST:
        return ListReader(fact, _entry_reader(fact))
    raise TypeError(f"no fact is of the type {fact.type}: {fact.name}")


def _entry_reader(fact: Fact) -> Reader:
    """Return the reader of one entry of a list."""
    # `max_items` stays, for the remedies of entries.
    entry = attrs.evolve(fact, type=fact.type.entry)
    return CalendarReader(entry) if entry.type.kind.is_calendar else WordReader(entry)


_ABSENT: Final = KnownFact(None)


# --- yes or no -----------------------------------------------------------------------------------


@attrs.frozen
class _YesNoReader:
    """Reads `True` and `False`, and the texts `true` and `false`, but no synonyms."""

    fact: Fact

    def __call__(self, value: Any) -> KnownFact:
        if value is True:
            return _YES
        if value is False:
            return _NO
        plain = to_plain(value)
        if plain is not value:
            return self(plain)
        text = value.strip() if isinstance(value, str) else None
        if text == "true":
            return _YES
        if text == "false":
            return _NO
        if text == NONE_WORD:
            if self.fact.type.none is not None:
                return _ABSENT
            raise none_not_allowed(self.fact, value)
        message = f"`{self.fact.name}` is not a yes or a no"
        raise invalid("wrong-type", self.fact, message, value, remedy=lambda: _yes_no_remedy(value))


def _yes_no_remedy(value: object) -> str:
    if isinstance(value, str):
        intended = _INTENDED_ANSWERS.get(to_ascii(value).strip().lower())
        if intended:
            return f"write `{intended}`"
    plain = to_plain(value)
    if isinstance(plain, int) and plain in {0, 1}:
        return f"write `{bool(plain)}`"
    is_unknown = means_unknown(value) if isinstance(value, str) else is_missing(value)
    return UNKNOWN_IS_NULL if is_unknown else "write `true` or `false`"


_YES: Final = KnownFact(True)
_NO: Final = KnownFact(False)
_INTENDED_ANSWERS: Final[Mapping[str, str]] = dict.fromkeys(
    ("true", "yes", "y", "t", "on", "1", "是", "有", "对", "√"), "true"
) | dict.fromkeys(("false", "no", "n", "f", "off", "0", "否", "无", "没有", "×"), "false")
