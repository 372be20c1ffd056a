"""Time: periods that begin before they end, and rows that cover the time in force just once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from policyrules.check.draft import Draft
from policyrules.check.grounds import ground_of
from policyrules.check.literals import read_date
from policyrules.ir.ruleset import Period
from policyrules.source import Span
from policyrules.syntax.tree import InForceNode, RowNode

Dates = tuple[date | None, date | None]


def date_ruleset(draft: Draft) -> None:
    """Reads the time in force; it is needed before any parameter can be said to cover it."""
    node = draft.tree.in_force
    from_, to = _dates(draft, node)
    if node.from_ is None:
        draft.diagnostics.report(
            "missing-key",
            node.span,
            "the key `from` is missing",
            expected="`from`: the first day on which the ruleset applies",
        )
    ground = ground_of(draft, node, node.span, "`in_force`", inherit=False)
    draft.in_force = Period(from_, to, ground)


def _dates(draft: Draft, node: InForceNode | RowNode) -> Dates:
    from_ = read_date(node.from_, draft.diagnostics) if node.from_ else None
    to = read_date(node.to, draft.diagnostics) if node.to else None
    if from_ is not None and to is not None and to < from_:
        draft.diagnostics.report(
            "date-order",
            node.to.span if node.to else node.span,
            "the period ends before it begins",
            found=f"from {from_} to {to}",
            expected="the earlier day under `from`",
        )
        return None, None
    return from_, to


def rows_of(draft: Draft, nodes: Sequence[RowNode]) -> list[Dates]:
    """The dates of the rows of a parameter, proven to cover the time in force without overlap."""
    before = len(draft.diagnostics.sorted())
    dates = [_dates(draft, node) for node in nodes]
    if len(draft.diagnostics.sorted()) > before:
        return dates
    placed = sorted(zip(dates, nodes, strict=True), key=lambda row: row[0][0] or date.min)
    for (earlier, first), (later, second) in pairwise(placed):
        if earlier[1] is None or (later[0] or date.min) <= earlier[1]:
            _report_overlap(draft, later, first.span, second.span)
        elif later[0] is not None and later[0] - earlier[1] > timedelta(days=1):
            _report_gap(draft, second.span, earlier[1] + timedelta(days=1), later[0])
    _check_ends(draft, placed[0][0], placed[-1][0], nodes[0].span)
    return dates


def _report_overlap(draft: Draft, later: Dates, first: Span, second: Span) -> None:
    draft.diagnostics.report(
        "overlap",
        second,
        "two rows are in force on one day",
        found=f"both on {later[0] or 'every earlier day'}",
        expected="the earlier row ends the day before the later one begins",
        related=((first, "the other row"),),
    )


def _report_gap(draft: Draft, span: Span, first: date, until: date) -> None:
    draft.diagnostics.report(
        "gap",
        span,
        "no row is in force for some days",
        found=f"nothing from {first} to {until - timedelta(days=1)}",
        expected="rows without a gap between them",
    )


def _check_ends(draft: Draft, first: Dates, last: Dates, span: Span) -> None:
    """The rows begin no later, and end no earlier, than the ruleset."""
    force = draft.in_force
    if force is None or (force.from_ is None and draft.tree.in_force.from_ is not None):
        return
    if first[0] is not None and (force.from_ is None or force.from_ < first[0]):
        _report_gap(draft, span, force.from_ or date.min, first[0])
    if last[1] is not None and (force.to is None or last[1] < force.to):
        end = force.to + timedelta(days=1) if force.to else date.max
        _report_gap(draft, span, last[1] + timedelta(days=1), end)
