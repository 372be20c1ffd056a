"""Dependencies of the answers of an evaluation, and whether unknown facts could change them."""

from __future__ import annotations

from policyrules.evaluation.result import Evaluation
from policyrules.outcome.consequences import open_consequences
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, union


def amount_dependencies(evaluation: Evaluation) -> tuple[Dependencies, ...]:
    """Return what could still change each amount."""
    return tuple([amount.rounded.dependencies for amount in evaluation.amounts.values()])


def open_amounts(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the names of the amounts that unknown facts leave open."""
    return tuple(
        name
        for name, amount in evaluation.amounts.items()
        if not amount.rounded.is_settled and amount.rounded.dependencies.missing_inputs
    )


def answer_dependencies(evaluation: Evaluation) -> Dependencies:
    """Return what could still change the status or an amount."""
    eligible = evaluation.eligible
    if eligible.truth is False:
        return NO_DEPENDENCIES
    return eligible.dependencies | union(amount_dependencies(evaluation))


def is_answer_open(evaluation: Evaluation) -> bool:
    """Return whether unknown facts could still change the status or an amount."""
    eligible = evaluation.eligible
    if eligible.truth is False:
        return False
    if eligible.dependencies.missing_inputs:
        return True
    for amount in evaluation.amounts.values():  # noqa: SIM110 - a generator is slower
        if amount.rounded.dependencies.missing_inputs:
            return True
    return False


def is_open(evaluation: Evaluation) -> bool:
    """Return whether unknown facts could still change an answer."""
    if is_answer_open(evaluation):
        return True
    if not evaluation.dated.ruleset.outcome.consequences:
        return False
    return any(dependencies.missing_inputs for dependencies in open_consequences(evaluation))
