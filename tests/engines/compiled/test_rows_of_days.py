"""The row of another day: an independent law, the compiled engine, and the explanation."""

from datetime import date, timedelta
from pathlib import Path
from typing import Final

import attrs
import pytest
from tests.conformance.cases import HERE, compiled, read_case

import policyrules
from policyrules.api.engine_cache import EngineCache
from policyrules.api.policy import Policy
from policyrules.decisions.decision import Decision
from policyrules.ir.lens import iter_nodes, replace_node
from policyrules.ir.tables import Cell, cells_of
from policyrules.testing.boundaries.search import boundaries
from policyrules.testing.mutation.mutants import mutants
from policyrules.testing.mutation.operators import MutationOperator

EXAMPLES: Final = Path(__file__).parents[3] / "docs" / "examples"
POLICY: Final = policyrules.load(EXAMPLES / "hiring-rates/xx/hiring-subsidy.yaml")
SUBSIDY: Final = POLICY.on("2026-06-01")


def subsidy(hired_on: date) -> int:
    """What the notice says, without the library."""
    return 1000 if hired_on < date(2025, 1, 1) else 1500


@pytest.mark.parametrize("on", [date(2024, 1, 1), date(2024, 12, 31), date(2025, 1, 1)])
def test_each_hire_has_the_subsidy_of_its_day_whenever_it_is_decided(on: date) -> None:
    days = [on - timedelta(days) for days in (0, 1, 200, 366)]
    days = [day for day in days if day >= date(2024, 1, 1)]
    hires = [{"id": str(place), "hired_on": day} for place, day in enumerate(days)]
    dated = POLICY.on(on)
    for engine in ("reference", "forward"):
        decision = dated.decide({"hires": hires}, engine=engine)
        assert decision.amount is not None
        assert decision.amount.value == sum(map(subsidy, days))


def test_known_days_are_decided_by_the_compiled_engine_itself() -> None:
    hires = [{"id": "a", "hired_on": "2024-12-31"}, {"id": "b", "hired_on": "2025-01-01"}]
    result = SUBSIDY._decider.program.exact(SUBSIDY.policy.intake.read({"hires": hires}))
    assert result is not None
    assert result[0] is True
    (streamed,) = SUBSIDY.decide_many([{"hires": hires}])
    assert isinstance(streamed, Decision)
    assert streamed.amount is not None
    assert streamed.amount.value == 2500


def test_a_day_without_a_row_leaves_the_amount_open_and_names_the_parameter(tmp_path: Path) -> None:
    for name in ("vocabulary.yaml", "sources.yaml", "xx/hiring-subsidy.yaml"):
        text = (EXAMPLES / "hiring-rates" / name).read_text(encoding="utf-8")
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        text = text.replace("range: 2024-01-01..", "range: 2023-12-31..")
        path.write_text(text, encoding="utf-8")
    policy = policyrules.load(tmp_path / "xx/hiring-subsidy.yaml")
    decision = policy.on("2025-06-01").decide({"hires": [{"id": "a", "hired_on": "2023-12-31"}]})
    assert decision.amount is not None
    assert decision.amount.value is None
    assert [(point.name, point.reason) for point in decision.unsettled] == [
        ("subsidy_per_hire", "no_row")
    ]
    assert "所依据的日期没有相应的规定" in decision.explain("zh")
    assert "no row is in force on the day for which it is read" in decision.explain("en")


def test_a_changed_row_changes_its_readings() -> None:
    ruleset = POLICY.ruleset
    parameter = ruleset.parameters["subsidy_per_hire"]
    first, last = parameter.rows
    dearer = attrs.evolve(first, content=Cell("stated", 2000, 2000))
    changed = replace_node(ruleset, parameter.name, attrs.evolve(parameter, rows=(dearer, last)))
    (row,) = changed.parameters["subsidy_per_hire[hires.hired_on]"].rows
    assert [cell.low for cell in cells_of(row.content)] == [2000, 1500]


def test_a_reading_is_no_node_and_its_mutant_reads_the_day_of_the_decision() -> None:
    assert "subsidy_per_hire[hires.hired_on]" not in dict(iter_nodes(POLICY.ruleset))
    sentences = [
        str(mutant)
        for mutant in mutants(POLICY.ruleset)
        if mutant.mistake.operator is MutationOperator.READ_ON_DAY
    ]
    assert sentences == [
        "subsidy: `subsidy_per_hire[hire.hired_on]` is the row of the day of the decision"
    ]


def test_the_days_on_which_the_row_changes_are_boundaries() -> None:
    days = {str(boundary) for boundary in boundaries(POLICY.ruleset)}
    assert any("hires.hired_on = 2024-12-31, 2025-01-01" in text for text in days), days


def test_the_row_that_applies_is_explained_with_its_days() -> None:
    case = read_case(HERE / "good" / "the-row-of-another-day.txt")
    ruleset, _ = compiled(case)
    assert ruleset is not None
    facts = {
        "employer": {
            "founded_on": "2021-12-30",
            "claimed_on": "2022-12-31",
            "size": "none",
            "paid_months": 5,
            "headcount": 30,
            "left_on": "none",
        },
        "hires": [],
    }
    decision = Policy(ruleset, (), EngineCache(ruleset)).on("2022-12-01").decide(facts)
    assert (
        "上限（按申领日期）：5,000.00 元（适用：申领日期不晚于 2022-12-31；"
        "申领日期到 2023-01-01时（相差 1 天）适用另一行）" in decision.explain("zh")
    )
    assert (
        "Least months (by begins on): 6 months (row: Begins on until 2022-06-30; "
        "another row at begins on 2022-07-01, 1 day away)" in decision.explain("en")
    )
