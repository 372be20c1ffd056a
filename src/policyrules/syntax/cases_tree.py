"""The tree of a case file: the declarations of the author, with spans."""

from __future__ import annotations

import attrs

from policyrules.syntax.tree import TreeNode
from policyrules.syntax.yaml import Node, Scalar


@attrs.frozen(kw_only=True, slots=False)
class NamesNode(TreeNode):
    """A list of names. It may be empty: `failed: []` expects that nothing failed."""

    names: tuple[Scalar, ...]


@attrs.frozen(kw_only=True, slots=False)
class ItemNode(TreeNode):
    """The expectation for one item of a list."""

    status: Scalar | None = None
    routes: NamesNode | None = None
    held: NamesNode | None = None
    failed: NamesNode | None = None
    unknown: NamesNode | None = None
    excluded: NamesNode | None = None
    values: tuple[tuple[Scalar, Scalar], ...] = ()
    consequences: tuple[tuple[Scalar, Scalar], ...] = ()
    warnings: NamesNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class ItemsNode(TreeNode):
    """The expectations for the items of a named list, by key."""

    items: tuple[tuple[Scalar, ItemNode], ...]


@attrs.frozen(kw_only=True, slots=False)
class ExpectNode(TreeNode):
    """The expectation of a case; keys that are left out are not compared."""

    status: Scalar | None = None
    amount: Scalar | None = None
    amounts: tuple[tuple[Scalar, Scalar], ...] = ()
    held: NamesNode | None = None
    failed: NamesNode | None = None
    unknown: NamesNode | None = None
    excluded: NamesNode | None = None
    missing: NamesNode | None = None
    assumed: NamesNode | None = None
    unsettled: NamesNode | None = None
    values: tuple[tuple[Scalar, Scalar], ...] = ()
    consequences: tuple[tuple[Scalar, Scalar], ...] = ()
    met_by: tuple[tuple[Scalar, NamesNode], ...] = ()
    warnings: NamesNode | None = None
    items: tuple[tuple[Scalar, ItemNode | ItemsNode], ...] = ()
    error: Scalar | None = None
    facts: NamesNode | None = None


@attrs.frozen(kw_only=True, slots=False)
class CaseNode(TreeNode):
    """One case: its changes to the base facts, and its expectation."""

    name: Scalar
    on: Scalar | None = None
    change: tuple[tuple[Scalar, Node], ...] = ()
    assuming: tuple[tuple[Scalar, Node], ...] = ()
    expect: ExpectNode


@attrs.frozen(kw_only=True, slots=False)
class PropertyNode(TreeNode):
    """A property of all facts: one of the five kinds, with its arguments."""

    name: Scalar
    never_increases: Scalar | None = None
    never_decreases: Scalar | None = None
    never_exceeds: tuple[tuple[Scalar, Scalar], ...] = ()
    never_falls_below: tuple[tuple[Scalar, Scalar], ...] = ()
    unchanged_by: Scalar | None = None
    when_increasing: Scalar | None = None
    when_decreasing: Scalar | None = None
    on: Scalar | None = None


@attrs.frozen(kw_only=True, slots=False)
class CasesTree(TreeNode):
    """A case file. Facts stay YAML nodes, as only the ruleset knows their types."""

    policyrules: Scalar
    cases_of: Scalar
    on: Scalar | None = None
    facts: tuple[tuple[Scalar, Node], ...] = ()
    cases: tuple[CaseNode, ...]
    properties: tuple[PropertyNode, ...] = ()
    broken: frozenset[str] = attrs.field(default=frozenset(), eq=False)
