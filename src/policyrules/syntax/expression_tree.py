"""The tree of an expression: names, constants and operators with spans, without types."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from policyrules.text.fact_path import local_name, subject_of
from policyrules.text.span import Span


@attrs.frozen
class Name:
    """A name; the name of a fact has a dot."""

    name: str
    span: Span


@attrs.frozen
class Constant:
    """0, 1, True or False."""

    value: int | bool
    span: Span


@attrs.frozen
class QuotedWord:
    """A quoted word."""

    word: str
    span: Span


@attrs.frozen
class Unary:
    """`-x` or `not x`."""

    operator: str
    operand: ExpressionNode
    span: Span


@attrs.frozen
class Binary:
    """A binary operator: arithmetic, membership or a comparison."""

    operator: str
    left: ExpressionNode
    right: ExpressionNode
    span: Span


@attrs.frozen
class Logical:
    """`x and y`, `x or y`; a chained comparison is an `and`."""

    operator: str
    operands: tuple[ExpressionNode, ...]
    span: Span


@attrs.frozen
class NoneTest:
    """`x is none`."""

    operand: ExpressionNode
    span: Span


@attrs.frozen
class SameItemTest:
    """`left is right`, of two items."""

    left: Name
    right: Name
    span: Span


@attrs.frozen
class PartAttribute:
    """`x.year` or another part of a day, a month, a year or a period."""

    part: str
    operand: ExpressionNode
    span: Span


@attrs.frozen
class RowOfDay:
    """`parameter[day]`: the parameter as it is on that day."""

    parameter: Name
    day: ExpressionNode
    span: Span


@attrs.frozen
class Call:
    """A call of a function such as `min(…)` or `years_between(…)`."""

    function: str
    arguments: tuple[ExpressionNode, ...]
    span: Span


@attrs.frozen
class Generator:
    """`function(body for variable in source_list)`; functions of terms may add `if filter`.

    `argument` follows the generator: a default, or the number of entries of a sum.
    """

    function: str
    body: ExpressionNode
    variable: Name
    source_list: Name
    filter: ExpressionNode | None
    argument: ExpressionNode | None
    span: Span


ExpressionNode = (
    Name
    | Constant
    | QuotedWord
    | Unary
    | Binary
    | Logical
    | NoneTest
    | PartAttribute
    | SameItemTest
    | RowOfDay
    | Call
    | Generator
)


def names_in(node: ExpressionNode, *, of_entries: bool = False) -> Iterator[str]:
    """Yield every name that an expression reads, and the id of each condition under `held`.

    The variables of its generators are left out. With `of_entries`, `points` stands for each
    `other.points` of such a variable: a fact, or a value of the block.
    """
    match node:
        case Name(name):
            yield name
        case Unary(_, operand) | NoneTest(operand) | PartAttribute(_, operand):
            yield from names_in(operand, of_entries=of_entries)
        case RowOfDay(parameter, day):
            yield parameter.name
            yield from names_in(day, of_entries=of_entries)
        case Binary(_, left, right):
            yield from names_in(left, of_entries=of_entries)
            yield from names_in(right, of_entries=of_entries)
        case Call("held", [QuotedWord(condition)]):
            yield condition
        case Logical(_, parts) | Call(_, parts):
            for part in parts:
                yield from names_in(part, of_entries=of_entries)
        case Generator(_, body, variable, source_list, filter_, argument):
            yield source_list.name
            if argument is not None:
                yield from names_in(argument, of_entries=of_entries)
            for part in (body, *([] if filter_ is None else [filter_])):
                for name in names_in(part, of_entries=of_entries):
                    if subject_of(name) != variable.name:
                        yield name
                    elif of_entries:
                        yield local_name(name)
        case SameItemTest(left, right):
            yield from (left.name, right.name)
        case Constant() | QuotedWord():
            pass
