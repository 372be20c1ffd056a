"""Print trees and nodes in the standard layout, with their comments.

Mappings are blocks. Titles and short mappings are on one line, and short rows form a table. A
comment stays with its entry; comments inside brackets move above the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from collections.abc import Mapping as MappingOf
from typing import Any, Final

import attrs

from policyrules.syntax.cases_tree import CasesTree
from policyrules.syntax.comments import Comments, Path
from policyrules.syntax.kinds import KINDS
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.tree import (
    CalendarsTree,
    JurisdictionsTree,
    RulesetTree,
    SourcesTree,
    VocabularyTree,
)
from policyrules.syntax.yaml import Mapping, Node, Scalar, Sequence
from policyrules.text.span import Span

WIDTH: Final = 120
"""The maximum width of a one-line collection, in characters; titles may be wider."""

_INDENT: Final = "  "
_TITLE_KEYS: Final = frozenset({"zh", "en"})
_KEYS_ON_OWN_LINE: Final = frozenset({"quote", "is", "holds", "when"})
"""Keys that get a line of their own: quotes contain commas, and readers compare expressions."""

_HIGH_ENDS: Final = frozenset({"at_most", "below"})

_PLAIN_SCALAR: Final = re.compile(
    r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n]*|-?[0-9][^\n]*|-[^\s\n][^\n]*"
)
_AMBIGUOUS: Final = re.compile(
    r": |:$| #|\s$|^\s|[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029\ud800-\udfff]"
)
_NULL: Final = frozenset({"", "null", "Null", "NULL", "~"})
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]")


Tree = (
    RulesetTree
    | OverlayTree
    | VocabularyTree
    | SourcesTree
    | CalendarsTree
    | JurisdictionsTree
    | CasesTree
)


def print_tree(tree: Tree) -> str:
    """Print a tree without comments."""
    node = next(kind.shape for kind in KINDS if kind.shape.node is type(tree)).write(tree)
    if not isinstance(node, Mapping):
        raise TypeError("a file is a mapping")
    return print_document(node)


def print_document(document: Mapping, comments: Comments | None = None) -> str:
    """Print a file, with comments if given."""
    printer = _PrettyPrinter(
        (comments or Comments()).restricted_to(frozenset(_paths_of(document, ())))
    )
    return "".join(f"{line}\n" for line in _collapse_blank_lines(printer.file(document)))


def _paths_of(node: Node, path: Path) -> Iterator[Path]:
    yield path
    if isinstance(node, Mapping):
        for key, under in node.entries:
            yield from _paths_of(under, (*path, key.text))
    elif isinstance(node, Sequence):
        for number, item in enumerate(node.items):
            yield from _paths_of(item, (*path, number))


@attrs.frozen
class _Line:
    """A line of output with its depth; if it `opens_block`, a block begins below it."""

    depth: int
    text: str
    opens_block: bool = False
    is_comment: bool = False


def _collapse_blank_lines(lines: Iterable[_Line]) -> Iterator[str]:
    """Join lines with at most one blank line in a row, and none at the start of a block or file."""
    may_be_empty = is_empty = False
    for line in lines:
        if not line.text:
            is_empty = may_be_empty
            continue
        if is_empty:
            yield ""
        yield _INDENT * line.depth + line.text
        may_be_empty, is_empty = not line.opens_block, False


@attrs.frozen
class _PrettyPrinter:
    """Prints the nodes of a file with its comments."""

    comments: Comments

    def file(self, document: Mapping) -> Iterator[_Line]:
        yield from _comment_lines(0, *self.comments.on(()))
        yield from self._block(document, 0, ())

    def _block(self, mapping: Mapping, depth: int, path: Path) -> Iterator[_Line]:
        for key, node in mapping.entries:
            lead = f"{print_scalar(key, flow=False)}:"
            in_block = mapping.has_declarations or (depth == 0 and not _is_title(node))
            yield from self._entry(lead, node, depth, (*path, key.text), in_block=in_block)
        yield from _comment_lines(depth, self.comments.below(path))

    def _entry(
        self, lead: str, node: Node, depth: int, path: Path, *, in_block: bool
    ) -> Iterator[_Line]:
        """Print an entry; with `in_block`, even a short mapping is printed as a block."""
        if isinstance(node, Scalar):
            yield from self._one_line(f"{lead} {print_scalar(node, flow=False)}", depth, path)
        elif not (in_block and _is_mapping(node)) and self._fits(lead, node, depth, path):
            yield from self._one_line(f"{lead} {_flow(node)}", depth, path)
        else:
            above, behind = self.comments.on(path)
            yield from _comment_lines(depth, above)
            yield _Line(depth, f"{lead}{_trailing_comment(behind)}", opens_block=True)
            yield from self._children_lines(node, depth + 1, path)

    def _children_lines(self, node: Mapping | Sequence, depth: int, path: Path) -> Iterator[_Line]:
        if isinstance(node, Mapping):
            yield from self._block(node, depth, path)
            return
        is_table = self._is_table(node, depth, path)
        aligned = _aligned_rows(node) if is_table and node.has_rows else None
        for number, item in enumerate(node.items):
            item_path = (*path, number)
            if isinstance(item, Mapping) and item.entries and not is_table:
                yield from self._block_item(item, depth, item_path)
            else:
                text = print_scalar(item, flow=False) if isinstance(item, Scalar) else _flow(item)
                text = text if aligned is None else aligned[number]
                yield from self._one_line(f"- {text}", depth, item_path)
        yield from _comment_lines(depth, self.comments.below(path))

    def _block_item(self, item: Mapping, depth: int, path: Path) -> Iterator[_Line]:
        yield from _comment_lines(depth, *self.comments.on(path))
        is_first = True
        for line in self._block(item, depth + 1, path):
            if not is_first:
                yield line
            elif line.is_comment or not line.text:
                # A comment cannot be printed between the dash and the first key.
                yield attrs.evolve(line, depth=depth)
            else:
                yield attrs.evolve(line, depth=depth, text=f"- {line.text}")
                is_first = False

    def _one_line(self, text: str, depth: int, path: Path) -> Iterator[_Line]:
        """Print an entry or item on one line, with the comments inside it above the line."""
        above, behind = self.comments.on_one_line(path)
        yield from _comment_lines(depth, above)
        yield _Line(depth, f"{text}{_trailing_comment(behind)}")

    def _is_table(self, rows: Sequence, depth: int, path: Path) -> bool:
        """Return whether every item of a list fits on one line."""
        return all(
            isinstance(item, Mapping)
            and (rows.has_rows or _is_row(item))
            and len(f"{_INDENT * depth}- {_flow(item)}") <= WIDTH
            and not self._row_must_stay_block(item, (*path, number))
            for number, item in enumerate(rows.items)
        )

    def _row_must_stay_block(self, row: Mapping, path: Path) -> bool:
        """Return whether comments require a row to be a block; one above its first key does not."""
        first = (*path, row.entries[0][0].text)
        return self._must_stay_block(path) and self.comments.are_inside(path, ignore_above=first)

    def _must_stay_block(self, path: Path) -> bool:
        """Return whether comments inside a collection require it to stay a block."""
        return path in self.comments.blocks and self.comments.are_inside(path)

    def _fits(self, lead: str, node: Mapping | Sequence, depth: int, path: Path) -> bool:
        """Return whether a collection is printed on one line."""
        if self._must_stay_block(path):
            return False
        if isinstance(node, Sequence) and node.has_rows:
            return False
        if _is_title(node) or not _children(node):
            return True
        return _can_flow(node) and len(f"{_INDENT * depth}{lead} {_flow(node)}") <= WIDTH


def _comment_lines(depth: int, texts: Iterable[str], trailing: str = "") -> Iterator[_Line]:
    for text in (*texts, trailing) if trailing else texts:
        yield _Line(depth, text, is_comment=True)


def _trailing_comment(comment: str) -> str:
    return f"  {comment}" if comment else ""


def _children(node: Mapping | Sequence) -> tuple[object, ...]:
    return node.entries if isinstance(node, Mapping) else node.items


def _is_title(node: Node) -> bool:
    return isinstance(node, Mapping) and {key.text for key, _ in node.entries} == _TITLE_KEYS


def _is_mapping(node: Node) -> bool:
    return isinstance(node, Mapping) and bool(node.entries)


def _is_row(mapping: Mapping) -> bool:
    """Return whether a mapping has scalars and lists of scalars only."""
    has_mapping = any(isinstance(under, Mapping) for _, under in mapping.entries)
    return bool(mapping.entries) and not has_mapping and _can_flow(mapping)


def _can_flow(node: Node) -> bool:
    """Return whether a node may be printed between brackets if it fits."""
    if isinstance(node, Scalar):
        return True
    if isinstance(node, Sequence):
        return all(_can_flow(item) and not _is_mapping(item) for item in node.items)
    if node.has_declarations or any(key.text in _KEYS_ON_OWN_LINE for key, _ in node.entries):
        return False
    return all(_can_flow(under) for _, under in node.entries)


def _aligned_rows(rows: Sequence) -> list[str] | None:
    """Return rows with the cells of each key aligned; None if rows have keys in different orders.

    The row of `else` has no cells.
    """
    mappings = [row for row in rows.items if isinstance(row, Mapping)]
    longest_first = sorted(mappings, key=lambda row: -len(row.entries))
    keys = list(dict.fromkeys(key.text for row in longest_first for key, _ in row.entries))
    # Rows may have only a low end or only a high end, which does not say which of the two is first.
    keys.sort(key=lambda key: (key == "else", key == "is", key in _HIGH_ENDS))
    texts: list[dict[str, str]] = []
    for row in mappings:
        names = [key.text for key, _ in row.entries]
        if names != [key for key in keys if key in names]:
            return None
        pairs = (f"{print_scalar(key, flow=True)}: {_flow(under)}" for key, under in row.entries)
        texts.append(dict(zip(names, pairs, strict=True)))
    widths = {key: max((len(row[key]) for row in texts if key in row), default=0) for key in keys}
    return [_aligned_row(row, widths) for row in texts]


def _aligned_row(row: MappingOf[str, str], widths: MappingOf[str, int]) -> str:
    last = list(row)[-1]
    text = ""
    for key in list(widths)[: list(widths).index(last)]:
        if "else" in row:
            continue
        cell = f"{row[key]}, " if key in row else ""
        text += cell.ljust(widths[key] + 2)
    return "{" + text + row[last] + "}"


def _flow(node: Node) -> str:
    if isinstance(node, Scalar):
        return print_scalar(node, flow=True)
    if isinstance(node, Sequence):
        return "[" + ", ".join(_flow(item) for item in node.items) + "]"
    pairs = [f"{print_scalar(key, flow=True)}: {_flow(under)}" for key, under in node.entries]
    return "{" + ", ".join(pairs) + "}"


def print_data(data: Any, *, flow: bool = True) -> str:
    """Write plain data on one line: a text, a truth, or a list or mapping of such data.

    >>> print_data({"wood": ["pine", "no"], "is_dry": True, "note": "a: b"})
    '{wood: [pine, no], is_dry: true, note: "a: b"}'
    """
    if isinstance(data, MappingOf):
        pairs = (f"{print_data(key)}: {print_data(content)}" for key, content in data.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(data, (list, tuple)):
        return "[" + ", ".join(map(print_data, data)) + "]"
    text = str(data).lower() if isinstance(data, bool) else str(data)
    return print_scalar(Scalar(text, Span.empty_at("")), flow=flow)


def print_scalar(scalar: Scalar, *, flow: bool) -> str:
    """Write a scalar, quoted only if it must be; `flow` says that it is between brackets."""
    text = scalar.text
    plain = _PLAIN_SCALAR.fullmatch(text) and not _AMBIGUOUS.search(text) and text not in _NULL
    if (
        plain
        and not (flow and re.search(r"[,\[\]{}]|:(?=\S)", text))
        and text[:3] not in {"---", "..."}
    ):
        return text
    quoted = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda match: f"\\u{ord(match[0]):04x}", quoted)
