"""Shrinking of facts: removal of all that a failure does not need."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from policyrules.cases.run import FactsData


def shrink(facts: FactsData, still_fails: Callable[[FactsData], bool]) -> dict[str, Any]:
    """Remove facts, items and item facts one at a time while `still_fails` holds.

    The result is 1-minimal: no single removal keeps the failure.

    >>> def is_large(facts):
    ...     return facts.get("employer.insured_headcount", 0) > 30
    >>> shrink({"employer.insured_headcount": 31, "employer.laid_off": 2}, is_large)
    {'employer.insured_headcount': 31}
    """
    left = dict(facts)
    for name in facts:
        fewer = {key: value for key, value in left.items() if key != name}
        if still_fails(fewer):
            left = fewer
            continue
        under = left[name]
        if isinstance(under, Mapping):
            left[name] = shrink(under, _fails_with_content(left, name, still_fails))
        elif isinstance(under, list) and all(isinstance(item, Mapping) for item in under):
            left[name] = _shrink_items(under, _fails_with_content(left, name, still_fails))
    return left


def _fails_with_content(
    facts: FactsData, name: str, still_fails: Callable[[FactsData], bool]
) -> Callable[[Any], bool]:
    """Return the predicate for the content of one name."""
    return lambda under: still_fails({**facts, name: under})


def _shrink_items(items: list[Any], still_fails: Callable[[list[Any]], bool]) -> list[Any]:
    left, place = list(items), 0
    while place < len(left):
        before, behind = left[:place], left[place + 1 :]
        if still_fails([*before, *behind]):
            left = [*before, *behind]
            continue
        left[place] = shrink(left[place], _fails_with_item(before, behind, still_fails))
        place += 1
    return left


def _fails_with_item(
    before: list[Any], behind: list[Any], still_fails: Callable[[list[Any]], bool]
) -> Callable[[FactsData], bool]:
    return lambda item: still_fails([*before, item, *behind])


def to_facts_data(value: Any) -> Any:
    """Return facts as data of a facts file: numbers and days as texts."""
    if isinstance(value, Mapping):
        return {name: to_facts_data(content) for name, content in value.items()}
    if isinstance(value, list):
        return [to_facts_data(content) for content in value]
    return value if isinstance(value, bool) else str(value)
