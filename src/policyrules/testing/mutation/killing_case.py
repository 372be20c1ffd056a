"""Finds a case that tells a ruleset from a mutant of it, and writes it as a case file would.

The facts of the cases that there are come first, then those with one fact moved to where the
ruleset turns, then with two. Nothing is drawn at random: the same files give the same case.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations
from typing import Any, Final

from policyrules.cases.reader import CaseFile
from policyrules.errors import EngineError, FactsError, NotInForce
from policyrules.ir.ruleset import CheckedRuleset, ListDeclaration
from policyrules.testing.mutation.expectation import (
    Expected,
    differing_expectation,
    full_expectation,
    minimal_expectation,
)
from policyrules.testing.mutation.perturb import Facts, perturbations
from policyrules.testing.ruleset_runner import RulesetRunner
from policyrules.text.fact_path import FactPath
from policyrules.values.calendar import shift_day

MAX_ATTEMPTS: Final = 3000
"""How many facts are tried to tell a mutant from its ruleset, unless you choose."""

NAME: Final = "…"
"""What stands for the sentence of law that the author has to find."""

_MAX_CASES_PER_DAY: Final = 2
"""Of how many cases the facts are moved on every day on which something turns."""


def killing_case(
    cases: CaseFile,
    original: RulesetRunner,
    mutant: RulesetRunner,
    max_attempts: int = MAX_ATTEMPTS,
) -> str:
    """A case on which the mutant fails, or nothing where none was found in so many max_attempts."""
    first = _facts(original, cases.facts) or {}
    seen: set[str] = set()
    otherwise, lists = "", original.ruleset.lists
    for on, facts in _candidates(cases, original, mutant):
        key = f"{on} {json.dumps(facts, sort_keys=True)}"
        if key in seen:
            continue
        seen.add(key)
        if len(seen) > max_attempts:
            break
        is_new = len(seen) > len(cases.cases)
        if is_new and original.observe(on, facts) == mutant.observe(on, facts):
            continue
        wanted, found = _observed(original, on, facts), _observed(mutant, on, facts)
        decides = minimal_expectation(wanted, found)
        if decides:
            return _written(on, first, facts, decides, lists)
        # That a figure is told with another value tells the two apart, but nothing follows from it.
        if not otherwise and (differs := differing_expectation(wanted, found)):
            otherwise = _written(on, first, facts, differs, lists)
    return otherwise


def _candidates(
    cases: CaseFile, original: RulesetRunner, mutant: RulesetRunner
) -> Iterator[tuple[date, Facts]]:
    known = []
    for case in cases.cases:
        facts = _facts(original, case.facts)
        if facts is not None:
            known.append((case.on, facts))
    yield from known
    days = sorted({*_days(original.ruleset), *_days(mutant.ruleset)})
    yield from ((day, facts) for day in days for _, facts in known)
    both = (original.ruleset, mutant.ruleset)
    for on, facts in known:
        yield from ((on, other) for _, other in perturbations(facts, *both))
    for _, facts in known[:_MAX_CASES_PER_DAY]:
        yield from ((day, other) for day in days for _, other in perturbations(facts, *both))
    for on, facts in known:
        for (one, _), (other, _) in combinations(perturbations(facts, *both), 2):
            if one.path != other.path:
                yield on, other.apply_to(one.apply_to(facts))


def _facts(original: RulesetRunner, facts: Mapping[str, object]) -> Facts | None:
    try:
        return original.reader.situation(facts).to_facts(original.ruleset)
    except FactsError:
        return None


def _days(ruleset: CheckedRuleset) -> Iterator[date]:
    """Every day on which something begins or ends, the day before it and the day behind it."""
    rows = [row for parameter in ruleset.parameters.values() for row in parameter.rows]
    ends = [(row.from_, row.to) for row in rows]
    for both in ((ruleset.in_force.from_, ruleset.in_force.to), *ends):
        for day in both:
            if day is not None:
                beside = (shift_day(day, -1), day, shift_day(day, 1))
                yield from (one for one in beside if one is not None)


def _observed(trial: RulesetRunner, on: date, facts: Mapping[str, Any]) -> Expected:
    try:
        return full_expectation(trial.decide(on, facts))
    except FactsError as error:
        codes = dict.fromkeys(problem.code for problem in error.problems)
        return {"error": ", ".join(codes)}
    except (NotInForce, EngineError) as error:
        return {"error": error.code}


# --- as a case file has it -----------------------------------------------------------------------


def _written(
    on: date, first: Facts, facts: Facts, expect: Expected, lists: Mapping[str, ListDeclaration]
) -> str:
    change = dict(_changes(first, facts, {name: one.key for name, one in lists.items()}))
    lines = [f"  - name: {on.year}年{on.month}月{on.day}日，{NAME}", f"    on: {on}"]
    if change:
        lines += ["    change:", *(f"      {_text(key)}: {_text(change[key])}" for key in change)]
    lines += ["    expect:", *(f"      {key}: {_text(one)}" for key, one in expect.items())]
    return "\n".join(lines) + "\n"


def _changes(first: Facts, facts: Facts, keys: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """What differs from the facts of the file: of a list with the same items, fact by fact."""
    for name in {**first, **facts}:
        before, after = first.get(name, _UNKNOWN), facts.get(name, _UNKNOWN)
        if before == after:
            continue
        key = keys.get(name, "")
        is_list = key and isinstance(before, list) and isinstance(after, list)
        if not is_list or [one[key] for one in before] != [one[key] for one in after]:
            yield name, after
            continue
        for old, new in zip(before, after, strict=True):
            for inner in {**old, **new}:
                if old.get(inner) != new.get(inner):
                    yield str(FactPath(name, inner, new[key])), new.get(inner, _UNKNOWN)


_UNKNOWN: Final = "unknown"

_PLAIN: Final = re.compile(r"[A-Za-z0-9_.%/ -]*[A-Za-z0-9_.%/-]")


def _text(data: Any) -> str:
    """Data in one line of YAML."""
    if isinstance(data, Mapping):
        return "{" + ", ".join(f"{_text(key)}: {_text(one)}" for key, one in data.items()) + "}"
    if isinstance(data, Sequence) and not isinstance(data, str):
        return "[" + ", ".join(map(_text, data)) + "]"
    return data if _PLAIN.fullmatch(data) else json.dumps(data, ensure_ascii=False)
