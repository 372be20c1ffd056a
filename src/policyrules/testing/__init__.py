"""For those who test rulesets: facts drawn to their thresholds, and mutants of them."""

from policyrules.testing.mutants import Mutant, mutants

__all__ = ["Mutant", "mutants"]
