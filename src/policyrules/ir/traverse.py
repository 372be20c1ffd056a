"""Walks over expressions and declarations: what is read where."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator

from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Atom,
    Compare,
    Expression,
    Extreme,
    FactRef,
    Holds,
    IsNone,
    Member,
    Negative,
    Not,
    Or,
    ParameterRef,
    Reference,
    ValueRef,
)
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, Value


def children(node: Expression) -> tuple[Expression, ...]:
    """The expressions that stand directly inside one."""
    match node:
        case Negative(operand) | IsNone(operand) | Holds(operand) | Not(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Compare(_, left, right) | Member(left, right):
            return (left, right)
        case Extreme(_, operands) | And(operands) | Or(operands):
            return operands
        case _:
            return ()


def references(node: Expression) -> Iterator[Reference]:
    """Every name that the expression reads, in the order of its text."""
    if isinstance(node, (FactRef, ParameterRef, ValueRef)):
        yield node
    for child in children(node):
        yield from references(child)


def atoms(node: Expression) -> Iterator[Atom]:
    """Every test without logic inside, in the order of the text."""
    if isinstance(node, (Compare, Member, IsNone, Holds)):
        yield node
        return
    for child in children(node):
        yield from atoms(child)


def texts(node: Value | Condition) -> Iterator[Expression]:
    """All expressions of a value or a condition: its own, and those of its exceptions."""
    own = node.text if isinstance(node, Value) else node.test
    if not isinstance(own, Group):
        yield own
    for exception in node.exceptions:
        yield exception.when
        yield exception.text


def direct_reads(ruleset: CheckedRuleset, reference: Reference) -> Iterator[Reference]:
    """What a parameter (its key) or a value (its texts and its fact) reads directly."""
    if isinstance(reference, ParameterRef):
        by = ruleset.parameters[reference.name].by
        if by is not None:
            yield by
    elif isinstance(reference, ValueRef):
        value = ruleset.values[reference.name]
        if value.given is not None:
            yield FactRef(value.given)
        for text in texts(value):
            yield from references(text)


def behind(
    ruleset: CheckedRuleset, node: Expression, *, through_given: bool = True
) -> Iterator[Reference]:
    """Everything that an expression rests on, through parameters and values, each once.

    With `through_given` false, the facts that may state a value are left out.
    """
    seen: set[Reference] = set()
    waiting = deque(references(node))
    while waiting:
        reference = waiting.popleft()
        if reference in seen:
            continue
        seen.add(reference)
        yield reference
        given = ruleset.values[reference.name].given if isinstance(reference, ValueRef) else None
        waiting += [
            read
            for read in direct_reads(ruleset, reference)
            if through_given or given is None or read != FactRef(given)
        ]


def facts_behind(
    ruleset: CheckedRuleset, node: Expression, *, through_given: bool = True
) -> tuple[str, ...]:
    """Every fact that an expression rests on, each once."""
    found = behind(ruleset, node, through_given=through_given)
    return tuple(reference.name for reference in found if isinstance(reference, FactRef))


def values_behind(ruleset: CheckedRuleset, node: Expression) -> tuple[str, ...]:
    """Every value that an expression rests on, each once."""
    found = behind(ruleset, node)
    return tuple(reference.name for reference in found if isinstance(reference, ValueRef))
