"""The retention and training subsidy by the oracle against answers worked out by hand."""

import random
from collections import Counter
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from tests.oracle.boundary_facts import BODIES, OUTSIDERS
from tests.oracle.boundary_retention import (
    ARTICLE_DAY,
    DISHONEST,
    ENVIRONMENT,
    FACTS,
    HEADCOUNT,
    INDUSTRY,
    INSURED,
    KIND,
    RESERVE,
    RISK_DATES,
    STOPPED,
    ZOMBIE,
    case,
    every_boundary,
    good_body,
    only_industry,
    only_stopped,
    to_package,
)
from tests.oracle.oracle import retention_subsidy
from tests.support.scale import scaled

FIVE = ["environment", "fund-reserve", "not-dishonest", "not-zombie", "route"]
FIRST, LAST = date(2022, 1, 1), date(2022, 12, 31)
BEFORE, AFTER = date(2021, 12, 31), date(2023, 1, 1)


def no_money(status: str, may_be_not_stated: bool = False) -> dict[str, Any]:
    return {
        "status": status,
        "value": None,
        "min": None,
        "max": None,
        "may_be_not_stated": may_be_not_stated,
    }


def decide(change: dict[str, object], on: date = ARTICLE_DAY) -> dict[str, Any]:
    return retention_subsidy(good_body() | change, on)


def test_a_caterer_stopped_by_the_epidemic_is_eligible_by_both_routes_without_a_figure() -> None:
    assert decide({}) == {
        "status": "eligible",
        "held": FIVE,
        "failed": [],
        "unknown": [],
        "excluded": [],
        "routes": ["route-industry", "route-stopped"],
        "amount": no_money("not_stated"),  # 补助标准: the text gives none
    }


def test_nothing_known_leaves_all_five_open() -> None:
    assert retention_subsidy({}, ARTICLE_DAY) == {
        "status": "undetermined",
        "held": [],
        "failed": [],
        "unknown": FIVE,
        "excluded": [],
        "routes": [],
        "amount": no_money("undetermined", may_be_not_stated=True),
    }


def test_everything_wrong_is_reported_together() -> None:
    facts = {
        RESERVE: Decimal("1.9999"),
        RISK_DATES: [],
        KIND: "other",
        INDUSTRY: "other",
        INSURED: False,
        STOPPED: False,
        DISHONEST: True,
        ZOMBIE: True,
        ENVIRONMENT: False,
    }
    assert retention_subsidy(facts, ARTICLE_DAY) == {
        "status": "ineligible",
        "held": [],
        "failed": FIVE,
        "unknown": [],
        "excluded": [],
        "routes": [],
        "amount": no_money("not_applicable"),
    }


@pytest.mark.parametrize(
    "reserve, expected",
    [
        # 备付期限应在2年以上: two years themselves included; one year is the refund's limit.
        (Decimal(0), "failed"),
        (Decimal(1), "failed"),
        (Decimal("1.9999"), "failed"),
        (Decimal(2), "held"),
        (Decimal("2.0001"), "held"),
        (None, "unknown"),
    ],
)
def test_the_fund_reserve_is_two_years_or_more(reserve: Decimal | None, expected: str) -> None:
    assert "fund-reserve" in decide({RESERVE: reserve})[expected]


@pytest.mark.parametrize(
    "days, expected",
    [
        # 2022年1月1日至12月31日,累计出现1个(含)以上: both ends included.
        ([], "failed"),
        ([BEFORE], "failed"),
        ([FIRST], "held"),
        ([LAST], "held"),
        ([AFTER], "failed"),
        ([BEFORE, AFTER], "failed"),
        ([BEFORE, LAST, AFTER], "held"),
        ([FIRST, date(2022, 10, 1), LAST], "held"),
        (None, "unknown"),
    ],
)
def test_one_risk_area_in_2022_is_enough_for_either_route(
    days: list[date] | None, expected: str
) -> None:
    for body in (only_stopped(), only_industry()):
        assert "route" in retention_subsidy(body | {RISK_DATES: days}, ARTICLE_DAY)[expected]


@pytest.mark.parametrize(
    "change, expected, routes",
    [
        # 所有参保企业、社会团体、基金会、社会服务机构、律师事务所、会计师事务所,以单位形式参保的个体工商户
        *(({KIND: kind, INDUSTRY: "other"}, "held", ["route-stopped"]) for kind in BODIES),
        # 5个行业企业: the other bodies keep the first route only.
        *(({KIND: kind}, "held", ["route-stopped"]) for kind in BODIES),
        *(({KIND: kind, STOPPED: False}, "failed", []) for kind in BODIES),
        *(({KIND: kind}, "failed", []) for kind in OUTSIDERS),
        *(
            ({INDUSTRY: industry, STOPPED: False}, "held", ["route-industry"])
            for industry in ("catering", "retail", "tourism")
        ),
        ({INDUSTRY: "civil_aviation", STOPPED: False}, "held", ["route-industry"]),
        ({INDUSTRY: "road_water_rail_transport", STOPPED: False}, "held", ["route-industry"]),
        ({INDUSTRY: "other", STOPPED: False}, "failed", []),
        # 参保 belongs to the first route; the second does not say it.
        ({INSURED: False}, "held", ["route-industry"]),
        ({INSURED: False, INDUSTRY: "other"}, "failed", []),
        # One route is enough, whatever is not known of the other.
        ({STOPPED: None}, "held", ["route-industry"]),
        ({INSURED: None}, "held", ["route-industry"]),
        ({INDUSTRY: None}, "held", ["route-stopped"]),
        # A route that fails leaves the answer to the other.
        ({STOPPED: None, INDUSTRY: "other"}, "unknown", []),
        ({STOPPED: None, INSURED: False, INDUSTRY: "other"}, "failed", []),
        ({STOPPED: False, INDUSTRY: None}, "unknown", []),
        ({STOPPED: False, INDUSTRY: None, KIND: "law_firm"}, "failed", []),
        ({STOPPED: None, INDUSTRY: None, RISK_DATES: []}, "failed", []),
        ({STOPPED: None, INDUSTRY: None, KIND: "other"}, "failed", []),
        # The kind unknown: it may be a body outside both routes.
        ({KIND: None}, "unknown", []),
        ({KIND: None, STOPPED: False, INDUSTRY: "other"}, "failed", []),
        ({KIND: None, INSURED: False, INDUSTRY: "other"}, "failed", []),
    ],
)
def test_either_route_is_enough(
    change: dict[str, object], expected: str, routes: list[str]
) -> None:
    answer = decide(change)
    assert "route" in answer[expected]
    assert answer["routes"] == routes


@pytest.mark.parametrize(
    "change, status, amount",
    [
        # No standard, whatever the headcount.
        ({HEADCOUNT: 0}, "eligible", no_money("not_stated")),
        ({HEADCOUNT: None}, "eligible", no_money("not_stated")),
        ({ENVIRONMENT: None}, "undetermined", no_money("undetermined", may_be_not_stated=True)),
        ({ENVIRONMENT: False}, "ineligible", no_money("not_applicable")),
        # One failure decides, whatever is not known.
        ({DISHONEST: True, RISK_DATES: None, KIND: None}, "ineligible", no_money("not_applicable")),
        ({ZOMBIE: True, RESERVE: None}, "ineligible", no_money("not_applicable")),
    ],
)
def test_the_status_and_the_amount(
    change: dict[str, object], status: str, amount: dict[str, Any]
) -> None:
    answer = decide(change)
    assert (answer["status"], answer["amount"]) == (status, amount)


@pytest.mark.parametrize("on", [FIRST, LAST, AFTER, date(2023, 12, 31)])
def test_a_case_filed_in_time_is_decided_until_the_end_of_the_next_year(on: date) -> None:
    assert decide({}, on)["status"] == "eligible"


@pytest.mark.parametrize("on", [date(2024, 1, 1), date(2025, 3, 1)])
def test_from_2024_on_the_policy_has_ended(on: date) -> None:
    assert decide({}, on) == {"error": "ended"}


def test_before_2022_nothing_is_decided() -> None:
    assert decide({}, BEFORE) == {"error": "not-yet-in-force"}


def test_every_boundary_is_answered_as_the_text_answers_it() -> None:
    boundaries = list(every_boundary())
    assert len(boundaries) > 500
    for name, facts, on, expected in boundaries:
        answer = retention_subsidy(facts, on)
        assert answer.get("status", answer.get("error")) == expected, name


def test_the_generator_reaches_every_answer() -> None:
    rng = random.Random(20221125)
    answers = [retention_subsidy(*case(rng)) for _ in range(scaled(3_000, long=100_000))]
    statuses = Counter(answer.get("status", "error") for answer in answers)
    assert (
        min(statuses[s] for s in ("eligible", "ineligible", "undetermined")) >= len(answers) / 10
    ), statuses
    errors = {answer["error"] for answer in answers if "error" in answer}
    assert errors == {"not-yet-in-force", "ended"}
    for state in ("held", "failed", "unknown"):
        assert {name for answer in answers for name in answer.get(state, ())} == {*FIVE}
    routes = Counter(tuple(answer["routes"]) for answer in answers if "error" not in answer)
    assert min(routes.values()) >= len(answers) / 20, routes
    assert len(routes) == 4


def test_one_more_fact_never_takes_an_answer_back() -> None:
    """What is decided with facts unknown stays so whatever they turn out to be."""
    rng = random.Random(7)
    compared = 0
    for _ in range(scaled(3_000, long=200_000)):
        facts, on = case(rng)
        more, _ = case(rng)
        filled = facts | {name: more.get(name) for name in FACTS if facts.get(name) is None}
        before, after = retention_subsidy(facts, on), retention_subsidy(filled, on)
        if filled == facts or "error" in before:
            continue
        compared += 1
        for certain in ("held", "failed", "routes"):
            assert set(before[certain]) <= set(after[certain])
        if before["status"] != "undetermined":
            assert after["status"] == before["status"]
    assert compared > 1_000


def test_facts_for_the_package_are_the_same_facts() -> None:
    facts = good_body() | {RISK_DATES: [FIRST, LAST], INSURED: None}
    written = to_package(facts)
    assert written == facts | {RISK_DATES: [FIRST, "2022-12-31"]}
    assert facts[RISK_DATES] == [FIRST, LAST]
    assert to_package({RISK_DATES: None}) == {RISK_DATES: None}
