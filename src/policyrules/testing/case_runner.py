"""Run case files: decide every case, and try every property on drawn facts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import attrs

from policyrules.api.conversion import AnyPaths, to_path_texts, to_text
from policyrules.api.policy import Engine, make_decider
from policyrules.cases.result import CaseResult, PropertyResult
from policyrules.diagnostics import Diagnostic
from policyrules.objects.representation import short_repr
from policyrules.objects.truth_value import refuse_truth_value
from policyrules.testing.progress import ProgressCallback, no_progress

if TYPE_CHECKING:
    from policyrules.cases.properties import Property
    from policyrules.cases.reader import Case
    from policyrules.cases.run import DecideFunction
    from policyrules.cases.suites import Suite, SuiteDiscovery


@attrs.frozen(repr=False)
class CasesReport:
    """The result of `run_cases`.

    A property counts as a case. `files` are the case files that could be read, `without_cases` the
    rulesets without a case file, `diagnostics` the findings of case files and their rulesets.
    `collected` counts all cases, `selected` those that match; `results` has the results of the
    cases that ran, in the order of the files.
    """

    __repr__ = short_repr

    files: tuple[str, ...]
    without_cases: tuple[str, ...]
    diagnostics: tuple[Diagnostic, ...]
    collected: int
    selected: int
    results: tuple[CaseResult | PropertyResult, ...]

    def __bool__(self) -> NoReturn:
        refuse_truth_value("a report of cases", "use `.passed`")

    @property
    def passed(self) -> bool:
        """Return whether something ran, every result passed, and there are no diagnostics."""
        return (
            bool(self.results)
            and not self.diagnostics
            and all(result.passed for result in self.results)
        )


def run_cases(
    paths: AnyPaths = (),
    *,
    engine: Engine = "forward",
    matching: str = "",
    stop_at_failure: bool = False,
    progress: ProgressCallback = no_progress,
) -> CasesReport:
    """Run the cases of rulesets; without paths, those of the shipped rulesets.

    Args:
        paths: rulesets, by their ids or their paths, case files, and folders of both.
        engine: the engine that decides.
        matching: run only cases with this text in their names, in upper or lower case.
        stop_at_failure: run no case after the first that fails.
        progress: is called before the first case and after each, with the number of cases that
            are done, and their total.

    Raises:
        RulesetNotFound: a path leads nowhere; the message has the nearest id.
        MissingExtra: there are properties to try, and hypothesis is not installed.

    >>> import policyrules
    >>> policyrules.run_cases(["cn-nm/job-stabilisation-refund"]).passed
    True
    """
    from policyrules.cases.suites import discover_suites

    path_texts, text = to_path_texts(paths), to_text(matching, "`matching`")
    return run_discovered(
        discover_suites(path_texts),
        engine=engine,
        matching=text,
        stop_at_failure=stop_at_failure,
        progress=progress,
    )


def run_discovered(
    discovery: SuiteDiscovery,
    *,
    engine: Engine = "forward",
    matching: str = "",
    stop_at_failure: bool = False,
    progress: ProgressCallback = no_progress,
) -> CasesReport:
    """Run the cases of the discovered suites, with the arguments of `run_cases`."""
    from policyrules.cases.properties import Property

    text = matching.casefold()
    collected = [(suite, case) for suite in discovery.suites for case in suite.cases.all]
    selected = [(suite, case) for suite, case in collected if text in case.name.casefold()]
    if any(isinstance(case, Property) for _, case in selected):
        # A missing extra is reported before any case runs.
        import policyrules.testing.properties.run  # noqa: F401

    deciders = {id(suite): make_decider(suite.ruleset, engine) for suite in discovery.suites}
    results: list[CaseResult | PropertyResult] = []
    progress(0, len(selected))
    for suite, case in selected:
        results.append(run_case_or_property(case, suite, deciders[id(suite)]))
        progress(len(results), len(selected))
        if stop_at_failure and not results[-1].passed:
            break
    return CasesReport(
        files=tuple(suite.cases.path for suite in discovery.suites),
        without_cases=discovery.without_cases,
        diagnostics=discovery.diagnostics,
        collected=len(collected),
        selected=len(selected),
        results=tuple(results),
    )


def run_case_or_property(
    case: Case | Property, suite: Suite, decide: DecideFunction
) -> CaseResult | PropertyResult:
    """Run a case, or try a property, of a suite.

    Raises:
        MissingExtra: it is a property, and hypothesis is not installed.
    """
    from policyrules.cases.reader import Case
    from policyrules.cases.run import run_case

    if isinstance(case, Case):
        return run_case(case, suite.ruleset.id, decide)
    from policyrules.testing.properties.run import try_property

    return try_property(case, suite, decide)
