"""Aggregates of lists besides counts and sums: extremes, sums of the largest, distinct figures.

`lists` has quantifiers, counts and sums.
"""

from __future__ import annotations

import attrs

from policyrules.evaluation.lists import (
    ItemEvaluator,
    ListView,
    lower_bound_of_sum,
    upper_bound_of_sum,
)
from policyrules.ir.nodes import Distinct, ListExtreme, SumOfLargest
from policyrules.values.dependencies import Dependencies, Indeterminacy
from policyrules.values.entries import (
    Entry,
    count_distinct,
    largest_or_smallest,
    sum_of_largest,
)
from policyrules.values.kleene import HELD
from policyrules.values.possible import (
    UNDECLARED_WORD,
    Interval,
    Possible,
    collapse_point,
    combine_all,
    hull,
)


def extreme_of_items(
    node: ListExtreme, view: ListView[ItemEvaluator], default: Possible | None
) -> Possible:
    """Return the largest or the smallest figure; without any, the default, or else undefined."""
    otherwise = _undefined_extreme(node.source_list.name) if default is None else default
    entries = _entries(node, view)
    if view.known is not None or not entries:
        return largest_or_smallest(entries, otherwise, largest=node.is_max)
    (entry,) = entries
    figure = largest_or_smallest([Entry(entry.figure)], otherwise, largest=node.is_max)
    return hull([otherwise, figure], view.dependencies | entry.membership.dependencies)


def sum_of_largest_items(
    node: SumOfLargest, view: ListView[ItemEvaluator], count: Possible
) -> Possible:
    """Return the sum of the largest figures of the items that hold the test."""
    entries = _entries(node, view)
    if view.known is not None or not entries:
        return sum_of_largest(entries, count)
    (entry,) = entries
    figure = entry.figure
    if count.figures is None:
        return combine_all([count, figure], None)
    ends = figure.figures if isinstance(figure.figures, Interval) else Interval(0, 0)
    high = count.interval.high
    most = _smaller(None if high is None else max(-int(-high // 1), 0), view.max_items)
    result = Interval(lower_bound_of_sum(ends.low, most), upper_bound_of_sum(ends.high, most))
    operand = attrs.evolve(
        figure,
        figures=result,
        undefined=figure.undefined or figure.may_be_none,
        may_be_none=False,
        dependencies=_dependencies(view, entry),
        definedness=None,
    )
    return combine_all([count, operand], result)


def distinct_of_items(node: Distinct, view: ListView[ItemEvaluator]) -> Possible:
    """Return the number of different figures of the items that hold the test."""
    entries = _entries(node, view)
    if view.known is not None or not entries:
        return count_distinct(entries)
    (entry,) = entries
    figure = entry.figure
    most = view.max_items
    if figure.figures is None:
        most = 0
    elif isinstance(figure.figures, frozenset) and UNDECLARED_WORD not in figure.figures:
        most = _smaller(len(figure.figures), most)
    return collapse_point(
        Possible(
            Interval(0, most),
            not_stated=figure.not_stated,
            undefined=figure.undefined,
            dependencies=_dependencies(view, entry),
        )
    )


def _entries(
    node: ListExtreme | SumOfLargest | Distinct, view: ListView[ItemEvaluator]
) -> list[Entry]:
    """Return the entries that may hold the test; that of an unknown list represents them all."""
    entries: list[Entry] = []
    for item in view.items:
        verdict = HELD if node.test is None else item.test(node.test)
        if verdict.truth is not False:
            entries.append(Entry(item.term(node.term), verdict))
    return entries


def _dependencies(view: ListView[ItemEvaluator], entry: Entry) -> Dependencies:
    return view.dependencies | entry.membership.dependencies | entry.figure.dependencies


def _undefined_extreme(name: str) -> Possible:
    """Return the largest or the smallest figure of a list without any, which is undefined."""
    open_ = Dependencies(indeterminacies=frozenset({Indeterminacy(name, "no_entry")}))
    return Possible(None, undefined=True, dependencies=open_)


def _smaller(first: int | None, second: int | None) -> int | None:
    return second if first is None else first if second is None else min(first, second)
