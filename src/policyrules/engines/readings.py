"""A figure that was given rounded must not decide a test otherwise than the exact one would."""

from __future__ import annotations

from policyrules.engines.evaluation import Evaluation
from policyrules.ir.terms import Stated, disagreement


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
    hanging = any(
        verdict.truth is None
        and not (given.atoms[atom].truth is None and computed.atoms[atom].truth is None)
        for atom, verdict in whole.atoms.items()
    )
    if hanging and stated.readings is not None:
        value = whole.dated.ruleset.values[name]
        known = whole.situation.known[value.given or ""]
        raise disagreement(value, known, stated.readings[1], whole.situation, whole.dated)
