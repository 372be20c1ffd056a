# ruff: noqa: PT012 - `assert_` is not unittest's; the caller's own exception is the point
"""Every kernel derives what follows, round by round, whatever the program."""

import random
import sys
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from tests.engines.forward.horn_programs import (
    Rounds,
    cases,
    check,
    derived,
    layered,
    random_program,
    random_rounds,
)
from tests.support.scale import scaled

from policyrules.engines.forward.durable import DurableKernel, KernelMissing
from policyrules.engines.forward.fixpoint import FixpointKernel, least_model
from policyrules.engines.forward.horn import HornProgram, Rule
from policyrules.engines.forward.kernels import (
    CheckedKernel,
    Kernel,
    default_kernel_name,
    kernel_for,
)
from policyrules.errors import EngineError

Build = Callable[[HornProgram], Kernel]

needs_durable_rules = pytest.mark.skipif(
    default_kernel_name() != "durable_rules", reason="durable_rules cannot be imported here"
)

KERNELS = [
    pytest.param(FixpointKernel, id="fixpoint"),
    pytest.param(DurableKernel, id="durable", marks=needs_durable_rules),
    pytest.param(
        lambda program: kernel_for(program, "durable_rules"),
        id="checked",
        marks=needs_durable_rules,
    ),
]


@pytest.fixture(params=KERNELS)
def build(request: pytest.FixtureRequest) -> Iterator[Build]:
    """A kernel for a program; closed when the test is over."""
    built: list[Kernel] = []

    def new_kernel(program: HornProgram) -> Kernel:
        built.append(request.param(program))
        return built[-1]

    yield new_kernel
    for kernel in built:
        kernel.close()


# --- as text ------------------------------------------------------------------------------------


def program_of(text: str) -> HornProgram:
    """A program, one rule a line: `3 if 0 1`."""
    rules = []
    for line in text.strip().splitlines():
        head, _, body = line.partition(" if ")
        rules.append(Rule(int(head), tuple(map(int, body.split()))))
    n_literals = 1 + max(literal for rule in rules for literal in (rule.head, *rule.body))
    return HornProgram.within_limits(n_literals, rules)


@pytest.mark.parametrize(
    "rules, rounds, expected",
    [
        ("2 if 0 1", [[0, 1]], [{2}]),
        ("2 if 0 1", [[0], [1]], [set(), {2}]),
        ("2 if 0\n3 if 2\n4 if 3 1", [[0], [1]], [{2, 3}, {4}]),
        # What stands is not derived again, and what is asserted is not derived.
        ("2 if 0\n2 if 1", [[0], [1]], [{2}, set()]),
        ("2 if 0", [[0, 2]], [set()]),
        ("2 if 0", [[2], [0]], [set(), set()]),
        ("2 if 0\n3 if 2", [[0], [2], [0]], [{2, 3}, set(), set()]),
        ("2 if 0", [[0, 0, 0]], [{2}]),
        # Rules that need each other, or themselves.
        ("1 if 0\n0 if 1", [[0]], [{1}]),
        ("1 if 0\n0 if 1", [[1]], [{0}]),
        ("0 if 0", [[0]], [set()]),
        ("0 if 0\n1 if 0", [[], [0]], [set(), {1}]),
        ("0 if 1 2\n1 if 0\n2 if 0", [[1, 2]], [{0}]),
        ("1 if 0\n2 if 1\n0 if 2", [[0]], [{1, 2}]),
        # Nothing asserted, nothing that a rule asks for, one rule given twice.
        ("1 if 0", [[], []], [set(), set()]),
        ("1 if 0", [[1]], [set()]),
        ("1 if 0", [], []),
        ("1 if 0\n1 if 0", [[0]], [{1}]),
    ],
)
def test_rounds(build: Build, rules: str, rounds: Rounds, expected: list[set[int]]) -> None:
    assert [set(new) for new in derived(build(program_of(rules)), rounds)] == expected


def test_a_program_without_rules_derives_nothing(build: Build) -> None:
    assert derived(build(HornProgram.within_limits(3, [])), [[0, 1], [2]]) == [(), ()]


def test_each_evaluation_starts_afresh(build: Build) -> None:
    kernel = build(program_of("2 if 0 1"))
    assert derived(kernel, [[0]]) == [()]
    assert derived(kernel, [[1]]) == [()]
    assert derived(kernel, [[0, 1]]) == [(2,)]
    assert derived(kernel, [[0, 1]]) == [(2,)]


def test_an_evaluation_may_be_given_up(build: Build) -> None:
    kernel = build(layered())
    for _ in range(20):
        with pytest.raises(LookupError), kernel.run() as run:
            run.assert_(range(15))
            raise LookupError
        with kernel.run():
            pass
        check(kernel, layered(), [range(10), range(10, 30)])


def test_evaluations_may_overlap(build: Build) -> None:
    kernel = build(program_of("2 if 0 1"))
    with kernel.run() as first, kernel.run() as other:
        assert first.assert_([0]) == ()
        assert other.assert_([1]) == ()
        with kernel.run() as third:
            assert third.assert_([0, 1]) == (2,)
        assert first.assert_([1]) == (2,)
        assert other.assert_([0]) == (2,)


@pytest.mark.parametrize("literals", [[3], [-1], [0, 797_186], [1, -3]])
def test_other_literals_are_refused_and_nothing_is_asserted(
    build: Build, literals: list[int]
) -> None:
    with build(program_of("2 if 0 1")).run() as run:
        with pytest.raises(ValueError, match="literals of this program are 0 to 2"):
            run.assert_([0, *literals])
        assert run.assert_([1]) == ()
        assert run.assert_([0]) == (2,)


def test_fresh_literals_are_neither_taken_nor_shown(build: Build) -> None:
    kernel = build(HornProgram.within_limits(17, [Rule(16, tuple(range(16)))]))
    assert derived(kernel, [range(16)]) == [(16,)]
    with kernel.run() as run, pytest.raises(ValueError, match="0 to 16"):
        run.assert_([17])


def test_a_closed_kernel_still_answers(build: Build) -> None:
    kernel = build(program_of("2 if 0 1"))
    assert derived(kernel, [[0, 1]]) == [(2,)]
    with kernel.run() as run:
        run.assert_([0])
        kernel.close()
        assert run.assert_([1]) == (2,)
    kernel.close()
    assert derived(kernel, [[0, 1]]) == [(2,)]


# --- sizes --------------------------------------------------------------------------------------


@pytest.mark.parametrize("length", range(1, 41))
def test_a_body_of_any_length_needs_all_of_it(build: Build, length: int) -> None:
    body = random.Random(length).sample(range(length), length)
    kernel = build(HornProgram.within_limits(length + 1, [Rule(length, tuple(body))]))
    for missing in body[:3]:
        rest = [literal for literal in range(length) if literal != missing]
        assert derived(kernel, [rest, [missing]]) == [(), (length,)]


@pytest.mark.parametrize("n_bodies", [199, 200, 255, 256, 257, 398, 600])
def test_a_literal_may_stand_in_many_bodies(build: Build, n_bodies: int) -> None:
    rules = [Rule(n_bodies + 1 + number, (0, number + 1)) for number in range(n_bodies)]
    program = HornProgram.within_limits(2 * n_bodies + 1, rules)
    kernel = build(program)
    some = range(1, n_bodies, 7)
    check(kernel, program, [some, [0], range(1, n_bodies + 1)])
    check(kernel, program, [[0], some])
    check(kernel, program, [range(n_bodies + 1)])


@pytest.mark.slow
def test_a_program_of_4000_rules(build: Build) -> None:
    # Heads rest on the two before them and on a fact of their own.
    rules = [Rule(number + 4_002, (number, number + 4_001)) for number in range(4_000)]
    program = HornProgram.within_limits(8_002, rules)
    new = derived(build(program), [range(4_000), [4_001]])
    assert set(new[0]) == set()
    assert set(new[1]) == set(range(4_002, 8_002))


@pytest.mark.slow
def test_a_program_with_16000_literals_in_bodies(build: Build) -> None:
    # 500 blocks of 32 literals: the core would hang at 512.
    rules = [Rule(16_000, tuple(range(number, number + 10))) for number in range(0, 16_000, 10)]
    kernel = build(HornProgram.within_limits(16_001, rules))
    assert derived(kernel, [range(15_990, 16_000)]) == [(16_000,)]
    assert derived(kernel, [range(5, 15_995, 11), range(10)]) == [(), (16_000,)]


# --- properties ---------------------------------------------------------------------------------


@given(cases())
def test_the_fixpoint_derives_what_follows(case: tuple[HornProgram, Rounds]) -> None:
    check(FixpointKernel(case[0]), *case)


@needs_durable_rules
@given(cases())
def test_durable_rules_derives_what_follows(case: tuple[HornProgram, Rounds]) -> None:
    check(DurableKernel(case[0]), *case)
    check(kernel_for(case[0]), *case)


def test_random_programs(build: Build) -> None:
    rng = random.Random(20_240_229)
    for _ in range(scaled(60, long=6_000)):
        n_literals = rng.choice((5, 20, 60, 200))
        n_rules = rng.choice((1, 10, 40, 150))
        program = random_program(rng, n_rules=n_rules, n_literals=n_literals)
        kernel = build(program)
        for _ in range(6):
            check(kernel, program, random_rounds(rng, n_literals))
        kernel.close()


def test_several_rounds_derive_what_one_does(build: Build) -> None:
    rng = random.Random(1)
    program = layered()
    kernel = build(program)
    for _ in range(scaled(100, long=10_000)):
        rounds = random_rounds(rng, program.n_visible)
        given_ = {literal for asserted in rounds for literal in asserted}
        (at_once,) = derived(kernel, [sorted(given_)])
        in_turn = {head for new in derived(kernel, rounds) for head in new}
        assert in_turn | given_ == set(at_once) | given_ == set(least_model(program, given_))


def test_the_order_of_rules_and_literals_does_not_matter(build: Build) -> None:
    rng = random.Random(2)
    rules = list(layered().source_rules)
    facts = list(range(0, 30, 2))
    results = set()
    for _ in range(scaled(20, long=1_000)):
        rng.shuffle(rules)
        rng.shuffle(facts)
        shuffled = [Rule(rule.head, tuple(rng.sample(rule.body, len(rule.body)))) for rule in rules]
        kernel = build(HornProgram.within_limits(70, shuffled))
        results.add(frozenset(derived(kernel, [facts])[0]))
    assert len(results) == 1


# --- which kernel -------------------------------------------------------------------------------


@needs_durable_rules
def test_durable_rules_chains_where_it_imports() -> None:
    program = program_of("2 if 0 1")
    for kernel in (kernel_for(program), kernel_for(program, "durable_rules")):
        assert isinstance(kernel, CheckedKernel)
        assert kernel.name == "durable_rules 2.0.28"
    assert kernel_for(program, "fixpoint").name == "fixpoint"


def test_the_fixpoint_chains_where_durable_rules_is_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # What `import` finds where a distribution is not installed.
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    program = program_of("2 if 0 1")
    assert default_kernel_name() == "fixpoint"
    kernel = kernel_for(program)
    assert kernel.name == "fixpoint"
    assert derived(kernel, [[0, 1]]) == [(2,)]


def test_asking_for_durable_rules_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "durable_rules_engine", None)
    with pytest.raises(KernelMissing) as missing:
        kernel_for(program_of("2 if 0 1"), "durable_rules")
    assert isinstance(missing.value, ImportError)
    assert isinstance(missing.value, EngineError)
    message = str(missing.value)
    assert '"durable-rules==2.0.28"' in message
    assert "C compiler" in message


def test_there_is_no_other_kernel() -> None:
    with pytest.raises(ValueError, match="no kernel `clips`; there are `durable_rules` and"):
        kernel_for(program_of("2 if 0 1"), "clips")
