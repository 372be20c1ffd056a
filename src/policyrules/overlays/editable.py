"""A syntax tree split into nodes by id, so that an overlay can change them one by one."""

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
"""The kinds of nodes that have an id, as messages name them."""


_Group = TypeVar("_Group", bound=GroupNode)


@attrs.define
class EditableRuleset:
    """The nodes of a tree by id; values and conditions with their list, empty for the case."""

    tree: RulesetTree
    parameters: dict[str, ParameterNode]
    values: dict[str, tuple[str, ValueNode]]
    conditions: dict[str, tuple[str, ConditionNode]]
    blocks: dict[str, BlockNode]
    eligible: dict[str, GroupNode]
    consequences: tuple[Scalar, ...]
    amounts: dict[str, AmountNode]

    @classmethod
    def from_tree(cls, tree: RulesetTree) -> EditableRuleset:
        """Split a tree into its nodes."""
        values = [("", value) for value in tree.values]
        conditions = [("", condition) for condition in tree.conditions]
        for block in tree.lists:
            values += [(block.name.text, value) for value in block.values]
            conditions += [(block.name.text, condition) for condition in block.conditions]
        eligible = {
            block.name.text: block.eligible for block in tree.lists if block.eligible is not None
        }
        return cls(
            tree,
            {parameter.name.text: parameter for parameter in tree.parameters},
            {value.name.text: (list_name, value) for list_name, value in values},
            {condition.name.text: (list_name, condition) for list_name, condition in conditions},
            {block.name.text: block for block in tree.lists},
            {**eligible, "": tree.outcome.eligible},
            tree.outcome.consequences,
            {amount.name.text: amount for amount in tree.outcome.all_amounts},
        )

    def to_tree(self) -> RulesetTree:
        """Assemble the tree from the nodes."""
        amounts = tuple(self.amounts.values())
        is_only = self.tree.outcome.amount is not None and len(amounts) == 1
        outcome = attrs.evolve(
            self.tree.outcome,
            eligible=self.eligible[""],
            amount=amounts[0] if is_only else None,
            amounts=() if is_only else amounts,
            consequences=self.consequences,
        )
        blocks = (
            attrs.evolve(
                block,
                values=tuple(
                    value for list_name, value in self.values.values() if list_name == name
                ),
                conditions=tuple(
                    condition
                    for list_name, condition in self.conditions.values()
                    if list_name == name
                ),
                eligible=self.eligible.get(name),
            )
            for name, block in self.blocks.items()
        )
        return attrs.evolve(
            self.tree,
            parameters=tuple(self.parameters.values()),
            values=tuple(value for list_name, value in self.values.values() if not list_name),
            conditions=tuple(
                condition for list_name, condition in self.conditions.values() if not list_name
            ),
            # A block without values and conditions is dropped.
            lists=tuple(block for block in blocks if block.values or block.conditions),
            outcome=outcome,
        )

    def exceptions(self) -> Iterator[tuple[str, ExceptionNode]]:
        """Yield every exception with the id of its value or condition."""
        for _, node in self.rules():
            yield from ((node.name.text, exception) for exception in node.except_)

    def target(self, name: str) -> Target | None:
        """Return the node of an id, if there is one."""
        if name in self.parameters:
            return self.parameters[name]
        if name in self.values:
            return self.values[name][1]
        if name in self.conditions:
            return self.conditions[name][1]
        if name in self.amounts:
            return self.amounts[name]
        return next(
            (exception for _, exception in self.exceptions() if exception.name.text == name), None
        )

    def ids(self) -> Iterator[str]:
        """Yield every id."""
        yield from (*self.parameters, *self.values, *self.conditions, *self.amounts)
        yield from (exception.name.text for _, exception in self.exceptions())

    def set_rule(self, node: ValueNode | ConditionNode, list_name: str) -> None:
        """Replace a value or condition, or add it."""
        if isinstance(node, ValueNode):
            self.values[node.name.text] = list_name, node
        else:
            self.conditions[node.name.text] = list_name, node

    def set_target(self, node: Target) -> None:
        """Replace the node with the id of this one."""
        match node:
            case ParameterNode():
                self.parameters[node.name.text] = node
            case AmountNode():
                self.amounts[node.name.text] = node
            case ExceptionNode():
                name = node.name.text
                parents = (id_ for id_, each in self.exceptions() if each.name.text == name)
                self.set_exception(next(parents), node)
            case ValueNode() | ConditionNode():
                existing = self.rule(node.name.text)
                self.set_rule(node, existing[0] if existing else "")

    def rules(self) -> Iterator[tuple[str, ValueNode | ConditionNode]]:
        """Yield every value and condition with its list."""
        yield from self.values.values()
        yield from self.conditions.values()

    def rule(self, name: str) -> tuple[str, ValueNode | ConditionNode] | None:
        """Return the value or condition of an id with its list, if there is one."""
        return self.values.get(name) or self.conditions.get(name)

    def group(self, id_: str, list_name: str) -> GroupNode | None:
        """Return the group of an id, or the `eligible` group of a list, unless it was removed."""
        if id_ == "eligible":
            return self.eligible.get(list_name)
        existing = self.conditions.get(id_)
        return None if existing is None else existing[1]

    def set_exception(self, parent: str, node: ExceptionNode, before: str = "") -> None:
        """Replace an exception of a value or condition, or add it before another or as the last."""
        existing = self.rule(parent)
        if existing is None:
            raise KeyError(parent)
        list_name, rule = existing
        exceptions = [
            node if exception.name.text == node.name.text else exception
            for exception in rule.except_
        ]
        if node.name.text not in {exception.name.text for exception in rule.except_}:
            names = [exception.name.text for exception in rule.except_]
            exceptions.insert(names.index(before) if before in names else len(names), node)
        self.set_rule(attrs.evolve(rule, except_=tuple(exceptions)), list_name)

    def remove(self, name: str, overlay_path: str) -> Iterator[tuple[str, str]]:
        """Remove a node with its exceptions and its memberships in groups.

        Groups that the file at `overlay_path` declares keep their members. Yield the id of each
        group that lost a member, or `eligible`, with its list.
        """
        self.parameters.pop(name, None)
        self.values.pop(name, None)
        self.conditions.pop(name, None)
        self.amounts.pop(name, None)
        for list_name, rule in list(self.rules()):
            remaining = tuple(
                exception for exception in rule.except_ if exception.name.text != name
            )
            if len(remaining) < len(rule.except_):
                self.set_rule(attrs.evolve(rule, except_=remaining), list_name)
        self.consequences = tuple(
            consequence for consequence in self.consequences if consequence.text != name
        )
        for id_, (list_name, condition) in list(self.conditions.items()):
            remaining_condition = (
                _without_member(condition, name)
                if condition.span.path != overlay_path
                else condition
            )
            if remaining_condition is not condition:
                self.conditions[id_] = list_name, remaining_condition
                yield id_, list_name
        for list_name, group in list(self.eligible.items()):
            remaining_group = (
                _without_member(group, name) if group.span.path != overlay_path else group
            )
            if remaining_group is not group:
                self.eligible[list_name] = remaining_group
                yield "eligible", list_name


def _without_member(group: _Group, name: str) -> _Group:
    members = members_of(group)
    remaining = tuple(member for member in members if member.text != name)
    return group if len(remaining) == len(members) else with_members(group, remaining)
