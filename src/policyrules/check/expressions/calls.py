"""Functions in expressions: of several terms, of two days, and those that go through a list."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

import attrs

from policyrules.check.expressions.names import of_the_item
from policyrules.check.expressions.result import Typed, Wrong
from policyrules.check.names import report_taken, report_unknown
from policyrules.ir.nodes import (
    Between,
    Counted,
    Extreme,
    FactRef,
    ListName,
    ListRef,
    Quantified,
    Summed,
    Test,
)
from policyrules.ir.types import PLAIN, Unit
from policyrules.syntax import expressions as syntax
from policyrules.syntax.expressions import RESERVED
from policyrules.text.span import Span

if TYPE_CHECKING:
    from policyrules.check.expressions.checker import Typing


def called(
    typing: Typing, function: str, arguments: tuple[syntax.Syntax, ...], span: Span
) -> Typed:
    """`min`, `max`, `years_between` or `months_between`, typed."""
    kind = "number" if function in {"min", "max"} else "date"
    found: list[Typed] = []
    wrong = False
    for argument in arguments:
        try:
            found.append(typing.figure(argument, kind))
        except Wrong:
            wrong = True
    if wrong:
        raise Wrong
    if kind == "date":
        unit = "year" if function == "years_between" else "month"
        between = Between(unit, found[0].term, found[1].term)
        return Typed(between, "number", Unit.of(unit), whole=True)
    units = [one for one in found if one.unit is not None]
    for one in units[1:]:
        typing.same_unit(units[0], one, span, "compared with")
    return Typed(
        Extreme(function == "max", tuple(one.term for one in found)),
        "number",
        units[0].unit if units else None,
        all(one.whole for one in found),
    )


def quantified(typing: Typing, node: syntax.Generator) -> Test:
    """`any(…)` or `all(…)`, typed."""
    over, inner = _inside(typing, node)
    return Quantified(node.function == "all", node.variable.name, over, inner.test_of(node.body))


def counted_or_summed(typing: Typing, node: syntax.Generator) -> Typed:
    """`count(…)` or `sum(…)`, typed: in the unit of the list, or in that of the term."""
    over, inner = _inside(typing, node)
    if node.function == "count":
        unit = _unit_of(typing, over)
        term = Counted(node.variable.name, over, inner.test_of(node.body))
        return Typed(term, "number", unit, whole=True)
    summand = inner.number(node.body)
    filter_ = None if node.filter is None else inner.test_of(node.filter)
    term_of_sum = Summed(node.variable.name, over, summand.term, filter_)
    return Typed(term_of_sum, "number", summand.unit, summand.whole)


def _unit_of(typing: Typing, over: ListName) -> Unit:
    if isinstance(over, FactRef):
        return typing.draft.facts[over.name].type.unit
    return typing.draft.all_lists[over.name].unit if over.name in typing.draft.all_lists else PLAIN


def _inside(typing: Typing, node: syntax.Generator) -> tuple[ListName, Typing]:
    """The list that is gone through, and what types the expressions inside."""
    scope = typing.scope
    if scope.in_generator:
        message = f"`{node.function}` stands inside another that goes through a list"
        _refuse(typing, node.span, message, "a value or a condition of the item")
    over = _list_of(typing, node)
    _check_name(typing, node, over)
    if isinstance(over, ListRef):
        inner = attrs.evolve(scope, list=over.name, each=node.variable.name, in_generator=True)
    else:
        entries = {**scope.entries, node.variable.name: over.name}
        inner = attrs.evolve(scope, entries=entries, in_generator=True)
    return over, attrs.evolve(typing, scope=inner, may_divide=False)


def _list_of(typing: Typing, node: syntax.Generator) -> ListName:
    draft, scope, name = typing.draft, typing.scope, node.source_list.name
    if name in draft.all_lists and name in draft.subjects:
        if scope.is_block:
            expected = "a list of figures, such as those of the item"
            _refuse(
                typing, node.source_list.span, "an item does not look into other items", expected
            )
        return ListRef(name)
    owner, dot, own = name.partition(".")
    full = f"{scope.list}.{own}" if dot and scope.list and owner == scope.each else name
    fact = draft.facts.get(full)
    if fact is None:
        if full in draft.broken or name in draft.broken:
            raise Wrong
        lists = [one for one, known in draft.facts.items() if known.type.of is not None]
        known = [*lists, *(one for one in draft.all_lists if one in draft.subjects)]
        remedy = of_the_item(typing, name)
        if name in draft.all_lists:
            remedy = f"add `{name}` to `uses`"
        report_unknown(draft, name, node.source_list.span, "list", known, remedy)
        raise Wrong
    if fact.type.of is None:
        typing.mismatch(
            node.source_list.span,
            "this is not a list",
            f"a {fact.type.kind}",
            "a fact of type list",
        )
    return FactRef(full, name if full != name else "")


def _check_name(typing: Typing, node: syntax.Generator, over: ListName) -> None:
    """The name of an entry is its own; that of an item is the one that its block gives it."""
    draft, scope, each = typing.draft, typing.scope, node.variable
    given = None if scope.is_vocabulary else draft.blocks.get(over.name)
    if isinstance(over, ListRef) and given is not None:
        if each.name != given:
            draft.diagnostics.report(
                "unknown-name",
                each.span,
                f"an item of `{over.name}` is called `{given}` here",
                found=f"`{each.name}`",
                expected=f"`{given}`, as `lists.{over.name}` says under `each`",
                remedy=f"write `{given}`",
            )
            raise Wrong
        return
    taken = {*draft.subjects, *scope.entries, scope.each, *RESERVED}
    if not scope.is_vocabulary:
        taken |= {*draft.types, *(one.name.text for one in draft.tree.parameters)}
    if each.name in taken:
        report_taken(draft, each.name, each.span, "entry")
        raise Wrong


def _refuse(typing: Typing, span: Span, message: str, expected: str) -> NoReturn:
    typing.draft.diagnostics.report("bad-expression", span, message, expected=expected)
    raise Wrong
