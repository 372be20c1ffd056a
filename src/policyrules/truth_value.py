"""Refuse `bool()` of an object whose outcome is easily mistaken for its truth."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn


def no_truth_value(noun: str, remedy: str) -> Callable[[object], NoReturn]:
    """Return a `__bool__` that raises a `TypeError` with a remedy.

    An object of Python is true unless its class says otherwise, so `if decision:` would hold for a
    refusal.

    >>> class Answer:
    ...     __bool__ = no_truth_value("an answer", "compare `.passed`")
    >>> bool(Answer())
    Traceback (most recent call last):
    TypeError: an answer is no truth value: compare `.passed`
    """

    def refuse(_: object) -> NoReturn:
        raise TypeError(f"{noun} is no truth value: {remedy}")

    return refuse
