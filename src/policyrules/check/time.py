"""Read periods: the validity of the ruleset, and the rows of parameters, which must cover it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise

from policyrules.check.calendar_literals import read_date, read_year
from policyrules.check.provenance import provenance_of
from policyrules.check.state import CheckState
from policyrules.ir.ruleset import Period
from policyrules.syntax.tree import InForceNode, RowNode
from policyrules.text.span import Span

DateRange = tuple[date | None, date | None]
"""The first and the last day; None for an open end."""


def read_validity(state: CheckState) -> None:
    """Read the period in which the ruleset is in force."""
    year = state.tree.policy_year
    if year is not None:
        state.policy_year = read_year(year, state.diagnostics)
    if "in_force" in state.tree.broken:
        return
    node = state.tree.in_force
    from_, to = read_period(state, node)
    if node.from_ is None:
        state.diagnostics.report(
            "missing-key",
            node.span,
            "the key `from` is missing",
            expected="`from`: the first day on which the ruleset applies",
        )
    provenance = provenance_of(state, node, node.span, "`in_force`")
    state.in_force = Period(from_, to, provenance)


def read_period(state: CheckState, node: InForceNode | RowNode) -> DateRange:
    """Return the first and the last day of a period, and report one that ends before it begins."""
    from_ = read_date(node.from_, state.diagnostics) if node.from_ else None
    to = read_date(node.to, state.diagnostics) if node.to else None
    if from_ is not None and to is not None and to < from_:
        state.diagnostics.report(
            "date-order",
            node.to.span if node.to else node.span,
            "the period ends before it begins",
            found=f"from {from_} to {to}",
            expected="the earlier day under `from`",
        )
        return None, None
    return from_, to


def row_periods(state: CheckState, nodes: Sequence[RowNode]) -> list[DateRange]:
    """Return the periods of the rows of a parameter; report gaps and overlaps."""
    dates = [read_period(state, node) for node in nodes]
    unread = [
        (node.from_ and from_ is None) or (node.to and to is None)
        for node, (from_, to) in zip(nodes, dates, strict=True)
    ]
    if any(unread):
        return dates
    placed = sorted(zip(dates, nodes, strict=True), key=lambda row: row[0][0] or date.min)
    overlapping = False
    for (earlier, first), (later, second) in pairwise(placed):
        if earlier[1] is None or (later[0] or date.min) <= earlier[1]:
            _report_overlap(state, later, first, second)
            overlapping = True
        elif later[0] is not None and later[0] - earlier[1] > timedelta(days=1):
            before = later[0] - timedelta(days=1)
            place = second.from_.span if second.from_ else second.span
            _report_gap(state, place, f"from {earlier[1] + timedelta(days=1)} to {before}")
    if not overlapping:  # with an overlap, the last row to begin may end before another
        _check_ends(state, placed[0][1], placed[-1][1], (placed[0][0][0], placed[-1][0][1]))
    return dates


def _report_overlap(state: CheckState, later: DateRange, first: RowNode, second: RowNode) -> None:
    end = first.to.span if first.to else first.span
    state.diagnostics.report(
        "overlap",
        second.from_.span if second.from_ else second.span,
        "two rows are in force on one day",
        found=f"both on {later[0]}" if later[0] else "both from the first day on",
        expected="the earlier row ends the day before the later one begins",
        related=((end, "the other row ends here" if first.to else "the other row has no end"),),
    )


def _report_gap(state: CheckState, span: Span, days: str) -> None:
    if state.is_inherited(span):
        state.diagnostics.report(
            "gap",
            state.tree.in_force.span,
            "rows of the base do not cover the days on which this file applies",
            found=f"nothing {days}",
            expected="rows that cover every day on which the ruleset is in force",
            remedy="`set` the parameter, or correct `in_force`",
            related=((span, "the rows stand here in the base"),),
        )
        return
    state.diagnostics.report(
        "gap",
        span,
        "no row is in force for some days",
        found=f"nothing {days}",
        expected="rows that cover every day on which the ruleset is in force",
    )


def _check_ends(state: CheckState, first: RowNode, last: RowNode, ends: DateRange) -> None:
    """Report days in force before the first row or after the last; `ends` are those of the rows."""
    force, node = state.in_force, state.tree.in_force
    if force is None or force.from_ is None or (force.to is None and node.to is not None):
        return  # The validity is not readable, which has been reported.
    from_, to = ends
    if from_ is not None and force.from_ < from_:
        until = min(from_ - timedelta(days=1), force.to or date.max)
        place = first.from_.span if first.from_ else first.span
        _report_gap(state, place, f"from {force.from_} to {until}")
    if to is not None and to < date.max and (force.to is None or to < force.to):
        place = last.to.span if last.to else last.span
        since = max(to + timedelta(days=1), force.from_)
        _report_gap(state, place, f"from {since} " + (f"to {force.to}" if force.to else "on"))
