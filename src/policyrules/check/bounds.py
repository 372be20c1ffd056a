"""Check parameters against the bounds that enclosing jurisdictions set with `delegated`.

`delegated` of a parameter binds the jurisdictions inside the declaring one: the overrides of their
overlays, and the parameters of their rulesets that are `within` the declaring ruleset. It does not
bind the same jurisdiction in another year, nor a jurisdiction elsewhere that inherits the ruleset.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

import attrs

from policyrules.check.row_bounds import cells_on_common_cases, row_span
from policyrules.check.state import CheckState, EnclosingBounds, InheritedBounds, ParameterBound
from policyrules.diagnostics import listed
from policyrules.display.numbers import number_text
from policyrules.ir.ruleset import Parameter, Period, Row
from policyrules.ir.tables import Cell, RowTable, Table
from policyrules.overlays.inherit import jurisdiction_of
from policyrules.syntax.overlay_tree import OverlayTree, SetNode
from policyrules.syntax.tree import ContentNode, ParameterNode, RowNode, TableNode
from policyrules.text.place_code import is_part_of
from policyrules.text.span import Span
from policyrules.values.calendar import figure_text
from policyrules.values.exact import Exact


def check_bounds(state: CheckState) -> None:
    """Check the parameters of a ruleset against those of enclosing jurisdictions."""
    for node in state.tree.parameters:
        _check_ordered(state, node)
        parameter = state.parameters.get(node.name.text)
        for bound in state.external_bounds.enclosing.get(node.name.text, ()):
            if parameter is not None and _is_binding(state, bound):
                _check_capped_parameter(state, node, parameter, bound)
    top_layer = state.composition.top_layer if state.composition is not None else None
    if top_layer is None or not isinstance(top_layer.tree, OverlayTree):
        return
    for override in top_layer.tree.set:
        parameter = state.parameters.get(override.name.text)
        for bound in state.external_bounds.inherited.get(override.name.text, {}).values():
            if parameter is not None and _is_binding(state, bound):
                _check_override(state, override, parameter, bound)


def is_fixed(state: CheckState, name: str) -> bool:
    """Return whether a base fixes a parameter for the place of an overlay, which cannot set it."""
    inherited = state.external_bounds.inherited.get(name, {}).values()
    return any(
        bound.parameter.delegated == "no" and _is_binding(state, bound) for bound in inherited
    )


def _is_binding(state: CheckState, bound: ParameterBound) -> bool:
    """Return whether the jurisdiction of a bound encloses that of the ruleset."""
    jurisdiction = jurisdiction_of(state.tree.id.text)
    return bound.jurisdiction != jurisdiction and is_part_of(jurisdiction, bound.jurisdiction)


def _check_ordered(state: CheckState, node: ParameterNode) -> None:
    """Report `at_most` or `at_least` on a parameter whose type has no order."""
    parameter = state.parameters.get(node.name.text)
    if parameter is None or node.delegated is None:
        return
    if node.delegated.text in {"at_most", "at_least"} and not parameter.type.kind.is_ordered:
        state.diagnostics.report(
            "type-mismatch",
            node.delegated.span,
            f"`{node.delegated.text}` needs a type with an order",
            found=f"`{parameter.type.kind}`",
            expected="a number or a date, or `free` or `no`",
        )


_FigureNode = SetNode | ParameterNode


def _check_override(
    state: CheckState, node: SetNode, parameter: Parameter, bound: ParameterBound
) -> None:
    """Check an override of an overlay against the bound of a lower layer."""
    if bound.parameter.delegated != "no":
        _check_figures(state, node, parameter, bound)
        return
    state.diagnostics.report(
        "not-delegated",
        node.name.span,
        f"`{bound.jurisdiction}` does not delegate `{node.name.text}`",
        expected=f"the figures of `{bound.jurisdiction}`",
        remedy="remove the override, or declare `delegated` there if the text delegates it",
        related=((bound.span, "it is fixed here"),),
    )


def _check_capped_parameter(
    state: CheckState, node: ParameterNode, parameter: Parameter, bound: ParameterBound
) -> None:
    """Check a parameter against the bound of an enclosing ruleset."""
    if bound.parameter.delegated == "free" or not _is_comparable(state, node, parameter, bound):
        return
    if bound.parameter.delegated != "no":
        _check_figures(state, node, parameter, bound)
        return
    # A ruleset is complete without its enclosing one, so it repeats the figure and may not differ.
    for cell, bound_cell, span, key in _cell_pairs(state, node, parameter, bound.parameter):
        if cell != bound_cell and "not_stated" not in {cell.status, bound_cell.status}:
            suffix = f" for `{key}`" if key else ""
            figure, fixed = (_describe_cell(compared, parameter) for compared in (cell, bound_cell))
            state.diagnostics.report(
                "not-delegated",
                span,
                f"`{bound.jurisdiction}` does not delegate `{node.name.text}`",
                found=f"{figure}{suffix}" if figure else f"another figure{suffix}",
                expected=fixed or f"the figures of `{bound.jurisdiction}`",
                remedy="repeat its figure, or declare `delegated` there if the text delegates it",
                related=((bound.span, "it is fixed here"),),
            )
            return


def _is_comparable(
    state: CheckState, node: ParameterNode, parameter: Parameter, bound: ParameterBound
) -> bool:
    """Return whether a parameter and its bound have the same type and keys; report if not."""
    bounding = bound.parameter
    if (parameter.type.kind, parameter.type.unit) != (bounding.type.kind, bounding.type.unit):
        state.diagnostics.report(
            "type-mismatch",
            node.type.span,
            f"`{node.name.text}` has another type than in `{bound.jurisdiction}`",
            found=f"`{parameter.type}`",
            expected=f"`{bounding.type}`",
            remedy="rename it if it means something else",
            related=((bound.span, "the bound is declared here"),),
        )
        return False
    tables = [row.content for row in bounding.rows if isinstance(row.content, Table)]
    if not tables:
        return True
    known = {word for table in tables for word in table.rows}
    for row in parameter.rows:
        words = row.content.rows if isinstance(row.content, Table) else {}
        for word in words:
            if word not in known and not any(table.default for table in tables):
                state.diagnostics.report(
                    "type-mismatch",
                    node.by.span if node.by is not None else node.name.span,
                    f"`{node.name.text}` has other keys than in `{bound.jurisdiction}`",
                    found=f"`{word}`",
                    expected=f"one of {listed(sorted(known))}",
                    remedy="use the same keys, so that each row has its bound",
                    related=((bound.span, "the bound is declared here"),),
                )
                return False
    return True


def _check_figures(
    state: CheckState, node: _FigureNode, parameter: Parameter, bound: ParameterBound
) -> None:
    delegated = bound.parameter.delegated
    if delegated == "free":
        return
    for cell, bound_cell, span, key in _cell_pairs(state, node, parameter, bound.parameter):
        limit, figure = _limit_and_figure(delegated, bound_cell, cell)
        if limit is None or figure is None:
            continue
        is_exceeded = figure > limit if delegated == "at_most" else figure < limit
        if is_exceeded:
            comparison = "more" if delegated == "at_most" else "less"
            suffix = f" for `{key}`" if key else ""
            state.diagnostics.report(
                "bound-exceeded",
                span,
                f"`{node.name.text}`{suffix} is {comparison} than `{bound.jurisdiction}` allows",
                found=f"`{_format_figure(figure, parameter)}`",
                expected=f"`{delegated}` {_format_figure(limit, bound.parameter)}",
                remedy="correct the figure, or extend the text that allows it"
                if isinstance(node, SetNode)
                else "correct the figure, or the days on which it applies",
                related=((bound.span, "the bound is declared here"),),
            )
            return


def _limit_and_figure(delegated: str, bound: Cell, new: Cell) -> tuple[Exact | None, Exact | None]:
    """Return the ends of a bound and of a cell to compare: the high ends for `at_most`."""
    if delegated == "at_most":
        return bound.high, new.high
    return bound.low, new.low


def _cell_pairs(
    state: CheckState, node: _FigureNode, parameter: Parameter, bound: Parameter
) -> Iterator[tuple[Cell, Cell, Span, str]]:
    """Yield each cell with the bounding cell of the same days and key, its span and the key."""
    force = state.in_force
    for place, row in enumerate(parameter.rows):
        content = node.values[place].content if node.values else node.content
        for bound_row in bound.rows:
            if force is None or not _overlap((row.from_, row.to), (force.from_, force.to)):
                continue
            from_, to = _intersection((row.from_, row.to), (force.from_, force.to))
            if not _overlap((from_, to), (bound_row.from_, bound_row.to)):
                continue
            if isinstance(row.content, RowTable) or isinstance(bound_row.content, RowTable):
                for pair in cells_on_common_cases(parameter, row, bound, bound_row):
                    yield pair.cell, pair.bound, row_span(content, pair.row, node.span), pair.key
                continue
            for key in _row_keys(row, bound_row):
                cell, bound_cell = _cell_at(row, key), _cell_at(bound_row, key)
                if cell is not None and bound_cell is not None:
                    yield cell, bound_cell, _cell_span(content, key, node), key


def _row_keys(*rows: Row) -> tuple[str, ...]:
    """Return the keys of both rows, with `else` and `none`."""
    tables = [row.content for row in rows if isinstance(row.content, Table)]
    if not tables:
        return ("",)
    return (*dict.fromkeys(word for table in tables for word in table.rows), "else", "none")


def _cell_at(row: Row, key: str) -> Cell | None:
    if not isinstance(row.content, Table):
        return row.content if isinstance(row.content, Cell) else None
    if key == "else":
        return row.content.default
    if key == "none":
        return row.content.none or row.content.default
    return row.content.rows.get(key) or row.content.default


def _cell_span(content: ContentNode | RowNode | None, key: str, node: _FigureNode) -> Span:
    if isinstance(content, TableNode):
        spans = {word.text: cell.span for word, cell in content.rows}
        return spans.get(key, spans.get("else", content.span))
    return content.span if content is not None else node.span


DateRange = tuple[date | None, date | None]
"""The first and the last day; None for an open end."""


def _intersection(first: DateRange, second: DateRange) -> DateRange:
    froms = [day for day in (first[0], second[0]) if day is not None]
    tos = [day for day in (first[1], second[1]) if day is not None]
    return max(froms, default=None), min(tos, default=None)


def _overlap(first: DateRange, second: DateRange) -> bool:
    from_, to = _intersection(first, second)
    return from_ is None or to is None or from_ <= to


def _describe_cell(cell: Cell, parameter: Parameter) -> str:
    """Return the figure of a cell as a message shows it, or no text if it has several."""
    if cell.status != "stated" or cell.low is None or cell.low != cell.high:
        return ""
    return f"`{_format_figure(cell.low, parameter)}`"


def _format_figure(figure: Exact, parameter: Parameter) -> str:
    kind = parameter.type.kind
    if kind.is_calendar:
        return figure_text(kind, int(figure))
    return number_text(figure, kind, str(parameter.type.unit), "en")


def restrict_to_validity(bounds: InheritedBounds, force: Period) -> EnclosingBounds:
    """Return the bounds of a ruleset, cut to the period in which it is in force."""
    return {
        name: tuple(
            attrs.evolve(bound, parameter=_clip_rows(bound.parameter, force))
            for bound in rows.values()
        )
        for name, rows in bounds.items()
    }


def _clip_rows(parameter: Parameter, force: Period) -> Parameter:
    rows = []
    for row in parameter.rows:
        from_ = max(row.from_ or date.min, force.from_ or date.min)
        to = min(row.to or date.max, force.to or date.max)
        if from_ <= to:
            rows.append(attrs.evolve(row, from_=from_, to=to))
    return attrs.evolve(parameter, rows=tuple(rows))


def merge_bounds(all_bounds: Iterable[EnclosingBounds]) -> EnclosingBounds:
    """Return the bounds of several rulesets without duplicates."""
    rows: dict[str, dict[tuple[str, Span], ParameterBound]] = {}
    for enclosing in all_bounds:
        for name, bounds in enclosing.items():
            by_origin = rows.setdefault(name, {})
            for bound in bounds:
                by_origin[bound.jurisdiction, bound.span] = bound
    return {name: tuple(bounds.values()) for name, bounds in rows.items()}
