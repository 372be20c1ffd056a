"""A checked ruleset built by hand, for tests of packages that do not need the language."""

from collections.abc import Mapping
from datetime import date

import attrs

from policyrules.ir.nodes import BoolTest, Compare, FactRef, IsNone, Or
from policyrules.ir.ruleset import (
    CheckedRuleset,
    Condition,
    Constraint,
    Fact,
    Group,
    ListDeclaration,
    Outcome,
    Period,
    Provenance,
)
from policyrules.ir.types import PLAIN, Kind, Type, Unit
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact

_PERSON, _MONTH, _YEAR, _CNY = (Unit.from_name(name) for name in ("person", "month", "year", "CNY"))
_SIZES = {
    "large": LocalizedText("大型", "large"),
    "medium": LocalizedText("中型", "medium"),
    "small": LocalizedText("小型", "small"),
    "micro": LocalizedText("微型", "micro"),
}
_TRADES = {"retail": LocalizedText("零售", "retail"), "tourism": LocalizedText("旅游", "tourism")}
_KINDS = {
    "enterprise": LocalizedText("企业", "enterprise"),
    "law_firm": LocalizedText("律师事务所", "law firm"),
}


def _fact(
    name: str,
    zh: str,
    kind: Kind,
    unit: Unit = PLAIN,
    *,
    low: Exact | None = None,
    high: Exact | None = None,
    places: int | None = None,
    words: Mapping[str, LocalizedText] | None = None,
    none: LocalizedText | None = None,
    open_: bool = False,
    entry_kind: Kind | None = None,
    at_most: int = 0,
) -> Fact:
    type_ = Type(kind, unit, words or {}, none, places, open_, entry_kind)
    title, ask = LocalizedText(zh, name), LocalizedText(f"{zh}？", f"{name}?")
    return Fact(name, type_, title, ask, low, high, max_items=at_most)


def _days(fact: Fact, first: str, last: str) -> Fact:
    """The fact with a range of days."""
    low, high = (date.fromisoformat(day).toordinal() for day in (first, last))
    return attrs.evolve(fact, low=low, high=high)


FACTS = {
    fact.name: fact
    for fact in (
        _fact(
            "pooling_area.fund_reserve_years",
            "基金备付期限",
            Kind.NUMBER,
            _YEAR,
            low=0,
            high=100,
            places=4,
        ),
        _fact("employer.kind", "单位类型", Kind.WORD, words=_KINDS),
        _fact(
            "employer.size",
            "企业划型",
            Kind.WORD,
            words=_SIZES,
            none=LocalizedText("不划型", "not classed"),
        ),
        _fact(
            "employer.insured_headcount",
            "参保职工人数",
            Kind.COUNT,
            _PERSON,
            low=0,
            high=10_000_000,
        ),
        _fact("employer.laid_off", "裁员人数", Kind.COUNT, _PERSON, low=0, high=10_000_000),
        _fact("employer.layoff_rate", "裁员率", Kind.RATIO, low=0, high=1, places=8),
        _fact("employer.full_paid_months", "足额缴费月数", Kind.COUNT, _MONTH, low=0, high=1200),
        _fact(
            "employer.premium_paid", "实际缴纳保险费", Kind.MONEY, _CNY, low=0, high=100_000_000_000
        ),
        _fact("employer.dishonesty_listed", "列入失信黑名单", Kind.YES_NO),
        _fact(
            "employer.industry",
            "行业",
            Kind.WORD,
            words={"retail": LocalizedText("零售", "retail")},
        ),
    )
}
UNREAD = "employer.industry"

OFFICE_FACTS = {
    fact.name: fact
    for fact in (
        _days(_fact("office.opened_on", "成立日期", Kind.DATE), "1990-01-01", "2022-12-31"),
        _days(
            _fact(
                "office.closed_on",
                "注销日期",
                Kind.DATE,
                none=LocalizedText("未注销", "still open"),
            ),
            "1990-01-01",
            "2022-12-31",
        ),
        _fact("office.first_month", "首月", Kind.MONTH, low=12 * 2020, high=12 * 2022 + 11),
        _fact("office.base_year", "基期", Kind.CALENDAR_YEAR, low=2019, high=2022),
        _fact("office.sector", "行业", Kind.WORD, words=_TRADES, open_=True),
        _fact(
            "office.trades",
            "经营范围",
            Kind.LIST,
            entry_kind=Kind.WORD,
            words=_TRADES,
            open_=True,
            at_most=3,
        ),
        _fact(
            "office.paid_months",
            "缴费月份",
            Kind.LIST,
            entry_kind=Kind.MONTH,
            low=12 * 2020,
            high=12 * 2022 + 11,
            at_most=12,
        ),
        _days(
            _fact("office.inspections", "检查日期", Kind.LIST, entry_kind=Kind.DATE, at_most=12),
            "2020-01-01",
            "2022-12-31",
        ),
    )
}
HIRE_FACTS = {
    fact.name: fact
    for fact in (
        _days(_fact("hires.born_on", "出生日期", Kind.DATE), "1950-01-01", "2022-12-31"),
        _days(_fact("hires.hired_on", "招用日期", Kind.DATE), "2000-01-01", "2022-12-31"),
        _fact("hires.wage", "工资", Kind.MONEY, _CNY, low=0, high=100_000),
        _fact(
            "hires.status",
            "身份",
            Kind.WORD,
            words={"jobless": LocalizedText("失业人员", "jobless")},
        ),
        _fact(
            "hires.months",
            "月份",
            Kind.LIST,
            entry_kind=Kind.MONTH,
            low=24240,
            high=24300,
            at_most=3,
        ),
    )
}
HIRES = ListDeclaration(
    "hires",
    title=LocalizedText("招用人员", "Hires"),
    item_title=LocalizedText("人员", "Hire"),
    ask=LocalizedText("谁？", "Who?"),
    key="id",
    unit=_PERSON,
    max_items=3,
)
RULES = (
    Constraint(
        "born-before-hired",
        Compare("<=", FactRef("hires.born_on"), FactRef("hires.hired_on")),
        "hires",
    ),
    Constraint(
        "opened-before-closed",
        Or(
            (
                IsNone(FactRef("office.closed_on")),
                Compare("<=", FactRef("office.opened_on"), FactRef("office.closed_on")),
            )
        ),
    ),
)


def ruleset() -> CheckedRuleset:
    """A ruleset that reads every fact of an employer but the industry."""
    return _ruleset(FACTS, {}, ())


def office_ruleset() -> CheckedRuleset:
    """A ruleset that reads dates, lists and hires, with rules that no facts can break."""
    return _ruleset({**FACTS, **OFFICE_FACTS, **HIRE_FACTS}, {"hires": HIRES}, RULES)


def _ruleset(
    facts: Mapping[str, Fact],
    lists: Mapping[str, ListDeclaration],
    constraints: tuple[Constraint, ...],
) -> CheckedRuleset:
    return CheckedRuleset(
        id="cn-nm/firm",
        title=LocalizedText("稳岗返还", "Refund"),
        language=1,
        policy_year=2022,
        legal_basis="basis",
        in_force=Period(date(2022, 1, 1), date(2022, 12, 31), Provenance()),
        vocabulary=facts,
        all_lists=lists,
        facts={name: fact for name, fact in facts.items() if name != UNREAD},
        parameters={},
        values={},
        conditions={
            "listed": Condition(
                "listed",
                LocalizedText("列入失信黑名单", "Listed"),
                BoolTest(FactRef("employer.dishonesty_listed")),
                Provenance(),
            )
        },
        lists=lists,
        item_rules={},
        constraints=constraints,
        outcome=Outcome(Group("all", ("listed",))),
        notes={},
        sources={},
        content_hash="sha256:" + "0" * 64,
    )
