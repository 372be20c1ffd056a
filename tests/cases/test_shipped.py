"""The shipped case files: every ruleset has one, it holds on every engine, and it is enough."""

from pathlib import Path
from typing import get_args

import pytest

import policyrules
from policyrules.catalogue import shipped_folder
from policyrules.discovery import ruleset_paths
from policyrules.policy import Engine
from policyrules.testing import coverage, survivors

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


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_cases_show_all_that_a_ruleset_says(path: Path) -> None:
    [found] = coverage([path])
    assert found.asked
    assert not [str(gap) for gap in found.gaps]


@pytest.mark.slow
@pytest.mark.parametrize("path", PATHS, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_slip_in_a_ruleset_fails_one_of_its_cases(path: Path) -> None:
    [found] = survivors([path])
    assert found.tried
    assert not [f"{survivor}\n{survivor.case}" for survivor in found.survivors]
