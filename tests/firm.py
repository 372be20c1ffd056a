"""A checked ruleset built by hand, for tests of the rooms that do not need the language."""

from collections.abc import Mapping
from datetime import date

from policyrules.ir.nodes import FactRef, Holds
from policyrules.ir.ruleset import (
    CheckedRuleset,
    Condition,
    Fact,
    Ground,
    Group,
    Outcome,
    Period,
)
from policyrules.ir.types import PLAIN, Kind, Type, Unit
from policyrules.titles import Title
from policyrules.values.exact import Exact

_PERSON, _MONTH, _YEAR, _CNY = (Unit.of(name) for name in ("person", "month", "year", "CNY"))
_SIZES = {
    "large": Title("大型", "large"),
    "medium": Title("中型", "medium"),
    "small": Title("小型", "small"),
    "micro": Title("微型", "micro"),
}
_KINDS = {"enterprise": Title("企业", "enterprise"), "law_firm": Title("律师事务所", "law firm")}


def _fact(
    name: str,
    zh: str,
    kind: Kind,
    unit: Unit = PLAIN,
    *,
    low: Exact | None = None,
    high: Exact | None = None,
    places: int | None = None,
    words: Mapping[str, Title] | None = None,
    none: Title | None = None,
) -> Fact:
    type_ = Type(kind, unit, words or {}, none, places)
    return Fact(name, type_, Title(zh, name), Title(f"{zh}？", f"{name}?"), low, high)


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
            none=Title("不划型", "not classed"),
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
        _fact("employer.industry", "行业", Kind.WORD, words={"retail": Title("零售", "retail")}),
    )
}
UNREAD = "employer.industry"


def ruleset() -> CheckedRuleset:
    """A ruleset that reads every fact but the industry."""
    return CheckedRuleset(
        id="cn-nm/firm",
        title=Title("稳岗返还", "Refund"),
        language=1,
        policy_year=2022,
        legal_basis="basis",
        in_force=Period(date(2022, 1, 1), date(2022, 12, 31), Ground()),
        vocabulary=FACTS,
        facts={name: fact for name, fact in FACTS.items() if name != UNREAD},
        parameters={},
        values={},
        conditions={
            "listed": Condition(
                "listed",
                Title("列入失信黑名单", "Listed"),
                Holds(FactRef("employer.dishonesty_listed")),
                Ground(),
            )
        },
        outcome=Outcome(Group("all", ("listed",))),
        notes={},
        sources={},
        content_hash="sha256:" + "0" * 64,
    )
