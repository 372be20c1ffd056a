"""Reverts: each override of a base has one mutant, and nothing else has."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import attrs
import pytest
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Policy
from policyrules.catalogue.pins import pins, update_pins
from policyrules.ir.lens import replace_node
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group
from policyrules.testing.mutation.operators import MutationOperator
from policyrules.testing.mutation.reverts import revert_mutants

PERIOD = MutationOperator.RESTORE_PERIOD
PARAMETER = MutationOperator.RESTORE_PARAMETER
NODE = MutationOperator.RESTORE_NODE
MEMBERS = MutationOperator.RESTORE_MEMBERS
REMOVED = MutationOperator.RESTORE_REMOVED

Restored = tuple[str, MutationOperator]

EVERY_CHANGE: Final[Mapping[str, list[Restored]]] = {
    "cn-nm/job-stabilisation-refund.2023": [("in_force", PERIOD), ("refund_rate", PARAMETER)],
    "cn-nm-150100/retention-training-subsidy": [("subsidy_per_head", PARAMETER)],
    "cn-nm/retention-training-subsidy.national-reading": [("industry-risk-area", NODE)],
    "cn-nx/grassroots-senior-title.xihaigu": [
        ("valid_in", PARAMETER),
        ("in-effect", REMOVED),
        ("contribution", REMOVED),
    ],
    # The conditions that are removed were members of groups: these are not reverted once more.
    "cn-jl/job-expansion-subsidy": [
        ("in_force", PERIOD),
        ("subject_kinds", PARAMETER),
        ("subsidy_per_hire", PARAMETER),
        ("youth-aged-16-24", NODE),
        ("graduate-contract", REMOVED),
        ("graduate-paid-1-month", REMOVED),
        ("youth-paid-1-month", REMOVED),
    ],
}


def restored(ruleset: CheckedRuleset, base: CheckedRuleset) -> list[Restored]:
    return [(mutant.node_id, mutant.operator) for mutant in revert_mutants(ruleset, base)]


@pytest.mark.parametrize("id_", EVERY_CHANGE)
def test_every_override_of_an_overlay_is_reverted_once(id_: str) -> None:
    ruleset = shipped(id_).ruleset
    [base] = [shipped(base_id).ruleset for base_id in ruleset.extends]
    assert restored(ruleset, base) == EVERY_CHANGE[id_]


# --- groups --------------------------------------------------------------------------------------

SUBSIDY: Final = shipped("cn-nm/retention-training-subsidy").ruleset


def group_in(ruleset: CheckedRuleset) -> Condition:
    """The first condition that joins at least two others."""
    return next(
        condition
        for condition in ruleset.all_conditions.values()
        if isinstance(condition.test, Group) and len(condition.test.members) > 1
    )


def with_group(changed: Group) -> CheckedRuleset:
    condition = group_in(SUBSIDY)
    return replace_node(SUBSIDY, condition.id, attrs.evolve(condition, test=changed))


def test_a_group_of_another_kind_gets_its_members_again() -> None:
    condition = group_in(SUBSIDY)
    assert isinstance(condition.test, Group)
    other = "any" if condition.test.kind == "all" else "all"
    changed = with_group(attrs.evolve(condition.test, kind=other))
    assert restored(changed, SUBSIDY) == [(condition.id, MEMBERS)]


def test_a_member_that_is_left_out_but_not_removed_is_one_again() -> None:
    condition = group_in(SUBSIDY)
    assert isinstance(condition.test, Group)
    fewer = attrs.evolve(condition.test, members=condition.test.members[1:])
    assert restored(with_group(fewer), SUBSIDY) == [(condition.id, MEMBERS)]


def test_a_member_that_is_added_is_no_change_to_undo() -> None:
    condition = group_in(SUBSIDY)
    assert isinstance(condition.test, Group)
    members = condition.test.members
    another = next(name for name in SUBSIDY.all_conditions if name not in {*members, condition.id})
    more = attrs.evolve(condition.test, members=(*members, another))
    # A mutant leaves the member out; see `override_mutants()`.
    assert restored(with_group(more), SUBSIDY) == []


# --- values with rows ----------------------------------------------------------------------------

ONE_EXPRESSION: Final = """
replace:
  values:
    subsidy_of_year: {is: worker.base * share_of_base, cite: premium-notice}
remove:
  fixed_subsidy: {cite: premium-notice}
  raised_subsidy: {cite: premium-notice}
"""
OTHER_ROWS: Final = """
replace:
  values:
    subsidy_of_year:
      by: {poor: worker.formerly_poor, year: worker.year}
      rows:
        - {poor: true, is: raised_subsidy}
        - {poor: false, year: {at_most: 4}, is: worker.base * share_of_base}
        - {poor: false, year: {above: 4}, is: fixed_subsidy}
      cite: premium-notice
"""


def variant_of_premium(folder: Path, name: str, base: str, body: str) -> Policy:
    head = (
        f"policyrules: 1\nid: xx/premium-subsidy.{name}\ntitle: {{zh: 变体, en: Variant}}\n"
        f"extends: {{{base}: new}}\nlegal_basis: premium-notice\n"
    )
    path = folder / f"xx/premium-subsidy.{name}.yaml"
    path.write_text(head + body, encoding="utf-8")
    path.write_bytes(update_pins(path.read_bytes(), pins([path])))
    return policyrules.load(path)


def test_the_rows_of_a_value_are_reverted_as_one(tmp_path: Path) -> None:
    shutil.copytree(
        Path(__file__).parents[2] / "docs/examples/premium", tmp_path, dirs_exist_ok=True
    )
    rows = policyrules.load(tmp_path / "xx/premium-subsidy.yaml").ruleset
    plain = variant_of_premium(tmp_path, "one", "xx/premium-subsidy", ONE_EXPRESSION).ruleset
    other_rows = variant_of_premium(tmp_path, "others", "xx/premium-subsidy", OTHER_ROWS).ruleset
    table = rows.parameters["subsidy_of_year_row"]
    for changed in (plain, other_rows):
        [mutant] = revert_mutants(changed, rows)
        assert (mutant.node_id, mutant.operator) == ("subsidy_of_year", NODE)
        assert mutant.ruleset.values["subsidy_of_year"] == rows.values["subsidy_of_year"]
        assert mutant.ruleset.parameters["subsidy_of_year_row"] == table
    again = variant_of_premium(
        tmp_path,
        "again",
        "xx/premium-subsidy.one",
        "replace:\n  values:\n    subsidy_of_year:\n      by: worker.year\n      rows:\n"
        "        - {at_most: 9, is: worker.base * share_of_base}\n        - {else: 0}\n"
        "      cite: premium-notice\n",
    ).ruleset
    [mutant] = revert_mutants(again, plain)
    assert mutant.ruleset.values["subsidy_of_year"] == plain.values["subsidy_of_year"]
