"""Batches: decided by the compiled engine, with the reference engine as a fallback."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import attrs
import pytest
from tests.engines.compiled.sample_policies import FIRM
from tests.support.shipped import shipped

import policyrules
from policyrules import Decision, EngineError
from policyrules.api.policy import DatedPolicy
from policyrules.engines.compiled import CompiledEngine, FastResult
from policyrules.outcome.batch import BatchDecider

DECIDED_BY: Final[Mapping[str, Mapping[str, Any]]] = {
    "compiled": FIRM,
    "reference": {name: value for name, value in FIRM.items() if name != "employer.size"},
}
"""Facts by the engine that decides them: with one fact unknown there is a range to compute."""


@pytest.fixture(scope="module")
def refund() -> DatedPolicy:
    return shipped("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))


@pytest.mark.parametrize("engine", DECIDED_BY)
def test_a_receipt_names_the_engine_that_decided(refund: DatedPolicy, engine: str) -> None:
    (decision,) = refund.decide_many([DECIDED_BY[engine]])
    assert isinstance(decision, Decision)
    assert (decision.receipt.engine, decision.receipt.kernel) == (engine, engine)


@pytest.mark.parametrize("engine", DECIDED_BY)
def test_a_receipt_of_a_stream_replays_without_a_note(refund: DatedPolicy, engine: str) -> None:
    (decision,) = refund.decide_many([DECIDED_BY[engine]])
    assert isinstance(decision, Decision)
    replayed = policyrules.replay(decision.receipt)
    assert (replayed.differences, replayed.notes) == ((), ())


@pytest.mark.parametrize("part", ["values", "consequences", "notices", "reasons", "items"])
@pytest.mark.parametrize(
    "wrong, named",
    [
        ({0: False}, "the status"),
        ({2: 999}, "the amounts"),
        ({1: (False,) * 7}, "the conditions"),
    ],
)
def test_no_explanation_of_another_decision_is_given(
    refund: DatedPolicy, part: str, wrong: dict[int, Any], named: str
) -> None:
    batch = BatchDecider(CompiledEngine(), refund.dated, "")
    situation = refund.policy.intake.read(FIRM)
    right = batch.program.exact(situation)
    assert right is not None
    answer: FastResult = tuple(wrong.get(place, value) for place, value in enumerate(right))
    batch._exact = lambda _: answer
    decision = batch.decide(situation)
    with pytest.raises(EngineError, match=f"error in the compiled engine, .*: {named} of"):
        getattr(decision, part)


def test_a_decision_of_the_compiled_engine_that_is_explained_stays_the_same(
    refund: DatedPolicy,
) -> None:
    decision = refund.decide(FIRM, engine="compiled")
    before = (decision.status, decision.amount, decision.conditions)
    assert decision.reasons
    assert (decision.status, decision.amount, decision.conditions) == before
    assert attrs.evolve(decision) == decision
