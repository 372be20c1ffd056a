"""The kernel in plain Python: each rule counts the literals that it still misses.

It runs the source rules, not those rewritten for the core, so that a comparison with the durable
kernel checks the rewriting too.
"""

from __future__ import annotations

from collections.abc import Iterable
from types import TracebackType
from typing import Final, Self

from policyrules.engines.forward.horn import HornProgram, require_visible

FIXPOINT: Final = "fixpoint"
"""The name of this kernel in `kernel_for` and in receipts."""


class FixpointRun:
    """One evaluation: which literals are true, and how many each rule still misses."""

    __slots__ = ("_heads", "_is_true", "_missing", "_rules_by_literal")

    def __init__(
        self,
        rules_by_literal: tuple[tuple[int, ...], ...],
        heads: tuple[int, ...],
        missing: list[int],
    ) -> None:
        self._rules_by_literal = rules_by_literal
        self._heads = heads
        self._missing = missing
        self._is_true = bytearray(len(rules_by_literal))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Do nothing: there are no resources to free."""

    def assert_(self, literals: Iterable[int]) -> tuple[int, ...]:
        """Assert literals, chain until nothing follows, and return the new heads, each once.

        Raises:
            ValueError: A literal does not belong to the program; nothing was asserted.
        """
        is_true, rules_by_literal, missing, heads = (
            self._is_true,
            self._rules_by_literal,
            self._missing,
            self._heads,
        )
        new_literals = require_visible(literals, len(rules_by_literal))
        ready = []
        for literal in new_literals:
            if not is_true[literal]:
                is_true[literal] = 1
                ready.append(literal)
        derived = []
        # The list grows while it is read, until nothing follows from its last literal.
        for literal in ready:
            for rule in rules_by_literal[literal]:
                missing[rule] -= 1
                if not missing[rule]:
                    head = heads[rule]
                    if not is_true[head]:
                        is_true[head] = 1
                        ready.append(head)
                        derived.append(head)
        return tuple(derived)


class FixpointKernel:
    """A kernel for one Horn program in Python. Any number of evaluations may run at once."""

    name: Final = FIXPOINT

    def __init__(self, program: HornProgram) -> None:
        rules_by_literal: list[list[int]] = [[] for _ in range(program.n_visible)]
        for number, rule in enumerate(program.source_rules):
            for literal in rule.body:
                rules_by_literal[literal].append(number)
        self._rules_by_literal = tuple(map(tuple, rules_by_literal))
        self._heads = tuple(rule.head for rule in program.source_rules)
        self._missing = [len(rule.body) for rule in program.source_rules]

    def run(self) -> FixpointRun:
        """Start an evaluation in which no literal is true yet."""
        return FixpointRun(self._rules_by_literal, self._heads, self._missing.copy())

    def close(self) -> None:
        """Do nothing: there are no resources to free."""


def least_model(program: HornProgram, literals: Iterable[int]) -> tuple[int, ...]:
    """Return all literals that are true if these are: the least model, in rising order."""
    new_literals = tuple(literals)
    run = FixpointKernel(program).run()
    return tuple(sorted({*new_literals, *run.assert_(new_literals)}))
