"""The verdict of a condition in an expression, against a count made here, and in long chains."""

import random
from typing import Any

import pytest
from tests.support.engine_names import ENGINES
from tests.support.large import conditions, members, policy, title, yes_no_facts

from policyrules.api.policy import DatedPolicy

N_FACTS, N_NEEDED = 50, 20
N_STEPS = 200


@pytest.fixture(scope="module")
def by_a_count() -> DatedPolicy:
    """An amount that depends on 20 of 50 conditions, which no Horn rule counts."""
    return policy(
        yes_no_facts(N_FACTS)
        + f"parameters:\n  much: {{{title('much')}, type: money, value: 9 CNY, cite: law}}\n"
        f"  little: {{{title('little')}, type: money, value: 2 CNY, cite: law}}\n"
        f"values:\n  due: {{{title('due')}, type: money, is: little, cite: law, except: {{\n"
        f"    enough: {{{title('enough')}, when: held('many'), is: much, cite: law}}}}}}\n"
        "conditions:\n"
        + conditions(f"employer.f{number}" for number in range(N_FACTS))
        + f"  many: {{{title('many')}, at_least: {{n: {N_NEEDED}, of: [{members(N_FACTS)}]}}}}\n"
        f"  paid: {{{title('paid')}, holds: due > little or not held('many'), cite: law}}\n"
        "outcome:\n  eligible: {all: [paid]}\n  amount: {name: sum, is: due, cite: law}\n"
    )


@pytest.mark.parametrize("engine, kernel", ENGINES)
@pytest.mark.parametrize("seed", range(12))
def test_an_amount_by_the_verdict_of_a_count(
    by_a_count: DatedPolicy, engine: Any, kernel: str | None, seed: int
) -> None:
    rng = random.Random(seed)
    n_held = rng.randint(N_NEEDED - 4, N_NEEDED + 2)
    n_unknown = rng.choice((0, 0, rng.randint(1, 5)))
    answers = [True] * n_held + [None] * n_unknown
    answers += [False] * (N_FACTS - len(answers))
    rng.shuffle(answers)
    facts = {f"employer.f{n}": answer for n, answer in enumerate(answers)}
    decision = by_a_count.decide(facts, engine=engine, kernel=kernel)
    assert decision.amount is not None
    many = n_held >= N_NEEDED or (None if n_held + n_unknown >= N_NEEDED else False)
    if many is None:
        assert decision.values["due"].text("en") == "2.00 to 9.00 CNY"
        assert {need.fact for need in decision.missing} == {
            name for name, answer in facts.items() if answer is None
        }
    else:
        assert (decision.status, decision.amount.value) == ("eligible", 9 if many else 2)


@pytest.fixture(scope="module")
def in_turn() -> DatedPolicy:
    """Each value reads the condition before it, and each condition the value before it."""
    values = [
        f'  v{n}: {{{title(f"v{n}")}, type: yes_no, is: "{text}", cite: law}}\n'
        for n, text in enumerate(
            ["employer.listed", *(f"held('c-{n}')" for n in range(N_STEPS - 1))]
        )
    ]
    return policy(
        "values:\n"
        + "".join(reversed(values))
        + "conditions:\n"
        + "".join(
            reversed([conditions([f"not v{n}"]).replace("c-0", f"c-{n}") for n in range(N_STEPS)])
        )
        + f"outcome:\n  eligible: {{all: [c-{N_STEPS - 1}]}}\n"
    )


@pytest.mark.parametrize("engine, kernel", ENGINES)
def test_a_long_chain_of_values_and_conditions_is_decided(
    in_turn: DatedPolicy, engine: Any, kernel: str | None
) -> None:
    for answer, status in ((True, "eligible"), (False, "ineligible"), (None, "undetermined")):
        facts = {"employer.listed": answer}
        decision = in_turn.decide(facts, engine=engine, kernel=kernel)
        assert decision.status == status
        assert decision.explain("en")
