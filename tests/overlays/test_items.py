"""Overlays of rules about the items of a list, on the shipped subsidy for new jobs."""

from datetime import date
from pathlib import Path

import pytest
from tests.conformance.cases import PIN, pin_overlays, write_overlay
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import DatedPolicy

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
