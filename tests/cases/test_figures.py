"""Expected values: which values of a decision match them, and which do not."""

from datetime import date
from fractions import Fraction
from typing import Any, Final

import pytest

from policyrules.cases.expected_value import ExpectedValue, read_figure
from policyrules.diagnostics import Diagnostics
from policyrules.ir.types import Kind, Type, Unit
from policyrules.syntax.yaml import Scalar
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span
from policyrules.values.calendar import read_figure as read_calendar
from policyrules.values.exact import Exact, normalize
from policyrules.values.possible import Figures, Interval, PeriodSet, Possible, WordSet

WORDS: Final = {"large": LocalizedText("大型", "large"), "small": LocalizedText("小型", "small")}
TYPES: Final = {
    "count": Type(Kind.COUNT, Unit.from_name("person")),
    "ratio": Type(Kind.RATIO, places=4),
    "money": Type(Kind.MONEY, Unit.from_name("CNY"), places=2),
    "date": Type(Kind.DATE),
    "yes_no": Type(Kind.YES_NO),
    "word": Type(Kind.WORD, words=WORDS, none=LocalizedText("无", "none")),
    "words": Type(Kind.WORDS, words=WORDS),
    "period": Type(Kind.PERIOD),
}


def figure(text: str, kind: str) -> ExpectedValue:
    diagnostics = Diagnostics()
    value = read_figure(Scalar(text, Span.empty_at("x.cases.yaml")), TYPES[kind], diagnostics)
    assert value is not None, [str(diagnostic) for diagnostic in diagnostics.sorted()]
    return value


def number(text: str | None, kind: Kind) -> Exact | None:
    if text is None:
        return None
    return read_calendar(kind, text) if kind.is_calendar else normalize(Fraction(text))


def period(text: str) -> tuple[int, int]:
    first, last = text.split("..")
    return date.fromisoformat(first).toordinal(), date.fromisoformat(last).toordinal()


def possible(data: Any, kind: Kind) -> Possible:
    """Return the value of a decision that is written as `data`."""
    if isinstance(data, list):
        return Possible(WordSet(frozenset(data), frozenset(data)))
    if not isinstance(data, dict):
        return possible({"min": data, "max": data} if kind.is_ordered else {"one_of": [data]}, kind)
    figures: Figures | None = None
    if "min" in data:
        figures = Interval(number(data["min"], kind), number(data["max"], kind))
    elif "possible" in data:
        certain, words = frozenset(data["certain"]), frozenset(data["possible"])
        figures = WordSet(certain, words, open_by=("more_words",))
    elif "within" in data:
        first, last = period(data["within"])
        figures = PeriodSet(frozenset({(first, last), (first, last - 1)}), "window")
    elif kind is Kind.PERIOD and "one_of" in data:
        figures = PeriodSet(frozenset(map(period, data["one_of"])), "window")
    elif "one_of" in data:
        figures = frozenset(data["one_of"])
    return Possible(figures, "none" in data, "not_stated" in data, "undefined" in data)


YEAR: Final = "2022-01-01..2022-12-31"


@pytest.mark.parametrize(
    "text, kind, data, agrees",
    [
        ("30", "count", "30", True),
        ("30", "count", "31", False),
        ("30", "count", {"min": "30", "max": "30", "not_stated": True}, False),
        ("20%", "ratio", "1/5", True),
        ("20%", "ratio", "1/4", False),
        ("90000.00 CNY", "money", "90000.00", True),
        ("1..3", "count", {"min": "1", "max": "3"}, True),
        ("1..3", "count", {"min": "1", "max": "4"}, False),
        ("1..3", "count", {"min": "0", "max": "3"}, False),
        ("1..3", "count", {"min": "1", "max": None}, False),
        ("1..", "count", {"min": "1", "max": None}, True),
        ("..3", "count", {"min": None, "max": "3"}, True),
        ("..", "count", {"min": None, "max": None}, True),
        # Beside a range the flags are compared where one is written.
        ("1..3", "count", {"min": "1", "max": "3", "not_stated": True}, True),
        ("1..3 or none", "count", {"min": "1", "max": "3", "not_stated": True}, False),
        ("1..3 or not_stated", "count", {"min": "1", "max": "3", "not_stated": True}, True),
        ("1..3 or not_stated", "count", {"min": "1", "max": "3"}, False),
        ("not_stated", "count", {"not_stated": True}, True),
        ("not_stated", "count", {"not_stated": True, "undefined": True}, False),
        ("undefined", "count", {"not_stated": True}, False),
        ("none", "word", {"none": True}, True),
        ("none", "word", "large", False),
        ("2022-07-15", "date", "2022-07-15", True),
        ("2022-07-15", "date", "2022-07-16", False),
        ("true", "yes_no", True, True),
        ("true", "yes_no", False, False),
        ("true or false", "yes_no", {"one_of": [False, True]}, True),
        ("large", "word", "large", True),
        ("large or small", "word", {"one_of": ["large", "small"]}, True),
        ("large", "word", {"one_of": ["large", "small"]}, False),
        ("large or none", "word", {"one_of": ["large"], "none": True}, True),
        ("large, small", "words", ["large", "small"], True),
        ("large", "words", ["large", "small"], False),
        (YEAR, "period", YEAR, True),
        # What is still open names no figure, whatever flags go with it.
        ("large", "words", {"certain": ["large"], "possible": ["large", "small"]}, False),
        ("not_stated", "words", {"certain": [], "possible": ["large"], "not_stated": True}, False),
        ("not_stated", "words", {"certain": [], "possible": [], "not_stated": True}, False),
        ("undefined", "words", {"certain": [], "possible": ["large"], "undefined": True}, False),
        ("not_stated", "period", {"within": YEAR, "not_stated": True}, False),
        (YEAR, "period", {"within": YEAR}, False),
    ],
)
def test_a_figure_agrees_with_what_is_the_same_and_with_nothing_else(
    text: str, kind: str, data: object, agrees: bool
) -> None:
    assert figure(text, kind).matches(possible(data, TYPES[kind].kind)) is agrees
