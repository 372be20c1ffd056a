"""Results have no truth value: `if decision:` raises an error, since it would accept a refusal."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from tests.engines.compiled.sample_policies import hiring
from tests.support.shipped import shipped

import policyrules
from policyrules import (
    CaseResult,
    CasesReport,
    Decision,
    FactsError,
    ItemResult,
    PropertyResult,
    Span,
)

ID: Final = "cn-nm/job-stabilisation-refund"
REFUSED: Final = {"employer.layoff_rate": "23%"}
WORDS: Final = frozenset({"status", "is_same", "passed", "truth", "diagnostics"})
"""The fields that state an outcome."""


def refused() -> Decision:
    return shipped(ID).on(date(2022, 11, 25)).decide(REFUSED)


@pytest.fixture(scope="module")
def outcomes() -> dict[str, tuple[object, str]]:
    """Return an object of each public class that states an outcome, and the field to look at."""
    decision = refused()
    path = policyrules.select("job-stabilisation-refund", "cn-nm", "2022-11-25").path
    reasons = list(decision.reasons.values())
    tests = [test for reason in reasons for test in reason.comparisons]
    items = hiring().on(date(2022, 11, 25)).decide({"hires": [{"id": "a"}]}).items
    item = next(entry for of_list in items.values() for entry in of_list.values())
    result = CaseResult(ID, "a case", date(2022, 11, 25), Span.empty_at("a.yaml"), ())
    return {
        "CaseResult": (result, "passed"),
        "PropertyResult": (
            PropertyResult(ID, "a property", Span.empty_at("a.yaml"), (), 1),
            "passed",
        ),
        "Decision": (decision, "status"),
        "ItemDecision": (item, "status"),
        "Replay": (policyrules.replay(decision.receipt), "is_same"),
        "CasesReport": (CasesReport((), (), (), 1, 1, (result,)), "passed"),
        "CheckReport": (policyrules.check_rulesets([path]), "diagnostics"),
        "Reason": (reasons[0], "truth"),
        "Comparison": (tests[0], "truth"),
        "ItemResult": (ItemResult("p1", truth=False), "truth"),
    }


@pytest.mark.parametrize(
    "name",
    [
        "CaseResult",
        "CasesReport",
        "CheckReport",
        "Decision",
        "ItemResult",
        "ItemDecision",
        "PropertyResult",
        "Reason",
        "Replay",
        "Comparison",
    ],
)
def test_an_outcome_is_no_truth_value(outcomes: dict[str, tuple[object, str]], name: str) -> None:
    thing, field = outcomes[name]
    with pytest.raises(TypeError, match=rf"no truth value: .*`\.{field}") as error:
        bool(thing)
    assert "\n" not in str(error.value)


def test_every_public_class_that_states_an_outcome_is_among_them(
    outcomes: dict[str, tuple[object, str]],
) -> None:
    stating = {
        name
        for name in policyrules.__all__
        if isinstance(kind := getattr(policyrules, name), type)
        and not issubclass(kind, Exception)
        and any(hasattr(kind, word) for word in WORDS)
    }
    # An amount may be absent, so `if decision.amount` asks for that; its own `status` is another.
    assert stating - {"Amount"} == set(outcomes)


def test_a_filter_keeps_no_refusal() -> None:
    dated = shipped(ID).on(date(2022, 11, 25))
    answers: list[Decision | FactsError] = list(dated.decide_many([REFUSED]))
    with pytest.raises(TypeError, match=r"`\.status == 'eligible'`"):
        list(filter(None, answers))
