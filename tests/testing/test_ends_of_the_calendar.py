"""Days, months and years near the ends of the calendar stay in it when they are moved."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.conformance.cases import BASE

import policyrules
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.types import Kind
from policyrules.testing import boundaries, run_mutation_tests
from policyrules.testing.mutation.mutants import mutants
from policyrules.testing.mutation.perturb import perturbations
from policyrules.testing.properties.strategies import days_for, facts_for
from policyrules.values.calendar import figure_text, is_in_calendar, read_figure, shift_day

RULESET: Final = """\
policyrules: 1
id: cn-nm/ends
title: {zh: 两端, en: Both ends}
legal_basis: law
in_force: {from: 0001-01-01, to: 9999-12-31, cite: law}
uses: [employer]
facts:
  employer:
    opened_on: {title: {zh: 日, en: day}, type: date, range: 0001-01-01..9999-12-31}
    opened_in: {title: {zh: 月, en: month}, type: month, range: 0001-01..9999-12}
    opened: {title: {zh: 年, en: year}, type: calendar_year, range: 0001..9999}
parameters:
  first_day: {title: {zh: 首日, en: first}, type: date, value: 0001-01-01, cite: law}
  last_day: {title: {zh: 末日, en: last}, type: date, value: 9999-12-31, cite: law}
  first_month: {title: {zh: 首月, en: first}, type: month, value: 0001-01, cite: law}
  last_month: {title: {zh: 末月, en: last}, type: month, value: 9999-12, cite: law}
  first_year: {title: {zh: 首年, en: first}, type: calendar_year, value: 0001, cite: law}
  last_year: {title: {zh: 末年, en: last}, type: calendar_year, value: 9999, cite: law}
  always: {title: {zh: 历, en: all}, type: period, value: 0001-01-01..9999-12-31, cite: law}
  age: {title: {zh: 龄, en: age}, type: count, unit: year, value: 9998, cite: law}
  share:
    title: {zh: 比例, en: share}
    type: ratio
    values:
      - {to: 0001-01-01, value: 1%, cite: law}
      - {from: 0001-01-02, to: 9999-12-30, value: 2%, cite: law}
      - {from: 9999-12-31, value: 3%, cite: law}
conditions:
  day: {title: {zh: 日, en: d}, holds: first_day < employer.opened_on < last_day, cite: law}
  month: {title: {zh: 月, en: m}, holds: first_month < employer.opened_in < last_month, cite: law}
  year: {title: {zh: 年, en: y}, holds: first_year < employer.opened < last_year, cite: law}
  within: {title: {zh: 期, en: p}, holds: employer.opened_on in always, cite: law}
  month-within: {title: {zh: 期, en: p}, holds: employer.opened_in in always, cite: law}
  year-within: {title: {zh: 期, en: p}, holds: employer.opened in always, cite: law}
  old: {title: {zh: 龄, en: a}, holds: "years_between(first_day, employer.opened_on) < age", cite: law}
outcome:
  eligible: {any: [day, month, year, within, month-within, year-within, old]}
  amount: {name: due, is: employer.premium * share, cite: law}
"""

CASES: Final = """\
policyrules: 1
cases_of: cn-nm/ends
on: 9999-12-31
facts: {employer.premium: 100}
cases:
  - name: 首日开办，不计
    change: {employer.opened_on: 0001-01-01, employer.opened_in: 0001-01, employer.opened: 0001}
    expect: {status: eligible}
  - name: 末日开办，符合
    on: 0001-01-01
    change: {employer.opened_on: 9999-12-31, employer.opened_in: 9999-12, employer.opened: 9999}
    expect: {status: eligible}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("vocabulary.yaml", "sources.yaml"):
        (tmp_path / name).write_bytes((BASE / name).read_bytes())
    place = tmp_path / "cn-nm"
    place.mkdir()
    (place / "ends.yaml").write_text(RULESET, encoding="utf-8")
    (place / "ends.cases.yaml").write_text(CASES, encoding="utf-8")
    return place


@pytest.fixture
def ruleset(folder: Path) -> CheckedRuleset:
    return policyrules.load(folder / "ends.yaml").ruleset


def figures_of(ruleset: CheckedRuleset) -> Iterator[tuple[str, int]]:
    for parameter in ruleset.parameters.values():
        kind = Kind.DATE if parameter.type.kind is Kind.PERIOD else parameter.type.kind
        for row in parameter.rows:
            cell = row.content
            if kind.is_calendar:
                yield from ((str(kind), int(end)) for end in (cell.low, cell.high))  # type: ignore[union-attr, arg-type]


def test_a_slip_stays_within_the_calendar(ruleset: CheckedRuleset) -> None:
    all_mutants = list(mutants(ruleset))
    for mutant in all_mutants:
        assert all(is_in_calendar(*figure) for figure in figures_of(mutant.ruleset)), str(mutant)
        assert all(row.from_ or row.to for row in mutant.ruleset.parameters["share"].rows), str(
            mutant
        )
    changes = {str(mutant) for mutant in all_mutants}
    assert "in_force: `to` 9999-12-31 becomes 9999-12-30" in changes
    assert "first_month: 0001-01 becomes 0001-02" in changes


def test_facts_are_moved_within_the_calendar(ruleset: CheckedRuleset) -> None:
    assert boundaries(ruleset)
    assert list(perturbations({}, ruleset))
    facts_for(ruleset).validate()
    days_for(ruleset).validate()


@pytest.mark.slow
def test_every_mutant_of_both_ends_is_tried(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(folder.parent)
    [report] = run_mutation_tests([folder], max_attempts=50)
    assert report.tried > 50
    assert report.survivors


@pytest.mark.parametrize("first", ["9995-01-01", "9996-02-29", "9999-12-31"])
def test_days_are_drawn_of_what_begins_late(folder: Path, first: str) -> None:
    path = folder / "ends.yaml"
    text = RULESET.replace(
        "in_force: {from: 0001-01-01, to: 9999-12-31", f"in_force: {{from: {first}"
    )
    path.write_text(text, encoding="utf-8")
    days_for(policyrules.load(path).ruleset).validate()


@given(st.dates(), st.integers(-4_000_000, 4_000_000))
def test_a_day_is_shifted_or_there_is_none(day: date, days: int) -> None:
    shifted, figure = shift_day(day, days), day.toordinal() + days
    assert (shifted is not None) == is_in_calendar("date", figure)
    assert shifted is None or shifted.toordinal() == figure


@given(st.sampled_from(["date", "month", "calendar_year"]), st.integers(-30_000, 4_000_000))
def test_the_calendar_has_what_it_can_write_and_read(kind: str, figure: int) -> None:
    if is_in_calendar(kind, figure):
        assert read_figure(kind, figure_text(kind, figure)) == figure
