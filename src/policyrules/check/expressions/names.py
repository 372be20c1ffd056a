"""Names in expressions: what each one is, from where it stands."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from policyrules.check.expressions.result import Typed, Wrong, typed
from policyrules.check.names import report_unknown
from policyrules.ir.nodes import ElementRef, EligibleRef, FactRef, ParameterRef, ValueRef, YearOf
from policyrules.syntax.notations import unknown_name_remedy
from policyrules.text.span import Span

if TYPE_CHECKING:
    from policyrules.check.expressions.checker import Typing


def resolved(typing: Typing, name: str, span: Span) -> Typed:
    """The term that a name stands for; raises `Wrong` after reporting what is wrong with it."""
    draft, scope = typing.draft, typing.scope
    if name in scope.entries:
        of = scope.entries[name]
        if of not in draft.facts or draft.facts[of].type.of is None:
            raise Wrong  # It is no list, or could not be read; which has been reported.
        return typed(ElementRef(name, of), draft.facts[of].type.entry)
    owner, dot, own = name.partition(".")
    if dot and own == "year" and f"{owner}.year" not in draft.facts:
        found = _year_of(typing, owner, span)
        if found is not None:
            return found
    if dot and scope.list and owner == scope.each:
        return _of_item(typing, name, own, span)
    if name in draft.facts:
        return _fact(typing, name, span)
    if name in draft.parameters:
        _check_scope(typing, name, span, "table by the items")
        return typed(ParameterRef(name), draft.parameters[name].type)
    if name in draft.types and name not in draft.broken:
        _check_scope(typing, name, span, "value of the items")
        return typed(ValueRef(name), draft.types[name])
    _report(typing, name, span)
    raise Wrong


def words_named(typing: Typing, name: str) -> Collection[str]:
    """The words that a name may be, where it is a word."""
    draft, scope = typing.draft, typing.scope
    owner, _, own = name.partition(".")
    full = f"{scope.list}.{own}" if owner == scope.each else scope.entries.get(name, name)
    if full in draft.facts:
        return draft.facts[full].type.words
    return draft.types[name].words if name in draft.types else ()


def _year_of(typing: Typing, owner: str, span: Span) -> Typed | None:
    """`day.year`, where `day` is a name of its own and not the subject of a fact."""
    draft = typing.draft
    if owner not in typing.scope.entries and owner not in draft.types:
        return None
    day = resolved(typing, owner, span)
    if day.kind != "date":
        typing.mismatch(span, "only a date has a `year`", str(day), "a date")
    return Typed(YearOf(day.term), "calendar_year")


def _of_item(typing: Typing, name: str, own: str, span: Span) -> Typed:
    """A fact of the item that is looked at, or its own result."""
    draft, scope = typing.draft, typing.scope
    full = f"{scope.list}.{own}"
    if own == "eligible":
        _check_eligible(typing, name, span)
        return Typed(EligibleRef(scope.list, name), "yes_no")
    if full in draft.facts:
        found = typed(FactRef(full, name), draft.facts[full].type)
        if found.kind == "list":
            _looked_into(typing, name, span)
        return found
    if full in draft.broken:
        raise Wrong
    known = [
        fact.replace(scope.list, scope.each, 1) for fact in draft.facts if _is_of(fact, scope.list)
    ]
    report_unknown(draft, name, span, "fact", known)
    raise Wrong


def _is_of(fact: str, list_: str) -> bool:
    return fact.startswith(f"{list_}.")


def _check_eligible(typing: Typing, name: str, span: Span) -> None:
    draft, scope = typing.draft, typing.scope
    if scope.is_vocabulary:
        draft.diagnostics.report(
            "unknown-name",
            span,
            "the vocabulary does not know who is eligible",
            found=f"`{name}`",
            expected="facts of the item",
        )
        raise Wrong
    block = next((one for one in draft.tree.lists if one.name.text == scope.list), None)
    if scope.is_block:
        draft.diagnostics.report(
            "cycle",
            span,
            f"`{name}` needs itself",
            expected="conditions of the item",
            remedy="name the conditions that are meant",
        )
        raise Wrong
    if {scope.list, scope.each} & draft.broken:
        raise Wrong
    if block is None or block.eligible is None:
        draft.diagnostics.report(
            "unknown-name",
            span,
            f"nothing says when `{scope.each}` is eligible",
            found=f"`{name}`",
            remedy=f"add `lists.{scope.list}` with `eligible`",
        )
        raise Wrong


def _fact(typing: Typing, name: str, span: Span) -> Typed:
    """A fact of the case; one of an item has no place here."""
    draft = typing.draft
    subject = name.partition(".")[0]
    if subject in draft.all_lists:
        each = draft.blocks.get(subject, "item")
        own = name.partition(".")[2]
        remedy = f"write `{each}.{own}`"
        if typing.scope.list != subject:
            remedy = f"write `any(… {each}.{own} … for {each} in {subject})`, or the like"
        draft.diagnostics.report(
            "unknown-name",
            span,
            f"`{name}` is a fact of each item of `{subject}`",
            found=f"`{name}`",
            remedy=remedy,
        )
        raise Wrong
    found = typed(FactRef(name), draft.facts[name].type)
    if found.kind == "list":
        _looked_into(typing, name, span)
    return found


def _looked_into(typing: Typing, name: str, span: Span) -> None:
    typing.mismatch(
        span,
        "a list is looked into, entry by entry",
        f"`{name}`",
        f"`any(… for entry in {name})`, `all(…)`, `count(…)` or `sum(…)`",
    )


def of_the_item(typing: Typing, name: str) -> str:
    """The remedy where a name is that of a fact of the item, but for what the item is called."""
    scope, own = typing.scope, name.partition(".")[2]
    return f"write `{scope.each}.{own}`" if f"{scope.list}.{own}" in typing.draft.facts else ""


def _check_scope(typing: Typing, name: str, span: Span, what: str) -> None:
    of = typing.draft.scopes.get(name, "")
    if not of or of == typing.scope.list:
        return
    if typing.scope.list in typing.draft.broken:
        raise Wrong
    each = typing.draft.blocks.get(of, "item")
    typing.draft.diagnostics.report(
        "unknown-name",
        span,
        f"`{name}` is a {what} of `{of}`",
        found=f"`{name}`",
        expected="names of the case",
        remedy=f"read it inside `any(… for {each} in {of})` or the like",
    )
    raise Wrong


def _report(typing: Typing, name: str, span: Span) -> None:
    draft, scope = typing.draft, typing.scope
    remedy = unknown_name_remedy(name)
    if remedy:
        draft.diagnostics.report(
            "unknown-name",
            span,
            f"there is no name `{name}`",
            found=f"`{name}`",
            remedy=remedy,
        )
        return
    if name in draft.all_lists:
        each = draft.blocks.get(name, "item")
        typing.mismatch(
            span,
            "a list is looked into, item by item",
            f"`{name}`",
            f"`any(… for {each} in {name})`, `all(…)`, `count(…)` or `sum(…)`",
        )
    subject, dot, _ = name.partition(".")
    if subject in scope.entries or (scope.list and name == scope.each):
        is_item = subject not in scope.entries
        typing.mismatch(
            span,
            "an item is no figure: one of its facts is"
            if is_item
            else "an entry has neither facts nor a result of its own",
            f"`{name}`",
            f"`{name}.…`" if is_item else f"`{subject}` alone",
        )
    if dot:
        of = next((of for of, each in draft.blocks.items() if each == subject), "")
        remedy = of_the_item(typing, name)
        if of and subject != scope.each:
            remedy = f"an item stands only in `lists.{of}`, or in `any(… for {subject} in {of})`"
        report_unknown(draft, name, span, "fact", draft.facts, remedy)
        return
    if scope.list in draft.broken:
        return  # It may be a value of the block, which could not be read.
    owners = [fact for fact in draft.facts if fact.partition(".")[2] == name]
    known = [*draft.types, *(one.name.text for one in draft.tree.parameters), *owners]
    remedy = f"write `{owners[0]}`" if owners else _remedy_of_word(typing, name)
    report_unknown(draft, name, span, "name", known, remedy)


def _remedy_of_word(typing: Typing, name: str) -> str:
    """The remedy for a name that is a word of a fact or a value, which a test compares."""
    for owner in (*typing.draft.facts, *typing.draft.types):
        if name in words_named(typing, owner):
            return f"it is a word: write `{owner} == '{name}'`, all of it in quotation marks"
    return ""
