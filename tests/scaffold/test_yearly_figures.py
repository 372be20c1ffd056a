"""A variant for another year proposes every figure that each year sets anew."""

import shutil
from datetime import date
from pathlib import Path

import attrs
import pytest
from tests.conformance.cases import BASE

import policyrules
from policyrules.errors import ScaffoldError
from policyrules.scaffold.plan import scaffold_variant
from policyrules.scaffold.request import ScaffoldRequest


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The base, of the policy year 2022, whose cap each year sets anew."""
    for name in ("vocabulary.yaml", "sources.yaml", "cn-nm/refund.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        text = (BASE / name).read_text("utf-8")
        text = text.replace("legal_basis: law\n", "legal_basis: law\npolicy_year: 2022\n")
        text = text.replace("    value: 20%\n", "    yearly: true\n    value: 20%\n")
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def proposed(folder: Path, jurisdiction: str, year: int) -> tuple[str, ...]:
    """The parameters that a variant for a year proposes."""
    request = ScaffoldRequest(
        base="cn-nm/refund",
        jurisdiction=jurisdiction,
        folder=folder,
        variant=str(year),
        from_=date(year, 1, 1),
        to=date(year, 12, 31),
    )
    return scaffold_variant(request).missing_figures


def test_another_year_sets_what_every_year_sets(folder: Path) -> None:
    assert proposed(folder, "cn-nm", 2023) == ("layoff_cap",)


def test_the_same_year_takes_it_over(folder: Path) -> None:
    assert proposed(folder, "cn-nm", 2022) == ()


def test_a_city_sets_no_figure_that_is_not_delegated(folder: Path) -> None:
    assert proposed(folder, "cn-nm-150100", 2023) == ()


@pytest.mark.parametrize(
    "jurisdiction, codes", [("cn-nm-150100", []), ("cn-nm", ["carried-figure"])]
)
def test_only_who_may_set_a_figure_is_warned_of_one_of_another_year(
    folder: Path, jurisdiction: str, codes: list[str]
) -> None:
    path = folder / jurisdiction / "refund.2023.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        f"""\
policyrules: 1
id: {jurisdiction}/refund.2023
title: {{zh: 返还, en: Refund}}
legal_basis: law
policy_year: 2023
in_force: {{from: 2023-01-01, to: 2023-12-31, cite: law}}
extends: {{cn-nm/refund: "{policyrules.load(folder / "cn-nm/refund.yaml").ruleset.content_hash}"}}
""",
        encoding="utf-8",
    )
    assert [warning.code for warning in policyrules.load(path).warnings] == codes


def test_a_place_elsewhere_sets_what_every_year_sets(folder: Path) -> None:
    assert proposed(folder, "cn-jl", 2023) == ("layoff_cap",)


@pytest.mark.checkout
@pytest.mark.parametrize(
    "base, figures",
    [
        ("cn-nm/job-stabilisation-refund", ("layoff_target", "refund_rate")),
        ("cn-nm/job-expansion-subsidy", ("hire_window", "graduates_of", "normal_from")),
        ("cn-nm/retention-training-subsidy", ("event_window",)),
    ],
)
def test_shipped_bases_say_which_figures_each_year_sets(
    base: str, figures: tuple[str, ...], tmp_path: Path
) -> None:
    request = ScaffoldRequest(
        base=base,
        jurisdiction="cn-nm",
        folder=tmp_path,
        variant="2026",
        from_=date(2026, 1, 1),
        to=date(2026, 12, 31),
    )
    assert {*figures} <= {*scaffold_variant(request).missing_figures}


def test_a_variant_proposes_no_parameter_that_no_author_declares(tmp_path: Path) -> None:
    shutil.copytree(
        Path(__file__).parents[2] / "docs/examples/premium", tmp_path, dirs_exist_ok=True
    )
    request = ScaffoldRequest(base="xx/premium-subsidy", jurisdiction="xx-1", folder=tmp_path)
    assert scaffold_variant(request).missing_figures == ()
    chosen = attrs.evolve(request, parameters=("subsidy_of_year_row",))
    with pytest.raises(ScaffoldError, match="has no parameter `subsidy_of_year_row`"):
        scaffold_variant(chosen)
