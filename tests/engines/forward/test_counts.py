"""`at_least` groups: counted alike by every engine, whichever members are known."""

import random
from typing import Any

import pytest
from tests.support.engine_names import ENGINES
from tests.support.large import at_least, conditions, members, policy, yes_no_facts

from policyrules.api.policy import DatedPolicy
from policyrules.engines.forward.engine import ForwardEngine
from policyrules.engines.forward.program import MAX_COUNTING_STEPS, compile_program


def answers(dated: DatedPolicy, facts: dict[str, object]) -> list[dict[str, Any]]:
    """What each engine decides, without the receipt that names the engine."""
    decisions = []
    for engine, kernel in ENGINES:
        data = dated.decide(facts, engine=engine, kernel=kernel).to_dict()  # type: ignore[arg-type]
        del data["receipt"]
        decisions.append(data)
    return decisions


@pytest.mark.slow
@pytest.mark.parametrize("n, n_members", [(30, 60), (1, 60), (60, 60), (2, 40), (39, 40), (5, 8)])
def test_many_members_are_counted_as_by_the_reference(n: int, n_members: int) -> None:
    dated, rng = policy(at_least(n, n_members)), random.Random(n)
    statuses = set()
    # As many held and failed as decide it, one less, one more, and none: the rest is not known.
    for held in (0, n - 1, n, n + 1, n_members):
        for failed in (0, n_members - n, n_members - n + 1, n_members):
            if held < 0 or held + failed > n_members:
                continue
            order = rng.sample(range(n_members), n_members)
            facts: dict[str, object] = {f"employer.f{number}": True for number in order[:held]}
            facts |= {f"employer.f{number}": False for number in order[held : held + failed]}
            first, *others = answers(dated, facts)
            assert others == [first] * len(others)
            expected = (
                "eligible"
                if held >= n
                else "ineligible"
                if failed > n_members - n
                else "undetermined"
            )
            assert first["status"] == expected, (held, failed)
            statuses.add(expected)
    assert len(statuses) == 3


def test_a_count_inside_other_groups_and_with_exceptions_is_the_same_everywhere() -> None:
    text = yes_no_facts(20) + "conditions:\n" + conditions(f"employer.f{n}" for n in range(20))
    text += f"""\
  most:
    title: {{zh: 多数, en: Most}}
    at_least: {{n: 12, of: [{members(20)}]}}
    except:
      not-with-the-first:
        title: {{zh: 例外, en: Exception}}
        when: employer.f0 and employer.f1
        holds: employer.f2
        cite: law
  few:
    title: {{zh: 少数, en: Few}}
    at_least: {{n: 3, of: [{members(20)}]}}
  not-few: {{title: {{zh: 无, en: None}}, none: [few]}}
  either: {{title: {{zh: 任一, en: Either}}, any: [most, not-few]}}
outcome:
  eligible: {{all: [either]}}
"""
    dated, rng, statuses = policy(text), random.Random(9), set()
    for _ in range(60):
        chance = rng.random()
        facts: dict[str, object] = {
            f"employer.f{n}": rng.random() < chance for n in range(20) if rng.random() < 0.8
        }
        first, *others = answers(dated, facts)
        assert others == [first] * len(others)
        statuses.add(first["status"])
    assert len(statuses) == 3


@pytest.mark.parametrize("n, n_members, is_chained", [(2, 20, True), (3, 20, False)])
def test_a_count_of_few_is_chained_and_one_of_many_is_not(
    n: int, n_members: int, is_chained: bool
) -> None:
    assert (n * n_members <= MAX_COUNTING_STEPS) == is_chained
    program = compile_program(policy(at_least(n, n_members)).policy.ruleset)
    enough = {count.enough for count in program.counts}
    assert program.eligible is not None
    assert (program.eligible.held not in enough) == is_chained
    assert program.eligible.failed in enough  # n_members - n + 1 that failed


def test_a_ruleset_of_many_counts_is_small_enough() -> None:
    text = yes_no_facts(60) + "conditions:\n" + conditions(f"employer.f{n}" for n in range(60))
    text += "".join(
        f"  k-{n}: {{title: {{zh: k, en: k}}, at_least: {{n: {n}, of: [{members(60)}]}}}}\n"
        for n in range(1, 61)
    )
    text += f"outcome:\n  eligible: {{any: [{', '.join(f'k-{n}' for n in range(1, 61))}]}}\n"
    dated = policy(text)
    assert len(ForwardEngine(dated.policy.ruleset)._rules.program.horn.rules) < 400
    facts = {f"employer.f{n}": n % 3 == 0 for n in range(60)}
    first, *others = answers(dated, dict(facts))
    assert others == [first] * len(others)
    assert first["conditions"]["held"] == [f"k-{n}" for n in range(1, 21)]
