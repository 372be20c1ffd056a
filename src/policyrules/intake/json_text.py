"""Parse JSON with the position of every value and the exact text of every number.

The standard parser has no positions, stops at the first error, and can exhaust its stack. This
parser builds the same nodes as the YAML parser.
"""

from __future__ import annotations

import bisect
import json
import re
from typing import Final

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.yaml import (
    MAX_CHARACTERS,
    MAX_DEPTH,
    Mapping,
    Node,
    Scalar,
    Sequence,
    keys_below,
)
from policyrules.syntax.yaml_remedies import repeated_key_remedy
from policyrules.text.span import Span


def read_json(text: str, path: str, diagnostics: Diagnostics) -> Node | None:
    """Parse a JSON text; report and return None if that fails.

    >>> read_json('{"a": 0.10}', "f.json", Diagnostics()).get("a").text
    '0.10'
    """
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
    reader = _JsonParser(text, path, diagnostics)
    try:
        return reader.document()
    except _InvalidJson:
        return None


class _InvalidJson(Exception):
    """The rest of the text cannot be parsed."""


class _JsonParser:
    """Parses one text from start to end."""

    def __init__(self, text: str, path: str, diagnostics: Diagnostics) -> None:
        self.text = text
        self.path = path
        self.diagnostics = diagnostics
        self.at = 0
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", text))]

    def document(self) -> Node:
        node = self._value(0)
        self._skip_whitespace()
        if self.at < len(self.text):
            raise self._syntax_error("there is text after the end", expected="one JSON value")
        return node

    def _value(self, depth: int) -> Node:
        self._skip_whitespace()
        start = self.at
        if depth > MAX_DEPTH:
            self.diagnostics.report(
                "too-deep",
                self._span(start, start),
                "the file is nested too deeply",
                expected=f"at most {MAX_DEPTH} levels",
            )
            raise _InvalidJson
        opening = self.text[start : start + 1]
        if opening == "{":
            return self._object(depth)
        if opening == "[":
            return self._array(depth)
        if opening == '"':
            return self._string()
        word = _WORD.match(self.text, start)
        if word is None:
            raise self._syntax_error("a value is missing", expected="a JSON value")
        if word.group() not in {"true", "false", "null"} and not _NUMBER.fullmatch(word.group()):
            remedy = "a text belongs in quotation marks, and a number has digits only"
            raise self._syntax_error(f"`{word.group()[:40]}` is not JSON", remedy=remedy)
        self.at = word.end()
        return Scalar(word.group(), self._span(start, self.at))

    def _object(self, depth: int) -> Mapping:
        start = self.at
        entries: dict[str, tuple[Scalar, Node]] = {}
        self.at += 1
        while self._take_separator("}", first=not entries):
            if self.text[self.at : self.at + 1] != '"':
                raise self._syntax_error("a key is missing", expected="a key in quotation marks")
            key = self._string()
            self._skip_whitespace()
            if self.text[self.at : self.at + 1] != ":":
                raise self._syntax_error(f"no `:` after the key `{key.text}`", expected="`:`")
            self.at += 1
            node = self._value(depth + 1)
            if key.text in entries:
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
                entries[key.text] = (key, node)
        return Mapping(tuple(entries.values()), self._span(start, self.at))

    def _array(self, depth: int) -> Sequence:
        start = self.at
        items: list[Node] = []
        self.at += 1
        while self._take_separator("]", first=not items):
            items.append(self._value(depth + 1))
        return Sequence(tuple(items), self._span(start, self.at))

    def _take_separator(self, closing: str, *, first: bool) -> bool:
        """Consume a comma or the closing bracket, and return whether another entry follows."""
        self._skip_whitespace()
        sign = self.text[self.at : self.at + 1]
        if sign == closing:
            self.at += 1
            return False
        if first:
            return True
        if sign != ",":
            raise self._syntax_error("an entry does not end", expected=f"`,` or `{closing}`")
        self.at += 1
        self._skip_whitespace()
        if self.text[self.at : self.at + 1] == closing:
            raise self._syntax_error("a comma before the end", remedy="remove the last comma")
        return True

    def _string(self) -> Scalar:
        start = self.at
        match = _STRING.match(self.text, start)
        if match is None:
            raise self._syntax_error(
                "a text does not end, or has an unknown escape", expected='`"`'
            )
        self.at = match.end()
        # The pattern has admitted only valid escapes, so the standard parser can resolve them.
        text: str = json.loads(match.group())
        return Scalar(text, self._span(start, self.at), plain=False)

    def _skip_whitespace(self) -> None:
        match = _WHITESPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at

    def _syntax_error(self, message: str, *, expected: str = "", remedy: str = "") -> _InvalidJson:
        remedy = _remedy_for_sign(self.text[self.at : self.at + 2]) or remedy
        sign = self.text[self.at : self.at + 20].split("\n")[0].strip()
        self.diagnostics.report(
            "unreadable-file",
            self._span(self.at, self.at),
            f"the file is not JSON here: {message}",
            found=f"`{sign}`" if sign else "the end",
            expected=expected,
            remedy=remedy,
        )
        return _InvalidJson()

    def _span(self, start: int, end: int) -> Span:
        return Span(self.path, *self._line_and_column(start), *self._line_and_column(end))

    def _line_and_column(self, at: int) -> tuple[int, int]:
        line = bisect.bisect_right(self._line_starts, at)
        return line, at - self._line_starts[line - 1] + 1


def _remedy_for_sign(start: str) -> str:
    """Return the remedy for a sign of another language that JSON does not have."""
    if start.startswith("'"):
        return "JSON has double quotation marks only: write `\"` for each `'`"
    if start.startswith("#") or start in {"//", "/*"}:
        return "JSON has no comments: remove it, or give the facts as YAML"
    return ""


_WHITESPACE: Final = re.compile(r"[ \t\n\r]*")
_STRING: Final = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"')
_WORD: Final = re.compile(r"[^\s,:\[\]{}\"]+")
_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
