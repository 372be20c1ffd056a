"""Dependencies of an undecided result: missing facts, and points that no fact decides."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs


@attrs.frozen(order=True)
class MissingInput:
    """A fact that could narrow a result, with the facts that could be given instead."""

    fact: str
    alternatives: tuple[str, ...] = ()

    @property
    def facts(self) -> tuple[str, ...]:
        """The fact and its alternatives."""
        return (self.fact, *self.alternatives)


@attrs.frozen(order=True)
class Indeterminacy:
    """A name whose result may stay open even if all facts are known, and the reason.

    `reason` is one of `not_stated`, `pending`, `either`, `division_by_zero`, `out_of_calendar`,
    `no_entry` (the largest or the smallest of no entry), `no_row` (no row is in force on the day on
    which a parameter is read), `no_year` (a calendar does not list the working days of a year),
    `conflict`, `open` (a list that the text leaves open) and `partly` (a month that is partly in a
    period).
    """

    name: str
    reason: str


@attrs.frozen
class Dependencies:
    """The missing inputs that could narrow a result, and the points that no fact decides."""

    missing_inputs: frozenset[MissingInput] = frozenset()
    indeterminacies: frozenset[Indeterminacy] = frozenset()

    def __or__(self, other: Dependencies) -> Dependencies:
        if self is other or other is NO_DEPENDENCIES:
            return self
        if self is NO_DEPENDENCIES:
            return other
        return Dependencies(
            self.missing_inputs | other.missing_inputs, self.indeterminacies | other.indeterminacies
        )

    def __bool__(self) -> bool:
        return bool(self.missing_inputs or self.indeterminacies)

    def __reduce__(self) -> str | tuple[type[Dependencies], tuple[object, object]]:
        """Pickle `NO_DEPENDENCIES` by name, so that a copy is the same object."""
        return (
            "NO_DEPENDENCIES"
            if self is NO_DEPENDENCIES
            else (Dependencies, (self.missing_inputs, self.indeterminacies))
        )


NO_DEPENDENCIES: Final = Dependencies()


def union(parts: Iterable[Dependencies]) -> Dependencies:
    """Return the union of several dependencies."""
    result = NO_DEPENDENCIES
    for part in parts:
        result = result | part
    return result
