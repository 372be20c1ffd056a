"""An index of the dependencies of expressions, for all decisions by a dated ruleset."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.ir.nodes import (
    ConditionRef,
    EligibleRef,
    Expression,
    FactRef,
    ListRef,
    Reference,
    ValueRef,
)
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.traverse import (
    dependencies,
    eligibility_conditions,
    expressions_of,
    periodic_parts,
)


class DependencyIndex:
    """An index of the transitive dependencies of expressions, each computed on first request."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self._ruleset = ruleset
        self._references: dict[Expression, tuple[Reference, ...]] = {}
        self._periodic_facts: dict[Expression, frozenset[str]] = {}

    def facts(self, node: Expression) -> tuple[str, ...]:
        """Return the facts and lists that an expression depends on, each once."""
        read = self._references_of(node)
        return tuple(name.name for name in read if isinstance(name, (FactRef, ListRef)))

    def values(self, node: Expression) -> tuple[str, ...]:
        """Return the values that an expression depends on, each once."""
        return tuple(name.name for name in self._references_of(node) if isinstance(name, ValueRef))

    def periodic_facts(self, node: Expression) -> frozenset[str]:
        """Return the facts that an expression reads by a part that begins again each year or month.

        While such a fact rises, a test may turn many times.
        """
        if node not in self._periodic_facts:
            expressions = [node, *self._expressions_behind(node)]
            self._periodic_facts[node] = frozenset(
                name
                for expression in expressions
                for part in periodic_parts(expression)
                for name in self.facts(part)
            )
        return self._periodic_facts[node]

    def _expressions_behind(self, node: Expression) -> Iterator[Expression]:
        ruleset = self._ruleset
        for reference in self._references_of(node):
            match reference:
                case ValueRef(name):
                    yield from expressions_of(ruleset.all_values[name])
                case ConditionRef(name):
                    yield from expressions_of(ruleset.all_conditions[name])
                case EligibleRef(name):
                    for condition in eligibility_conditions(ruleset.item_rules[name]):
                        yield from expressions_of(condition)
                case _:
                    pass

    def _references_of(self, node: Expression) -> tuple[Reference, ...]:
        if node not in self._references:
            self._references[node] = tuple(dependencies(self._ruleset, node))
        return self._references[node]
