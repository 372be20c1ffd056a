"""The shipped case files: every ruleset has one, it holds on every engine, and it is enough."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

import pytest

import policyrules
from policyrules.cases.reader import CaseFile, parse_cases, read_case_file
from policyrules.cases.run import run_case
from policyrules.catalogue import cases_beside, ruleset_paths, shipped_folder
from policyrules.compiler import File
from policyrules.diagnostics import Diagnostics
from policyrules.ir.ruleset import Cell, CheckedRuleset
from policyrules.policy import Engine, decider
from policyrules.testing import Mutant, mutants

ENGINES: tuple[Engine, ...] = get_args(Engine)
PATHS = ruleset_paths(shipped_folder())


@pytest.mark.slow
@pytest.mark.parametrize("engine", ENGINES)
def test_every_shipped_case_is_decided_as_it_says(engine: Engine) -> None:
    report = policyrules.run_cases(engine=engine)
    assert not [str(one) for one in report.diagnostics]
    assert not [result for result in report.results if not result.passed]
    assert report.passed
    assert report.found == report.chosen == len(report.results) > 50


@pytest.mark.slow
def test_every_shipped_ruleset_has_cases() -> None:
    assert not policyrules.run_cases().without_cases


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: path.stem)
def test_a_name_says_when_and_what_follows(path: Path) -> None:
    for result in policyrules.run_cases([path]).results:
        assert "，" in result.name
        if isinstance(result, policyrules.PropertyResult):
            continue  # it holds on every day
        assert f"{result.on.year}年{result.on.month}月{result.on.day}日" in result.name


# --- enough --------------------------------------------------------------------------------------


def cases(path: Path) -> CaseFile:
    diagnostics = Diagnostics()
    tree = parse_cases(File(path.name, cases_beside(path).read_bytes()), diagnostics)
    assert tree is not None
    return read_case_file(tree, policyrules.load(path).ruleset, diagnostics)


CASES = {path: cases(path) for path in PATHS if cases_beside(path).is_file()}


def own_mutants(ruleset: CheckedRuleset) -> Iterator[Mutant]:
    """The slips in what a ruleset says itself: what a variant inherits, its base is tested for."""
    bases = [policyrules.load(id_).ruleset for id_ in ruleset.extends]
    unstated = {f"`{name}` is turned round" for name in nowhere_stated(ruleset)}
    for mutant in mutants(ruleset):
        if mutant.change in unstated:
            continue  # unknown either way: no case can tell
        here = said_at(ruleset, mutant.place)
        if not any(here == said_at(base, mutant.place) for base in bases):
            yield mutant


def nowhere_stated(ruleset: CheckedRuleset) -> Iterator[str]:
    """The parameters for which the text gives no figure on any day."""
    for name, parameter in ruleset.parameters.items():
        contents = [row.content for row in parameter.rows]
        if all(isinstance(one, Cell) and one.status == "not_stated" for one in contents):
            yield name


def said_at(ruleset: CheckedRuleset, place: str) -> object:
    """What a ruleset says in the place of a mutant, its notes apart."""
    if place == "in_force":
        return ruleset.in_force.from_, ruleset.in_force.to
    if place in ruleset.parameters:
        return [(row.from_, row.to, row.content) for row in ruleset.parameters[place].rows]
    nodes: list[Any] = [*ruleset.every_value.values(), *ruleset.every_condition.values()]
    for node in nodes:
        if place in {getattr(node, "name", ""), getattr(node, "id", "")}:
            return getattr(node, "text", None) or node.test
        for exception in node.exceptions:
            if exception.id == place:
                return exception.when, exception.text
    amount = ruleset.outcome.amount
    if amount is not None and amount.name == place:
        return amount.text, amount.rounding
    return ruleset.outcome.eligible, ruleset.outcome.consequences


MUTANTS: list[Any] = [
    pytest.param(path, mutant, id=f"{path.parent.name}-{path.stem}-{mutant}")
    for path in CASES
    for mutant in own_mutants(policyrules.load(path).ruleset)
]


@pytest.mark.slow
@pytest.mark.parametrize("path, mutant", MUTANTS)
def test_a_slip_in_a_ruleset_fails_one_of_its_cases(path: Path, mutant: Mutant) -> None:
    decide = decider(mutant.ruleset, "reference")
    assert any(not run_case(case, mutant.ruleset.id, decide).passed for case in CASES[path].cases)
