"""Survivors: the mutants of a ruleset on which every case of its file passes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from policyrules.api.conversion import AnyPaths, to_path_texts
from policyrules.cases.suites import Suite, select
from policyrules.ir.nodes import Holds, ParameterRef
from policyrules.ir.ruleset import Cell, CheckedRuleset
from policyrules.objects.representation import short_repr
from policyrules.testing.mutation.killing_case import TRIES, killing_case
from policyrules.testing.mutation.mutants import Mutant, mutants
from policyrules.testing.mutation.operators import MutationOperator, Operand
from policyrules.testing.mutation.reverts import undone
from policyrules.testing.overrides import Own, groups
from policyrules.testing.ruleset_runner import Trial, Watch, trial_of, unwatched
from policyrules.testing.source_map import places
from policyrules.text.span import Span


@attrs.frozen(repr=False)
class Survivor:
    """A mutant on which every case passes.

    `case` is a case to put into the file, on which the mutant fails; it is empty if none was found
    in as many `tries`, and then the two may mean the same. Where there is no case to begin with
    none is looked for, and `tries` is 0.
    """

    __repr__ = short_repr

    mutant: Mutant
    span: Span
    case: str
    tries: int

    def __str__(self) -> str:
        return f"{self.span.path}:{self.span.line}: {self.mutant}"


@attrs.frozen(repr=False)
class Mutation:
    """What the cases of a ruleset say to its mutants: how many there are, and which survive."""

    __repr__ = short_repr

    ruleset: str
    path: str
    tried: int
    survivors: tuple[Survivor, ...]


def survivors(
    paths: AnyPaths = (), *, tries: int = TRIES, watch: Watch = unwatched
) -> tuple[Mutation, ...]:
    """Runs the cases of rulesets on their mutants: of those shipped, unless you choose.

    Of an overlay the mutants are those of what it says itself, and what it changes left undone.

    Args:
        paths: rulesets, by their ids or their paths, case files, and folders of both. A file with
            anything wrong in it is left out; `run_cases()` says what is wrong. A ruleset without a
            case file is not left out: every mutant of it survives.
        tries: how many facts are tried to find a case on which a survivor would fail.
        watch: is called with how many mutants are done, and of how many.

    Raises:
        RulesetNotFound: a path leads nowhere; the message has the nearest id.

    >>> from policyrules.testing import survivors
    >>> [hohhot] = survivors(["cn-nm-150100/retention-training-subsidy"])
    >>> hohhot.tried, hohhot.survivors
    (3, ())
    """
    suites = select(to_path_texts(paths)).all
    waiting = [(suite, list(own_mutants(suite))) for suite in suites]
    total, done = sum(len(those) for _, those in waiting), 0
    watch(done, total)
    result = []
    for suite, those in waiting:
        left = []
        judge = _Judge(suite)
        for mutant in those:
            if not judge.kills(mutant):
                left.append(judge.survivor(mutant, tries))
            done += 1
            watch(done, total)
        ordered = sorted(left, key=lambda one: one.span)
        result.append(Mutation(suite.ruleset.id, suite.cases.path, len(those), tuple(ordered)))
    return tuple(result)


def own_mutants(suite: Suite) -> Iterator[Mutant]:
    """The slips in what a ruleset says itself, and each of an overlay's changes undone."""
    ruleset, artifacts = suite.ruleset, suite.artifacts
    bases = artifacts.bases if artifacts is not None else ()
    own = Own(ruleset, bases)
    not_written = frozenset(_not_written(suite))
    inherited = frozenset(_inherited_members(ruleset, bases))
    not_stated = frozenset(_nowhere_stated(ruleset))
    for mutant in mutants(ruleset):
        if (
            own.says(mutant.place)
            and mutant.place not in not_written
            and (mutant.place, mutant.operator, mutant.operands) not in inherited
            and (mutant.operator, mutant.operands) not in not_stated
        ):
            yield mutant
    for base in bases:
        yield from undone(ruleset, base)


def _not_written(suite: Suite) -> Iterator[str]:
    """The notes that nobody wrote: composing adds a warning to what is from a foreign text."""
    if suite.artifacts is not None:
        layers = suite.artifacts.composition.layers
        written = {note.name.text for layer in layers for note in layer.tree.notes}
        yield from (name for name in suite.ruleset.notes if name not in written)


_Key = tuple[MutationOperator, tuple[Operand, ...]]
"""A kind of mistake with its operands."""


def _inherited_members(
    ruleset: CheckedRuleset, bases: Sequence[CheckedRuleset]
) -> Iterator[tuple[str, MutationOperator, tuple[Operand, ...]]]:
    """The mutants of a changed group that leave out what was a member in the base already."""
    here = groups(ruleset)
    for base in bases:
        for place, group in groups(base).items():
            for member in group.members:
                if place in here and member in here[place].members:
                    yield place, MutationOperator.REMOVE_MEMBER, (member,)


def _nowhere_stated(ruleset: CheckedRuleset) -> Iterator[_Key]:
    """The mutants that negate a parameter for which the text states nothing on any day.

    It is unknown either way, so no case can tell.
    """
    for name, parameter in ruleset.parameters.items():
        contents = [row.content for row in parameter.rows]
        if all(isinstance(one, Cell) and one.status == "not_stated" for one in contents):
            yield MutationOperator.NEGATE, (Holds(ParameterRef(name)),)


class _Judge:
    """The cases of one file, of which the one that killed last is asked first."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.original = trial_of(suite)
        # A case that fails without a slip says nothing about one.
        self.cases = [case for case in suite.cases.cases if self.original.passes(case)]
        self.places = places(suite.artifacts) if suite.artifacts is not None else {}

    def kills(self, mutant: Mutant) -> bool:
        """Return whether any case fails on the mutant."""
        trial = Trial(mutant.ruleset, self.original.facts)
        for place, case in enumerate(self.cases):
            if not trial.passes(case):
                self.cases.insert(0, self.cases.pop(place))
                return True
        return False

    def survivor(self, mutant: Mutant, tries: int) -> Survivor:
        """What is told of a mutant that nobody kills."""
        trial = Trial(mutant.ruleset, self.original.facts)
        path = self.suite.cases.path
        span = self.places.get(mutant.place) or self.places.get("") or Span.at(path)
        if not self.suite.cases.cases:
            return Survivor(mutant, span, "", 0)
        found = killing_case(self.suite.cases, self.original, trial, tries)
        return Survivor(mutant, span, found, tries)
