"""Whole explanations in both languages; the texts are in `tests/snapshots/explanation/`."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from tests.support.sample_decisions import samples
from tests.support.shipped import shipped
from tests.support.snapshots import check_snapshot

import policyrules
from policyrules.explain.plain_text import explanation_text
from policyrules.text.localized import Language


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", samples())
def test_the_explanation_reads_as_the_snapshot(name: str, language: Language) -> None:
    check_snapshot(samples()[name].explain(language), f"explanation/{name}.{language}")


def test_the_same_decision_has_the_same_text() -> None:
    first, other = samples()["undetermined"], samples()["undetermined"]
    assert explanation_text(first, "zh") == explanation_text(other, "zh")


def test_nothing_breaks_or_colours_the_lines() -> None:
    for decision in samples().values():
        assert explanation_text(decision, "en").replace("\n", "").isprintable()


@pytest.mark.parametrize(
    "days, line",
    [
        (["2022-03-01", "2020-01-01"], "环保处罚日期：2 次中 1 次不符合（2022-03-01）"),
        (["2020-01-01"], "环保处罚日期：1 次中 1 次符合（2020-01-01）"),
        ([], "环保处罚日期：无"),
    ],
)
def test_where_all_have_to_hold_those_that_do_not_are_named(days: list[str], line: str) -> None:
    hohhot = shipped("cn-nm-150100/job-stabilisation-refund").on(date(2022, 11, 25))
    decision = hohhot.decide({"employer": {"environmental_penalty_dates": days}})
    assert f"\n    {line}\n" in decision.explain("zh")


def test_a_consequence_with_rows_says_once_which_row_applies(tmp_path: Path) -> None:
    shutil.copytree(
        Path(__file__).parents[2] / "docs/examples/premium", tmp_path, dirs_exist_ok=True
    )
    path = tmp_path / "xx/premium-subsidy.yaml"
    text = path.read_text("utf-8").partition("  amount:")[0] + "  consequences: [subsidy_of_year]\n"
    path.write_text(text, encoding="utf-8")
    facts = {"worker.base": 4_000, "worker.year": 2, "worker.formerly_poor": False}
    decision = policyrules.load(path).on("2025-06-01").decide(facts)
    lines = [line.strip() for line in str(decision.explain("en")).splitlines()]
    place = next(place for place, line in enumerate(lines) if "200.00 CNY" in line)
    assert lines[place].startswith("- Subsidy of the year: 200.00 CNY (row: Formerly poor no, Year")
    assert lines[place].endswith("; another row at year of insurance 3 years, 1 year away)")
    assert lines[place + 1].startswith("determined by: Formerly poor no, Year of insurance 2 years")
    assert sum("another row" in line for line in lines) == 1
