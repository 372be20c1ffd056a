"""Find tests that are constant because their parts contradict each other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.ir.nodes import And, Atom, Compare, Not, Or, Term, Test
from policyrules.values.exact import Exact

_COMPLEMENTS: Final[Mapping[str, str]] = MappingProxyType(
    {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}
)
_MIRRORED: Final[Mapping[str, str]] = MappingProxyType(
    {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
)

ConstantFigure = Callable[[Term], Exact | None]
"""The figure of a term that is the same for all facts, or None."""


@attrs.frozen
class _Bound:
    """A bound of a term: the bounding term, and its figure if that is the same for all facts."""

    term: Term
    figure: Exact | None
    is_included: bool


def constant_truth(
    test: Test, atom: Callable[[Atom], bool | None], figure: ConstantFigure
) -> bool | None:
    """Return the result that a test has for all facts, or None if it depends on them.

    Two kinds of contradiction are found: an atom beside its own negation, and bounds of one term
    that exclude each other. `atom` returns the truth of an atom by itself.
    """
    match test:
        case Not(operand):
            truth = constant_truth(operand, atom, figure)
            return None if truth is None else not truth
        case And():
            parts = list(_flat_operands(test))
            truths = [constant_truth(part, atom, figure) for part in parts]
            if False in truths or _exclude_each_other(parts, figure):
                return False
            return True if all(truths) else None
        case Or():
            # A disjunction is always held if its parts cannot all fail.
            parts = list(_flat_operands(test))
            truths = [constant_truth(part, atom, figure) for part in parts]
            if True in truths or _exclude_each_other(list(map(_negation, parts)), figure):
                return True
            return None if None in truths else False
        case _:
            return atom(test)


def _flat_operands(test: And | Or) -> Iterator[Test]:
    for operand in test.operands:
        if isinstance(operand, And | Or) and type(operand) is type(test):
            yield from _flat_operands(operand)
        else:
            yield operand


def _negation(test: Test) -> Test:
    return test.operand if isinstance(test, Not) else Not(test)


def _tests_excluded_by(test: Test) -> set[Test]:
    """Return the tests that exclude a test; both fail if an operand is `none`."""
    if isinstance(test, Compare):
        return {Not(test), Compare(_COMPLEMENTS[test.operator], test.left, test.right)}
    return {_negation(test)}


def _exclude_each_other(tests: list[Test], figure: ConstantFigure) -> bool:
    """Return whether two of the tests can never be held together."""
    held = set(tests)
    if any(_tests_excluded_by(test) & held for test in held):
        return True
    bounds: dict[Term, tuple[list[_Bound], list[_Bound]]] = {}
    for test in tests:
        if isinstance(test, Compare) and test.operator in _MIRRORED:
            _add_bound(bounds, test.left, test.operator, test.right, figure)
            _add_bound(bounds, test.right, _MIRRORED[test.operator], test.left, figure)
    for test in tests:
        # A comparison also fails for `none`, so a failed one counts only with another bound.
        if isinstance(test, Not) and isinstance(test.operand, Compare):
            left, right, operator = test.operand.left, test.operand.right, test.operand.operator
            if operator in {"==", "!="}:
                continue
            if left in bounds and figure(right) is not None:
                _add_bound(bounds, left, _COMPLEMENTS[operator], right, figure)
            if right in bounds and figure(left) is not None:
                _add_bound(bounds, right, _MIRRORED[_COMPLEMENTS[operator]], left, figure)
    return any(_are_disjoint(lows, highs) for lows, highs in bounds.values())


def _add_bound(
    bounds: dict[Term, tuple[list[_Bound], list[_Bound]]],
    term: Term,
    operator: str,
    limit: Term,
    figure: ConstantFigure,
) -> None:
    lows, highs = bounds.setdefault(term, ([], []))
    bound = _Bound(limit, figure(limit), is_included=operator not in {"<", ">"})
    if operator in {">", ">=", "=="}:
        lows.append(bound)
    if operator in {"<", "<=", "=="}:
        highs.append(bound)


def _are_disjoint(lows: Iterable[_Bound], highs: Iterable[_Bound]) -> bool:
    for low, high in product(lows, highs):
        is_included = low.is_included and high.is_included
        if low.term == high.term and not is_included:
            return True
        if low.figure is None or high.figure is None:
            continue
        if low.figure > high.figure or (low.figure == high.figure and not is_included):
            return True
    return False
