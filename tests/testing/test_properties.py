"""Properties of case files: a true one passes, a false one has a shrunk counterexample."""

import json
import subprocess
import sys
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any, get_args

import attrs
import pytest
from tests.cases.texts import CASES, HERE, RULESET, read_folder, write_files
from tests.support.shipped import shipped

import policyrules
from policyrules import PropertyResult
from policyrules.api.policy import Engine
from policyrules.cli import main
from policyrules.testing.properties.outcomes import benefit_interval, decision_differences
from policyrules.values.possible import Interval

PASSING = next(case for case in read_folder("failing") if str(case) == "as-expected")
ENGINES: tuple[Engine, ...] = get_args(Engine)
TOWN = HERE.parents[1] / "docs" / "examples" / "town"

Tried = Callable[..., PropertyResult]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the ruleset and the cases of the base."""
    monkeypatch.chdir(tmp_path)
    write_files(PASSING, tmp_path)
    return tmp_path


def add(path: Path, text: str) -> None:
    with path.open("a", encoding="utf-8") as file:
        file.write(f"properties:\n  - {{name: 一条性质, {text}}}\n")


def tried(path: Path, text: str, engine: Engine = "compiled") -> PropertyResult:
    """What becomes of the only property of a case file."""
    add(path, text)
    report = policyrules.run_cases([path], engine=engine, matching="一条性质")
    assert not report.diagnostics, report.diagnostics
    (result,) = report.results
    assert isinstance(result, PropertyResult)
    return result


# --- what holds ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize(
    "text",
    [
        "never_increases: amount, when_increasing: employer.laid_off",
        "never_increases: status, when_increasing: employer.laid_off",
        "never_decreases: amount, when_decreasing: employer.laid_off",
        "never_exceeds: {amount: employer.premium}",
        "never_falls_below: {amount: 0 CNY, layoff_rate: 0%}",
        "never_falls_below: {amount: 0 CNY}",
        "unchanged_by: hires.born_on",
        "unchanged_by: employer.paid_months, on: 2022-11-25",
    ],
)
def test_a_property_that_holds_is_tried_and_passes(project: Path, text: str) -> None:
    result = tried(project / CASES, text)
    assert result.passed, result.explain("en")
    assert result.tried > 30
    assert result.on is None
    assert result.explain() == ""


# --- what does not -------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_false_one_is_caught_and_its_facts_are_as_few_and_as_near_as_can_be(
    project: Path, engine: Engine
) -> None:
    text = "never_decreases: status, when_increasing: employer.laid_off"
    result = tried(project / CASES, text, engine)
    counterexample = result.counterexample
    assert counterexample is not None
    before, after = counterexample.facts
    assert counterexample.moved == "employer.laid_off"
    assert {name for name in before if before[name] != after[name]} == {counterexample.moved}
    assert int(after[counterexample.moved]) == int(before[counterexample.moved]) + 1
    assert len(before) <= 4
    (difference,) = result.differences
    assert difference.what == "status"
    assert difference.expected.startswith("at least ")


def test_the_limit_of_an_amount_is_shown_with_what_it_is(project: Path) -> None:
    result = tried(project / CASES, "never_exceeds: {amount: 900 CNY}")
    (difference,) = result.differences
    assert (difference.what, difference.expected) == ("amount", "at most 900.00 CNY")
    assert difference.found.endswith(" CNY")
    counterexample = result.counterexample
    assert counterexample is not None
    assert "status: eligible, amount: " in counterexample.outcomes[0]


def test_the_limit_of_a_value_may_be_a_name(project: Path) -> None:
    result = tried(project / CASES, "never_exceeds: {layoff_rate: layoff_cap}")
    (difference,) = result.differences
    assert difference.what == "layoff_rate"
    assert difference.expected == "at most layoff_cap = 20%"


def test_a_fact_that_matters_is_reported_with_what_it_changes(project: Path) -> None:
    result = tried(project / CASES, "unchanged_by: employer.listed")
    assert {difference.what for difference in result.differences} & {"status", "held", "failed"}
    counterexample = result.counterexample
    assert counterexample is not None
    assert counterexample.moved == "employer.listed"
    text = result.explain("en")
    assert text.startswith("Counterexample\n")
    assert "All else equal, but\n  employer.listed: " in text
    assert result.explain("zh").startswith("反例\n")


@pytest.mark.parametrize(
    "first, other, expected",
    [
        ({"min": 1}, {"min": 2}, {"amount min": ("1.00 CNY", "2.00 CNY")}),
        ({"max": 1}, {}, {"amount max": ("1.00 CNY", "not known")}),
        (
            {"min": 1, "max": 3},
            {"min": 2, "max": 4},
            {"amount min": ("1.00 CNY", "2.00 CNY"), "amount max": ("3.00 CNY", "4.00 CNY")},
        ),
        (
            {"may_be_not_stated": True},
            {},
            {"amount may_be_not_stated": ("true", "false")},
        ),
        (
            {"status": "exact", "value": 1, "unrounded": Fraction(1)},
            {"status": "exact", "value": 1, "unrounded": Fraction(5, 4)},
            {"amount unrounded": ("1.00 CNY", "1.25 CNY")},
        ),
        ({"status": "exact", "value": 1}, {}, {"amount": ("1.00 CNY", "undetermined")}),
    ],
)
def test_two_amounts_that_read_alike_differ_in_what_is_named(
    first: dict[str, Any], other: dict[str, Any], expected: dict[str, tuple[str, str]]
) -> None:
    decided = shipped("cn-nm/job-stabilisation-refund").on("2022-11-25").decide({})
    assert decided.amount is not None
    fields: dict[str, Any] = {"min": None, "max": None, "may_be_not_stated": False}
    both = [
        attrs.evolve(
            decided,
            amounts={
                decided.amount.name: attrs.evolve(decided.amount, **{**fields, **which}),
            },
        )
        for which in (first, other)
    ]
    differences = {
        difference.what: (difference.expected, difference.found)
        for difference in decision_differences(*both)
    }
    assert differences == expected


def test_a_fact_of_an_item_is_moved_in_one_of_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.cases.yaml").write_text(
        """
policyrules: 1
cases_of: cn-nm/job-expansion-subsidy
on: 2022-11-25
facts:
  employer: {kind: enterprise}
  hires:
    - {id: p1, hired_on: 2022-07-15, born_on: 1980-01-01, graduation_year: 2022, contract_signed: true, ui_paid_months: 3, unemployed_graduate: false, hiring_subsidy_paid: false, claimed_by_other_employer: false}
cases:
  - {name: 一人, expect: {}}
""".replace("expect: {}", "expect: {missing: []}"),
        encoding="utf-8",
    )
    path = tmp_path / "mine.cases.yaml"
    result = tried(path, "never_decreases: status, when_decreasing: hires.ui_paid_months")
    counterexample = result.counterexample
    assert counterexample is not None
    before, after = (
        [hire["ui_paid_months"] for hire in facts["hires"]] for facts in counterexample.facts
    )
    assert len(before) == 1
    assert int(before[0]) - int(after[0]) == 1


def test_an_amount_that_is_not_stated_says_nothing(project: Path) -> None:
    """What no drawn facts speak of is no success."""
    ruleset = project / RULESET
    text = ruleset.read_text(encoding="utf-8")
    row = "{large: 30%, small: 90%, none: not_stated}"
    assert row in text
    row_without = "{large: not_stated, small: not_stated, none: not_stated}"
    ruleset.write_text(text.replace(row, row_without), encoding="utf-8")
    result = tried(project / CASES, "never_exceeds: {amount: 900 CNY}, on: 2022-03-01")
    (difference,) = result.differences
    assert difference.what == "never_exceeds"
    assert difference.found == "none were drawn"
    assert result.tried == 0


SETTLEMENT = HERE.parents[1] / "docs/examples/settlement/xx/contribution.yaml"


def test_who_may_be_ineligible_receives_nothing_or_what_a_signed_amount_may_be() -> None:
    """An undetermined case is not below zero, unless its amount may be."""
    decision = policyrules.load(SETTLEMENT).on("2025-06-01").decide({"worker": {"paid": 100}})
    amount = decision.amounts["worker_part"]
    for low, high, signed, unsigned in (
        (-300, -200, Interval(-300, 0), Interval(0, 0)),
        (-300, 200, Interval(-300, 200), Interval(0, 200)),
        (None, 200, Interval(None, 200), Interval(0, 200)),
        (100, None, Interval(0, None), Interval(0, None)),
    ):
        undetermined = attrs.evolve(amount, status="undetermined", min=low, max=high)
        assert benefit_interval(undetermined, is_signed=True) == signed
        assert benefit_interval(undetermined, is_signed=False) == unsigned


@pytest.mark.parametrize("on", ["2021-12-31", "2023-01-01"])
def test_on_a_day_out_of_force_nothing_can_hold(project: Path, on: str) -> None:
    result = tried(project / CASES, f"never_exceeds: {{amount: 90000000 CNY}}, on: {on}")
    (difference,) = result.differences
    assert (difference.what, difference.found) == ("on", f"not in force on {on}")


def test_the_same_facts_are_drawn_each_time(project: Path) -> None:
    path = project / CASES
    first = tried(path, "never_decreases: status, when_increasing: employer.laid_off")
    (again,) = policyrules.run_cases([path], engine="compiled", matching="一条性质").results
    assert again == first


# --- how it is told ------------------------------------------------------------------------------


def test_a_property_counts_and_is_shown_as_a_case(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(project / CASES, "unchanged_by: employer.paid_months")
    assert main(["test", "cn-nm"]) == 0
    assert capsys.readouterr().out == "5 passed in 1 case file\n"


def test_a_false_property_is_reported_with_its_line_and_its_facts(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(project / CASES, "unchanged_by: employer.listed")
    report = project / "report.xml"
    assert main(["test", "cn-nm", "--lang", "en", "--junit", str(report)]) == 1
    out = capsys.readouterr().out
    line = len((project / CASES).read_text(encoding="utf-8").splitlines())
    assert out.startswith(f"{CASES}:{line}: failed: 一条性质\n    cn-nm/refund on 2022-")
    assert "\n    Counterexample\n" in out
    assert out.endswith("1 failed, 4 passed in 1 case file\n")
    assert "Counterexample" in report.read_text(encoding="utf-8")


def test_as_data_a_false_one_has_both_cases(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add(project / CASES, "unchanged_by: employer.listed")
    assert main(["test", "cn-nm", "--json"]) == 1
    case = json.loads(capsys.readouterr().out)["cases"][-1]
    assert case["counterexample"]["moved"] == "employer.listed"
    assert len(case["counterexample"]["cases"]) == 2
    assert case["on"] == case["counterexample"]["on"]
    assert case["tried"] > 0


@pytest.mark.slow
def test_without_hypothesis_the_error_says_how_to_install_it(project: Path) -> None:
    """The cases of a file without properties are run all the same."""
    code = """
import sys
sys.modules["hypothesis"] = None
from policyrules.cli import main
import policyrules.testing as testing
from policyrules.testing import boundaries, mutants, thresholds
try:
    testing.facts_for
except ImportError as error:
    print(error)
try:
    from policyrules.testing import days_for
except ImportError as error:
    print(error)
raise SystemExit(main(["test", "cn-nm"]))
"""
    missing = 'the package `hypothesis` is not installed: pip install "policyrules[testing]"'

    def done() -> tuple[int, str, str]:
        run = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, check=False, encoding="utf-8"
        )
        return run.returncode, run.stdout, run.stderr

    assert done() == (0, f"{missing}\n{missing}\n4 passed in 1 case file\n", "")
    add(project / CASES, "unchanged_by: employer.paid_months")
    assert done() == (1, f"{missing}\n{missing}\n", f"error: {missing}\n")


@pytest.mark.slow
def test_the_command_leaves_nothing_behind_where_it_is_run(project: Path) -> None:
    add(project / CASES, "unchanged_by: employer.listed")
    before = sorted(project.rglob("*"))
    command = [sys.executable, "-m", "policyrules", "test", "cn-nm"]
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1
    assert sorted(project.rglob("*")) == before


@pytest.mark.slow
def test_the_town_pays_no_more_where_the_income_is_higher(tmp_path: Path) -> None:
    for name in ("vocabulary.yaml", "sources.yaml"):
        (tmp_path / name).write_bytes((TOWN / name).read_bytes())
    (tmp_path / "xx").mkdir()
    for path in (TOWN / "xx").iterdir():
        (tmp_path / "xx" / path.name).write_bytes(path.read_bytes())
    cases = tmp_path / "xx" / "winter-heating-grant.cases.yaml"
    text = cases.read_text(encoding="utf-8").partition("properties:")[0]
    cases.write_text(text, encoding="utf-8")
    assert tried(cases, "never_increases: amount, when_increasing: household.monthly_income").passed
    cases.write_text(text, encoding="utf-8")
    result = tried(cases, "never_increases: amount, when_increasing: household.members")
    counterexample = result.counterexample
    assert counterexample is not None
    before, after = (int(facts["household.members"]) for facts in counterexample.facts)
    assert after == before + 1
