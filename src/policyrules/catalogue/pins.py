"""Pins: whether the bases of overlays are what they were, and how a pin is renewed.

An overlay names each of its bases with the hash of its content, so that a base that moves is looked
at again before anything is decided by what was built on it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

from policyrules.catalogue.bases import FoundBase
from policyrules.catalogue.compiler import PIN_LENGTH, read_overlay
from policyrules.catalogue.discovery import real_path
from policyrules.catalogue.store import RulesetLoader, display_path, read_file
from policyrules.diagnostics import Diagnostics
from policyrules.errors import FormatError, RulesetError, RulesetNotFound
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.yaml import Scalar


@attrs.frozen
class Pin:
    """A pin of an overlay.

    `before` is what stands there, `now` the hash that its base has; `touched` are the names of the
    base that the overlay changes or adds to, which are those to look at when the base has moved.
    """

    path: Path
    overlay: str
    base: str
    before: str
    now: str
    touched: tuple[str, ...]

    @property
    def is_stale(self) -> bool:
        """Return whether the base is not what it was, or was never pinned."""
        return self.is_first or not self.now.startswith(self.before)

    @property
    def is_first(self) -> bool:
        """Return whether the base was never pinned, so that nothing can have moved."""
        return len(self.before) < PIN_LENGTH


def pins(paths: Iterable[Path]) -> tuple[Pin, ...]:
    """Every pin of the overlays at these paths; rulesets that extend none have none.

    Raises:
        RulesetError: an overlay cannot be read, or a base is wrong apart from its pins.
        RulesetNotFound: a base does not exist.
    """
    loader = RulesetLoader(is_pinned=False)
    return tuple(pin for path in paths for pin in _pins(path, loader))


def _pins(path: Path, loader: RulesetLoader) -> Iterator[Pin]:
    tree = _overlay(path)
    if tree is None:
        return
    for key, pin in tree.extends:
        lookup = loader.find_base(path, key.text)
        if not isinstance(lookup, FoundBase):
            raise RulesetNotFound(key.text, f"`{display_path(path)}` extends it")
        base = lookup.compiled.ruleset
        if base is None:
            raise RulesetError(lookup.compiled.diagnostics)
        touched = tuple(dict.fromkeys(tree.touched()))
        now = base.content_hash
        yield Pin(path, tree.id.text, key.text, pin.text, now, touched)


def _overlay(path: Path) -> OverlayTree | None:
    diagnostics = Diagnostics()
    file = read_file(path, diagnostics)
    tree = read_overlay(file, diagnostics) if file is not None else None
    if tree is None and diagnostics.has_errors:
        raise RulesetError(diagnostics.sorted())
    return tree  # what else is wrong with it is told by `check`


def renewals(pins: Iterable[Pin]) -> Iterator[tuple[Path, bytes, bytes]]:
    """Yield each overlay with a pin that moved: its path, its bytes, and those with new pins.

    An overlay that is reached by two paths is yielded once.

    Raises:
        RulesetError: an overlay cannot be read any more.
        FormatError: the pins do not stand where they were found.
    """
    moved: dict[Path, list[Pin]] = {}
    for pin in pins:
        if pin.is_stale:
            moved.setdefault(real_path(pin.path), []).append(pin)
    for pins_of_file in moved.values():
        path = pins_of_file[0].path
        diagnostics = Diagnostics()
        file = read_file(path, diagnostics)
        if file is None:
            raise RulesetError(diagnostics.sorted())
        yield path, file.data, renewed(file.data, pins_of_file)


def renewed(data: bytes, pins: Iterable[Pin]) -> bytes:
    """The bytes of an overlay with its pins renewed; nothing else in them changes.

    Raises:
        FormatError: the pins do not stand where they were found.
    """
    new = {pin.base: pin.now[:PIN_LENGTH] for pin in pins if pin.is_stale}
    text = data.decode("utf-8")
    lines = text.split("\n")
    tree = _read(data)
    # From the end, so that the places before stay where they are.
    for key, pin in sorted(tree.extends, key=lambda one: one[1].span, reverse=True):
        if key.text in new:
            line = lines[pin.span.line - 1]
            mark = 1 if text.startswith("\ufeff") and pin.span.line == 1 else 0
            start, end = pin.span.column - 1 + mark, pin.span.end_column - 1 + mark
            written = line[start:end]
            lines[pin.span.line - 1] = (
                line[:start] + _renewed(written, pin, new[key.text]) + line[end:]
            )
    result = "\n".join(lines).encode()
    expected = tuple((key.text, new.get(key.text, pin.text)) for key, pin in tree.extends)
    if tuple((key.text, pin.text) for key, pin in _read(result).extends) != expected:
        raise FormatError("the pins could not be found where they stand")
    return result


def _renewed(written: str, pin: Scalar, new: str) -> str:
    """The pin as it is written, in quotation marks or without."""
    if pin.text not in written:
        raise FormatError("the pins could not be found where they stand")
    return written.replace(pin.text, new, 1)


def _read(data: bytes) -> OverlayTree:
    from policyrules.catalogue.result import File

    diagnostics = Diagnostics()
    tree = read_overlay(File("", data), diagnostics)
    if tree is None:
        raise RulesetError(diagnostics.sorted())
    return tree
