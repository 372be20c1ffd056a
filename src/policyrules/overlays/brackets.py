"""Add brackets of an overlay to a scale of its base."""

from __future__ import annotations

from fractions import Fraction

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.overlays.inherit import has_provenance
from policyrules.syntax.overlay_tree import SetNode
from policyrules.syntax.tree import BracketNode, ParameterNode, RowNode, ScaleNode


def add_brackets(old: ParameterNode, new: SetNode, diagnostics: Diagnostics) -> ParameterNode:
    """Return the parameter with the added brackets in every row, each in its place.

    A bracket without provenance of its own rests on that of the addition.
    """
    rows = old.values or (old,)
    if not all(isinstance(row.value, ScaleNode) for row in rows):
        is_scale = old.type.text == "scale"
        diagnostics.report(
            "type-mismatch",
            new.name.span,
            f"no brackets can be added to `{old.name.text}`",
            found="a scale without brackets" if is_scale else f"`{old.type.text}`",
            expected="a scale with brackets on every day",
            remedy="write `value` or `values`",
            related=((old.name.span, "it is declared here in the base"),),
        )
        return old
    if not has_provenance(new) and not all(map(has_provenance, new.add)):
        diagnostics.report(
            "missing-provenance",
            new.name.span,
            f"the brackets added to `{old.name.text}` have no quote, source or note",
            expected="`quote`, `cite` or `notes`",
            remedy="quote the words that they follow, or admit it in a note",
        )
    added = tuple(
        bracket
        if has_provenance(bracket)
        else attrs.evolve(bracket, quote=new.quote, cite=new.cite, notes=new.notes)
        for bracket in new.add
    )
    if old.value is not None:
        return attrs.evolve(old, value=_with_brackets(old, added))
    values = tuple(attrs.evolve(row, value=_with_brackets(row, added)) for row in old.values)
    return attrs.evolve(old, values=values)


def _with_brackets(row: RowNode | ParameterNode, added: tuple[BracketNode, ...]) -> ScaleNode:
    if not isinstance(row.value, ScaleNode):
        raise TypeError("only a scale has brackets")
    brackets = (*row.value.brackets, *added)
    edges = [_edge(bracket) for bracket in brackets]
    if None not in edges:
        in_order = sorted(zip(edges, brackets, strict=True), key=lambda pair: pair[0] or 0)
        brackets = tuple(bracket for _, bracket in in_order)
    return attrs.evolve(row.value, brackets=brackets)


def _edge(bracket: BracketNode) -> Fraction | None:
    """Return the figure of an edge; None for a text that the checker will report."""
    try:
        return Fraction(bracket.above.text.partition(" ")[0])
    except (ValueError, ZeroDivisionError):
        return None
