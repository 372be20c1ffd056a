"""The lens: nodes are found and replaced by id, and nothing else changes."""

from typing import Final

import attrs
import pytest
from tests.support.shipped import shipped

from policyrules.ir.lens import Node, iter_nodes, remove_node, replace_node
from policyrules.ir.nodes import BoolTest, YesNo
from policyrules.ir.ruleset import (
    AmountRule,
    CheckedRuleset,
    Condition,
    Constraint,
    Group,
    Note,
    Parameter,
    Period,
    RuleException,
    Value,
)

IDS: Final = (
    "cn-nm/job-stabilisation-refund",
    "cn-jl/job-expansion-subsidy",
    "cn-nm/grassroots-senior-title",
)
NEVER: Final = BoolTest(YesNo(False))


def ruleset(id_: str) -> CheckedRuleset:
    return shipped(id_).ruleset


def changed(node: Node) -> Node:
    """Return a node of the same type and id that differs from `node`."""
    match node:
        case Period():
            return Period(None, None, node.provenance)
        case Parameter():
            return attrs.evolve(node, open=not node.open)
        case Group():
            return attrs.evolve(node, members=node.members[1:])
        case RuleException() | Note():
            return attrs.evolve(node, when=NEVER)
        case Condition() | Constraint():
            return attrs.evolve(node, test=NEVER)
        case Value():
            return attrs.evolve(node, input_fact="employer.nothing")
        case AmountRule():
            return attrs.evolve(node, expression=NEVER)


@pytest.mark.parametrize("id_", IDS)
def test_no_two_nodes_have_one_id(id_: str) -> None:
    ids = [node_id for node_id, _ in iter_nodes(ruleset(id_))]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("id_", IDS)
def test_a_node_that_replaces_itself_changes_nothing(id_: str) -> None:
    rules = ruleset(id_)
    for node_id, node in iter_nodes(rules):
        assert replace_node(rules, node_id, node) == rules, node_id


@pytest.mark.parametrize("id_", IDS)
def test_a_replaced_node_is_found_again_and_every_other_node_is_as_before(id_: str) -> None:
    rules = ruleset(id_)
    before = dict(iter_nodes(rules))
    for node_id, node in before.items():
        after = dict(iter_nodes(replace_node(rules, node_id, changed(node))))
        assert after[node_id] == changed(node) != node, node_id
        exceptions = [exception.id for exception in getattr(node, "exceptions", ())]
        owners = [
            owner
            for owner, other in before.items()
            if node_id in [inner.id for inner in getattr(other, "exceptions", ())]
        ]
        others = before.keys() - {node_id, *exceptions, *owners}
        assert {place: after[place] for place in others} == {
            place: before[place] for place in others
        }


@pytest.mark.parametrize("id_", IDS)
def test_a_removed_exception_or_rule_about_facts_is_gone_and_nothing_else(id_: str) -> None:
    rules = ruleset(id_)
    before = dict(iter_nodes(rules))
    removable = [
        node_id for node_id, node in before.items() if isinstance(node, (RuleException, Constraint))
    ]
    for node_id in removable:
        assert before.keys() - dict(iter_nodes(remove_node(rules, node_id))).keys() == {node_id}


NODES: Final = {type(node).__name__: node for _, node in iter_nodes(ruleset(IDS[0]))}


@pytest.mark.parametrize("node", NODES.values(), ids=NODES)
def test_an_id_that_no_node_of_the_type_has_is_an_error(node: Node) -> None:
    if isinstance(node, (RuleException, Constraint)):
        node = attrs.evolve(node, id="nothing")
    with pytest.raises(KeyError):
        replace_node(ruleset(IDS[0]), "nothing", node)


def test_a_node_that_others_refer_to_cannot_be_removed() -> None:
    with pytest.raises(KeyError):
        remove_node(ruleset(IDS[0]), "layoffs")
