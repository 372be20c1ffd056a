"""The other shipped policies against a decision by hand, on both engines and both kernels.

As with the refund, cases are drawn to the boundaries, with facts left out, and the systematic
boundaries come on top. `POLICYRULES_PROFILE=long` runs 100,000 drawn cases of each policy.
"""

import random
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import date
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from tests.oracle import boundary_hires, boundary_retention, boundary_titles
from tests.oracle.oracle import expansion_subsidy, retention_subsidy, senior_title
from tests.support.scale import scaled
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Policy, kernel_name

ENGINES = [("reference", None), ("forward", "fixpoint")]
if kernel_name() == "durable_rules":
    ENGINES.append(("forward", "durable_rules"))

STATES = ("held", "failed", "unknown", "excluded")


class Judged(NamedTuple):
    """A ruleset, who decides it by hand, where its cases come from, and how it is compared.

    `particulars` takes from a decision of the package what it has besides status and conditions.
    """

    ruleset: str
    by_hand: Callable[[Mapping[str, Any], date], dict[str, Any]]
    cases: ModuleType
    particulars: Callable[[Any], dict[str, Any]]
    n_boundaries: int


def amount(decision: Any) -> dict[str, Any]:
    """The amount, without its name and unit."""
    kept = ("status", "value", "min", "max", "may_be_not_stated")
    return {name: getattr(decision.amount, name) for name in kept}


def of_retention(decision: Any) -> dict[str, Any]:
    """The routes met and the amount."""
    return {
        "routes": sorted(decision.conditions.met_by.get("route", ())),
        "amount": amount(decision),
    }


def of_expansion(decision: Any) -> dict[str, Any]:
    """What became of each hire, and the amount."""
    hires = {
        key: {
            "status": hire.status,
            **{state: sorted(getattr(hire, state)) for state in STATES},
            "routes": sorted(hire.routes),
        }
        for key, hire in decision.items.get("hires", {}).items()
    }
    return {"hires": hires, "amount": amount(decision)}


def of_title(decision: Any) -> dict[str, Any]:
    """What follows: for everybody, for each use of the title and for each piece of evidence."""
    assert decision.amount is None
    follows, items = decision.consequences, decision.items
    general = ("paper_required", "counts_toward_general_post_ratio")
    uses, pieces = items.get("title_uses", {}), items.get("applicant.evidence", {})
    if decision.status == "ineligible":  # the items are there, and nothing is said of them
        assert not any(item.values for item in (*uses.values(), *pieces.values()))
        uses, pieces = {}, {}
    return {
        "consequences": {name: truth(follows[name]) for name in general if name in follows},
        "valid": {key: truth(use.values["valid"]) for key, use in uses.items()},
        "evidence": {key: truth(piece.values["evidence"]) for key, piece in pieces.items()},
    }


def truth(shown: Any) -> bool | None:
    """A yes or a no; None where it is open or not stated."""
    data = shown.data()
    return data if isinstance(data, bool) else None


POLICIES = [
    Judged(
        "cn-nm/retention-training-subsidy",
        retention_subsidy,
        boundary_retention,
        of_retention,
        n_boundaries=500,
    ),
    Judged(
        "cn-nm/job-expansion-subsidy",
        expansion_subsidy,
        boundary_hires,
        of_expansion,
        n_boundaries=240,
    ),
    Judged(
        "cn-nm/grassroots-senior-title",
        senior_title,
        boundary_titles,
        of_title,
        n_boundaries=400,
    ),
]


@pytest.fixture(scope="module", params=POLICIES, ids=lambda judged: judged.ruleset)
def judged(request: pytest.FixtureRequest) -> Judged:
    """One of the policies."""
    judged_policy: Judged = request.param
    return judged_policy


@pytest.fixture(scope="module")
def policy(judged: Judged) -> Policy:
    """Its ruleset as shipped."""
    return shipped(judged.ruleset)


def by_package(
    judged: Judged, policy: Policy, facts: Mapping[str, object], on: date, *engine: str | None
) -> dict[str, Any]:
    """What the package decides, in the oracle's form; `engine` is an engine and its kernel."""
    name, kernel = engine
    given = judged.cases.to_package(facts)
    try:
        decision: Any = policy.on(on).decide(given, engine=name, kernel=kernel)  # type: ignore[arg-type]  # one of the two
    except (policyrules.FactsError, policyrules.NotInForce) as error:
        return {"error": error.code}
    return {
        "status": decision.status,
        **{state: sorted(getattr(decision.conditions, state)) for state in STATES},
        **judged.particulars(decision),
    }


def by_hand(judged: Judged, facts: Mapping[str, object], on: date) -> dict[str, Any]:
    """What the oracle decides; how many hires count shows in the package only with a figure."""
    decided = judged.by_hand(facts, on)
    return {name: part for name, part in decided.items() if name != "count"}


@pytest.mark.parametrize("engine, kernel", ENGINES)
def test_every_boundary_is_decided_as_by_hand(
    judged: Judged, policy: Policy, engine: str, kernel: str | None
) -> None:
    n_cases = 0
    for name, facts, on, _ in judged.cases.every_boundary():
        n_cases += 1
        answer = by_package(judged, policy, facts, on, engine, kernel)
        assert answer == by_hand(judged, facts, on), f"{name}: {facts} on {on}"
    assert n_cases >= judged.n_boundaries


@pytest.mark.slow
def test_drawn_cases_are_decided_as_by_hand(judged: Judged, policy: Policy) -> None:
    rng = random.Random(20221125)
    n_cases, answers = scaled(600, 100_000), Counter[str]()
    for _ in range(n_cases):
        facts, on = judged.cases.case(rng)
        expected = by_hand(judged, facts, on)
        answers[str(expected.get("status", expected.get("error")))] += 1
        for engine, kernel in ENGINES:
            answer = by_package(judged, policy, facts, on, engine, kernel)
            assert answer == expected, f"{engine} {kernel}: {facts} on {on}"
    rare = {name: n for name, n in answers.items() if n * 10 < n_cases}
    assert not rare.keys() & {"eligible", "ineligible", "undetermined"}, dict(answers)
