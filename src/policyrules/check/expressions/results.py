"""Check the result of a value against its declared type, and read a fixed word as a result."""

from __future__ import annotations

from policyrules.check.expressions.typed_terms import (
    Scope,
    TypeCheckFailed,
    TypedTerm,
    describe_unit,
    reject,
)
from policyrules.check.literals import describe_type, report_unknown_word
from policyrules.check.names import declared_kind
from policyrules.check.state import CheckState
from policyrules.diagnostics import did_you_mean, listed
from policyrules.ir.nodes import Word
from policyrules.ir.tables import Cell
from policyrules.ir.types import Kind, Type
from policyrules.syntax import expression_tree as syntax
from policyrules.syntax.notations import unknown_name_remedy
from policyrules.text.span import Span


def fixed_word(
    state: CheckState, scope: Scope, node: syntax.ExpressionNode, type_: Type
) -> TypedTerm | None:
    """Return the term of an expression that is one word of the declared type, or None.

    The word needs no quotation marks, because YAML removes those of `is: 'standard'`. It is
    rejected without them if a parameter or a value has the same name and may be another word.
    """
    if type_.kind is not Kind.WORD:
        return None
    match node:
        case syntax.QuotedWord(word):
            if word not in type_.words:
                report_unknown_word(word, node.span, type_.words, state.diagnostics)
                raise TypeCheckFailed
        case syntax.Name(word) if word in type_.words:
            kind = "entry of a list" if word in scope.entries else declared_kind(state, word)
            if kind == "parameter" and _always_states(state, word):
                return None  # As a name or as a word, it means the same.
            if kind in {"parameter", "value", "entry of a list"}:
                _report_word_and_name(state, word, kind, node.span)
        case syntax.Name(word) if "." not in word and not _is_name(state, scope, word):
            state.diagnostics.report(
                "unknown-name",
                node.span,
                f"there is neither a name nor a word `{word}` here",
                found=f"`{word}`",
                expected=f"one of {listed(type_.words)}, or a name",
                remedy=unknown_name_remedy(word)
                or did_you_mean(word, [*type_.words, *state.types]),
            )
            raise TypeCheckFailed
        case _:
            return None
    return TypedTerm(Word(word), Kind.WORD, words={word: type_.words[word]})


def _always_states(state: CheckState, parameter: str) -> bool:
    """Return whether a parameter states, on every day, the word that is its own name."""
    if parameter not in state.parameters:
        return True  # It is not readable, which has been reported.
    cells = [row.content for row in state.parameters[parameter].rows]
    stated = Cell("stated", choices=(parameter,))
    return all(cell == stated for cell in cells)


def _is_name(state: CheckState, scope: Scope, name: str) -> bool:
    """Return whether a name is declared, or its declaration is not readable."""
    if name in state.broken or name in scope.entries or name == scope.each:
        return True
    return bool(declared_kind(state, name))


def _report_word_and_name(state: CheckState, word: str, kind: str, span: Span) -> None:
    """Reject a word without quotation marks that is also the name of a declaration."""
    article = "an" if kind.startswith("e") else "a"
    state.diagnostics.report(
        "type-mismatch",
        span,
        f"`{word}` is a word of the value, and the name of {article} {kind}",
        found=f"`{word}`",
        expected="either the word or the name",
        remedy=f"""write `"'{word}'"` for the word, or give the {kind} another name""",
    )
    raise TypeCheckFailed


def check_declared_type(
    state: CheckState, typed: TypedTerm, type_: Type, span: Span, *, is_rounded: bool
) -> None:
    """Reject an expression that is not of the type, unit and words of its declaration."""
    kind = Kind.NUMBER if type_.kind.is_numeric else type_.kind
    if typed.kind != kind:
        reject(
            state,
            span,
            "the expression has another type than its declaration",
            str(typed),
            describe_type(type_),
        )
    if typed.none is not None:
        reject(
            state,
            span,
            "this may be `none`, which a value cannot be",
            f"{typed} that may be none",
            "a table with a row for `none`, or an exception",
        )
    if kind is Kind.NUMBER:
        _check_number(state, typed, type_, span, is_rounded=is_rounded)
    elif kind is Kind.WORD:
        _check_words(state, typed, type_, span)


def _check_number(
    state: CheckState, typed: TypedTerm, type_: Type, span: Span, *, is_rounded: bool
) -> None:
    if typed.unit is not None and typed.unit != type_.unit:
        state.diagnostics.report(
            "unit-mismatch",
            span,
            "the expression has another unit than its declaration",
            found=describe_unit(typed.unit),
            expected=describe_unit(type_.unit),
        )
        raise TypeCheckFailed
    if type_.kind is Kind.COUNT and not (typed.is_whole or is_rounded):
        reject(
            state,
            span,
            "this may not be a whole number",
            str(typed),
            describe_type(type_),
            "round it (`round`), or make it a number",
        )


def _check_words(state: CheckState, typed: TypedTerm, type_: Type, span: Span) -> None:
    if typed.is_open:
        reject(
            state,
            span,
            "this may be an undeclared word, which a value cannot be",
            f"{typed} that is open",
            "a table with `else`, or an exception",
        )
    beyond = [word for word in typed.words if word not in type_.words]
    if beyond:
        state.diagnostics.report(
            "unknown-word",
            span,
            "this may be a word that the value does not have",
            found=listed(beyond),
            expected=listed(type_.words),
            remedy="add it under `words`, or choose with a table or an exception",
        )
        raise TypeCheckFailed
