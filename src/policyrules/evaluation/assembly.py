"""Assemble the evaluation of a case or of an item from the results of its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.lists import ItemScope, ListView
from policyrules.evaluation.result import (
    AmountResult,
    Evaluation,
    ItemEvaluation,
    RuleResults,
)
from policyrules.ir.nodes import Expression
from policyrules.ir.ruleset import AmountRule, ItemRules, Outcome
from policyrules.values.kleene import Verdict
from policyrules.values.possible import Possible, rounded


def assemble_evaluation(
    results: RuleResults,
    dated: DatedRuleset,
    items: Mapping[str, ListView[ItemEvaluation]],
    eligible: Verdict,
    evaluate: Callable[[Expression], Possible],
    *,
    engine: str,
    kernel: str,
) -> Evaluation:
    """Return the evaluation of a case; `evaluate` computes the expressions of its amounts."""
    return Evaluation(
        situation=results.situation,
        values=results.values,
        conditions=results.conditions,
        exception_guards=results.exception_guards,
        atoms=results.atoms,
        dated=dated,
        items=items,
        eligible=eligible,
        amounts=compute_amounts(dated.ruleset.outcome, evaluate),
        engine=engine,
        kernel=kernel,
    )


def assemble_item_evaluation(
    results: RuleResults, block: ItemRules, scope: ItemScope, eligible: Verdict | None
) -> ItemEvaluation:
    """Return the evaluation of one item by the rules of its block."""
    return ItemEvaluation(
        situation=results.situation,
        values=results.values,
        conditions=results.conditions,
        exception_guards=results.exception_guards,
        atoms=results.atoms,
        block=block,
        key=scope.key,
        eligible=eligible,
        bindings=scope.bindings,
    )


def compute_amounts(
    outcome: Outcome, evaluate: Callable[[Expression], Possible]
) -> Mapping[str, AmountResult]:
    """Return each amount of an eligible case before and after rounding, by name."""
    return {name: _compute_amount(rule, evaluate) for name, rule in outcome.amounts.items()}


def _compute_amount(rule: AmountRule, evaluate: Callable[[Expression], Possible]) -> AmountResult:
    unrounded = evaluate(rule.expression)
    if rule.rounding is None:
        return AmountResult(unrounded, unrounded)
    return AmountResult(unrounded, rounded(unrounded, rule.rounding.step, rule.rounding.mode))
