"""The one printer of the language: how nodes and their comments become lines.

Mappings stand in blocks; titles always, and what is short, on one line; short rows make a table. A
comment stays with what it is about; what was written between brackets has its comments above the
line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Final

import attrs

from policyrules.syntax.cases_tree import CasesTree
from policyrules.syntax.comments import Comments, Path
from policyrules.syntax.kinds import KINDS
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.tree import JurisdictionsTree, RulesetTree, SourcesTree, VocabularyTree
from policyrules.syntax.yaml import Mapping, Node, Scalar, Sequence

WIDTH: Final = 120
"""The longest line, in characters, that a collection is put on; titles may be longer."""

_INDENT: Final = "  "
_TITLE_KEYS: Final = frozenset({"zh", "en"})
_OWN_LINE: Final = frozenset({"quote", "is", "holds", "when"})
"""Keys that have a line of their own: quotes hold commas, and expressions are to be compared."""

_PLAIN: Final = re.compile(r"[^\s\-?:,\[\]{}#&*!|>'\"%@`][^\n]*|-?[0-9][^\n]*|-[^\s\n][^\n]*")
_AMBIGUOUS: Final = re.compile(
    r": |:$| #|\s$|^\s|[\x00-\x1f\x7f-\x9f\ufeff\ufffe\uffff\u2028\u2029\ud800-\udfff]"
)
_NULL: Final = frozenset({"", "null", "Null", "NULL", "~"})
_UNPRINTABLE: Final = re.compile("[\x7f-\x9f\ufeff\u2028\u2029\ufffe\uffff]")


Tree = RulesetTree | OverlayTree | VocabularyTree | SourcesTree | JurisdictionsTree | CasesTree


def print_tree(tree: Tree) -> str:
    """The text of a tree, without comments."""
    node = next(kind.shape for kind in KINDS if kind.shape.node is type(tree)).write(tree)
    if not isinstance(node, Mapping):
        raise TypeError("a file is a mapping")
    return print_document(node)


def print_document(document: Mapping, comments: Comments | None = None) -> str:
    """The text of a file, with its comments if there are any."""
    printer = _PrettyPrinter((comments or Comments()).kept_to(frozenset(_paths_of(document, ()))))
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
    """A line: its depth and its text, empty for an empty line; `opens` a block below it."""

    depth: int
    text: str
    opens: bool = False
    is_comment: bool = False


def _collapse_blank_lines(lines: Iterable[_Line]) -> Iterator[str]:
    """The lines as text: at most one empty one in a row, and none where a block or file begins."""
    may_be_empty = is_empty = False
    for line in lines:
        if not line.text:
            is_empty = may_be_empty
            continue
        if is_empty:
            yield ""
        yield _INDENT * line.depth + line.text
        may_be_empty, is_empty = not line.opens, False


@attrs.frozen
class _PrettyPrinter:
    """Lays nodes out with the comments of their file."""

    comments: Comments

    def file(self, document: Mapping) -> Iterator[_Line]:
        yield from _comment_lines(0, *self.comments.on(()))
        yield from self._block(document, 0, ())

    def _block(self, mapping: Mapping, depth: int, path: Path) -> Iterator[_Line]:
        for key, node in mapping.entries:
            lead = f"{print_scalar(key, flow=False)}:"
            in_block = mapping.declares or (depth == 0 and not _is_title(node))
            yield from self._entry(lead, node, depth, (*path, key.text), in_block=in_block)
        yield from _comment_lines(depth, self.comments.below(path))

    def _entry(
        self, lead: str, node: Node, depth: int, path: Path, *, in_block: bool
    ) -> Iterator[_Line]:
        """An entry; `in_block` says that a mapping in it stands in a block, however short."""
        if isinstance(node, Scalar):
            yield from self._single(f"{lead} {print_scalar(node, flow=False)}", depth, path)
        elif not (in_block and _is_mapping(node)) and self._fits(lead, node, depth, path):
            yield from self._single(f"{lead} {_flow(node)}", depth, path)
        else:
            above, behind = self.comments.on(path)
            yield from _comment_lines(depth, above)
            yield _Line(depth, f"{lead}{_trailing_comment(behind)}", opens=True)
            yield from self._children_lines(node, depth + 1, path)

    def _children_lines(self, node: Mapping | Sequence, depth: int, path: Path) -> Iterator[_Line]:
        if isinstance(node, Mapping):
            yield from self._block(node, depth, path)
            return
        is_table = self._is_table(node, depth, path)
        for number, item in enumerate(node.items):
            here = (*path, number)
            if isinstance(item, Mapping) and item.entries and not is_table:
                yield from self._item(item, depth, here)
            else:
                text = print_scalar(item, flow=False) if isinstance(item, Scalar) else _flow(item)
                yield from self._single(f"- {text}", depth, here)
        yield from _comment_lines(depth, self.comments.below(path))

    def _item(self, item: Mapping, depth: int, path: Path) -> Iterator[_Line]:
        yield from _comment_lines(depth, *self.comments.on(path))
        is_first = True
        for line in self._block(item, depth + 1, path):
            if not is_first:
                yield line
            elif line.is_comment or not line.text:
                # Between the dash and its first key there is no room.
                yield attrs.evolve(line, depth=depth)
            else:
                yield attrs.evolve(line, depth=depth, text=f"- {line.text}")
                is_first = False

    def _single(self, text: str, depth: int, path: Path) -> Iterator[_Line]:
        """One line for all of an entry or item, with the comments on what it holds above it."""
        above, behind = self.comments.on_all_of(path)
        yield from _comment_lines(depth, above)
        yield _Line(depth, f"{text}{_trailing_comment(behind)}")

    def _is_table(self, rows: Sequence, depth: int, path: Path) -> bool:
        """Return whether each item of a list stands on one line: all do, or none does."""
        return all(
            isinstance(item, Mapping)
            and _is_row(item)
            and len(f"{_INDENT * depth}- {_flow(item)}") <= WIDTH
            and not self._row_must_stay_block(item, (*path, number))
            for number, item in enumerate(rows.items)
        )

    def _row_must_stay_block(self, row: Mapping, path: Path) -> bool:
        """The same for a row: what is above its first key goes above its dash in either printer."""
        first = (*path, row.entries[0][0].text)
        return self._must_stay_block(path) and self.comments.are_inside(path, but_above=first)

    def _must_stay_block(self, path: Path) -> bool:
        """Return whether a collection must stay in its block because of a comment."""
        return path in self.comments.blocks and self.comments.are_inside(path)

    def _fits(self, lead: str, node: Mapping | Sequence, depth: int, path: Path) -> bool:
        """Return whether a collection stands on one line."""
        if self._must_stay_block(path):
            return False
        if _is_title(node) or not _children(node):
            return True
        return _can_flow(node) and len(f"{_INDENT * depth}{lead} {_flow(node)}") <= WIDTH


def _comment_lines(depth: int, texts: Iterable[str], last: str = "") -> Iterator[_Line]:
    for text in (*texts, last) if last else texts:
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
    """Return whether a mapping holds texts and lists of texts, and nothing deeper."""
    holds_one = any(isinstance(under, Mapping) for _, under in mapping.entries)
    return bool(mapping.entries) and not holds_one and _can_flow(mapping)


def _can_flow(node: Node) -> bool:
    """Return whether a node may stand between brackets, if it is short enough."""
    if isinstance(node, Scalar):
        return True
    if isinstance(node, Sequence):
        return all(_can_flow(item) and not _is_mapping(item) for item in node.items)
    if node.declares or any(key.text in _OWN_LINE for key, _ in node.entries):
        return False
    return all(_can_flow(under) for _, under in node.entries)


def _flow(node: Node) -> str:
    if isinstance(node, Scalar):
        return print_scalar(node, flow=True)
    if isinstance(node, Sequence):
        return "[" + ", ".join(_flow(item) for item in node.items) + "]"
    pairs = [f"{print_scalar(key, flow=True)}: {_flow(under)}" for key, under in node.entries]
    return "{" + ", ".join(pairs) + "}"


def print_scalar(scalar: Scalar, *, flow: bool) -> str:
    """Write a scalar, quoted only if it must be; `flow` says that it is between brackets."""
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
