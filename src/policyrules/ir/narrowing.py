"""Narrow the ranges of facts in the expression of an exception to those where its `when` is held.

`when: least <= person.months < limit` cuts the range of `person.months` at the lowest `least` and
at the highest `limit`. Only a comparison that must be held cuts a range: `when` itself, or an
operand of its `and`. A comparison with a term over a list cuts no range, and facts inside such a
term keep theirs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import product
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.ir.nodes import (
    And,
    Arithmetic,
    BoolTest,
    CalendarPart,
    Compare,
    ConditionRef,
    Count,
    Cut,
    DateDiff,
    DateShift,
    Distinct,
    ElementRef,
    EligibleRef,
    Expression,
    FactRef,
    FellowRef,
    InPeriod,
    InSet,
    IsNone,
    IsSameItem,
    ListExtreme,
    Marginal,
    MinMax,
    Negate,
    Not,
    Number,
    Or,
    ParameterRef,
    Quantifier,
    Sum,
    SumOfLargest,
    Term,
    Test,
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)

_MIRRORED: Final[Mapping[str, str]] = MappingProxyType(
    {"<": ">", "<=": ">=", ">": "<", ">=": "<=", "==": "=="}
)
"""The operators that cut a range, each with the operator of the exchanged sides."""

Cuts = Mapping[str, tuple[Cut, ...]]
"""The cuts of each fact by its name."""


def cuts_of(when: Test) -> Cuts:
    """Return the cuts of each fact that are held wherever a test is held.

    >>> from policyrules.ir.nodes import ParameterRef
    >>> limit = Compare("<", FactRef("person.months"), ParameterRef("limit"))
    >>> cuts_of(limit)["person.months"]
    (Cut(operator='<', term=ParameterRef(name='limit')),)
    >>> cuts_of(Or((limit, limit)))
    {}
    """
    cuts: dict[str, dict[Cut, None]] = {}
    for part in _conjuncts(when):
        if not isinstance(part, Compare) or part.operator not in _MIRRORED:
            continue
        sides = (
            (part.left, part.operator, part.right),
            (
                part.right,
                _MIRRORED[part.operator],
                part.left,
            ),
        )
        for fact, operator, term in sides:
            if isinstance(fact, FactRef) and not _reads_list(term):
                cuts.setdefault(fact.name, {})[Cut(operator, term)] = None
    return {name: tuple(of_fact) for name, of_fact in cuts.items()}


def implied_tests(cuts: Cuts) -> tuple[Compare, ...]:
    """Return what a test implies about the ends of its cuts: each low end is below each high end.

    Where one of them fails, a range is empty, so the test cannot be held.
    """
    implied: dict[Compare, None] = {}
    for of_fact in cuts.values():
        lows = [cut for cut in of_fact if cut.operator in {">", ">=", "=="}]
        highs = [cut for cut in of_fact if cut.operator in {"<", "<=", "=="}]
        for low, high in product(lows, highs):
            operator = "<" if {low.operator, high.operator} & {"<", ">"} else "<="
            if low.operator == high.operator == "==":
                operator = "=="
            if low.term != high.term and Compare(operator, high.term, low.term) not in implied:
                implied[Compare(operator, low.term, high.term)] = None
    return tuple(implied)


def narrow(node: Expression, cuts: Cuts) -> Expression:
    """Return an expression in which each fact has its cuts."""
    if not cuts:
        return node
    return _narrow_test(node, cuts) if isinstance(node, Test) else _narrow_term(node, cuts)


def _conjuncts(test: Test) -> Iterator[Test]:
    if isinstance(test, And):
        for operand in test.operands:
            yield from _conjuncts(operand)
    else:
        yield test


def _reads_list(node: Term) -> bool:
    """Return whether a term is computed over a list."""
    match node:
        case Count() | Sum() | ListExtreme() | SumOfLargest() | Distinct():
            return True
        case Negate(operand) | CalendarPart(_, _, operand) | Marginal(_, operand):
            return _reads_list(operand)
        case Arithmetic(_, left, right) | DateDiff(_, left, right):
            return _reads_list(left) or _reads_list(right)
        case DateShift(start=start, count=count):
            return _reads_list(start) or _reads_list(count)
        case MinMax(_, operands) | WorkingDayTerm(_, operands):
            return any(map(_reads_list, operands))
        case (
            Number()
            | YesNo()
            | Word()
            | FactRef()
            | ParameterRef()
            | ValueRef()
            | EligibleRef()
            | ConditionRef()
            | ElementRef()
            | FellowRef()
        ):
            return False


def _narrow_term(node: Term, cuts: Cuts) -> Term:
    match node:
        case FactRef(name) if name in cuts:
            return attrs.evolve(node, cuts=cuts[name])
        case Negate(operand):
            return Negate(_narrow_term(operand, cuts))
        case CalendarPart(operand=operand):
            return attrs.evolve(node, operand=_narrow_term(operand, cuts))
        case Marginal(scale, income):
            return Marginal(scale, _narrow_term(income, cuts))
        case Arithmetic(operator, left, right):
            return Arithmetic(operator, _narrow_term(left, cuts), _narrow_term(right, cuts))
        case DateDiff(start=start, end=end):
            ends = _narrow_term(start, cuts), _narrow_term(end, cuts)
            return attrs.evolve(node, start=ends[0], end=ends[1])
        case DateShift(start=start, count=count):
            start, count = _narrow_term(start, cuts), _narrow_term(count, cuts)
            return attrs.evolve(node, start=start, count=count)
        case WorkingDayTerm(function, operands):
            narrowed = tuple(_narrow_term(operand, cuts) for operand in operands)
            return WorkingDayTerm(function, narrowed)
        case MinMax(is_max, operands):
            return MinMax(is_max, tuple(_narrow_term(operand, cuts) for operand in operands))
        case (
            Number()
            | YesNo()
            | Word()
            | FactRef()
            | ParameterRef()
            | ValueRef()
            | EligibleRef()
            | ConditionRef()
            | ElementRef()
            | FellowRef()
            | Count()
            | Sum()
            | ListExtreme()
            | SumOfLargest()
            | Distinct()
        ):
            return node


def _narrow_test(node: Test, cuts: Cuts) -> Test:
    match node:
        case Compare(operator, left, right):
            return Compare(operator, _narrow_term(left, cuts), _narrow_term(right, cuts))
        case InSet(operand, words):
            return InSet(_narrow_term(operand, cuts), words)
        case InPeriod(operand, period, kind):
            return InPeriod(_narrow_term(operand, cuts), period, kind)
        case IsNone(operand):
            return IsNone(_narrow_term(operand, cuts))
        case BoolTest(operand):
            return BoolTest(_narrow_term(operand, cuts))
        case Not(test):
            return Not(_narrow_test(test, cuts))
        case And(tests):
            return And(_narrow_all(tests, cuts))
        case Or(tests):
            return Or(_narrow_all(tests, cuts))
        case Quantifier() | IsSameItem():
            return node


def _narrow_all(tests: Iterable[Test], cuts: Cuts) -> tuple[Test, ...]:
    return tuple(_narrow_test(test, cuts) for test in tests)
