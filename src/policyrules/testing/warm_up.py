"""The warm-up of a policy, before a test measures the time of its examples.

The first decision imports the engines and compiles the ruleset, which takes many times as long as
any later one. The deadline that hypothesis sets for each example would count it.
"""

from __future__ import annotations

import contextlib
from functools import lru_cache
from typing import Final

from policyrules.api.policy import DatedPolicy, Engine, Policy, make_decider
from policyrules.errors import PolicyRulesError
from policyrules.evaluation.dated import DatedRuleset
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.testing.change_days import start_days

ENGINES: Final[tuple[Engine, ...]] = ("reference", "forward", "compiled")


def warm_up(rules: Policy | DatedPolicy | CheckedRuleset | DatedRuleset) -> CheckedRuleset:
    """Decide one case with every engine, and return the ruleset.

    A policy keeps its compiled engines; for a ruleset alone, only the imports are kept.
    """
    if isinstance(rules, CheckedRuleset):
        _warm_up_ruleset(rules)
        return rules
    if isinstance(rules, DatedRuleset):
        _warm_up_ruleset(rules.ruleset)
        return rules.ruleset
    policy = rules.policy if isinstance(rules, DatedPolicy) else rules
    with contextlib.suppress(PolicyRulesError):
        dated = (
            rules if isinstance(rules, DatedPolicy) else policy.on(start_days(policy.ruleset)[0])
        )
        for engine in ENGINES:
            with contextlib.suppress(PolicyRulesError):
                dated.decide({}, engine=engine).to_dict()
    return policy.ruleset


@lru_cache(maxsize=64)
def _warm_up_ruleset(ruleset: CheckedRuleset) -> None:
    """Decide one case of a ruleset; cached, since a test calls it for each example."""
    for engine in ENGINES:
        with contextlib.suppress(PolicyRulesError):
            make_decider(ruleset, engine)(start_days(ruleset)[0], {}).to_dict()
