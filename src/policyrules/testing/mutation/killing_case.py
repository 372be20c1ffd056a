"""Search for a case that kills a mutant, and format it for a case file.

The search tries the facts of the existing cases first, then those facts with one change, then with
two. It is deterministic: the same files give the same case.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Any, Final

from policyrules.cases.reader import CaseFile
from policyrules.cases.run import FactsData
from policyrules.errors import EngineError, FactsError, NotInForce
from policyrules.ir.ruleset import CheckedRuleset, ListDeclaration
from policyrules.syntax.pretty_printer import print_data
from policyrules.testing.change_days import edge_days
from policyrules.testing.mutation.expectation import (
    Expected,
    differing_expectation,
    full_expectation,
    minimal_expectation,
)
from policyrules.testing.mutation.perturb import perturbations
from policyrules.testing.ruleset_runner import RulesetRunner
from policyrules.text.fact_path import FactPath
from policyrules.values.calendar import shift_day

MAX_ATTEMPTS: Final = 3000
"""The default number of facts to try for one mutant."""

NAME_PLACEHOLDER: Final = "…"
"""Stands for the sentence of law that the author has to write."""

_MAX_CASES_PER_DAY: Final = 2
"""The number of cases whose facts are changed on every day on which something changes."""

_UNKNOWN: Final = "unknown"


def killing_case(
    cases: CaseFile,
    original: RulesetRunner,
    mutant: RulesetRunner,
    max_attempts: int = MAX_ATTEMPTS,
) -> str:
    """Return the text of a case that kills the mutant; empty if no attempt finds one."""
    file_facts = _to_facts(original, cases.facts) or {}
    tried: set[str] = set()
    fallback, lists = "", original.ruleset.lists
    for on, facts in _candidates(cases, original, mutant):
        key = f"{on} {json.dumps(facts, sort_keys=True)}"
        if key in tried:
            continue
        tried.add(key)
        if len(tried) > max_attempts:
            break
        is_of_a_case = len(tried) <= len(cases.cases)
        if not is_of_a_case and original.observe(on, facts) == mutant.observe(on, facts):
            continue
        expected, actual = _expectation_of(original, on, facts), _expectation_of(mutant, on, facts)
        expectation = minimal_expectation(expected, actual)
        if expectation:
            return _format_case(on, file_facts, facts, expectation, lists)
        # Another value tells the two apart, but has no consequence: the search goes on.
        if not fallback and (expectation := differing_expectation(expected, actual)):
            fallback = _format_case(on, file_facts, facts, expectation, lists)
    return fallback


def _candidates(
    cases: CaseFile, original: RulesetRunner, mutant: RulesetRunner
) -> Iterator[tuple[date, FactsData]]:
    """Yield days and facts, those nearest to the existing cases first."""
    existing = [
        (case.on, facts)
        for case in cases.cases
        if (facts := _to_facts(original, case.facts)) is not None
    ]
    rulesets = (original.ruleset, mutant.ruleset)
    days = sorted({day for ruleset in rulesets for day in _neighbouring_days(ruleset)})
    yield from existing
    yield from ((day, facts) for day in days for _, facts in existing)
    for on, facts in existing:
        yield from ((on, changed) for _, changed in perturbations(facts, *rulesets))
    for _, facts in existing[:_MAX_CASES_PER_DAY]:
        yield from (
            (day, changed) for day in days for _, changed in perturbations(facts, *rulesets)
        )
    for on, facts in existing:
        for (first, _), (second, _) in combinations(perturbations(facts, *rulesets), 2):
            if first.path != second.path:
                yield on, second.apply_to(first.apply_to(facts))


def _to_facts(original: RulesetRunner, facts: FactsData) -> FactsData | None:
    """Return the facts of a case as exact texts; None if they are wrong."""
    try:
        return original.reader.situation(facts).to_facts(original.ruleset)
    except FactsError:
        return None


def _neighbouring_days(ruleset: CheckedRuleset) -> Iterator[date]:
    """Yield each day on which something changes, the day before it and the day after it."""
    for day in edge_days(ruleset):
        yield from (neighbour for n in (-1, 0, 1) if (neighbour := shift_day(day, n)) is not None)


def _expectation_of(runner: RulesetRunner, on: date, facts: FactsData) -> Expected:
    """Return everything that a case could expect of these facts."""
    try:
        return full_expectation(runner.decide(on, facts))
    except FactsError as error:
        codes = dict.fromkeys(problem.code for problem in error.problems)
        return {"error": ", ".join(codes)}
    except (NotInForce, EngineError) as error:
        return {"error": error.code}


# --- the text of a case --------------------------------------------------------------------------


def _format_case(
    on: date,
    file_facts: FactsData,
    facts: FactsData,
    expectation: Expected,
    lists: Mapping[str, ListDeclaration],
) -> str:
    key_names = {name: declaration.key for name, declaration in lists.items()}
    change = dict(_changes(file_facts, facts, key_names))
    lines = [f"  - name: {on.year}年{on.month}月{on.day}日，{NAME_PLACEHOLDER}", f"    on: {on}"]
    if change:
        lines += ["    change:", *_block_lines(change)]
    lines += ["    expect:", *_block_lines(expectation)]
    return "".join(f"{line}\n" for line in lines)


def _block_lines(data: Mapping[str, Any]) -> Iterator[str]:
    for key, content in data.items():
        text = print_data(content, flow=isinstance(content, (dict, list)))
        yield f"      {print_data(key, flow=False)}: {text}"


def _changes(
    file_facts: FactsData, facts: FactsData, key_names: Mapping[str, str]
) -> Iterator[tuple[str, Any]]:
    """Yield the paths and values that differ from the facts of the file.

    A list with the same items differs fact by fact.
    """
    for name in {**file_facts, **facts}:
        before, after = file_facts.get(name, _UNKNOWN), facts.get(name, _UNKNOWN)
        if before == after:
            continue
        key = key_names.get(name, "")
        are_items = key and isinstance(before, list) and isinstance(after, list)
        if not are_items or [item[key] for item in before] != [item[key] for item in after]:
            yield name, after
            continue
        for old, new in zip(before, after, strict=True):
            for fact in {**old, **new}:
                if old.get(fact) != new.get(fact):
                    yield str(FactPath(name, fact, new[key])), new.get(fact, _UNKNOWN)
