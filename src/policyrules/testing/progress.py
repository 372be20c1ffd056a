"""The callback that reports the progress of a run."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

ProgressCallback: TypeAlias = Callable[[int, int], None]
"""Takes the number done and the total; is called before the first, and after each."""


def no_progress(done: int, total: int) -> None:
    """Ignore the progress."""
