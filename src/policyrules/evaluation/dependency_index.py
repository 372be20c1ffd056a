"""An index of the dependencies of expressions, for all decisions by a dated ruleset."""

from __future__ import annotations

from policyrules.ir.nodes import Expression, FactRef, ListRef, Reference, ValueRef
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.traverse import dependencies


class DependencyIndex:
    """An index of the transitive dependencies of expressions, each computed on first request."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self._ruleset = ruleset
        self._references: dict[Expression, tuple[Reference, ...]] = {}

    def facts(self, node: Expression) -> tuple[str, ...]:
        """Return the facts and lists that an expression depends on, each once."""
        read = self._references_of(node)
        return tuple(name.name for name in read if isinstance(name, (FactRef, ListRef)))

    def values(self, node: Expression) -> tuple[str, ...]:
        """Return the values that an expression depends on, each once."""
        return tuple(name.name for name in self._references_of(node) if isinstance(name, ValueRef))

    def _references_of(self, node: Expression) -> tuple[Reference, ...]:
        if node not in self._references:
            self._references[node] = tuple(dependencies(self._ruleset, node))
        return self._references[node]
