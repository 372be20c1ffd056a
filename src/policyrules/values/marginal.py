"""The amount due on a possible figure by a progressive scale."""

from __future__ import annotations

import attrs

from policyrules.values.possible import Interval, Possible, add, collapse_point
from policyrules.values.scale import Scale


def marginal(scale: Possible, income: Possible) -> Possible:
    """Return the amount due on a possible figure.

    A scale is linear between two edges, so the least and the greatest amount are due at an end of
    the interval or at an edge inside it.

    >>> from policyrules.values.possible import number
    >>> tax = Possible(Scale(((0, 1), (10, 2))))
    >>> marginal(tax, number(13)).point()
    16
    >>> marginal(tax, Possible(Interval(-5, 12))).interval
    Interval(low=0, high=14)
    """
    if not isinstance(scale.figures, Scale) or income.figures is None:
        return add(scale, income)
    figures = _due_interval(scale.figures, income.interval)
    return collapse_point(attrs.evolve(income, figures=figures))


def _due_interval(scale: Scale, income: Interval) -> Interval:
    low, high = income.low, income.high
    inner_edges = [edge for edge in scale.edges if (low is None or low < edge)]
    inner_edges = [edge for edge in inner_edges if high is None or edge < high]
    ends = [end for end in (low, high) if end is not None]
    dues = [scale.due(figure) for figure in (*inner_edges, *ends)]
    if low is None:
        dues.append(0)  # nothing is due below the first edge
    _, last_rate = scale.brackets[-1]
    if high is not None or last_rate == 0:
        return Interval(min(dues), max(dues))
    return Interval(min(dues), None) if last_rate > 0 else Interval(None, max(dues))
