"""The JSON Schemas are valid, accept what the reader accepts, and are as strict about keys."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML
from tests.conformance.cases import (
    BASE,
    FILES,
    OTHERS,
    Case,
    read_cases,
    ruleset_text,
    with_changes,
)

import policyrules
from policyrules.catalogue.discovery import ruleset_paths
from policyrules.catalogue.store import shipped_folder
from policyrules.diagnostics import Diagnostics
from policyrules.syntax.reader import read_ruleset, read_sources, read_vocabulary

SHAPES = ("unknown-key", "missing-key", "wrong-shape", "unsupported")
READERS = {"ruleset": read_ruleset, "vocabulary": read_vocabulary, "sources": read_sources}

VALIDATORS = {
    name: Draft202012Validator(policyrules.schema(name))
    for name in (*FILES, "overlay", "jurisdictions")
}


def complaints(name: str, text: str) -> list[str]:
    """What the schema has against a text, read as any YAML library reads it: as plain data."""
    data = YAML(typ="safe", pure=True).load(text)
    return sorted(error.json_path for error in VALIDATORS[name].iter_errors(_plain(data)))


def _plain(data: Any) -> Any:
    """JSON has no dates: those of YAML are texts to it."""
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_plain(item) for item in data]
    return data if data is None or isinstance(data, bool | int | float | str) else str(data)


def shipped() -> list[tuple[str, Path]]:
    folder = shipped_folder()
    rulesets = [(_kind(path), path) for path in ruleset_paths(folder)]
    return [
        *rulesets,
        ("jurisdictions", folder / "jurisdictions.yaml"),
        ("vocabulary", folder / FILES["vocabulary"]),
        ("sources", folder / FILES["sources"]),
    ]


def _kind(path: Path) -> str:
    is_overlay = "\nextends:" in path.read_text(encoding="utf-8")
    return "overlay" if is_overlay else "ruleset"


@pytest.mark.parametrize("name", VALIDATORS)
def test_a_schema_is_valid(name: str) -> None:
    Draft202012Validator.check_schema(policyrules.schema(name))


def test_there_are_no_other_schemas() -> None:
    with pytest.raises(ValueError, match="there is no schema `facts`"):
        policyrules.schema("facts")


@pytest.mark.parametrize("name, path", shipped(), ids=str)
def test_every_shipped_file_is_accepted(name: str, path: Path) -> None:
    assert complaints(name, path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize("case", read_cases("good"), ids=str)
def test_every_good_case_is_accepted(case: Case) -> None:
    assert complaints("ruleset", ruleset_text(case)) == []


def wrong_shapes() -> list[tuple[str, Case]]:
    """The bad cases in which something is wrong with a shape, each with the file that is."""
    cases = []
    for case in read_cases("bad"):
        heading, body = case.sections[0]
        name, _, how = heading.partition(", ")
        changes = name in {*FILES, *OTHERS} and how in {"", "whole"} and body
        if str(case).split(".")[0] in SHAPES and changes:
            cases.append((name, case))
    return cases


@pytest.mark.parametrize("name, case", wrong_shapes(), ids=str)
def test_a_wrong_shape_is_refused_where_the_reader_refuses_it(name: str, case: Case) -> None:
    heading, body = case.sections[0]
    base = (BASE / {**FILES, **OTHERS}[name]).read_text(encoding="utf-8")
    text = body if heading.endswith("whole") else with_changes(base, body)
    name = name.partition(" ")[0]
    diagnostics = Diagnostics()
    READERS[name](text, FILES[name], diagnostics)
    # What only the checker sees, such as a missing `places`, is none of the schema's affairs.
    if diagnostics.has_errors:
        assert complaints(name, text)
