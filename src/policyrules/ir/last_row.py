"""The last row of the table of a value: the rule behind the rows that are exceptions."""

from __future__ import annotations

from functools import cached_property

import attrs

from policyrules.ir.narrowing import cuts_of, narrow
from policyrules.ir.nodes import And, Compare, Expression, ParameterRef, Test, Word
from policyrules.objects.representation import short_repr


@attrs.frozen(repr=False)
class LastRow:
    """The last row of the table of a value, which is the default of the value.

    `table` is the parameter that chooses the row, and `word` is its content for this row. `bands`
    are the comparisons of the keys that are held where the row applies.
    """

    __repr__ = short_repr

    table: str
    word: Word
    bands: tuple[Compare, ...] = ()

    @cached_property
    def when(self) -> Test:
        """The test of whether the row applies."""
        return Compare("==", ParameterRef(self.table), self.word)

    def narrow(self, expression: Expression) -> Expression:
        """Return an expression of the row, with the range of each fact cut by its bands."""
        return narrow(expression, cuts_of(And(self.bands)))
