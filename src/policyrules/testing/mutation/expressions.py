"""Mutate expressions: change an operator or a quantifier, or remove an operand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from policyrules.ir.nodes import (
    And,
    Arithmetic,
    BoolTest,
    Compare,
    Count,
    DateDiff,
    ElementRef,
    EligibleRef,
    Expression,
    FactRef,
    InPeriod,
    InSet,
    IsNone,
    ListRef,
    MinMax,
    Negate,
    Not,
    Number,
    Or,
    ParameterRef,
    Quantifier,
    Sum,
    Test,
    ValueRef,
    Word,
    YearOf,
    YesNo,
)
from policyrules.testing.mutation.operators import Mistake, MutationOperator

_NEXT: Final[Mapping[str, tuple[str, ...]]] = {
    "<": ("<=", ">"),
    "<=": ("<", ">"),
    ">": (">=", "<"),
    ">=": (">", "<"),
    "==": ("!=",),
    "!=": ("==",),
    "+": ("-",),
    "-": ("+",),
}
"""The mutations of each operator: the one that differs at the limit only, and the opposite."""

_NegatedTest = BoolTest | InSet | InPeriod | IsNone
"""The tests whose only mutation is their negation."""


def mutate_test(test: Test) -> Iterator[tuple[Mistake, Test]]:
    """Yield every test that differs from this one by one mistake."""
    for mistake, other in mutate_expression(test):
        if isinstance(other, Test):
            yield mistake, other


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
        inside = getattr(node, field.name)
        if isinstance(inside, tuple):
            for place, operand in enumerate(inside):
                for mistake, other in _mutate_operand(operand):
                    changed = (*inside[:place], other, *inside[place + 1 :])
                    yield mistake, _with(node, field.name, changed)
        else:
            for mistake, other in _mutate_operand(inside):
                yield mistake, _with(node, field.name, other)


def _with(node: Any, field: str, inside: object) -> Any:
    """Return the node with other content of one field, which only its name tells."""
    return attrs.evolve(node, **{field: inside})


def _mutate_operand(inside: object) -> Iterator[tuple[Mistake, Expression]]:
    if isinstance(inside, Expression) and not isinstance(inside, ListRef):
        yield from mutate_expression(inside)


def _mutations(node: Expression) -> Iterator[tuple[Mistake, Expression]]:
    """Yield the mutations of the node itself, without those of its operands."""
    if isinstance(node, _NegatedTest):
        yield Mistake(MutationOperator.NEGATE, (node,)), Not(node)
        return
    match node:
        case Compare(operator) | Arithmetic(operator):
            for other in _NEXT.get(operator, ()):
                yield _instead(operator, other), attrs.evolve(node, operator=other)
            if isinstance(node, Arithmetic) and operator == "*":
                yield _without(node.right), node.left
                yield _without(node.left), node.right
        case Not(operand):
            if not isinstance(operand, _NegatedTest):
                yield Mistake(MutationOperator.REMOVE_NOT, (node,)), operand
        case And(operands) | Or(operands):
            is_and = isinstance(node, And)
            words = ("and", "or") if is_and else ("or", "and")
            turned = Or(operands) if is_and else And(operands)
            yield _instead(*words), turned
            yield from _with_one_less(node, operands)
        case MinMax(largest, operands):
            words = ("max", "min") if largest else ("min", "max")
            yield _instead(*words), attrs.evolve(node, is_max=not largest)
            yield from _with_one_less(node, operands)
        case Quantifier(every):
            words = ("all", "any") if every else ("any", "all")
            yield _instead(*words), attrs.evolve(node, is_universal=not every)
        case Sum(test=test):
            if test is not None:
                mistake = Mistake(MutationOperator.REMOVE_FILTER, (test,))
                yield mistake, attrs.evolve(node, test=None)
        case Negate() | YearOf() | DateDiff() | Count():
            pass
        case Number() | YesNo() | Word() | FactRef() | ParameterRef() | ValueRef():
            pass
        case EligibleRef() | ElementRef():
            pass


def _with_one_less(
    node: And | Or | MinMax, operands: tuple[Expression, ...]
) -> Iterator[tuple[Mistake, Expression]]:
    for place, operand in enumerate(operands):
        rest = (*operands[:place], *operands[place + 1 :])
        yield _without(operand), rest[0] if len(rest) == 1 else _with(node, "operands", rest)


def _without(operand: Expression) -> Mistake:
    return Mistake(MutationOperator.REMOVE_OPERAND, (operand,))


def _instead(before: str, after: str) -> Mistake:
    return Mistake(MutationOperator.REPLACE_OPERATOR, (before, after))
