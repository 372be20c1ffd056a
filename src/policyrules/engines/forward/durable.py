"""The kernel on durable_rules 2.0.28: its C core, inside the fence in which it can be trusted.

A program becomes one ruleset of the core. Of

    7 if 3 and 40

it is made, the literals that stand in bodies numbered 0, 1, …, here 3 → 0 and 40 → 1:

    {"0": {"all": [{"m0": {"$and": [{"b": 0}, {"a": 0}]}}, {"m1": {"$and": [{"b": 0}, {"a": 1}]}}]}}

and the literal 40, when it stands, is the fact `{"id": 1, "b": 0, "a": 1}`. Two attributes rather
than one, because the core looks through the values of one attribute in turn. Nothing else of the
core is used: no numbers of ours, no texts, no negation, no timers, no retraction. All of that gives
wrong answers, crashes or hangs somewhere.

What the core does, as read in its C source, and what follows from it here:

* A session is made by the first fact and freed by `delete_state`, which frees two pointers that
  only an action sets. So every ruleset first runs one action, and afterwards has one session at a
  time: that gets the same memory again and finds the pointers empty.
* Text that the core cannot read is skipped without a word, and the offset that comes back is then
  uninitialised memory. So the offset is looked at before it is used.
* It calls nothing back and keeps the interpreter's lock: a call is atomic. Rulesets share nothing,
  so evaluations at the same time need a ruleset each, and a forked child goes on with its copies.
* Its callbacks alone call `PyEval_CallObject`, which Python 3.13 removed. None is ever set, so it
  is imported there without that function; see `lazy_binding`.
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

from policyrules.engines.forward.fixpoint import closure
from policyrules.engines.forward.horn import HornProgram, Rule, callers
from policyrules.errors import EngineError

DURABLE: Final = "durable_rules"
"""The name of the distribution, and of this kernel, as `kernel_for` has it."""

_SESSION: Final = None
"""The core's own name for the session of facts that name none; there is never another."""

_OFFSET: Final = 1
"""Where the only session of a ruleset lies: the first of its places, each time anew."""


_REMOVED: Final = "PyEval_CallObject"
"""The one function that the core lacks from Python 3.13 on."""

_DEFINE: Final = f"CPPFLAGS=-D{_REMOVED}=PyObject_CallObject"
"""Builds a core that lacks nothing, on any Python and with any compiler."""


class KernelMissing(EngineError, ImportError):
    """The kernel that was asked for is not installed, or cannot be imported."""

    code = "kernel_missing"

    def __init__(self, reason: str, remedy: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy

    def __str__(self) -> str:
        remedy = self.remedy or f"a C compiler builds it: {build_line()}"
        return f"the kernel `{DURABLE}` cannot be imported ({self.reason}); {remedy}"


def build_line() -> str:
    """The command that builds and installs durable_rules for this Python."""
    define = f"{_DEFINE} " if sys.version_info >= (3, 13) else ""
    return f'{define}pip install --force-reinstall --no-cache-dir "durable-rules==2.0.28"'


class Core(Protocol):
    """What is used of the module `durable_rules_engine`."""

    def create_ruleset(self, name: str, rules: str, /) -> int:
        """Build a ruleset and give its handle."""

    def delete_ruleset(self, handle: int, /) -> None:
        """Free a ruleset that has no session."""

    def assert_fact(self, handle: int, fact: str, /) -> tuple[int, int]:
        """Take in a fact: a code, 0 where all is well, and the offset of the session."""

    def assert_facts(self, handle: int, facts: str, /) -> tuple[int, int]:
        """Take in a list of facts, the same way."""

    def start_action_for_state(self, handle: int, offset: int, /) -> tuple[str, str] | None:
        """The session's own fact and the next rule that fires, None at rest."""

    def complete_and_start_action(self, handle: int, offset: int, /) -> str | None:
        """End the rule that fired and give the next, None at rest."""

    def delete_state(self, handle: int, session: str | None, /) -> None:
        """Free a session."""


def _name() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{DURABLE} {version(DURABLE)}"
    except PackageNotFoundError:
        return DURABLE


def load() -> Core:
    """The core, imported on first use.

    Raises:
        KernelMissing: It is not installed, or it was built without `PyEval_CallObject` and the
            loader of this machine binds every function at once.
    """
    if "t" in getattr(sys, "abiflags", ""):
        raise KernelMissing("Python runs without its global lock", "run it on a Python with it")
    try:
        import durable_rules_engine
    except ModuleNotFoundError as error:
        raise KernelMissing(str(error)) from error
    except ImportError as error:
        if _REMOVED not in str(error) or not _may_bind_lazily():
            raise KernelMissing(str(error)) from error
        return _lazily_bound()
    core: Core = durable_rules_engine
    return core


def _lazily_bound() -> Core:
    try:
        from policyrules.engines.forward.lazy_binding import core
    except ImportError as error:
        raise KernelMissing(str(error)) from error
    bound: Core = core
    return bound


def _may_bind_lazily() -> bool:
    """Return whether this platform lets a module be imported before all its functions are bound."""
    return hasattr(sys, "setdlopenflags") and hasattr(os, "RTLD_LAZY")


@attrs.frozen
class _Texts:
    """A program as the core reads it, built once.

    Attributes:
        rules: The ruleset.
        facts: For each literal the fact that says it stands, empty where no rule asks.
        heads: The head of each rule, by the name that the core reports when it fires.
    """

    rules: str
    facts: tuple[str, ...]
    heads: Mapping[str, tuple[int, int]]

    @classmethod
    def of(cls, program: HornProgram) -> _Texts:
        numbers: dict[int, int] = {}
        for rule in program.rules:
            for literal in rule.body:
                numbers.setdefault(literal, len(numbers))
        facts = [""] * program.n_literals
        for literal, number in numbers.items():
            facts[literal] = f'{{"id":{number},"b":{number // 32},"a":{number % 32}}}'

        def rule_text(name: int, rule: Rule) -> str:
            tests = (
                f'{{"m{place}":{{"$and":[{{"b":{number // 32}}},{{"a":{number % 32}}}]}}}}'
                for place, number in enumerate(numbers[literal] for literal in rule.body)
            )
            return f'"{name}":{{"all":[{",".join(tests)}]}}'

        return cls(
            f"{{{','.join(rule_text(*pair) for pair in enumerate(program.rules))}}}",
            tuple(facts),
            {str(number): (number, rule.head) for number, rule in enumerate(program.rules)},
        )


class DurableKernel:
    """Evaluates one Horn program on the core; any number of evaluations at once.

    Each evaluation has a ruleset of its own from those that are idle, or a new one. After any
    surprise its ruleset is never used again.
    """

    def __init__(self, program: HornProgram, core: Core | None = None) -> None:
        """Make ready to run; rulesets of the core are created as evaluations need them.

        Raises:
            KernelMissing: No core was given and it cannot be imported.
        """
        self.program = program
        self.core: Core = load() if core is None else core
        self.texts: _Texts = _Texts.of(program)
        self.name: str = _name()
        # A deque, as `append` and `pop` are atomic: a lock could be held in a fork.
        self._idle: deque[int] = deque()
        self._closed = False
        # No ruleset outlives its kernel, whether that is closed or forgotten; at exit the process
        # frees everything itself.
        weakref.finalize(self, _delete_all, self.core, self._idle).atexit = False

    def run(self) -> DurableRun:
        """A new evaluation, in which nothing stands yet."""
        return DurableRun(self)

    def close(self) -> None:
        """Free every idle ruleset; those in use follow when their evaluation ends."""
        self._closed = True
        _delete_all(self.core, self._idle)

    def take(self) -> int:
        """A ruleset for one evaluation: its handle."""
        try:
            return self._idle.pop()
        except IndexError:
            return self._create()

    def give_back(self, handle: int) -> None:
        """Free the session of an evaluation that went well, and keep its ruleset."""
        self.core.delete_state(handle, _SESSION)
        self._idle.append(handle)
        if self._closed:
            _delete_all(self.core, self._idle)

    def drop(self, handle: int) -> None:
        """Free the session and the ruleset of an evaluation that met a surprise."""
        try:
            self.core.delete_state(handle, _SESSION)
            self.core.delete_ruleset(handle)
        except Exception:  # noqa: BLE001 - see below
            # What cannot be freed in order is left where it is: to lose some memory is harmless,
            # to free it a second time is not.
            return

    def _create(self) -> int:
        """A ruleset that has run its first action. If that fails, it is not touched again.

        There is a first rule: no fact is asserted, and so no ruleset needed, unless a rule asks.
        """
        handle = self.core.create_ruleset("horn", self.texts.rules)
        stands = bytearray(self.program.n_literals)
        fired = bytearray(len(self.program.rules))
        body = self.program.rules[0].body
        for literal in body:
            stands[literal] = 1
        facts = ",".join(self.texts.facts[literal] for literal in body)
        _chain(self, handle, facts, stands, fired)
        if not fired[0]:
            raise _Surprise("the first rule did not fire although all of its body stands")
        self.core.delete_state(handle, _SESSION)
        return handle


class DurableRun:
    """One evaluation: a session of the core, from the first fact that a rule asks for."""

    __slots__ = ("_fired", "_given", "_handle", "_kernel", "_over", "_stands", "_trusted")

    def __init__(self, kernel: DurableKernel) -> None:
        self._kernel = kernel
        self._handle: int | None = None
        self._given: list[int] = []
        self._stands = bytearray(kernel.program.n_literals)
        self._fired = bytearray(len(kernel.program.rules))
        self._trusted = True
        self._over = False

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
            EngineError: That failed, after an evaluation without any other exception.
        """
        handle, self._handle, self._over = self._handle, None, True
        if handle is None:
            return
        if not self._trusted:
            self._kernel.drop(handle)
            return
        try:
            self._kernel.give_back(handle)
        except Exception as fault:
            if kind is None:
                raise self._error(_said(fault)) from fault

    def assert_(self, literals: Iterable[int]) -> tuple[int, ...]:
        """Assert literals, chain to rest, and give the newly derived heads, each once.

        Raises:
            EngineError: The core met a surprise; its ruleset is never used again.
            ValueError: A literal is none of the program's; nothing was asserted.
        """
        kernel, stands = self._kernel, self._stands
        given = callers(literals, kernel.program.n_visible)
        if self._over or not self._trusted:
            raise self._error("the evaluation is over, or met a surprise before")
        self._given += given
        texts = kernel.texts.facts
        facts = []
        for literal in given:
            if not stands[literal]:
                stands[literal] = 1
                if texts[literal]:
                    facts.append(texts[literal])
        # The core refuses a fact that no rule asks for, and of an empty list it makes no session.
        if not facts:
            return ()
        # Until all went well: an exception, be it the user's Ctrl-C, leaves the session half way.
        self._trusted = False
        try:
            if self._handle is None:
                self._handle = kernel.take()
            derived = _chain(kernel, self._handle, ",".join(facts), stands, self._fired)
        except MemoryError as fault:
            # The session may be half built, and is left where it is.
            self._handle, self._over = None, True
            raise self._error("the core ran out of memory") from fault
        except Exception as fault:
            raise self._error(_said(fault)) from fault
        self._trusted = True
        return tuple(derived)

    def distrust(self) -> None:
        """Never use the ruleset of this evaluation again."""
        self._trusted = False

    def _error(self, message: str) -> EngineError:
        program = self._kernel.program
        return EngineError(
            message,
            program=program,
            literals=self._given,
            expected=closure(program, self._given),
        )


class _Surprise(Exception):
    """The core answered as it never should."""


def _said(fault: Exception) -> str:
    if isinstance(fault, _Surprise):
        return f"{DURABLE}: {fault}"
    return f"{DURABLE} raised {type(fault).__name__}: {fault}"


def _chain(
    kernel: DurableKernel, handle: int, facts: str, stands: bytearray, fired: bytearray
) -> list[int]:
    """Take in facts and let rules fire until none can; give the heads that are new and visible.

    INVARIANT: every rule fires at most once in a session, so this ends whatever the core does.
    """
    core, texts, heads = kernel.core, kernel.texts.facts, kernel.texts.heads
    n_visible = kernel.program.n_visible
    derived = []
    _expect(core.assert_facts(handle, f"[{facts}]"))
    started = core.start_action_for_state(handle, _OFFSET)
    firing = None if started is None else started[1]
    while firing is not None:
        # {"name of the rule":{its facts}}
        known = heads.get(firing[2 : firing.index('"', 2)])
        if known is None:
            raise _Surprise(f"a rule fired that does not exist: {firing[:100]}")
        rule, head = known
        if fired[rule]:
            raise _Surprise(f"rule {rule} fired twice")
        fired[rule] = 1
        if not stands[head]:
            stands[head] = 1
            if head < n_visible:
                derived.append(head)
            if texts[head]:
                _expect(core.assert_fact(handle, texts[head]))
        firing = core.complete_and_start_action(handle, _OFFSET)
    return derived


def _expect(answer: tuple[int, int]) -> None:
    # The offset is uninitialised memory if the core read no fact: never hand back what it gave.
    if answer != (0, _OFFSET):
        raise _Surprise(f"a fact was answered with {answer}, not {(0, _OFFSET)}")


def _delete_all(core: Core, idle: deque[int]) -> None:
    while True:
        try:
            handle = idle.pop()
        except IndexError:
            return
        core.delete_ruleset(handle)
