"""Items of lists: what a case expects of them is compared with the data of the decision."""

from typing import Any, Final

import pytest
from tests.cases.texts import HERE
from tests.conformance.cases import BASE, FILES

from policyrules.cases.compare import _items
from policyrules.cases.expectation import ItemExpected
from policyrules.cases.reader import parse_cases, read_case_file
from policyrules.compiler import File, compile_ruleset
from policyrules.diagnostics import Diagnostics

P1: Final[dict[str, Any]] = {
    "status": "eligible",
    "routes": ["graduate-of-2022"],
    "held": ["route", "no-hiring-subsidy"],
    "failed": [],
    "unknown": [],
    "excluded": [],
    "values": {"age": "24", "months": {"min": "0", "max": "3"}, "share": "1/5", "young": True},
}
ONE_LIST: Final = {"hires": {"p1": P1, "p2": {**P1, "status": "ineligible"}}}
TWO_LISTS: Final = {**ONE_LIST, "staff": {}}


def expected_items(text: str) -> Any:
    files = [File(path, (BASE / path).read_bytes()) for path in FILES.values()]
    ruleset = compile_ruleset(*files).ruleset
    assert ruleset is not None
    base = (HERE / "base.cases.yaml").read_text(encoding="utf-8")
    case = f"  - name: 逐人\n    expect: {{items: {text}}}\n"
    diagnostics = Diagnostics()
    tree = parse_cases(File("cases.yaml", (base + case).encode()), diagnostics)
    assert tree is not None
    file = read_case_file(tree, ruleset, diagnostics)
    assert not [str(one) for one in diagnostics.sorted()]
    return file.cases[-1].expect.items


def differing(text: str, data: Any) -> list[str]:
    found = _items(expected_items(text), data)
    return [f"{one.what}: {one.expected} / {one.found}" for one in found]


@pytest.mark.parametrize(
    "text",
    [
        "{p1: {status: eligible}}",
        "{p1: {routes: [graduate-of-2022], failed: [], held: [no-hiring-subsidy, route]}}",
        "{hires: {p1: {status: eligible}, p2: {status: ineligible}}}",
        "{p1: {values: {age: 24, months: 0..3, share: 20%, young: true}}}",
        "{p1: {values: {share: 1/5}}, p2: {unknown: [], excluded: []}}",
    ],
)
def test_what_is_expected_of_an_item_is_found(text: str) -> None:
    assert differing(text, ONE_LIST) == []


@pytest.mark.parametrize(
    "text, data, differences",
    [
        ("{p1: {status: ineligible}}", ONE_LIST, ["hires[p1] status: ineligible / eligible"]),
        ("{p1: {routes: []}}", ONE_LIST, ["hires[p1] routes: none / graduate-of-2022"]),
        ("{p1: {excluded: [a]}}", ONE_LIST, ["hires[p1] excluded: a / none"]),
        ("{p1: {values: {age: 25}}}", ONE_LIST, ["hires[p1] values age: 25 / 24"]),
        ("{p1: {values: {ages: 25}}}", ONE_LIST, ["hires[p1] values ages: 25 / none"]),
        ("{p3: {status: eligible}}", ONE_LIST, ["hires[p3]: an item / none"]),
        ("{p1: {status: eligible}}", TWO_LISTS, ["items: the items of one list / hires, staff"]),
        ("{p1: {status: eligible}}", {}, ["items: the items of one list / none"]),
        ("{firms: {p1: {status: eligible}}}", ONE_LIST, ["items: the items of `firms` / hires"]),
    ],
)
def test_what_is_not_found_is_told(text: str, data: Any, differences: list[str]) -> None:
    assert differing(text, data) == differences


def test_items_without_the_name_of_their_list_are_those_of_the_only_one() -> None:
    assert expected_items("{p1: {status: eligible}}") == {
        "": {"p1": ItemExpected(status="eligible")}
    }
