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
    """A fact, as `subject.fact`; of an item as `<list>.fact`, whatever its author wrote."""

    name: str
    original_name: str = attrs.field(default="", eq=False)


@attrs.frozen
class ParameterRef:
    """A parameter."""

    name: str


@attrs.frozen
class ValueRef:
    """A value of the ruleset."""

    name: str


@attrs.frozen
class ListRef:
    """A list of things that are looked at one by one, such as `hires`."""

    name: str


@attrs.frozen
class EligibleRef:
    """An item's own result, as `<each>.eligible`: whether the block of its list finds it so."""

    name: str
    original_name: str = attrs.field(default="", eq=False)


@attrs.frozen
class ElementRef:
    """One entry of a list of figures: what `month` is in `… for month in hire.ui_normal_months`.

    `of` is the name of the list.
    """

    name: str
    list_name: str


@attrs.frozen(cache_hash=True)
class Negate:
    """A number with its sign turned."""

    operand: Term


@attrs.frozen(cache_hash=True)
class Arithmetic:
    """`left operator right` with one of + - * /."""

    operator: str
    left: Term
    right: Term


@attrs.frozen(cache_hash=True)
class MinMax:
    """`min(…)` or `max(…)`."""

    is_max: bool
    operands: tuple[Term, ...]


@attrs.frozen(cache_hash=True)
class YearOf:
    """`date.year`: the calendar year of a day."""

    operand: Term


@attrs.frozen(cache_hash=True)
class DateDiff:
    """`years_between(start, end)`, `months_between(start, end)`: those completed; `unit` is one."""

    unit: str
    start: Term
    end: Term


@attrs.frozen(cache_hash=True)
class Count:
    """`count(test for each in over)`: how many entries of a list hold a test."""

    variable: str
    source_list: ListName
    test: Test


@attrs.frozen(cache_hash=True)
class Sum:
    """`sum(term for each in over if test)`: the terms of those that hold the test, or of all."""

    variable: str
    source_list: ListName
    term: Term
    test: Test | None


@attrs.frozen(cache_hash=True)
class Compare:
    """`left operator right` with one of < <= > >= == !=."""

    operator: str
    left: Term
    right: Term


@attrs.frozen(cache_hash=True)
class InSet:
    """`operand in words`; `not in` is a `Not` around it."""

    operand: Term
    words: Term


@attrs.frozen(cache_hash=True)
class InPeriod:
    """`operand in period`; `kind` says whether the operand is a day, a month or a year."""

    operand: Term
    period: Term
    kind: str


@attrs.frozen(cache_hash=True)
class Quantifier:
    """`any(test for each in over)`, or `all(…)` where `every` is set."""

    is_universal: bool
    variable: str
    source_list: ListName
    test: Test


@attrs.frozen(cache_hash=True)
class IsNone:
    """`operand is none`: whether it is a known absence."""

    operand: Term


@attrs.frozen(cache_hash=True)
class BoolTest:
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


Atom = Compare | InSet | InPeriod | Quantifier | IsNone | BoolTest
"""A test that engines do not look into: what Python decides exactly, for every engine alike."""

Test = Atom | Not | And | Or
ListName = FactRef | ListRef
Key = FactRef | ValueRef
Reference = FactRef | ParameterRef | ValueRef | ListRef | EligibleRef
Figure = FactRef | ParameterRef | ValueRef | EligibleRef | ElementRef
Term = (
    Number | YesNo | Word | Figure | Negate | Arithmetic | MinMax | YearOf | DateDiff | Count | Sum
)
Expression = Term | Test
