"""Random facts and days for a checked ruleset, often near the thresholds of its answers.

Figures are those of the ruleset, their neighbours, and the ends of the ranges; birthdays, ends of
periods and ends of months are drawn likewise. Lists are unknown, empty or have some entries,
items lack some of their facts. Days are the ends of each era, days inside, and days outside the
time in force.
"""

import random
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Final

import attrs

from policyrules.errors import FactsError, NotInForce
from policyrules.evaluation.dated import dated
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.intake import situation_from
from policyrules.ir.ruleset import CheckedRuleset, Fact, ListDeclaration, Parameter, Value
from policyrules.ir.tables import cells_of
from policyrules.ir.types import Kind, Type
from policyrules.values.calendar import (
    figure_text,
    first_day,
    last_day,
    truncate,
    whole_years,
)
from policyrules.values.exact import Exact, decimal_places, decimal_text, normalize, rounded_to

Facts = Mapping[str, object]

UNKNOWN_SHARES: Final = (0.0, 0.0, 0.0, 0.1, 0.3, 0.6, 1.0)
"""The share of unknown facts of a case: in nearly every second one all are known."""

UNDECLARED_WORD: Final = ("something_else", "其他")
"""Words that no list of words has."""

KEYS: Final = ("p1", "p2", "张三", "a key, with a comma", "0")
"""Keys of items; those that look like figures are texts as well."""


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
    """Every figure that a parameter states, by its unit; of the calendar by its kind."""
    thresholds_by_kind: dict[str, dict[Exact, None]] = {}
    for parameter in ruleset.parameters.values():
        for name, figure in _stated(parameter):
            thresholds_by_kind.setdefault(name, {})[figure] = None
    years = thresholds_by_kind.get("year", {})
    for day in list(thresholds_by_kind.get("date", {})):
        thresholds_by_kind["date"].update(dict.fromkeys(_birthdays(int(day), years)))
    return {name: tuple(ends) for name, ends in thresholds_by_kind.items()}


def _stated(parameter: Parameter) -> Iterator[tuple[str, Exact]]:
    """The figures of a parameter; of one of the calendar also the days and months at its ends."""
    kind = parameter.type.kind
    calendar = "date" if kind is Kind.PERIOD else str(kind)
    for row in parameter.rows:
        for end in {end for cell in cells_of(row.content) for end in (cell.low, cell.high)}:
            if end is None:
                continue
            if kind.is_numeric:
                yield str(parameter.type.unit), end
                continue
            for day in {first_day(calendar, int(end)), last_day(calendar, int(end))}:
                yield "date", day
                yield "month", truncate("month", day)
                yield "calendar_year", truncate("calendar_year", day)


def _birthdays(day: int, years: Mapping[Exact, None]) -> Iterator[int]:
    """The days on which somebody was born who completes so many years on a day."""
    for age in years:
        if age.denominator == 1 and 0 < age < 100:
            born = day - int(age * Fraction(1461, 4)) - 1
            if born < 1:
                continue  # before the first day of the calendar
            while whole_years(born, day) >= age:
                born += 1
            yield born - 1


def name_of(type_: Type) -> str:
    """The name under which the figures near a fact are found."""
    kind = type_.entry_kind or type_.kind
    return str(kind) if kind.is_calendar else str(type_.unit)


@attrs.frozen
class Drawer:
    """Draws cases for one ruleset."""

    ruleset: CheckedRuleset
    thresholds: Mapping[str, tuple[Exact, ...]] = attrs.field(
        init=False, default=attrs.Factory(lambda self: figures(self.ruleset), takes_self=True)
    )

    def case(self, rng: random.Random, on: date, unknown: float | None = None) -> dict[str, object]:
        """The facts of one case, as a caller gives them; `unknown` is the share left out."""
        if unknown is None:
            unknown = rng.choice(UNKNOWN_SHARES)
        given = {
            value.input_fact: value for value in self.ruleset.values.values() if value.input_fact
        }
        facts: dict[str, object] = {}
        for name, fact in self.ruleset.facts.items():
            if fact.subject in self.ruleset.lists:
                continue
            if rng.random() < unknown or (name in given and rng.random() < 0.5):
                if rng.random() < 0.1:
                    facts[name] = None
            elif name not in given:
                facts[name] = self.fact(rng, fact)
        for value in self.ruleset.values.values():
            name = value.input_fact or ""
            if name in self.ruleset.facts and name not in facts and rng.random() >= unknown:
                stated = self.given(rng, value, facts, on) if rng.random() < 0.7 else None
                if rng.random() < 0.6:
                    facts[name] = stated or self.fact(rng, self.ruleset.facts[name])
        for items in self.ruleset.lists.values():
            draw = rng.random()
            if draw >= max(unknown / 2, 0.1):
                facts[items.name] = self.items(rng, items, unknown)
            elif draw < 0.02:
                facts[items.name] = None
        return facts

    def items(self, rng: random.Random, items: ListDeclaration, unknown: float) -> list[object]:
        """The items of a list, each with a key and with what is known of it."""
        number = min(rng.choice((0, 1, 1, 2, 2, 3, 4)), items.max_items)
        facts = {
            name.partition(".")[2]: fact
            for name, fact in self.ruleset.facts.items()
            if fact.subject == items.name
        }
        drawn: list[object] = []
        for key in rng.sample(KEYS, number):
            item: dict[str, object] = {items.key: key}
            for name, fact in facts.items():
                draw = rng.random()
                if draw >= unknown:
                    item[name] = self.fact(rng, fact)
                elif draw < unknown / 10:
                    item[name] = None
            drawn.append(item)
        return drawn

    def fact(self, rng: random.Random, fact: Fact) -> object:
        """A figure or a word of the fact."""
        if fact.type.none is not None and rng.random() < 0.25:
            return "none"
        if fact.type.kind is Kind.YES_NO:
            return rng.random() < 0.5
        if fact.type.kind is Kind.LIST:
            return self._entries(rng, fact)
        if fact.type.kind is Kind.WORD:
            return self._word(rng, fact.type)
        if fact.type.kind.is_calendar:
            return spelt_day(rng, fact.type.kind, self._day(rng, fact))
        return spelt(rng, fact, self._number(rng, fact))

    def _word(self, rng: random.Random, type_: Type) -> str:
        if type_.open and rng.random() < 0.25:
            return rng.choice(UNDECLARED_WORD)
        word = rng.choice(tuple(type_.words))
        return rng.choice((word, word, type_.words[word].en))

    def _entries(self, rng: random.Random, fact: Fact) -> object:
        """The entries of a list of figures; only a date may stand in it twice."""
        entry_type = fact.type.entry
        wanted = min(rng.choice((0, 1, 1, 2, 3)), fact.max_items)
        if entry_type.kind is Kind.WORD:
            words = [*entry_type.words, *(UNDECLARED_WORD if entry_type.open else ())]
            return rng.sample(words, min(wanted, len(words)))
        days = [self._day(rng, fact) for _ in range(wanted)]
        if entry_type.kind is Kind.MONTH:
            days = list(dict.fromkeys(days))
        entries = [spelt_day(rng, entry_type.kind, day) for day in days]
        return tuple(entries) if rng.random() < 0.2 else entries

    def _day(self, rng: random.Random, fact: Fact) -> int:
        """A day, a month or a year: near one of the ruleset's own, at an end, or anywhere."""
        low, high = int(fact.low or 0), int(fact.high or 0)
        near = self.thresholds.get(name_of(fact.type), ())
        draw = rng.random()
        if near and draw < 0.75:
            figure = int(rng.choice(near)) + rng.choice((-1, 0, 0, 1))
            if low <= figure <= high:
                return figure
        if draw < 0.8:
            return rng.choice((low, high))
        if fact.type.kind is Kind.DATE and draw < 0.85:
            leap = date(2004, 2, 29).toordinal()
            return leap if low <= leap <= high else low
        return rng.randint(low, high)

    def _number(self, rng: random.Random, fact: Fact) -> Exact:
        low, high = fact.low or 0, fact.high or 0
        step = Fraction(1, 10 ** (fact.type.places or 0))
        draw = rng.random()
        near = self.thresholds.get(name_of(fact.type), ())
        if near and draw < 0.55:
            figure = rng.choice(near) + rng.choice((-step, 0, 0, step))
            figure = rounded_to(figure, step, "half_up")
            if low <= figure <= high:
                return figure
        if draw < 0.7:
            return rng.choice((low, high))
        width = min(int((high - low) / step), 10 ** rng.randint(1, 8))
        return normalize(low + step * rng.randint(0, width))

    def given(self, rng: random.Random, value: Value, facts: Facts, on: date) -> object:
        """What the fact of a value may state: what is computed, exactly or rounded, if it is."""
        fact = self.ruleset.facts[value.input_fact or ""]
        try:
            situation = situation_from(facts, self.ruleset)
            possible = RuleEvaluator(dated(self.ruleset, on), situation).value(value.name)
        except (FactsError, NotInForce):
            return None
        exact = possible.point()
        if fact.type.kind.is_calendar:
            is_in = exact is not None and int(fact.low or 0) <= exact <= int(fact.high or 0)
            return spelt_day(rng, fact.type.kind, int(exact or 0)) if is_in else None
        if not fact.type.kind.is_numeric:
            words = fact.type.words or (True, False)
            fitting = [word for word in words if word in possible.choices]
            return rng.choice(fitting) if fitting else None
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


def spelt_day(rng: random.Random, kind: Kind, figure: int) -> object:
    """One of the ways in which a day, a month or a year may be given."""
    text = figure_text(kind, figure)
    if kind is Kind.DATE:
        return rng.choice((text, date.fromordinal(figure)))
    return rng.choice((text, figure)) if kind is Kind.CALENDAR_YEAR else text


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
