"""Case files as pytest collects them: a file of a ruleset's cases, and each case a test.

The plugin itself, `_policyrules_pytest`, is small and stands beside the package.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from policyrules.api.policy import decider
from policyrules.cases.properties import Property
from policyrules.cases.reader import Case
from policyrules.cases.result import CaseResult, PropertyResult
from policyrules.cases.run import Decide, run_case
from policyrules.cases.suites import Suite, discover_suites
from policyrules.errors import MissingExtra, PolicyRulesError
from policyrules.reporting.diagnostics import render_diagnostics
from policyrules.reporting.failures import render_failure_details
from policyrules.reporting.text_layout import to_plain_text
from policyrules.text.localized import Language


class CollectedCases(pytest.File):
    """A case file; what is wrong with it or with its ruleset is one error with every finding."""

    def collect(self) -> Iterator[pytest.Item]:
        """The cases, in the order of the file."""
        try:
            selection = discover_suites([str(self.path)])
        except PolicyRulesError as error:
            raise self.CollectError(str(error)) from None
        if selection.diagnostics:
            raise self.CollectError(
                to_plain_text(render_diagnostics(selection.diagnostics)).rstrip()
            )
        for suite in selection.suites:
            decide = decider(suite.ruleset, self.config.getoption("--policyrules-engine"))
            for case in suite.cases.all:
                yield CollectedCase.of(self, case, suite, decide)


class CollectedCase(pytest.Item):
    """One case or one property, named by its sentence."""

    case: Case | Property
    suite: Suite
    decide: Decide

    @classmethod
    def of(
        cls, parent: CollectedCases, case: Case | Property, suite: Suite, decide: Decide
    ) -> CollectedCase:
        """A case of a file; a sentence stands in a node id on one line."""
        item: CollectedCase = cls.from_parent(parent, name=" ".join(case.name.split()))
        item.case, item.suite, item.decide = case, suite, decide
        item.add_marker("policyrules")
        return item

    def runtest(self) -> None:
        """Decides the case, or tries the property; fails where it is not as it says."""
        result: CaseResult | PropertyResult
        if isinstance(self.case, Case):
            result = run_case(self.case, self.suite.ruleset.id, self.decide)
        else:
            from policyrules.testing.properties.run import try_property

            result = try_property(self.case, self.suite, self.decide)
        if not result.passed:
            raise CaseFailed(result)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What `policyrules test` tells of the failure; for any other exception its traceback."""
        if isinstance(excinfo.value, CaseFailed):
            language: Language = self.config.getoption("--policyrules-lang") or "zh"
            return to_plain_text(render_failure_details(excinfo.value.result, language)).rstrip()
        if isinstance(excinfo.value, MissingExtra):
            return f"error: {excinfo.value}"
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[os.PathLike[str] | str, int | None, str]:
        """The place of the case in its file, its line counted from 0, and what a failure is headed.

        The heading names the place too. Were it the name alone, pytest would take it for the path
        of a Python object, and show every point in a sentence as `::`.
        """
        span = self.case.span
        return self.path, span.line - 1, f"{span.path}:{span.line}: {self.name}"


class CaseFailed(AssertionError):
    """A case is not decided as it expects, or a property does not hold."""

    def __init__(self, result: CaseResult | PropertyResult) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        return "; ".join(
            f"{one.what}: expected {one.expected}, found {one.found}"
            for one in self.result.differences
        )
