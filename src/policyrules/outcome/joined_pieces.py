"""Join what the pieces of a case say: open points, bounds, and the error if all are refused."""

from __future__ import annotations

from collections.abc import Iterable

from policyrules.diagnostics import listed
from policyrules.errors import FactProblem, FactsError
from policyrules.outcome.pieces import Leaf
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, Indeterminacy
from policyrules.values.possible import Interval, Possible


def points_of(parts: Iterable[Dependencies]) -> frozenset[Indeterminacy]:
    """Return the open points of all parts."""
    return frozenset[Indeterminacy]().union(*(part.indeterminacies for part in parts))


def restricted(
    dependencies: Dependencies,
    facts: frozenset[str],
    points: frozenset[Indeterminacy],
    extra: frozenset[Indeterminacy] = frozenset(),
) -> Dependencies:
    """Return the dependencies on these facts and points, with the extra points."""
    result = Dependencies(
        frozenset(each for each in dependencies.missing_inputs if each.fact in facts),
        (dependencies.indeterminacies & points) | extra,
    )
    return result or NO_DEPENDENCIES


def may_be_eligible(leaf: Leaf) -> bool:
    """Return whether a piece may be eligible."""
    return leaf.evaluation is None or leaf.evaluation.eligible.truth is not False


def is_inside(amount: Possible, around: Possible | None) -> bool:
    """Return whether the amounts of a piece lie between those of complete cases.

    An amount without an end, such as one of an unknown list, is told without a bound.
    """
    if around is None or not isinstance(amount.figures, Interval):
        return False
    if not isinstance(around.figures, Interval):
        return False
    if (amount.undefined and not around.undefined) or (amount.not_stated and not around.not_stated):
        return False
    low, high = amount.figures.low, amount.figures.high
    least, greatest = around.figures.low, around.figures.high
    return (low is None or least is None or least <= low) and (
        high is None or greatest is None or high <= greatest
    )


def bounds_hull(parts: Iterable[Interval]) -> Interval:
    """Return the bounds that contain all bounds; a bound that one part lacks is None."""
    bounds = [*parts]
    lows = [part.low for part in bounds]
    highs = [part.high for part in bounds]
    return Interval(
        None if None in lows else min(low for low in lows if low is not None),
        None if None in highs else max(high for high in highs if high is not None),
    )


def contradiction(paths: Iterable[str]) -> FactsError:
    """Return the error for facts that no completion makes consistent."""
    names = tuple(paths)
    return FactsError(
        [
            FactProblem(
                "facts-disagree",
                names,
                "the known facts cannot all be true, whatever the unknown ones are",
                "",
                "facts that some completion makes consistent",
                f"correct one of the known facts; unknown are {listed(names)}",
            )
        ]
    )
