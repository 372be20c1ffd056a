"""Bounds: what a nation or a province leaves to those within it, and how far they may go.

`delegated` of a parameter binds the jurisdictions that lie within the one that wrote the rows; not
the same one in another year, and not another one that takes its text over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policyrules.check.draft import Bound, Draft
from policyrules.compose.inherit import lies_within
from policyrules.decisions.shown import number_text
from policyrules.ir.ruleset import Cell, Parameter, Row, Table
from policyrules.source import Span
from policyrules.syntax.overlay_tree import OverlayTree, SetNode
from policyrules.syntax.tree import ContentNode, ParameterNode, RowNode, TableNode
from policyrules.values.calendar import figure_text
from policyrules.values.exact import Exact


def check_bounds(draft: Draft) -> None:
    """Holds every row that an overlay sets against those of the jurisdictions that it lies in."""
    for node in draft.tree.parameters:
        _check_ordered(draft, node)
    own = draft.composition.own if draft.composition is not None else None
    if own is None or not isinstance(own.tree, OverlayTree):
        return
    for one in own.tree.set:
        parameter = draft.parameters.get(one.name.text)
        for bound in draft.bounds.get(one.name.text, {}).values():
            within = bound.jurisdiction != own.jurisdiction and lies_within(
                own.jurisdiction, bound.jurisdiction
            )
            if parameter is not None and within:
                _hold(draft, one, parameter, bound)


def _check_ordered(draft: Draft, node: ParameterNode) -> None:
    """A bound is one of figures that can be more or less."""
    parameter = draft.parameters.get(node.name.text)
    if parameter is None or node.delegated is None:
        return
    if node.delegated.text in {"at_most", "at_least"} and not parameter.type.kind.is_ordered:
        draft.diagnostics.report(
            "type-mismatch",
            node.delegated.span,
            f"`{node.delegated.text}` is a bound of figures",
            found=f"`{parameter.type.kind}`",
            expected="a number or a date, or `free` or `no`",
        )


def _hold(draft: Draft, node: SetNode, parameter: Parameter, bound: Bound) -> None:
    delegated = bound.parameter.delegated
    if delegated == "free":
        return
    if delegated == "no":
        draft.diagnostics.report(
            "not-delegated",
            node.name.span,
            f"`{bound.jurisdiction}` does not leave `{node.name.text}` to those within it",
            expected=f"the figures of `{bound.jurisdiction}`",
            remedy="leave it out; or let its text say `delegated`, where it does leave it to them",
            related=((bound.span, "it is fixed here"),),
        )
        return
    for new, there, span, key in _pairs(draft, node, parameter, bound.parameter):
        limit, figure = _ends(delegated, there, new)
        if limit is None or figure is None:
            continue
        passed = figure > limit if delegated == "at_most" else figure < limit
        if passed:
            words = "more" if delegated == "at_most" else "less"
            of = f" for `{key}`" if key else ""
            draft.diagnostics.report(
                "bound-passed",
                span,
                f"`{node.name.text}`{of} is {words} than `{bound.jurisdiction}` allows",
                found=f"`{_written(figure, parameter)}`",
                expected=f"`{delegated}` {_written(limit, bound.parameter)}",
                remedy="correct the figure, or extend the text that allows it",
                related=((bound.span, "the bound stands here"),),
            )
            return


def _ends(delegated: str, bound: Cell, new: Cell) -> tuple[Exact | None, Exact | None]:
    """The bound and the figure: of what is open, the end that goes furthest."""
    if delegated == "at_most":
        return bound.high, new.high
    return bound.low, new.low


def _pairs(
    draft: Draft, node: SetNode, parameter: Parameter, bound: Parameter
) -> Iterator[tuple[Cell, Cell, Span, str]]:
    """Each new cell with the cell that was there on some of its days, for the same key."""
    force = draft.in_force
    for place, row in enumerate(parameter.rows):
        content = node.values[place].value if node.values else node.value
        for there in bound.rows:
            if force is None or not _meet((row.from_, row.to), (force.from_, force.to)):
                continue
            from_, to = _common((row.from_, row.to), (force.from_, force.to))
            if not _meet((from_, to), (there.from_, there.to)):
                continue
            for key in _keys(row):
                cell, other = _cell(row, key), _cell(there, key)
                if cell is not None and other is not None:
                    yield cell, other, _span(content, key, node), key


def _keys(row: Row) -> tuple[str, ...]:
    if not isinstance(row.content, Table):
        return ("",)
    return (*row.content.rows, "none", "else")


def _cell(row: Row, key: str) -> Cell | None:
    if isinstance(row.content, Cell):
        return row.content
    if key == "else":
        return row.content.otherwise
    if key == "none":
        return row.content.none
    return row.content.rows.get(key) or row.content.otherwise


def _span(content: ContentNode | RowNode | None, key: str, node: SetNode) -> Span:
    if isinstance(content, TableNode):
        found = {word.text: cell.span for word, cell in content.rows}
        return found.get(key, content.span)
    return content.span if content is not None else node.span


Days = tuple[date | None, date | None]


def _common(one: Days, other: Days) -> Days:
    froms = [day for day in (one[0], other[0]) if day is not None]
    tos = [day for day in (one[1], other[1]) if day is not None]
    return max(froms, default=None), min(tos, default=None)


def _meet(one: Days, other: Days) -> bool:
    from_, to = _common(one, other)
    return from_ is None or to is None or from_ <= to


def _written(figure: Exact, parameter: Parameter) -> str:
    kind = parameter.type.kind
    if kind.is_calendar:
        return figure_text(str(kind), int(figure))
    return number_text(figure, str(kind), str(parameter.type.unit), "en")
