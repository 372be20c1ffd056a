"""Facts that cannot lie in the future: end their ranges at the day, and refuse later ones.

The readers of facts do not know the day of the decision, so a later fact is refused only here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import attrs

from policyrules.errors import FactProblem, FactsError
from policyrules.evaluation.situation import KnownFact, Situation
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.types import Kind
from policyrules.text.fact_path import FactPath, local_name
from policyrules.values.calendar import figure_text, truncate

_SPANS: Final[Mapping[Kind, str]] = {
    Kind.DATE: "day",
    Kind.MONTH: "month",
    Kind.CALENDAR_YEAR: "year",
}


def end_past_facts(ruleset: CheckedRuleset, on: date) -> CheckedRuleset:
    """Return the ruleset with the range of every past fact ending at a day.

    A range that begins after the day stays as declared: to end it would leave an unknown fact
    without any value, and a rule could conclude anything from that.
    """
    ended = {name: _end_at(fact, on) for name, fact in ruleset.facts.items() if fact.is_past}
    return attrs.evolve(ruleset, facts={**ruleset.facts, **ended}) if ended else ruleset


def _end_at(fact: Fact, on: date) -> Fact:
    last = _latest(fact, on)
    if (fact.low is not None and fact.low > last) or (fact.high is not None and fact.high <= last):
        return fact
    return attrs.evolve(fact, high=last)


def refuse_future_facts(past: Mapping[str, Fact], on: date, situation: Situation) -> None:
    """Refuse known facts that are declared as past and lie after the day of the decision.

    Raises:
        FactsError: there are such facts; each problem names both days.
    """
    if past and (problems := list(_problems(past, on, situation))):
        raise FactsError(problems)


def _problems(past: Mapping[str, Fact], on: date, situation: Situation) -> Iterator[FactProblem]:
    for path, fact, known in _known_past_facts(past, situation):
        entries = known.figure if isinstance(known.figure, tuple) else (known.figure,)
        for entry in entries:
            if isinstance(entry, int) and entry > _latest(fact, on):
                yield _problem(path, fact, entry, on)


def _known_past_facts(
    past: Mapping[str, Fact], situation: Situation
) -> Iterator[tuple[str, Fact, KnownFact]]:
    """Yield the known facts of the case and of its items, each with its path."""
    for name, known in situation.known.items():
        if name in past:
            yield name, past[name], known
    for list_name, items in situation.lists.items():
        for item in items:
            for name, known in item.known.items():
                if name in past:
                    path = FactPath(list_name, local_name(name), item.key)
                    yield str(path), past[name], known


def _problem(path: str, fact: Fact, figure: int, on: date) -> FactProblem:
    kind = fact.type.entry_kind or fact.type.kind
    span = _SPANS[kind]
    limit = f"the {span} of the decision"
    day = "" if kind is Kind.DATE else f" on {on.isoformat()}"
    return FactProblem(
        "in-the-future",
        (path,),
        f"`{path}` lies after {limit}",
        f"`{figure_text(kind, figure)}`",
        f"{figure_text(kind, _latest(fact, on))} or earlier, {limit}{day}",
        "correct it, or decide on a later day",
    )


def _latest(fact: Fact, on: date) -> int:
    """Return the day of the decision, or its month or year, as a figure of the fact."""
    return truncate(fact.type.entry_kind or fact.type.kind, on.toordinal())
