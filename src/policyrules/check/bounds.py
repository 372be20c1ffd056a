"""Bounds: what a nation or a province leaves to those within it, and how far they may go.

`delegated` of a parameter binds the jurisdictions that lie within the one that wrote the rows; not
the same one in another year, and not another one that takes its text over. It binds what an overlay
sets, and what stands in a ruleset that says that it is `within` the one with the parameter.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from policyrules.check.state import Bound, Draft
from policyrules.decisions.numbers import number_text
from policyrules.diagnostics import listed
from policyrules.ir.ruleset import Cell, Parameter, Row, Table
from policyrules.overlays.inherit import jurisdiction_of
from policyrules.syntax.overlay_tree import OverlayTree, SetNode
from policyrules.syntax.tree import ContentNode, ParameterNode, RowNode, TableNode
from policyrules.text.place_code import lies_within
from policyrules.text.span import Span
from policyrules.values.calendar import figure_text
from policyrules.values.exact import Exact


def check_bounds(draft: Draft) -> None:
    """Holds the rows of a ruleset against those of the jurisdictions that it lies in."""
    for node in draft.tree.parameters:
        _check_ordered(draft, node)
        parameter = draft.parameters.get(node.name.text)
        for bound in draft.binding.around.get(node.name.text, ()):
            if parameter is not None and _binds(draft, bound):
                _hold_within(draft, node, parameter, bound)
    own = draft.composition.own if draft.composition is not None else None
    if own is None or not isinstance(own.tree, OverlayTree):
        return
    for one in own.tree.set:
        parameter = draft.parameters.get(one.name.text)
        for bound in draft.binding.bounds.get(one.name.text, {}).values():
            if parameter is not None and _binds(draft, bound):
                _hold(draft, one, parameter, bound)


def _binds(draft: Draft, bound: Bound) -> bool:
    """Return whether the jurisdiction of a bound is around that of the ruleset."""
    own = jurisdiction_of(draft.tree.id.text)
    return bound.jurisdiction != own and lies_within(own, bound.jurisdiction)


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


_Node = SetNode | ParameterNode


def _hold(draft: Draft, node: SetNode, parameter: Parameter, bound: Bound) -> None:
    """Holds what an overlay sets against a layer below it."""
    if bound.parameter.delegated != "no":
        _hold_figures(draft, node, parameter, bound)
        return
    draft.diagnostics.report(
        "not-delegated",
        node.name.span,
        f"`{bound.jurisdiction}` does not leave `{node.name.text}` to those within it",
        expected=f"the figures of `{bound.jurisdiction}`",
        remedy="leave it out; or let its text say `delegated`, where it does leave it to them",
        related=((bound.span, "it is fixed here"),),
    )


def _hold_within(draft: Draft, node: ParameterNode, parameter: Parameter, bound: Bound) -> None:
    """Holds a parameter against the one of its name in a ruleset that this one is within."""
    if bound.parameter.delegated == "free" or not _is_comparable(draft, node, parameter, bound):
        return
    if bound.parameter.delegated != "no":
        _hold_figures(draft, node, parameter, bound)
        return
    # It has to say the figure, being whole by itself; it may not say another one.
    for new, there, span, key in _pairs(draft, node, parameter, bound.parameter):
        if new != there and "not_stated" not in {new.status, there.status}:
            of = f" for `{key}`" if key else ""
            figure, fixed = (_as_found(one, parameter) for one in (new, there))
            draft.diagnostics.report(
                "not-delegated",
                span,
                f"`{bound.jurisdiction}` does not leave `{node.name.text}` to those within it",
                found=f"{figure}{of}" if figure else f"another figure{of}",
                expected=fixed or f"the figures of `{bound.jurisdiction}`",
                remedy="write its figure; or let its text say `delegated`, where it does leave it "
                "to them",
                related=((bound.span, "it is fixed here"),),
            )
            return


def _is_comparable(draft: Draft, node: ParameterNode, parameter: Parameter, bound: Bound) -> bool:
    """Return whether two parameters of one name have one type and the same words as keys."""
    there = bound.parameter
    if (parameter.type.kind, parameter.type.unit) != (there.type.kind, there.type.unit):
        draft.diagnostics.report(
            "type-mismatch",
            node.type.span,
            f"`{node.name.text}` is of another type than in `{bound.jurisdiction}`",
            found=f"`{parameter.type}`",
            expected=f"`{there.type}`",
            remedy="give it another name, if it is something else",
            related=((bound.span, "the bound stands here"),),
        )
        return False
    tables = [row.content for row in there.rows if isinstance(row.content, Table)]
    if not tables:
        return True
    known = {word for table in tables for word in table.rows}
    for row in parameter.rows:
        words = row.content.rows if isinstance(row.content, Table) else {}
        for word in words:
            if word not in known and not any(table.otherwise for table in tables):
                draft.diagnostics.report(
                    "type-mismatch",
                    node.by.span if node.by is not None else node.name.span,
                    f"`{node.name.text}` is told apart by other words than in "
                    f"`{bound.jurisdiction}`",
                    found=f"`{word}`",
                    expected=f"one of {listed(sorted(known))}",
                    remedy="choose the row by the same words, so that each has its bound",
                    related=((bound.span, "the bound stands here"),),
                )
                return False
    return True


def _hold_figures(draft: Draft, node: _Node, parameter: Parameter, bound: Bound) -> None:
    delegated = bound.parameter.delegated
    if delegated == "free":
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
                "bound-exceeded",
                span,
                f"`{node.name.text}`{of} is {words} than `{bound.jurisdiction}` allows",
                found=f"`{_written(figure, parameter)}`",
                expected=f"`{delegated}` {_written(limit, bound.parameter)}",
                remedy="correct the figure, or extend the text that allows it"
                if isinstance(node, SetNode)
                else "correct the figure, or the days on which it applies",
                related=((bound.span, "the bound stands here"),),
            )
            return


def _ends(delegated: str, bound: Cell, new: Cell) -> tuple[Exact | None, Exact | None]:
    """The bound and the figure: of what is open, the end that goes furthest."""
    if delegated == "at_most":
        return bound.high, new.high
    return bound.low, new.low


def _pairs(
    draft: Draft, node: _Node, parameter: Parameter, bound: Parameter
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
            for key in _keys(row, there):
                cell, other = _cell(row, key), _cell(there, key)
                if cell is not None and other is not None:
                    yield cell, other, _span(content, key, node), key


def _keys(*rows: Row) -> tuple[str, ...]:
    """The words that either row tells apart, and what stands for the others."""
    tables = [row.content for row in rows if isinstance(row.content, Table)]
    if not tables:
        return ("",)
    return (*dict.fromkeys(word for table in tables for word in table.rows), "else", "none")


def _cell(row: Row, key: str) -> Cell | None:
    if isinstance(row.content, Cell):
        return row.content
    if key == "else":
        return row.content.otherwise
    if key == "none":
        return row.content.none or row.content.otherwise
    return row.content.rows.get(key) or row.content.otherwise


def _span(content: ContentNode | RowNode | None, key: str, node: _Node) -> Span:
    if isinstance(content, TableNode):
        found = {word.text: cell.span for word, cell in content.rows}
        return found.get(key, found.get("else", content.span))
    return content.span if content is not None else node.span


Days = tuple[date | None, date | None]


def _common(one: Days, other: Days) -> Days:
    froms = [day for day in (one[0], other[0]) if day is not None]
    tos = [day for day in (one[1], other[1]) if day is not None]
    return max(froms, default=None), min(tos, default=None)


def _meet(one: Days, other: Days) -> bool:
    from_, to = _common(one, other)
    return from_ is None or to is None or from_ <= to


def _as_found(cell: Cell, parameter: Parameter) -> str:
    """The figure of a cell, where it has just one."""
    if cell.status != "stated" or cell.low is None or cell.low != cell.high:
        return ""
    return f"`{_written(cell.low, parameter)}`"


def _written(figure: Exact, parameter: Parameter) -> str:
    kind = parameter.type.kind
    if kind.is_calendar:
        return figure_text(str(kind), int(figure))
    return number_text(figure, str(kind), str(parameter.type.unit), "en")
