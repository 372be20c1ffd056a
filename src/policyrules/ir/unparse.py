"""Write expressions as text in the ruleset language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

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
    ListName,
    MinMax,
    Negate,
    Not,
    Number,
    Or,
    ParameterRef,
    Quantifier,
    Sum,
    ValueRef,
    Word,
    YearOf,
    YesNo,
)

_STRENGTH: Final[Mapping[str, int]] = {
    "or": 1,
    "and": 2,
    "not": 3,
    "compare": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "minus": 7,
}


def unparse(node: Expression) -> str:
    """Return the text of an expression, with the fewest brackets.

    >>> from policyrules.ir.nodes import Arithmetic, Compare, FactRef, Number, ValueRef
    >>> unparse(Compare("<=", ValueRef("layoff_rate"), Number(1)))
    'layoff_rate <= 1'
    >>> unparse(Arithmetic("*", FactRef("a.b"), Arithmetic("+", ValueRef("c"), Number(1))))
    'a.b * (c + 1)'
    """
    return _text(node)[0]


def _text(node: Expression) -> tuple[str, int]:
    """Return the text with the precedence of its outermost operator."""
    match node:
        case Number(value):
            return str(value), 9
        case YesNo(value):
            return str(value), 9
        case Word(word):
            return f"'{word}'", 9
        case FactRef(name, written):
            return written or name, 9
        case EligibleRef(name, written):
            return written or f"{name}.eligible", 9
        case ParameterRef(name) | ValueRef(name) | ElementRef(name):
            return name, 9
        case YearOf(operand):
            return f"{_inside(operand, 9)}.year", 9
        case DateDiff(unit, start, end):
            return f"{unit}s_between({unparse(start)}, {unparse(end)})", 9
        case Count(variable, source_list, test):
            return f"count({unparse(test)} for {variable} in {_over(source_list)})", 9
        case Quantifier(is_universal, variable, source_list, test):
            word = "all" if is_universal else "any"
            return f"{word}({unparse(test)} for {variable} in {_over(source_list)})", 9
        case Sum(variable, source_list, term, test):
            only = "" if test is None else f" if {unparse(test)}"
            return f"sum({unparse(term)} for {variable} in {_over(source_list)}{only})", 9
        case BoolTest(operand):
            return _text(operand)
        case MinMax(largest, operands):
            inside = ", ".join(unparse(operand) for operand in operands)
            return f"{'max' if largest else 'min'}({inside})", 9
        case Negate(operand):
            return f"-{_inside(operand, _STRENGTH['minus'])}", _STRENGTH["minus"]
        case Arithmetic(operator, left, right):
            strength = _STRENGTH[operator]
            written = f"{_inside(left, strength)} {operator} {_inside(right, strength + 1)}"
            return written, strength
        case Compare(operator, left, right):
            return _compared(left, operator, right)
        case InSet(operand, words) | InPeriod(operand, words):
            return _compared(operand, "in", words)
        case IsNone(operand):
            return f"{_inside(operand, _STRENGTH['compare'] + 1)} is none", _STRENGTH["compare"]
        case Not(InSet(operand, words)) | Not(InPeriod(operand, words)):
            return _compared(operand, "not in", words)
        case Not(operand):
            return f"not {_inside(operand, _STRENGTH['not'])}", _STRENGTH["not"]
        case And(operands):
            return _joined(operands, "and")
        case Or(operands):
            return _joined(operands, "or")


def _over(source_list: ListName) -> str:
    return (
        source_list.original_name if isinstance(source_list, FactRef) else ""
    ) or source_list.name


def _compared(left: Expression, operator: str, right: Expression) -> tuple[str, int]:
    stronger = _STRENGTH["compare"] + 1
    return f"{_inside(left, stronger)} {operator} {_inside(right, stronger)}", _STRENGTH["compare"]


def _joined(operands: tuple[Expression, ...], word: str) -> tuple[str, int]:
    strength = _STRENGTH[word]
    inside = [_inside(operand, strength + 1) for operand in operands]
    return f" {word} ".join(inside), strength


def _inside(node: Expression, strength: int) -> str:
    text, precedence = _text(node)
    return f"({text})" if precedence < strength else text
