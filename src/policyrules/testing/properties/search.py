"""Draws with hypothesis until something shows what is looked for, and shrinks it.

This module needs the extra `testing`: `pip install "policyrules[testing]"`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar

from policyrules.errors import ExtraMissing

try:
    from hypothesis import HealthCheck, Phase, find, settings
    from hypothesis.errors import NoSuchExample, Unsatisfiable
    from hypothesis.strategies import SearchStrategy
except ImportError as _error:
    raise ExtraMissing("hypothesis", "testing") from _error

_Drawn = TypeVar("_Drawn")

_SETTINGS: Final = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)
"""The same each time: what holds today does not fail by chance tomorrow."""


def found_by(
    strategy: SearchStrategy[_Drawn], shows: Callable[[_Drawn], bool], examples: int
) -> _Drawn | None:
    """The least of what is drawn that shows it, or None if none of so many examples does."""
    try:
        return find(strategy, shows, settings=settings(_SETTINGS, max_examples=examples))
    except (NoSuchExample, Unsatisfiable):
        return None
