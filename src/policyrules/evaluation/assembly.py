"""Assemble the evaluation of a case or of an item from the results of its rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.lists import ItemScope, ListView
from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults
from policyrules.ir.nodes import Expression
from policyrules.ir.ruleset import AmountRule, ItemRules
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
    """Return the evaluation of a case; `evaluate` computes the expression of its amount."""
    unrounded, amount = compute_amount(dated.ruleset.outcome.amount, evaluate)
    return Evaluation(
        situation=results.situation,
        values=results.values,
        conditions=results.conditions,
        exception_guards=results.exception_guards,
        atoms=results.atoms,
        dated=dated,
        items=items,
        eligible=eligible,
        unrounded=unrounded,
        amount=amount,
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


def compute_amount(
    amount: AmountRule | None, evaluate: Callable[[Expression], Possible]
) -> tuple[Possible, Possible] | tuple[None, None]:
    """Return the amount of an eligible case before and after rounding; None without an amount."""
    if amount is None:
        return None, None
    unrounded = evaluate(amount.expression)
    if amount.rounding is None:
        return unrounded, unrounded
    return unrounded, rounded(unrounded, amount.rounding.step, amount.rounding.mode)
