"""The kernel in plain Python: each rule counts the literals that it still waits for.

It works on the rules as they are meant, not as they are split for the core, so beside the durable
kernel it checks the splitting too.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

from policyrules.engines.forward.horn import HornProgram, callers

FIXPOINT: Final = "fixpoint"
"""The name of this kernel, as `kernel_for` and receipts have it."""


class FixpointRun:
    """One evaluation: which literals stand, and what each rule still waits for."""

    __slots__ = ("_heads", "_needed", "_stands", "_waits")

    def __init__(
        self, needed: tuple[tuple[int, ...], ...], heads: tuple[int, ...], waits: list[int]
    ) -> None:
        self._needed = needed
        self._heads = heads
        self._waits = waits
        self._stands = bytearray(len(needed))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Nothing is held, so there is nothing to give back."""

    def assert_(self, literals: Iterable[int]) -> tuple[int, ...]:
        """Assert literals, chain to rest, and give the newly derived heads, each once.

        Raises:
            ValueError: A literal is none of the program's; nothing was asserted.
        """
        stands, needed, waits, heads = self._stands, self._needed, self._waits, self._heads
        given = callers(literals, len(needed))
        ready = []
        for literal in given:
            if not stands[literal]:
                stands[literal] = 1
                ready.append(literal)
        derived = []
        # The list grows as it is read, until nothing follows from its last literal.
        for literal in ready:
            for rule in needed[literal]:
                waits[rule] -= 1
                if not waits[rule]:
                    head = heads[rule]
                    if not stands[head]:
                        stands[head] = 1
                        ready.append(head)
                        derived.append(head)
        return tuple(derived)


class FixpointKernel:
    """Evaluates one Horn program; any number of evaluations at once, none knows of another."""

    name: Final = FIXPOINT

    def __init__(self, program: HornProgram) -> None:
        needed: list[list[int]] = [[] for _ in range(program.n_visible)]
        for number, rule in enumerate(program.meant):
            for literal in rule.body:
                needed[literal].append(number)
        self._needed = tuple(map(tuple, needed))
        self._heads = tuple(rule.head for rule in program.meant)
        self._waits = [len(rule.body) for rule in program.meant]

    def run(self) -> FixpointRun:
        """A new evaluation, in which nothing stands yet."""
        return FixpointRun(self._needed, self._heads, self._waits.copy())

    def close(self) -> None:
        """Nothing is held, so there is nothing to give back."""


def closure(program: HornProgram, literals: Iterable[int]) -> tuple[int, ...]:
    """Every literal that stands once these are asserted, they included, in rising order."""
    given = tuple(literals)
    run = FixpointKernel(program).run()
    return tuple(sorted({*given, *run.assert_(given)}))
