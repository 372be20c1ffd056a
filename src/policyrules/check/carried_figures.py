"""A lint: report yearly figures that an overlay for another policy year inherits."""

from __future__ import annotations

from policyrules.check.bounds import is_fixed
from policyrules.check.calendar_literals import read_year
from policyrules.check.state import CheckState
from policyrules.diagnostics import Diagnostics
from policyrules.ir.ruleset import CheckedRuleset, Parameter


def report_carried_figures(state: CheckState, ruleset: CheckedRuleset) -> None:
    """Report each yearly parameter that an overlay for another policy year does not set.

    A place inside the jurisdiction of the base cannot set a figure that is not delegated.
    """
    composition, year = state.composition, state.tree.policy_year
    if composition is None or year is None or state.is_inherited(year.span):
        return
    earlier = _year_of_base(state)
    if earlier is None or earlier == ruleset.policy_year:
        return
    for node in state.tree.parameters:
        parameter = ruleset.parameters[node.name.text]
        if (
            parameter.is_yearly
            and state.is_inherited(node.span)
            and not is_fixed(state, parameter.name)
            and not _begins_in_force(parameter, ruleset)
        ):
            state.diagnostics.report(
                "carried-figure",
                year.span,
                f"each policy year sets `{parameter.name}` anew, but this file takes over the "
                "figure of its base",
                found=f"the figure of {earlier}",
                expected=f"the figure of {ruleset.policy_year} under `set`",
                remedy="`set` it with the source of this year, even if it is the same; or `set` "
                "the same figure with a note",
                related=((node.span, "it is declared here in the base"),),
            )


def _year_of_base(state: CheckState) -> int | None:
    """Return the policy year that the nearest layer below the overlay names, or None."""
    layers = state.composition.layers[:-1] if state.composition is not None else ()
    for layer in reversed(layers):
        if layer.tree.policy_year is not None:
            return read_year(layer.tree.policy_year, Diagnostics())
    return None


def _begins_in_force(parameter: Parameter, ruleset: CheckedRuleset) -> bool:
    """Return whether the base has a row that begins while the overlay is in force."""
    return any(row.from_ is not None and row.from_ in ruleset.in_force for row in parameter.rows)
