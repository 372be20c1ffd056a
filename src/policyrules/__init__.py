"""The public API of policyrules: decide cases exactly by social policy written as rulesets.

Each name is imported from its module when it is first used.

>>> from datetime import date
>>> import policyrules
>>> policy = policyrules.load("cn-nm/job-stabilisation-refund")
>>> policy.on(date(2022, 11, 25)).decide({"employer.layoff_rate": "23%"}).status
'ineligible'
"""

TYPE_CHECKING = False
# The same as `typing.TYPE_CHECKING`, to type checkers too, without the import of `typing`.
if TYPE_CHECKING:
    from policyrules.api.policy import (
        CheckReport,
        DatedPolicy,
        Policy,
        check_rulesets,
        format_ruleset,
        load,
        read_facts,
        schema,
    )
    from policyrules.api.replay import Replay, ReplayDifference, replay
    from policyrules.api.selection import Selection, load_for, select
    from policyrules.cases.result import CaseResult, Counterexample, Difference, PropertyResult
    from policyrules.decisions.assumed_facts import AssumedFact
    from policyrules.decisions.decision import (
        Amount,
        Conditions,
        Decision,
        MissingFact,
        OpenPoint,
    )
    from policyrules.decisions.items import ItemDecision
    from policyrules.decisions.notices import Notice
    from policyrules.decisions.reasons import (
        AppliedException,
        Citation,
        Comparison,
        ItemResult,
        Margin,
        Operand,
        Reason,
    )
    from policyrules.decisions.receipt import Receipt
    from policyrules.diagnostics import Diagnostic
    from policyrules.display.value import DisplayValue
    from policyrules.errors import (
        EngineError,
        FactProblem,
        FactsError,
        FormatError,
        MissingExtra,
        NotInForce,
        PolicyRulesError,
        ReceiptError,
        RulesetConflict,
        RulesetError,
        RulesetNotFound,
        ScaffoldError,
    )
    from policyrules.testing.case_runner import CasesReport, run_cases
    from policyrules.text.localized import LocalizedText
    from policyrules.text.span import Span

__all__ = [
    "Amount",
    "AppliedException",
    "AssumedFact",
    "CaseResult",
    "CasesReport",
    "CheckReport",
    "Citation",
    "Comparison",
    "Conditions",
    "Counterexample",
    "DatedPolicy",
    "Decision",
    "Diagnostic",
    "Difference",
    "DisplayValue",
    "EngineError",
    "FactProblem",
    "FactsError",
    "FormatError",
    "ItemDecision",
    "ItemResult",
    "LocalizedText",
    "Margin",
    "MissingExtra",
    "MissingFact",
    "NotInForce",
    "Notice",
    "OpenPoint",
    "Operand",
    "Policy",
    "PolicyRulesError",
    "PropertyResult",
    "Reason",
    "Receipt",
    "ReceiptError",
    "Replay",
    "ReplayDifference",
    "RulesetConflict",
    "RulesetError",
    "RulesetNotFound",
    "ScaffoldError",
    "Selection",
    "Span",
    "check_rulesets",
    "format_ruleset",
    "load",
    "load_for",
    "read_facts",
    "replay",
    "run_cases",
    "schema",
    "select",
]

_MODULES_OF_NAMES = (
    ("policyrules.cases.result", ("CaseResult", "Counterexample", "Difference", "PropertyResult")),
    ("policyrules.decisions.assumed_facts", ("AssumedFact",)),
    (
        "policyrules.decisions.decision",
        ("Amount", "Conditions", "Decision", "MissingFact", "OpenPoint"),
    ),
    ("policyrules.decisions.items", ("ItemDecision",)),
    ("policyrules.decisions.notices", ("Notice",)),
    (
        "policyrules.decisions.reasons",
        ("AppliedException", "Citation", "Comparison", "ItemResult", "Margin", "Operand", "Reason"),
    ),
    ("policyrules.decisions.receipt", ("Receipt",)),
    ("policyrules.display.value", ("DisplayValue",)),
    ("policyrules.diagnostics", ("Diagnostic",)),
    (
        "policyrules.errors",
        (
            "EngineError",
            "FactProblem",
            "FactsError",
            "FormatError",
            "MissingExtra",
            "NotInForce",
            "PolicyRulesError",
            "ReceiptError",
            "RulesetConflict",
            "RulesetError",
            "RulesetNotFound",
            "ScaffoldError",
        ),
    ),
    (
        "policyrules.api.policy",
        (
            "CheckReport",
            "DatedPolicy",
            "Policy",
            "check_rulesets",
            "format_ruleset",
            "load",
            "read_facts",
            "schema",
        ),
    ),
    ("policyrules.api.replay", ("Replay", "ReplayDifference", "replay")),
    ("policyrules.testing.case_runner", ("CasesReport", "run_cases")),
    ("policyrules.api.selection", ("Selection", "load_for", "select")),
    ("policyrules.text.span", ("Span",)),
    ("policyrules.text.localized", ("LocalizedText",)),
)
"""Pairs of a module and its public names. A module is imported when one of them is first used."""


if not TYPE_CHECKING:  # to a type checker every name would be there

    def __getattr__(name: str) -> object:
        # Nothing is imported before it is needed: a program that starts often should not wait.
        from importlib import import_module

        for module, names in _MODULES_OF_NAMES:
            if name in names:
                value: object = getattr(import_module(module), name)
                globals()[name] = value
                return value
        raise AttributeError(f"module `policyrules` has no attribute `{name}`")

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
