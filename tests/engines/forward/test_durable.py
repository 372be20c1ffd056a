# ruff: noqa: PT012 - `assert_` is not unittest's; the caller's own exception is the point
"""What happens when the core is wrong, and when many evaluate at once, fork, or never stop."""

import gc
import os
import random
import subprocess
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from tests.engines.forward.cores import FakeCore, fires
from tests.engines.forward.horn_programs import (
    Rounds,
    cases,
    check,
    derived,
    layered,
    naive,
    random_rounds,
)
from tests.support.scale import scaled

from policyrules.engines.forward.durable import DurableKernel
from policyrules.engines.forward.horn import HornProgram, Rule
from policyrules.engines.forward.kernels import CheckedKernel, default_kernel_name, kernel_for
from policyrules.errors import EngineError

needs_durable_rules = pytest.mark.skipif(
    default_kernel_name() != "durable_rules", reason="durable_rules cannot be imported here"
)

STATM = Path("/proc/self/statm")

# 3 if 0 and 1;  4 if 3;  5 if 4 and 2
PROGRAM = HornProgram.within_limits(6, [Rule(3, (0, 1)), Rule(4, (3,)), Rule(5, (4, 2))])


def raises(error: BaseException) -> Callable[[], object]:
    def fault() -> object:
        raise error

    return fault


def answers(answer: object) -> Callable[[], object]:
    return lambda: answer


def warm(core: FakeCore) -> CheckedKernel:
    """A kernel whose only ruleset, handle 1, is made and idle."""
    kernel = CheckedKernel(DurableKernel(PROGRAM, core))
    assert derived(kernel, [[0, 1, 2]]) == [(3, 4, 5)]
    assert core.alive == {1}
    core.calls.clear()
    return kernel


# --- the core is right --------------------------------------------------------------------------


@given(cases())
def test_the_stand_in_is_right(case: tuple[HornProgram, Rounds]) -> None:
    check(CheckedKernel(DurableKernel(case[0], FakeCore())), *case)


def test_one_ruleset_serves_one_evaluation_after_another() -> None:
    core = FakeCore()
    kernel = warm(core)
    for _ in range(3):
        assert derived(kernel, [[0], [1], [2]]) == [(), (3, 4), (5,)]
    assert core.n_created == 1


def test_a_ruleset_runs_an_action_before_its_first_session_is_deleted() -> None:
    core = FakeCore()
    # 0 alone makes no rule fire: the core would free uninitialised pointers.
    assert derived(DurableKernel(PROGRAM, core), [[0]]) == [()]
    calls = core.used(1)
    assert calls.index("complete_and_start_action") < calls.index("delete_state")


def test_no_ruleset_is_made_before_a_rule_asks_for_a_fact() -> None:
    core = FakeCore()
    kernel = DurableKernel(PROGRAM, core)
    assert derived(kernel, [[5], [], [5]]) == [(), (), ()]
    assert core.calls == []


def test_overlapping_evaluations_have_a_ruleset_each() -> None:
    core = FakeCore()
    kernel = warm(core)
    with kernel.run() as first, kernel.run() as other:
        first.assert_([0])
        other.assert_([0])
        assert set(core.sessions) == {1, 2}
    assert core.alive == {1, 2}
    assert core.sessions == {}


def test_close_deletes_idle_rulesets_now_and_others_when_they_are_back() -> None:
    core = FakeCore()
    kernel = warm(core)
    with kernel.run() as run:
        run.assert_([0])
        with kernel.run() as other:
            other.assert_([0])
        assert core.alive == {1, 2}
        kernel.close()
        assert core.alive == {1}
    assert core.alive == set()


def test_a_forgotten_kernel_leaves_no_ruleset() -> None:
    core = FakeCore()
    kernel = warm(core)
    del kernel
    gc.collect()
    assert core.alive == set()


def test_an_evaluation_that_is_over_asserts_nothing() -> None:
    core = FakeCore()
    with warm(core).run() as run:
        run.assert_([0])
    core.calls.clear()
    with pytest.raises(EngineError, match="the evaluation is over"):
        run.assert_([1])
    assert core.calls == []


# --- the core is wrong --------------------------------------------------------------------------

ERROR = RuntimeError("Could not assert facts, error code: 304")

FAULTS = [
    pytest.param("assert_facts", raises(ERROR), "raised RuntimeError: .*304", id="raises"),
    pytest.param(
        "assert_facts", answers((1, 1)), r"answer to a fact was \(1, 1\)", id="not-handled"
    ),
    pytest.param(
        "assert_facts", answers((2, 1)), r"answer to a fact was \(2, 1\)", id="seen-before"
    ),
    pytest.param("assert_facts", answers((0, 32635)), r"\(0, 32635\)", id="offset"),
    pytest.param("assert_facts", answers(None), "answer to a fact was None", id="no-answer"),
    pytest.param(
        "assert_fact", answers((1, 1)), r"answer to a fact was \(1, 1\)", id="head-not-handled"
    ),
    pytest.param("assert_fact", raises(ERROR), "304", id="head-raises"),
    pytest.param("start_action_for_state", raises(ERROR), "304", id="start-raises"),
    pytest.param("start_action_for_state", answers(7), "TypeError", id="start-other"),
    pytest.param("start_action_for_state", answers(None), "derived", id="start-nothing"),
    pytest.param(
        "start_action_for_state", answers(("", fires(17))), "does not exist", id="no-such-rule"
    ),
    pytest.param(
        "start_action_for_state", answers(("", fires("-1"))), "does not exist", id="negative-rule"
    ),
    pytest.param(
        "start_action_for_state", answers(("", fires("00"))), "does not exist", id="other-spelling"
    ),
    pytest.param("start_action_for_state", answers(("", "garbage")), "ValueError", id="unreadable"),
    pytest.param(
        "start_action_for_state", answers(("", fires(2))), r"\[3, 4, 5\]", id="rule-not-held"
    ),
    pytest.param("complete_and_start_action", raises(ERROR), "304", id="complete-raises"),
    pytest.param("complete_and_start_action", answers(None), "derived", id="stops-early"),
    pytest.param(
        "complete_and_start_action", answers(fires(0)), "rule 0 fired twice", id="fires-twice"
    ),
]


@pytest.mark.parametrize("call, answer, message", FAULTS)
def test_a_fault_of_the_core_decides_nothing_and_the_next_evaluation_is_right(
    call: str, answer: Callable[[], object], message: str
) -> None:
    core = FakeCore()
    kernel = warm(core)
    core.on(call, answer)
    with kernel.run() as run:
        with pytest.raises(EngineError, match=message) as met:
            run.assert_([0, 1])
        assert met.value.program is PROGRAM
        assert met.value.literals == (0, 1)
        assert met.value.expected == (0, 1, 3, 4)
    # The ruleset with the fault is gone, or at least never used again.
    assert core.alive in ({1}, set())
    core.calls.clear()
    assert derived(kernel, [[0, 1], [2]]) == [(3, 4), (5,)]
    assert core.used(1) == []
    assert core.n_created == 2


def test_a_fault_of_the_core_in_a_later_round_carries_the_literals_of_all() -> None:
    core = FakeCore()
    with warm(core).run() as run:
        run.assert_([0, 1])
        core.on("assert_facts", answers((1, 1)))
        with pytest.raises(EngineError) as met:
            run.assert_([2])
        assert met.value.literals == (0, 1, 2)
        assert met.value.expected == (0, 1, 2, 3, 4, 5)
        # A failed evaluation goes no further.
        with pytest.raises(EngineError, match="failed before"):
            run.assert_([])
    assert core.alive == set()


def test_a_fault_of_the_core_frees_the_session_and_then_the_ruleset() -> None:
    core = FakeCore()
    kernel = warm(core)
    core.on("complete_and_start_action", raises(ERROR))
    with pytest.raises(EngineError), kernel.run() as run:
        run.assert_([0, 1])
    assert core.used(1)[-2:] == ["delete_state", "delete_ruleset"]
    assert core.alive == set()


def test_a_ruleset_out_of_memory_is_never_touched_again() -> None:
    core = FakeCore()
    kernel = warm(core)
    core.on("assert_facts", raises(MemoryError()))
    with kernel.run() as run, pytest.raises(EngineError, match="out of memory"):
        run.assert_([0])
    assert core.used(1) == ["assert_facts"]
    assert derived(kernel, [[0, 1]]) == [(3, 4)]


def test_a_session_that_cannot_be_deleted_is_a_surprise() -> None:
    core = FakeCore()
    kernel = warm(core)
    core.on("delete_state", raises(ERROR))
    with pytest.raises(EngineError, match="304") as met, kernel.run() as run:
        assert run.assert_([0, 1]) == (3, 4)
    assert met.value.expected == (0, 1, 3, 4)
    assert core.used(1)[-1] == "delete_state"
    assert derived(kernel, [[0, 1]]) == [(3, 4)]
    assert core.n_created == 2


def test_the_exception_of_the_caller_is_not_hidden() -> None:
    core = FakeCore()
    kernel = warm(core)
    core.on("delete_state", raises(ERROR))
    with pytest.raises(LookupError), kernel.run() as run:
        run.assert_([0])
        raise LookupError
    assert derived(kernel, [[0, 1]]) == [(3, 4)]


@pytest.mark.parametrize(
    "call, answer, message",
    [
        ("create_ruleset", raises(ERROR), "304"),
        ("create_ruleset", raises(MemoryError()), "out of memory"),
        ("assert_facts", answers((1, 1)), r"\(1, 1\)"),
        ("start_action_for_state", answers(None), "first rule did not fire"),
        ("complete_and_start_action", raises(ERROR), "304"),
    ],
)
def test_a_ruleset_that_cannot_be_made_is_not_used(
    call: str, answer: Callable[[], object], message: str
) -> None:
    core = FakeCore()
    kernel = CheckedKernel(DurableKernel(PROGRAM, core))
    core.on(call, answer)
    with kernel.run() as run, pytest.raises(EngineError, match=message) as met:
        run.assert_([0, 1])
    assert met.value.expected == (0, 1, 3, 4)
    # It may not have run an action, and so may not be freed.
    assert {"delete_state", "delete_ruleset"}.isdisjoint(core.used(1))
    core.calls.clear()
    assert derived(kernel, [[0, 1]]) == [(3, 4)]


@pytest.mark.parametrize("call", ["assert_facts", "assert_fact", "complete_and_start_action"])
def test_ctrl_c_passes_and_the_ruleset_is_not_used_again(call: str) -> None:
    core = FakeCore()
    kernel = warm(core)
    core.on(call, raises(KeyboardInterrupt()))
    with pytest.raises(KeyboardInterrupt), kernel.run() as run:
        run.assert_([0, 1])
    assert derived(kernel, [[0, 1]]) == [(3, 4)]
    assert core.n_created == 2


def test_a_core_that_never_rests_is_stopped() -> None:
    core = FakeCore()
    kernel = warm(core)
    core.on(
        "complete_and_start_action", *[answers(fires(number % 3)) for number in range(1, 1_000)]
    )
    with kernel.run() as run, pytest.raises(EngineError, match="fired twice"):
        run.assert_([0, 1])


# --- many at once, for long ---------------------------------------------------------------------


@needs_durable_rules
def test_threads_share_a_kernel() -> None:
    program = layered()
    kernel = kernel_for(program)
    begin = threading.Barrier(8)
    wrong: list[object] = []

    def evaluate(seed: int) -> None:
        rng = random.Random(seed)
        tries = [random_rounds(rng, 30) for _ in range(10)]
        expected = [
            naive(program.source_rules, (literal for part in each for literal in part))
            for each in tries
        ]
        begin.wait()
        for number in range(500):
            rounds, stands = tries[number % 10], expected[number % 10]
            try:
                literals = {literal for part in derived(kernel, rounds) for literal in part}
                literals.update(literal for part in rounds for literal in part)
            except EngineError as error:
                wrong.append(error)
            else:
                if literals != stands:
                    wrong.append((rounds, literals, stands))

    threads = [threading.Thread(target=evaluate, args=(seed,)) for seed in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@needs_durable_rules
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this platform has no fork")
def test_a_forked_child_evaluates_beside_its_parent() -> None:
    program = layered()
    kernel = kernel_for(program)
    derived(kernel, [range(30)])
    with kernel.run() as run:
        run.assert_(range(10))
        with warnings.catch_warnings():
            # From Python 3.12 on a fork warns where there are threads, as under pytest-xdist.
            warnings.simplefilter("ignore", DeprecationWarning)
            child = os.fork()
        if child == 0:
            try:
                for _ in range(100):
                    check(kernel, program, [range(15), range(15, 30)])
                run.assert_(range(10, 30))
            except BaseException:  # noqa: BLE001 - whatever it was, the child ends here
                os._exit(1)
            os._exit(0)
        for _ in range(100):
            check(kernel, program, [range(0, 30, 2), range(30)])
        run.assert_(range(10, 30))
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0


@needs_durable_rules
def test_import_and_exit_leave_nothing_behind() -> None:
    lines = [
        "import sys, threading",
        "from policyrules.engines.forward.horn import HornProgram, Rule",
        "from policyrules.engines.forward.kernels import kernel_for",
        "assert 'durable_rules_engine' not in sys.modules",
        "kernel = kernel_for(HornProgram.within_limits(2, [Rule(1, (0,))]))",
        "run = kernel.run().__enter__()",
        "assert run.assert_([0]) == (1,)",
        "assert 'durable' not in sys.modules and threading.active_count() == 1",
    ]
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", "\n".join(lines)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def resident_mb() -> int:
    pages = int(STATM.read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def grown_mb(n_evaluations: int) -> int:
    """How much memory so many evaluations of a program of 40 rules keep."""
    program = layered()
    kernel = kernel_for(program)
    rounds = [range(0, 30, 6), range(1, 30, 6), range(2, 30, 6)]

    def evaluate(n_times: int) -> None:
        for _ in range(n_times):
            with kernel.run() as run:
                for literals in rounds:
                    run.assert_(literals)

    evaluate(2_000)
    gc.collect()
    before = resident_mb()
    evaluate(n_evaluations)
    gc.collect()
    return resident_mb() - before


needs_statm = pytest.mark.skipif(not STATM.exists(), reason="no /proc/self/statm to read")


@pytest.mark.slow
@needs_durable_rules
@needs_statm
def test_many_evaluations_keep_no_memory() -> None:
    assert grown_mb(scaled(40_000, long=1_000_000)) < scaled(3, long=5)


@pytest.mark.slow
@needs_durable_rules
@needs_statm
def test_300_kernels_keep_no_memory() -> None:
    def make(n_kernels: int) -> None:
        for seed in range(n_kernels):
            kernel = kernel_for(layered(seed=seed))
            derived(kernel, [range(30)])
            kernel.close()

    make(100)
    gc.collect()
    before = resident_mb()
    make(300)
    gc.collect()
    assert resident_mb() - before < 5
