"""Typed terms, the scope of an expression, and the diagnostics of type errors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn, Protocol, Self

import attrs

from policyrules.check.state import CheckState
from policyrules.ir.calendar_parts import PART_TYPES
from policyrules.ir.nodes import CalendarPart, FactRef, FellowRef, Number, Term, Test
from policyrules.ir.types import PLAIN, Kind, Type, Unit
from policyrules.ir.unparse import unparse
from policyrules.syntax import expression_tree as syntax
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span
from policyrules.values.calendar_parts import CALENDAR_PARTS


class TypeCheckFailed(Exception):
    """An expression cannot be typed; the reason has been reported."""


@attrs.frozen
class TypedTerm:
    """A term with its type.

    `kind` is `NUMBER` for every numeric kind; `unit` is None for the constant 0, which fits every
    unit. `is_whole` marks a whole number, `none` is the title of a known absence. `is_open` marks a
    word that may be outside `words`, or a set of words that its text leaves open.
    """

    term: Term
    kind: Kind
    unit: Unit | None = PLAIN
    is_whole: bool = False
    words: Mapping[str, LocalizedText] = attrs.field(factory=dict, hash=False)
    none: LocalizedText | None = None
    is_open: bool = False

    def __str__(self) -> str:
        if self.kind is Kind.NUMBER and self.unit is not None and not self.unit.is_plain:
            return f"a number in {self.unit}"
        if self.kind is Kind.CALENDAR_YEAR:
            return "a calendar year"
        return "a set of words" if self.kind is Kind.WORDS else f"a {self.kind}"


def typed_as_declared(term: Term, type_: Type) -> TypedTerm:
    """Return a term with its declared type."""
    kind = Kind.NUMBER if type_.kind.is_numeric else type_.kind
    is_whole = type_.kind is Kind.COUNT
    return TypedTerm(term, kind, type_.unit, is_whole, type_.words, type_.none, type_.open)


@attrs.frozen
class Scope:
    """The names that an expression can read beside the facts of the case.

    `list` is the list whose item is in scope and `each` its name in the expression; `entries` maps
    the name of a single entry to its list of figures. `is_block` marks the rules of a block: only a
    generator outside it may read an item's own result. A generator in a block gives the items of
    `fellow_list` the name `fellow`. `is_vocabulary` marks the constraints of the vocabulary, which
    can read facts only. `in_generator` is set inside a function of a list.
    """

    list: str = ""
    each: str = ""
    entries: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    is_block: bool = False
    in_generator: bool = False
    fellow: str = ""
    fellow_list: str = ""
    is_vocabulary: bool = False


CASE_SCOPE: Final = Scope()
"""The scope of the rules of a case."""


def block_scope(list_: str, each: str) -> Scope:
    """Return the scope of the rules of a block."""
    if "." in list_:
        return Scope(list_, "", {each: list_}, is_block=True)
    return Scope(list_, each, is_block=True)


class SubexpressionChecker(Protocol):
    """The part of the expression checker that functions need for their arguments."""

    @property
    def state(self) -> CheckState:
        """The state of the check."""

    @property
    def scope(self) -> Scope:
        """The scope of the expression."""

    def check_test(self, node: syntax.ExpressionNode) -> Test:
        """Type a test and lower it; raise `TypeCheckFailed` after reporting a fault."""

    def check_term(self, node: syntax.ExpressionNode) -> TypedTerm:
        """Type a term and lower it; raise `TypeCheckFailed` after reporting a fault."""

    def check_number(self, node: syntax.ExpressionNode) -> TypedTerm:
        """Type a number that is never `none`."""

    def check_figure(self, node: syntax.ExpressionNode, kind: Kind) -> TypedTerm:
        """Type a figure of one kind that is never `none`."""

    def where(self, test: Test, *, is_held: bool = True) -> Self:
        """Return the checker for expressions read only where a test is held, or else has failed."""

    def inside_generator(self, scope: Scope) -> Self:
        """Return the checker of the expressions inside a generator."""


def reject(
    state: CheckState, span: Span, message: str, found: str, expected: str, remedy: str = ""
) -> NoReturn:
    """Report a type mismatch and raise `TypeCheckFailed`."""
    state.diagnostics.report(
        "type-mismatch", span, message, found=found, expected=expected, remedy=remedy
    )
    raise TypeCheckFailed


def check_kind(
    state: CheckState, typed: TypedTerm, node: syntax.ExpressionNode, kind: Kind
) -> None:
    """Reject a term that is of another kind, or that may be `none`."""
    if typed.kind != kind:
        remedy = _remedy_by_parts(typed, kind)
        reject(state, node.span, f"this is not a {kind}", str(typed), f"a {kind}", remedy)
    if typed.none is not None:
        message = "this may be `none`, with which nothing can be computed"
        remedy = ""
        if isinstance(typed.term, FactRef | FellowRef):
            fact = typed.term
            name = fact.original_name or (fact.name if isinstance(fact, FactRef) else "")
            remedy = (
                f"compute with it only where `{name} is not none`: after that test and `and`, or "
                "in an exception or an `if` with that test"
            )
        reject(state, node.span, message, f"a {kind} that may be none", f"a {kind}", remedy)


def _remedy_by_parts(typed: TypedTerm, kind: Kind) -> str:
    """Return the parts of a term that are of the kind, or no text for a term without any."""
    if not kind.is_calendar or typed.none is not None:
        return ""
    parts = [
        CalendarPart(part, typed.kind.value, typed.term)
        for part, owners in CALENDAR_PARTS.items()
        if typed.kind.value in owners and PART_TYPES[part].kind is kind
    ]
    return "write " + " or ".join(f"`{unparse(part)}`" for part in parts) if parts else ""


def check_same_unit(
    state: CheckState, left: TypedTerm, right: TypedTerm, span: Span, verb: str
) -> None:
    """Reject two numbers whose units differ; `verb` names the operation in the message."""
    if left.unit is None or right.unit is None or left.unit == right.unit:
        return
    constants = [side.term.value for side in (left, right) if isinstance(side.term, Number)]
    state.diagnostics.report(
        "unit-mismatch",
        span,
        f"{describe_unit(right.unit)} cannot be {verb} {describe_unit(left.unit)}",
        found=f"{describe_unit(left.unit)} and {describe_unit(right.unit)}",
        expected="the same unit on both sides",
        remedy="declare a parameter with the unit" if 1 in constants else "",
    )
    raise TypeCheckFailed


def describe_unit(unit: Unit) -> str:
    """Return a unit as a message names it."""
    return "a number without unit" if unit == PLAIN else f"`{unit}`"
