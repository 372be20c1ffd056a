"""Prints a tree in the one layout of the language: printing and reading again gives an equal tree.

Mappings stand in blocks; titles, notes, words and short tables on one line. Comments are not part
of the tree and are not printed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final

from policyrules.syntax.grammar import RULESET, SOURCES, VOCABULARY
from policyrules.syntax.tree import RulesetTree, SourcesTree, VocabularyTree
from policyrules.syntax.yaml import Mapping, Node, Scalar, Sequence

WIDTH: Final = 100
"""The longest line that a mapping or a list is put on."""

_INDENT: Final = "  "
_FLOW_KEYS: Final = frozenset({"title", "ask", "none", "excludes", "at_least"})
_PLAIN: Final = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n]*|-?[0-9][^\n]*|-[^\s\n][^\n]*")
_AMBIGUOUS: Final = re.compile(
    r": |:$| #|\s$|^\s|[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029\ud800-\udfff]"
)
_NULL: Final = frozenset({"", "null", "Null", "NULL", "~"})
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]")


def print_tree(tree: RulesetTree | VocabularyTree | SourcesTree) -> str:
    """The text of a tree, without comments."""
    shape = RULESET
    if isinstance(tree, VocabularyTree):
        shape = VOCABULARY
    elif isinstance(tree, SourcesTree):
        shape = SOURCES
    node = shape.write(tree)
    if not isinstance(node, Mapping):
        raise TypeError("a file is a mapping")
    return "\n".join(_block(node, 0)) + "\n"


def _block(mapping: Mapping, depth: int) -> Iterator[str]:
    for key, node in mapping.entries:
        lead = f"{_INDENT * depth}{_scalar(key, flow=False)}:"
        yield from _entry(lead, key.text, node, depth)


def _entry(lead: str, key: str, node: Node, depth: int) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield f"{lead} {_scalar(node, flow=False)}"
        return
    if _fits(lead, key, node):
        yield f"{lead} {_flow(node)}"
    elif isinstance(node, Mapping):
        yield lead
        yield from _block(node, depth + 1)
    else:
        yield lead
        for item in node.items:
            yield from _item(item, depth + 1)


def _item(item: Node, depth: int) -> Iterator[str]:
    lead = f"{_INDENT * depth}- "
    if not isinstance(item, Mapping):
        yield lead + (_scalar(item, flow=False) if isinstance(item, Scalar) else _flow(item))
        return
    first, *rest = _block(item, depth + 1)
    yield lead + first.lstrip(" ")
    yield from rest


def _fits(lead: str, key: str, node: Mapping | Sequence) -> bool:
    """Whether a collection stands on one line: titles always, others if they hold scalars only."""
    inside = [n for _, n in node.entries] if isinstance(node, Mapping) else list(node.items)
    if not inside:
        return True
    if key in _FLOW_KEYS and isinstance(node, Mapping):
        return True
    if not all(isinstance(one, Scalar) or _is_small(one) for one in inside):
        return False
    if isinstance(node, Mapping) and {k.text for k, _ in node.entries} & {"quote", "notes", "is"}:
        return False
    return len(lead) + 1 + len(_flow(node)) <= WIDTH


def _is_small(node: Node) -> bool:
    return isinstance(node, Mapping) and [key.text for key, _ in node.entries] == ["either"]


def _flow(node: Node) -> str:
    if isinstance(node, Scalar):
        return _scalar(node, flow=True)
    if isinstance(node, Sequence):
        return "[" + ", ".join(_flow(item) for item in node.items) + "]"
    pairs = [f"{_scalar(key, flow=True)}: {_flow(under)}" for key, under in node.entries]
    return "{" + ", ".join(pairs) + "}"


def _scalar(scalar: Scalar, *, flow: bool) -> str:
    text = scalar.text
    plain = _PLAIN.fullmatch(text) and not _AMBIGUOUS.search(text) and text not in _NULL
    if (
        plain
        and not (flow and re.search(r"[,\[\]{}]|:(?=\S)", text))
        and text[:3] not in {"---", "..."}
    ):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", quoted)
