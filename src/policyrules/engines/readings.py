"""Facts that contradict each other, and figures given rounded that would decide a test otherwise.

Every engine raises the same errors: of all values at once, in the order of the ruleset.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyrules.engines.evaluation import Evaluation
from policyrules.errors import FactsError
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.terms import Stated, disagreement


def refuse_contradictions(ruleset: CheckedRuleset, stated: Mapping[str, Stated]) -> None:
    """Refuses given figures that what is computed from other facts contradicts.

    Raises:
        FactsError: there are such; the error names them all, in the order of the ruleset.
    """
    errors = [error for name in ruleset.values if (error := stated[name].error) is not None]
    if errors:
        raise FactsError([problem for error in errors for problem in error.problems])


def with_two_readings(
    ruleset: CheckedRuleset, stated: Mapping[str, Stated]
) -> Iterator[tuple[str, Stated]]:
    """The values that were given rounded, in the order of the ruleset."""
    return ((name, stated[name]) for name in ruleset.values if stated[name].readings is not None)


def refuse_open_readings(
    name: str, stated: Stated, whole: Evaluation, given: Evaluation, computed: Evaluation
) -> None:
    """Refuses a rounded figure that would decide a test otherwise than the exact one.

    `whole` was evaluated with all that lies between the two readings, `given` and `computed` with
    one of them each. A test that the readings settle but the range between them leaves open would
    hang on the rounding; one more fact might then turn a yes into a no.

    Raises:
        FactsError: there is such a test.
    """
    # An atom that only the value itself needs cannot read it, and was not evaluated again.
    hanging = any(
        atom in reading.atoms and reading.atoms[atom].truth is not None
        for atom, verdict in whole.atoms.items()
        if verdict.truth is None
        for reading in (given, computed)
    )
    if hanging and stated.readings is not None:
        value = whole.dated.ruleset.values[name]
        known = whole.situation.known[value.given or ""]
        raise disagreement(value, known, stated.readings[1], whole.situation, whole.dated)
