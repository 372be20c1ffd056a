"""Display of figures: units, percentages, ranges, and different figures that look different."""

import re
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.shipped import shipped

import policyrules
from policyrules.catalogue.discovery import ruleset_paths
from policyrules.catalogue.store import shipped_folder
from policyrules.decisions import reasons
from policyrules.decisions.decision import Amount
from policyrules.display.numbers import number_text
from policyrules.display.value import DisplayValue
from policyrules.explain.comparisons import ComparisonText
from policyrules.intake.questions import answer_to
from policyrules.ir.ruleset import Fact, Parameter, Value
from policyrules.text.localized import Language, LocalizedText
from policyrules.values.exact import Exact, decimal_text
from policyrules.values.possible import Interval, Possible, number

REFUND = shipped("cn-nm/job-stabilisation-refund").on(date(2022, 11, 25))
LANGUAGES = st.sampled_from(["zh", "en"])
KINDS = st.sampled_from([("ratio", "1"), ("money", "CNY"), ("number", "year"), ("count", "person")])
FIGURES = st.fractions(min_value=-1000, max_value=1000) | st.integers(-1000, 1000)
"""Any figure that a quotient may be: most of them no decimal writes."""


@st.composite
def near_pairs(draw: st.DrawFn) -> tuple[Exact, Exact]:
    """Two different figures, often so close that few decimal places show them alike."""
    first = draw(FIGURES)
    step = Fraction(1, draw(st.integers(1, 10**12)))
    return first, draw(FIGURES.filter(lambda other: other != first)) if draw(
        st.booleans()
    ) else first + step


def display_value(figure: Possible, kind: str, unit: str) -> DisplayValue:
    return DisplayValue(figure, kind, unit)


def compared(left: DisplayValue, right: DisplayValue, language: Language) -> str:
    """The line of a test that compares the two."""
    title = LocalizedText("甲", "A")
    test = reasons.Comparison(
        True,
        reasons.Operator.AT_MOST,
        reasons.Operand("a", title, left),
        reasons.Operand("b", LocalizedText("乙", "B"), right),
    )
    return ComparisonText(language).comparison(test, reasons.Reason("c", title, True, "", (test,)))


def read(text: str) -> Fraction:
    """The number that a text shows."""
    match = re.search(r"-?[\d,]+(\.\d+)?", text)
    assert match is not None, text
    return Fraction(match[0].replace(",", ""))


@given(near_pairs(), KINDS, LANGUAGES)
def test_two_different_figures_of_one_comparison_never_print_alike(
    pair: tuple[Exact, Exact], kind: tuple[str, str], language: Language
) -> None:
    left_figure, right_figure = (display_value(number(figure), *kind) for figure in pair)
    line = compared(left_figure, right_figure, language)
    left, right = (read(part) for part in line.split("≤"))
    assert (left < right) == (pair[0] < pair[1])
    assert left != right


@given(near_pairs(), KINDS, LANGUAGES)
def test_the_ends_of_a_range_never_print_alike(
    pair: tuple[Exact, Exact], kind: tuple[str, str], language: Language
) -> None:
    text = display_value(Possible(Interval(*sorted(pair))), *kind).text(language)
    low, high = (read(part) for part in text.split(" 至 " if language == "zh" else " to "))
    assert low < high


@given(near_pairs(), KINDS, LANGUAGES)
def test_a_fact_and_the_limit_of_its_margin_never_print_alike(
    pair: tuple[Exact, Exact], kind: tuple[str, str], language: Language
) -> None:
    now, limit = pair
    by = now - limit if now > limit else limit - now
    margin = reasons.Margin("a", LocalizedText("", ""), *kind, now, limit, "at_most", by)
    text = margin.text(language)
    left, right = (read(part) for part in re.split("，最多 |, at most ", text))
    assert (left < right) == (now < limit)
    assert left != right
    assert read(margin.distance_text(language)) > 0


@given(FIGURES, KINDS, LANGUAGES)
def test_no_figure_is_a_fraction_and_one_that_is_rounded_is_marked(
    figure: Exact, kind: tuple[str, str], language: Language
) -> None:
    text = number_text(figure, *kind, language)
    assert "/" not in text
    mark = "约" if language == "zh" else "≈"
    scale = 100 if kind[0] == "ratio" else 1
    assert text.startswith(mark) == (read(text) != figure * scale)


@pytest.mark.parametrize(
    "figures, kind, unit, zh, en",
    [
        ((Fraction(1, 5),) * 2, "ratio", "1", "20%", "20 %"),
        ((Fraction(7, 30),) * 2, "ratio", "1", "约23.33%", "≈23.33 %"),
        ((0, 1), "ratio", "1", "0% 至 100%", "0 % to 100 %"),
        ((30, 50), "count", "person", "30 至 50 人", "30 to 50 persons"),
        ((None, 50), "count", "person", "最多 50 人", "at most 50 persons"),
        ((3, None), "count", "person", "最少 3 人", "at least 3 persons"),
        ((None, None), "count", "person", "未知", "not known"),
        ((300, 300), "money", "CNY/month", "300.00 元/月", "300.00 CNY/month"),
        ((9, 9), "count", "month", "9 个月", "9 months"),
        ((2, 2), "money", "CNY/person/month", "2.00 元/人/月", "2.00 CNY/person/month"),
        ((Fraction(4000, 3),) * 2, "money", "CNY", "约1,333.33 元", "≈1,333.33 CNY"),
        ((738156, 738520), "date", "1", "2022-01-01 至 2022-12-31", "2022-01-01 to 2022-12-31"),
    ],
)
def test_a_figure_is_written_as_an_office_writes_it(
    figures: tuple[Exact | None, Exact | None], kind: str, unit: str, zh: str, en: str
) -> None:
    figure = DisplayValue(Possible(Interval(*figures)), kind, unit)
    assert (figure.text("zh"), figure.text("en")) == (zh, en)


def test_a_declared_title_of_the_unit_is_what_a_reader_is_shown() -> None:
    age = DisplayValue(number(24), "count", "year", unit_title=LocalizedText("岁", "year"))
    assert (age.text("zh"), age.text("en")) == ("24 岁", "24 years")
    areas = DisplayValue(
        Possible(Interval(1, 3)), "count", "item", unit_title=LocalizedText("个", "county")
    )
    assert (areas.text("zh"), areas.text("en")) == ("1 至 3 个", "1 to 3 counties")


def test_what_rounding_makes_of_an_amount_is_told_apart_from_it() -> None:
    from policyrules.display.numbers import distinguishing_places

    amount = Amount(
        "a", LocalizedText("", ""), "exact", "CNY", 90, unrounded=90 + Fraction(1, 3000)
    )
    places = distinguishing_places([amount.value or 0, amount.unrounded or 0], "money")
    assert number_text(amount.unrounded or 0, "money", "CNY", "en", places=places) != "≈90.00 CNY"


@given(laid_off=st.integers(0, 400), headcount=st.integers(31, 4000), places=st.integers(1, 6))
def test_a_contradiction_shows_two_figures_that_differ_and_says_that_it_is_one_of_rounding(
    laid_off: int, headcount: int, places: int
) -> None:
    exact = Fraction(min(laid_off, headcount), headcount)
    given_rate = Fraction(int(exact * 10 ** (places + 2)), 10 ** (places + 2))  # rounded down
    facts = {
        "employer.laid_off": min(laid_off, headcount),
        "employer.insured_headcount": headcount,
        "employer.layoff_rate": str(decimal_text(given_rate * 100, places=places)) + "%",
    }
    try:
        REFUND.decide(facts, engine="reference")
    except policyrules.FactsError as error:
        [problem] = error.problems
        assert "because of rounding" in problem.message
        ours, computed = problem.found.removeprefix("given ").split(", but computed ")
        assert read(ours) != read(computed)
        assert problem.remedy.startswith("leave `employer.layoff_rate` out")


def test_a_figure_that_is_far_from_the_computed_one_is_no_matter_of_rounding() -> None:
    facts = {
        "employer.laid_off": 7,
        "employer.insured_headcount": 30,
        "employer.layoff_rate": "20%",
    }
    with pytest.raises(policyrules.FactsError) as caught:
        REFUND.decide(facts)
    [problem] = caught.value.problems
    assert problem.message.startswith("the facts disagree on `layoff_rate`: ")
    assert problem.found == "given 20 %, but computed ≈23.33 %"


SHIPPED = tuple(
    path.relative_to(shipped_folder()).with_suffix("").as_posix()
    for path in ruleset_paths(shipped_folder())
)


@pytest.mark.parametrize("name", SHIPPED)
def test_an_age_is_in_sui_wherever_a_shipped_ruleset_declares_one(name: str) -> None:
    rules = shipped(name).ruleset
    declared: list[Fact | Parameter | Value] = [
        *rules.facts.values(),
        *rules.parameters.values(),
        *rules.all_values.values(),
    ]
    for fact in declared:
        if str(fact.type.unit) == "year" and ("年龄" in fact.title.zh or "岁" in fact.title.zh):
            assert fact.type.unit_title is not None, fact.name
            assert fact.type.unit_title.zh == "岁", fact.name


def test_a_reader_is_shown_ages_and_papers_in_their_own_units() -> None:
    expansion = shipped("cn-nm/job-expansion-subsidy").on(date(2022, 11, 25))
    hire = {"id": "p1", "born_on": "1990-01-01", "hired_on": "2022-08-01"}
    young = {**hire, "registered_unemployed": True, "graduation_year": "none"}
    text = expansion.decide({"hires": [{**young, "unemployed_graduate": False}]}).explain("zh")
    assert "招用时的年龄 32 岁 > 年龄上限 24 岁" in text
    papers = shipped("cn-nm/grassroots-senior-title").ruleset.vocabulary["applicant.papers"]
    assert answer_to(papers).text("zh") == "整数，以篇计，0 至 1,000"
