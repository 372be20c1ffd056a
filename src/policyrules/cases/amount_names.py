"""The names of amounts in case files, where the only amount of a ruleset is `amount`."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from policyrules.diagnostics import Diagnostics, listed
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.syntax.yaml import Scalar

AMOUNT: Final = "amount"
"""The name for the only amount of a ruleset in case files, whatever its own name."""


def displayed_name(name: str, amounts: Collection[str]) -> str:
    """Return the name of an amount as a case file writes it: `amount` for the only one."""
    return AMOUNT if len(amounts) == 1 else name


def only_amount(
    scalar: Scalar, ruleset: CheckedRuleset, diagnostics: Diagnostics, remedy: str
) -> str | None:
    """Return the name of the only amount; report a ruleset with none or several.

    `remedy` says how a case file names one of several.
    """
    names = list(ruleset.outcome.amounts)
    if len(names) == 1:
        return names[0]
    if names:
        diagnostics.report(
            "unknown-name",
            scalar.span,
            "the ruleset has several amounts, so `amount` is none of them",
            found="`amount`",
            expected=listed(names),
            remedy=remedy,
        )
    else:
        diagnostics.report(
            "unknown-name", scalar.span, "the ruleset states no amount", remedy="leave it out"
        )
    return None
