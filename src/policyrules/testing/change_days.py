"""The days on which a ruleset changes: the ruleset or a row of a parameter begins or ends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Final

from policyrules.ir.ruleset import CheckedRuleset

_DEFAULT_DAY: Final = date(2000, 1, 1)
"""The day for a ruleset without any date."""


def edge_days(ruleset: CheckedRuleset) -> tuple[date, ...]:
    """Return the first and last days of the ruleset and of every row, in order.

    Rows may begin or end while the ruleset is not in force.
    """
    ends = {day for period in _periods(ruleset) for day in period}
    days = {day for day in ends if day is not None}
    return tuple(sorted(days))


def start_days(ruleset: CheckedRuleset) -> tuple[date, ...]:
    """Return the days in force on which the ruleset or a row begins, in order; at least one day.

    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").ruleset
    >>> [day.isoformat() for day in start_days(refund)]
    ['2022-01-01', '2022-06-14', '2022-11-10']
    """
    starts = {first for first, _ in _periods(ruleset)}
    days = {day for day in starts if day is not None and day in ruleset.in_force}
    return tuple(sorted(days or {ruleset.in_force.to or _DEFAULT_DAY}))


def _periods(ruleset: CheckedRuleset) -> Iterator[tuple[date | None, date | None]]:
    """Yield the first and the last day of the ruleset, and of every row."""
    yield ruleset.in_force.from_, ruleset.in_force.to
    for parameter in ruleset.parameters.values():
        yield from ((row.from_, row.to) for row in parameter.rows)
