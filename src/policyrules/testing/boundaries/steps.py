"""Figures of facts as steps of their own smallest unit, and as a caller would give them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind
from policyrules.values.calendar import figure_text, read_figure
from policyrules.values.exact import Exact, decimal_text, normalize


def places_of(fact: Fact) -> int:
    """The decimal places of a fact, or of the entries of a list: a day, a month, one have none."""
    return 0 if (fact.type.entry_kind or fact.type.kind).is_calendar else fact.type.places or 0


def step_of(fact: Fact) -> Exact:
    """The smallest step between two figures of a fact: one person, one fen, one day."""
    return normalize(Fraction(1, 10 ** places_of(fact)))


def format_steps(kind: Kind, step: int, places: int) -> int | str | Decimal | date:
    """So many smallest steps, as a caller would give them.

    >>> format_steps(Kind.RATIO, 55, 3)
    Decimal('0.055')
    """
    if kind is Kind.DATE:
        return date.fromordinal(step)
    if kind.is_calendar:
        return figure_text(kind, step)
    if kind is Kind.COUNT:
        return step
    return Decimal(decimal_text(Fraction(step, 10**places)))


def to_input(fact: Fact, figure: Exact) -> int | str | Decimal | date | None:
    """A figure as a caller would give it, or None where the fact cannot be so.

    It cannot where the figure lies outside its range or needs more places than it has.
    """
    places = places_of(fact)
    steps = Fraction(figure) * 10**places
    outside = (fact.low is not None and figure < fact.low) or (
        fact.high is not None and figure > fact.high
    )
    if outside or steps.denominator != 1:
        return None
    return format_steps(fact.type.entry_kind or fact.type.kind, int(steps), places)


def from_input(fact: Fact, given: object) -> Exact | None:
    """The figure of a value that `as_given` wrote; None of any other."""
    kind = fact.type.entry_kind or fact.type.kind
    if isinstance(given, date):
        return given.toordinal()
    if kind.is_calendar and isinstance(given, str):
        return read_figure(kind, given)
    if isinstance(given, (int, Decimal)) and not isinstance(given, bool):
        return normalize(Fraction(given))
    return None
