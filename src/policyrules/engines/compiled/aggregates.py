"""Generate Python code for aggregates of lists: counts, sums, extremes and distinct figures."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Self

from policyrules.engines.compiled.emitter import comma_separated, parenthesized, product
from policyrules.engines.compiled.operands import (
    Operand,
    Rational,
    WordOperand,
    disjunction,
    undefined_guards,
)
from policyrules.engines.compiled.predicates import PredicateWriter
from policyrules.ir.nodes import Count, Distinct, ListExtreme, Sum, SumOfLargest


class AggregateWriter(PredicateWriter):
    """A writer of the aggregates of lists; each is None at run time if an item leaves it open."""

    def count_items(self, node: Count) -> Operand | None:
        """Return the number of items that hold a test."""
        loop = self.emit_loop(node)
        if loop is None:
            return None
        entries, list_ = loop

        def count() -> Rational:
            test = f"{list_} is None or None in {entries}"
            name = self.names.allocate("count")
            self.emitter.assign(name, f"None if {test} else {entries}.count(True)")
            return Rational(name, is_open=True)

        return self.emitter.memoized(("count", entries), count, Rational)

    def sum_items(self, node: Sum) -> Operand | None:
        """Return the sum of a term over the items that hold a test."""
        return self.emitter.memoized(("sum", node), lambda: self._emit_sum(node), Rational)

    def _emit_sum(self, node: Sum) -> Rational:
        emitter, names = self.emitter, self.names
        list_ = self.list_name(node.source_list.name)
        loop = None if node.test is None else self.emit_loop(node)
        self.emit_outer_reads(node.source_list.name, node.term)
        total, denominator = names.allocate("total"), names.allocate("total", "denom")
        emitter.assign(total, f"None if {list_} is None else 0")
        emitter.assign(denominator, "1")
        with self._entries(node, list_, loop) as writer:
            term = writer.number(node.term)
            tests = ["held is None"] if loop is not None else []
            tests += ["True"] if term is None else undefined_guards(term)
            if tests:
                with emitter.branch("if", tests):
                    emitter.emit(f"{total} = None")
                    emitter.emit("break")
            if term is not None and term.denominator == "1":
                emitter.emit(f"{total} += {product(term.numerator, denominator)}")
            elif term is not None:
                figures = comma_separated([total, denominator, term.numerator, term.denominator])
                emitter.emit(f"{total}, {denominator} = plus({figures})")
        return Rational(total, denominator, is_open=True)

    @contextmanager
    def _entries(
        self,
        node: Sum | ListExtreme | SumOfLargest | Distinct,
        list_: str,
        loop: tuple[str, str] | None,
    ) -> Iterator[Self]:
        """Emit the head of a loop over the entries of a list that skips those that fail a test."""
        held = "" if loop is None else loop[0]
        with self.entries(node.source_list, node.variable, list_, node.term, held) as writer:
            if loop is not None:
                with self.emitter.block("if held is False:"):
                    self.emitter.emit("continue")
            yield writer

    def list_extreme(self, node: ListExtreme) -> Operand | None:
        """Return the largest or the smallest figure, or the default if there is no item."""
        return self.emitter.memoized(("extreme", node), lambda: self._emit_extreme(node), Rational)

    def sum_of_largest(self, node: SumOfLargest) -> Operand | None:
        """Return the sum of the largest figures."""
        return self.emitter.memoized(
            ("sum of largest", node), lambda: self._emit_sum_of_largest(node), Rational
        )

    def distinct_items(self, node: Distinct) -> Operand | None:
        """Return the number of different words or days; a known absence is not counted."""

        def count() -> Rational:
            figures = self._emit_figures(node)
            name = self.names.allocate("distinct")
            text = f"None if {figures} is None else len(set({figures}) - {{ABSENT}})"
            return Rational(self.emitter.assign(name, text), is_open=True)

        return self.emitter.memoized(("distinct", node), count, Rational)

    def _emit_extreme(self, node: ListExtreme) -> Rational:
        default = None if node.default is None else self.number(node.default)
        figures = self._emit_figures(node)
        best, denominator = self.names.allocate("best"), self.names.allocate("best", "denom")
        with self.emitter.block(f"if {figures}:"):
            choice = f"{'max' if node.is_max else 'min'}({figures}).as_integer_ratio()"
            self.emitter.assign(f"{best}, {denominator}", choice)
        otherwise = Rational("None") if default is None else default
        with self.emitter.block("else:"):
            unless = [f"{figures} is None", *undefined_guards(otherwise)]
            text = f"None if {disjunction(unless)} else {otherwise.numerator}"
            self.emitter.assign(best, text)
            self.emitter.assign(denominator, otherwise.denominator)
        return Rational(best, denominator, is_open=True)

    def _emit_sum_of_largest(self, node: SumOfLargest) -> Rational:
        number = self.number(node.n)
        figures = self._emit_figures(node)
        total, denominator = self.names.allocate("total"), self.names.allocate("total", "denom")
        unless = [f"{figures} is None"]
        unless += ["True"] if number is None else undefined_guards(number)
        with self.emitter.branch("if", unless):
            self.emitter.assign(total, "None")
            self.emitter.assign(denominator, "1")
        if number is not None:
            count = number.numerator
            if number.denominator != "1":
                count = f"{parenthesized(count)} // {parenthesized(number.denominator)}"
            largest = f"sorted({figures}, reverse=True)[:max({count}, 0)]"
            with self.emitter.block("else:"):
                text = f"sum({largest}).as_integer_ratio()"
                self.emitter.assign(f"{total}, {denominator}", text)
        return Rational(total, denominator, is_open=True)

    def _emit_figures(self, node: ListExtreme | SumOfLargest | Distinct) -> str:
        """Emit a loop over a list; return the variable with the figures that hold the test."""
        emitter, names = self.emitter, self.names
        list_ = self.list_name(node.source_list.name)
        loop = None if node.test is None else self.emit_loop(node)
        self.emit_outer_reads(node.source_list.name, node.term)
        figures = emitter.assign(names.allocate("figures"), f"None if {list_} is None else []")
        with self._entries(node, list_, loop) as writer:
            operand = writer.term(node.term)
            tests = ["held is None"] if loop is not None else []
            is_exact = isinstance(operand, Rational | WordOperand)
            tests += undefined_guards(operand) if is_exact and operand is not None else ["True"]
            if tests:
                with emitter.branch("if", tests):
                    emitter.emit(f"{figures} = None")
                    emitter.emit("break")
            if isinstance(operand, WordOperand):
                emitter.emit(f"{figures}.append({operand.text})")
            elif isinstance(operand, Rational):
                figure = operand.numerator
                if operand.denominator != "1":
                    figure = f"Fraction({operand.numerator}, {operand.denominator})"
                emitter.emit(f"{figures}.append({figure})")
        return figures
