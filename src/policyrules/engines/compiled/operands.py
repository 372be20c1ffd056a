"""Operands of the generated functions: figures, words, sets, periods and truths as Python text.

A figure is a whole number over a whole number above zero: sums, products and comparisons multiply
across, and nothing is divided. At run time an operand is None if it has no exact result, because a
fact is unknown or a value needs intervals. It may also be `ABSENT`, for a known absence, or a
`Possible`, which says that the text states no figure.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from policyrules.engines.compiled.emitter import parenthesized, product
from policyrules.values.exact import Exact

UNKNOWN: Final = "None"
"""The expression of an unknown operand."""


@attrs.frozen
class Rational:
    """A number, a day, a month or a year: `numerator` / `denominator`, both expressions.

    `is_open` says that `numerator` may be None, `is_not_stated` that it may be a `Possible` because
    the text states no figure.
    """

    numerator: str
    denominator: str = "1"
    is_open: bool = False
    is_not_stated: bool = False

    @property
    def guard_expression(self) -> str:
        """Return the expression to test for None and for a figure that is not stated."""
        return self.numerator


@attrs.frozen
class WordOperand:
    """A word or a yes/no; `may_be_absent` says that it may be `ABSENT`."""

    text: str
    is_open: bool = False
    is_not_stated: bool = False
    may_be_absent: bool = False

    @property
    def guard_expression(self) -> str:
        """Return the expression to test for None and for a word that is not stated."""
        return self.text


@attrs.frozen
class WordSetOperand:
    """A set of words; `is_open_ended` says that its text leaves the list open."""

    text: str
    is_open_ended: bool
    is_open: bool = False
    is_not_stated: bool = False

    @property
    def guard_expression(self) -> str:
        """Return the expression to test for None and for a set that is not stated."""
        return self.text


@attrs.frozen
class PeriodOperand:
    """A period, from its first day to its last."""

    first: int
    last: int


@attrs.frozen
class TruthOperand:
    """A truth; `is_open` says that it may be None, which is unknown."""

    text: str
    is_open: bool = False


Operand = Rational | WordOperand | WordSetOperand


def integer_literal(number: int) -> str:
    """Return a whole number as an operand.

    >>> integer_literal(3), integer_literal(-3)
    ('3', '(-3)')
    """
    return parenthesized(str(number))


def rational_constant(number: Exact) -> Rational:
    """Return a number as a constant."""
    return Rational(integer_literal(number.numerator), str(number.denominator))


def undefined_guards(*operands: Operand) -> list[str]:
    """Return the tests of which one is true if some operand has no figure, word or set."""
    tests: dict[str, None] = {}
    for operand in operands:
        if operand.is_open:
            tests[f"{operand.guard_expression} is None"] = None
        if operand.is_not_stated:
            tests[f"type({operand.guard_expression}) is Possible"] = None
    return list(tests)


def disjunction(tests: Iterable[str]) -> str:
    """Return the tests joined by `or`."""
    return " or ".join(tests)


def comparison(operator: str, left: Rational, right: Rational) -> str:
    """Return the comparison of two figures, multiplied across.

    >>> comparison("<=", Rational("a", "b"), rational_constant(0))
    'a <= 0'
    >>> comparison("<=", Rational("a", "b"), Rational("11", "200"))
    '200 * a <= 11 * b'
    """
    if left.denominator == right.denominator:
        first, second = product(left.numerator), product(right.numerator)
    else:
        first = product(left.numerator, right.denominator)
        second = product(right.numerator, left.denominator)
    return f"{first} {operator} {second}"


def addition(operator: str, left: Rational, right: Rational) -> tuple[str, str]:
    """Return the sum or the difference as a numerator over the common denominator."""
    if left.denominator == right.denominator:
        return f"{left.numerator} {operator} {parenthesized(right.numerator)}", left.denominator
    first = product(left.numerator, right.denominator)
    second = product(right.numerator, left.denominator)
    denominator = product(left.denominator, right.denominator)
    return f"{first} {operator} {parenthesized(second)}", denominator


def multiplication(left: Rational, right: Rational) -> tuple[str, str]:
    """Return the product as a numerator over a denominator."""
    return product(left.numerator, right.numerator), product(left.denominator, right.denominator)


def rounded_steps(operand: Rational, step: Exact, mode: str) -> str:
    """Return the operand as a whole number of steps, rounded.

    >>> from fractions import Fraction
    >>> rounded_steps(Rational("a", "b"), Fraction(1, 100), "half_up")
    '(200 * a + b) // (2 * b)'
    """
    numerator = product(operand.numerator, str(step.denominator))
    denominator = product(operand.denominator, str(step.numerator))
    twice = product("2", operand.numerator, str(step.denominator))
    match mode:
        case "half_up":
            return f"({twice} + {denominator}) // {parenthesized(product('2', denominator))}"
        case "down":
            return f"{parenthesized(numerator)} // {parenthesized(denominator)}"
        case "up":
            return f"-(-{parenthesized(numerator)} // {parenthesized(denominator)})"
        case _:
            return f"half_even({numerator}, {denominator})"
