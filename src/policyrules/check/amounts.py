"""Check the amounts of the outcome: their units, their expressions, and to whom they go."""

from __future__ import annotations

from typing import Final

from policyrules.check.expressions.checker import ExpressionChecker
from policyrules.check.expressions.typed_terms import TypeCheckFailed
from policyrules.check.provenance import provenance_of
from policyrules.check.roundings import read_rounding
from policyrules.check.state import CheckState
from policyrules.check.types import report_unknown_unit, title_of
from policyrules.check.units import parse_unit, title_of_unit
from policyrules.ir.ruleset import AmountRule
from policyrules.ir.types import Kind, Type, Unit
from policyrules.syntax.expressions import parse_expression
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.tree import AmountNode

_CNY: Final = Unit.from_name("CNY")


def check_amounts(state: CheckState) -> None:
    """Check every amount; report a ruleset that has `amount` and `amounts`."""
    outcome = state.tree.outcome
    if outcome.amount is not None and outcome.amounts:
        state.diagnostics.report(
            "unknown-key",
            outcome.amounts[0].name.span,
            "a ruleset has `amount` or `amounts`, not both",
            found="`amount` and `amounts`",
            expected="`amount` for the only one, or `amounts` for all",
            remedy=f"write `{outcome.amount.name.text}` under `amounts` too",
            related=((outcome.amount.span, "the other amount is here"),),
        )
    for node in outcome.all_amounts:
        amount = _read_amount(state, node)
        if amount is not None:
            state.amounts[amount.name] = amount


def _read_amount(state: CheckState, node: AmountNode) -> AmountRule | None:
    name = node.name.text
    is_only = len(state.tree.outcome.all_amounts) == 1
    described = "the amount" if is_only else f"the amount `{name}`"
    provenance = provenance_of(state, node, node.name.span, described)
    unit = _declared_unit(state, node)
    type_ = None if unit is None else _amount_type(state, node, unit)
    if type_ is None:
        return None
    text = ExpressionChecker(state).read_expression(node.is_, type_)
    rounding = read_rounding(state, node.round, type_, name) if node.round else None
    if text is None:
        return None
    return AmountRule(
        name=name,
        type=type_,
        title=title_of(node.title or state.tree.title),
        expression=text[0],
        provenance=provenance,
        rounding=rounding,
        signed=node.signed is not None and node.signed.text == "true",
        paid_to=title_of(node.paid_to) if node.paid_to else None,
    )


def _declared_unit(state: CheckState, node: AmountNode) -> Unit | None:
    """Return the unit that an amount states, CNY if it states none; None after a fault."""
    if node.unit is None:
        return _CNY
    unit = parse_unit(state, node.unit.text)
    if unit is None:
        report_unknown_unit(state, node.unit)
    return unit


def _amount_type(state: CheckState, node: AmountNode, declared: Unit) -> Type | None:
    """Return the type of an amount, whose expression must have its unit."""
    parsed = parse_expression(node.is_, state.diagnostics)
    if parsed is None:
        return None
    try:
        typed = ExpressionChecker(state).check_term(parsed)
    except TypeCheckFailed:
        return None
    unit = typed.unit
    if typed.kind is Kind.NUMBER and unit == declared:
        kind = Kind.MONEY if declared.is_money else Kind.NUMBER
        title = title_of(node.unit_title) if node.unit_title else title_of_unit(state, declared)
        return Type(kind, declared, unit_title=title)
    if typed.kind is not Kind.NUMBER:
        found = str(typed)
    else:
        found = "a number without unit" if unit is None or unit.is_plain else f"a number in {unit}"
    state.diagnostics.report(
        "unit-mismatch" if typed.kind is Kind.NUMBER else "type-mismatch",
        node.is_.span,
        f"this amount must be in {declared}"
        if node.unit is not None
        else "an amount must be in CNY, unless it says another unit",
        found=found,
        expected=f"an expression in {declared}",
        remedy=_unit_remedy(unit, declared, is_replaced=_is_replaced(state, node)),
        related=() if node.unit is None else ((node.unit.span, "its unit is declared here"),),
    )
    return None


def _is_replaced(state: CheckState, node: AmountNode) -> bool:
    """Return whether the overlay at hand replaces an amount, whose unit it cannot change."""
    overlay = state.composition.top_layer.tree if state.composition is not None else None
    return isinstance(overlay, OverlayTree) and node.name in {
        replacement.name for replacement in overlay.replacements()
    }


def _unit_remedy(unit: Unit | None, declared: Unit, *, is_replaced: bool) -> str:
    """Return the remedy for an amount whose expression is in another unit than declared."""
    if unit is None or unit.is_plain:
        return ""
    per = declared / unit
    unit_remedy = "leave `unit` out" if unit == _CNY else f"write `unit: {unit}`"
    other_unit = "" if is_replaced else f"{unit_remedy}, or "
    if unit.is_money and all(power > 0 for _, power in per.powers):
        return f"{other_unit}multiply by what is in {per}"
    return f"{other_unit}make it a value, and name it under `consequences`"
