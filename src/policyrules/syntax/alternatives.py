"""Shapes with an alternative: a word or a record, and a list of words or of records."""

from __future__ import annotations

from typing import Any

import attrs

from policyrules.syntax.read_state import ReadState
from policyrules.syntax.shapes import Record, Text, Wrapped
from policyrules.syntax.yaml import Mapping, Node, Scalar, Sequence


@attrs.frozen
class WordOrRecord:
    """A record, or one word in its place, which is read into a class of its own."""

    word: str
    word_class: type
    record: Record

    @property
    def _word_shape(self) -> Wrapped:
        text = Text(f"`{self.word}`", (self.word,))
        return Wrapped(self.word_class, self.word, text)

    def read(self, node: Node, state: ReadState) -> Any:
        """Read the word or the record; report and raise `ReadFailed` if it is neither."""
        if isinstance(node, Scalar) and node.text == self.word:
            return self._word_shape.read(node, state)
        return self.record.read(node, state)

    def write(self, value: Any) -> Node:
        """Write the word or the record as a YAML node."""
        if isinstance(value, self.word_class):
            return self._word_shape.write(value)
        return self.record.write(value)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of both."""
        return {"anyOf": [self._word_shape.schema(), self.record.schema()]}


@attrs.frozen
class WordsOrRecords:
    """A list of words or a list of records, each read into a class of its own."""

    words: Wrapped
    records: Wrapped
    record_class: type

    def read(self, node: Node, state: ReadState) -> Any:
        """Read the list; report and raise `ReadFailed` if it does not fit."""
        has_records = isinstance(node, Sequence) and any(
            isinstance(item, Mapping) for item in node.items
        )
        return (self.records if has_records else self.words).read(node, state)

    def write(self, value: Any) -> Node:
        """Write the list as a YAML node."""
        is_of_records = isinstance(value, self.record_class)
        return (self.records if is_of_records else self.words).write(value)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of both lists."""
        return {"anyOf": [self.words.schema(), self.records.schema()]}
