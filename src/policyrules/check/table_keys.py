"""Read the keys of tables: the facts and values that choose a row."""

from __future__ import annotations

from policyrules.check.literals import describe_type
from policyrules.check.names import all_values, report_unknown
from policyrules.check.state import CheckState
from policyrules.ir.nodes import FactRef, Key, ValueRef
from policyrules.ir.types import Kind, Type
from policyrules.syntax.yaml import Scalar
from policyrules.text.fact_path import subject_of


def inherit_scope(state: CheckState, name: str, key: Key) -> None:
    """Give a table the scope of its key: a table by a fact of an item is read by items only."""
    subject = subject_of(key.name)
    if isinstance(key, FactRef) and subject in state.all_lists:
        state.scopes[name] = subject
    elif isinstance(key, ValueRef) and key.name in state.scopes:
        state.scopes[name] = state.scopes[key.name]


def read_key(state: CheckState, by: Scalar, *, has_rows: bool) -> Key | None:
    """Return the fact or value that chooses a row; None after reporting a fault."""
    type_ = named_type(state, by)
    if type_ is None:
        return None
    is_key = type_.kind is Kind.YES_NO or type_.kind.is_ordered
    if type_.kind is not Kind.WORD and not (is_key and has_rows):
        state.diagnostics.report(
            "type-mismatch",
            by.span,
            f"`{by.text}` cannot choose a row"
            if not is_key
            else f"`{by.text}` is not a word, so its table needs `rows`",
            found=describe_type(type_),
            expected="a fact or value of type word, yes_no, or of a type with an order"
            if has_rows
            else "a fact or value of type word",
            remedy="write `rows`, one for each band: `- {at_least: …, below: …, is: …}`"
            if type_.kind.is_ordered
            else "",
        )
        return None
    return FactRef(by.text) if "." in by.text else ValueRef(by.text)


def named_type(state: CheckState, name: Scalar) -> Type | None:
    """Return the type of a fact or a value; None after reporting that there is none."""
    if name.text in state.facts:
        return state.facts[name.text].type
    if name.text in state.types and name.text not in state.parameters:
        return state.types[name.text]
    known = [*state.facts, *(value.name.text for _, value in all_values(state))]
    report_unknown(state, name.text, name.span, "fact or value", known)
    return None
