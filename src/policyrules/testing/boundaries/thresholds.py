"""Thresholds of each fact: the figures of a ruleset near which a test should try values.

The thresholds of a fact are the figures of the parameters that it is compared with, directly or
through values, in the fact's own unit; for days also the ends of periods, and the birthdays on
which somebody reaches an age.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

from policyrules.ir.calendar_parts import PART_TYPES
from policyrules.ir.nodes import (
    CalendarPart,
    Compare,
    DateDiff,
    Expression,
    FactRef,
    InPeriod,
    Marginal,
    ParameterRef,
    ValueRef,
)
from policyrules.ir.ruleset import CheckedRuleset, Fact, Parameter
from policyrules.ir.tables import RowTable, cells_of
from policyrules.ir.traverse import (
    children,
    dependencies,
    expressions_of,
    fact_dependencies,
    periodic_parts,
    references,
)
from policyrules.ir.types import Kind
from policyrules.values.calendar import first_day, last_day, truncate
from policyrules.values.calendar_parts import PERIODIC_PARTS
from policyrules.values.exact import Exact, normalize

_LEAP_DAY: Final = (2, 29)

_Thresholds = Mapping[str, dict[Exact, set[str]]]


def thresholds(ruleset: CheckedRuleset) -> Mapping[str, tuple[Exact, ...]]:
    """Return the thresholds of every ordered fact, in rising order.

    A fact that is compared with nothing has none.

    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").ruleset
    >>> thresholds(refund)["employer.insured_headcount"]
    (30,)
    """
    return {name: tuple(figures) for name, figures in thresholds_by_parameter(ruleset).items()}


def thresholds_by_parameter(
    ruleset: CheckedRuleset,
) -> Mapping[str, Mapping[Exact, tuple[str, ...]]]:
    """Return the thresholds of every ordered fact, with the parameters that state each."""
    thresholds_of: _Thresholds = {
        name: {} for name, fact in ruleset.facts.items() if _is_ordered(fact)
    }
    for node in every_expression(ruleset):
        for part in _subexpressions(node):
            if isinstance(part, (Compare, InPeriod, Marginal)):
                _add_compared_figures(ruleset, part, thresholds_of)
    for node in every_expression(ruleset):
        _add_edges(ruleset, node, thresholds_of)
        for periodic in periodic_parts(node):
            _add_periodic_figures(ruleset, periodic, thresholds_of)
        for part in _subexpressions(node):
            if isinstance(part, DateDiff):
                _add_birthdays(ruleset, part, thresholds_of)
    order = list(ruleset.parameters)
    return {
        name: {
            figure: tuple(sorted(figures[figure], key=order.index))
            for figure in sorted(figures)
            if _is_in_range(ruleset.facts[name], figure)
        }
        for name, figures in thresholds_of.items()
    }


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


def _subexpressions(node: Expression) -> Iterator[Expression]:
    yield node
    for child in children(node):
        if isinstance(child, Expression):
            yield from _subexpressions(child)


def _is_ordered(fact: Fact) -> bool:
    return (fact.type.entry_kind or fact.type.kind).is_ordered


def _is_in_range(fact: Fact, figure: Exact) -> bool:
    return (fact.low is None or fact.low <= figure) and (fact.high is None or figure <= fact.high)


def _add_compared_figures(
    ruleset: CheckedRuleset, node: Compare | InPeriod | Marginal, thresholds_of: _Thresholds
) -> None:
    """Add the thresholds of a comparison: each fact that it reads gets each figure of its kind.

    A scale compares a figure with its edges.
    """
    read = list(dependencies(ruleset, node))
    parameters = [
        ruleset.parameters[reference.name]
        for reference in read
        if isinstance(reference, ParameterRef)
    ]
    for reference in read:
        if isinstance(reference, FactRef) and reference.name in thresholds_of:
            fact = ruleset.facts[reference.name]
            for parameter in parameters:
                if _are_comparable(fact, parameter):
                    for figure in _figures_for_fact(fact, parameter):
                        thresholds_of[fact.name].setdefault(figure, set()).add(parameter.name)


def _are_comparable(fact: Fact, parameter: Parameter) -> bool:
    kind, parameter_kind = fact.type.entry_kind or fact.type.kind, parameter.type.kind
    if kind.is_calendar:
        return parameter_kind.is_calendar or parameter_kind is Kind.PERIOD
    if Kind.RATIO in {kind, parameter_kind}:
        return kind is parameter_kind
    is_number = parameter_kind.is_numeric or parameter_kind is Kind.SCALE
    return is_number and parameter.type.unit == fact.type.unit


def _add_edges(ruleset: CheckedRuleset, node: Expression, thresholds_of: _Thresholds) -> None:
    """Add the edges of the tables that an expression reads directly."""
    for read in references(node):
        if not isinstance(read, ParameterRef):
            continue
        parameter = ruleset.parameters[read.name]
        for key in parameter.by:
            for behind in (key.name, *fact_dependencies(ruleset, key)):
                if behind in thresholds_of:
                    for figure in _edges_for_fact(ruleset, ruleset.facts[behind], parameter):
                        thresholds_of[behind].setdefault(figure, set()).add(parameter.name)


def _edges_for_fact(ruleset: CheckedRuleset, fact: Fact, parameter: Parameter) -> Iterator[Exact]:
    """Yield the edges of the bands of a table whose key is the fact, or a value.

    The value has the unit of the fact, or is a day, month or year as the fact is.
    """
    for row in parameter.rows:
        if not isinstance(row.content, RowTable):
            continue
        for key, axis in zip(parameter.by, row.content.axes, strict=True):
            declared = ruleset.facts if isinstance(key, FactRef) else ruleset.all_values
            type_, kind = declared[key.name].type, fact.type.entry_kind or fact.type.kind
            is_like = type_.kind is kind if kind.is_calendar else type_.unit == fact.type.unit
            if key.name == fact.name or (isinstance(key, ValueRef) and is_like):
                yield from (figure for figure, _ in axis.cuts)


def _figures_for_fact(fact: Fact, parameter: Parameter) -> Iterator[Exact]:
    """Yield the figures of a parameter as figures of the fact, such as the months of a period.

    A month or a year has a first and a last day.
    """
    kind, parameter_kind = fact.type.entry_kind or fact.type.kind, parameter.type.kind
    for figure in figures_of(parameter):
        if not kind.is_calendar or kind is parameter_kind:
            yield figure
            continue
        whole = Kind.DATE if parameter_kind is Kind.PERIOD else parameter_kind
        for day in (first_day(whole, int(figure)), last_day(whole, int(figure))):
            yield truncate(kind, day)


def _add_periodic_figures(
    ruleset: CheckedRuleset, node: CalendarPart, thresholds_of: _Thresholds
) -> None:
    """Add the months of the year, or the days of the month, that parameters count.

    The year and the month are those in which the ruleset comes into force.
    """
    unit, begin = PART_TYPES[node.part].unit, ruleset.in_force.from_ or ruleset.in_force.to
    counts = [
        (int(figure), parameter.name)
        for parameter in ruleset.parameters.values()
        if parameter.type.kind is Kind.COUNT and parameter.type.unit == unit
        for figure in figures_of(parameter)
    ]
    for name in fact_dependencies(ruleset, node):
        kind = _kind_of(ruleset, name)
        if begin is None or kind is None or not kind.is_calendar:
            continue
        for figure, parameter in counts:
            for day in _days_of_part(node.part, begin, figure):
                thresholds_of[name].setdefault(truncate(kind, day), set()).add(parameter)


def _days_of_part(part: str, begin: date, figure: int) -> tuple[int, ...]:
    """Return the ends of a month in the year of a day, or a day in its month."""
    container, highest = PERIODIC_PARTS[part]
    if not 1 <= figure <= highest:
        return ()
    first = first_day(container, truncate(container, begin.toordinal()))
    if part == "day_of_month":
        return (first + figure - 1,)
    month = truncate("month", first) + figure - 1
    return first_day("month", month), last_day("month", month)


def _kind_of(ruleset: CheckedRuleset, name: str) -> Kind | None:
    """Return the kind of a fact or of the entries of a list of figures; None for other lists."""
    fact = ruleset.facts.get(name)
    return None if fact is None else fact.type.entry_kind or fact.type.kind


def _add_birthdays(ruleset: CheckedRuleset, node: DateDiff, thresholds_of: _Thresholds) -> None:
    """Add the days on which somebody completes a number of years on a threshold of the end."""
    start, end = node.start, node.end
    if not isinstance(start, FactRef) or not isinstance(end, FactRef) or node.unit != "year":
        return
    ages: dict[int, set[str]] = {}
    for parameter in ruleset.parameters.values():
        if str(parameter.type.unit) == node.unit and parameter.type.kind is Kind.COUNT:
            for figure in figures_of(parameter):
                for years in (int(figure), int(figure) + 1):
                    ages.setdefault(years, set()).add(parameter.name)
    ends = [
        (date.fromordinal(int(ordinal)), names)
        for ordinal, names in thresholds_of.get(end.name, {}).items()
    ]
    for years in sorted(ages):
        for day, names in ends:
            if day.year > years:
                birthday = normalize(_years_before(day, years).toordinal())
                thresholds_of[start.name].setdefault(birthday, set()).update(names, ages[years])


def _years_before(day: date, years: int) -> date:
    """Return the day so many years before; 1 March for 29 February."""
    if (day.month, day.day) == _LEAP_DAY:
        return date(day.year - years, 3, 1)
    return day.replace(year=day.year - years)
