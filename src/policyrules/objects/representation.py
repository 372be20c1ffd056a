"""Short representations of objects, for a console or a log."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import Enum
from typing import Any, Final

import attrs

_MAX_LENGTH: Final = 180
_MAX_PART_LENGTH: Final = 60
"""The maximum lengths of a representation and of each of its parts."""


def short_repr(instance: Any) -> str:
    """Return the class and its non-empty fields, cut to a maximum length.

    A class uses it as its `__repr__`. A long collection is shown as its number of entries.
    """
    name = type(instance).__name__
    parts: list[str] = []
    length = len(name)
    for field in attrs.fields(type(instance)):
        value = getattr(instance, field.name)
        if not field.repr or value is None or (isinstance(value, Collection) and not value):
            continue
        part = f"{field.alias}={_short_value(value)}"
        length += len(part) + 2
        if length > _MAX_LENGTH:
            parts.append("…")
            break
        parts.append(part)
    return f"{name}({', '.join(parts)})"


def _short_value(value: object) -> str:
    """Return a value in a few characters."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return repr(value if len(value) <= _MAX_PART_LENGTH else cut(value))
    if isinstance(value, Collection) and not isinstance(value, (str, bytes)):
        noun = "entry" if len(value) == 1 else "entries"
        text = repr(value)[: _MAX_PART_LENGTH + 1] if _is_simple(value) else ""
        return text if 0 < len(text) <= _MAX_PART_LENGTH else f"<{len(value)} {noun}>"
    if attrs.has(type(value)):
        text = repr(value)
        return text if len(text) <= _MAX_PART_LENGTH else f"<{type(value).__name__}>"
    return cut(repr(value))


def _is_simple(value: Collection[object]) -> bool:
    """Return whether a collection has at most three entries, all of them short texts or truths."""
    if isinstance(value, Mapping) or len(value) > 3:
        return False
    return all(
        isinstance(entry, bool) or (isinstance(entry, str) and len(entry) <= _MAX_PART_LENGTH)
        for entry in value
    )


def cut(text: str, max_length: int = _MAX_PART_LENGTH) -> str:
    """Return the beginning of a text, with … if it is cut."""
    return text if len(text) <= max_length else f"{text[: max_length - 1]}…"
