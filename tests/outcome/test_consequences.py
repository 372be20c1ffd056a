"""The reasons of consequences, and the statuses for which they are stated."""

from datetime import date
from pathlib import Path

import pytest
from tests.support.shipped import shipped

from policyrules.api.engine_cache import EngineCache
from policyrules.api.policy import DatedPolicy, Policy
from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import File
from policyrules.decisions.decision import Decision
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.testing.coverage.goals import coverage_goals
from policyrules.testing.mutation.mutants import mutants

BASE = Path(__file__).parent.parent / "conformance" / "base"
LEAGUE = "cn-nm-152500/grassroots-senior-title"
VALUE = """
values:
  repayment:
    title: {zh: 应退还, en: To be repaid}
    type: money
    is: employer.premium * layoff_cap
    for: [STATUSES]
    quote: 退还
    except:
      few:
        title: {zh: 人数少, en: Few}
        when: employer.headcount < few_persons
        is: 0
        cite: notice
"""


def ruleset(statuses: str) -> CheckedRuleset:
    """A ruleset with a consequence that is stated for these statuses."""
    text = (BASE / "cn-nm/refund.yaml").read_text("utf-8")
    text = text.replace("\nvalues:\n", VALUE.replace("STATUSES", statuses))
    text = text.replace(
        "parameters:\n",
        "parameters:\n  few_persons: {title: {zh: 人数, en: Few from}, type: count, "
        "unit: person, value: 20, cite: law}\n",
    )
    text += "\n"
    text = text.replace("not-listed]}\n", "not-listed]}\n  consequences: [repayment]\n")
    others = [
        File(name, (BASE / name).read_bytes()) for name in ("vocabulary.yaml", "sources.yaml")
    ]
    result = compile_ruleset(File("cn-nm/refund.yaml", text.encode()), *others)
    assert result.ruleset is not None, [str(each) for each in result.diagnostics]
    return result.ruleset


def dated(statuses: str) -> DatedPolicy:
    checked = ruleset(statuses)
    return Policy(checked, (), EngineCache(checked)).on(date(2022, 8, 1))


def decide(statuses: str, **employer: object) -> Decision:
    facts = {"kind": "union", "size": "small", "layoff_rate": "10%", **employer}
    return dated(statuses).decide({f"employer.{name}": fact for name, fact in facts.items()})


@pytest.mark.parametrize(
    "statuses, listed, is_stated",
    [
        ("eligible", False, True),
        ("eligible", True, False),
        ("eligible", None, False),
        ("ineligible", False, False),
        ("ineligible", True, True),
        ("ineligible", None, False),
        ("undetermined", False, False),
        ("undetermined", True, False),
        ("undetermined", None, True),
        ("eligible, ineligible", True, True),
        ("eligible, ineligible", None, False),
    ],
)
def test_a_consequence_is_stated_for_the_statuses_that_its_value_names(
    statuses: str, listed: bool | None, is_stated: bool
) -> None:
    known = {} if listed is None else {"listed": listed}
    decision = decide(statuses, premium=1000, headcount=30, **known)
    assert ("repayment" in decision.consequences) is is_stated
    assert decision.consequences.keys() == decision.consequence_reasons.keys()


def test_a_stream_asks_for_what_can_change_a_consequence_of_an_ineligible_case() -> None:
    facts = {"employer.listed": True, "employer.headcount": 30}
    [decision] = dated("ineligible").decide_many([facts])
    assert isinstance(decision, Decision)
    assert decision.status == "ineligible"
    assert [missing.fact for missing in decision.missing] == ["employer.premium"]
    [decision] = dated("eligible").decide_many([facts])
    assert isinstance(decision, Decision)
    assert decision.missing == ()


def test_the_reason_names_figures_tests_exceptions_and_ground() -> None:
    decision = decide("ineligible", listed=True, premium=1000, headcount=30)
    reason = decision.consequence_reasons["repayment"]
    assert [each.expression for each in reason.operands] == ["employer.premium", "layoff_cap"]
    [test] = reason.comparisons
    assert test.truth is False
    assert test.margin is not None
    assert (test.margin.limit, test.margin.bound, test.margin.distance) == (19, "at_most", 11)
    assert (reason.exceptions, reason.missing_facts) == ((), ())
    assert reason.citation is not None
    assert (reason.citation.quote, reason.citation.source) == ("退还", "law")


def test_the_reason_of_an_exception_that_applies_is_its_own() -> None:
    decision = decide("ineligible", listed=True, headcount=19)
    reason = decision.consequence_reasons["repayment"]
    assert [each.id for each in reason.exceptions] == ["few"]
    assert reason.operands == ()
    assert reason.citation is not None
    assert reason.citation.source == "notice"
    assert reason.missing_facts == ()
    assert "人数 19 人 < 人数 20 人：正好达到" in decision.explain("zh")


def test_the_reason_names_the_facts_that_can_still_change_it() -> None:
    decision = decide("ineligible", listed=True)
    reason = decision.consequence_reasons["repayment"]
    assert reason.missing_facts == ("employer.headcount", "employer.premium")
    assert [missing.fact for missing in decision.missing] == [
        "employer.premium",
        "employer.headcount",
    ]


@pytest.mark.parametrize(
    "statuses, heading",
    [
        ("eligible, undetermined", "如符合条件"),
        ("ineligible, undetermined", "如不符合条件"),
        ("eligible, ineligible, undetermined", "由此确定"),
        ("undetermined", "由此确定"),
    ],
)
def test_an_undetermined_case_is_told_for_whom_a_consequence_holds(
    statuses: str, heading: str
) -> None:
    lines = decide(statuses, premium=1000, headcount=30).explain("zh").splitlines()
    assert lines[lines.index(heading) + 1] == "- 应退还：200.00 元"


def test_the_figures_of_a_shipped_consequence_have_their_margins() -> None:
    facts = {"applicant.grassroots_years": 29, "applicant.township_years": 19}
    decision = shipped(LEAGUE).on(date(2021, 10, 15)).decide(facts)
    reason = decision.consequence_reasons["education_waived"]
    margins = [each.margin for each in reason.comparisons]
    assert [(margin.limit, margin.distance) for margin in margins if margin] == [(30, 1), (20, 1)]


def test_each_status_of_a_consequence_has_a_mutant_and_a_goal() -> None:
    checked = ruleset("ineligible")
    mistakes = [str(each.mistake) for each in mutants(checked) if each.node_id == "repayment"]
    assert {
        "the consequence is stated for `eligible` too",
        "the consequence is not stated for `ineligible`",
        "the consequence is stated for `undetermined` too",
    } <= {*mistakes}
    goals = [goal.message for goal in coverage_goals(checked) if goal.kind == "consequence"]
    assert goals == ["no ineligible case that states `repayment`"]
