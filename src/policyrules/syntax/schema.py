"""Generate the JSON Schema of each kind of file, for editors."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from policyrules.syntax.common_grammar import LANGUAGE
from policyrules.syntax.kinds import KINDS
from policyrules.syntax.shapes import Record

_FILES: Final[Mapping[str, Record]] = MappingProxyType({kind.name: kind.shape for kind in KINDS})


def schema_names() -> tuple[str, ...]:
    """Return the kinds of files that have a schema."""
    return tuple(_FILES)


def file_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a kind of file.

    It describes keys and shapes; `check` verifies names, types, units and dates.
    """
    schema = _FILES[name].schema()
    schema["properties"]["policyrules"] = {"enum": [LANGUAGE, str(LANGUAGE)]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}
