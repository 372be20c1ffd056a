"""Facts that a caller assumes where they are missing: used, marked, and never silent."""

import pickle
from datetime import date
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.scale import scaled
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Engine
from policyrules.decisions.decision import Decision
from policyrules.decisions.redaction import redacted_data, redacted_error
from policyrules.intake import Intake, read_facts_file

ENGINES: Final[list[Engine]] = ["forward", "reference", "compiled"]
REFUND: Final = shipped("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
HIRING: Final = shipped("cn-nm/job-expansion-subsidy").on(date(2022, 11, 25))

FIRM: Final[dict[str, Any]] = {
    "pooling_area.fund_reserve_years": "1.8",
    "employer.kind": "enterprise",
    "employer.size": "small",
    "employer.insured_headcount": 30,
    "employer.laid_off": 6,
    "employer.full_paid_months": 12,
    "employer.premium_paid": "43210.55",
    "employer.environment_compliant": True,
}
NOT_LISTED: Final = {"employer": {"dishonesty_listed": False, "zombie_listed": False}}
LISTS: Final = {"employer.dishonesty_listed", "employer.zombie_listed"}


def to_confirm(decision: Decision) -> set[str]:
    return {missing.fact for missing in decision.missing if missing.to_confirm}


# --- a missing fact is assumed, and the answer says so -------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_firm_not_found_on_the_lists_is_eligible_until_it_is_confirmed(engine: Engine) -> None:
    assert REFUND.decide(FIRM, engine=engine).status == "undetermined"
    decision = REFUND.decide(FIRM, assuming=NOT_LISTED, engine=engine)
    stated = REFUND.decide({**FIRM, **dict.fromkeys(LISTS, False)}, engine=engine)
    assert decision.status == "eligible"
    assert decision.amount == stated.amount
    assert to_confirm(decision) == {fact.fact for fact in decision.missing} == LISTS
    assert {(fact.fact, fact.value, fact.to_confirm) for fact in decision.assumed} == {
        (fact, "false", True) for fact in LISTS
    }


def test_the_verdict_says_in_both_languages_that_it_rests_on_assumed_facts() -> None:
    decision = REFUND.decide(FIRM, assuming=NOT_LISTED)
    plain = REFUND.decide({**FIRM, **dict.fromkeys(LISTS, False)}).status_label
    assert decision.status_label.zh == f"{plain.zh}（以 2 项假定的事实为前提，须核实）"
    assert decision.status_label.en == f"{plain.en} (on 2 assumed facts, to be confirmed)"
    for language in ("zh", "en"):
        assert decision.status_label.get(language) in decision.explain(language)
    assert "- 列入严重违法失信黑名单：否（employer.dishonesty_listed）" in decision.explain("zh")
    assert "- On the list of serious dishonesty: no (employer.dishonesty_listed)" in (
        decision.explain("en")
    )


def test_one_assumed_fact_is_told_in_the_singular() -> None:
    decision = REFUND.decide(
        {**FIRM, "employer.zombie_listed": False}, assuming={"employer.dishonesty_listed": False}
    )
    assert decision.status_label.en.endswith("(on 1 assumed fact, to be confirmed)")


def test_an_assumed_fact_that_cannot_matter_is_named_but_not_asked() -> None:
    decision = REFUND.decide({"employer.layoff_rate": "23%"}, assuming=NOT_LISTED)
    assert (decision.status, decision.missing) == ("ineligible", ())
    assert {fact.fact for fact in decision.assumed} == LISTS
    assert not any(fact.to_confirm for fact in decision.assumed)
    assert decision.status_label == REFUND.decide({"employer.layoff_rate": "23%"}).status_label
    assert "Other assumed facts, which cannot change the answer" in decision.explain("en")


def test_what_is_still_missing_is_asked_before_what_must_be_confirmed() -> None:
    facts = {name: value for name, value in FIRM.items() if name != "employer.premium_paid"}
    decision = REFUND.decide(facts, assuming=NOT_LISTED)
    assert decision.missing[0].fact == "employer.premium_paid"
    assert [missing.to_confirm for missing in decision.missing] == [False, True, True]


# --- a stated fact is never replaced -------------------------------------------------------------


def test_a_stated_fact_is_never_replaced() -> None:
    listed = {**FIRM, "employer.dishonesty_listed": True}
    decision = REFUND.decide(listed, assuming=NOT_LISTED)
    assert decision.status == "ineligible"
    assert [fact.fact for fact in decision.assumed] == ["employer.zombie_listed"]


def test_where_every_fact_is_stated_the_decision_is_the_same() -> None:
    facts = {**FIRM, **dict.fromkeys(LISTS, False)}
    decision, stated = REFUND.decide(facts, assuming=NOT_LISTED), REFUND.decide(facts)
    assert decision.to_dict() == stated.to_dict()
    assert decision.explain("en") == stated.explain("en")


def test_a_rate_that_stated_facts_determine_is_not_assumed() -> None:
    assuming = {**NOT_LISTED, "employer.layoff_rate": "0%"}
    decision = REFUND.decide(FIRM, assuming=assuming)
    assert {fact.fact for fact in decision.assumed} == LISTS
    assert decision.values["layoff_rate"].data() == "1/5"
    unknown = {name: value for name, value in FIRM.items() if name != "employer.laid_off"}
    assert "employer.layoff_rate" in to_confirm(REFUND.decide(unknown, assuming=assuming))


# --- items ---------------------------------------------------------------------------------------

HIRES: Final[list[dict[str, Any]]] = [
    {"id": "p1", "hired_on": "2022-07-15", "hiring_subsidy_paid": True},
    {"id": "p2", "hired_on": "2022-08-01"},
]


def test_a_fact_of_every_item_is_assumed_of_those_that_lack_it() -> None:
    for assuming in (
        {"hires": {"hiring_subsidy_paid": False}},
        {"hires.hiring_subsidy_paid": False},
        {"hires": [{"id": "ｐ２", "hiring_subsidy_paid": False}, {"id": "p3"}]},
    ):
        decision = HIRING.decide({"employer.kind": "enterprise", "hires": HIRES}, assuming=assuming)
        assert [fact.fact for fact in decision.assumed] == ["hires[p2].hiring_subsidy_paid"]
        assert decision.receipt.assumed == {
            "hires": ({"id": "p2", "hiring_subsidy_paid": "false"},)
        }
        assert list(decision.items["hires"]) == ["p1", "p2"]


def test_a_whole_list_is_assumed_where_it_is_missing_only() -> None:
    assuming: dict[str, Any] = {"hires": []}
    decision = HIRING.decide({"employer.kind": "enterprise"}, assuming=assuming)
    assert [(fact.fact, fact.value, fact.to_confirm) for fact in decision.assumed] == [
        ("hires", (), True)
    ]
    assert policyrules.replay(decision.receipt).is_same
    decision = HIRING.decide({"employer.kind": "enterprise", "hires": HIRES}, assuming=assuming)
    assert decision.assumed == ()
    assert list(decision.items["hires"]) == ["p1", "p2"]


# --- the receipt ---------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_receipt_keeps_assumed_facts_apart_and_is_replayed_with_them(engine: Engine) -> None:
    receipt = REFUND.decide(FIRM, assuming=NOT_LISTED, engine=engine).receipt
    assert receipt.facts == REFUND.decide(FIRM).receipt.facts
    assert receipt.assumed == dict.fromkeys(sorted(LISTS), "false")
    data = receipt.to_dict()
    assert policyrules.Receipt.from_dict(data) == receipt
    again = policyrules.replay(data)
    assert again.is_same
    assert again.decision is not None
    assert to_confirm(again.decision) == LISTS


def test_a_redacted_receipt_is_replayed_with_the_same_assumed_facts_only() -> None:
    receipt = REFUND.decide(FIRM, assuming=NOT_LISTED).receipt
    redacted = receipt.redacted()
    assert (redacted.facts, redacted.assumed) == (None, None)
    assert redacted.to_dict()["receipt_hash"] == receipt.to_dict()["receipt_hash"]
    assert policyrules.replay(redacted, facts=FIRM, assuming=NOT_LISTED).is_same
    other = {"employer": {"dishonesty_listed": False, "zombie_listed": True}}
    differences = policyrules.replay(redacted, facts=FIRM, assuming=other).differences
    assert [difference.name for difference in differences] == ["other-assumed-facts"]
    with pytest.raises(policyrules.ReceiptError, match="does not hold the assumed facts") as caught:
        policyrules.replay(redacted, facts=FIRM)
    assert (caught.value.code, caught.value.place) == ("no-facts", "assumed")


def test_altered_assumed_facts_of_a_receipt_are_found() -> None:
    data = REFUND.decide(FIRM, assuming=NOT_LISTED).receipt.to_dict()
    data["assumed"]["employer.zombie_listed"] = "true"
    with pytest.raises(policyrules.ReceiptError) as caught:
        policyrules.Receipt.from_dict(data)
    assert (caught.value.code, "assumed_hash" in str(caught.value)) == ("facts-altered", True)
    names = [difference.name for difference in policyrules.replay(data).differences]
    assert names == ["facts-altered"]


@pytest.mark.parametrize("key, value", [("assumed", 3), ("assumed_hash", None)])
def test_a_receipt_with_assumed_facts_of_another_kind_is_refused(key: str, value: object) -> None:
    data = REFUND.decide(FIRM, assuming=NOT_LISTED).receipt.to_dict()
    with pytest.raises(policyrules.ReceiptError) as caught:
        policyrules.Receipt.from_dict({**data, key: value})
    assert (caught.value.code, caught.value.place) == ("invalid-receipt", key)


# --- redaction -----------------------------------------------------------------------------------


def test_a_redacted_decision_names_assumed_facts_without_values_and_keys() -> None:
    hires = [{"id": "张三"}, {"id": "李四"}]
    decision = HIRING.decide(
        {"employer.kind": "enterprise", "hires": hires},
        assuming={"hires": {"hiring_subsidy_paid": False}},
    )
    data = redacted_data(decision, "zh")
    assert data["assumed"] == [{"fact": "hires[].hiring_subsidy_paid", "to_confirm": True}]
    assert data["receipt"]["assumed"] is None
    assert "张三" not in str(data)
    assert {missing["fact"]: missing.get("to_confirm") for missing in data["missing"]}[
        "hires[].hiring_subsidy_paid"
    ]


# --- wrong assumed facts -------------------------------------------------------------------------


def test_a_problem_in_assumed_facts_says_that_they_are_assumed() -> None:
    with pytest.raises(policyrules.FactsError) as caught:
        REFUND.decide(FIRM, assuming={"employer": {"zombie_listed": "maybe", "nothing": 1}})
    assert [(problem.code, problem.place) for problem in caught.value.problems] == [
        ("wrong-type", "assuming"),
        ("unknown-fact", "assuming"),
    ]
    assert all(problem.message.startswith("assumed facts: ") for problem in caught.value.problems)
    assert "message" not in redacted_error(caught.value)["problems"][0]


def test_a_problem_in_a_file_of_assumed_facts_has_its_place_there() -> None:
    assuming = read_facts_file("employer:\n  zombie_listed: maybe\n", "assumed.yaml")
    with pytest.raises(policyrules.FactsError, match=r"^assumed\.yaml:2:3: assumed facts: "):
        REFUND.decide(FIRM, assuming=assuming)


def test_assumed_facts_that_contradict_stated_ones_are_named() -> None:
    stated = {"employer.layoff_rate": "20%", "employer.insured_headcount": 30}
    with pytest.raises(policyrules.FactsError) as caught:
        REFUND.decide(stated, assuming={"employer.laid_off": 7})
    (problem,) = caught.value.problems
    assert problem.code == "facts-disagree"
    assert problem.message.endswith("; assumed: `employer.laid_off`")
    assert problem.remedy == "state `employer.laid_off` as known, or assume nothing there"


def test_a_stream_refuses_wrong_assumed_facts_before_the_first_case() -> None:
    with pytest.raises(policyrules.FactsError):
        REFUND.decide_many([FIRM], assuming={"employer": {"zombie_listed": "maybe"}})


# --- streams, situations and copies --------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_stream_assumes_the_same_of_every_case(engine: Engine) -> None:
    listed = {**FIRM, "employer.zombie_listed": True}
    cases = [FIRM, listed, {"employer.laid_of": 1}]
    answers = list(REFUND.decide_many(cases, assuming=NOT_LISTED, engine=engine))
    first, second, wrong = answers
    assert isinstance(first, Decision)
    assert isinstance(second, Decision)
    assert isinstance(wrong, policyrules.FactsError)
    assert (first.status, to_confirm(first)) == ("eligible", LISTS)
    assert (second.status, to_confirm(second)) == ("ineligible", set())
    assert first == REFUND.decide(FIRM, assuming=NOT_LISTED)


def test_facts_and_assumed_facts_may_be_read_before() -> None:
    intake = Intake(REFUND.policy.ruleset)
    stated, assumed = intake.read(FIRM), intake.read(NOT_LISTED)
    decision = REFUND.decide(stated, assuming=assumed)
    assert decision.to_dict() == REFUND.decide(FIRM, assuming=NOT_LISTED).to_dict()


@pytest.mark.parametrize("engine", ENGINES)
def test_a_decision_on_assumed_facts_can_be_sent(engine: Engine) -> None:
    for facts in (FIRM, {"employer.layoff_rate": "23%"}):
        decision = REFUND.decide(facts, assuming=NOT_LISTED, engine=engine)
        sent = pickle.loads(pickle.dumps(decision))  # noqa: S301 - its own bytes
        assert sent.to_dict() == decision.to_dict()
        assert sent.explain("zh") == decision.explain("zh")


# --- laws ----------------------------------------------------------------------------------------

ANSWERS: Final[dict[str, list[object]]] = {
    "employer.dishonesty_listed": [True, False],
    "employer.zombie_listed": [True, False],
    "employer.environment_compliant": [True, False],
    "employer.full_paid_months": [0, 11, 12],
    "employer.size": ["large", "small"],
    "employer.layoff_rate": ["0%", "5.5%", "20%", "21%"],
    "employer.premium_paid": ["0", "43210.55"],
    "employer.kind": ["enterprise", "public_institution"],
    "pooling_area.fund_reserve_years": ["0.5", "1.8"],
}
FACTS = st.fixed_dictionaries(
    {}, optional={name: st.sampled_from(values) for name, values in ANSWERS.items()}
)


@settings(max_examples=scaled(60, long=5_000))
@given(FACTS, FACTS, FACTS)
def test_an_assumed_fact_that_needs_no_confirmation_may_be_anything(
    stated: dict[str, object], assumed: dict[str, object], other: dict[str, object]
) -> None:
    decision = REFUND.decide(stated, assuming=assumed, engine="reference")
    known = REFUND.decide({**assumed, **stated}, engine="reference")
    assert (decision.status, decision.amount) == (known.status, known.amount)
    changed = {fact.fact: other.get(fact.fact) for fact in decision.assumed if not fact.to_confirm}
    again = REFUND.decide({**assumed, **changed, **stated}, engine="reference")
    assert (again.status, again.amount) == (decision.status, decision.amount)


# --- facts by keyword ----------------------------------------------------------------------------


def test_facts_given_by_keyword_are_refused_with_the_form_in_which_they_are_given() -> None:
    decide: Any = REFUND.decide
    with pytest.raises(
        TypeError, match="`decide` has no argument `employer`: facts are given"
    ) as e:
        decide(employer={"laid_off": 6})
    assert '`{"employer": …}`' in str(e.value)
    with pytest.raises(TypeError, match="`decide_many` has no argument `employer`"):
        REFUND.decide_many([], employer=1)  # type: ignore[call-arg]
