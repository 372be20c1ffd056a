"""Situations: known facts, possible values, and the paths by which facts are asked for."""

from fractions import Fraction
from typing import Any, Final

import pytest
from tests.support.firm import UNREAD, office_ruleset

from policyrules.evaluation.situation import (
    Item,
    KnownFact,
    Situation,
    known_value,
    unconstrained_value,
    unknown_value,
)
from policyrules.intake import Intake
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind, Type, Unit
from policyrules.text.localized import LocalizedText
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, MissingInput
from policyrules.values.exact import Exact
from policyrules.values.possible import UNDECLARED_WORD, Figures, Interval, Possible

T: Final = LocalizedText("甲", "A")
WORDS: Final = {"large": T, "small": T}
COUNT, RATIO, MONEY = (
    Type(Kind.COUNT, Unit.from_name("person")),
    Type(Kind.RATIO, places=4),
    Type(Kind.MONEY),
)
DATE, MONTH, YEAR = Type(Kind.DATE), Type(Kind.MONTH), Type(Kind.CALENDAR_YEAR)
WORD, OPEN = Type(Kind.WORD, words=WORDS), Type(Kind.WORD, words=WORDS, open=True)
NO_WORD: Final = Type(Kind.WORD, words=WORDS, none=T)


def list_of(kind: Kind) -> Type:
    return Type(Kind.LIST, entry_kind=kind, words=WORDS if kind is Kind.WORD else {})


def fact(type_: Type, low: Exact | None = None, high: Exact | None = None) -> Fact:
    return Fact("a.fact", type_, T, T, low, high)


@pytest.mark.parametrize(
    "known, type_, text",
    [
        (KnownFact(30), COUNT, "30"),
        (KnownFact(30, 0), COUNT, "30"),
        (KnownFact(Fraction(1, 5), 4), RATIO, "0.2000"),
        (KnownFact(Fraction(7, 30)), RATIO, "7/30"),
        (KnownFact(100, 0), MONEY, "100.00"),
        (KnownFact(Fraction(1001, 1000), 3), MONEY, "1.001"),
        (KnownFact(738000), DATE, "2021-07-29"),
        (KnownFact(24268), MONTH, "2022-05"),
        (KnownFact(2022), YEAR, "2022"),
        (KnownFact("large"), WORD, "large"),
        (KnownFact(True), Type(Kind.YES_NO), "true"),
        (KnownFact(False), Type(Kind.YES_NO), "false"),
        (KnownFact(None), NO_WORD, "none"),
        (KnownFact((24268, 24269)), list_of(Kind.MONTH), ["2022-05", "2022-06"]),
        (KnownFact((738000,)), list_of(Kind.DATE), ["2021-07-29"]),
        (KnownFact(("large", "small")), list_of(Kind.WORD), ["large", "small"]),
        (KnownFact(()), list_of(Kind.WORD), []),
    ],
)
def test_a_known_fact_is_written_exactly(
    known: KnownFact, type_: Type, text: str | list[str]
) -> None:
    assert known.text(type_) == text


@pytest.mark.parametrize(
    "type_, low, high, figures, may_be_none",
    [
        (COUNT, 0, 9, Interval(0, 9), False),
        (COUNT, None, None, Interval(None, None), False),
        (DATE, 738000, None, Interval(738000, None), False),
        (Type(Kind.YES_NO), None, None, frozenset({True, False}), False),
        (WORD, None, None, frozenset(WORDS), False),
        (NO_WORD, None, None, frozenset(WORDS), True),
        (OPEN, None, None, frozenset({*WORDS, UNDECLARED_WORD}), False),
    ],
)
def test_an_unknown_fact_may_be_all_that_its_declaration_allows(
    type_: Type, low: Exact | None, high: Exact | None, figures: Figures, may_be_none: bool
) -> None:
    possible = unknown_value(fact(type_, low, high))
    assert (possible.figures, possible.may_be_none) == (figures, may_be_none)
    assert possible.dependencies == Dependencies(frozenset({MissingInput("a.fact")}))
    asked = unknown_value(fact(type_, low, high), "hires[p1].fact")
    assert asked.dependencies == Dependencies(frozenset({MissingInput("hires[p1].fact")}))


def test_what_can_be_one_thing_alone_is_not_asked_for() -> None:
    assert unknown_value(fact(COUNT, 3, 3)) == Possible(Interval(3, 3))
    only = Type(Kind.WORD, words={"large": T})
    assert (
        unconstrained_value(
            only, None, None, Dependencies(frozenset({MissingInput("a")}))
        ).dependencies
        == NO_DEPENDENCIES
    )


@pytest.mark.parametrize(
    "known, expected",
    [
        (KnownFact(3), Possible(Interval(3, 3))),
        (KnownFact("large"), Possible(frozenset({"large"}))),
        (KnownFact(False), Possible(frozenset({False}))),
        (KnownFact(None), Possible(None, may_be_none=True)),
    ],
)
def test_a_known_fact_is_one_thing(known: KnownFact, expected: Possible) -> None:
    assert known_value(known) == expected
    assert Situation({"a.fact": known}).possible(fact(NO_WORD)) == expected


def test_a_list_is_no_one_thing() -> None:
    with pytest.raises(TypeError, match="a list has no single value"):
        known_value(KnownFact((1, 2)))


CASE: Final = Situation({"employer.size": KnownFact("large")}, {"hires": ()})
P1: Final = CASE.for_item("hires", Item("p1", {"hires.wage": KnownFact(1)}))
ANY: Final = CASE.for_item("hires", None)


@pytest.mark.parametrize(
    "situation, name, asked",
    [
        (CASE, "employer.size", "employer.size"),
        (CASE, "hires.wage", "hires.wage"),
        (P1, "hires.wage", "hires[p1].wage"),
        (P1, "employer.size", "employer.size"),
        (P1, "hires", "hires"),
        # A subject whose name begins alike is no item.
        (P1, "hires_of_old.wage", "hires_of_old.wage"),
        (ANY, "hires.wage", "hires"),
        (ANY, "employer.size", "employer.size"),
    ],
)
def test_a_fact_of_an_item_is_asked_for_by_its_key(
    situation: Situation, name: str, asked: str
) -> None:
    assert situation.fact_path(name) == asked


def test_an_item_sees_the_facts_of_the_case_and_its_own() -> None:
    assert set(P1.known) == {"employer.size", "hires.wage"}
    assert set(ANY.known) == {"employer.size"}
    assert (P1.item, ANY.item) == (("hires", "p1"), ("hires", None))
    assert P1.lists == ANY.lists == CASE.lists
    unknown_wage = Fact("hires.wage", MONEY, T, T, 0, 9)
    assert ANY.possible(unknown_wage).dependencies == Dependencies(
        frozenset({MissingInput("hires")})
    )
    assert P1.possible(unknown_wage) == Possible(Interval(1, 1))
    p2 = CASE.for_item("hires", Item("p2", {}))
    assert p2.possible(unknown_wage).dependencies == Dependencies(
        frozenset({MissingInput("hires[p2].wage")})
    )


def test_the_fact_of_an_item_is_named_with_its_key() -> None:
    hire = Item("张三", {})
    assert Situation({}).for_item("hires", hire).fact_path("hires.wage") == "hires[张三].wage"


RECORD: Final[dict[str, Any]] = {
    "employer.layoff_rate": "23.33%",
    "employer.dishonesty_listed": False,
    "hires": [{"id": "p2"}, {"id": "p1"}],
}


def test_facts_of_a_situation_are_read_back_as_the_same_situation() -> None:
    intake = Intake(office_ruleset())
    situation = intake.read(RECORD)
    facts = situation.to_facts(office_ruleset())
    assert facts == {
        "employer.layoff_rate": "0.2333",
        "employer.dishonesty_listed": "false",
        "hires": [{"id": "p2"}, {"id": "p1"}],
    }
    assert intake.read(facts) == situation


def test_a_situation_in_order_is_the_same_however_its_facts_were_given() -> None:
    turned = {"hires": RECORD["hires"][::-1], **dict(reversed(RECORD.items()))}
    read = Intake(office_ruleset()).read
    first, other = (read(facts).in_order() for facts in (RECORD, turned))
    assert [*first.known] == [*other.known]
    assert [item.key for item in first.lists["hires"]] == ["p1", "p2"]
    assert first == other


def test_facts_that_the_ruleset_does_not_read_are_left_out() -> None:
    known = {UNREAD: KnownFact("law"), "employer.dishonesty_listed": KnownFact(False)}
    facts = Situation(known, {"visits": ()}).to_facts(office_ruleset())
    assert facts == {"employer.dishonesty_listed": "false"}
