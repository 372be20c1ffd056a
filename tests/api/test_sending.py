"""Policies and decisions can be copied, pickled and sent to other processes."""

import gc
import multiprocessing
import pickle
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from copy import copy, deepcopy
from datetime import date
from typing import Any, Final

import pytest
from tests.engines.compiled.sample_policies import FIRM, hiring
from tests.support.engine_names import ENGINES
from tests.support.shipped import shipped

from policyrules import Decision, Policy, errors
from policyrules.api.policy import DatedPolicy
from policyrules.diagnostics import Diagnostic
from policyrules.engines.forward.durable import KernelMissing
from policyrules.engines.forward.horn import HornProgram, ProgramTooLarge, Rule
from policyrules.errors import FactProblem, PolicyRulesError
from policyrules.text.span import Span
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies
from policyrules.values.possible import Possible

ON: Final = date(2022, 11, 25)
CASES: Final[list[dict[str, Any]]] = [FIRM, {**FIRM, "employer.laid_off": 7}, {}]
HIRES: Final[list[dict[str, Any]]] = [{}, {"hires": [{"id": "a"}, {"id": "b"}]}]


def sent(thing: Any) -> Any:
    result = pickle.loads(pickle.dumps(thing))  # noqa: S301 - its own bytes
    assert isinstance(result, type(thing))
    return result


COPIES: Final = [copy, deepcopy, sent]


def policies() -> list[tuple[Policy, list[dict[str, Any]]]]:
    return [(shipped("cn-nm/job-stabilisation-refund"), CASES), (hiring(), HIRES)]


def whole(decision: Decision) -> tuple[dict[str, Any], str, str]:
    return decision.to_dict(), decision.explain("zh"), decision.explain("en")


# --- in one process ------------------------------------------------------------------------------


@pytest.mark.parametrize("copied", COPIES)
def test_a_copied_policy_decides_the_same(copied: Callable[[Policy], Policy]) -> None:
    for policy, cases in policies():
        before = [whole(policy.on(ON).decide(case)) for case in cases]  # its engines are made
        again = copied(policy)
        assert again == policy
        assert [whole(again.on(ON).decide(case)) for case in cases] == before


@pytest.mark.parametrize("copied", COPIES)
def test_a_policy_on_a_day_is_copied_after_every_engine_was_used(
    copied: Callable[[DatedPolicy], DatedPolicy],
) -> None:
    for policy, cases in policies():
        dated = policy.on(ON)
        assert dated.python_source()
        expected = [
            whole(dated.decide(case, engine=engine, kernel=kernel))  # type: ignore[arg-type]
            for case in cases
            for engine, kernel in ENGINES
        ]
        again = copied(dated)
        assert again == dated
        assert again.day == ON
        assert again.python_source() == dated.python_source()
        assert expected == [
            whole(again.decide(case, engine=engine, kernel=kernel))  # type: ignore[arg-type]
            for case in cases
            for engine, kernel in ENGINES
        ]


@pytest.mark.slow
@pytest.mark.parametrize("copied", COPIES)
@pytest.mark.parametrize("engine, kernel", ENGINES)
@pytest.mark.parametrize("is_looked_at", [False, True])
def test_a_copied_decision_says_the_same(
    copied: Callable[[Any], Any], engine: str, kernel: str | None, is_looked_at: bool
) -> None:
    for policy, cases in policies():
        for case in cases:
            decision = policy.on(ON).decide(case, engine=engine, kernel=kernel)  # type: ignore[arg-type]
            if is_looked_at:
                whole(decision)
            again = copied(decision)
            assert whole(again) == whole(decision)
            assert again == decision
            assert copied(decision.receipt) == decision.receipt
            for part in (decision.items, decision.reasons, decision.amount, decision.missing):
                assert copied(part) == part


def test_a_decision_outlives_the_policy_that_made_it() -> None:
    decision = shipped("cn-nm/job-stabilisation-refund").on(ON).decide(FIRM)
    data = pickle.dumps(decision)
    expected = whole(decision)
    del decision
    gc.collect()
    assert whole(pickle.loads(data)) == expected  # noqa: S301 - its own bytes


@pytest.mark.parametrize("copied", COPIES)
def test_what_is_settled_stays_so(copied: Callable[[Any], Any]) -> None:
    assert copied(NO_DEPENDENCIES) is NO_DEPENDENCIES
    assert copied(Possible(None, may_be_none=True)).dependencies is NO_DEPENDENCIES
    for support in (Dependencies(), Dependencies(frozenset()), NO_DEPENDENCIES):
        assert copied(support) == support


# --- to another process --------------------------------------------------------------------------


def decide(dated: DatedPolicy, case: dict[str, Any]) -> Decision:
    return dated.decide(case)


def decide_all(policy: Policy, cases: list[dict[str, Any]]) -> list[str]:
    answers = policy.on(ON).decide_many(cases)
    return [answer.status if isinstance(answer, Decision) else answer.code for answer in answers]


def refuse(policy: Policy) -> Decision:
    return policy.on(ON).decide({"employer.laid_of": 1, "employer.size": "huge"})


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "forkserver", "fork"])
def test_workers_are_sent_policies_and_send_decisions_back(method: str) -> None:
    if method not in multiprocessing.get_all_start_methods():
        pytest.skip(f"this platform does not {method}")
    context = multiprocessing.get_context(method)
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        for policy, cases in policies():
            dated = policy.on(ON)
            expected = [whole(dated.decide(case)) for case in cases]
            decisions = pool.map(decide, [dated] * len(cases), cases)
            assert [whole(decision) for decision in decisions] == expected
            wrong = {"employer.laid_of": 7}
            statuses = pool.submit(decide_all, policy, [*cases, wrong]).result()
            assert statuses == [*(data["status"] for data, *_ in expected), "invalid-facts"]
        policy, _ = policies()[0]
        with pytest.raises(errors.FactsError) as refused:
            refuse(policy)
        error = pool.submit(refuse, policy).exception()
        assert isinstance(error, errors.FactsError)
        assert error.to_dict() == refused.value.to_dict()


# --- exceptions ----------------------------------------------------------------------------------

PROBLEM: Final = FactProblem("facts-disagree", ("a.b",), "they disagree", "x", "y", "z")
DIAGNOSTIC: Final = Diagnostic("unused", Span("a.yaml", 1, 2, 3, 4), "nothing uses it")
EXCEPTIONS: Final[list[PolicyRulesError]] = [
    errors.RulesetError([DIAGNOSTIC]),
    errors.RulesetNotFound("cn/a", "look elsewhere"),
    errors.RulesetConflict("cn/a", ["a.yaml", "b.yaml"], "both are"),
    errors.NotInForce("cn/a", ON, "ended", None, ON),
    errors.FactsError([PROBLEM]),
    errors.ReceiptError("invalid-receipt", "none", found="a", expected="b", remedy="c", place="d"),
    errors.FormatError("a comment was lost"),
    errors.ScaffoldError("id-taken", "it is taken", found="a", expected="b", remedy="c"),
    errors.WriteError("a.yaml", "it has changed meanwhile"),
    errors.EngineError("no", program=HornProgram.within_limits(2, [Rule(1, (0,))]), literals=[0]),
    errors.MissingExtra("hypothesis", "testing"),
    ProgramTooLarge("rules", size=5_000, maximum=4_000),
    KernelMissing("no module", "install it"),
]


def kinds(kind: type[PolicyRulesError]) -> set[type[PolicyRulesError]]:
    """The exceptions of a kind that the package itself defines."""
    below = {subclass for sub in kind.__subclasses__() for subclass in (sub, *kinds(sub))}
    return {subclass for subclass in below if subclass.__module__.startswith("policyrules.")}


def test_every_exception_is_among_those_that_are_copied() -> None:
    assert kinds(PolicyRulesError) == {type(error) for error in EXCEPTIONS}


@pytest.mark.parametrize("copied", COPIES)
@pytest.mark.parametrize("error", EXCEPTIONS, ids=lambda error: type(error).__name__)
def test_a_copied_exception_says_the_same(
    error: PolicyRulesError, copied: Callable[[Any], Any]
) -> None:
    again = copied(error)
    assert type(again) is type(error)
    assert (str(again), again.args, again.to_dict()) == (str(error), error.args, error.to_dict())
    assert vars(again) == vars(error)
