"""Conformance: the diagnostics of bad files, and the meaning of good ones."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from tests.conformance.cases import (
    HERE,
    Case,
    compiled,
    decision_text,
    diagnostics_text,
    findings,
    is_accepted,
    is_reset,
    question,
    read_cases,
    situation_text,
    write_case,
)

from policyrules.api.engine_cache import EngineCache
from policyrules.api.policy import Engine, Policy, kernel_name
from policyrules.diagnostics import CODES

BAD = read_cases("bad")
GOOD = read_cases("good")
PAGES = HERE.parents[1] / "docs" / "errors"
ENGINES: list[tuple[Engine, str | None]] = [("reference", None), ("forward", "fixpoint")]
if kernel_name() == "durable_rules":
    ENGINES.append(("forward", "durable_rules"))
ENGINES.append(("compiled", None))


def codes(case: Case) -> list[str]:
    return re.findall(r"^\S+: \w+: .* \[([a-z0-9-]+)\]$", case.sections[-1][1], re.MULTILINE)


# --- bad -----------------------------------------------------------------------------------------


def check(case: Case, folder: Path) -> None:
    diagnostics = findings(case, folder)
    heading = "found, and accepted" if is_accepted(diagnostics) else "found"
    expected = (heading, diagnostics_text(diagnostics, folder))
    if is_reset():
        sections = [section for section in case.sections if not section[0].startswith("found")]
        write_case(case._replace(sections=(*sections, expected)))
    else:
        assert expected == case.sections[-1]


@pytest.mark.parametrize("case", BAD, ids=str)
def test_every_finding_has_its_place_and_its_words(
    case: Case, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    check(case, tmp_path)


def test_every_case_is_filed_under_a_code_that_it_raises() -> None:
    for case in read_cases("bad"):  # again: a reset has changed the files
        code, _, sentence = str(case).partition(".")
        assert code in codes(case), f"{case.path.name} raises {codes(case)}: rename the file"
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", sentence), case


def test_every_message_keeps_to_the_style() -> None:
    messages = re.compile(r"^\S+: (?:error|warning): (.*) \[[a-z0-9-]+\]$", re.MULTILINE)
    for case in read_cases("bad"):
        for line in messages.findall(case.sections[-1][1]):
            assert not line.endswith("."), case
            assert line[0].islower() or line[0] in "`<“", case
            assert line.count("`") % 2 == 0, case
            internal = r"\b[A-Z][a-z]+(Node|Tree|Error|Ref)\b|NoneType|object at 0x"
            assert not re.search(internal, line), case


def test_every_code_has_a_case_and_every_case_a_code() -> None:
    assert {code for case in read_cases("bad") for code in codes(case)} == set(CODES)


@pytest.mark.checkout
def test_every_code_has_a_page_and_every_page_a_code() -> None:
    assert {path.stem for path in PAGES.glob("*.md")} - {"README"} == set(CODES)


# --- good ----------------------------------------------------------------------------------------


def questions(case: Case) -> Iterator[tuple[int, str, str]]:
    for place, (heading, body) in enumerate(case.sections[1:], 1):
        yield place, heading, body


@pytest.mark.parametrize("case", GOOD, ids=str)
def test_an_accepted_ruleset_means_the_same_in_every_engine(case: Case) -> None:
    ruleset, diagnostics = compiled(case)
    # Such a case shows what the finding is about.
    shown = {"overlapping-exceptions", "day-without-row"}
    assert not [str(diagnostic) for diagnostic in diagnostics if diagnostic.code not in shown]
    assert ruleset is not None
    policy = Policy(ruleset, (), EngineCache(ruleset))
    sections = list(case.sections)
    asked = list(questions(case))
    assert asked, "a good case decides something"
    for place, heading, body in asked:
        on, facts, answer = question(body)
        dated = policy.on(on)
        answers = [
            decision_text(partial(dated.decide, facts, engine=engine, kernel=kernel))
            for engine, kernel in ENGINES
        ]
        assert answers == answers[:1] * len(ENGINES), heading
        if is_reset():
            sections[place] = (heading, situation_text(body, answers[0]))
        else:
            assert answers[0] == answer, heading
    if is_reset():
        write_case(case._replace(sections=tuple(sections)))


# --- names ---------------------------------------------------------------------------------------


def test_every_case_has_a_sentence_of_its_own() -> None:
    names = Counter(case.name for case in (*BAD, *GOOD))
    assert not [name for name, times in names.items() if times > 1]
    assert not [name for name in names if not re.fullmatch(r"\S[^\n]*\.", name)]
    headings = [heading for case in GOOD for _, heading, _ in questions(case)]
    assert not [heading for heading in headings if not heading.endswith(".")]
