"""The compiled engine: a program for each set of rows that are in force, made when first needed."""

from __future__ import annotations

import threading

from policyrules.engines.compiled.program import Program, program_of, rows_in_force
from policyrules.evaluation.dated import DatedRuleset


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
