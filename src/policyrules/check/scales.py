"""Check progressive scales: read their brackets, whose edges rise."""

from __future__ import annotations

from typing import Final

from policyrules.check.literals import read_number
from policyrules.check.provenance import provenance_of
from policyrules.check.state import CheckState
from policyrules.ir.tables import Bracket, Cell
from policyrules.ir.types import Kind, Type
from policyrules.syntax.tree import BracketNode, ScaleNode
from policyrules.values.exact import Exact

_RATE: Final = Type(Kind.RATIO)


def read_scale(state: CheckState, node: ScaleNode, type_: Type, name: str) -> Cell | None:
    """Read the brackets of a scale; return None after reporting a fault."""
    brackets: list[Bracket] = []
    previous: tuple[BracketNode, Exact] | None = None
    is_broken = False
    for bracket in node.brackets:
        edge = read_number(bracket.above, Type(Kind.MONEY, type_.unit), state.diagnostics)
        rate = read_number(bracket.rate, _RATE, state.diagnostics)
        if edge is None or rate is None:
            is_broken = True
            continue
        if previous is not None and edge <= previous[1]:
            _report_order(state, bracket, previous[0])
            is_broken = True
            continue
        previous = bracket, edge
        notes: tuple[str, ...] = ()
        if bracket.quote or bracket.cite or bracket.notes:
            notes = provenance_of(state, bracket, bracket.span, f"a bracket of `{name}`").notes
        brackets.append(Bracket(edge, rate, notes))
    return None if is_broken else Cell("stated", brackets=tuple(brackets))


def _report_order(state: CheckState, bracket: BracketNode, previous: BracketNode) -> None:
    is_twice = bracket.above.text == previous.above.text
    state.diagnostics.report(
        "scale-order",
        bracket.above.span,
        "two brackets have the same edge" if is_twice else "the edges of a scale must rise",
        found=f"`{bracket.above.text}` after `{previous.above.text}`",
        expected="an edge above the one before it",
        remedy=_order_remedy(bracket, previous, is_twice=is_twice),
        related=((previous.above.span, "the edge before it is here"),),
    )


def _order_remedy(bracket: BracketNode, previous: BracketNode, *, is_twice: bool) -> str:
    if bracket.span.path != previous.span.path:
        return "set the whole scale under `value` to change a rate of the base"
    return "keep one of them" if is_twice else "write the brackets from the lowest edge up"
