"""The senior title for the grassroots by the oracle against answers worked out by hand."""

import random
from collections import Counter
from datetime import date
from typing import Any

import pytest
from tests.oracle.boundary_titles import (
    ARTICLE_DAY,
    CONTRIBUTION,
    EVIDENCE,
    FACTS,
    FIELD,
    GRASSROOTS,
    LEVEL,
    PAPERS,
    PLACES,
    REPORTS,
    SUBMITTED,
    USES,
    WORKS,
    case,
    every_boundary,
    good_application,
    to_package,
)
from tests.oracle.oracle import senior_title
from tests.support.scale import scaled

FIVE = ["contribution", "field", "grassroots", "in-effect", "senior-level"]
FOLLOWS = {"paper_required": False, "counts_toward_general_post_ratio": False}
END_OF_2015, START_OF_2016 = date(2015, 12, 31), date(2016, 1, 1)
END_OF_2021, START_OF_2022 = date(2021, 12, 31), date(2022, 1, 1)


def decide(change: dict[str, object], on: date = ARTICLE_DAY) -> dict[str, Any]:
    return senior_title(good_application() | change, on)


def test_a_vet_of_a_sum_is_in_scope_without_a_paper() -> None:
    assert decide({PAPERS: 0}) == {
        "status": "eligible",
        "held": FIVE,
        "failed": [],
        "unknown": [],
        "excluded": [],
        "consequences": FOLLOWS,
        "valid": {"u1": True},
        "evidence": {"survey_report": True},
    }


def test_nothing_known_leaves_all_five_open() -> None:
    assert senior_title({}, ARTICLE_DAY) == {
        "status": "undetermined",
        "held": [],
        "failed": [],
        "unknown": FIVE,
        "excluded": [],
        "consequences": FOLLOWS,  # if eligible
        "valid": {},
        "evidence": {},
    }


def test_everything_wrong_is_reported_together_but_never_the_field() -> None:
    """等: a field that the list does not name is not ruled out by it."""
    facts = {
        FIELD: "journalism",
        GRASSROOTS: False,
        CONTRIBUTION: False,
        SUBMITTED: END_OF_2021,
        LEVEL: "middle",
    }
    assert senior_title(facts, ARTICLE_DAY) == {
        "status": "ineligible",
        "held": [],
        "failed": ["contribution", "grassroots", "in-effect", "senior-level"],
        "unknown": ["field"],
        "excluded": [],
        "consequences": {},
        "valid": {},
        "evidence": {},
    }


@pytest.mark.parametrize(
    "field, expected",
    [
        # 在实行基层卫生定向评价的基础上,在中小学教师、农牧业、林草、水利、乌兰牧骑、文物博物等多个专业领域
        ("health", "held"),
        ("school_teacher", "held"),
        ("agri_livestock", "held"),
        ("forestry_grassland", "held"),
        ("water", "held"),
        ("ulan_muqir", "held"),
        ("cultural_relics_museum", "held"),
        ("journalism", "unknown"),
        ("新闻出版", "unknown"),
        (None, "unknown"),
    ],
)
def test_a_field_is_listed_or_open(field: str | None, expected: str) -> None:
    assert "field" in decide({FIELD: field})[expected]


@pytest.mark.parametrize(
    "field, submitted, expected",
    [
        # 2016年开始实施 … 基层卫生人才: by the year, the day is not told.
        ("health", END_OF_2015, "failed"),
        ("health", START_OF_2016, "held"),
        ("health", END_OF_2021, "held"),
        ("health", START_OF_2022, "held"),
        # 今年 … 扩大: the other fields listed, and those not listed, from 2022.
        *((field, END_OF_2015, "failed") for field in ("water", "journalism")),
        *((field, START_OF_2016, "failed") for field in ("water", "journalism")),
        *((field, END_OF_2021, "failed") for field in ("water", "journalism")),
        *((field, START_OF_2022, "held") for field in ("water", "journalism")),
        ("school_teacher", END_OF_2021, "failed"),
        ("school_teacher", START_OF_2022, "held"),
        ("cultural_relics_museum", END_OF_2021, "failed"),
        ("cultural_relics_museum", date(2030, 6, 1), "held"),
        # A field not known may be health, or another.
        (None, END_OF_2015, "failed"),
        (None, START_OF_2016, "unknown"),
        (None, END_OF_2021, "unknown"),
        (None, START_OF_2022, "held"),
        # A day not known may lie in any year from 1900 to 2100.
        ("health", None, "unknown"),
        ("water", None, "unknown"),
        ("journalism", None, "unknown"),
        (None, None, "unknown"),
    ],
)
def test_each_field_has_its_year(field: str | None, submitted: date | None, expected: str) -> None:
    assert "in-effect" in decide({FIELD: field, SUBMITTED: submitted})[expected]


@pytest.mark.parametrize(
    "change, expected",
    [
        # 高级: 副高 and 正高 together.
        ({LEVEL: "senior"}, "eligible"),
        ({LEVEL: "middle"}, "ineligible"),
        ({LEVEL: "junior"}, "ineligible"),
        ({LEVEL: None}, "undetermined"),
        ({GRASSROOTS: False}, "ineligible"),
        ({GRASSROOTS: None}, "undetermined"),
        ({CONTRIBUTION: False}, "ineligible"),
        ({CONTRIBUTION: None}, "undetermined"),
        # 对论文不作硬性要求; 等: neither papers nor evidence ever decide.
        ({PAPERS: None, EVIDENCE: None, USES: None}, "eligible"),
        ({PAPERS: 0, EVIDENCE: [], USES: []}, "eligible"),
        # One failure decides, whatever is not known.
        ({FIELD: None, SUBMITTED: None, LEVEL: "junior"}, "ineligible"),
        ({FIELD: "journalism", GRASSROOTS: False}, "ineligible"),
        ({FIELD: "journalism"}, "undetermined"),
    ],
)
def test_the_scope(change: dict[str, object], expected: str) -> None:
    assert decide(change)["status"] == expected


@pytest.mark.parametrize(
    "change, expected",
    [({}, FOLLOWS), ({LEVEL: None}, FOLLOWS), ({LEVEL: "junior"}, {})],
)
def test_what_follows_is_told_unless_the_case_is_out_of_scope(
    change: dict[str, object], expected: dict[str, bool]
) -> None:
    assert decide(change)["consequences"] == expected


@pytest.mark.parametrize(
    "use, expected",
    [
        # 限当地有效; how far 当地 reaches is not told.
        ({"place": "same_unit"}, True),
        ({"place": "same_county"}, None),
        ({"place": "same_province"}, None),
        ({"place": "other_province"}, False),
        ({"place": None}, None),
        ({}, None),
    ],
)
def test_the_title_is_valid_in_place_and_not_in_another_province(
    use: dict[str, object], expected: bool | None
) -> None:
    assert decide({USES: [{"id": "u1", **use}]})["valid"] == {"u1": expected}


@pytest.mark.parametrize(
    "field, named",
    [
        # 农牧业、林草和水利: 检验检测报告、项目报告、推广计划、调查报告等
        ("agri_livestock", REPORTS),
        ("forestry_grassland", REPORTS),
        ("water", REPORTS),
        # 文物博物: 文博展览策划、保护修复方案、文物征集鉴定评估报告等
        ("cultural_relics_museum", WORKS),
        # For the others the text names none; and a field not known may be one of them.
        ("health", ()),
        ("school_teacher", ()),
        ("ulan_muqir", ()),
        ("journalism", ()),
        (None, ()),
    ],
)
def test_evidence_is_named_for_a_field_or_open(field: str | None, named: tuple[str, ...]) -> None:
    pieces = [*REPORTS, *WORKS, "performance"]
    expected = {piece: True if piece in named else None for piece in pieces}
    assert decide({FIELD: field, EVIDENCE: pieces})["evidence"] == expected


@pytest.mark.parametrize("on", [START_OF_2016, ARTICLE_DAY, date(2050, 1, 1)])
def test_no_text_closes_the_decision(on: date) -> None:
    assert decide({}, on)["status"] == "eligible"


def test_before_2016_nothing_is_decided() -> None:
    assert decide({FIELD: "health"}, END_OF_2015) == {"error": "not-yet-in-force"}


def test_every_boundary_is_answered_as_the_text_answers_it() -> None:
    boundaries = list(every_boundary())
    assert len(boundaries) > 400
    for name, facts, on, expected in boundaries:
        answer = senior_title(facts, on)
        assert answer.get("status", answer.get("error")) == expected, name


def test_the_generator_reaches_every_answer() -> None:
    rng = random.Random(20221125)
    answers = [senior_title(*case(rng)) for _ in range(scaled(3_000, long=100_000))]
    statuses = Counter(answer.get("status", "error") for answer in answers)
    assert (
        min(statuses[s] for s in ("eligible", "ineligible", "undetermined")) >= len(answers) / 10
    ), statuses
    assert {answer["error"] for answer in answers if "error" in answer} == {"not-yet-in-force"}
    for state in ("held", "failed", "unknown"):
        seen = {name for answer in answers for name in answer.get(state, ())}
        assert seen == {*FIVE} - ({"field"} if state == "failed" else set())
    of_uses = {truth for answer in answers for truth in answer.get("valid", {}).values()}
    of_pieces = {truth for answer in answers for truth in answer.get("evidence", {}).values()}
    assert (of_uses, of_pieces) == ({True, False, None}, {True, None})
    assert {n for answer in answers for n in [len(answer.get("valid", ()))]} == {0, 1, 2, 4}


def test_one_more_fact_never_takes_an_answer_back() -> None:
    """What is decided with facts unknown stays so whatever they turn out to be."""
    rng = random.Random(7)
    compared = 0
    for _ in range(scaled(3_000, long=200_000)):
        facts, on = case(rng)
        more, _ = case(rng)
        filled = facts | {name: more.get(name) for name in FACTS if facts.get(name) is None}
        before, after = senior_title(facts, on), senior_title(filled, on)
        if filled == facts or "error" in before:
            continue
        compared += 1
        for certain in ("held", "failed"):
            assert set(before[certain]) <= set(after[certain])
        if before["status"] != "undetermined":
            assert after["status"] == before["status"]
        if after["status"] == "ineligible":  # then nothing follows
            continue
        for group in ("valid", "evidence"):
            for name, truth in before[group].items():
                assert truth is None or after[group][name] is truth
    assert compared > 1_000


def test_facts_for_the_package_are_the_same_facts() -> None:
    facts = good_application() | {USES: [{"id": "u1", "place": place} for place in PLACES]}
    assert to_package(facts) == facts
    assert to_package(facts | {SUBMITTED: date(2022, 11, 30)})[SUBMITTED] == "2022-11-30"
    assert to_package({SUBMITTED: None}) == {SUBMITTED: None}
