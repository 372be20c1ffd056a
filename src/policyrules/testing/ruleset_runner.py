"""Runners that decide the cases of a suite with its ruleset, or with a mutant of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Any

import attrs

from policyrules.api.case_decider import CaseDecider, complete_case
from policyrules.cases.reader import Case
from policyrules.cases.run import FactsData, run_case
from policyrules.cases.suites import Suite
from policyrules.decisions.decision import Decision
from policyrules.engines import reference
from policyrules.errors import FactsError, NotInForce, PolicyRulesError
from policyrules.evaluation.dated import DatedRuleset, dated
from policyrules.evaluation.result import Evaluation
from policyrules.evaluation.situation import Situation
from policyrules.intake import Intake
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.outcome.build import build_decision
from policyrules.outcome.consequences import stated_consequences
from policyrules.outcome.provenance import ProvenanceWalker
from policyrules.values.kleene import Truth
from policyrules.values.possible import Possible


@attrs.frozen
class Observation:
    """The part of a result in which a mutant can differ from its ruleset, or the code of an error.

    `items` has an observation of every item, by its list and its key; `consequences` has the names
    of those that are stated.
    """

    outcome: Truth = None
    amounts: Mapping[str, object] = attrs.field(factory=dict, hash=False)
    values: Mapping[str, object] = attrs.field(factory=dict, hash=False)
    notes: frozenset[str] = frozenset()
    consequences: frozenset[str] = frozenset()
    items: Mapping[tuple[str, str | None], Observation] = attrs.field(factory=dict, hash=False)
    error: str = ""


def observe(evaluation: Evaluation) -> Observation:
    """Return the observation of an evaluation."""
    provenance = ProvenanceWalker(evaluation).walk_decision()
    may_be_eligible = evaluation.eligible.truth is not False
    items: dict[tuple[str, str | None], Observation] = {}
    for name, view in evaluation.items.items():
        for item in view.items:
            item_provenance = ProvenanceWalker(evaluation).item_walker(name, item).walk_item()
            items[name, item.key] = Observation(
                outcome=item.eligible.truth if item.eligible is not None else None,
                values={key: _possible_content(value) for key, value in item.values.items()},
                notes=frozenset(note.id for note in item_provenance.applicable_notes()),
            )
    return Observation(
        outcome=evaluation.eligible.truth,
        amounts={
            name: _possible_content(amount.rounded)
            for name, amount in (evaluation.amounts.items() if may_be_eligible else ())
        },
        values={key: _possible_content(value) for key, value in evaluation.values.items()},
        notes=frozenset(note.id for note in provenance.applicable_notes()),
        consequences=frozenset(stated_consequences(evaluation)),
        items=items,
    )


class CaseReader:
    """Reads the facts of cases for a ruleset, each facts file once."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self.ruleset = ruleset
        self.intake: Intake = Intake(ruleset)
        self._situations: dict[int, tuple[object, Situation | FactsError]] = {}

    def situation(self, facts: FactsData) -> Situation:
        """Return the situation that the facts of a case describe.

        Raises:
            FactsError: the facts are wrong, or contradict each other.
        """
        if id(facts) not in self._situations:
            # The facts are kept too, so that no later facts have their `id()`.
            self._situations[id(facts)] = facts, self._read(facts)
        situation = self._situations[id(facts)][1]
        if isinstance(situation, FactsError):
            raise situation.with_traceback(None)
        return situation

    def _read(self, facts: FactsData) -> Situation | FactsError:
        try:
            return self.intake.read(facts)
        except FactsError as error:
            return error


class RulesetRunner:
    """Decides cases with one ruleset, by the reference engine.

    The facts are those that `reader` has read, unless its ruleset reads facts in another way.
    """

    def __init__(self, ruleset: CheckedRuleset, reader: CaseReader) -> None:
        self.ruleset = ruleset
        reads_same_facts = (
            ruleset.constraints == reader.ruleset.constraints
            and ruleset.facts.keys() == reader.ruleset.facts.keys()
        )
        self.reader: CaseReader = reader if reads_same_facts else CaseReader(ruleset)
        self._dated: dict[date, DatedRuleset] = {}

    def evaluate(self, on: date, facts: FactsData, assuming: FactsData | None = None) -> Evaluation:
        """Evaluate facts on a day; those that are missing are as assumed.

        Raises:
            NotInForce: the ruleset is not in force on the day.
            FactsError: the facts are wrong, or contradict each other.
        """
        day, situation = self._on(on), self.reader.situation(facts)
        if assuming is not None:
            assumptions = self.reader.intake.read_assumptions(assuming)
            situation = complete_case(day, situation, assumptions).situation
        return reference.evaluate(day, situation)

    def decide(self, on: date, facts: FactsData, assuming: FactsData | None = None) -> Decision:
        """Decide facts on a day; raise what `evaluate` raises."""
        if assuming is None:
            return build_decision(self.evaluate(on, facts), library="")
        day, intake = self._on(on), self.reader.intake

        def decide_situation(situation: Situation) -> Decision:
            return build_decision(reference.evaluate(day, situation), library="")

        decider = CaseDecider(intake, day, decide_situation)
        return decider.decide(self.reader.situation(facts), decider.read_assumptions(assuming))

    def _on(self, on: date) -> DatedRuleset:
        if on not in self._dated:
            self._dated[on] = dated(self.ruleset, on)
        return self._dated[on]

    def passes(self, case: Case) -> bool:
        """Return whether the decision of a case is as the case expects."""
        return run_case(case, self.ruleset.id, self.decide).passed

    def observe(self, on: date, facts: FactsData, assuming: FactsData | None = None) -> Observation:
        """Evaluate facts on a day and return the observation, which may be an error."""
        try:
            return observe(self.evaluate(on, facts, assuming))
        except (NotInForce, FactsError) as error:
            return Observation(error=_error_code(error))


@attrs.frozen
class EvaluatedCase:
    """A case with its evaluation by the ruleset of its suite."""

    case: Case
    evaluation: Evaluation
    observation: Observation


class SuiteRunner:
    """A suite whose cases have been evaluated, each once, for coverage and mutation tests alike."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.runner: RulesetRunner = RulesetRunner(suite.ruleset, CaseReader(suite.ruleset))

    @cached_property
    def _results(self) -> Mapping[tuple[date, int], Evaluation | NotInForce | FactsError]:
        """The evaluation of each case or its error, by the day and the `id()` of the facts."""
        return {(case.on, id(case.facts)): self._evaluate(case) for case in self.suite.cases.cases}

    def _evaluate(self, case: Case) -> Evaluation | NotInForce | FactsError:
        try:
            return self.runner.evaluate(case.on, case.facts, case.assuming)
        except (NotInForce, FactsError) as error:
            return error

    @cached_property
    def evaluated_cases(self) -> tuple[EvaluatedCase, ...]:
        """The cases without an error, in the order of the file."""
        return tuple(
            EvaluatedCase(case, evaluation, observe(evaluation))
            for case in self.suite.cases.cases
            if isinstance(evaluation := self._results[case.on, id(case.facts)], Evaluation)
        )

    @cached_property
    def passing_cases(self) -> tuple[Case, ...]:
        """The cases whose decision is as they expect: only these can kill a mutant."""
        return tuple(
            case
            for case in self.suite.cases.cases
            if run_case(case, self.suite.ruleset.id, self._decide).passed
        )

    def _decide(self, on: date, facts: FactsData, assuming: FactsData | None = None) -> Decision:
        if assuming is not None:
            return self.runner.decide(on, facts, assuming)
        result = self._results[on, id(facts)]
        if not isinstance(result, Evaluation):
            raise result.with_traceback(None)
        return build_decision(result, library="")


def _possible_content(possible: Possible) -> Any:
    """Return what a value may be, without the facts that could narrow it."""
    return possible.figures, possible.may_be_none, possible.not_stated, possible.undefined


def _error_code(error: PolicyRulesError) -> str:
    if isinstance(error, FactsError):
        return ", ".join(sorted({problem.code for problem in error.problems}))
    return error.code
