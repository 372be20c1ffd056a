"""Mutation tests: run the cases of a ruleset on its mutants, and report the survivors."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from policyrules.api.conversion import AnyPaths, to_path_texts
from policyrules.cases.suites import Suite, discover_suites
from policyrules.ir.nodes import BoolTest, ParameterRef
from policyrules.ir.ruleset import CheckedRuleset
from policyrules.ir.tables import Cell
from policyrules.objects.representation import short_repr
from policyrules.testing.mutation.killing_case import MAX_ATTEMPTS, killing_case
from policyrules.testing.mutation.mutants import Mutant, mutants
from policyrules.testing.mutation.operators import MutationOperator, Operand
from policyrules.testing.mutation.reverts import revert_mutants
from policyrules.testing.overrides import OverrideSet, groups_by_id
from policyrules.testing.progress import ProgressCallback, no_progress
from policyrules.testing.ruleset_runner import (
    RulesetRunner,
    SuiteRunner,
)
from policyrules.testing.source_map import spans_by_id
from policyrules.text.span import Span


@attrs.frozen(repr=False)
class SurvivingMutant:
    """A mutant on which every case passes.

    `case` is the text of a case that kills the mutant. It is empty if none was found in `attempts`
    attempts: the mutant may be equivalent. A ruleset without cases is not searched (0 attempts).
    """

    __repr__ = short_repr

    mutant: Mutant
    span: Span
    case: str
    attempts: int

    def __str__(self) -> str:
        return f"{self.span.path}:{self.span.line}: {self.mutant}"


@attrs.frozen(repr=False)
class MutationReport:
    """The number of mutants of a ruleset that were `tried`, and those that survive its cases."""

    __repr__ = short_repr

    ruleset: str
    path: str
    tried: int
    survivors: tuple[SurvivingMutant, ...]


def run_mutation_tests(
    paths: AnyPaths = (),
    *,
    max_attempts: int = MAX_ATTEMPTS,
    progress: ProgressCallback = no_progress,
) -> tuple[MutationReport, ...]:
    """Run the cases of rulesets on their mutants; without paths, those of the shipped rulesets.

    The mutants of an overlay are those of its overrides, and one per override that reverts it.

    Args:
        paths: rulesets, by their ids or their paths, case files, and folders of both. A file with
            an error is left out; `run_cases()` reports it. Every mutant of a ruleset without a case
            file survives.
        max_attempts: how many facts are tried to find a case that kills a survivor.
        progress: is called with the number of mutants that are done, and their total.

    Raises:
        RulesetNotFound: a path leads nowhere; the message has the nearest id.

    >>> from policyrules.testing import run_mutation_tests
    >>> [hohhot] = run_mutation_tests(["cn-nm-150100/retention-training-subsidy"])
    >>> hohhot.tried, hohhot.survivors
    (3, ())
    """
    suites = discover_suites(to_path_texts(paths)).all
    runners = [SuiteRunner(suite) for suite in suites]
    return mutation_reports_of(runners, max_attempts=max_attempts, progress=progress)


def mutation_reports_of(
    runners: Sequence[SuiteRunner],
    *,
    max_attempts: int = MAX_ATTEMPTS,
    progress: ProgressCallback = no_progress,
) -> tuple[MutationReport, ...]:
    """Run the cases of each suite on the mutants of its ruleset."""
    mutants_by_suite = [(runner, list(override_mutants(runner.suite))) for runner in runners]
    total, done = sum(len(mutants_) for _, mutants_ in mutants_by_suite), 0
    progress(done, total)
    reports = []
    for runner, mutants_ in mutants_by_suite:
        mutation_runner = _MutationRunner(runner)
        survivors = []
        for mutant in mutants_:
            if not mutation_runner.kills(mutant):
                survivors.append(mutation_runner.survivor(mutant, max_attempts))
            done += 1
            progress(done, total)
        ordered = tuple(sorted(survivors, key=lambda survivor: survivor.span))
        suite = runner.suite
        reports.append(MutationReport(suite.ruleset.id, suite.cases.path, len(mutants_), ordered))
    return tuple(reports)


def override_mutants(suite: Suite) -> Iterator[Mutant]:
    """Yield the mutants of the nodes that a ruleset overrides, and a revert of each override."""
    ruleset, artifacts = suite.ruleset, suite.artifacts
    bases = artifacts.bases if artifacts is not None else ()
    overrides = OverrideSet(ruleset, bases)
    generated_notes = frozenset(_generated_notes(suite))
    inherited_members = frozenset(_inherited_members(ruleset, bases))
    negated_unstated = frozenset(_negated_unstated_parameters(ruleset))
    for mutant in mutants(ruleset):
        if (
            overrides.overrides(mutant.node_id)
            and mutant.node_id not in generated_notes
            and (mutant.node_id, mutant.operator, mutant.operands) not in inherited_members
            and (mutant.operator, mutant.operands) not in negated_unstated
        ):
            yield mutant
    for base in bases:
        yield from revert_mutants(ruleset, base)


def _generated_notes(suite: Suite) -> Iterator[str]:
    """Yield the notes that no author wrote: composition adds a warning to foreign rules."""
    if suite.artifacts is not None:
        layers = suite.artifacts.composition.layers
        written = {note.name.text for layer in layers for note in layer.tree.notes}
        yield from (name for name in suite.ruleset.notes if name not in written)


def _inherited_members(
    ruleset: CheckedRuleset, bases: Sequence[CheckedRuleset]
) -> Iterator[tuple[str, MutationOperator, tuple[Operand, ...]]]:
    """Yield the mutants of an overridden group that remove a member which the base has too."""
    groups = groups_by_id(ruleset)
    for base in bases:
        for node_id, group in groups_by_id(base).items():
            for member in group.members:
                if node_id in groups and member in groups[node_id].members:
                    yield node_id, MutationOperator.REMOVE_MEMBER, (member,)


def _negated_unstated_parameters(
    ruleset: CheckedRuleset,
) -> Iterator[tuple[MutationOperator, tuple[Operand, ...]]]:
    """Yield the mutants that negate a parameter which is not stated on any day.

    The parameter is unknown with and without `not`, so no case can kill them.
    """
    for name, parameter in ruleset.parameters.items():
        contents = [row.content for row in parameter.rows]
        if all(isinstance(cell, Cell) and cell.status == "not_stated" for cell in contents):
            yield MutationOperator.NEGATE, (BoolTest(ParameterRef(name)),)


class _MutationRunner:
    """Runs the cases of one suite on mutants; the case that killed last runs first."""

    def __init__(self, runner: SuiteRunner) -> None:
        self.suite = runner.suite
        self.original = runner.runner
        self.cases = list(runner.passing_cases)
        artifacts = self.suite.artifacts
        self.spans = spans_by_id(artifacts) if artifacts is not None else {}

    def kills(self, mutant: Mutant) -> bool:
        """Return whether any case fails on the mutant."""
        runner = RulesetRunner(mutant.ruleset, self.original.reader)
        for index, case in enumerate(self.cases):
            if not runner.passes(case):
                self.cases.insert(0, self.cases.pop(index))
                return True
        return False

    def survivor(self, mutant: Mutant, max_attempts: int) -> SurvivingMutant:
        """Return a mutant that no case kills, with a case that would kill it."""
        cases = self.suite.cases
        span = self.spans.get(mutant.node_id) or self.spans.get("") or Span.empty_at(cases.path)
        if not cases.cases:
            return SurvivingMutant(mutant, span, "", 0)
        runner = RulesetRunner(mutant.ruleset, self.original.reader)
        case = killing_case(cases, self.original, runner, max_attempts)
        return SurvivingMutant(mutant, span, case, max_attempts)
