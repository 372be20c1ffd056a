"""Facts and days for a checked ruleset, drawn to where its answers turn.

Figures lie at the ruleset's own figures, one step beside them, and at the ends of the ranges. Days
are the ends of each era, days inside, and days outside the time in force.
"""

import random
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

import attrs

from policyrules.engines.reference import Case
from policyrules.errors import FactsError, NotInForce
from policyrules.intake import situation_from
from policyrules.ir.dated import dated
from policyrules.ir.ruleset import Cell, CheckedRuleset, Fact, Table, Value
from policyrules.ir.types import Kind
from policyrules.values.exact import Exact, decimal_places, decimal_text, rounded_to, simplest

Facts = Mapping[str, object]

UNKNOWN_SHARES: Final = (0.0, 0.0, 0.0, 0.1, 0.3, 0.6, 1.0)
"""The share of unknown facts of a case: in nearly every second one all are known."""


def day(rng: random.Random, ruleset: CheckedRuleset) -> date:
    """A day: mostly in force, often the first or the last of an era."""
    first = ruleset.in_force.from_ or date(2021, 1, 1)
    last = ruleset.in_force.to or date(2025, 12, 31)
    draw = rng.random()
    if draw < 0.01:
        return rng.choice((first - timedelta(days=1), date(2019, 2, 28)))
    if draw < 0.02:
        return rng.choice((last + timedelta(days=1), date(2040, 2, 29)))
    if draw < 0.5:
        edges = {first, last}
        for parameter in ruleset.parameters.values():
            for row in parameter.rows:
                edges |= {end for end in (row.from_, row.to) if end and end in ruleset.in_force}
        return rng.choice(sorted(edges))
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def figures(ruleset: CheckedRuleset) -> dict[str, tuple[Exact, ...]]:
    """Every figure that a parameter states, by its unit."""
    found: dict[str, dict[Exact, None]] = {}
    for parameter in ruleset.parameters.values():
        by_unit = found.setdefault(str(parameter.type.unit), {})
        for row in parameter.rows:
            for cell in cells(row.content):
                by_unit.update({end: None for end in (cell.low, cell.high) if end is not None})
    return {unit: tuple(ends) for unit, ends in found.items()}


def cells(content: Cell | Table) -> list[Cell]:
    """The cells of a row."""
    if isinstance(content, Cell):
        return [content]
    rest = [cell for cell in (content.none, content.otherwise) if cell is not None]
    return [*content.rows.values(), *rest]


@attrs.frozen
class Drawer:
    """Draws cases for one ruleset."""

    ruleset: CheckedRuleset
    thresholds: Mapping[str, tuple[Exact, ...]] = attrs.field(
        init=False, default=attrs.Factory(lambda self: figures(self.ruleset), takes_self=True)
    )

    def case(self, rng: random.Random, on: date) -> dict[str, object]:
        """The facts of one case, as a caller gives them."""
        unknown = rng.choice(UNKNOWN_SHARES)
        given = {value.given: value for value in self.ruleset.values.values() if value.given}
        facts: dict[str, object] = {}
        for name, fact in self.ruleset.facts.items():
            if rng.random() < unknown or (name in given and rng.random() < 0.5):
                if rng.random() < 0.1:
                    facts[name] = None
            elif name not in given:
                facts[name] = self.fact(rng, fact)
        for value in self.ruleset.values.values():
            name = value.given or ""
            if name in self.ruleset.facts and name not in facts and rng.random() >= unknown:
                stated = self.given(rng, value, facts, on) if rng.random() < 0.7 else None
                if rng.random() < 0.6:
                    facts[name] = stated or self.fact(rng, self.ruleset.facts[name])
        return facts

    def fact(self, rng: random.Random, fact: Fact) -> object:
        """A figure or a word of the fact."""
        if fact.type.none is not None and rng.random() < 0.25:
            return "none"
        if fact.type.kind is Kind.YES_NO:
            return rng.random() < 0.5
        if fact.type.kind is Kind.WORD:
            return rng.choice(tuple(fact.type.words))
        return spelt(rng, fact, self._number(rng, fact))

    def _number(self, rng: random.Random, fact: Fact) -> Exact:
        low, high = fact.low or 0, fact.high or 0
        step = Fraction(1, 10 ** (fact.type.places or 0))
        draw = rng.random()
        near = self.thresholds.get(str(fact.type.unit), ())
        if near and draw < 0.55:
            found = rng.choice(near) + rng.choice((-step, 0, 0, step))
            found = rounded_to(found, step, "half_up")
            if low <= found <= high:
                return found
        if draw < 0.7:
            return rng.choice((low, high))
        width = min(int((high - low) / step), 10 ** rng.randint(1, 8))
        return simplest(low + step * rng.randint(0, width))

    def given(self, rng: random.Random, value: Value, facts: Facts, on: date) -> object:
        """What the fact of a value may state: what is computed, exactly or rounded, if it is."""
        fact = self.ruleset.facts[value.given or ""]
        try:
            situation = situation_from(facts, self.ruleset)
            found = Case(dated(self.ruleset, on), situation, {}).value(value.name)
        except (FactsError, NotInForce):
            return None
        if not fact.type.kind.is_numeric:
            return rng.choice(sorted(found.choices, key=str)) if found.choices else None
        exact = found.point()
        if exact is None:
            return None
        exact = rng.choice((exact, exact, rounded_to(exact, Fraction(1, 100), "half_up")))
        if fact.low is None or fact.high is None or not fact.low <= exact <= fact.high:
            return None
        places = decimal_places(exact)
        most = fact.type.places or 0
        if places is not None and places <= most:
            return spelt(rng, fact, exact)
        if fact.type.kind in {Kind.RATIO, Kind.NUMBER} and rng.random() < 0.4:
            return Fraction(exact)
        fewer = rng.randint(0, most)
        rounded = rounded_to(exact, Fraction(1, 10**fewer), "half_up")
        return spelt(rng, fact, rounded) if fact.low <= rounded <= fact.high else None


def spelt(rng: random.Random, fact: Fact, number: Exact) -> object:
    """One of the ways in which a figure may be given; it has no more places than it needs."""
    places = decimal_places(number)
    if places is None:
        return Fraction(number)
    ways: list[object] = [decimal_text(number), Decimal(decimal_text(number))]
    if number.denominator == 1:
        ways.append(int(number))
    most = fact.type.places or 0
    if most > places:
        ways.append(decimal_text(number, places=most))
    if fact.type.kind is Kind.RATIO and places > 1:
        ways.append(f"{decimal_text(number * 100)}%")
    elif not fact.type.unit.is_plain:
        ways.append(f"{decimal_text(number)} {fact.type.unit}")
    if fact.type.kind in {Kind.RATIO, Kind.NUMBER}:
        ways.append(Fraction(number))
    return rng.choice(ways)
