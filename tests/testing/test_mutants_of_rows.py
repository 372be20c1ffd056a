"""Mutants, thresholds and coverage goals of a table with rows."""

from pathlib import Path
from shutil import copytree
from typing import Final

import pytest
from tests.conformance.cases import HERE, compiled, read_case

import policyrules
from policyrules.ir.nodes import FactRef
from policyrules.ir.tables import Band, Cell, KeyDomain, RowTable, TableRow
from policyrules.ir.types import Kind
from policyrules.testing.boundaries.thresholds import thresholds
from policyrules.testing.coverage.goals import coverage_goals
from policyrules.testing.mutation.mutants import mutants
from policyrules.testing.mutation.rows import mutate_rows

EXAMPLE: Final = "docs/examples/unemployment/xx/unemployment-benefit.yaml"
GOOD: Final = HERE / "good"
BENEFIT: Final = policyrules.load(Path(__file__).parents[2] / EXAMPLE).ruleset


def test_each_edge_of_a_band_stands_once_on_its_other_side() -> None:
    changes = {mutant.change for mutant in mutants(BENEFIT) if mutant.node_id == "months_of_term"}
    assert {
        "`at_least 1` becomes `above 1`",
        "`at_least 5` becomes `above 5`",
        "`at_least 10` becomes `above 10`",
        "`row 2` and `row 3` are swapped",
        "for `row 3` 18 becomes 19",
    } <= changes
    assert not any("removed" in change for change in changes)  # a case would have no row


def test_the_edges_are_the_figures_at_which_the_years_are_tried() -> None:
    assert thresholds(BENEFIT)["claimant.paid_years"] == (1, 5, 10)


def test_each_row_is_a_goal() -> None:
    goals = {goal.span_id for goal in coverage_goals(BENEFIT)}
    assert {f"months_of_term[row {number}]" for number in (1, 2, 3, 4)} <= goals


def table(*lows: int, is_ordered: bool, default: int | None = 0) -> RowTable:
    rows = tuple(
        TableRow((Band((low, False)),), Cell("stated", number, number))
        for number, low in enumerate(lows, 1)
    )
    domain = KeyDomain(is_ordered=True, low=0, high=60, step=1)
    rest = None if default is None else Cell("stated", default, default)
    return RowTable(("",), (domain,), rows, rest, is_ordered)


def changes(row_table: RowTable) -> list[str]:
    return [str(mistake) for mistake, _ in mutate_rows(row_table, [Kind.COUNT], lambda _: iter(()))]


def test_rows_in_order_are_exchanged_and_left_out() -> None:
    assert changes(table(10, 5, is_ordered=True)) == [
        "`row 1` and `row 2` are swapped",
        "`at_least 5` becomes `above 5`",
        "`at_least 10` becomes `above 10`",
        "for `row 1` the row is removed",
        "for `row 2` the row is removed",
        "`row 1` and `row 2` are exchanged",
    ]


def test_a_row_that_else_replaces_is_left_out() -> None:
    assert changes(table(10, is_ordered=False)) == [
        "`at_least 10` becomes `above 10`",
        "for `row 1` the row is removed",
    ]


def test_a_change_that_decides_as_before_is_no_mutant() -> None:
    """Without a figure above it the edge can move, and without a difference a row can go."""
    assert changes(table(60, is_ordered=False, default=1)) == []


def test_a_key_is_read_like_any_fact() -> None:
    assert BENEFIT.parameters["months_of_term"].by == (FactRef("claimant.paid_years"),)


@pytest.mark.parametrize("key", ["claimant.months_left", "claimant.months_promised"])
def test_a_table_that_nothing_reads_has_mutants(tmp_path: Path, key: str) -> None:
    """Its key may be a fact of the vocabulary or of the ruleset, which nothing else reads."""
    copytree(Path(EXAMPLE).parents[1], tmp_path / "copy")
    path = tmp_path / "copy" / "xx" / "unemployment-benefit.yaml"
    text = path.read_text(encoding="utf-8").replace(
        "min(months_of_term + claimant.months_left, most_months)", "most_months"
    )
    declared = "facts: {claimant: {months_promised: {title: {zh: 承诺月数, en: Promised}, type: count, unit: month, range: 0..9}}}"
    unread = f"  unread: {{title: {{zh: 空, en: Unread}}, type: count, unit: month, by: {key}, rows: [{{is: 7}}], cite: insurance-law}}"
    path.write_text(
        text.replace("parameters:\n", f"{declared}\nparameters:\n{unread}\n"), encoding="utf-8"
    )
    changed = {str(mutant) for mutant in mutants(policyrules.load(path).ruleset)}
    assert "unread: for `row 1` 7 becomes 8" in changed


def test_two_neighbouring_exceptions_in_order_are_exchanged() -> None:
    ruleset, _ = compiled(read_case(GOOD / "exceptions-in-order.txt"))
    assert ruleset is not None
    exchanges = [mutant for mutant in mutants(ruleset) if "exchanged" in mutant.change]
    assert [str(mutant) for mutant in exchanges] == [
        "share: `unions` and `few-heads` are exchanged",
        "share: `few-heads` and `some-heads` are exchanged",
        "some-share: `unions-always` and `listed-never` are exchanged",
    ]
    swapped = exchanges[1].ruleset.values["share"].exceptions
    assert [exception.id for exception in swapped] == ["unions", "some-heads", "few-heads"]
    assert swapped[2].preceding == (swapped[0].when, swapped[1].when)


def test_rows_of_a_value_have_the_mistakes_of_a_table_and_of_their_expressions() -> None:
    example = "docs/examples/premium/xx/premium-subsidy.yaml"
    ruleset = policyrules.load(Path(__file__).parents[2] / example).ruleset
    changes = {str(mutant) for mutant in mutants(ruleset) if "row" in mutant.node_id}
    assert changes == {
        "subsidy_of_year_row: `row 1` and `row 2` are swapped",
        "subsidy_of_year_row: `row 2` and `row 3` are swapped",
        "subsidy-of-year-row-2: `share_of_base` is removed",
        "subsidy-of-year-row-2: `worker.base` is removed",
    }
    assert thresholds(ruleset)["worker.year"] == (2, 3)
    goals = {goal.span_id for goal in coverage_goals(ruleset) if "row" in goal.node_id}
    assert goals == {f"subsidy_of_year_row[row {number}]" for number in (1, 2, 3)}
