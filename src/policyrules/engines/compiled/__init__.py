"""The compiled engine: Python source made of a checked ruleset, for streams of cases."""

from policyrules.engines.compiled.engine import CompiledEngine
from policyrules.engines.compiled.program import NAME, Plain, Program, program_of, source_of

__all__ = ["NAME", "CompiledEngine", "Plain", "Program", "program_of", "source_of"]
