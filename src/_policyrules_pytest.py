"""The pytest plugin: collect the case files of rulesets.

The plugin is a module beside the package, because pytest imports it in every run of every project
where policyrules is installed. It imports the package only when it collects a case file;
`policyrules.testing.pytest_items` has the rest.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import pytest

_CASES: Final = ".cases.yaml"
"""The end of the name of a case file, as in `policyrules.catalogue.discovery`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare the options; without them, pytest collects a case file only if its path is given."""
    parser.addini(
        "policyrules_cases", "collect the case files of rulesets in folders", "bool", default=False
    )
    group = parser.getgroup("policyrules", "cases of rulesets")
    group.addoption(
        "--policyrules",
        action="store_true",
        help="collect the case files (`*.cases.yaml`) in folders, as `policyrules_cases = true`",
    )
    group.addoption(
        "--policyrules-engine",
        choices=("forward", "reference", "compiled"),
        default="forward",
        help="what decides the cases",
    )
    group.addoption(
        "--policyrules-lang",
        # Without a default, which would import the package in every run.
        type=_language,
        metavar="LANGUAGE",
        help="the language of explanations: zh or en",
    )


def _language(tag: str) -> str:
    """Read a language tag such as `zh-CN` or `en_GB`; any other language is a usage error."""
    from policyrules.text.localized import language_code

    try:
        return language_code(tag)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker of every case."""
    config.addinivalue_line("markers", "policyrules: a case of a ruleset")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a case file if its path is given, or if the options ask for those in folders."""
    if not file_path.name.endswith(_CASES):
        return None
    config = parent.config
    is_wanted = config.getoption("--policyrules") or config.getini("policyrules_cases")
    if not is_wanted and not parent.session.isinitpath(file_path):
        return None
    from policyrules.testing.pytest_items import CollectedCases

    collector: pytest.Collector = CollectedCases.from_parent(parent, path=file_path)
    return collector
