"""Three-valued logic: a test is held (True), failed (False) or unknown (None).

Every function returns a `Verdict`. An unknown verdict depends on the unknown members only; a
decided one has no dependencies.
"""

from __future__ import annotations

import operator as operators
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.values.calendar import first_day, last_day, truncate
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, Indeterminacy, union
from policyrules.values.exact import Exact
from policyrules.values.possible import (
    UNDECLARED_WORD,
    Interval,
    PeriodSet,
    Possible,
    WordSet,
    word,
)

Truth = bool | None
"""True: held; False: failed; None: unknown."""


@attrs.frozen
class Verdict:
    """A truth with its dependencies while it is unknown."""

    truth: Truth
    dependencies: Dependencies = NO_DEPENDENCIES


HELD: Final = Verdict(True)
FAILED: Final = Verdict(False)


def verdict(truth: Truth, dependencies: Dependencies) -> Verdict:
    """Return a verdict; a decided truth drops the dependencies."""
    if truth is None:
        return Verdict(None, dependencies)
    return HELD if truth else FAILED


def not_(operand: Verdict) -> Verdict:
    """Negate a verdict; unknown stays unknown.

    >>> not_(HELD) == FAILED
    True
    """
    if operand.truth is None:
        return operand
    return FAILED if operand.truth else HELD


def to_value(test: Verdict) -> Possible:
    """Return a verdict as a yes_no value."""
    if test.truth is None:
        return Possible(frozenset({True, False}), dependencies=test.dependencies)
    return word(test.truth)


def all_of(members: Sequence[Verdict]) -> Verdict:
    """Return held if every member is held, failed if any member failed."""
    if any(member.truth is False for member in members):
        return FAILED
    return _held_unless_unknown(members)


def any_of(members: Sequence[Verdict]) -> Verdict:
    """Return held if any member is held, failed if every member failed."""
    return not_(all_of([not_(member) for member in members]))


def none_of(members: Sequence[Verdict]) -> Verdict:
    """Return held if every member failed, failed if any member is held."""
    return not_(any_of(members))


def at_least(n: int, members: Sequence[Verdict]) -> Verdict:
    """Return held if `n` members are held, failed if fewer can be."""
    held = sum(member.truth is True for member in members)
    open_ = [member for member in members if member.truth is None]
    if held >= n:
        return HELD
    if held + len(open_) < n:
        return FAILED
    return Verdict(None, union(member.dependencies for member in open_))


def apply_exceptions(
    name: str,
    rule: Verdict,
    exceptions: Sequence[tuple[Verdict, Verdict]],
    *,
    is_replaced: bool = False,
) -> Verdict:
    """Combine the default of a condition with its guarded exceptions, each (guard, verdict).

    An exception is a candidate unless its guard has failed. The default `rule` is a candidate
    unless some guard is held, or `is_replaced` says that one of several exceptions applies. The
    result is the truth that all candidates share. Two exceptions that apply to the case as given
    and disagree are a conflict: the result is unknown, and no fact can decide it.

    >>> apply_exceptions("c", FAILED, [(HELD, HELD)]) == HELD
    True
    """
    if not exceptions:
        return rule
    applied = [result.truth for guard, result in exceptions if guard.truth is True]
    candidates = [result for guard, result in exceptions if guard.truth is not False]
    if not (applied or is_replaced):
        candidates.append(rule)
    truths = {result.truth for result in candidates}
    if truths in ({True}, {False}):
        return candidates[0]
    dependencies = union(result.dependencies for result in candidates) | union(
        guard.dependencies for guard, _ in exceptions if guard.truth is None
    )
    if True in applied and False in applied:
        dependencies = Dependencies(indeterminacies=frozenset({Indeterminacy(name, "conflict")}))
    return Verdict(None, dependencies)


def is_true(operand: Possible) -> Verdict:
    """Test whether a yes_no is yes; a known absence is not."""
    outcomes = {figure is True for figure in operand.choices}
    return _verdict_of_outcomes(outcomes | {False} if operand.may_be_none else outcomes, operand)


def is_none(operand: Possible) -> Verdict:
    """Test whether a value is a known absence (`none`)."""
    outcomes = {True} if operand.may_be_none else set[bool]()
    if operand.figures is not None:
        outcomes.add(False)
    return _verdict_of_outcomes(outcomes, operand)


def compare(operator: str, left: Possible, right: Possible) -> Verdict:
    """Compare two values: held if every pair of their figures passes, failed if no pair does.

    If a value is a known absence, `!=` is held and every other comparison has failed.

    >>> from policyrules.values.possible import number
    >>> compare("<=", number(6), number(6)).truth
    True
    """
    left_point, right_point = left.point(), right.point()
    if left_point is not None and right_point is not None:
        return HELD if _NUMBER_COMPARISONS[operator](left_point, right_point) else FAILED
    if _has_no_value(left) or _has_no_value(right):
        return _indeterminate(left, right)
    outcomes = set[bool]()
    if left.figures is not None and right.figures is not None:
        if isinstance(left.figures, Interval) and isinstance(right.figures, Interval):
            outcomes = _INTERVAL_COMPARISONS[operator](left.figures, right.figures)
        else:
            outcomes = _word_outcomes(operator, left, right)
    if left.may_be_none or right.may_be_none:
        outcomes = outcomes | {operator == "!="}
    return _verdict_of_outcomes(outcomes, left, right)


def member_of(operand: Possible, words: Possible) -> Verdict:
    """Test whether a word is in a set of words; a known absence is in no set."""
    if _has_no_value(operand) or _has_no_value(words):
        return _indeterminate(operand, words)
    outcomes = {False} if operand.may_be_none else set[bool]()
    left_open = NO_DEPENDENCIES
    if isinstance(words.figures, WordSet):
        for choice in operand.choices:
            if choice in words.figures.possible:
                outcomes.add(True)
            if choice not in words.figures.certain:
                outcomes.add(False)
                # An open list may contain a word that it does not name; no fact decides that.
                if words.figures.open_by:
                    outcomes.add(True)
                    names = words.figures.open_by
                    left_open = Dependencies(
                        indeterminacies=frozenset(Indeterminacy(n, "open") for n in names)
                    )
    result = _verdict_of_outcomes(outcomes, operand, words)
    return result if result.truth is not None else Verdict(None, result.dependencies | left_open)


def in_period(kind: str, operand: Possible, period: Possible) -> Verdict:
    """Test whether all days of a date, a month or a year are in a period.

    For a month or year that is partly in the period the result is unknown, and no fact can decide
    it. A known absence is in no period.
    """
    if _has_no_value(operand) or _has_no_value(period):
        return _indeterminate(operand, period)
    absent = {False} if operand.may_be_none else set[bool]()
    outcomes, partly = set(absent), NO_DEPENDENCIES
    days, figures = period.figures, operand.figures
    if isinstance(days, PeriodSet) and isinstance(figures, Interval):
        if not isinstance(figures.low, int) or not isinstance(figures.high, int):
            raise TypeError(f"not bounded days: {operand}")
        begins, ends = first_day(kind, figures.low), last_day(kind, figures.high)
        each_decides = True
        for opens, closes in days.periods:
            is_in, is_out = opens <= begins and ends <= closes, ends < opens or begins > closes
            by_period = absent | ({True} if is_in else {False} if is_out else {True, False})
            outcomes |= by_period
            each_decides = each_decides and len(by_period) == 1
        if each_decides:  # The period alone decides, whichever the day.
            operand = attrs.evolve(operand, dependencies=operand.definedness_dependencies)
        if any(
            _straddles(period_days, kind, figures.low, figures.high) for period_days in days.periods
        ):
            partly = Dependencies(indeterminacies=frozenset({Indeterminacy(days.name, "partly")}))
    result = _verdict_of_outcomes(outcomes, operand, period)
    return result if result.truth is not None else Verdict(None, result.dependencies | partly)


def _straddles(period: tuple[int, int], kind: str, low: int, high: int) -> bool:
    """Return whether a period begins or ends inside a month or year from `low` to `high`."""
    opens, closes = period
    return any(
        low <= (figure := truncate(kind, end)) <= high
        and (
            first_day(kind, figure) < opens <= last_day(kind, figure)
            or first_day(kind, figure) <= closes < last_day(kind, figure)
        )
        for end in period
    )


def _held_unless_unknown(members: Sequence[Verdict]) -> Verdict:
    open_ = [member.dependencies for member in members if member.truth is None]
    return Verdict(None, union(open_)) if open_ else HELD


def _has_no_value(side: Possible) -> bool:
    """Return whether a side has surely neither a figure nor a known absence."""
    return side.figures is None and not side.may_be_none


def _indeterminate(*sides: Possible) -> Verdict:
    """Return the verdict of a test of which some side has no value: no fact can decide it."""
    dependencies = union(side.dependencies for side in sides if _has_no_value(side))
    return Verdict(None, Dependencies(indeterminacies=dependencies.indeterminacies))


def _verdict_of_outcomes(outcomes: set[bool], *sides: Possible) -> Verdict:
    """Return the verdict of a test with these outcomes; unknown if several are possible."""
    if len(outcomes) != 1:
        return Verdict(None, union(side.dependencies for side in sides))
    open_ = [side.definedness_dependencies for side in sides if side.not_stated or side.undefined]
    if open_:  # Every figure gives the same truth; only its definedness is open.
        return Verdict(None, union(open_))
    return HELD if True in outcomes else FAILED


def _word_outcomes(operator: str, left: Possible, right: Possible) -> set[bool]:
    equal = set[bool]()
    if left.choices & right.choices or _may_be(left, right) or _may_be(right, left):
        equal.add(True)
    if len(left.choices | right.choices) > 1 or UNDECLARED_WORD in left.choices:
        equal.add(False)
    return equal if operator == "==" else {not outcome for outcome in equal}


def _may_be(unknown: Possible, other: Possible) -> bool:
    """Return whether an unknown open word may be a word of the other that it does not list.

    `UNDECLARED_WORD` stands for any such word, and so for two different ones on the two sides.
    """
    return UNDECLARED_WORD in unknown.choices and bool(other.choices - unknown.choices)


def _below(low: Exact | None, high: Exact | None) -> bool:
    """Return whether a lower bound is strictly below an upper bound; None is no bound."""
    return low is None or high is None or low < high


def _reaches(low: Exact | None, high: Exact | None) -> bool:
    """Return whether a lower bound is at most an upper bound; None is no bound."""
    return low is None or high is None or low <= high


def _less(left: Interval, right: Interval) -> set[bool]:
    outcomes = set[bool]()
    if _below(left.low, right.high):
        outcomes.add(True)
    if _reaches(right.low, left.high):
        outcomes.add(False)
    return outcomes


def _at_most(left: Interval, right: Interval) -> set[bool]:
    return {not outcome for outcome in _less(right, left)}


def _equal(left: Interval, right: Interval) -> set[bool]:
    outcomes = set[bool]()
    if _reaches(left.low, right.high) and _reaches(right.low, left.high):
        outcomes.add(True)
    if not (left.is_point and left == right):
        outcomes.add(False)
    return outcomes


_INTERVAL_COMPARISONS: Final[Mapping[str, Callable[[Interval, Interval], set[bool]]]] = (
    MappingProxyType(
        {
            "<": _less,
            "<=": _at_most,
            ">": lambda left, right: _less(right, left),
            ">=": lambda left, right: _at_most(right, left),
            "==": _equal,
            "!=": lambda left, right: {not outcome for outcome in _equal(left, right)},
        }
    )
)

_NUMBER_COMPARISONS: Final[Mapping[str, Callable[[Exact, Exact], bool]]] = MappingProxyType(
    {
        "<": operators.lt,
        "<=": operators.le,
        ">": operators.gt,
        ">=": operators.ge,
        "==": operators.eq,
        "!=": operators.ne,
    }
)
"""Comparisons of two known numbers, which are the most frequent."""
