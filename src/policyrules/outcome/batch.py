"""Decide streams of cases: by the compiled engine where it can, else by the reference.

The compiled engine returns None for a case that needs intervals. The reference then decides it, and
the receipt names the reference. For a case that the compiled engine decides, the reference supplies
the details on demand, and the receipt names the compiled engine.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction
from functools import cached_property
from typing import Final

import attrs

from policyrules.decisions import decision
from policyrules.decisions.assumed_facts import AssumedFact
from policyrules.decisions.items import ItemDecision
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import ConsequenceReason, Reason
from policyrules.decisions.receipt import Receipt
from policyrules.decisions.status import Status
from policyrules.display.value import DisplayValue
from policyrules.engines import reference
from policyrules.engines.compiled import NAME, CompiledEngine, FastResult, Program
from policyrules.errors import EngineError
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.past_facts import refuse_future_facts
from policyrules.evaluation.situation import Situation
from policyrules.objects.frozen import FrozenDict
from policyrules.outcome.amounts import amounts_without_figures
from policyrules.outcome.build import build_decision, conditions_of, open_points, status_label
from policyrules.outcome.consequences import consequences_for
from policyrules.text.localized import LocalizedText
from policyrules.values.dependencies import union
from policyrules.values.exact import Exact
from policyrules.values.kleene import Truth
from policyrules.values.possible import Possible

FastAnswer = tuple[Status, Mapping[str, decision.Amount], decision.Conditions]
"""The parts of a decision that the compiled engine decides."""

_ANSWER_PARTS: Final = ("the status", "the amounts", "the conditions")
_MAX_MEMOIZED: Final = 1_000
"""The most combinations of truths whose conditions are kept."""


class BatchDecider:
    """Decides cases by a ruleset on a day. Threads may share it."""

    def __init__(self, engine: CompiledEngine, dated: DatedRuleset, library: str) -> None:
        ruleset = dated.ruleset
        self.program: Program = engine.program(dated)
        self.dated = dated
        self.library = library
        self._exact = self.program.exact
        self._past_facts = dated.past_facts
        self._head: tuple[str, LocalizedText, date] = (ruleset.id, ruleset.title, dated.on)
        self._eligible = status_label(ruleset.outcome, "eligible")
        self._ineligible = status_label(ruleset.outcome, "ineligible")
        self._conditions: dict[tuple[Truth, ...], decision.Conditions] = {}
        outcome = ruleset.outcome
        self.not_applicable: Mapping[str, decision.Amount] = amounts_without_figures(
            outcome, "not_applicable"
        )
        # Behind the truths, a result has four figures of each amount.
        self._not_stated = tuple(
            (amount, 2 + 4 * number)
            for number, amount in enumerate(amounts_without_figures(outcome, "not_stated").values())
        )

    def conditions(self, truths: tuple[Truth, ...]) -> decision.Conditions:
        """Return the members of the outcome by truth, given the truth of every condition.

        Most cases have one of a few combinations of truths, so the results are kept.
        """
        conditions = self._conditions.get(truths)
        if conditions is None:
            ruleset = self.dated.ruleset
            truth = dict(zip(ruleset.conditions, truths, strict=True))
            conditions = conditions_of(ruleset, truth.__getitem__)
            if len(self._conditions) < _MAX_MEMOIZED:
                self._conditions[truths] = conditions
        return conditions

    def amounts(self, result: FastResult) -> Mapping[str, decision.Amount]:
        """Return the amounts of an eligible case by name."""
        amounts: dict[str, decision.Amount] = {}
        for none, place in self._not_stated:
            numerator = result[place]
            if type(numerator) is Possible:
                amounts[none.name] = none
                continue
            amounts[none.name] = decision.Amount(
                none.name,
                none.title,
                "exact",
                none.unit,
                _exact(numerator, result[place + 1]),
                None,
                None,
                _exact(result[place + 2], result[place + 3]),
                False,
                none.paid_to,
                none.unit_title,
            )
        return FrozenDict(amounts)

    @property
    def source(self) -> str:
        """Return the Python source of the program."""
        return self.program.source

    def decide(self, situation: Situation) -> decision.Decision:
        """Decide a case.

        Raises:
            FactsError: the facts contradict each other, or lie in the future.
        """
        if self._past_facts:
            refuse_future_facts(self._past_facts, self.dated.on, situation)
        result = self._exact(situation)
        if result is None:
            evaluation = reference.evaluate(self.dated, situation)
            return build_decision(evaluation, library=self.library)
        details = _FastDetails(self, situation, result)
        if result[0]:
            return decision.Decision.deferred(*self._head, "eligible", self._eligible, details)
        return decision.Decision.deferred(*self._head, "ineligible", self._ineligible, details)

    def decide_with_details(self, situation: Situation, fast: FastAnswer) -> decision.Decision:
        """Return the decision with all details of a case that the compiled engine has decided.

        Raises:
            EngineError: the reference decides the case differently, which is a bug.
        """
        evaluation = attrs.evolve(
            reference.evaluate(self.dated, situation), engine=NAME, kernel=NAME
        )
        full = build_decision(evaluation, library=self.library)
        answer: FastAnswer = (full.status, full.amounts, full.conditions)
        for name, actual, expected in zip(_ANSWER_PARTS, fast, answer, strict=True):
            if actual != expected:
                raise EngineError(
                    f"{name} of `{self.dated.ruleset.id}`: {actual!r}, the reference {expected!r}",
                    engine=NAME,
                )
        return full


class _FastDetails:
    """The parts of a decision of the compiled engine, made on demand."""

    def __init__(self, decider: BatchDecider, situation: Situation, result: FastResult) -> None:
        self._decider = decider
        self._situation = situation
        self._result = result

    def status_label(self) -> LocalizedText:
        """Return the words for the status."""
        status: Status = "eligible" if self._result[0] else "ineligible"
        return status_label(self._decider.dated.ruleset.outcome, status)

    def amounts(self) -> Mapping[str, decision.Amount]:
        """Return the amounts by name."""
        result, decider = self._result, self._decider
        return decider.amounts(result) if result[0] else decider.not_applicable

    def conditions(self) -> decision.Conditions:
        """Return the members of the outcome by truth."""
        return self._decider.conditions(self._result[1])

    def missing(self) -> tuple[decision.MissingFact, ...]:
        """Return the facts that can change a consequence: status and amounts are exact."""
        status: Status = "eligible" if self._result[0] else "ineligible"
        stated = consequences_for(self._decider.dated.ruleset, status)
        return self._reference_decision.missing if stated else ()

    def unsettled(self) -> tuple[decision.OpenPoint, ...]:
        """Return what no fact can settle: the amounts that the text does not state."""
        figures = self._result[2::4]
        if Possible not in map(type, figures):
            return ()
        open_ = [figure.dependencies for figure in figures if isinstance(figure, Possible)]
        return open_points(self._decider.dated.ruleset, union(open_))

    def __reduce__(
        self,
    ) -> tuple[Callable[[decision.LazyDetails], decision.LazyDetails], tuple[decision.LazyDetails]]:
        """Pickle the details that the reference supplies; a compiled function cannot be pickled."""
        return _unpickle, (self._reference_decision._details,)  # noqa: SLF001 - its own details

    @cached_property
    def _reference_decision(self) -> decision.Decision:
        """Return the decision with the details that the reference supplies."""
        status: Status = "eligible" if self._result[0] else "ineligible"
        return self._decider.decide_with_details(
            self._situation, (status, self.amounts(), self.conditions())
        )

    def values(self) -> Mapping[str, DisplayValue]:
        """Return the values and parameters that were read."""
        return self._reference_decision.values

    def consequences(self) -> Mapping[str, DisplayValue]:
        """Return the consequences."""
        return self._reference_decision.consequences

    def notices(self) -> tuple[Notice, ...]:
        """Return the notes and warnings."""
        return self._reference_decision.notices

    def reasons(self) -> Mapping[str, Reason]:
        """Return the reasons of all conditions."""
        return self._reference_decision.reasons

    def consequence_reasons(self) -> Mapping[str, ConsequenceReason]:
        """Return the reasons of all consequences."""
        return self._reference_decision.consequence_reasons

    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        """Return the decisions of the items of each list."""
        return self._reference_decision.items

    def assumed(self) -> tuple[AssumedFact, ...]:
        """Return no facts; `AssumingDetails` adds the assumed ones."""
        return ()

    def receipt(self) -> Receipt:
        """Return the receipt."""
        return self._reference_decision.receipt


def _unpickle(details: decision.LazyDetails) -> decision.LazyDetails:
    return details


def _exact(numerator: int, denominator: int) -> Exact:
    """Return a quotient, as an int if it is whole."""
    whole, rest = divmod(numerator, denominator)
    return Fraction(numerator, denominator) if rest else whole
