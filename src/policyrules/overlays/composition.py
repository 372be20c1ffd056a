"""A ruleset as it is composed: layers, from the ruleset that extends none to the last overlay."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

import attrs

from policyrules.diagnostics import Diagnostics, listed
from policyrules.overlays.apply import Edited, edited
from policyrules.overlays.inherit import (
    Removals,
    foreign_writers,
    jurisdiction_of,
    warned,
    without_idle_notes,
)
from policyrules.overlays.replace import is_repeated
from policyrules.overlays.replay import targets, without_repeated
from policyrules.overlays.walk import reads
from policyrules.syntax.overlay_tree import OverlayTree, RemoveNode
from policyrules.syntax.tree import RulesetTree
from policyrules.text.localized import Title
from policyrules.text.span import Span


@attrs.frozen
class Layer:
    """One file of a composition; `below` are the ids of all that it extends, however far."""

    tree: RulesetTree | OverlayTree
    below: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        """The id of the file."""
        return self.tree.id.text

    @property
    def jurisdiction(self) -> str:
        """The jurisdiction that wrote it."""
        return jurisdiction_of(self.id)


@attrs.frozen
class Composition:
    """A composed ruleset.

    `tree` is the ruleset as the passes and the engines see it, `layers` its files, those below
    first. `raw` is the tree without what it says of itself as a whole: the warnings of what is
    foreign, and the notes of what was removed. `removed` has every node that an overlay took away,
    with what it was; `loosened` every name that a node of the base read which the last overlay
    changed or removed, with the place of that change.
    """

    tree: RulesetTree
    layers: tuple[Layer, ...]
    raw: RulesetTree
    removed: Removals = ()
    loosened: Mapping[str, Span] = attrs.field(factory=dict, hash=False)

    @classmethod
    def of_ruleset(cls, tree: RulesetTree) -> Composition:
        """A ruleset that extends none."""
        return cls(tree, (Layer(tree),), tree)

    @property
    def own(self) -> Layer:
        """The last layer."""
        return self.layers[-1]

    @property
    def own_removals(self) -> Iterator[RemoveNode]:
        """What the last layer took away."""
        path = self.own.tree.id.span.path
        return (node for node, _ in self.removed if node.span.path == path)


def compose(
    overlay: OverlayTree,
    bases: Sequence[Composition],
    titles: Mapping[str, Title],
    diagnostics: Diagnostics,
) -> Composition | None:
    """The ruleset that an overlay makes of its bases, or None where they have nothing in common.

    `titles` are what readers call jurisdictions. What is wrong with the overlay is a finding.
    """
    below = _below(bases)
    own = Layer(overlay, frozenset(layer.id for layer in below))
    if not _is_of_one_root(overlay, bases, diagnostics):
        return None
    for one, other, name in _disagreements(below, own):
        _report_disagreement(overlay, one, other, name, diagnostics)
    raw, removed = bases[0].raw, bases[0].removed
    done = [layer.tree for layer in bases[0].layers if isinstance(layer.tree, OverlayTree)]
    for layer in below[len(bases[0].layers) :]:
        if isinstance(layer.tree, OverlayTree):
            step = edited(raw, removed, without_repeated(layer.tree, raw, done), diagnostics)
            raw, removed = step.tree, step.removed
            done.append(layer.tree)
    last = edited(raw, removed, overlay, diagnostics)
    tree = _finished(last, (*below, own), titles, overlay.extends[0][0].span)
    _report_foreign_text(tree, overlay, diagnostics)
    broken = _still_used(last, tree, overlay, diagnostics)
    tree = attrs.evolve(tree, broken=tree.broken | broken)
    return Composition(tree, (*below, own), last.tree, last.removed, last.loosened)


def _below(bases: Sequence[Composition]) -> tuple[Layer, ...]:
    """The layers of every base, each once, every one behind those that it extends."""
    found = {layer.id: layer for base in bases for layer in base.layers}
    return tuple(found.values())


# --- bases that do not agree ---------------------------------------------------------------------


def _is_of_one_root(
    overlay: OverlayTree, bases: Sequence[Composition], diagnostics: Diagnostics
) -> bool:
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
                    (first.tree.id.span, "the one is here"),
                    (root.tree.id.span, "the other is here"),
                ),
            )
            return False
    return True


def _disagreements(below: Sequence[Layer], own: Layer) -> Iterator[tuple[Layer, Layer, str]]:
    """Two layers that change one thing, where neither extends the other and none above decides."""
    changes = {layer.id: targets(layer.tree) for layer in (*below, own)}
    for place, other in enumerate(below):
        for one in below[:place]:
            if one.id in other.below or other.id in one.below:
                continue
            for name in changes[one.id]:
                if name not in changes[other.id] or _is_same(one, other, name):
                    continue
                decided = any(
                    name in changes[above.id] and {one.id, other.id} <= above.below
                    for above in (*below, own)
                )
                if not decided:
                    yield one, other, name


def _is_same(one: Layer, other: Layer, name: str) -> bool:
    """Return whether two layers say the same of one thing, its source and its notes too."""
    if not isinstance(one.tree, OverlayTree) or not isinstance(other.tree, OverlayTree):
        return False
    first, second = targets(one.tree)[name], targets(other.tree)[name]
    return is_repeated(first, one.tree, second, other.tree)


def _report_disagreement(
    overlay: OverlayTree, one: Layer, other: Layer, name: str, diagnostics: Diagnostics
) -> None:
    diagnostics.report(
        "conflicting-overlays",
        overlay.extends[-1][0].span,
        f"`{one.id}` and `{other.id}` both change `{name}`, each in its own way",
        found="neither of them extends the other",
        expected="one of the two, or what this file says itself",
        remedy=f"say here what `{name}` is"
        if name == "in_force"
        else f"set, replace or remove `{name}` here",
        related=(
            (targets(one.tree)[name].span, f"`{one.id}` changes it here"),
            (targets(other.tree)[name].span, f"`{other.id}` changes it here"),
        ),
    )


# --- the ruleset as a whole ----------------------------------------------------------------------


def _finished(
    last: Edited, layers: Sequence[Layer], titles: Mapping[str, Title], place: Span
) -> RulesetTree:
    """The ruleset with what it says of itself as a whole.

    What a removal admits goes with every decision, since what is not there can carry no note. What
    only tidies up, a parameter or value that nothing needs any more, admits nothing.
    """
    said = [name for node, kind in last.removed if kind in _MISSED for name in node.notes]
    in_force = last.tree.in_force
    notes = {name.text: name for name in reversed((*in_force.notes, *said))}
    grounded = attrs.evolve(in_force, notes=tuple(reversed(notes.values())))
    tree = attrs.evolve(last.tree, in_force=grounded if said else in_force)
    writers = {layer.tree.id.span.path: layer.jurisdiction for layer in layers}
    return without_idle_notes(warned(tree, writers, titles, place))


def _report_foreign_text(tree: RulesetTree, overlay: OverlayTree, diagnostics: Diagnostics) -> None:
    """Report an overlay that could be picked by place and day but holds another place's rules.

    Whoever is refused or paid by such a ruleset must have asked for it by its id.
    """
    writers = foreign_writers(tree)
    if overlay.chosen is not None or not writers:
        return
    diagnostics.report(
        "foreign-text",
        overlay.extends[0][0].span,
        f"`{overlay.id.text}` takes rules over from a jurisdiction that does not contain it",
        found=f"rules of {listed(writers)}",
        expected="the place's own text, or that of a jurisdiction around it",
        remedy="say `chosen: by_name`, so that it is decided only where it is asked for by its id; "
        "or replace what is foreign",
    )


_MISSED: Final = ("condition", "exception", "amount", "consequence")
"""What a decision lacks where it was removed."""


def _still_used(
    last: Edited, tree: RulesetTree, overlay: OverlayTree, diagnostics: Diagnostics
) -> frozenset[str]:
    """Reports what was removed and is still read; the result are their names."""
    readers: dict[str, Span] = {}
    for name, span in reads(tree):
        readers.setdefault(name, span)
    names: set[str] = set()
    for node in overlay.remove:
        name = node.name.text
        if name in readers and any(node is gone for gone, _ in last.removed):
            names.add(name)
            diagnostics.report(
                "still-used",
                node.name.span,
                f"`{name}` is removed, and still read",
                expected="nothing that reads it any more",
                remedy="replace or remove what reads it, or keep it",
                related=((readers[name], "it is read here"),),
            )
    return frozenset(names)
