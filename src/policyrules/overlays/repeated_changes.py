"""Changes that several overlays of one base make alike.

Two overlays that do not extend each other may add or change the same node in the same way. An
overlay that extends both inherits the change once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

import attrs

from policyrules.overlays.replace import is_repeated
from policyrules.syntax.overlay_tree import AddedBlockNode, OverlayTree, ReplaceNode
from policyrules.syntax.tree import FactNode, RulesetTree, TreeNode
from policyrules.syntax.yaml import Scalar

_Node = TypeVar("_Node", bound=TreeNode)


def changed_nodes(tree: RulesetTree | OverlayTree) -> Mapping[str, TreeNode]:
    """Map each name that an overlay declares or changes to its node; empty for a ruleset."""
    if isinstance(tree, RulesetTree):
        return {}
    nodes: list[Any] = [*tree.parameters, *tree.values, *tree.conditions, *tree.exceptions]
    nodes += [*tree.set, *tree.replacements(), *tree.remove]
    for block in tree.lists:
        nodes += [*block.values, *block.conditions]
    by_name: dict[str, TreeNode] = {node.name.text: node for node in nodes}
    return by_name | ({} if tree.in_force is None else {"in_force": tree.in_force})


def drop_repeated_changes(
    tree: OverlayTree, merged: RulesetTree, before: Sequence[OverlayTree]
) -> OverlayTree:
    """Return the overlay without the changes that `merged` has from an overlay before it."""
    return _Comparison(tree, merged, before).without_repeated()


@attrs.frozen
class _Comparison:
    tree: OverlayTree
    merged: RulesetTree
    before: Sequence[OverlayTree]

    def without_repeated(self) -> OverlayTree:
        tree, merged = self.tree, self.merged
        replace = tree.replace
        if replace is not None:
            replace = ReplaceNode(
                span=replace.span,
                values=self.new(replace.values),
                conditions=self.new(replace.conditions),
                exceptions=self.new(replace.exceptions),
                amount=self.new(replace.amount),
            )
        return attrs.evolve(
            tree,
            uses=tuple(subject for subject in tree.uses if subject not in merged.uses),
            facts=tuple(self.facts()),
            sources=tuple(source for source in tree.sources if source not in merged.sources),
            parameters=self.new(tree.parameters),
            values=self.new(tree.values),
            lists=tuple(map(self.block, tree.lists)),
            conditions=self.new(tree.conditions),
            exceptions=self.new(tree.exceptions),
            set=self.new(tree.set),
            replace=replace,
            remove=self.new(tree.remove),
        )

    def new(self, nodes: Iterable[_Node]) -> tuple[_Node, ...]:
        """Return the nodes that no overlay before declares in the same way."""
        return tuple(node for node in nodes if not self.is_repeated_in_lower(node))

    def is_repeated_in_lower(self, node: Any) -> bool:
        return any(
            (lower_node := changed_nodes(lower).get(node.name.text)) is not None
            and is_repeated(node, self.tree, lower_node, lower)
            for lower in self.before
        )

    def block(self, node: AddedBlockNode) -> AddedBlockNode:
        eligible = {
            block.name.text: block.eligible for lower in self.before for block in lower.lists
        }
        return attrs.evolve(
            node,
            values=self.new(node.values),
            conditions=self.new(node.conditions),
            eligible=None if node.eligible == eligible.get(node.name.text) else node.eligible,
        )

    def facts(self) -> Iterator[tuple[Scalar, tuple[FactNode, ...]]]:
        known = dict(self.merged.facts)
        for subject, facts in self.tree.facts:
            yield subject, tuple(fact for fact in facts if fact not in known.get(subject, ()))
