"""What a ruleset is within: the rows of rulesets of the jurisdictions around its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import attrs

from policyrules.check.state import Around, Bound, Bounds
from policyrules.ir.ruleset import Parameter, Period
from policyrules.text.span import Span


def while_in_force(bounds: Bounds, force: Period) -> Around:
    """The rows of a ruleset on the days on which it is in force: on others it bounds nothing."""
    return {
        name: tuple(
            attrs.evolve(bound, parameter=_between(bound.parameter, force))
            for bound in rows.values()
        )
        for name, rows in bounds.items()
    }


def _between(parameter: Parameter, force: Period) -> Parameter:
    rows = []
    for row in parameter.rows:
        from_ = max(row.from_ or date.min, force.from_ or date.min)
        to = min(row.to or date.max, force.to or date.max)
        if from_ <= to:
            rows.append(attrs.evolve(row, from_=from_, to=to))
    return attrs.evolve(parameter, rows=tuple(rows))


def joined(found: Iterable[Around]) -> Around:
    """The rows of several, each just once."""
    rows: dict[str, dict[tuple[str, Span], Bound]] = {}
    for around in found:
        for name, bounds in around.items():
            here = rows.setdefault(name, {})
            for bound in bounds:
                here[bound.jurisdiction, bound.span] = bound
    return {name: tuple(bounds.values()) for name, bounds in rows.items()}
