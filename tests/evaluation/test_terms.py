"""Terms: cells of tables, exceptions, groups, and values that a fact may give."""

from fractions import Fraction
from typing import Final

import pytest
from tests.support.rules import ruleset

from policyrules.evaluation.dated import dated
from policyrules.evaluation.resolved_values import resolve_value
from policyrules.evaluation.situation import KnownFact, Situation
from policyrules.evaluation.table_lookup import look_up_cell
from policyrules.evaluation.terms import (
    apply_value_exceptions,
    evaluate_group,
    evaluate_test,
)
from policyrules.ir.nodes import And, Atom, BoolTest, FactRef, Not, Or, Test
from policyrules.ir.ruleset import Group
from policyrules.values.dependencies import (
    NO_DEPENDENCIES,
    Dependencies,
    Indeterminacy,
    MissingInput,
)
from policyrules.values.kleene import FAILED, HELD, Truth, Verdict
from policyrules.values.possible import UNDECLARED_WORD, Interval, Possible, number, word

ASKED: Final = Dependencies(frozenset({MissingInput("employer.size")}))
OPEN: Final = Verdict(None, ASKED)
TABLE: Final = {"large": number(1), "small": number(2), None: number(9)}


@pytest.mark.parametrize(
    "key, expected",
    [
        (word("large"), number(1)),
        (Possible(None, may_be_none=True), number(9)),
        (
            Possible(frozenset({"large", "small"}), dependencies=ASKED),
            Possible(Interval(1, 2), dependencies=ASKED),
        ),
        (
            Possible(frozenset({"large", "small"}), may_be_none=True, dependencies=ASKED),
            Possible(Interval(1, 9), dependencies=ASKED),
        ),
        (
            Possible(None, not_stated=True, dependencies=ASKED),
            Possible(None, not_stated=True, dependencies=ASKED),
        ),
    ],
)
def test_a_table_states_what_stands_in_every_cell_that_the_key_may_choose(
    key: Possible, expected: Possible
) -> None:
    assert look_up_cell(TABLE, key) == expected


def test_a_key_that_may_have_no_word_leaves_the_table_without_a_cell() -> None:
    key = Possible(frozenset({"large"}), undefined=True, dependencies=ASKED)
    possible = look_up_cell(TABLE, key)
    assert (possible.figures, possible.undefined, possible.not_stated) == (
        Interval(1, 1),
        True,
        False,
    )
    assert possible.dependencies == ASKED


def test_a_word_that_is_not_declared_has_the_cell_of_all_others() -> None:
    table: dict[str | None, Possible] = {"large": number(1), UNDECLARED_WORD: number(7)}
    assert look_up_cell(table, word("retail")) == number(7)
    assert look_up_cell({"large": number(1)}, word("large")) == number(1)


UNSURE: Final = Verdict(None, Dependencies(frozenset({MissingInput("employer.listed")})))


@pytest.mark.parametrize(
    "exceptions, interval, needs, conflict",
    [
        ([], (1, 1), set(), False),
        ([(FAILED, number(2))], (1, 1), set(), False),
        ([(HELD, number(2))], (2, 2), set(), False),
        ([(OPEN, number(2))], (1, 2), {"employer.size"}, False),
        ([(HELD, number(2)), (FAILED, number(3))], (2, 2), set(), False),
        ([(HELD, number(2)), (OPEN, number(3))], (2, 3), {"employer.size"}, False),
        ([(HELD, number(2)), (HELD, number(2))], (2, 2), set(), False),
        ([(HELD, number(2)), (HELD, number(3))], (2, 3), set(), True),
        (
            [(OPEN, number(2)), (UNSURE, number(3))],
            (1, 3),
            {"employer.size", "employer.listed"},
            False,
        ),
        ([(OPEN, number(1))], (1, 1), set(), False),
    ],
)
def test_a_value_is_all_that_its_texts_in_force_span(
    exceptions: list[tuple[Verdict, Possible]],
    interval: tuple[int, int],
    needs: set[str],
    conflict: bool,
) -> None:
    possible = apply_value_exceptions("share", number(1), exceptions)
    assert possible.interval == Interval(*interval)
    assert {need.fact for need in possible.dependencies.missing_inputs} == needs
    assert possible.dependencies.indeterminacies == (
        {Indeterminacy("share", "conflict")} if conflict else set()
    )


@pytest.mark.parametrize(
    "first, other, conflict",
    [
        (word("a"), word("b"), True),
        (word("a"), word("a"), False),
        (Possible(frozenset({"a", "b"})), word("b"), False),
        (Possible(Interval(1, 3)), Possible(Interval(3, 4)), False),
        (Possible(Interval(1, 2)), Possible(Interval(3, 4)), True),
        (Possible(None, not_stated=True), number(1), False),
        (number(1), Possible(None, not_stated=True), False),
    ],
)
def test_two_texts_conflict_where_nothing_is_possible_by_both(
    first: Possible, other: Possible, conflict: bool
) -> None:
    rule = number(1) if isinstance(first.figures or other.figures, Interval) else word("a")
    possible = apply_value_exceptions("share", rule, [(HELD, first), (HELD, other)])
    assert (Indeterminacy("share", "conflict") in possible.dependencies.indeterminacies) is conflict


@pytest.mark.parametrize(
    "kind, n, members, expected",
    [
        ("all", 0, [True, True], True),
        ("all", 0, [True, None], None),
        ("all", 0, [False, None], False),
        ("any", 0, [True, None], True),
        ("any", 0, [False, False], False),
        ("none", 0, [False, False], True),
        ("none", 0, [True, None], False),
        ("none", 0, [False, None], None),
        ("at_least", 2, [True, True, None], True),
        ("at_least", 2, [True, False, None], None),
        ("at_least", 2, [True, False, False], False),
    ],
)
def test_a_group_joins_the_verdicts_of_its_members(
    kind: str, n: int, members: list[Truth], expected: Truth
) -> None:
    verdicts = [OPEN if truth is None else Verdict(truth) for truth in members]
    group = Group(kind, tuple("abc"[: len(members)]), n)
    assert evaluate_group(group, verdicts).truth is expected


A, B = BoolTest(FactRef("employer.listed")), BoolTest(FactRef("employer.paid"))


@pytest.mark.parametrize(
    "node, a, b, expected",
    [
        (A, True, None, True),
        (Not(A), True, None, False),
        (Not(A), None, None, None),
        (And((A, B)), True, True, True),
        (And((A, B)), True, None, None),
        (And((A, B)), None, False, False),
        (Or((A, B)), None, True, True),
        (Or((A, B)), False, None, None),
        (Not(Or((A, B))), False, False, True),
    ],
)
def test_a_test_joins_the_verdicts_of_its_atoms(
    node: Test, a: Truth, b: Truth, expected: Truth
) -> None:
    def atom(operand: Atom) -> Verdict:
        truth = a if operand == A else b
        return OPEN if truth is None else Verdict(truth)

    assert evaluate_test(node, atom).truth is expected


# --- values that a fact may state ----------------------------------------------------------------

COMPUTED: Final = Possible(
    Interval(0, 1),
    dependencies=Dependencies(
        frozenset({MissingInput("employer.laid_off"), MissingInput("employer.headcount")})
    ),
)


@pytest.mark.parametrize(
    "computed, given, places, expected, readings, is_error",
    [
        # The same, or within what is computed.
        (number(Fraction(1, 5)), Fraction(1, 5), 4, (Fraction(1, 5), Fraction(1, 5)), False, False),
        (COMPUTED, Fraction(1, 5), 4, (Fraction(1, 5), Fraction(1, 5)), False, False),
        (COMPUTED, 0, 4, (0, 0), False, False),
        (COMPUTED, 1, 4, (1, 1), False, False),
        # The computed one rounded: both are true.
        (
            number(Fraction(1, 7)),
            Fraction(1429, 10000),
            4,
            (Fraction(1, 7), Fraction(1429, 10000)),
            True,
            False,
        ),
        (
            number(Fraction(2, 7)),
            Fraction(2857, 10000),
            4,
            (Fraction(2857, 10000), Fraction(2, 7)),
            True,
            False,
        ),
        # Not rounded, but another figure.
        (number(Fraction(1, 7)), Fraction(1430, 10000), 4, None, False, True),
        (number(Fraction(1, 7)), Fraction(1429, 10000), None, None, False, True),
        (COMPUTED, Fraction(3, 2), 4, None, False, True),
        (COMPUTED, Fraction(10001, 10000), 2, None, False, True),
    ],
)
def test_a_given_figure_agrees_with_what_is_computed_or_with_it_rounded(
    computed: Possible,
    given: Fraction | int,
    places: int | None,
    expected: tuple[Fraction | int, Fraction | int] | None,
    readings: bool,
    is_error: bool,
) -> None:
    rules = ruleset()
    situation = Situation({"employer.layoff_rate": KnownFact(given, places)})
    on = rules.in_force.from_
    assert on is not None
    resolved = resolve_value(rules.values["rate"], computed, situation, dated(rules, on))
    assert (resolved.error is not None) is is_error
    assert (resolved.rounding_candidates is not None) is readings
    if expected is not None:
        assert resolved.possible.interval == Interval(*expected)
    if resolved.error is not None:
        assert resolved.possible == number(given)


def test_while_it_is_not_given_the_fact_may_be_asked_for_in_the_place_of_the_others() -> None:
    rules = ruleset()
    on = rules.in_force.from_
    assert on is not None
    possible = resolve_value(
        rules.values["rate"], COMPUTED, Situation({}), dated(rules, on)
    ).possible
    need = MissingInput("employer.layoff_rate", ("employer.headcount", "employer.laid_off"))
    assert possible.dependencies == Dependencies(frozenset({need}))
    assert possible.interval == COMPUTED.interval
    known = resolve_value(rules.values["rate"], number(1), Situation({}), dated(rules, on)).possible
    assert (known, known.dependencies) == (number(1), NO_DEPENDENCIES)


def test_what_cannot_be_computed_may_be_given_as_any_figure() -> None:
    rules = ruleset()
    on = rules.in_force.from_
    assert on is not None
    nothing = Possible(None, undefined=True, dependencies=COMPUTED.dependencies)
    possible = resolve_value(
        rules.values["rate"], nothing, Situation({}), dated(rules, on)
    ).possible
    assert (possible.interval, possible.undefined) == (Interval(0, 1), True)
    assert Indeterminacy("rate", "division_by_zero") in possible.dependencies.indeterminacies
    given = Situation({"employer.layoff_rate": KnownFact(Fraction(1, 2), 2)})
    stated = resolve_value(rules.values["rate"], nothing, given, dated(rules, on))
    assert (stated.possible, stated.error) == (number(Fraction(1, 2)), None)
