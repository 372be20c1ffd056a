"""Only `evaluation/` and the engines evaluate rules."""

import ast
from pathlib import Path
from typing import Final

import policyrules

SOURCE: Final = Path(policyrules.__file__).parent
MAY_EVALUATE: Final = ("evaluation", "engines", "values")
PARTS: Final = frozenset(
    {"apply_exceptions", "apply_value_exceptions", "evaluate_group", "resolve_value"}
)
"""The functions that combine the results of tests, groups, exceptions and values."""


def evaluators() -> set[str]:
    """Return the packages with a module that imports one of the parts of an evaluator."""
    packages = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and PARTS & {alias.name for alias in node.names}:
                packages.add(path.relative_to(SOURCE).parts[0])
    return packages


def test_no_package_beside_the_engines_evaluates_rules_itself() -> None:
    assert evaluators() <= {*MAY_EVALUATE}
    assert evaluators() >= {"evaluation", "engines"}, "the parts have other names now"
