"""Spans: the range of a file in which a node of a tree was written."""

from __future__ import annotations

import attrs

from policyrules.objects.representation import short_repr


@attrs.frozen(repr=False, order=True)
class Span:
    """A range of one file; lines and columns are counted in characters from 1.

    The end is after the last character, so an empty span ends at its start.

    >>> str(Span("refund.yaml", 3, 5, 3, 9))
    'refund.yaml:3:5'
    """

    __repr__ = short_repr

    path: str
    line: int
    column: int
    end_line: int
    end_column: int

    @classmethod
    def empty_at(cls, path: str, line: int = 1, column: int = 1) -> Span:
        """Return the empty span at a position."""
        return cls(path, line, column, line, column)

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"
