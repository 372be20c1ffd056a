"""The consequences that a decision states, and what could still change them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from policyrules.decisions.status import Status
from policyrules.evaluation.result import Evaluation
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.values.dependencies import Dependencies
from policyrules.values.kleene import Truth
from policyrules.values.possible import Possible

STATUS: Final[Mapping[Truth, Status]] = {
    True: "eligible",
    False: "ineligible",
    None: "undetermined",
}
"""The status for each truth of `eligible`."""


def stated_consequences(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the names of the consequences that the decision states."""
    return consequences_for(evaluation.dated.ruleset, STATUS[evaluation.eligible.truth])


def consequences_for(ruleset: CheckedRuleset, status: Status) -> tuple[str, ...]:
    """Return the names of the consequences that are stated for a status."""
    values = ruleset.all_values
    return tuple(name for name in ruleset.outcome.consequences if status in values[name].stated_for)


def open_consequences(evaluation: Evaluation) -> Iterator[Dependencies]:
    """Yield the dependencies of each consequence that is open, and stated or still to be stated.

    A consequence of items is stated for each of them, so an unknown list leaves it open.
    """
    list_of_value = evaluation.dated.ruleset.list_of_value
    for name in _consequences_to_state(evaluation):
        if name not in list_of_value:
            values: Iterable[Possible] = (evaluation.values[name],)
        else:
            view = evaluation.items[list_of_value[name]]
            if view.known is None:
                yield view.dependencies
            values = (item.values[name] for item in view.items)
        yield from (possible.dependencies for possible in values if not possible.is_settled)


def _consequences_to_state(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the consequences that are stated, or may be once the status is known."""
    is_open = evaluation.eligible.truth is None
    if is_open and evaluation.eligible.dependencies.missing_inputs:
        return evaluation.dated.ruleset.outcome.consequences
    return stated_consequences(evaluation)
