"""Cuts: where the range of a fact is cut, by the comparison in which the fact stands."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import policyrules
from policyrules.evaluation.cuts import CutPoint, cuts_on

VOCABULARY = """\
policyrules: 1
subjects:
  p:
    title: {zh: 人, en: Person}
    facts:
      months: {title: {zh: 月, en: Months}, type: count, unit: month, range: 0..480}
      others: {title: {zh: 他, en: Others}, type: count, unit: month, range: 0..480}
      pay_months: {title: {zh: 薪, en: Paid}, type: count, unit: month, range: 0..480}
      pay: {title: {zh: 资, en: Pay}, type: money, range: 0..100000 CNY}
      born: {title: {zh: 生, en: Born}, type: date}
"""
RULES = """\
policyrules: 1
id: xx/try
title: {zh: 试, en: Try}
legal_basis: s
in_force: {from: 2024-01-01, cite: s}
uses: [p]
parameters:
  edge: {title: {zh: 界, en: Edge}, type: count, unit: month, value: 60, cite: s}
  two: {title: {zh: 二, en: Two}, type: number, value: 2, cite: s}
  old: {title: {zh: 岁, en: Old}, type: count, unit: year, value: 60, cite: s}
  first: {title: {zh: 年, en: First}, type: calendar_year, value: 2020, cite: s}
  opening: {title: {zh: 月份, en: Opening}, type: month, value: 2022-02, cite: s}
  day: {title: {zh: 日, en: Day}, type: date, value: 2024-07-01, cite: s}
  enough: {title: {zh: 足, en: Enough}, type: ratio, value: 50%, cite: s}
  scale: {title: {zh: 率, en: Scale}, type: scale, unit: CNY, value: [{above: 0 CNY, rate: 3%}, {above: 36000 CNY, rate: 10%}], cite: s}
  due: {title: {zh: 税, en: Due}, type: money, value: 500 CNY, cite: s}
values:
  share: {title: {zh: 份, en: Share}, type: ratio, is: p.others / p.pay_months, cite: s}
conditions:
  c: {title: {zh: 条, en: C}, holds: "TEST", cite: s}
outcome: {eligible: {all: [c]}}
"""
BEFORE, AFTER = False, True


def points(folder: Path, test: str, fact: str) -> list[CutPoint]:
    folder.joinpath("vocabulary.yaml").write_text(VOCABULARY, encoding="utf-8")
    sources = "policyrules: 1\nsources: {s: {title: S, issued: 2024}}\n"
    folder.joinpath("sources.yaml").write_text(sources, encoding="utf-8")
    path = folder / "xx" / "try.yaml"
    path.parent.mkdir()
    path.write_text(RULES.replace("TEST", test), encoding="utf-8")
    return [*cuts_on(policyrules.load(path).on("2024-05-01").dated).points.get(fact, ())]


@pytest.mark.parametrize(
    "test, fact, expected",
    [
        ("p.months >= edge", "p.months", [(60, BEFORE)]),
        ("p.months > edge", "p.months", [(60, AFTER)]),
        ("p.months + edge >= two * edge", "p.months", [(60, BEFORE)]),
        ("p.months - edge > edge", "p.months", [(120, AFTER)]),
        ("two * edge - p.months > edge", "p.months", [(60, BEFORE)]),
        ("two * p.months < edge", "p.months", [(30, BEFORE)]),
        ("-p.months <= -edge", "p.months", [(60, BEFORE)]),
        ("marginal(scale, p.pay) > due", "p.pay", [(0, AFTER), (36000, AFTER)]),
        ("p.months + p.others > edge", "p.months", []),
    ],
)
def test_a_formula_of_one_fact_is_cut_where_it_reaches_its_limit(
    tmp_path: Path, test: str, fact: str, expected: list[tuple[int | Fraction, bool]]
) -> None:
    assert points(tmp_path, test, fact) == [CutPoint(*each) for each in expected]


@pytest.mark.parametrize(
    "test, day",
    [
        ("p.born.year >= first", date(2020, 1, 1)),
        ("p.born.month >= opening", date(2022, 2, 1)),
        ("p.born.month > opening", date(2022, 3, 1)),
        ("p.born.month.last_day >= day", date(2024, 7, 1)),
        ("p.born.month.first_day > day", date(2024, 8, 1)),
        ("age(p.born, day) >= old", date(1964, 7, 1)),
        ("years_between(p.born, day) >= old", date(1964, 7, 1)),
    ],
)
def test_the_days_on_which_an_age_or_a_year_is_reached_are_cut(
    tmp_path: Path, test: str, day: date
) -> None:
    assert day.toordinal() in {point.figure for point in points(tmp_path, test, "p.born")}


def test_a_quotient_is_cut_where_its_divisor_is_zero(tmp_path: Path) -> None:
    expected = [CutPoint(0, BEFORE), CutPoint(0, AFTER)]
    assert points(tmp_path, "share > enough", "p.pay_months") == expected
