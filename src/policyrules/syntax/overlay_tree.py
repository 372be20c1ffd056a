"""The tree of an overlay: what a variant says that its base does not."""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from policyrules.syntax.tree import (
    BlockNode,
    ConditionNode,
    ContentNode,
    ExceptionNode,
    FactNode,
    GroundedNode,
    GroupNode,
    InForceNode,
    NoteNode,
    ParameterNode,
    RoundNode,
    RowNode,
    SourceNode,
    TitleNode,
    TreeNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar


@attrs.frozen(kw_only=True, slots=False)
class SetNode(GroundedNode):
    """New rows of a parameter of the base."""

    name: Scalar
    value: ContentNode | None = None
    values: tuple[RowNode, ...] = ()


@attrs.frozen(kw_only=True, slots=False)
class NewValueNode(GroundedNode):
    """What stands in the place of a value; what it is called and its type may be left out."""

    name: Scalar
    title: TitleNode | None = None
    type: Scalar | None = None
    unit: Scalar | None = None
    unit_title: TitleNode | None = None
    words: tuple[tuple[Scalar, TitleNode], ...] = ()
    given: Scalar | None = None
    is_: Scalar
    round: RoundNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class NewConditionNode(GroupNode, GroundedNode):
    """What stands in the place of a condition."""

    name: Scalar
    title: TitleNode | None = None
    excludes: TitleNode | None = None
    holds: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class NewExceptionNode(GroundedNode):
    """What stands in the place of an exception."""

    name: Scalar
    title: TitleNode | None = None
    when: Scalar
    is_: Scalar | None = None
    holds: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class NewAmountNode(GroundedNode):
    """What stands in the place of the amount."""

    name: Scalar
    title: TitleNode | None = None
    is_: Scalar
    round: RoundNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class ReplaceNode(TreeNode):
    """What stands in the place of nodes of the base, by their kinds."""

    values: tuple[NewValueNode, ...] = ()
    conditions: tuple[NewConditionNode, ...] = ()
    exceptions: tuple[NewExceptionNode, ...] = ()
    amount: tuple[NewAmountNode, ...] = ()

    def all(self) -> Iterator[Replacement]:
        """Every one, whatever its kind."""
        yield from self.values
        yield from self.conditions
        yield from self.exceptions
        yield from self.amount


Replacement = NewValueNode | NewConditionNode | NewExceptionNode | NewAmountNode


@attrs.frozen(kw_only=True, slots=False)
class RemoveNode(GroundedNode):
    """Why a node of the base is not there."""

    name: Scalar


@attrs.frozen(kw_only=True, slots=False)
class AddedBlockNode(TreeNode):
    """What an overlay adds to what is said of each item of a list."""

    name: Scalar
    each: Scalar | None = None
    values: tuple[ValueNode, ...] = ()
    conditions: tuple[ConditionNode, ...] = ()
    eligible: GroupNode | None = None

    def block(self, each: Scalar) -> BlockNode:
        """The block, where the base has none of its list."""
        return BlockNode(
            span=self.span,
            name=self.name,
            each=each,
            values=self.values,
            conditions=self.conditions,
            eligible=self.eligible,
        )


@attrs.frozen(kw_only=True, slots=False)
class OverlayTree(TreeNode):
    """An overlay file: a ruleset that says only what its bases do not."""

    policyrules: Scalar
    id: Scalar
    title: TitleNode
    extends: tuple[tuple[Scalar, Scalar], ...]
    within: tuple[Scalar, ...] = ()
    chosen: Scalar | None = None
    policy_year: Scalar | None = None
    legal_basis: Scalar
    in_force: InForceNode | None = None
    uses: tuple[Scalar, ...] = ()
    facts: tuple[tuple[Scalar, tuple[FactNode, ...]], ...] = ()
    sources: tuple[SourceNode, ...] = ()
    parameters: tuple[ParameterNode, ...] = ()
    values: tuple[ValueNode, ...] = ()
    lists: tuple[AddedBlockNode, ...] = ()
    conditions: tuple[ConditionNode, ...] = ()
    exceptions: tuple[ExceptionNode, ...] = ()
    set: tuple[SetNode, ...] = ()
    replace: ReplaceNode | None = None
    remove: tuple[RemoveNode, ...] = ()
    says: tuple[tuple[Scalar, TitleNode], ...] = ()
    notes: tuple[NoteNode, ...] = ()
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)

    def replacements(self) -> Iterator[Replacement]:
        """Every node that takes the place of one of the base."""
        if self.replace is not None:
            yield from self.replace.all()

    def overridden_ids(self) -> Iterator[str]:
        """The names of the base that it changes, or adds to."""
        yield from (node.name.text for node in self.set)
        yield from (node.name.text for node in self.replacements())
        yield from (node.name.text for node in self.remove)
        yield from (node.into.text for node in self.values if node.into)
        yield from (node.into.text for node in self.conditions if node.into)
        yield from (node.into.text for node in self.exceptions if node.into)
        for block in self.lists:
            yield from (node.into.text for node in block.values if node.into)
            yield from (node.into.text for node in block.conditions if node.into)


@attrs.frozen(kw_only=True, slots=False)
class HeadTree(TreeNode):
    """What a ruleset or an overlay says of itself as a whole; of the rest nothing is read."""

    policyrules: Scalar
    id: Scalar
    title: TitleNode
    extends: tuple[tuple[Scalar, Scalar], ...] = ()
    chosen: Scalar | None = None
    legal_basis: Scalar
    in_force: InForceNode | None = None
    sources: tuple[SourceNode, ...] = ()
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)
