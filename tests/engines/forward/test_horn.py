"""Validation of Horn programs: which the core accepts, and which are refused."""

import random
from collections import Counter

import pytest
from hypothesis import given
from tests.engines.forward.horn_programs import naive, programs

from policyrules.engines.forward.horn import HornProgram, ProgramTooLarge, Rule
from policyrules.errors import EngineError, PolicyRulesError


def text(program: HornProgram) -> str:
    return "; ".join(
        f"{rule.head} if {' and '.join(map(str, rule.body))}" for rule in program.rules
    )


def check(program: HornProgram, expected: str) -> None:
    assert text(program) == expected


def assert_within(program: HornProgram) -> None:
    uses = Counter(literal for rule in program.rules for literal in rule.body)
    assert all(1 <= len(rule.body) <= 12 for rule in program.rules)
    assert all(count < 200 for count in uses.values())
    assert len(program.rules) <= 4_000
    assert len(uses) <= 16_000
    assert sum(uses.values()) <= 30_000
    heads_and_bodies = {literal for rule in program.rules for literal in (rule.head, *rule.body)}
    assert heads_and_bodies <= set(range(program.n_literals))
    assert program.n_literals <= 797_186


# --- split and aliased --------------------------------------------------------------------------


def test_short_bodies_stay_as_they_are() -> None:
    check(
        HornProgram.within_limits(5, [Rule(3, (0, 1)), Rule(4, (3, 2))]),
        "3 if 0 and 1; 4 if 3 and 2",
    )


def test_a_program_without_rules() -> None:
    assert HornProgram.within_limits(3, []) == HornProgram(3, (), 3, ())


def test_a_body_of_sixteen_is_split() -> None:
    check(
        HornProgram.within_limits(17, [Rule(16, tuple(range(16)))]),
        "17 if 0 and 1 and 2 and 3 and 4 and 5 and 6 and 7 and 8 and 9 and 10 and 11; "
        "16 if 12 and 13 and 14 and 15 and 17",
    )


def test_parts_that_two_bodies_share_are_split_off_once() -> None:
    body = tuple(range(16))
    program = HornProgram.within_limits(18, [Rule(16, body), Rule(17, body)])
    assert len(program.rules) == 3
    assert program.n_literals == 19


@pytest.mark.parametrize("length", range(1, 161))
def test_a_long_body_says_the_same_in_parts(length: int) -> None:
    program = HornProgram.within_limits(length + 1, [Rule(length, tuple(range(length)))])
    assert_within(program)
    whole = set(range(length))
    assert length in naive(program.rules, whole)
    assert all(length not in naive(program.rules, whole - {missing}) for missing in whole)


@pytest.mark.parametrize("n_bodies", [1, 198, 199, 200, 201, 397, 398, 399, 600, 3_900])
def test_a_literal_in_many_bodies_gets_aliases(n_bodies: int) -> None:
    # Literal 0 stands in every body, with a literal of that body's own.
    rules = [Rule(n_bodies + 1 + number, (0, number + 1)) for number in range(n_bodies)]
    program = HornProgram.within_limits(2 * n_bodies + 1, rules)
    assert_within(program)
    assert (program.n_literals > program.n_visible) == (n_bodies > 199)
    heads = {rule.head for rule in rules}
    assert heads <= naive(program.rules, range(n_bodies + 1))
    assert not heads & naive(program.rules, range(1, n_bodies + 1))


@given(programs())
def test_a_fenced_program_is_within_the_limits_and_says_the_same(program: HornProgram) -> None:
    assert_within(program)
    visible = range(program.n_visible)
    for start in (visible[::2], visible[1::2], visible[: len(visible) // 2]):
        assert naive(program.source_rules, start) == {
            literal for literal in naive(program.rules, start) if literal < program.n_visible
        }


# --- refused ------------------------------------------------------------------------------------


def test_4000_rules_are_the_most() -> None:
    rules = [Rule(number % 7, (7 + number % 9,)) for number in range(4_001)]
    # 445 uses of each body's literal: two aliases for each of nine.
    assert len(HornProgram.within_limits(16, rules[: 4_000 - 18]).rules) == 4_000
    with pytest.raises(ProgramTooLarge) as refused:
        HornProgram.within_limits(16, rules)
    assert str(refused.value) == (
        "the forward engine takes at most 4,000 rules, and this program has 4,019"
    )
    assert (refused.value.limit, refused.value.size, refused.value.maximum) == (
        "rules",
        4_019,
        4_000,
    )


def test_the_parts_of_long_bodies_count_as_rules() -> None:
    rng = random.Random(4)
    # 13 literals: a part of twelve, and the rule itself.
    rules = [Rule(0, tuple(rng.sample(range(1, 2_000), 13))) for _ in range(2_001)]
    assert len(HornProgram.within_limits(2_000, rules[:2_000]).rules) == 4_000
    with pytest.raises(ProgramTooLarge, match="at most 4,000 rules"):
        HornProgram.within_limits(2_000, rules)


def test_797186_literals_are_the_most() -> None:
    assert HornProgram.within_limits(797_186, [Rule(797_185, (0,))]).n_literals == 797_186
    with pytest.raises(ProgramTooLarge, match="at most 797,186 literals"):
        HornProgram.within_limits(797_187, [Rule(0, (1,))])


def test_fresh_literals_count_as_literals() -> None:
    with pytest.raises(ProgramTooLarge, match="797,187"):
        HornProgram.within_limits(797_186, [Rule(0, tuple(range(1, 14)))])


def test_16000_different_literals_in_bodies_are_the_most() -> None:
    def rules(n_literals: int) -> list[Rule]:
        starts = range(0, n_literals, 10)
        return [Rule(0, tuple(range(start, min(start + 10, n_literals)))) for start in starts]

    assert_within(HornProgram.within_limits(16_001, rules(16_000)))
    with pytest.raises(ProgramTooLarge, match="16,000 different literals in bodies"):
        HornProgram.within_limits(16_001, rules(16_001))


def test_30000_literals_in_bodies_are_the_most() -> None:
    # A session of the core would take 400 MB and more.
    rng = random.Random(5)
    rules = [Rule(0, tuple(rng.sample(range(1, 4_000), 12))) for _ in range(2_501)]
    assert_within(HornProgram.within_limits(4_000, rules[:2_500]))
    with pytest.raises(ProgramTooLarge, match="30,000 literals in bodies"):
        HornProgram.within_limits(4_000, rules)


def test_a_refusal_can_be_caught_by_kind() -> None:
    refused = ProgramTooLarge("rules", size=5_000, maximum=4_000)
    assert isinstance(refused, ValueError)
    assert isinstance(refused, EngineError)
    assert isinstance(refused, PolicyRulesError)
    assert refused.to_dict() == {"code": "program-too-large", "message": str(refused)}


@pytest.mark.parametrize("rule", [Rule(3, (0,)), Rule(0, (3,)), Rule(-1, (0,)), Rule(0, (1, -1))])
def test_a_rule_over_other_literals_is_refused(rule: Rule) -> None:
    with pytest.raises(ValueError, match="not over the literals 0 to 2"):
        HornProgram.within_limits(3, [rule])


def test_a_rule_without_a_body_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one literal"):
        Rule(0, ())


def test_a_literal_twice_in_a_body_is_refused() -> None:
    with pytest.raises(ValueError, match="is twice"):
        Rule(0, (1, 2, 1))
