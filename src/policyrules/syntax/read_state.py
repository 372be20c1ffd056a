"""The state while a file is read into its tree, and the errors that all shapes share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.syntax import yaml
from policyrules.syntax.spelling import spelling
from policyrules.syntax.yaml import Node, Scalar, is_null
from policyrules.text.punctuation import full_width_remedy


class ReadFailed(Exception):
    """A node could not be read; the reason has been reported."""


@attrs.frozen
class ReadState:
    """The diagnostics of a file while it is read, and the names of unreadable declarations."""

    diagnostics: Diagnostics
    broken: set[str] = attrs.field(factory=set)


def wrong_shape(node: Node, state: ReadState, expected: str, remedy: str = "") -> ReadFailed:
    """Report a node of another shape, and return the exception to raise."""
    if is_null(node):
        description = "nothing"
    elif isinstance(node, Scalar):
        description = f"the text `{node.text[:40]}`" if node.text.strip() else "an empty text"
    elif isinstance(node, yaml.Sequence):
        description = "a list" if node.items else "an empty list"
    else:
        description = "a mapping" if node.entries else "an empty mapping"
    state.diagnostics.report(
        "wrong-shape",
        node.span,
        "the value is missing" if is_null(node) else f"{description} is not allowed here",
        found="" if is_null(node) else description,
        expected=expected,
        remedy=(full_width_remedy(node.text[:1]) if isinstance(node, Scalar) else "") or remedy,
    )
    return ReadFailed()


def check_name(
    key: Scalar,
    style: re.Pattern[str] | None,
    state: ReadState,
    misplaced_names: Mapping[re.Pattern[str], str] = MappingProxyType({}),
) -> None:
    """Report a name that does not match its spelling style, and raise `ReadFailed`.

    `misplaced_names` maps the spellings of names that belong elsewhere to their remedies.
    """
    if style is None or style.fullmatch(key.text):
        return
    misplaced_remedy = next(
        (remedy for pattern, remedy in misplaced_names.items() if pattern.fullmatch(key.text)), ""
    )
    state.diagnostics.report(
        "bad-name",
        key.span,
        f"`{key.text}` is not a valid name here",
        found=f"`{key.text}`",
        expected=spelling(style),
        remedy=misplaced_remedy or full_width_remedy(key.text),
    )
    raise ReadFailed
