"""Differential tests: engines that agree, and the report of a difference."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast

import attrs
import pytest
from hypothesis import strategies as st
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Engine, make_decider
from policyrules.decisions.decision import Amount, Decision
from policyrules.testing import assert_engines_agree, facts_for

REFUND = shipped("cn-nm/job-stabilisation-refund")
EXPANSION = shipped("cn-nm/job-expansion-subsidy")
DAY = date(2022, 11, 25)
FIRM = {
    "pooling_area.fund_reserve_years": 1,
    "employer": {
        "kind": "enterprise",
        "size": "small",
        "insured_headcount": 30,
        "laid_off": 6,
        "full_paid_months": 12,
        "premium_paid": 100000,
        "dishonesty_listed": False,
        "zombie_listed": False,
        "environment_compliant": True,
    },
}
RIGHT = make_decider(REFUND.ruleset, "compiled")


def too_generous(on: date, facts: Mapping[str, object]) -> Decision:
    """Decides as the ruleset does, and adds one yuan to every refund."""
    decision = RIGHT(on, facts)
    amount = decision.amount
    if amount is None or amount.value is None:
        return decision
    return cast("Decision", _ChangedAmount(decision, attrs.evolve(amount, value=amount.value + 1)))


def crashing(on: date, _: Mapping[str, object]) -> Decision:
    raise RuntimeError(f"no answer on {on}")


class _ChangedAmount:
    """A decision with another amount."""

    def __init__(self, decision: Decision, amount: Amount) -> None:
        self.status = decision.status
        self.amounts = {amount.name: amount}
        self._data = decision.to_dict() | {"amount": amount.to_dict()}

    def to_dict(self) -> dict[str, Any]:
        return self._data


# --- agreeing ------------------------------------------------------------------------------------


def test_all_engines_answer_cases_alike_and_the_questions_are_counted() -> None:
    firms: list[dict[str, Any]] = [
        FIRM,
        {},
        {"employer.laid_of": 6},
        {"employer.layoff_rate": "23%"},
    ]
    assert assert_engines_agree(REFUND, cases=firms, on=DAY) == 4
    assert assert_engines_agree(REFUND.ruleset, cases=iter(firms), on=date(2030, 1, 1)) == 4
    assert assert_engines_agree(REFUND, cases=[FIRM]) == 3  # on each day on which anything begins


@pytest.mark.parametrize("policy", [REFUND, EXPANSION], ids=lambda policy: policy.id)
def test_all_engines_answer_drawn_facts_alike(policy: policyrules.Policy) -> None:
    assert assert_engines_agree(policy, examples=20) >= 20


def test_facts_may_be_drawn_by_another_strategy() -> None:
    engines: tuple[Engine, ...] = ("reference", "compiled")
    laid_off = st.integers(0, 40).map(lambda n: {"employer.laid_off": n})
    assert assert_engines_agree(REFUND, cases=laid_off, on=DAY, engines=engines, examples=10) >= 10


# --- disagreeing ---------------------------------------------------------------------------------


def test_a_difference_is_reported_with_the_facts_that_it_needs_and_each_answer() -> None:
    with pytest.raises(AssertionError) as caught:
        assert_engines_agree(
            REFUND, cases=[{}, FIRM], on=DAY, engines={"ours": RIGHT, "theirs": too_generous}
        )
    assert str(caught.value) == (
        "the engines disagree about cn-nm/job-stabilisation-refund on 2022-11-25\n"
        "facts:\n"
        "    pooling_area.fund_reserve_years: 1\n"
        "    employer:\n"
        "        kind: enterprise\n"
        "        size: small\n"
        "        insured_headcount: 30\n"
        "        laid_off: 6\n"
        "        full_paid_months: 12\n"
        "        premium_paid: 100000\n"
        "        dishonesty_listed: False\n"
        "        zombie_listed: False\n"
        "        environment_compliant: True\n"
        "outcome:\n"
        "    ours    eligible, 90000.00 CNY\n"
        "    theirs  eligible, 90001.00 CNY\n"
        "first difference, amount.value:\n"
        "    ours    90000.00\n"
        "    theirs  90001.00"
    )


def test_a_difference_in_drawn_facts_is_shrunk() -> None:
    facts = facts_for(REFUND.ruleset, unknown=False).map(lambda drawn: {**drawn, **FIRM_FLAT})
    with pytest.raises(AssertionError) as caught:
        assert_engines_agree(REFUND, cases=facts, engines={"ours": RIGHT, "theirs": too_generous})
    assert "employer.laid_off: 0" in str(caught.value)
    assert "headcount" not in str(caught.value)


FIRM_FLAT = {
    **{
        f"employer.{name}": value
        for name, value in cast("dict[str, Any]", FIRM["employer"]).items()
    },
    "pooling_area.fund_reserve_years": 1,
    "employer.laid_off": 0,
    "employer.layoff_rate": None,
}


def test_what_crashes_disagrees_even_if_all_do() -> None:
    with pytest.raises(AssertionError, match=r"RuntimeError: no answer on 2022-11-25") as caught:
        assert_engines_agree(
            REFUND, cases=[FIRM], on=DAY, engines={"ours": RIGHT, "theirs": crashing}
        )
    assert "none is known" in str(caught.value)
    with pytest.raises(AssertionError):
        assert_engines_agree(
            REFUND, cases=[FIRM], on=DAY, engines={"ours": crashing, "theirs": crashing}
        )


# --- questions that are none ---------------------------------------------------------------------


def test_without_a_case_or_without_two_engines_there_is_nothing_to_compare() -> None:
    with pytest.raises(ValueError, match="there is no case to decide"):
        assert_engines_agree(REFUND, cases=[])
    with pytest.raises(ValueError, match="name at least two engines"):
        assert_engines_agree(REFUND, engines=["compiled"])
