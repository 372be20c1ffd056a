"""Warn of rulesets that exceed a limit of the forward engine, when they are checked."""

from __future__ import annotations

from collections.abc import Iterator

from policyrules.diagnostics import Diagnostic
from policyrules.engines.forward.horn import ProgramTooLarge
from policyrules.engines.forward.program import compile_program
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.text.span import Span

REMEDY = (
    "decide it by another engine, `reference` or `compiled`, or divide it into several rulesets"
)


def limit_diagnostics(ruleset: CheckedRuleset, path: str) -> Iterator[Diagnostic]:
    """Yield a warning for each program of a ruleset that exceeds a limit."""
    for block in (None, *ruleset.item_rules.values()):
        try:
            compile_program(ruleset, block)
        except ProgramTooLarge as error:
            subject = "the ruleset is" if block is None else f"the block of `{block.list}` is"
            yield Diagnostic(
                "program-too-large",
                Span(path, 1, 1, 1, 1),
                f"{subject} too large for the forward engine",
                found=f"{error.size:,} {error.limit}",
                expected=f"at most {error.maximum:,}",
                remedy=REMEDY,
            )
