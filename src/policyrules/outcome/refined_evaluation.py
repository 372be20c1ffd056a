"""Results of a refinement."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from policyrules.evaluation.result import Evaluation
from policyrules.values.possible import Interval


@attrs.frozen
class RefinedEvaluation:
    """An evaluation refined by pieces.

    `evaluation` has the joined truths and figures. `bounds` are those of each amount if the case is
    eligible. `facts` are those that may change an answer, `needed` those of them for which two
    completions that differ are known. `cut_off` names the questions at which the budget ended.
    `either_way` are the conditions, and `eligible`, that are decided although the facts behind
    them are unknown.
    """

    evaluation: Evaluation
    bounds: Mapping[str, Interval] = attrs.field(hash=False)
    facts: frozenset[str]
    needed: frozenset[str]
    cut_off: tuple[str, ...]
    either_way: tuple[str, ...]
    budget: int
    pieces: int


@attrs.frozen
class Refined:
    """A refinement in the place of its refiner, for a pickled decision."""

    refinement: RefinedEvaluation

    def refine(self, _: Evaluation) -> RefinedEvaluation:
        """Return the refinement."""
        return self.refinement
