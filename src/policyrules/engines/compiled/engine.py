"""The compiled engine: a program for each set of rows that are in force, made when first needed."""

from __future__ import annotations

import threading
from collections.abc import Mapping

from policyrules.engines.compiled.program import Plain, Program, program_of, rows_in_force
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.result import Evaluation
from policyrules.evaluation.rounding_conflicts import refuse_open_readings
from policyrules.evaluation.situation import Situation
from policyrules.values.possible import Possible


class CompiledEngine:
    """Decides one ruleset on any day; threads may use it at the same time."""

    def __init__(self) -> None:
        self._programs: dict[tuple[int, ...], Program] = {}
        self._lock = threading.Lock()

    def program(self, dated: DatedRuleset) -> Program:
        """The program of the rows that are in force."""
        rows = rows_in_force(dated)
        found = self._programs.get(rows)
        if found is None:
            with self._lock:
                found = self._programs.get(rows)
                if found is None:
                    found = self._programs[rows] = program_of(dated)
        return found

    def plain(self, dated: DatedRuleset, situation: Situation) -> Plain | None:
        """What is surely so, where no range is needed to tell; None where ranges are."""
        return self.program(dated).plain(situation)

    def evaluate(self, dated: DatedRuleset, situation: Situation) -> Evaluation:
        """Evaluates every value and every condition on one case.

        Raises:
            FactsError: the facts contradict each other.
        """
        return evaluated_by(self.program(dated), dated, situation)


def evaluated_by(program: Program, dated: DatedRuleset, situation: Situation) -> Evaluation:
    """The evaluation of a case by the function with ranges of its program.

    Raises:
        FactsError: the facts contradict each other.
    """
    whole, stated = program.evaluated(dated, situation, {})

    def again(readings: Mapping[str, Possible]) -> Evaluation:
        return program.evaluated(dated, situation, readings)[0]

    refuse_open_readings(whole, stated, again)
    return whole
