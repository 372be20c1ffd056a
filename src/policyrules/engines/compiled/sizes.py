"""Estimates where the plain function must reduce its fractions, or they would grow without need.

It multiplies across and never divides, so a value and what was computed of it come together over
the product of their denominators, where one of them would do. A chain of such values doubles the
digits at every step. What an ordinary ruleset computes stays far below the limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.ir.nodes import Arithmetic, Expression, MinMax, Negate, Sum, Term, ValueRef
from policyrules.ir.ruleset import CheckedRuleset, Value
from policyrules.ir.traverse import children, expressions_of

_MOST_BITS: Final = 1_000
"""Beyond so many bits a value is reduced."""

_REDUCED_BITS: Final = 4_000
"""What a reduced figure may have: `check` refuses a ruleset whose figures may have more."""

_ORDINARY_BITS: Final = 64


def values_to_reduce(ruleset: CheckedRuleset) -> frozenset[str]:
    """The values whose fractions are reduced as soon as they are computed."""
    bits: dict[str, int] = {}
    reduced: set[str] = set()
    inner = [value for block in ruleset.item_rules.values() for value in block.values.values()]
    for value in [*ruleset.values.values(), *inner]:
        size = _bits_of(value, bits)
        if size > _MOST_BITS:
            reduced.add(value.name)
            size = _REDUCED_BITS
        bits[value.name] = _ORDINARY_BITS if value.rounding is not None else size
    return frozenset(reduced)


def _bits_of(value: Value, bits: Mapping[str, int]) -> int:
    return max((_bits(text, bits) for text in expressions_of(value)), default=0)


def _bits(node: Expression, bits: Mapping[str, int]) -> int:
    """The bits of an expression, if every operation multiplies what it works with."""
    match node:
        case ValueRef(name):
            return bits.get(name, _ORDINARY_BITS)
        case Negate() | Arithmetic() | MinMax():
            return sum(_bits(one, bits) for one in children(node) if isinstance(one, Term))
        case Sum():
            return _REDUCED_BITS
        case _:
            return _ORDINARY_BITS
