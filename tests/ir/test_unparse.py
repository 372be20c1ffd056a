"""Expressions written out: what was read is written as its author wrote it."""

import pytest
from tests.support.rules import EXPRESSIONS, expression

from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Compare,
    EligibleRef,
    Expression,
    FactRef,
    Holds,
    IsNone,
    Member,
    Negative,
    Not,
    Number,
    Or,
    ParameterRef,
    ValueRef,
    Within,
    YearOf,
    YesNo,
)
from policyrules.ir.unparse import expression_text

A, B, C = ValueRef("a"), ValueRef("b"), ValueRef("c")


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_is_written_as_it_was_read(text: str) -> None:
    assert expression_text(expression(text)) == text


@pytest.mark.parametrize(
    "node, text",
    [
        (Arithmetic("-", A, Arithmetic("+", B, C)), "a - (b + c)"),
        (Arithmetic("+", Arithmetic("-", A, B), C), "a - b + c"),
        (Arithmetic("/", A, Arithmetic("*", B, C)), "a / (b * c)"),
        (Arithmetic("*", Arithmetic("/", A, B), C), "a / b * c"),
        (Arithmetic("+", A, Arithmetic("*", B, C)), "a + b * c"),
        (Arithmetic("*", A, Negative(B)), "a * -b"),
        (Negative(Arithmetic("*", A, B)), "-(a * b)"),
        (Negative(Negative(A)), "--a"),
        (YearOf(FactRef("hires.hired_on", "hire.hired_on")), "hire.hired_on.year"),
        (FactRef("hires.wage"), "hires.wage"),
        (EligibleRef("hires"), "hires.eligible"),
        (EligibleRef("hires", "hire.eligible"), "hire.eligible"),
        (Number(0), "0"),
        (YesNo(False), "False"),
        (Compare("<", Arithmetic("+", A, B), C), "a + b < c"),
        (Not(Member(A, ParameterRef("kinds"))), "a not in kinds"),
        (Not(Not(Member(A, ParameterRef("kinds")))), "not a not in kinds"),
        (Not(Within(A, ParameterRef("season"), "date")), "a not in season"),
        (Not(Compare("==", A, B)), "not a == b"),
        (Not(Or((Holds(A), Holds(B)))), "not (a or b)"),
        (And((Or((Holds(A), Holds(B))), Not(Holds(C)))), "(a or b) and not c"),
        (Or((And((Holds(A), Holds(B))), Holds(C))), "a and b or c"),
        (And((And((Holds(A), Holds(B))), Holds(C))), "(a and b) and c"),
        (Or((Or((Holds(A), Holds(B))), Holds(C))), "(a or b) or c"),
        (IsNone(A), "a is none"),
        (And((IsNone(A), Holds(B))), "a is none and b"),
    ],
)
def test_brackets_stand_where_the_meaning_needs_them(node: Expression, text: str) -> None:
    assert expression_text(node) == text
