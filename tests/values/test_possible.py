"""Ranges: an operation on ranges holds every result of the figures inside them, and no support
is left where nothing is open."""

from collections.abc import Callable
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policyrules.values.dependencies import (
    NO_DEPENDENCIES,
    Dependencies,
    Indeterminacy,
    MissingInput,
)
from policyrules.values.exact import Exact, rounded_to
from policyrules.values.kleene import Verdict, compare
from policyrules.values.possible import (
    Interval,
    Possible,
    add,
    divide,
    hull,
    min_or_max,
    multiply,
    negate,
    number,
    rounded,
    subtract,
)

NUMBERS = st.fractions(min_value=-5, max_value=5, max_denominator=4)
ASKED = Dependencies(frozenset({MissingInput("a.fact")}))
NOT_STATED = Possible(
    None,
    not_stated=True,
    dependencies=Dependencies(indeterminacies=frozenset({Indeterminacy("rate", "not_stated")})),
)
DIVISOR = Dependencies(frozenset({MissingInput("a.divisor")}))
QUOTIENT = Possible(
    Interval(-3, 0), undefined=True, dependencies=ASKED | DIVISOR, definedness=DIVISOR
)
"""An unknown figure, of which one fact only could say that there is none."""


@st.composite
def ranges(draw: st.DrawFn) -> tuple[Possible, Fraction]:
    """An unknown number, and one figure that it may be."""
    low, inside, high = sorted(draw(st.tuples(NUMBERS, NUMBERS, NUMBERS)))
    known = low == high
    return (number(low) if known else Possible(Interval(low, high), dependencies=ASKED)), inside


def holds(possible: Possible, figure: Exact) -> bool:
    low, high = possible.interval.low, possible.interval.high
    return (low is None or low <= figure) and (high is None or figure <= high)


@given(ranges(), ranges(), st.sampled_from(["+", "-", "*"]))
def test_sums_and_products_hold_every_figure(
    left: tuple[Possible, Fraction], other: tuple[Possible, Fraction], operator: str
) -> None:
    operations: dict[
        str,
        tuple[Callable[[Possible, Possible], Possible], Callable[[Fraction, Fraction], Fraction]],
    ] = {
        "+": (add, lambda x, y: x + y),
        "-": (subtract, lambda x, y: x - y),
        "*": (multiply, lambda x, y: x * y),
    }
    on_ranges, on_figures = operations[operator]
    result = on_ranges(left[0], other[0])
    assert holds(result, on_figures(left[1], other[1]))
    assert bool(result.dependencies) is not result.is_settled


@given(ranges(), ranges())
def test_quotients_hold_every_figure_and_say_where_none_is(
    left: tuple[Possible, Fraction], other: tuple[Possible, Fraction]
) -> None:
    quotient = divide(left[0], other[0])
    if other[1] == 0:
        assert quotient.undefined
    else:
        assert holds(quotient, left[1] / other[1])
    if quotient.undefined:
        assert holds(other[0], 0)


@given(st.lists(ranges(), min_size=2, max_size=4), st.booleans())
def test_the_smallest_and_the_largest_hold_every_figure(
    operands: list[tuple[Possible, Fraction]], largest: bool
) -> None:
    result = min_or_max([operand for operand, _ in operands], largest=largest)
    figures = [figure for _, figure in operands]
    assert holds(result, max(figures) if largest else min(figures))


def test_an_operand_that_can_never_be_the_smallest_is_not_asked_for() -> None:
    near, far = (
        Possible(Interval(0, 1), dependencies=ASKED),
        Possible(Interval(2, 3), dependencies=Dependencies(frozenset({MissingInput("b.fact")}))),
    )
    assert min_or_max([near, far], largest=False).dependencies == ASKED
    assert min_or_max([number(-1), near], largest=False) == number(-1)


@pytest.mark.parametrize(
    "near, far, largest, needs",
    [
        # At best the two are equal, and then it does not matter which of them it is.
        ((0, 1), (1, 3), False, "a"),
        ((1, 3), (0, 1), False, "b"),
        ((1, 3), (0, 1), True, "a"),
        ((0, 1), (1, 3), True, "b"),
        ((0, 2), (1, 3), False, "ab"),
        ((0, 2), (1, 3), True, "ab"),
        ((None, 1), (1, 3), False, "a"),
        ((0, 1), (None, 3), False, "ab"),
        ((0, 1), (1, None), True, "b"),
        ((0, None), (1, 3), True, "ab"),
        ((None, None), (1, 3), False, "ab"),
    ],
)
def test_an_operand_that_can_at_best_equal_another_is_not_asked_for(
    near: tuple[int | None, int | None],
    far: tuple[int | None, int | None],
    largest: bool,
    needs: str,
) -> None:
    operands = [
        Possible(Interval(*ends), dependencies=Dependencies(frozenset({MissingInput(name)})))
        for name, ends in (("a", near), ("b", far))
    ]
    dependencies = min_or_max(operands, largest=largest).dependencies
    assert {need.fact for need in dependencies.missing_inputs} == set(needs)


def test_of_an_operand_that_can_never_be_the_largest_only_its_having_a_figure_matters() -> None:
    result = min_or_max([number(0), QUOTIENT], largest=True)
    assert result == Possible(Interval(0, 0), undefined=True, dependencies=DIVISOR)
    result = min_or_max([Possible(Interval(1, 2), dependencies=ASKED), QUOTIENT], largest=True)
    assert result.dependencies == ASKED | DIVISOR
    assert result.definedness_dependencies == DIVISOR


@given(
    ranges(),
    NUMBERS.filter(lambda step: step > 0),
    st.sampled_from(["half_up", "half_even", "down", "up"]),
)
def test_rounding_holds_every_rounded_figure(
    operand: tuple[Possible, Fraction], step: Fraction, mode: str
) -> None:
    assert holds(rounded(operand[0], step, mode), rounded_to(operand[1], step, mode))


@given(ranges())
def test_a_number_and_its_negative_cancel_in_every_figure(
    operand: tuple[Possible, Fraction],
) -> None:
    assert holds(add(operand[0], negate(operand[0])), 0)
    assert negate(negate(operand[0])) == operand[0]


@given(ranges(), ranges(), st.sampled_from(["<", "<=", ">", ">=", "==", "!="]))
def test_a_comparison_is_settled_just_if_all_figures_agree(
    left: tuple[Possible, Fraction], other: tuple[Possible, Fraction], operator: str
) -> None:
    meaning: dict[str, Callable[[Fraction, Fraction], bool]] = {
        "<": lambda x, y: x < y,
        "<=": lambda x, y: x <= y,
        ">": lambda x, y: x > y,
        ">=": lambda x, y: x >= y,
        "==": lambda x, y: x == y,
        "!=": lambda x, y: x != y,
    }
    verdict = compare(operator, left[0], other[0])
    if verdict.truth is not None:
        assert verdict.truth is meaning[operator](left[1], other[1])
        assert verdict.dependencies is NO_DEPENDENCIES
    else:
        shared = {end for side in (left[0], other[0]) for end in _ends(side)}
        outcomes = {
            meaning[operator](x, y)
            for x in shared
            for y in shared
            if holds(left[0], x) and holds(other[0], y)
        }
        assert outcomes == {True, False}


def _ends(operand: Possible) -> tuple[Fraction, Fraction, Fraction]:
    """Both ends and the middle: the ends of two ranges show every outcome of a comparison."""
    low, high = operand.interval.low, operand.interval.high
    assert low is not None
    assert high is not None
    return Fraction(low), Fraction(low + high) / 2, Fraction(high)


def test_what_the_text_does_not_state_spoils_the_result_and_asks_for_no_fact() -> None:
    unknown = Possible(Interval(0, 10), dependencies=ASKED)
    for result in (
        multiply(NOT_STATED, unknown),
        add(unknown, NOT_STATED),
        divide(unknown, NOT_STATED),
    ):
        assert result.figures is None
        assert result.not_stated
        assert result.dependencies == NOT_STATED.dependencies
    assert compare("<=", unknown, NOT_STATED).dependencies == NOT_STATED.dependencies


def test_a_row_that_states_a_figure_and_one_that_does_not_are_both_possible() -> None:
    possible = hull([number(1), NOT_STATED], ASKED)
    assert possible.interval == Interval(1, 1)
    assert possible.not_stated
    assert possible.dependencies == ASKED | NOT_STATED.dependencies


def test_rows_that_all_state_the_same_need_no_key() -> None:
    assert hull([number(1), number(1)], ASKED) == number(1)
    assert hull([NOT_STATED, NOT_STATED], ASKED).dependencies == NOT_STATED.dependencies


def test_zero_times_anything_known_to_exist_is_zero() -> None:
    assert multiply(number(0), Possible(Interval(0, 10), dependencies=ASKED)) == number(0)


def test_zero_times_a_quotient_asks_only_whether_there_is_one() -> None:
    zero = Possible(Interval(0, 0), undefined=True, dependencies=DIVISOR)
    assert multiply(number(0), QUOTIENT) == multiply(QUOTIENT, number(0)) == zero
    divisor = Possible(Interval(-2, 1), dependencies=DIVISOR)
    assert divide(number(0), divisor) == zero
    assert (
        divide(Possible(Interval(1, 2), dependencies=ASKED), divisor).definedness_dependencies
        == DIVISOR
    )


def test_a_comparison_that_every_figure_decides_alike_asks_only_whether_there_is_one() -> None:
    unknown = Possible(
        Interval(1, 2), dependencies=Dependencies(frozenset({MissingInput("b.fact")}))
    )
    assert compare("<", QUOTIENT, unknown) == Verdict(None, DIVISOR)
    assert compare("<", QUOTIENT, number(0)) == Verdict(None, ASKED | DIVISOR)


def test_of_two_that_may_lack_a_figure_each_may_be_what_leaves_the_result_without() -> None:
    total = add(QUOTIENT, hull([number(1), NOT_STATED], ASKED))
    assert total.definedness_dependencies == DIVISOR | ASKED | NOT_STATED.dependencies
    assert hull([QUOTIENT, number(1)]).definedness_dependencies == DIVISOR
    assert negate(rounded(QUOTIENT, 1, "up")).definedness_dependencies == DIVISOR


def test_what_is_never_stated_asks_only_whether_it_is_not_defined_either() -> None:
    product = multiply(NOT_STATED, QUOTIENT)
    assert product.dependencies == NOT_STATED.dependencies | DIVISOR
    assert compare("<", product, number(0)) == Verdict(None, NOT_STATED.dependencies)


@pytest.mark.parametrize("low, high", [(0, 10), (-10, 0), (-1, 1)])
def test_a_divisor_that_may_be_zero_leaves_the_quotient_open(low: int, high: int) -> None:
    quotient = divide(number(1), Possible(Interval(low, high), dependencies=ASKED))
    assert quotient.undefined
    assert quotient.dependencies == ASKED


@given(NUMBERS, NUMBERS)
def test_known_numbers_are_reckoned_as_they_are(left: Fraction, other: Fraction) -> None:
    assume(other != 0)
    assert divide(number(left), number(other)).point() == left / other
