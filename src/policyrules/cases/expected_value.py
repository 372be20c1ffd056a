"""Values that a case expects: read as literals of the ruleset, compared exactly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Final, TypeAlias

import attrs

from policyrules.check import calendar_literals, literals
from policyrules.decisions.decision import Amount
from policyrules.diagnostics import Diagnostics, listed
from policyrules.display.value import DisplayValue
from policyrules.ir.types import Kind, Type
from policyrules.syntax.yaml import Scalar
from policyrules.values.exact import Exact, decimal_places, decimal_text, fraction_text
from policyrules.values.possible import Choices, Interval, PeriodSet, Possible, WordSet
from policyrules.values.scale import Scale

FLAGS: Final = ("none", "not_stated", "undefined")
"""The outcomes that a value may have besides figures."""

_RANGE: Final = re.compile(r"([^\s.](?:\S*[^\s.])?)?\.\.([^\s.]\S*)?(?: +(\S+))?")


Figures: TypeAlias = Interval | Choices | tuple[int, int]
"""Numbers, words, or a period from its first day to its last."""


@attrs.frozen
class ExpectedValue:
    """The expected figures of a value, and the flags `none`, `not_stated` and `undefined`.

    `text` is what the author wrote. A single figure must be all that is possible; the flags beside
    a range or several words are compared only if the author wrote one. Days, months and years are
    the numbers of the calendar.
    """

    text: str
    figures: Figures | None
    flags: frozenset[str] = frozenset()

    @property
    def is_absent(self) -> bool:
        """Return whether the value is expected not to be stated."""
        return self is NOT_APPLICABLE

    @property
    def is_single(self) -> bool:
        """Return whether at most one figure is expected."""
        match self.figures:
            case Interval():
                return self.figures.is_point
            case frozenset():
                return len(self.figures) == 1
            case _:
                return True

    def matches(self, possible: Possible) -> bool:
        """Return whether a value of a decision is the expected one.

        >>> ExpectedValue("20%", Interval(Fraction(1, 5), Fraction(1, 5))).matches(
        ...     Possible(Interval(Fraction(1, 5), Fraction(1, 5)))
        ... )
        True
        >>> ExpectedValue("1..2", Interval(1, 2)).matches(Possible(Interval(1, 2), not_stated=True))
        True
        """
        is_set = isinstance(possible.figures, (WordSet, PeriodSet))
        if is_set and not possible.is_settled:
            return False  # a case has no way to write a set or a period that is itself open
        if self.figures != _figures_of(possible):
            return False
        return flags_of(possible) == self.flags or not (self.is_single or self.flags)


NOT_APPLICABLE: Final = ExpectedValue("not_applicable", None)
"""The expectation of a consequence that is not stated."""


def _figures_of(possible: Possible) -> Figures | None:
    """Return the figures of a value as an expectation holds them."""
    match possible.figures:
        case WordSet(certain):
            return frozenset(certain)
        case PeriodSet():
            return possible.figures.possible
        case Scale():
            return frozenset()  # a case has no way to write a scale
        case figures:
            return figures


def flags_of(possible: Possible) -> frozenset[str]:
    """Return the outcomes besides figures that are possible.

    >>> sorted(flags_of(Possible(None, may_be_none=True, not_stated=True)))
    ['none', 'not_stated']
    """
    are_possible = (possible.may_be_none, possible.not_stated, possible.undefined)
    return frozenset(
        flag for flag, is_possible in zip(FLAGS, are_possible, strict=True) if is_possible
    )


def amount_value(amount: Amount) -> Possible | None:
    """Return what an eligible case may receive; None if the amount has no figure."""
    match amount.status:
        case "exact":
            return Possible(Interval(amount.value, amount.value))
        case "range":
            interval = Interval(amount.min, amount.max)
            return Possible(interval, not_stated=amount.may_be_not_stated)
        case _:
            return None


# --- writing -------------------------------------------------------------------------------------


def format_amount(amount: Amount | None) -> str:
    """Return an amount as a case file writes it; `none` if the ruleset has no amount."""
    if amount is None:
        return "none"
    value = amount_value(amount)
    if value is None:
        return amount.status
    return format_value(DisplayValue(value, amount.kind, amount.unit))


def format_value(value: DisplayValue, *, bare: bool = False) -> str:
    """Return a value of a decision as a case file writes it; `bare` without a unit.

    >>> format_value(DisplayValue(Possible(Interval(Fraction(1, 5), Fraction(1, 5))), "ratio"))
    '20%'
    >>> format_value(DisplayValue(Possible(Interval(0, None), not_stated=True), "money", "CNY"))
    '0.00.. CNY or not_stated'
    """
    data, kind = value.data(), "" if bare else value.kind
    unit = "" if bare or value.unit == "1" or kind == "ratio" else f" {value.unit}"
    if isinstance(data, bool):
        return _format_choice(data)
    if isinstance(data, list):
        return ", ".join(map(str, data))
    if not isinstance(data, Mapping):
        return _format_number(str(data), kind) + unit
    parts = []
    if "min" in data:
        ends = (
            "" if end is None else _format_number(end, kind) for end in (data["min"], data["max"])
        )
        parts.append("..".join(ends) + unit)
    parts += [_format_choice(choice) for choice in data.get("one_of", ())]
    if "possible" in data:
        parts.append(", ".join(map(str, data["possible"])))
    if "within" in data:
        parts.append(f"within {data['within']}")
    return " or ".join([*parts, *(flag for flag in FLAGS if flag in data)])


def _format_choice(choice: str | bool) -> str:  # noqa: FBT001 - a value
    return str(choice).lower() if isinstance(choice, bool) else choice


def _format_number(text: str, kind: str) -> str:
    """Return a number of the data of a decision; a ratio as a percentage, if that is exact."""
    if kind != "ratio":
        return text
    hundredfold = Fraction(text) * 100
    if decimal_places(hundredfold) is None:
        return fraction_text(Fraction(text))
    return f"{decimal_text(hundredfold)}%"


# --- reading -------------------------------------------------------------------------------------


def read_figure(scalar: Scalar, type_: Type, diagnostics: Diagnostics) -> ExpectedValue | None:
    """Read the expected value of a type, or report the error and return None.

    Examples: `30`, `20%`, `90000.00 CNY`, `0..30`, `2022-07-15`, `large or sme`, `none`,
    `30%..50% or not_stated`; commas separate the words of a set.
    """
    parts = scalar.text.split(" or ")
    flags = frozenset(part for part in parts if part in FLAGS)
    rest = [Scalar(part, scalar.span, scalar.plain) for part in parts if part not in FLAGS]
    figures: Figures | None = None
    if rest:
        is_interval = type_.kind is Kind.PERIOD or type_.kind.is_ordered
        if not is_interval:
            figures = _read_choices(rest, type_, diagnostics)
        elif len(rest) > 1:
            _report_bad_value(scalar, "one figure or one range", diagnostics)
        elif type_.kind is Kind.PERIOD:
            figures = calendar_literals.read_period(rest[0], Kind.DATE, diagnostics)
        else:
            figures = _read_interval(rest[0], type_, diagnostics)
        if figures is None:
            return None
    return ExpectedValue(scalar.text, figures, flags)


def _read_interval(scalar: Scalar, type_: Type, diagnostics: Diagnostics) -> Interval | None:
    match = _RANGE.fullmatch(scalar.text)
    if match is None:
        number = _read_literal(scalar, type_, diagnostics)
        return None if number is None else Interval(number, number)
    # Only the last end has the unit: `50000.00..90000.00 CNY`.
    low, high, unit = match.groups()
    if not low and not high:
        return Interval(None, None)
    bare = attrs.evolve(type_, kind=Kind.NUMBER) if type_.kind is Kind.MONEY else type_
    last = " ".join(text for text in (high or low, unit) if text)
    end = _read_literal(Scalar(last, scalar.span), type_, diagnostics)
    start = _read_literal(Scalar(low, scalar.span), bare, diagnostics) if low and high else end
    if end is None or start is None:
        return None
    if start > end:
        _report_bad_value(scalar, "the smaller figure first", diagnostics)
        return None
    return Interval(start if low else None, end if high else None)


def _read_literal(scalar: Scalar, type_: Type, diagnostics: Diagnostics) -> Exact | None:
    if type_.kind.is_calendar:
        return calendar_literals.read_figure(scalar, type_.kind, diagnostics)
    return literals.read_number(scalar, type_, diagnostics)


def _read_choices(scalars: list[Scalar], type_: Type, diagnostics: Diagnostics) -> Choices | None:
    choices: set[str | bool | None] = set()
    for scalar in scalars:
        if type_.kind is Kind.YES_NO:
            truth = {"true": True, "false": False}.get(scalar.text)
            if truth is None:
                _report_bad_value(scalar, listed(["true", "false"]), diagnostics)
            choices.add(truth)
        elif type_.kind is Kind.WORDS:
            words = (Scalar(word.strip(), scalar.span) for word in scalar.text.split(","))
            choices.update(literals.read_word(word, type_, diagnostics) for word in words)
        elif type_.kind is Kind.WORD and not type_.open:
            choices.add(literals.read_word(scalar, type_, diagnostics))
        else:
            choices.add(scalar.text)
    return (
        None if None in choices else frozenset(choice for choice in choices if choice is not None)
    )


def _report_bad_value(scalar: Scalar, expected: str, diagnostics: Diagnostics) -> None:
    diagnostics.report(
        "bad-literal",
        scalar.span,
        f"`{scalar.text[:60]}` is not a figure of this kind",
        found=f"`{scalar.text[:60]}`",
        expected=expected,
    )
