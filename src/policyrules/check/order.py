"""Order: nothing needs itself, and what needs another comes after it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from policyrules.check.draft import Draft
from policyrules.check.names import block_name
from policyrules.ir.nodes import (
    EligibleRef,
    Expression,
    FactRef,
    ListRef,
    ParameterRef,
    Reference,
    ValueRef,
)
from policyrules.ir.ruleset import Condition, Group, Value
from policyrules.ir.traverse import references, texts


def order_definitions(draft: Draft) -> None:
    """Puts values and conditions into an order in which each needs only what stands before it."""
    values = _ordered(
        draft,
        dict.fromkeys([*draft.values, *map(block_name, draft.blocks)]),
        lambda name: _needs(draft, name),
    )
    draft.values = {name: draft.values[name] for name in values if name in draft.values}
    # A group that is its own member has been reported with the groups.
    conditions = _ordered(
        draft,
        draft.conditions,
        lambda name: (one for one in _members(draft.conditions[name]) if one != name),
    )
    draft.conditions = {name: draft.conditions[name] for name in conditions}


def _needs(draft: Draft, name: str) -> Iterable[str]:
    """What a value needs, or a block, before it can be evaluated."""
    if name in draft.values:
        yield from _values_read(draft, name)
    else:
        yield from _read_by_block(draft, name.removeprefix("lists."))


def _values_read(draft: Draft, name: str) -> Iterable[str]:
    """The values that one reads; a value of the case reads with one of an item its whole block."""
    scope = draft.scopes.get(name, "")
    for text in texts(draft.values[name]):
        for read in _values_in(draft, text):
            of = draft.scopes.get(read, "")
            yield read if of == scope or not of else block_name(of)


def _read_by_block(draft: Draft, of: str) -> Iterable[str]:
    """The values of the case that the items of a list need."""
    nodes: dict[str, Value | Condition] = {**draft.values, **draft.conditions}
    for name, node in nodes.items():
        if draft.scopes.get(name) == of:
            for text in texts(node):
                yield from (v for v in _values_in(draft, text) if v not in draft.scopes)


def _values_in(draft: Draft, text: Expression) -> Iterable[str]:
    for reference in references(text):
        yield from _value_behind(draft, reference)


def _value_behind(draft: Draft, reference: Reference) -> Iterable[str]:
    match reference:
        case ValueRef(name):
            yield name
        case ParameterRef(name):
            by = draft.parameters[name].by
            if by is not None:
                yield from _value_behind(draft, by)
        case EligibleRef(name):
            yield block_name(name)
        case FactRef() | ListRef():
            pass


def _members(condition: Condition) -> Iterable[str]:
    return condition.test.members if isinstance(condition.test, Group) else ()


def _ordered(
    draft: Draft, known: Collection[str], needs: Callable[[str], Iterable[str]]
) -> list[str]:
    """The names in order; a cycle is reported once, where its first name is declared."""
    done: dict[str, None] = {}
    reported: set[str] = set()
    for start in known:
        # A stack of names with what is left of their needs: no depth of a ruleset exhausts it.
        path = [(start, iter(tuple(needs(start))))] if start not in done else []
        on_path = {start}
        while path:
            name, left = path[-1]
            needed = next(left, None)
            if needed is None:
                path.pop()
                on_path.discard(name)
                done[name] = None
            elif needed in on_path:
                if needed not in reported:
                    names = [one for one, _ in path]
                    cycle = names[names.index(needed) :]
                    reported.update(cycle)
                    _report(draft, cycle)
            elif needed in known and needed not in done:
                path.append((needed, iter(tuple(needs(needed)))))
                on_path.add(needed)
    return list(done)


def _report(draft: Draft, cycle: list[str]) -> None:
    blocks = {*map(block_name, draft.blocks)}
    first = min(
        range(len(cycle)), key=lambda place: (cycle[place] in blocks, draft.spans[cycle[place]])
    )
    turned = [*cycle[first:], *cycle[:first]]
    draft.diagnostics.report(
        "cycle",
        draft.spans[turned[0]],
        f"`{turned[0]}` needs itself",
        found=" → ".join(f"`{name}`" for name in [*turned, turned[0]]),
        expected="definitions that end in facts and parameters",
        related=tuple((draft.spans[name], f"`{name}`") for name in turned[1:]),
    )
