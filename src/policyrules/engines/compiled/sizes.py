"""Estimate which values must reduce their fractions, so that their digits do not grow.

The generated functions multiply across and never divide. If a value is added to another one that is
computed from it, the denominator of the sum is the product of both denominators, although one of
them would suffice. In a chain of such values the digits double at every step. The values of an
ordinary ruleset stay below the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.ir.nodes import (
    Arithmetic,
    CalendarPart,
    ConditionRef,
    Count,
    DateDiff,
    DateShift,
    Distinct,
    ElementRef,
    EligibleRef,
    Expression,
    FactRef,
    FellowRef,
    ListExtreme,
    Marginal,
    MinMax,
    Negate,
    Number,
    ParameterRef,
    Sum,
    SumOfLargest,
    Term,
    Test,
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)
from policyrules.ir.ruleset import CheckedRuleset, Value
from policyrules.ir.traverse import children, expressions_of

_MAX_BITS: Final = 1_000
"""A value of more bits is reduced."""

_MAX_REDUCED_BITS: Final = 4_000
"""The most bits of a reduced figure: `check` rejects a ruleset whose figures may have more."""

_ASSUMED_INPUT_BITS: Final = 64


def values_to_reduce(ruleset: CheckedRuleset) -> frozenset[str]:
    """Return the values whose fractions are reduced as soon as they are computed."""
    bits: dict[str, int] = {}
    reduced: set[str] = set()
    inner = [value for block in ruleset.item_rules.values() for value in block.values.values()]
    for value in [*ruleset.values.values(), *inner]:
        size = _value_bits(value, bits)
        if size > _MAX_BITS:
            reduced.add(value.name)
            size = _MAX_REDUCED_BITS
        bits[value.name] = _ASSUMED_INPUT_BITS if value.rounding is not None else size
    return frozenset(reduced)


def _value_bits(value: Value, bits: Mapping[str, int]) -> int:
    """Return the bits of the longest of the figures that a value may have."""
    return max((_expression_bits(node, bits) for node in expressions_of(value)), default=0)


def _expression_bits(node: Expression, bits: Mapping[str, int]) -> int:
    """Return the bits of an expression, as if every operation multiplied its operands."""
    if isinstance(node, Test):
        return _ASSUMED_INPUT_BITS
    match node:
        case ValueRef(name):
            return bits.get(name, _ASSUMED_INPUT_BITS)
        case FellowRef(reference):
            return _expression_bits(reference, bits)
        case Negate() | Arithmetic() | MinMax() | Marginal():
            return sum(
                _expression_bits(term, bits) for term in children(node) if isinstance(term, Term)
            )
        case Sum() | SumOfLargest() | ListExtreme():
            return _MAX_REDUCED_BITS
        case Number() | YesNo() | Word() | FactRef() | ParameterRef():
            return _ASSUMED_INPUT_BITS
        case EligibleRef() | ConditionRef() | ElementRef():
            return _ASSUMED_INPUT_BITS
        case CalendarPart() | DateShift() | DateDiff() | WorkingDayTerm() | Count() | Distinct():
            return _ASSUMED_INPUT_BITS
