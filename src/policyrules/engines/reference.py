"""The reference engine: evaluate the rules as directly as possible.

An unknown fact stands for every value that it may have. A test is held if every completion of the
facts holds it, failed if none does, and unknown otherwise. Ranges do not record that two terms
depend on one fact, so a test may be unknown although a closer analysis would decide it; it is never
decided wrongly.
"""

from __future__ import annotations

from policyrules.evaluation.assembly import assemble_evaluation, assemble_item_evaluation
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.past_facts import refuse_future_facts
from policyrules.evaluation.result import Evaluation, ItemEvaluation
from policyrules.evaluation.rounding_conflicts import (
    raise_contradictions,
    reject_rounding_dependent_tests,
)
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import evaluate_group

NAME = "reference"


def evaluate(dated: DatedRuleset, situation: Situation) -> Evaluation:
    """Evaluate every value and every condition of one case.

    Raises:
        FactsError: the facts contradict each other, or lie in the future.
    """
    refuse_future_facts(dated.past_facts, dated.on, situation)
    evaluator = RuleEvaluator(dated, situation)
    evaluation = evaluate_rules(evaluator)
    reject_rounding_dependent_tests(
        evaluation,
        evaluator.resolved_values,
        lambda preset_values: evaluate_rules(RuleEvaluator(dated, situation, preset_values)),
    )
    return evaluation


def evaluate_rules(evaluator: RuleEvaluator) -> Evaluation:
    """Evaluate every rule; raise `FactsError` if a given figure contradicts the computed one."""
    dated = evaluator.dated
    ruleset = dated.ruleset
    evaluator.evaluate_values(ruleset.values)
    raise_contradictions(ruleset, evaluator.resolved_values)
    evaluator.evaluate_conditions()
    items = {
        name: evaluator.item_evaluators(name).map(_evaluate_item) for name in ruleset.item_rules
    }
    group = ruleset.outcome.eligible
    eligible = evaluate_group(group, [evaluator.condition(name) for name in group.members])
    return assemble_evaluation(
        evaluator.results(),
        dated,
        items,
        eligible,
        evaluator.expression,
        engine=NAME,
        kernel=NAME,
    )


def _evaluate_item(evaluator: RuleEvaluator) -> ItemEvaluation:
    if evaluator.item is None:
        raise TypeError("the evaluator is not of an item")
    block, scope = evaluator.item
    evaluator.evaluate_values(block.values)
    evaluator.evaluate_conditions()
    eligible = None if block.eligible is None else evaluator.item_eligibility()
    return assemble_item_evaluation(evaluator.results(), block, scope, eligible)
