"""Runs cases: each is decided, and held against what it expects."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from policyrules.cases.compare import differences, error_differences
from policyrules.cases.reader import Case
from policyrules.cases.result import CaseResult
from policyrules.decisions.decision import Decision
from policyrules.errors import EngineError, FactsError, NotInForce

Decide = Callable[[date, Mapping[str, object]], Decision]
"""Decides facts on a day; raises `NotInForce`, `FactsError` or `EngineError`."""


def run_case(case: Case, ruleset: str, decide: Decide) -> CaseResult:
    """Decides the case and compares; `ruleset` is the id that the result bears."""
    decision, error = None, None
    try:
        decision = decide(case.on, case.facts)
        found = differences(case.expect, decision)
    except (NotInForce, FactsError, EngineError) as raised:
        error = raised
        found = error_differences(case.expect, raised)
    return CaseResult(ruleset, case.name, case.on, case.span, found, decision, error)
