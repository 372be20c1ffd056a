"""Knowing one more fact never undoes what was decided, on generated rulesets with bands.

The facts of a complete case become known one after another. What each step decides, a status or an
amount or its bounds, covers what the next one decides, in every engine.
"""

import random
from collections import Counter
from collections.abc import Iterator
from functools import cache

import pytest
from tests.generated.agreement import Deciders
from tests.generated.cases import Drawer, Facts, day
from tests.generated.completions import is_covered, opinion
from tests.generated.ledger import ORDINARY
from tests.generated.rulesets import generated
from tests.support.scale import scaled

from policyrules.errors import FactsError, NotInForce
from policyrules.evaluation.dated import dated
from policyrules.intake import situation_from
from policyrules.ir.ruleset import CheckedRuleset, RuleException

pytestmark = pytest.mark.slow

N_RULESETS = scaled(80, long=2_000)
N_CASES = 4


def rulesets() -> Iterator[tuple[int, CheckedRuleset]]:
    """Rulesets whose values no fact states: a stated figure may be a rounded one."""
    for seed in range(50_000, 50_000 + N_RULESETS):
        ruleset = generated(random.Random(seed), ORDINARY).compiled().ruleset
        if ruleset is not None and not any(
            value.input_fact for value in ruleset.all_values.values()
        ):
            yield seed, ruleset


def exceptions(ruleset: CheckedRuleset) -> Iterator[RuleException]:
    for value in ruleset.all_values.values():
        yield from value.exceptions
    for condition in ruleset.all_conditions.values():
        yield from condition.exceptions


def steps(rng: random.Random, facts: Facts) -> Iterator[Facts]:
    """The facts as they become known, the fewest first."""
    names = [name for name, value in facts.items() if value is not None]
    rng.shuffle(names)
    for n in range(len(names) + 1):
        yield {name: facts[name] for name in names[:n]}


@cache
def counts() -> Counter[str]:
    total = Counter[str]()
    for seed, ruleset in rulesets():
        rng, drawer = random.Random(seed), Drawer(ruleset)
        total["rulesets"] += 1
        total["with a cut"] += any(
            exception.narrowed != exception.expression for exception in exceptions(ruleset)
        )
        for _ in range(N_CASES):
            on = day(rng, ruleset)
            before = None
            for known in steps(rng, drawer.case(rng, on, unknown=0)):
                try:
                    after = opinion(dated(ruleset, on), situation_from(known, ruleset))
                except (FactsError, NotInForce):
                    break
                if after is None:
                    break
                total["steps"] += 1
                if before is not None:
                    assert is_covered(after.answer, before.answer), (seed, on, known)
                    total["decided before"] += before.answer.status != "undetermined"
                before = after
    return total


def test_a_decision_covers_every_decision_with_one_more_fact() -> None:
    assert counts()["steps"] >= 10 * N_RULESETS


def test_many_steps_begin_with_a_decision_and_many_rulesets_have_a_cut() -> None:
    assert counts()["decided before"] * 10 >= counts()["steps"]
    assert counts()["with a cut"] * 2 >= counts()["rulesets"]


def test_every_engine_gives_the_same_answer_at_every_step() -> None:
    for seed, ruleset in rulesets():
        if seed % 8:
            continue
        rng = random.Random(seed)
        on = day(rng, ruleset)
        deciders = Deciders.for_ruleset(ruleset)
        try:
            for known in steps(rng, Drawer(ruleset).case(rng, on, unknown=0)):
                (_, expected), *others = deciders.answers(known, on, reasons=True)
                assert all(answer == expected for _, answer in others), (seed, on, known)
        finally:
            deciders.close()
