"""Problems with facts in words: the given value, the expected values and the remedy."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Final

from policyrules.diagnostics import listed
from policyrules.errors import FactProblem
from policyrules.intake.number_literals import MAX_DIGITS
from policyrules.intake.python_values import is_binary_float, is_missing
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind
from policyrules.text.localized import UNIT_TITLES, Language, unit_text
from policyrules.values.calendar import figure_text
from policyrules.values.exact import Exact, decimal_text, with_thousands_separators

UNKNOWN_IS_NULL: Final = "leave the fact out, or write `null`, if it is unknown"
NONE_WORD: Final = "none"
"""The word for a known absence."""


_UNKNOWN_WORDS: Final = frozenset(
    {"unknown", "null", "n/a", "na", "nan", "nat", "tbd", "undefined", "?", "-", "--", "/"}
    | {"未知", "不详", "不明", "不清楚", "不知道", "待定", "待查", "待核实", "暂缺", "暂无"}
)


def means_unknown(text: str) -> bool:
    """Return whether a text means that a value is unknown.

    >>> means_unknown("不详"), means_unknown(" N/A "), means_unknown("none")
    (True, True, False)
    """
    plain = unicodedata.normalize("NFKC", text).strip().casefold()
    return not plain or plain in _UNKNOWN_WORDS


class InvalidFact(Exception):
    """A value does not match the declaration of its fact.

    The problem is put into words on demand, because only the first problems are reported. If other
    entries of the same list are invalid too, `more` has their exceptions.
    """

    def __init__(
        self, make_problem: Callable[[], FactProblem], more: tuple[InvalidFact, ...] = ()
    ) -> None:
        super().__init__(make_problem, more)
        self._make_problem = make_problem
        self._more = more

    def with_more(self, more: Iterable[InvalidFact]) -> InvalidFact:
        """Return the exception with those of other entries of the same list."""
        return InvalidFact(self._make_problem, (*self._more, *more))

    @property
    def all(self) -> tuple[InvalidFact, ...]:
        """Return this exception and those of other entries, each with one problem."""
        return (self, *self._more)

    @property
    def problem(self) -> FactProblem:
        """Return the problem in words."""
        return self._make_problem()


def expected_text(fact: Fact) -> str:
    """Describe the values that a fact accepts, with its range.

    >>> from policyrules.ir.types import Type, Unit
    >>> from policyrules.text.localized import LocalizedText
    >>> type_ = Type(Kind.COUNT, Unit.from_name("person"))
    >>> expected_text(
    ...     Fact("employer.laid_off", type_, LocalizedText("", ""), LocalizedText("", ""), 0, 1000)
    ... )
    'a whole number of persons, 0 to 1,000'
    """
    kind, places = fact.type.kind, max_places(fact)
    if kind is Kind.YES_NO:
        text = "`true` or `false`"
    elif kind is Kind.LIST:
        text = f"a list of at most {fact.max_items:,} entries, each {_describe_entry(fact)}"
    elif kind.is_calendar:
        text = f"{CALENDAR_DESCRIPTIONS[kind]}, {range_text(fact)}"
    elif not kind.is_numeric:
        text = _describe_words(fact)
    else:
        text = NUMBER_DESCRIPTIONS[kind]
        if kind is not Kind.RATIO and not fact.type.unit.is_plain:
            text += _unit_phrase(fact)
        if places:
            text += f" with at most {places} decimal place" + ("s" if places > 1 else "")
        if fact.low is not None or fact.high is not None:
            text += f", {range_text(fact)}"
    return text + (", or `none`" if fact.type.none is not None else "")


def _unit_phrase(fact: Fact) -> str:
    """Return the unit of a number in a sentence: `of persons`, `in CNY`."""
    unit, title = str(fact.type.unit), fact.type.unit_title
    is_declared = unit not in UNIT_TITLES and title is not None and len(fact.type.unit.powers) == 1
    if fact.type.kind is Kind.MONEY or (unit not in UNIT_TITLES and not is_declared):
        return f" in {unit}"
    return f" of {unit_text(unit, 'en', plural=True, title=title if is_declared else None)}"


def range_text(fact: Fact, language: Language = "en") -> str:
    """Describe the range of a fact: `0 to 1,000`, `0 至 1,000`.

    >>> from policyrules.ir.types import Type
    >>> from policyrules.text.localized import LocalizedText
    >>> range_text(
    ...     Fact("a.b", Type(Kind.RATIO), LocalizedText("", ""), LocalizedText("", ""), 0, 1)
    ... )
    '0% to 100%'
    """
    low, high = (_separate_thousands(fact, end) for end in range_ends(fact))
    if low and high:
        return f"{low} {'至' if language == 'zh' else 'to'} {high}"
    if language == "zh":
        return f"不小于 {low}" if low else f"不大于 {high}" if high else ""
    return f"at least {low}" if low else f"at most {high}" if high else ""


def range_ends(fact: Fact) -> tuple[str, str]:
    """Return both ends of the range as a facts file writes them; an open end is empty."""
    return _range_end(fact, fact.low), _range_end(fact, fact.high)


def _separate_thousands(fact: Fact, end: str) -> str:
    """Add thousands separators to a number; dates, months and years have none."""
    digits = end.removesuffix("%")
    if not digits or "/" in digits or (fact.type.entry_kind or fact.type.kind).is_calendar:
        return end
    return with_thousands_separators(digits) + end[len(digits) :]


def _describe_entry(fact: Fact) -> str:
    kind = fact.type.entry.kind
    return (
        f"{CALENDAR_DESCRIPTIONS[kind]}, {range_text(fact)}"
        if kind.is_calendar
        else _describe_words(fact)
    )


def _describe_words(fact: Fact) -> str:
    return "one of " + listed(fact.type.words) + (", or another word" if fact.type.open else "")


def _range_end(fact: Fact, number: Exact | None) -> str:
    if number is None:
        return ""
    kind = fact.type.entry_kind or fact.type.kind
    if kind.is_calendar:
        return figure_text(kind, int(number))
    if fact.type.kind is Kind.RATIO:
        return f"{decimal_text(number * 100)}%"
    return decimal_text(number)


CALENDAR_DESCRIPTIONS: Final[Mapping[Kind, str]] = {
    Kind.DATE: "a date such as `2022-07-15`",
    Kind.MONTH: "a month such as `2022-07`",
    Kind.CALENDAR_YEAR: "a calendar year such as `2022`",
}
NUMBER_DESCRIPTIONS: Final[Mapping[Kind, str]] = {
    Kind.COUNT: "a whole number",
    Kind.NUMBER: "a number",
    Kind.RATIO: "a ratio such as `5.5%`, `0.055` or `11/200`",
    Kind.MONEY: "an amount",
}


def display(value: object) -> str:
    """Quote a value for a message: short, on one line, without control characters.

    >>> display("thirty"), display(True), display({"a": 1}), display(10**5000)
    ('`thirty`', '`true`', 'a mapping', 'a number of more than 60 digits')
    """
    if isinstance(value, bool):
        return "`true`" if value else "`false`"
    if isinstance(value, int):
        return f"`{value}`" if abs(value) < 10**MAX_DIGITS else _LONG_NUMBER
    if isinstance(value, Fraction):
        largest = max(abs(value.numerator), value.denominator)
        return f"`{value}`" if largest < 10**MAX_DIGITS else _LONG_NUMBER
    if isinstance(value, Decimal) or is_binary_float(value):
        value = str(value)
    if isinstance(value, str):
        if not value:
            return "an empty text"
        cut = value[:60] + ("…" if len(value) > 60 else "")
        return f"`{cut}`" if cut.isprintable() else f"`{ascii(cut)[1:-1]}`"
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list) or type(value) is tuple:
        return "a list"
    return f"a value of the Python type `{type(value).__name__}`"


_LONG_NUMBER: Final = f"a number of more than {MAX_DIGITS} digits"


def invalid(
    code: str,
    fact: Fact,
    message: str,
    value: object,
    *,
    found: str = "",
    remedy: str | Callable[[], str] = "",
) -> InvalidFact:
    """Return the exception for an invalid value of a fact."""

    def make_problem() -> FactProblem:
        remedy_text = remedy if isinstance(remedy, str) else remedy()
        if not remedy_text and is_missing(value):
            remedy_text = UNKNOWN_IS_NULL
        return FactProblem(
            code, (fact.name,), message, found or display(value), expected_text(fact), remedy_text
        )

    return InvalidFact(make_problem)


def none_not_allowed(fact: Fact, value: object) -> InvalidFact:
    """Return the exception for `none` where the fact has no known absence."""
    code = "unknown-word" if fact.type.kind is Kind.WORD else "wrong-type"
    message = f"`{fact.name}` cannot be `none`"
    return invalid(code, fact, message, value, remedy=UNKNOWN_IS_NULL)


def max_places(fact: Fact) -> int | None:
    """Return the maximum number of decimal places of a fact; None if there is no limit."""
    if fact.type.kind is Kind.COUNT:
        return 0
    if fact.type.kind is Kind.MONEY:
        return 2 if fact.type.places is None else fact.type.places
    return fact.type.places
