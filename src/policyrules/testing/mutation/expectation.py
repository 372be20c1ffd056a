"""Expectations of a case, made from one decision or from the difference of two."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from policyrules.cases.expected_value import NOT_APPLICABLE, format_amount, format_value
from policyrules.decisions.decision import Decision
from policyrules.decisions.items import ItemDecision
from policyrules.display.value import DisplayValue

Expected = Mapping[str, Any]
"""The keys of `expect` with their content: texts, lists of names, and mappings of both."""


_AMOUNTS: Final = ("amount", "amounts")
"""The keys for the only amount of a ruleset and for several."""


def full_expectation(decision: Decision) -> Expected:
    """Return every expectation that a case could have of the decision."""
    conditions = decision.conditions
    expectation: dict[str, Any] = {"status": decision.status}
    amounts = {name: format_amount(amount) for name, amount in decision.amounts.items()}
    if len(amounts) == 1:
        expectation["amount"] = next(iter(amounts.values()))
    elif amounts:
        expectation["amounts"] = amounts
    expectation |= {
        "failed": list(conditions.failed),
        "excluded": list(conditions.excluded),
        "unknown": list(conditions.unknown),
        "held": list(conditions.held),
        "met_by": {name: list(members) for name, members in conditions.met_by.items()},
        "missing": [missing.fact for missing in decision.missing],
        "unsettled": [point.name for point in decision.unsettled],
        "values": dict(_value_texts(decision.values)),
        "consequences": dict(_value_texts(decision.consequences)),
        # A notice about facts is not a note of the ruleset.
        "warnings": [notice.id for notice in decision.notices if not notice.facts],
        "items": {
            name: {key: _item_expectation(item) for key, item in items.items()}
            for name, items in decision.items.items()
        },
    }
    return expectation


def minimal_expectation(original: Expected, mutant: Expected) -> Expected:
    """Return the smallest `expect` block that the original passes and the mutant fails.

    Only legally meaningful keys are used: status, amounts, failed, excluded, consequences and item
    statuses. Empty if both decide alike in them.
    """
    differs = _differing(original, mutant)
    if "error" in original:
        return differs
    items = _item_statuses(differs.get("items", {}))
    if not items and not differs.keys() & {"status", *_AMOUNTS, "consequences"}:
        return {}
    expectation: dict[str, Any] = {**_status_and_amount(original)}
    expectation |= {
        key: content
        for key in ("failed", "excluded", "consequences")
        if (content := differs.get(key))
    }
    return expectation | ({"items": items} if items else {})


def differing_expectation(original: Expected, mutant: Expected) -> Expected:
    """Return the `expect` block of all differences; empty if no case can tell them apart."""
    differs = _differing(original, mutant)
    return (
        differs
        if not differs or "error" in original
        else {**_status_and_amount(original), **differs}
    )


def _status_and_amount(original: Expected) -> Expected:
    """Return the status and the amounts, whether they differ or not."""
    return {key: original[key] for key in ("status", *_AMOUNTS) if key in original}


_PARTS_OF_ITEM: Final = ("status", "consequences")
"""The legally meaningful parts of the expectation of an item."""


def _item_statuses(items: Mapping[str, Any]) -> dict[str, Any]:
    """Return the items whose status or consequences differ."""
    result: dict[str, Any] = {}
    for list_, items_by_key in items.items():
        kept = {
            key: differing
            for key, item in items_by_key.items()
            if (differing := {part: item[part] for part in _PARTS_OF_ITEM if part in item})
        }
        if kept:
            result[list_] = kept
    return result


def _differing(original: Mapping[str, Any], mutant: Mapping[str, Any]) -> dict[str, Any]:
    """Return the expectations of the original that the mutant does not meet."""
    result: dict[str, Any] = {}
    for key, content in original.items():
        mutant_content = mutant.get(key)
        if content == mutant_content:
            continue
        if key == "warnings":
            # A case lists notes that are disclosed; it cannot say that a note is not.
            notes = [note_id for note_id in content if note_id not in (mutant_content or ())]
            result |= {key: notes} if notes else {}
        elif isinstance(content, Mapping):
            contrary = mutant_content if isinstance(mutant_content, Mapping) else {}
            differing = _differing(content, contrary)
            if key == "consequences":
                absent = [name for name in contrary if name not in content]
                differing |= dict.fromkeys(absent, NOT_APPLICABLE.text)
            result |= {key: differing} if differing else {}
        elif isinstance(content, list):
            is_reordered = isinstance(mutant_content, list) and set(content) == set(mutant_content)
            result |= {} if is_reordered else {key: content}
        elif content:
            result[key] = content
    return result


def _value_texts(values: Mapping[str, DisplayValue]) -> Iterator[tuple[str, str]]:
    for name, shown in values.items():
        yield name, format_value(shown)


def _item_expectation(item: ItemDecision) -> dict[str, Any]:
    expectation: dict[str, Any] = {}
    if item.status is not None:
        expectation = {
            "status": item.status,
            "routes": list(item.routes),
            "failed": list(item.failed),
            "excluded": list(item.excluded),
            "unknown": list(item.unknown),
        }
    return expectation | {
        "values": dict(_value_texts(item.values)),
        "consequences": dict(_value_texts(item.consequences)),
        "warnings": [notice.id for notice in item.notices],
    }
