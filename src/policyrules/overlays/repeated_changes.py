"""Drop the changes of an overlay that another overlay of its base makes in the same way.

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
    nodes += tree.amounts
    nodes += [*tree.set, *tree.replacements(), *tree.replaced_notes, *tree.removals]
    for block in tree.lists:
        nodes += [*block.values, *block.conditions]
    by_name: dict[str, TreeNode] = {node.name.text: node for node in nodes}
    return by_name | ({} if tree.in_force is None else {"in_force": tree.in_force})


def drop_repeated_changes(
    tree: OverlayTree, merged: RulesetTree, lower_overlays: Sequence[OverlayTree]
) -> OverlayTree:
    """Return the overlay without the changes that `merged` has from one of the lower overlays."""
    return _RepeatedChanges(tree, merged, lower_overlays).drop()


@attrs.frozen
class _RepeatedChanges:
    """The changes of an overlay that `merged` has already from one of `lower_overlays`."""

    tree: OverlayTree
    merged: RulesetTree
    lower_overlays: Sequence[OverlayTree]

    def drop(self) -> OverlayTree:
        """Return the overlay without its repeated changes."""
        tree, merged = self.tree, self.merged
        replace = tree.replace
        if replace is not None:
            replace = ReplaceNode(
                span=replace.span,
                values=self.without_repeated(replace.values),
                conditions=self.without_repeated(replace.conditions),
                exceptions=self.without_repeated(replace.exceptions),
                amounts=self.without_repeated(replace.amounts),
                notes=self.without_repeated(replace.notes),
            )
        return attrs.evolve(
            tree,
            uses=tuple(subject for subject in tree.uses if subject not in merged.uses),
            facts=tuple(self.new_facts()),
            sources=tuple(source for source in tree.sources if source not in merged.sources),
            parameters=self.without_repeated(tree.parameters),
            values=self.without_repeated(tree.values),
            lists=tuple(map(self.without_repeated_rules, tree.lists)),
            conditions=self.without_repeated(tree.conditions),
            exceptions=self.without_repeated(tree.exceptions),
            amounts=self.without_repeated(tree.amounts),
            set=self.without_repeated(tree.set),
            replace=replace,
            remove=self.without_repeated(tree.removals),
            titles=tuple(
                title
                for title in tree.titles
                if not any(title in lower.titles for lower in self.lower_overlays)
            ),
        )

    def without_repeated(self, nodes: Iterable[_Node]) -> tuple[_Node, ...]:
        """Return the nodes that no lower overlay declares in the same way."""
        return tuple(node for node in nodes if not self._is_repeated(node))

    def _is_repeated(self, node: Any) -> bool:
        """Return whether a lower overlay has the same node."""
        return any(
            (lower_node := changed_nodes(lower).get(node.name.text)) is not None
            and is_repeated(node, self.tree, lower_node, lower)
            for lower in self.lower_overlays
        )

    def without_repeated_rules(self, node: AddedBlockNode) -> AddedBlockNode:
        """Return the added rules for the items of a list, without those that are repeated."""
        eligible_by_list = {
            block.name.text: block.eligible
            for lower in self.lower_overlays
            for block in lower.lists
        }
        return attrs.evolve(
            node,
            values=self.without_repeated(node.values),
            conditions=self.without_repeated(node.conditions),
            eligible=None
            if node.eligible == eligible_by_list.get(node.name.text)
            else node.eligible,
        )

    def new_facts(self) -> Iterator[tuple[Scalar, tuple[FactNode, ...]]]:
        """Yield the facts of each subject that `merged` does not have."""
        known = dict(self.merged.facts)
        for subject, facts in self.tree.facts:
            yield subject, tuple(fact for fact in facts if fact not in known.get(subject, ()))
