"""Look up the rulesets that a file names by `within`, and collect the rows that bound its own."""

from __future__ import annotations

from policyrules.catalogue.bases import (
    BaseCycle,
    BaseTooDeep,
    CompileContext,
    UnknownBase,
    report_too_deep,
)
from policyrules.catalogue.result import CompileResult
from policyrules.check.bounds import merge_bounds, restrict_to_validity
from policyrules.check.state import EnclosingBounds
from policyrules.diagnostics import Diagnostics
from policyrules.overlays.inherit import jurisdiction_of
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.tree import RulesetTree
from policyrules.syntax.yaml import Scalar
from policyrules.text.place_code import is_part_of


def enclosing_bounds(
    tree: RulesetTree | OverlayTree,
    composed: RulesetTree,
    context: CompileContext | None,
    diagnostics: Diagnostics,
) -> EnclosingBounds:
    """Collect the parameter rows of all enclosing rulesets of a file, direct and indirect.

    `composed` is the tree after composition with the bases; for a ruleset without bases it is
    `tree`.
    """
    if context is None:
        return {}
    bounds: list[EnclosingBounds] = []
    declared = {parameter.name.text for parameter in composed.parameters}
    for key in tree.within:
        enclosing = _enclosing_ruleset(key, tree, context, diagnostics)
        if enclosing is None or enclosing.ruleset is None or enclosing.artifacts is None:
            continue
        artifacts = enclosing.artifacts
        in_force = enclosing.ruleset.in_force
        bounds += [artifacts.enclosing_bounds, restrict_to_validity(artifacts.bounds, in_force)]
        if not declared & artifacts.bounds.keys() and not composed.broken:
            diagnostics.report(
                "unused",
                key.span,
                f"no parameter has the name of one in `{key.text}`",
                found=f"`{key.text}`",
                remedy="use one name for the same figure, or leave it out",
            )
    return merge_bounds(bounds)


def _enclosing_ruleset(
    key: Scalar,
    tree: RulesetTree | OverlayTree,
    context: CompileContext,
    diagnostics: Diagnostics,
) -> CompileResult | None:
    """Look up one enclosing ruleset; report and return None if it cannot be used."""
    jurisdiction, enclosing = jurisdiction_of(tree.id.text), jurisdiction_of(key.text)
    if jurisdiction == enclosing or not is_part_of(jurisdiction, enclosing):
        if "id" not in tree.broken:
            diagnostics.report(
                "not-enclosing",
                key.span,
                "`within` must name an enclosing jurisdiction; "
                f"`{enclosing}` does not contain `{jurisdiction}`",
                found=f"`{key.text}`",
                expected="a ruleset of a jurisdiction that contains this one",
                remedy="leave it out: only enclosing jurisdictions bind a ruleset",
            )
        return None
    lookup = context.find_base(key.text)
    if isinstance(lookup, BaseTooDeep):
        report_too_deep(key.span, diagnostics)
        return None
    if isinstance(lookup, BaseCycle):
        diagnostics.report(
            "extends-cycle",
            key.span,
            "an enclosing ruleset cannot extend this file",
            found=" depends on ".join(f"`{id_}`" for id_ in lookup.ids(tree.id.text)),
            expected="a ruleset that does not extend this file",
            remedy="leave it out",
            related=lookup.related(),
        )
        return None
    if isinstance(lookup, UnknownBase):
        diagnostics.report(
            "unknown-base",
            key.span,
            f"there is no enclosing ruleset `{key.text}`",
            expected="the id of a ruleset in this folder, or of one that is installed",
            remedy=lookup.remedy(key.text),
        )
        return None
    if lookup.compiled.ruleset is None:
        diagnostics.extend(lookup.compiled.errors)
    return lookup.compiled
