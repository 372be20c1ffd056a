"""Check the roundings of values and amounts: their steps and modes."""

from __future__ import annotations

from fractions import Fraction

from policyrules.check.literals import describe_type, read_number
from policyrules.check.provenance import provenance_of
from policyrules.check.state import CheckState
from policyrules.ir.ruleset import Rounding
from policyrules.ir.types import Type
from policyrules.syntax.tree import RoundNode


def read_rounding(state: CheckState, node: RoundNode, type_: Type, name: str) -> Rounding | None:
    """Read the rounding of a value or an amount; None after reporting a fault."""
    provenance = provenance_of(state, node, node.span, f"the rounding of `{name}`", inherit=True)
    if not type_.kind.is_numeric:
        state.diagnostics.report(
            "type-mismatch",
            node.span,
            "only a number can be rounded",
            found=describe_type(type_),
            expected="a count, number, ratio or money",
        )
        return None
    step = read_number(node.to, type_, state.diagnostics)
    if step is None:
        return None
    if step <= 0:
        state.diagnostics.report(
            "bad-literal",
            node.to.span,
            "the step of a rounding must be above zero",
            found=f"`{node.to.text}`",
            expected="a step such as 0.01 CNY",
        )
        return None
    return Rounding(Fraction(step), node.mode.text, provenance)
