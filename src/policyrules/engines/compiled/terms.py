"""Generate Python code for terms: arithmetic on facts, parameters and values."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable
from math import lcm

import attrs

from policyrules.engines.compiled.emitter import parenthesized, product
from policyrules.engines.compiled.inputs import InputWriter
from policyrules.engines.compiled.operands import (
    UNKNOWN,
    Operand,
    Rational,
    WordOperand,
    addition,
    comparison,
    disjunction,
    integer_literal,
    multiplication,
    rational_constant,
    rounded_steps,
    undefined_guards,
)
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
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)
from policyrules.ir.ruleset import Rounding
from policyrules.values.possible import Possible
from policyrules.values.scale import Scale


class TermWriter(InputWriter):
    """A writer of the terms of one scope.

    A method returns None for a term that only intervals can give.
    """

    # Implemented by `PredicateWriter` and `AggregateWriter`.

    @abstractmethod
    def item_eligibility(self) -> WordOperand | None:
        """Return the operand that says whether the item is eligible by its block."""

    @abstractmethod
    def count_items(self, node: Count) -> Operand | None:
        """Return the number of items that hold a test."""

    @abstractmethod
    def sum_items(self, node: Sum) -> Operand | None:
        """Return the sum of a term over the items that hold a test."""

    @abstractmethod
    def list_extreme(self, node: ListExtreme) -> Operand | None:
        """Return the largest or the smallest figure of the items that hold a test."""

    @abstractmethod
    def sum_of_largest(self, node: SumOfLargest) -> Operand | None:
        """Return the sum of the largest figures of the items that hold a test."""

    @abstractmethod
    def distinct_items(self, node: Distinct) -> Operand | None:
        """Return the number of different words or days of the items that hold a test."""

    # Terms.

    def term(self, node: Term) -> Operand | None:
        """Return the operand of a term, if it is exact."""
        match node:
            case FactRef(name):
                return self.fact(name)
            case ValueRef(name):
                return self.value(name)
            case ParameterRef(name):
                return self.parameter(name)
            case Number(value):
                return Rational(integer_literal(value.numerator), str(value.denominator))
            case YesNo(value):
                return WordOperand(repr(value))
            case Word(text):
                return WordOperand(repr(text))
            case ElementRef(name):
                return self.element(name)
            case FellowRef(reference):
                return self.scope.fellows[type(reference)(reference.name)]
            case EligibleRef():
                return self.item_eligibility()
            case ConditionRef(name):
                truth = self.condition(name)
                return WordOperand(truth.text, is_open=truth.is_open)
            case Count():
                return self.count_items(node)
            case Sum():
                return self.sum_items(node)
            case ListExtreme():
                return self.list_extreme(node)
            case SumOfLargest():
                return self.sum_of_largest(node)
            case Distinct():
                return self.distinct_items(node)
            case _:
                return self._operation(node)

    def _operation(
        self,
        node: Negate
        | Arithmetic
        | MinMax
        | Marginal
        | CalendarPart
        | DateShift
        | DateDiff
        | WorkingDayTerm,
    ) -> Rational | None:
        match node:
            case Negate(operand):
                number = self.number(operand)
                if number is None:
                    return None
                negated = f"-{parenthesized(number.numerator)}", number.denominator
                return self.assign_rational(negated, [number])
            case Arithmetic(operator, left, right):
                first, second = self.number(left), self.number(right)
                if first is None or second is None:
                    return None
                return self._arithmetic(operator, first, second)
            case MinMax(largest, operands):
                result = self.number(operands[0])
                for operand in operands[1:]:
                    number = self.number(operand)
                    if result is None or number is None:
                        return None
                    result = self._min_or_max(result, number, ">" if largest else "<")
                return result
            case Marginal(scale, income):
                return self._marginal(scale, income)
            case CalendarPart(part, kind, operand):
                return self._calendar_part(part, kind, operand)
            case DateShift(kind, operator, unit, start, count):
                first, units = self.number(start), self.number(count)
                if first is None or units is None:
                    return None
                whole = parenthesized(units.numerator)
                if units.denominator != "1":
                    whole = f"{whole} // {parenthesized(units.denominator)}"
                sign = "-" if operator == "-" else ""
                text = f"add_units({kind!r}, {unit!r}, {first.numerator}, {sign}({whole}))"
                result = self.assign_rational((text, "1"), [first, units])
                return attrs.evolve(result, is_open=True)  # None outside the calendar
            case WorkingDayTerm(function, operands):
                days = [self.number(operand) for operand in operands]
                known = [day for day in days if day is not None]
                if len(known) < len(days):
                    return None
                figures = [day.numerator for day in known]
                if function == "add" and known[1].denominator != "1":
                    divisor = parenthesized(known[1].denominator)
                    figures[1] = f"{parenthesized(known[1].numerator)} // {divisor}"
                text = f"{function}_working_days(working_days, {', '.join(figures)})"
                result = self.assign_rational((text, "1"), known)
                return attrs.evolve(result, is_open=True)  # None where a year is not listed
            case DateDiff(unit, start, end):
                first, second = self.number(start), self.number(end)
                if first is None or second is None:
                    return None
                text = f"whole_{unit}s({first.numerator}, {second.numerator})"
                return self.assign_rational((text, "1"), [first, second])

    def _calendar_part(self, part: str, kind: str, operand: Term) -> Rational | None:
        if isinstance(operand, ParameterRef) and kind == "period":
            day = self.day_of_period(part, operand.name)
            return day if isinstance(day, Rational) else None
        number = self.number(operand)
        if number is None:
            return None
        text = f"part_of_figure({part!r}, {kind!r}, {number.numerator})"
        return self.assign_rational((text, "1"), [number])

    def number(self, node: Term) -> Rational | None:
        """Return the operand of a term, if it is an exact number."""
        operand = self.term(node)
        return operand if isinstance(operand, Rational) else None

    def assign_rational(
        self, text: tuple[str, str], operands: list[Rational], unless: str = ""
    ) -> Rational:
        """Assign an expression of operands, as a numerator and a denominator, to new names.

        The result is unknown if an operand is, or if `unless` is true. If one operand is not
        stated, the result is not stated either, for the same reason.
        """
        variable = self.names.allocate("figure")
        unknown = dict.fromkeys(
            f"{operand.numerator} is None" for operand in operands if operand.is_open
        )
        not_stated = list(
            dict.fromkeys(operand.numerator for operand in operands if operand.is_not_stated)
        )
        # A constant denominator needs no name: if the numerator is no figure, it has no meaning.
        denominator = text[1] if text[1].isdigit() else self.names.allocate(variable, "denom")
        branches = [(disjunction(unknown), UNKNOWN)] if unknown else []
        if unless and not not_stated:
            branches, unless = [(disjunction([*unknown, unless]), UNKNOWN)], ""
        if len(not_stated) == 1 and not_stated[0].isupper():  # a constant in the header
            self.assign_first(Rational(variable, denominator), branches, (not_stated[0], "1"))
            return Rational(variable, denominator, is_open=bool(branches), is_not_stated=True)
        if len(not_stated) > 1:
            several = " + ".join(f"(type({name}) is Possible)" for name in not_stated)
            branches.append((f"{several} > 1", UNKNOWN))
        branches += [(f"type({name}) is Possible", name) for name in not_stated]
        if unless:
            branches.append((unless, UNKNOWN))
        self.assign_first(Rational(variable, denominator), branches, text)
        is_open = any(numerator is UNKNOWN for _, numerator in branches)
        return Rational(variable, denominator, is_open=is_open, is_not_stated=bool(not_stated))

    def assign_first(
        self, into: Rational, branches: Iterable[tuple[str, str]], default: tuple[str, str]
    ) -> None:
        """Assign the numerator of the first branch whose test is true, else the default."""
        word = "if"
        for test, numerator in branches:
            with self.emitter.block(f"{word} {test}:"):
                self.assign_fraction(into, numerator, "1")
            word = "elif"
        if word == "if":
            self.assign_fraction(into, *default)
            return
        with self.emitter.block("else:"):
            self.assign_fraction(into, *default)

    def _arithmetic(self, operator: str, left: Rational, right: Rational) -> Rational | None:
        match operator:
            case "+" | "-":
                return self.assign_rational(addition(operator, left, right), [left, right])
            case "*":
                return self.assign_rational(multiplication(left, right), [left, right])
            case _ if left.is_not_stated or right.is_not_stated:
                return None
            case _:
                # A denominator is above zero, so any other divisor needs intervals.
                inverse = Rational(right.denominator, right.numerator)
                is_positive = right.numerator.isdigit() and right.numerator != "0"
                unless = "" if is_positive else f"{right.numerator} <= 0"
                return self.assign_rational(multiplication(left, inverse), [left, right], unless)

    def _marginal(self, scale: ParameterRef, income: Term) -> Rational | None:
        """Return the amount due on a figure: in each bracket a linear function of the figure."""
        figure, stated = self.number(income), self.dated.parameter_values[scale.name]
        if figure is None or not isinstance(stated, Possible):
            return None
        if not isinstance(stated.figures, Scale):
            unstated = self.parameter(scale.name)
            if not isinstance(unstated, Rational):
                return None
            return self.assign_rational(("0", "1"), [figure, unstated])
        rates = [rate for _, rate in stated.figures.brackets]
        # In each bracket the due is `rate * figure + constant`.
        constants = [
            stated.figures.due(edge) - rate * edge for edge, rate in stated.figures.brackets
        ]
        common = lcm(*(number.denominator for number in (*rates, *constants)))
        text = "0"
        for (edge, rate), constant in zip(stated.figures.brackets, constants, strict=True):
            slope = product(figure.numerator, integer_literal(int(rate * common)))
            intercept = product(figure.denominator, integer_literal(int(constant * common)))
            test = comparison(">", figure, rational_constant(edge))
            text = f"({slope} + {intercept} if {test} else {text})"
        return self.assign_rational((text, product(str(common), figure.denominator)), [figure])

    def _min_or_max(self, first: Rational, second: Rational, operator: str) -> Rational:
        """Return the smaller of two figures, or the larger; `operator` compares them."""
        if tests := undefined_guards(first, second):
            into = Rational(self.names.allocate("figure"), self.names.allocate("figure", "denom"))
            with self.emitter.block(f"if {disjunction(tests)}:"):
                self.assign_fraction(into, UNKNOWN, "1")
            with self.emitter.block(f"elif {comparison(operator, first, second)}:"):
                self.assign_fraction(into, first.numerator, first.denominator)
            with self.emitter.block("else:"):
                self.assign_fraction(into, second.numerator, second.denominator)
            return attrs.evolve(into, is_open=True)
        choice = f"if {comparison(operator, first, second)} else"
        numerator = f"{first.numerator} {choice} {second.numerator}"
        denominator = first.denominator
        if first.denominator != second.denominator:
            denominator = f"{first.denominator} {choice} {second.denominator}"
        return self.assign_rational((numerator, denominator), [])

    def rounded(self, operand: Rational, rounding: Rounding) -> Rational:
        """Return the operand of a figure after rounding."""
        step = rounding.step
        numerator = rounded_steps(operand, step, rounding.mode)
        if step.numerator != 1:
            numerator = f"({numerator}) * {step.numerator}"
        return self.assign_rational((numerator, str(step.denominator)), [operand])
