"""Periods of single rules in tests of rulesets: their mutants, goals and texts."""

from datetime import date
from pathlib import Path

from policyrules.api.engine_cache import EngineCache
from policyrules.api.policy import Policy
from policyrules.catalogue.compiler import compile_ruleset
from policyrules.catalogue.result import File
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.testing.coverage.goals import coverage_goals
from policyrules.testing.mutation.mutants import mutants

BASE = Path(__file__).parent.parent / "conformance" / "base"


def ruleset() -> CheckedRuleset:
    """The base, whose condition on layoffs begins on 1 July."""
    text = (BASE / "cn-nm/refund.yaml").read_text("utf-8")
    test = "    holds: layoff_rate <= layoff_cap\n"
    assert test in text
    text = text.replace(test, "    in_force: {from: 2022-07-01, cite: notice}\n" + test)
    others = [
        File(name, (BASE / name).read_bytes()) for name in ("vocabulary.yaml", "sources.yaml")
    ]
    checked = compile_ruleset(File("cn-nm/refund.yaml", text.encode()), *others).ruleset
    assert checked is not None
    return checked


def test_a_period_that_begins_a_day_earlier_or_later_is_a_mutant() -> None:
    mistakes = [
        str(mutant.mistake) for mutant in mutants(ruleset()) if mutant.node_id == "layoffs_in_force"
    ]
    assert "the row from 2022-07-01 begins on 2022-06-30" in mistakes
    assert "the row from 2022-07-01 begins on 2022-07-02" in mistakes


def test_cases_must_show_the_rule_in_force_and_out_of_force() -> None:
    goals = [goal.message for goal in coverage_goals(ruleset())]
    assert "no case where `layoffs-not-in-force` applies and changes `layoffs`" in goals
    assert "no case where `layoffs-not-in-force` does not apply and changes `layoffs`" in goals


def test_the_explanation_says_that_a_condition_is_not_in_force() -> None:
    checked = ruleset()
    facts = {"employer.kind": "union", "employer.layoff_rate": "30%", "employer.listed": False}
    policy = Policy(checked, (), EngineCache(checked))
    before = policy.on(date(2022, 6, 30)).decide(facts)
    assert before.status == "eligible"
    assert "涉及的例外：当日不在有效期内" in before.explain("zh")
    reason = before.reasons["layoffs"]
    assert reason.comparisons == ()
    assert reason.citation is not None
    assert reason.citation.source == "notice"
    assert policy.on(date(2022, 7, 1)).decide(facts).conditions.failed == ("layoffs",)
