"""Find the unknown facts that are needed: two complete cases that differ in one have two results.

Where no such cases are found, pieces may prove that there are none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import Any, Final, Literal

from policyrules.evaluation.result import Evaluation
from policyrules.evaluation.situation import KnownFact, Piece
from policyrules.outcome.budget import Allowance
from policyrules.outcome.pieces import Goal, Leaf, PieceSearch
from policyrules.outcome.witnesses import Chosen, Witness, WitnessMaker
from policyrules.values.dependencies import Dependencies, MissingInput
from policyrules.values.kleene import Truth

Usefulness = Literal["needed", "not_needed", "not_known"]
"""Two completions that differ in a fact are known, none can exist, or neither is known."""

Result = tuple[Truth, Any, Any]
"""The status, the amounts and the consequences of a complete case."""

_MAX_VARIATIONS: Final = 8
"""The most values of one fact that are tried in a complete case to show that it is needed."""

_MAX_BASES: Final = 4
"""The most complete cases in which a fact is changed to show that it is needed."""

_MAX_CHANGES: Final = 4
"""The most values of a second fact that are tried together with those of the first."""


class NeededFacts:
    """The search for complete cases of one case that differ in a fact and in their result."""

    def __init__(
        self,
        search: PieceSearch,
        maker: WitnessMaker,
        witnesses: Sequence[Witness],
        asked: Callable[[Evaluation], Dependencies],
        result_of: Callable[[Evaluation], Result | None],
    ) -> None:
        self._search = search
        self._maker = maker
        self._witnesses = witnesses
        self._asked = asked
        self._result_of = result_of

    def usefulness(self, missing: MissingInput, pieces: int) -> Usefulness:
        """Return whether two completions that differ are known, or none can exist.

        For the proof that none can exist a number of pieces may be evaluated.
        """
        if any(self._differs(missing, chosen, {}) for chosen in self._cases_to_change(missing)):
            return "needed"
        allowance = Allowance(pieces)
        shown: Usefulness = "not_needed"

        def is_answered(leaf: Leaf) -> bool:
            nonlocal shown
            evaluation = leaf.evaluation
            asks = evaluation is None or self._asks_for(missing.fact, evaluation)
            if asks and not self._is_alike(leaf, allowance):
                shown = "needed" if self._is_shown_in(missing, leaf) else "not_known"
            return shown != "not_needed"

        cover = self._search.cover(
            Goal(
                lambda evaluation: not self._asks_for(missing.fact, evaluation),
                self._asked,
                is_answered,
                fixed=frozenset({missing.fact}),
            ),
            allowance,
        )
        return "not_known" if cover.is_cut_off else shown

    def _cases_to_change(self, missing: MissingInput) -> Iterator[Chosen]:
        """Yield the complete cases in which a fact is changed: the likeliest to show it first."""
        bases = self._bases
        yield from bases[:_MAX_BASES]
        for base in bases[:1]:
            for name in base:
                if name != missing.fact:
                    for known in spread(self._maker.candidates(name), _MAX_CHANGES):
                        yield {**base, name: known}

    @cached_property
    def _bases(self) -> list[Chosen]:
        """The complete cases whose result is known: those that lack least come first."""
        known = [each for each in self._witnesses if self._result_of(each.evaluation) is not None]
        return [each.chosen for each in sorted(known, key=Witness.lacking)]

    def _asks_for(self, fact: str, evaluation: Evaluation) -> bool:
        return any(each.fact == fact for each in self._asked(evaluation).missing_inputs)

    def _is_alike(self, leaf: Leaf, allowance: Allowance) -> bool:
        """Return whether all pieces of a piece have one result.

        A refused piece counts as another result: if a constraint ties two facts together, neither
        can change alone, and yet one of them is needed.
        """
        results = set[Result | None]()

        def is_answered(part: Leaf) -> bool:
            results.add(None if part.evaluation is None else self._result_of(part.evaluation))
            return len(results) > 1 or None in results

        goal = Goal(
            lambda evaluation: not self._asked(evaluation).missing_inputs,
            self._asked,
            is_answered,
        )
        cover = self._search.cover(goal, allowance, leaf)
        if cover.is_cut_off or cover.has_refused:
            return False
        return len(results) == 1 and None not in results

    def _is_shown_in(self, missing: MissingInput, leaf: Leaf) -> bool:
        """Return whether the fact changes the result of a complete case in a piece."""
        pieces = leaf.situation.pieces
        choices = islice(self._maker.choices(pieces), _MAX_BASES)
        return any(self._differs(missing, chosen, pieces) for chosen in choices)

    def _differs(self, missing: MissingInput, chosen: Chosen, pieces: Mapping[str, Piece]) -> bool:
        """Return whether two values of a fact give a complete case different results."""
        for name in missing.facts:
            base = {key: known for key, known in chosen.items() if key != missing.fact}
            if name == missing.fact and missing.alternatives:
                base = {
                    key: known for key, known in base.items() if key not in missing.alternatives
                }
            results = set[Result]()
            candidates = self._maker.candidates_in(name, pieces.get(name))
            for known in spread(candidates, _MAX_VARIATIONS):
                evaluation = self._maker.evaluate({**base, name: known})
                result = None if evaluation is None else self._result_of(evaluation)
                if result is not None:
                    results.add(result)
                if len(results) > 1:
                    return True
        return False


def spread(candidates: Sequence[KnownFact], number: int) -> Sequence[KnownFact]:
    """Return at most a number of candidates, evenly spread.

    >>> [known.figure for known in spread([*map(KnownFact, range(10))], 4)]
    [0, 2, 5, 7]
    """
    if len(candidates) <= number:
        return candidates
    return [candidates[place * len(candidates) // number] for place in range(number)]
