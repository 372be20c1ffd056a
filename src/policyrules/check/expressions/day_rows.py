"""Type a parameter on another day, `subsidy[hire.hired_on]`, and declare it as a table by day."""

from __future__ import annotations

from policyrules.check.expressions.names import resolve_name
from policyrules.check.expressions.typed_terms import (
    SubexpressionChecker,
    TypedTerm,
    reject,
    typed_as_declared,
)
from policyrules.check.key_domains import key_domain, title_of_key
from policyrules.ir.day_rows import reading_of
from policyrules.ir.nodes import FactRef, ParameterRef, ValueRef
from policyrules.ir.tables import MAX_COMBINATIONS, RowTable
from policyrules.ir.types import Kind
from policyrules.syntax import expression_tree as syntax


def check_row_of_day(checker: SubexpressionChecker, node: syntax.RowOfDay) -> TypedTerm:
    """Type a parameter as it is on the day of a fact or a value."""
    state, name = checker.state, node.parameter.name
    typed = resolve_name(state, checker.scope, name, node.parameter.span)
    if not isinstance(typed.term, ParameterRef):
        reject(
            state,
            node.parameter.span,
            "only a parameter has rows of other days",
            f"`{name}`, {typed}",
            "a parameter",
        )
    if typed.kind is Kind.SCALE:
        reject(
            state,
            node.span,
            "a scale can be read only on the day of the decision",
            f"`{name}`, {typed}",
            "a parameter of another type",
            "declare a scale for each span of days, and choose one in the exceptions of a value",
        )
    day = checker.check_figure(node.day, Kind.DATE).term
    if not isinstance(day, (FactRef, ValueRef)):
        reject(
            state,
            node.day.span,
            "a row is chosen by a fact or a value that is a day",
            "another expression",
            "the name of a fact or a value",
            "declare a value for this day, and use its name",
        )
    parameter = state.parameters[name]
    domains = [key_domain(state, key) for key in (day, *parameter.by)]
    reading = reading_of(parameter, day, domains, title_of_key(state, day))
    (row,) = reading.rows
    if isinstance(row.content, RowTable) and row.content.combinations > MAX_COMBINATIONS:
        reject(
            state,
            node.span,
            "the rows of all days have too many combinations of keys",
            str(row.content.combinations),
            f"at most {MAX_COMBINATIONS}",
            "divide the table into tables with fewer keys",
        )
    state.parameters.setdefault(reading.name, reading)
    text = f"{name}[{day.original_name or day.name}]" if isinstance(day, FactRef) else ""
    return typed_as_declared(ParameterRef(reading.name, text), reading.type)
