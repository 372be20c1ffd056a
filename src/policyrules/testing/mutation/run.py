"""Survivors: the mutants of a ruleset on which every case of its file passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from policyrules.api.conversion import AnyPaths, to_path_texts
from policyrules.cases.suites import Suite, discover_suites
from policyrules.ir.nodes import BoolTest, ParameterRef
from policyrules.ir.ruleset import Cell, CheckedRuleset
from policyrules.objects.representation import short_repr
from policyrules.testing.mutation.killing_case import MAX_ATTEMPTS, killing_case
from policyrules.testing.mutation.mutants import Mutant, mutants
from policyrules.testing.mutation.operators import MutationOperator, Operand
from policyrules.testing.mutation.reverts import revert_mutants
from policyrules.testing.overrides import OverrideSet, groups_by_id
from policyrules.testing.ruleset_runner import (
    ProgressCallback,
    RulesetRunner,
    no_progress,
    runner_for,
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
    """What the cases of a ruleset say to its mutants: how many there are, and which survive."""

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
    """Runs the cases of rulesets on their mutants: of those shipped, unless you choose.

    Of an overlay the mutants are those of what it says itself, and what it changes reverted.

    Args:
        paths: rulesets, by their ids or their paths, case files, and folders of both. A file with
            anything wrong in it is left out; `run_cases()` says what is wrong. A ruleset without a
            case file is not left out: every mutant of it survives.
        max_attempts: how many facts are tried to find a case on which a survivor would fail.
        progress: is called with how many mutants are done, and of how many.

    Raises:
        RulesetNotFound: a path leads nowhere; the message has the nearest id.

    >>> from policyrules.testing import run_mutation_tests
    >>> [hohhot] = run_mutation_tests(["cn-nm-150100/retention-training-subsidy"])
    >>> hohhot.tried, hohhot.survivors
    (3, ())
    """
    suites = discover_suites(to_path_texts(paths)).all
    waiting = [(suite, list(own_mutants(suite))) for suite in suites]
    total, done = sum(len(those) for _, those in waiting), 0
    progress(done, total)
    result = []
    for suite, those in waiting:
        left = []
        judge = _MutationRunner(suite)
        for mutant in those:
            if not judge.kills(mutant):
                left.append(judge.survivor(mutant, max_attempts))
            done += 1
            progress(done, total)
        ordered = sorted(left, key=lambda one: one.span)
        result.append(
            MutationReport(suite.ruleset.id, suite.cases.path, len(those), tuple(ordered))
        )
    return tuple(result)


def own_mutants(suite: Suite) -> Iterator[Mutant]:
    """The slips in what a ruleset says itself, and each of an overlay's changes reverted."""
    ruleset, artifacts = suite.ruleset, suite.artifacts
    bases = artifacts.bases if artifacts is not None else ()
    own = OverrideSet(ruleset, bases)
    not_written = frozenset(_generated_notes(suite))
    inherited = frozenset(_already_in_base(ruleset, bases))
    not_stated = frozenset(_never_stated(ruleset))
    for mutant in mutants(ruleset):
        if (
            own.overrides(mutant.node_id)
            and mutant.node_id not in not_written
            and (mutant.node_id, mutant.operator, mutant.operands) not in inherited
            and (mutant.operator, mutant.operands) not in not_stated
        ):
            yield mutant
    for base in bases:
        yield from revert_mutants(ruleset, base)


def _generated_notes(suite: Suite) -> Iterator[str]:
    """The notes that nobody wrote: composing adds a warning to what is from a foreign text."""
    if suite.artifacts is not None:
        layers = suite.artifacts.composition.layers
        written = {note.name.text for layer in layers for note in layer.tree.notes}
        yield from (name for name in suite.ruleset.notes if name not in written)


_Key = tuple[MutationOperator, tuple[Operand, ...]]
"""A kind of mistake with its operands."""


def _already_in_base(
    ruleset: CheckedRuleset, bases: Sequence[CheckedRuleset]
) -> Iterator[tuple[str, MutationOperator, tuple[Operand, ...]]]:
    """The mutants of a changed group that leave out what was a member in the base already."""
    here = groups_by_id(ruleset)
    for base in bases:
        for place, group in groups_by_id(base).items():
            for member in group.members:
                if place in here and member in here[place].members:
                    yield place, MutationOperator.REMOVE_MEMBER, (member,)


def _never_stated(ruleset: CheckedRuleset) -> Iterator[_Key]:
    """The mutants that negate a parameter for which the text states nothing on any day.

    It is unknown either way, so no case can tell.
    """
    for name, parameter in ruleset.parameters.items():
        contents = [row.content for row in parameter.rows]
        if all(isinstance(one, Cell) and one.status == "not_stated" for one in contents):
            yield MutationOperator.NEGATE, (BoolTest(ParameterRef(name)),)


class _MutationRunner:
    """The cases of one file, of which the one that killed last is asked first."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.original = runner_for(suite)
        # A case that fails without a slip says nothing about one.
        self.cases = [case for case in suite.cases.cases if self.original.passes(case)]
        self.places = spans_by_id(suite.artifacts) if suite.artifacts is not None else {}

    def kills(self, mutant: Mutant) -> bool:
        """Return whether any case fails on the mutant."""
        trial = RulesetRunner(mutant.ruleset, self.original.facts)
        for place, case in enumerate(self.cases):
            if not trial.passes(case):
                self.cases.insert(0, self.cases.pop(place))
                return True
        return False

    def survivor(self, mutant: Mutant, max_attempts: int) -> SurvivingMutant:
        """What is told of a mutant that nobody kills."""
        trial = RulesetRunner(mutant.ruleset, self.original.facts)
        path = self.suite.cases.path
        span = self.places.get(mutant.node_id) or self.places.get("") or Span.empty_at(path)
        if not self.suite.cases.cases:
            return SurvivingMutant(mutant, span, "", 0)
        found = killing_case(self.suite.cases, self.original, trial, max_attempts)
        return SurvivingMutant(mutant, span, found, max_attempts)
