"""Figures of a fact, counted in steps of its smallest unit and written as input.

A step is one person, one fen, one day. A figure of a fact is a whole number of steps.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind
from policyrules.values.calendar import figure_text, read_figure
from policyrules.values.exact import Exact, decimal_text, normalize

FigureInput: TypeAlias = int | str | Decimal | date
"""A figure of a fact as `decide` takes it."""


def places_of(fact: Fact) -> int:
    """Return the decimal places of a fact, or of the entries of a list; 0 for the calendar."""
    return 0 if kind_of(fact).is_calendar else fact.type.places or 0


def kind_of(fact: Fact) -> Kind:
    """Return the kind of a fact, or of the entries of a list."""
    return fact.type.entry_kind or fact.type.kind


def step_of(fact: Fact) -> Exact:
    """Return the smallest step between two figures of a fact: one person, one fen, one day."""
    return normalize(Fraction(1, 10 ** places_of(fact)))


def range_steps(fact: Fact) -> tuple[int, int]:
    """Return the ends of the range of a fact in steps."""
    scale = 10 ** places_of(fact)
    return int((fact.low or 0) * scale), int((fact.high or 0) * scale)


def steps_near(fact: Fact, figures: Iterable[Exact]) -> Iterator[int]:
    """Yield, in order, the steps at, just below and just above figures, in the fact's range."""
    scale, (low, high) = 10 ** places_of(fact), range_steps(fact)
    steps = {int(figure * scale) + offset for figure in figures for offset in (-1, 0, 1)}
    yield from sorted(step for step in steps if low <= step <= high)


def steps_text(kind: Kind, steps: int, places: int) -> str:
    """Return a number of steps as an exact text.

    >>> steps_text(Kind.RATIO, 55, 3), steps_text(Kind.MONTH, 24266, 0)
    ('0.055', '2022-03')
    """
    if kind.is_calendar:
        return figure_text(kind, steps)
    return decimal_text(Fraction(steps, 10**places))


def format_steps(kind: Kind, steps: int, places: int) -> FigureInput:
    """Return a number of steps as a caller would give the figure.

    >>> format_steps(Kind.RATIO, 55, 3)
    Decimal('0.055')
    """
    if kind is Kind.DATE:
        return date.fromordinal(steps)
    if kind is Kind.COUNT:
        return steps
    text = steps_text(kind, steps, places)
    return text if kind.is_calendar else Decimal(text)


def to_input(fact: Fact, figure: Exact) -> FigureInput | None:
    """Return a figure as a caller would give it; None if the fact cannot have it.

    That is a figure outside the range of the fact, or with more decimal places.
    """
    places = places_of(fact)
    steps = Fraction(figure) * 10**places
    is_outside = (fact.low is not None and figure < fact.low) or (
        fact.high is not None and figure > fact.high
    )
    if is_outside or steps.denominator != 1:
        return None
    return format_steps(kind_of(fact), int(steps), places)


def from_input(fact: Fact, value: object) -> Exact | None:
    """Return the figure of a value that `to_input` returned; None for any other value."""
    kind = kind_of(fact)
    if isinstance(value, date):
        return value.toordinal()
    if kind.is_calendar and isinstance(value, str):
        return read_figure(kind, value)
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return normalize(Fraction(value))
    return None
