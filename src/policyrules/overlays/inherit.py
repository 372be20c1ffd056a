"""Adapt a base for the file that inherits it: its sources, its notes and foreign-source warnings.

Quotes cite the legal basis of their own file, and notes are named within their own file. A rule of
another jurisdiction is disclosed with a warning.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from policyrules.overlays.walk import iter_nodes, transform
from policyrules.syntax.overlay_tree import RemoveNode
from policyrules.syntax.tree import (
    AmountNode,
    ConditionNode,
    ExceptionNode,
    InForceNode,
    NodeWithProvenance,
    NoteNode,
    ParameterNode,
    RowNode,
    RulesetTree,
    TreeNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.localized import LocalizedText
from policyrules.text.place_code import is_part_of
from policyrules.text.span import Span

Removals = tuple[tuple[RemoveNode, str], ...]
"""The removals of overlays, each with the kind of the removed node."""


def inherit_from(
    tree: RulesetTree, removed: Removals, notes: Iterable[NoteNode]
) -> tuple[RulesetTree, Removals]:
    """Return a tree and its removals as a file with these notes inherits them.

    Every quote names its source, since the legal basis is another one. A note is renamed if the
    file uses its name for a different note; equal notes are merged.
    """
    own_notes = {note.name.text: note for note in notes}
    names = _new_note_names(tree, own_notes)

    def change(node: TreeNode) -> TreeNode:
        if isinstance(node, NodeWithProvenance):
            return _name_sources(node, tree.legal_basis, names)
        if isinstance(node, NoteNode) and node.name.text in names:
            return attrs.evolve(node, name=attrs.evolve(node.name, text=names[node.name.text]))
        return node

    remaining_notes = tuple(note for note in tree.notes if own_notes.get(note.name.text) != note)
    adapted = tuple((transform(node, change), kind) for node, kind in removed)
    return transform(attrs.evolve(tree, notes=remaining_notes), change), adapted


def _name_sources(
    node: NodeWithProvenance, legal_basis: Scalar, names: Mapping[str, str]
) -> NodeWithProvenance:
    """Return the node with an explicit source and with renamed notes."""
    if node.quote is not None and node.cite is None:
        node = attrs.evolve(node, cite=attrs.evolve(legal_basis, span=node.quote.span))
    if any(note.text in names for note in node.notes):
        notes = tuple(
            attrs.evolve(note, text=names.get(note.text, note.text)) for note in node.notes
        )
        node = attrs.evolve(node, notes=notes)
    return node


def _new_note_names(tree: RulesetTree, own_notes: Mapping[str, NoteNode]) -> dict[str, str]:
    """Return a new name for each note whose name the file uses for another note."""
    jurisdiction = jurisdiction_of(tree.id.text)
    used_names = {*own_notes, *(note.name.text for note in tree.notes)}
    names: dict[str, str] = {}
    for note in tree.notes:
        name = note.name.text
        if name not in own_notes or own_notes[name] == note:
            continue
        new_name, n = f"{name}-of-{jurisdiction}", 2
        while new_name in used_names:
            new_name, n = f"{name}-of-{jurisdiction}-{n}", n + 1
        used_names.add(new_name)
        names[name] = new_name
    return names


def jurisdiction_of(id_: str) -> str:
    """Return the jurisdiction of a ruleset: the part of its id before the slash.

    >>> jurisdiction_of("cn-nm-150100/job-stabilisation-refund.2023")
    'cn-nm-150100'
    """
    return id_.partition("/")[0]


FOREIGN_TEXT: Final = "foreign_text"
"""The kind of a foreign-source warning; authors cannot write it."""

_WARNING_NAME_PREFIX: Final = "taken-from-"
"""The prefix of the name of such a warning, followed by the code of the jurisdiction."""

_WARNED_NODES = (
    ParameterNode,
    RowNode,
    ValueNode,
    ConditionNode,
    ExceptionNode,
    AmountNode,
    InForceNode,
)


def add_foreign_source_warnings(
    tree: RulesetTree, writers: Mapping[str, str], titles: Mapping[str, LocalizedText], place: Span
) -> RulesetTree:
    """Return the tree with a warning on every node whose jurisdiction does not enclose the tree's.

    `writers` maps the path of each file to its jurisdiction.
    """
    jurisdiction = jurisdiction_of(tree.id.text)
    foreign = {
        path: writer
        for path, writer in writers.items()
        if writer and not is_part_of(jurisdiction, writer)
    }
    if not foreign:
        return tree

    inherited_writers: set[str] = set()

    def change(node: TreeNode) -> TreeNode:
        writer = foreign.get(node.span.path)
        if writer is None or not isinstance(node, _WARNED_NODES):
            return node
        if isinstance(node, RowNode | ParameterNode) and not has_provenance(node):
            return node  # either the parameter or its rows have the provenance
        inherited_writers.add(writer)
        note = Scalar(_warning_name(writer), place)
        return attrs.evolve(node, notes=(*node.notes, note))

    tree = transform(tree, change)
    warnings = tuple(
        _warning(writer, titles.get(writer, LocalizedText(writer, writer)), place)
        for writer in dict.fromkeys(foreign.values())
        # Later overlays may have replaced all nodes of a jurisdiction.
        if writer in inherited_writers
    )
    return attrs.evolve(tree, notes=(*tree.notes, *warnings))


def foreign_writers(tree: RulesetTree) -> tuple[str, ...]:
    """Return the jurisdictions of foreign-source warnings in a composed tree."""
    kinds = ((note.name.text, note.kind.text) for note in tree.notes)
    return tuple(
        name.removeprefix(_WARNING_NAME_PREFIX) for name, kind in kinds if kind == FOREIGN_TEXT
    )


def _warning_name(jurisdiction: str) -> str:
    return f"{_WARNING_NAME_PREFIX}{jurisdiction}"


def _warning(jurisdiction: str, title: LocalizedText, place: Span) -> NoteNode:
    return NoteNode(
        span=place,
        name=Scalar(_warning_name(jurisdiction), place),
        kind=Scalar(FOREIGN_TEXT, place),
        zh=Scalar(f"取自{title.zh}的文件，不是本地的规定", place),
        en=Scalar(f"Taken from the text of {title.en}, not from one of this place", place),
    )


def has_provenance(node: NodeWithProvenance) -> bool:
    """Return whether a node has a quote, a source or a note of its own."""
    return bool(node.quote or node.cite or node.notes)


def prune_unused_notes(tree: RulesetTree) -> RulesetTree:
    """Return the tree without inherited notes that no node carries any more."""
    carried_notes = {
        note.text
        for node in iter_nodes(tree)
        if isinstance(node, NodeWithProvenance)
        for note in node.notes
    }
    path = tree.id.span.path
    remaining_notes = tuple(
        note for note in tree.notes if note.name.text in carried_notes or note.span.path == path
    )
    return attrs.evolve(tree, notes=remaining_notes)
