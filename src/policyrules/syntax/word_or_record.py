"""A shape of a record in whose place a word may stand, as `eligible: always`."""

from __future__ import annotations

from typing import Any

import attrs

from policyrules.syntax.read_state import ReadState
from policyrules.syntax.shapes import Record, Text, Wrapped
from policyrules.syntax.yaml import Node, Scalar


@attrs.frozen
class WordOrRecord:
    """One word, which is read into a class of its own, or else a record."""

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
