"""The facts and parameters of a ruleset under generation, declared on first use.

Whoever writes an expression asks for a fact or a parameter of a sort; an old one serves again, or
a new one is declared. So the sorts come first, and nothing is declared that nobody reads.
"""

import random
import re
from collections.abc import Iterable
from datetime import date
from fractions import Fraction
from typing import Final

import attrs
from tests.generated.places import CASE, Declared, ItemList, Place
from tests.generated.prose import Prose
from tests.generated.sorts import FAMILIES, LISTED, Sort, kinds_of
from tests.generated.yaml_text import Data

from policyrules.values.calendar import figure_text
from policyrules.values.exact import decimal_text


@attrs.frozen
class Size:
    """How large a ruleset becomes; a `small` one has facts of which every figure can be tried."""

    facts: tuple[int, int]
    values: tuple[int, int]
    conditions: tuple[int, int]
    depth: int
    small: bool = False
    nasty: float = 0.04
    open_cells: float = 0.1
    given: float = 0.3
    lists: float = 0.7
    constraints: float = 0.2


ORDINARY: Final = Size((4, 12), (1, 5), (2, 7), 3)
SMALL: Final = Size(
    (2, 5), (0, 3), (1, 4), 2, small=True, nasty=0, given=0.5, lists=0.35, constraints=0
)

PERIODS: Final = (("2021-03-01", "2021-06-30"), ("2021-07-01", "2022-02-28"), ("2022-03-01", ""))
"""Three stretches of days, one after the other; a dated parameter has a row for two or three."""

LAST_DAY: Final = "2023-12-31"

USUAL: Final = {
    "date": (date(1900, 1, 1).toordinal(), date(2100, 12, 31).toordinal()),
    "month": (12 * 1900, 12 * 2100 + 11),
    "calendar_year": (1900, 2100),
}
"""What an unknown day, month or year without a range lies in."""

NEAR: Final = {
    "date": (date(2021, 12, 25).toordinal(), date(2023, 1, 5).toordinal()),
    "month": (12 * 2021 + 10, 12 * 2023 + 1),
    "calendar_year": (2020, 2024),
}
"""Where the days, months and years of a ruleset lie."""


class Ledger:
    """What has been declared so far."""

    def __init__(self, rng: random.Random, size: Size) -> None:
        self.rng = rng
        self.size = size
        self.prose = Prose(rng, size.nasty)
        self.open_cells = size.open_cells
        self.most_facts = rng.randint(*size.facts)
        self.ends = rng.random() < 0.8
        self.lists: dict[str, ItemList] = {}
        self.facts: dict[str, Declared] = {}
        self.fact_data: dict[str, dict[str, Data]] = {}
        self.values: dict[str, Declared] = {}
        self.conditions: dict[str, str] = {}
        # The values of items that go through no items themselves.
        self.plain_values: set[str] = set()
        self.value_data: dict[str, dict[str, Data]] = {}
        self.parameters: dict[str, Declared] = {}
        self.parameter_data: dict[str, Data] = {}

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # Facts.

    def fact(
        self,
        sort: Sort,
        place: Place = CASE,
        *,
        none: bool = False,
        new: bool = False,
        open_: bool = False,
    ) -> Declared:
        """A fact of the sort, or an entry that is looked at.

        Where `none` is set, it may be one with a known absence, where `open_` is, an open word.
        """
        entries = [
            entry for entry in place.entries.values() if self._fits(entry, sort, none, open_)
        ]
        if entries and not new and self.chance(0.7):
            return self.rng.choice(entries)
        list_name = place.list if place.is_of_items and self.chance(0.75) and not new else ""
        fitting = [
            fact
            for fact in self.facts.values()
            if fact.scope == list_name and self._fits(fact, sort, none, open_)
        ]
        full = len(self.facts) >= self.most_facts
        if fitting and not new and (full or self.chance(0.6)):
            return place.with_local_name(self.rng.choice(fitting))
        return place.with_local_name(
            self._declare_fact(
                sort,
                list_name,
                none=none and sort.kind != "list" and self.chance(0.5),
                open_=open_ and self.chance(0.4),
            )
        )

    def _fits(self, declared: Declared, sort: Sort, none: bool, open_: bool) -> bool:
        return (
            declared.sort == sort and (none or not declared.none) and (open_ or not declared.open)
        )

    def facts_at_hand(self, kinds: set[str], place: Place, *, none: bool) -> list[Declared]:
        return [
            place.with_local_name(fact)
            for fact in self.facts.values()
            if fact.sort.kind in kinds and (none or not fact.none) and self._is_seen(fact, place)
        ]

    def _is_seen(self, fact: Declared, place: Place) -> bool:
        return not fact.scope or (fact.scope == place.list and place.is_of_items)

    def values_at_hand(self, place: Place) -> list[Declared]:
        return [value for value in self.values.values() if place.sees(value)]

    def values_of_fellow(self, place: Place) -> list[Declared]:
        """The values that can be read of the other item, as they are written."""
        return [
            attrs.evolve(value, name=f"{place.fellow}.{name}")
            for name, value in self.values.items()
            if value.scope == place.fellow_list and name in self.plain_values
        ]

    def note_plain_value(self, name: str, texts: Iterable[str]) -> None:
        """Remember a value of items whose texts go through no items, nor those that they read."""
        read = {word for text in texts for word in re.findall(r"[\w.]+", text)}
        scoped = [*self.values.values(), *self.parameters.values()]
        doubtful = {name.name for name in scoped if name.scope} - self.plain_values
        if not read & {"for", "held", *doubtful}:
            self.plain_values.add(name)

    def conditions_at_hand(self, place: Place) -> list[str]:
        """The conditions whose verdict can be read: those of the case, and of the same items."""
        seen = {"", place.list} if place.is_block else {""}
        return [name for name, scope in self.conditions.items() if scope in seen]

    def _declare_fact(self, sort: Sort, list_name: str, *, none: bool, open_: bool) -> Declared:
        number = len(self.facts) + 1
        name = f"{list_name or self.rng.choice(('firm', 'area'))}.{sort.kind}_{number}"
        data: dict[str, Data] = {"title": self.prose.title(), "type": sort.kind}
        kind = sort.entry_kind or sort.kind
        fact = Declared(name, sort, none=none, scope=list_name, full=name)
        if sort.is_number:
            places, low, high = self._range(sort)
            fact = attrs.evolve(fact, places=places, low=low, high=high)
            if sort.unit and not (sort == Sort("money", "CNY") and self.chance(0.5)):
                data["unit"] = sort.unit
            if sort.kind in {"number", "ratio"}:
                data["places"] = str(places)
            data["range"] = f"{plain(low, sort)}..{plain(high, sort)}"
        elif kind == "word":
            family = FAMILIES[sort.family]
            least = 1 if self.chance(0.05) else 2
            words = tuple(self.rng.sample(family, self.rng.randint(least, len(family))))
            data["words"] = self.prose.word_titles(words, is_id=True)
            fact = attrs.evolve(fact, words=words, open=open_)
            if open_ or self.chance(0.1):
                data["open"] = "true" if open_ else "false"
        elif kind in USUAL:
            first, last = self._stretch(kind)
            fact = attrs.evolve(fact, low=Fraction(first), high=Fraction(last))
            if (first, last) != USUAL[kind]:
                data["range"] = f"{figure_text(kind, first)}..{figure_text(kind, last)}"
        if (sort.entry_kind or kind) in USUAL and not self.size.small and self.chance(0.05):
            data["past"] = self.rng.choice(("true", "true", "true", "false"))
        if sort.kind == "list":
            fact = attrs.evolve(
                fact, at_most=self.rng.choice((1, 2) if self.size.small else (3, 6))
            )
            data.update({"of": sort.entry_kind, "at_most": str(fact.at_most)})
            if sort.unit:
                data["unit"] = sort.unit
        if "unit" in data and self.chance(0.2):
            data["unit_title"] = self.prose.title()
        if none:
            data["none"] = self.prose.title()
        if self.chance(0.3):
            data["ask"] = self.prose.title()
        if self.chance(0.2):
            data["as_of"] = "previous_year"
        if self.chance(0.3):
            data["changeable"] = self.rng.choice(("true", "false"))
        self.facts[name], self.fact_data[name] = fact, data
        return fact

    def _range(self, sort: Sort) -> tuple[int, Fraction, Fraction]:
        rng = self.rng
        if self.size.small:
            if sort.kind == "ratio":
                return 1, Fraction(0), Fraction(rng.choice((2, 3, 5)), 10)
            low = rng.choice((0, 0, 0, 1, -1)) if sort.kind == "number" else rng.choice((0, 0, 1))
            high = low + rng.choice((1, 2, 3, 3)) - (1 if self.chance(0.03) else 0)
            return 0, Fraction(low), Fraction(max(low, high))
        if sort.kind == "ratio":
            places = rng.choice((2, 4, 8))
            return places, Fraction(0), Fraction(rng.choice((1, 1, 2)))
        low = rng.choice((0, 0, 0, 0, 1, 12)) - (
            rng.choice((0, 10)) if sort.kind == "number" else 0
        )
        places = rng.choice((0, 1, 4)) if sort.kind == "number" else 0
        return places, Fraction(low), Fraction(low + rng.choice((0, 5, 40, 1000, 10_000_000)))

    def _stretch(self, kind: str) -> tuple[int, int]:
        """The range of a day, a month or a year; in every second one the usual."""
        rng = self.rng
        low, high = NEAR[kind]
        if self.size.small:
            first = rng.choice((low + 7, rng.randint(low, high - 2)))
            return first, first + rng.choice((1, 2, 2))
        if self.chance(0.5):
            return USUAL[kind]
        age = 18 * {"date": 365, "month": 12, "calendar_year": 1}[kind]
        low -= rng.choice((0, 0, age, 2 * age))
        return low, high - rng.choice((0, 1))

    # Lists.

    def item_list(self) -> ItemList | None:
        """A list of items: one that is there already, or a new one; None for want of either."""
        if self.lists and (len(self.lists) >= 2 or self.chance(0.7)):
            return self.rng.choice(list(self.lists.values()))
        if self.size.lists == 0 or (self.size.small and self.lists):
            return None
        name = ("hires", "papers")[len(self.lists)]
        unit = self.rng.choice(LISTED)
        at_most = self.rng.choice((1, 1, 2) if self.size.small else (3, 5, 40))
        each = self.rng.choice((name[:-1], f"a_{name[:-1]}"))
        self.lists[name] = ItemList(name, unit, at_most, self.rng.choice(("id", "number")), each)
        return self.lists[name]

    def figures(self, place: Place, unit: str | None = None) -> Declared:
        """A fact that is a list of figures, counted in the unit where one is asked for."""
        entry_kind = self.rng.choice(("date", "month", "word", "word"))
        family = self.rng.choice(tuple(FAMILIES)) if entry_kind == "word" else ""
        fitting = [
            fact
            for fact in self.facts_at_hand({"list"}, place, none=False)
            if unit is None or fact.sort.unit == unit
        ]
        if fitting and self.chance(0.7):
            return self.rng.choice(fitting)
        if unit is None:
            unit = self.rng.choice(LISTED)
        return self.fact(Sort("list", unit, family, entry_kind), place, open_=True)

    def key(self, place: Place) -> Declared | None:
        """What may choose the row of a table: a word that is a fact or a value."""
        keys = self.facts_at_hand({"word"}, place, none=True)
        values = [value for value in self.values_at_hand(place) if value.sort.kind == "word"]
        if values and self.chance(0.5):
            return self.rng.choice(values)
        if keys:
            return self.rng.choice(keys)
        return None


def plain(number: Fraction, sort: Sort) -> str:
    """A figure without its unit, as a range writes it."""
    if sort.is_calendar:
        return figure_text(sort.kind, int(number))
    if sort.kind == "ratio":
        return f"{decimal_text(number * 100)}%"
    return decimal_text(number)


def any_number(rng: random.Random, unit: str, *, whole: bool = False) -> Sort:
    """A sort of numbers of the unit."""
    return Sort(rng.choice(kinds_of(unit, whole=whole)), unit)


def entry_of(fact: Declared, name: str) -> Declared:
    """One entry of a list of figures, under the name that an expression gives it."""
    return attrs.evolve(fact, name=name, sort=fact.sort.entry, scope="", at_most=0)
