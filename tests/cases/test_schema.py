"""The JSON Schema of case files accepts what the reader accepts, and rejects wrong shapes."""

from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from tests.cases.texts import HERE, HIRES, read_folder
from tests.conformance.cases import Case, with_changes

import policyrules
from policyrules.catalogue.discovery import case_paths
from policyrules.catalogue.store import shipped_folder
from policyrules.diagnostics import Diagnostics
from policyrules.syntax.pretty_printer import print_tree
from policyrules.syntax.reader import read_cases

VALIDATOR: Final = Draft202012Validator(policyrules.schema("cases"))
BASE: Final = (HERE / "base.cases.yaml").read_text(encoding="utf-8")
HIRED: Final = (HERE / "hires" / HIRES).read_text(encoding="utf-8")
SHIPPED: Final = {path.name: path.read_text("utf-8") for path in case_paths(shipped_folder())}


BASES: Final = {"cases": BASE, "hires": HIRED}


def complaints(text: str) -> list[str]:
    data = YAML(typ="safe", pure=True).load(text)
    return sorted(error.json_path for error in VALIDATOR.iter_errors(_plain(data)))


def _plain(data: Any) -> Any:
    """JSON has no dates: those of YAML are texts to it."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(item) for item in data]
    return data if data is None or isinstance(data, bool | int | float | str) else str(data)


def texts() -> dict[str, str]:
    """Case files that are read without a finding."""
    files = {"base": BASE, **SHIPPED}
    for case in read_folder("failing"):
        for heading, body in case.sections:
            if heading in BASES:
                files[str(case)] = with_changes(BASES[heading], body)
    return files


TEXTS: Final = texts()


def test_the_schema_is_valid() -> None:
    Draft202012Validator.check_schema(policyrules.schema("cases"))


@pytest.mark.parametrize("name", TEXTS)
def test_what_the_reader_accepts_the_schema_accepts(name: str) -> None:
    assert complaints(TEXTS[name]) == []


def wrong_shapes() -> list[Case]:
    shapes = ("unknown-key", "missing-key", "wrong-shape", "unsupported")
    return [case for case in read_folder("bad") if str(case).split(".")[0] in shapes]


@pytest.mark.parametrize("case", wrong_shapes(), ids=str)
def test_a_wrong_shape_is_refused_where_the_reader_refuses_it(case: Case) -> None:
    heading, body = case.sections[0]
    text = body if heading.endswith("whole") else with_changes(BASES[heading], body)
    diagnostics = Diagnostics()
    read_cases(text, "cases.yaml", diagnostics)
    # What only the ruleset shows, such as a fact of an item, is none of the schema's affairs.
    if diagnostics.has_errors:
        assert complaints(text)


@pytest.mark.parametrize("name", TEXTS)
def test_what_is_printed_is_read_again_as_it_was(name: str) -> None:
    tree = read_cases(TEXTS[name], "cases.yaml", Diagnostics())
    assert tree is not None
    diagnostics = Diagnostics()
    again = read_cases(print_tree(tree), "cases.yaml", diagnostics)
    assert not [str(diagnostic) for diagnostic in diagnostics.sorted()]
    assert again == tree


def test_an_empty_list_is_not_the_same_as_none() -> None:
    text = BASE.replace("failed: [layoffs]", "failed: []")
    tree = read_cases(text, "cases.yaml", Diagnostics())
    assert tree is not None
    assert "failed: []" in print_tree(tree)
