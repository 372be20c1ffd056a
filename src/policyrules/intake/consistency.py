"""Report known facts that violate a constraint of the vocabulary."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import attrs

from policyrules.diagnostics import listed
from policyrules.errors import FactProblem
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.terms import TermEvaluator
from policyrules.ir.ruleset import CheckedRuleset, Constraint
from policyrules.ir.traverse import fact_dependencies
from policyrules.ir.unparse import unparse
from policyrules.values.possible import Possible


def contradictions(ruleset: CheckedRuleset, situation: Situation) -> list[FactProblem]:
    """Return a problem for every constraint that the known facts violate for certain."""
    # Constraints read facts only, so any date serves, and no item results are needed.
    facts_alone = DatedRuleset(attrs.evolve(ruleset, item_rules={}), date.min, {})
    return [
        _problem(ruleset, rule, scope)
        for rule in ruleset.constraints
        for scope in _scopes(situation, rule.list)
        if TermEvaluator(facts_alone, scope, _reject_value).test(rule.test).truth is False
    ]


def _scopes(situation: Situation, list_: str) -> Iterator[Situation]:
    """Yield the situation itself, or the situation of each known item of the list."""
    if not list_:
        yield situation
        return
    for item in situation.lists.get(list_, ()):
        yield situation.for_item(list_, item)


def _reject_value(name: str) -> Possible:
    raise TypeError(f"a rule of the vocabulary reads the value `{name}`")


def _problem(ruleset: CheckedRuleset, rule: Constraint, scope: Situation) -> FactProblem:
    read_names = fact_dependencies(ruleset, rule.test)
    names = [name for name in read_names if name in scope.known]
    paths = [scope.fact_path(name) for name in names]
    lists = [name for name in read_names if name in scope.lists]
    conflicting = ", ".join(
        f"`{name}` is {scope.known[fact].text(ruleset.facts[fact].type)}"
        for name, fact in zip(paths, names, strict=True)
    )
    return FactProblem(
        "facts-disagree",
        (*paths, *lists),
        f"the facts cannot all be true: {listed([*paths, *lists])}",
        conflicting,
        f"`{unparse(rule.test)}`",
        "correct one of them, or leave one out",
    )
