"""The compiled engine: one program for each combination of active rows, compiled on first use."""

from __future__ import annotations

import threading

from policyrules.engines.compiled.program import Program, active_rows, compile_program
from policyrules.evaluation.dated import DatedRuleset


class CompiledEngine:
    """The compiled programs of one ruleset, one for each combination of active rows.

    Threads may share it.
    """

    def __init__(self) -> None:
        self._programs: dict[tuple[int, ...], Program] = {}
        self._lock = threading.Lock()

    def program(self, dated: DatedRuleset) -> Program:
        """Return the program of the rows that are active on the day; compile it if it is new."""
        rows = active_rows(dated)
        program = self._programs.get(rows)
        if program is None:
            with self._lock:
                program = self._programs.get(rows)
                if program is None:
                    program = self._programs[rows] = compile_program(dated)
        return program
