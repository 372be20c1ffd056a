"""The test tools on a ruleset with several amounts: each amount is tried by itself."""

import shutil
from pathlib import Path
from typing import Final

import pytest
from tests.testing.test_mutation_run import check_kills, tried

import policyrules
from policyrules.testing.boundaries.thresholds import every_expression

SETTLEMENT: Final = Path(__file__).parents[2] / "docs/examples/settlement"
FEW_CASES: Final = """\
policyrules: 1
cases_of: xx/contribution
on: 2025-06-01
facts:
  worker: {wages: 100000, paid: 7500, paid_by_employer: 15000}
cases:
  - name: 单位部分不比较
    expect: {status: eligible, amounts: {worker_part: 500.00 CNY}}
"""


@pytest.fixture
def settlement(tmp_path: Path) -> Path:
    shutil.copytree(SETTLEMENT, tmp_path, dirs_exist_ok=True)
    (tmp_path / "xx/contribution.cases.yaml").write_text(FEW_CASES, "utf-8")
    return tmp_path / "xx"


@pytest.mark.slow
def test_a_mutant_of_each_amount_is_killed_by_a_case_that_names_it(settlement: Path) -> None:
    report = tried(settlement, tries=300)
    assert {"employer_part", "worker_part"} <= {each.mutant.node_id for each in report.survivors}
    proposed = [
        survivor
        for survivor in report.survivors
        if survivor.case and survivor.mutant.node_id == "employer_part"
    ]
    assert proposed
    for survivor in proposed:
        assert "amounts: {employer_part: " in survivor.case
        check_kills(settlement, survivor)


@pytest.mark.slow
def test_the_cases_of_the_example_kill_the_mutants_of_both_amounts() -> None:
    report = tried(SETTLEMENT, tries=0)
    changes = [str(survivor.mutant) for survivor in report.survivors]
    assert changes == [
        "employer_part: `half_up` becomes `half_even`",
        "worker_part: `half_up` becomes `half_even`",
    ]


def test_the_thresholds_of_each_amount_are_known() -> None:
    ruleset = policyrules.load(SETTLEMENT / "xx/contribution.yaml").ruleset
    expressions = {amount.expression for amount in ruleset.outcome.amounts.values()}
    assert len(expressions) == 2
    assert expressions <= set(every_expression(ruleset))
