"""Figures that a case expects: read as the ruleset's own literals, compared exactly."""

from __future__ import annotations

import re
from collections.abc import Mapping
from fractions import Fraction
from typing import Any, Final

import attrs

from policyrules.check import literals
from policyrules.diagnostics import Diagnostics, listed
from policyrules.ir.types import Kind, Type
from policyrules.syntax.yaml import Scalar
from policyrules.values.calendar import figure_text, is_calendar
from policyrules.values.calendar import read_figure as calendar_figure
from policyrules.values.exact import Exact, decimal_places, decimal_text, fraction_text

FLAGS: Final = ("none", "not_stated", "undefined")
"""What a value may be beside its figures."""

_RANGE: Final = re.compile(r"([^\s.](?:\S*[^\s.])?)?\.\.([^\s.]\S*)?(?: +(\S+))?")


@attrs.frozen
class Numbers:
    """The numbers from `low` to `high`; None is no bound on that side."""

    low: Exact | None
    high: Exact | None


_Figures = Numbers | frozenset[str | bool]


@attrs.frozen
class ExpectedValue:
    """What a value must be: numbers or words, and the flags `none`, `not_stated`, `undefined`.

    `text` is what the author wrote. One figure alone must be all that is possible; beside a range
    or several words the flags are compared where one is written. Days, months and years are held
    as numbers of their `kind`.
    """

    text: str
    figures: _Figures | None
    flags: frozenset[str] = frozenset()
    kind: str = ""

    @property
    def is_single(self) -> bool:
        """Return whether it is a single figure, or none at all."""
        if isinstance(self.figures, Numbers):
            return self.figures.low is not None and self.figures.low == self.figures.high
        return self.figures is None or len(self.figures) == 1

    def matches(self, data: Any) -> bool:
        """Return whether the data of a decision say the same.

        >>> ExpectedValue("20%", Numbers(Fraction(1, 5), Fraction(1, 5))).matches("1/5")
        True
        >>> ExpectedValue("1..2", Numbers(1, 2)).matches(
        ...     {"min": "1", "max": "2", "not_stated": True}
        ... )
        True
        """
        found, flags = self._found(data)
        if self.figures != found:
            return False
        return flags == self.flags or not (self.is_single or self.flags)

    def _found(self, data: Any) -> tuple[_Figures | None, frozenset[str]]:
        """The figures and the flags of the data of a value."""
        if isinstance(data, list):
            return frozenset(data), frozenset()
        if not isinstance(data, Mapping):
            if isinstance(self.figures, Numbers) and isinstance(data, str):
                number = self._number(data)
                return Numbers(number, number), frozenset()
            return frozenset({data}), frozenset()
        flags = frozenset(flag for flag in FLAGS if flag in data)
        if "min" in data:
            return Numbers(self._number(data["min"]), self._number(data["max"])), flags
        if "possible" in data or "within" in data:
            # A set of words or days that is itself open is none that a case could name: no
            # expectation has its flag.
            return None, flags | {"open"}
        return (frozenset(data["one_of"]) if "one_of" in data else None), flags

    def _number(self, text: str | None) -> Exact | None:
        if text is None or is_calendar(self.kind):
            return None if text is None else calendar_figure(self.kind, text)
        return Fraction(text)


def format_value(data: Any, kind: str = "", unit: str = "1") -> str:
    """The data of a decision, as a case file would write them.

    >>> (
    ...     format_value("1/5", "ratio"),
    ...     format_value({"min": "0.00", "max": None, "not_stated": True}, "money", "CNY"),
    ... )
    ('20%', '0.00.. CNY or not_stated')
    """
    behind = "" if unit == "1" or kind == "ratio" else f" {unit}"
    if isinstance(data, bool):
        return "true" if data else "false"
    if isinstance(data, list):
        return ", ".join(map(str, data))
    if not isinstance(data, Mapping):
        return _figure_text(str(data), kind) + (behind if kind else "")
    parts = []
    if "min" in data:
        ends = ("" if end is None else _figure_text(end, kind) for end in _ends(data))
        parts.append("..".join(ends) + behind)
    parts += [format_value(one) for one in data.get("one_of", ())]
    if "possible" in data:
        parts.append(", ".join(map(str, data["possible"])))
    if "within" in data:
        parts.append(f"within {data['within']}")
    return " or ".join([*parts, *(flag for flag in FLAGS if flag in data)])


def _ends(data: Mapping[str, Any]) -> tuple[str | None, str | None]:
    return data["min"], data["max"]


def _figure_text(text: str, kind: str) -> str:
    if kind != "ratio":
        return text
    hundredfold = Fraction(text) * 100
    if decimal_places(hundredfold) is None:
        return fraction_text(Fraction(text))
    return f"{decimal_text(hundredfold)}%"


# --- reading -------------------------------------------------------------------------------------


def read_figure(scalar: Scalar, type_: Type, diagnostics: Diagnostics) -> ExpectedValue | None:
    """The figure of a value of the type, or None after reporting why there is none.

    `30`, `20%`, `90000.00 CNY`, `0..30`, `2022-07-15`, `large or sme`, `none`,
    `30%..50% or not_stated`; the words of a set stand with commas.
    """
    parts = scalar.text.split(" or ")
    flags = frozenset(part for part in parts if part in FLAGS)
    rest = [Scalar(part, scalar.span, scalar.plain) for part in parts if part not in FLAGS]
    figures: _Figures | None = None
    if rest:
        if not type_.kind.is_ordered:
            figures = _choices(rest, type_, diagnostics)
        elif len(rest) == 1:
            figures = _numbers(rest[0], type_, diagnostics)
        else:
            _bad(scalar, "one figure or one range", diagnostics)
        if figures is None:
            return None
    return ExpectedValue(scalar.text, figures, flags, str(type_.kind))


def _numbers(scalar: Scalar, type_: Type, diagnostics: Diagnostics) -> Numbers | None:
    match = _RANGE.fullmatch(scalar.text)
    if match is None:
        number = _one(scalar, type_, diagnostics)
        return None if number is None else Numbers(number, number)
    # Only the last end bears the unit: `50000.00..90000.00 CNY`.
    low, high, unit = match.groups()
    if not low and not high:
        return Numbers(None, None)
    bare = attrs.evolve(type_, kind=Kind.NUMBER) if type_.kind is Kind.MONEY else type_
    last = " ".join(text for text in (high or low, unit) if text)
    end = _one(Scalar(last, scalar.span), type_, diagnostics)
    start = _one(Scalar(low, scalar.span), bare, diagnostics) if low and high else end
    if end is None or start is None:
        return None
    if start > end:
        _bad(scalar, "the smaller figure first", diagnostics)
        return None
    return Numbers(start if low else None, end if high else None)


def _one(scalar: Scalar, type_: Type, diagnostics: Diagnostics) -> Exact | None:
    if type_.kind.is_calendar:
        return literals.read_figure(scalar, type_.kind, diagnostics)
    return literals.read_number(scalar, type_, diagnostics)


def _choices(
    scalars: list[Scalar], type_: Type, diagnostics: Diagnostics
) -> frozenset[str | bool] | None:
    found: set[str | bool | None] = set()
    for scalar in scalars:
        if type_.kind is Kind.YES_NO:
            truth = {"true": True, "false": False}.get(scalar.text)
            if truth is None:
                _bad(scalar, listed(["true", "false"]), diagnostics)
            found.add(truth)
        elif type_.kind is Kind.PERIOD:
            days = literals.read_period(scalar, Kind.DATE, diagnostics)
            found.add("..".join(figure_text("date", day) for day in days) if days else None)
        elif type_.kind is Kind.WORDS:
            words = (Scalar(word.strip(), scalar.span) for word in scalar.text.split(","))
            found.update(literals.read_word(word, type_, diagnostics) for word in words)
        elif type_.kind is Kind.WORD and not type_.open:
            found.add(literals.read_word(scalar, type_, diagnostics))
        else:
            found.add(scalar.text)
    return None if None in found else frozenset(one for one in found if one is not None)


def _bad(scalar: Scalar, expected: str, diagnostics: Diagnostics) -> None:
    diagnostics.report(
        "bad-literal",
        scalar.span,
        f"`{scalar.text[:60]}` is not a figure of this kind",
        found=f"`{scalar.text[:60]}`",
        expected=expected,
    )
