"""Mutants of an overlay: each reverts one override to the base."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final, TypeVar

import attrs

from policyrules.ir.lens import replace_node
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, Parameter, Value
from policyrules.testing.mutation.mutants import Mutant
from policyrules.testing.mutation.operators import Mistake, MutationOperator
from policyrules.testing.overrides import content_by_id, groups_by_id

_REMOVAL_REVERTED: Final = Mistake(MutationOperator.RESTORE_REMOVED)
_REPLACEMENT_REVERTED: Final = Mistake(MutationOperator.RESTORE_NODE)
_MEMBERS_REVERTED: Final = Mistake(MutationOperator.RESTORE_MEMBERS)

_Declaration = TypeVar("_Declaration")


def revert_mutants(ruleset: CheckedRuleset, base: CheckedRuleset) -> Iterator[Mutant]:
    """Yield one mutant per override, with that override reverted to the base.

    Setting and replacing are undone, removals restored. An addition has no mutant here: a mutant of
    `mutants()` leaves it out.
    """
    # A reverted node may read declarations that only the base has.
    extended = _with_base_declarations(ruleset, base)
    content, base_content = content_by_id(ruleset), content_by_id(base)
    if content["in_force"] != base_content["in_force"]:
        before = base.in_force
        period = attrs.evolve(ruleset.in_force, from_=before.from_, to=before.to)
        changed = replace_node(ruleset, "in_force", period)
        yield Mutant("in_force", Mistake(MutationOperator.RESTORE_PERIOD), changed)
    for name, parameter in base.parameters.items():
        is_declared = name not in base.row_tables | ruleset.row_tables
        if is_declared and name in ruleset.parameters and content[name] != base_content[name]:
            mistake = Mistake(MutationOperator.RESTORE_PARAMETER)
            yield Mutant(name, mistake, replace_node(extended, name, parameter))
    nodes = _rules_by_id(ruleset)
    for node_id, base_node in _rules_by_id(base).items():
        if node_id not in nodes:
            continue
        node = nodes[node_id]
        if content[node_id] != base_content[node_id]:
            if not _is_more_than_members(node, base_node, content):
                continue
            reverted = _reverted(extended, base, node, base_node)
            yield Mutant(node_id, _mistake(base_node), reverted)
        yield from _revert_exceptions(extended, node_id, node, base_node, content, base_content)
    yield from _restore_members(extended, base, content)
    yield from _revert_amounts(ruleset, extended, base)


def _reverted(
    extended: CheckedRuleset,
    base: CheckedRuleset,
    node: Value | Condition,
    base_node: Value | Condition,
) -> CheckedRuleset:
    """Return the ruleset with a rule of the base; it keeps its exceptions, unless it has rows."""
    name = base_node.name if isinstance(base_node, Value) else base_node.id
    rows = base_node.last_row if isinstance(base_node, Value) else None
    if rows is not None:
        extended = replace_node(extended, rows.table, base.parameters[rows.table])
    elif not (isinstance(node, Value) and node.last_row is not None):
        base_node = attrs.evolve(base_node, exceptions=node.exceptions)
    return replace_node(extended, name, base_node)


def _rules_by_id(ruleset: CheckedRuleset) -> Mapping[str, Value | Condition]:
    return {**ruleset.all_values, **ruleset.all_conditions}


def _is_more_than_members(
    node: Value | Condition, base_node: Value | Condition, content: Mapping[str, object]
) -> bool:
    """Return whether a group differs in more than members that were removed or added.

    Removed members are restored by `_restore_members`, in all groups at once.
    """
    if not isinstance(base_node, Condition) or not isinstance(node, Condition):
        return True
    group, base_group = node.test, base_node.test
    if not isinstance(group, Group) or not isinstance(base_group, Group):
        return True
    dropped = {name for name in base_group.members if name not in group.members}
    is_other_kind = (group.kind, group.n) != (base_group.kind, base_group.n)
    return is_other_kind or any(name in content for name in dropped)


def _mistake(base_node: Value | Condition) -> Mistake:
    is_group = isinstance(base_node, Condition) and isinstance(base_node.test, Group)
    return _MEMBERS_REVERTED if is_group else _REPLACEMENT_REVERTED


def _revert_exceptions(
    extended: CheckedRuleset,
    node_id: str,
    node: Value | Condition,
    base_node: Value | Condition,
    content: Mapping[str, object],
    base_content: Mapping[str, object],
) -> Iterator[Mutant]:
    # A row of a table is reverted with its value.
    for exception in (each for each in base_node.exceptions if each.bands is None):
        if exception.id not in content:
            restored = attrs.evolve(node, exceptions=(*node.exceptions, exception))
            yield Mutant(exception.id, _REMOVAL_REVERTED, replace_node(extended, node_id, restored))
        elif content[exception.id] != base_content[exception.id]:
            yield Mutant(
                exception.id, _REPLACEMENT_REVERTED, replace_node(extended, exception.id, exception)
            )


def _restore_members(
    extended: CheckedRuleset, base: CheckedRuleset, content: Mapping[str, object]
) -> Iterator[Mutant]:
    """Restore each condition that was removed as a member of the groups that remain."""
    groups = groups_by_id(extended)
    for name in base.all_conditions:
        if name in content:
            continue
        changed = extended
        for group_id, base_group in groups_by_id(base).items():
            if name in base_group.members and group_id in groups and group_id in content:
                changed = _replace_group(changed, group_id, _with_member(groups[group_id], name))
        if changed is not extended:
            yield Mutant(name, _REMOVAL_REVERTED, changed)


def _replace_group(ruleset: CheckedRuleset, group_id: str, group: Group) -> CheckedRuleset:
    """Replace an eligibility group, or the group of a condition."""
    condition = ruleset.all_conditions.get(group_id)
    if condition is None:
        return replace_node(ruleset, group_id, group)
    return replace_node(ruleset, group_id, attrs.evolve(condition, test=group))


def _with_member(group: Group, name: str) -> Group:
    return attrs.evolve(
        group, members=(*(member for member in group.members if member != name), name)
    )


def _revert_amounts(
    ruleset: CheckedRuleset, extended: CheckedRuleset, base: CheckedRuleset
) -> Iterator[Mutant]:
    # A restored consequence is not a mutant: a case cannot expect that something is not stated.
    amounts = ruleset.outcome.amounts
    for name, base_amount in base.outcome.amounts.items():
        amount = amounts.get(name)
        if amount is not None and (amount.expression, amount.rounding) == (
            base_amount.expression,
            base_amount.rounding,
        ):
            continue
        mistake = _REMOVAL_REVERTED if amount is None else _REPLACEMENT_REVERTED
        outcome = attrs.evolve(ruleset.outcome, amounts={**amounts, name: base_amount})
        yield Mutant(name, mistake, attrs.evolve(extended, outcome=outcome))


def _with_base_declarations(ruleset: CheckedRuleset, base: CheckedRuleset) -> CheckedRuleset:
    """Return the ruleset with every declaration that only the base has.

    None of them matters until something reads it: a condition that is a member of no group decides
    nothing.
    """
    blocks = dict(ruleset.item_rules)
    parameters = {name: _unbounded(parameter) for name, parameter in base.parameters.items()}
    for name, base_block in base.item_rules.items():
        block = blocks.get(name)
        if block is None:
            blocks[name] = base_block
            continue
        values = {**block.values, **_only_in_base(base_block.values, ruleset.all_values)}
        conditions = {
            **block.conditions,
            **_only_in_base(base_block.conditions, ruleset.all_conditions),
        }
        blocks[name] = attrs.evolve(block, values=values, conditions=conditions)
    return attrs.evolve(
        ruleset,
        facts={**base.facts, **ruleset.facts},
        lists={**base.lists, **ruleset.lists},
        parameters={**parameters, **ruleset.parameters},
        values={**ruleset.values, **_only_in_base(base.values, ruleset.all_values)},
        conditions={**ruleset.conditions, **_only_in_base(base.conditions, ruleset.all_conditions)},
        item_rules=blocks,
        notes={**base.notes, **ruleset.notes},
        sources={**base.sources, **ruleset.sources},
    )


def _unbounded(parameter: Parameter) -> Parameter:
    """Return the parameter with a row for every day: its first and its last row have no end."""
    rows = list(parameter.rows)
    rows[0] = attrs.evolve(rows[0], from_=None)
    rows[-1] = attrs.evolve(rows[-1], to=None)
    return attrs.evolve(parameter, rows=tuple(rows))


def _only_in_base(
    base: Mapping[str, _Declaration], declared: Mapping[str, object]
) -> dict[str, _Declaration]:
    """Return the declarations of the base that are not declared here."""
    return {name: node for name, node in base.items() if name not in declared}
