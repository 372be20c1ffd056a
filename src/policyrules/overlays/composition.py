"""The composition of a ruleset: its layers, from the root ruleset to the last overlay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from policyrules.diagnostics import Diagnostics, listed
from policyrules.overlays.apply import OverlayResult, apply_overlay
from policyrules.overlays.inherit import (
    Removals,
    add_foreign_source_warnings,
    foreign_writers,
    jurisdiction_of,
    prune_unused_notes,
)
from policyrules.overlays.repeated_changes import changed_nodes, drop_repeated_changes
from policyrules.overlays.replace import is_repeated
from policyrules.overlays.walk import NameUse, name_uses
from policyrules.syntax.overlay_tree import OverlayTree, RemoveNode
from policyrules.syntax.tree import RulesetTree
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span


@attrs.frozen
class Layer:
    """One file of a composition; `lower_ids` are the ids of all rulesets that it extends."""

    tree: RulesetTree | OverlayTree
    lower_ids: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The id of the file."""
        return self.tree.id.text

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction that issued the file."""
        return jurisdiction_of(self.id)


@attrs.frozen
class Composition:
    """A composed ruleset.

    `tree` is the complete tree that is checked, `layers` its files, the root first.
    `merged_before_notes` is the tree before foreign-source warnings and the notes of removals are
    added. `removed` holds every node that an overlay removed, with its kind. `orphaned_references`
    maps each name that a changed or removed node of the base used to the span of the change in the
    last overlay.
    """

    tree: RulesetTree
    layers: tuple[Layer, ...]
    merged_before_notes: RulesetTree
    removed: Removals = ()
    orphaned_references: Mapping[str, Span] = attrs.field(factory=dict, hash=False)

    @classmethod
    def of_ruleset(cls, tree: RulesetTree) -> Composition:
        """Return the composition of a ruleset that extends no other."""
        return cls(tree, (Layer(tree),), tree)

    @property
    def top_layer(self) -> Layer:
        """The last layer."""
        return self.layers[-1]

    @property
    def top_layer_removals(self) -> Iterator[RemoveNode]:
        """The removals of the last layer."""
        path = self.top_layer.tree.id.span.path
        return (node for node, _ in self.removed if node.span.path == path)


def compose(
    overlay: OverlayTree,
    bases: Sequence[Composition],
    titles: Mapping[str, LocalizedText],
    diagnostics: Diagnostics,
) -> Composition | None:
    """Apply an overlay to its bases and return the composition; None if they share no root.

    `titles` are the titles of jurisdictions. Faults of the overlay are reported.
    """
    lower_layers = _merge_layers(bases)
    top_layer = Layer(overlay, frozenset(layer.id for layer in lower_layers))
    layers = (*lower_layers, top_layer)
    if not _have_common_root(overlay, bases, diagnostics):
        return None
    for first, second, name in _conflicts(layers):
        _report_conflict(overlay, first, second, name, diagnostics)
    merged, removed = bases[0].merged_before_notes, bases[0].removed
    applied = [layer.tree for layer in bases[0].layers if isinstance(layer.tree, OverlayTree)]
    for layer in lower_layers[len(bases[0].layers) :]:
        if isinstance(layer.tree, OverlayTree):
            remaining = drop_repeated_changes(layer.tree, merged, applied)
            result = apply_overlay(merged, removed, remaining, diagnostics)
            merged, removed = result.tree, result.removed
            applied.append(layer.tree)
    last = apply_overlay(merged, removed, overlay, diagnostics)
    tree = _finalize(last, layers, titles, overlay.extends[0][0].span)
    _report_foreign_text(tree, overlay, diagnostics)
    broken = _report_still_used(last, tree, overlay, diagnostics)
    tree = attrs.evolve(tree, broken=tree.broken | broken)
    return Composition(tree, layers, last.tree, last.removed, last.orphaned_references)


def _merge_layers(bases: Sequence[Composition]) -> tuple[Layer, ...]:
    """Return the layers of all bases, each once and after the layers that it extends."""
    layers = {layer.id: layer for base in bases for layer in base.layers}
    return tuple(layers.values())


# --- conflicts between bases ----------------------------------------------------------------------


def _have_common_root(
    overlay: OverlayTree, bases: Sequence[Composition], diagnostics: Diagnostics
) -> bool:
    """Return whether all bases extend one ruleset; report it if not."""
    places = [key.span for key, _ in overlay.extends]
    first = bases[0].layers[0]
    for base, place in zip(bases[1:], places[1:], strict=True):
        root = base.layers[0]
        if root.id != first.id:
            diagnostics.report(
                "conflicting-overlays",
                place,
                f"`{first.id}` and `{root.id}` have no ruleset in common",
                expected="bases that extend one and the same ruleset",
                remedy="extend one of them",
                related=(
                    (first.tree.id.span, f"`{first.id}` is here"),
                    (root.tree.id.span, f"`{root.id}` is here"),
                ),
            )
            return False
    return True


def _conflicts(layers: Sequence[Layer]) -> Iterator[tuple[Layer, Layer, str]]:
    """Yield two layers that change one node differently, and the name of the node.

    Neither layer extends the other, and no later layer that extends both changes the node.
    """
    changes = {layer.id: changed_nodes(layer.tree) for layer in layers}
    for index, second in enumerate(layers):
        for first in layers[:index]:
            if first.id in second.lower_ids or second.id in first.lower_ids:
                continue
            for name in changes[first.id]:
                if name not in changes[second.id] or _is_same_change(first, second, name):
                    continue
                is_resolved = any(
                    name in changes[upper_layer.id]
                    and {first.id, second.id} <= upper_layer.lower_ids
                    for upper_layer in layers
                )
                if not is_resolved:
                    yield first, second, name


def _is_same_change(first_layer: Layer, second_layer: Layer, name: str) -> bool:
    """Return whether two layers make the same change to a node, with the same source and notes."""
    if not isinstance(first_layer.tree, OverlayTree) or not isinstance(
        second_layer.tree, OverlayTree
    ):
        return False
    first, second = changed_nodes(first_layer.tree)[name], changed_nodes(second_layer.tree)[name]
    return is_repeated(first, first_layer.tree, second, second_layer.tree)


def _report_conflict(
    overlay: OverlayTree, first: Layer, second: Layer, name: str, diagnostics: Diagnostics
) -> None:
    diagnostics.report(
        "conflicting-overlays",
        overlay.extends[-1][0].span,
        f"`{first.id}` and `{second.id}` change `{name}` differently",
        found="neither of them extends the other",
        expected="one of the two changes, or a change in this file",
        remedy=f"declare `{name}` here"
        if name == "in_force"
        else f"set, replace or remove `{name}` here",
        related=(
            (changed_nodes(first.tree)[name].span, f"`{first.id}` changes it here"),
            (changed_nodes(second.tree)[name].span, f"`{second.id}` changes it here"),
        ),
    )


# --- the composed tree ----------------------------------------------------------------------------


def _finalize(
    last: OverlayResult, layers: Sequence[Layer], titles: Mapping[str, LocalizedText], place: Span
) -> RulesetTree:
    """Return the tree with the notes of removals and foreign-source warnings.

    A removed node cannot carry its notes. The time in force carries them, so that every decision
    discloses them. The removal of an unused parameter or value affects no decision, so its notes
    are dropped.
    """
    removal_notes = [
        name for node, kind in last.removed if kind in _DECIDING_KINDS for name in node.notes
    ]
    in_force = last.tree.in_force
    notes = {name.text: name for name in reversed((*in_force.notes, *removal_notes))}
    with_notes = attrs.evolve(in_force, notes=tuple(reversed(notes.values())))
    tree = attrs.evolve(last.tree, in_force=with_notes if removal_notes else in_force)
    writers = {layer.tree.id.span.path: layer.jurisdiction for layer in layers}
    return prune_unused_notes(add_foreign_source_warnings(tree, writers, titles, place))


def _report_foreign_text(tree: RulesetTree, overlay: OverlayTree, diagnostics: Diagnostics) -> None:
    """Report an overlay with rules of another place that place and day alone could select.

    Such a ruleset must be selected by its id.
    """
    writers = foreign_writers(tree)
    if overlay.selection is not None or not writers:
        return
    diagnostics.report(
        "foreign-text",
        overlay.extends[0][0].span,
        f"`{overlay.id.text}` inherits rules of a jurisdiction that does not contain it",
        found=f"rules of {listed(writers)}",
        expected="rules of its own jurisdiction, or of one that contains it",
        remedy="write `selection: by_id`, so that only its id selects it, or replace the "
        "foreign rules",
    )


_DECIDING_KINDS: Final = ("condition", "exception", "amount", "consequence")
"""The kinds of nodes whose removal affects a decision, which must then disclose the notes."""


def _report_still_used(
    last: OverlayResult, tree: RulesetTree, overlay: OverlayTree, diagnostics: Diagnostics
) -> frozenset[str]:
    """Report removed nodes that are still used, and return their names."""
    uses: dict[str, NameUse] = {}
    for use in name_uses(tree):
        uses.setdefault(use.name, use)
    names: set[str] = set()
    for node in overlay.removals:
        name = node.name.text
        if name in uses and any(node is removed for removed, _ in last.removed):
            names.add(name)
            diagnostics.report(
                "still-used",
                node.name.span,
                f"`{name}` is removed but still used by `{uses[name].user}`",
                expected="no use of a removed declaration",
                remedy="replace or remove what uses it, or keep it",
                related=((uses[name].span, "it is used here"),),
            )
    return frozenset(names)
