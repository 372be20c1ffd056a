"""Compare the pins of overlays with the current hashes of their bases, and update them.

An overlay pins each of its bases by its content hash. A base that has changed is reviewed before
the overlay is used again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

import attrs

from policyrules.catalogue.bases import FoundBase
from policyrules.catalogue.compiler import PIN_LENGTH, read_overlay
from policyrules.catalogue.discovery import real_path
from policyrules.catalogue.result import File
from policyrules.catalogue.store import RulesetLoader, display_path, read_file
from policyrules.diagnostics import Diagnostics
from policyrules.errors import FormatError, RulesetError, RulesetNotFound
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.yaml import Scalar

_FILE_CHANGED: Final = "the pins are no longer where they were read"


@attrs.frozen
class Pin:
    """A pin of an overlay, with the current hash of the base.

    `overridden_ids` are the ids of the base that the overlay changes or adds to: those to review
    when the base has changed.
    """

    path: Path
    overlay: str
    base: str
    pinned_hash: str
    current_hash: str
    overridden_ids: tuple[str, ...]

    @property
    def is_stale(self) -> bool:
        """Return whether the base has changed since it was pinned, or was never pinned."""
        return self.is_unpinned or not self.current_hash.startswith(self.pinned_hash)

    @property
    def is_unpinned(self) -> bool:
        """Return whether the base was never pinned."""
        return len(self.pinned_hash) < PIN_LENGTH


def pins(paths: Iterable[Path]) -> tuple[Pin, ...]:
    """Return every pin of the overlays at these paths; a ruleset without bases has none.

    Raises:
        RulesetError: an overlay cannot be read, or a base has errors other than its pins.
        RulesetNotFound: a base does not exist.
    """
    loader = RulesetLoader(is_pinned=False)
    return tuple(pin for path in paths for pin in _pins_of_file(path, loader))


def _pins_of_file(path: Path, loader: RulesetLoader) -> Iterator[Pin]:
    tree = _read_overlay_file(path)
    if tree is None:
        return
    overridden_ids = tuple(dict.fromkeys(tree.overridden_ids()))
    for key, pin in tree.extends:
        lookup = loader.find_base(path, key.text)
        if not isinstance(lookup, FoundBase):
            raise RulesetNotFound(key.text, f"`{display_path(path)}` extends it")
        base = lookup.compiled.ruleset
        if base is None:
            raise RulesetError(lookup.compiled.diagnostics)
        yield Pin(path, tree.id.text, key.text, pin.text, base.content_hash, overridden_ids)


def _read_overlay_file(path: Path) -> OverlayTree | None:
    """Read a file, and return its tree if it is an overlay; `check` reports what is wrong in it."""
    diagnostics = Diagnostics()
    file = read_file(path, diagnostics)
    tree = read_overlay(file, diagnostics) if file is not None else None
    if tree is None and diagnostics.has_errors:
        raise RulesetError(diagnostics.sorted())
    return tree


def pin_updates(pins: Iterable[Pin]) -> Iterator[tuple[Path, bytes, bytes]]:
    """Yield the path, the current bytes and the updated bytes of each overlay with a stale pin.

    An overlay that two paths lead to is yielded once.

    Raises:
        RulesetError: an overlay can no longer be read.
        FormatError: the file has changed since its pins were read.
    """
    stale: dict[Path, list[Pin]] = {}
    for pin in pins:
        if pin.is_stale:
            stale.setdefault(real_path(pin.path), []).append(pin)
    for pins_of_file in stale.values():
        path = pins_of_file[0].path
        diagnostics = Diagnostics()
        file = read_file(path, diagnostics)
        if file is None:
            raise RulesetError(diagnostics.sorted())
        yield path, file.data, update_pins(file.data, pins_of_file)


def update_pins(data: bytes, pins: Iterable[Pin]) -> bytes:
    """Replace the stale pins in the bytes of an overlay; every other byte stays the same.

    Raises:
        FormatError: the file has changed since its pins were read.
    """
    new = {pin.base: pin.current_hash[:PIN_LENGTH] for pin in pins if pin.is_stale}
    text = data.decode("utf-8")
    lines = text.split("\n")
    tree = _parse_overlay(data)
    # From the last pin to the first, so that the columns of earlier pins stay valid.
    for key, pin in sorted(tree.extends, key=lambda entry: entry[1].span, reverse=True):
        if key.text in new:
            number = pin.span.line - 1
            line = lines[number]
            mark = 1 if text.startswith("\ufeff") and number == 0 else 0
            start, end = pin.span.column - 1 + mark, pin.span.end_column - 1 + mark
            lines[number] = line[:start] + _replace_pin(line[start:end], pin, new[key.text])
            lines[number] += line[end:]
    result = "\n".join(lines).encode()
    expected = tuple((key.text, new.get(key.text, pin.text)) for key, pin in tree.extends)
    if tuple((key.text, pin.text) for key, pin in _parse_overlay(result).extends) != expected:
        raise FormatError(_FILE_CHANGED)
    return result


def _replace_pin(source: str, pin: Scalar, new: str) -> str:
    """Replace a pin in its source text, which may have quotation marks."""
    if pin.text not in source:
        raise FormatError(_FILE_CHANGED)
    return source.replace(pin.text, new, 1)


def _parse_overlay(data: bytes) -> OverlayTree:
    diagnostics = Diagnostics()
    tree = read_overlay(File("", data), diagnostics)
    if tree is None:
        raise RulesetError(diagnostics.sorted())
    return tree
