"""Replace nodes: the new node keeps the declarations that its replacement leaves out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from policyrules.diagnostics import Diagnostics, listed
from policyrules.overlays.editable import Target
from policyrules.overlays.walk import iter_nodes, transform
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
    NodeWithProvenance,
    NoteNode,
    ParameterNode,
    RulesetTree,
    TreeNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar


def override_rows(old: ParameterNode, new: SetNode) -> ParameterNode:
    """Return the parameter with the rows and the provenance of an override."""
    return attrs.evolve(
        old,
        span=new.span,
        value=new.value,
        rows=new.rows,
        values=new.values,
        quote=new.quote,
        cite=new.cite,
        notes=new.notes,
    )


def apply_replacement(old: Target, new: Replacement, diagnostics: Diagnostics) -> Target:
    """Return the node that replaces the old one.

    Its titles, its type and its words default to those of the old node; its exceptions are kept.
    """
    fields_of_old: dict[str, Any] = {"name": old.name, "title": new.title or old.title}
    match old, new:
        case ValueNode(), NewValueNode():
            _check_type(old, new, diagnostics)
            fields_of_old |= {"type": old.type, "unit": old.unit, "except_": old.except_}
            # The order of rows is part of the node, that of exceptions is not.
            fields_of_old["pick"] = new.pick or (old.pick if old.rows is None else None)
            fields_of_old["unit_title"] = new.unit_title or old.unit_title
            fields_of_old["words"] = new.words or old.words
            return ValueNode(**{**_fields(new), **fields_of_old})
        case ConditionNode(), NewConditionNode():
            fields_of_old |= {"pick": old.pick, "except_": old.except_}
            return ConditionNode(**{**_fields(new), **fields_of_old})
        case ExceptionNode(), NewExceptionNode():
            return ExceptionNode(**{**_fields(new), **fields_of_old})
        case AmountNode(), NewAmountNode():
            _check_unit(old, new, diagnostics)
            fields_of_old |= {"unit": old.unit, "paid_to": new.paid_to or old.paid_to}
            fields_of_old["unit_title"] = new.unit_title or old.unit_title
            fields_of_old["signed"] = new.signed or old.signed
            return AmountNode(**{**_fields(new), **fields_of_old})
        case _:
            raise TypeError("a node is replaced by one of its kind")


def _fields(node: TreeNode) -> dict[str, Any]:
    return {field.name: getattr(node, field.name) for field in attrs.fields(type(node))}


def _check_type(old: ValueNode, new: NewValueNode, diagnostics: Diagnostics) -> None:
    """Report a replacement of a value by another type, unit or set of words."""
    pairs = [
        (key, old_scalar, new_scalar)
        for key, old_scalar, new_scalar in (
            ("type", old.type, new.type),
            ("unit", old.unit, new.unit),
        )
        if new_scalar is not None and (old_scalar is None or old_scalar.text != new_scalar.text)
    ]
    for key, old_scalar, new_scalar in pairs:
        diagnostics.report(
            "replacement-type",
            new_scalar.span,
            f"the {key} of `{old.name.text}` differs from the base",
            found=f"`{new_scalar.text}`",
            expected=f"`{old_scalar.text}`" if old_scalar is not None else f"no `{key}`",
            remedy="leave it out, or add a value of another name and remove this one",
            related=(
                (
                    old_scalar.span if old_scalar is not None else old.name.span,
                    "it is declared here",
                ),
            ),
        )
    words, old_words = (
        [word.text for word, _ in word_nodes] for word_nodes in (new.words, old.words)
    )
    if words and set(words) != set(old_words):
        diagnostics.report(
            "replacement-type",
            new.words[0][0].span,
            f"the words of `{old.name.text}` differ from the base",
            found=listed(words),
            expected=listed(old_words),
            remedy="leave `words` out, or add a value of another name and remove this one",
            related=((old.name.span, "it is declared here"),),
        )


def _check_unit(old: AmountNode, new: NewAmountNode, diagnostics: Diagnostics) -> None:
    """Report a replacement of an amount by one in another unit."""
    unit = "CNY" if old.unit is None else old.unit.text
    if new.unit is None or new.unit.text.replace(" ", "") == unit.replace(" ", ""):
        return
    diagnostics.report(
        "replacement-type",
        new.unit.span,
        f"the unit of `{old.name.text}` differs from the base",
        found=f"`{new.unit.text}`",
        expected=f"`{unit}`",
        remedy="leave it out, or add an amount of another name and remove this one",
        related=(((old.unit or old.name).span, "it is declared here"),),
    )


def is_noop(old: Target, new: Target, base: RulesetTree, overlay: OverlayTree) -> bool:
    """Return whether a node has the content and the provenance of the node that it replaces."""
    old_notes, new_notes = _notes(base.notes), {**_notes(base.notes), **_notes(overlay.notes)}
    first = _comparable(old, old_notes, base.legal_basis)
    return first == _comparable(new, new_notes, overlay.legal_basis)


def is_repeated(
    first_node: TreeNode,
    first_overlay: OverlayTree,
    second_node: TreeNode,
    second_overlay: OverlayTree,
) -> bool:
    """Return whether two overlays have the same node, its source and its notes included."""
    if first_node != second_node:
        return False
    first = _comparable(first_node, _notes(first_overlay.notes), first_overlay.legal_basis)
    return first == _comparable(
        second_node, _notes(second_overlay.notes), second_overlay.legal_basis
    )


def _notes(notes: tuple[NoteNode, ...]) -> dict[str, NoteNode]:
    return {note.name.text: note for note in notes}


def _comparable(
    node: TreeNode, notes: Mapping[str, NoteNode], legal_basis: Scalar
) -> tuple[dict[str, Any], object]:
    """Return the content of a node, with explicit sources and without titles, and of its notes."""
    note_contents = [
        (note.kind, note.zh, note.en, note.when)
        for descendant in iter_nodes(node)
        if isinstance(descendant, NodeWithProvenance)
        for name in descendant.notes
        if (note := notes.get(name.text)) is not None
    ]

    def change(descendant: TreeNode) -> TreeNode:
        if not isinstance(descendant, NodeWithProvenance):
            return descendant
        cite = (
            legal_basis
            if descendant.quote is not None and descendant.cite is None
            else descendant.cite
        )
        return attrs.evolve(descendant, cite=cite, notes=())

    return _fields(transform(node, change)) | {"title": None, "span": None}, note_contents
