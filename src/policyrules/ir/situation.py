"""One case: the facts that are known, typed and within their ranges. What is absent is unknown."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind
from policyrules.values.exact import Exact, decimal_text, fraction_text
from policyrules.values.possible import Interval, Need, Possible, Support, narrowed, number, word


@attrs.frozen
class Known:
    """A known fact: a number, a word, a yes/no, or None for the known absence (`none`).

    `places` is the number of decimal places it was written with, in the fact's own unit (`23.33%`
    has four); None for a fraction, which stands only for itself.
    """

    figure: Exact | str | bool | None
    places: int | None = None

    def text(self, kind: Kind) -> str:
        """The fact as exact text, the same however it was written: what a receipt keeps."""
        figure = self.figure
        if figure is None:
            return "none"
        if isinstance(figure, bool):
            return "true" if figure else "false"
        if isinstance(figure, str):
            return figure
        if self.places is None:
            return fraction_text(figure)
        return decimal_text(figure, places=max(self.places, 2 if kind is Kind.MONEY else 0))


@attrs.frozen
class Situation:
    """The known facts of one case, by name."""

    known: Mapping[str, Known] = attrs.field(hash=False)

    def possible(self, fact: Fact) -> Possible:
        """What the fact may be: what is known, or all that its declaration allows."""
        known = self.known.get(fact.name)
        return unknown(fact) if known is None else settled(known)


def settled(known: Known) -> Possible:
    """What a known fact is."""
    figure = known.figure
    if figure is None:
        return Possible(None, absent=True)
    if isinstance(figure, (bool, str)):
        return word(figure)
    return number(figure)


def unknown(fact: Fact) -> Possible:
    """All that an unknown fact may be; the fact itself is what could narrow it."""
    figures: Interval | frozenset[str | bool] = frozenset(fact.type.words)
    if fact.type.kind.is_numeric:
        figures = Interval(fact.low, fact.high)
    elif fact.type.kind is Kind.YES_NO:
        figures = frozenset({True, False})
    support = Support(frozenset({Need(fact.name)}))
    return narrowed(Possible(figures, fact.type.none is not None, support=support))
