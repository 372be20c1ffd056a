"""Coverage: what a ruleset says and no case of its file shows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

import attrs

from policyrules.api.conversion import AnyPaths, to_path_texts
from policyrules.cases.suites import Suite, select
from policyrules.evaluation.result import Evaluated, Evaluation
from policyrules.objects.representation import short_repr
from policyrules.testing.coverage.goals import Probe, probes
from policyrules.testing.overrides import Own
from policyrules.testing.ruleset_runner import Told, Trial, Watch, trial_of, unwatched
from policyrules.testing.source_map import places
from policyrules.text.span import Span
from policyrules.values.kleene import Truth, Verdict


@attrs.frozen(repr=False)
class Gap:
    """One thing that no case shows: `place` is the id of what it is about, `lacks` says what."""

    __repr__ = short_repr

    place: str
    lacks: str
    span: Span

    def __str__(self) -> str:
        return f"{self.span.path}:{self.span.line}: {self.lacks}"


@attrs.frozen(repr=False)
class Coverage:
    """What the cases of a ruleset show of it.

    `asked` is how many things they ought to show, `gaps` are those that none shows. `inherited` is
    how many places of the ruleset are taken over unchanged, `bases` whose cases answer for them.
    """

    __repr__ = short_repr

    ruleset: str
    path: str
    asked: int
    gaps: tuple[Gap, ...]
    inherited: int = 0
    bases: tuple[str, ...] = ()

    @property
    def shown(self) -> int:
        """How many of the things some case shows."""
        return self.asked - len(self.gaps)

    @property
    def is_complete(self) -> bool:
        """Return whether nothing is left that no case shows."""
        return not self.gaps


def coverage(paths: AnyPaths = (), *, watch: Watch = unwatched) -> tuple[Coverage, ...]:
    """What the cases of rulesets show of them: of those that are shipped, unless you choose.

    Args:
        paths: rulesets, by their ids or their paths, case files, and folders of both. A file with
            anything wrong in it is left out; `run_cases()` says what is wrong. A ruleset without a
            case file is not left out: nothing of it is shown.
        watch: is called with how many rulesets are done, and of how many.

    Raises:
        RulesetNotFound: a path leads nowhere; the message has the nearest id.

    >>> from policyrules.testing import coverage
    >>> [refund] = coverage(["cn-nm/job-stabilisation-refund"])
    >>> refund.is_complete
    True
    """
    suites = select(to_path_texts(paths)).all
    watch(0, len(suites))
    found = []
    for done, suite in enumerate(suites, 1):
        found.append(coverage_of(suite))
        watch(done, len(suites))
    return tuple(found)


def coverage_of(suite: Suite) -> Coverage:
    """What the cases of one file show of their ruleset."""
    ruleset, artifacts = suite.ruleset, suite.artifacts
    own = Own(ruleset, artifacts.bases if artifacts is not None else ())
    where = places(artifacts) if artifacts is not None else {}
    lines = _Lines(where, Span.at(suite.cases.path))
    seen = _Seen.of(suite)
    gaps = list(_in_force(suite, own, lines))
    asked = len(list(_ends(suite, own)))
    for probe in probes(ruleset):
        if not own.touches(probe.place):
            continue
        asked += 1
        if not seen.shows(probe):
            gaps.append(Gap(probe.place, probe.lacks, lines.of(probe.at, probe.place)))
    for name, lacks in seen.notes(own):
        asked += 1
        if lacks:
            gaps.append(Gap(name, lacks, lines.of(name)))
    ordered = sorted(gaps, key=lambda gap: (gap.span, gap.lacks))
    inherited = len(own.inherited) if own.bases else 0
    bases = tuple(base.id for base in own.bases)
    return Coverage(ruleset.id, suite.cases.path, asked, tuple(ordered), inherited, bases)


@attrs.frozen
class _Lines:
    """The place of every node, or that of the file."""

    places: Mapping[str, Span]
    otherwise: Span

    def of(self, *names: str) -> Span:
        found = (self.places[name] for name in (*names, "") if name in self.places)
        return next(found, self.otherwise)


# --- the time in force ---------------------------------------------------------------------------


def _ends(suite: Suite, own: Own) -> Iterator[tuple[str, date, bool]]:
    """The ends of the time in force, each with whether it is asked what is before it."""
    period = suite.ruleset.in_force
    if own.says("in_force"):
        for name, end in (("from", period.from_), ("to", period.to)):
            if end is not None:
                yield name, end, True
                yield name, end, False


def _in_force(suite: Suite, own: Own, lines: _Lines) -> Iterator[Gap]:
    days = {case.on for case in suite.cases.cases}
    for name, end, before in _ends(suite, own):
        is_early = [day < end if name == "from" else day <= end for day in days]
        if before not in is_early:
            side = "before" if before else "from" if name == "from" else "after"
            if name == "to" and before:
                side = "until"
            lacks = f"no case {side} {end}, `{name}` of the time in force"
            yield Gap("in_force", lacks, lines.of("in_force"))


# --- all else ------------------------------------------------------------------------------------


@attrs.frozen
class _Seen:
    """The cases as the ruleset itself decides them, those with an error apart."""

    trial: Trial
    cases: Sequence[tuple[date, Mapping[str, object], Told, Evaluation]]

    @classmethod
    def of(cls, suite: Suite) -> _Seen:
        trial, cases = trial_of(suite), []
        for case in suite.cases.cases:
            told, evaluation = trial.told(case.on, case.facts)
            if evaluation is not None:
                cases.append((case.on, case.facts, told, evaluation))
        return cls(trial, cases)

    def notes(self, own: Own) -> Iterator[tuple[str, str]]:
        """For every note with a `when` that it is carried, and that it is not; or what lacks."""
        carried = [
            told.notes.union(*(item.notes for item in told.items.values()))
            for _, _, told, _ in self.cases
        ]
        for name, note in self.trial.ruleset.notes.items():
            if note.when is not None and own.touches(name):
                is_in = {name in one for one in carried}
                yield name, "" if True in is_in else f"no case in which `{name}` is carried"
                yield name, "" if False in is_in else f"no case in which `{name}` is not carried"

    def shows(self, probe: Probe) -> bool:
        """Return whether any case shows what the probe is about."""
        other = Trial(probe.ruleset, self.trial.facts)
        for on, facts, told, evaluation in self.cases:
            if not _may_show(probe, evaluation):
                continue
            found, _ = other.told(on, facts)
            if probe.kind not in {"condition", "part"}:
                if found != told:
                    return True
            elif _decides(probe, evaluation, told, found):
                return True
        return False


def _may_show(probe: Probe, evaluation: Evaluation) -> bool:
    """Return whether the condition or the `when` of the exception has the wanted truth anywhere."""
    if probe.truth is None:
        return True
    return any(_is_so(probe, one) for one in _evaluated(evaluation))


def _evaluated(evaluation: Evaluation) -> Iterable[Evaluated]:
    yield evaluation
    for items in evaluation.items.values():
        yield from items.items


def _is_so(probe: Probe, evaluated: Evaluated) -> bool:
    """Return whether it has the wanted truth, or is unknown where no fact can settle it."""
    verdict: Verdict | None
    if probe.atom is not None:
        verdict = evaluated.atoms.get(probe.atom)
    elif probe.kind == "exception":
        verdict = evaluated.whens.get(probe.place)
    else:
        verdict = evaluated.conditions.get(probe.place)
    if verdict is None:
        return False
    return verdict.truth is probe.truth or _is_left_open(verdict)


def _is_left_open(verdict: Verdict) -> bool:
    """Return whether the text leaves it open: an open list, or a figure that is not stated."""
    return verdict.truth is None and not verdict.support.needs


def _decides(probe: Probe, evaluation: Evaluation, told: Told, found: Told) -> bool:
    """Return whether the outcome, of the case or of an item, would be the other one."""
    if not probe.list:
        return _turns(probe, evaluation, told.outcome, found.outcome)
    return any(
        _turns(probe, item, told.items[key].outcome, found.items[key].outcome)
        for item in evaluation.items[probe.list].items
        if _is_so(probe, item) and (key := (probe.list, item.key)) in found.items
    )


def _turns(probe: Probe, evaluated: Evaluated, before: Truth, after: Truth) -> bool:
    if after is None or after is before:
        return False
    verdict = evaluated.conditions.get(probe.place)
    left_open = verdict is not None and _is_left_open(verdict)
    return before is not None or left_open
