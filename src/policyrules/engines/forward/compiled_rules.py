"""The rules of a ruleset or of its items, compiled for the forward engine."""

from __future__ import annotations

import attrs

from policyrules.engines.forward.kernels import Kernel, kernel_for
from policyrules.engines.forward.program import ForwardProgram, compile_program
from policyrules.ir.ruleset import CheckedRuleset, ItemRules


@attrs.frozen
class Rules:
    """The rules of a ruleset or of its items, their Horn program, and its kernel."""

    source: CheckedRuleset | ItemRules
    program: ForwardProgram
    kernel: Kernel


def compile_rules(ruleset: CheckedRuleset, block: ItemRules | None, kernel: str | None) -> Rules:
    """Compile the rules of a ruleset, or those of a block, for a kernel."""
    program = compile_program(ruleset, block)
    source = ruleset if block is None else block
    return Rules(source, program, kernel_for(program.horn, kernel))
