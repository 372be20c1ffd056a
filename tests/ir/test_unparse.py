"""Unparsing: a parsed expression is written as its author wrote it."""

import pytest
from tests.support.rules import EXPRESSIONS, expression

from policyrules.ir.nodes import (
    And,
    Arithmetic,
    BoolTest,
    CalendarPart,
    Compare,
    DateDiff,
    DateShift,
    EligibleRef,
    Expression,
    FactRef,
    InPeriod,
    InSet,
    IsNone,
    Negate,
    Not,
    Number,
    Or,
    ParameterRef,
    ValueRef,
    YesNo,
)
from policyrules.ir.unparse import unparse

A, B, C = ValueRef("a"), ValueRef("b"), ValueRef("c")


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_is_written_as_it_was_read(text: str) -> None:
    assert unparse(expression(text)) == text


@pytest.mark.parametrize(
    "node, text",
    [
        (Arithmetic("-", A, Arithmetic("+", B, C)), "a - (b + c)"),
        (Arithmetic("+", Arithmetic("-", A, B), C), "a - b + c"),
        (Arithmetic("/", A, Arithmetic("*", B, C)), "a / (b * c)"),
        (Arithmetic("*", Arithmetic("/", A, B), C), "a / b * c"),
        (Arithmetic("+", A, Arithmetic("*", B, C)), "a + b * c"),
        (Arithmetic("*", A, Negate(B)), "a * -b"),
        (Negate(Arithmetic("*", A, B)), "-(a * b)"),
        (Negate(Negate(A)), "--a"),
        (DateShift("date", "-", "day", DateShift("date", "+", "month", A, B), C), "a + b - c"),
        (DateDiff("year", A, B, is_age=True), "age(a, b)"),
        (
            CalendarPart("year", "date", DateShift("date", "-", "day", A, Arithmetic("+", B, C))),
            "(a - (b + c)).year",
        ),
        (
            CalendarPart("year", "date", FactRef("hires.hired_on", "hire.hired_on")),
            "hire.hired_on.year",
        ),
        (
            CalendarPart("last_day", "month", CalendarPart("month", "date", A)),
            "a.month.last_day",
        ),
        (FactRef("hires.wage"), "hires.wage"),
        (EligibleRef("hires"), "hires.eligible"),
        (EligibleRef("hires", "hire.eligible"), "hire.eligible"),
        (Number(0), "0"),
        (YesNo(False), "False"),
        (Compare("<", Arithmetic("+", A, B), C), "a + b < c"),
        (Not(InSet(A, ParameterRef("kinds"))), "a not in kinds"),
        (Not(Not(InSet(A, ParameterRef("kinds")))), "not a not in kinds"),
        (Not(InPeriod(A, ParameterRef("season"), "date")), "a not in season"),
        (Not(Compare("==", A, B)), "not a == b"),
        (Not(Or((BoolTest(A), BoolTest(B)))), "not (a or b)"),
        (And((Or((BoolTest(A), BoolTest(B))), Not(BoolTest(C)))), "(a or b) and not c"),
        (Or((And((BoolTest(A), BoolTest(B))), BoolTest(C))), "a and b or c"),
        (And((And((BoolTest(A), BoolTest(B))), BoolTest(C))), "(a and b) and c"),
        (Or((Or((BoolTest(A), BoolTest(B))), BoolTest(C))), "(a or b) or c"),
        (IsNone(A), "a is none"),
        (And((IsNone(A), BoolTest(B))), "a is none and b"),
    ],
)
def test_brackets_stand_where_the_meaning_needs_them(node: Expression, text: str) -> None:
    assert unparse(node) == text
