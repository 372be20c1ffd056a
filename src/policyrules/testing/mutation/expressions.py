"""Mutations of expressions: another operator or quantifier, or one operand less."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from policyrules.ir.day_rows import is_reading, parameter_read
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    BoolTest,
    CalendarPart,
    Compare,
    ConditionRef,
    Count,
    DateDiff,
    DateShift,
    Distinct,
    ElementRef,
    EligibleRef,
    Expression,
    FactRef,
    FellowRef,
    InPeriod,
    InSet,
    IsNone,
    IsSameItem,
    ListExtreme,
    ListRef,
    Marginal,
    MinMax,
    Negate,
    Not,
    Number,
    Or,
    ParameterRef,
    Quantifier,
    Sum,
    SumOfLargest,
    Term,
    Test,
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)
from policyrules.testing.mutation.operators import Mistake, MutationOperator

_OPERATOR_MUTATIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "<": ("<=", ">"),
    "<=": ("<", ">"),
    ">": (">=", "<"),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "+": ("-",),
    "-": ("+",),
}
"""The mutations of each operator: one that differs only at the limit, and the opposite."""

_NegatedTest = BoolTest | InSet | InPeriod | IsNone | IsSameItem
"""The tests whose only mutation is their negation."""


def mutate_test(test: Test) -> Iterator[tuple[Mistake, Test]]:
    """Yield every test that differs from this one by one mistake."""
    for mistake, mutated in mutate_expression(test):
        if isinstance(mutated, Test):
            yield mistake, mutated


def mutate_expression(node: Expression) -> Iterator[tuple[Mistake, Expression]]:
    """Yield every expression that differs from this one by one mistake.

    >>> from policyrules.ir.nodes import Number, ValueRef
    >>> [
    ...     str(mistake)
    ...     for mistake, _ in mutate_expression(Compare("<=", ValueRef("rate"), Number(1)))
    ... ]
    ['`<=` becomes `<`', '`<=` becomes `>`']
    """
    yield from _mutations(node)
    for field in attrs.fields(type(node)):
        content = getattr(node, field.name)
        if isinstance(content, tuple):
            for place, operand in enumerate(content):
                for mistake, mutated in _mutate_operand(operand):
                    changed = (*content[:place], mutated, *content[place + 1 :])
                    yield mistake, _replace_field(node, field.name, changed)
        else:
            for mistake, mutated in _mutate_operand(content):
                yield mistake, _replace_field(node, field.name, mutated)


def _replace_field(node: Any, field: str, content: object) -> Any:
    """Return the node with new content of the field with this name."""
    return attrs.evolve(node, **{field: content})


def _mutate_operand(content: object) -> Iterator[tuple[Mistake, Expression]]:
    if isinstance(content, Expression) and not isinstance(content, ListRef):
        yield from mutate_expression(content)


def _mutations(node: Expression) -> Iterator[tuple[Mistake, Expression]]:
    """Yield the mutations of the node itself, without those of its operands."""
    if isinstance(node, _NegatedTest):
        yield Mistake(MutationOperator.NEGATE, (node,)), Not(node)
        return
    match node:
        case DateShift(operator=operator):
            (mutated,) = _OPERATOR_MUTATIONS[operator]
            yield _replacement(operator, mutated), attrs.evolve(node, operator=mutated)
            yield from _moved_sums(node)
        case Compare(operator) | Arithmetic(operator):
            for mutated in _OPERATOR_MUTATIONS.get(operator, ()):
                yield _replacement(operator, mutated), attrs.evolve(node, operator=mutated)
            if isinstance(node, Arithmetic) and operator == "*":
                yield _removal(node.right), node.left
                yield _removal(node.left), node.right
        case Not(operand):
            if not isinstance(operand, _NegatedTest):
                yield Mistake(MutationOperator.REMOVE_NOT, (node,)), operand
        case And(operands) | Or(operands):
            is_and = isinstance(node, And)
            words = ("and", "or") if is_and else ("or", "and")
            swapped = Or(operands) if is_and else And(operands)
            yield _replacement(*words), swapped
            yield from _remove_each_operand(node, operands)
        case MinMax(largest, operands):
            words = ("max", "min") if largest else ("min", "max")
            yield _replacement(*words), attrs.evolve(node, is_max=not largest)
            yield from _remove_each_operand(node, operands)
        case Quantifier(every):
            words = ("all", "any") if every else ("any", "all")
            yield _replacement(*words), attrs.evolve(node, is_universal=not every)
        case Sum(test=test):
            if test is not None:
                mistake = Mistake(MutationOperator.REMOVE_FILTER, (test,))
                yield mistake, attrs.evolve(node, test=None)
        case ListExtreme() | SumOfLargest() | Distinct():
            yield from _mutated_choices(node)
        case WorkingDayTerm() | CalendarPart() | DateDiff():
            yield from _mutated_days(node)
        case Negate() | Count() | Marginal():
            pass
        case ParameterRef(name):
            if is_reading(node):
                yield (
                    Mistake(MutationOperator.READ_ON_DAY, (node,)),
                    ParameterRef(parameter_read(name)),
                )
        case Number() | YesNo() | Word() | FactRef() | ValueRef():
            pass
        case EligibleRef() | ConditionRef() | ElementRef() | FellowRef():
            pass


def _mutated_choices(
    node: ListExtreme | SumOfLargest | Distinct,
) -> Iterator[tuple[Mistake, Expression]]:
    """Yield another choice of entries: the smallest for the largest, all, or one more or less.

    If the number of entries is a parameter, the mutants of the parameter change it already.
    """
    variable, source_list, term, test = node.variable, node.source_list, node.term, node.test
    match node:
        case ListExtreme(is_max):
            words = ("max", "min") if is_max else ("min", "max")
            yield _replacement(*words), attrs.evolve(node, is_max=not is_max)
            if not node.is_calendar:
                yield _replacement(words[0], "sum"), Sum(variable, source_list, term, test)
            if node.default is not None:
                yield _removal(node.default), attrs.evolve(node, default=None)
        case SumOfLargest(n=n):
            all_ = Sum(variable, source_list, term, test)
            yield _replacement("sum_of_largest", "sum"), all_
            smallest = Negate(attrs.evolve(node, term=Negate(term)))
            yield _replacement("sum_of_largest", "sum_of_smallest"), smallest
            if not isinstance(n, ParameterRef):
                for operator in ("+", "-"):
                    moved = Arithmetic(operator, n, Number(1))
                    mistake = Mistake(MutationOperator.REPLACE_OPERAND, (n, moved))
                    yield mistake, attrs.evolve(node, n=moved)
        case Distinct():
            every = BoolTest(YesNo(True)) if test is None else test
            yield _replacement("distinct", "count"), Count(variable, source_list, every)
    if test is not None:
        mistake = Mistake(MutationOperator.REMOVE_FILTER, (test,))
        yield mistake, attrs.evolve(node, test=None)


def _by_every_day(node: WorkingDayTerm) -> Term:
    """Return the term as if every day were a working day."""
    match node:
        case WorkingDayTerm("add", (start, count)):
            return DateShift("date", "+", "day", start, count)
        case WorkingDayTerm("between", (start, end)):
            return DateDiff("day", start, end)
        case _:
            return node.operands[0]


def _moved_sums(node: DateShift) -> Iterator[tuple[Mistake, Expression]]:
    """Yield the sum moved by one day, month or year, forward and back.

    The units are those of its kind and of its count. If the count is a parameter, the mutants of
    the parameter move the sum by the unit of the count already.
    """
    units = {"date": ("day", "month"), "month": ("month",), "calendar_year": ("year",)}[node.kind]
    for unit in units:
        is_moved = isinstance(node.count, ParameterRef) and unit == node.unit
        if is_moved or (unit == "month" and node.unit == "day"):
            continue
        for operator, change in (("+", "more"), ("-", "less")):
            mistake = Mistake(MutationOperator.MOVE_SUM, (node, unit, change))
            yield mistake, DateShift(node.kind, operator, unit, node, Number(1))


def _mutated_days(
    node: WorkingDayTerm | CalendarPart | DateDiff,
) -> Iterator[tuple[Mistake, Expression]]:
    """Yield the mutations of working days, of ends of months, and of differences of days."""
    match node:
        case WorkingDayTerm():
            yield Mistake(MutationOperator.COUNT_EVERY_DAY, (node,)), _by_every_day(node)
        case CalendarPart("first_day" | "last_day" as part):
            other = "last_day" if part == "first_day" else "first_day"
            yield _replacement(part, other), attrs.evolve(node, part=other)
        case DateDiff():
            yield _counted_otherwise(node)
        case CalendarPart():
            pass


def _counted_otherwise(node: DateDiff) -> tuple[Mistake, Expression]:
    """Return the days with both ends, or the difference of the months or years of the calendar."""
    if node.unit == "day":
        mistake = Mistake(MutationOperator.MOVE_SUM, (node, "day", "more"))
        return mistake, Arithmetic("+", node, Number(1))
    ends = (CalendarPart(node.unit, "date", end) for end in (node.end, node.start))
    by_calendar = Arithmetic("-", *ends)
    return Mistake(MutationOperator.REPLACE_OPERAND, (node, by_calendar)), by_calendar


def _remove_each_operand(
    node: And | Or | MinMax, operands: tuple[Expression, ...]
) -> Iterator[tuple[Mistake, Expression]]:
    for place, operand in enumerate(operands):
        rest = (*operands[:place], *operands[place + 1 :])
        yield (
            _removal(operand),
            rest[0] if len(rest) == 1 else _replace_field(node, "operands", rest),
        )


def _removal(operand: Expression) -> Mistake:
    return Mistake(MutationOperator.REMOVE_OPERAND, (operand,))


def _replacement(before: str, after: str) -> Mistake:
    return Mistake(MutationOperator.REPLACE_OPERATOR, (before, after))
