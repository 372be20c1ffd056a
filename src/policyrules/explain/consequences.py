"""The lines of an explanation for consequences: heading, tests that decide them, and figures."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.decisions.decision import Decision
from policyrules.decisions.reasons import Comparison, ConsequenceReason, Operator
from policyrules.decisions.status import Status
from policyrules.explain.comparisons import ComparisonText
from policyrules.text.localized import Language


def by_heading(decision: Decision) -> dict[str, list[ConsequenceReason]]:
    """Return the reasons of the consequences by the phrase of the heading that they stand under."""
    reasons: dict[str, list[ConsequenceReason]] = {}
    for reason in decision.consequence_reasons.values():
        reasons.setdefault(_heading_of(reason, decision.status), []).append(reason)
    return reasons


def _heading_of(reason: ConsequenceReason, status: Status) -> str:
    """Return the phrase of the heading under which a consequence is stated.

    For an undetermined case it says for whom the consequence holds, unless it holds either way.
    """
    holds_for_eligible, holds_for_ineligible = (
        each in reason.stated_for for each in ("eligible", "ineligible")
    )
    if status != "undetermined" or holds_for_eligible is holds_for_ineligible:
        return "consequences"
    return "if eligible too" if holds_for_eligible else "if ineligible too"


def lines_of(
    reason: ConsequenceReason, comparisons: ComparisonText, language: Language
) -> Iterator[str]:
    """Yield the tests that decide a consequence with their margins, and the figures that it reads.

    A figure that a test shows is not repeated. The row of a table stands beside the figure of the
    consequence.
    """
    for test in reason.comparisons:
        yield from _lines_of_test(test, reason, comparisons, language)
    if reason.exceptions:
        titles = [exception.title.get(language) for exception in reason.exceptions]
        names = comparisons.phrase("and").join(titles)
        yield comparisons.phrase("exceptions", names=names)
    in_tests = {
        operand.expression
        for test in reason.comparisons
        for operand in (test.left, test.right)
        if operand is not None
    }
    figures = [
        comparisons.operand(operand, reason)
        for operand in reason.operands
        if operand.expression not in in_tests
    ]
    if figures:
        yield comparisons.phrase("computed from", figures=comparisons.phrase("and").join(figures))


def _lines_of_test(
    test: Comparison, reason: ConsequenceReason, comparisons: ComparisonText, language: Language
) -> Iterator[str]:
    if test.operator in {Operator.ANY, Operator.ALL}:
        yield comparisons.quantifier_line(test)
        return
    line, margin = comparisons.comparison(test, reason), test.margin
    if margin is None:
        yield line
    elif test.left.fact == margin.fact:
        yield line + comparisons.distance(margin)
    else:
        yield line
        yield margin.text(language) + comparisons.distance(margin)
