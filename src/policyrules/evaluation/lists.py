"""Looking into lists: each entry in its turn, and `any`, `all`, `count` and `sum` over them.

A list that is not known may have any number of entries up to its most, each of them anything; so
it is looked at by one entry of which nothing is known.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import reduce

import attrs

from policyrules.evaluation.situation import Item, Situation, anything, settled_entry
from policyrules.ir.nodes import Counted, FactRef, ListName, Quantified, Summed, Term, Test
from policyrules.ir.ruleset import WITHOUT_END, CheckedRuleset, Fact, ItemList
from policyrules.values.calendar import figure_text
from policyrules.values.exact import Exact
from policyrules.values.kleene import FAILED, HELD, Verdict, all_of, any_of
from policyrules.values.possible import (
    SETTLED,
    Interval,
    Need,
    Possible,
    Support,
    add,
    hull,
    joined,
    narrowed,
    number,
)


@attrs.frozen
class Seen:
    """One entry of a list as expressions see it: the situation with its own facts among the others.

    `key` is None for the entry of which nothing is known. Of a list of figures the entry is found
    under the name that the expression gives it.
    """

    key: str | None
    situation: Situation
    elements: Mapping[str, Possible] = attrs.field(factory=dict, hash=False)


@attrs.frozen
class Listed:
    """A list as it is looked into: its known entries, or None; and an entry that may be any.

    `asked` is the name by which the list is asked for. `at_most` is None where nothing says how
    many entries there may be.
    """

    known: tuple[Seen, ...] | None
    any_one: Seen
    asked: str
    at_most: int | None


def most_entries(declared: Fact | ItemList) -> int | None:
    """How many entries a list may have; None where it has no end."""
    return None if declared.at_most == WITHOUT_END else declared.at_most


def listed(ruleset: CheckedRuleset, situation: Situation, over: ListName, each: str) -> Listed:
    """The entries of a list in a situation."""
    name = over.name
    if not isinstance(over, FactRef):
        items = situation.lists.get(name)
        return Listed(
            None if items is None else tuple(_item(situation, name, one) for one in items),
            _item(situation, name, None),
            name,
            most_entries(ruleset.all_lists[name]),
        )
    fact, asked = ruleset.facts[name], situation.asked(name)
    entry = fact.type.entry
    known = situation.known.get(name)
    entries = None
    if known is not None and isinstance(known.figure, tuple):
        entries = tuple(
            Seen(
                one if isinstance(one, str) else figure_text(entry.kind, one),
                situation,
                {each: settled_entry(one)},
            )
            for one in known.figure
        )
    support = Support(frozenset({Need(asked)}))
    any_one = Seen(None, situation, {each: anything(entry, fact.low, fact.high, support)})
    return Listed(entries, any_one, asked, most_entries(fact))


def _item(situation: Situation, name: str, item: Item | None) -> Seen:
    key = None if item is None else item.key
    return Seen(key, situation.seen_from(name, item))


@attrs.frozen
class Look:
    """How an entry is looked at: the verdict of a test, and what a term may be."""

    key: str
    test: Callable[[Test], Verdict]
    term: Callable[[Term], Possible]


@attrs.frozen
class Looks:
    """The same for a whole list: its known entries, or None and the entry that may be any."""

    known: tuple[Look, ...] | None
    any_one: Callable[[], Look]
    asked: str
    at_most: int | None

    @property
    def need(self) -> Support:
        """The list itself, to be asked for."""
        return Support(frozenset({Need(self.asked)}))


def quantified(node: Quantified, looks: Looks) -> Verdict:
    """Return whether any or all entries hold the test; of none, `all` is held and `any` failed."""
    if looks.known is not None:
        verdicts = [look.test(node.test) for look in looks.known]
        return all_of(verdicts) if node.every else any_of(verdicts)
    found = looks.any_one().test(node.test)
    if node.every and found.truth is True:
        return HELD
    if not node.every and found.truth is False:
        return FAILED
    return Verdict(None, looks.need | found.support)


def counted(node: Counted, looks: Looks) -> Possible:
    """How many entries hold the test."""
    if looks.known is not None:
        verdicts = [look.test(node.test) for look in looks.known]
        held = sum(found.truth is True for found in verdicts)
        open_ = [found.support for found in verdicts if found.truth is None]
        if not open_:
            return number(held)
        return Possible(Interval(held, held + len(open_)), support=joined(open_))
    found = looks.any_one().test(node.test)
    if found.truth is False:
        return number(0)
    return narrowed(Possible(Interval(0, looks.at_most), support=looks.need | found.support))


def summed(node: Summed, looks: Looks) -> Possible:
    """The sum of a term over the entries that hold the test."""
    if looks.known is not None:
        return reduce(add, (_part(node, look) for look in looks.known), number(0))
    look = looks.any_one()
    found = HELD if node.test is None else look.test(node.test)
    if found.truth is False:
        return number(0)
    one = look.term(node.term)
    figures = one.figures if isinstance(one.figures, Interval) else Interval(0, 0)
    return narrowed(
        Possible(
            Interval(
                _least_sum(figures.low, looks.at_most), _most_sum(figures.high, looks.at_most)
            ),
            not_stated=one.not_stated,
            undefined=one.undefined or one.absent,
            support=looks.need | found.support | one.support,
        )
    )


def _part(node: Summed, look: Look) -> Possible:
    """What one entry adds to a sum; nothing where it fails the test."""
    found = HELD if node.test is None else look.test(node.test)
    if found.truth is False:
        return number(0)
    one = look.term(node.term)
    return one if found.truth else hull([number(0), one], found.support or SETTLED)


def _least_sum(bound: Exact | None, most: int | None) -> Exact | None:
    """The least that up to so many entries come to, each of them `bound` or more."""
    if bound is not None and bound >= 0:
        return 0
    return None if bound is None or most is None else bound * most


def _most_sum(bound: Exact | None, most: int | None) -> Exact | None:
    """The most that up to so many entries come to, each of them `bound` or less."""
    if bound is not None and bound <= 0:
        return 0
    return None if bound is None or most is None else bound * most
