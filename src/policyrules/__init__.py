"""Social policy as rulesets: readable, dated, explained, tested, and decided exactly.

>>> from datetime import date
>>> import policyrules
>>> policy = policyrules.load("cn-nm/job-stabilisation-refund")
>>> policy.on(date(2022, 11, 25)).decide({"employer.layoff_rate": "23%"}).status
'ineligible'
"""

from policyrules.decisions.decision import Amount, Decision, Missing
from policyrules.decisions.reasons import Margin, Reason
from policyrules.decisions.receipt import Receipt
from policyrules.diagnostics import Diagnostic
from policyrules.errors import (
    EngineError,
    FactsError,
    NotInForce,
    PolicyRulesError,
    RulesetError,
    RulesetNotFound,
)
from policyrules.policy import CheckReport, DatedPolicy, Policy, check_rulesets, load, schema

__all__ = [
    "Amount",
    "CheckReport",
    "DatedPolicy",
    "Decision",
    "Diagnostic",
    "EngineError",
    "FactsError",
    "Margin",
    "Missing",
    "NotInForce",
    "Policy",
    "PolicyRulesError",
    "Reason",
    "Receipt",
    "RulesetError",
    "RulesetNotFound",
    "check_rulesets",
    "load",
    "schema",
]
