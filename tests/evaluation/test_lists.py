"""`any`, `all`, `count` and `sum` over the items of lists, known or not."""

from collections.abc import Sequence
from typing import Final

import pytest

from policyrules.evaluation.lists import ItemEvaluator, ListView, count_items, quantify, sum_items
from policyrules.ir.nodes import BoolTest, Count, FactRef, ListRef, Quantifier, Sum
from policyrules.values.dependencies import Dependencies, MissingInput
from policyrules.values.kleene import Truth, Verdict
from policyrules.values.possible import Interval, Possible, number

TEST: Final = BoolTest(FactRef("hires.elsewhere"))
TERM: Final = FactRef("hires.wage")
HIRES: Final = ListRef("hires")
WAGE: Final = {
    "x": Possible(Interval(10, 30), dependencies=Dependencies(frozenset({MissingInput("x")})))
}


def verdict(truth: Truth, key: str) -> Verdict:
    return (
        Verdict(truth, Dependencies(frozenset({MissingInput(key)})))
        if truth is None
        else Verdict(truth)
    )


def look(key: str, truth: Truth, wage: Possible) -> ItemEvaluator:
    return ItemEvaluator(key, lambda _: verdict(truth, f"test of {key}"), lambda _: wage)


def looks(
    truths: Sequence[Truth] | None, wages: Sequence[Possible] = (), any_: Truth = None
) -> ListView[ItemEvaluator]:
    """Known entries, or an unknown list whose representative has the first wage."""
    given = [*wages, *[number(0)] * 9]
    known = None
    if truths is not None:
        known = tuple(
            look(f"p{place}", truth, wage)
            for place, (truth, wage) in enumerate(zip(truths, given, strict=False))
        )
    representative = look("?", any_, given[0]) if known is None else None
    return ListView(known, representative, "hires", 4)


def test_a_view_is_mapped_item_by_item_and_stays_known_or_unknown() -> None:
    known, unknown = ListView((1, 2), None, "hires", 4), ListView(None, 7, "hires", None)
    assert known.map(str) == ListView(("1", "2"), None, "hires", 4)
    assert unknown.map(str) == ListView(None, "7", "hires", None)
    assert (known.items, unknown.items) == ((1, 2), (7,))


def needs(support: Dependencies) -> set[str]:
    return {need.fact for need in support.missing_inputs}


@pytest.mark.parametrize(
    "truths, every, expected, asked",
    [
        ([], False, False, set()),
        ([], True, True, set()),
        ([True, False], False, True, set()),
        ([True, False], True, False, set()),
        ([True, True], True, True, set()),
        ([False, False], False, False, set()),
        ([False, None], False, None, {"test of p1"}),
        ([True, None], False, True, set()),
        ([True, None, None], True, None, {"test of p1", "test of p2"}),
        ([False, None], True, False, set()),
    ],
)
def test_any_and_all_of_known_entries(
    truths: Sequence[Truth], every: bool, expected: Truth, asked: set[str]
) -> None:
    result = quantify(Quantifier(every, "hire", HIRES, TEST), looks(truths))
    assert (result.truth, needs(result.dependencies)) == (expected, asked)


@pytest.mark.parametrize(
    "any_, every, expected, asked",
    [
        # Of an unknown list there may be nobody: `all` is then held, and `any` failed.
        (True, True, True, set()),
        (True, False, None, {"hires"}),
        (False, True, None, {"hires"}),
        (False, False, False, set()),
        (None, True, None, {"hires", "test of ?"}),
        (None, False, None, {"hires", "test of ?"}),
    ],
)
def test_any_and_all_of_a_list_that_is_not_known(
    any_: Truth, every: bool, expected: Truth, asked: set[str]
) -> None:
    result = quantify(Quantifier(every, "hire", HIRES, TEST), looks(None, any_=any_))
    assert (result.truth, needs(result.dependencies)) == (expected, asked)


@pytest.mark.parametrize(
    "truths, any_, low, high, asked",
    [
        ([], None, 0, 0, set()),
        ([True, False, True], None, 2, 2, set()),
        ([True, None, None, False], None, 1, 3, {"test of p1", "test of p2"}),
        (None, True, 0, 4, {"hires"}),
        (None, None, 0, 4, {"hires", "test of ?"}),
        (None, False, 0, 0, set()),
    ],
)
def test_a_count_is_a_range_while_some_are_unknown(
    truths: Sequence[Truth] | None, any_: Truth, low: int, high: int, asked: set[str]
) -> None:
    count = count_items(Count("hire", HIRES, TEST), looks(truths, any_=any_))
    assert (count.interval, needs(count.dependencies)) == (Interval(low, high), asked)


def test_a_count_of_a_list_that_can_have_no_entries_is_nothing() -> None:
    empty = ListView(None, look("?", True, number(0)), "hires", 0)
    assert count_items(Count("hire", HIRES, TEST), empty) == number(0)


@pytest.mark.parametrize(
    "truths, wages, low, high, asked",
    [
        ([], [], 0, 0, set()),
        ([True, True], [number(10), number(20)], 30, 30, set()),
        ([True, False], [number(10), number(20)], 10, 10, set()),
        ([True, None], [number(10), number(20)], 10, 30, {"test of p1"}),
        ([True, True], [number(10), WAGE["x"]], 20, 40, {"x"}),
        ([True, False], [number(10), WAGE["x"]], 10, 10, set()),
        ([None], [WAGE["x"]], 0, 30, {"x", "test of p0"}),
        ([None], [number(-5)], -5, 0, {"test of p0"}),
    ],
)
def test_a_sum_adds_the_entries_that_hold_the_test(
    truths: Sequence[Truth], wages: Sequence[Possible], low: int, high: int, asked: set[str]
) -> None:
    total = sum_items(Sum("hire", HIRES, TERM, TEST), looks(truths, wages))
    assert (total.interval, needs(total.dependencies)) == (Interval(low, high), asked)


def test_a_sum_without_a_test_adds_all() -> None:
    total = sum_items(Sum("hire", HIRES, TERM, None), looks([False, False], [number(1), number(2)]))
    assert total == number(3)


@pytest.mark.parametrize(
    "any_, wage, low, high, asked",
    [
        (False, WAGE["x"], 0, 0, set()),
        (True, WAGE["x"], 0, 120, {"hires", "x"}),
        (None, WAGE["x"], 0, 120, {"hires", "x", "test of ?"}),
        (True, number(-5), -20, 0, {"hires"}),
        (True, Possible(Interval(-1, 2)), -4, 8, {"hires"}),
        (True, Possible(Interval(None, 2)), None, 8, {"hires"}),
        (True, Possible(Interval(1, None)), 0, None, {"hires"}),
        (True, number(0), 0, 0, set()),
    ],
)
def test_a_sum_over_a_list_that_is_not_known_is_as_much_as_its_most_entries(
    any_: Truth, wage: Possible, low: int | None, high: int | None, asked: set[str]
) -> None:
    total = sum_items(Sum("hire", HIRES, TERM, TEST), looks(None, [wage], any_))
    assert (total.interval, needs(total.dependencies)) == (Interval(low, high), asked)


@pytest.mark.parametrize(
    "wage, not_stated, undefined",
    [
        (Possible(None, not_stated=True), True, False),
        (Possible(Interval(1, 2), undefined=True), False, True),
        (Possible(Interval(1, 2), may_be_none=True), False, True),
    ],
)
def test_what_an_entry_lacks_a_sum_may_lack(
    wage: Possible, not_stated: bool, undefined: bool
) -> None:
    total = sum_items(Sum("hire", HIRES, TERM, None), looks(None, [wage]))
    assert (total.not_stated, total.undefined) == (not_stated, undefined)
