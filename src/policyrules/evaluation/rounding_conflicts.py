"""Contradictory facts, and tests whose truth depends on the rounding of a given figure.

Every engine raises the same errors: those of all values at once, in the order of the ruleset.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product

from policyrules.errors import FactsError
from policyrules.evaluation.resolved_values import ResolvedValue, contradiction_error
from policyrules.evaluation.result import Evaluation
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.traverse import value_dependencies
from policyrules.values.possible import Possible


def raise_contradictions(ruleset: CheckedRuleset, resolved: Mapping[str, ResolvedValue]) -> None:
    """Raise the contradictions between given figures and those computed from other facts.

    Raises:
        FactsError: there are contradictions; the error lists all of them.
    """
    errors = [error for name in ruleset.values if (error := resolved[name].error) is not None]
    if errors:
        raise FactsError([problem for error in errors for problem in error.problems])


def reject_rounding_dependent_tests(
    evaluation: Evaluation,
    resolved: Mapping[str, ResolvedValue],
    evaluate_with: Callable[[Mapping[str, Possible]], Evaluation],
) -> None:
    """Reject a rounded figure if a test has another truth for it than for the exact figure.

    `evaluation` has the interval between the two candidates of each value; `evaluate_with`
    evaluates with one candidate of each. A test that is open on the interval but decided for a
    candidate depends on the rounding: one more fact might turn a yes into a no.

    Raises:
        FactsError: there is such a test; the error lists the facts of the values that it reads.
    """
    ruleset = evaluation.dated.ruleset
    ambiguous = {
        name: pair
        for name in ruleset.values
        if (pair := resolved[name].rounding_candidates) is not None
    }
    open_ = [atom_key for atom_key, verdict in evaluation.all_atoms() if verdict.truth is None]
    if not ambiguous or not open_:
        return
    dependent: dict[str, None] = {}
    for candidates in product(*ambiguous.values()):
        verdicts = dict(evaluate_with(dict(zip(ambiguous, candidates, strict=True))).all_atoms())
        for atom_key in open_:
            # An atom that only the expression of an ambiguous value reads is not evaluated here.
            if atom_key in verdicts and verdicts[atom_key].truth is not None:
                dependent.update(dict.fromkeys(value_dependencies(ruleset, atom_key[2])))
    errors = [
        contradiction_error(
            ruleset.values[name],
            evaluation.situation.known[ruleset.values[name].input_fact or ""],
            pair[1],
            evaluation.situation,
            evaluation.dated,
        )
        for name, pair in ambiguous.items()
        if name in dependent
    ]
    if errors:
        raise FactsError([problem for error in errors for problem in error.problems])
