"""What happens to a base when another file takes it over: sources, notes, warnings.

A quote stands on the legal basis of its own file; a note is known by a name of its own file; and a
text of another place is a text of another place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import attrs

from policyrules.overlays.walk import nodes_in, rebuilt
from policyrules.syntax.overlay_tree import RemoveNode
from policyrules.syntax.tree import (
    AmountNode,
    ConditionNode,
    ExceptionNode,
    GroundedNode,
    InForceNode,
    NoteNode,
    ParameterNode,
    RowNode,
    RulesetTree,
    TreeNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.localized import Title
from policyrules.text.place_code import lies_within
from policyrules.text.span import Span

Removals = tuple[tuple[RemoveNode, str], ...]
"""What overlays took away, each with what it was."""


def inherited(
    tree: RulesetTree, removed: Removals, notes: Iterable[NoteNode]
) -> tuple[RulesetTree, Removals]:
    """The tree as another file with these notes takes it over, and what was removed before.

    Every quote names its source, which is no longer the legal basis. A note whose name the other
    file has for another note is renamed; one that says the same is the same note.
    """
    taken = {note.name.text: note for note in notes}
    names = _renamed(tree, taken)

    def change(node: TreeNode) -> TreeNode:
        if isinstance(node, GroundedNode):
            return _grounded(node, tree.legal_basis, names)
        if isinstance(node, NoteNode) and node.name.text in names:
            return attrs.evolve(node, name=attrs.evolve(node.name, text=names[node.name.text]))
        return node

    kept = tuple(note for note in tree.notes if taken.get(note.name.text) != note)
    gone = tuple((rebuilt(node, change), kind) for node, kind in removed)
    return rebuilt(attrs.evolve(tree, notes=kept), change), gone


def _grounded(node: GroundedNode, basis: Scalar, names: Mapping[str, str]) -> GroundedNode:
    """The node with its source named, and its notes by their new names."""
    if node.quote is not None and node.cite is None:
        node = attrs.evolve(node, cite=attrs.evolve(basis, span=node.quote.span))
    if any(note.text in names for note in node.notes):
        notes = tuple(
            attrs.evolve(note, text=names.get(note.text, note.text)) for note in node.notes
        )
        node = attrs.evolve(node, notes=notes)
    return node


def _renamed(tree: RulesetTree, taken: Mapping[str, NoteNode]) -> dict[str, str]:
    jurisdiction = jurisdiction_of(tree.id.text)
    used = {*taken, *(note.name.text for note in tree.notes)}
    names: dict[str, str] = {}
    for note in tree.notes:
        name = note.name.text
        if name not in taken or taken[name] == note:
            continue
        new, n = f"{name}-of-{jurisdiction}", 2
        while new in used:
            new, n = f"{name}-of-{jurisdiction}-{n}", n + 1
        used.add(new)
        names[name] = new
    return names


def jurisdiction_of(id_: str) -> str:
    """The jurisdiction of a ruleset: what stands before the stroke of its id.

    >>> jurisdiction_of("cn-nm-150100/job-stabilisation-refund.2023")
    'cn-nm-150100'
    """
    return id_.partition("/")[0]


FOREIGN_TEXT: Final = "foreign_text"
"""The kind of the note on a rule that another jurisdiction wrote; an author cannot write it."""

_TAKEN_FROM: Final = "taken-from-"
"""The beginning of the name of such a note; the code of the jurisdiction follows."""

_WARNED = (ParameterNode, RowNode, ValueNode, ConditionNode, ExceptionNode, AmountNode, InForceNode)


def warned(
    tree: RulesetTree, writers: Mapping[str, str], titles: Mapping[str, Title], place: Span
) -> RulesetTree:
    """The tree with a warning on every node that is from the text of a foreign jurisdiction.

    `writers` has the jurisdiction of every file that wrote some of it, by its path.
    """
    own = jurisdiction_of(tree.id.text)
    foreign = {
        path: writer for path, writer in writers.items() if writer and not lies_within(own, writer)
    }
    if not foreign:
        return tree

    carried: set[str] = set()

    def change(node: TreeNode) -> TreeNode:
        writer = foreign.get(node.span.path)
        if writer is None or not isinstance(node, _WARNED):
            return node
        if isinstance(node, RowNode | ParameterNode) and not is_grounded(node):
            return node  # the ground is on the parameter, or on the rows
        carried.add(writer)
        note = Scalar(_warning_name(writer), place)
        return attrs.evolve(node, notes=(*node.notes, note))

    tree = rebuilt(tree, change)
    warnings = tuple(
        _warning(writer, titles.get(writer, Title(writer, writer)), place)
        for writer in dict.fromkeys(foreign.values())
        # Of what another overlay changed everything may have been changed again.
        if writer in carried
    )
    return attrs.evolve(tree, notes=(*tree.notes, *warnings))


def foreign_writers(tree: RulesetTree) -> tuple[str, ...]:
    """Return the jurisdictions that do not contain that of a composed tree and wrote some of it."""
    kinds = ((note.name.text, note.kind.text) for note in tree.notes)
    return tuple(name.removeprefix(_TAKEN_FROM) for name, kind in kinds if kind == FOREIGN_TEXT)


def _warning_name(jurisdiction: str) -> str:
    return f"{_TAKEN_FROM}{jurisdiction}"


def _warning(jurisdiction: str, title: Title, place: Span) -> NoteNode:
    return NoteNode(
        span=place,
        name=Scalar(_warning_name(jurisdiction), place),
        kind=Scalar(FOREIGN_TEXT, place),
        zh=Scalar(f"取自{title.zh}的文件，不是本地的规定", place),
        en=Scalar(f"Taken from the text of {title.en}, not from one of this place", place),
    )


def is_grounded(node: GroundedNode) -> bool:
    """Return whether a node has a ground of its own."""
    return bool(node.quote or node.cite or node.notes)


def without_idle_notes(tree: RulesetTree) -> RulesetTree:
    """The tree without the notes of other files that nothing in it carries any more."""
    carried = {
        note.text
        for node in nodes_in(tree)
        if isinstance(node, GroundedNode)
        for note in node.notes
    }
    own = tree.id.span.path
    kept = tuple(note for note in tree.notes if note.name.text in carried or note.span.path == own)
    return attrs.evolve(tree, notes=kept)
