"""Decisions with several amounts: by name, one by one, in every part that a caller reads."""

import json
import pickle
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from tests.support.engine_names import ENGINES

import policyrules
from policyrules.api.policy import DatedPolicy
from policyrules.decisions.decision import Decision
from policyrules.explain.open_results import has_final_answer

SETTLEMENT: Final = Path(__file__).parents[2] / "docs/examples/settlement/xx/contribution.yaml"
WORKER: Final = {"wages": "100000.01", "paid": 8500, "paid_by_employer": 15000}


@pytest.fixture(scope="module")
def settlement() -> DatedPolicy:
    return policyrules.load(SETTLEMENT).on("2025-06-01")


def decided(settlement: DatedPolicy, **changes: Any) -> Decision:
    worker = {name: value for name, value in {**WORKER, **changes}.items() if value is not None}
    return settlement.decide({"worker": worker})


def test_each_amount_stands_under_its_name(settlement: DatedPolicy) -> None:
    decision = decided(settlement)
    assert list(decision.amounts) == ["employer_part", "worker_part"]
    employer, worker = decision.amounts.values()
    assert (employer.value, worker.value) == (1000, -500)
    assert worker.paid_to is not None
    assert worker.paid_to.zh == "个人账户"
    with pytest.raises(TypeError, match="this mapping is frozen"):
        decision.amounts["other"] = worker  # type: ignore[index]


def test_several_amounts_are_no_single_amount(settlement: DatedPolicy) -> None:
    decision = decided(settlement)
    words = "several amounts has no `amount`: read `amounts`, .* `employer_part`, `worker_part`"
    with pytest.raises(AttributeError, match=words):
        _ = decision.amount
    assert "amount" not in decision.to_dict()
    assert "amount" not in decision.receipt.outcome


def test_the_only_amount_stands_under_its_name_as_well() -> None:
    refund = policyrules.load("cn-nm/job-stabilisation-refund").on("2022-11-25").decide({})
    assert refund.amount is not None
    assert dict(refund.amounts) == {refund.amount.name: refund.amount}
    assert "amounts" not in refund.to_dict()


def test_a_ruleset_without_an_amount_has_no_amounts() -> None:
    benefit = Path(__file__).parents[2] / "docs/examples/unemployment/xx/unemployment-benefit.yaml"
    decision = policyrules.load(benefit).on("2024-03-01").decide({})
    assert decision.amount is None
    assert decision.amounts == {}
    assert decision.to_dict()["amount"] is None


def test_one_amount_is_exact_while_another_is_open(settlement: DatedPolicy) -> None:
    decision = decided(settlement, paid_by_employer=None)
    assert [amount.status for amount in decision.amounts.values()] == ["range", "exact"]
    assert [missing.fact for missing in decision.missing] == ["worker.paid_by_employer"]
    assert not has_final_answer(decision)
    assert has_final_answer(decided(settlement))


def test_each_open_amount_has_its_own_bounds(settlement: DatedPolicy) -> None:
    bounds = {
        name: (amount.min, amount.max)
        for name, amount in decided(settlement, wages=None).amounts.items()
    }
    assert bounds == {"employer_part": (None, 13800), "worker_part": (None, 5900)}


@pytest.mark.parametrize("paid_by_employer", [15000, None])
def test_every_engine_decides_every_amount_alike(
    settlement: DatedPolicy, paid_by_employer: int | None
) -> None:
    expected = decided(settlement, paid_by_employer=paid_by_employer).to_dict()["amounts"]
    worker = {**WORKER, "paid_by_employer": paid_by_employer}
    for engine, kernel in ENGINES:
        decision = settlement.decide({"worker": worker}, engine=engine, kernel=kernel)  # type: ignore[arg-type]
        assert decision.to_dict()["amounts"] == expected, (engine, kernel)


def test_a_stream_decides_every_amount(settlement: DatedPolicy) -> None:
    facts = [{"worker": {**WORKER, "paid": paid}} for paid in range(8000, 8010)]
    stream = settlement.decide_many(facts)
    for case, decision in zip(facts, stream, strict=True):
        assert isinstance(decision, Decision)
        assert decision.amounts == settlement.decide(case).amounts
        assert decision.receipt.engine == "compiled"


def test_a_decision_with_several_amounts_is_sent_and_stays_the_same(
    settlement: DatedPolicy,
) -> None:
    for decision in (decided(settlement), *settlement.decide_many([{"worker": WORKER}])):
        received = pickle.loads(pickle.dumps(decision))  # noqa: S301 - its own bytes
        assert received == decision
        assert received.to_dict() == decision.to_dict()
        json.dumps(received.to_dict())


def test_a_replay_names_the_amount_that_differs(settlement: DatedPolicy) -> None:
    receipt = decided(settlement).receipt
    assert policyrules.replay(receipt, policy=SETTLEMENT).differences == ()
    amounts = receipt.outcome["amounts"]
    changed = {**amounts, "worker_part": {**amounts["worker_part"], "value": "-501.00"}}
    altered = attrs.evolve(receipt, outcome={**receipt.outcome, "amounts": changed})
    names = [each.name for each in policyrules.replay(altered, policy=SETTLEMENT).differences]
    assert names == ["amounts.worker_part.value"]


def test_an_explanation_says_each_amount_and_to_whom_it_goes(settlement: DatedPolicy) -> None:
    decision = decided(settlement)
    assert "单位补缴（负数为退还）（付给统筹基金）：1,000.00 元\n" in decision.explain("zh")
    english = decision.explain("en")
    assert "Employer's part to pay (refund if negative) (to: the pooled fund): 1,000.00" in english
    assert "(to: the personal account): -500.00 CNY\n  before rounding: -499.9992 CNY" in english
    page = decision._repr_html_()
    assert page.count("<td>金额</td>") == 2


def test_assumed_facts_settle_the_amounts_that_read_them(settlement: DatedPolicy) -> None:
    decision = settlement.decide(
        {"worker": {"wages": 100000, "paid": 8500}},
        assuming={"worker": {"paid_by_employer": 0}},
    )
    assert [amount.value for amount in decision.amounts.values()] == [16000, -500]
    assert [fact.fact for fact in decision.assumed] == ["worker.paid_by_employer"]
    assert [missing.fact for missing in decision.missing] == ["worker.paid_by_employer"]
