"""Coverage: the goals of a ruleset, and those that no case of its file reaches."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

import attrs

from policyrules.api.conversion import AnyPaths, to_path_texts
from policyrules.cases.suites import Suite, discover_suites
from policyrules.evaluation.result import Evaluation, RuleResults
from policyrules.objects.representation import short_repr
from policyrules.testing.coverage.goals import CoverageGoal, coverage_goals
from policyrules.testing.overrides import OverrideSet
from policyrules.testing.progress import ProgressCallback, no_progress
from policyrules.testing.ruleset_runner import (
    EvaluatedCase,
    Observation,
    RulesetRunner,
    SuiteRunner,
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
    """The coverage of a ruleset: its goals, those that its cases reach, and the `gaps`.

    `inherited` counts the nodes that the ruleset inherits unchanged from `bases`: the cases of the
    bases cover them.
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
        """The number of goals that some case reaches."""
        return self.goals - len(self.gaps)

    @property
    def is_complete(self) -> bool:
        """Return whether the cases reach every goal."""
        return not self.gaps


def coverage(
    paths: AnyPaths = (), *, progress: ProgressCallback = no_progress
) -> tuple[Coverage, ...]:
    """Return the coverage of rulesets by their cases; without paths, of the shipped rulesets.

    Args:
        paths: rulesets, by their ids or their paths, case files, and folders of both. A file with
            an error is left out; `run_cases()` reports it. A ruleset without a case file reaches
            no goal.
        progress: is called with the number of rulesets that are done, and their total.

    Raises:
        RulesetNotFound: a path leads nowhere; the message has the nearest id.

    >>> from policyrules.testing import coverage
    >>> [refund] = coverage(["cn-nm/job-stabilisation-refund"])
    >>> refund.is_complete
    True
    """
    suites = discover_suites(to_path_texts(paths)).all
    return coverage_of([SuiteRunner(suite) for suite in suites], progress=progress)


def coverage_of(
    runners: Sequence[SuiteRunner], *, progress: ProgressCallback = no_progress
) -> tuple[Coverage, ...]:
    """Return the coverage of each suite."""
    progress(0, len(runners))
    reports = []
    for done, runner in enumerate(runners, 1):
        reports.append(_coverage(runner))
        progress(done, len(runners))
    return tuple(reports)


def _coverage(runner: SuiteRunner) -> Coverage:
    suite = runner.suite
    ruleset, artifacts = suite.ruleset, suite.artifacts
    overrides = OverrideSet(ruleset, artifacts.bases if artifacts is not None else ())
    spans = _SpanLookup(
        spans_by_id(artifacts) if artifacts is not None else {}, Span.empty_at(suite.cases.path)
    )
    n_goals, gaps = 0, []
    for gap in _validity_goals(suite, overrides, spans):
        n_goals += 1
        gaps += [gap] if gap is not None else []
    for goal in coverage_goals(ruleset):
        if overrides.affects(goal.node_id):
            n_goals += 1
            if not _is_reached(goal, runner):
                gaps.append(Gap(goal.node_id, goal.message, spans.find(goal.span_id, goal.node_id)))
    for node_id, message in _note_goals(runner, overrides):
        n_goals += 1
        if message:
            gaps.append(Gap(node_id, message, spans.find(node_id)))
    return Coverage(
        ruleset=ruleset.id,
        path=suite.cases.path,
        goals=n_goals,
        gaps=tuple(sorted(gaps, key=lambda gap: (gap.span, gap.message))),
        inherited=len(overrides.inherited_ids) if overrides.bases else 0,
        bases=tuple(base.id for base in overrides.bases),
    )


@attrs.frozen
class _SpanLookup:
    """The span of every node by its id; `default` is the case file."""

    spans: Mapping[str, Span]
    default: Span

    def find(self, *node_ids: str) -> Span:
        """Return the span of the first id that has one."""
        candidates = (self.spans[id_] for id_ in (*node_ids, "") if id_ in self.spans)
        return next(candidates, self.default)


# --- the period in force -------------------------------------------------------------------------


def _validity_goals(
    suite: Suite, overrides: OverrideSet, spans: _SpanLookup
) -> Iterator[Gap | None]:
    """Yield the gap or None of each goal of the period in force: a case on both sides of an end."""
    if not overrides.overrides("in_force"):
        return
    period, days = suite.ruleset.in_force, {case.on for case in suite.cases.cases}
    sides: list[tuple[str, date, str, bool]] = []
    if period.from_ is not None:
        start = period.from_
        sides.append(("from", start, "before", any(day < start for day in days)))
        sides.append(("from", start, "from", any(day >= start for day in days)))
    if period.to is not None:
        end = period.to
        sides.append(("to", end, "until", any(day <= end for day in days)))
        sides.append(("to", end, "after", any(day > end for day in days)))
    for key, day, side, is_covered in sides:
        message = f"no case {side} {day}, `{key}` of the period in force"
        yield None if is_covered else Gap("in_force", message, spans.find("in_force"))


# --- notes ---------------------------------------------------------------------------------------


def _note_goals(runner: SuiteRunner, overrides: OverrideSet) -> Iterator[tuple[str, str]]:
    """Yield each goal of a note with `when`, and its message if no case reaches it."""
    disclosed = [
        case.observation.notes.union(*(item.notes for item in case.observation.items.values()))
        for case in runner.evaluated_cases
    ]
    for node_id, note in runner.suite.ruleset.notes.items():
        if note.when is not None and overrides.affects(node_id):
            is_disclosed = {node_id in notes for notes in disclosed}
            yield node_id, "" if True in is_disclosed else f"no case where `{node_id}` is disclosed"
            message = f"no case where `{node_id}` is not disclosed"
            yield node_id, "" if False in is_disclosed else message


# --- all other nodes -----------------------------------------------------------------------------


def _is_reached(goal: CoverageGoal, runner: SuiteRunner) -> bool:
    """Return whether some case reaches the goal."""
    mutant = RulesetRunner(goal.ruleset, runner.runner.reader)
    for evaluated in runner.evaluated_cases:
        if not _may_reach(goal, evaluated.evaluation):
            continue
        case = evaluated.case
        observation = mutant.observe(case.on, case.facts, case.assuming)
        if goal.kind not in {"condition", "atom"}:
            if observation != evaluated.observation:
                return True
        elif _changes_outcome(goal, evaluated, observation):
            return True
    return False


def _may_reach(goal: CoverageGoal, evaluation: Evaluation) -> bool:
    """Return whether the node has the truth of the goal, in the case or in one of its items."""
    if goal.truth is None:
        return True
    return any(_has_truth(goal, result) for result in _case_and_items(evaluation))


def _case_and_items(evaluation: Evaluation) -> Iterator[RuleResults]:
    yield evaluation
    for items in evaluation.items.values():
        yield from items.items


def _has_truth(goal: CoverageGoal, result: RuleResults) -> bool:
    """Return whether the node has the truth of the goal, or is unknown whatever the facts."""
    verdict: Verdict | None
    if goal.atom is not None:
        verdict = result.atoms.get(goal.atom)
    elif goal.kind == "exception":
        verdict = result.exception_guards.get(goal.node_id)
    else:
        verdict = result.conditions.get(goal.node_id)
    if verdict is None:
        return False
    return verdict.truth is goal.truth or _is_unknown_for_all_facts(verdict)


def _is_unknown_for_all_facts(verdict: Verdict) -> bool:
    """Return whether the text leaves the node open: by an open list or a figure not stated."""
    return verdict.truth is None and not verdict.dependencies.missing_inputs


def _changes_outcome(
    goal: CoverageGoal, evaluated: EvaluatedCase, observation: Observation
) -> bool:
    """Return whether the outcome of the case, or of an item, is inverted."""
    before = evaluated.observation
    if not goal.list:
        return _is_inverted(goal, evaluated.evaluation, before.outcome, observation.outcome)
    return any(
        _is_inverted(goal, item, before.items[key].outcome, observation.items[key].outcome)
        for item in evaluated.evaluation.items[goal.list].items
        if _has_truth(goal, item) and (key := (goal.list, item.key)) in observation.items
    )


def _is_inverted(goal: CoverageGoal, result: RuleResults, before: Truth, after: Truth) -> bool:
    if after is None or after is before:
        return False
    verdict = result.conditions.get(goal.node_id)
    return before is not None or (verdict is not None and _is_unknown_for_all_facts(verdict))
