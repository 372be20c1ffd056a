"""Coverage: what a ruleset says and no case of its file shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import attrs

from policyrules.api.conversion import AnyPaths, to_path_texts
from policyrules.cases.suites import Suite, discover_suites
from policyrules.evaluation.result import Evaluation, RuleResults
from policyrules.objects.representation import short_repr
from policyrules.testing.coverage.goals import CoverageGoal, coverage_goals
from policyrules.testing.overrides import OverrideSet
from policyrules.testing.ruleset_runner import (
    Observation,
    ProgressCallback,
    RulesetRunner,
    no_progress,
    runner_for,
)
from policyrules.testing.source_map import spans_by_id
from policyrules.text.span import Span
from policyrules.values.kleene import Truth, Verdict


@attrs.frozen(repr=False)
class Gap:
    """A coverage goal of the node `node_id` that no case reaches; `message` says which."""

    __repr__ = short_repr

    node_id: str
    message: str
    span: Span

    def __str__(self) -> str:
        return f"{self.span.path}:{self.span.line}: {self.message}"


@attrs.frozen(repr=False)
class Coverage:
    """What the cases of a ruleset show of it.

    `goals` is how many things they ought to show, `gaps` are those that none shows. `inherited` is
    how many places of the ruleset are taken over unchanged, `bases` whose cases answer for them.
    """

    __repr__ = short_repr

    ruleset: str
    path: str
    goals: int
    gaps: tuple[Gap, ...]
    inherited: int = 0
    bases: tuple[str, ...] = ()

    @property
    def covered(self) -> int:
        """How many of the things some case shows."""
        return self.goals - len(self.gaps)

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is left that no case shows."""
        return not self.gaps


def coverage(
    paths: AnyPaths = (), *, progress: ProgressCallback = no_progress
) -> tuple[Coverage, ...]:
    """What the cases of rulesets show of them: of those that are shipped, unless you choose.

    Args:
        paths: rulesets, by their ids or their paths, case files, and folders of both. A file with
            anything wrong in it is left out; `run_cases()` says what is wrong. A ruleset without a
            case file is not left out: nothing of it is shown.
        progress: is called with how many rulesets are done, and of how many.

    Raises:
        RulesetNotFound: a path leads nowhere; the message has the nearest id.

    >>> from policyrules.testing import coverage
    >>> [refund] = coverage(["cn-nm/job-stabilisation-refund"])
    >>> refund.is_complete
    True
    """
    suites = discover_suites(to_path_texts(paths)).all
    progress(0, len(suites))
    found = []
    for done, suite in enumerate(suites, 1):
        found.append(coverage_of(suite))
        progress(done, len(suites))
    return tuple(found)


def coverage_of(suite: Suite) -> Coverage:
    """What the cases of one file show of their ruleset."""
    ruleset, artifacts = suite.ruleset, suite.artifacts
    own = OverrideSet(ruleset, artifacts.bases if artifacts is not None else ())
    where = spans_by_id(artifacts) if artifacts is not None else {}
    lines = _SpanLookup(where, Span.empty_at(suite.cases.path))
    seen = _CaseResults.of(suite)
    gaps = list(_in_force(suite, own, lines))
    goals = len(list(_validity_ends(suite, own)))
    for goal in coverage_goals(ruleset):
        if not own.affects(goal.node_id):
            continue
        goals += 1
        if not seen.shows(goal):
            gaps.append(Gap(goal.node_id, goal.message, lines.find(goal.span_id, goal.node_id)))
    for name, message in seen.notes(own):
        goals += 1
        if message:
            gaps.append(Gap(name, message, lines.find(name)))
    ordered = sorted(gaps, key=lambda gap: (gap.span, gap.message))
    inherited = len(own.inherited_ids) if own.bases else 0
    bases = tuple(base.id for base in own.bases)
    return Coverage(ruleset.id, suite.cases.path, goals, tuple(ordered), inherited, bases)


@attrs.frozen
class _SpanLookup:
    """The span of every node by its id; `default` is the case file."""

    spans: Mapping[str, Span]
    default: Span

    def find(self, *node_ids: str) -> Span:
        """Return the span of the first id that has one."""
        candidates = (self.spans[id_] for id_ in (*node_ids, "") if id_ in self.spans)
        return next(candidates, self.default)


# --- the time in force ---------------------------------------------------------------------------


def _validity_ends(suite: Suite, own: OverrideSet) -> Iterator[tuple[str, date, bool]]:
    """The ends of the time in force, each with whether it is goals what is before it."""
    period = suite.ruleset.in_force
    if own.overrides("in_force"):
        for name, end in (("from", period.from_), ("to", period.to)):
            if end is not None:
                yield name, end, True
                yield name, end, False


def _in_force(suite: Suite, own: OverrideSet, lines: _SpanLookup) -> Iterator[Gap]:
    days = {case.on for case in suite.cases.cases}
    for name, end, before in _validity_ends(suite, own):
        is_early = [day < end if name == "from" else day <= end for day in days]
        if before not in is_early:
            side = "before" if before else "from" if name == "from" else "after"
            if name == "to" and before:
                side = "until"
            message = f"no case {side} {end}, `{name}` of the period in force"
            yield Gap("in_force", message, lines.find("in_force"))


# --- all else ------------------------------------------------------------------------------------


@attrs.frozen
class _CaseResults:
    """The cases as the ruleset itself decides them, those with an error apart."""

    trial: RulesetRunner
    cases: Sequence[tuple[date, Mapping[str, object], Observation, Evaluation]]

    @classmethod
    def of(cls, suite: Suite) -> _CaseResults:
        trial, cases = runner_for(suite), []
        for case in suite.cases.cases:
            told, evaluation = trial.told(case.on, case.facts)
            if evaluation is not None:
                cases.append((case.on, case.facts, told, evaluation))
        return cls(trial, cases)

    def notes(self, own: OverrideSet) -> Iterator[tuple[str, str]]:
        """For every note with a `when` that it is carried, and that it is not; or the message."""
        carried = [
            told.notes.union(*(item.notes for item in told.items.values()))
            for _, _, told, _ in self.cases
        ]
        for name, note in self.trial.ruleset.notes.items():
            if note.when is not None and own.affects(name):
                is_in = {name in one for one in carried}
                yield name, "" if True in is_in else f"no case where `{name}` is disclosed"
                yield name, "" if False in is_in else f"no case where `{name}` is not disclosed"

    def shows(self, goal: CoverageGoal) -> bool:
        """Return whether any case shows what the goal is about."""
        other = RulesetRunner(goal.ruleset, self.trial.facts)
        for on, facts, told, evaluation in self.cases:
            if not _may_show(goal, evaluation):
                continue
            found, _ = other.told(on, facts)
            if goal.kind not in {"condition", "atom"}:
                if found != told:
                    return True
            elif _decides(goal, evaluation, told, found):
                return True
        return False


def _may_show(goal: CoverageGoal, evaluation: Evaluation) -> bool:
    """Return whether the condition or the `when` of the exception has the wanted truth anywhere."""
    if goal.truth is None:
        return True
    return any(_is_so(goal, one) for one in _evaluated(evaluation))


def _evaluated(evaluation: Evaluation) -> Iterable[RuleResults]:
    yield evaluation
    for items in evaluation.items.values():
        yield from items.items


def _is_so(goal: CoverageGoal, evaluated: RuleResults) -> bool:
    """Return whether it has the wanted truth, or is unknown where no fact can settle it."""
    verdict: Verdict | None
    if goal.atom is not None:
        verdict = evaluated.atoms.get(goal.atom)
    elif goal.kind == "exception":
        verdict = evaluated.exception_guards.get(goal.node_id)
    else:
        verdict = evaluated.conditions.get(goal.node_id)
    if verdict is None:
        return False
    return verdict.truth is goal.truth or _is_left_open(verdict)


def _is_left_open(verdict: Verdict) -> bool:
    """Return whether the text leaves it open: an open list, or a figure that is not stated."""
    return verdict.truth is None and not verdict.dependencies.missing_inputs


def _decides(
    goal: CoverageGoal, evaluation: Evaluation, told: Observation, found: Observation
) -> bool:
    """Return whether the outcome, of the case or of an item, would be the other one."""
    if not goal.list:
        return _turns(goal, evaluation, told.outcome, found.outcome)
    return any(
        _turns(goal, item, told.items[key].outcome, found.items[key].outcome)
        for item in evaluation.items[goal.list].items
        if _is_so(goal, item) and (key := (goal.list, item.key)) in found.items
    )


def _turns(goal: CoverageGoal, evaluated: RuleResults, before: Truth, after: Truth) -> bool:
    if after is None or after is before:
        return False
    verdict = evaluated.conditions.get(goal.node_id)
    left_open = verdict is not None and _is_left_open(verdict)
    return before is not None or left_open
