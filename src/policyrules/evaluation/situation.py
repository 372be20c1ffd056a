"""A situation: the known facts and lists of one case, typed and within their ranges."""

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
    UNDECLARED_WORD,
    Interval,
    Possible,
    collapse_point,
    number,
    word,
)

ListEntry = int | str
"""One entry of a list of figures: a day or a month as its figure, or a word."""


@attrs.frozen(repr=False)
class KnownFact:
    """A known fact: a figure, a word, a yes_no, a tuple of list entries, or None for `none`.

    `places` is the number of decimal places as written, in the unit of the fact (`23.33%` has
    four); None for a fraction, which is exact.
    """

    __repr__ = short_repr

    figure: Exact | str | bool | tuple[ListEntry, ...] | None
    places: int | None = None

    def text(self, type_: Type) -> str | list[str]:
        """Return the fact as exact text, the same for every way of writing it."""
        figure, kind = self.figure, type_.kind
        if figure is None:
            return "none"
        if isinstance(figure, bool):
            return "true" if figure else "false"
        if isinstance(figure, str):
            return figure
        if isinstance(figure, tuple):
            entry_kind = type_.entry.kind
            return [
                entry if isinstance(entry, str) else figure_text(entry_kind, entry)
                for entry in figure
            ]
        if kind.is_calendar and isinstance(figure, int):
            return figure_text(kind, figure)
        if self.places is None:
            return fraction_text(figure)
        return decimal_text(figure, places=max(self.places, 2 if kind is Kind.MONEY else 0))


@attrs.frozen(repr=False)
class Item:
    """An item of a list: its key, and its known facts by their full names."""

    __repr__ = short_repr

    key: str
    known: Mapping[str, KnownFact] = attrs.field(hash=False)


@attrs.frozen(repr=False)
class Situation:
    """The known facts of one case, and the known lists, by name.

    For an item, `known` includes the facts of the item, and `item` is its list and key; the key is
    None for the representative of an unknown list.
    """

    known: Mapping[str, KnownFact] = attrs.field(hash=False)
    lists: Mapping[str, tuple[Item, ...]] = attrs.field(factory=dict, hash=False)
    item: tuple[str, str | None] | None = None

    def __repr__(self) -> str:
        """Return the number of facts and items, without the facts: they may be private."""
        items = sum(map(len, self.lists.values()))
        place = "" if self.item is None else f", seen from an item of {cut(self.item[0])!r}"
        return f"<Situation of {len(self.known)} known facts, {items} items{place}>"

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
        """Return the possible value of a fact: the known one, or all that its type allows."""
        known = self.known.get(fact.name)
        return (
            unknown_value(fact, self.fact_path(fact.name)) if known is None else known_value(known)
        )

    def for_item(self, name: str, item: Item | None) -> Situation:
        """Return the situation of an item; None is the representative of an unknown list."""
        known = self.known if item is None else {**self.known, **item.known}
        return Situation(known, self.lists, (name, None if item is None else item.key))

    def fact_path(self, name: str) -> str:
        """Return the path by which to ask for a fact, with the key of the item for its facts."""
        if self.item is None or not name.startswith(self.item[0] + "."):
            return name
        list_name, key = self.item
        if key is None:
            return list_name
        return str(FactPath(list_name, name.removeprefix(f"{list_name}."), key))


def _texts(ruleset: CheckedRuleset, known: Mapping[str, KnownFact]) -> dict[str, str | list[str]]:
    return {
        name: fact.text(ruleset.facts[name].type)
        for name, fact in known.items()
        if name in ruleset.facts
    }


def known_value(known: KnownFact) -> Possible:
    """Return the value of a known fact."""
    figure = known.figure
    if figure is None:
        return Possible(None, may_be_none=True)
    if isinstance(figure, (bool, str)):
        return word(figure)
    if isinstance(figure, tuple):
        raise TypeError("a list has no single value: evaluate its entries")
    return number(figure)


def known_entry_value(entry: ListEntry) -> Possible:
    """Return the value of a known entry of a list of figures."""
    return word(entry) if isinstance(entry, str) else number(entry)


def unknown_value(fact: Fact, path: str = "") -> Possible:
    """Return all possible values of an unknown fact, which depend on the fact itself.

    `path` is the path to ask for the fact by, if it is not its name.
    """
    dependencies = Dependencies(frozenset({MissingInput(path or fact.name)}))
    return unconstrained_value(fact.type, fact.low, fact.high, dependencies)


def unconstrained_value(
    type_: Type, low: Exact | None, high: Exact | None, dependencies: Dependencies
) -> Possible:
    """Return all possible values of a type within a range."""
    figures: Interval | frozenset[str | bool] = frozenset(type_.words)
    if type_.kind.is_ordered:
        figures = Interval(low, high)
    elif type_.kind is Kind.YES_NO:
        figures = frozenset({True, False})
    elif type_.open:
        figures = frozenset({*type_.words, UNDECLARED_WORD})
    return collapse_point(Possible(figures, type_.none is not None, dependencies=dependencies))
