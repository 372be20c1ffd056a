"""Decode and parse files in a safe subset of YAML 1.2, with a span for every node.

A scalar keeps its source text. Anchors, aliases, tags and merge keys are refused in the event
stream, before anything can expand. Duplicate keys are refused too.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from typing import Any, Final

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.binary_formats import binary_format
from policyrules.syntax.yaml_parsers import events_from_libyaml, events_from_ruamel
from policyrules.syntax.yaml_remedies import (
    describe_syntax_error,
    repeated_key_remedy,
    tag_remedy,
)
from policyrules.text.punctuation import full_width_name, full_width_remedy, misplaced_sign
from policyrules.text.span import Span

MAX_CHARACTERS: Final = 2_000_000
"""The maximum length of a text: many times the longest ruleset."""

MAX_DEPTH: Final = 32
"""The maximum nesting depth; a ruleset needs less than ten."""

_LINE_BREAK: Final = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
"""A line break in the positions of the parser."""

_SURROGATE: Final = re.compile("[\ud800-\udfff]")


@attrs.frozen
class Scalar:
    """A scalar with its source text; `plain` means without quotation marks.

    Nodes are equal if their content is equal; spans and quotation marks are not compared.
    """

    text: str
    span: Span = attrs.field(eq=False)
    plain: bool = attrs.field(default=True, eq=False)


@attrs.frozen
class Sequence:
    """A list.

    `has_rows` is set on nodes to print: every entry is a row on a line of its own, with its cells
    aligned.
    """

    items: tuple[Node, ...]
    span: Span = attrs.field(eq=False)
    has_rows: bool = attrs.field(default=False, eq=False)


@attrs.frozen
class Mapping:
    """A mapping with unique keys, in the order of the text.

    `has_declarations` is set on nodes to print: every entry is printed as a block.
    """

    entries: tuple[tuple[Scalar, Node], ...]
    span: Span = attrs.field(eq=False)
    has_declarations: bool = attrs.field(default=False, eq=False)

    def get(self, key: str) -> Node | None:
        """Return the node under a key."""
        return next((node for name, node in self.entries if name.text == key), None)


Node = Scalar | Sequence | Mapping


def is_null(node: Node) -> bool:
    """Return whether a node is null: an empty plain scalar, `null` or `~`."""
    return (
        isinstance(node, Scalar) and node.plain and node.text in {"", "null", "Null", "NULL", "~"}
    )


def decode(data: bytes, path: str, diagnostics: Diagnostics) -> str | None:
    """Decode UTF-8, drop a byte-order mark and normalize newlines; report data that is not text."""
    start = Span.empty_at(path)
    if len(data) > 4 * MAX_CHARACTERS:
        diagnostics.report(
            "too-large",
            start,
            "the file is too large",
            found=f"{len(data):,} bytes",
            expected=f"at most {4 * MAX_CHARACTERS:,}",
            remedy="is this the right file?",
        )
        return None
    if binary := binary_format(data):
        message = "the file is not text"
        remedy = "export what it holds as text: YAML, or JSON for facts"
        diagnostics.report("not-utf-8", start, message, found=binary, remedy=remedy)
        return None
    body = data.removeprefix(BOM_UTF8)
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        before = _normalize_newlines(body[: error.start].decode("utf-8"))
        diagnostics.report(
            "not-utf-8",
            _position_after(before, path),
            "the file is not UTF-8 text",
            found=_guess_encoding(data, len(data) - len(body) + error.start),
            expected="UTF-8",
            remedy="save the file as UTF-8",
        )
        return None
    return _normalize_newlines(text)


def _normalize_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _position_after(before: str, path: str) -> Span:
    """Return the position after a text that begins the file."""
    return Span.empty_at(path, before.count("\n") + 1, len(before) - before.rfind("\n"))


def _guess_encoding(data: bytes, offset: int) -> str:
    if data[:2] in {b"\xff\xfe", b"\xfe\xff"}:
        return "UTF-16 by its byte-order mark"
    try:
        data.decode("gb18030")
    except UnicodeDecodeError:
        return f"byte 0x{data[offset]:02x} at offset {offset}"
    return f"byte 0x{data[offset]:02x} at offset {offset}; it could be GB18030"


def read_yaml(text: str, path: str, diagnostics: Diagnostics) -> Node | None:
    """Parse the only document of a text; report and return None if that fails."""
    if len(text) > MAX_CHARACTERS:
        diagnostics.report(
            "too-large",
            Span.empty_at(path),
            "the file is too large",
            found=f"{len(text):,} characters",
            expected=f"at most {MAX_CHARACTERS:,}",
            remedy="is this the right file?",
        )
        return None
    directive = re.match(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?=%)", text)
    if directive is not None:
        diagnostics.report(
            "yaml-syntax",
            _position_after(directive[0], path),
            "a directive such as `%YAML` is not part of the language",
            remedy="remove the line that begins with `%`",
        )
        return None
    document = _read_with_libyaml(text, path)
    if document is not None:
        return document
    from ruamel.yaml.error import MarkedYAMLError, YAMLError
    from ruamel.yaml.reader import ReaderError

    builder = _Builder(path, diagnostics)
    try:
        builder.build(events_from_ruamel(text))
    except _UnsupportedYaml:
        return None
    except MarkedYAMLError as error:
        _report_syntax(error, text, path, diagnostics)
        return None
    except ReaderError as error:
        diagnostics.report(
            "yaml-syntax",
            _position_after(text[: error.position], path),
            "a character that is not allowed in a text",
            found=f"U+{ord(text[error.position]):04X}",
            remedy="remove it",
        )
        return None
    except (YAMLError, ValueError, AssertionError, RecursionError) as error:
        # ruamel.yaml asserts that the YAML version of a directive is known.
        first = (str(error).splitlines() or ["the text cannot be read"])[0]
        diagnostics.report("yaml-syntax", Span.empty_at(path), "the file is not YAML", found=first)
        return None
    if builder.document is None or is_null(builder.document):
        diagnostics.report(
            "empty-file",
            Span.empty_at(path),
            "the file is empty",
            expected="a mapping that begins with `policyrules: 1`",
        )
        return None
    return builder.document


def _read_with_libyaml(text: str, path: str) -> Node | None:
    """Parse with libyaml; return None if it is missing or reports any problem.

    The Python parser then parses the text again, and its diagnostics are the ones reported.
    """
    events = events_from_libyaml(text)
    if events is None:
        return None
    from yaml import YAMLError

    diagnostics = Diagnostics()
    builder = _Builder(path, diagnostics, _end_position(text))
    try:
        builder.build(events)
    except (_UnsupportedYaml, YAMLError, ValueError):
        return None
    # A file is never a single scalar, and libyaml reads the indentation of one differently.
    is_sound = isinstance(builder.document, Sequence | Mapping) and not diagnostics.has_errors
    return builder.document if is_sound else None


def _end_position(text: str) -> tuple[int, int]:
    """Return the line and column after the last character, counted from 0."""
    return text.count("\n"), len(text) - text.rfind("\n") - 1


class _UnsupportedYaml(Exception):
    """The text has YAML that the language excludes; it has been reported."""


class _OpenCollection:
    """A collection whose end event has not arrived yet."""

    __slots__ = ("is_mapping", "items", "start")

    def __init__(self, event: Any, *, is_mapping: bool) -> None:
        self.is_mapping = is_mapping
        self.start = event.start_mark
        self.items: list[Node] = []


class _Builder:
    """Builds nodes from events without recursion, so that no depth can exhaust the stack.

    `end` is the position after the text, counted from 0: libyaml closes an unterminated last line
    before it places the final events. Both parsers use the same names for event classes.
    """

    def __init__(
        self, path: str, diagnostics: Diagnostics, end: tuple[int, int] | None = None
    ) -> None:
        self.path = path
        self.diagnostics = diagnostics
        self.document: Node | None = None
        self._end_of_text = end
        self._open: list[_OpenCollection] = []

    def build(self, events: Iterator[Any]) -> None:
        for event in events:
            match type(event).__name__:
                case "ScalarEvent":
                    self._add_scalar(event)
                case "MappingStartEvent":
                    self._start_collection(event, is_mapping=True)
                case "SequenceStartEvent":
                    self._start_collection(event, is_mapping=False)
                case "MappingEndEvent" | "SequenceEndEvent":
                    self._end_collection(event)
                case "AliasEvent":
                    self._refuse_alias(event, f"alias `*{event.anchor}`")
                case "DocumentStartEvent" if self.document is not None:
                    self._refuse_second_document(event)

    def _refuse_second_document(self, event: Any) -> None:
        self.diagnostics.report(
            "yaml-syntax",
            self._span(event.start_mark, event.end_mark),
            "a second document begins",
            found="`---`",
            expected="one document in a file",
            remedy="remove the line, or make two files",
        )
        raise _UnsupportedYaml

    def _add_scalar(self, event: Any) -> None:
        self._refuse_properties(event)
        span = self._span(event.start_mark, event.end_mark)
        if _SURROGATE.search(event.value):
            self.diagnostics.report(
                "yaml-syntax",
                span,
                "an escape for half a character",
                remedy="write the character itself",
            )
            raise _UnsupportedYaml
        self._add(Scalar(event.value, span, not event.style))

    def _start_collection(self, event: Any, *, is_mapping: bool) -> None:
        self._refuse_properties(event)
        if len(self._open) >= MAX_DEPTH:
            self.diagnostics.report(
                "too-deep",
                self._span(event.start_mark, event.start_mark),
                "the file is nested too deeply",
                expected=f"at most {MAX_DEPTH} levels",
            )
            raise _UnsupportedYaml
        self._open.append(_OpenCollection(event, is_mapping=is_mapping))

    def _refuse_properties(self, event: Any) -> None:
        if event.anchor is not None:
            self._refuse_alias(event, f"anchor `&{event.anchor}`")
        if event.tag is not None:
            tag = str(event.tag).replace("tag:yaml.org,2002:", "!!")
            tagged_text = str(getattr(event, "value", ""))
            self._refuse_alias(event, f"tag `{tag}`", tag_remedy(tag, tagged_text))

    def _end_collection(self, event: Any) -> None:
        collection = self._open.pop()
        span = self._span(collection.start, event.end_mark)
        self._add(
            self._mapping(collection, span)
            if collection.is_mapping
            else Sequence((*collection.items,), span)
        )

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1].items.append(node)
        else:
            self.document = node

    def _mapping(self, collection: _OpenCollection, span: Span) -> Mapping:
        entries: dict[str, tuple[Scalar, Node]] = {}
        for key, node in zip(collection.items[::2], collection.items[1::2], strict=True):
            if not isinstance(key, Scalar):
                self.diagnostics.report(
                    "wrong-shape", key.span, "a key is not a text", expected="a text as key"
                )
            elif key.text == "<<":
                self.diagnostics.report(
                    "alias",
                    key.span,
                    "merge key `<<` is not part of the language",
                    found="`<<`",
                    remedy="write the keys out",
                )
                raise _UnsupportedYaml
            elif key.text in entries:
                self.diagnostics.report(
                    "duplicate-key",
                    key.span,
                    f"the key `{key.text}` is repeated",
                    related=((entries[key.text][0].span, "the first one is here"),),
                    remedy=repeated_key_remedy(
                        key.text, keys_below(node), keys_below(entries[key.text][1])
                    ),
                )
            else:
                entries[key.text] = (key, _normalize_span(node, key))
        return Mapping(tuple(entries.values()), span)

    def _refuse_alias(self, event: Any, construct: str, remedy: str = "") -> None:
        _, _, word = construct.partition(" ")
        start = self._span(event.start_mark, event.start_mark)
        self.diagnostics.report(
            "alias",
            attrs.evolve(start, end_column=start.column + len(word) - 2),
            f"{construct} is not part of the language",
            remedy=remedy or "write it out where it is used",
        )
        raise _UnsupportedYaml

    def _span(self, start: Any, end: Any) -> Span:
        line, column, end_line, end_column = start.line, start.column, end.line, end.column
        last = self._end_of_text
        if last is not None and end_line > last[0]:
            end_line, end_column = last
            if line > last[0]:
                line, column = last
        return Span(self.path, line + 1, column + 1, end_line + 1, end_column + 1)


def keys_below(node: Node) -> tuple[str, ...]:
    """Return the keys of a mapping; none for a list, and an empty key for a text."""
    if isinstance(node, Mapping):
        return tuple(key.text for key, _ in node.entries)
    return () if isinstance(node, Sequence) else ("",)


def _normalize_span(node: Node, key: Scalar) -> Node:
    """Place an empty value after the colon of its key, where both parsers agree."""
    if not isinstance(node, Scalar) or node.text or not node.plain:
        return node
    place = Span.empty_at(key.span.path, key.span.end_line, key.span.end_column)
    if node.span == place:  # without a colon
        return node
    return attrs.evolve(
        node, span=attrs.evolve(place, column=place.column + 1, end_column=place.column + 1)
    )


def _report_syntax(error: Any, text: str, path: str, diagnostics: Diagnostics) -> None:
    """Report the syntax error of a parser, with an explanation if it is a known one."""
    in_quotes = "quoted scalar" in (error.context or "") and "end of stream" in str(error.problem)
    mark = (error.context_mark if in_quotes else None) or error.problem_mark or error.context_mark
    lines = _LINE_BREAK.split(text)[: mark.line + 1] if mark else [""]
    before = lines[-1][: mark.column] if mark else ""
    above = next((line for line in reversed(lines[:-1]) if line.strip()), "")
    explanation, remedy = describe_syntax_error(str(error.problem), before, above)
    if in_quotes:
        explanation, remedy = "a quotation mark that is never closed", "close it"
    elif mark and (wide := _find_full_width_sign(error, mark.line, text)) is not None:
        place, sign = wide
        diagnostics.report(
            "yaml-syntax",
            attrs.evolve(Span.empty_at(path, *place), end_column=place[1] + 1),
            "the file is not YAML here",
            found=full_width_name(sign) + (f" `{sign}`" if sign.strip() else ""),
            remedy=full_width_remedy(sign),
        )
        return
    diagnostics.report(
        "yaml-syntax",
        Span.empty_at(path, mark.line + 1, mark.column + 1) if mark else Span.empty_at(path),
        "the file is not YAML here",
        found=explanation,
        remedy=remedy,
    )


def _find_full_width_sign(
    error: Any, end_line: int, text: str
) -> tuple[tuple[int, int], str] | None:
    """Return the position of a full-width sign that caused a syntax error, and the sign."""
    context = error.context_mark
    first = min(end_line, context.line) if context else end_line
    lines = _LINE_BREAK.split(text)
    # The cause may be one line before the context of the error.
    for number in range(max(first - 1, 0), end_line + 1):
        match = misplaced_sign(lines[number])
        if match is not None:
            return (number + 1, match.start("sign") + 1), match["sign"]
    return None
