"""The comments of a text, each with the entry that it belongs to.

Parsers drop comments. This module compares the spans of the scalars with the text: between two
scalars there are only white space, indicators and comments, so no comment is missed.

    parameters:
      # An official figure.        above parameters.layoff_target
      layoff_target:  # of 2021    behind parameters.layoff_target
        value: 5.5%
        # Find the source!         below parameters.layoff_target, at its end
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Final, Literal

import attrs

from policyrules.errors import FormatError
from policyrules.syntax.yaml import Node, Scalar, Sequence

Path = tuple[str | int, ...]
"""The path of a node: keys of mappings and indices of list items; the file is `()`."""

Place = Literal["above", "behind", "below"]

_BREAK: Final = re.compile("[\n\x85\u2028\u2029]")
_SPACE: Final = " \t\ufeff"
_INDICATORS: Final = frozenset("-?:,." + _SPACE)


@attrs.frozen
class Comment:
    """A comment, or a blank line (with an empty text), and the path that it belongs to.

    `place` is above the entry, behind its first line, or below it at the end of its block.
    """

    place: Place
    path: Path
    text: str


@attrs.frozen
class Comments:
    """The comments of a file in order, and the collections that are written as blocks.

    A comment above `()` is at the head of the file and stays there, whichever key comes first.
    """

    in_order: tuple[Comment, ...] = ()
    blocks: frozenset[Path] = frozenset()
    _comments_by_path: dict[Path, tuple[Comment, ...]] = attrs.field(
        init=False, eq=False, repr=False
    )
    _commented_paths: frozenset[Path] = attrs.field(init=False, eq=False, repr=False)

    @_comments_by_path.default
    def _group_by_path(self) -> dict[Path, tuple[Comment, ...]]:
        by_path: dict[Path, list[Comment]] = {}
        for comment in self.in_order:
            by_path.setdefault(comment.path, []).append(comment)
        return {path: tuple(comments) for path, comments in by_path.items()}

    @_commented_paths.default
    def _find_commented_paths(self) -> frozenset[Path]:
        return frozenset(
            comment.path[:length]
            for comment in self.in_order
            if comment.text
            for length in range(len(comment.path) + (comment.place == "below"))
        )

    def on(self, path: Path) -> tuple[tuple[str, ...], str]:
        """Return the comments above a path, and the one behind its line."""
        return _move_above(
            path,
            (
                comment
                for comment in self._comments_by_path.get(path, ())
                if comment.place != "below"
            ),
        )

    def on_one_line(self, path: Path) -> tuple[tuple[str, ...], str]:
        """Return the comments of a path printed on one line: those inside it go above."""
        if not self.are_inside(path):
            return self.on(path)
        return _move_above(
            path, (comment for comment in self.in_order if _is_on_or_inside(comment, path))
        )

    def below(self, path: Path) -> tuple[str, ...]:
        """Return the comments at the end of a block."""
        return tuple(
            comment.text
            for comment in self._comments_by_path.get(path, ())
            if comment.place == "below"
        )

    def are_inside(self, path: Path, *, ignore_above: Path | None = None) -> bool:
        """Return whether a collection has comments inside it or at its end.

        Comments above the path `ignore_above` are ignored.
        """
        if ignore_above is None or path not in self._commented_paths:
            return path in self._commented_paths
        inside = (
            comment for comment in self.in_order if comment.text and _is_on_or_inside(comment, path)
        )
        ignored = {("above", path), ("behind", path), ("above", ignore_above)}
        return any((comment.place, comment.path) not in ignored for comment in inside)

    def texts(self) -> tuple[str, ...]:
        """Return every comment without blank lines, sorted, to compare two versions of a file."""
        return tuple(sorted(comment.text for comment in self.in_order if comment.text))

    def restricted_to(self, paths: frozenset[Path]) -> Comments:
        """Move the comments of unknown paths above the nearest known path around them."""
        comments = []
        for comment in self.in_order:
            path = comment.path
            while path not in paths:
                path = path[:-1]
            place = comment.place if path == comment.path else "above"
            comments.append(attrs.evolve(comment, place=place, path=path))
        return Comments(tuple(comments), self.blocks)


def _move_above(path: Path, comments: Iterable[Comment]) -> tuple[tuple[str, ...], str]:
    """Move every comment above the path, except the last one behind its line."""
    ordered = list(comments)
    behind = [
        n for n, comment in enumerate(ordered) if (comment.place, comment.path) == ("behind", path)
    ]
    last = ordered.pop(behind[-1]).text if behind else ""
    return tuple(comment.text for comment in ordered), last


def _is_on_or_inside(comment: Comment, path: Path) -> bool:
    if comment.path == path:
        # A blank line is kept above a line, not inside one.
        return bool(comment.text) or comment.place == "above"
    return bool(comment.text) and comment.path[: len(path)] == path


def comments_of(text: str, document: Node) -> Comments:
    """Return the comments of a text, whose document is the result of `read_yaml`.

    Raises:
        FormatError: something between the scalars is neither white space, an indicator nor a
            comment.
    """
    marks, blocks = _find_marks(text, document)
    comments: list[Comment] = []
    before = _START
    for mark in (*marks, attrs.evolve(_END, start=len(text), end=len(text))):
        comments += _Gap(before, mark).comments(text)
        comments += _block_header_comment(text, mark)
        before = mark
    return Comments(tuple(comments), blocks)


# --- the text as marks and gaps ------------------------------------------------------------------


@attrs.frozen
class _Block:
    """A collection written as a block, and the column of its entries, counted from 0."""

    path: Path
    column: int


@attrs.frozen
class _Mark:
    """A scalar or a bracket with its offsets and its path.

    `entry_path` is the path that a comment before it belongs to; it is None for a closing bracket
    and for the end. `blocks` are the blocks around it, from the outermost to the innermost.
    """

    start: int
    end: int
    path: Path
    entry_path: Path | None
    blocks: tuple[_Block, ...]


_START: Final = _Mark(0, 0, (), (), ())
_END: Final = _Mark(0, 0, (), None, ())


def _find_marks(text: str, document: Node) -> tuple[tuple[_Mark, ...], frozenset[Path]]:
    """Return the marks of a text, and the paths of the collections that are written as blocks."""
    offsets = _Offsets(text)
    blocks: set[Path] = set()

    def walk(
        node: Node, path: Path, entry_path: Path, outer: tuple[_Block, ...]
    ) -> Iterator[_Mark]:
        start = offsets.offset_of(node.span.line, node.span.column)
        end = offsets.offset_of(node.span.end_line, node.span.end_column)
        if isinstance(node, Scalar):
            if end > start:
                end = start + len(text[start:end].rstrip())
                yield _Mark(start, end, path, entry_path, outer)
            return
        in_brackets = text[start] in "[{"
        inner = outer
        if in_brackets:
            yield _Mark(start, start + 1, path, entry_path, outer)
        else:
            blocks.add(path)
            inner = (*outer, _Block(path, node.span.column - 1))
        if isinstance(node, Sequence):
            for number, item in enumerate(node.items):
                child_path = (*path, number)
                yield from walk(item, child_path, child_path, inner)
        else:
            # A comment before or after the dash belongs to the item, not to its first key.
            is_item = not in_brackets and path != () and isinstance(path[-1], int)
            for number, (key, under) in enumerate(node.entries):
                child_path = (*path, key.text)
                yield from walk(
                    key, child_path, entry_path if is_item and number == 0 else child_path, inner
                )
                yield from walk(under, child_path, child_path, inner)
        if in_brackets:
            yield _Mark(end - 1, end, path, None, outer)

    return tuple(walk(document, (), (), ())), frozenset(blocks)


class _Offsets:
    """Converts lines and columns to offsets, as the parser counts them.

    The parser knows more line breaks than the newline, and a byte-order mark has no column.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.has_marks = "\ufeff" in text
        self.starts = [0, *(line_break.end() for line_break in _BREAK.finditer(text))]

    def offset_of(self, line: int, column: int) -> int:
        """Return the offset of a line and a column in the text."""
        offset = self.starts[line - 1]
        left = column - 1
        if not self.has_marks:
            return offset + left
        while left:
            left -= self.text[offset] != "\ufeff"
            offset += 1
        return offset


@attrs.frozen
class _Gap:
    """The text between two marks: white space, indicators and comments."""

    before: _Mark
    after: _Mark

    def comments(self, text: str) -> Iterator[Comment]:
        first, *rest = _BREAK.split(text[self.before.end : self.after.start])
        if self.before is _START:
            yield from self._head([first, *rest])
            return
        structure, comment = _split(first)
        if comment:
            yield self._trailing(structure, comment)
        yield from self._full_lines(rest)

    def _head(self, lines: Iterable[str]) -> Iterator[Comment]:
        """Yield the comments above the first key; a separate first paragraph heads the file.

        The last line of the gap begins the line of the key.
        """
        *whole, _ = [_split(line) for line in lines]
        texts = [comment for structure, comment in whole if comment or not structure]
        first = next((number for number, text in enumerate(texts) if text), 0)
        empty = [number for number, text in enumerate(texts) if not text and number > first]
        n_head = empty[-1] + 1 if empty else len(texts)
        for number, text in enumerate(texts):
            yield Comment("above", () if number < n_head else self.after.entry_path or (), text)

    def _trailing(self, structure: str, comment: str) -> Comment:
        """Return a comment behind a line; behind the dash of an item it goes above the item."""
        if "-" in structure or "?" in structure:
            return self._above(comment)
        return Comment("behind", self.before.path, comment)

    def _above(self, comment: str) -> Comment:
        if self.after.entry_path is None:
            return Comment("below", self.after.path, comment)
        return Comment("above", self.after.entry_path, comment)

    def _full_lines(self, lines: list[str]) -> Iterator[Comment]:
        """Yield the comments that have a line to themselves, and blank lines between entries."""
        closed, column = self._closed_blocks()
        pending = False
        may_be_empty = self.after.entry_path != self.before.path
        for number, line in enumerate(lines):
            structure, comment = _split(line)
            if structure:
                closed = ()
            if not comment:
                # The last line of the gap begins the line of the next mark.
                pending |= not structure and number < len(lines) - 1
                continue
            indent = len(line) - len(line.lstrip(_SPACE))
            closed = () if indent <= column else _blocks_at_indent(closed, indent)
            placed = Comment("below", closed[-1].path, comment) if closed else self._above(comment)
            if pending and may_be_empty:
                yield attrs.evolve(placed, text="")
            pending = False
            yield placed
        if pending and may_be_empty and self.after.entry_path is not None:
            yield self._above("")

    def _closed_blocks(self) -> tuple[tuple[_Block, ...], int]:
        """Return the blocks that end in this gap, and the column of the block that continues."""
        continuing = [block for block in self.before.blocks if block in self.after.blocks]
        closed = self.before.blocks[len(continuing) :]
        return closed, continuing[-1].column if continuing else -1


def _blocks_at_indent(closed: tuple[_Block, ...], indent: int) -> tuple[_Block, ...]:
    """Return the blocks that a comment with this indent may end; one may share its column."""
    candidates = [block for block in closed if block.column <= indent]
    while len(candidates) > 1 and candidates[-1].column == candidates[-2].column:
        candidates.pop()
    return tuple(candidates)


def _split(line: str) -> tuple[str, str]:
    """Split a line between scalars into its indicators and its comment."""
    structure, sign, comment = line.partition("#")
    if not _INDICATORS.issuperset(structure):
        raise FormatError(f"`{structure.strip()}` stands between scalars")
    return structure.strip(_SPACE), (sign + comment).rstrip()


def _block_header_comment(text: str, mark: _Mark) -> Iterator[Comment]:
    """Return the comment after the `|` or `>` of a block scalar."""
    if text[mark.start : mark.start + 1] in {"|", ">"}:
        header = _BREAK.split(text[mark.start : mark.end], maxsplit=1)[0]
        _, sign, comment = header.partition("#")
        if sign:
            yield Comment("behind", mark.path, (sign + comment).rstrip())
