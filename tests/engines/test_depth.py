"""No chain of values, no nesting of groups and no expression is too deep for an engine.

The rules are made here without their text: what `check` refuses of it is another matter.
"""

import sys
from collections.abc import Callable

import attrs
import pytest
from tests.engines.compiled.sample_policies import policy_of
from tests.support.engine_names import ENGINES
from tests.support.large import ON, X, checked, eligible, values

from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Compare,
    FactRef,
    MinMax,
    Negate,
    Not,
    Number,
    Or,
    Term,
    Test,
    ValueRef,
)
from policyrules.ir.ruleset import CheckedRuleset, Group
from policyrules.syntax.expressions import MAX_DEPTH

FACT = FactRef("employer.x")
ZERO = Number(0)
HELD, FAILED = Compare(">", FACT, ZERO), Compare("<", FACT, ZERO)


def rules() -> CheckedRuleset:
    # A narrow range, as margins are sought over all of it.
    narrow = X.replace("places: 9, range: 0..1000000", "places: 0, range: 0..9")
    assert narrow != X
    ruleset, diagnostics = checked(narrow + values(["employer.x"]) + eligible("v0 > 0"))
    assert ruleset is not None, diagnostics
    return ruleset


def with_test(test: Test, ruleset: CheckedRuleset) -> CheckedRuleset:
    condition = attrs.evolve(ruleset.conditions["c-0"], test=test)
    return attrs.evolve(ruleset, conditions={"c-0": condition})


def chain_of_values(n_values: int) -> CheckedRuleset:
    """Each value is the one before it, plus and minus one."""
    ruleset = rules()
    first = ruleset.values["v0"]
    chain = {"v0": first}
    for n in range(1, n_values):
        text = Arithmetic("-", Arithmetic("+", ValueRef(f"v{n - 1}"), Number(1)), Number(1))
        chain[f"v{n}"] = attrs.evolve(first, name=f"v{n}", expression=text)
    test = Compare(">", ValueRef(f"v{n_values - 1}"), ZERO)
    return with_test(test, attrs.evolve(ruleset, values=chain))


def nested_groups(n_groups: int) -> CheckedRuleset:
    """Each condition is a group of the one before it alone."""
    ruleset = rules()
    first = attrs.evolve(ruleset.conditions["c-0"], test=HELD)
    conditions = {"c-0": first}
    for n in range(1, n_groups):
        group = Group("any" if n % 2 else "all", (f"c-{n - 1}",))
        conditions[f"c-{n}"] = attrs.evolve(first, id=f"c-{n}", test=group)
    outcome = attrs.evolve(ruleset.outcome, eligible=Group("all", (f"c-{n_groups - 1}",)))
    return attrs.evolve(ruleset, conditions=conditions, outcome=outcome)


def decided(ruleset: CheckedRuleset, *, is_explained: bool = True) -> set[str]:
    """The statuses of three cases, which every engine decides and explains alike."""
    dated, statuses = policy_of(ruleset).on(ON), set()
    for facts in ({"employer.x": 5}, {"employer.x": 0}, {}):
        answers = []
        for engine, kernel in ENGINES:
            decision = dated.decide(facts, engine=engine, kernel=kernel)  # type: ignore[arg-type]
            data = decision.to_dict()
            del data["receipt"]
            answers.append(data)
            if is_explained:
                assert decision.explain("en")
        assert answers == answers[:1] * len(ENGINES)
        statuses.add(answers[0]["status"])
    return statuses


@pytest.mark.parametrize("n_values", [300, pytest.param(1_000, marks=pytest.mark.slow)])
def test_a_long_chain_of_values_is_decided_and_explained(n_values: int) -> None:
    assert sys.getrecursionlimit() <= 1_000
    assert decided(chain_of_values(n_values)) == {"eligible", "ineligible", "undetermined"}


@pytest.mark.slow
def test_a_thousand_groups_in_each_other_are_decided() -> None:
    statuses = decided(nested_groups(1_200), is_explained=False)
    assert statuses == {"eligible", "ineligible", "undetermined"}


def test_two_hundred_groups_in_each_other_are_explained() -> None:
    assert decided(nested_groups(200)) == {"eligible", "ineligible", "undetermined"}


def deep_term(step: Callable[[Term], Term], depth: int) -> Compare:
    term: Term = FACT
    for _ in range(depth):
        term = step(term)
    return Compare(">", term, ZERO)


def deep_test(step: Callable[[Test], Test], depth: int) -> Test:
    test: Test = HELD
    for _ in range(depth):
        test = step(test)
    return test


EXPRESSIONS: dict[str, Callable[[int], Test]] = {
    "sum": lambda depth: deep_term(lambda term: Arithmetic("+", term, ZERO), depth),
    "sum to the right": lambda depth: deep_term(lambda term: Arithmetic("+", ZERO, term), depth),
    "product": lambda depth: deep_term(lambda term: Arithmetic("*", term, Number(1)), depth),
    "difference": lambda depth: deep_term(lambda term: Arithmetic("-", term, ZERO), depth),
    "negative": lambda depth: deep_term(Negate, depth // 2 * 2),
    "largest": lambda depth: deep_term(lambda term: MinMax(True, (ZERO, term)), depth),
    "not": lambda depth: deep_test(Not, depth // 2 * 2),
    "and, or": lambda depth: deep_test(lambda test: And((Or((test, FAILED)), HELD)), depth // 2),
    "or, and": lambda depth: deep_test(lambda test: Or((FAILED, And((HELD, test)))), depth // 2),
    "and not": lambda depth: deep_test(lambda test: Not(And((HELD, Not(test)))), depth // 3),
}


@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_an_expression_as_deep_as_may_be_is_decided(kind: str) -> None:
    ruleset = with_test(EXPRESSIONS[kind](MAX_DEPTH), rules())
    assert decided(ruleset) >= {"eligible", "undetermined"}
