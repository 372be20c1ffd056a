"""The job-expansion subsidy by the oracle against answers worked out by hand."""

import random
from collections import Counter
from datetime import date
from typing import Any

import pytest
from tests.oracle.boundary_facts import KINDS
from tests.oracle.boundary_hires import (
    ARTICLE_DAY,
    BORN,
    CLAIMED,
    CONTRACT,
    FACTS_OF_A_HIRE,
    GRADUATED,
    HIRED,
    HIRES,
    KIND,
    NORMAL,
    PAID,
    REGISTERED,
    SUBSIDISED,
    UNEMPLOYED,
    Hire,
    case,
    employer_of,
    every_boundary,
    graduate,
    nobody,
    recent_graduate,
    to_package,
    youth,
)
from tests.oracle.oracle import aged_16_to_24, birthday, expansion_subsidy, one_hire
from tests.support.scale import scaled

THREE = ["no-hiring-subsidy", "not-claimed-elsewhere", "route"]
GRADUATE, RECENT, YOUTH = "graduate-of-2022", "recent-graduate", "unemployed-youth"
FIRST, LAST = date(2022, 1, 1), date(2022, 12, 31)
BEFORE, AFTER = date(2021, 12, 31), date(2023, 1, 1)
DAY_OF_HIRE = date(2022, 7, 15)


def no_money(status: str, may_be_not_stated: bool = False) -> dict[str, Any]:
    return {
        "status": status,
        "value": None,
        "min": None,
        "max": None,
        "may_be_not_stated": may_be_not_stated,
    }


def decide(*hires: Hire, kind: str | None = "enterprise") -> dict[str, Any]:
    return expansion_subsidy(employer_of(*hires) | {KIND: kind}, ARTICLE_DAY)


def routes_of(person: Hire) -> str:
    """The routes that are met; else whether it is known that there is none."""
    answer = one_hire(person)
    return " ".join(answer["routes"]) or ("none" if "route" in answer["failed"] else "unknown")


def test_one_graduate_makes_an_enterprise_eligible_without_a_figure() -> None:
    assert decide(graduate()) == {
        "status": "eligible",
        "held": ["any-hire", "subject"],
        "failed": [],
        "unknown": [],
        "excluded": [],
        "count": (1, 1),
        "hires": {
            "p1": {
                "status": "eligible",
                "held": THREE,
                "failed": [],
                "unknown": [],
                "excluded": [],
                "routes": [GRADUATE],
            }
        },
        "amount": no_money("not_stated"),  # 补助标准: the text gives none
    }


def test_nothing_known_leaves_everything_open() -> None:
    assert expansion_subsidy({}, ARTICLE_DAY) == {
        "status": "undetermined",
        "held": [],
        "failed": [],
        "unknown": ["any-hire", "subject"],
        "excluded": [],
        "count": (0, 10_000),
        "hires": {},
        "amount": no_money("undetermined", may_be_not_stated=True),
    }


def test_everything_wrong_is_reported_together() -> None:
    wrong = nobody() | {SUBSIDISED: True, CLAIMED: True}
    assert decide(wrong, kind="law_firm") == {
        "status": "ineligible",
        "held": [],
        "failed": ["any-hire", "subject"],
        "unknown": [],
        "excluded": [],
        "count": (0, 0),
        "hires": {
            "p1": {
                "status": "ineligible",
                "held": [],
                "failed": ["route"],
                "unknown": [],
                "excluded": ["no-hiring-subsidy", "not-claimed-elsewhere"],
                "routes": [],
            }
        },
        "amount": no_money("not_applicable"),
    }


@pytest.mark.parametrize("kind", [*KINDS, None])
def test_only_an_enterprise_is_covered(kind: str | None) -> None:
    """企业: of the seven bodies of the other two policies six are not."""
    expected = {"enterprise": "held", None: "unknown"}.get(kind, "failed")
    assert "subject" in decide(graduate(), kind=kind)[expected]


@pytest.mark.parametrize(
    "change, expected",
    [
        # 2022年1月1日至12月31日企业招聘: both ends included.
        ({HIRED: BEFORE}, "none"),
        ({HIRED: FIRST}, GRADUATE),
        ({HIRED: LAST}, GRADUATE),
        ({HIRED: AFTER}, "none"),
        ({HIRED: None}, "unknown"),
        # 2022年度普通高校毕业生
        ({GRADUATED: 2021}, "none"),
        ({GRADUATED: 2022}, GRADUATE),
        ({GRADUATED: 2023}, "none"),
        ({GRADUATED: "none"}, "none"),
        ({GRADUATED: None}, "unknown"),
        # 签订劳动合同
        ({CONTRACT: False}, "none"),
        ({CONTRACT: None}, "unknown"),
        # 参加失业保险缴费1个月以上: one month itself included.
        ({PAID: 0}, "none"),
        ({PAID: 1}, GRADUATE),
        ({PAID: 2}, GRADUATE),
        ({PAID: None}, "unknown"),
        # The months of normal status, the age and the register are of the other routes.
        ({NORMAL: [], BORN: date(1960, 1, 1)}, GRADUATE),
        ({NORMAL: None, UNEMPLOYED: None, BORN: None, REGISTERED: None}, GRADUATE),
        # One thing that fails closes the route, whatever is not known.
        ({HIRED: None, PAID: 0}, "none"),
        ({HIRED: BEFORE, GRADUATED: None, CONTRACT: None, PAID: None}, "none"),
    ],
)
def test_a_graduate_of_2022(change: Hire, expected: str) -> None:
    assert routes_of(graduate() | change) == expected


@pytest.mark.parametrize(
    "change, expected",
    [
        # 2022年9月(含)以后失业保险参保状态为正常参保缴费状态: September included, any month.
        ({NORMAL: []}, "none"),
        ({NORMAL: ["2022-08"]}, "none"),
        ({NORMAL: ["2022-09"]}, RECENT),
        ({NORMAL: ["2022-10"]}, RECENT),
        ({NORMAL: ["2023-01"]}, RECENT),
        ({NORMAL: ["2021-12"]}, "none"),
        ({NORMAL: ["2021-09", "2022-08"]}, "none"),
        ({NORMAL: ["2022-08", "2022-09"]}, RECENT),
        ({NORMAL: ["2022-09", "2022-08"]}, RECENT),
        ({NORMAL: None}, "unknown"),
        # 离校两年内未就业普通高校毕业生: as the roster has it.
        ({UNEMPLOYED: False}, "none"),
        ({UNEMPLOYED: None}, "unknown"),
        ({UNEMPLOYED: None, NORMAL: ["2022-08"]}, "none"),
        ({UNEMPLOYED: False, NORMAL: None}, "none"),
        # The text names no window, no contract and no month of premiums for this route.
        ({HIRED: BEFORE}, RECENT),
        ({HIRED: date(2015, 1, 1), CONTRACT: False, PAID: 0}, RECENT),
        ({HIRED: None, BORN: None, GRADUATED: 2020, CONTRACT: None, PAID: None}, RECENT),
    ],
)
def test_a_recent_graduate_without_work(change: Hire, expected: str) -> None:
    assert routes_of(recent_graduate() | change) == expected


@pytest.mark.parametrize(
    "change, expected",
    [
        # 2022年1月1日至12月31日企业招聘: born 2002-01-31, 19 or 20 years old.
        ({HIRED: BEFORE, BORN: date(2002, 1, 31)}, "none"),
        ({HIRED: FIRST, BORN: date(2002, 1, 31)}, YOUTH),
        ({HIRED: LAST, BORN: date(2002, 1, 31)}, YOUTH),
        ({HIRED: AFTER, BORN: date(2002, 1, 31)}, "none"),
        # 登记失业的
        ({REGISTERED: False}, "none"),
        ({REGISTERED: None}, "unknown"),
        # 参加失业保险缴费1个月以上
        ({PAID: 0}, "none"),
        ({PAID: 2}, YOUTH),
        ({PAID: None}, "unknown"),
        # 16-24岁青年, on the day of hire, 2022-07-15.
        ({BORN: date(2006, 7, 16)}, "none"),
        ({BORN: date(2006, 7, 15)}, YOUTH),
        ({BORN: date(1997, 7, 16)}, YOUTH),
        ({BORN: date(1997, 7, 15)}, "none"),
        ({BORN: None}, "unknown"),
        ({HIRED: None}, "unknown"),
        ({BORN: None, REGISTERED: False}, "none"),
        ({BORN: date(1990, 1, 1), REGISTERED: None}, "none"),
        # The text asks for no contract and no month of normal status.
        ({CONTRACT: False, NORMAL: []}, YOUTH),
        ({CONTRACT: None, NORMAL: None, UNEMPLOYED: False}, YOUTH),
    ],
)
def test_a_registered_youth(change: Hire, expected: str) -> None:
    assert routes_of(youth() | change) == expected


@pytest.mark.parametrize(
    "born, hired, expected",
    [
        # The 16th birthday: the day before, the day, the day after.
        (date(2006, 7, 15), date(2022, 7, 14), False),
        (date(2006, 7, 15), date(2022, 7, 15), True),
        (date(2006, 7, 15), date(2022, 7, 16), True),
        # The 25th birthday: until the day before one is 24.
        (date(1997, 7, 15), date(2022, 7, 14), True),
        (date(1997, 7, 15), date(2022, 7, 15), False),
        (date(1997, 7, 15), date(2022, 7, 16), False),
        # Over the turn of a year.
        (date(2006, 1, 1), date(2021, 12, 31), False),
        (date(2006, 1, 1), date(2022, 1, 1), True),
        (date(1996, 12, 31), date(2021, 12, 30), True),
        (date(1996, 12, 31), date(2021, 12, 31), False),
        # Born on 29 February: 25 on 1 March of a common year, 16 on the day itself of a leap year.
        (date(1996, 2, 29), date(2021, 2, 28), True),
        (date(1996, 2, 29), date(2021, 3, 1), False),
        (date(2004, 2, 29), date(2020, 2, 28), False),
        (date(2004, 2, 29), date(2020, 2, 29), True),
        # Born on 28 February or 1 March, hired on 29 February.
        (date(2004, 2, 28), date(2020, 2, 29), True),
        (date(2004, 3, 1), date(2020, 2, 29), False),
        (date(1999, 3, 1), date(2024, 2, 29), True),
        (date(1999, 2, 28), date(2024, 2, 29), False),
        # A day not known lies from 1900-01-01 to 2100-12-31.
        (None, date(2022, 7, 15), None),
        (date(2000, 7, 15), None, None),
        (None, None, None),
        (date(2084, 12, 31), None, None),
        (date(2085, 1, 1), None, False),
        (None, date(1915, 12, 31), False),
        (None, date(1916, 1, 1), None),
    ],
)
def test_aged_16_to_24(born: date | None, hired: date | None, expected: bool | None) -> None:
    assert aged_16_to_24(born, hired) is expected


def test_who_is_born_on_29_february_completes_a_year_on_1_march_of_common_years() -> None:
    leap_day = date(2000, 2, 29)
    assert birthday(leap_day, 16) == date(2016, 2, 29)
    assert birthday(leap_day, 18) == date(2018, 3, 1)
    assert birthday(leap_day, 100) == date(2100, 3, 1)  # 2100 is a common year
    assert birthday(date(2000, 2, 28), 18) == date(2018, 2, 28)


@pytest.mark.parametrize(
    "change, expected",
    [
        # 任一条件: one is enough; all that are met are told, and the person counts once.
        ({UNEMPLOYED: True, NORMAL: ["2022-09"]}, [GRADUATE, RECENT]),
        ({REGISTERED: True}, [GRADUATE, YOUTH]),
        ({REGISTERED: True, UNEMPLOYED: True, NORMAL: ["2022-09"]}, [GRADUATE, RECENT, YOUTH]),
        # What is not known of one route takes nothing from another.
        ({REGISTERED: None, UNEMPLOYED: None, NORMAL: None, BORN: None}, [GRADUATE]),
    ],
)
def test_a_person_on_several_routes_counts_once(change: Hire, expected: list[str]) -> None:
    answer = decide(graduate() | change)
    assert answer["hires"]["p1"]["routes"] == expected
    assert answer["count"] == (1, 1)


@pytest.mark.parametrize(
    "change, status, failed, unknown, excluded",
    [
        # 一次性扩岗补助和一次性吸纳就业补贴政策不能重复享受
        ({SUBSIDISED: True}, "ineligible", [], [], ["no-hiring-subsidy"]),
        ({SUBSIDISED: None}, "undetermined", [], ["no-hiring-subsidy"], []),
        # 1名上述人员的就业参保信息和身份只能由一户企业用于享受
        ({CLAIMED: True}, "ineligible", [], [], ["not-claimed-elsewhere"]),
        ({CLAIMED: None}, "undetermined", [], ["not-claimed-elsewhere"], []),
        (
            {SUBSIDISED: True, CLAIMED: None},
            "ineligible",
            [],
            ["not-claimed-elsewhere"],
            ["no-hiring-subsidy"],
        ),
        ({SUBSIDISED: True, PAID: 0}, "ineligible", ["route"], [], ["no-hiring-subsidy"]),
        ({CLAIMED: True, PAID: None}, "ineligible", [], ["route"], ["not-claimed-elsewhere"]),
    ],
)
def test_an_exclusion_is_told_apart_from_a_failure(
    change: Hire, status: str, failed: list[str], unknown: list[str], excluded: list[str]
) -> None:
    answer = decide(graduate() | change)
    hire = answer["hires"]["p1"]
    assert (hire["status"], hire["failed"], hire["unknown"], hire["excluded"]) == (
        *(status, failed, unknown, excluded),
    )
    assert hire["routes"] == ([] if PAID in change else [GRADUATE])
    assert answer["status"] == status
    assert answer["excluded"] == []  # it is of the person, not of the employer


OPEN: Hire = {"id": "p2"}


@pytest.mark.parametrize(
    "hires, any_hire, count",
    [
        # A list that is empty is known: there is nobody. One that is unknown may have anybody.
        ([], "failed", (0, 0)),
        (None, "unknown", (0, 10_000)),
        ([nobody()], "failed", (0, 0)),
        ([graduate()], "held", (1, 1)),
        ([OPEN], "unknown", (0, 1)),
        ([nobody(), OPEN], "unknown", (0, 1)),
        ([graduate(), OPEN], "held", (1, 2)),
        ([graduate(), OPEN | {SUBSIDISED: True}], "held", (1, 1)),
        ([graduate(), recent_graduate("p2"), youth("p3")], "held", (3, 3)),
        ([nobody(), OPEN, nobody("p3"), youth("p4")], "held", (1, 2)),
    ],
)
def test_one_hire_is_enough(
    hires: list[Hire] | None, any_hire: str, count: tuple[int, int]
) -> None:
    answer = expansion_subsidy({KIND: "enterprise", HIRES: hires}, ARTICLE_DAY)
    assert "any-hire" in answer[any_hire]
    assert answer["count"] == count
    words = {"held": "eligible", "failed": "ineligible", "unknown": "undetermined"}
    assert answer["status"] == words[any_hire]


def test_an_unknown_list_does_not_help_who_is_not_covered() -> None:
    answer = expansion_subsidy({KIND: "law_firm"}, ARTICLE_DAY)
    assert answer["status"] == "ineligible"
    assert (answer["failed"], answer["unknown"]) == (["subject"], ["any-hire"])


@pytest.mark.parametrize(
    "born, hired, expected",
    [
        (DAY_OF_HIRE, DAY_OF_HIRE, "facts-disagree"),
        (date(2022, 7, 16), DAY_OF_HIRE, "facts-disagree"),
        (date(2022, 7, 14), DAY_OF_HIRE, None),
        (date(2022, 7, 16), None, None),
        (None, DAY_OF_HIRE, None),
    ],
)
def test_nobody_is_hired_before_birth(
    born: date | None, hired: date | None, expected: str | None
) -> None:
    never = graduate("p2") | {BORN: born, HIRED: hired}
    assert decide(graduate(), never).get("error") == expected
    assert decide(never, kind="law_firm").get("error") == expected


@pytest.mark.parametrize("on", [FIRST, LAST, AFTER, date(2023, 12, 31)])
def test_a_case_filed_in_time_is_decided_until_the_end_of_the_next_year(on: date) -> None:
    assert expansion_subsidy(employer_of(graduate()), on)["status"] == "eligible"


@pytest.mark.parametrize("on", [date(2024, 1, 1), date(2025, 3, 1)])
def test_from_2024_on_the_policy_has_ended(on: date) -> None:
    assert expansion_subsidy(employer_of(graduate()), on) == {"error": "ended"}


def test_before_2022_nothing_is_decided() -> None:
    error = {"error": "not-yet-in-force"}
    assert expansion_subsidy(employer_of(graduate()), BEFORE) == error
    never = graduate() | {BORN: DAY_OF_HIRE}
    assert expansion_subsidy(employer_of(never), BEFORE) == error


def test_every_boundary_is_answered_as_the_text_answers_it() -> None:
    boundaries = list(every_boundary())
    assert len(boundaries) > 240
    for name, facts, on, expected in boundaries:
        answer = expansion_subsidy(facts, on)
        assert answer.get("status", answer.get("error")) == expected, name


def test_the_generator_reaches_every_answer() -> None:
    rng = random.Random(20221125)
    answers = [expansion_subsidy(*case(rng)) for _ in range(scaled(3_000, long=100_000))]
    statuses = Counter(answer.get("status", "error") for answer in answers)
    assert (
        min(statuses[s] for s in ("eligible", "ineligible", "undetermined")) >= len(answers) / 10
    ), statuses
    errors = {answer["error"] for answer in answers if "error" in answer}
    assert errors == {"not-yet-in-force", "ended", "facts-disagree"}
    hires = [hire for answer in answers for hire in answer.get("hires", {}).values()]
    statuses = Counter(hire["status"] for hire in hires)
    assert min(statuses.values()) >= len(hires) / 10, statuses
    for state in ("held", "failed", "unknown", "excluded"):
        seen = {name for hire in hires for name in hire[state]}
        expected = {"failed": {"route"}, "excluded": {*THREE} - {"route"}}
        assert seen == expected.get(state, {*THREE}), state
    assert len({tuple(hire["routes"]) for hire in hires}) == 8
    assert {len(answer["hires"]) for answer in answers if "hires" in answer} == {0, 1, 2, 3, 4}


def test_one_more_fact_never_takes_an_answer_back() -> None:
    """What is decided with facts unknown stays so whatever they turn out to be."""
    rng = random.Random(7)
    compared = 0
    for _ in range(scaled(3_000, long=200_000)):
        facts, on = case(rng)
        more, _ = case(rng)
        filled = filled_with(facts, more)
        before, after = expansion_subsidy(facts, on), expansion_subsidy(filled, on)
        if filled == facts or "error" in before or "error" in after:
            continue
        compared += 1
        pairs = [(before, after)]
        pairs += [(before["hires"][key], after["hires"][key]) for key in before["hires"]]
        for less, other in pairs:
            for certain in ("held", "failed", "excluded"):
                assert set(less[certain]) <= set(other[certain])
            assert set(less.get("routes", ())) <= set(other.get("routes", ()))
            if less["status"] != "undetermined":
                assert other["status"] == less["status"]
        least, most = after["count"]
        assert before["count"][0] <= least <= most <= before["count"][1]
    assert compared > 1_000


def filled_with(facts: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    """The facts, with those of another employer and of its hires where they are not known."""
    kind = facts.get(KIND) or more.get(KIND)
    hires = facts.get(HIRES)
    if hires is None:
        return {KIND: kind, HIRES: more.get(HIRES)}
    others = more.get(HIRES) or []
    others += [{}] * len(hires)
    filled = [
        hire | {name: other.get(name) for name in FACTS_OF_A_HIRE if hire.get(name) is None}
        for hire, other in zip(hires, others, strict=False)
    ]
    return {KIND: kind, HIRES: filled}


def test_facts_for_the_package_are_the_same_facts() -> None:
    facts = employer_of(graduate(), {"id": "p2", BORN: None})
    written = employer_of(graduate() | {BORN: "2000-07-16"}, {"id": "p2", BORN: None})
    assert to_package(facts) == written
    assert facts[HIRES] == [graduate(), {"id": "p2", BORN: None}]
    assert to_package({HIRES: None}) == {HIRES: None}
