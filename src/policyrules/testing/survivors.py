"""Survivors: the mutants of a ruleset on which every case of its file passes."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence

import attrs

from policyrules.cases.reader import Case
from policyrules.cases.suites import Suite, select
from policyrules.source import Span
from policyrules.testing.killing import TRIES, killing_case
from policyrules.testing.mutants import Mutant, mutants
from policyrules.testing.own import Own
from policyrules.testing.places import places
from policyrules.testing.trial import Trial, Watch, trial_of, unwatched
from policyrules.testing.undone import undone


@attrs.frozen
class Survivor:
    """A mutant on which every case passes.

    `case` is a case to put into the file, on which the mutant fails; it is empty if none was found
    in as many `tries`, and then the two may mean the same.
    """

    mutant: Mutant
    span: Span
    case: str
    tries: int

    def __str__(self) -> str:
        return f"{self.span.path}:{self.span.line}: {self.mutant}"


@attrs.frozen
class Mutation:
    """What the cases of a ruleset say to its mutants: how many there are, and which survive."""

    ruleset: str
    path: str
    tried: int
    survivors: tuple[Survivor, ...]


def survivors(
    paths: Sequence[str | os.PathLike[str]] = (), *, tries: int = TRIES, watch: Watch = unwatched
) -> tuple[Mutation, ...]:
    """Runs the cases of rulesets on their mutants: of those shipped, unless you choose.

    Of an overlay the mutants are those of what it says itself, and what it changes left undone.

    Args:
        paths: rulesets, by their ids or their paths, case files, and folders of both. A file with
            anything wrong in it is left out; `run_cases()` says what is wrong.
        tries: how many facts are tried to find a case on which a survivor would fail.
        watch: is called with how many mutants are done, and of how many.

    Raises:
        RulesetNotFound: a path leads nowhere; the message has the nearest id.

    >>> from policyrules.testing import survivors
    >>> [hohhot] = survivors(["cn-nm-150100/retention-training-subsidy"])
    >>> hohhot.tried, hohhot.survivors
    (4, ())
    """
    suites = select([os.fspath(path) for path in paths]).suites
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
    bases = suite.parts.below if suite.parts is not None else ()
    own = Own(suite.ruleset, bases)
    for mutant in mutants(suite.ruleset):
        if own.says(mutant.place):
            yield mutant
    for base in bases:
        yield from undone(suite.ruleset, base)


class _Judge:
    """The cases of one file, of which the one that killed last is asked first."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite
        self.original = trial_of(suite)
        self.cases: list[Case] = list(suite.cases.cases)
        self.places = places(suite.parts) if suite.parts is not None else {}

    def kills(self, mutant: Mutant) -> bool:
        """Whether any case fails on the mutant."""
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
        found = killing_case(self.suite.cases, self.original, trial, tries)
        return Survivor(mutant, span, found, tries)
