"""Evaluations as text: a small ruleset, situations, and what the reference engine makes of each.

A case is written as a good case of `tests/conformance`: a ruleset behind the head that all share,
then situations, each with its facts and, behind `->`, the lines of an answer. Which lines these are
is said by the test that reads the folder. `POLICYRULES_RESET_SNAPSHOTS=1` writes them anew.
"""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Final

from tests.conformance.cases import (
    Case,
    compiled,
    is_reset,
    question,
    read_case,
    situation_text,
    write_case,
)

from policyrules.engines import reference
from policyrules.errors import FactsError
from policyrules.evaluation.dated import dated
from policyrules.evaluation.result import Evaluation
from policyrules.values.dependencies import Dependencies
from policyrules.values.kleene import Verdict
from policyrules.values.possible import Interval, PeriodSet, Possible, WordSet
from policyrules.values.scale import Scale

TESTS: Final = Path(__file__).parents[1]
TRUTHS: Final = {True: "held", False: "failed", None: "unknown"}


def cases(folder: str) -> list[Case]:
    cases = [read_case(path) for path in sorted((TESTS / folder).glob("*.txt"))]
    assert cases, f"no case in {folder}"
    return cases


def check_answers(case: Case, describe: Callable[[Evaluation], Iterable[str]]) -> None:
    """Compares the answer of each situation with the lines that describe its evaluation."""
    from policyrules.intake import Intake

    ruleset, findings = compiled(case)
    assert ruleset is not None, [str(finding) for finding in findings]
    # A case of a conflict shows what the finding is about.
    unexpected = [str(finding) for finding in findings if finding.code != "overlapping-exceptions"]
    assert not unexpected
    intake = Intake(ruleset)
    sections = list(case.sections)
    assert len(sections) > 1, "a case asks something"
    for place, (heading, body) in enumerate(sections[1:], 1):
        on, facts, answer = question(body)
        try:
            evaluation = reference.evaluate(dated(ruleset, on), intake.read(facts))
            lines = list(describe(evaluation))
        except FactsError as error:
            lines = [
                f"refused: {problem.code} of {', '.join(problem.facts)}"
                for problem in error.problems
            ]
        text = "".join(f"{line}\n" for line in lines)
        if is_reset():
            sections[place] = (heading, situation_text(body, text))
        else:
            assert text == answer, heading
    if is_reset():
        write_case(case._replace(sections=tuple(sections)))


def verdict_text(verdict: Verdict) -> str:
    """`held`, `failed`, or `unknown` with what could settle it."""
    return TRUTHS[verdict.truth] + _settled_by(verdict.dependencies)


def possible_text(possible: Possible) -> str:
    """What something may be, and what could narrow it."""
    text = " or ".join(_figures(possible)) + _settled_by(possible.dependencies)
    gaps = possible.definedness_dependencies
    return (
        text
        if gaps in {possible.dependencies, Dependencies()}
        else f"{text}; gap{_settled_by(gaps)}"
    )


def _figures(possible: Possible) -> Iterator[str]:
    match possible.figures:
        case Interval(low, high):
            ends = ["" if end is None else str(end) for end in (low, high)]
            yield ends[0] if low == high and low is not None else "..".join(ends)
        case WordSet(certain, known):
            yield f"{', '.join(sorted(certain))} of {', '.join(sorted(known))}"
        case Scale(brackets):
            yield ", ".join(f"{rate} above {edge}" for edge, rate in brackets)
        case PeriodSet(periods):
            yield " and ".join(f"{first}..{last}" for first, last in sorted(periods))
        case frozenset() as choices:
            yield from sorted(str(choice) for choice in choices)
        case None:
            pass
    flags = {"none": possible.may_be_none, "not stated": possible.not_stated}
    yield from (flag for flag, is_set in flags.items() if is_set)
    if possible.undefined:
        yield "undefined"


def _settled_by(support: Dependencies) -> str:
    needs = [" or ".join(need.facts) for need in sorted(support.missing_inputs)]
    unsettled = [f"{point.name} ({point.reason})" for point in sorted(support.indeterminacies)]
    text = f" needs {', '.join(needs)}" if needs else ""
    return text + (f" unsettled {', '.join(unsettled)}" if unsettled else "")
