"""The tree of an overlay: the changes that a variant makes to its bases."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import attrs

from policyrules.syntax.tree import (
    AmountNode,
    BlockNode,
    BracketNode,
    CellNode,
    ConditionNode,
    ConstraintNode,
    ContentNode,
    ExceptionNode,
    FactNode,
    GroupNode,
    InForceNode,
    KeyedNode,
    NodeWithProvenance,
    NoteNode,
    ParameterNode,
    RoundNode,
    RowNode,
    SourceNode,
    TableNode,
    TableRowsNode,
    TitleNode,
    TreeNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar


@attrs.frozen(kw_only=True, slots=False)
class SetNode(NodeWithProvenance):
    """New rows of a parameter of a base, or brackets that are added to those of a scale."""

    name: Scalar
    value: CellNode | TableNode | None = None
    rows: TableRowsNode | None = None
    values: tuple[RowNode, ...] = ()
    add: tuple[BracketNode, ...] = ()

    @property
    def content(self) -> ContentNode | None:
        """The content of every day, without dated rows."""
        return self.value if self.value is not None else self.rows


@attrs.frozen(kw_only=True, slots=False)
class NewValueNode(KeyedNode, NodeWithProvenance):
    """The replacement of a value; title and type are optional."""

    name: Scalar
    title: TitleNode | None = None
    type: Scalar | None = None
    unit: Scalar | None = None
    unit_title: TitleNode | None = None
    words: tuple[tuple[Scalar, TitleNode], ...] = ()
    given: Scalar | None = None
    is_: Scalar | None = None
    round: RoundNode | None = None
    for_: tuple[Scalar, ...] = ()


@attrs.frozen(kw_only=True, slots=False)
class NewConditionNode(GroupNode, NodeWithProvenance):
    """The replacement of a condition."""

    name: Scalar
    title: TitleNode | None = None
    excludes: TitleNode | None = None
    in_force: InForceNode | None = None
    holds: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class NewExceptionNode(NodeWithProvenance):
    """The replacement of an exception."""

    name: Scalar
    title: TitleNode | None = None
    when: Scalar
    in_force: InForceNode | None = None
    is_: Scalar | None = None
    holds: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class NewAmountNode(NodeWithProvenance):
    """The replacement of an amount."""

    name: Scalar
    title: TitleNode | None = None
    paid_to: TitleNode | None = None
    unit: Scalar | None = None
    unit_title: TitleNode | None = None
    signed: Scalar | None = None
    is_: Scalar
    round: RoundNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class ReplaceNode(TreeNode):
    """The replacements of nodes of a base, by kind."""

    values: tuple[NewValueNode, ...] = ()
    conditions: tuple[NewConditionNode, ...] = ()
    exceptions: tuple[NewExceptionNode, ...] = ()
    amounts: tuple[NewAmountNode, ...] = ()
    notes: tuple[NoteNode, ...] = ()

    def all(self) -> Iterator[Replacement]:
        """Yield every replacement of a rule, of every kind."""
        yield from self.values
        yield from self.conditions
        yield from self.exceptions
        yield from self.amounts


Replacement = NewValueNode | NewConditionNode | NewExceptionNode | NewAmountNode


@attrs.frozen(kw_only=True, slots=False)
class RemoveNode(NodeWithProvenance):
    """The removal of a node of a base, with its provenance."""

    name: Scalar


@attrs.frozen(kw_only=True, slots=False)
class RemoveSeveralNode(NodeWithProvenance):
    """The removal of several nodes of a base, with the provenance of all."""

    ids: tuple[Scalar, ...]

    def each(self) -> Iterator[RemoveNode]:
        """Yield the removal of each node."""
        for name in self.ids:
            yield RemoveNode(
                span=name.span, name=name, quote=self.quote, cite=self.cite, notes=self.notes
            )


@attrs.frozen(kw_only=True, slots=False)
class AddedBlockNode(TreeNode):
    """The rules that an overlay adds for each item of a list."""

    name: Scalar
    each: Scalar | None = None
    values: tuple[ValueNode, ...] = ()
    conditions: tuple[ConditionNode, ...] = ()
    eligible: GroupNode | None = None

    def block(self, each: Scalar) -> BlockNode:
        """Return the added rules as a block of their own, for a list without rules in the base."""
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
    """An overlay file: a ruleset that states only its differences from its bases."""

    policyrules: Scalar
    id: Scalar
    title: TitleNode
    extends: tuple[tuple[Scalar, Scalar], ...]
    within: tuple[Scalar, ...] = ()
    selection: Scalar | None = None
    policy_year: Scalar | None = None
    legal_basis: Scalar
    in_force: InForceNode | None = None
    uses: tuple[Scalar, ...] = ()
    facts: tuple[tuple[Scalar, tuple[FactNode, ...]], ...] = ()
    words: tuple[tuple[Scalar, tuple[tuple[Scalar, TitleNode], ...]], ...] = ()
    sources: tuple[SourceNode, ...] = ()
    parameters: tuple[ParameterNode, ...] = ()
    values: tuple[ValueNode, ...] = ()
    lists: tuple[AddedBlockNode, ...] = ()
    conditions: tuple[ConditionNode, ...] = ()
    exceptions: tuple[ExceptionNode, ...] = ()
    set: tuple[SetNode, ...] = ()
    replace: ReplaceNode | None = None
    remove: tuple[RemoveNode | RemoveSeveralNode, ...] = ()
    titles: tuple[tuple[Scalar, TitleNode], ...] = ()
    labels: tuple[tuple[Scalar, TitleNode], ...] = ()
    amounts: tuple[AmountNode, ...] = ()
    constraints: tuple[ConstraintNode, ...] = ()
    notes: tuple[NoteNode, ...] = ()
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)

    def replacements(self) -> Iterator[Replacement]:
        """Yield every replacement of a node of a base."""
        if self.replace is not None:
            yield from self.replace.all()

    @property
    def replaced_notes(self) -> tuple[NoteNode, ...]:
        """The new texts of notes of a base."""
        return () if self.replace is None else self.replace.notes

    @cached_property
    def removals(self) -> tuple[RemoveNode, ...]:
        """The removal of each node, also of those that are removed together."""
        return tuple(
            removal
            for node in self.remove
            for removal in (node.each() if isinstance(node, RemoveSeveralNode) else (node,))
        )

    def overridden_ids(self) -> Iterator[str]:
        """Yield the ids of the base that the overlay changes or adds to."""
        yield from (node.name.text for node in self.set)
        yield from (node.name.text for node in self.replacements())
        yield from (node.name.text for node in self.replaced_notes)
        yield from (node.name.text for node in self.removals)
        yield from (name.text for name, _ in self.titles)
        yield from (node.into.text for node in self.values if node.into)
        yield from (node.into.text for node in self.conditions if node.into)
        yield from (node.into.text for node in self.exceptions if node.into)
        for block in self.lists:
            yield from (node.into.text for node in block.values if node.into)
            yield from (node.into.text for node in block.conditions if node.into)


@attrs.frozen(kw_only=True, slots=False)
class HeadTree(TreeNode):
    """The head of a ruleset or an overlay; the rest of the file is not read."""

    policyrules: Scalar
    id: Scalar
    title: TitleNode
    extends: tuple[tuple[Scalar, Scalar], ...] = ()
    selection: Scalar | None = None
    legal_basis: Scalar
    in_force: InForceNode | None = None
    sources: tuple[SourceNode, ...] = ()
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)
