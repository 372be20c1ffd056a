"""What a caller's type checker sees: mypy reads this file in the gate; nothing here is run."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import Any, Literal, assert_type

import policyrules
from policyrules import (
    Amount,
    DatedPolicy,
    Decision,
    MissingFact,
    Policy,
    Reason,
    Receipt,
    Replay,
    ReplayDifference,
)

policy = policyrules.load("cn-nm/job-stabilisation-refund")
assert_type(policy, Policy)
assert_type(policy.id, str)

dated = policy.on(date(2022, 11, 25))
assert_type(dated, DatedPolicy)

decision = dated.decide({"employer": {"laid_off": 6}}, engine="reference")
assert_type(decision, Decision)
assert_type(decision.status, Literal["eligible", "ineligible", "undetermined"])
assert_type(decision.amount, Amount | None)
assert_type(decision.missing, tuple[MissingFact, ...])
assert_type(decision.reasons, Mapping[str, Reason])
assert_type(decision.receipt, Receipt)
assert_type(decision.explain("en"), str)
assert_type(decision.to_dict(), dict[str, Any])
for answer in dated.decide_many([{"employer": {"laid_off": 6}}], engine="compiled"):
    assert_type(answer, Decision | policyrules.FactsError)
assert_type(dated.python_source(), str)
if decision.amount is not None:
    assert_type(decision.amount.value, int | Fraction | None)

replay = policyrules.replay(decision.receipt, facts={"employer.laid_off": 6}, policy=policy)
assert_type(replay, Replay)
assert_type(replay.is_same, bool)
assert_type(replay.differences, tuple[ReplayDifference, ...])
assert_type(replay.decision, Decision | None)
assert_type(policyrules.Receipt.from_dict(decision.receipt.to_dict()), Receipt)

dated.decide({}, engine="sql")  # type: ignore[arg-type]  # no such engine
decision.explain(1)  # type: ignore[arg-type]  # a language tag is a text
amuont = decision.amuont  # type: ignore[attr-defined]  # parts made later have names too
decision.status = "eligible"  # type: ignore[misc]  # decisions are frozen
