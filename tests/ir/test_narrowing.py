"""A `when` cuts the ranges of the facts that its exception reads."""

from fractions import Fraction
from typing import Final

import attrs
import pytest

from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import File
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.situation import KnownFact, Situation
from policyrules.evaluation.terms import TermEvaluator
from policyrules.ir.narrowing import cuts_of, implied_tests, narrow
from policyrules.ir.nodes import (
    And,
    Compare,
    Count,
    Cut,
    FactRef,
    IsNone,
    ListRef,
    Not,
    Number,
    Or,
    ParameterRef,
    Test,
)
from policyrules.values.possible import Interval

MONTHS, LOW, HIGH = FactRef("person.months"), ParameterRef("low"), ParameterRef("high")
BELOW, AT_LEAST = Compare("<", MONTHS, HIGH), Compare("<=", LOW, MONTHS)
HIRED: Final = Count("hire", ListRef("hires"), IsNone(FactRef("hires.wage")))


@pytest.mark.parametrize(
    "when, cuts",
    [
        (BELOW, (Cut("<", HIGH),)),
        (AT_LEAST, (Cut(">=", LOW),)),
        (Compare("==", MONTHS, LOW), (Cut("==", LOW),)),
        (And((AT_LEAST, BELOW)), (Cut(">=", LOW), Cut("<", HIGH))),
        (And((AT_LEAST, And((BELOW, AT_LEAST)))), (Cut(">=", LOW), Cut("<", HIGH))),
        (And((AT_LEAST, Or((BELOW, BELOW)))), (Cut(">=", LOW),)),
        (Or((AT_LEAST, BELOW)), ()),
        (Not(BELOW), ()),
        (Compare("!=", MONTHS, LOW), ()),
        (Compare("<", MONTHS, HIRED), ()),
    ],
)
def test_the_comparisons_of_a_conjunction_cut(when: Test, cuts: tuple[Cut, ...]) -> None:
    assert cuts_of(when).get(MONTHS.name, ()) == cuts


def test_two_compared_facts_cut_each_other() -> None:
    other = FactRef("person.years")
    cuts = cuts_of(Compare("<=", MONTHS, other))
    assert cuts == {MONTHS.name: (Cut("<=", other),), other.name: (Cut(">=", MONTHS),)}


@pytest.mark.parametrize(
    "when, implied",
    [
        (BELOW, ()),
        (And((AT_LEAST, BELOW)), (Compare("<", LOW, HIGH),)),
        (And((AT_LEAST, Compare("<=", MONTHS, HIGH))), (Compare("<=", LOW, HIGH),)),
        (
            And((Compare("==", MONTHS, LOW), Compare("==", MONTHS, HIGH))),
            (Compare("==", LOW, HIGH),),
        ),
    ],
)
def test_a_band_implies_that_its_lower_end_is_below_its_upper_end(
    when: Test, implied: tuple[Compare, ...]
) -> None:
    assert implied_tests(cuts_of(when)) == implied


def test_a_fact_in_a_list_keeps_its_range() -> None:
    count = Count("hire", ListRef("hires"), Compare("<", FactRef("hires.wage"), MONTHS))
    assert narrow(count, cuts_of(BELOW)) == count


def test_what_a_list_counts_has_no_cut_and_the_rest_has() -> None:
    narrowed = narrow(Compare("<", MONTHS, HIRED), cuts_of(BELOW))
    cut = attrs.evolve(MONTHS, cuts=(Cut("<", HIGH),))
    assert narrowed == Compare("<", cut, HIRED)


VOCABULARY = b"""policyrules: 1
subjects:
  person:
    title: {zh: a, en: a}
    facts:
      months: {title: {zh: a, en: a}, type: number, unit: month, places: 1, range: 0..480, none: {zh: b, en: b}}
      years: {title: {zh: a, en: a}, type: number, unit: month, places: 1, range: 0..480}
      ok: {title: {zh: a, en: a}, type: yes_no}
"""
SOURCES = b"policyrules: 1\nsources:\n  s: {title: a, issued: 2022}\n"
RULESET = b"""policyrules: 1
id: cn-nm/bands
title: {zh: a, en: a}
legal_basis: s
in_force: {from: 2022-01-01, cite: s}
uses: [person]
parameters:
  low: {title: {zh: a, en: a}, type: count, unit: month, value: 60, cite: s}
  high: {title: {zh: a, en: a}, type: count, unit: month, value: pending, range: 100..120, cite: s}
  silent: {title: {zh: a, en: a}, type: count, unit: month, value: not_stated, cite: s}
conditions:
  all-read: {title: {zh: a, en: a}, holds: person.years < low and person.years < high and person.years < silent and person.months < low, cite: s}
outcome:
  eligible: {all: [all-read]}
"""


def term_within(when: Test, known: dict[str, KnownFact], fact: FactRef) -> object:
    """The possible value of a fact in an exception with this `when`."""
    files = (
        ("cn-nm/bands.yaml", RULESET),
        ("vocabulary.yaml", VOCABULARY),
        ("sources.yaml", SOURCES),
    )
    ruleset = compile_ruleset(*(File(name, text) for name, text in files)).ruleset
    assert ruleset is not None
    rows = {name: parameter.rows[0] for name, parameter in ruleset.parameters.items()}
    dated = DatedRuleset(ruleset, ruleset.in_force.from_ or pytest.fail("no day"), rows)

    def no_value(name: str) -> None:
        raise AssertionError(name)

    term = narrow(fact, cuts_of(when))
    assert not isinstance(term, Test)
    possible = TermEvaluator(dated, Situation(known), no_value).term(term)  # type: ignore[arg-type]
    return possible.figures, possible.may_be_none


YEARS = FactRef("person.years")


def test_an_unknown_fact_is_cut_at_the_extreme_of_the_term() -> None:
    when = And((Compare("<=", LOW, YEARS), Compare("<", YEARS, HIGH)))
    assert term_within(when, {}, YEARS) == (Interval(60, 120), False)


def test_a_limit_that_the_text_does_not_state_cuts_nothing() -> None:
    assert term_within(Compare("<", YEARS, ParameterRef("silent")), {}, YEARS) == (
        Interval(0, 480),
        False,
    )


def test_a_known_fact_stays_what_it_is() -> None:
    known = {"person.years": KnownFact(Fraction(481, 2), 1)}
    figures = Interval(Fraction(481, 2), Fraction(481, 2))
    assert term_within(Compare("<", YEARS, LOW), known, YEARS) == (figures, False)


def test_a_fact_that_is_compared_is_no_known_absence() -> None:
    assert term_within(Compare("<", MONTHS, LOW), {}, MONTHS) == (Interval(0, 60), False)


def test_an_unknown_fact_cuts_another_at_the_end_of_its_own_range() -> None:
    when = And((Compare("<", YEARS, MONTHS), Compare("<", YEARS, Number(0))))
    known = {"person.months": KnownFact(12, 1)}
    assert term_within(when, known, YEARS) == (Interval(0, 0), False)
