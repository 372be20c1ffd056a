"""The kernel that chains on the C core of durable_rules 2.0.28, within the limits of the core.

A program becomes one ruleset of the core. The literals of all bodies are numbered from 0. If 3 has
the number 0 and 40 the number 1, the rule

    7 if 3 and 40

becomes

    {"0": {"all": [{"m0": {"$and": [{"b": 0}, {"a": 0}]}}, {"m1": {"$and": [{"b": 0}, {"a": 1}]}}]}}

and the literal 40, once true, is the fact `{"id": 1, "b": 0, "a": 1}`. A number is split into two
attributes because the core searches the values of one attribute in turn. Nothing else of the core
is used: no figures, no texts, no negation, no timers, no retraction. Each of these gives wrong
answers, crashes or hangs in some case.

Properties of the core, read in its C source, and their consequences here:

* The first fact creates a session and `delete_state` frees it, with two pointers that only an
  action sets. So every ruleset first runs one action, and has one session at a time afterwards: it
  gets the same memory again, where the pointers are empty.
* Text that the core cannot parse is skipped silently, and the offset that it returns is then
  uninitialised memory. So the offset is checked before it is used.
* The core calls no Python and keeps the interpreter's lock: a call is atomic. Rulesets share
  nothing, so concurrent evaluations need a ruleset each, and a forked child continues with copies.
* Only callbacks of the core call `PyEval_CallObject`, which Python 3.13 removed. None is ever set,
  so the core is imported there without that function; see `lazy_binding`.
"""

from __future__ import annotations

import os
import sys
import weakref
from collections import deque
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Final, Protocol, Self

import attrs

from policyrules.engines.forward.fixpoint import least_model
from policyrules.engines.forward.horn import HornProgram, Rule, require_visible
from policyrules.errors import EngineError

DURABLE: Final = "durable_rules"
"""The name of the distribution, and of this kernel in `kernel_for`."""

_DEFAULT_SESSION: Final = None
"""The name of the default session, which is the only one."""

_SESSION_OFFSET: Final = 1
"""The offset of the only session of a ruleset, which is always the first."""


_REMOVED_FUNCTION: Final = "PyEval_CallObject"
"""The function that the core needs and Python no longer has from 3.13 on."""

_BUILD_SETTING: Final = f"CPPFLAGS=-D{_REMOVED_FUNCTION}=PyObject_CallObject"
"""The setting that builds a complete core, on any Python and with any compiler."""


class KernelMissing(EngineError, ImportError):
    """The kernel is not installed, or cannot be imported."""

    code = "missing-kernel"

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        remedy = self.remedy or f"a C compiler builds it: {build_command()}"
        return f"the kernel `{DURABLE}` cannot be imported ({self.reason}); {remedy}"


def build_command() -> str:
    """Return the command that builds and installs durable_rules for this Python."""
    define = f"{_BUILD_SETTING} " if sys.version_info >= (3, 13) else ""
    return f'{define}pip install --force-reinstall --no-cache-dir "durable-rules==2.0.28"'


class Core(Protocol):
    """The functions of the module `durable_rules_engine` that are used."""

    def create_ruleset(self, name: str, rules: str, /) -> int:
        """Build a ruleset and return its handle."""

    def delete_ruleset(self, handle: int, /) -> None:
        """Free a ruleset that has no session."""

    def assert_fact(self, handle: int, fact: str, /) -> tuple[int, int]:
        """Assert a fact; return a code, 0 on success, and the offset of the session."""

    def assert_facts(self, handle: int, facts: str, /) -> tuple[int, int]:
        """Assert a list of facts; return the same as `assert_fact`."""

    def start_action_for_state(self, handle: int, offset: int, /) -> tuple[str, str] | None:
        """Return the fact of the session and the next rule that fires, or None."""

    def complete_and_start_action(self, handle: int, offset: int, /) -> str | None:
        """End the rule that fired and return the next, or None."""

    def delete_state(self, handle: int, session: str | None, /) -> None:
        """Free a session."""


def _name_with_version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{DURABLE} {version(DURABLE)}"
    except PackageNotFoundError:
        return DURABLE


def load() -> Core:
    """Import the core.

    Raises:
        KernelMissing: It is not installed, or it was built without `PyEval_CallObject` and the
            loader of this platform binds every function at once.
    """
    if "t" in getattr(sys, "abiflags", ""):
        raise KernelMissing("Python runs without its global lock", "run it on a Python with it")
    try:
        import durable_rules_engine
    except ModuleNotFoundError as error:
        raise KernelMissing(str(error)) from error
    except ImportError as error:
        if _REMOVED_FUNCTION not in str(error) or not _may_bind_lazily():
            raise KernelMissing(str(error)) from error
        return _load_lazily()
    core: Core = durable_rules_engine
    return core


def _load_lazily() -> Core:
    try:
        from policyrules.engines.forward.lazy_binding import core
    except ImportError as error:
        raise KernelMissing(str(error)) from error
    bound: Core = core
    return bound


def _may_bind_lazily() -> bool:
    """Return whether this platform can import a module without binding all its functions."""
    return hasattr(sys, "setdlopenflags") and hasattr(os, "RTLD_LAZY")


@attrs.frozen
class _CoreProgram:
    """A Horn program as JSON texts, the input format of the core.

    Attributes:
        rules: The ruleset.
        facts: For each literal the fact that says it is true; empty if it is in no body.
        heads: The number and the head of each rule, by the name that the core reports.
    """

    rules: str
    facts: tuple[str, ...]
    heads: Mapping[str, tuple[int, int]]

    @classmethod
    def from_program(cls, program: HornProgram) -> _CoreProgram:
        numbers: dict[int, int] = {}
        for rule in program.rules:
            for literal in rule.body:
                numbers.setdefault(literal, len(numbers))
        facts = [""] * program.n_literals
        for literal, number in numbers.items():
            facts[literal] = f'{{"id":{number},"b":{number // 32},"a":{number % 32}}}'

        def rule_json(name: int, rule: Rule) -> str:
            tests = (
                f'{{"m{place}":{{"$and":[{{"b":{number // 32}}},{{"a":{number % 32}}}]}}}}'
                for place, number in enumerate(numbers[literal] for literal in rule.body)
            )
            return f'"{name}":{{"all":[{",".join(tests)}]}}'

        return cls(
            f"{{{','.join(rule_json(*pair) for pair in enumerate(program.rules))}}}",
            tuple(facts),
            {str(number): (number, rule.head) for number, rule in enumerate(program.rules)},
        )


class DurableKernel:
    """A kernel for one Horn program on the core. Any number of evaluations may run at once.

    Each evaluation acquires an idle ruleset from a pool, or creates one. After a fault its ruleset
    is never used again.
    """

    def __init__(self, program: HornProgram, core: Core | None = None) -> None:
        """Prepare the program; rulesets of the core are created when evaluations need them.

        Raises:
            KernelMissing: No core is given, and it cannot be imported.
        """
        self.program = program
        self.core: Core = load() if core is None else core
        self.texts: _CoreProgram = _CoreProgram.from_program(program)
        self.name: str = _name_with_version()
        # A deque, as `append` and `pop` are atomic: a lock could be held in a fork.
        self._idle: deque[int] = deque()
        self._is_closed = False
        # No ruleset outlives its kernel, closed or garbage-collected. At exit the process frees
        # everything.
        weakref.finalize(self, _delete_rulesets, self.core, self._idle).atexit = False

    def run(self) -> DurableRun:
        """Start an evaluation in which no literal is true yet."""
        return DurableRun(self)

    def close(self) -> None:
        """Free every idle ruleset; the others follow when their evaluation ends."""
        self._is_closed = True
        _delete_rulesets(self.core, self._idle)

    def acquire(self) -> int:
        """Return the handle of a ruleset for one evaluation."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._create()

    def release(self, handle: int) -> None:
        """Free the session of an evaluation without fault, and keep its ruleset."""
        self.core.delete_state(handle, _DEFAULT_SESSION)
        self._idle.append(handle)
        if self._is_closed:
            _delete_rulesets(self.core, self._idle)

    def discard(self, handle: int) -> None:
        """Free the session and the ruleset of an evaluation with a fault."""
        try:
            self.core.delete_state(handle, _DEFAULT_SESSION)
            self.core.delete_ruleset(handle)
        except Exception:  # noqa: BLE001 - see below
            # Do not try again: leaked memory is harmless, memory that is freed twice is not.
            return

    def _create(self) -> int:
        """Create a ruleset and run its first action. If that fails, it is never used again.

        There is a first rule: without one, no fact is asserted and no ruleset is needed.
        """
        handle = self.core.create_ruleset("horn", self.texts.rules)
        is_true = bytearray(self.program.n_literals)
        fired = bytearray(len(self.program.rules))
        body = self.program.rules[0].body
        for literal in body:
            is_true[literal] = 1
        facts = ",".join(self.texts.facts[literal] for literal in body)
        _chain(self, handle, facts, is_true, fired)
        if not fired[0]:
            raise _CoreFault("the first rule did not fire although its body is true")
        self.core.delete_state(handle, _DEFAULT_SESSION)
        return handle


class DurableRun:
    """One evaluation: a session of the core, created with the first fact."""

    __slots__ = ("_asserted", "_fired", "_handle", "_is_over", "_is_true", "_is_trusted", "_kernel")

    def __init__(self, kernel: DurableKernel) -> None:
        self._kernel = kernel
        self._handle: int | None = None
        self._asserted: list[int] = []
        self._is_true = bytearray(kernel.program.n_literals)
        self._fired = bytearray(len(kernel.program.rules))
        self._is_trusted = True
        self._is_over = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Free the session.

        Raises:
            EngineError: That failed, and no other exception is raised.
        """
        handle, self._handle, self._is_over = self._handle, None, True
        if handle is None:
            return
        if not self._is_trusted:
            self._kernel.discard(handle)
            return
        try:
            self._kernel.release(handle)
        except Exception as fault:
            if kind is None:
                raise self._error(_fault_text(fault)) from fault

    def assert_(self, literals: Iterable[int]) -> tuple[int, ...]:
        """Assert literals, chain until nothing follows, and return the new heads, each once.

        Raises:
            EngineError: The core failed; its ruleset is never used again.
            ValueError: A literal does not belong to the program; nothing was asserted.
        """
        kernel, is_true = self._kernel, self._is_true
        new_literals = require_visible(literals, kernel.program.n_visible)
        if self._is_over or not self._is_trusted:
            raise self._error("the evaluation is over, or failed before")
        self._asserted += new_literals
        texts = kernel.texts.facts
        facts = []
        for literal in new_literals:
            if not is_true[literal]:
                is_true[literal] = 1
                if texts[literal]:
                    facts.append(texts[literal])
        # The core rejects a fact that is in no body, and creates no session for an empty list.
        if not facts:
            return ()
        # An exception, if only the Ctrl-C of the user, leaves the session in an unknown state.
        self._is_trusted = False
        try:
            if self._handle is None:
                self._handle = kernel.acquire()
            derived = _chain(kernel, self._handle, ",".join(facts), is_true, self._fired)
        except MemoryError as fault:
            # The session may be incomplete, so it is not freed.
            self._handle, self._is_over = None, True
            raise self._error("the core ran out of memory") from fault
        except Exception as fault:
            raise self._error(_fault_text(fault)) from fault
        self._is_trusted = True
        return tuple(derived)

    def poison(self) -> None:
        """Never use the ruleset of this evaluation again."""
        self._is_trusted = False

    def _error(self, message: str) -> EngineError:
        program = self._kernel.program
        return EngineError(
            message,
            program=program,
            literals=self._asserted,
            expected=least_model(program, self._asserted),
        )


class _CoreFault(Exception):
    """The core returned something that it must never return."""


def _fault_text(fault: Exception) -> str:
    if isinstance(fault, _CoreFault):
        return f"{DURABLE}: {fault}"
    return f"{DURABLE} raised {type(fault).__name__}: {fault}"


def _chain(
    kernel: DurableKernel, handle: int, facts: str, is_true: bytearray, fired: bytearray
) -> list[int]:
    """Assert facts and fire rules until none is left; return the heads that are new and visible.

    INVARIANT: every rule fires at most once in a session, so the loop ends whatever the core does.
    """
    core, texts, heads = kernel.core, kernel.texts.facts, kernel.texts.heads
    n_visible = kernel.program.n_visible
    derived = []
    _require_success(core.assert_facts(handle, f"[{facts}]"))
    started = core.start_action_for_state(handle, _SESSION_OFFSET)
    firing = None if started is None else started[1]
    while firing is not None:
        # {"name of the rule":{its facts}}
        known = heads.get(firing[2 : firing.index('"', 2)])
        if known is None:
            raise _CoreFault(f"a rule fired that does not exist: {firing[:100]}")
        rule, head = known
        if fired[rule]:
            raise _CoreFault(f"rule {rule} fired twice")
        fired[rule] = 1
        if not is_true[head]:
            is_true[head] = 1
            if head < n_visible:
                derived.append(head)
            if texts[head]:
                _require_success(core.assert_fact(handle, texts[head]))
        firing = core.complete_and_start_action(handle, _SESSION_OFFSET)
    return derived


def _require_success(answer: tuple[int, int]) -> None:
    """Raise a fault unless the core has accepted a fact."""
    # The offset is uninitialised memory if the core parsed no fact: never pass it on.
    if answer != (0, _SESSION_OFFSET):
        raise _CoreFault(f"the answer to a fact was {answer}, not {(0, _SESSION_OFFSET)}")


def _delete_rulesets(core: Core, idle: deque[int]) -> None:
    """Free the rulesets in the pool and empty it."""
    while True:
        try:
            handle = idle.pop()
        except IndexError:
            return
        core.delete_ruleset(handle)
