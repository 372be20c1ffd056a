"""A ruleset taken apart, so that an overlay can change its pieces; and put together again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

import attrs

from policyrules.overlays.walk import members_of, with_members
from policyrules.syntax.tree import (
    AmountNode,
    BlockNode,
    ConditionNode,
    ExceptionNode,
    GroupNode,
    ParameterNode,
    RulesetTree,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar

Target = ParameterNode | ValueNode | ConditionNode | ExceptionNode | AmountNode

KINDS: Final[Mapping[type[Target], str]] = MappingProxyType(
    {
        ParameterNode: "parameter",
        ValueNode: "value",
        ConditionNode: "condition",
        ExceptionNode: "exception",
        AmountNode: "amount",
    }
)
"""What an author calls each kind of node that has an id."""


_Group = TypeVar("_Group", bound=GroupNode)


@attrs.define
class Bench:
    """The pieces of a tree. Values and conditions know their list, which is empty for the case."""

    tree: RulesetTree
    parameters: dict[str, ParameterNode]
    values: dict[str, tuple[str, ValueNode]]
    conditions: dict[str, tuple[str, ConditionNode]]
    blocks: dict[str, BlockNode]
    eligible: dict[str, GroupNode]
    consequences: tuple[Scalar, ...]
    amount: AmountNode | None

    @classmethod
    def of(cls, tree: RulesetTree) -> Bench:
        """A tree, taken apart."""
        values = [("", one) for one in tree.values]
        conditions = [("", one) for one in tree.conditions]
        for block in tree.lists:
            values += [(block.name.text, one) for one in block.values]
            conditions += [(block.name.text, one) for one in block.conditions]
        eligible = {one.name.text: one.eligible for one in tree.lists if one.eligible is not None}
        return cls(
            tree,
            {one.name.text: one for one in tree.parameters},
            {one.name.text: (of, one) for of, one in values},
            {one.name.text: (of, one) for of, one in conditions},
            {one.name.text: one for one in tree.lists},
            {**eligible, "": tree.outcome.eligible},
            tree.outcome.consequences,
            tree.outcome.amount,
        )

    def tree_of(self) -> RulesetTree:
        """The pieces, put together."""
        outcome = attrs.evolve(
            self.tree.outcome,
            eligible=self.eligible[""],
            amount=self.amount,
            consequences=self.consequences,
        )
        blocks = (
            attrs.evolve(
                block,
                values=tuple(one for of, one in self.values.values() if of == name),
                conditions=tuple(one for of, one in self.conditions.values() if of == name),
                eligible=self.eligible.get(name),
            )
            for name, block in self.blocks.items()
        )
        return attrs.evolve(
            self.tree,
            parameters=tuple(self.parameters.values()),
            values=tuple(one for of, one in self.values.values() if not of),
            conditions=tuple(one for of, one in self.conditions.values() if not of),
            # A block that lost all it said is no block.
            lists=tuple(one for one in blocks if one.values or one.conditions),
            outcome=outcome,
        )

    def exceptions(self) -> Iterator[tuple[str, ExceptionNode]]:
        """Every exception, with the id of what it is one of."""
        for _, node in self.rules():
            yield from ((node.name.text, one) for one in node.except_)

    def target(self, name: str) -> Target | None:
        """The node of an id."""
        if name in self.parameters:
            return self.parameters[name]
        if name in self.values:
            return self.values[name][1]
        if name in self.conditions:
            return self.conditions[name][1]
        if self.amount is not None and self.amount.name.text == name:
            return self.amount
        return next((one for _, one in self.exceptions() if one.name.text == name), None)

    def ids(self) -> Iterator[str]:
        """Every id."""
        yield from (*self.parameters, *self.values, *self.conditions)
        yield from (one.name.text for _, one in self.exceptions())
        if self.amount is not None:
            yield self.amount.name.text

    def put(self, node: ValueNode | ConditionNode, of: str) -> None:
        """Puts a value or condition in its place, or adds it."""
        if isinstance(node, ValueNode):
            self.values[node.name.text] = of, node
        else:
            self.conditions[node.name.text] = of, node

    def rules(self) -> Iterator[tuple[str, ValueNode | ConditionNode]]:
        """Every value and condition, with its list."""
        yield from self.values.values()
        yield from self.conditions.values()

    def rule(self, name: str) -> tuple[str, ValueNode | ConditionNode] | None:
        """The value or condition of an id, with its list."""
        return self.values.get(name) or self.conditions.get(name)

    def group(self, id_: str, of: str) -> GroupNode | None:
        """The group of an id, or what is `eligible` of a list, unless it was removed."""
        if id_ == "eligible":
            return self.eligible.get(of)
        found = self.conditions.get(id_)
        return None if found is None else found[1]

    def put_exception(self, parent: str, node: ExceptionNode) -> None:
        """Puts an exception in its place, or behind the others of what it is one of."""
        found = self.rule(parent)
        if found is None:
            raise KeyError(parent)
        of, rule = found
        kept = [node if one.name.text == node.name.text else one for one in rule.except_]
        if node.name.text not in {one.name.text for one in rule.except_}:
            kept.append(node)
        self.put(attrs.evolve(rule, except_=tuple(kept)), of)

    def drop(self, name: str, own: str) -> Iterator[tuple[str, str]]:
        """Takes a node away, with its exceptions and its memberships.

        What the file at the path `own` wrote stays: it knows what it removes. Yields the id of each
        group that lost a member, or `eligible`, with its list.
        """
        self.parameters.pop(name, None)
        self.values.pop(name, None)
        self.conditions.pop(name, None)
        if self.amount is not None and self.amount.name.text == name:
            self.amount = None
        for of, rule in list(self.rules()):
            kept = tuple(one for one in rule.except_ if one.name.text != name)
            if len(kept) < len(rule.except_):
                self.put(attrs.evolve(rule, except_=kept), of)
        self.consequences = tuple(one for one in self.consequences if one.text != name)
        for id_, (of, condition) in list(self.conditions.items()):
            smaller = _without(condition, name) if condition.span.path != own else condition
            if smaller is not condition:
                self.conditions[id_] = of, smaller
                yield id_, of
        for of, group in list(self.eligible.items()):
            smaller_group = _without(group, name) if group.span.path != own else group
            if smaller_group is not group:
                self.eligible[of] = smaller_group
                yield "eligible", of


def _without(group: _Group, name: str) -> _Group:
    members = members_of(group)
    kept = tuple(one for one in members if one.text != name)
    return group if len(kept) == len(members) else with_members(group, kept)
