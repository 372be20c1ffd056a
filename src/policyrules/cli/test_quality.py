"""Report the quality of cases, for `test --coverage` and `test --mutate`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING, Any, Final, Protocol

import attrs

from policyrules.reporting.text_layout import Line

if TYPE_CHECKING:
    from policyrules.cases.suites import SuiteDiscovery
    from policyrules.testing import Coverage, Gap, MutationReport, SurvivingMutant
    from policyrules.text.span import Span


class Progress(Protocol):
    """Shows a progress bar, if `shown`."""

    def __call__(self, *, shown: bool) -> AbstractContextManager[Callable[[int, int], None]]:
        """Return a context that gives the callback of the bar."""


@attrs.frozen
class QualityReport:
    """The coverage of the cases, their mutation reports, or both; None if not requested."""

    coverage: tuple[Coverage, ...] | None
    mutation: tuple[MutationReport, ...] | None

    @property
    def is_sufficient(self) -> bool:
        """Return whether the cases reach every goal and kill every mutant."""
        return not self._gaps and not self._survivors

    @property
    def _gaps(self) -> list[Gap]:
        return [gap for coverage in self.coverage or () for gap in coverage.gaps]

    @property
    def _survivors(self) -> list[SurvivingMutant]:
        return [survivor for report in self.mutation or () for survivor in report.survivors]

    # --- as data ---------------------------------------------------------------------------------

    def data(self) -> dict[str, Any]:
        """Return the report as JSON data, with an `error` if the cases are not enough."""
        result: dict[str, Any] = {}
        if self.coverage is not None:
            result["coverage"] = [_coverage_data(report) for report in self.coverage]
        if self.mutation is not None:
            result["mutation"] = [_mutation_data(report) for report in self.mutation]
        if not self.is_sufficient:
            message = ", ".join(text for text, _ in self._summaries())
            result["error"] = {"code": "insufficient-cases", "message": message}
        return result

    # --- for a reader ----------------------------------------------------------------------------

    def lines(self) -> Iterator[Line]:
        """Yield the gaps, the survivors and the totals as lines for a reader."""
        for covered in self.coverage or ():
            for gap in covered.gaps:
                text = f": {gap.message}{_in_base_of(covered.ruleset, gap.span)}"
                yield [(_place_prefix(gap.span), ""), ("not covered", "bold red"), (text, "")]
        for mutated in self.mutation or ():
            for survivor in mutated.survivors:
                yield from _survivor_lines(survivor, _in_base_of(mutated.ruleset, survivor.span))
        if self.coverage is not None:
            yield from _inherited_lines(self.coverage)
        for text, is_good in self._summaries():
            yield [(text, "bold green" if is_good else "bold red")]

    def _summaries(self) -> Iterator[tuple[str, bool]]:
        if self.coverage is not None:
            covered = sum(report.covered for report in self.coverage)
            goals = sum(report.goals for report in self.coverage)
            # Rounded down, so that only full coverage is 100 %.
            percent = 100 * covered // goals if goals else 100
            yield f"coverage: {covered} of {goals} goals covered, {percent} %", covered == goals
        if self.mutation is not None:
            tried, left = sum(report.tried for report in self.mutation), len(self._survivors)
            survive = "1 survives" if left == 1 else f"{left} survive"
            yield f"mutants: {tried} tried, {survive if left else 'none survives'}", not left


def assess(
    discovery: SuiteDiscovery, progress: Progress, *, coverage: bool, mutate: bool
) -> QualityReport | None:
    """Measure the coverage of the discovered suites and test their mutants, as requested."""
    if not coverage and not mutate:
        return None
    from policyrules.testing.coverage.report import coverage_of
    from policyrules.testing.mutation.run import mutation_reports_of
    from policyrules.testing.ruleset_runner import SuiteRunner

    runners = [SuiteRunner(suite) for suite in discovery.all]
    coverages = reports = None
    if coverage:
        with progress(shown=sys.stderr.isatty()) as callback:
            coverages = coverage_of(runners, progress=callback)
    if mutate:
        with progress(shown=sys.stderr.isatty()) as callback:
            reports = mutation_reports_of(runners, progress=callback)
    return QualityReport(coverages, reports)


def _coverage_data(coverage: Coverage) -> dict[str, Any]:
    return {
        "ruleset": coverage.ruleset,
        "goals": coverage.goals,
        "covered": coverage.covered,
        "inherited": coverage.inherited,
        "bases": list(coverage.bases),
        "gaps": [
            {
                "node_id": gap.node_id,
                "path": gap.span.path,
                "line": gap.span.line,
                "message": gap.message,
            }
            for gap in coverage.gaps
        ],
    }


def _mutation_data(report: MutationReport) -> dict[str, Any]:
    return {
        "ruleset": report.ruleset,
        "tried": report.tried,
        "survivors": [
            {
                "node_id": survivor.mutant.node_id,
                "path": survivor.span.path,
                "line": survivor.span.line,
                "operator": survivor.mutant.operator.value,
                "change": survivor.mutant.change,
                "case": survivor.case or None,
            }
            for survivor in report.survivors
        ],
    }


_INDENT: Final = "    "


def _place_prefix(span: Span) -> str:
    return f"{span.path}:{span.line}: "


def _in_base_of(ruleset: str, span: Span) -> str:
    """Return the ruleset in brackets, for a place in the file of its base; empty for its own."""
    return "" if span.path.removesuffix(".yaml").endswith(ruleset) else f" (in {ruleset})"


def _survivor_lines(survivor: SurvivingMutant, suffix: str) -> Iterator[Line]:
    yield [
        (_place_prefix(survivor.span), ""),
        ("survives", "bold red"),
        (f": {survivor.mutant}{suffix}", ""),
    ]
    if not survivor.attempts:
        return  # without a case there are no facts to start from
    if not survivor.case:
        attempts = survivor.attempts
        text = f"perhaps equivalent: no case found that kills it in {attempts} attempts"
        yield [(f"{_INDENT}{text}", "dim")]
        return
    yield [(f"{_INDENT}a case that would kill it:", "dim")]
    for line in survivor.case.splitlines():
        yield [(f"{_INDENT}{line}", "")]


def _inherited_lines(coverage: Sequence[Coverage]) -> Iterator[Line]:
    for report in coverage:
        if report.inherited:
            bases = ", ".join(report.bases)
            text = f"{report.inherited} nodes are inherited from {bases} and covered by its cases"
            yield [(f"{report.ruleset}: {text}", "dim")]
