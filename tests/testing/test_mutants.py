"""Mutants and thresholds of a ruleset: each mutant has one mistake that an author could make."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

import attrs
import pytest
from tests.engines.compiled.sample_policies import policy_of
from tests.support.shipped import shipped

import policyrules
from policyrules.cases.suites import discover_suites
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    BoolTest,
    CalendarPart,
    Compare,
    ConditionRef,
    Count,
    DateDiff,
    DateShift,
    Distinct,
    Expression,
    FactRef,
    FellowRef,
    InSet,
    IsNone,
    IsSameItem,
    ListExtreme,
    ListRef,
    MinMax,
    Not,
    Number,
    Or,
    ParameterRef,
    Quantifier,
    Sum,
    SumOfLargest,
    ValueRef,
    WorkingDayTerm,
)
from policyrules.ir.tables import Cell
from policyrules.testing.boundaries.thresholds import thresholds
from policyrules.testing.mutation import operators
from policyrules.testing.mutation.expressions import mutate_expression
from policyrules.testing.mutation.mutants import mutants
from policyrules.testing.mutation.operators import Mistake, MutationOperator
from policyrules.testing.mutation.run import override_mutants
from policyrules.testing.overrides import OverrideSet, content_by_id

REFUND = shipped("cn-nm/job-stabilisation-refund").ruleset


def test_a_mutant_differs_in_one_place_and_says_which() -> None:
    all_mutants = list(mutants(REFUND))
    before = content_by_id(REFUND)
    assert len({str(mutant) for mutant in all_mutants}) == len(all_mutants)
    for mutant in all_mutants:
        assert mutant.ruleset != REFUND, mutant
        after = content_by_id(mutant.ruleset)
        differs = {place for place in {*before, *after} if before.get(place) != after.get(place)}
        assert differs == {mutant.node_id}, mutant


def test_each_edge_and_each_rate_of_a_scale_is_moved_and_each_bracket_removed() -> None:
    examples = Path(__file__).parents[2] / "docs" / "examples"
    ruleset = policyrules.load(examples / "income-tax" / "xx" / "income-tax.yaml").ruleset
    changes = [str(mutant) for mutant in mutants(ruleset) if mutant.node_id == "tax_rates"]
    assert changes == [
        f"tax_rates: {slip}"
        for edge, rate in ((0, 3), (36_000, 10), (144_000, 20), (300_000, 25))
        for slip in (
            f"{edge} becomes {edge - 1}",
            f"{edge} becomes {edge + 1}",
            f"{rate} % becomes {rate - 1} %",
            f"{rate} % becomes {rate + 1} %",
            f"the bracket above {edge} is removed",
        )
    ]
    assert thresholds(ruleset)["taxpayer.income"] == (0, 36_000, 60_000, 144_000, 300_000)


def test_a_guard_against_none_is_dropped_and_its_sum_is_too() -> None:
    examples = Path(__file__).parents[2] / "docs" / "examples"
    policy = policyrules.load(examples / "pension" / "xx" / "supplement.yaml")
    by_change = {str(mutant): mutant.ruleset for mutant in mutants(policy.ruleset)}
    unguarded = by_change["all-income-low: `person.pension is none` is removed"]
    assert (
        "all-income-low: `person.pension + person.income <= income_limit` is removed" in by_change
    )
    assert "has-pension: when: `person.pension is none` is negated" in by_change
    facts = {"person": {"pension": "none", "income": 0}}
    assert policy.on("2025-06-01").decide(facts).status == "eligible"
    assert policy_of(unguarded).on("2025-06-01").decide(facts).status == "undetermined"


def test_every_kind_of_slip_has_its_mutant() -> None:
    changes = {str(mutant) for mutant in mutants(REFUND)}
    for slip in (
        "in_force: `to` 2022-12-31 becomes 2023-01-01",
        "subject_kinds: `law_firm` is removed",
        "subject_kinds: `other` is added",
        "fund_reserve_min: 1 becomes 1.0001",
        "small_employer_cap: 20 % becomes 21 %",
        "refund_rate: for `large` 50 % becomes 49 % from 2022-11-10",
        "refund_rate: the row from 2022-11-10 begins on 2022-11-09",
        "class_of_size: for `large` `large` becomes `sme`",
        "small-employer: the exception is removed",
        "small-employer: when: `<=` becomes `<`",
        "layoffs: `<=` becomes `<`",
        "layoff_rate: `employer.layoff_rate` no longer states the value",
        "eligible: `layoffs` is removed",
        "eligible: `all` becomes `any`",
        "refund: `half_up` becomes `down`",
    ):
        assert slip in changes, slip


# --- operators and sentences ---------------------------------------------------------------------

FEW: Final = FactRef("employer.laid_off")
LISTED: Final = BoolTest(FactRef("employer.dishonesty_listed"))
FOUNDED_ON: Final = FactRef("employer.founded_on")
CLOSED_ON: Final = FactRef("employer.closed_on")
ANOTHER: Final = Not(IsSameItem("other", "hire"))
OTHER_PAID: Final = BoolTest(FellowRef(FactRef("hires.paid"), "other.paid"))
DEADLINE: Final = DateShift("date", "+", "month", FOUNDED_ON, ParameterRef("months"))
DAY, NEXT_DAY = date(2022, 11, 25), date(2022, 11, 26)

SENTENCES: Final[Mapping[str, Mistake]] = {
    "`to` 2022-11-25 becomes 2022-11-26": Mistake(MutationOperator.MOVE_DAY, ("to", DAY, NEXT_DAY)),
    "the open list is closed": Mistake(MutationOperator.CLOSE_LIST),
    "the row from 2022-11-25 begins on 2022-11-26": Mistake(
        MutationOperator.MOVE_ROW, (DAY, NEXT_DAY)
    ),
    "`large` and `small` are swapped": Mistake(MutationOperator.SWAP_CELLS, ("large", "small")),
    "for `large` 50 % becomes 49 % from 2022-11-25": Mistake(
        MutationOperator.MOVE_FIGURE, ("50 %", "49 %"), row="large", from_=DAY
    ),
    "`at_least` becomes `above`": Mistake(MutationOperator.MOVE_EDGE, ("at_least", "above")),
    "for `row 2` the row is removed": Mistake(MutationOperator.REMOVE_ROW, row="row 2"),
    "`1` and `2` are exchanged": Mistake(MutationOperator.SWAP_ROWS, ("1", "2")),
    "`school` is removed": Mistake(MutationOperator.REMOVE_WORD, ("school",)),
    "`other` is added": Mistake(MutationOperator.ADD_WORD, ("other",)),
    "`False` becomes `True`": Mistake(MutationOperator.REPLACE_CHOICE, (False, True)),
    "the bracket above 5000 is removed": Mistake(MutationOperator.REMOVE_BRACKET, ("5000",)),
    "when: `<=` becomes `<`": Mistake(
        MutationOperator.REPLACE_OPERATOR, ("<=", "<"), is_in_when=True
    ),
    "`employer.laid_off` is removed": Mistake(MutationOperator.REMOVE_OPERAND, (FEW,)),
    "`not employer.laid_off < 3` loses its `not`": Mistake(
        MutationOperator.REMOVE_NOT, (Not(Compare("<", FEW, Number(3))),)
    ),
    "`employer.dishonesty_listed` is negated": Mistake(MutationOperator.NEGATE, (LISTED,)),
    "the list loses its `if employer.dishonesty_listed`": Mistake(
        MutationOperator.REMOVE_FILTER, (LISTED,)
    ),
    "`posts` becomes `posts + 1`": Mistake(
        MutationOperator.REPLACE_OPERAND,
        (ValueRef("posts"), Arithmetic("+", ValueRef("posts"), Number(1))),
    ),
    "`next_working_day(employer.hired_on)` counts every day": Mistake(
        MutationOperator.COUNT_EVERY_DAY, (WorkingDayTerm("next", (FactRef("employer.hired_on"),)),)
    ),
    "`subsidy[employer.hired_on]` is the row of the day of the decision": Mistake(
        MutationOperator.READ_ON_DAY, (ParameterRef("subsidy[employer.hired_on]"),)
    ),
    "`employer.founded_on + months` is a day more": Mistake(
        MutationOperator.MOVE_SUM, (DEADLINE, "day", "more")
    ),
    "`employer.laid_off` no longer states the value": Mistake(
        MutationOperator.REMOVE_GIVEN, ("employer.laid_off",)
    ),
    "the rounding is removed": Mistake(MutationOperator.REMOVE_ROUNDING),
    "`half_up` becomes `down`": Mistake(MutationOperator.REPLACE_MODE, ("half_up", "down")),
    "rounded to 10 instead of 1": Mistake(MutationOperator.COARSEN_ROUNDING, ("1", "10")),
    "the exception is removed": Mistake(MutationOperator.REMOVE_EXCEPTION),
    "the exclusion is removed": Mistake(MutationOperator.REMOVE_EXCLUSION),
    "`all` becomes `any`": Mistake(MutationOperator.REPLACE_GROUP, ("all", "any")),
    "`at_least 2` becomes 3": Mistake(MutationOperator.MOVE_COUNT, (2, 3)),
    "`layoffs` is removed": Mistake(MutationOperator.REMOVE_MEMBER, ("layoffs",)),
    "the fact may lie in the future": Mistake(MutationOperator.ALLOW_FUTURE),
    "the consequence is removed": Mistake(MutationOperator.REMOVE_CONSEQUENCE),
    "the consequence is stated for `eligible` too": Mistake(
        MutationOperator.STATE_FOR_STATUS, ("eligible",)
    ),
    "the consequence is not stated for `ineligible`": Mistake(
        MutationOperator.WITHHOLD_FOR_STATUS, ("ineligible",)
    ),
    "the constraint is removed": Mistake(MutationOperator.REMOVE_CONSTRAINT),
    "the note is never disclosed": Mistake(MutationOperator.REMOVE_NOTE),
    "override reverted: the period of the base": Mistake(MutationOperator.RESTORE_PERIOD),
    "override reverted: the parameter of the base": Mistake(MutationOperator.RESTORE_PARAMETER),
    "override reverted: the rule of the base": Mistake(MutationOperator.RESTORE_NODE),
    "override reverted: the members of the base": Mistake(MutationOperator.RESTORE_MEMBERS),
    "removal reverted": Mistake(MutationOperator.RESTORE_REMOVED),
}


def test_every_operator_has_its_sentence() -> None:
    assert {sentence: str(mistake) for sentence, mistake in SENTENCES.items()} == {
        sentence: sentence for sentence in SENTENCES
    }
    assert {mistake.operator for mistake in SENTENCES.values()} == set(MutationOperator)


def test_rewording_a_sentence_changes_no_mutant_that_counts(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # This one negates parameters that are stated nowhere, and changes groups of its base.
    [suite] = discover_suites(["cn-jl/job-expansion-subsidy.2024"]).suites
    before = [(mutant.node_id, mutant.mistake) for mutant in override_mutants(suite)]
    monkeypatch.setattr(operators, "_SENTENCES", dict.fromkeys(MutationOperator, "another"))
    after = [(mutant.node_id, mutant.mistake) for mutant in override_mutants(suite)]
    assert {str(mistake)[-7:] for _, mistake in after} == {"another"}
    assert after == before


def test_negating_what_is_stated_nowhere_is_no_mutant_that_counts() -> None:
    [suite] = discover_suites(["cn-jl/job-expansion-subsidy.2024"]).suites
    counted = [(mutant.node_id, mutant.mistake) for mutant in override_mutants(suite)]
    overrides = OverrideSet(
        suite.ruleset, suite.artifacts.bases if suite.artifacts is not None else ()
    )
    dropped = [
        mutant.operands
        for mutant in mutants(suite.ruleset)
        if overrides.overrides(mutant.node_id)
        and mutant.operator is MutationOperator.NEGATE
        and (mutant.node_id, mutant.mistake) not in counted
    ]
    assert dropped
    for (holds,) in dropped:
        assert isinstance(holds, BoolTest)
        assert isinstance(holds.operand, ParameterRef)
        for row in suite.ruleset.parameters[holds.operand.name].rows:
            assert isinstance(row.content, Cell)
            assert row.content.status == "not_stated"


# --- expressions ---------------------------------------------------------------------------------

A, B, C = (Compare("<", FEW, Number(n)) for n in (1, 2, 3))


def _by_calendar(function: str, part: str) -> str:
    counted = f"`{function}(employer.founded_on, employer.closed_on)`"
    return f"{counted} becomes `employer.closed_on.{part} - employer.founded_on.{part}`"


EXPRESSIONS: Final[list[tuple[Expression, list[str]]]] = [
    (Compare("<", FEW, Number(1)), ["`<` becomes `<=`", "`<` becomes `>`"]),
    (Compare("<=", FEW, Number(1)), ["`<=` becomes `<`", "`<=` becomes `>`"]),
    (Compare(">", FEW, Number(1)), ["`>` becomes `>=`", "`>` becomes `<`"]),
    (Compare(">=", FEW, Number(1)), ["`>=` becomes `>`", "`>=` becomes `<`"]),
    (Compare("==", FEW, Number(1)), ["`==` becomes `!=`"]),
    (Compare("!=", FEW, Number(1)), ["`!=` becomes `==`"]),
    (Arithmetic("+", FEW, Number(1)), ["`+` becomes `-`"]),
    (Arithmetic("-", FEW, Number(1)), ["`-` becomes `+`"]),
    (Arithmetic("*", FEW, Number(2)), ["`2` is removed", "`employer.laid_off` is removed"]),
    (Not(A), ["`not employer.laid_off < 1` loses its `not`"]),
    (LISTED, ["`employer.dishonesty_listed` is negated"]),
    (Not(LISTED), ["`employer.dishonesty_listed` is negated"]),
    (BoolTest(ConditionRef("route")), ["`held('route')` is negated"]),
    (IsNone(FEW), ["`employer.laid_off is none` is negated"]),
    (
        InSet(FactRef("employer.kind"), ParameterRef("subject_kinds")),
        ["`employer.kind in subject_kinds` is negated"],
    ),
    (
        And((LISTED, IsNone(FEW))),
        ["`and` becomes `or`", "`employer.dishonesty_listed` is removed"],
    ),
    (
        Or((LISTED, IsNone(FEW))),
        ["`or` becomes `and`", "`employer.dishonesty_listed` is removed"],
    ),
    (
        Quantifier(True, "day", FactRef("employer.days"), A),
        ["`all` becomes `any`", "`<` becomes `<=`", "`<` becomes `>`"],
    ),
    (Quantifier(False, "day", FactRef("employer.days"), A), ["`any` becomes `all`"]),
    (
        Sum("day", FactRef("employer.days"), FEW, LISTED),
        ["the list loses its `if employer.dishonesty_listed`"],
    ),
    (
        ListExtreme(True, "day", FactRef("employer.days"), FEW, LISTED, Number(1)),
        [
            "`max` becomes `min`",
            "`max` becomes `sum`",
            "`1` is removed",
            "the list loses its `if employer.dishonesty_listed`",
        ],
    ),
    (
        ListExtreme(False, "day", FactRef("employer.days"), FEW, is_calendar=True),
        ["`min` becomes `max`"],
    ),
    (
        SumOfLargest("day", FactRef("employer.days"), FEW, LISTED, FEW),
        [
            "`sum_of_largest` becomes `sum`",
            "`sum_of_largest` becomes `sum_of_smallest`",
            "`employer.laid_off` becomes `employer.laid_off + 1`",
            "`employer.laid_off` becomes `employer.laid_off - 1`",
            "the list loses its `if employer.dishonesty_listed`",
        ],
    ),
    (
        SumOfLargest("day", FactRef("employer.days"), FEW, None, ParameterRef("posts")),
        ["`sum_of_largest` becomes `sum`", "`sum_of_largest` becomes `sum_of_smallest`"],
    ),
    (
        Count("other", ListRef("hires"), And((ANOTHER, OTHER_PAID))),
        [
            "`and` becomes `or`",
            "`other is not hire` is removed",
            "`other.paid` is removed",
            "`other is hire` is negated",
            "`other.paid` is negated",
        ],
    ),
    (
        Distinct("day", FactRef("employer.days"), FEW, LISTED),
        ["`distinct` becomes `count`", "the list loses its `if employer.dishonesty_listed`"],
    ),
    (
        WorkingDayTerm("add", (FactRef("employer.hired_on"), FEW)),
        ["`add_working_days(employer.hired_on, employer.laid_off)` counts every day"],
    ),
    (
        WorkingDayTerm("between", (FactRef("employer.hired_on"), FactRef("employer.left_on"))),
        ["`working_days_between(employer.hired_on, employer.left_on)` counts every day"],
    ),
    (
        MinMax(True, (FEW, ValueRef("rate"))),
        ["`max` becomes `min`", "`employer.laid_off` is removed", "`rate` is removed"],
    ),
    (
        MinMax(False, (FEW, ValueRef("rate"))),
        ["`min` becomes `max`", "`employer.laid_off` is removed", "`rate` is removed"],
    ),
    (
        DateDiff("year", FOUNDED_ON, CLOSED_ON, is_age=True),
        [_by_calendar("age", "year")],
    ),
    (
        DateDiff("month", FOUNDED_ON, CLOSED_ON),
        [_by_calendar("months_between", "month")],
    ),
    (
        DateDiff("day", FOUNDED_ON, CLOSED_ON),
        ["`days_between(employer.founded_on, employer.closed_on)` is a day more"],
    ),
    (
        CalendarPart("last_day", "month", CalendarPart("month", "date", FOUNDED_ON)),
        ["`last_day` becomes `first_day`"],
    ),
    (
        CalendarPart("first_day", "period", ParameterRef("season")),
        ["`first_day` becomes `last_day`"],
    ),
]


@pytest.mark.parametrize("node, changes", EXPRESSIONS)
def test_the_variants_of_an_expression(node: Expression, changes: list[str]) -> None:
    variants = list(mutate_expression(node))
    mistakes = [str(mistake) for mistake, _ in variants]
    assert mistakes[: len(changes)] == changes
    assert all(other != node for _, other in variants)


def test_a_fixed_word_becomes_each_other_word_of_its_value() -> None:
    """In a value and in an exception of it."""
    path = Path(__file__).parents[2] / "docs/examples/training/xx/training-allowance.yaml"
    changes = {str(mutant) for mutant in mutants(policyrules.load(path).ruleset)}
    assert {
        "level: `standard` becomes `raised`",
        "in-low-income: `raised` becomes `standard`",
    } <= changes


def test_one_of_three_operands_is_left_out() -> None:
    variants = {str(mistake): other for mistake, other in mutate_expression(And((A, B, C)))}
    assert variants["`employer.laid_off < 2` is removed"] == And((A, C))


# --- thresholds ----------------------------------------------------------------------------------


def test_the_figures_at_which_the_refund_turns() -> None:
    figures_by_fact = {
        name: [str(figure) for figure in figures] for name, figures in thresholds(REFUND).items()
    }
    assert figures_by_fact["employer.insured_headcount"] == ["30"]
    assert figures_by_fact["employer.full_paid_months"] == ["12"]
    assert figures_by_fact["employer.layoff_rate"] == ["11/200", "1/5"]
    assert figures_by_fact["pooling_area.fund_reserve_years"] == ["1"]
    assert figures_by_fact["employer.premium_paid"] == []


# --- sums with days ------------------------------------------------------------------------------


def test_a_sum_is_turned_and_moved_by_a_day_and_by_a_month_that_its_count_does_not_move() -> None:
    def mistakes(deadline: DateShift) -> list[str]:
        return [str(mistake) for mistake, _ in mutate_expression(deadline)]

    text = "`employer.founded_on + months`"
    days = [f"{text} is a day more", f"{text} is a day less"]
    months = [f"{text} is a month more", f"{text} is a month less"]
    assert mistakes(DEADLINE) == ["`+` becomes `-`", *days]
    by_year = attrs.evolve(DEADLINE, unit="year")
    assert mistakes(by_year) == ["`+` becomes `-`", *days, *months]
    by_value = attrs.evolve(DEADLINE, count=ValueRef("months"))
    assert mistakes(by_value) == ["`+` becomes `-`", *days, *months]
    in_days = attrs.evolve(DEADLINE, unit="day")
    assert mistakes(in_days) == ["`+` becomes `-`"]
