"""Write expressions as text in the ruleset language."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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
    ListName,
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
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)

_PRECEDENCE: Final[Mapping[str, int]] = {
    "or": 1,
    "and": 2,
    "not": 3,
    "compare": 4,
    "+": 5,
    "-": 5,
    "*": 6,
    "/": 6,
    "minus": 7,
    "operand": 8,
}
"""The precedence of each operator; an operand without an operator has the highest."""

WORKING_DAY_FUNCTIONS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "add": "add_working_days",
        "next": "next_working_day",
        "between": "working_days_between",
    }
)
"""The functions of working days as they are written."""


def unparse(node: Expression) -> str:
    """Return the text of an expression, with the fewest brackets.

    >>> from policyrules.ir.nodes import Arithmetic, Compare, FactRef, Number, ValueRef
    >>> unparse(Compare("<=", ValueRef("layoff_rate"), Number(1)))
    'layoff_rate <= 1'
    >>> unparse(Arithmetic("*", FactRef("a.b"), Arithmetic("+", ValueRef("c"), Number(1))))
    'a.b * (c + 1)'
    """
    return _text_and_precedence(node)[0]


def _text_and_precedence(node: Expression) -> tuple[str, int]:
    """Return the text with the precedence of its outermost operator."""
    highest = _PRECEDENCE["operand"]
    match node:
        case Number(value):
            return str(value), highest
        case YesNo(value):
            return str(value), highest
        case Word(word):
            return f"'{word}'", highest
        case FactRef(name, text):
            return text or name, highest
        case FellowRef(_, text):
            return text, highest
        case EligibleRef(name, text):
            return text or f"{name}.eligible", highest
        case ConditionRef(name):
            return f"held('{name}')", highest
        case ParameterRef(name, text):
            return text or name, highest
        case ValueRef(name) | ElementRef(name):
            return name, highest
        case CalendarPart(part, _, operand):
            return f"{_operand_text(operand, highest)}.{part}", highest
        case DateDiff(unit, start, end, is_age):
            function = "age" if is_age else f"{unit}s_between"
            return f"{function}({unparse(start)}, {unparse(end)})", highest
        case WorkingDayTerm(function, operands):
            arguments = ", ".join(map(unparse, operands))
            return f"{WORKING_DAY_FUNCTIONS[function]}({arguments})", highest
        case Count(variable, source_list, test):
            return f"count({unparse(test)} for {variable} in {_list_text(source_list)})", highest
        case Quantifier(is_universal, variable, source_list, test):
            word = "all" if is_universal else "any"
            return f"{word}({unparse(test)} for {variable} in {_list_text(source_list)})", highest
        case Sum() | Distinct():
            function = "sum" if isinstance(node, Sum) else "distinct"
            return f"{function}({_generator_text(node)})", highest
        case ListExtreme(is_max, default=default):
            text = _generator_text(node)
            if default is not None:
                text = f"({text}), default={unparse(default)}"
            return f"{'max' if is_max else 'min'}({text})", highest
        case SumOfLargest(n=n):
            return f"sum_of_largest(({_generator_text(node)}), {unparse(n)})", highest
        case BoolTest(operand):
            return _text_and_precedence(operand)
        case MinMax(is_max, operands):
            operand_texts = ", ".join(unparse(operand) for operand in operands)
            return f"{'max' if is_max else 'min'}({operand_texts})", highest
        case Marginal(scale, income):
            return f"marginal({unparse(scale)}, {unparse(income)})", highest
        case Negate(operand):
            return f"-{_operand_text(operand, _PRECEDENCE['minus'])}", _PRECEDENCE["minus"]
        case Arithmetic(operator, left, right) | DateShift(_, operator, _, left, right):
            precedence = _PRECEDENCE[operator]
            first, second = _operand_text(left, precedence), _operand_text(right, precedence + 1)
            return f"{first} {operator} {second}", precedence
        case Compare(operator, left, right):
            return _comparison(left, operator, right)
        case InSet(operand, words) | InPeriod(operand, words):
            return _comparison(operand, "in", words)
        case IsNone(operand):
            precedence = _PRECEDENCE["compare"]
            return f"{_operand_text(operand, precedence + 1)} is none", precedence
        case IsSameItem(left, right):
            return f"{left} is {right}", _PRECEDENCE["compare"]
        case Not(IsSameItem(left, right)):
            return f"{left} is not {right}", _PRECEDENCE["compare"]
        case Not(InSet(operand, words)) | Not(InPeriod(operand, words)):
            return _comparison(operand, "not in", words)
        case Not(operand):
            return f"not {_operand_text(operand, _PRECEDENCE['not'])}", _PRECEDENCE["not"]
        case And(operands):
            return _logical(operands, "and")
        case Or(operands):
            return _logical(operands, "or")


def _generator_text(node: Sum | ListExtreme | SumOfLargest | Distinct) -> str:
    filter_text = "" if node.test is None else f" if {unparse(node.test)}"
    list_text = _list_text(node.source_list)
    return f"{unparse(node.term)} for {node.variable} in {list_text}{filter_text}"


def _list_text(source_list: ListName) -> str:
    original_name = source_list.original_name if isinstance(source_list, FactRef) else ""
    return original_name or source_list.name


def _comparison(left: Expression, operator: str, right: Expression) -> tuple[str, int]:
    precedence = _PRECEDENCE["compare"]
    first, second = _operand_text(left, precedence + 1), _operand_text(right, precedence + 1)
    return f"{first} {operator} {second}", precedence


def _logical(operands: tuple[Expression, ...], word: str) -> tuple[str, int]:
    precedence = _PRECEDENCE[word]
    texts = [_operand_text(operand, precedence + 1) for operand in operands]
    return f" {word} ".join(texts), precedence


def _operand_text(node: Expression, min_precedence: int) -> str:
    """Return the text of an operand, in brackets if its operator binds less than the minimum."""
    text, precedence = _text_and_precedence(node)
    return f"({text})" if precedence < min_precedence else text
