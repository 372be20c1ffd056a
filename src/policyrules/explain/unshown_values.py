"""The values of a decision that no comparison of its explanation has shown."""

from __future__ import annotations

from policyrules.decisions.decision import Decision
from policyrules.decisions.reasons import ConsequenceReason, Reason
from policyrules.display.value import DisplayValue


def unshown_values(decision: Decision) -> list[tuple[str, DisplayValue]]:
    """Return the values that no comparison and no consequence above has shown.

    If the case is ineligible, values that are still open were not needed and are left out.
    """
    in_items = (
        reason
        for items in decision.items.values()
        for item in items.values()
        for reason in item.reasons.values()
    )
    consequences = tuple(decision.consequence_reasons.values())
    reasons: list[Reason | ConsequenceReason] = [*decision.reasons.values(), *in_items]
    shown = {
        operand.expression
        for reason in (*reasons, *consequences)
        for comparison in reason.comparisons
        for operand in (comparison.left, comparison.right)
        if operand is not None
    }
    shown |= {operand.expression for reason in consequences for operand in reason.operands}
    return [
        (name, value)
        for name, value in decision.values.items()
        if (name not in shown or value.row is not None or value.slabs)
        and (decision.status != "ineligible" or value.possible.is_settled)
    ]
