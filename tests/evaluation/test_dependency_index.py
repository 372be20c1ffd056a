"""The index of dependencies: equal to the traversal of the ruleset, for every expression."""

from datetime import date

import policyrules
from policyrules.evaluation.dependency_index import DependencyIndex
from policyrules.ir.nodes import Expression, ValueRef
from policyrules.ir.ruleset import CheckedRuleset, Condition, Value
from policyrules.ir.traverse import atoms, expressions_of, fact_dependencies, value_dependencies

REFUND = policyrules.load("cn-nm/job-stabilisation-refund")


def expressions(ruleset: CheckedRuleset) -> list[Expression]:
    rules: list[Value | Condition] = [*ruleset.values.values(), *ruleset.conditions.values()]
    whole = [node for rule in rules for node in expressions_of(rule)]
    return [
        *whole,
        *(atom for node in whole for atom in atoms(node)),
        *map(ValueRef, ruleset.values),
    ]


def test_the_index_gives_what_the_traversal_gives_when_asked_again_too() -> None:
    ruleset = REFUND.on(date(2022, 11, 25)).dated.ruleset
    index = DependencyIndex(ruleset)
    nodes = expressions(ruleset)
    assert any(value_dependencies(ruleset, node) for node in nodes)
    for node in [*nodes, *nodes]:
        assert index.facts(node) == fact_dependencies(ruleset, node)
        assert index.values(node) == value_dependencies(ruleset, node)


def test_a_dated_ruleset_keeps_one_index_for_all_decisions() -> None:
    dated = REFUND.on(date(2022, 11, 25)).dated
    assert dated.dependency_index is dated.dependency_index
