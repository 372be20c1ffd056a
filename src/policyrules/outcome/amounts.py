"""Build the amounts of a decision from its evaluation."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from policyrules.decisions.decision import Amount
from policyrules.decisions.status import AmountStatus
from policyrules.evaluation.result import AmountResult, Evaluation
from policyrules.ir.ruleset import AmountRule, Outcome
from policyrules.objects.frozen import freeze_mapping
from policyrules.outcome.amount_bounds import amount_bounds
from policyrules.values.possible import Interval


def amount_without_figure(rule: AmountRule, status: AmountStatus) -> Amount:
    """Return an amount of a status that needs no figure."""
    return Amount(
        rule.name,
        rule.title,
        status,
        str(rule.type.unit),
        paid_to=rule.paid_to,
        unit_title=rule.type.unit_title,
    )


def amounts_without_figures(outcome: Outcome, status: AmountStatus) -> Mapping[str, Amount]:
    """Return every amount with a status that needs no figure, by name."""
    return freeze_mapping(
        {name: amount_without_figure(rule, status) for name, rule in outcome.amounts.items()}
    )


def decided_amounts(evaluation: Evaluation) -> Mapping[str, Amount]:
    """Return the amounts of an evaluation by name."""
    outcome, eligible = evaluation.dated.ruleset.outcome, evaluation.eligible.truth
    if eligible is False:
        return amounts_without_figures(outcome, "not_applicable")
    amounts: dict[str, Amount] = {}
    bounds: Mapping[str, Interval] | None = None
    for name, rule in outcome.amounts.items():
        amount = _settled_amount(rule, evaluation.amounts[name]) if eligible else None
        if amount is None:
            bounds = amount_bounds(evaluation) if bounds is None else bounds
            amount = _open_amount(
                rule, evaluation.amounts[name], bounds[name], is_eligible=eligible is True
            )
        amounts[name] = amount
    return freeze_mapping(amounts)


def _settled_amount(rule: AmountRule, result: AmountResult) -> Amount | None:
    """Return the amount of an eligible case that no fact can change, or None if one can."""
    figures = result.rounded.figures
    if result.rounded.is_settled and isinstance(figures, Interval):
        return attrs.evolve(
            amount_without_figure(rule, "exact"),
            value=figures.low,
            unrounded=result.unrounded.point(),
        )
    if figures is None and not result.rounded.undefined:
        return amount_without_figure(rule, "not_stated")
    return None


def _open_amount(
    rule: AmountRule, result: AmountResult, bounds: Interval, *, is_eligible: bool
) -> Amount:
    has_figures = result.rounded.figures is not None
    return attrs.evolve(
        amount_without_figure(rule, "range" if is_eligible and has_figures else "undetermined"),
        min=bounds.low,
        max=bounds.high,
        may_be_not_stated=result.rounded.not_stated,
    )
