"""The kernels of the forward engine: what chains a Horn program, and which one does.

Where durable_rules can be imported, it chains, and the fixpoint in plain Python checks every step.
Where it cannot, the fixpoint chains alone; from Python 3.13 on durable_rules comes with the extra
`durable` only.
"""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol, Self

from policyrules.engines.forward.durable import (
    DURABLE,
    DurableKernel,
    DurableRun,
    KernelMissing,
    load,
)
from policyrules.engines.forward.fixpoint import FIXPOINT, FixpointKernel, FixpointRun, closure
from policyrules.engines.forward.horn import HornProgram
from policyrules.errors import EngineError


class Run(Protocol):
    """One evaluation of a Horn program, within `with kernel.run() as run`."""

    def assert_(self, literals: Iterable[int]) -> tuple[int, ...]:
        """Assert literals, chain to rest, and give the newly derived heads, each once.

        What stands already, asserted or derived, is ignored. It is called several times in one
        evaluation: the caller computes values from what was derived and asserts more.

        Raises:
            EngineError: The kernel met a surprise; nothing may be decided on this evaluation.
            ValueError: A literal is none of the program's; nothing was asserted.
        """


class Kernel(Protocol):
    """Evaluates one Horn program; threads may run it at the same time."""

    @property
    def name(self) -> str:
        """What chains, as the receipt says it: `durable_rules 2.0.28` or `fixpoint`."""

    def run(self) -> AbstractContextManager[Run]:
        """A new evaluation, in which nothing stands yet."""

    def close(self) -> None:
        """Free what the kernel holds. It may be used again, but then keeps nothing."""


class CheckedRun:
    """One evaluation on two kernels: the core chains, the fixpoint says whether it is right."""

    __slots__ = ("_durable", "_fixpoint", "_given", "_program")

    def __init__(self, program: HornProgram, durable: DurableRun, fixpoint: FixpointRun) -> None:
        self._program = program
        self._durable = durable
        self._fixpoint = fixpoint
        self._given: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """End both evaluations."""
        self._durable.__exit__(kind, error, trace)

    def assert_(self, literals: Iterable[int]) -> tuple[int, ...]:
        """Assert literals in both, and give what the core derived, in its order.

        Raises:
            EngineError: The core met a surprise, or did not derive what the fixpoint derives.
            ValueError: A literal is none of the program's; nothing was asserted.
        """
        given = tuple(literals)
        expected = self._fixpoint.assert_(given)
        derived = self._durable.assert_(given)
        self._given += given
        if len(derived) != len(expected) or set(derived) != set(expected):
            self._durable.distrust()
            raise EngineError(
                f"durable_rules derived {sorted(derived)}, the fixpoint {sorted(expected)}",
                program=self._program,
                literals=self._given,
                expected=closure(self._program, self._given),
            )
        return derived


class CheckedKernel:
    """The kernel on durable_rules, every step of it compared with the fixpoint."""

    def __init__(self, durable: DurableKernel) -> None:
        self._durable = durable
        self._fixpoint = FixpointKernel(durable.program)
        self.name: str = durable.name

    def run(self) -> CheckedRun:
        """A new evaluation, in which nothing stands yet."""
        return CheckedRun(self._durable.program, self._durable.run(), self._fixpoint.run())

    def close(self) -> None:
        """Free the rulesets of the core."""
        self._durable.close()


def default_kernel_name() -> str:
    """The kernel for those who ask for none: `durable_rules` where it imports, else `fixpoint`."""
    try:
        load()
    except KernelMissing:
        return FIXPOINT
    return DURABLE


def kernel_for(program: HornProgram, name: str | None = None) -> Kernel:
    """The kernel of this name for a program; the default one where no name is given.

    Raises:
        KernelMissing: `durable_rules` was asked for and cannot be imported.
        ValueError: There is no kernel of this name.
    """
    wanted = default_kernel_name() if name is None else name
    if wanted == DURABLE:
        return CheckedKernel(DurableKernel(program))
    if wanted == FIXPOINT:
        return FixpointKernel(program)
    raise ValueError(f"there is no kernel `{wanted}`; there are `{DURABLE}` and `{FIXPOINT}`")
