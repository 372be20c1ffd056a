"""Sort values and conditions by their dependencies, and report cycles and too long chains."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Final

import attrs

from policyrules.check.names import block_name
from policyrules.check.state import CheckState
from policyrules.ir.nodes import (
    ConditionRef,
    EligibleRef,
    Expression,
    FactRef,
    ListRef,
    ParameterRef,
    Reference,
    ValueRef,
)
from policyrules.ir.ruleset import Condition, Group
from policyrules.ir.traverse import expressions_of, references

MAX_VALUES: Final = 1_000
"""The longest chain of values, each depending on the next; the longest policy has about 20."""

MAX_GROUPS: Final = 100
"""The deepest nesting of groups; JSON readers reject decisions with deeper nesting."""


@attrs.frozen
class _Limit:
    """The maximum length of a chain of definitions, and the remedy for a longer one.

    Only the names in `counted` have a length.
    """

    kind: str
    maximum: int
    remedy: str
    counted: Collection[str]


def order_definitions(state: CheckState) -> None:
    """Sort values and conditions so that each comes after its dependencies."""
    reported: set[str] = set()
    definitions = dict.fromkeys([*state.values, *map(block_name, state.blocks)])
    values = _topological_order(
        state,
        dict.fromkeys([*definitions, *state.conditions]),
        lambda name: _dependencies(state, name),
        _Limit("values", MAX_VALUES, "compute several of them in one expression", definitions),
        reported,
    )
    state.values = {name: state.values[name] for name in values if name in state.values}
    conditions = _topological_order(
        state,
        state.conditions,
        lambda name: _conditions_in(state.conditions[name]),
        _Limit(
            "conditions",
            MAX_GROUPS,
            "name the members of the inner groups in the outer ones",
            state.conditions,
        ),
        reported,
    )
    state.conditions = {name: state.conditions[name] for name in conditions}


def _dependencies(state: CheckState, name: str) -> Iterable[str]:
    """Yield the names that a value or a condition reads, or the members of a block's eligibility.

    The eligibility of items has the name of their block. Values and conditions are ordered, and not
    whole blocks: a value of the case may read a value of items that reads another of the case.
    """
    if name in state.conditions:
        yield from _names_in_condition(state, state.conditions[name])
    elif name in state.values:
        for expression in expressions_of(state.values[name]):
            yield from _names_in(state, expression)
    else:
        group = state.item_eligible.get(name.removeprefix("lists."))
        yield from () if group is None else group.members


def _names_in_condition(state: CheckState, condition: Condition) -> Iterable[str]:
    # A group that contains itself was reported by `check_groups`.
    yield from (member for member in _members(condition) if member != condition.id)
    for expression in expressions_of(condition):
        yield from _names_in(state, expression)


def _conditions_in(condition: Condition) -> Iterable[str]:
    """Yield the conditions that a condition reads directly: its members, and those under `held`."""
    yield from (member for member in _members(condition) if member != condition.id)
    for expression in expressions_of(condition):
        for reference in references(expression):
            if isinstance(reference, ConditionRef):
                yield reference.name


def _names_in(state: CheckState, expression: Expression) -> Iterable[str]:
    for reference in references(expression):
        yield from _names_of_reference(state, reference)


def _names_of_reference(state: CheckState, reference: Reference) -> Iterable[str]:
    match reference:
        case ValueRef(name) | ConditionRef(name):
            yield name
        case ParameterRef(name):
            for key in state.parameters[name].by:
                yield from _names_of_reference(state, key)
        case EligibleRef(name):
            yield block_name(name)
        case FactRef() | ListRef():
            pass


def _members(condition: Condition) -> Iterable[str]:
    return condition.test.members if isinstance(condition.test, Group) else ()


def _topological_order(
    state: CheckState,
    known: Collection[str],
    needs: Callable[[str], Iterable[str]],
    limit: _Limit,
    reported: set[str],
) -> list[str]:
    """Return the names after their dependencies; report each cycle once, at its first name.

    `reported` are the names of the cycles that were reported.
    """
    lengths: dict[str, int] = {}
    for start in known:
        # A stack instead of recursion: no chain is too long.
        path = [_SearchStep(start, tuple(needs(start)))] if start not in lengths else []
        on_path = {start}
        while path:
            step = path[-1]
            needed = next(step.left, None)
            if needed is None:
                path.pop()
                on_path.discard(step.name)
                longest = max((lengths.get(name, 0) for name in step.needs), default=0)
                lengths[step.name] = longest + (step.name in limit.counted)
            elif needed in on_path:
                if needed not in reported:
                    names = [step.name for step in path]
                    cycle = names[names.index(needed) :]
                    reported.update(cycle)
                    _report_cycle(state, cycle)
            elif needed in known and needed not in lengths:
                path.append(_SearchStep(needed, tuple(needs(needed))))
                on_path.add(needed)
    _check_lengths(state, lengths, limit)
    return list(lengths)


class _SearchStep:
    """A name on the path, its dependencies, and those not yet visited."""

    def __init__(self, name: str, needs: tuple[str, ...]) -> None:
        self.name = name
        self.needs = needs
        self.left = iter(needs)


def _check_lengths(state: CheckState, lengths: Mapping[str, int], limit: _Limit) -> None:
    """Report the first name with too long a chain of dependencies."""
    first = next((name for name, length in lengths.items() if length > limit.maximum), None)
    if first is not None:
        state.diagnostics.report(
            "long-chain",
            state.spans[first],
            f"`{first}` depends on too long a chain of {limit.kind}",
            found=f"{max(lengths.values()):,} {limit.kind} in a row",
            expected=f"at most {limit.maximum:,}",
            remedy=limit.remedy,
        )


def _report_cycle(state: CheckState, cycle: list[str]) -> None:
    """Report a cycle at the first of its declarations in the file."""
    blocks = {*map(block_name, state.blocks)}
    first = min(
        range(len(cycle)), key=lambda place: (cycle[place] in blocks, state.spans[cycle[place]])
    )
    rotated = [*cycle[first:], *cycle[:first]]
    state.diagnostics.report(
        "cycle",
        state.spans[rotated[0]],
        f"`{rotated[0]}` depends on itself",
        found=" → ".join(f"`{name}`" for name in [*rotated, rotated[0]]),
        expected="definitions that end in facts and parameters",
        related=tuple((state.spans[name], f"`{name}`") for name in rotated[1:]),
    )
