"""Tests reported as constant: they are held, or failed, for all figures."""

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.scale import scaled

from policyrules.check.contradictions import constant_truth
from policyrules.ir.nodes import And, Compare, FactRef, Not, Or, ParameterRef, Term, Test

FIGURES = {"least": 1, "most": 2, "limit": 2}
TERMS = st.sampled_from([FactRef("a.x"), FactRef("a.y"), *map(ParameterRef, FIGURES)])
ATOMS = st.builds(Compare, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), TERMS, TERMS)
TESTS = st.recursive(
    ATOMS,
    lambda inner: st.one_of(
        st.builds(Not, inner),
        st.builds(And, st.lists(inner, min_size=2, max_size=4).map(tuple)),
        st.builds(Or, st.lists(inner, min_size=2, max_size=4).map(tuple)),
    ),
    max_leaves=8,
)


def figure(term: Term) -> int | None:
    return FIGURES[term.name] if isinstance(term, ParameterRef) else None


def is_held(test: Test, facts: dict[str, int]) -> bool:
    match test:
        case Not(operand):
            return not is_held(operand, facts)
        case And(operands):
            return all(is_held(operand, facts) for operand in operands)
        case Or(operands):
            return any(is_held(operand, facts) for operand in operands)
        case Compare(
            operator, FactRef(left) | ParameterRef(left), FactRef(right) | ParameterRef(right)
        ):
            left_figure, right_figure = (facts | FIGURES)[left], (facts | FIGURES)[right]
            return {
                "<": left_figure < right_figure,
                "<=": left_figure <= right_figure,
                ">": left_figure > right_figure,
                ">=": left_figure >= right_figure,
                "==": left_figure == right_figure,
                "!=": left_figure != right_figure,
            }[operator]
        case _:
            raise AssertionError(test)


@pytest.mark.slow
@settings(max_examples=scaled(500, long=20_000))
@given(test=TESTS)
def test_what_is_always_so_is_so_for_all_figures(test: Test) -> None:
    truth = constant_truth(test, lambda _: None, figure)
    if truth is not None:
        for x, y in product(range(4), repeat=2):
            assert is_held(test, {"a.x": x, "a.y": y}) is truth


def test_bounds_that_meet_leave_a_figure_only_where_both_are_included() -> None:
    x, most, limit = FactRef("a.x"), ParameterRef("most"), ParameterRef("limit")
    for low, high in product(("<", "<="), repeat=2):
        chain = And((Compare(low, most, x), Compare(high, x, limit)))
        expected = None if (low, high) == ("<=", "<=") else False
        assert constant_truth(chain, lambda _: None, figure) is expected
