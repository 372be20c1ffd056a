"""Read the input facts of values: the facts that may state a value instead of its expression."""

from __future__ import annotations

from policyrules.check.literals import describe_type
from policyrules.check.names import report_unknown
from policyrules.check.state import CheckState
from policyrules.diagnostics import listed
from policyrules.ir.types import Type
from policyrules.syntax.yaml import Scalar
from policyrules.text.fact_path import subject_of


def read_input_fact(state: CheckState, fact: Scalar, type_: Type) -> str | None:
    """Return the fact that may state a value instead; None after reporting a fault."""
    if fact.text not in state.facts:
        report_unknown(state, fact.text, fact.span, "fact", state.facts)
        return None
    subject = subject_of(fact.text)
    if subject in state.all_lists:
        state.diagnostics.report(
            "unknown-name",
            fact.span,
            f"`{fact.text}` is a fact of each item of `{subject}`",
            found=f"`{fact.text}`",
            expected="a fact of the case",
            remedy="sum or count what the items state",
        )
        return None
    fact_type = state.facts[fact.text].type
    fits = fact_type.kind is type_.kind and fact_type.unit == type_.unit and fact_type.none is None
    if not fits:
        state.diagnostics.report(
            "type-mismatch",
            fact.span,
            f"`{fact.text}` cannot state this value",
            found=describe_type(fact_type) + (" that may be none" if fact_type.none else ""),
            expected=describe_type(type_),
        )
        return None
    if fact_type.open:
        state.diagnostics.report(
            "type-mismatch",
            fact.span,
            "this may be an undeclared word, which a value cannot be",
            found=f"{describe_type(fact_type)} that is open",
            expected=describe_type(type_),
        )
        return None
    undeclared = [word for word in fact_type.words if word not in type_.words]
    if undeclared:
        state.diagnostics.report(
            "unknown-word",
            fact.span,
            "this may be a word that the value does not have",
            found=listed(undeclared),
            expected=listed(type_.words),
            remedy="add it under `words`",
        )
        return None
    return fact.text
