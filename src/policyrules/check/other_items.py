"""Check what rules of items read of other items: only what reads no other items itself."""

from __future__ import annotations

from collections import deque

from policyrules.check.state import CheckState
from policyrules.ir.nodes import ConditionRef, ParameterRef, Reference, ValueRef
from policyrules.ir.ruleset import Condition, Group, Value
from policyrules.ir.traverse import expressions_of, fellow_references, references


def check_other_items(state: CheckState) -> None:
    """Report a value of other items that reads other items: it would go through them once more."""
    for expression, span, _ in state.expressions:
        for fellow in fellow_references(expression):
            if _reads_other_items(state, fellow.reference):
                state.diagnostics.report(
                    "bad-expression",
                    span,
                    f"`{fellow.original_name}` reads other items itself",
                    expected="a fact, or a value that reads no other items",
                    remedy="read the facts that are meant",
                )


def _reads_other_items(state: CheckState, reference: Reference) -> bool:
    """Return whether the rules of items behind a reference go through other items."""
    seen: set[Reference] = set()
    waiting = deque([reference])
    while waiting:
        read = waiting.popleft()
        if read in seen:
            continue
        seen.add(read)
        if isinstance(read, ParameterRef):
            waiting += state.parameters[read.name].by
        rule = _rule_of_items(state, read)
        if rule is None:
            continue
        for text in expressions_of(rule):
            if any(True for _ in fellow_references(text)):
                return True
            waiting += references(text)
        if isinstance(rule, Condition) and isinstance(rule.test, Group):
            waiting += map(ConditionRef, rule.test.members)
    return False


def _rule_of_items(state: CheckState, reference: Reference) -> Value | Condition | None:
    """Return the value or the condition of a block that a reference names."""
    if isinstance(reference, ValueRef) and reference.name in state.scopes:
        return state.values[reference.name]
    if isinstance(reference, ConditionRef) and reference.name in _conditions_of_items(state):
        return state.conditions[reference.name]
    return None


def _conditions_of_items(state: CheckState) -> set[str]:
    return {condition.name.text for block in state.tree.lists for condition in block.conditions}
