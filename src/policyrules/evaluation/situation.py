"""One case: the facts that are known, typed and within their ranges. What is absent is unknown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.types import Kind, Type
from policyrules.objects.representation import cut, short_repr
from policyrules.text.fact_path import FactPath, local_name
from policyrules.values.calendar import figure_text
from policyrules.values.dependencies import Dependencies, MissingInput
from policyrules.values.exact import Exact, decimal_text, fraction_text
from policyrules.values.possible import (
    ANOTHER_WORD,
    Interval,
    Possible,
    collapse_point,
    number,
    word,
)

Entry = int | str
"""One entry of a list of figures: a day or a month as its figure, or a word."""


@attrs.frozen(repr=False)
class KnownFact:
    """A known fact: a figure, a word, a yes/no, or None for the known absence (`none`).

    `places` is the number of decimal places it was written with, in the fact's own unit (`23.33%`
    has four); None for a fraction, which stands only for itself. A list is a tuple of its entries.
    """

    __repr__ = short_repr

    figure: Exact | str | bool | tuple[Entry, ...] | None
    places: int | None = None

    def text(self, type_: Type) -> str | list[str]:
        """The fact as exact text, the same however it was written: what a receipt keeps."""
        figure, kind = self.figure, type_.kind
        if figure is None:
            return "none"
        if isinstance(figure, bool):
            return "true" if figure else "false"
        if isinstance(figure, str):
            return figure
        if isinstance(figure, tuple):
            entry = type_.entry.kind
            return [one if isinstance(one, str) else figure_text(entry, one) for one in figure]
        if kind.is_calendar and isinstance(figure, int):
            return figure_text(kind, figure)
        if self.places is None:
            return fraction_text(figure)
        return decimal_text(figure, places=max(self.places, 2 if kind is Kind.MONEY else 0))


@attrs.frozen(repr=False)
class Item:
    """One thing of a list: its key, and what is known of it by the full names of its facts."""

    __repr__ = short_repr

    key: str
    known: Mapping[str, KnownFact] = attrs.field(hash=False)


@attrs.frozen(repr=False)
class Situation:
    """The known facts of one case, by name, and the lists that are known, by theirs.

    A situation seen from an item has its facts among the others; `item` is then its list and key,
    the key being None for an item of which nothing is known.
    """

    known: Mapping[str, KnownFact] = attrs.field(hash=False)
    lists: Mapping[str, tuple[Item, ...]] = attrs.field(factory=dict, hash=False)
    item: tuple[str, str | None] | None = None

    def __repr__(self) -> str:
        """How much is known; the facts themselves may be somebody's secrets."""
        items = sum(map(len, self.lists.values()))
        seen = "" if self.item is None else f", seen from an item of {cut(self.item[0])!r}"
        return f"<Situation of {len(self.known)} known facts, {items} items{seen}>"

    def to_facts(self, ruleset: CheckedRuleset) -> dict[str, Any]:
        """Return the facts as exact texts, in the form in which a user gives them.

        Facts and lists that the ruleset does not read are left out.
        """
        facts: dict[str, Any] = _texts(ruleset, self.known)
        for name, items in self.lists.items():
            if name in ruleset.lists:
                key = ruleset.lists[name].key
                facts[name] = [
                    {key: item.key}
                    | {local_name(fact): text for fact, text in _texts(ruleset, item.known).items()}
                    for item in items
                ]
        return facts

    def in_order(self) -> Situation:
        """Return the situation with facts sorted by name, and items by key."""
        lists = {
            name: tuple(
                Item(item.key, dict(sorted(item.known.items())))
                for item in sorted(items, key=lambda item: item.key)
            )
            for name, items in sorted(self.lists.items())
        }
        return Situation(dict(sorted(self.known.items())), lists, self.item)

    def possible(self, fact: Fact) -> Possible:
        """What the fact may be: what is known, or all that its declaration allows."""
        known = self.known.get(fact.name)
        return (
            unknown_value(fact, self.fact_path(fact.name)) if known is None else known_value(known)
        )

    def for_item(self, name: str, item: Item | None) -> Situation:
        """The situation as an item of a list sees it; None is one of which nothing is known."""
        known = self.known if item is None else {**self.known, **item.known}
        return Situation(known, self.lists, (name, None if item is None else item.key))

    def fact_path(self, name: str) -> str:
        """The name by which a fact is asked for: an item's has the item's key in it."""
        if self.item is None or not name.startswith(self.item[0] + "."):
            return name
        of, key = self.item
        return of if key is None else str(FactPath(of, name.removeprefix(of + "."), key))


def _texts(ruleset: CheckedRuleset, known: Mapping[str, KnownFact]) -> dict[str, str | list[str]]:
    return {
        name: fact.text(ruleset.facts[name].type)
        for name, fact in known.items()
        if name in ruleset.facts
    }


def known_value(known: KnownFact) -> Possible:
    """What a known fact is."""
    figure = known.figure
    if figure is None:
        return Possible(None, may_be_none=True)
    if isinstance(figure, (bool, str)):
        return word(figure)
    if isinstance(figure, tuple):
        raise TypeError("a list is looked into, entry by entry")
    return number(figure)


def known_entry_value(entry: Entry) -> Possible:
    """What a known entry of a list of figures is."""
    return word(entry) if isinstance(entry, str) else number(entry)


def unknown_value(fact: Fact, asked: str = "") -> Possible:
    """All that an unknown fact may be; the fact itself is what could narrow it.

    `asked` is the name to ask for it by, where it is not its own.
    """
    support = Dependencies(frozenset({MissingInput(asked or fact.name)}))
    return unconstrained_value(fact.type, fact.low, fact.high, support)


def unconstrained_value(
    type_: Type, low: Exact | None, high: Exact | None, support: Dependencies
) -> Possible:
    """All that a figure of a type may be, within its range."""
    figures: Interval | frozenset[str | bool] = frozenset(type_.words)
    if type_.kind.is_ordered:
        figures = Interval(low, high)
    elif type_.kind is Kind.YES_NO:
        figures = frozenset({True, False})
    elif type_.open:
        figures = frozenset({*type_.words, ANOTHER_WORD})
    return collapse_point(Possible(figures, type_.none is not None, dependencies=support))
