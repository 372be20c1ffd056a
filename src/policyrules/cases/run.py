"""Run one case: decide it, and compare the decision with what the case expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol, TypeAlias

from policyrules.cases.compare import differences, error_differences
from policyrules.cases.reader import Case
from policyrules.cases.result import CaseResult
from policyrules.decisions.decision import Decision
from policyrules.errors import EngineError, FactsError, NotInForce

FactsData: TypeAlias = Mapping[str, Any]
"""Facts as `decide` takes them: by full names, a list of items as a list of mappings."""

DecideFacts: TypeAlias = Callable[[date, FactsData], Decision]
"""Decides facts on a day; raises `NotInForce`, `FactsError` or `EngineError`."""


class DecideFunction(Protocol):
    """Decides facts on a day, and may assume others; raises what `DecideFacts` raises."""

    def __call__(
        self, on: date, facts: FactsData, assuming: FactsData | None = None, /
    ) -> Decision:
        """Decide facts; those that are missing are as assumed."""


def run_case(case: Case, ruleset_id: str, decide: DecideFunction) -> CaseResult:
    """Decide a case with `decide` and return how the decision differs from the expected one."""
    try:
        decision = decide(case.on, case.facts, case.assuming)
    except (NotInForce, FactsError, EngineError) as error:
        found_differences = error_differences(case.expect, error)
        return CaseResult(ruleset_id, case.name, case.on, case.span, found_differences, None, error)
    found_differences = differences(case.expect, decision)
    return CaseResult(ruleset_id, case.name, case.on, case.span, found_differences, decision)
