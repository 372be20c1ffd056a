"""How figures, words and truths stand in the plain function: as the texts of Python expressions.

A figure is a whole number over a whole number above zero, so that sums, products and comparisons
multiply across and nothing is ever divided. Whatever is not a plain figure or word is None there:
a fact that is not known, a value that would take a look at ranges. Two more things are carried: a
known absence is `ABSENT`, and what the text does not state is the `Possible` that says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import attrs

from policyrules.engines.compiled.emitter import bracketed, product
from policyrules.values.exact import Exact

OPEN: Final = "None"


@attrs.frozen
class Figure:
    """A number, a day, a month or a year: `over` / `under`.

    `open` says that `over` may be None, `unstated` that it may be what no text states.
    """

    over: str
    under: str = "1"
    open: bool = False
    unstated: bool = False

    @property
    def carrier(self) -> str:
        """The expression that is None, or not stated, where there is no figure."""
        return self.over


@attrs.frozen
class Choice:
    """A word or a yes/no; `absent` says that it may be the known absence."""

    text: str
    open: bool = False
    unstated: bool = False
    absent: bool = False

    @property
    def carrier(self) -> str:
        """The expression that is None, or not stated, where there is no word."""
        return self.text


@attrs.frozen
class Words:
    """A set of words; `left_open` says that its text leaves the list open."""

    text: str
    left_open: bool
    open: bool = False
    unstated: bool = False

    @property
    def carrier(self) -> str:
        """The expression that is None, or not stated, where there is no set."""
        return self.text


@attrs.frozen
class Days:
    """A period, from its first day to its last."""

    first: int
    last: int


@attrs.frozen
class Truth:
    """A truth; `open` says that it may be None, for unknown."""

    text: str
    open: bool = False


Shape = Figure | Choice | Words


def whole(number: int) -> str:
    """A whole number as an operand.

    >>> whole(3), whole(-3)
    ('3', '(-3)')
    """
    return bracketed(str(number))


def figure(number: Exact) -> Figure:
    """A number that is fixed."""
    return Figure(whole(number.numerator), str(number.denominator))


def no_figure(*shapes: Shape) -> list[str]:
    """The tests that tell that one of the shapes has no plain figure or word."""
    tests: dict[str, None] = {}
    for shape in shapes:
        if shape.open:
            tests[f"{shape.carrier} is None"] = None
        if shape.unstated:
            tests[f"type({shape.carrier}) is Possible"] = None
    return list(tests)


def either(tests: Iterable[str]) -> str:
    """The tests joined by «or»."""
    return " or ".join(tests)


def compared(operator: str, left: Figure, right: Figure) -> str:
    """The comparison of two figures, multiplied across.

    >>> compared("<=", Figure("a", "b"), figure(0))
    'a <= 0'
    >>> compared("<=", Figure("a", "b"), Figure("11", "200"))
    '200 * a <= 11 * b'
    """
    over, under = (left.under, right.under) if left.under != right.under else ("1", "1")
    one, other = product(left.over, under), product(right.over, over)
    return f"{one} {operator} {other}"


def added(operator: str, left: Figure, right: Figure) -> tuple[str, str]:
    """The sum or the difference, over its common denominator."""
    if left.under == right.under:
        return f"{left.over} {operator} {bracketed(right.over)}", left.under
    one, other = product(left.over, right.under), product(right.over, left.under)
    return f"{one} {operator} {bracketed(other)}", product(left.under, right.under)


def multiplied(left: Figure, right: Figure) -> tuple[str, str]:
    """The product; a figure on one side may cancel against one on the other."""
    return product(left.over, right.over), product(left.under, right.under)


def rounding(operand: Figure, step: Exact, mode: str) -> str:
    """How many steps the operand is, rounded: a whole number.

    >>> from fractions import Fraction
    >>> rounding(Figure("a", "b"), Fraction(1, 100), "half_up")
    '(200 * a + b) // (2 * b)'
    """
    over = product(operand.over, str(step.denominator))
    under = product(operand.under, str(step.numerator))
    twice = product("2", operand.over, str(step.denominator))
    match mode:
        case "half_up":
            return f"({twice} + {under}) // {bracketed(product('2', under))}"
        case "down":
            return f"{bracketed(over)} // {bracketed(under)}"
        case "up":
            return f"-(-{bracketed(over)} // {bracketed(under)})"
        case _:
            return f"half_even({over}, {under})"
