"""Streams of cases: in order, one at a time, with errors in place, and without keeping cases."""

import gc
import pickle
import tracemalloc
from collections.abc import Callable, Iterator
from copy import copy, deepcopy
from datetime import date
from fractions import Fraction
from itertools import islice
from typing import Any, Final

import attrs
import pytest
from tests.engines.compiled.sample_policies import FIRM
from tests.support.scale import scaled
from tests.support.shipped import shipped

from policyrules import Decision, FactsError
from policyrules.api.policy import DatedPolicy, Engine

ON: Final = date(2022, 11, 25)
CASES: Final[list[dict[str, Any]]] = [
    FIRM,
    {**FIRM, "employer.laid_off": 7},
    {**FIRM, "employer.laid_of": 7},
    {**FIRM, "employer.layoff_rate": "50%"},
    {**FIRM, "employer.size": "none"},
    {**FIRM, "employer.size": None},
    {},
]


@pytest.fixture(scope="module")
def refund() -> DatedPolicy:
    return shipped("cn-nm/job-stabilisation-refund").on(ON)


def comparable(answer: Decision | FactsError) -> object:
    if isinstance(answer, FactsError):
        return answer.to_dict()
    data = answer.to_dict()
    for name in ("engine", "kernel", "receipt_hash"):
        del data["receipt"][name]
    return data


def test_cases_are_decided_in_their_order_and_a_wrong_one_stops_nothing(
    refund: DatedPolicy,
) -> None:
    answers = list(refund.decide_many(CASES))
    statuses = [
        answer.status if isinstance(answer, Decision) else answer.code for answer in answers
    ]
    assert statuses == [
        *("eligible", "ineligible", "invalid-facts", "facts-disagree"),
        *("eligible", "eligible", "undetermined"),
    ]


@pytest.mark.parametrize("engine", ["reference", "forward"])
def test_every_engine_streams_the_same(refund: DatedPolicy, engine: Engine) -> None:
    expected = [comparable(answer) for answer in refund.decide_many(CASES)]
    assert [comparable(answer) for answer in refund.decide_many(CASES, engine=engine)] == expected


def test_a_case_is_taken_when_its_decision_is_asked_for(refund: DatedPolicy) -> None:
    taken = []

    def cases() -> Iterator[dict[str, Any]]:
        for number in range(1_000_000):
            taken.append(number)
            yield {**FIRM, "employer.laid_off": number}

    answers = refund.decide_many(cases())
    assert taken == []
    assert [answer.status for answer in islice(answers, 3) if isinstance(answer, Decision)] == [
        "eligible"
    ] * 3
    assert taken == [0, 1, 2]


def test_an_engine_that_does_not_exist_is_refused_before_any_case(refund: DatedPolicy) -> None:
    with pytest.raises(ValueError, match="no engine"):
        refund.decide_many([], engine="sql")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="kernels"):
        refund.decide_many([], kernel="fixpoint")


def test_cases_may_be_read_beforehand(refund: DatedPolicy) -> None:
    situations = [refund.policy.intake.read(FIRM) for _ in range(3)]
    statuses = [
        answer.status for answer in refund.decide_many(situations) if isinstance(answer, Decision)
    ]
    assert statuses == ["eligible"] * 3


# --- a decision whose parts are made later -----------------------------------------------------


@pytest.mark.parametrize("case", [case for case in CASES if "employer.laid_of" not in case][:2])
def test_a_decision_made_in_parts_is_the_same_decision(
    refund: DatedPolicy, case: dict[str, Any]
) -> None:
    whole = refund.decide(case, engine="reference")
    for name in ("amount", "conditions", "missing", "unsettled", "values", "reasons"):
        parts = refund.decide(case, engine="compiled")
        assert getattr(parts, name) == getattr(whole, name)
    assert refund.decide(case, engine="compiled") == whole
    assert hash(refund.decide(case, engine="compiled")) == hash(whole)
    assert repr(refund.decide(case, engine="compiled")) == repr(whole)
    assert attrs.evolve(refund.decide(case, engine="compiled"), status="eligible").missing == ()


def test_a_part_is_made_once(refund: DatedPolicy) -> None:
    decision = refund.decide(FIRM, engine="compiled")
    assert decision.amount is decision.amount
    assert decision.amount is not None
    assert decision.amount.value == Fraction("1111.10")
    assert decision.amount.unrounded == Fraction("1111.104")
    assert decision.conditions is decision.conditions


def test_a_decision_made_in_parts_is_frozen_and_has_no_other_names(refund: DatedPolicy) -> None:
    decision = refund.decide(FIRM, engine="compiled")
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        decision.status = "ineligible"  # type: ignore[misc]
    with pytest.raises(AttributeError, match="amuont"):
        decision.amuont  # type: ignore[attr-defined]  # noqa: B018 - asked for to be refused


def sent(decision: Decision) -> Decision:
    copy = pickle.loads(pickle.dumps(decision))  # noqa: S301 - its own bytes
    assert isinstance(copy, Decision)
    return copy


@pytest.mark.parametrize("copied", [copy, deepcopy, sent])
def test_a_decision_made_in_parts_can_be_copied_and_sent(
    refund: DatedPolicy, copied: Callable[[Decision], Decision]
) -> None:
    decision = copied(refund.decide(FIRM, engine="compiled"))
    whole = refund.decide(FIRM, engine="reference")
    assert decision == whole
    assert decision.reasons == whole.reasons
    assert decision.receipt.facts == whole.receipt.facts


# --- memory ------------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_long_stream_needs_no_more_memory_than_a_short_one(refund: DatedPolicy) -> None:
    n_cases = scaled(2_000, long=200_000)

    def cases() -> Iterator[dict[str, Any]]:
        for number in range(n_cases):
            size = ("small", None, 5, "none")[number % 4]
            yield {**FIRM, "employer.size": size, "employer.premium_paid": number}

    stream = refund.decide_many(cases())
    for _ in islice(stream, n_cases // 10):
        pass
    gc.collect()
    tracemalloc.start()
    before, _ = tracemalloc.get_traced_memory()
    n_errors = sum(isinstance(answer, FactsError) for answer in stream)
    gc.collect()
    after, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert n_errors >= n_cases // 5
    # What Python keeps for reuse, and what its collector leaves for a while; not a case each.
    assert after - before < 1_000_000
    assert peak - before < 5_000_000
