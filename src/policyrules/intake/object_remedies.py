"""Remedies for Python objects that are given as facts but are not mappings, such as dataclasses."""

from __future__ import annotations

from pathlib import PurePath
from typing import Final

_SUFFIXES: Final = frozenset({".json", ".yaml", ".yml"})


def remedy_for_facts(given: object) -> str:
    """Return the call that converts an object to facts, or an empty text.

    >>> remedy_for_facts("{}"), remedy_for_facts(6)
    ('read it first: `policyrules.read_facts(…)`', '')
    """
    if isinstance(given, type):
        return ""
    if isinstance(given, str | bytes | PurePath):
        return _remedy_for_text(given)
    kind = type(given)
    if kind.__module__.partition(".")[0] == "pandas" and kind.__name__ == "DataFrame":
        return 'give its rows to `decide_many`: `.to_dict("records")`'
    if hasattr(given, "_asdict"):
        return "give `._asdict()` of it"
    if isinstance(given, list | tuple):
        return "give the facts of several cases to `decide_many`"
    if hasattr(kind, "model_dump"):
        return "give `.model_dump()` of it"
    if hasattr(kind, "__attrs_attrs__"):
        return "give `attrs.asdict(…)` of it"
    if hasattr(kind, "__dataclass_fields__"):
        return "give `dataclasses.asdict(…)` of it"
    if hasattr(kind, "to_dict"):
        return "give `.to_dict()` of it"
    if hasattr(kind, "keys") and hasattr(kind, "__getitem__"):
        return "give `dict(…)` of it"
    return ""


def _remedy_for_text(given: str | bytes | PurePath) -> str:
    if isinstance(given, PurePath):
        return "read it first: `policyrules.read_facts(path.read_bytes())`"
    if isinstance(given, str) and PurePath(given[:1000]).suffix.lower() in _SUFFIXES:
        return "read it first: `policyrules.read_facts(Path(…).read_bytes())`"
    return "read it first: `policyrules.read_facts(…)`"
