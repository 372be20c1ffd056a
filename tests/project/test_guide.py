"""The guide to a new construct names every module in which one needs a case."""

import ast
import re
from pathlib import Path
from typing import Final

import pytest

import policyrules

SOURCE: Final = Path(policyrules.__file__).parent
ROOT: Final = Path(__file__).parents[2]
HEADING: Final = "Adding a construct to the language"
CONSTRUCTS: Final = frozenset({"InSet", "InPeriod", "IsNone", "DateDiff", "MinMax"})
"""Nodes of one construct each. A module that imports one treats constructs one by one."""


def modules_with_a_case() -> set[str]:
    """Return the modules of the package that import the node of a construct."""
    return {
        path.relative_to(SOURCE).as_posix()
        for path in SOURCE.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom)
        and node.module == "policyrules.ir.nodes"
        and CONSTRUCTS & {alias.name for alias in node.names}
    }


@pytest.mark.checkout
def test_the_guide_names_every_module_with_a_case_of_a_construct() -> None:
    page = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    section = page.partition(f"## {HEADING}\n")[2].partition("\n## ")[0]
    modules = modules_with_a_case()
    assert len(modules) > 10, "the nodes have other names now"
    missing = modules - set(re.findall(r"`([^`]+)`", section))
    assert not missing, f"“{HEADING}” does not name {sorted(missing)}"
