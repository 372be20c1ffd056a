"""Format the results of a run of cases as JUnit XML, for build servers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from policyrules.diagnostics import Diagnostic
from policyrules.text.control_characters import escape_control_characters, escape_in_lines
from policyrules.text.localized import Language

if TYPE_CHECKING:
    from policyrules.cases.result import CaseResult, PropertyResult
    from policyrules.testing.case_runner import CasesReport


def junit_xml(report: CasesReport, times: Sequence[int], language: Language) -> bytes:
    """Return one test suite for each case file, and one for each file with diagnostics.

    `times` has the nanoseconds of each result. A failed case is a failure, with its differences and
    the explanation; a diagnostic is an error.
    """
    suites: list[Element] = []
    paired = list(zip(report.results, times, strict=True))
    for path, group in groupby(paired, key=lambda pair: pair[0].span.path):
        timed_results = list(group)
        suite = _suite(path, sum(time for _, time in timed_results))
        for result, time in timed_results:
            _add_case(suite, result, time, language)
        suites.append(suite)
    for path, diagnostics in groupby(
        report.diagnostics, key=lambda diagnostic: diagnostic.span.path
    ):
        suite = _suite(path, 0)
        for diagnostic in diagnostics:
            _add_diagnostic(suite, diagnostic)
        suites.append(suite)
    root = Element("testsuites", name="policyrules test", time=_seconds(sum(times)))
    for suite in suites:
        suite.attrib.update(_counts(suite))
    root.extend(suites)
    root.attrib.update(_counts(root))
    indent(root)
    text: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(path: str, time: int) -> Element:
    return Element("testsuite", name=_text(path), time=_seconds(time))


def _counts(element: Element) -> Mapping[str, str]:
    tags = {"tests": "testcase", "failures": "failure", "errors": "error"}
    return {name: str(sum(1 for _ in element.iter(tag))) for name, tag in tags.items()}


def _add_case(
    suite: Element, result: CaseResult | PropertyResult, time: int, language: Language
) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=_text(result.ruleset),
        name=_text(result.name),
        file=_text(result.span.path),
        line=str(result.span.line),
        time=_seconds(time),
    )
    if not result.passed:
        lines = list(_differences(result))
        failure = SubElement(case, "failure", type="difference", message=_text("; ".join(lines)))
        failure.text = _texts(
            [*map(escape_control_characters, lines), "", result.explain(language)]
        )


def _differences(result: CaseResult | PropertyResult) -> Iterator[str]:
    for difference in result.differences:
        yield f"{difference.what}: expected {difference.expected}, found {difference.found}"


def _add_diagnostic(suite: Element, diagnostic: Diagnostic) -> None:
    case = SubElement(
        suite,
        "testcase",
        classname=_text(diagnostic.span.path),
        name=_text(f"{diagnostic.span}: {diagnostic.code}"),
        file=_text(diagnostic.span.path),
        line=str(diagnostic.span.line),
        time=_seconds(0),
    )
    error = SubElement(case, "error", type=diagnostic.code, message=_text(diagnostic.message))
    error.text = _texts([str(diagnostic)])


def _seconds(nanoseconds: int) -> str:
    """Return nanoseconds as seconds, to the microsecond.

    >>> _seconds(1_234_567_890)
    '1.234567'
    """
    seconds, rest = divmod(nanoseconds // 1000, 1_000_000)
    return f"{seconds}.{rest:06}"


def _text(text: str) -> str:
    """Return a text on one line, without the characters that XML forbids."""
    return escape_control_characters(text)


def _texts(lines: Iterable[str]) -> str:
    """Return lines as one text."""
    return "\n".join(map(escape_in_lines, lines))
