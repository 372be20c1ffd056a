"""Walks over expressions and declarations: what is read where."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Atom,
    Between,
    Compare,
    Counted,
    EligibleRef,
    Expression,
    Extreme,
    FactRef,
    Holds,
    IsNone,
    ListName,
    ListRef,
    Member,
    Negative,
    Not,
    Or,
    ParameterRef,
    Quantified,
    Reference,
    Summed,
    ValueRef,
    Within,
    YearOf,
)
from policyrules.ir.ruleset import Block, CheckedRuleset, Condition, Group, Value


def children(node: Expression | ListRef) -> tuple[Expression | ListRef, ...]:
    """The expressions that stand directly inside one."""
    match node:
        case Negative(operand) | IsNone(operand) | Holds(operand) | Not(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Compare(_, left, right) | Member(left, right):
            return (left, right)
        case Extreme(_, operands) | And(operands) | Or(operands):
            return operands
        case YearOf(operand):
            return (operand,)
        case Between(_, start, end):
            return (start, end)
        case Within(operand, period):
            return (operand, period)
        case Quantified(_, _, over, test) | Counted(_, over, test):
            return (over, test)
        case Summed(_, over, term, test):
            return (over, term) if test is None else (over, term, test)
        case _:
            return ()


def references(node: Expression | ListRef) -> Iterator[Reference]:
    """Every name that the expression reads, in the order of its text."""
    if isinstance(node, (FactRef, ParameterRef, ValueRef, ListRef, EligibleRef)):
        yield node
    for child in children(node):
        yield from references(child)


def atoms(node: Expression | ListRef) -> Iterator[Atom]:
    """Every test that engines do not look into, in the order of the text."""
    if isinstance(node, Atom):
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
    """What a parameter (its key), a value (its texts and its fact) or a list's block reads."""
    match reference:
        case ParameterRef(name):
            by = ruleset.parameters[name].by
            if by is not None:
                yield by
        case ValueRef(name):
            value = ruleset.every_value[name]
            if value.given is not None:
                yield FactRef(value.given)
            for text in texts(value):
                yield from references(text)
        case EligibleRef(name):
            yield from block_reads(ruleset.blocks[name])
        case FactRef() | ListRef():
            pass


def values_read(ruleset: CheckedRuleset, value: Value) -> Iterator[str]:
    """Yield the values that one reads directly, or by the key of a table."""
    for text in texts(value):
        for read in references(text):
            key: Reference | None = read
            if isinstance(read, ParameterRef):
                key = ruleset.parameters[read.name].by
            if isinstance(key, ValueRef):
                yield key.name


def list_of(block: Block) -> ListName:
    """The list that a block is about."""
    return FactRef(block.list) if "." in block.list else ListRef(block.list)


def block_reads(block: Block) -> Iterator[Reference]:
    """What the values and the conditions of a block read directly."""
    nodes: list[Value | Condition] = [*block.values.values(), *block.conditions.values()]
    for node in nodes:
        for text in texts(node):
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
        given = None
        if isinstance(reference, ValueRef):
            given = ruleset.every_value[reference.name].given
        waiting += [
            read
            for read in direct_reads(ruleset, reference)
            if through_given or given is None or read != FactRef(given)
        ]


def facts_behind(
    ruleset: CheckedRuleset, node: Expression, *, through_given: bool = True
) -> tuple[str, ...]:
    """Every fact that an expression rests on, each once; of items the list itself too."""
    found = behind(ruleset, node, through_given=through_given)
    return tuple(one.name for one in found if isinstance(one, (FactRef, ListRef)))


def facts_behind_any(ruleset: CheckedRuleset, nodes: Iterable[Expression]) -> set[str]:
    """Every fact and list that some of the expressions rest on; shared parts are walked once."""
    seen: set[Reference] = set()
    waiting = [reference for node in nodes for reference in references(node)]
    while waiting:
        reference = waiting.pop()
        if reference not in seen:
            seen.add(reference)
            waiting += direct_reads(ruleset, reference)
    return {one.name for one in seen if isinstance(one, (FactRef, ListRef))}


def values_behind(ruleset: CheckedRuleset, node: Expression) -> tuple[str, ...]:
    """Every value that an expression rests on, each once."""
    found = behind(ruleset, node)
    return tuple(reference.name for reference in found if isinstance(reference, ValueRef))
