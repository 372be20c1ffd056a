"""The parts of a decision that stay open besides its status and its amount, and what settles them.

`missing` of a decision is about the status and the amount. Consequences, and what is decided of
items, may still hang on facts that change neither.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from policyrules.decisions.decision import Decision
from policyrules.decisions.items import ItemDecision
from policyrules.objects.representation import short_repr
from policyrules.text.localized import Title
from policyrules.values.possible import Possible


@attrs.frozen(repr=False)
class OpenPart:
    """A consequence or an item that is open, and the facts that can still settle it.

    `name` is that of the consequence, or `list[key]` of the item. Without `facts` no fact can.
    """

    __repr__ = short_repr

    name: str
    title: Title
    facts: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As data."""
        return {"name": self.name, "title": self.title.to_dict(), "facts": list(self.facts)}


def open_parts(decision: Decision) -> tuple[OpenPart, ...]:
    """Return the open consequences, then the open items, in the order of the decision."""
    return (*_consequences(decision), *_items(decision))


def _consequences(decision: Decision) -> Iterator[OpenPart]:
    for name, shown in decision.consequences.items():
        if not shown.possible.is_settled:
            yield OpenPart(name, shown.title or Title(name, name), _facts(shown.possible))


def _items(decision: Decision) -> Iterator[OpenPart]:
    for name, items in decision.items.items():
        for key, item in items.items():
            facts = tuple(dict.fromkeys(_facts_of_item(item)))
            is_open = item.status == "undetermined" or any(
                not shown.possible.is_settled for shown in item.values.values()
            )
            if is_open and (facts or item.status == "undetermined"):
                yield OpenPart(f"{name}[{key}]", item.title, facts)


def _facts_of_item(item: ItemDecision) -> Iterator[str]:
    """The facts that can settle the status of an item; of one without, what its values are."""
    if item.status is None:
        for shown in item.values.values():
            yield from _facts(shown.possible)
    elif item.status == "undetermined":
        for name in item.unknown:
            yield from item.reasons[name].missing_facts


def _facts(possible: Possible) -> tuple[str, ...]:
    return (
        ()
        if possible.is_settled
        else tuple(sorted(need.fact for need in possible.dependencies.missing_inputs))
    )
