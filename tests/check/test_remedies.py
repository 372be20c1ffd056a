"""Laws of remedies: a proposed literal has the same value, and no name is dropped."""

import re
from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from policyrules.check.calendar_literals import calendar_remedy, read_date, read_figure, read_period
from policyrules.check.literals import number_remedy, read_number, read_range
from policyrules.diagnostics import Diagnostics, name_remedy
from policyrules.ir.types import PLAIN, Kind, Type, Unit
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span
from policyrules.values.exact import Exact, decimal_text

PER_HEAD = Unit.from_name("CNY") / Unit.from_name("person")
TYPES = [
    Type(Kind.COUNT, Unit.from_name("person")),
    Type(Kind.NUMBER),
    Type(Kind.NUMBER, Unit.from_name("year")),
    Type(Kind.RATIO),
    Type(Kind.MONEY, Unit.from_name("CNY")),
    Type(Kind.MONEY, PER_HEAD),
]
MONEY = TYPES[4]
AT = Span.empty_at("")


def proposed(remedy: str) -> str | None:
    """The literal that a remedy proposes."""
    match = re.fullmatch(r"write `(.*)`", remedy)
    return match[1] if match else None


def read(text: str, type_: Type) -> Exact | None:
    """The number of a literal that is read without a finding."""
    diagnostics = Diagnostics()
    number = read_number(Scalar(text, AT), type_, diagnostics)
    return None if diagnostics.sorted() else number


def wide(text: str) -> str:
    return "".join(
        chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character for character in text
    )


def cents(number: Fraction) -> str:
    """An amount with its jiao and fen."""
    fen = int(number * 100)
    return f"{fen // 100}元{fen // 10 % 10}角{fen % 10}分"


NOTATIONS: Mapping[str, Callable[[Fraction], str]] = {
    "wide": lambda number: wide(decimal_text(number)),
    "ten-thousands": lambda number: f"{decimal_text(number / 10_000)}万",
    "hundred-millions": lambda number: f"{decimal_text(number / 10**8)}亿",
    "thousands": lambda number: f"{int(number):,}" + decimal_text(number % 1)[1:],
    "percent": lambda number: f"{decimal_text(number * 100)} %",
    "wide-percent": lambda number: f"{decimal_text(number * 100)}％",
    "permille": lambda number: f"{decimal_text(number * 1_000)}‰",
    "of-a-hundred": lambda number: f"百分之{decimal_text(number * 100)}",
    "yuan": lambda number: f"{decimal_text(number)}元",
    "yuan-each": lambda number: f"{decimal_text(number)}元/人",
    "yuan-sign": lambda number: f"¥{decimal_text(number)}",
    "ten-thousand-yuan": lambda number: f"{decimal_text(number / 10_000)}万元",
    "yuan-and-fen": cents,
    "persons": lambda number: f"{decimal_text(number)}人",
    "years": lambda number: f"{decimal_text(number)}岁",
    "exponent": lambda number: f"{decimal_text(number / 100)}e2",
    "decimal-comma": lambda number: decimal_text(number).replace(".", ","),
    "percent-with-a-comma": lambda number: f"{decimal_text(number * 100).replace('.', ',')}%",
    "a-unit-of-another": lambda number: f"{decimal_text(number)} USD",
}


@given(
    fen=st.integers(0, 10**9),
    notation=st.sampled_from(list(NOTATIONS)),
    type_=st.sampled_from(TYPES),
)
def test_a_proposed_literal_says_the_quantity_that_was_written(
    fen: int, notation: str, type_: Type
) -> None:
    number = Fraction(fen, 100)
    text = NOTATIONS[notation](number)
    literal = proposed(number_remedy(text, type_))
    if literal is not None:
        assert read(literal, type_) == number, text


@given(
    text=st.text("0123456789.,，。%％‰万亿千百元角分人岁月/+- eE_¥成５：", max_size=12),
    type_=st.sampled_from(TYPES),
)
def test_whatever_is_proposed_is_read(text: str, type_: Type) -> None:
    diagnostics = Diagnostics()
    if read_number(Scalar(text, AT), type_, diagnostics) is None:
        [diagnostic] = diagnostics.sorted()
        literal = proposed(diagnostic.remedy)
        assert literal is None or read(literal, type_) is not None, text
    else:
        assert not diagnostics.sorted()


@pytest.mark.parametrize(
    "text, type_, literal",
    [
        ("4.3万", MONEY, "43000 CNY"),
        ("4.3 万元", MONEY, "43000 CNY"),
        ("1.2亿元", MONEY, "120000000 CNY"),
        ("43210元5角", MONEY, "43210.5 CNY"),
        ("5角", MONEY, "0.5 CNY"),
        ("￥43,210.55", MONEY, "43210.55 CNY"),
        ("43210.55", MONEY, "43210.55 CNY"),
        ("500 yuan", MONEY, "500 CNY"),
        ("RMB 500", MONEY, "500 CNY"),
        ("500元/人", TYPES[5], "500 CNY/person"),
        ("500 元每人", TYPES[5], "500 CNY/person"),
        ("30人", TYPES[0], "30 person"),
        ("1.5万", TYPES[0], "15000"),
        ("60岁", TYPES[2], "60 year"),
        ("5.5‰", TYPES[3], "0.55%"),
        ("百分之5.5", TYPES[3], "5.5%"),
        ("５．５％", TYPES[3], "5.5%"),
        ("3成", TYPES[3], "30%"),
        ("0.055", TYPES[3], "5.5%"),
    ],
)
def test_what_can_mean_only_one_quantity_is_proposed(text: str, type_: Type, literal: str) -> None:
    diagnostics = Diagnostics()
    assert read_number(Scalar(text, AT), type_, diagnostics) is None
    assert [diagnostic.remedy for diagnostic in diagnostics.sorted()] == [f"write `{literal}`"]


@pytest.mark.parametrize(
    "text, type_",
    [
        ("5,5%", TYPES[3]),
        ("5,500%", TYPES[3]),
        ("5，5％", TYPES[3]),
        ("4.3万", TYPES[3]),
        ("5%", MONEY),
        ("5%", TYPES[0]),
        ("500元", TYPES[5]),
        ("500元/人", MONEY),
        ("500 USD", MONEY),
        ("5²", TYPES[1]),
        ("½", TYPES[1]),
        ("1.5万", Type(Kind.COUNT, Unit.from_name("CNY"), places=0)),
        ("1分", TYPES[0]),
        ("6.5人", TYPES[0]),
    ],
)
def test_no_figure_is_proposed_for_what_may_mean_another(text: str, type_: Type) -> None:
    literal = proposed(number_remedy(text, type_))
    assert literal is None or (text == "1.5万" and literal == "15000")


# --- days and ranges -----------------------------------------------------------------------------

JOINS = ["-", "－", "~", "～", "–", "—", "——", "至", "到", " - ", " to ", "…", "．．", "..."]


@given(st.integers(-500, 500), st.integers(-500, 500), st.sampled_from(JOINS))
def test_a_proposed_range_has_the_two_ends_that_were_written(
    low: int, high: int, join: str
) -> None:
    diagnostics = Diagnostics()
    type_ = Type(Kind.NUMBER)
    if read_range(Scalar(f"{low}{join}{high}", AT), type_, diagnostics) is not None:
        return
    literal = proposed(diagnostics.sorted()[0].remedy)
    if literal is not None:
        assert read_range(Scalar(literal, AT), type_, Diagnostics()) == (low, high)


@given(st.dates(), st.dates(), st.sampled_from(JOINS))
def test_a_proposed_period_has_the_two_days_that_were_written(
    first: date, last: date, join: str
) -> None:
    assume(first <= last)
    diagnostics = Diagnostics()
    if read_period(Scalar(f"{first}{join}{last}", AT), Kind.DATE, diagnostics) is None:
        literal = proposed(diagnostics.sorted()[0].remedy)
        assert literal == f"{first}..{last}", join


@given(st.dates(min_value=date(1000, 1, 1)))
def test_a_day_in_another_notation_is_the_same_day(day: date) -> None:
    year, month, number = day.year, day.month, day.day
    for text in (
        f"{year}年{month}月{number}日",
        f"{year}/{month}/{number}",
        f"{year}.{month:02}.{number:02}",
        f"{year}{month:02}{number:02}",
        wide(f"{day}"),
    ):
        literal = proposed(calendar_remedy(Kind.DATE, text))
        assert literal is not None, text
        assert read_date(Scalar(literal, AT), Diagnostics()) == day
    assert proposed(calendar_remedy(Kind.DATE, f"{number}/{month}/{year}")) is None
    month_text = proposed(calendar_remedy(Kind.MONTH, f"{year}年{month}月"))
    assert month_text is not None
    figure = read_figure(Scalar(month_text, AT), Kind.MONTH, Diagnostics())
    assert figure == 12 * year + month - 1


# --- names ---------------------------------------------------------------------------------------

NAMES = ["low-income", "not-reimbursed", "low-income-2", "a", "first-year", "covered"]


@given(
    st.lists(st.sampled_from(NAMES), min_size=2, max_size=4),
    st.sampled_from(["，", "、", "；", ", ", ",", " ", "  ", ";", "|", "：", "，\u3000"]),
)
def test_of_several_names_none_is_dropped(names: list[str], between: str) -> None:
    remedy = name_remedy(between.join(names), NAMES)
    assert remedy
    assert "did you mean" not in remedy


@given(st.sampled_from(NAMES), st.sampled_from(["{}", "“{}”", "（{}）", " {}", "{}"]))
def test_a_name_in_full_width_is_the_name(name: str, form: str) -> None:
    for text in (form.format(name), form.format(wide(name))):
        assert name_remedy(text, NAMES) == f"did you mean `{name}`?"


def test_nothing_is_proposed_for_a_type_without_unit() -> None:
    assert Type(Kind.NUMBER).unit == PLAIN
    assert number_remedy("5 person", Type(Kind.NUMBER)) == ""
