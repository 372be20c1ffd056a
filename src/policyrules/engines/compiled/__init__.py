"""The compiled engine: Python source made of a checked ruleset, for streams of cases."""

from policyrules.engines.compiled.engine import CompiledEngine, evaluated_by
from policyrules.engines.compiled.program import Plain, Program, program_of, source_of

__all__ = ["CompiledEngine", "Plain", "Program", "evaluated_by", "program_of", "source_of"]
