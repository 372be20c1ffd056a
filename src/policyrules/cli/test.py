"""`policyrules test`: run the cases of rulesets."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyrules.cases.result import PropertyResult
from policyrules.cli import output
from policyrules.cli.arguments import language_option
from policyrules.cli.decide import Engine, engine_name
from policyrules.cli.hypothesis_storage import temporary_hypothesis_storage
from policyrules.errors import RulesetNotFound, WriteError
from policyrules.reporting import diagnostics as findings
from policyrules.reporting.failures import render_failure
from policyrules.reporting.text_layout import Line
from policyrules.text.localized import Language

if TYPE_CHECKING:
    from policyrules.cases.result import CaseResult
    from policyrules.testing.case_runner import CasesReport


@output.report_errors
def run_tests(
    paths: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[PATH]...", help="Rulesets, case files or folders; all shipped ones if none."
        ),
    ] = None,
    matching: Annotated[
        str, typer.Option("-k", metavar="TEXT", help="Only cases with this text in their names.")
    ] = "",
    stop: Annotated[bool, typer.Option("-x", help="Stop at the first failure.")] = False,
    engine: Annotated[
        Engine, typer.Option("--engine", help="The engine that decides.")
    ] = Engine.FORWARD,
    lang: Annotated[Language, language_option("The language of explanations: zh or en.")] = "zh",
    junit: Annotated[
        Path | None, typer.Option("--junit", metavar="FILE", help="Write JUnit XML to a file too.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="The report as JSON.")] = False,
    coverage: Annotated[
        bool, typer.Option("--coverage", help="Report too which rules no case depends on.")
    ] = False,
    mutate: Annotated[
        bool, typer.Option("--mutate", help="Report too which mistakes in a rule no case notices.")
    ] = False,
) -> int:
    """Run the cases beside rulesets, and compare the decisions with what they expect.

    The exit status is 1 if a case fails, a file is wrong or the cases are not enough, 2 if there is
    no case to run.
    """
    from policyrules.cases.suites import discover_suites
    from policyrules.cli.test_quality import assess
    from policyrules.testing.case_runner import run_discovered

    if (coverage or mutate) and (matching or stop):
        message = "`--coverage` and `--mutate` need every case to run"
        raise typer.BadParameter(message, param_hint="-k" if matching else "-x")

    language = lang
    with _progress(shown=sys.stderr.isatty()) as shown, temporary_hypothesis_storage():
        clock = _Clock(shown)
        with _empty_folder_as_usage_error():
            discovery = discover_suites(paths or ())
            report = run_discovered(
                discovery,
                engine=engine_name(engine),
                matching=matching,
                stop_at_failure=stop,
                progress=clock.tick,
            )
    if not report.selected and not report.diagnostics:
        raise typer.BadParameter(
            _no_case_message(report, matching), param_hint="-k" if matching else None
        )
    unwritten = _write_junit(junit, paths or (), report, clock.times, language)
    quality = None
    if report.passed:
        quality = assess(discovery, _progress, coverage=coverage, mutate=mutate)
    skipped = _skipped_measurements(report, coverage=coverage, mutate=mutate)
    if as_json:
        error = {"error": unwritten.to_dict()} if unwritten is not None else {}
        nulls = dict.fromkeys(skipped)
        output.write_json(_data(report) | nulls | (quality.data() if quality else {}) | error)
    else:
        output.write_lines(
            [
                *_text(report, language),
                *(_skipped_measurement_line(name, report) for name in skipped),
                *(quality.lines() if quality else ()),
            ]
        )
        if unwritten is not None:
            output.write_error(unwritten)
    if unwritten is not None:
        return output.FAILURE
    return 0 if report.passed and (quality is None or quality.is_sufficient) else output.FAILURE


def _write_junit(
    path: Path | None,
    named_paths: Sequence[str],
    report: CasesReport,
    times: Sequence[int],
    language: Language,
) -> WriteError | None:
    """Write the JUnit report, or return the error, since the results are shown all the same."""
    if path is None:
        return None
    from policyrules.cli.atomic_write import write_report
    from policyrules.cli.junit import junit_xml

    try:
        inputs = map(Path, (*named_paths, *report.files, *report.without_cases))
        write_report(path, junit_xml(report, times, language), inputs=inputs)
    except WriteError as error:
        return error
    return None


@contextmanager
def _empty_folder_as_usage_error() -> Iterator[None]:
    """Turn the error about a folder without cases into a usage error: there is no case to run."""
    try:
        yield
    except RulesetNotFound as error:
        if not Path(error.wanted).is_dir():
            raise
        message = f"there is no case to run in `{error.wanted}`: {error.remedy}"
        raise typer.BadParameter(message, param_hint="PATH") from None


def _skipped_measurements(report: CasesReport, *, coverage: bool, mutate: bool) -> list[str]:
    """Return the measurements that the user wants and that wait until every case passes."""
    wanted = {"coverage": coverage, "mutation": mutate}
    return [name for name, is_wanted in wanted.items() if is_wanted and not report.passed]


def _skipped_measurement_line(name: str, report: CasesReport) -> Line:
    reason = "a file is wrong" if report.diagnostics else "a case fails"
    return [(f"{name}: not measured, because {reason}", "yellow")]


def _no_case_message(report: CasesReport, matching: str) -> str:
    if report.collected:
        n = f"{report.collected} cases" if report.collected > 1 else "one case"
        return f"there is no case to run: none of {n} has `{matching}` in its name"
    if report.without_cases:
        return f"there is no case to run: no case file beside {', '.join(report.without_cases)}"
    return "there is no case to run"


# --- while they run ------------------------------------------------------------------------------


class _Clock:
    """Measures how long each case takes, in nanoseconds, and passes the progress on."""

    def __init__(self, shown: Callable[[int, int], None]) -> None:
        self.times: list[int] = []
        self._shown = shown
        self._last = 0

    def tick(self, done: int, total: int) -> None:
        """Note the time, before the first case and after each."""
        now = time.perf_counter_ns()
        if done:
            self.times.append(now - self._last)
        self._shown(done, total)
        self._last = time.perf_counter_ns()


@contextmanager
def _progress(*, shown: bool) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar while the block runs, if `shown`."""
    if not shown:
        yield lambda done, total: None  # noqa: ARG005 - a callback that shows nothing
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress

    columns = (BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("cases", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


# --- as data -------------------------------------------------------------------------------------


def _data(report: CasesReport) -> dict[str, Any]:
    """Return the report as JSON data, with an `error` unless every case passes."""
    failed = sum(not result.passed for result in report.results)
    result: dict[str, Any] = {
        "files": list(report.files),
        "without_cases": list(report.without_cases),
        "passed": len(report.results) - failed,
        "failed": failed,
        "not_run": report.selected - len(report.results),
        "deselected": report.collected - report.selected,
        "cases": [_case_data(result) for result in report.results],
        "diagnostics": [
            findings.diagnostic_to_dict(diagnostic) for diagnostic in report.diagnostics
        ],
    }
    if report.diagnostics:
        result["error"] = {"code": "invalid-cases", "message": _summary(report)}
    elif failed:
        result["error"] = {"code": "cases-failed", "message": _summary(report)}
    return result


def _case_data(result: CaseResult | PropertyResult) -> dict[str, Any]:
    data: dict[str, Any] = {
        "ruleset": result.ruleset,
        "name": result.name,
        "path": result.span.path,
        "line": result.span.line,
        "on": result.on.isoformat() if result.on is not None else None,
        "passed": result.passed,
        "differences": [
            {
                "what": difference.what,
                "expected": difference.expected,
                "found": difference.found,
            }
            for difference in result.differences
        ],
    }
    if isinstance(result, PropertyResult):
        example = result.counterexample
        return data | {"tried": result.tried, "counterexample": example and example.to_dict()}
    return data | ({"error": result.error.to_dict()} if result.error is not None else {})


# --- for a reader --------------------------------------------------------------------------------


def _text(report: CasesReport, language: Language) -> Iterator[Line]:
    yield from findings.render_diagnostics(report.diagnostics)
    for result in report.results:
        if not result.passed:
            yield from render_failure(result, language)
            yield [("", "")]
    for path in report.without_cases:
        yield [(f"{path}: no case file beside it", "yellow")]
    yield [(_summary(report), "bold green" if report.passed else "bold red")]


def _summary(report: CasesReport) -> str:
    failed = sum(not result.passed for result in report.results)
    counts = [
        (failed, "failed"),
        (len(report.results) - failed, "passed"),
        (report.selected - len(report.results), "not run"),
        (report.collected - report.selected, "deselected"),
        (len(report.diagnostics), "error" if len(report.diagnostics) == 1 else "errors"),
    ]
    shown = ", ".join(f"{count} {word}" for count, word in counts if count)
    if not report.files:
        return shown
    return f"{shown} in {len(report.files)} case file" + ("s" if len(report.files) > 1 else "")
