"""Expressions: the tests of conditions and the terms of values.

All nodes are frozen, and compound nodes cache their hash: engines look atoms up by it.
"""

from __future__ import annotations

import attrs

from policyrules.values.exact import Exact


@attrs.frozen
class Number:
    """The number 0 or 1; any other is a parameter. 0 has every unit, 1 has none.

    The edge of a band that cuts the range of a fact may be any number.
    """

    value: Exact


@attrs.frozen
class YesNo:
    """`True` or `False`."""

    value: bool


@attrs.frozen
class Word:
    """A quoted word, typed by the other side of its comparison."""

    word: str


@attrs.frozen(cache_hash=True)
class Cut:
    """A comparison `fact operator term` that is held wherever the fact is read.

    It cuts the range of an unknown fact there.
    """

    operator: str
    term: Term


@attrs.frozen
class FactRef:
    """A fact, as `subject.fact`, or as `<list>.fact` for an item.

    `original_name` is the name as written. `cuts` narrow an unknown fact in an exception. A fact
    `is_present` where a guard such as `… is not none` is held: a known absence has no figure there.
    """

    name: str
    original_name: str = attrs.field(default="", eq=False)
    cuts: tuple[Cut, ...] = attrs.field(default=(), repr=False)
    is_present: bool = attrs.field(default=False, repr=False)


@attrs.frozen
class ParameterRef:
    """A parameter; on another day its name is `name[day]`, and `original_name` is as written."""

    name: str
    original_name: str = attrs.field(default="", eq=False, repr=False)


@attrs.frozen
class ValueRef:
    """A value of the ruleset."""

    name: str


@attrs.frozen
class ListRef:
    """A list of the vocabulary, such as `hires`."""

    name: str


@attrs.frozen
class EligibleRef:
    """The eligibility of an item, `<item>.eligible`."""

    name: str
    original_name: str = attrs.field(default="", eq=False)


@attrs.frozen
class ConditionRef:
    """The verdict of a condition, `held('…')`, as a yes or a no."""

    name: str


@attrs.frozen
class ElementRef:
    """An entry of the list of figures `list_name`: `month` in `… for month in hire.months`."""

    name: str
    list_name: str


@attrs.frozen
class FellowRef:
    """A fact or a value of the item of a generator in a block: `other.born_on`, `other.points`.

    The item of the block has the plain names. `original_name` is the name as written.
    """

    reference: FactRef | ValueRef
    original_name: str = attrs.field(eq=False)


@attrs.frozen(cache_hash=True)
class Negate:
    """A number with its sign reversed."""

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
class Marginal:
    """`marginal(scale, income)`: the amount due on a figure by a progressive scale."""

    scale: ParameterRef
    income: Term


@attrs.frozen(cache_hash=True)
class CalendarPart:
    """`operand.part`, such as `hire.hired_on.month`; `kind` is the kind of the operand.

    The operand is a day, a month, a year or a period.
    """

    part: str
    kind: str
    operand: Term


@attrs.frozen(cache_hash=True)
class DateShift:
    """`start operator count`: a day, month or year (`kind`) plus or minus a count in `unit`."""

    kind: str
    operator: str
    unit: str
    start: Term
    count: Term


@attrs.frozen(cache_hash=True)
class DateDiff:
    """`days_between(start, end)`, and the completed months or years by `…s_between`.

    `is_age` marks `age(start, end)`, the completed years of a person.
    """

    unit: str
    start: Term
    end: Term
    is_age: bool = False


@attrs.frozen(cache_hash=True)
class WorkingDayTerm:
    """`add_working_days(day, n)`, `next_working_day(day)` or `working_days_between(a, b)`.

    `function` is `add`, `next` or `between`; the working days are those of the ruleset's calendar.
    """

    function: str
    operands: tuple[Term, ...]


@attrs.frozen(cache_hash=True)
class Count:
    """`count(test for variable in source_list)`: the number of items that hold a test."""

    variable: str
    source_list: ListName
    test: Test


@attrs.frozen(cache_hash=True)
class Sum:
    """`sum(term for variable in source_list if test)`; without a test, over all items."""

    variable: str
    source_list: ListName
    term: Term
    test: Test | None


@attrs.frozen(cache_hash=True)
class ListExtreme:
    """`max(term for variable in source_list if test)`, or `min(…)`.

    If no item holds the test, the result is `default`, or undefined without a default.
    `is_calendar` marks days, months or years.
    """

    is_max: bool
    variable: str
    source_list: ListName
    term: Term
    test: Test | None = None
    default: Term | None = None
    is_calendar: bool = False


@attrs.frozen(cache_hash=True)
class SumOfLargest:
    """`sum_of_largest((term for variable in source_list if test), n)`."""

    variable: str
    source_list: ListName
    term: Term
    test: Test | None
    n: Term


@attrs.frozen(cache_hash=True)
class Distinct:
    """`distinct(term for variable in source_list if test)`: the number of different results."""

    variable: str
    source_list: ListName
    term: Term
    test: Test | None = None


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
    """`operand in period`; `kind` is the kind of the operand: date, month or calendar_year."""

    operand: Term
    period: Term
    kind: str


@attrs.frozen(cache_hash=True)
class Quantifier:
    """`any(test for variable in source_list)`, or `all(…)` if `is_universal`."""

    is_universal: bool
    variable: str
    source_list: ListName
    test: Test


@attrs.frozen(cache_hash=True)
class IsNone:
    """`operand is none`: whether it is a known absence."""

    operand: Term


@attrs.frozen
class IsSameItem:
    """`left is right`: whether the item of a generator is the item of the block itself."""

    left: str
    right: str


@attrs.frozen(cache_hash=True)
class BoolTest:
    """A yes_no fact, parameter or value used as a test."""

    operand: Term


@attrs.frozen(cache_hash=True)
class Not:
    """`not operand`."""

    operand: Test


@attrs.frozen(cache_hash=True)
class And:
    """`first and second …`, or a chained comparison."""

    operands: tuple[Test, ...]


@attrs.frozen(cache_hash=True)
class Or:
    """`first or second …`."""

    operands: tuple[Test, ...]


Atom = Compare | InSet | InPeriod | Quantifier | IsNone | IsSameItem | BoolTest
"""A test without `and`, `or` or `not` inside. `TermEvaluator.atom` decides it for every engine."""

Test = Atom | Not | And | Or
ListName = FactRef | ListRef
Key = FactRef | ValueRef
Reference = FactRef | ParameterRef | ValueRef | ListRef | EligibleRef | ConditionRef
Figure = FactRef | ParameterRef | ValueRef | EligibleRef | ConditionRef | ElementRef | FellowRef
Term = (
    Number
    | YesNo
    | Word
    | Figure
    | Negate
    | Arithmetic
    | MinMax
    | Marginal
    | CalendarPart
    | DateShift
    | DateDiff
    | WorkingDayTerm
    | Count
    | Sum
    | ListExtreme
    | SumOfLargest
    | Distinct
)
Aggregate = Count | Sum | ListExtreme | SumOfLargest | Distinct
"""A term that is computed over a list."""

Expression = Term | Test
