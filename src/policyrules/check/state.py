"""The ruleset while it is checked: what the passes have found so far."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.ir.nodes import Expression, Reference
from policyrules.ir.ruleset import (
    Amount,
    Condition,
    Constraint,
    Fact,
    Group,
    ListDeclaration,
    Note,
    Parameter,
    Period,
    Provenance,
    Source,
    Value,
)
from policyrules.ir.types import Type
from policyrules.overlays.composition import Composition
from policyrules.syntax.tree import RulesetTree, SourcesTree, VocabularyTree
from policyrules.text.span import Span


@attrs.frozen
class ParameterBound:
    """The rows of a parameter as a jurisdiction wrote them, and where."""

    jurisdiction: str
    parameter: Parameter
    span: Span


InheritedBounds = Mapping[str, Mapping[str, ParameterBound]]
"""The rows of each parameter that were written last, by the jurisdiction that wrote them."""

EnclosingBounds = Mapping[str, tuple[ParameterBound, ...]]
"""The rows of each parameter in the rulesets that one is within."""


@attrs.frozen
class ExternalBounds:
    """What others wrote that binds a ruleset.

    `bounds` are the rows of the layers below an overlay, `around` those of the rulesets that it, or
    one that it extends, is within.
    """

    inherited: InheritedBounds = attrs.field(factory=dict, hash=False)
    enclosing: EnclosingBounds = attrs.field(factory=dict, hash=False)


@attrs.define
class CheckState:
    """Filled pass by pass; once every pass is through without an error, it is the ruleset.

    `broken` are names that are declared but could not be read, so that nobody reports them a second
    time. `scopes` has the list of every name that only the items of a list can read; `values` and
    `conditions` hold those of the blocks too. Of an overlay, `composition` has the files; `binding`
    has the rows of parameters that other jurisdictions wrote.
    """

    tree: RulesetTree
    vocabulary_tree: VocabularyTree
    sources_tree: SourcesTree
    texts: Mapping[str, str] | None
    diagnostics: Diagnostics
    composition: Composition | None = None
    external_bounds: ExternalBounds = ExternalBounds()

    broken: set[str] = attrs.field(factory=set)
    spans: dict[str, Span] = attrs.field(factory=dict)
    vocabulary: dict[str, Fact] = attrs.field(factory=dict)
    facts: dict[str, Fact] = attrs.field(factory=dict)
    all_lists: dict[str, ListDeclaration] = attrs.field(factory=dict)
    constraints: list[Constraint] = attrs.field(factory=list)
    subjects: dict[str, Span] = attrs.field(factory=dict)
    scopes: dict[str, str] = attrs.field(factory=dict)
    blocks: dict[str, str] = attrs.field(factory=dict)
    sources: dict[str, Source] = attrs.field(factory=dict)
    types: dict[str, Type] = attrs.field(factory=dict)
    keys: dict[str, Reference] = attrs.field(factory=dict)
    notes: dict[str, Note] = attrs.field(factory=dict)
    parameters: dict[str, Parameter] = attrs.field(factory=dict)
    values: dict[str, Value] = attrs.field(factory=dict)
    conditions: dict[str, Condition] = attrs.field(factory=dict)
    item_eligible: dict[str, Group] = attrs.field(factory=dict)
    eligible: Group | None = None
    amount: Amount | None = None
    in_force: Period | None = None
    policy_year: int | None = None
    expressions: list[tuple[Expression, Span, str]] = attrs.field(factory=list)
    used_notes: set[str] = attrs.field(factory=set)
    used_sources: set[str] = attrs.field(factory=set)
    grounds: list[tuple[Provenance, Span, str]] = attrs.field(factory=list)

    @cached_property
    def note_names(self) -> frozenset[str]:
        """The names of the notes."""
        return frozenset(note.name.text for note in self.tree.notes)

    def is_inherited(self, span: Span) -> bool:
        """Return whether a place lies in a file that the ruleset extends."""
        composition = self.composition
        return composition is not None and span.path != composition.top_layer.tree.span.path
