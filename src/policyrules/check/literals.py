"""Read literals of a declared type: numbers, ratios, amounts, their ranges, and words."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from fractions import Fraction
from functools import partial
from typing import Final, TypeVar

import attrs

from policyrules.check.quantities import (
    Quantity,
    format_literal,
    read_quantity,
    split_range,
)
from policyrules.diagnostics import Diagnostics, cut_text, listed, name_remedy
from policyrules.ir.types import PLAIN, Kind, Type, Unit
from policyrules.syntax.spelling import SNAKE
from policyrules.syntax.yaml import Scalar
from policyrules.text.localized import LocalizedText
from policyrules.text.punctuation import full_width_remedy, to_ascii
from policyrules.text.span import Span
from policyrules.text.words import fold_word
from policyrules.values.exact import Exact, decimal_places, normalize

_End = TypeVar("_End")

_NUMBER: Final = re.compile(
    r"(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)(?:/([1-9][0-9]*))?(%)?(?: +(\S+))?"
)

MAX_DIGITS: Final = 100
"""The maximum length of a number that is read."""

_TYPE_NOUNS: Final[Mapping[Kind, str]] = {
    Kind.MONEY: "an amount",
    Kind.WORDS: "a set of words",
    Kind.CALENDAR_YEAR: "a calendar year",
}

EXAMPLES: Final[Mapping[Kind, str]] = {
    Kind.COUNT: "a whole number, such as 30",
    Kind.NUMBER: "a number, such as 1.5 or 2/3",
    Kind.RATIO: "a ratio, such as 5.5% or 11/200",
    Kind.MONEY: "an amount with its unit, such as 500 CNY/person",
    Kind.DATE: "a date, such as 2022-11-25",
    Kind.MONTH: "a month, such as 2022-09",
    Kind.CALENDAR_YEAR: "a calendar year, such as 2022",
}


def describe_type(type_: Type) -> str:
    """Return a type as a message names it: `a count in person`, `an amount in CNY`."""
    has_unit = type_.kind.is_numeric or type_.kind is Kind.SCALE
    unit = "" if type_.unit.is_plain or not has_unit else f" in {type_.unit}"
    return _TYPE_NOUNS.get(type_.kind, f"a {type_.kind}") + unit


def read_number(scalar: Scalar, type_: Type, diagnostics: Diagnostics) -> Exact | None:
    """Read a literal of a numeric type; None after reporting a fault."""
    text = scalar.text
    match = _NUMBER.fullmatch(text) if len(text) <= MAX_DIGITS else None
    is_percent = match is not None and match[3] and type_.kind is not Kind.RATIO
    if match is None or is_percent or not int(match[2] or 1):
        _report_bad_literal(scalar, type_, diagnostics, number_remedy(text, type_))
        return None
    digits, divisor, percent, unit = match.groups()
    if type_.kind is Kind.RATIO and "." in digits and not percent:
        diagnostics.report(
            "bare-decimal-ratio",
            scalar.span,
            "a ratio must be written as a percentage or a fraction",
            found=f"`{text}`",
            expected=EXAMPLES[Kind.RATIO],
            remedy=number_remedy(text, type_),
        )
        return None
    number = Fraction(digits) / int(divisor or 1) / (100 if percent else 1)
    if type_.kind is Kind.COUNT and number.denominator != 1:
        _report_bad_literal(scalar, type_, diagnostics)
        return None
    if not _check_unit(scalar, unit, type_, diagnostics):
        return None
    return normalize(number)


def number_remedy(text: str, type_: Type) -> str:
    """Return the remedy for a text that is not a literal of a numeric type, or an empty text.

    A figure is proposed only if the text has no other meaning and the proposal reads back to it.
    """
    quantity = read_quantity(text)
    if quantity is not None:
        proposed = _quantity_literal(quantity, type_)
        return f"write `{proposed}`" if proposed else ""
    plain = to_ascii(text)
    if re.search(r"[0-9][eE][0-9+-]", plain):
        return "write it out"
    if re.match(r"-?[0-9]+,[0-9]", plain):
        return "a decimal point is `.`, and no mark stands between other digits"
    return full_width_remedy(text)


def _unambiguous_literal(text: str, type_: Type) -> str:
    """Return the literal of a type for a text in another notation, or an empty text."""
    quantity = read_quantity(text)
    return "" if quantity is None else _quantity_literal(quantity, type_)


def _quantity_literal(quantity: Quantity, type_: Type) -> str:
    """Return the literal of a type for a quantity, or an empty text if it has none."""
    if quantity.is_share and not (type_.kind.is_numeric and type_.unit.is_plain):
        return ""
    if quantity.unit is not None and quantity.unit != type_.unit:
        return ""
    if type_.kind is Kind.RATIO and not quantity.is_share and abs(quantity.number) > 1:
        return ""  # 43,000 is not meant as 4,300,000 percent
    with_unit = type_.kind is Kind.MONEY or quantity.unit is not None
    proposed = format_literal(quantity.number, type_, with_unit=with_unit)
    diagnostics = Diagnostics()
    read = read_number(Scalar(proposed, Span.empty_at("")), type_, diagnostics)
    return proposed if read == quantity.number and not diagnostics.has_errors else ""


def _check_unit(scalar: Scalar, written: str | None, type_: Type, diagnostics: Diagnostics) -> bool:
    if written is None and type_.kind is not Kind.MONEY:
        return True
    own_names = {name for name, _ in type_.unit.powers}  # a declared unit may be among them
    unit = None if written is None else Unit.parse(written, own_names)
    if unit is not None and unit == type_.unit:
        return True
    remedy = number_remedy(scalar.text, type_)
    expected = "no unit" if type_.unit.is_plain else f"the unit `{type_.unit}`"
    if written is not None and unit is None:
        diagnostics.report(
            "bad-literal",
            scalar.span,
            f"{cut_text(written)} is not the unit of this figure",
            found=f"`{scalar.text}`",
            expected=expected,
            remedy=remedy,
        )
        return False
    diagnostics.report(
        "unit-mismatch",
        scalar.span,
        "the literal has another unit than its declaration" if written else "the unit is missing",
        found=f"`{scalar.text}`",
        expected=expected,
        remedy="" if written else remedy,
    )
    return False


def _report_bad_literal(
    scalar: Scalar, type_: Type, diagnostics: Diagnostics, remedy: str = ""
) -> None:
    diagnostics.report(
        "bad-literal",
        scalar.span,
        f"{cut_text(scalar.text)} is not {describe_type(attrs.evolve(type_, unit=PLAIN))}",
        found=cut_text(scalar.text),
        expected=EXAMPLES.get(type_.kind, ""),
        remedy=remedy,
    )


def read_range(scalar: Scalar, type_: Type, diagnostics: Diagnostics) -> tuple[Exact, Exact] | None:
    """Read the two ends of a range such as `0..100` in a numeric type."""
    end_type = _without_unit(type_)
    remedy = partial(
        range_remedy,
        scalar,
        lambda end: _unambiguous_literal(end, end_type),
        lambda range_, new_diagnostics: read_range(range_, type_, new_diagnostics),
    )
    ends: tuple[Exact, Exact] | None = read_both_ends(
        scalar,
        ("a range", "the least and the largest figure, such as 0..100", remedy),
        lambda end: read_number(end, end_type, diagnostics),
        diagnostics,
    )
    if ends is not None and ends[0] > ends[1]:
        diagnostics.report(
            "bad-literal",
            scalar.span,
            "the range ends before it begins",
            found=f"`{scalar.text}`",
            expected="the smaller figure first",
        )
        return None
    return ends


def read_both_ends(
    scalar: Scalar,
    wanted: tuple[str, str, Callable[[], str]],
    read_end: Callable[[Scalar], _End | None],
    diagnostics: Diagnostics,
) -> tuple[_End, _End] | None:
    """Read the text on both sides of `..`.

    `wanted` has the noun, the expectation and the remedy for the diagnostic of a text without `..`.
    """
    low, dots, high = scalar.text.partition("..")
    if _report_missing_end(scalar, low, dots, high, diagnostics):
        return None
    if not dots or high.startswith("."):
        noun, expected, remedy = wanted
        diagnostics.report(
            "bad-literal",
            scalar.span,
            f"{cut_text(scalar.text)} is not {noun}",
            expected=expected,
            remedy=remedy(),
        )
        return None
    first = read_end(scalar_part(scalar, 0, low))
    last = read_end(scalar_part(scalar, len(low) + len(dots), high))
    return None if first is None or last is None else (first, last)


def _report_missing_end(
    scalar: Scalar, low: str, dots: str, high: str, diagnostics: Diagnostics
) -> bool:
    """Report a range without one of its ends, and return whether one is missing."""
    if not dots or bool(low.strip()) == bool(high.strip()):
        return False
    diagnostics.report(
        "bad-literal",
        scalar.span,
        "the range has one end only",
        found=f"`{scalar.text}`",
        expected="both ends, such as 0..100",
        remedy="write the largest figure that it can be after the points"
        if low.strip()
        else "write the least figure that it can be before the points",
    )
    return True


def range_remedy(
    scalar: Scalar,
    literal_of: Callable[[str], str | None],
    read: Callable[[Scalar, Diagnostics], object],
) -> str:
    """Return the remedy for a range without `..`, or an empty text if it is ambiguous."""
    proposed: dict[str, None] = {}
    for first, second in split_range(scalar.text):
        low, high = literal_of(first), literal_of(second)
        if low and high and read(Scalar(f"{low}..{high}", scalar.span), Diagnostics()) is not None:
            proposed[f"{low}..{high}"] = None
    return f"write `{next(iter(proposed))}`" if len(proposed) == 1 else ""


def scalar_part(scalar: Scalar, start: int, text: str) -> Scalar:
    """Return a part of a scalar, with its own span if the scalar is plain text."""
    span = scalar.span
    if scalar.plain and span.end_column - span.column == len(scalar.text):
        first = span.column + start + len(text) - len(text.lstrip())
        span = attrs.evolve(span, column=first, end_column=first + len(text.strip()))
    return Scalar(text.strip(), span, scalar.plain)


def _without_unit(type_: Type) -> Type:
    """Return the type of the ends of a range, which have no unit of their own."""
    return attrs.evolve(type_, kind=Kind.NUMBER) if type_.kind is Kind.MONEY else type_


def read_places(scalar: Scalar, diagnostics: Diagnostics) -> int | None:
    """Read a number of decimal places."""
    if re.fullmatch(r"[0-9]|1[0-9]", scalar.text):
        return int(scalar.text)
    diagnostics.report(
        "bad-literal",
        scalar.span,
        f"{cut_text(scalar.text)} is not a number of decimal places",
        expected="a whole number from 0 to 19",
    )
    return None


def read_count(
    scalar: Scalar, description: str, diagnostics: Diagnostics, *, least: int = 0, digits: int = 4
) -> int | None:
    """Read a small whole number, such as the n of `at_least`."""
    text = scalar.text
    if text.isascii() and text.isdecimal() and len(text) <= digits and int(text) >= least:
        return int(text)
    diagnostics.report(
        "bad-literal",
        scalar.span,
        f"{cut_text(scalar.text)} is not {description}",
        found=cut_text(scalar.text),
        expected=f"a whole number of at least {least}" if least else "a whole number",
    )
    return None


def read_word(scalar: Scalar, type_: Type, diagnostics: Diagnostics) -> str | None:
    """Read a word of a type; a type without declared words allows any."""
    if scalar.text in type_.words:
        return scalar.text
    if not type_.words:
        if SNAKE.fullmatch(scalar.text):
            return scalar.text
        diagnostics.report(
            "bad-literal",
            scalar.span,
            f"{cut_text(scalar.text)} is not a word",
            found=cut_text(scalar.text),
            expected="letters, digits and underscores, such as `small_firm`",
            remedy=full_width_remedy(scalar.text),
        )
        return None
    report_unknown_word(scalar.text, scalar.span, type_.words, diagnostics)
    return None


def report_unknown_word(word: str, span: Span, words: object, diagnostics: Diagnostics) -> None:
    """Report a word that is not declared."""
    known: list[str] = []
    titled = [
        name
        for name, title in (words.items() if isinstance(words, Mapping) else ())
        if isinstance(title, LocalizedText)
        and fold_word(word) in map(fold_word, (title.zh, title.en))
    ]
    if isinstance(words, Collection) and diagnostics.has_room("unknown-word", span.path):
        known = [str(word) for word in words]
    diagnostics.report(
        "unknown-word",
        span,
        f"there is no word `{word}` here",
        found=f"`{word}`",
        expected=listed(sorted(known) if isinstance(words, frozenset) else known),
        remedy=_word_remedy(word, titled, known),
    )


def _word_remedy(word: str, titled: Collection[str], known: Collection[str]) -> str:
    """Return the remedy for an unknown word, which may be a title; or an empty text."""
    if len(titled) == 1:
        return f"write `{next(iter(titled))}`"
    if "else" in known and fold_word(word) in _ELSE_SPELLINGS:
        return "write `else` for every other word"
    return name_remedy(word, known)


_ELSE_SPELLINGS: Final = frozenset(
    ("default", "otherwise", "others", "rest", "*", "其他", "其余", "默认")
)
"""The spellings of `else` in other languages, folded."""


def fits_places(number: Exact, places: int | None) -> bool:
    """Return whether a figure has no more decimal places than its declaration allows."""
    if places is None:
        return True
    needed = decimal_places(number)
    return needed is not None and needed <= places
