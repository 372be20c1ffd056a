"""Decides the cases of a file by rulesets that differ from theirs in one place.

The facts of a case are read once, whatever decides it: a mutant asks the same facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import attrs

from policyrules.cases.reader import Case
from policyrules.cases.run import run_case
from policyrules.cases.suites import Suite
from policyrules.decisions.decision import Decision
from policyrules.engines import reference
from policyrules.errors import FactsError, NotInForce, PolicyRulesError
from policyrules.evaluation.dated import DatedRuleset, dated
from policyrules.evaluation.result import Evaluation
from policyrules.evaluation.situation import Situation
from policyrules.intake import Intake
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.outcome.build import conclude
from policyrules.outcome.provenance import Support
from policyrules.values.kleene import Truth
from policyrules.values.possible import Possible


@attrs.frozen
class Observation:
    """What a case is told, as far as two rulesets can differ in it; or the code of an error.

    `items` has the same of every item, by its list and its key.
    """

    outcome: Truth = None
    amount: object = None
    values: Mapping[str, object] = attrs.field(factory=dict, hash=False)
    notes: frozenset[str] = frozenset()
    items: Mapping[tuple[str, str | None], Observation] = attrs.field(factory=dict, hash=False)
    error: str = ""


class Facts:
    """The facts of cases as a ruleset reads them, each case read once."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self.ruleset = ruleset
        self._intake = Intake(ruleset)
        self._read: dict[int, tuple[object, Situation | FactsError]] = {}

    def situation(self, facts: Mapping[str, object]) -> Situation:
        """The facts of a case.

        Raises:
            FactsError: they are wrong, or contradict each other.
        """
        if id(facts) not in self._read:
            # The facts themselves are kept, so that no others take their number.
            self._read[id(facts)] = facts, self._tried(facts)
        found = self._read[id(facts)][1]
        if isinstance(found, FactsError):
            raise found.with_traceback(None)
        return found

    def _tried(self, facts: Mapping[str, object]) -> Situation | FactsError:
        try:
            return self._intake.read(facts)
        except FactsError as error:
            return error


class RulesetRunner:
    """A ruleset on trial: it decides cases, with the facts read by the ruleset that they are of."""

    def __init__(self, ruleset: CheckedRuleset, facts: Facts) -> None:
        self.ruleset = ruleset
        is_alike = (
            ruleset.constraints == facts.ruleset.constraints
            and ruleset.facts.keys() == facts.ruleset.facts.keys()
        )
        self.facts: Facts = facts if is_alike else Facts(ruleset)
        self._dated: dict[date, DatedRuleset] = {}

    def evaluation(self, on: date, facts: Mapping[str, object]) -> Evaluation:
        """Evaluates facts on a day.

        Raises:
            NotInForce: the ruleset is not in force on the day.
            FactsError: the facts are wrong, or contradict each other.
        """
        if on not in self._dated:
            self._dated[on] = dated(self.ruleset, on)
        return reference.evaluate(self._dated[on], self.facts.situation(facts))

    def decide(self, on: date, facts: Mapping[str, object]) -> Decision:
        """Decides facts on a day; raises what `evaluation` raises."""
        return conclude(self.evaluation(on, facts), library="")

    def passes(self, case: Case) -> bool:
        """Return whether a case is decided as it says."""
        return run_case(case, self.ruleset.id, self.decide).passed

    def told(self, on: date, facts: Mapping[str, object]) -> tuple[Observation, Evaluation | None]:
        """What a case is told, and the evaluation unless there is an error in its place."""
        try:
            found = self.evaluation(on, facts)
        except (NotInForce, FactsError) as error:
            return Observation(error=_code(error)), None
        return told(found), found


ProgressCallback = Callable[[int, int], None]
"""Is called with how many of how many are done."""


def no_progress(done: int, total: int) -> None:
    """Watches nothing."""


def runner_for(suite: Suite) -> RulesetRunner:
    """The ruleset of a suite, on trial with its own facts."""
    return RulesetRunner(suite.ruleset, Facts(suite.ruleset))


def told(evaluation: Evaluation) -> Observation:
    """What an evaluation tells a case."""
    support = Support(evaluation).of_decision()
    is_open = evaluation.eligible.truth is not False
    items: dict[tuple[str, str | None], Observation] = {}
    for name, found in evaluation.items.items():
        for item in found.items:
            seen = Support(evaluation).seen_from(name, item).of_item()
            items[name, item.key] = Observation(
                outcome=item.eligible.truth if item.eligible is not None else None,
                values={key: _figure(one) for key, one in item.values.items()},
                notes=frozenset(one.id for one in seen.carried()),
            )
    return Observation(
        outcome=evaluation.eligible.truth,
        amount=_figure(evaluation.amount) if is_open and evaluation.amount else None,
        values={key: _figure(one) for key, one in evaluation.values.items()},
        notes=frozenset(one.id for one in support.carried()),
        items=items,
    )


def _figure(possible: Possible) -> Any:
    """What something may be, without what could narrow it."""
    return possible.figures, possible.may_be_none, possible.not_stated, possible.undefined


def _code(error: PolicyRulesError) -> str:
    if isinstance(error, FactsError):
        return ", ".join(sorted({problem.code for problem in error.problems}))
    return error.code
