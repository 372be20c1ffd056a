"""Decide streams of cases: by the compiled engine where it can, else by the reference.

The compiled engine returns None for a case that takes ranges; the reference decides that case, and
its receipt names the reference. Of a case that the compiled engine decides, the reference supplies
what an explanation needs, when it is asked for; the receipt names the compiled engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final

import attrs

import policyrules.decisions.decision as made
from policyrules.decisions.display import DisplayValue
from policyrules.decisions.items import ItemDecision
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import Reason
from policyrules.decisions.receipt import Receipt
from policyrules.decisions.status import AmountStatus, Status
from policyrules.engines import reference
from policyrules.engines.compiled import NAME, CompiledEngine, FastResult, Program
from policyrules.errors import EngineError
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.situation import Situation
from policyrules.outcome.build import conclude, conditions_of, says, unsettled_names
from policyrules.text.localized import LocalizedText
from policyrules.values.exact import Exact
from policyrules.values.kleene import Truth
from policyrules.values.possible import Possible

Answer = tuple[Status, made.Amount | None, made.Conditions]
"""What the compiled engine decides of a case."""

_ANSWERED: Final = ("the status", "the amount", "the conditions")
_MOST_KEPT: Final = 1_000
"""How many ways to fail are remembered."""


class BatchDecider:
    """Decides cases by a ruleset on a day; threads may use it at the same time."""

    def __init__(self, engine: CompiledEngine, dated: DatedRuleset, library: str) -> None:
        ruleset = dated.ruleset
        self.program: Program = engine.program(dated)
        self.dated = dated
        self.library = library
        self._plain = self.program.exact
        self._head: tuple[str, LocalizedText, date] = (ruleset.id, ruleset.title, dated.on)
        self._eligible = says(ruleset.outcome, "eligible")
        self._ineligible = says(ruleset.outcome, "ineligible")
        self._conditions: dict[tuple[Truth, ...], made.Conditions] = {}
        self.not_applicable: made.Amount | None = self._amount("not_applicable")
        self.not_stated: made.Amount | None = self._amount("not_stated")

    def _amount(self, status: AmountStatus) -> made.Amount | None:
        amount = self.dated.ruleset.outcome.amount
        if amount is None:
            return None
        return made.Amount(amount.name, amount.title, status, str(amount.type.unit))

    def conditions(self, truths: tuple[Truth, ...]) -> made.Conditions:
        """How the members came out, given the truth of every condition.

        Cases mostly fail in one of a few ways, so what was told of one is told of the others.
        """
        found = self._conditions.get(truths)
        if found is None:
            ruleset = self.dated.ruleset
            truth = dict(zip(ruleset.conditions, truths, strict=True))
            found = conditions_of(ruleset, truth.__getitem__)
            if len(self._conditions) < _MOST_KEPT:
                self._conditions[truths] = found
        return found

    def exact(self, value: Exact, unrounded: Exact) -> made.Amount | None:
        """The amount that comes to so much, and came to so much before it was rounded."""
        plain = self.not_stated
        if plain is None:
            return None
        return made.Amount(
            plain.name, plain.title, "exact", plain.unit, value=value, unrounded=unrounded
        )

    @property
    def source(self) -> str:
        """The Python that decides."""
        return self.program.source

    def decide(self, situation: Situation) -> made.Decision:
        """The decision of a case.

        Raises:
            FactsError: the facts contradict each other.
        """
        plain = self._plain(situation)
        if plain is None:
            evaluation = reference.evaluate(self.dated, situation)
            return conclude(evaluation, library=self.library)
        backing = _Backing(self, situation, plain)
        if plain[0]:
            return made.Decision.deferred(*self._head, "eligible", self._eligible, backing)
        return made.Decision.deferred(*self._head, "ineligible", self._ineligible, backing)

    def explained(self, situation: Situation, decided: Answer) -> made.Decision:
        """Return the whole decision of a case that the compiled engine has decided.

        Raises:
            EngineError: the reference decides the case otherwise, which is a bug.
        """
        evaluation = attrs.evolve(
            reference.evaluate(self.dated, situation), engine=NAME, kernel=NAME
        )
        whole = conclude(evaluation, library=self.library)
        explained: Answer = (whole.status, whole.amount, whole.conditions)
        for name, answer, other in zip(_ANSWERED, decided, explained, strict=True):
            if answer != other:
                raise EngineError(
                    f"{name} of `{self.dated.ruleset.id}`: {answer!r}, by the reference {other!r}",
                    engine=NAME,
                )
        return whole


class _Backing:
    """What stands behind a decision: what the plain function answered, and the case itself."""

    def __init__(self, decider: BatchDecider, situation: Situation, plain: FastResult) -> None:
        self._decider = decider
        self._situation = situation
        self._plain = plain

    def amount(self) -> made.Amount | None:
        """What the case receives."""
        eligible, _, figure, under, unrounded, unrounded_under = self._plain
        if not eligible:
            return self._decider.not_applicable
        if figure is None or isinstance(figure, Possible):
            return self._decider.not_stated
        return self._decider.exact(_exact(figure, under), _exact(unrounded, unrounded_under))

    def conditions(self) -> made.Conditions:
        """How the members came out."""
        return self._decider.conditions(self._plain[1])

    def missing(self) -> tuple[made.MissingFact, ...]:
        """Nothing: what the plain function decides, no fact can change."""
        return ()

    def unsettled(self) -> tuple[made.OpenPoint, ...]:
        """What no fact can settle: an amount that the text does not state."""
        figure = self._plain[2]
        if not isinstance(figure, Possible):
            return ()
        return unsettled_names(self._decider.dated.ruleset, figure.dependencies)

    def __reduce__(
        self,
    ) -> tuple[Callable[[made.LazyDetails], made.LazyDetails], tuple[made.LazyDetails]]:
        """Another process is sent what stands behind the whole decision: it has no functions."""
        return _itself, (self._whole._details,)  # noqa: SLF001 - one backing for another

    @cached_property
    def _whole(self) -> made.Decision:
        """The whole decision, explained by the reference."""
        status: Status = "eligible" if self._plain[0] else "ineligible"
        return self._decider.explained(self._situation, (status, self.amount(), self.conditions()))

    def values(self) -> Mapping[str, DisplayValue]:
        """What was read."""
        return self._whole.values

    def consequences(self) -> Mapping[str, DisplayValue]:
        """What follows."""
        return self._whole.consequences

    def notices(self) -> tuple[Notice, ...]:
        """What must be admitted."""
        return self._whole.notices

    def reasons(self) -> Mapping[str, Reason]:
        """Why."""
        return self._whole.reasons

    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        """What is decided of each item."""
        return self._whole.items

    def receipt(self) -> Receipt:
        """The proof."""
        return self._whole.receipt


def _itself(backing: made.LazyDetails) -> made.LazyDetails:
    return backing


def _exact(over: int, under: int) -> Exact:
    """A figure in its simplest form."""
    whole, rest = divmod(over, under)
    return Fraction(over, under) if rest else whole
