"""Contradictory facts: the violated constraint, and the facts and lists that it reads."""

from collections.abc import Mapping, Sequence
from typing import Final

import pytest
from tests.conformance.cases import BASE, FILES

from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import File
from policyrules.errors import FactsError
from policyrules.intake import Intake
from policyrules.ir.ruleset import CheckedRuleset


def ruleset() -> CheckedRuleset:
    """A ruleset that reads every fact of the two rules in the vocabulary of the conformance cases.

    An item is not born after it is hired; and no more are claimed elsewhere than there are.
    """
    text = (
        (BASE / "head.yaml").read_text(encoding="utf-8").replace("[employer]", "[employer, hires]")
    )
    text += """
conditions:
  staffed: {title: {zh: 有职工, en: Staffed}, holds: employer.headcount > 0, cite: law}
  known: {title: {zh: 已知, en: Known}, holds: any(hire.elsewhere for hire in hires), cite: law}
  hired: {title: {zh: 已招, en: Hired}, holds: any(hire.hired_on > hire.born_on for hire in hires), cite: law}
outcome:
  eligible: {all: [staffed, known, hired]}
"""
    files = [File(FILES[kind], (BASE / FILES[kind]).read_bytes()) for kind in list(FILES)[1:]]
    made = compile_ruleset(File(FILES["ruleset"], text.encode()), *files).ruleset
    assert made is not None
    return made


INTAKE: Final = Intake(ruleset())
ELSEWHERE: Final = [{"id": "p1", "elsewhere": True}, {"id": "p2", "elsewhere": True}]
BACKWARDS: Final = {"born_on": "2022-05-02", "hired_on": "2022-05-01"}


def broken(facts: Mapping[str, object]) -> list[tuple[str, ...]]:
    """The code of each rule that is broken, with its facts and lists."""
    try:
        INTAKE.read(facts)
    except FactsError as error:
        return [(problem.code, *problem.facts) for problem in error.problems]
    return []


@pytest.mark.parametrize(
    "headcount, hires, expected",
    [
        (1, ELSEWHERE, [("employer.headcount", "hires")]),
        (2, ELSEWHERE, []),
        (0, ELSEWHERE[:1], [("employer.headcount", "hires")]),
        (0, [{"id": "p1"}], []),
        (0, [], []),
        (1, None, []),
        (None, ELSEWHERE, []),
        (9, [{"id": "p1", **BACKWARDS}], [("hires[p1].hired_on", "hires[p1].born_on")]),
        (9, [{"id": "p1", "born_on": "2022-05-01", "hired_on": "2022-05-01"}], []),
        (
            9,
            [{"id": "p1", **BACKWARDS}, {"id": "p2"}, {"id": "p3", **BACKWARDS}],
            [(f"hires[{key}].hired_on", f"hires[{key}].born_on") for key in ("p1", "p3")],
        ),
        (
            0,
            [{"id": "p1", "elsewhere": True, **BACKWARDS}],
            [("hires[p1].hired_on", "hires[p1].born_on"), ("employer.headcount", "hires")],
        ),
    ],
)
def test_a_broken_rule_names_the_facts_and_the_lists_that_it_reads(
    headcount: int | None,
    hires: Sequence[Mapping[str, object]] | None,
    expected: Sequence[tuple[str, ...]],
) -> None:
    facts = {"employer.headcount": headcount, "hires": hires}
    given = {name: value for name, value in facts.items() if value is not None}
    assert broken(given) == [("facts-disagree", *names) for names in expected]
