"""Report exact figures that may have too many digits, as the ranges of the facts allow.

Every engine computes exactly, so a product has the digits of both factors: a value that is squared
twenty times has millions. If nothing is reported, no figure of any case has too many digits.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from math import lcm
from typing import Final

import attrs

from policyrules.check.state import CheckState
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
    Test,
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)
from policyrules.ir.ruleset import CheckedRuleset, Fact, Rounding, Value
from policyrules.ir.tables import cells_of
from policyrules.ir.traverse import children, expressions_of, references
from policyrules.values.exact import Exact

MOST_DIGITS: Final = 600
"""The maximum of digits in a numerator or denominator; Python converts 640 under any setting."""

_MOST_BITS: Final = MOST_DIGITS * 3322 // 1000


@attrs.frozen
class Size:
    """An upper bound of the size of an exact figure.

    The absolute value is at most `magnitude`. The denominator divides `known_factor` times an
    unknown number of at most `unknown_bits` bits. The common denominator of any number of such
    figures divides `known_factor` times a number of at most `shared_bits` bits.
    """

    magnitude: int
    known_factor: int = 1
    unknown_bits: int = 0
    shared_bits: int = 0

    @property
    def denominator_bits(self) -> int:
        """The bits of the denominator."""
        return (self.known_factor - 1).bit_length() + self.unknown_bits

    @property
    def numerator_bits(self) -> int:
        """The bits of the numerator."""
        return self.magnitude.bit_length() + self.denominator_bits

    @property
    def is_too_large(self) -> bool:
        """Return whether a figure of this size may have too many digits."""
        return self.numerator_bits > _MOST_BITS

    def plus(self, other: Size) -> Size:
        """Return the size of a sum or a difference."""
        return Size(
            self.magnitude + other.magnitude,
            lcm(self.known_factor, other.known_factor),
            self.unknown_bits + other.unknown_bits,
            self.shared_bits + other.shared_bits,
        )

    def union(self, other: Size) -> Size:
        """Return the size of a figure that is one of two."""
        return Size(
            max(self.magnitude, other.magnitude),
            lcm(self.known_factor, other.known_factor),
            max(self.unknown_bits, other.unknown_bits),
            self.shared_bits + other.shared_bits,
        )

    def times(self, other: Size) -> Size:
        """Return the size of a product."""
        return Size(
            self.magnitude * other.magnitude,
            self.known_factor * other.known_factor,
            self.unknown_bits + other.unknown_bits,
            self.shared_bits + other.shared_bits,
        )

    def divided_by(self, other: Size) -> Size:
        """Return the size of a quotient; its denominator contains the divisor's numerator."""
        bits = other.numerator_bits
        # The least common multiple of the numbers up to n has less than 3/2 n bits.
        multiple_bits = _MOST_BITS * 2 if bits > _MOST_BITS.bit_length() else 3 << bits >> 1
        return Size(
            self.magnitude << other.denominator_bits,
            self.known_factor,
            self.unknown_bits + bits,
            self.shared_bits + multiple_bits,
        )

    def summed(self, n_entries: int) -> Size:
        """Return the size of a sum of `n_entries` figures of this size."""
        return attrs.evolve(
            self,
            magnitude=self.magnitude * max(1, n_entries),
            unknown_bits=min(self.unknown_bits * max(1, n_entries), self.shared_bits),
        )


_SMALL: Final = Size(1 << 24)
"""The size of days, months and numbers of entries, which are small by nature."""

_LARGEST: Final = Size(1 << _MOST_BITS)


def report_too_many_digits(state: CheckState, ruleset: CheckedRuleset) -> bool:
    """Report each expression in which a figure first grows too large; return whether one does."""
    sizes = _Sizes(ruleset)
    has_grown = False
    for expression, span, _ in state.expressions:
        if sizes.grows_here(expression):
            has_grown = True
            state.diagnostics.report(
                "too-many-digits",
                span,
                f"the exact figure may have more than {MOST_DIGITS} digits",
                expected=f"at most {MOST_DIGITS} digits for all facts in their ranges",
                remedy="round a value on the way, where the text says so, or multiply less often",
            )
    return has_grown


class _Sizes:
    """Computes the sizes of the values of a ruleset and of its expressions."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self.ruleset = ruleset
        self.values: dict[str, Size] = {}
        for value in _dependencies_first(ruleset.all_values):
            self.values[value.name] = self.value_size(value)

    def grows_here(self, expression: Expression) -> bool:
        """Return whether an expression may be too large while the values that it reads are not."""
        read = (
            reference.name
            for reference in references(expression)
            if isinstance(reference, ValueRef)
        )
        if any(self.values[name].is_too_large for name in read):
            return False
        return any(self.term_size(term).is_too_large for term in _largest_terms(expression))

    def value_size(self, value: Value) -> Size:
        """Return the size of a value, be it computed or stated by its input fact."""
        sizes = [
            self.term_size(node) for node in expressions_of(value) if not isinstance(node, Test)
        ]
        result = Size(0)
        for size in sizes:
            result = result.union(size)
        if result.is_too_large:
            return _LARGEST
        if value.rounding is not None:
            result = _rounded_size(result, value.rounding)
        if value.input_fact is not None:
            result = result.union(self._fact_size(value.input_fact))
        return _LARGEST if result.is_too_large else result

    def term_size(self, node: Expression) -> Size:
        """Return the size of a term; a test is as small as a word."""
        if isinstance(node, Test):
            return _SMALL
        match node:
            case FactRef(name):
                return self._fact_size(name)
            case FellowRef(reference):
                return self.term_size(reference)
            case ElementRef(_, list_name):
                return self._fact_size(list_name)
            case ValueRef(name):
                return self.values[name]
            case ParameterRef(name):
                return self._parameter_size(name)
            case Number(number):
                return _figure_size(number)
            case Negate(operand):
                return self.term_size(operand)
            case Arithmetic(operator, left, right):
                if operator == "/" and (inverse := self._reciprocal_size(right)):
                    return self._arithmetic_size("*", self.term_size(left), inverse)
                return self._arithmetic_size(operator, self.term_size(left), self.term_size(right))
            case MinMax(_, operands):
                result = self.term_size(operands[0])
                for operand in operands[1:]:
                    result = result.union(self.term_size(operand))
                return result
            case ListExtreme(term=term, default=default):
                size = self.term_size(term)
                return size if default is None else size.union(self.term_size(default))
            case Marginal(scale, income):
                return self._scale_size(scale.name, self.term_size(income))
            case Sum() | SumOfLargest():
                return self.term_size(node.term).summed(self._max_items(node))
            case YesNo() | Word() | EligibleRef() | ConditionRef() | CalendarPart():
                return _SMALL
            case DateShift() | DateDiff() | WorkingDayTerm() | Count() | Distinct():
                return _SMALL

    def _reciprocal_size(self, node: Expression) -> Size | None:
        """Return the size of the reciprocal of a parameter with exact figures, else None."""
        if not isinstance(node, ParameterRef):
            return None
        cells = [
            cell
            for row in self.ruleset.parameters[node.name].rows
            for cell in cells_of(row.content)
        ]
        result = Size(0)
        for cell in cells:
            if not cell.low or cell.low != cell.high:
                return None
            result = result.union(_figure_size(1 / Fraction(cell.low)))
        return result if cells else None

    def _arithmetic_size(self, operator: str, left: Size, right: Size) -> Size:
        if left.is_too_large or right.is_too_large:
            return _LARGEST
        match operator:
            case "*":
                return left.times(right)
            case "/":
                return left.divided_by(right)
            case _:
                return left.plus(right)

    def _max_items(self, node: Sum | SumOfLargest) -> int:
        name = node.source_list.name
        declared = self.ruleset.facts if "." in name else self.ruleset.all_lists
        return declared[name].max_items

    def _parameter_size(self, name: str) -> Size:
        result = Size(0)
        for row in self.ruleset.parameters[name].rows:
            for cell in cells_of(row.content):
                for figure in (cell.low, cell.high):
                    if figure is not None:
                        result = result.union(_figure_size(figure))
        return result

    def _scale_size(self, name: str, income: Size) -> Size:
        """Return the size of the amount due by a scale: a sum of one product for each bracket."""
        brackets = [
            bracket
            for row in self.ruleset.parameters[name].rows
            for cell in cells_of(row.content)
            for bracket in cell.brackets
        ]
        result = Size(0)
        for bracket in brackets:
            part = income.plus(_figure_size(bracket.edge))
            if part.is_too_large:
                return _LARGEST
            result = result.union(part.times(_figure_size(bracket.rate)).summed(len(brackets)))
        return result

    def _fact_size(self, name: str) -> Size:
        """Return the size of a fact of the ruleset, or of one that only a constraint reads."""
        fact = self.ruleset.facts.get(name) or self.ruleset.vocabulary.get(name)
        return _SMALL if fact is None else _range_size(fact)


def _largest_terms(node: Expression) -> Iterator[Expression]:
    """Yield the largest terms of an expression: itself, or the operands of its tests."""
    if not isinstance(node, Test):
        yield node
    for child in children(node):
        if isinstance(child, Expression):
            yield from _largest_terms(child)


def _range_size(fact: Fact) -> Size:
    ends = [_ceiling(end) for end in (fact.low, fact.high) if end is not None]
    type_ = fact.type if fact.type.entry_kind is None else fact.type.entry
    return Size(max(ends), 10 ** (type_.places or 0)) if ends else _SMALL


def _figure_size(number: Exact) -> Size:
    return Size(_ceiling(number), number.denominator)


def _ceiling(number: Exact) -> int:
    """Return the absolute value of a figure, rounded up."""
    return -(-abs(number.numerator) // number.denominator)


def _rounded_size(size: Size, by: Rounding) -> Size:
    return Size(size.magnitude + by.step.__ceil__(), by.step.denominator)


def _dependencies_first(values: Mapping[str, Value]) -> Iterator[Value]:
    """Yield every value after those that it reads, without recursion."""
    done: set[str] = set()
    for first in values:
        waiting = [first]
        while waiting:
            name = waiting[-1]
            pending = [
                read
                for read in _values_read_by(values[name])
                if read not in done and read in values
            ]
            if name not in done and pending:
                waiting += pending
                continue
            waiting.pop()
            if name not in done:
                done.add(name)
                yield values[name]


def _values_read_by(value: Value) -> Iterator[str]:
    """Yield the values that a value computes with; operands of tests do not add to its size."""
    for expression in expressions_of(value):
        yield from _values_in(expression)


def _values_in(node: Expression) -> Iterator[str]:
    if isinstance(node, FellowRef):
        node = node.reference
    if isinstance(node, ValueRef):
        yield node.name
    if not isinstance(node, Test):
        for child in children(node):
            if isinstance(child, Expression):
                yield from _values_in(child)
