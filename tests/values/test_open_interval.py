"""Intervals without an end: each comparison against all figures of a small grid."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import product
from operator import eq, ge, gt, le, lt, ne

import pytest

from policyrules.values.kleene import compare
from policyrules.values.open_interval import intersection, interval
from policyrules.values.possible import Interval, Possible

ENDS = (None, 0, 1, 2)
GRID = tuple(Fraction(n, 8) for n in range(-16, 33))
"""Figures outside, on and between the ends; several lie between any two ends."""
OPERATORS = {"<": lt, "<=": le, ">": gt, ">=": ge, "==": eq, "!=": ne}


def intervals() -> Iterator[Interval]:
    for low, high, excludes_low, excludes_high in product(ENDS, ENDS, (False, True), (False, True)):
        part = interval(low, high, excludes_low=excludes_low, excludes_high=excludes_high)
        if part is not None:
            yield part


INTERVALS = tuple(dict.fromkeys(intervals()))


def has(part: Interval, figure: Fraction) -> bool:
    above = part.low is None or (figure > part.low if part.excludes_low else figure >= part.low)
    below = part.high is None or (figure < part.high if part.excludes_high else figure <= part.high)
    return above and below


def figures(part: Interval) -> list[Fraction]:
    return [figure for figure in GRID if has(part, figure)]


@pytest.mark.parametrize("operator", OPERATORS)
def test_a_comparison_says_what_all_pairs_of_figures_say(operator: str) -> None:
    for left, right in product(INTERVALS, INTERVALS):
        truths = {OPERATORS[operator](x, y) for x in figures(left) for y in figures(right)}
        expected = truths.pop() if len(truths) == 1 else None
        verdict = compare(operator, Possible(left), Possible(right))
        assert verdict.truth is expected, (left, operator, right)


def test_an_intersection_has_the_figures_of_both() -> None:
    for left, right in product(INTERVALS, INTERVALS):
        shared = intersection(left, right)
        expected = [figure for figure in figures(left) if has(right, figure)]
        assert (figures(shared) if shared is not None else []) == expected, (left, right)


def test_an_interval_without_figures_is_none() -> None:
    assert interval(1, 1, excludes_low=True, excludes_high=False) is None
    assert interval(2, 1, excludes_low=False, excludes_high=False) is None
    assert interval(1, 1, excludes_low=False, excludes_high=False) == Interval(1, 1)
