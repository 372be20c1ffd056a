"""Mutants of an overlay: one thing that it says of its base, reverted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import attrs

from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, Parameter, Value
from policyrules.testing.mutation.mutants import Mutant
from policyrules.testing.mutation.operators import Mistake, MutationOperator
from policyrules.testing.overrides import content_by_id

_REMOVED: Final = Mistake(MutationOperator.RESTORE_REMOVED)
_REPLACED: Final = Mistake(MutationOperator.RESTORE_NODE)


def revert_mutants(ruleset: CheckedRuleset, base: CheckedRuleset) -> Iterator[Mutant]:
    """The ruleset with one of the changes that it makes in a base left out, each in its turn.

    What is set or replaced is again what it was, what was removed is there again, what was added is
    gone.
    """
    whole = _with_base_declarations(ruleset, base)
    here, there = content_by_id(ruleset), content_by_id(base)
    if here["in_force"] != there["in_force"]:
        before = base.in_force
        period = attrs.evolve(ruleset.in_force, from_=before.from_, to=before.to)
        changed = attrs.evolve(ruleset, in_force=period)
        yield Mutant("in_force", Mistake(MutationOperator.RESTORE_PERIOD), changed)
    for name, parameter in base.parameters.items():
        if name in ruleset.parameters and here[name] != there[name]:
            changed = attrs.evolve(whole, parameters={**whole.parameters, name: parameter})
            yield Mutant(name, Mistake(MutationOperator.RESTORE_PARAMETER), changed)
    nodes: dict[str, Value | Condition] = {**base.every_value, **base.every_condition}
    for name, node in nodes.items():
        if name in here and here[name] != there[name]:
            own = _node(ruleset, name)
            if not _is_more_than_members(own, node, here):
                continue
            again = attrs.evolve(node, exceptions=own.exceptions)
            yield Mutant(name, _operator_for(node), _put(whole, name, again))
        yield from _exceptions(ruleset, whole, name, node, here, there)
    yield from _removed_conditions(whole, base, here)
    yield from _outcome(ruleset, whole, base)


def _is_more_than_members(
    own: Value | Condition, node: Value | Condition, here: Mapping[str, object]
) -> bool:
    """Return whether a group differs in more than the members that were removed or added."""
    if not isinstance(node, Condition) or not isinstance(own, Condition):
        return True
    now, before = own.test, node.test
    if not isinstance(now, Group) or not isinstance(before, Group):
        return True
    gone = {name for name in before.members if name not in now.members}
    return (now.kind, now.n) != (before.kind, before.n) or any(name in here for name in gone)


def _operator_for(node: Value | Condition) -> Mistake:
    is_group = isinstance(node, Condition) and isinstance(node.test, Group)
    return Mistake(MutationOperator.RESTORE_MEMBERS if is_group else MutationOperator.RESTORE_NODE)


def _exceptions(
    ruleset: CheckedRuleset,
    whole: CheckedRuleset,
    name: str,
    node: Value | Condition,
    here: Mapping[str, object],
    there: Mapping[str, object],
) -> Iterator[Mutant]:
    if name not in here:
        return
    own = _node(ruleset, name)
    for exception in node.exceptions:
        if exception.id not in here:
            again = attrs.evolve(own, exceptions=(*own.exceptions, exception))
            yield Mutant(exception.id, _REMOVED, _put(whole, name, again))
        elif here[exception.id] != there[exception.id]:
            kept = tuple(exception if one.id == exception.id else one for one in own.exceptions)
            again = attrs.evolve(own, exceptions=kept)
            yield Mutant(exception.id, _REPLACED, _put(whole, name, again))


def _removed_conditions(
    whole: CheckedRuleset, base: CheckedRuleset, here: Mapping[str, object]
) -> Iterator[Mutant]:
    """Conditions of the base that are gone, each a member again of the groups that are left."""
    for name in base.every_condition:
        if name in here:
            continue
        changed = whole
        if name in base.outcome.eligible.members:
            eligible = _joined(changed.outcome.eligible, name)
            changed = attrs.evolve(
                changed, outcome=attrs.evolve(changed.outcome, eligible=eligible)
            )
        for of, block in base.blocks.items():
            own = changed.blocks.get(of)
            if block.eligible is None or own is None or own.eligible is None:
                continue
            if name in block.eligible.members:
                blocks = {
                    **changed.blocks,
                    of: attrs.evolve(own, eligible=_joined(own.eligible, name)),
                }
                changed = attrs.evolve(changed, blocks=blocks)
        for id_, condition in base.every_condition.items():
            if id_ not in here or not isinstance(condition.test, Group):
                continue
            there = _node(changed, id_)
            if name in condition.test.members and isinstance(there.test, Group):
                again = attrs.evolve(there, test=_joined(there.test, name))
                changed = _put(changed, id_, again)
        if changed is not whole:
            yield Mutant(name, _REMOVED, changed)


def _outcome(
    ruleset: CheckedRuleset, whole: CheckedRuleset, base: CheckedRuleset
) -> Iterator[Mutant]:
    # A consequence that is there again would be no case's matter: what is not told it cannot say.
    outcome, before = ruleset.outcome, base.outcome
    if before.amount is not None:
        now = outcome.amount
        if now is None or (now.text, now.rounding) != (before.amount.text, before.amount.rounding):
            how = _REMOVED if now is None else _REPLACED
            changed = attrs.evolve(outcome, amount=before.amount)
            yield Mutant(before.amount.name, how, attrs.evolve(whole, outcome=changed))


def _with_base_declarations(ruleset: CheckedRuleset, base: CheckedRuleset) -> CheckedRuleset:
    """The ruleset with all that the base has besides, so that what comes back can be read.

    Nothing of it matters until something reads it: what is no member of a group decides nothing.
    """
    blocks = dict(ruleset.blocks)
    stretched = {name: _unbounded(one) for name, one in base.parameters.items()}
    for name, block in base.blocks.items():
        own = blocks.get(name)
        if own is not None:
            values = {**own.values, **_missing(block.values, ruleset.every_value)}
            conditions = {
                **own.conditions,
                **_missing(block.conditions, ruleset.every_condition),
            }
            blocks[name] = attrs.evolve(own, values=values, conditions=conditions)
        else:
            blocks[name] = block
    return attrs.evolve(
        ruleset,
        facts={**base.facts, **ruleset.facts},
        lists={**base.lists, **ruleset.lists},
        parameters={**stretched, **ruleset.parameters},
        values={**ruleset.values, **_missing(base.values, ruleset.every_value)},
        conditions={**ruleset.conditions, **_missing(base.conditions, ruleset.every_condition)},
        blocks=blocks,
        notes={**base.notes, **ruleset.notes},
        sources={**base.sources, **ruleset.sources},
    )


def _unbounded(parameter: Parameter) -> Parameter:
    """The parameter on any day: its first and its last row have no end."""
    rows = list(parameter.rows)
    rows[0] = attrs.evolve(rows[0], from_=None)
    rows[-1] = attrs.evolve(rows[-1], to=None)
    return attrs.evolve(parameter, rows=tuple(rows))


def _missing(there: Mapping[str, Any], here: Mapping[str, Any]) -> dict[str, Any]:
    return {name: node for name, node in there.items() if name not in here}


def _joined(group: Group, name: str) -> Group:
    members = (*(one for one in group.members if one != name), name)
    return attrs.evolve(group, members=members)


def _node(ruleset: CheckedRuleset, name: str) -> Any:
    return ruleset.every_value.get(name) or ruleset.every_condition[name]


def replace_rule(ruleset: CheckedRuleset, node: Value | Condition) -> CheckedRuleset:
    """The ruleset with a value or condition in the place of the one of its name."""
    name = node.name if isinstance(node, Value) else node.id
    return _put(ruleset, name, node)


def _put(ruleset: CheckedRuleset, name: str, node: Any) -> CheckedRuleset:
    section = "values" if isinstance(node, Value) else "conditions"
    if name in getattr(ruleset, section):
        changed: CheckedRuleset = _evolved(ruleset, section, name, node)
        return changed
    blocks = {
        of: _evolved(block, section, name, node) if name in getattr(block, section) else block
        for of, block in ruleset.blocks.items()
    }
    return attrs.evolve(ruleset, blocks=blocks)


def _evolved(holder: Any, section: str, name: str, node: Any) -> Any:
    return attrs.evolve(holder, **{section: {**getattr(holder, section), name: node}})
