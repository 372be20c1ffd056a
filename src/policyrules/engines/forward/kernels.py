"""The kernels that chain a Horn program, and the choice between them.

If durable_rules can be imported, it chains, and the fixpoint in plain Python checks every step. If
not, the fixpoint chains alone. From Python 3.13 on, durable_rules comes only with the extra
`durable`.
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
from policyrules.engines.forward.fixpoint import FIXPOINT, FixpointKernel, FixpointRun, least_model
from policyrules.engines.forward.horn import HornProgram
from policyrules.errors import EngineError


class Run(Protocol):
    """One evaluation of a Horn program, as in `with kernel.run() as run`."""

    def assert_(self, literals: Iterable[int]) -> tuple[int, ...]:
        """Assert literals, chain until nothing follows, and return the new heads, each once.

        Literals that are true already are ignored. The caller computes values from what was
        derived, and calls this again with more literals.

        Raises:
            EngineError: Internal error; the evaluation must not be used.
            ValueError: A literal does not belong to the program; nothing was asserted.
        """


class Kernel(Protocol):
    """A kernel, which evaluates one Horn program. Threads may share it."""

    @property
    def name(self) -> str:
        """Return the name for the receipt: `durable_rules 2.0.28` or `fixpoint`."""

    def run(self) -> AbstractContextManager[Run]:
        """Start an evaluation in which no literal is true yet."""

    def close(self) -> None:
        """Free the resources. The kernel may still be used, but keeps none afterwards."""


class CheckedRun:
    """One evaluation on two kernels: the core chains, and the fixpoint checks it."""

    __slots__ = ("_asserted", "_durable", "_fixpoint", "_program")

    def __init__(self, program: HornProgram, durable: DurableRun, fixpoint: FixpointRun) -> None:
        self._program = program
        self._durable = durable
        self._fixpoint = fixpoint
        self._asserted: list[int] = []

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
        """Assert literals in both kernels, and return what the core derived, in its order.

        Raises:
            EngineError: The core failed, or did not derive what the fixpoint derives.
            ValueError: A literal does not belong to the program; nothing was asserted.
        """
        new_literals = tuple(literals)
        expected = self._fixpoint.assert_(new_literals)
        derived = self._durable.assert_(new_literals)
        self._asserted += new_literals
        if len(derived) != len(expected) or set(derived) != set(expected):
            self._durable.poison()
            raise EngineError(
                f"durable_rules derived {sorted(derived)}, the fixpoint {sorted(expected)}",
                program=self._program,
                literals=self._asserted,
                expected=least_model(self._program, self._asserted),
            )
        return derived


class CheckedKernel:
    """The kernel on durable_rules. Every step is compared with the fixpoint."""

    def __init__(self, durable: DurableKernel) -> None:
        self._durable = durable
        self._fixpoint = FixpointKernel(durable.program)
        self.name: str = durable.name

    def run(self) -> CheckedRun:
        """Start an evaluation in which no literal is true yet."""
        return CheckedRun(self._durable.program, self._durable.run(), self._fixpoint.run())

    def close(self) -> None:
        """Free the rulesets of the core."""
        self._durable.close()


def default_kernel_name() -> str:
    """Return the default kernel: `durable_rules` if it can be imported, else `fixpoint`."""
    try:
        load()
    except KernelMissing:
        return FIXPOINT
    return DURABLE


def kernel_for(program: HornProgram, name: str | None = None) -> Kernel:
    """Return the kernel of this name for a program, or the default kernel.

    Raises:
        KernelMissing: `durable_rules` cannot be imported.
        ValueError: There is no kernel of this name.
    """
    wanted = default_kernel_name() if name is None else name
    if wanted == DURABLE:
        return CheckedKernel(DurableKernel(program))
    if wanted == FIXPOINT:
        return FixpointKernel(program)
    raise ValueError(f"there is no kernel `{wanted}`; there are `{DURABLE}` and `{FIXPOINT}`")
