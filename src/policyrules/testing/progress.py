"""The callback that reports the progress of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

ProgressCallback: TypeAlias = Callable[[int, int], None]
"""A function that takes the number of steps that are done, and their total."""


def no_progress(done: int, total: int) -> None:
    """Ignore the progress."""
