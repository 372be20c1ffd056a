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

from policyrules.diagnostics import did_you_mean, listed
from policyrules.errors import FactProblem
from policyrules.intake.written import MAX_DIGITS, Written, read_decimal, read_number
from policyrules.ir.ruleset import Fact
from policyrules.ir.situation import Known
from policyrules.ir.types import Kind
from policyrules.values.exact import Exact, decimal_text, fraction_text, simplest

Reader = Callable[[Any], Known]
"""Takes what was given, never None; raises `Wrong`."""


class Wrong(Exception):
    """What was given is not what the fact asks for."""

    def __init__(self, problem: FactProblem) -> None:
        super().__init__(problem)
        self.problem = problem


def reader_of(fact: Fact) -> Reader:
    """The reader of a fact."""
    if fact.type.kind.is_numeric:
        return _NumberReader(fact)
    if fact.type.kind is Kind.YES_NO:
        return _YesNoReader(fact)
    if fact.type.kind is Kind.WORD:
        return _WordReader(fact)
    raise TypeError(f"no fact is of the type {fact.type} in this version: {fact.name}")


# --- what is expected, in words ------------------------------------------------------------------


def expected(fact: Fact) -> str:
    """What the fact asks for.

    >>> from policyrules.ir.types import Type, Unit
    >>> from policyrules.titles import Title
    >>> type_ = Type(Kind.COUNT, Unit.of("person"))
    >>> expected(Fact("employer.laid_off", type_, Title("", ""), Title("", ""), 0, 1000))
    'a whole number in person, 0..1000'
    """
    kind, places = fact.type.kind, _most_places(fact)
    if kind is Kind.YES_NO:
        text = "`true` or `false`"
    elif not kind.is_numeric:
        text = "one of " + listed(fact.type.words)
    else:
        text = _NUMBERS[kind]
        if kind is not Kind.RATIO and not fact.type.unit.is_plain:
            text += f" in {fact.type.unit}"
        if places:
            text += f" with at most {places} decimal place" + ("s" if places > 1 else "")
        if fact.low is not None or fact.high is not None:
            text += f", {range_text(fact)}"
    return text + (", or `none`" if fact.type.none is not None else "")


def range_text(fact: Fact) -> str:
    """The range of a number as a ruleset writes it: `0..1000`, `0%..100%`.

    >>> from policyrules.ir.types import Type
    >>> from policyrules.titles import Title
    >>> range_text(Fact("a.b", Type(Kind.RATIO), Title("", ""), Title("", ""), 0, 1))
    '0%..100%'
    """
    return f"{_figure(fact, fact.low)}..{_figure(fact, fact.high)}"


def _figure(fact: Fact, number: Exact | None) -> str:
    if number is None:
        return ""
    if fact.type.kind is Kind.RATIO:
        return f"{decimal_text(number * 100)}%"
    return decimal_text(number)


_NUMBERS: Final[Mapping[Kind, str]] = {
    Kind.COUNT: "a whole number",
    Kind.NUMBER: "a number",
    Kind.RATIO: "a ratio such as `5.5%`, `0.055` or `11/200`",
    Kind.MONEY: "an amount",
}


def shown(value: object) -> str:
    """What was given, for a message: on one line, never long, nothing that a terminal obeys.

    >>> shown("thirty"), shown(True), shown({"a": 1}), shown(10**5000)
    ('`thirty`', '`true`', 'a mapping', 'a number of more than 60 digits')
    """
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, int):
        return f"`{value}`" if abs(value) < 10**MAX_DIGITS else _LONG
    if isinstance(value, Fraction):
        longest = max(abs(value.numerator), value.denominator)
        return f"`{value}`" if longest < 10**MAX_DIGITS else _LONG
    if isinstance(value, Decimal):
        value = str(value)
    if value == "":
        return "an empty text"
    if isinstance(value, str):
        cut = value[:60] + ("…" if len(value) > 60 else "")
        return f"`{cut}`" if cut.isprintable() else f"`{ascii(cut)[1:-1]}`"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    return f"a value of the Python type `{type(value).__name__}`"


_LONG: Final = f"a number of more than {MAX_DIGITS} digits"


def _wrong(
    code: str, fact: Fact, message: str, value: object, *, found: str = "", remedy: str = ""
) -> Wrong:
    found = found or shown(value)
    return Wrong(FactProblem(code, (fact.name,), message, found, expected(fact), remedy))


def _no_such_absence(fact: Fact, value: object) -> Wrong:
    code = "unknown-word" if fact.type.kind is Kind.WORD else "wrong-type"
    message = f"`{fact.name}` cannot be `none`"
    return _wrong(code, fact, message, value, remedy=_UNKNOWN_IS_NULL)


_UNKNOWN_IS_NULL: Final = "leave the fact out, or write `null`, where it is not known"
_NONE: Final = "none"
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
        if text == _NONE:
            if self.fact.type.none is not None:
                return _ABSENT
            raise _no_such_absence(self.fact, value)
        meant = _MEANT.get(text.lower()) if isinstance(text, str) else None
        remedy = "write `true` or `false`"
        if meant:
            remedy = f"write `{meant}`"
        elif text in ("", "unknown", "null"):
            remedy = _UNKNOWN_IS_NULL
        message = f"`{self.fact.name}` is a yes or a no"
        raise _wrong("wrong-type", self.fact, message, value, remedy=remedy)


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
        for text in (none.zh, none.en, _NONE):
            by_text[text] = _ABSENT
    return by_text | {word: Known(word) for word in fact.type.words}


@attrs.frozen
class _WordReader:
    """Takes a declared word, or its title in either language."""

    fact: Fact
    _by_text: Mapping[str, Known] = attrs.field(
        init=False,
        repr=False,
        hash=False,
        default=attrs.Factory(lambda self: _words_by_text(self.fact), takes_self=True),
    )

    def __call__(self, value: Any) -> Known:
        if not isinstance(value, str):
            message = f"`{self.fact.name}` is a word"
            raise _wrong("wrong-type", self.fact, message, value)
        known = self._by_text.get(value) or self._by_text.get(value.strip())
        if known is not None:
            return known
        text = value.strip()
        if text == _NONE:
            raise _no_such_absence(self.fact, value)
        message = f"`{self.fact.name}` has no such word"
        remedy = self._near(text)
        if text.lower() in {"", "unknown", "null", "n/a", "未知"}:
            remedy = _UNKNOWN_IS_NULL
        raise _wrong("unknown-word", self.fact, message, value, remedy=remedy)

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
        default=attrs.Factory(lambda self: _most_places(self.fact), takes_self=True),
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
        if text == _NONE:
            if self.fact.type.none is not None:
                return _ABSENT
            raise _no_such_absence(self.fact, value)
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
        article = _NUMBERS[fact.type.kind].split(" such")[0]
        message = f"`{fact.name}` is not {article}"
        if isinstance(value, float):
            message = f"`{fact.name}` is given as a binary float, which is not exact"
            found = f"`{value!r}`"
            return _wrong("not-exact", fact, message, value, found=found, remedy=self._exactly())
        remedy = ""
        if isinstance(value, Decimal):
            remedy = _UNKNOWN_IS_NULL
        elif isinstance(value, str):
            remedy = self._mended(value.strip())
        elif isinstance(value, bool):
            remedy = "a yes or a no is not a number"
        return _wrong("wrong-type", fact, message, value, remedy=remedy)

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
            return _UNKNOWN_IS_NULL
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
        return _wrong("out-of-range", fact, message, value, remedy=remedy)

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
        return _wrong("too-many-places", fact, message, value, remedy=remedy)

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
            return _wrong("wrong-unit", fact, message, value, remedy=f"write `{digits}%`")
        message = f"`{fact.name}` is in {fact.type.unit}, not in {shown(written.unit)}"
        remedy = f"write `{digits} {fact.type.unit}`, or `{digits}` alone, if that is meant"
        if self.is_ratio or fact.type.unit.is_plain:
            message = f"`{fact.name}` has no unit"
            remedy = f"write `{digits}` alone, if that is meant"
        return _wrong("wrong-unit", fact, message, value, remedy=remedy)


def _most_places(fact: Fact) -> int | None:
    if fact.type.kind is Kind.COUNT:
        return 0
    if fact.type.kind is Kind.MONEY:
        return 2 if fact.type.places is None else fact.type.places
    return fact.type.places
