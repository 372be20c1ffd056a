"""The consequences and items of a decision that are open, and the facts that can settle them.

`missing` of a decision covers the status, the amounts and the consequences. An item may depend on
facts that change none of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import attrs

from policyrules.decisions.decision import Decision
from policyrules.decisions.items import ItemDecision
from policyrules.objects.representation import short_repr
from policyrules.text.localized import LocalizedText
from policyrules.values.possible import Possible


@attrs.frozen(repr=False)
class OpenResult:
    """A consequence or an item that is open, and the facts that can still settle it.

    `name` is the name of the consequence, or `list[key]` for an item. `facts` is empty if no fact
    can settle it.
    """

    __repr__ = short_repr

    name: str
    title: LocalizedText
    facts: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the open result as plain data."""
        return {"name": self.name, "title": self.title.to_dict(), "facts": list(self.facts)}


def open_results(decision: Decision) -> tuple[OpenResult, ...]:
    """Return the open consequences, then the open items, in the order of the decision."""
    return (*_consequences(decision), *_items(decision))


def has_final_answer(decision: Decision) -> bool:
    """Return whether no fact can change the status or an amount; consequences may be open."""
    return decision.status != "undetermined" and all(
        amount.status in {"exact", "not_stated", "not_applicable"}
        for amount in decision.amounts.values()
    )


def _consequences(decision: Decision) -> Iterator[OpenResult]:
    for name, value in decision.consequences.items():
        if not value.possible.is_settled:
            yield OpenResult(name, value.title or LocalizedText(name, name), _facts(value.possible))


def _items(decision: Decision) -> Iterator[OpenResult]:
    for name, items in decision.items.items():
        for key, item in items.items():
            facts = tuple(dict.fromkeys(_facts_of_item(item)))
            if facts or item.status == "undetermined":
                yield OpenResult(f"{name}[{key}]", item.title, facts)


def _facts_of_item(item: ItemDecision) -> Iterator[str]:
    """Yield the facts that can settle the status of an item, and its values if not ineligible."""
    if item.status == "undetermined":
        for name in item.unknown:
            yield from item.reasons[name].missing_facts
    if item.status != "ineligible":
        for value in item.values.values():
            yield from _facts(value.possible)


def _facts(possible: Possible) -> tuple[str, ...]:
    return (
        ()
        if possible.is_settled
        else tuple(sorted(need.fact for need in possible.dependencies.missing_inputs))
    )
