"""Decisions built by hand, one for each message to a reader."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import attrs

from policyrules.decisions.assumed_facts import AssumedFact
from policyrules.decisions.decision import (
    Amount,
    Conditions,
    Decision,
    MissingFact,
    OpenPoint,
)
from policyrules.decisions.items import ItemDecision
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import (
    AppliedException,
    Citation,
    Comparison,
    ConsequenceReason,
    Margin,
    Operand,
    Reason,
)
from policyrules.decisions.receipt import Receipt
from policyrules.decisions.status import Status
from policyrules.display.value import DisplayValue
from policyrules.ir.ruleset import STATED_BY_DEFAULT
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact
from policyrules.values.possible import Interval, Possible, WordSet, number, word

PAPER = "内蒙古日报：惠企政策问答"
KINDS = {
    "enterprise": LocalizedText("企业", "enterprise"),
    "foundation": LocalizedText("基金会", "foundation"),
    "law_firm": LocalizedText("律师事务所", "law firm"),
    "other": LocalizedText("其他", "other"),
}
SIZES = {"large": LocalizedText("大型", "large"), "small": LocalizedText("小型", "small")}
NOT_CLASSED = LocalizedText("不划型", "not classed")
LAYOFF_QUOTE = (
    "上年度未裁员或裁员率不高于上年度全国城镇调查失业率控制目标(5.5%),"
    "30人(含)以下的参保企业裁员率不高于20%"
)
FORMULA = Notice(
    "layoff-formula",
    "assumption",
    LocalizedText(
        "原文未说明裁员率如何计算；按裁员人数除以参保职工人数计算。",
        "The text does not say how the layoff rate is computed; "
        "laid off divided by insured headcount is used.",
    ),
)
ROUNDING = Notice(
    "rounding",
    "assumption",
    LocalizedText(
        "原文未规定舍入；四舍五入到分。",
        "The text is silent on rounding; half up to the fen is used.",
    ),
)
SWITCH = Notice(
    "switch-date",
    "warning",
    LocalizedText(
        "大型企业比例由30%提至50%的日期未查到。",
        "The day on which large firms rose from 30 % to 50 % was not found.",
    ),
)


SMALL = AppliedException(
    "small-employer", LocalizedText("30人(含)以下的单位", "Employer of 30 or fewer")
)


def cited(quote: str) -> Citation:
    return Citation(quote, "nmg-daily-2022-11-25", PAPER, "2022-11-25")


def between(low: Exact | None, high: Exact | None) -> Possible:
    return Possible(Interval(low, high))


def reason(
    name: str, title: LocalizedText, truth: bool | None, test: Comparison, quote: str, **more: str
) -> Reason:
    notes = tuple(filter(None, more.get("notes", "").split()))
    exceptions = (SMALL,) if more.get("exceptions") else ()
    ground = cited(quote) if quote else None
    return Reason(
        name, title, truth, "", (test,), citation=ground, notes=notes, exceptions=exceptions
    )


def subject(kind: Possible, truth: bool | None) -> Reason:
    covered = frozenset({"enterprise", "foundation", "law_firm"})
    left = Operand(
        "employer.kind",
        LocalizedText("单位类型", "Kind of body"),
        DisplayValue(kind, "word", words=KINDS),
        "employer.kind",
    )
    right = Operand(
        "subject_kinds",
        LocalizedText("适用单位", "Bodies covered"),
        DisplayValue(Possible(WordSet(covered, covered)), "words", words=KINDS),
    )
    test = Comparison(truth, "in", left, right)
    return reason(
        "subject", LocalizedText("适用对象", "Body covered"), truth, test, "社会团体、基金会"
    )


def layoffs(
    rate: Possible, limit: Possible, truth: bool | None, margin: Margin | None = None
) -> Reason:
    test = Comparison(
        truth,
        "<=",
        Operand("layoff_rate", LocalizedText("裁员率", "Layoff rate"), DisplayValue(rate, "ratio")),
        Operand(
            "layoff_limit",
            LocalizedText("裁员率上限", "Layoff limit"),
            DisplayValue(limit, "ratio"),
        ),
        margin,
    )
    return reason("layoffs", LocalizedText("裁员率", "Layoffs"), truth, test, LAYOFF_QUOTE)


def fact(name: str, title: LocalizedText, shown: DisplayValue) -> Operand:
    return Operand(name, title, shown, name)


def laid_off(now: int, limit: int) -> Margin:
    by = now - limit if now > limit else limit - now + 1
    title = LocalizedText("裁员人数", "Laid off")
    return Margin("employer.laid_off", title, "count", "person", now, limit, "at_most", by)


def months(now: int) -> Reason:
    by = 12 - now if now < 12 else now - 11
    title = LocalizedText("足额缴费月数", "Months paid in full")
    test = Comparison(
        now >= 12,
        ">=",
        fact("employer.full_paid_months", title, DisplayValue(number(now), "count", "month")),
        Operand(
            "paid_months_min",
            LocalizedText("下限", "minimum"),
            DisplayValue(number(12), "count", "month"),
        ),
        Margin("employer.full_paid_months", title, "count", "month", now, 12, "at_least", by),
    )
    title = LocalizedText("足额缴费", "Premiums paid in full")
    return reason("paid-12-months", title, now >= 12, test, "足额缴纳失业保险费12个月以上")


def not_listed(listed: Possible, truth: bool | None) -> Reason:
    title = LocalizedText("列入严重违法失信黑名单", "On the list of serious dishonesty")
    held = None if truth is None else not truth
    side = fact("employer.dishonesty_listed", title, DisplayValue(listed, "yes_no"))
    title = LocalizedText("未列入失信黑名单", "Not listed for dishonesty")
    test = Comparison(held, "holds", side)
    return reason("not-dishonest", title, truth, test, "未列入严重违法失信黑名单")


def classed(size: Possible, truth: bool | None) -> Reason:
    shown = DisplayValue(size, "word", words=SIZES, none=NOT_CLASSED)
    side = fact("employer.size", LocalizedText("企业划型", "Size class"), shown)
    title = LocalizedText("已划型", "Is classed")
    return reason("classed", title, truth, Comparison(truth, "is none", side), "", notes="rounding")


def amount(status: str, value: Exact | None = None, **more: Exact | None) -> Amount:
    title = LocalizedText("返还金额", "Refund")
    return Amount("refund", title, status, "CNY", value, **more)  # type: ignore[arg-type]


@attrs.frozen
class SampleDetails:
    """The lazy details of a decision, written by hand."""

    own_values: Mapping[str, DisplayValue]
    own_consequences: Mapping[str, DisplayValue]
    own_warnings: tuple[Notice, ...]
    own_reasons: Mapping[str, Reason]
    own_receipt: Receipt

    def values(self) -> Mapping[str, DisplayValue]:
        return self.own_values

    def consequences(self) -> Mapping[str, DisplayValue]:
        return self.own_consequences

    def notices(self) -> tuple[Notice, ...]:
        return self.own_warnings

    def reasons(self) -> Mapping[str, Reason]:
        return self.own_reasons

    def consequence_reasons(self) -> Mapping[str, ConsequenceReason]:
        return {
            name: ConsequenceReason(
                name, value.title or LocalizedText(name, name), value, STATED_BY_DEFAULT, name
            )
            for name, value in self.own_consequences.items()
        }

    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        return {}

    def assumed(self) -> tuple[AssumedFact, ...]:
        return ()

    def receipt(self) -> Receipt:
        return self.own_receipt


def decision(
    status: Status,
    says: LocalizedText,
    money: Amount | None,
    reasons: tuple[Reason, ...],
    *,
    top: tuple[str, ...] = (),
    values: Mapping[str, DisplayValue] | None = None,
    consequences: Mapping[str, DisplayValue] | None = None,
    missing: tuple[MissingFact, ...] = (),
    unsettled: tuple[OpenPoint, ...] = (),
    warnings: tuple[Notice, ...] = (),
) -> Decision:
    by_name = {reason.id: reason for reason in reasons}
    members = top or tuple(by_name)

    def ids_with(truth: bool | None) -> tuple[str, ...]:
        return tuple(name for name in members if by_name[name].truth is truth)

    receipt = Receipt(
        ruleset="cn-nm/job-stabilisation-refund",
        language=1,
        content_hash="sha256:0123456789abcdef0123456789abcdef",
        library="0.1.0",
        engine="forward",
        kernel="plain",
        on="2022-11-25",
        facts={"employer.laid_off": "6"},
        facts_hash="sha256:fedcba9876543210",
        outcome={"status": status},
    )
    return Decision(
        "cn-nm/job-stabilisation-refund",
        LocalizedText("失业保险稳岗返还", "Unemployment-insurance job-stabilisation refund"),
        date(2022, 11, 25),
        status,
        says,
        {} if money is None else {money.name: money},
        Conditions(ids_with(True), ids_with(False), ids_with(None)),
        missing,
        unsettled,
        SampleDetails(values or {}, consequences or {}, warnings, by_name, receipt),
    )


ELIGIBLE = LocalizedText("符合条件", "eligible")
INELIGIBLE = LocalizedText("不符合条件", "not eligible")
OPEN = LocalizedText("尚不能确定", "not determined yet")
RATE = DisplayValue(
    number(Fraction(9, 10)), "ratio", title=LocalizedText("返还比例", "Refund rate")
)
ASK_LAID_OFF = MissingFact(
    "employer.laid_off",
    ("employer.layoff_rate",),
    LocalizedText("上年度裁员多少人？", "How many employees were laid off last year?"),
)
ASK_SIZE = MissingFact(
    "employer.size", (), LocalizedText("企业划为哪一型？", "Which size class is the firm in?")
)
FIRM = word("enterprise")


def samples() -> dict[str, Decision]:
    """Each decision by a name that says what it shows."""
    fifth, limit = number(Fraction(1, 5)), number(Fraction(1, 5))
    return {
        "eligible": decision(
            "eligible",
            ELIGIBLE,
            amount("exact", 90000, unrounded=90000),
            (
                subject(FIRM, True),
                layoffs(fifth, limit, True, laid_off(6, 6)),
                months(12),
                not_listed(word(False), True),
            ),
            values={"refund_rate": RATE, "layoff_rate": DisplayValue(fifth, "ratio")},
            warnings=(FORMULA, ROUNDING),
        ),
        "rounded": decision(
            "eligible",
            ELIGIBLE,
            amount("exact", Fraction(9005, 100), unrounded=Fraction(90045, 1000)),
            (classed(word("small"), False),),
            warnings=(ROUNDING,),
        ),
        "ineligible": decision(
            "ineligible",
            INELIGIBLE,
            amount("not_applicable"),
            (
                subject(word("other"), False),
                layoffs(number(Fraction(7, 30)), limit, False, laid_off(7, 6)),
                months(11),
                not_listed(word(True), False),
            ),
            warnings=(FORMULA,),
        ),
        "undetermined": decision(
            "undetermined",
            OPEN,
            amount("undetermined", min=0, max=90000),
            (
                subject(Possible(frozenset(KINDS)), None),
                layoffs(between(0, 1), between(Fraction(11, 200), Fraction(1, 5)), None),
                not_listed(Possible(frozenset({True, False})), None),
            ),
            missing=(ASK_LAID_OFF, ASK_SIZE),
            unsettled=(
                OpenPoint(
                    "layoff_rate", "division_by_zero", LocalizedText("裁员率", "Layoff rate")
                ),
                OpenPoint("layoffs", "conflict", LocalizedText("裁员率", "Layoffs")),
                OpenPoint("subject_kinds", "pending", LocalizedText("适用单位", "Bodies covered")),
            ),
            consequences={
                "paper": DisplayValue(
                    word(False), "yes_no", title=LocalizedText("须提交论文", "Paper required")
                )
            },
        ),
        "range": decision(
            "eligible",
            ELIGIBLE,
            amount("range", min=30000, max=50000),
            (months(12),),
            unsettled=(
                OpenPoint("refund_rate", "either", LocalizedText("返还比例", "Refund rate")),
            ),
            warnings=(SWITCH,),
        ),
        "not-stated": decision(
            "eligible",
            ELIGIBLE,
            amount("not_stated"),
            (
                Reason(
                    "route",
                    LocalizedText("任一途径", "Either route"),
                    True,
                    "",
                    members=("paid-12-months", "layoffs"),
                    met_by=("paid-12-months",),
                    exceptions=(SMALL,),
                ),
                months(13),
                layoffs(Possible(None, undefined=True), limit, None),
            ),
            top=("route",),
            unsettled=(OpenPoint("subsidy", "not_stated", LocalizedText("补助标准", "Subsidy")),),
        ),
    }
