"""Pytest items of case files: a collector of each file, and a test of each case.

The plugin is `_policyrules_pytest`, a small module beside the package.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from policyrules.api.policy import make_decider
from policyrules.cases.properties import Property
from policyrules.cases.reader import Case
from policyrules.cases.result import CaseResult, PropertyResult
from policyrules.cases.run import DecideFunction
from policyrules.cases.suites import Suite, discover_suites
from policyrules.errors import MissingExtra, PolicyRulesError
from policyrules.reporting.diagnostics import render_diagnostics
from policyrules.reporting.failures import render_failure_details
from policyrules.reporting.text_layout import to_plain_text
from policyrules.testing.case_runner import run_case_or_property
from policyrules.text.localized import Language


class CollectedCases(pytest.File):
    """A case file. All diagnostics of the file and of its ruleset make one collection error."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield the cases, in the order of the file."""
        try:
            discovery = discover_suites([str(self.path)])
        except PolicyRulesError as error:
            raise self.CollectError(str(error)) from None
        if discovery.diagnostics:
            raise self.CollectError(
                to_plain_text(render_diagnostics(discovery.diagnostics)).rstrip()
            )
        for suite in discovery.suites:
            decide = make_decider(suite.ruleset, self.config.getoption("--policyrules-engine"))
            for case in suite.cases.all:
                yield CollectedCase.from_case(self, case, suite, decide)


class CollectedCase(pytest.Item):
    """One case or one property; its name is its sentence."""

    case: Case | Property
    suite: Suite
    decide: DecideFunction

    @classmethod
    def from_case(
        cls, parent: CollectedCases, case: Case | Property, suite: Suite, decide: DecideFunction
    ) -> CollectedCase:
        """Return the item of a case; the sentence is put on one line, for the node id."""
        item: CollectedCase = cls.from_parent(parent, name=" ".join(case.name.split()))
        item.case, item.suite, item.decide = case, suite, decide
        item.add_marker("policyrules")
        return item

    def runtest(self) -> None:
        """Run the case or try the property; raise `CaseFailed` if it fails."""
        result = run_case_or_property(self.case, self.suite, self.decide)
        if not result.passed:
            raise CaseFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return the failure as `policyrules test` shows it, or the traceback of another error."""
        if isinstance(excinfo.value, CaseFailed):
            language: Language = self.config.getoption("--policyrules-lang") or "zh"
            return to_plain_text(render_failure_details(excinfo.value.result, language)).rstrip()
        if isinstance(excinfo.value, MissingExtra):
            return f"error: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """Return the path, the line counted from 0, and the heading of a failure.

        The heading includes the path and the line: pytest takes a bare name for a Python object and
        shows every full stop of the sentence as `::`.
        """
        span = self.case.span
        return self.path, span.line - 1, f"{span.path}:{span.line}: {self.name}"


class CaseFailed(AssertionError):
    """A case whose decision is not the expected one, or a property that does not hold."""

    def __init__(self, result: CaseResult | PropertyResult) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        return "; ".join(
            f"{difference.what}: expected {difference.expected}, found {difference.found}"
            for difference in self.result.differences
        )
