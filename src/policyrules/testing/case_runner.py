"""Runs case files: every case is decided, and every property is tried on facts that are drawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NoReturn

import attrs

from policyrules.api.conversion import AnyPaths, to_path_texts, to_text
from policyrules.api.policy import Engine, decider
from policyrules.cases.result import CaseResult, PropertyResult
from policyrules.diagnostics import Diagnostic
from policyrules.objects.representation import short_repr
from policyrules.objects.truth_value import refuse_truth_value

if TYPE_CHECKING:
    from policyrules.cases.properties import Property
    from policyrules.cases.reader import Case
    from policyrules.cases.run import Decide
    from policyrules.cases.suites import Suite


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
        """Return whether something ran, everything came out as expected, and nothing is wrong."""
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
    progress: Callable[[int, int], None] | None = None,
) -> CasesReport:
    """Runs the cases of rulesets: of those that are shipped, unless you choose.

    Args:
        paths: rulesets, by their ids or their paths, case files, and folders of both.
        engine: what decides.
        matching: only cases with this text in their names, however it is capitalised.
        stop_at_failure: whether to run no case after the first that is not as expected.
        progress: is called before the first case and after each, with how many are done, and of how
            many.

    Raises:
        RulesetNotFound: a path leads nowhere; the message has the nearest id.
        MissingExtra: a property is tried with hypothesis, which is not installed.

    >>> import policyrules
    >>> policyrules.run_cases(["cn-nm/job-stabilisation-refund"]).passed
    True
    """
    from policyrules.cases.properties import Property
    from policyrules.cases.suites import discover_suites

    wanted, text = to_path_texts(paths), to_text(matching, "`matching`").casefold()
    discovery = discover_suites(wanted)
    collected = [(suite, one) for suite in discovery.suites for one in suite.cases.all]
    selected = [(suite, one) for suite, one in collected if text in one.name.casefold()]
    if any(isinstance(one, Property) for _, one in selected):
        # What is missing is said before anything is run.
        import policyrules.testing.properties.run  # noqa: F401

    deciders = {id(suite): decider(suite.ruleset, engine) for suite in discovery.suites}
    results: list[CaseResult | PropertyResult] = []
    if progress is not None:
        progress(0, len(selected))
    for suite, one in selected:
        results.append(run_case_or_property(one, suite, deciders[id(suite)]))
        if progress is not None:
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
    one: Case | Property, suite: Suite, decide: Decide
) -> CaseResult | PropertyResult:
    """Runs a case or tries a property of a suite.

    Raises:
        MissingExtra: a property is tried with hypothesis, which is not installed.
    """
    from policyrules.cases.reader import Case
    from policyrules.cases.run import run_case

    if isinstance(one, Case):
        return run_case(one, suite.ruleset.id, decide)
    from policyrules.testing.properties.run import try_property

    return try_property(one, suite, decide)
