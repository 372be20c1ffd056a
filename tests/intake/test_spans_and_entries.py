"""Every wrong entry of a list is reported, and a span of days or months gets a right remedy."""

from datetime import date
from typing import Final

import pytest
from tests.support.shipped import shipped

import policyrules

HIRING: Final = shipped("cn-nm/job-expansion-subsidy").on(date(2022, 11, 25))


def problems(name: str, value: object) -> list[tuple[str, str, str]]:
    with pytest.raises(policyrules.FactsError) as caught:
        HIRING.decide({"hires": [{"id": "p1", name: value}]})
    return [(each.code, each.found, each.remedy) for each in caught.value.problems]


def test_two_wrong_months_of_one_list_are_both_reported() -> None:
    messages = problems("ui_normal_months", ["2022-13", "2022-07", "2022-45", "2022-07"])
    assert messages == [
        ("no-such-date", "`2022-13`", ""),
        ("no-such-date", "`2022-45`", ""),
        ("given-twice", "`2022-07`", "leave one of them out"),
    ]


def test_of_many_wrong_entries_the_first_are_reported_and_the_others_counted() -> None:
    with pytest.raises(policyrules.FactsError) as caught:
        HIRING.decide({"hires": [{"id": "p1", "ui_normal_months": ["2022-13"] * 100}]})
    assert (len(caught.value.problems), caught.value.left_out) == (20, 80)


THREE_MONTHS: Final = "write every month: `[2022-07, 2022-08, 2022-09]`"


@pytest.mark.parametrize(
    "value, remedy",
    [
        ("2022-07..2022-09", THREE_MONTHS),
        (["2022-07..2022-09"], THREE_MONTHS),
        ("2022年7月至2022年9月", THREE_MONTHS),
        ("2022-07～2022-09", THREE_MONTHS),
        ("2022/7 to 2022/9", THREE_MONTHS),
        ("2022-07..2022-07", "write every month: `[2022-07]`"),
        ("2021-07..2022-07", "a list has every month as an entry of its own"),
        ("2022-09..2022-07", ""),
        ("2022-07..2022-13", ""),
    ],
)
def test_a_span_of_months_is_written_out_month_by_month(value: object, remedy: str) -> None:
    assert [each[2] for each in problems("ui_normal_months", value)] == [remedy]


def test_the_remedy_for_a_span_of_months_is_right() -> None:
    months = THREE_MONTHS.partition("[")[2].partition("]")[0].split(", ")
    facts = {"hires": [{"id": "p1", "ui_normal_months": months}]}
    assert HIRING.decide(facts).receipt.facts == facts | {
        "hires": ({"id": "p1", "ui_normal_months": tuple(months)},)
    }


def test_a_span_where_one_day_stands_asks_for_that_day() -> None:
    remedy = "a fact is one day: give it alone, or leave the fact out if it is unknown"
    assert problems("hired_on", "2022-07-01..2022-07-31") == [
        ("wrong-type", "`2022-07-01..2022-07-31`", remedy)
    ]


def test_what_is_expected_of_a_number_names_its_unit_in_the_plural() -> None:
    with pytest.raises(policyrules.FactsError) as caught:
        HIRING.decide({"hires": [{"id": "p1", "ui_paid_months": "x"}]})
    assert caught.value.problems[0].expected == "a whole number of months, 0 to 600"
