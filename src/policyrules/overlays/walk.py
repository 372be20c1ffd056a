"""Walk over syntax trees: iterate over nodes, collect the names that they use, transform them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.expression_tree import names_in
from policyrules.syntax.expressions import parse_expression
from policyrules.syntax.overlay_tree import NewValueNode
from policyrules.syntax.tree import (
    GroupNode,
    KeyedNode,
    OutcomeNode,
    ParameterNode,
    TableRowsNode,
    TreeNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span

_Node = TypeVar("_Node", bound=TreeNode)

_EXPRESSION_FIELDS = ("is_", "holds", "when")
"""The fields of nodes that hold an expression."""


def members_of(group: GroupNode) -> tuple[Scalar, ...]:
    """Return the members of a group of any kind; empty for a test."""
    if group.at_least is not None:
        return group.at_least.of
    return group.all or group.any or group.none or ()


def is_group(node: GroupNode) -> bool:
    """Return whether a node is a group of conditions and not a test."""
    return any(members is not None for members in (node.all, node.any, node.none, node.at_least))


def with_members(group: _Group, members: tuple[Scalar, ...]) -> _Group:
    """Return the group with other members."""
    if group.at_least is not None:
        return attrs.evolve(group, at_least=attrs.evolve(group.at_least, of=members))
    if group.all is not None:
        return attrs.evolve(group, all=members)
    return attrs.evolve(group, any=members) if group.any else attrs.evolve(group, none=members)


_Group = TypeVar("_Group", bound=GroupNode)


def iter_nodes(node: TreeNode) -> Iterator[TreeNode]:
    """Yield a node and all its descendants."""
    yield node
    for child in _children(node):
        yield from iter_nodes(child)


def _children(node: TreeNode) -> Iterator[TreeNode]:
    for field in attrs.fields(type(node)):
        yield from _nodes_in_value(getattr(node, field.name))


def _nodes_in_value(value: object) -> Iterator[TreeNode]:
    if isinstance(value, TreeNode):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in_value(item)


def transform(node: _Node, change: Callable[[TreeNode], TreeNode]) -> _Node:
    """Return the node with `change` applied to all its descendants and then to itself."""
    fields = {field.name: getattr(node, field.name) for field in attrs.fields(type(node))}
    changed = {name: _transform_value(value, change) for name, value in fields.items()}
    changed = {name: value for name, value in changed.items() if value is not fields[name]}
    result = change(attrs.evolve(node, **changed) if changed else node)
    if not isinstance(result, type(node)):
        raise TypeError("a change keeps the kind of a node")
    return result


def _transform_value(value: Any, change: Callable[[TreeNode], TreeNode]) -> Any:
    if isinstance(value, TreeNode):
        return transform(value, change)
    if isinstance(value, tuple):
        items = tuple(_transform_value(item, change) for item in value)
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


@attrs.frozen
class NameUse:
    """A use of a name, with its span and the id of the node that uses it."""

    name: str
    span: Span
    user: str


def referenced_names(node: TreeNode) -> Iterator[tuple[str, Span]]:
    """Yield every name that a node or a descendant uses, with its span.

    Those of other items, `other.points`, may be facts or values of a block; they are included.
    """
    yield from ((use.name, use.span) for use in name_uses(node, of_entries=True))


def name_uses(
    node: TreeNode, user: str = "outcome", *, of_entries: bool = False
) -> Iterator[NameUse]:
    """Yield every use of a name in a node and its descendants.

    `user` is the id of the closest node that has one. `of_entries` is that of `names_in`.
    """
    name = getattr(node, "name", None)
    user = name.text if isinstance(name, Scalar) else user
    for scalar in _names_outside_expressions(node):
        yield NameUse(scalar.text, scalar.span, user)
    for key in _EXPRESSION_FIELDS:
        text = getattr(node, key, None)
        if isinstance(text, Scalar):
            names = _names_in_expression(text, of_entries=of_entries)
            yield from (NameUse(used, text.span, user) for used in names)
    if isinstance(node, ValueNode | NewValueNode) and node.rows is not None:
        for text in row_expressions(node.rows):
            names = _names_in_expression(text, of_entries=of_entries)
            yield from (NameUse(used, text.span, user) for used in names)
    for child in _children(node):
        yield from name_uses(child, user, of_entries=of_entries)


def row_expressions(rows: TableRowsNode) -> Iterator[Scalar]:
    """Yield the expressions of the rows of a value."""
    for row in rows.rows:
        for key, cell in row:
            if key.text in {"is", "else"} and isinstance(cell, Scalar):
                yield cell


def _names_in_expression(text: Scalar, *, of_entries: bool) -> Iterator[str]:
    parsed = parse_expression(text, Diagnostics())
    return iter(()) if parsed is None else names_in(parsed, of_entries=of_entries)


def _names_outside_expressions(node: TreeNode) -> Iterator[Scalar]:
    """Yield the names of a node outside its expressions."""
    if isinstance(node, GroupNode):
        yield from members_of(node)
    if isinstance(node, KeyedNode):
        yield from node.key_names
    if isinstance(node, ParameterNode) and node.of is not None:
        yield node.of
    if isinstance(node, ValueNode | NewValueNode) and node.given is not None:
        yield node.given
    if isinstance(node, OutcomeNode):
        yield from node.consequences
