"""The nodes that an overlay overrides, and those that it inherits unchanged.

The cases of a base cover the inherited nodes. Coverage, mutation tests and the tests of the shipped
rulesets all use this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Final

import attrs

from policyrules.ir.day_rows import parameter_read
from policyrules.ir.lens import Node, iter_nodes
from policyrules.ir.nodes import Expression, ParameterRef, ValueRef
from policyrules.ir.ruleset import (
    AmountRule,
    CheckedRuleset,
    Condition,
    Constraint,
    Group,
    Note,
    Parameter,
    Period,
    Rounding,
    RuleException,
    Value,
)
from policyrules.ir.traverse import dependencies, expressions_of

_ABSENT: Final = object()


@attrs.frozen(slots=False)
class OverrideSet:
    """The nodes that a ruleset overrides; `bases` are the rulesets that it extends directly.

    A ruleset without bases overrides every node.
    """

    ruleset: CheckedRuleset
    bases: tuple[CheckedRuleset, ...] = ()

    def overrides(self, node_id: str) -> bool:
        """Return whether the ruleset declares `node_id` itself or differs from every base there.

        Provenance and titles are ignored.
        """
        content = self._content.get(node_id)
        return not any(content == base.get(node_id, _ABSENT) for base in self._base_contents)

    def affects(self, node_id: str) -> bool:
        """Return whether the ruleset overrides a node, or a parameter or value that it reads."""
        names = (node_id, *self._dependencies.get(node_id, ()))
        return any(self.overrides(name) for name in names)

    @cached_property
    def inherited_ids(self) -> tuple[str, ...]:
        """The nodes that the ruleset inherits unchanged."""
        return tuple(node_id for node_id in self._content if not self.affects(node_id))

    @cached_property
    def _content(self) -> Mapping[str, object]:
        return content_by_id(self.ruleset)

    @cached_property
    def _base_contents(self) -> tuple[Mapping[str, object], ...]:
        return tuple(map(content_by_id, self.bases))

    @cached_property
    def _dependencies(self) -> Mapping[str, frozenset[str]]:
        """The parameters and values on which each condition, exception and note depends."""
        return {
            node_id: self._referenced_names(_expressions(node))
            for node_id, node in iter_nodes(self.ruleset)
        }

    def _referenced_names(self, expressions: Iterable[Expression]) -> frozenset[str]:
        return frozenset(
            parameter_read(reference.name)
            for expression in expressions
            for reference in dependencies(self.ruleset, expression)
            if isinstance(reference, (ParameterRef, ValueRef))
        )


def _expressions(node: Node) -> Iterable[Expression]:
    """Return the expressions through which an override of a base reaches a node."""
    match node:
        case Condition():
            return expressions_of(node)
        case RuleException(when=when, expression=text):
            return (when, text)
        case Note(when=when) if when is not None:
            return (when,)
        case _:
            return ()


def content_by_id(ruleset: CheckedRuleset) -> Mapping[str, object]:
    """Map each node id to its semantic content, for comparison with a base.

    Provenance and titles are left out.
    """
    content = {node_id: _content(node) for node_id, node in iter_nodes(ruleset)}
    for name, value in ruleset.all_values.items():
        if value.last_row is not None:
            rows = [content[row.id] for row in value.exceptions]
            content[name] = content[name], content[value.last_row.table], rows
    past = {name: True for name, fact in ruleset.facts.items() if fact.is_past}
    return {**content, **past, "consequences": ruleset.outcome.consequences}


def _content(node: Node) -> object:
    match node:
        case Period():
            return node.from_, node.to
        case Parameter():
            rows = [(row.from_, row.to, row.content) for row in node.rows]
            return node.by, node.open, rows
        case Value():
            return node.expression, node.input_fact, _rounding(node.rounding), _order(node)
        case Condition():
            test = _content(node.test) if isinstance(node.test, Group) else node.test
            return test, node.excludes is None, _order(node)
        case RuleException():
            return node.when, node.expression
        case Group():
            return node.kind, frozenset(node.members), node.n
        case AmountRule():
            return node.expression, _rounding(node.rounding)
        case Constraint():
            return node.test
        case Note():
            return node.text, node.when


def groups_by_id(ruleset: CheckedRuleset) -> Mapping[str, Group]:
    """Map the id of each group to the group: conditions, and the eligibility groups."""
    groups: dict[str, Group] = {}
    for node_id, node in iter_nodes(ruleset):
        group = node.test if isinstance(node, Condition) else node
        if isinstance(group, Group):
            groups[node_id] = group
    return groups


def _order(rule: Value | Condition) -> tuple[str, ...] | None:
    """Return the ids of exceptions that are taken in order."""
    return tuple(exception.id for exception in rule.exceptions) if rule.is_ordered else None


def _rounding(rounding: Rounding | None) -> object:
    return None if rounding is None else (rounding.step, rounding.mode)
