"""One reader for each fact: from what somebody gave to what is known, or what is wrong with it.

A reader is made once for a ruleset and called a million times; it holds all that can be prepared.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any, Final

import attrs

from policyrules.diagnostics import did_you_mean
from policyrules.intake.calendar import CalendarReader, ListReader
from policyrules.intake.problems import (
    NONE,
    NUMBERS,
    UNKNOWN_IS_NULL,
    Wrong,
    most_places,
    no_such_absence,
    range_text,
    shown,
    wrong,
)
from policyrules.intake.written import MAX_DIGITS, Written, read_decimal, read_number
from policyrules.ir.ruleset import Fact
from policyrules.ir.situation import Known
from policyrules.ir.types import Kind
from policyrules.values.exact import Exact, decimal_text, fraction_text, simplest
from policyrules.values.possible import ANOTHER_WORD

Reader = Callable[[Any], Known]
"""Takes what was given, never None; raises `Wrong`."""


def reader_of(fact: Fact) -> Reader:
    """The reader of a fact."""
    if fact.type.kind.is_numeric:
        return _NumberReader(fact)
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
    """The reader of one entry of a list of figures."""
    one = attrs.evolve(fact, type=fact.type.entry, at_most=0)
    return CalendarReader(one) if one.type.kind.is_calendar else WordReader(one)


_ABSENT: Final = Known(None)


# --- yes or no -----------------------------------------------------------------------------------


@attrs.frozen
class _YesNoReader:
    """Takes `True` and `False`, and the texts `true` and `false`; nothing that may mean them."""

    fact: Fact

    def __call__(self, value: Any) -> Known:
        if value is True:
            return _YES
        if value is False:
            return _NO
        text = value.strip() if isinstance(value, str) else value
        if text == "true":
            return _YES
        if text == "false":
            return _NO
        if text == NONE:
            if self.fact.type.none is not None:
                return _ABSENT
            raise no_such_absence(self.fact, value)
        meant = _MEANT.get(text.lower()) if isinstance(text, str) else None
        remedy = "write `true` or `false`"
        if meant:
            remedy = f"write `{meant}`"
        elif text in ("", "unknown", "null"):
            remedy = UNKNOWN_IS_NULL
        message = f"`{self.fact.name}` is a yes or a no"
        raise wrong("wrong-type", self.fact, message, value, remedy=remedy)


_YES: Final = Known(True)
_NO: Final = Known(False)
_MEANT: Final[Mapping[str, str]] = dict.fromkeys(
    ("true", "yes", "y", "on", "是", "1"), "true"
) | dict.fromkeys(("false", "no", "n", "off", "否", "0"), "false")


# --- words ---------------------------------------------------------------------------------------


def _words_by_text(fact: Fact) -> Mapping[str, Known]:
    """What each accepted text means: the word itself, or a title that only one word has."""
    by_text: dict[str, Known] = {}
    titles: dict[str, set[str]] = {}
    for word, title in fact.type.words.items():
        for text in (title.zh, title.en):
            titles.setdefault(text, set()).add(word)
    for text, words in titles.items():
        if len(words) == 1:
            by_text[text] = Known(next(iter(words)))
    if (none := fact.type.none) is not None:
        for text in (none.zh, none.en, NONE):
            by_text[text] = _ABSENT
    return by_text | {word: Known(word) for word in fact.type.words}


_UNKNOWN_WORDS: Final = frozenset({"", "unknown", "null", "n/a", "none", "未知"})
_LONGEST_WORD: Final = 200


def _is_a_word(text: str) -> bool:
    """Whether a text can stand as a word that nobody declared."""
    is_said = text.lower() not in _UNKNOWN_WORDS and text != ANOTHER_WORD
    return is_said and len(text) <= _LONGEST_WORD and text.isprintable()


@attrs.frozen
class WordReader:
    """Takes a declared word, or its title in either language; where it is open, any other too."""

    fact: Fact
    _by_text: Mapping[str, Known] = attrs.field(
        init=False,
        repr=False,
        hash=False,
        default=attrs.Factory(lambda self: _words_by_text(self.fact), takes_self=True),
    )

    def __call__(self, value: Any) -> Known:
        """What was given, as a word."""
        if not isinstance(value, str):
            message = f"`{self.fact.name}` is a word"
            raise wrong("wrong-type", self.fact, message, value)
        known = self._by_text.get(value) or self._by_text.get(value.strip())
        if known is not None:
            return known
        text = value.strip()
        if self.fact.type.open and _is_a_word(text):
            return Known(text)
        if text == NONE:
            raise no_such_absence(self.fact, value)
        message = f"`{self.fact.name}` has no such word"
        remedy = self._near(text)
        if text.lower() in {"", "unknown", "null", "n/a", "未知"}:
            remedy = UNKNOWN_IS_NULL
        raise wrong("unknown-word", self.fact, message, value, remedy=remedy)

    def _near(self, text: str) -> str:
        lowered = {word.lower(): word for word in self._by_text}
        if text.lower() in lowered:
            return f"did you mean `{lowered[text.lower()]}`?"
        return did_you_mean(text, self._by_text) if len(text) <= MAX_DIGITS else ""


# --- numbers -------------------------------------------------------------------------------------


@attrs.frozen
class _NumberReader:
    """Takes whole numbers, Decimals, Fractions and texts; never a Python float, never a yes or no.

    `places` of what is known are those that were written, in the fact's own unit.
    """

    fact: Fact
    _units: frozenset[str] = attrs.field(
        init=False,
        default=attrs.Factory(
            lambda self: frozenset({""} if self.is_ratio else {"", str(self.fact.type.unit)}),
            takes_self=True,
        ),
    )
    _most_places: int | None = attrs.field(
        init=False,
        default=attrs.Factory(lambda self: most_places(self.fact), takes_self=True),
    )

    @property
    def is_ratio(self) -> bool:
        return self.fact.type.kind is Kind.RATIO

    def __call__(self, value: Any) -> Known:
        if type(value) is int:
            return self._known(value, 0, value)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, Decimal):
            return self._decimal(value)
        if isinstance(value, Fraction):
            return self._known(simplest(value), None, value)
        if isinstance(value, int) and not isinstance(value, bool):
            return self._known(int(value), 0, value)
        raise self._not_a_number(value)

    def _known(self, number: Exact, places: int | None, value: object) -> Known:
        fact, most = self.fact, self._most_places
        if (fact.low is not None and number < fact.low) or (
            fact.high is not None and number > fact.high
        ):
            raise self._out_of_range(number, value)
        if places is None:
            # A fraction stands only for itself; where only whole steps exist it must be one.
            if most is not None and not self._allows_fractions and 10**most % number.denominator:
                raise self._too_many_places(number, value)
        elif most is not None and places > most:
            raise self._too_many_places(number, value)
        return Known(number, places)

    @property
    def _allows_fractions(self) -> bool:
        return self.fact.type.kind in {Kind.RATIO, Kind.NUMBER}

    def _decimal(self, value: Decimal) -> Known:
        if not value.is_finite():
            raise self._not_a_number(value)
        written = read_decimal(value)
        if written is not None:
            return self._known(written.number, written.places, value)
        if value and value.adjusted() > 0:
            raise self._out_of_range(None, value)
        raise self._too_many_places(None, value)

    def _text(self, value: str) -> Known:
        text = value.strip()
        if text == NONE:
            if self.fact.type.none is not None:
                return _ABSENT
            raise no_such_absence(self.fact, value)
        written = read_number(text)
        if written is None:
            raise self._not_a_number(value)
        if written.unit in self._units:
            return self._known(written.number, written.places, value)
        if written.unit == "%" and self.is_ratio and written.places is not None:
            number = simplest(Fraction(written.number) / 100)
            return self._known(number, written.places + 2, value)
        raise self._wrong_unit(written, value)

    def _not_a_number(self, value: object) -> Wrong:
        fact = self.fact
        article = NUMBERS[fact.type.kind].split(" such")[0]
        message = f"`{fact.name}` is not {article}"
        if isinstance(value, float):
            message = f"`{fact.name}` is given as a binary float, which is not exact"
            found = f"`{value!r}`"
            return wrong("not-exact", fact, message, value, found=found, remedy=self._exactly())
        remedy = ""
        if isinstance(value, Decimal):
            remedy = UNKNOWN_IS_NULL
        elif isinstance(value, str):
            remedy = self._mended(value.strip())
        elif isinstance(value, bool):
            remedy = "a yes or a no is not a number"
        return wrong("wrong-type", fact, message, value, remedy=remedy)

    def _exactly(self) -> str:
        if self.is_ratio:
            return "write Decimal('0.055') or '5.5%'"
        if self.fact.type.kind is Kind.COUNT:
            return "write a whole number, such as 30"
        example = "100000.00" if self.fact.type.kind is Kind.MONEY else "1.5"
        return f"write Decimal('{example}') or '{example}'"

    def _mended(self, text: str) -> str:
        """How to write what was probably meant."""
        if len(text) > MAX_DIGITS:
            return ""
        if text.lower().lstrip(".+-") in {"", "nan", "inf", "infinity", "null", "unknown", "未知"}:
            return UNKNOWN_IS_NULL
        plain = unicodedata.normalize("NFKC", text)
        mended = plain.replace(",", "").replace("_", "").lstrip("+")
        if mended != text and read_number(mended):
            return f"write it without commas: `{mended}`" if "," in plain else f"write `{mended}`"
        number, _, power = plain.lower().partition("e")
        if power and read_number(number) and power.lstrip("+-").isdecimal():
            return "write the number out, without an exponent"
        return ""

    def _out_of_range(self, number: Exact | None, value: object) -> Wrong:
        fact = self.fact
        remedy = "is this the right figure?"
        if number is not None and number < 0 and (fact.low is None or fact.low >= 0):
            remedy = "it cannot be negative"
        elif self.is_ratio and number is not None and number > 1:
            remedy = "a ratio is a part of one"
            if number <= 100 and isinstance(value, (int, str, Decimal)):
                remedy += f": if you mean per cent, write `{decimal_text(number)}%`"
        message = f"`{fact.name}` is out of its range {range_text(fact)}"
        return wrong("out-of-range", fact, message, value, remedy=remedy)

    def _too_many_places(self, number: Exact | None, value: object) -> Wrong:
        fact, most = self.fact, self._most_places or 0
        remedy = "round it as the rules that you follow say"
        if number is not None and 10**most % number.denominator == 0:
            text = decimal_text(number, places=most)
            remedy = f"leave the last zeros out: write `{text}`"
        elif fact.type.kind is Kind.COUNT:
            remedy = "count whole ones"
        allowed = f"at most {most} decimal places" if most else "no decimal places"
        message = f"`{fact.name}` has {allowed}"
        return wrong("too-many-places", fact, message, value, remedy=remedy)

    def _wrong_unit(self, written: Written, value: object) -> Wrong:
        fact = self.fact
        digits = (
            fraction_text(written.number)
            if written.places is None
            else decimal_text(written.number, places=written.places)
        )
        plain = unicodedata.normalize("NFKC", written.unit)
        if plain == "%" and self.is_ratio:
            message = f"`{fact.name}` is not written with the sign `%`"
            return wrong("wrong-unit", fact, message, value, remedy=f"write `{digits}%`")
        message = f"`{fact.name}` is in {fact.type.unit}, not in {shown(written.unit)}"
        remedy = f"write `{digits} {fact.type.unit}`, or `{digits}` alone, if that is meant"
        if self.is_ratio or fact.type.unit.is_plain:
            message = f"`{fact.name}` has no unit"
            remedy = f"write `{digits}` alone, if that is meant"
        return wrong("wrong-unit", fact, message, value, remedy=remedy)
