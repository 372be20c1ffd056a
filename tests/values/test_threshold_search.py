"""The search for the threshold at which a truth flips."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from policyrules.values.exact import Exact
from policyrules.values.threshold_search import Flip, find_flip, strides

STEPS = st.sampled_from([1, Fraction(1, 100), 5])
FIGURES = st.fractions(-10_000, 10_000, max_denominator=200)


@given(FIGURES, FIGURES, STEPS)
def test_strides_lead_from_one_end_to_the_other(start: Exact, end: Exact, step: Exact) -> None:
    figures = list(strides(start, end, step))
    assert figures[-1:] == ([] if start == end else [end])
    assert [start, *figures] == sorted({start, *figures}, reverse=end < start)
    assert all(Fraction(figure) % step == 0 for figure in figures[:-1])
    assert len(figures) <= 30


@given(FIGURES, FIGURES, FIGURES, STEPS)
def test_the_one_flip_between_two_figures_is_found(
    start: Exact, end: Exact, threshold: Exact, step: Exact
) -> None:
    def truth(figure: Exact) -> bool:
        return figure < threshold

    flip = find_flip(truth, start, end, step)
    if truth(start) is truth(end):
        assert flip is None
        return
    assert flip is not None
    assert truth(flip.before) is truth(start)
    assert truth(flip.after) is truth(end)
    assert 0 < abs(Fraction(flip.after) - flip.before) <= step
    assert min(start, end) <= min(flip.before, flip.after)
    assert max(flip.before, flip.after) <= max(start, end)


@pytest.mark.parametrize("unknown", [0, 1, 4, 6])
def test_no_flip_is_found_behind_an_unknown_truth(unknown: int) -> None:
    """4 is a stride from 0; 6 is looked at when the flip between 4 and 8 is narrowed."""

    def truth(figure: Exact) -> bool | None:
        return None if figure == unknown else figure < 7

    assert find_flip(lambda figure: figure < 7, 0, 100, 1) == Flip(6, 7)
    assert find_flip(truth, 0, 100, 1) is None
