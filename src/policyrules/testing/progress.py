"""The progress of a run, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

ProgressCallback: TypeAlias = Callable[[int, int], None]
"""Is called with how many of how many are done: before the first, and after each."""


def no_progress(done: int, total: int) -> None:
    """Ignore the progress."""
