"""The reader of counts, numbers, ratios and amounts; it never rounds."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any, Final

import attrs

from policyrules.evaluation.situation import KnownFact
from policyrules.intake.number_literals import (
    MAX_DIGITS,
    NumberLiteral,
    NumberTooLong,
    is_too_long,
    read_decimal,
    read_number,
    read_wan_or_yi,
    read_yuan,
    strip_thousands_separators,
)
from policyrules.intake.number_remedies import (
    comma_remedy,
    is_in_other_base,
    notation_remedy,
    years_and_months,
)
from policyrules.intake.problems import (
    NONE_WORD,
    NUMBER_DESCRIPTIONS,
    UNKNOWN_IS_NULL,
    InvalidFact,
    display,
    invalid,
    max_places,
    means_unknown,
    none_not_allowed,
    range_text,
)
from policyrules.intake.python_values import is_binary_float, is_missing, to_plain
from policyrules.intake.units import DECIMAL_SHIFTS, accepted_units, read_unit
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind, Unit
from policyrules.text.punctuation import full_width_prefix, to_ascii
from policyrules.values.exact import Exact, decimal_text, normalize

_ABSENT: Final = KnownFact(None)
_YUAN: Final = Unit.from_name("CNY")


@attrs.frozen
class NumberReader:
    """Reads integers, Decimals, Fractions and texts, but never a float or a bool.

    The known value keeps the decimal places that were written, in the unit of the fact.
    """

    fact: Fact
    _units: frozenset[str] = attrs.field(
        init=False,
        default=attrs.Factory(
            lambda self: frozenset({""}) if self.is_ratio else accepted_units(self.fact.type),
            takes_self=True,
        ),
    )
    _max_places: int | None = attrs.field(
        init=False,
        default=attrs.Factory(lambda self: max_places(self.fact), takes_self=True),
    )

    @property
    def is_ratio(self) -> bool:
        """Return whether the fact is a ratio, which may be written with `%`."""
        return self.fact.type.kind is Kind.RATIO

    def __call__(self, value: Any) -> KnownFact:
        """Return the known number, or raise `InvalidFact`."""
        if type(value) is int:
            return self._check(value, 0, value)
        if isinstance(value, str):
            return self._read_text(value)
        if isinstance(value, Decimal):
            return self._read_decimal(value)
        if isinstance(value, Fraction):
            return self._read_fraction(value)
        plain = to_plain(value)
        if plain is not value and not isinstance(plain, bool):
            return self(plain)
        raise self._wrong_type(plain)

    def _check(self, number: Exact, places: int | None, value: object) -> KnownFact:
        """Return the known number, if its range and its decimal places are right."""
        fact, most = self.fact, self._max_places
        if (fact.low is not None and number < fact.low) or (
            fact.high is not None and number > fact.high
        ):
            raise self._out_of_range(number, value)
        if places is None:
            # A fraction has no decimal places; if the fact limits them, the fraction must fit in.
            if most is not None and not self._allows_fractions and 10**most % number.denominator:
                raise self._too_many_places(number, value)
        elif most is not None and places > most:
            # `6.0` is an integer too; the decimal places of an amount state its precision.
            if fact.type.kind is not Kind.COUNT or number.denominator != 1:
                raise self._too_many_places(number, value)
            places = 0
        return KnownFact(number, places)

    @property
    def _allows_fractions(self) -> bool:
        return self.fact.type.kind in {Kind.RATIO, Kind.NUMBER}

    def _read_fraction(self, value: Fraction) -> KnownFact:
        if not is_too_long(value):
            return self._check(normalize(value), None, value)
        if abs(value) >= 10**MAX_DIGITS:
            raise self._out_of_range(None, value)
        fact = self.fact
        if (fact.low is not None and value < fact.low) or (
            fact.high is not None and value > fact.high
        ):
            raise self._out_of_range(None, value)
        message = f"`{fact.name}` is a fraction of more than {MAX_DIGITS} digits"
        remedy = "round it by the rules that apply"
        raise invalid("too-many-places", fact, message, value, remedy=remedy)

    def _read_decimal(self, value: Decimal) -> KnownFact:
        if not value.is_finite():
            raise self._wrong_type(value)
        return self._check_literal(read_decimal(value), value)

    def _check_literal(self, literal: NumberLiteral | NumberTooLong, value: object) -> KnownFact:
        """Return the known number of a literal, unless that has too many digits."""
        if isinstance(literal, NumberLiteral):
            return self._check(literal.number, literal.places, value)
        raise (
            self._out_of_range(None, value)
            if literal.is_huge
            else self._too_many_places(None, value)
        )

    def _read_text(self, value: str) -> KnownFact:
        text = value.strip()
        if text == NONE_WORD:
            if self.fact.type.none is not None:
                return _ABSENT
            raise none_not_allowed(self.fact, value)
        literal = read_number(text)
        if isinstance(literal, NumberTooLong):
            return self._check_literal(literal, value)
        if literal is not None:
            if literal.unit in self._units:
                return self._check(literal.number, literal.places, value)
            shift = DECIMAL_SHIFTS.get(literal.unit) if self.is_ratio else None
            if shift is not None and literal.places is not None:
                number = normalize(Fraction(literal.number) / 10**shift)
                return self._check(number, literal.places + shift, value)
        chinese = self._read_chinese(text)
        if chinese is not None:
            return self._check(chinese.number, chinese.places, value)
        if literal is not None and not is_in_other_base(text):
            raise self._wrong_unit(literal, value)
        raise self._wrong_type(value)

    def _read_chinese(self, text: str) -> NumberLiteral | None:
        """Parse a number with 万 or 亿, or an amount in 元, 角 and 分, in the unit of the fact."""
        if self.is_ratio:
            return None
        literal = read_yuan(text) if self.fact.type.unit == _YUAN else None
        if literal is None:
            literal = read_wan_or_yi(text)
        return literal if literal is not None and literal.unit in self._units else None

    # --- problems and remedies --------------------------------------------------------------------

    def _wrong_type(self, value: object) -> InvalidFact:
        fact = self.fact
        if is_binary_float(value) and not is_missing(value):
            message = f"`{fact.name}` is given as a binary float, which is not exact"
            remedy = lambda: self._exact_remedy(value)  # noqa: E731
            return invalid("not-exact", fact, message, value, remedy=remedy)
        message = f"`{fact.name}` is not {NUMBER_DESCRIPTIONS[fact.type.kind].split(' such')[0]}"
        return invalid(
            "wrong-type", fact, message, value, remedy=lambda: self._remedy_for_value(value)
        )

    def _remedy_for_value(self, value: object) -> str:
        if isinstance(value, str):
            return self._remedy_for_text(value.strip())
        if isinstance(value, bool):
            return "a yes or a no is not a number"
        if isinstance(value, list | tuple) and len(value) > 1:
            return _EXACT_OR_UNKNOWN
        return UNKNOWN_IS_NULL if isinstance(value, Decimal) else ""

    def _exact_remedy(self, value: object) -> str:
        """Return how to write a float exactly, if the fact can have that value."""
        figure = Decimal(str(value))
        if not figure.is_finite():
            return UNKNOWN_IS_NULL
        known = self._try_read(figure)
        if known is None or not isinstance(known.figure, int | Fraction):
            return "give it as a Decimal or a text, rounded by the rules that apply"
        if self.fact.type.kind is Kind.COUNT:
            return f"write `{known.figure}`"
        texts = [str(figure)]
        if self.is_ratio:
            texts.append(f"{decimal_text(known.figure * 100)}%")
        same = [text for text in texts if self._reads_as(text, known.figure)]
        return f"write Decimal('{figure}')" + (f" or '{same[-1]}'" if same else "")

    def _remedy_for_text(self, text: str) -> str:
        """Return how to write a text that has one meaning only."""
        if len(text) > MAX_DIGITS:
            return ""
        bare = text.lower().lstrip(".+-")
        if means_unknown(bare) or bare in {"inf", "infinity"}:
            return UNKNOWN_IS_NULL
        if _APPROXIMATE.fullmatch(to_ascii(text).strip()):
            return _EXACT_OR_UNKNOWN
        plain = _strip_plus_sign(to_ascii(text).replace("￥", "¥").strip())
        mark = next(
            (candidate for candidate in self._currency_marks if plain.startswith(candidate)), ""
        )
        plain = plain.removeprefix(mark).lstrip()
        # The separator of a list is not a thousands separator.
        ungrouped = plain if "、" in text else strip_thousands_separators(plain) or plain
        normalized = self._normalize_unit(ungrouped, is_marked=bool(mark))
        if normalized != text and self._accepts(normalized):
            is_without_commas = ungrouped != plain and "," in plain
            how = "write it without commas: " if is_without_commas else "write "
            return f"{full_width_prefix(text)}{how}`{normalized}`"
        if "," in plain:
            return f"{full_width_prefix(text)}{comma_remedy(plain)}"
        return notation_remedy(text) or full_width_prefix(text).removesuffix(": ")

    @property
    def _currency_marks(self) -> tuple[str, ...]:
        return ("¥", "RMB", "CNY", "人民币") if self.fact.type.unit == _YUAN else ()

    def _normalize_unit(self, text: str, *, is_marked: bool) -> str:
        """Replace another spelling of the unit by that of the fact."""
        literal = read_number(text)
        if not isinstance(literal, NumberLiteral):
            return text
        if is_marked and not literal.unit:
            return f"{text} {self.fact.type.unit}"
        if literal.unit in self._units:
            return text
        digits = text.removesuffix(literal.unit).rstrip()
        if self.is_ratio and literal.unit.casefold() in {"percent", "per cent", "pct"}:
            return f"{digits}%"
        if not self.is_ratio and read_unit(literal.unit) == self.fact.type.unit:
            return f"{digits} {self.fact.type.unit}"
        return text

    def _accepts(self, text: str) -> bool:
        return self._try_read(text) is not None

    def _try_read(self, value: Any) -> KnownFact | None:
        """Return the known value, or None if the reader refuses it."""
        try:
            return self(value)
        except InvalidFact:
            return None

    def _reads_as(self, text: str, figure: Exact) -> bool:
        """Return whether the reader takes a text for this figure."""
        known = self._try_read(text)
        return known is not None and known.figure == figure

    def _out_of_range(self, number: Exact | None, value: object) -> InvalidFact:
        fact = self.fact
        message = f"`{fact.name}` is out of its range {range_text(fact)}"
        remedy = lambda: self._range_remedy(number, value)  # noqa: E731
        return invalid("out-of-range", fact, message, value, remedy=remedy)

    def _range_remedy(self, number: Exact | None, value: object) -> str:
        """Return the remedy for a figure outside the range."""
        low = self.fact.low
        if number is not None and number < 0 and (low is None or low >= 0):
            return "it cannot be negative"
        if not self.is_ratio or number is None or number <= 1:
            return "is this the right figure?"
        remedy = "a ratio of 1 is 100%"
        percent = f"{decimal_text(number)}%" if number <= 100 else ""
        if percent and _is_plain_number(value) and self._reads_as(percent, Fraction(number) / 100):
            remedy += f": if you mean per cent, write `{percent}`"
        return remedy

    def _too_many_places(self, number: Exact | None, value: object) -> InvalidFact:
        fact, most = self.fact, self._max_places or 0
        allowed = f"at most {most} decimal places" if most else "no decimal places"
        message = f"`{fact.name}` has {allowed}"
        remedy = lambda: self._places_remedy(number, most)  # noqa: E731
        return invalid("too-many-places", fact, message, value, remedy=remedy)

    def _places_remedy(self, number: Exact | None, most: int) -> str:
        """Return how to write a figure with the decimal places of the fact."""
        text = "" if number is None else decimal_text(number, places=most)
        if number is not None and self._reads_as(text, number):
            return f"leave the last zeros out: write `{text}`"
        if self.fact.type.kind is Kind.COUNT:
            return "a count is a whole number"
        return "round it by the rules that apply"

    def _wrong_unit(self, literal: NumberLiteral, value: str) -> InvalidFact:
        fact = self.fact
        message = f"`{fact.name}` is in {fact.type.unit}, not in {display(literal.unit)}"
        if re.search(r"[\d,]", literal.unit):
            message = f"`{fact.name}` is one figure in {fact.type.unit}, and nothing after it"
        fallback = self._conversion_remedy(literal) or f"give it in {fact.type.unit}"
        if self.is_ratio or fact.type.unit.is_plain:
            message, fallback = f"`{fact.name}` has no unit", ""
        if self.is_ratio and to_ascii(literal.unit) == "%":
            message = f"`{fact.name}` is not written with the sign `%`"
        remedy = lambda: self._remedy_for_text(value.strip()) or fallback  # noqa: E731
        return invalid("wrong-unit", fact, message, value, remedy=remedy)

    def _conversion_remedy(self, literal: NumberLiteral) -> str:
        """Return how to convert years to months, or months to years, if that is exact."""
        months = years_and_months(f"{literal.number}{literal.unit}")
        if months is not None and str(self.fact.type.unit) in {"year", "month"}:
            is_years = str(self.fact.type.unit) == "year"
            text = decimal_text(Fraction(months, 12) if is_years else months)
            return f"write `{text}`, in {self.fact.type.unit}" if self._accepts(text) else ""
        per = _UNIT_FACTORS.get((str(read_unit(literal.unit)), str(self.fact.type.unit)))
        if per is None:
            return ""
        text = decimal_text(literal.number * per)
        is_same = "/" not in text and self._reads_as(text, literal.number * per)
        return f"write `{text}`, in {self.fact.type.unit}" if is_same else ""


_UNIT_FACTORS: Final[Mapping[tuple[str, str], Exact]] = MappingProxyType(
    {("year", "month"): 12, ("month", "year"): Fraction(1, 12)}
)
"""The number of second units in one first unit; months differ in their days."""

_APPROXIMATE: Final = re.compile(
    r"(?:[~≈<>≤≥≦≧]|约|大约|大概|about )=?\s*[0-9].*"
    r"|[0-9.]+%?\s*(?:-|–|—|~|至|到|\.\.)\s*[0-9.]+\s*[^\d\s]*"
)
"""An approximate figure: about, below, above, or between two figures."""

_EXACT_OR_UNKNOWN: Final = "give the exact figure, or leave the fact out if it is unknown"


def _strip_plus_sign(text: str) -> str:
    """Remove a redundant plus sign."""
    return text[1:].lstrip() if text.startswith("+") and text[1:2].isdecimal() else text


def _is_plain_number(value: object) -> bool:
    """Return whether a number was given without a sign or unit after it."""
    if not isinstance(value, str):
        return isinstance(value, int | Decimal)
    literal = read_number(value.strip())
    return isinstance(literal, NumberLiteral) and not literal.unit and literal.places is not None
