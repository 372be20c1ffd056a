"""The budget of pieces of one decision: each question that is open has a fixed part of it.

The parts follow from the questions that are open before anything is split. One more known fact
leaves no more of them open, so no part becomes smaller by it.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import attrs

from policyrules.evaluation.result import Evaluation
from policyrules.outcome.open_answers import answer_dependencies, open_amounts

PIECES: Final = 200
"""The most pieces of a case that are evaluated for one decision."""

_WEIGHTS: Final[Mapping[str, int]] = {
    "status": 7,
    "conditions": 2,
    "amount": 5,
    "unsettled": 2,
    "missing": 4,
}
"""The weight of each question, in the order in which the questions are answered."""


@attrs.define
class Allowance:
    """A number of pieces that may still be evaluated for a question."""

    left: int

    def take(self, pieces: int) -> bool:
        """Take a number of pieces; return whether that many are left."""
        if pieces > self.left:
            return False
        self.left -= pieces
        return True


def shares(budget: int, questions: Collection[str]) -> Mapping[str, int]:
    """Return the part of the budget of each question; they add up to the budget at most.

    >>> shares(200, ["status", "missing"])
    {'status': 127, 'missing': 72}
    """
    total = sum(_WEIGHTS[question] for question in questions)
    return {
        question: budget * weight // total
        for question, weight in _WEIGHTS.items()
        if question in questions
    }


def open_questions(root: Evaluation) -> tuple[str, ...]:
    """Return the questions that unknown facts leave open in a case that is not split."""
    answers = answer_dependencies(root)
    conditions = (each for each in root.conditions.values() if each.truth is None)
    is_open = {
        "status": root.eligible.truth is None and root.eligible.dependencies.missing_inputs,
        "conditions": any(each.dependencies.missing_inputs for each in conditions),
        "amount": root.eligible.truth is not False and open_amounts(root),
        "unsettled": answers.missing_inputs and answers.indeterminacies,
        "missing": True,
    }
    return tuple(question for question, value in is_open.items() if value)
