"""Tools for tests of rulesets: coverage, mutants, boundaries, and strategies that draw facts.

Strategies need `pip install "policyrules[testing]"`, and hypothesis is imported when the first one
is used; everything else works without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyrules.testing.boundaries.search import Boundary, boundaries
from policyrules.testing.boundaries.thresholds import thresholds
from policyrules.testing.coverage.report import Coverage, Gap, coverage
from policyrules.testing.differential import assert_engines_agree
from policyrules.testing.mutation.mutants import Mutant, mutants
from policyrules.testing.mutation.operators import MutationOperator
from policyrules.testing.mutation.run import MutationReport, SurvivingMutant, run_mutation_tests

if TYPE_CHECKING:
    from policyrules.testing.properties.strategies import days_for, facts_for

__all__ = [
    "Boundary",
    "Coverage",
    "Gap",
    "Mutant",
    "MutationOperator",
    "MutationReport",
    "SurvivingMutant",
    "assert_engines_agree",
    "boundaries",
    "coverage",
    "days_for",
    "facts_for",
    "mutants",
    "run_mutation_tests",
    "thresholds",
]


def __getattr__(name: str) -> object:
    """Import a name that needs hypothesis; without it, raise `MissingExtra`."""
    if name in {"days_for", "facts_for"}:
        from policyrules.testing.properties import strategies

        return getattr(strategies, name)
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
