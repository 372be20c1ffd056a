"""Report rulesets of one policy and jurisdiction that are in force on the same day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from policyrules.catalogue.result import CompileResult
from policyrules.diagnostics import Diagnostic, Diagnostics
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.text.span import Span


def report_overlapping_validity(compiled: Iterable[CompileResult]) -> tuple[Diagnostic, ...]:
    """Report every pair that selection by place and day could not tell apart.

    Rulesets that are selected by name only are left out.
    """
    diagnostics = Diagnostics()
    seen: list[tuple[CheckedRuleset, Span]] = []
    for result in sorted(compiled, key=_inheritance_depth):
        ruleset, artifacts = result.ruleset, result.artifacts
        if ruleset is None or artifacts is None or ruleset.selection:
            continue
        span = artifacts.composition.top_layer.tree.id.span
        for earlier, earlier_span in seen:
            day = _first_common_day(ruleset, earlier)
            if day is not None:
                diagnostics.report(
                    "overlapping-validity",
                    span,
                    f"`{ruleset.id}` and `{earlier.id}` are both in force on {day}",
                    expected="one ruleset of a policy for each place and day",
                    remedy="end one before the other begins, or mark one with `selection: by_id`",
                    related=((earlier_span, "the other is here"),),
                )
        seen.append((ruleset, span))
    return diagnostics.sorted()


def _first_common_day(ruleset: CheckedRuleset, other: CheckedRuleset) -> date | None:
    """Return the first day on which both apply to the same policy and place, if there is one."""
    if (ruleset.jurisdiction, ruleset.policy) != (other.jurisdiction, other.policy):
        return None
    day = max(ruleset.in_force.from_ or date.min, other.in_force.from_ or date.min)
    return day if day in ruleset.in_force and day in other.in_force else None


def _inheritance_depth(compiled: CompileResult) -> int:
    """Return the number of rulesets below this one, so that a base is sorted before an overlay."""
    return len(compiled.ruleset.bases) if compiled.ruleset is not None else 0
