"""Search for an example with hypothesis, which shrinks it.

This module needs the extra `testing`: `pip install "policyrules[testing]"`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from policyrules.errors import MissingExtra

try:
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis.errors import NoSuchExample, Unsatisfiable
    from hypothesis.strategies import SearchStrategy
except ImportError as _error:
    raise MissingExtra("hypothesis", "testing") from _error

_Example = TypeVar("_Example")

_SETTINGS: Final = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
"""Deterministic settings: the same ruleset always gives the same result."""


def find_example(
    strategy: SearchStrategy[_Example], predicate: Callable[[_Example], bool], examples: int
) -> _Example | None:
    """Return the smallest drawn example that satisfies the predicate; None if none does."""
    try:
        return find(strategy, predicate, settings=settings(_SETTINGS, max_examples=examples))
    except (NoSuchExample, Unsatisfiable):
        return None
