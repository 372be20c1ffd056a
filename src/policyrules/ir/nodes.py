"""Expressions: what a condition tests and what a value computes.

All nodes are frozen, and those with parts keep their hash: engines find atoms by them.
"""

from __future__ import annotations

import attrs


@attrs.frozen
class Number:
    """The number 0 or 1; any other is a parameter. 0 has every unit, 1 has none."""

    value: int


@attrs.frozen
class YesNo:
    """`True` or `False`."""

    value: bool


@attrs.frozen
class Word:
    """A quoted word, typed by the other side of its comparison."""

    word: str


@attrs.frozen
class FactRef:
    """A fact, as `subject.fact`."""

    name: str


@attrs.frozen
class ParameterRef:
    """A parameter."""

    name: str


@attrs.frozen
class ValueRef:
    """A value of the ruleset."""

    name: str


@attrs.frozen(cache_hash=True)
class Negative:
    """A number with its sign turned."""

    operand: Term


@attrs.frozen(cache_hash=True)
class Arithmetic:
    """`left operator right` with one of + - * /."""

    operator: str
    left: Term
    right: Term


@attrs.frozen(cache_hash=True)
class Extreme:
    """`min(…)` or `max(…)`."""

    largest: bool
    operands: tuple[Term, ...]


@attrs.frozen(cache_hash=True)
class Compare:
    """`left operator right` with one of < <= > >= == !=."""

    operator: str
    left: Term
    right: Term


@attrs.frozen(cache_hash=True)
class Member:
    """`operand in words`; `not in` is a `Not` around it."""

    operand: Term
    words: Term


@attrs.frozen(cache_hash=True)
class IsNone:
    """`operand is none`: whether it is a known absence."""

    operand: Term


@attrs.frozen(cache_hash=True)
class Holds:
    """A yes/no fact, parameter or value that stands as a test of its own."""

    operand: Term


@attrs.frozen(cache_hash=True)
class Not:
    """`not operand`."""

    operand: Test


@attrs.frozen(cache_hash=True)
class And:
    """`one and other …`; also what a chained comparison means."""

    operands: tuple[Test, ...]


@attrs.frozen(cache_hash=True)
class Or:
    """`one or other …`."""

    operands: tuple[Test, ...]


Atom = Compare | Member | IsNone | Holds
"""A test without logic inside: what Python decides exactly, for every engine alike."""

Test = Atom | Not | And | Or
Reference = FactRef | ParameterRef | ValueRef
Term = Number | YesNo | Word | Reference | Negative | Arithmetic | Extreme
Expression = Term | Test
