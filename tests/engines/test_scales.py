"""Progressive scales: every engine agrees with a few lines of arithmetic, known income or not."""

import itertools
from fractions import Fraction
from pathlib import Path
from typing import Final, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

import policyrules
from policyrules.api.policy import Engine
from policyrules.values.marginal import marginal
from policyrules.values.possible import Interval, Possible
from policyrules.values.scale import Scale

EXAMPLE: Final = (
    Path(__file__).parents[2] / "docs" / "examples" / "income-tax" / "xx" / "income-tax.yaml"
)
TAX_FREE: Final = 60_000
RATES: Final = ((0, 3), (36_000, 10), (144_000, 20), (300_000, 25))
ENGINES: Final[tuple[Engine, ...]] = get_args(Engine)


def due(brackets: tuple[tuple[Fraction, Fraction], ...], income: Fraction) -> Fraction:
    """The oracle: each rate counts above its edge in the place of the one before."""
    rates = [Fraction(0), *(rate for _, rate in brackets)]
    steps = zip(brackets, itertools.pairwise(rates), strict=True)
    return sum(
        ((rate - before) * max(Fraction(0), income - edge) for (edge, _), (before, rate) in steps),
        start=Fraction(0),
    )


def tax(income: Fraction) -> Fraction:
    """The tax of the example, in whole fen: half a fen counts as one."""
    percentages = tuple((Fraction(edge), Fraction(rate, 100)) for edge, rate in RATES)
    exact = due(percentages, income - TAX_FREE)
    return Fraction((exact * 100 + Fraction(1, 2)) // 1, 100)


@pytest.mark.parametrize("engine", ENGINES)
def test_at_and_beside_every_edge_the_tax_is_that_of_the_oracle(engine: Engine) -> None:
    policy = policyrules.load(EXAMPLE).on("2025-06-01")
    for edge, _ in RATES:
        for beside in (-1, Fraction(-1, 100), 0, Fraction(1, 100), 1, Fraction(12_345_67, 100)):
            income = edge + TAX_FREE + Fraction(beside)
            facts = {"taxpayer": {"income": f"{income.numerator / income.denominator:.2f}"}}
            amount = policy.decide(facts, engine=engine).amount
            assert amount is not None
            assert amount.value == tax(income), (engine, income)


def test_a_stream_computes_the_tax_exactly_and_asks_no_other_engine() -> None:
    policy = policyrules.load(EXAMPLE).on("2025-06-01")
    incomes = [Fraction(step * 1_234_567, 100) for step in range(60)]
    cases = [
        {"taxpayer": {"income": f"{income.numerator / income.denominator:.2f}"}}
        for income in incomes
    ]
    for income, decision in zip(incomes, policy.decide_many(cases), strict=True):
        assert isinstance(decision, policyrules.Decision)
        assert decision.amount is not None
        assert decision.amount.value == tax(income)
        assert decision.receipt.engine == "compiled"


_EDGES: Final = st.lists(st.integers(-5, 20), min_size=1, max_size=4, unique=True).map(sorted)


@st.composite
def scales(draw: st.DrawFn) -> tuple[tuple[Fraction, Fraction], ...]:
    """Scales whose rates rise and fall, some below zero."""
    edges = draw(_EDGES)
    rates = draw(st.lists(st.integers(-3, 3), min_size=len(edges), max_size=len(edges)))
    return tuple(
        (Fraction(edge), Fraction(rate, 3)) for edge, rate in zip(edges, rates, strict=True)
    )


@given(scales(), st.integers(-10, 30), st.integers(0, 20))
def test_of_an_unknown_income_the_ends_are_the_least_and_the_most_that_may_be_due(
    brackets: tuple[tuple[Fraction, Fraction], ...], low: int, width: int
) -> None:
    span = marginal(Possible(Scale(brackets)), Possible(Interval(low, low + width))).interval
    dues = [due(brackets, Fraction(income)) for income in range(low, low + width + 1)]
    assert (span.low, span.high) == (min(dues), max(dues))


@given(scales(), st.integers(-10, 30))
def test_what_is_due_is_the_sum_over_the_slabs(
    brackets: tuple[tuple[Fraction, Fraction], ...], income: int
) -> None:
    scale = Scale(brackets)
    slabs = list(scale.slabs(income))
    assert scale.due(income) == sum(slab.due for slab in slabs) == due(brackets, Fraction(income))
    assert sum(slab.part for slab in slabs) == max(0, income - brackets[0][0])


@given(scales(), st.integers(-10, 30))
def test_without_an_end_the_last_rate_says_whether_there_is_a_bound(
    brackets: tuple[tuple[Fraction, Fraction], ...], low: int
) -> None:
    rate = brackets[-1][1]
    span = marginal(Possible(Scale(brackets)), Possible(Interval(low, None))).interval
    far = [due(brackets, Fraction(income)) for income in (*range(low, 40), 1_000)]
    assert (span.high is None) == (rate > 0)
    assert (span.low is None) == (rate < 0)
    if span.low is not None:
        assert span.low == min(far)
    if span.high is not None:
        assert span.high == max(far)
    below = marginal(Possible(Scale(brackets)), Possible(Interval(None, low))).interval
    dues = [due(brackets, Fraction(income)) for income in range(-20, low + 1)]
    assert (below.low, below.high) == (min(dues), max(dues))


def test_an_explanation_shows_each_slab_that_the_income_reaches() -> None:
    decision = policyrules.load(EXAMPLE).on("2025-06-01").decide({"taxpayer": {"income": 260_000}})
    lines = decision.explain("en").splitlines()
    assert "  above 144,000.00 CNY to 300,000.00 CNY: 56,000.00 CNY × 20 % = 11,200.00 CNY" in lines
    assert not any(line.startswith("  above 300,000.00 CNY") for line in lines)
    assert "  超过 0.00 元至 36,000.00 元的部分：36,000.00 元 × 3% = 1,080.00 元" in (
        decision.explain("zh").splitlines()
    )
