"""Other items in the rules of a block: `other.born_on`, and `other is not child`."""

from __future__ import annotations

from typing import Final

from policyrules.check.expressions.typed_terms import (
    Scope,
    TypeCheckFailed,
    TypedTerm,
    reject,
    typed_as_declared,
)
from policyrules.check.names import report_name_in_use, report_unknown
from policyrules.check.state import CheckState
from policyrules.ir.nodes import FactRef, FellowRef, IsSameItem, ValueRef
from policyrules.ir.types import Kind
from policyrules.syntax import expression_tree as syntax
from policyrules.text.fact_path import local_name
from policyrules.text.span import Span

MAX_FELLOWS: Final = 200
"""The most items of a list that a block may go through: the work grows with the square."""


def resolve_fellow(state: CheckState, scope: Scope, name: str, span: Span) -> TypedTerm:
    """Return the term of a fact or a value of the item of a generator in a block."""
    local, list_name = local_name(name), scope.fellow_list
    if name == scope.fellow:
        message = "an item cannot be used as a figure; its facts and values can"
        remedy = ""
        if list_name == scope.list:
            remedy = f"write `{name} is not {scope.each}` to leave the item itself out"
        reject(state, span, message, f"`{name}`", f"`{name}.…`", remedy)
    fact, value = f"{list_name}.{local}", state.types.get(local)
    if local == "eligible":
        state.diagnostics.report(
            "bad-expression",
            span,
            "the rules of an item cannot read the result of another item",
            found=f"`{name}`",
            expected=f"a fact or a value of `{scope.fellow}`",
            remedy="read the facts and values that are meant",
        )
        raise TypeCheckFailed
    is_value = value is not None and state.scopes.get(local, "") == list_name
    if is_value and fact in state.facts:
        message = "this is both a fact and a value of the item"
        found, expected = f"`{name}`", "a value with another name than the fact"
        reject(state, span, message, found, expected, f"rename the value `{local}`")
    if fact in state.facts:
        typed = typed_as_declared(FellowRef(FactRef(fact), name), state.facts[fact].type)
        if typed.kind is Kind.LIST:
            message = "a list of another item cannot be read"
            reject(state, span, message, f"`{name}`", "a fact that is a single figure")
        return typed
    if value is not None and is_value and local not in state.broken:
        return typed_as_declared(FellowRef(ValueRef(local), name), value)
    if {fact, local} & state.broken:
        raise TypeCheckFailed
    facts = [known for known in state.facts if known.startswith(f"{list_name}.")]
    values = [known for known in state.types if state.scopes.get(known, "") == list_name]
    known = [f"{scope.fellow}.{local_name(each)}" for each in (*facts, *values)]
    report_unknown(state, name, span, "fact or value", known)
    raise TypeCheckFailed


def check_size(state: CheckState, scope: Scope, source_list: str, span: Span) -> None:
    """Reject lists whose items are too many to go through others for each of them."""
    for name in dict.fromkeys((scope.list, source_list)):
        declared = state.all_lists.get(name)
        if declared is not None and declared.max_items > MAX_FELLOWS:
            state.diagnostics.report(
                "bad-expression",
                span,
                f"`{name}` may have too many items for each to go through others",
                found=f"at_most: {declared.max_items:,}",
                expected=f"at most {MAX_FELLOWS:,} items",
                remedy=f"lower `at_most` of `{name}` if no case has so many",
            )
            raise TypeCheckFailed


def check_same_item(state: CheckState, scope: Scope, node: syntax.SameItemTest) -> IsSameItem:
    """Type `other is child`: the item of a generator and the item of the block, in any order."""
    names = {node.left.name, node.right.name}
    if scope.fellow and scope.fellow_list == scope.list and names == {scope.fellow, scope.each}:
        return IsSameItem(node.left.name, node.right.name)
    expected = "a fact and `none`, or two items of one list"
    if scope.fellow and scope.fellow_list == scope.list:
        expected = f"`{scope.fellow}` and `{scope.each}`"
    state.diagnostics.report(
        "bad-expression",
        node.span,
        "`is` compares two items of one list, or a fact with `none`",
        found=f"`{node.left.name}` and `{node.right.name}`",
        expected=expected,
        remedy="compare figures and words by `==`",
    )
    raise TypeCheckFailed


def check_name_of_fellow(state: CheckState, scope: Scope, variable: syntax.Name) -> None:
    """Reject the name of the item itself, and of items of other lists, for its fellows."""
    if variable.name == scope.each:
        state.diagnostics.report(
            "bad-expression",
            variable.span,
            f"`{variable.name}` is the item itself here",
            found=f"`{variable.name}`",
            expected="another name for the items of the same list",
            remedy="write `other`, and `other.…` for its facts",
        )
        raise TypeCheckFailed
    if variable.name in state.blocks.values():
        report_name_in_use(state, variable.name, variable.span, "entry")
        raise TypeCheckFailed
