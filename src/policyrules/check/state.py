"""The state of a check, which the passes share."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.ir.calendars import Calendar
from policyrules.ir.nodes import Expression
from policyrules.ir.ruleset import (
    AmountRule,
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
from policyrules.syntax.tree import CalendarsTree, RulesetTree, SourcesTree, VocabularyTree
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span


@attrs.frozen
class ParameterBound:
    """A parameter as a jurisdiction declares it, with the span of the declaration."""

    jurisdiction: str
    parameter: Parameter
    span: Span


InheritedBounds = Mapping[str, Mapping[str, ParameterBound]]
"""For each parameter, the last declaration of each jurisdiction among the lower layers."""

EnclosingBounds = Mapping[str, tuple[ParameterBound, ...]]
"""For each parameter, its declarations in the enclosing rulesets."""


@attrs.frozen
class ExternalBounds:
    """The parameters of other jurisdictions that bound those of a ruleset.

    `inherited` are those of the lower layers of an overlay. `enclosing` are those of the rulesets
    that the ruleset or one of its bases is `within`.
    """

    inherited: InheritedBounds = attrs.field(factory=dict, hash=False)
    enclosing: EnclosingBounds = attrs.field(factory=dict, hash=False)


@attrs.define
class CheckState:
    """The input and the results of the passes; a check without errors lowers it to the ruleset.

    `broken` are declared names that are not readable, which are not reported again. `scopes` maps
    each name that only the rules of the items of a list can read to that list. `blocks` maps each
    list with rules to the name of its items. `values` and `conditions` include those of items. For
    an overlay, `composition` holds its files. `expressions` has every checked expression with its
    span and its list, and `quotes` every quote with its span and a description of its node.
    """

    tree: RulesetTree
    vocabulary_tree: VocabularyTree
    sources_tree: SourcesTree
    texts: Mapping[str, str] | None
    diagnostics: Diagnostics
    composition: Composition | None = None
    external_bounds: ExternalBounds = ExternalBounds()
    calendars_tree: CalendarsTree | None = None

    broken: set[str] = attrs.field(factory=set)
    spans: dict[str, Span] = attrs.field(factory=dict)
    units: dict[str, LocalizedText] = attrs.field(factory=dict)
    vocabulary: dict[str, Fact] = attrs.field(factory=dict)
    facts: dict[str, Fact] = attrs.field(factory=dict)
    all_lists: dict[str, ListDeclaration] = attrs.field(factory=dict)
    constraints: list[Constraint] = attrs.field(factory=list)
    subjects: dict[str, Span] = attrs.field(factory=dict)
    scopes: dict[str, str] = attrs.field(factory=dict)
    blocks: dict[str, str] = attrs.field(factory=dict)
    sources: dict[str, Source] = attrs.field(factory=dict)
    types: dict[str, Type] = attrs.field(factory=dict)
    notes: dict[str, Note] = attrs.field(factory=dict)
    parameters: dict[str, Parameter] = attrs.field(factory=dict)
    values: dict[str, Value] = attrs.field(factory=dict)
    conditions: dict[str, Condition] = attrs.field(factory=dict)
    item_eligible: dict[str, Group] = attrs.field(factory=dict)
    eligible: Group | None = None
    amounts: dict[str, AmountRule] = attrs.field(factory=dict)
    in_force: Period | None = None
    calendar: Calendar | None = None
    is_calendar_used: bool = False
    policy_year: int | None = None
    expressions: list[tuple[Expression, Span, str]] = attrs.field(factory=list)
    used_notes: set[str] = attrs.field(factory=set)
    used_sources: set[str] = attrs.field(factory=set)
    quotes: list[tuple[Provenance, Span, str]] = attrs.field(factory=list)

    @cached_property
    def note_names(self) -> frozenset[str]:
        """Return the names of the notes."""
        return frozenset(note.name.text for note in self.tree.notes)

    def is_inherited(self, span: Span) -> bool:
        """Return whether a span is in a file that the ruleset extends."""
        composition = self.composition
        return composition is not None and span.path != composition.top_layer.tree.span.path
