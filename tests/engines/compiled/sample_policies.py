"""A ruleset with every construct over lists, and helpers that change it for one test."""

from pathlib import Path
from typing import Final

import attrs
from tests.support.shipped import shipped

import policyrules
from policyrules.api.engine_cache import EngineCache
from policyrules.api.policy import Policy
from policyrules.ir.ruleset import CheckedRuleset

HIRING: Final = Path(__file__).parent / "rules" / "cn-nm" / "hiring.yaml"

FIRM: Final = {
    "pooling_area.fund_reserve_years": "1.5",
    "employer.kind": "enterprise",
    "employer.size": "small",
    "employer.insured_headcount": 30,
    "employer.laid_off": 6,
    "employer.full_paid_months": 12,
    "employer.premium_paid": "1234.56",
    "employer.dishonesty_listed": False,
    "employer.zombie_listed": False,
    "employer.environment_compliant": True,
}
"""A firm that receives the refund, about which all is known."""


def hiring() -> Policy:
    return policyrules.load(HIRING)


def policy_of(ruleset: CheckedRuleset) -> Policy:
    """A policy of rules that no file holds."""
    return Policy(ruleset, (), EngineCache(ruleset))


def many_conditions(n_conditions: int) -> Policy:
    """The refund with one of its conditions so many times over, all of which must hold."""
    ruleset = shipped("cn-nm/job-stabilisation-refund").ruleset
    condition = ruleset.conditions["paid-12-months"]
    conditions = {
        f"paid-{number}": attrs.evolve(condition, id=f"paid-{number}")
        for number in range(n_conditions)
    }
    eligible = attrs.evolve(ruleset.outcome.eligible, members=tuple(conditions))
    outcome = attrs.evolve(ruleset.outcome, eligible=eligible)
    return policy_of(attrs.evolve(ruleset, conditions=conditions, outcome=outcome))
