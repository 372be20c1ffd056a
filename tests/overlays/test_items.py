"""Overlays of rules about the items of a list, on the shipped subsidy for new jobs."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.conformance.cases import PIN, pin_overlays, write_overlay
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import DatedPolicy, check_rulesets

HIRE = {
    "id": "p1",
    "hired_on": date(2022, 7, 15),
    "born_on": date(2000, 7, 16),
    "graduation_year": 2021,
    "contract_signed": False,
    "ui_paid_months": 1,
    "ui_normal_months": ["2022-09"],
    "unemployed_graduate": True,
    "registered_unemployed": False,
    "hiring_subsidy_paid": True,
    "claimed_by_other_employer": False,
}
BODY = f"""extends: {{cn-nm/job-expansion-subsidy: "{PIN}"}}
selection: by_id
legal_basis: mohrss-expansion-2022
"""
CONTRACT = """conditions:
  recent-graduate-contract:
    into: recent-graduate
    title: {zh: 签订劳动合同, en: Contract signed}
    holds: hire.contract_signed
    cite: mohrss-expansion-2022
"""
IN_THE_LIST = """lists:
  hires:
    values:
      months_short:
        title: {zh: 尚缺月数, en: Months short}
        type: count
        unit: month
        is: max(0, paid_months_min - hire.ui_paid_months)
        cite: mohrss-expansion-2022
    conditions:
      nothing-short:
        into: eligible
        title: {zh: 不缺, en: Nothing short}
        holds: months_short == 0
        cite: mohrss-expansion-2022
"""
NO_EXCLUSION = "remove:\n  no-hiring-subsidy: {cite: mohrss-expansion-2022}\n"


def jilin(folder: Path, body: str) -> DatedPolicy:
    path = write_overlay(folder, "cn-jl/job-expansion-subsidy", BODY + body)
    pin_overlays([path])
    return policyrules.load(path).on(date(2022, 11, 25))


def decided(policy: DatedPolicy, **changes: object) -> policyrules.ItemDecision:
    facts = {"employer": {"kind": "enterprise"}, "hires": [{**HIRE, **changes}]}
    return policy.decide(facts).items["hires"]["p1"]


def test_a_condition_takes_the_list_of_the_group_that_it_joins(tmp_path: Path) -> None:
    policy = jilin(tmp_path, CONTRACT + NO_EXCLUSION)
    assert "recent-graduate-contract" in policy.policy.ruleset.item_rules["hires"].conditions
    assert decided(policy).failed == ("route",)
    assert decided(policy, contract_signed=True).status == "eligible"


def test_what_stands_under_the_list_joins_its_result(tmp_path: Path) -> None:
    policy = jilin(tmp_path, IN_THE_LIST + NO_EXCLUSION)
    assert decided(policy).held == ("route", "not-claimed-elsewhere", "nothing-short")
    short = decided(policy, ui_paid_months=0)
    assert short.failed == ("nothing-short",)
    assert short.values["months_short"].data() == "1"


def test_an_exclusion_that_is_removed_excludes_nobody(tmp_path: Path) -> None:
    base = shipped("cn-nm/job-expansion-subsidy").on(date(2022, 11, 25))
    assert decided(base).excluded == ("no-hiring-subsidy",)
    assert decided(jilin(tmp_path, NO_EXCLUSION)).status == "eligible"


def test_what_replaces_an_exclusion_says_again_what_it_excludes(tmp_path: Path) -> None:
    """It is part of the node: another test may well be no exclusion any more."""
    body = """replace:
  conditions:
    no-hiring-subsidy:
      holds: not hire.hiring_subsidy_paid
      cite: mohrss-expansion-2022
"""
    item = decided(jilin(tmp_path, body))
    assert (item.failed, item.excluded) == (("no-hiring-subsidy",), ())


@pytest.mark.parametrize("into", ["eligible", "any-hire"])
def test_a_rule_of_an_item_cannot_stand_with_the_case(tmp_path: Path, into: str) -> None:
    body = CONTRACT.replace("into: recent-graduate", f"into: {into}")
    with pytest.raises(policyrules.RulesetError):
        jilin(tmp_path, body)


FAMILY = Path(__file__).parents[2] / "docs" / "examples" / "child-allowance"
CITY = """policyrules: 1
id: xx-01/child-allowance
title: {zh: 某市育儿补贴, en: City allowance}
extends: {xx/child-allowance: "%s"}
selection: by_id
legal_basis: allowance-notice
"""


def city(folder: Path, changes: str, *of_base: tuple[str, str]) -> list[str]:
    """Return what is found in an overlay of the child allowance, whose base is changed first."""
    shutil.copytree(FAMILY, folder, dirs_exist_ok=True)
    file = folder / "xx" / "child-allowance.yaml"
    text = file.read_text(encoding="utf-8")
    for before, after in of_base:
        assert before in text
        text = text.replace(before, after, 1)
    file.write_text(text, encoding="utf-8")
    overlay = folder / "xx-01" / "child-allowance.yaml"
    overlay.parent.mkdir()
    overlay.write_text(CITY % PIN + changes, encoding="utf-8")
    pin_overlays([overlay])
    report = check_rulesets([overlay])
    return [f"{each.code}: {each.message}" for each in report.diagnostics]


def test_an_overlay_adds_a_rule_about_the_other_items(tmp_path: Path) -> None:
    added = """lists:
  children:
    conditions:
      not-the-youngest:
        into: eligible
        title: {zh: 不是最小, en: Not the youngest}
        holds: any(child.born_on < other.born_on for other in children)
        cite: allowance-notice
"""
    assert city(tmp_path, added) == []
    policy = policyrules.load(tmp_path / "xx-01" / "child-allowance.yaml").on(date(2026, 6, 1))
    days = {"a": "2025-02-01", "b": "2026-02-01"}
    children = [{"name": name, "born_on": born_on} for name, born_on in days.items()]
    items = policy.decide({"children": children}).items["children"]
    assert items["a"].held == ("born-in-time", "not-the-youngest")
    assert items["b"].failed == ("not-the-youngest",)


def test_an_overlay_overrides_a_rule_about_the_other_items(tmp_path: Path) -> None:
    elder = "is: count(other.born_on <= child.born_on for other in children)"
    replaced = f"  values:\n    elder:\n      {elder}\n      cite: allowance-notice\n"
    assert city(tmp_path, f"replace:\n{replaced}") == []
    policy = policyrules.load(tmp_path / "xx-01" / "child-allowance.yaml").on(date(2026, 6, 1))
    amount = policy.decide({"children": [{"name": "a", "born_on": "2025-02-01"}]}).amount
    assert amount is not None
    assert amount.value == 500, "the child itself is the first that is not younger"


def test_a_value_that_only_other_items_read_is_left_over(tmp_path: Path) -> None:
    small = (
        "      is_small:\n        title: {zh: 小, en: Small}\n        type: yes_no\n"
        "        is: child.under_three\n        cite: allowance-notice\n"
    )
    diagnostics = city(
        tmp_path,
        "remove:\n  others-under-three: {cite: allowance-notice}\n",
        ("other is not child and other.under_three", "other is not child and other.is_small"),
        ("      supplement:\n", small + "      supplement:\n"),
    )
    assert "orphaned: nothing uses the value `is_small` of the base any more" in diagnostics
