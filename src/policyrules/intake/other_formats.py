"""Recognise facts in an unsupported format, and say what to give instead."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Final

_SUFFIXES: Final[Mapping[str, str]] = {
    ".csv": "CSV",
    ".tsv": "TSV",
    ".xml": "XML",
    ".html": "HTML",
    ".toml": "TOML",
    ".ini": "INI",
    ".cfg": "INI",
    ".properties": "a properties file",
    ".env": "a file of variables",
    ".md": "Markdown",
    ".py": "Python",
}
_SUPPORTED: Final = "facts are JSON or YAML only"


def format_remedy(text: str, path: str) -> str:
    r"""Return the remedy for a text that could not be parsed as facts, or an empty text.

    >>> format_remedy("laid_off,kind\n6,enterprise\n", "firms.csv")
    'CSV is not read: facts are JSON or YAML only, one file for each case'
    """
    suffix = PurePath(path).suffix.lower()
    if suffix in {".jsonl", ".ndjson"} or is_json_lines(text):
        return (
            "these are JSON Lines: give one file for each case, or in Python call `decide_many()`"
        )
    if suffix in _SUFFIXES:
        return f"{_SUFFIXES[suffix]} is not read: {_SUPPORTED}, one file for each case"
    if text.lstrip().startswith("<"):
        return f"XML is not read: {_SUPPORTED}"
    return ""


def is_json_lines(text: str) -> bool:
    """Return whether each of several lines is a JSON object."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return len(lines) > 1 and all(line.startswith('{"') and line.endswith("}") for line in lines)
