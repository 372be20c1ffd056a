"""Contradictory facts, and tests whose truth depends on the rounding of a given figure.

Every engine raises the same errors: of all values at once, in the order of the ruleset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

from policyrules.errors import FactsError
from policyrules.evaluation.result import Evaluation
from policyrules.evaluation.terms import ResolvedValue, contradiction_error
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.traverse import value_dependencies
from policyrules.values.possible import Possible


def raise_contradictions(ruleset: CheckedRuleset, stated: Mapping[str, ResolvedValue]) -> None:
    """Raise the contradictions between given figures and those computed from other facts.

    Raises:
        FactsError: there are contradictions; the error lists all of them.
    """
    errors = [error for name in ruleset.values if (error := stated[name].error) is not None]
    if errors:
        raise FactsError([problem for error in errors for problem in error.problems])


def reject_rounding_dependent_tests(
    whole: Evaluation,
    stated: Mapping[str, ResolvedValue],
    again: Callable[[Mapping[str, Possible]], Evaluation],
) -> None:
    """Reject rounded figures that decide a test otherwise than the exact figures.

    `whole` was evaluated with the interval between the two candidates of each value; `again`
    evaluates with one candidate of each. A test that is open on the interval but decided for a
    candidate depends on the rounding: one more fact might turn a yes into a no.

    Raises:
        FactsError: there is such a test; the error lists the facts of the values that it reads.
    """
    ruleset = whole.dated.ruleset
    doubtful = {
        name: readings
        for name in ruleset.values
        if (readings := stated[name].rounding_candidates) is not None
    }
    open_ = [place for place, verdict in whole.all_atoms() if verdict.truth is None]
    if not doubtful or not open_:
        return
    hanging: dict[str, None] = {}
    for chosen in product(*doubtful.values()):
        found = dict(again(dict(zip(doubtful, chosen, strict=True))).all_atoms())
        for place in open_:
            # An atom that only a doubtful value itself needs was not evaluated again.
            if place in found and found[place].truth is not None:
                hanging.update(dict.fromkeys(value_dependencies(ruleset, place[2])))
    errors = [
        contradiction_error(
            ruleset.values[name],
            whole.situation.known[ruleset.values[name].input_fact or ""],
            readings[1],
            whole.situation,
            whole.dated,
        )
        for name, readings in doubtful.items()
        if name in hanging
    ]
    if errors:
        raise FactsError([problem for error in errors for problem in error.problems])
