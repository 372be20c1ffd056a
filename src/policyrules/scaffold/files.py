"""Files of a scaffold: read the existing files, and add entries in memory; nothing is written."""

from __future__ import annotations

import re
from pathlib import Path

import attrs

from policyrules.catalogue.store import display_path, read_file
from policyrules.diagnostics import Diagnostics
from policyrules.errors import RulesetError, ScaffoldError
from policyrules.scaffold import templates
from policyrules.syntax.reader import read_jurisdictions, read_sources
from policyrules.syntax.yaml import decode


@attrs.frozen
class ScaffoldFile:
    """A file to write, with its new text. `before` is its present content, None for a new file.

    `added_id` is the id that is added to an existing file; empty for a new file.
    """

    path: Path
    text: str
    before: bytes | None = None
    added_id: str = ""


def read_bytes(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        RulesetError: it cannot be read.
    """
    diagnostics = Diagnostics()
    file = read_file(path, diagnostics)
    if file is None:
        raise RulesetError(diagnostics.sorted())
    return file.data


def source_ids(path: Path) -> set[str]:
    """Return the ids of the sources that a file declares.

    Raises:
        RulesetError: it cannot be read.
    """
    diagnostics = Diagnostics()
    text = decode(read_bytes(path), display_path(path), diagnostics)
    tree = read_sources(text, display_path(path), diagnostics) if text is not None else None
    if tree is None:
        raise RulesetError(diagnostics.sorted())
    return {source.name.text for source in tree.sources}


def add_entry(path: Path, name: str, lines: list[str]) -> ScaffoldFile:
    """Return a file with an entry added at its end; every existing line stays as it is.

    Raises:
        ScaffoldError: the entry cannot be added at the end; its author has to add it.
    """
    before = read_bytes(path)
    diagnostics = Diagnostics()
    if decode(before, display_path(path), diagnostics) is None:
        raise RulesetError(diagnostics.sorted())
    text = templates.append_lines(before.decode("utf-8"), lines)
    entries = _declared_ids(before.decode("utf-8"))
    if entries is None or _declared_ids(text) != [*entries, name]:
        raise ScaffoldError(
            "not-added",
            f"`{name}` cannot be added to the end of `{display_path(path)}`",
            expected="a file in the layout of `policyrules fmt`",
            remedy="add it yourself:\n" + "\n".join(lines),
        )
    return ScaffoldFile(path, text, before, name)


def _declared_ids(text: str) -> list[str] | None:
    """Return the ids that a file of sources or jurisdictions declares; None if it is unreadable."""
    diagnostics = Diagnostics()
    plain = text.removeprefix("\ufeff")
    if re.search(r"^jurisdictions:", plain, re.MULTILINE):
        places = read_jurisdictions(plain, "", diagnostics)
        ids = None if places is None else [code.text for code, _ in places.jurisdictions]
    else:
        sources = read_sources(plain, "", diagnostics)
        ids = None if sources is None else [source.name.text for source in sources.sources]
    return None if diagnostics.has_errors else ids
