"""Laws of the refund, on every firm with known or partly known facts."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st
from tests.oracle.boundary_facts import ARTICLE_DAY, KINDS, SIZES
from tests.support.shipped import shipped

from policyrules.decisions.decision import Decision
from policyrules.errors import FactsError

REFUND = shipped("cn-nm/job-stabilisation-refund").on(ARTICLE_DAY)
LAID_OFF, HEADCOUNT = "employer.laid_off", "employer.insured_headcount"
PREMIUM, MOST_PREMIUM = "employer.premium_paid", 100_000_000_000
ORDER = {"ineligible": 0, "undetermined": 1, "eligible": 2}

HEADCOUNTS = st.one_of(
    st.integers(0, 60), st.sampled_from([199, 200, 201, 400]), st.integers(0, 10_000_000)
)
FACTS = {
    "pooling_area.fund_reserve_years": st.sampled_from([Fraction(9999, 10000), 1, 2]),
    "employer.kind": st.sampled_from(KINDS),
    "employer.size": st.sampled_from(SIZES),
    HEADCOUNT: HEADCOUNTS,
    "employer.full_paid_months": st.integers(11, 13),
    PREMIUM: st.integers(0, 10**13).map(lambda fen: Fraction(fen, 100)),
    "employer.dishonesty_listed": st.booleans(),
    "employer.zombie_listed": st.booleans(),
    "employer.environment_compliant": st.booleans(),
}


@st.composite
def firms(draw: st.DrawFn) -> dict[str, object]:
    """A firm: mostly one that would be eligible, some facts drawn freely, some not known."""
    firm: dict[str, object] = {
        "pooling_area.fund_reserve_years": 1,
        "employer.kind": "enterprise",
        "employer.size": "small",
        HEADCOUNT: 30,
        "employer.full_paid_months": 12,
        PREMIUM: 100_000,
        "employer.dishonesty_listed": False,
        "employer.zombie_listed": False,
        "employer.environment_compliant": True,
    }
    for name, facts in FACTS.items():
        if draw(st.booleans()):
            firm[name] = draw(st.one_of(st.none(), facts))
    return firm


def bounds(decision: Decision) -> tuple[Fraction, Fraction] | None:
    """The least and the most that may be paid; nothing is paid to the ineligible."""
    amount = decision.amount
    assert amount is not None
    if amount.status == "not_applicable":
        return Fraction(0), Fraction(0)
    if amount.value is not None:
        return Fraction(amount.value), Fraction(amount.value)
    if amount.min is None or amount.max is None:
        return None
    return Fraction(amount.min), Fraction(amount.max)


@given(firms(), st.integers(0, 70), st.sampled_from(["forward", "reference"]))
def test_one_more_layoff_never_helps(firm: dict[str, object], laid_off: int, engine: str) -> None:
    before = REFUND.decide({**firm, LAID_OFF: laid_off}, engine=engine)  # type: ignore[arg-type]  # one of the two
    after = REFUND.decide({**firm, LAID_OFF: laid_off + 1}, engine=engine)  # type: ignore[arg-type]
    assert ORDER[after.status] <= ORDER[before.status]
    paid_before, paid_after = bounds(before), bounds(after)
    if paid_before is not None and paid_after is not None:
        assert paid_after[1] <= paid_before[1]


@given(firms(), st.one_of(st.none(), st.integers(0, 10)))
def test_the_amount_lies_between_nothing_and_the_premium(
    firm: dict[str, object], laid_off: int | None
) -> None:
    paid = bounds(REFUND.decide({**firm, LAID_OFF: laid_off}))
    premium = firm[PREMIUM]
    most = MOST_PREMIUM if premium is None else premium
    if paid is not None:
        assert isinstance(most, (int, Fraction))
        assert 0 <= paid[0] <= paid[1] <= most


@given(firms(), st.integers(0, 10), st.sampled_from(sorted(FACTS)), st.data())
def test_one_more_known_fact_never_takes_an_answer_back(
    firm: dict[str, object], laid_off: int, name: str, data: st.DataObject
) -> None:
    less = {**firm, LAID_OFF: laid_off, name: None}
    before = REFUND.decide(less)
    try:
        after = REFUND.decide({**less, name: data.draw(FACTS[name])})
    except FactsError:
        return
    if before.status != "undetermined":
        assert after.status == before.status
    if before.status == "ineligible" or not before.missing:
        assert bounds(after) == bounds(before)


@given(firms(), st.one_of(st.none(), st.integers(0, 10)), st.sampled_from(sorted(FACTS)), st.data())
def test_a_fact_that_was_not_asked_for_changes_nothing(
    firm: dict[str, object], laid_off: int | None, name: str, data: st.DataObject
) -> None:
    less = {**firm, LAID_OFF: laid_off, name: None}
    before = REFUND.decide(less)
    asked = {fact for missing in before.missing for fact in (missing.fact, *missing.alternatives)}
    after = REFUND.decide({**less, name: data.draw(FACTS[name])})
    if name not in asked:
        assert after.status == before.status
        assert after.amount == before.amount


@given(firms(), st.one_of(st.none(), st.integers(0, 10)))
def test_what_is_decided_asks_for_nothing(firm: dict[str, object], laid_off: int | None) -> None:
    decision = REFUND.decide({**firm, LAID_OFF: laid_off})
    assert decision.amount is not None
    if decision.status == "ineligible" or decision.amount.status == "exact":
        assert not decision.missing
        assert not decision.unsettled
    if decision.status == "undetermined":
        assert decision.missing or decision.unsettled
