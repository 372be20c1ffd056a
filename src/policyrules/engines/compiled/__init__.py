"""The compiled engine: Python generated from a checked ruleset, for streams of cases."""

from policyrules.engines.compiled.engine import CompiledEngine
from policyrules.engines.compiled.program import (
    NAME,
    FastResult,
    Program,
    compile_program,
    generate_source,
)

__all__ = ["NAME", "CompiledEngine", "FastResult", "Program", "compile_program", "generate_source"]
