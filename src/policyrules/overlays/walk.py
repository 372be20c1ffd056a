"""Walks over trees of any kind: what stands in them, what they read, and how they are rebuilt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.expressions import names_in, parse_expression
from policyrules.syntax.overlay_tree import NewValueNode
from policyrules.syntax.tree import GroupNode, OutcomeNode, ParameterNode, TreeNode, ValueNode
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span

_Node = TypeVar("_Node", bound=TreeNode)

_EXPRESSIONS = ("is_", "holds", "when")


def members_of(group: GroupNode) -> tuple[Scalar, ...]:
    """The members of a group, whichever kind it is; none where it is a test."""
    if group.at_least is not None:
        return group.at_least.of
    return group.all or group.any or group.none or ()


def is_group(node: GroupNode) -> bool:
    """Return whether it joins conditions, and is no test."""
    return any(one is not None for one in (node.all, node.any, node.none, node.at_least))


def with_members(group: _Group, members: tuple[Scalar, ...]) -> _Group:
    """The group with other members."""
    if group.at_least is not None:
        return attrs.evolve(group, at_least=attrs.evolve(group.at_least, of=members))
    if group.all is not None:
        return attrs.evolve(group, all=members)
    return attrs.evolve(group, any=members) if group.any else attrs.evolve(group, none=members)


_Group = TypeVar("_Group", bound=GroupNode)


def nodes_in(node: TreeNode) -> Iterator[TreeNode]:
    """A node and all that stands under it."""
    yield node
    for field in attrs.fields(type(node)):
        yield from _under(getattr(node, field.name))


def _under(value: object) -> Iterator[TreeNode]:
    if isinstance(value, TreeNode):
        yield from nodes_in(value)
    elif isinstance(value, tuple):
        for item in value:
            yield from _under(item)


def rebuilt(node: _Node, change: Callable[[TreeNode], TreeNode]) -> _Node:
    """The node with every node under it, and itself, changed; those under it first."""
    under = {field.name: getattr(node, field.name) for field in attrs.fields(type(node))}
    changed = {name: _rebuilt(value, change) for name, value in under.items()}
    changed = {name: value for name, value in changed.items() if value is not under[name]}
    result = change(attrs.evolve(node, **changed) if changed else node)
    if not isinstance(result, type(node)):
        raise TypeError("a change keeps the kind of a node")
    return result


def _rebuilt(value: Any, change: Callable[[TreeNode], TreeNode]) -> Any:
    if isinstance(value, TreeNode):
        return rebuilt(value, change)
    if isinstance(value, tuple):
        items = tuple(_rebuilt(item, change) for item in value)
        return value if all(new is old for new, old in zip(items, value, strict=True)) else items
    return value


def reads(node: TreeNode) -> Iterator[tuple[str, Span]]:
    """Every name that a node, or what stands under it, reads; and where."""
    for one in nodes_in(node):
        for scalar in _names(one):
            yield scalar.text, scalar.span
        for key in _EXPRESSIONS:
            text = getattr(one, key, None)
            if isinstance(text, Scalar):
                yield from ((name, text.span) for name in _read(text))


def _read(text: Scalar) -> Iterator[str]:
    parsed = parse_expression(text, Diagnostics())
    return iter(()) if parsed is None else names_in(parsed)


def _names(node: TreeNode) -> Iterator[Scalar]:
    """The names that stand alone, and not in an expression."""
    if isinstance(node, GroupNode):
        yield from members_of(node)
    if isinstance(node, ParameterNode):
        yield from (name for name in (node.by, node.of) if name is not None)
    if isinstance(node, ValueNode | NewValueNode) and node.given is not None:
        yield node.given
    if isinstance(node, OutcomeNode):
        yield from node.consequences
