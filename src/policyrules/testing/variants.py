"""Expressions with one change: an operator, a quantifier, an operand that is missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Compare,
    Expression,
    Extreme,
    Holds,
    IsNone,
    ListRef,
    Member,
    Not,
    Or,
    Quantified,
    Summed,
    Test,
    Within,
)
from policyrules.ir.text import expression_text

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
"""What an operator is changed to: the one that differs at the limit, and the one that is turned."""


def test_variants(test: Test) -> Iterator[tuple[str, Test]]:
    """Every test that differs from this one in one place, and what was changed."""
    for change, other in variants(test):
        if isinstance(other, Test):
            yield change, other


def variants(node: Expression) -> Iterator[tuple[str, Expression]]:
    """Every expression that differs from this one in one place, and what was changed.

    >>> from policyrules.ir.nodes import Number, ValueRef
    >>> [change for change, _ in variants(Compare("<=", ValueRef("rate"), Number(1)))]
    ['`<=` becomes `<`', '`<=` becomes `>`']
    """
    yield from _of(node)
    for field in attrs.fields(type(node)):
        inside = getattr(node, field.name)
        if isinstance(inside, tuple):
            for place, one in enumerate(inside):
                for change, other in _variants_of(one):
                    changed = (*inside[:place], other, *inside[place + 1 :])
                    yield change, _with(node, field.name, changed)
        else:
            for change, other in _variants_of(inside):
                yield change, _with(node, field.name, other)


def _with(node: Any, field: str, inside: object) -> Any:
    """The node with something else in one of its fields."""
    return attrs.evolve(node, **{field: inside})


def _variants_of(inside: object) -> Iterator[tuple[str, Expression]]:
    if isinstance(inside, Expression) and not isinstance(inside, ListRef):
        yield from variants(inside)


def _of(node: Expression) -> Iterator[tuple[str, Expression]]:
    """The changes of the node itself."""
    match node:
        case Compare(operator) | Arithmetic(operator):
            for other in _NEXT.get(operator, ()):
                yield f"`{operator}` becomes `{other}`", attrs.evolve(node, operator=other)
            if isinstance(node, Arithmetic) and operator == "*":
                yield _without(node.right), node.left
                yield _without(node.left), node.right
        case Not(operand) if not isinstance(operand, (Holds, Member, Within, IsNone)):
            yield f"`{expression_text(node)}` loses its `not`", operand
        case Holds() | Member() | Within() | IsNone():
            yield f"`{expression_text(node)}` is turned round", Not(node)
        case And(operands) | Or(operands):
            is_and = isinstance(node, And)
            words = ("and", "or") if is_and else ("or", "and")
            turned = Or(operands) if is_and else And(operands)
            yield f"`{words[0]}` becomes `{words[1]}`", turned
            yield from _with_one_less(node, operands)
        case Extreme(largest, operands):
            words = ("max", "min") if largest else ("min", "max")
            yield f"`{words[0]}` becomes `{words[1]}`", attrs.evolve(node, largest=not largest)
            yield from _with_one_less(node, operands)
        case Quantified(every):
            words = ("all", "any") if every else ("any", "all")
            yield f"`{words[0]}` becomes `{words[1]}`", attrs.evolve(node, every=not every)
        case Summed(test=test) if test is not None:
            yield f"the sum loses its `if {expression_text(test)}`", attrs.evolve(node, test=None)
        case _:
            pass


def _with_one_less(
    node: And | Or | Extreme, operands: tuple[Expression, ...]
) -> Iterator[tuple[str, Expression]]:
    for place, operand in enumerate(operands):
        rest = (*operands[:place], *operands[place + 1 :])
        yield _without(operand), rest[0] if len(rest) == 1 else _with(node, "operands", rest)


def _without(operand: Expression) -> str:
    return f"`{expression_text(operand)}` is left out"
