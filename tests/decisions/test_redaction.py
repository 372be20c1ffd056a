"""Decisions and errors as data without the facts of the case."""

from datetime import date

import attrs
from tests.support.shipped import shipped

import policyrules
from policyrules.decisions.decision import MissingFact
from policyrules.decisions.redaction import redacted_data, redacted_error
from policyrules.errors import FactProblem, FactsError
from policyrules.text.fact_path import FactPath
from policyrules.text.localized import LocalizedText

DECISION = shipped("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25)).decide({})


def test_the_answer_stays_and_what_shows_a_fact_goes() -> None:
    whole, redacted = DECISION.to_dict("en"), redacted_data(DECISION, "en")
    assert whole.keys() - redacted.keys() == {
        "values",
        "reasons",
        "consequence_reasons",
        "items",
    }
    assert redacted["receipt"] == {**whole["receipt"], "facts": None}
    assert {key: whole[key] for key in redacted if key != "receipt"} == {
        key: part for key, part in redacted.items() if key != "receipt"
    }


def test_what_is_missing_of_an_item_is_told_without_the_key_of_the_item() -> None:
    missing = tuple(
        MissingFact(
            str(FactPath("hires", "born_on", key)),
            (str(FactPath("hires", "age", key)), "hires"),
            LocalizedText(key, key),
        )
        for key in ("张三", "p]2", 'a]."b')
    )
    redacted = redacted_data(attrs.evolve(DECISION, missing=missing), "zh")
    assert redacted["missing"] == [
        {"fact": "hires[].born_on", "alternatives": ["hires[].age", "hires"]}
    ]


def test_what_is_no_path_of_a_fact_is_told_without_what_may_be_a_key() -> None:
    problem = FactProblem("unknown-fact", ("hires[张]三].born_on", "hires[张三"), "")
    assert redacted_error(FactsError([problem]))["facts"] == ["hires[]"]


def test_an_error_about_an_item_is_told_without_its_key_too() -> None:
    problem = FactProblem(
        "given-twice", ("hires[张三]",), "two items have `张三`", "`张三`", "another"
    )
    assert redacted_error(FactsError([problem])) == {
        "code": "invalid-facts",
        "message": "the facts are wrong; what was given is left out here",
        "facts": ["hires[]"],
        "problems": [
            {"code": "given-twice", "facts": ["hires[]"], "expected": "another", "place": ""}
        ],
    }


def test_another_error_shows_no_fact_and_is_told_whole() -> None:
    error = policyrules.RulesetNotFound("cn-nm/unknown")
    assert redacted_error(error) == error.to_dict()
