"""`missing`: the next questions, their possible answers, and the reason if there is none."""

import io
import json
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import pytest
from tests.support.shipped import shipped

from policyrules.cli import main
from policyrules.decisions.decision import MissingFact
from policyrules.intake import Intake
from policyrules.intake.questions import answer_to, answers
from policyrules.ir.ruleset import Fact, ListDeclaration
from policyrules.ir.types import Kind, Type, Unit
from policyrules.text.localized import LocalizedText

REFUND = "cn-nm/job-stabilisation-refund"
FIRM = Path(__file__).parents[2] / "docs" / "examples" / "firm-of-30.yaml"

Ask = Callable[..., str]


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What the command says of facts that come from standard input."""

    def program(facts: str, *arguments: str) -> str:
        data = io.TextIOWrapper(io.BytesIO(facts.encode()), encoding="utf-8")
        monkeypatch.setattr("sys.stdin", data)
        status = main(["missing", REFUND, "-", "--on", "2022-11-25", *arguments])
        out, err = capsys.readouterr()
        assert (status, err) == (0, "")
        return out

    return program


def firm(**changed: str) -> str:
    facts = FIRM.read_text(encoding="utf-8")
    for name, value in changed.items():
        before = next(line for line in facts.splitlines() if line.startswith(f"  {name}:"))
        facts = facts.replace(before, f"  {name}: {value}")
    return facts


def data(text: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(text)
    return answer


def test_the_questions_are_those_of_the_decision_in_its_order(ask: Ask) -> None:
    asked = data(ask("{}", "--json"))
    decided = shipped(REFUND).on(date(2022, 11, 25)).decide({})
    assert (asked["status"], asked["next"]) == ("undetermined", "ask")
    assert [question["fact"] for question in asked["missing"]] == [
        question.fact for question in decided.missing
    ]
    assert asked["unsettled"] == [point.to_dict() for point in decided.unsettled]


def test_each_question_says_what_may_be_answered_to_it_and_to_its_alternatives(ask: Ask) -> None:
    asked = {question["fact"]: question for question in data(ask("{}", "--json"))["missing"]}
    rate = asked["employer.layoff_rate"]
    assert [answer["fact"] for answer in rate["answers"]] == [
        "employer.layoff_rate",
        *rate["alternatives"],
    ]
    assert rate["answers"][0]["question"] == rate["question"]
    headcount = rate["answers"][1]
    assert (headcount["kind"], headcount["unit"]) == ("count", "person")
    assert (headcount["min"], headcount["max"]) == ("0", "10000000")
    size = asked["employer.size"]["answers"][0]
    assert (size["words"]["large"]["zh"], size["none"]["en"]) == ("大型", "not classed")


def test_a_reader_is_told_question_answer_and_alternatives(ask: Ask) -> None:
    text = ask("{employer: {kind: enterprise, layoff_rate: 2%}}", "--lang", "en")
    assert "1. How many years of payments did the fund's balance cover last year? (2021)" in text
    assert "answer: a whole number of months, 0 to 1,200" in text
    assert "answer: one of `large`, `medium`, `small`, `micro`, `none` (not classed)" in text
    assert "What may stay open even if all facts are known" in text
    text = ask("{}")
    assert "回答：以下之一：`large`（大型）" in text
    assert (
        "或者：上年度裁员多少人？（employer.laid_off） 回答：整数，以人计，0 至 10,000,000" in text
    )


@pytest.mark.parametrize(
    "changed, status",
    [({}, "eligible"), ({"laid_off": "7"}, "ineligible")],
)
def test_of_a_decided_case_nothing_is_asked(ask: Ask, changed: dict[str, str], status: str) -> None:
    asked = data(ask(firm(**changed), "--json"))
    assert (asked["status"], asked["next"], asked["missing"]) == (status, "decided", [])
    assert "no fact can change it" in ask(firm(**changed), "--lang", "en")


def test_where_only_the_text_leaves_it_open_nothing_is_asked_either(ask: Ask) -> None:
    facts = firm(size="none")  # the text has no rate for a firm that is not classed
    asked = data(ask(facts, "--json"))
    assert (asked["next"], asked["missing"]) == ("unsettled", [])
    assert asked["unsettled"]
    assert "no fact can settle" in ask(facts, "--lang", "en")


def test_whatever_an_answer_names_can_be_answered() -> None:
    """The ends of a range and the words are texts that a facts file may have."""
    ruleset = shipped(REFUND).ruleset
    intake = Intake(ruleset)
    for fact in ruleset.facts.values():
        answer = answer_to(fact)
        texts = [answer.min, answer.max, *answer.words, "none" if answer.none else None]
        for text in filter(None, texts):
            assert fact.name in intake.read({fact.name: text}).known


def test_a_list_and_the_facts_of_its_items_say_what_may_be_answered() -> None:
    title = LocalizedText("招用人员", "Hire")
    hires = ListDeclaration(
        "hires",
        title,
        title,
        LocalizedText("有哪些？", "Which?"),
        "id",
        Unit.from_name("person"),
        100,
    )
    month = Fact(
        "hires.paid",
        Type(Kind.LIST, entry_kind=Kind.MONTH),
        title,
        title,
        12 * 2000,
        12 * 2023,
        max_items=9,
    )
    ruleset = attrs.evolve(
        shipped(REFUND).ruleset, all_lists={"hires": hires}, vocabulary={month.name: month}
    )
    asked = LocalizedText("哪些月份？（p]1）", "Which months? (p]1)")
    item_answer, whole = answers(MissingFact('hires["p]1"].paid', ("hires",), asked), ruleset)
    assert (item_answer.fact, item_answer.question, item_answer.kind) == (
        'hires["p]1"].paid',
        asked,
        "list",
    )
    assert item_answer.text("en").startswith("a list of at most 9 entries, each a month such as")
    assert item_answer.text("zh").startswith("列表，最多 9 项，每项为月份")
    assert (whole.fact, whole.question, whole.kind) == ("hires", hires.ask, "items")
    assert "each with `id`" in whole.text("en")


def test_wrong_facts_are_an_error_like_everywhere(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    path = tmp_path / "facts.yaml"
    path.write_text("employer: {laidoff: 6}", encoding="utf-8")
    assert main(["missing", REFUND, str(path), "--on", "2022-11-25", "--json"]) == 1
    assert data(capsys.readouterr().out)["error"]["code"] == "invalid-facts"


OPEN_PARTS = """\
policyrules: 1
id: xx/parts
title: {zh: 缴费, en: Contributions}
legal_basis: law
in_force: {from: 2020-01-01, cite: law}
uses: [person, members]
parameters:
  full_age: {title: {zh: 成年, en: Full age}, type: count, unit: year, value: 18, cite: law}
  own_rate: {title: {zh: 个人, en: Own rate}, type: ratio, value: 2%, cite: law}
values:
  own_part: {title: {zh: 个人部分, en: Own part}, type: money, is: own_rate * person.income, cite: law}
lists:
  members:
    each: member
    values:
      part: {title: {zh: 部分, en: Part}, type: money, is: own_rate * member.pay, cite: law}
    conditions:
      local: {title: {zh: 本地, en: Local}, holds: member.is_local, cite: law}
    eligible: {all: [local]}
conditions:
  adult: {title: {zh: 成年, en: Adult}, holds: person.age >= full_age, cite: law}
  someone: {title: {zh: 有人, en: Someone}, holds: any(member.eligible for member in members), cite: law}
outcome:
  eligible: {all: [adult, someone]}
  consequences: [own_part]
"""
OPEN_PARTS_VOCABULARY = """\
policyrules: 1
subjects:
  person:
    title: {zh: 人, en: Person}
    facts:
      age: {title: {zh: 年龄, en: Age}, type: count, unit: year, range: 0..130}
      income: {title: {zh: 收入, en: Income}, type: money, range: 0..100000}
lists:
  members:
    title: {zh: 成员, en: Members}
    item: {zh: 成员, en: Member}
    key: id
    unit: person
    at_most: 40
    facts:
      is_local: {title: {zh: 本地, en: Local}, type: yes_no}
      pay: {title: {zh: 工资, en: Pay}, type: money, range: 0..9000}
"""


@pytest.mark.parametrize(
    "income, second, state, asked, details",
    [
        (
            "unknown",
            "is_local: unknown, pay: 5",
            "details",
            ["person.income"],
            ["members[b].is_local"],
        ),
        ("500", "is_local: unknown, pay: 5", "details", [], ["members[b].is_local"]),
        ("unknown", "is_local: true, pay: 5", "details", ["person.income"], []),
        ("500", "is_local: true, pay: unknown", "details", [], ["members[b].pay"]),
        ("500", "is_local: false, pay: 5", "decided", [], []),
    ],
)
def test_while_a_consequence_or_an_item_is_open_it_is_not_said_that_nothing_can_change(
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    income: str,
    second: str,
    state: str,
    asked: list[str],
    details: list[str],
) -> None:
    (tmp_path / "xx").mkdir()
    facts = (
        f"person: {{age: 20, income: {income}}}\n"
        f"members: [{{id: a, is_local: true, pay: 5}}, "
        f"{{id: b, {second}}}]\n"
    )
    files = {
        "sources.yaml": "policyrules: 1\nsources:\n  law: {title: 法, issued: 2020}\n",
        "vocabulary.yaml": OPEN_PARTS_VOCABULARY,
        "xx/parts.yaml": OPEN_PARTS,
        "facts.yaml": facts.replace("unknown", "null"),
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    command = ["missing", str(tmp_path / "xx" / "parts.yaml"), str(tmp_path / "facts.yaml")]
    assert main([*command, "--on", "2024-06-01", "--json"]) == 0
    answer = data(capsys.readouterr().out)
    assert (answer["status"], answer["next"]) == ("eligible", state)
    assert [question["fact"] for question in answer["missing"]] == asked
    assert [detail["fact"] for detail in answer["details"]] == details
    assert [fact for part in answer["open_results"] for fact in part["facts"]] == asked + details
    assert main([*command, "--on", "2024-06-01", "--lang", "en"]) == 0
    text = capsys.readouterr().out
    assert ("no fact can change it" in text) == (state == "decided")
    assert all(f"({fact})" in text and f"depends on {fact}" in text for fact in asked + details)
