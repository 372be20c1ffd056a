"""Trials of refined decisions: boundary cases of a ruleset with facts left out, and completions."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping
from fractions import Fraction
from typing import Any

import attrs

from policyrules.api.policy import DatedPolicy, Policy
from policyrules.cases.suites import discover_suites
from policyrules.decisions.decision import Decision
from policyrules.errors import FactsError, NotInForce
from policyrules.evaluation.situation import KnownFact, Situation
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind
from policyrules.testing.boundaries.thresholds import thresholds
from policyrules.values.exact import Exact, normalize

COMPLETIONS = 50


@attrs.define
class Trials:
    """What trials of several rulesets found; `faults` are sentences about contradictions."""

    faults: list[str] = attrs.field(factory=list)
    counts: Counter[str] = attrs.field(factory=Counter)


@attrs.frozen
class _Case:
    on: DatedPolicy
    situation: Situation


def complete_cases(policy: Policy, path: str) -> list[_Case]:
    """The cases of the file beside a ruleset of which the quick decision asks for nothing."""
    result = []
    for suite in discover_suites([path]).suites:
        for case in suite.cases.cases:
            try:
                on = policy.on(case.on)
                situation = policy.intake.read(case.facts)
                if not on.decide(situation, exact=False).missing:
                    result.append(_Case(on, situation))
            except (FactsError, NotInForce):
                continue
    return result


def near_figures(policy: Policy) -> Mapping[str, list[KnownFact]]:
    """The values at which each fact of the case is tried: its words, or beside its thresholds."""
    limits = thresholds(policy.ruleset)
    return {
        name: [*_values(fact, limits.get(name, ()))] for name, fact in policy.ruleset.facts.items()
    }


def _values(fact: Fact, limits: tuple[Exact, ...]) -> Iterator[KnownFact]:
    type_ = fact.type
    if type_.none is not None:
        yield KnownFact(None)
    if type_.kind is Kind.YES_NO:
        yield from (KnownFact(True), KnownFact(False))
    elif type_.kind.is_ordered:
        places = 0 if type_.kind is Kind.COUNT or type_.kind.is_calendar else type_.places or 4
        step = Fraction(1, 10**places)
        ends = [end for end in (fact.low, fact.high) if end is not None]
        around = [limit + shift for limit in limits for shift in (-step, 0, step)]
        for figure in {normalize(each) for each in (*around, *(ends if not limits else ends[:1]))}:
            is_inside = not ends or min(ends) <= figure <= max(ends)
            if is_inside and (not type_.kind.is_calendar or isinstance(figure, int)):
                yield KnownFact(figure, places)
    else:
        yield from map(KnownFact, type_.words)


def try_ruleset(policy: Policy, path: str, n_cases: int, seed: int, trials: Trials) -> None:
    """Leave one to three facts out of boundary cases, and compare with completions."""
    drawn = random.Random(f"{policy.id}/{seed}")
    values = near_figures(policy)
    cases = complete_cases(policy, path)
    tried = 0
    for _ in range(n_cases * 4):
        if tried >= n_cases or not cases:
            return
        case = drawn.choice(cases)
        known = dict(case.situation.known)
        movable = [name for name in known if values.get(name)]
        if not movable:
            continue
        moved = drawn.choice(movable)
        known[moved] = drawn.choice(values[moved])
        names = drawn.sample(movable, min(len(movable), drawn.randint(1, 3)))
        rest = {name: fact for name, fact in known.items() if name not in names}
        full = attrs.evolve(case.situation, known=known)
        if _decide(case.on, full) is None:
            continue
        tried += 1
        _try_case(case.on, attrs.evolve(full, known=rest), full, names, values, drawn, trials)


def _decide(on: DatedPolicy, situation: Situation, *, exact: bool = False) -> Decision | None:
    """The decision, or None for facts that are refused."""
    ruleset = on.policy.ruleset
    try:
        facts = situation.to_facts(ruleset)
        return on.decide(on.policy.intake.read(facts), exact=exact, engine="reference")
    except FactsError:
        return None


def _try_case(
    on: DatedPolicy,
    partial: Situation,
    full: Situation,
    names: list[str],
    values: Mapping[str, list[KnownFact]],
    drawn: random.Random,
    trials: Trials,
) -> None:
    quick = _decide(on, partial)
    on.decide(full, exact=False, engine="reference")
    exact = _decide(on, partial, exact=True)
    if exact is not None:
        _ = exact.amount, exact.missing, exact.unsettled
    if exact is None or quick is None:
        if quick is not None:
            trials.counts["refused in every piece"] += 1
            if _decide(on, full) is not None:
                trials.faults.append(
                    f"{on.policy.id}: refused, but {full.to_facts(on.policy.ruleset)}"
                )
        return
    counts = trials.counts
    counts["decisions"] += 1
    counts["quick undetermined"] += quick.status == "undetermined"
    counts["undetermined"] += exact.status == "undetermined"
    counts["quick asked"] += len(quick.missing)
    counts["asked"] += len(exact.missing)
    counts["not known"] += sum(missing.is_needed is False for missing in exact.missing)
    counts["quick conflicts"] += sum(point.reason == "conflict" for point in quick.unsettled)
    counts["conflicts"] += sum(point.reason == "conflict" for point in exact.unsettled)
    counts["quick exact amounts"] += quick.amount is not None and quick.amount.status == "exact"
    counts["exact amounts"] += exact.amount is not None and exact.amount.status == "exact"
    counts["cut off"] += bool(exact.refinement and exact.refinement.cut_off)
    here = f"{on.policy.id} {on.day} {partial.to_facts(on.policy.ruleset)}"
    if exact.refinement is not None and exact.refinement.pieces > exact.refinement.budget:
        trials.faults.append(f"{here}: {exact.refinement}")
    if quick.status not in {"undetermined", exact.status}:
        trials.faults.append(f"{here}: {quick.status} became {exact.status}")
    more = attrs.evolve(partial, known={**partial.known, names[0]: full.known[names[0]]})
    with_more = _decide(on, more, exact=True)
    if with_more is not None:
        _compare(exact, with_more, f"{here} and {names[0]}", trials)
        _compare_open(exact, with_more, f"{here} and {names[0]}", trials)
    asked = {name for missing in exact.missing for name in (missing.fact, *missing.alternatives)}
    for _ in range(COMPLETIONS):
        chosen = {name: drawn.choice(values[name]) for name in names}
        completion = attrs.evolve(partial, known={**partial.known, **chosen})
        decided = _decide(on, completion)
        if decided is None:
            continue
        counts["completions"] += 1
        _compare(exact, decided, f"{here} with {chosen}", trials)
        dropped = [name for name in names if name not in asked]
        if exact.status == "undetermined" and dropped:
            name = drawn.choice(dropped)
            other = attrs.evolve(
                completion, known={**completion.known, name: drawn.choice(values[name])}
            )
            second = _decide(on, other)
            if second is not None and not (decided.missing or second.missing):
                counts["changes of facts not asked for"] += 1
                if _result(second) != _result(decided):
                    trials.faults.append(f"{here}: {name} fell away, but changes {chosen}")


def _result(decision: Decision) -> tuple[Any, ...]:
    amounts = decision.amounts.values()
    figures = [(amount.status, amount.value, amount.min, amount.max) for amount in amounts]
    return (decision.status, figures)


def _compare(wide: Decision, narrow: Decision, here: str, trials: Trials) -> None:
    """Report what a decision with fewer facts decided and one with more facts undoes."""
    if wide.status not in {"undetermined", narrow.status}:
        trials.faults.append(f"{here}: {wide.status} became {narrow.status}")
    first, second = wide.amount, narrow.amount
    if first is None or second is None or second.status == "not_applicable":
        return
    if first.status == "exact" and (second.status, second.value) != ("exact", first.value):
        trials.faults.append(f"{here}: amount {first} became {second}")
    if first.status in {"range", "undetermined"} and second.status == "exact":
        figure = second.value
        assert figure is not None
        if (first.min is not None and figure < first.min) or (
            first.max is not None and figure > first.max
        ):
            trials.faults.append(f"{here}: {figure} outside {first.min}..{first.max}")


def _compare_open(wide: Decision, narrow: Decision, here: str, trials: Trials) -> None:
    """Report bounds that one more fact widens, and facts and conflicts that it brings back."""
    first, second = wide.amount, narrow.amount
    if first is not None and second is not None and second.status in {"range", "undetermined"}:
        trials.counts["bounds with one more fact"] += 1
        is_lower = first.min is not None and (second.min is None or second.min < first.min)
        is_higher = first.max is not None and (second.max is None or second.max > first.max)
        if is_lower or is_higher:
            trials.faults.append(
                f"{here}: {first.min}..{first.max} became {second.min}..{second.max}"
            )
    returned = {each.fact for each in narrow.missing} - {each.fact for each in wide.missing}
    if returned:
        trials.faults.append(f"{here}: {returned} is asked for again")
    conflicts = {each.name for each in narrow.unsettled if each.reason == "conflict"}
    if not conflicts <= {each.name for each in wide.unsettled if each.reason == "conflict"}:
        trials.faults.append(f"{here}: {conflicts} is told anew")
