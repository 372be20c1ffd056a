"""Several overlays on one base: what one of them says that another one has said already.

Two overlays of which neither extends the other may add or change the same thing alike. Whoever
extends both takes it once.
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


def targets(tree: RulesetTree | OverlayTree) -> Mapping[str, TreeNode]:
    """All that an overlay declares or changes, by its name; nothing of a ruleset."""
    if isinstance(tree, RulesetTree):
        return {}
    nodes: list[Any] = [*tree.parameters, *tree.values, *tree.conditions, *tree.exceptions]
    nodes += [*tree.set, *tree.replacements(), *tree.remove]
    for block in tree.lists:
        nodes += [*block.values, *block.conditions]
    found: dict[str, TreeNode] = {node.name.text: node for node in nodes}
    return found | ({} if tree.in_force is None else {"in_force": tree.in_force})


def without_repeated(
    tree: OverlayTree, raw: RulesetTree, before: Sequence[OverlayTree]
) -> OverlayTree:
    """The overlay without what the tree `raw` has from one of the overlays before it."""
    return _Comparison(tree, raw, before).remainder()


@attrs.frozen
class _Comparison:
    tree: OverlayTree
    raw: RulesetTree
    before: Sequence[OverlayTree]

    def remainder(self) -> OverlayTree:
        tree, raw = self.tree, self.raw
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
            uses=tuple(one for one in tree.uses if one not in raw.uses),
            facts=tuple(self.facts()),
            sources=tuple(one for one in tree.sources if one not in raw.sources),
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
        """The nodes that no overlay before has just so."""
        return tuple(node for node in nodes if not self.is_there(node))

    def is_there(self, node: Any) -> bool:
        return any(
            (there := targets(other).get(node.name.text)) is not None
            and is_repeated(node, self.tree, there, other)
            for other in self.before
        )

    def block(self, node: AddedBlockNode) -> AddedBlockNode:
        eligible = {one.name.text: one.eligible for other in self.before for one in other.lists}
        return attrs.evolve(
            node,
            values=self.new(node.values),
            conditions=self.new(node.conditions),
            eligible=None if node.eligible == eligible.get(node.name.text) else node.eligible,
        )

    def facts(self) -> Iterator[tuple[Scalar, tuple[FactNode, ...]]]:
        known = dict(self.raw.facts)
        for subject, facts in self.tree.facts:
            yield subject, tuple(one for one in facts if one not in known.get(subject, ()))
