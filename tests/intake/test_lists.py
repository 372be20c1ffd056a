"""Facts that are dates, months, years, open words or lists: accepted forms, and errors."""

from datetime import date, datetime
from decimal import Decimal

import pytest
from jsonschema import Draft202012Validator
from tests.support.firm import office_ruleset

from policyrules.errors import FactsError
from policyrules.evaluation.situation import Situation
from policyrules.intake import Intake, facts_schema, read_facts_file
from policyrules.intake.problems import display

RULESET = office_ruleset()
INTAKE = Intake(RULESET)

OPENED, CLOSED, MONTH = "office.opened_on", "office.closed_on", "office.first_month"
YEAR, SECTOR = "office.base_year", "office.sector"
TRADES, PAID, INSPECTIONS = "office.trades", "office.paid_months", "office.inspections"


def answer(facts: object) -> str:
    """What is known, as texts, items by their keys; or every problem, each on one line."""
    try:
        situation = INTAKE.read(facts)  # type: ignore[arg-type]
    except FactsError as error:
        return str(error).replace("\n    ", " | ")
    return situation_text(situation)


def situation_text(situation: Situation) -> str:
    parts = [
        f"{name} {known.text(RULESET.facts[name].type)}" for name, known in situation.known.items()
    ]
    for name, items in situation.lists.items():
        parts.append(f"{name}: {len(items)}")
        for item in items:
            facts = (
                f"{fact.partition('.')[2]} {value.text(RULESET.facts[fact].type)}"
                for fact, value in item.known.items()
            )
            parts.append(f"{item.key}({', '.join(facts)})")
    return ", ".join(parts)


def named(value: object) -> str:
    return display(value)[:30]


@pytest.mark.parametrize(
    "fact, value, expected",
    [
        (OPENED, date(2022, 2, 28), "office.opened_on 2022-02-28"),
        (OPENED, "2020-02-29", "office.opened_on 2020-02-29"),
        (OPENED, " 2022-11-25 ", "office.opened_on 2022-11-25"),
        (
            CLOSED,
            "none",
            "office.closed_on none",
        ),
        (
            CLOSED,
            "未注销",
            "office.closed_on none",
        ),
        (
            CLOSED,
            "still open",
            "office.closed_on none",
        ),
        (OPENED, "2022/11/25", "office.opened_on 2022-11-25"),
        (OPENED, "2022.1.5", "office.opened_on 2022-01-05"),
        (OPENED, "2022-1-5", "office.opened_on 2022-01-05"),
        (OPENED, "2022年1月5日", "office.opened_on 2022-01-05"),
        (OPENED, "2022 年 11 月 25 日", "office.opened_on 2022-11-25"),
        (OPENED, "2022-11-25T00:00:00", "office.opened_on 2022-11-25"),
        (OPENED, "2022-11-25 00:00:00.000", "office.opened_on 2022-11-25"),
        (CLOSED, "Still-Open", "office.closed_on none"),
        (MONTH, "2022-09", "office.first_month 2022-09"),
        (MONTH, "2022-9", "office.first_month 2022-09"),
        (MONTH, "2022/9", "office.first_month 2022-09"),
        (MONTH, "2022年9月", "office.first_month 2022-09"),
        (MONTH, "2022年9月份", "office.first_month 2022-09"),
        (YEAR, "2021年", "office.base_year 2021"),
        (YEAR, "2021年度", "office.base_year 2021"),
        (YEAR, 2022, "office.base_year 2022"),
        (YEAR, "2021", "office.base_year 2021"),
        (SECTOR, "tourism", "office.sector tourism"),
        (SECTOR, "旅游", "office.sector tourism"),
        (SECTOR, "渔业", "office.sector 渔业"),
        (TRADES, [], "office.trades []"),
        (TRADES, ["零售", "渔业"], "office.trades ['retail', '渔业']"),
        (PAID, ["2022-01", "2022年2月"], "office.paid_months ['2022-01', '2022-02']"),
        (PAID, ("2022-01", "2022-03"), "office.paid_months ['2022-01', '2022-03']"),
        (
            INSPECTIONS,
            [date(2022, 1, 1), "2022-01-01"],
            "office.inspections ['2022-01-01', '2022-01-01']",
        ),
    ],
    ids=named,
)
def test_a_fact_is_understood(fact: str, value: object, expected: str) -> None:
    assert answer({fact: value}) == expected


@pytest.mark.parametrize(
    "fact, value, expected",
    [
        # Days.
        (
            OPENED,
            "2022/2/29",
            "`office.opened_on` is a date that the calendar does not have [no-such-date] | found: `2022/2/29` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31",
        ),
        (
            OPENED,
            "25/11/2022",
            "`office.opened_on` is not a date [wrong-type] | found: `25/11/2022` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31 | remedy: write `2022-11-25`",
        ),
        (
            OPENED,
            "２０２２年11月25日",
            "`office.opened_on` is not a date [wrong-type] | found: `２０２２年11月25日` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31 | remedy: `２` is a full-width digit: write `2022-11-25`",
        ),
        (
            OPENED,
            "2022／11／25",
            "`office.opened_on` is not a date [wrong-type] | found: `2022／11／25` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31 | remedy: `／` is a full-width slash: write `2022-11-25`",
        ),
        (
            OPENED,
            "2022-02-29",
            "`office.opened_on` is a date that the calendar does not have [no-such-date] | found: `2022-02-29` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31",
        ),
        (
            OPENED,
            "2022-13-01",
            "`office.opened_on` is a date that the calendar does not have [no-such-date] | found: `2022-13-01` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31",
        ),
        (
            OPENED,
            datetime(2022, 11, 25, 12, 0),  # noqa: DTZ001 - what a caller may give
            "`office.opened_on` is not a date [wrong-type] | found: a value of the Python type `datetime` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31 | remedy: give the day alone: `.date()`",
        ),
        (
            OPENED,
            20221125,
            "`office.opened_on` is not a date [wrong-type] | found: `20221125` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31",
        ),
        (
            OPENED,
            "1989-12-31",
            "`office.opened_on` is out of its range 1990-01-01 to 2022-12-31 [out-of-range] | found: `1989-12-31` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31 | remedy: is this the right figure?",
        ),
        (
            OPENED,
            "2023-01-01",
            "`office.opened_on` is out of its range 1990-01-01 to 2022-12-31 [out-of-range] | found: `2023-01-01` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31 | remedy: is this the right figure?",
        ),
        (
            OPENED,
            "none",
            "`office.opened_on` cannot be `none` [wrong-type] | found: `none` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31 | remedy: leave the fact out, or write `null`, if it is unknown",
        ),
        (
            OPENED,
            "unknown",
            "`office.opened_on` is not a date [wrong-type] | found: `unknown` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31 | remedy: leave the fact out, or write `null`, if it is unknown",
        ),
        # Months and years.
        (
            MONTH,
            "2022-13",
            "`office.first_month` is a month that the calendar does not have [no-such-date] | found: `2022-13` | expected: a month such as `2022-07`, 2020-01 to 2022-12",
        ),
        (
            MONTH,
            date(2022, 9, 1),
            "`office.first_month` is not a month [wrong-type] | found: a value of the Python type `date` | expected: a month such as `2022-07`, 2020-01 to 2022-12 | remedy: write it as a text: `2022-09`",
        ),
        (
            MONTH,
            "2023-01",
            "`office.first_month` is out of its range 2020-01 to 2022-12 [out-of-range] | found: `2023-01` | expected: a month such as `2022-07`, 2020-01 to 2022-12 | remedy: is this the right figure?",
        ),
        (
            YEAR,
            "22",
            "`office.base_year` is not a calendar year [wrong-type] | found: `22` | expected: a calendar year such as `2022`, 2019 to 2022",
        ),
        (
            YEAR,
            2018,
            "`office.base_year` is out of its range 2019 to 2022 [out-of-range] | found: `2018` | expected: a calendar year such as `2022`, 2019 to 2022 | remedy: is this the right figure?",
        ),
        (
            YEAR,
            Decimal(2022),
            "`office.base_year` is not a calendar year [wrong-type] | found: `2022` | expected: a calendar year such as `2022`, 2019 to 2022",
        ),
        (
            YEAR,
            True,
            "`office.base_year` is not a calendar year [wrong-type] | found: `true` | expected: a calendar year such as `2022`, 2019 to 2022",
        ),
        # Words and lists.
        (
            SECTOR,
            3,
            "`office.sector` is a word [wrong-type] | found: `3` | expected: one of `retail`, `tourism`, or another word",
        ),
        (
            SECTOR,
            "",
            "`office.sector` has no such word [unknown-word] | found: an empty text | expected: one of `retail`, `tourism`, or another word | remedy: leave the fact out, or write `null`, if it is unknown",
        ),
        (
            TRADES,
            "retail",
            "`office.trades` is not a list [wrong-type] | found: `retail` | expected: a list of at most 3 entries, each one of `retail`, `tourism`, or another word | remedy: write `[retail]`",
        ),
        (
            TRADES,
            {"retail"},
            "`office.trades` is not a list [wrong-type] | found: a value of the Python type `set` | expected: a list of at most 3 entries, each one of `retail`, `tourism`, or another word | remedy: give them in an order: a list",
        ),
        (
            TRADES,
            ["retail", None],
            "an entry of `office.trades` is not known [wrong-type] | found: nothing | expected: a list of at most 3 entries, each one of `retail`, `tourism`, or another word | remedy: leave the list out if an entry is unknown",
        ),
        (
            TRADES,
            ["retail", "零售"],
            "`office.trades` has an entry twice [given-twice] | found: `零售` | expected: a list of at most 3 entries, each one of `retail`, `tourism`, or another word | remedy: leave one of them out",
        ),
        (
            TRADES,
            ["a", "b", "c", "d"],
            "`office.trades` has too many entries [out-of-range] | found: 4 of them | expected: a list of at most 3 entries, each one of `retail`, `tourism`, or another word",
        ),
        (
            PAID,
            ["2022-01", "2022-01"],
            "`office.paid_months` has an entry twice [given-twice] | found: `2022-01` | expected: a list of at most 12 entries, each a month such as `2022-07`, 2020-01 to 2022-12 | remedy: leave one of them out",
        ),
        (
            INSPECTIONS,
            "none",
            "`office.inspections` is not a list [wrong-type] | found: `none` | expected: a list of at most 12 entries, each a date such as `2022-07-15`, 2020-01-01 to 2022-12-31 | remedy: write `[]` where there is none",
        ),
    ],
    ids=named,
)
def test_a_fact_is_refused_with_what_was_found_and_expected(
    fact: str, value: object, expected: str
) -> None:
    assert answer({fact: value}) == expected


@pytest.mark.parametrize(
    "hires, expected",
    [
        ([], "hires: 0"),
        (None, ""),
        ([{"id": "p1"}], "hires: 1, p1()"),
        ([{"id": " 张三 ", "wage": "300"}], "hires: 1, 张三(wage 300.00)"),
        ([{"id": 7, "status": None}], "hires: 1, 7()"),
        (
            ({"id": "b", "born_on": "2000-02-29"}, {"id": "a", "months": ["2022-01"]}),
            "hires: 2, b(born_on 2000-02-29), a(months ['2022-01'])",
        ),
    ],
    ids=named,
)
def test_items_are_understood_in_their_order(hires: object, expected: str) -> None:
    assert answer({"hires": hires}) == expected


@pytest.mark.parametrize(
    "hires, expected",
    [
        (
            "p1",
            "`hires` is not a list [wrong-type] | found: `p1` | expected: a list of mappings, each with `id` | remedy: write `hires: [{id: …}]`; `[]` where there is none",
        ),
        (
            {"id": "p1"},
            "`hires` is not a list [wrong-type] | found: a mapping | expected: a list of mappings, each with `id` | remedy: write `hires: [{id: …}]`; `[]` where there is none",
        ),
        (
            ["p1"],
            "an item of `hires` is not a mapping [wrong-type] | found: `p1` | expected: `id` and facts: `born_on`, `hired_on`, `wage`, `status`, `months` | remedy: write `{id: p1}`",
        ),
        (
            [{"born_on": "2000-01-01"}],
            "an item of `hires` has no `id` [wrong-type] | expected: a short text that no other item has | remedy: give each an `id` of its own, such as `p1`",
        ),
        (
            [{"id": None}],
            "an item of `hires` has no `id` [wrong-type] | expected: a short text that no other item has | remedy: give each an `id` of its own, such as `p1`",
        ),
        (
            [{"id": ["p1"]}],
            "the `id` of an item of `hires` is not a name [wrong-type] | found: a list | expected: a short text that no other item has | remedy: give each an `id` of its own, such as `p1`",
        ),
        (
            [{"id": True}],
            "the `id` of an item of `hires` is not a name [wrong-type] | found: `true` | expected: a short text that no other item has | remedy: give each an `id` of its own, such as `p1`",
        ),
        (
            [{"id": " "}],
            "the `id` of an item of `hires` is not a name [wrong-type] | found: ` ` | expected: a short text that no other item has | remedy: give each an `id` of its own, such as `p1`",
        ),
        (
            [{"id": "p1"}, {"id": "p2"}, {"id": "p1"}],
            "`hires` has two items with the id `p1` [given-twice] | found: entries 1 and 3 | expected: another id for each | remedy: leave one of them out, or correct it",
        ),
        (
            [{"id": "p1"}, {"id": " p1"}],
            "`hires` has two items with the id `p1` [given-twice] | found: entries 1 and 2 | expected: another id for each | remedy: leave one of them out, or correct it",
        ),
        (
            [{"id": "p1", "wages": 3}],
            "an item of `hires` has no fact `wages` [unknown-fact] | remedy: did you mean `wage`?",
        ),
        (
            [{"id": "p1", 3: 3}],
            "a fact has a name that is not a text [unknown-fact] | found: `3` | expected: a name",
        ),
        (
            [{"id": "p1", "wage": -1}],
            "`hires[p1].wage` is out of its range 0 to 100,000 [out-of-range] | found: `-1` | expected: an amount in CNY with at most 2 decimal places, 0 to 100,000 | remedy: it cannot be negative",
        ),
        (
            [{"id": "p1", "born_on": "2001-02-29"}],
            "`hires[p1].born_on` is a date that the calendar does not have [no-such-date] | found: `2001-02-29` | expected: a date such as `2022-07-15`, 1950-01-01 to 2022-12-31",
        ),
        (
            [{"wage": "much"}],
            "an item of `hires` has no `id` [wrong-type] | expected: a short text that no other item has | remedy: give each an `id` of its own, such as `p1`\n`hires[?].wage` is not an amount [wrong-type] | found: `much` | expected: an amount in CNY with at most 2 decimal places, 0 to 100,000",
        ),
        (
            [{"id": "p1", "months": ["2022-01", None]}],
            "an entry of `hires[p1].months` is not known [wrong-type] | found: nothing | expected: a list of at most 3 entries, each a month such as `2022-07`, 2020-01 to 2025-01 | remedy: leave the list out if an entry is unknown",
        ),
        (
            [{"id": f"p{n}"} for n in range(4)],
            "`hires` has too many items [out-of-range] | found: 4 of them | expected: at most 3 | remedy: is this one case?",
        ),
    ],
    ids=named,
)
def test_items_are_refused_with_what_was_found_and_expected(hires: object, expected: str) -> None:
    assert answer({"hires": hires}) == expected


@pytest.mark.parametrize(
    "facts, expected",
    [
        (
            {"hires.wage": 3},
            "`hires.wage` is a fact of each item of `hires` [unknown-fact] | found: `3` | remedy: give it with the item: `hires: [{id: …, wage: …}]`",
        ),
        (
            {"hires.wages": 3},
            "there is no fact `hires.wages` [unknown-fact] | found: `3` | remedy: did you mean `hires.wage`?",
        ),
        (
            {"hire": [{"id": "p1"}]},
            "there is no list `hire` [unknown-fact] | remedy: did you mean `hires`?",
        ),
        (
            {"hire": {"id": "p1"}},
            "there is no subject `hire` [unknown-fact] | expected: one of `pooling_area`, `employer`, `office`, `hires` | remedy: did you mean `hires`?",
        ),
        (
            {"wage": 3},
            "there is no fact `wage` [unknown-fact] | found: `3` | remedy: write `hires.wage`",
        ),
        (
            {"born_on": "2000-01-01"},
            "there is no fact `born_on` [unknown-fact] | found: `2000-01-01` | remedy: write `hires.born_on`",
        ),
    ],
    ids=named,
)
def test_what_belongs_to_an_item_is_not_taken_for_a_fact_of_the_case(
    facts: object, expected: str
) -> None:
    assert answer(facts) == expected


def test_every_problem_of_every_item_is_reported() -> None:
    items = [{"id": "p1", "wage": -1, "statu": "x"}, {"id": "p2", "born_on": "2001-02-29"}, 3]
    with pytest.raises(FactsError) as caught:
        INTAKE.read({"hires": items, OPENED: "2022-02-30"}, path="firm 7")
    assert [(problem.code, *problem.facts) for problem in caught.value.problems] == [
        ("out-of-range", "hires[p1].wage"),
        ("unknown-fact", "hires.statu"),
        ("no-such-date", "hires[p2].born_on"),
        ("wrong-type", "hires"),
        ("no-such-date", OPENED),
    ]
    assert {problem.place for problem in caught.value.problems} == {"firm 7"}


# --- facts that cannot all be true ---------------------------------------------------------------


@pytest.mark.parametrize(
    "facts, expected",
    [
        (
            {OPENED: "2000-01-01", CLOSED: "2000-01-01"},
            "office.opened_on 2000-01-01, office.closed_on 2000-01-01",
        ),
        ({OPENED: "2000-01-02", CLOSED: None}, "office.opened_on 2000-01-02"),
        (
            {
                "hires": [
                    {"id": "p1", "born_on": "2001-01-01"},
                    {"id": "p2", "hired_on": "2000-01-01"},
                ]
            },
            "hires: 2, p1(born_on 2001-01-01), p2(hired_on 2000-01-01)",
        ),
        (
            {OPENED: "2000-01-02", CLOSED: "2000-01-01"},
            "the facts cannot all be true: `office.closed_on`, `office.opened_on` [facts-disagree] | found: `office.closed_on` is 2000-01-01, `office.opened_on` is 2000-01-02 | expected: `office.closed_on is none or office.opened_on <= office.closed_on` | remedy: correct one of them, or leave one out",
        ),
        (
            {
                "hires": [
                    {"id": "p1", "born_on": "2001-01-01", "hired_on": "2000-12-31"},
                    {"id": "p2", "born_on": "2000-01-01", "hired_on": "2020-01-01"},
                    {"id": "p3", "born_on": "2022-01-01", "hired_on": "2020-01-01"},
                ]
            },
            "the facts cannot all be true: `hires[p1].born_on`, `hires[p1].hired_on` [facts-disagree] | found: `hires[p1].born_on` is 2001-01-01, `hires[p1].hired_on` is 2000-12-31 | expected: `hires.born_on <= hires.hired_on` | remedy: correct one of them, or leave one out\nthe facts cannot all be true: `hires[p3].born_on`, `hires[p3].hired_on` [facts-disagree] | found: `hires[p3].born_on` is 2022-01-01, `hires[p3].hired_on` is 2020-01-01 | expected: `hires.born_on <= hires.hired_on` | remedy: correct one of them, or leave one out",
        ),
    ],
    ids=named,
)
def test_facts_that_break_a_rule_for_certain_are_refused(facts: object, expected: str) -> None:
    assert answer(facts) == expected


def test_what_is_not_readable_is_told_before_what_disagrees() -> None:
    facts = {OPENED: "2000-01-02", CLOSED: "2000-01-01", YEAR: 1}
    assert "[facts-disagree]" not in answer(facts)


# --- files ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name, data, path, expected",
    [
        (
            "YAML keeps days and months as written",
            b"office: {opened_on: 2022-11-25, first_month: 2022-09, base_year: 2022}\n",
            "f.yaml",
            "office.opened_on 2022-11-25, office.first_month 2022-09, office.base_year 2022",
        ),
        (
            "YAML with items and lists",
            b"hires:\n- {id: p1, born_on: 2000-01-01}\n- id: 007\n  months:\n  - 2022-01\n",
            "f.yaml",
            "hires: 2, p1(born_on 2000-01-01), 007(months ['2022-01'])",
        ),
        (
            "JSON with items and lists",
            b'{"hires": [{"id": "p1", "wage": 300.5}], "office": {"trades": []}}',
            "f.json",
            "office.trades [], hires: 1, p1(wage 300.50)",
        ),
        (
            "a key twice in YAML",
            b"hires:\n- {id: p1}\n- {id: p2}\n- {id: p1}\n",
            "f.yaml",
            "f.yaml:4:3: `hires` has two items with the id `p1` [given-twice] | found: the first is at f.yaml:2:3 | expected: another id for each | remedy: leave one of them out, or correct it",
        ),
        (
            "a key twice in JSON",
            b'{"hires": [\n {"id": "p1"},\n {"id": "p1"}]}',
            "f.json",
            "f.json:3:2: `hires` has two items with the id `p1` [given-twice] | found: the first is at f.json:2:2 | expected: another id for each | remedy: leave one of them out, or correct it",
        ),
        (
            "a misspelt fact of an item",
            b"hires:\n- id: p1\n  waged: 3\n",
            "f.yaml",
            "f.yaml:3:3: an item of `hires` has no fact `waged` [unknown-fact] | remedy: did you mean `wage`?",
        ),
        (
            "a day that does not exist",
            b'{"hires": [{"id": "p1",\n  "born_on": "2022-02-29"}]}',
            "f.json",
            "f.json:2:3: `hires[p1].born_on` is a date that the calendar does not have [no-such-date] | found: `2022-02-29` | expected: a date such as `2022-07-15`, 1950-01-01 to 2022-12-31",
        ),
        (
            "an item without a key",
            b"hires:\n- {id: p1}\n- {wage: 3}\n",
            "f.yaml",
            "f.yaml:3:3: an item of `hires` has no `id` [wrong-type] | expected: a short text that no other item has | remedy: give each an `id` of its own, such as `p1`",
        ),
        (
            "an entry that is not known",
            b"office:\n  trades: [retail, null]\n",
            "f.yaml",
            "f.yaml:2:3: an entry of `office.trades` is not known [wrong-type] | found: nothing | expected: a list of at most 3 entries, each one of `retail`, `tourism`, or another word | remedy: leave the list out if an entry is unknown",
        ),
        (
            "an empty entry of a list of items",
            b"hires:\n- {id: p1}\n-\n",
            "f.yaml",
            "f.yaml:3:2: an item of `hires` is not a mapping [wrong-type] | expected: `id` and facts: `born_on`, `hired_on`, `wage`, `status`, `months`",
        ),
        (
            "a moment for a day",
            b"office:\n  opened_on: 2022-11-25T12:00:00\n",
            "f.yaml",
            "f.yaml:2:3: `office.opened_on` is not a date [wrong-type] | found: `2022-11-25T12:00:00` | expected: a date such as `2022-07-15`, 1990-01-01 to 2022-12-31 | remedy: give the day alone, without a time",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_a_facts_file_is_read_with_its_places(
    name: str, data: bytes, path: str, expected: str
) -> None:
    try:
        result = situation_text(INTAKE.read(read_facts_file(data, path)))
    except FactsError as error:
        result = str(error).replace("\n    ", " | ")
    assert result == expected, name


def test_the_schema_of_the_facts_takes_items_and_lists() -> None:
    schema = facts_schema(RULESET)
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    good = {
        "office": {"opened_on": "2022-02-28", "trades": ["渔业"], "sector": "渔业"},
        "hires": [{"id": "p1", "born_on": "2000-01-01", "months": []}],
    }
    assert validator.is_valid(good)
    for bad in (
        {"office": {"opened_on": 20220228}},
        {"office": {"trades": "retail"}},
        {"office": {"trades": ["a", "b", "c", "d"]}},
        {"hires": {"id": "p1"}},
        {"hires": [{"born_on": "2000-01-01"}]},
        {"hires": [{"id": "p1", "wages": 3}]},
        {"hires.wage": 3},
    ):
        assert not validator.is_valid(bad), bad
