"""Changes to the facts of a case, merged as YAML nodes: lists, items and whole subjects."""

from typing import Final

import pytest

from policyrules.cases.merge import apply_changes
from policyrules.diagnostics import Diagnostics
from policyrules.syntax.yaml import Mapping, Node, Scalar, read_yaml
from policyrules.text.span import Span

BASE: Final = """
employer: {kind: enterprise, size: small}
employer.laid_off: 6
hires:
  - {id: p1, hired_on: 2022-07-15, contract_signed: true}
  - {id: p2, hired_on: 2022-08-01}
"""


LISTS: Final = {"hires": "id", "new": "id", "staff": "number"}


def mapping(text: str) -> Mapping:
    node = read_yaml(text, "cases.yaml", Diagnostics())
    assert isinstance(node, Mapping)
    return node


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Mapping):
        return {key.text: plain(under) for key, under in node.entries}
    return [plain(item) for item in node.items]


def facts_after(change: str) -> object:
    diagnostics = Diagnostics()
    entries = mapping(change).entries
    made = apply_changes(
        mapping(BASE).entries, entries, LISTS, Span.empty_at("cases.yaml"), diagnostics
    )
    assert not diagnostics.sorted()
    return plain(made)


P1: Final = {"id": "p1", "hired_on": "2022-07-15", "contract_signed": "true"}
P2: Final = {"id": "p2", "hired_on": "2022-08-01"}
EMPLOYER: Final = {"kind": "enterprise", "size": "small"}


@pytest.mark.parametrize(
    "change, expected",
    [
        # A fact, which may stand under its subject or by its full name.
        ("employer.size: large", {"employer": {"kind": "enterprise", "size": "large"}}),
        (
            "employer.laid_off: 7",
            {"employer": {**EMPLOYER, "laid_off": "7"}, "employer.laid_off": None},
        ),
        ("employer.size: unknown", {"employer": {"kind": "enterprise", "size": ""}}),
        # A key is one however wide it is, and may be any printable text.
        ("hires[ｐ１].contract_signed: false", {"hires": [{**P1, "contract_signed": "false"}, P2]}),
        (
            "'hires[\"a]b. c\"]': {hired_on: 2022-09-01}",
            {"hires": [P1, P2, {"id": "a]b. c", "hired_on": "2022-09-01"}]},
        ),
        (
            "hires[张三（大）]: {hired_on: 2022-09-01}\nhires[张三(大)].hired_on: 2022-09-02",
            {"hires": [P1, P2, {"id": "张三（大）", "hired_on": "2022-09-02"}]},
        ),
        ("employer.size: none", {"employer": {"kind": "enterprise", "size": "none"}}),
        # A subject as a whole, with all that was known of it.
        ("employer: {size: large}", {"employer": {"size": "large"}, "employer.laid_off": None}),
        ("employer: unknown", {"employer": "", "employer.laid_off": None}),
        ("area.reserve: 1", {"area": {"reserve": "1"}}),
        # A list as a whole.
        ("hires: []", {"hires": []}),
        ("hires: unknown", {"hires": ""}),
        ("hires: [{id: p3}]", {"hires": [{"id": "p3"}]}),
        # A fact of an item.
        (
            '"hires[p2].hired_on": 2022-08-02',
            {"hires": [P1, {"id": "p2", "hired_on": "2022-08-02"}]},
        ),
        ('"hires[p2].hired_on": unknown', {"hires": [P1, {"id": "p2", "hired_on": ""}]}),
        (
            '"hires[p2].ui_normal_months": [2022-08, 2022-09]',
            {"hires": [P1, {**P2, "ui_normal_months": ["2022-08", "2022-09"]}]},
        ),
        # An item: put in the place of another, added, or known by its key alone.
        (
            '"hires[p1]": {hired_on: 2022-01-01}',
            {"hires": [{"id": "p1", "hired_on": "2022-01-01"}, P2]},
        ),
        (
            '"hires[p3]": {hired_on: 2022-01-01}',
            {"hires": [P1, P2, {"id": "p3", "hired_on": "2022-01-01"}]},
        ),
        ('"hires[p3]": {id: p3}', {"hires": [P1, P2, {"id": "p3"}]}),
        ('"hires[p1]": unknown', {"hires": [{"id": "p1"}, P2]}),
        # Changes are made in their order.
        (
            '{hires: [], "hires[p9]": {a: 1}, "hires[p9].a": 2}',
            {"hires": [{"id": "p9", "a": "2"}]},
        ),
        (
            '{new: unknown, "new[p1]": {a: 1}}',
            {"new": [{"id": "p1", "a": "1"}]},
        ),
        # The fact that names an item is the list's own.
        ('"staff[p1]": {a: 1}', {"staff": [{"number": "p1", "a": "1"}]}),
    ],
)
def test_a_change_is_made_in_the_facts(change: str, expected: dict[str, object]) -> None:
    base: dict[str, object] = {"employer": EMPLOYER, "employer.laid_off": "6", "hires": [P1, P2]}
    after = {name: facts for name, facts in {**base, **expected}.items() if facts is not None}
    assert facts_after(change) == after


def test_the_facts_of_the_file_stay_as_they_are() -> None:
    base = mapping(BASE)
    apply_changes(
        base.entries,
        mapping("employer.size: large").entries,
        LISTS,
        Span.empty_at(""),
        Diagnostics(),
    )
    assert base == mapping(BASE)


def test_what_is_changed_has_the_place_of_its_change() -> None:
    change = mapping("employer.size: large").entries
    made = apply_changes(mapping(BASE).entries, change, LISTS, Span.empty_at(""), Diagnostics())
    employer = made.get("employer")
    assert isinstance(employer, Mapping)
    assert employer.entries[1][0].span == change[0][0].span
