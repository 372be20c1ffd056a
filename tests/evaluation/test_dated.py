"""Rulesets on a date: the row of each parameter that is in force, and the values of its cells."""

from datetime import date
from typing import Final

import attrs
import pytest
from tests.support.rules import ruleset

from policyrules.errors import NotInForce
from policyrules.evaluation.dated import dated, possible_cell, row_on
from policyrules.ir.ruleset import Parameter, Period, Provenance, Row
from policyrules.ir.tables import Cell, Table
from policyrules.ir.types import Kind, Type
from policyrules.text.localized import LocalizedText
from policyrules.values.dependencies import Dependencies, Indeterminacy
from policyrules.values.possible import Interval, PeriodSet, Possible, WordSet

T: Final = LocalizedText("甲", "A")
FIRST, MIDDLE, LAST = date(2022, 1, 1), date(2022, 6, 30), date(2022, 12, 31)
GROUND: Final = Provenance(source="law")


def row(from_: date | None, to: date | None, figure: int) -> Row:
    return Row(from_, to, Cell("stated", figure, figure), GROUND)


def parameter(kind: Kind, *rows: Row, open_: bool = False) -> Parameter:
    words = {"a": T, "b": T}
    return Parameter("limit", Type(kind, words=words), T, rows, open=open_)


@pytest.mark.parametrize(
    "day, figure",
    [
        ("2021-12-31", None),
        ("2022-01-01", 1),
        ("2022-06-30", 1),
        ("2022-07-01", None),
        ("2022-07-02", 2),
        ("9999-12-31", 2),
    ],
)
def test_a_row_is_in_force_from_its_first_to_its_last_day(day: str, figure: int | None) -> None:
    rows = parameter(Kind.COUNT, row(FIRST, MIDDLE, 1), row(date(2022, 7, 2), None, 2))
    in_force = row_on(rows, date.fromisoformat(day))
    assert (in_force and in_force.content) == (figure and Cell("stated", figure, figure))


def test_a_row_without_a_first_day_has_always_been_in_force() -> None:
    assert row_on(parameter(Kind.COUNT, row(None, FIRST, 1)), date.min) is not None


@pytest.mark.parametrize(
    "day, code",
    [
        ("2021-12-31", "not-yet-in-force"),
        ("2022-01-01", ""),
        ("2022-12-31", ""),
        ("2023-01-01", "ended"),
    ],
)
def test_a_ruleset_is_in_force_on_its_first_and_its_last_day(day: str, code: str) -> None:
    on = date.fromisoformat(day)
    if not code:
        assert set(dated(ruleset(), on).rows) == set(ruleset().parameters)
        return
    with pytest.raises(NotInForce) as caught:
        dated(ruleset(), on)
    assert caught.value.code == code


def test_a_day_without_a_row_is_a_gap() -> None:
    few = attrs.evolve(ruleset().parameters["few"], rows=(row(MIDDLE, None, 1),))
    rules = attrs.evolve(ruleset(), parameters={"few": few})
    with pytest.raises(NotInForce) as caught:
        dated(rules, FIRST)
    assert caught.value.code == "gap"
    assert dated(rules, MIDDLE).parameter_values == {"few": Possible(Interval(1, 1))}


def test_a_period_without_an_end_holds_every_day() -> None:
    assert date.max in Period(FIRST, None, GROUND)
    assert date.min in Period(None, FIRST, GROUND)
    assert date(2021, 12, 31) not in Period(FIRST, None, GROUND)
    assert date(2022, 1, 2) not in Period(None, FIRST, GROUND)


def unsettled(why: str) -> Dependencies:
    return Dependencies(indeterminacies=frozenset({Indeterminacy("limit", why)}))


@pytest.mark.parametrize(
    "kind, cell, expected",
    [
        (Kind.COUNT, Cell("stated", 3, 3), Possible(Interval(3, 3))),
        (
            Kind.COUNT,
            Cell("pending", 1, 9),
            Possible(Interval(1, 9), dependencies=unsettled("pending")),
        ),
        (
            Kind.COUNT,
            Cell("either", 1, 9),
            Possible(Interval(1, 9), dependencies=unsettled("either")),
        ),
        (
            Kind.COUNT,
            Cell("not_stated"),
            Possible(None, not_stated=True, dependencies=unsettled("not_stated")),
        ),
        (Kind.YES_NO, Cell("stated", choices=(True,)), Possible(frozenset({True}))),
        (
            Kind.WORD,
            Cell("either", choices=("a", "b")),
            Possible(frozenset({"a", "b"}), dependencies=unsettled("either")),
        ),
        (
            Kind.PERIOD,
            Cell("stated", 10, 20),
            Possible(PeriodSet(frozenset({(10, 20)}), "limit")),
        ),
        (
            Kind.WORDS,
            Cell("stated", words=("a",)),
            Possible(WordSet(frozenset({"a"}), frozenset({"a"}), ())),
        ),
    ],
)
def test_a_cell_states_a_figure_or_what_it_leaves_open(
    kind: Kind, cell: Cell, expected: Possible
) -> None:
    assert possible_cell(parameter(kind), cell) == expected


def test_a_set_that_its_text_leaves_open_is_open_by_its_parameter() -> None:
    possible = possible_cell(parameter(Kind.WORDS, open_=True), Cell("stated", words=("a",)))
    assert possible.figures == WordSet(frozenset({"a"}), frozenset({"a"}), ("limit",))


def test_a_table_has_a_cell_for_each_word_of_its_key_and_for_its_known_absence() -> None:
    stated = dated(ruleset(), FIRST).parameter_values["cap"]
    assert isinstance(stated, dict)
    assert {key: str(possible.point()) for key, possible in stated.items()} == {
        "large": "1/10",
        "small": "1/5",
        None: "3/10",
    }


@pytest.mark.parametrize("word, figure", [("large", 1), ("small", 2), (None, 3), ("other", 2)])
def test_what_has_no_row_has_the_cell_of_all_others(word: str | None, figure: int) -> None:
    def cell(figure: int) -> Cell:
        return Cell("stated", figure, figure)

    assert Table({"large": cell(1)}, cell(3), cell(2)).cell(word) == cell(figure)


def test_a_table_without_a_cell_for_a_word_knows_none() -> None:
    with pytest.raises(KeyError):
        Table({"large": Cell("stated", 1, 1)}).cell(None)
