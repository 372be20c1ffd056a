"""Resolve the names in expressions to facts, parameters, values and the eligibility of items."""

from __future__ import annotations

from collections.abc import Collection

from policyrules.check.expressions.calendar_parts import part_of_name
from policyrules.check.expressions.fellows import resolve_fellow
from policyrules.check.expressions.typed_terms import (
    Scope,
    TypeCheckFailed,
    TypedTerm,
    reject,
    typed_as_declared,
)
from policyrules.check.names import report_unknown
from policyrules.check.state import CheckState
from policyrules.ir.nodes import ElementRef, EligibleRef, FactRef, ParameterRef, ValueRef
from policyrules.ir.types import Kind
from policyrules.syntax.notations import unknown_name_remedy
from policyrules.text.fact_path import local_name, split_name
from policyrules.text.span import Span
from policyrules.values.calendar_parts import CALENDAR_PARTS


def resolve_name(state: CheckState, scope: Scope, name: str, span: Span) -> TypedTerm:
    """Return the term of a name; raise `TypeCheckFailed` after reporting a fault."""
    if name in scope.entries:
        list_name = scope.entries[name]
        if list_name not in state.facts or state.facts[list_name].type.entry_kind is None:
            raise TypeCheckFailed  # The list is not readable, which has been reported.
        return typed_as_declared(ElementRef(name, list_name), state.facts[list_name].type.entry)
    owner, fact_name = split_name(name)
    if fact_name in CALENDAR_PARTS and name not in state.facts:
        part = _part_of(state, scope, owner, fact_name, span)
        if part is not None:
            return part
    if scope.fellow and owner == scope.fellow:
        return resolve_fellow(state, scope, name, span)
    if fact_name and scope.list and owner == scope.each:
        return _resolve_item_fact(state, scope, name, fact_name, span)
    if name in state.facts:
        return _resolve_fact(state, scope, name, span)
    if name in state.parameters:
        _check_scope(state, scope, name, span, "table by the items")
        return typed_as_declared(ParameterRef(name), state.parameters[name].type)
    if name in state.types and name not in state.broken:
        _check_scope(state, scope, name, span, "value of the items")
        return typed_as_declared(ValueRef(name), state.types[name])
    _report_unknown(state, scope, name, span)
    raise TypeCheckFailed


def words_of(state: CheckState, scope: Scope, name: str) -> Collection[str]:
    """Return the words that a fact or a value may be; empty for a name of another type."""
    owner, fact_name = split_name(name)
    if scope.fellow and owner == scope.fellow:
        full = f"{scope.fellow_list}.{fact_name}"
        name = name if full in state.facts else fact_name
    else:
        full = f"{scope.list}.{fact_name}" if owner == scope.each else scope.entries.get(name, name)
    if full in state.facts:
        return state.facts[full].type.words
    return state.types[name].words if name in state.types else ()


def _part_of(
    state: CheckState, scope: Scope, owner: str, part: str, span: Span
) -> TypedTerm | None:
    """Return the term of `day.year` and the like, or None if `day` is the subject of a fact."""
    if owner not in scope.entries and owner not in state.types:
        return None
    return part_of_name(state, part, resolve_name(state, scope, owner, span), span)


def _resolve_item_fact(
    state: CheckState, scope: Scope, name: str, fact_name: str, span: Span
) -> TypedTerm:
    """Return the term of a fact of the item in scope, or of the eligibility of the item."""
    full = f"{scope.list}.{fact_name}"
    if fact_name == "eligible":
        _check_eligible(state, scope, name, span)
        return TypedTerm(EligibleRef(scope.list, name), Kind.YES_NO)
    if full in state.facts:
        typed = typed_as_declared(FactRef(full, name), state.facts[full].type)
        if typed.kind is Kind.LIST:
            _reject_bare_list(state, name, span, "entry")
        return typed
    if full in state.broken:
        raise TypeCheckFailed
    known = [
        fact.replace(scope.list, scope.each, 1)
        for fact in state.facts
        if fact.startswith(f"{scope.list}.")
    ]
    report_unknown(state, name, span, "fact", known)
    raise TypeCheckFailed


def _check_eligible(state: CheckState, scope: Scope, name: str, span: Span) -> None:
    if scope.is_vocabulary:
        state.diagnostics.report(
            "unknown-name",
            span,
            f"a constraint of the vocabulary cannot read `{name}`",
            found=f"`{name}`",
            expected="facts of the item",
        )
        raise TypeCheckFailed
    block = next((block for block in state.tree.lists if block.name.text == scope.list), None)
    if scope.is_block:
        state.diagnostics.report(
            "cycle",
            span,
            f"`{name}` depends on itself",
            expected="conditions of the item",
            remedy="name the conditions that are meant",
        )
        raise TypeCheckFailed
    if {scope.list, scope.each} & state.broken:
        raise TypeCheckFailed
    if block is None or block.eligible is None:
        state.diagnostics.report(
            "unknown-name",
            span,
            f"`lists.{scope.list}` has no `eligible`",
            found=f"`{name}`",
            remedy=f"add `lists.{scope.list}` with `eligible`",
        )
        raise TypeCheckFailed


def _resolve_fact(state: CheckState, scope: Scope, name: str, span: Span) -> TypedTerm:
    """Return the term of a fact of the case; reject a fact of an item."""
    subject, fact_name = split_name(name)
    if subject in state.all_lists:
        each = state.blocks.get(subject, "item")
        remedy = f"write `{each}.{fact_name}`"
        if scope.list != subject:
            remedy = f"write `any(… {each}.{fact_name} … for {each} in {subject})`, or the like"
        state.diagnostics.report(
            "unknown-name",
            span,
            f"`{name}` is a fact of each item of `{subject}`",
            found=f"`{name}`",
            remedy=remedy,
        )
        raise TypeCheckFailed
    typed = typed_as_declared(FactRef(name), state.facts[name].type)
    if typed.kind is Kind.LIST:
        _reject_bare_list(state, name, span, "entry")
    return typed


def _reject_bare_list(state: CheckState, name: str, span: Span, variable: str) -> None:
    reject(
        state,
        span,
        "a list cannot be used as a value",
        f"`{name}`",
        f"`any(… for {variable} in {name})`, `all(…)`, `count(…)` or `sum(…)`",
    )


def item_fact_remedy(state: CheckState, scope: Scope, name: str) -> str:
    """Return the remedy for a fact of the item with a wrong name of the item, or an empty text."""
    fact_name = local_name(name)
    is_fact = f"{scope.list}.{fact_name}" in state.facts
    return f"write `{scope.each}.{fact_name}`" if is_fact else ""


def _check_scope(state: CheckState, scope: Scope, name: str, span: Span, kind: str) -> None:
    """Reject a name that only the rules of the items of a list can read, outside these rules."""
    list_name = state.scopes.get(name, "")
    if not list_name or list_name == scope.list:
        return
    if scope.list in state.broken:
        raise TypeCheckFailed
    each = state.blocks.get(list_name, "item")
    state.diagnostics.report(
        "unknown-name",
        span,
        f"`{name}` is a {kind} of `{list_name}`",
        found=f"`{name}`",
        expected="names of the case",
        remedy=f"read it inside `any(… for {each} in {list_name})` or the like",
    )
    raise TypeCheckFailed


def _report_unknown(state: CheckState, scope: Scope, name: str, span: Span) -> None:
    remedy = unknown_name_remedy(name)
    if remedy:
        state.diagnostics.report(
            "unknown-name",
            span,
            f"there is no name `{name}`",
            found=f"`{name}`",
            remedy=remedy,
        )
        return
    if name in state.all_lists:
        _reject_bare_list(state, name, span, state.blocks.get(name, "item"))
    subject, fact_name = split_name(name)
    if subject in scope.entries or (scope.list and name == scope.each):
        is_item = subject not in scope.entries
        reject(
            state,
            span,
            "an item cannot be used as a figure; its facts can"
            if is_item
            else "an entry of a list of figures has no facts",
            f"`{name}`",
            f"`{name}.…`" if is_item else f"`{subject}` alone",
        )
    if fact_name:
        blocks = state.blocks.items()
        list_name = next((list_name for list_name, each in blocks if each == subject), "")
        remedy = item_fact_remedy(state, scope, name)
        if list_name and subject != scope.each:
            generator = f"any(… for {subject} in {list_name})"
            remedy = f"an item stands only in `lists.{list_name}`, or in `{generator}`"
        report_unknown(state, name, span, "fact", state.facts, remedy)
        return
    if scope.list in state.broken:
        return  # The name may be a value of the block, which is not readable.
    owners = [fact for fact in state.facts if local_name(fact) == name]
    known = [*state.types, *(parameter.name.text for parameter in state.tree.parameters), *owners]
    remedy = f"write `{owners[0]}`" if owners else _remedy_of_word(state, scope, name)
    report_unknown(state, name, span, "name", known, remedy)


def _remedy_of_word(state: CheckState, scope: Scope, name: str) -> str:
    """Return the remedy for a name that is a word of a fact or a value, or an empty text."""
    for owner in (*state.facts, *state.types):
        if name in words_of(state, scope, owner):
            return f"it is a word: write `{owner} == '{name}'`, all of it in quotation marks"
    return ""
