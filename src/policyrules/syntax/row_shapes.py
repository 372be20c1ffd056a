"""The shape of the rows of a table, each printed on a line of its own with aligned cells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import attrs

from policyrules.syntax import yaml
from policyrules.syntax.shapes import ListOf
from policyrules.syntax.yaml import Node
from policyrules.text.span import Span


@attrs.frozen
class RowList(ListOf):
    """A list of rows, each a mapping from the keys of the table to cells."""

    def write(self, value: Sequence[Any]) -> Node:
        """Write the rows as a list that is printed as a table."""
        items = tuple(self.item.write(item) for item in value)
        return yaml.Sequence(items, Span.empty_at(""), has_rows=True)
