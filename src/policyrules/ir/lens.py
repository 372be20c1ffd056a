"""Find and replace single nodes of a checked ruleset by their ids.

The ids are those of the author: names of parameters and values, ids of conditions, exceptions and
notes. Three are fixed: `in_force`, `eligible`, and `hire.eligible` for the items of a list.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final, TypeAlias, TypeVar

import attrs

from policyrules.ir.day_rows import readings_of, with_rows_of
from policyrules.ir.ruleset import (
    AmountRule,
    CheckedRuleset,
    Condition,
    Constraint,
    Group,
    ItemRules,
    Note,
    Outcome,
    Parameter,
    Period,
    RuleException,
    Value,
)

Node: TypeAlias = (
    Period | Parameter | Value | Condition | RuleException | Group | AmountRule | Constraint | Note
)
"""A node that has an id of its own."""

_Holder = TypeVar("_Holder", CheckedRuleset, ItemRules, Outcome)

IN_FORCE: Final = "in_force"
ELIGIBLE: Final = "eligible"


def eligibility_id(block: ItemRules) -> str:
    """Return the id of the group that makes an item of a block eligible, such as `hire.eligible`.

    >>> import policyrules
    >>> hiring = policyrules.load("cn-jl/job-expansion-subsidy").ruleset
    >>> [eligibility_id(block) for block in hiring.item_rules.values()]
    ['hire.eligible']
    """
    return f"{block.item_name}.eligible"


def iter_nodes(ruleset: CheckedRuleset) -> Iterator[tuple[str, Node]]:
    """Yield every node with its id, in the order of the declarations.

    The exceptions of a value or a condition follow it.
    """
    yield IN_FORCE, ruleset.in_force
    yield from ((name, node) for name, node in ruleset.parameters.items() if not node.reading)
    yield from _values_and_conditions(ruleset.values)
    for block in ruleset.item_rules.values():
        yield from _values_and_conditions(block.values)
        yield from _values_and_conditions(block.conditions)
        if block.eligible is not None:
            yield eligibility_id(block), block.eligible
    yield from _values_and_conditions(ruleset.conditions)
    yield ELIGIBLE, ruleset.outcome.eligible
    yield from ruleset.outcome.amounts.items()
    yield from ((rule.id, rule) for rule in ruleset.constraints)
    yield from ruleset.notes.items()


def _values_and_conditions(
    nodes: Mapping[str, Value] | Mapping[str, Condition],
) -> Iterator[tuple[str, Node]]:
    for node_id, node in nodes.items():
        yield node_id, node
        yield from ((exception.id, exception) for exception in node.exceptions)


def replace_node(ruleset: CheckedRuleset, node_id: str, node: Node) -> CheckedRuleset:
    """Return the ruleset with `node` in place of the node `node_id`, which has the same type.

    Raises:
        KeyError: the ruleset has no node of this type with this id.

    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").ruleset
    >>> changed = replace_node(refund, "eligible", Group("any", ("subject",)))
    >>> changed.outcome.eligible.kind, refund.outcome.eligible.kind
    ('any', 'all')
    """
    match node:
        case Period():
            _require(node_id == IN_FORCE, node_id)
            return attrs.evolve(ruleset, in_force=node)
        case Parameter():
            return _replace_parameter(ruleset, node_id, node)
        case Note():
            return _with_entry(ruleset, "notes", node_id, node)
        case Value():
            return _replace_in_section(ruleset, "values", node_id, node)
        case Condition():
            return _replace_in_section(ruleset, "conditions", node_id, node)
        case RuleException():
            return _replace_exception(ruleset, node_id, node)
        case Group():
            return _replace_eligible(ruleset, node_id, node)
        case AmountRule():
            outcome = _with_entry(ruleset.outcome, "amounts", node_id, node)
            return attrs.evolve(ruleset, outcome=outcome)
        case Constraint():
            return attrs.evolve(ruleset, constraints=_replace_by_id(ruleset.constraints, node))


def _replace_parameter(ruleset: CheckedRuleset, name: str, node: Parameter) -> CheckedRuleset:
    """Replace a parameter; its readings on other days have its rows."""
    changed = _with_entry(ruleset, "parameters", name, node)
    for reading in readings_of(ruleset, name):
        changed = _with_entry(changed, "parameters", reading.name, with_rows_of(reading, node))
    return changed


def _require(exists: bool, node_id: str) -> None:  # noqa: FBT001 - the one condition
    if not exists:
        raise KeyError(node_id)


def remove_node(ruleset: CheckedRuleset, node_id: str) -> CheckedRuleset:
    """Return the ruleset without an exception or a constraint, which nothing refers to.

    Raises:
        KeyError: the ruleset has no such node.
    """
    if any(rule.id == node_id for rule in ruleset.constraints):
        rest = tuple(rule for rule in ruleset.constraints if rule.id != node_id)
        return attrs.evolve(ruleset, constraints=rest)
    owner_id, owner = _owner(ruleset, node_id)
    rest_of_owner = tuple(exception for exception in owner.exceptions if exception.id != node_id)
    return replace_node(ruleset, owner_id, attrs.evolve(owner, exceptions=rest_of_owner))


def _replace_exception(
    ruleset: CheckedRuleset, node_id: str, node: RuleException
) -> CheckedRuleset:
    owner_id, owner = _owner(ruleset, node_id)
    exceptions = _replace_by_id(owner.exceptions, node)
    return replace_node(ruleset, owner_id, attrs.evolve(owner, exceptions=exceptions))


def _owner(ruleset: CheckedRuleset, exception_id: str) -> tuple[str, Value | Condition]:
    """Return the value or condition that has an exception."""
    owners: Mapping[str, Value | Condition] = {**ruleset.all_values, **ruleset.all_conditions}
    for node_id, node in owners.items():
        if any(exception.id == exception_id for exception in node.exceptions):
            return node_id, node
    raise KeyError(exception_id)


def _replace_eligible(ruleset: CheckedRuleset, node_id: str, group: Group) -> CheckedRuleset:
    if node_id == ELIGIBLE:
        return attrs.evolve(ruleset, outcome=attrs.evolve(ruleset.outcome, eligible=group))
    for name, block in ruleset.item_rules.items():
        if block.eligible is not None and eligibility_id(block) == node_id:
            return _with_entry(ruleset, "item_rules", name, attrs.evolve(block, eligible=group))
    raise KeyError(node_id)


def _replace_in_section(
    ruleset: CheckedRuleset, section: str, node_id: str, node: Value | Condition
) -> CheckedRuleset:
    """Replace a value or a condition, of the ruleset or of the block that has it."""
    if node_id in getattr(ruleset, section):
        return _with_entry(ruleset, section, node_id, node)
    for name, block in ruleset.item_rules.items():
        if node_id in getattr(block, section):
            return _with_entry(
                ruleset, "item_rules", name, _with_entry(block, section, node_id, node)
            )
    raise KeyError(node_id)


def _with_entry(holder: _Holder, section: str, node_id: str, node: object) -> _Holder:
    """Replace one entry of a mapping that is a field of `holder`."""
    entries = getattr(holder, section)
    if node_id not in entries:
        raise KeyError(node_id)
    changed: Any = {section: {**entries, node_id: node}}
    return attrs.evolve(holder, **changed)


def _replace_by_id(nodes: tuple[Any, ...], node: Any) -> tuple[Any, ...]:
    """Replace the node with the same id."""
    if all(existing.id != node.id for existing in nodes):
        raise KeyError(node.id)
    return tuple(node if existing.id == node.id else existing for existing in nodes)
