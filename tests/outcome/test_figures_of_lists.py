"""The figures of lists in reasons: their titles in both languages, and their values."""

from datetime import date
from typing import Final

from tests.support.rules import EXPRESSIONS, ruleset

from policyrules.decisions.reasons import Operand
from policyrules.engines import reference
from policyrules.evaluation.dated import dated
from policyrules.intake import situation_from
from policyrules.outcome.build import build_decision

HIRES: Final = [
    {"id": "p1", "wage": 3000, "elsewhere": True, "status": "graduate", "hired_on": "2022-03-01"},
    {"id": "p2", "wage": 4000, "elsewhere": True, "status": "graduate", "hired_on": "2022-02-01"},
]


def operand(text: str) -> Operand:
    """The left side of a test on a list of two hires."""
    situation = situation_from({"hires": HIRES, "employer.trades": ["retail"]}, ruleset())
    decision = build_decision(
        reference.evaluate(dated(ruleset(), date(2022, 6, 1)), situation), library=""
    )
    (comparison,) = decision.reasons[f"c-{EXPRESSIONS.index(text)}"].comparisons
    return comparison.left


def sentences(text: str) -> tuple[str, str, str]:
    side = operand(text)
    return side.title.zh, side.title.en, side.value.text("en")


def test_the_largest_and_the_earliest_say_what_they_are() -> None:
    assert sentences("max(hire.wage for hire in hires) > wage") == (
        "最大的工资",
        "Largest wage",
        "4,000.00 CNY",
    )
    earliest = operand("min(hire.hired_on for hire in hires if hire.eligible) in season")
    assert (earliest.title.zh, earliest.title.en) == ("最早的招用日期", "Earliest hired on")


def test_a_sum_of_the_largest_names_the_number_of_entries() -> None:
    assert sentences("sum_of_largest((due for hire in hires), few) > wage") == (
        "应发最高的若干项之和（项数：少）",
        "Sum of the largest due (as many as: few)",
        "4,000.00 CNY",
    )


def test_different_words_are_a_number() -> None:
    assert sentences("distinct(hire.status for hire in hires if hire.elsewhere) > 1") == (
        "不同身份的数目",
        "Number of different: status",
        "1",
    )
