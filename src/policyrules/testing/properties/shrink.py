"""The least of facts that still show something: whatever can be left out is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Facts = dict[str, Any]


def least(facts: Mapping[str, Any], shows: Callable[[Facts], bool]) -> Facts:
    """The facts without every fact, every item and every fact of an item that is not needed.

    `shows` says whether fewer facts still show what all of them do; each is asked about in its
    turn, so the result is one from which nothing more can be taken.

    >>> def is_large(facts):
    ...     return facts.get("employer.insured_headcount", 0) > 30
    >>> least({"employer.insured_headcount": 31, "employer.laid_off": 2}, is_large)
    {'employer.insured_headcount': 31}
    """
    left = dict(facts)
    for name in facts:
        fewer = {key: value for key, value in left.items() if key != name}
        if shows(fewer):
            left = fewer
            continue
        under = left[name]
        if isinstance(under, Mapping):
            left[name] = least(under, _inside(left, name, shows))
        elif isinstance(under, list) and all(isinstance(one, Mapping) for one in under):
            left[name] = _items(under, _inside(left, name, shows))
    return left


def _inside(facts: Facts, name: str, shows: Callable[[Facts], bool]) -> Callable[[Any], bool]:
    """The same question about what stands under one name."""
    return lambda under: shows({**facts, name: under})


def _items(items: list[Any], shows: Callable[[list[Any]], bool]) -> list[Any]:
    left, place = list(items), 0
    while place < len(left):
        before, behind = left[:place], left[place + 1 :]
        if shows([*before, *behind]):
            left = [*before, *behind]
            continue
        left[place] = least(left[place], _among(before, behind, shows))
        place += 1
    return left


def _among(
    before: list[Any], behind: list[Any], shows: Callable[[list[Any]], bool]
) -> Callable[[Facts], bool]:
    return lambda item: shows([*before, item, *behind])


def as_data(value: Any) -> Any:
    """Facts as a facts file has them: numbers and days as texts."""
    if isinstance(value, Mapping):
        return {name: as_data(one) for name, one in value.items()}
    if isinstance(value, list):
        return [as_data(one) for one in value]
    return value if isinstance(value, bool) else str(value)
