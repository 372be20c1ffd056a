"""The shipped case files: every ruleset has one, it holds on every engine, and it is enough."""

from pathlib import Path

import pytest
from tests.cases.mutants import Mutant, mutants

import policyrules
from policyrules.cases.reader import CaseFile, parse_cases, read_case_file
from policyrules.cases.run import run_case
from policyrules.catalogue import cases_beside, ruleset_paths, shipped_folder
from policyrules.compiler import File, compile_ruleset
from policyrules.diagnostics import Diagnostics
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.policy import Engine, _decider

ENGINES: tuple[Engine, ...] = ("forward", "reference")
FOLDER = shipped_folder()
REFUND = FOLDER / "cn-nm" / "job-stabilisation-refund.yaml"


@pytest.mark.parametrize("engine", ENGINES)
def test_every_shipped_case_is_decided_as_it_says(engine: Engine) -> None:
    report = policyrules.run_cases(engine=engine)
    assert not [str(one) for one in report.diagnostics]
    assert not [result for result in report.results if not result.passed]
    assert report.passed
    assert report.found == report.chosen == len(report.results) > 50


def test_every_shipped_ruleset_has_cases() -> None:
    assert not policyrules.run_cases().without_cases


@pytest.mark.parametrize("path", ruleset_paths(FOLDER), ids=lambda path: path.stem)
def test_a_name_says_when_and_what_follows(path: Path) -> None:
    for result in policyrules.run_cases([path]).results:
        assert f"{result.on.year}年{result.on.month}月{result.on.day}日" in result.name
        assert "，" in result.name


# --- enough --------------------------------------------------------------------------------------


def compiled(text: str) -> CheckedRuleset | None:
    """The ruleset of a text; None where the checker refuses it."""
    others = [
        File(name, (FOLDER / name).read_bytes()) for name in ("vocabulary.yaml", "sources.yaml")
    ]
    name = REFUND.relative_to(FOLDER).as_posix()
    made = compile_ruleset(File(name, text.encode()), *others)
    return made.ruleset


def cases() -> CaseFile:
    policy = policyrules.load(REFUND)
    diagnostics = Diagnostics()
    file = File("refund.cases.yaml", cases_beside(REFUND).read_bytes())
    tree = parse_cases(file, diagnostics)
    assert tree is not None
    return read_case_file(tree, policy.ruleset, diagnostics)


CASES = cases()
MUTANTS = list(mutants(REFUND.read_text(encoding="utf-8")))


def test_there_are_mutants_of_every_kind() -> None:
    told = "\n".join(map(str, MUTANTS))
    assert len(MUTANTS) >= 100
    for words in ("<= ", "% -> ", "left out", "half_even", "begins on", "in force", "except:"):
        assert words in told


@pytest.mark.slow
@pytest.mark.parametrize("mutant", MUTANTS, ids=str)
def test_a_mutant_of_the_refund_fails_a_case(mutant: Mutant) -> None:
    ruleset = compiled(mutant.text)
    if ruleset is None:  # the checker has found it
        return
    decide = _decider(ruleset, "reference")
    assert any(not run_case(case, ruleset.id, decide).passed for case in CASES.cases)
