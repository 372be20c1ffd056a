"""Mutants and thresholds: read off the ruleset itself, each a change that somebody could make."""

import policyrules
from policyrules.testing.mutants import mutants
from policyrules.testing.thresholds import thresholds

REFUND = policyrules.load("cn-nm/job-stabilisation-refund").ruleset


def test_a_mutant_differs_in_one_place_and_says_which() -> None:
    found = list(mutants(REFUND))
    assert len({str(one) for one in found}) == len(found)
    assert all(one.ruleset != REFUND or _differs(one.ruleset) for one in found)


def _differs(other: object) -> bool:
    """Mappings are no part of the equality of a ruleset; its text is."""
    return repr(other) != repr(REFUND)


def test_every_kind_of_slip_has_its_mutant() -> None:
    told = {str(one) for one in mutants(REFUND)}
    for slip in (
        "in_force: `to` 2022-12-31 becomes 2023-01-01",
        "subject_kinds: `law_firm` is left out",
        "subject_kinds: `other` is added",
        "fund_reserve_min: 1 becomes 1.0001",
        "small_employer_cap: 20 % becomes 21 %",
        "refund_rate: for `large` 50 % becomes 49 % from 2022-11-10",
        "refund_rate: the row from 2022-11-10 begins on 2022-11-09",
        "class_of_size: for `large` `large` becomes `sme`",
        "small-employer: the exception is left out",
        "small-employer: when: `<=` becomes `<`",
        "layoffs: `<=` becomes `<`",
        "layoff_rate: `employer.layoff_rate` no longer states it",
        "eligible: `layoffs` is left out",
        "eligible: `all` becomes `any`",
        "refund: `half_up` becomes `down`",
    ):
        assert slip in told, slip


def test_the_figures_at_which_the_refund_turns() -> None:
    found = {name: [str(one) for one in figures] for name, figures in thresholds(REFUND).items()}
    assert found["employer.insured_headcount"] == ["30"]
    assert found["employer.full_paid_months"] == ["12"]
    assert found["employer.layoff_rate"] == ["11/200", "1/5"]
    assert found["pooling_area.fund_reserve_years"] == ["1"]
    assert found["employer.premium_paid"] == []
