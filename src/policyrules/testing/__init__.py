"""For those who test rulesets: what their cases do not show, their edges, and facts drawn to them.

Facts to draw need `pip install "policyrules[testing]"`, and are imported when they are first asked
for; all else works without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from policyrules.testing.agreement import agreement
from policyrules.testing.boundaries import Boundary, boundaries
from policyrules.testing.coverage import Coverage, Gap, coverage
from policyrules.testing.mutants import Mutant, mutants
from policyrules.testing.operators import MutationOperator
from policyrules.testing.survivors import Mutation, Survivor, survivors
from policyrules.testing.thresholds import thresholds

if TYPE_CHECKING:
    from policyrules.testing.strategies import days_for, facts_for

__all__ = [
    "Boundary",
    "Coverage",
    "Gap",
    "Mutant",
    "Mutation",
    "MutationOperator",
    "Survivor",
    "agreement",
    "boundaries",
    "coverage",
    "days_for",
    "facts_for",
    "mutants",
    "survivors",
    "thresholds",
]


def __getattr__(name: str) -> object:
    """What hypothesis is needed for; without it `ExtraMissing` says how to install it."""
    if name in {"days_for", "facts_for"}:
        from policyrules.testing import strategies

        return getattr(strategies, name)
    raise AttributeError(f"module `{__name__}` has no attribute `{name}`")
