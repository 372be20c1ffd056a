"""What looks into lists means the same compiled as it does in the reference.

One ruleset has everything of the language that does so; facts are drawn to where it turns.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.compiled.sample_policies import hiring
from tests.support.engine_names import ENGINES
from tests.support.scale import scaled

from policyrules.api.policy import DatedPolicy
from policyrules.errors import FactsError
from policyrules.testing.properties.strategies import days_for, facts_for

POLICY: Final = hiring()


def decided(dated: DatedPolicy, facts: Mapping[str, Any], engine: Any, kernel: str | None) -> Any:
    """Everything that a decision says, without what names the engine; or what the facts break."""
    try:
        data = dated.decide(facts, engine=engine, kernel=kernel).to_dict()
    except FactsError as error:
        return error.to_dict()
    for name in ("engine", "kernel", "receipt_hash"):
        del data["receipt"][name]
    return data


@pytest.mark.slow
@pytest.mark.parametrize("unknown", [False, True])
@given(data=st.data())
@settings(max_examples=scaled(50, long=3_000))
def test_every_engine_decides_hires_alike(unknown: bool, data: st.DataObject) -> None:
    dated = POLICY.on(data.draw(days_for(POLICY.ruleset)))
    facts = data.draw(facts_for(POLICY.ruleset, unknown=unknown))
    first, *others = (decided(dated, facts, *engine) for engine in ENGINES)
    assert others == [first] * len(others)


def test_known_hires_are_decided_by_the_compiled_engine() -> None:
    """Without this the reference would decide them, and agreement would prove nothing."""
    from datetime import date

    dated = POLICY.on(date(2022, 11, 25))
    hire = {
        "hired_on": "2022-07-01",
        "born_on": "2003-02-28",
        "graduated": "2022",
        "level": "low",
        "months": ["2022-09", "2022-10"],
        "share": "75%",
        "subsidy_paid": False,
    }
    cases = [
        {
            "employer": {"kind": "enterprise", "headcount": 3, "stops": [], "papers": ["plan"]},
            "hires": [{"id": f"p{n}", **hire, "wage": wage} for n, wage in enumerate(wages)],
        }
        for wages in ([], ["0"], ["100.50"], ["100.50", "0.05", "1999.99"])
    ]
    exact = dated._decider.program.exact
    seen = Counter[str]()
    for _ in range(scaled(1, 3)):
        for case in cases:
            situation = POLICY.intake.read(case)
            result = exact(situation)
            assert result is not None
            seen[dated.decide(case, engine="reference").status] += 1
            assert result[0] == (dated.decide(case, engine="reference").status == "eligible")
    assert set(seen) == {"eligible", "ineligible"}
