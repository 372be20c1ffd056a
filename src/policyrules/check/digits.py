"""Find exact figures that may have too many digits, by the ranges of the facts.

Every engine computes exactly, so a product has the digits of both factors: a value that is squared
twenty times has millions. A ruleset without such a figure computes none in any case.
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
    ElementRef,
    Expression,
    FactRef,
    MinMax,
    Negate,
    Number,
    ParameterRef,
    Sum,
    Test,
    ValueRef,
)
from policyrules.ir.ruleset import Cell, CheckedRuleset, Fact, Rounding, Table, Value
from policyrules.ir.traverse import children, expressions_of, references
from policyrules.values.exact import Exact

MOST_DIGITS: Final = 600
"""The maximum of digits in a numerator or denominator; Python converts 640 under any setting."""

_MOST_BITS: Final = MOST_DIGITS * 3322 // 1000


@attrs.frozen
class Size:
    """An upper bound of the size of an exact figure.

    The figure is at most `magnitude`. Its denominator divides `fixed` times a number of `variable`
    bits; for any number of such figures at once this is a number of `common` bits.
    """

    magnitude: int
    fixed: int = 1
    variable: int = 0
    common: int = 0

    @property
    def denominator(self) -> int:
        """The bits of the denominator."""
        return (self.fixed - 1).bit_length() + self.variable

    @property
    def numerator(self) -> int:
        """The bits of the numerator."""
        return self.magnitude.bit_length() + self.denominator

    @property
    def is_too_large(self) -> bool:
        """Return whether a figure of this size may have too many digits."""
        return self.numerator > _MOST_BITS

    def plus(self, other: Size) -> Size:
        """Return the size of a sum or a difference."""
        return Size(
            self.magnitude + other.magnitude,
            lcm(self.fixed, other.fixed),
            self.variable + other.variable,
            self.common + other.common,
        )

    def either(self, other: Size) -> Size:
        """Return the size of a figure that is one of two."""
        return Size(
            max(self.magnitude, other.magnitude),
            lcm(self.fixed, other.fixed),
            max(self.variable, other.variable),
            self.common + other.common,
        )

    def times(self, other: Size) -> Size:
        """Return the size of a product."""
        return Size(
            self.magnitude * other.magnitude,
            self.fixed * other.fixed,
            self.variable + other.variable,
            self.common + other.common,
        )

    def over(self, other: Size) -> Size:
        """Return the size of a quotient; its denominator contains the divisor's numerator."""
        bits = other.numerator
        # The least common multiple of the numbers up to n has less than 3/2 n bits.
        all_of_them = _MOST_BITS * 2 if bits > _MOST_BITS.bit_length() else 3 << bits >> 1
        return Size(
            self.magnitude << other.denominator,
            self.fixed,
            self.variable + bits,
            self.common + all_of_them,
        )

    def summed(self, n_entries: int) -> Size:
        """Return the size of a sum of `n_entries` figures of this size."""
        return attrs.evolve(
            self,
            magnitude=self.magnitude * max(1, n_entries),
            variable=min(self.variable * max(1, n_entries), self.common),
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
            self.values[value.name] = self.value(value)

    def grows_here(self, expression: Expression) -> bool:
        """Return whether an expression may be too large while the values that it reads are not."""
        read = (
            reference.name
            for reference in references(expression)
            if isinstance(reference, ValueRef)
        )
        if any(self.values[name].is_too_large for name in read):
            return False
        return any(self.term(term).is_too_large for term in _terms_in(expression))

    def value(self, value: Value) -> Size:
        """Return the size of a value, be it computed or stated by its input fact."""
        sizes = [self.term(text) for text in expressions_of(value) if not isinstance(text, Test)]
        result = Size(0)
        for size in sizes:
            result = result.either(size)
        if result.is_too_large:
            return _LARGEST
        if value.rounding is not None:
            result = _rounded(result, value.rounding)
        if value.input_fact is not None:
            result = result.either(self._of_fact(value.input_fact))
        return _LARGEST if result.is_too_large else result

    def term(self, node: Expression) -> Size:
        """Return the size of a term."""
        match node:
            case FactRef(name):
                return self._of_fact(name)
            case ElementRef(_, list_name):
                return self._of_fact(list_name)
            case ValueRef(name):
                return self.values[name]
            case ParameterRef(name):
                return self._of_parameter(name)
            case Number(number):
                return _of_figure(number)
            case Negate(operand):
                return self.term(operand)
            case Arithmetic(operator, left, right):
                if operator == "/" and (inverse := self._constant(right)):
                    return self._arithmetic("*", self.term(left), inverse)
                return self._arithmetic(operator, self.term(left), self.term(right))
            case MinMax(_, operands):
                result = self.term(operands[0])
                for operand in operands[1:]:
                    result = result.either(self.term(operand))
                return result
            case Sum():
                return self.term(node.term).summed(self._at_most(node))
            case _:
                return _SMALL

    def _constant(self, node: Expression) -> Size | None:
        """Return the size of the reciprocal of a parameter with exact figures, else None."""
        if not isinstance(node, ParameterRef):
            return None
        cells = [
            cell for row in self.ruleset.parameters[node.name].rows for cell in _cells(row.content)
        ]
        result = Size(0)
        for cell in cells:
            if not cell.low or cell.low != cell.high:
                return None
            result = result.either(_of_figure(1 / Fraction(cell.low)))
        return result if cells else None

    def _arithmetic(self, operator: str, left: Size, right: Size) -> Size:
        if left.is_too_large or right.is_too_large:
            return _LARGEST
        match operator:
            case "*":
                return left.times(right)
            case "/":
                return left.over(right)
            case _:
                return left.plus(right)

    def _at_most(self, node: Sum) -> int:
        name = node.source_list.name
        declared = self.ruleset.facts if "." in name else self.ruleset.all_lists
        return declared[name].max_items

    def _of_parameter(self, name: str) -> Size:
        result = Size(0)
        for row in self.ruleset.parameters[name].rows:
            for cell in _cells(row.content):
                for figure in (cell.low, cell.high):
                    if figure is not None:
                        result = result.either(_of_figure(figure))
        return result

    def _of_fact(self, name: str) -> Size:
        """Return the size of a fact, which only a constraint may read."""
        fact = self.ruleset.facts.get(name) or self.ruleset.vocabulary.get(name)
        return _SMALL if fact is None else _size_of(fact)


def _cells(content: Cell | Table) -> list[Cell]:
    if isinstance(content, Cell):
        return [content]
    defaults = [cell for cell in (content.none, content.default) if cell is not None]
    return [*content.rows.values(), *defaults]


def _terms_in(node: Expression) -> Iterator[Expression]:
    """Yield the largest terms of an expression: itself, or the operands of its tests."""
    if not isinstance(node, Test):
        yield node
    for child in children(node):
        if isinstance(child, Expression):
            yield from _terms_in(child)


def _size_of(fact: Fact) -> Size:
    ends = [_ceiling(end) for end in (fact.low, fact.high) if end is not None]
    type_ = fact.type if fact.type.entry_kind is None else fact.type.entry
    return Size(max(ends), 10 ** (type_.places or 0)) if ends else _SMALL


def _of_figure(number: Exact) -> Size:
    return Size(_ceiling(number), number.denominator)


def _ceiling(number: Exact) -> int:
    """Return the absolute value of a figure, rounded up."""
    return -(-abs(number.numerator) // number.denominator)


def _rounded(size: Size, by: Rounding) -> Size:
    return Size(size.magnitude + by.step.__ceil__(), by.step.denominator)


def _dependencies_first(values: Mapping[str, Value]) -> Iterator[Value]:
    """Yield every value after those that it reads, without recursion."""
    done: set[str] = set()
    for first in values:
        waiting = [first]
        while waiting:
            name = waiting[-1]
            left = [read for read in _read(values[name]) if read not in done and read in values]
            if name not in done and left:
                waiting += left
                continue
            waiting.pop()
            if name not in done:
                done.add(name)
                yield values[name]


def _read(value: Value) -> Iterator[str]:
    """Yield the values that a value computes with; operands of tests do not add to its size."""
    for text in expressions_of(value):
        yield from _figures_read(text)


def _figures_read(node: Expression) -> Iterator[str]:
    if isinstance(node, ValueRef):
        yield node.name
    if not isinstance(node, Test):
        for child in children(node):
            if isinstance(child, Expression):
                yield from _figures_read(child)
