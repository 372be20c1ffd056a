"""Numbers are read exactly in every notation; a remedy never changes the quantity."""

import math
import re
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from tests.support.firm import ruleset
from tests.support.scale import scaled

from policyrules.display.numbers import number_text
from policyrules.errors import FactProblem, FactsError
from policyrules.evaluation.situation import KnownFact
from policyrules.intake import Intake
from policyrules.intake.fact_readers import reader_of
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import BASE_UNITS, Kind, Type, Unit
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import decimal_text

INTAKE = Intake(ruleset())
RATE, MONTHS, PREMIUM = (
    "employer.layoff_rate",
    "employer.full_paid_months",
    "employer.premium_paid",
)
RESERVE = "pooling_area.fund_reserve_years"
PER_HEAD = reader_of(
    Fact(
        "a.b",
        Type(Kind.MONEY, Unit.from_name("CNY") / Unit.from_name("person")),
        LocalizedText("", ""),
        LocalizedText("", ""),
    )
)


def read(fact: str, value: object) -> KnownFact | FactProblem:
    """What is known of a fact, or what is wrong with it."""
    try:
        return INTAKE.read({fact: value}).known[fact]
    except FactsError as error:
        (problem,) = error.problems
        return problem


def text(known: KnownFact | FactProblem) -> str:
    if isinstance(known, FactProblem):
        return f"{known.code}: {known.remedy}"
    places = "" if known.places is None else f" ({known.places})"
    return f"{known.text(Type(Kind.NUMBER))}{places}"


@pytest.mark.parametrize(
    "fact, value, expected",
    [
        (MONTHS, "1e2", "100 (0)"),
        (MONTHS, "1.2E+1", "12 (0)"),
        (MONTHS, "12.0", "12 (0)"),
        (MONTHS, "1e1 month", "10 (0)"),
        (MONTHS, "12 个月", "12 (0)"),
        (MONTHS, "12个月", "12 (0)"),
        (RATE, "5.5e-2", "0.055 (3)"),
        (RATE, "5e0%", "0.05 (2)"),
        (RATE, "5‰", "0.005 (3)"),
        (RATE, "5.5 ‰", "0.0055 (4)"),
        (RATE, "5‱", "0.0005 (4)"),
        (PREMIUM, "1e5", "100000 (0)"),
        (PREMIUM, "4.3万", "43000 (0)"),
        (PREMIUM, "4.3 万元", "43000 (0)"),
        (PREMIUM, "4.321055万元", "43210.55 (2)"),
        (PREMIUM, "4万3210元", "43210 (0)"),
        (PREMIUM, "4.3万CNY", "43000 (0)"),
        (PREMIUM, "1.2亿", "120000000 (0)"),
        (PREMIUM, "1亿2000万元", "120000000 (0)"),
        (PREMIUM, "43210元", "43210 (0)"),
        (PREMIUM, "43210.55元", "43210.55 (2)"),
        (PREMIUM, "43210元5角", "43210.5 (1)"),
        (PREMIUM, "43210元5角5分", "43210.55 (2)"),
        (PREMIUM, "43210元零5分", "43210.05 (2)"),
        (PREMIUM, "43210元整", "43210 (0)"),
        (PREMIUM, "5角", "0.5 (1)"),
    ],
)
def test_a_number_is_understood_however_it_is_written(fact: str, value: str, expected: str) -> None:
    assert text(read(fact, value)) == expected


@pytest.mark.parametrize(
    "fact, value, expected",
    [
        # A quantity that the text may not mean is never proposed.
        (RATE, "5,5%", "wrong-type: write a decimal point as `.`, and thousands without a mark"),
        (PREMIUM, "1,23", "wrong-type: write a decimal point as `.`, and thousands without a mark"),
        (PREMIUM, "3万5", "wrong-unit: give it in CNY"),
        (PREMIUM, "3万亿", "wrong-unit: give it in CNY"),
        (PREMIUM, "4.3千元", "wrong-unit: give it in CNY"),
        (PREMIUM, "5块", "wrong-unit: give it in CNY"),
        (PREMIUM, "43210.5元5角", "wrong-unit: give it in CNY"),
        (PREMIUM, "100 USD", "wrong-unit: give it in CNY"),
        (PREMIUM, "1200元/人", "wrong-unit: give it in CNY"),
        (PREMIUM, "5²", "wrong-unit: give it in CNY"),
        (RATE, "1/5 person", "wrong-unit: "),
        (RATE, "4.3万", "wrong-unit: "),
        (RATE, "200%", "out-of-range: a ratio of 1 is 100%"),
        (RATE, "百分之五", "wrong-type: write it in digits"),
        (MONTHS, "½", "wrong-type: "),
        (PREMIUM, "1e", "wrong-type: "),
        # What means the same is proposed, and what is full-width is named.
        (PREMIUM, "¥43210.55", "wrong-type: write `43210.55 CNY`"),
        (PREMIUM, "￥43,210.55", "wrong-type: write it without commas: `43210.55 CNY`"),
        (PREMIUM, "CNY 5", "wrong-type: write `5 CNY`"),
        (PREMIUM, "43210 yuan", "wrong-unit: write `43210 CNY`"),
        (
            PREMIUM,
            "43，210.55",
            "wrong-type: `，` is a full-width comma: write it without commas: `43210.55`",
        ),
        (
            PREMIUM,
            "43、210",
            "wrong-unit: `、` is a Chinese comma: write a decimal point as `.`, and thousands without a mark",
        ),
        (PREMIUM, "4321０", "wrong-type: `０` is a full-width digit: write `43210`"),
        (MONTHS, "12 Months", "wrong-unit: write `12 month`"),
        (MONTHS, "+12", "wrong-type: write `12`"),
        (RATE, "5.5 per cent", "wrong-unit: write `5.5%`"),
        (RATE, "5.5％", "wrong-unit: `％` is a full-width percent sign: write `5.5%`"),
        (MONTHS, "（12）", "wrong-type: `（` is a full-width bracket"),
        # Words, other bases, zeros before it, two units, and more than one figure.
        (MONTHS, "十二", "wrong-type: write it in digits"),
        (MONTHS, "十二个月", "wrong-type: write it in digits"),
        (MONTHS, "twelve", "wrong-type: write it in digits"),
        (MONTHS, "0x0C", "wrong-type: write it in decimal digits"),
        (MONTHS, "012", "wrong-type: leave out the zeros before it: write `12`"),
        (MONTHS, "1年9个月", "wrong-unit: write `21`, in month"),
        (RESERVE, "1年9个月", "wrong-unit: write `1.75`, in year"),
        (RESERVE, "1 year 1 month", "wrong-unit: write `13/12`, in year"),
        (MONTHS, "12 months, 2 of them late", "wrong-unit: give one figure and nothing else"),
        (
            PREMIUM,
            "43.210,55",
            "wrong-type: write a decimal point as `.`, and thousands without a mark",
        ),
    ],
)
def test_a_number_that_is_not_read_is_told_how_to_be_written(
    fact: str, value: str, expected: str
) -> None:
    assert text(read(fact, value)) == expected


def test_an_amount_by_the_head_is_read_in_its_own_unit_alone() -> None:
    assert PER_HEAD("1200元/人") == KnownFact(1200, 0) == PER_HEAD("1200 CNY/person")
    assert PER_HEAD("0.12万元/人") == KnownFact(1200, 0)


def test_an_age_is_read_by_the_title_of_its_unit() -> None:
    years = Type(Kind.COUNT, Unit.from_name("year"), unit_title=LocalizedText("岁", "year of age"))
    age = reader_of(Fact("a.b", years, LocalizedText("", ""), LocalizedText("", ""), 0, 200))
    assert age("30岁") == age("30 year") == age("30年") == age("30 year of age") == KnownFact(30, 0)
    assert age("30 years of age") == age("30 years") == KnownFact(30, 0)


def test_persons_are_also_people() -> None:
    assert INTAKE.read({"employer.laid_off": "30 people"}).known["employer.laid_off"].figure == 30


_TITLED = [
    None,
    LocalizedText("岁", "year of age"),
    LocalizedText("个", "area"),
    LocalizedText("县", "county"),
]


@pytest.mark.parametrize("unit_title", _TITLED)
@pytest.mark.parametrize(
    "unit", [*BASE_UNITS, "CNY/person", "CNY/month", "person*month", "CNY/person/month"]
)
@pytest.mark.parametrize("figure", [1, 30, 12345])
def test_a_figure_is_read_as_a_decision_prints_it(
    unit: str, unit_title: LocalizedText | None, figure: int
) -> None:
    parsed = Unit.parse(unit)
    assert parsed is not None
    type_ = Type(Kind.NUMBER, parsed, unit_title=unit_title)
    reader = reader_of(Fact("a.b", type_, LocalizedText("", ""), LocalizedText("", "")))
    for language in ("zh", "en"):
        printed = number_text(figure, "number", str(parsed), language, unit_title=unit_title)
        assert reader(printed.replace(",", "")).figure == figure


# --- a text says what the Decimal says --------------------------------------------------------

DECIMALS = st.builds(
    lambda sign, digits, exponent: Decimal((sign, digits, exponent)),
    st.sampled_from([0, 0, 0, 1]),
    st.lists(st.integers(0, 9), min_size=1, max_size=5).map(tuple),
    st.integers(-9, 9) | st.sampled_from([70, -70, 10**6, -(10**6)]),
)


@settings(max_examples=scaled(300, long=20_000))
@given(DECIMALS, st.sampled_from([RATE, MONTHS, PREMIUM, RESERVE]))
@example(Decimal("1e5"), PREMIUM)
@example(Decimal("6.0"), MONTHS)
@example(Decimal("0e99"), MONTHS)
def test_a_number_is_read_in_a_text_as_it_is_as_a_decimal(number: Decimal, fact: str) -> None:
    for written in (str(number), str(number).lower()):
        from_text, from_number = read(fact, written), read(fact, number)
        if isinstance(from_number, FactProblem) or isinstance(from_text, FactProblem):
            assert isinstance(from_text, FactProblem)
            assert isinstance(from_number, FactProblem)
            assert (from_text.code, from_text.remedy) == (from_number.code, from_number.remedy)
        else:
            assert from_text == from_number
            assert from_text.figure == Fraction(number)


# --- a remedy says the same quantity ------------------------------------------------------------

_WIDE = str.maketrans({chr(mark): chr(mark + 0xFEE0) for mark in range(0x21, 0x7F)})


@st.composite
def written_quantities(draw: st.DrawFn) -> tuple[str, str, Fraction]:
    """A fact, a text that people write for it, and the quantity that they mean."""
    fact = draw(st.sampled_from([RATE, MONTHS, PREMIUM, RESERVE]))
    places = draw(st.integers(0, 4))
    figures = draw(st.integers(0, 10**8))
    number = Fraction(figures, 10**places)
    whole, _, decimals = decimal_text(number, places=places).partition(".")
    quantity = number
    style = draw(st.sampled_from(["plain", "grouped", "decimal comma", "exponent", "fraction"]))
    mark = draw(st.sampled_from([",", " ", "_", "'", "，"]))
    if style == "grouped":
        whole = f"{int(whole):,}".replace(",", mark)
    body = whole + (f".{decimals}" if decimals else "")
    # Three places behind a comma look like thousands, whoever reads them.
    if style == "decimal comma" and decimals and len(decimals) != 3:
        body = f"{whole}{draw(st.sampled_from(',，'))}{decimals}"
    elif style == "exponent":
        power = draw(st.integers(-3, 5))
        body, quantity = (
            f"{body}{draw(st.sampled_from('eE'))}{power}",
            number * Fraction(10) ** power,
        )
    elif style == "fraction":
        divisor = draw(st.integers(1, 40))
        body, quantity = f"{figures}/{divisor}", Fraction(figures, divisor)
    ending, factor = draw(
        st.sampled_from(
            [
                ("", Fraction(1)),
                ("%", Fraction(1, 100)),
                ("％", Fraction(1, 100)),
                (" per cent", Fraction(1, 100)),
                ("‰", Fraction(1, 1000)),
                ("万", Fraction(10**4)),
                ("亿元", Fraction(10**8)),
                ("万元", Fraction(10**4)),
                ("千元", Fraction(10**3)),
                ("元", Fraction(1)),
                ("元整", Fraction(1)),
                (" yuan", Fraction(1)),
                (" CNY", Fraction(1)),
                (" months", Fraction(1)),
                ("个月", Fraction(1)),
            ]
        )
    )
    quantity *= factor
    if fact == RESERVE and ending in {" months", "个月"}:
        quantity /= 12  # the unit of the fact is the year
    if ending in {"元", "元整"} and style == "plain" and not decimals and draw(st.booleans()):
        tenths = draw(st.integers(0, 9))
        ending, quantity = f"元{tenths}角", quantity + Fraction(tenths, 10)
    before = draw(st.sampled_from(["", "", "", "+", "-", "¥", "￥", "RMB ", "人民币"]))
    if before == "-":
        quantity = -quantity
    result = f"{before}{body}{ending}"
    if draw(st.sampled_from([False, False, True])):
        result = result.translate(_WIDE)
    return fact, result, quantity


@settings(max_examples=scaled(600, long=50_000))
@given(written_quantities())
@example((RATE, "5,5%", Fraction(55, 1000)))
@example((PREMIUM, "4.3万", Fraction(43000)))
@example((PREMIUM, "43210元5角", Fraction(432105, 10)))
@example((PREMIUM, "5²", Fraction(25)))
@example((RESERVE, "21 months", Fraction(7, 4)))
def test_what_is_read_or_proposed_is_the_quantity_that_was_meant(
    case: tuple[str, str, Fraction],
) -> None:
    fact, written, quantity = case
    known = read(fact, written)
    if isinstance(known, KnownFact):
        assert known.figure == quantity
        return
    if "if you mean per cent" in known.remedy:
        # The one remedy that asks: a rate of 20 cannot be.
        return
    for proposed in re.findall(r"`([^`]*[0-9][^`]*)`", known.remedy):
        again = read(fact, proposed)
        assert isinstance(again, KnownFact), known.remedy
        assert again.figure == quantity


@settings(max_examples=scaled(300, long=20_000))
@given(
    st.floats(),
    st.sampled_from([RATE, MONTHS, PREMIUM, RESERVE]),
)
@example(43210.55, PREMIUM)
@example(0.055, RATE)
@example(0.1 + 0.2, RATE)
@example(30.0, MONTHS)
@example(1e22, PREMIUM)
def test_a_float_is_refused_with_its_own_figure(number: float, fact: str) -> None:
    problem = read(fact, number)
    assert isinstance(problem, FactProblem)
    assert problem.code == ("wrong-type" if math.isnan(number) else "not-exact")
    proposed = re.findall(r"'([^']*)'|`([0-9.]+)`", problem.remedy)
    for pair in proposed:
        again = read(fact, pair[0] or pair[1])
        assert isinstance(again, KnownFact)
        assert again.figure == Fraction(repr(number))


@pytest.mark.parametrize(
    "fact, number, remedy",
    [
        (PREMIUM, 43210.55, "write Decimal('43210.55') or '43210.55'"),
        (RATE, 0.055, "write Decimal('0.055') or '5.5%'"),
        (MONTHS, 30.0, "write `30`"),
        (
            RATE,
            0.1 + 0.2,
            "give it as a Decimal or a text, rounded by the rules that apply",
        ),
        (MONTHS, 6.5, "give it as a Decimal or a text, rounded by the rules that apply"),
        (PREMIUM, float("nan"), "leave the fact out, or write `null`, if it is unknown"),
        (PREMIUM, float("inf"), "leave the fact out, or write `null`, if it is unknown"),
    ],
)
def test_the_remedy_for_a_float_is_its_own_figure(fact: str, number: float, remedy: str) -> None:
    problem = read(fact, number)
    assert isinstance(problem, FactProblem)
    assert problem.remedy == remedy


# --- what is too long -----------------------------------------------------------------------------


@pytest.mark.parametrize("fact", [RATE, MONTHS, PREMIUM, RESERVE])
@pytest.mark.parametrize(
    "value",
    [
        Fraction(1, 10**5000),
        Fraction(1, 3**500),
        Fraction(10**5000, 3),
        Fraction(10**5000 + 1, 10**5000),
        10**5000,
        -(10**5000),
        "9" * 5000,
        "1e9999999999999",
        "1e-9999999999999",
        "1/" + "9" * 5000,
        Decimal("1e-999999"),
        Decimal("NaN"),
        Decimal("sNaN"),
        Decimal("-Infinity"),
    ],
    ids=lambda value: (
        f"{type(value).__name__} {str(value)[:20] if not isinstance(value, int | Fraction) else ''}"
    ),
)
def test_a_number_of_thousands_of_digits_is_refused_in_one_line(fact: str, value: object) -> None:
    problem = read(fact, value)
    assert isinstance(problem, FactProblem)
    assert problem.code in {"out-of-range", "too-many-places", "wrong-type"}
    assert max(map(len, str(problem).splitlines())) < 250


@settings(max_examples=scaled(200, long=10_000))
@given(st.fractions(0, 1), st.integers(0, 70))
def test_what_is_known_of_a_ratio_can_be_given_again(number: Fraction, power: int) -> None:
    known = read(RATE, number / 7**power)
    if isinstance(known, KnownFact):
        again = read(RATE, known.text(Type(Kind.RATIO)))
        assert isinstance(again, KnownFact)
        assert again.figure == known.figure
