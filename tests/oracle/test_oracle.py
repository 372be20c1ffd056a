"""The refund by the oracle against figures worked out by hand, and its generator."""

import ast
import random
import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.oracle import oracle
from tests.oracle.boundary_facts import (
    ARTICLE_DAY,
    DISHONEST,
    ENVIRONMENT,
    FACTS,
    HEADCOUNT,
    KIND,
    LAID_OFF,
    MONTHS,
    PREMIUM,
    RATE,
    RESERVE,
    SIZE,
    ZOMBIE,
    every_boundary,
    firm,
    good_firm,
    to_package,
)
from tests.oracle.oracle import refund
from tests.support.scale import scaled

SEVEN = [
    "environment",
    "fund-reserve",
    "layoffs",
    "not-dishonest",
    "not-zombie",
    "paid-12-months",
    "subject",
]
SUMMER = date(2022, 8, 1)
SPRING = date(2022, 5, 1)


def money(
    status: str,
    value: str | None = None,
    between: tuple[str, str] | None = None,
    may_be_not_stated: bool = False,
) -> dict[str, Any]:
    low, high = (Fraction(end) for end in between) if between else (None, None)
    return {
        "status": status,
        "value": None if value is None else Fraction(value),
        "min": low,
        "max": high,
        "may_be_not_stated": may_be_not_stated,
    }


def percent(written: str) -> tuple[Fraction, int]:
    """`percent("23.33")` is the ratio 0.2333, written with four places."""
    return Fraction(written) / 100, 2 + len(written.partition(".")[2])


def draws(seed: int) -> random.Random:
    return random.Random(seed)


def test_the_oracle_shares_nothing_with_the_package() -> None:
    """It is a judge only as long as it takes nothing from what it judges, and can be read."""
    text = Path(oracle.__file__).read_text("utf-8")
    imported: set[str] = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            imported |= {name.name.partition(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or ".").partition(".")[0])
    assert imported <= sys.stdlib_module_names
    assert len(text.splitlines()) < 300


def test_a_firm_of_30_that_laid_off_6_gets_90_per_cent() -> None:
    assert refund(good_firm(), ARTICLE_DAY) == {
        "status": "eligible",
        "failed": [],
        "unknown": [],
        "held": SEVEN,
        "excluded": [],
        "amount": money("exact", "90000.00"),
    }


def test_nothing_known_leaves_all_seven_open() -> None:
    assert refund({}, ARTICLE_DAY) == {
        "status": "undetermined",
        "failed": [],
        "unknown": SEVEN,
        "held": [],
        "excluded": [],
        "amount": money("undetermined", may_be_not_stated=True),
    }


def test_everything_wrong_is_reported_together() -> None:
    facts = {
        RESERVE: Fraction("0.9999"),
        KIND: "other",
        SIZE: "micro",
        HEADCOUNT: 31,
        LAID_OFF: 6,
        MONTHS: 11,
        PREMIUM: Fraction(100_000),
        DISHONEST: True,
        ZOMBIE: True,
        ENVIRONMENT: False,
    }
    assert refund(facts, ARTICLE_DAY) == {
        "status": "ineligible",
        "failed": SEVEN,
        "unknown": [],
        "held": [],
        "excluded": [],
        "amount": money("not_applicable"),
    }


@pytest.mark.parametrize(
    "change, on, expected",
    [
        # Half up to the fen: 0.045, 0.005, 0.015 and 1.125 yuan.
        ({PREMIUM: Fraction("0.05")}, ARTICLE_DAY, money("exact", "0.05")),
        ({PREMIUM: Fraction("0.01"), SIZE: "large"}, ARTICLE_DAY, money("exact", "0.01")),
        ({PREMIUM: Fraction("0.03"), SIZE: "large"}, ARTICLE_DAY, money("exact", "0.02")),
        ({PREMIUM: Fraction("1.25")}, ARTICLE_DAY, money("exact", "1.13")),
        ({PREMIUM: Fraction("123456.75")}, ARTICLE_DAY, money("exact", "111111.08")),
        ({PREMIUM: Fraction(0)}, ARTICLE_DAY, money("exact", "0")),
        # The large rate: 30 % in spring, 30 to 50 % in summer, 50 % in the article.
        ({SIZE: "large"}, SPRING, money("exact", "30000")),
        ({SIZE: "large"}, date(2022, 6, 13), money("exact", "30000")),
        ({SIZE: "large"}, date(2022, 6, 14), money("range", between=("30000", "50000"))),
        ({SIZE: "large"}, SUMMER, money("range", between=("30000", "50000"))),
        ({SIZE: "large"}, date(2022, 11, 9), money("range", between=("30000", "50000"))),
        ({SIZE: "large"}, date(2022, 11, 10), money("exact", "50000")),
        ({SIZE: "large"}, ARTICLE_DAY, money("exact", "50000")),
        ({SIZE: "medium"}, SUMMER, money("exact", "90000")),
        # 30 and 50 % of two fen are 0.6 and 1 fen: one fen, whichever holds.
        ({SIZE: "large", PREMIUM: Fraction("0.02")}, SUMMER, money("exact", "0.01")),
        ({SIZE: "large", PREMIUM: Fraction(0)}, SUMMER, money("exact", "0")),
        # No class, no figure; an unknown class may have none.
        ({SIZE: "none"}, ARTICLE_DAY, money("not_stated")),
        ({SIZE: "none", PREMIUM: None}, ARTICLE_DAY, money("not_stated")),
        ({SIZE: None}, ARTICLE_DAY, money("range", None, ("50000", "90000"), True)),
        ({SIZE: None}, SUMMER, money("range", None, ("30000", "90000"), True)),
        ({SIZE: None, PREMIUM: Fraction(0)}, ARTICLE_DAY, money("range", None, ("0", "0"), True)),
        ({PREMIUM: None}, ARTICLE_DAY, money("range")),
        ({KIND: "law_firm", SIZE: None}, ARTICLE_DAY, money("exact", "90000")),
        ({KIND: "law_firm", SIZE: "none"}, SUMMER, money("exact", "90000")),
        ({KIND: "foundation", SIZE: "large"}, SPRING, money("exact", "90000")),
        # Eligibility open: bounds as if eligible.
        ({MONTHS: None}, ARTICLE_DAY, money("undetermined", None, ("90000", "90000"))),
        ({MONTHS: None, SIZE: "none"}, ARTICLE_DAY, money("undetermined", None, None, True)),
        (
            {KIND: None, SIZE: "large"},
            SPRING,
            money("undetermined", None, ("30000", "90000"), True),
        ),
        ({KIND: None, SIZE: "none"}, SPRING, money("undetermined", None, ("90000", "90000"), True)),
        ({KIND: "other"}, ARTICLE_DAY, money("not_applicable")),
    ],
)
def test_the_amount(change: dict[str, object], on: date, expected: dict[str, Any]) -> None:
    assert refund(good_firm() | change, on)["amount"] == expected


@pytest.mark.parametrize(
    "laid_off, headcount, rate, expected",
    [
        # Counts alone.
        (7, 30, None, "failed"),
        (6, 31, None, "failed"),
        (11, 200, None, "held"),
        (12, 200, None, "failed"),
        (0, None, None, "held"),
        (0, 0, None, "held"),
        (1, 0, None, "unknown"),
        (None, 0, None, "unknown"),
        (None, 30, None, "unknown"),
        (3_000_000, None, None, "unknown"),
        (8, 7, None, "failed"),
        # The rate alone, or with one count.
        (None, None, percent("5.5"), "held"),
        (None, None, percent("5.51"), "unknown"),
        (None, None, percent("20"), "unknown"),
        (None, None, percent("20.01"), "failed"),
        (None, None, percent("23"), "failed"),
        (None, 30, percent("20"), "held"),
        (None, 31, percent("20"), "failed"),
        (None, 0, percent("20"), "held"),
        (5, 0, percent("20"), "held"),
        (5, None, percent("2"), "held"),
        (5, None, percent("10"), "unknown"),
        # Both: 7/30 is 23.333... %, 2/37 is 5.4054 %.
        (7, 30, percent("23.33"), "failed"),
        (7, 30, percent("23"), "failed"),
        (7, 30, Fraction(7, 30), "failed"),
        (7, 30, percent("23.34"), "facts-disagree"),
        (7, 30, Fraction("0.2333"), "facts-disagree"),
        (6, 30, percent("5"), "facts-disagree"),
        (2, 37, percent("5.41"), "held"),
        (2, 37, percent("5.40"), "facts-disagree"),
        # 56 of 1018 is 5.50098... %: written 5.50 % it would pass, counted it would not.
        (56, 1018, percent("5.50"), "facts-disagree"),
        (56, 1018, percent("5.501"), "failed"),
        # 1 of 16 is exactly 6.25 %, half up 6.3 %; half even would say 6.2 %.
        (1, 16, percent("6.3"), "held"),
        (1, 16, percent("6.2"), "facts-disagree"),
        # None laid off is 0 % for certain. With 5 laid off of nobody knows how many, it may be that
        # nobody is insured; then no rate can be computed, and the one that is given stands.
        (0, None, percent("0"), "held"),
        (0, None, percent("0.01"), "facts-disagree"),
        (0, 0, percent("1"), "facts-disagree"),
        (5, None, percent("0.00"), "held"),
        (5, None, percent("0.000000"), "held"),
        (5, None, Fraction(0), "held"),
        (5, None, Fraction(1, 2_000_000), "held"),
        (None, 10_000_000, percent("100"), "failed"),
    ],
)
def test_the_layoffs(
    laid_off: int | None, headcount: int | None, rate: object, expected: str
) -> None:
    change = {LAID_OFF: laid_off, HEADCOUNT: headcount, RATE: rate}
    answer = refund(good_firm() | change, ARTICLE_DAY)
    if expected == "facts-disagree":
        assert answer == {"error": "facts-disagree"}
    else:
        assert "layoffs" in answer[expected]


@pytest.mark.parametrize(
    "on, expected",
    [
        (date(2021, 12, 31), {"error": "not-yet-in-force"}),
        (date(2023, 1, 1), {"error": "ended"}),
    ],
)
def test_outside_2022_nothing_is_decided(on: date, expected: dict[str, str]) -> None:
    assert refund(good_firm(), on) == expected


def test_every_boundary_is_answered_as_the_text_answers_it() -> None:
    boundaries = list(every_boundary())
    assert len(boundaries) > 2_000
    for name, facts, on, expected in boundaries:
        answer = refund(facts, on)
        assert answer.get("status", answer.get("error")) == expected, name


def test_the_generator_reaches_every_answer() -> None:
    rng = draws(20221125)
    answers = [refund(*firm(rng)) for _ in range(scaled(3_000, long=100_000))]
    statuses = Counter(answer.get("status", "error") for answer in answers)
    assert (
        min(statuses[s] for s in ("eligible", "ineligible", "undetermined")) >= len(answers) / 10
    ), statuses
    amounts = {answer["amount"]["status"] for answer in answers if "amount" in answer}
    assert amounts == {"exact", "range", "not_stated", "undetermined", "not_applicable"}
    errors = {answer["error"] for answer in answers if "error" in answer}
    assert errors == {"facts-disagree", "not-yet-in-force", "ended"}
    seen = {state: set[str]() for state in ("held", "failed", "unknown")}
    for answer in answers:
        for state, ids in seen.items():
            ids |= set(answer.get(state, ()))
    assert all(sorted(ids) == SEVEN for ids in seen.values())


def test_one_more_fact_never_takes_an_answer_back() -> None:
    """What is decided with facts unknown stays so whatever they turn out to be."""
    rng = draws(7)
    compared = 0
    for _ in range(scaled(3_000, long=200_000)):
        facts, on = firm(rng)
        more, _ = firm(rng)
        filled = facts | {n: more.get(n) for n in FACTS if facts.get(n) is None and n != RATE}
        before, after = refund(facts, on), refund(filled, on)
        if filled == facts or "error" in before or "error" in after:
            continue
        compared += 1
        assert set(before["held"]) <= set(after["held"])
        assert set(before["failed"]) <= set(after["failed"])
        if before["status"] != "undetermined":
            assert after["status"] == before["status"]
        low, high = before["amount"]["min"], before["amount"]["max"]
        if after["amount"]["status"] == "exact" and low is not None:
            assert low <= after["amount"]["value"] <= high
        if after["amount"]["status"] == "not_stated" and before["amount"]["status"] == "range":
            assert before["amount"]["may_be_not_stated"]
    assert compared > 1_000


def test_facts_for_the_package_keep_their_written_places() -> None:
    facts = {
        RATE: (Fraction("0.23"), 4),
        PREMIUM: Fraction("100000.5"),
        RESERVE: Fraction(1),
        LAID_OFF: None,
        KIND: "enterprise",
    }
    written = {name: str(value) for name, value in to_package(facts).items()}
    assert written == {
        RATE: "23.00%",
        PREMIUM: "100000.50",
        RESERVE: "1.0000",
        LAID_OFF: "None",
        KIND: "enterprise",
    }
    assert to_package({RATE: (Fraction("0.2"), 1)}) == {RATE: Decimal("0.2")}
    assert to_package({RATE: Fraction(7, 30)}) == {RATE: Fraction(7, 30)}


def test_all_generated_facts_can_be_written_for_the_package() -> None:
    rng = draws(1)
    for _ in range(scaled(500, long=50_000)):
        assert to_package(firm(rng)[0]).keys() <= set(FACTS)
