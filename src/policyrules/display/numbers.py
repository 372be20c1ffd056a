"""Format numbers for a reader, with their units and as many places as tell them apart."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from policyrules.text.localized import Language, LocalizedText, language_code, unit_text
from policyrules.values.calendar import figure_text, is_calendar
from policyrules.values.exact import (
    Exact,
    approximation,
    decimal_text,
    order_preserving_places,
    with_thousands_separators,
)

USUAL_PLACES: Final = 2
"""The decimal places of a figure that has no exact decimal."""

_EXACT_PLACES: Final = 6
_EXACT_PLACES_OF_PERCENT: Final = 4
"""The most decimal places of a number that is shown exactly; others are rounded and marked."""


def distinguishing_places(numbers: Iterable[Exact], kind: str) -> int:
    """Return the decimal places at which different figures of one comparison look different.

    >>> from fractions import Fraction
    >>> distinguishing_places([Fraction(11, 200), Fraction(110000001, 2 * 10**9)], "ratio")
    7
    """
    if is_calendar(kind):
        return USUAL_PLACES
    if kind == "ratio":
        percentages = (number * 100 for number in numbers)
        return order_preserving_places(percentages, exact_places=_EXACT_PLACES_OF_PERCENT)
    return order_preserving_places(numbers, exact_places=_EXACT_PLACES, least=USUAL_PLACES)


def digits_text(number: Exact, kind: str, language: Language, places: int = USUAL_PLACES) -> str:
    """Return a number without its unit, a ratio as a percentage; a rounded number is marked.

    >>> from fractions import Fraction
    >>> digits_text(Fraction(7, 30), "ratio", "zh"), digits_text(Fraction(4000, 3), "money", "en")
    ('约23.33', '≈1,333.33')
    """
    if is_calendar(kind):
        return figure_text(kind, int(number))
    is_ratio = kind == "ratio"
    whole = number * 100 if is_ratio else number
    exact_places = _EXACT_PLACES_OF_PERCENT if is_ratio else _EXACT_PLACES
    shown = approximation(whole, places, exact_places=exact_places)
    if shown == whole:
        return with_thousands_separators(decimal_text(shown, places=2 if kind == "money" else 0))
    return ("约" if language == "zh" else "≈") + with_thousands_separators(
        decimal_text(shown, places=places)
    )


def number_text(
    number: Exact,
    kind: str,
    unit: str,
    language: str,
    *,
    unit_title: LocalizedText | None = None,
    places: int = USUAL_PLACES,
) -> str:
    """Return a number with its unit, for a reader.

    >>> from fractions import Fraction
    >>> number_text(Fraction(11, 200), "ratio", "1", "en"), number_text(3, "count", "person", "zh")
    ('5.5 %', '3 人')
    """
    code = language_code(language)
    digits = digits_text(number, kind, code, places)
    return with_unit(digits, kind, unit, code, unit_title=unit_title, plural=number != 1)


def with_unit(
    digits: str,
    kind: str,
    unit: str,
    language: Language,
    *,
    unit_title: LocalizedText | None = None,
    plural: bool = True,
) -> str:
    """Append the unit to digits; Chinese writes the percent sign without a space."""
    if is_calendar(kind):
        return digits
    if kind == "ratio":
        return f"{digits}%" if language == "zh" else f"{digits} %"
    unit_name = unit_text(unit, language, plural=plural, title=unit_title)
    return f"{digits} {unit_name}" if unit_name else digits


def range_text(low: str, high: str, language: Language) -> str:
    """Return a range from one text to another: `50% 至 90%`, `50 % to 90 %`."""
    return f"{low} 至 {high}" if language == "zh" else f"{low} to {high}"
