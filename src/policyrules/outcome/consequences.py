"""The consequences that a decision states, and what could still change them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from policyrules.evaluation.result import Evaluation
from policyrules.values.dependencies import Dependencies
from policyrules.values.possible import Possible


def stated_consequences(evaluation: Evaluation) -> tuple[str, ...]:
    """Return the names of the consequences that the decision states; none of an ineligible case."""
    if evaluation.eligible.truth is False:
        return ()
    return evaluation.dated.ruleset.outcome.consequences


def open_consequences(evaluation: Evaluation) -> Iterator[Dependencies]:
    """Yield the dependencies of each stated consequence that is open.

    A consequence of items is stated for each of them, so an unknown list leaves it open.
    """
    list_of_value = evaluation.dated.ruleset.list_of_value
    for name in stated_consequences(evaluation):
        if name not in list_of_value:
            values: Iterable[Possible] = (evaluation.values[name],)
        else:
            view = evaluation.items[list_of_value[name]]
            if view.known is None:
                yield view.dependencies
            values = (item.values[name] for item in view.items)
        yield from (possible.dependencies for possible in values if not possible.is_settled)
