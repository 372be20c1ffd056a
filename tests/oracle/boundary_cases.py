"""Shared parts of the generators of boundary cases: a case with its answer, and omitted facts."""

import random
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple


class Boundary(NamedTuple):
    """One case on one day, and the status or the error code that the text gives."""

    name: str
    facts: dict[str, object]
    on: date
    expected: str


def leave_out(rng: random.Random, facts: dict[str, object], names: Sequence[str]) -> None:
    """Makes the named facts unknown: most are then absent, one in five is there and is None."""
    for name in names:
        if name in facts and rng.random() < 0.2:
            facts[name] = None
        else:
            facts.pop(name, None)


def some_of(rng: random.Random, names: Sequence[str]) -> list[str]:
    """A few of the names, seldom many and seldom all."""
    return rng.sample(names, min(rng.choice((1, 1, 1, 2, 2, 3, 5, len(names))), len(names)))


def day_of_decision(rng: random.Random, in_force: Sequence[date], outside: Sequence[date]) -> date:
    """A day on which the policy is in force; one time in twenty it is not."""
    return rng.choice(outside) if rng.random() < 0.05 else rng.choice(in_force)
