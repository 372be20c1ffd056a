"""What stands in the place of a node: what it says anew, and what it keeps of the old one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from policyrules.diagnostics import Diagnostics, listed
from policyrules.overlays.editable import Target
from policyrules.overlays.walk import nodes_in, rebuilt
from policyrules.syntax.overlay_tree import (
    NewAmountNode,
    NewConditionNode,
    NewExceptionNode,
    NewValueNode,
    OverlayTree,
    Replacement,
    SetNode,
)
from policyrules.syntax.tree import (
    AmountNode,
    ConditionNode,
    ExceptionNode,
    GroundedNode,
    NoteNode,
    ParameterNode,
    RulesetTree,
    TreeNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar


def with_rows(old: ParameterNode, new: SetNode) -> ParameterNode:
    """The parameter with new rows: it keeps all but its figures and their grounds."""
    return attrs.evolve(
        old,
        span=new.span,
        value=new.value,
        values=new.values,
        quote=new.quote,
        cite=new.cite,
        notes=new.notes,
    )


def replaced(old: Target, new: Replacement, diagnostics: Diagnostics) -> Target:
    """The node that stands in the place of the old one.

    What it and its unit are called and its type are those of the old one where it says nothing of
    them; its exceptions stay.
    """
    kept: dict[str, Any] = {"name": old.name, "title": new.title or old.title}
    match old, new:
        case ValueNode(), NewValueNode():
            _check_type(old, new, diagnostics)
            kept |= {"type": old.type, "unit": old.unit, "except_": old.except_}
            kept["unit_title"] = new.unit_title or old.unit_title
            kept["words"] = new.words or old.words
            return ValueNode(**{**_fields(new), **kept})
        case ConditionNode(), NewConditionNode():
            return ConditionNode(**{**_fields(new), **kept, "except_": old.except_})
        case ExceptionNode(), NewExceptionNode():
            return ExceptionNode(**{**_fields(new), **kept})
        case AmountNode(), NewAmountNode():
            return AmountNode(**{**_fields(new), **kept})
        case _:
            raise TypeError("a node is replaced by one of its kind")


def _fields(node: TreeNode) -> dict[str, Any]:
    return {field.name: getattr(node, field.name) for field in attrs.fields(type(node))}


def _check_type(old: ValueNode, new: NewValueNode, diagnostics: Diagnostics) -> None:
    """Whoever reads a value counts on its type: what stands in its place has the same."""
    pairs = [
        (key, was, now)
        for key, was, now in (("type", old.type, new.type), ("unit", old.unit, new.unit))
        if now is not None and (was is None or was.text != now.text)
    ]
    for key, was, now in pairs:
        diagnostics.report(
            "replacement-type",
            now.span,
            f"the {key} of `{old.name.text}` is another in the base",
            found=f"`{now.text}`",
            expected=f"`{was.text}`" if was is not None else f"no `{key}`",
            remedy="leave it out, or add a value of another name and remove this one",
            related=((was.span if was is not None else old.name.span, "it is declared here"),),
        )
    words, there = ([word.text for word, _ in of] for of in (new.words, old.words))
    if words and set(words) != set(there):
        diagnostics.report(
            "replacement-type",
            new.words[0][0].span,
            f"`{old.name.text}` may be other words in the base",
            found=listed(words),
            expected=listed(there),
            remedy="leave `words` out, or add a value of another name and remove this one",
            related=((old.name.span, "it is declared here"),),
        )


def says_the_same(old: Target, new: Target, base: RulesetTree, overlay: OverlayTree) -> bool:
    """Return whether a node has the value and the ground of the node that it replaces."""
    before, after = _notes(base.notes), {**_notes(base.notes), **_notes(overlay.notes)}
    first = _bare(old, before, base.legal_basis)
    return first == _bare(new, after, overlay.legal_basis)


def is_repeated(one: TreeNode, in_: OverlayTree, other: TreeNode, there: OverlayTree) -> bool:
    """Return whether two overlays have one and the same node: its source and its notes too."""
    if one != other:
        return False
    first = _bare(one, _notes(in_.notes), in_.legal_basis)
    return first == _bare(other, _notes(there.notes), there.legal_basis)


def _notes(notes: tuple[NoteNode, ...]) -> dict[str, NoteNode]:
    return {note.name.text: note for note in notes}


def _bare(
    node: TreeNode, notes: Mapping[str, NoteNode], basis: Scalar
) -> tuple[dict[str, Any], object]:
    """What a node says, its sources named, but for what it is called; and what its notes say."""
    said = [
        (note.kind, note.zh, note.en, note.when)
        for one in nodes_in(node)
        if isinstance(one, GroundedNode)
        for name in one.notes
        if (note := notes.get(name.text)) is not None
    ]

    def change(one: TreeNode) -> TreeNode:
        if not isinstance(one, GroundedNode):
            return one
        cite = basis if one.quote is not None and one.cite is None else one.cite
        return attrs.evolve(one, cite=cite, notes=())

    return _fields(rebuilt(node, change)) | {"title": None, "span": None}, said
