"""The shipped rulesets have no findings, and every figure is quoted or explained.

That their quotes stand in the saved texts, `policyrules check --texts` says: `just rulesets`.
"""

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Final

import pytest

import policyrules
from policyrules.catalogue.discovery import ruleset_paths
from policyrules.catalogue.store import compile_path, shipped_folder
from policyrules.ir.ruleset import CheckedRuleset, Parameter
from policyrules.ir.tables import cells_of
from policyrules.ir.types import Kind
from policyrules.values.calendar import figure_text
from policyrules.values.exact import Exact, decimal_text

pytestmark = pytest.mark.slow

RULESETS: Final = ruleset_paths(shipped_folder())


@cache
def compiled(path: Path) -> CheckedRuleset:
    ruleset = compile_path(path).ruleset
    assert ruleset is not None
    return ruleset


def test_there_are_rulesets() -> None:
    assert RULESETS


def test_they_check_without_a_finding() -> None:
    report = policyrules.check_rulesets()
    assert len(report.files) == len(RULESETS)
    assert not [str(diagnostic) for diagnostic in report.diagnostics]


# --- figures -------------------------------------------------------------------------------------


def figures(parameter: Parameter) -> Iterator[tuple[Exact, tuple[str, str, tuple[str, ...]]]]:
    """Every figure of a parameter, with the quote, the source and the notes of its row."""
    for row in parameter.rows:
        ground = (row.provenance.quote, row.provenance.source, row.provenance.notes)
        for cell in cells_of(row.content):
            for figure in {cell.low, cell.high} - {None}:
                assert figure is not None
                yield figure, ground


def as_in_the_text(figure: Exact, kind: Kind) -> str:
    """A figure as a text of law writes it: `20%`, `12`, `5.5%`, `2022年9月`.

    The ends of a period are written without the year, which the text does not repeat.
    """
    if kind is Kind.RATIO:
        return f"{decimal_text(Fraction(figure) * 100)}%"
    if kind is Kind.PERIOD:
        day = date.fromordinal(int(figure))
        return f"{day.month}月{day.day}日"
    if kind is Kind.MONTH:
        return "{}年{}月".format(*map(int, figure_text(kind, int(figure)).split("-")))
    return decimal_text(figure)


def stands_in(figure: str, quote: str) -> bool:
    """Whether it is there by itself: `1` is not in `12个月`, nor `5%` in `5.5%`."""
    return re.search(rf"(?<![0-9.]){re.escape(figure)}(?![0-9.])", quote) is not None


@pytest.mark.parametrize(
    "figure, quote, expected",
    [
        ("1", "备付期限应在1年以上", True),
        ("1", "足额缴纳失业保险费12个月以上", False),
        ("5%", "调查失业率控制目标(5.5%)", False),
        ("5.5%", "调查失业率控制目标(5.5%)", True),
        ("20%", "裁员率不高于20%", True),
        ("1月1日", "2022年1月1日至12月31日", True),
        ("2月31日", "2022年1月1日至12月31日", False),
    ],
)
def test_a_figure_is_found_in_a_quote(figure: str, quote: str, expected: bool) -> None:
    assert stands_in(figure, quote) == expected


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: path.stem)
def test_every_figure_stands_in_a_quote_or_is_explained(path: Path) -> None:
    ruleset = compiled(path)
    unexplained = [
        f"{name}: {as_in_the_text(figure, parameter.type.kind)}"
        for name, parameter in ruleset.parameters.items()
        for figure, (quote, source, notes) in figures(parameter)
        if not stands_in(as_in_the_text(figure, parameter.type.kind), quote)
        # A source of another day, or a note, says where the figure is from.
        and not notes
        and source == ruleset.legal_basis
    ]
    assert not unexplained


REFUND: Final = {
    "fund_reserve_min": ["1"],
    "paid_months_min": ["12"],
    "layoff_target": ["5.5%"],
    "small_employer_max": ["30"],
    "small_employer_cap": ["20%"],
    "refund_rate": ["30%", "50%", "90%"],
}
SHANGHAI: Final = {
    name: figures
    for name, figures in {**REFUND, "layoff_target": [], "refund_rate": []}.items()
    if name != "paid_months_min"
}
RETENTION: Final = {
    "fund_reserve_min": ["2"],
    "event_window": ["12月31日", "1月1日"],
    "risk_areas_min": ["1"],
}
HIRES: Final = {
    "hire_window": ["12月31日", "1月1日"],
    "graduates_of": ["2022"],
    "paid_months_min": ["1"],
    "normal_from": ["2022年9月"],
}
FIGURES: Final = {
    "cn-nm/job-stabilisation-refund": REFUND,
    "cn-nm/job-stabilisation-refund.2025": {**REFUND, "layoff_target": [], "refund_rate": []},
    "cn-nm-150100/job-stabilisation-refund": {**REFUND, "no_penalty_from": []},
    "cn-zj/job-stabilisation-refund": REFUND,
    "cn-js-321000/job-stabilisation-refund": {**REFUND, "refund_rate": ["30%", "90%"]},
    "cn-sc-510100/job-stabilisation-refund": {**REFUND, "refund_rate": []},
    "cn-sh/job-stabilisation-refund.2024": SHANGHAI,
    "cn-nm/retention-training-subsidy": {
        "fund_reserve_min": ["2"],
        "event_window": ["12月31日", "1月1日"],
        "risk_areas_min": ["1"],
    },
    "cn-nm/job-stabilisation-refund.2023": {
        "fund_reserve_min": ["1"],
        "paid_months_min": ["12"],
        "layoff_target": ["5.5%"],
        "small_employer_max": ["30"],
        "small_employer_cap": ["20%"],
        "refund_rate": [],
    },
    "cn-nm/retention-training-subsidy.national-reading": {
        "fund_reserve_min": ["2"],
        "event_window": ["12月31日", "1月1日"],
        "risk_areas_min": ["1"],
    },
    "cn-nm-150100/retention-training-subsidy": {
        "fund_reserve_min": ["2"],
        "event_window": ["12月31日", "1月1日"],
        "risk_areas_min": ["1"],
        "subsidy_per_head": ["500"],
    },
    "cn-nm/job-expansion-subsidy": {
        "hire_window": ["12月31日", "1月1日"],
        "graduates_of": ["2022"],
        "paid_months_min": ["1"],
        "normal_from": ["2022年9月"],
        "youth_age_min": ["16"],
        "youth_age_max": ["24"],
    },
    "cn-gd/retention-training-subsidy": {**RETENTION, "subsidy_per_head": []},
    "cn-gx/retention-training-subsidy": {**RETENTION, "subsidy_per_head": []},
    "cn-hn/retention-training-subsidy": {**RETENTION, "subsidy_per_head": []},
    "cn-hb/job-expansion-subsidy": {
        **HIRES,
        "youth_age_min": ["16"],
        "youth_age_max": ["24"],
        "subsidy_per_hire": [],
        "contract_months_min": [],
    },
    "cn-ha-411000/job-expansion-subsidy": {
        **HIRES,
        "youth_age_min": ["16"],
        "subsidy_per_hire": [],
        "youth_born_from": [],
        "last_filing_day": [],
    },
    "cn-jl/job-expansion-subsidy": {**HIRES, "subsidy_per_hire": [], "youth_born": []},
    "cn-jl/job-expansion-subsidy.2024": {
        "hire_window": [],
        "paid_months_min": [],
        "subsidy_per_hire": [],
        "youth_born": [],
        "later_hires_from": [],
        "recent_graduates_from": [],
    },
    "cn-sh/job-expansion-subsidy.2024": {
        "hire_window": [],
        "graduates_of": [],
        "paid_months_min": [],
        "youth_age_min": ["16"],
        "youth_age_max": ["24"],
        "subsidy_per_hire": [],
    },
    "cn/job-stabilisation-refund": {"fund_reserve_min": [], "refund_rate": []},
    "cn/job-expansion-subsidy": {
        "graduates_of": ["2022"],
        "paid_months_min": [],
        "youth_age_min": [],
        "youth_age_max": [],
        "subsidy_per_hire": ["1500"],
    },
    "cn-nm/grassroots-senior-title": {"start_year": ["2016", "2022"]},
    "cn-nm-152500/grassroots-senior-title": {
        "start_year": ["2016", "2022"],
        "waiver_years": [],
        "waiver_township_years": [],
    },
    "cn-nx/grassroots-senior-title.xihaigu": {
        "years_by_education": [],
        "award_lead": [],
        "quota": [],
    },
    "cn-qh/grassroots-senior-title.six-prefectures-2019": {
        "preference_years": [],
        "preference_township_years": [],
        "excellent_lead": [],
    },
}


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: path.stem)
def test_the_figures_of_a_policy_are_those_of_its_text(path: Path) -> None:
    ruleset = compiled(path)
    quoted = {
        name: [
            as_in_the_text(figure, parameter.type.kind) for figure, (quote, _, _) in cells if quote
        ]
        for name, parameter in ruleset.parameters.items()
        if (cells := list(figures(parameter)))
    }
    assert {name: sorted(set(those)) for name, those in quoted.items()} == FIGURES[ruleset.id]


@pytest.mark.parametrize("path", RULESETS, ids=lambda path: path.stem)
def test_every_question_is_put_in_words_of_its_own(path: Path) -> None:
    ruleset = compiled(path)
    asked = {name: (fact.ask, fact.title) for name, fact in ruleset.facts.items()}
    asked |= {name: (items.ask, items.title) for name, items in ruleset.lists.items()}
    # Where a vocabulary has no question, one is made of the title.
    assert not [name for name, (ask, title) in asked.items() if ask.zh == f"{title.zh}？"]
    assert not [name for name, (ask, title) in asked.items() if ask.en == f"{title.en}?"]
