"""The expressions of a ruleset, and the figures that its parameters state."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.ir.nodes import Expression
from policyrules.ir.ruleset import CheckedRuleset, Parameter
from policyrules.ir.tables import cells_of
from policyrules.ir.traverse import children, expressions_of
from policyrules.values.exact import Exact


def every_expression(ruleset: CheckedRuleset) -> Iterator[Expression]:
    """Yield every expression of a ruleset, those of notes and constraints included."""
    for value in ruleset.all_values.values():
        yield from expressions_of(value)
    for condition in ruleset.all_conditions.values():
        yield from expressions_of(condition)
    yield from (amount.expression for amount in ruleset.outcome.amounts.values())
    for note in ruleset.notes.values():
        if note.when is not None:
            yield note.when
    yield from (rule.test for rule in ruleset.constraints)


def figures_of(parameter: Parameter) -> Iterator[Exact]:
    """Yield every figure that a parameter states on any day, both ends of a period included."""
    for row in parameter.rows:
        for cell in cells_of(row.content):
            yield from (figure for figure in (cell.low, cell.high) if figure is not None)
            yield from (bracket.edge for bracket in cell.brackets)


def subexpressions(node: Expression) -> Iterator[Expression]:
    """Yield an expression and every expression in it."""
    yield node
    for child in children(node):
        if isinstance(child, Expression):
            yield from subexpressions(child)
