"""Bounds of amounts: those of the rules, and none that come only from a declared range."""

from datetime import date
from functools import cache
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Engine, make_decider
from policyrules.decisions.decision import Amount, Decision
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.testing import facts_for

ENGINES: tuple[Engine, ...] = ("reference", "forward", "compiled")
DAY = date(2022, 11, 25)
RULESETS = (
    "cn-nm/job-stabilisation-refund",
    "cn-nm/retention-training-subsidy",
    "cn-nm/job-expansion-subsidy",
    "cn-jl/job-expansion-subsidy",
)
LAW = """\
policyrules: 1
id: xx/grant
title: {zh: 补贴, en: Grant}
legal_basis: law
in_force: {from: 2020-01-01, cite: law}
uses: [person, children]
parameters:
  share: {title: {zh: 比例, en: Share}, type: ratio, value: 50%, cite: law}
  cap: {title: {zh: 上限, en: Cap}, type: money, value: 900 CNY, cite: law}
  per_child: {title: {zh: 每人, en: Per child}, type: money, unit: CNY/person, value: 100 CNY/person, cite: law}
conditions:
  is-local: {title: {zh: 本地, en: Local}, holds: person.local, cite: law}
outcome:
  eligible: {all: [is-local]}
  amount: {name: grant, title: {zh: 补贴, en: Grant}, is: "AMOUNT", cite: law}
"""
VOCABULARY = """\
policyrules: 1
subjects:
  person:
    title: {zh: 人, en: Person}
    facts:
      local: {title: {zh: 本地, en: Local}, type: yes_no}
      rent: {title: {zh: 房租, en: Rent}, type: money, range: 0..100000000000}
      members: {title: {zh: 人口, en: Members}, type: count, unit: person, range: 1..20}
lists:
  children:
    title: {zh: 子女, en: Children}
    key: id
    unit: person
    at_most: 40
    facts:
      at_school: {title: {zh: 在校, en: At school}, type: yes_no}
"""


def amount_of(folder: Path, expression: str, engine: Engine, **facts: object) -> Amount:
    (folder / "xx").mkdir()
    (folder / "sources.yaml").write_text(
        "policyrules: 1\nsources:\n  law: {title: 法, issued: 2020}\n", encoding="utf-8"
    )
    (folder / "vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    path = folder / "xx" / "grant.yaml"
    path.write_text(LAW.replace("AMOUNT", expression), encoding="utf-8")
    given_facts = {
        "person.local": True,
        **{f"person.{name}": value for name, value in facts.items()},
    }
    amount = policyrules.load(path).on(DAY).decide(given_facts, engine=engine).amount
    assert amount is not None
    assert amount.status == "range"
    return amount


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "expression, bounds",
    [
        ("share * person.rent", (None, None)),
        ("min(share * person.rent, cap)", (None, 900)),
        ("max(0, min(share * person.rent, cap))", (0, 900)),
        ("per_child * person.members", (None, None)),
        ("per_child * count(c.at_school for c in children)", (0, None)),
        ("min(cap, per_child * count(c.at_school for c in children))", (0, 900)),
    ],
)
def test_a_bound_that_only_the_end_of_a_declared_range_gives_is_not_known(
    tmp_path: Path, expression: str, bounds: tuple[int | None, int | None], engine: Engine
) -> None:
    amount = amount_of(tmp_path, expression, engine)
    assert (amount.min, amount.max) == bounds
    data = amount.to_dict()
    assert [data["min"], data["max"]] == [None if end is None else f"{end}.00" for end in bounds]


def test_a_reader_and_a_receipt_are_told_no_more() -> None:
    decision = shipped("cn-nm/job-stabilisation-refund").on(DAY).decide(ELIGIBLE)
    assert decision.status == "eligible"
    assert "返还金额：数额未知" in decision.explain("zh")
    assert "Refund: the figure is not known" in decision.explain("en")
    assert decision.receipt.outcome["amount"]["max"] is None


ELIGIBLE = {
    "pooling_area.fund_reserve_years": 2,
    "employer.kind": "enterprise",
    "employer.size": "small",
    "employer.insured_headcount": 30,
    "employer.laid_off": 0,
    "employer.full_paid_months": 12,
    "employer.dishonesty_listed": False,
    "employer.zombie_listed": False,
    "employer.environment_compliant": True,
}


@cache
def ruleset(name: str) -> CheckedRuleset:
    return shipped(name).ruleset


@st.composite
def widened(draw: st.DrawFn, rules: CheckedRuleset) -> CheckedRuleset:
    """The ruleset with wider ranges of its numbers, and longer lists."""
    more = st.integers(0, 10**12)

    def wider(fact: Fact) -> Fact:
        if not fact.type.kind.is_numeric or fact.low is None or fact.high is None:
            return fact
        return attrs.evolve(fact, low=fact.low - draw(more), high=fact.high + draw(more))

    lists = {
        name: attrs.evolve(items, max_items=items.max_items + draw(more))
        for name, items in rules.all_lists.items()
        if name in rules.lists
    }
    facts = {name: wider(fact) for name, fact in rules.facts.items()}
    return attrs.evolve(
        rules,
        facts=facts,
        vocabulary={**rules.vocabulary, **facts},
        all_lists={**rules.all_lists, **lists},
        lists=lists,
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", RULESETS)
@given(st.data())
def test_widening_a_declared_range_changes_no_bound_that_is_shown(
    name: str, data: st.DataObject
) -> None:
    rules = ruleset(name)
    facts = data.draw(facts_for(rules))
    wider = data.draw(widened(rules))
    decisions: list[Decision] = []
    for declared in (rules, wider):
        try:
            decisions.append(make_decider(declared, "reference")(DAY, facts))
        except policyrules.FactsError:
            return  # facts that contradict each other have no amount
    narrow, wide = (decision.amount for decision in decisions)
    assert narrow is not None
    assert wide is not None
    if narrow.status in {"range", "undetermined"}:
        for bound, moved in ((narrow.min, wide.min), (narrow.max, wide.max)):
            assert bound is None or moved == bound
