"""Refuse `bool()` of objects whose truth would be mistaken for their outcome."""

from __future__ import annotations

from typing import NoReturn


def refuse_truth_value(noun: str, remedy: str) -> NoReturn:
    """Raise the `TypeError` of a `__bool__`, with a remedy.

    An object of Python is true unless its class says otherwise, so `if decision:` would hold for a
    refusal.

    >>> refuse_truth_value("an answer", "compare `.passed`")
    Traceback (most recent call last):
    TypeError: an answer has no truth value: compare `.passed`
    """
    raise TypeError(f"{noun} has no truth value: {remedy}")
