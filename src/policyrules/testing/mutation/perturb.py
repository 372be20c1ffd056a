"""The facts of a case with one of them moved to where a ruleset turns."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import attrs

from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.types import Kind
from policyrules.testing.boundaries.thresholds import thresholds
from policyrules.text.fact_path import FactPath, local_name
from policyrules.values.calendar import figure_text
from policyrules.values.exact import Exact, decimal_text

Facts = Mapping[str, Any]
"""Facts by their full names, as exact texts; lists of items by theirs."""

UNKNOWN: Final = ""
"""In place of a fact: it is taken away."""


_SMALL_FIGURES: Final = (1, 2, 5, 6, 15)
"""Small figures, in the last place of a fact: where a share of them lies between two roundings."""


@attrs.frozen
class FactChange:
    """One fact put elsewhere; of an item, `key_name` is what its list calls the key."""

    path: FactPath
    value: Any = attrs.field(hash=False)
    key_name: str = ""

    def apply_to(self, facts: Facts) -> Facts:
        """The facts with the move made in them."""
        path = self.path
        if path.item_key is None:
            return _put(facts, path.declared_name, self.value)
        items = [
            _put(item, path.fact, self.value) if item[self.key_name] == path.item_key else item
            for item in facts[path.subject]
        ]
        return {**facts, path.subject: items}


def _put(facts: Facts, name: str, value: Any) -> Facts:
    rest = {key: one for key, one in facts.items() if key != name}
    if value == UNKNOWN:
        return rest
    return {**facts, name: value} if name in facts else {**rest, name: value}


def perturbations(facts: Facts, *rulesets: CheckedRuleset) -> Iterator[tuple[FactChange, Facts]]:
    """The facts with one moved, each in its turn, to where one of the rulesets turns."""
    near: dict[str, set[Exact]] = {}
    for ruleset in rulesets:
        for name, figures in thresholds(ruleset).items():
            near.setdefault(name, set()).update(figures)
    ruleset = rulesets[0]
    for name, fact in ruleset.facts.items():
        values = [*dict.fromkeys(_values(fact, near.get(name, set()))), UNKNOWN]
        if fact.subject not in ruleset.lists:
            moves = [
                FactChange(FactPath(fact.subject, _own(name)), _as_given(one)) for one in values
            ]
        else:
            key = ruleset.lists[fact.subject].key
            paths = [
                FactPath(fact.subject, _own(name), item[key])
                for item in facts.get(fact.subject, ())
            ]
            moves = [FactChange(path, _as_given(value), key) for path in paths for value in values]
        yield from ((move, move.apply_to(facts)) for move in moves)
    for name in ruleset.lists:
        wholes: tuple[Any, ...] = ([], UNKNOWN)
        for whole in wholes:
            move = FactChange(FactPath(name), whole)
            yield move, move.apply_to(facts)


def _own(name: str) -> str:
    """Return the name of a fact without its subject."""
    return local_name(name)


def _as_given(value: str | tuple[str, ...]) -> str | list[str]:
    return value if isinstance(value, str) else list(value)


def _values(fact: Fact, near: set[Exact]) -> Iterator[str | tuple[str, ...]]:
    kind = fact.type.kind
    if kind is Kind.LIST:
        entries = list(_figures(fact, fact.type.entry.kind, near))
        yield ()
        yield from ((one,) for one in entries)
        yield from ((one, other) for one, other in pairwise(entries))
    else:
        yield from _figures(fact, kind, near)
    if fact.type.none is not None:
        yield "none"


def _figures(fact: Fact, kind: Kind, near: set[Exact]) -> Iterator[str]:
    """The figures at which something turns, one step beside them, and the ends of the range."""
    if kind is Kind.YES_NO:
        yield from ("true", "false")
        return
    if kind is Kind.WORD:
        words = fact.type.words if fact.type.kind is not Kind.LIST else fact.type.entry.words
        yield from words
        return
    places = 0 if kind.is_calendar else fact.type.places or 0
    steps = sorted({int(one * 10**places) + beside for one in near for beside in (-1, 0, 1)})
    steps += [] if kind.is_calendar else _SMALL_FIGURES
    ends = [int((end or 0) * 10**places) for end in (fact.low, fact.high) if end is not None]
    write: Callable[[int], str] = lambda step: decimal_text(Fraction(step, 10**places))  # noqa: E731
    if kind.is_calendar:
        write = lambda step: figure_text(kind, step)  # noqa: E731
    low, high = (ends[0], ends[-1]) if ends else (None, None)
    for step in dict.fromkeys((*steps, *ends)):
        if (low is None or step >= low) and (high is None or step <= high):
            yield write(step)
