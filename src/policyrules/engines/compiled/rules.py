"""Generate Python code for values and conditions, with their exceptions."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import attrs

from policyrules.engines.compiled.aggregates import AggregateWriter
from policyrules.engines.compiled.emitter import Buffered, tuple_display
from policyrules.engines.compiled.operands import (
    UNKNOWN,
    Operand,
    Rational,
    TruthOperand,
    WordOperand,
    WordSetOperand,
    comparison,
    disjunction,
    undefined_guards,
)
from policyrules.engines.compiled.predicates import GIVE_UP
from policyrules.engines.compiled.sizes import values_to_reduce
from policyrules.ir.nodes import (
    BoolTest,
    ConditionRef,
    Expression,
    Test,
)
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, ItemRules, RuleException, Value
from policyrules.ir.traverse import expressions_of, references


class RuleWriter(AggregateWriter):
    """A writer of the rules of one scope."""

    # Values.

    @property
    def rules(self) -> ItemRules | CheckedRuleset:
        """Return the rules of the scope: those of the ruleset, or those of a block."""
        return self.ruleset if self.scope.block is None else self.scope.block

    def value(self, name: str) -> Operand | None:
        """Return the operand of a value, whose code is emitted once."""
        if self.outer is not None and (
            self.scope.block is None or name not in self.scope.block.values
        ):
            return self.outer.value(name)
        made = self.emitter.memoized(
            ("value", name),
            lambda: _MemoizedValue(self._generate_value(self.rules.values[name])),
            _MemoizedValue,
        )
        return made.operand

    def _generate_value(self, value: Value) -> Operand | None:
        operand = self._value_by_exceptions(value)
        if isinstance(operand, Rational) and value.name in self._values_to_reduce():
            operand = self._reduced(operand)
        if value.rounding is not None:
            exact = operand if isinstance(operand, Rational) else None
            operand = None if exact is None else self.rounded(exact, value.rounding)
        if value.input_fact is None:
            return operand
        return self._compare_with_input(value.input_fact, operand)

    def _values_to_reduce(self) -> frozenset[str]:
        key = "values to reduce"
        return self.header.memoized(key, lambda: values_to_reduce(self.ruleset), frozenset)

    def _reduced(self, figure: Rational) -> Rational:
        """Return a figure in its lowest terms."""
        if figure.denominator.isdigit():
            return figure
        name = self.names.allocate("figure")
        denominator = self.names.allocate(name, "denom")
        self.emitter.assign(
            f"{name}, {denominator}", f"reduced({figure.numerator}, {figure.denominator})"
        )
        return attrs.evolve(figure, numerator=name, denominator=denominator)

    def _value_by_exceptions(self, value: Value) -> Operand | None:
        """Emit a branch for each exception of a value and one for its default."""
        if not value.exceptions:
            return self._expression_operand(value.expression)
        self._emit_conditions(value)
        guards = [self.test(exception.guard, strict=False) for exception in value.exceptions]
        names = self._guard_names(guards)
        nodes = [*(exception.expression for exception in value.exceptions), value.expression]
        # Each expression is emitted into its branch, so that only the one that applies is computed.
        results = [self.emitter.buffer(partial(self._expression_operand, node)) for node in nodes]
        operands = [operand for operand, _ in results]
        exact = [operand for operand in operands if operand is not None]
        if not exact or len({type(operand) for operand in exact}) > 1:
            return None
        undecided = _undecided_guards(guards, names)
        name = self.names.allocate("value", value.name)
        is_not_stated = any(operand.is_not_stated for operand in exact)
        is_open = bool(undecided) or any(operand is None or operand.is_open for operand in operands)
        is_fractional = any(
            isinstance(operand, Rational) and operand.denominator != "1" for operand in exact
        )
        into = Rational(name, self.names.allocate(name, "denom") if is_fractional else "1")
        branches: list[tuple[Operand | None, Buffered]] = [(None, Buffered())] * len(undecided)
        self._emit_branches(into, [*undecided, *names], [*branches, *results])
        if is_fractional or isinstance(exact[0], Rational):
            return attrs.evolve(into, is_open=is_open, is_not_stated=is_not_stated)
        if isinstance(exact[0], WordSetOperand):
            return None
        absent = any(
            isinstance(operand, WordOperand) and operand.may_be_absent for operand in exact
        )
        return WordOperand(name, is_open, is_not_stated, may_be_absent=absent)

    def _emit_conditions(self, value: Value) -> None:
        """Emit the conditions that a value reads, once and before its branches."""
        for node in expressions_of(value):
            for reference in references(node):
                if isinstance(reference, ConditionRef):
                    self.condition(reference.name)

    def _emit_branches(
        self,
        into: Rational,
        tests: Sequence[str],
        branches: Sequence[tuple[Operand | None, Buffered]],
    ) -> None:
        """Emit a branch for each test and a last one; each assigns its operand."""
        for head, (operand, buffered) in zip(_branch_heads(tests), branches, strict=True):
            numerator = UNKNOWN if operand is None else operand.guard_expression
            parts = [(into.numerator, numerator)]
            if into.denominator != "1":
                denominator = operand.denominator if isinstance(operand, Rational) else "1"
                parts.append((into.denominator, denominator))
            # A name that was allocated for this branch alone is replaced by that of the value.
            renamed = {text: name for name, text in parts if text in buffered.names}
            with self.emitter.block(head):
                self.emitter.emit_buffered(buffered, renamed)
                for name, text in parts:
                    if text not in renamed:
                        self.emitter.assign(name, text)

    def _guard_names(self, guards: Sequence[TruthOperand]) -> list[str]:
        """Return guards as text; one that is read more than once is assigned to a variable."""
        if len(guards) == 1 and not guards[0].is_open:
            return [guards[0].text]
        return [self.assign_name(guard, "when") for guard in guards]

    def _expression_operand(self, node: Expression) -> Operand | None:
        if not isinstance(node, Test):
            return self.term(node)
        truth = self.test(node, strict=False)
        return WordOperand(self.assign_name(truth), is_open=truth.is_open)

    def _compare_with_input(self, fact: str, computed: Operand | None) -> Operand | None:
        """Return the computed value, after a comparison with the fact that may state it.

        The generated function gives up if the two differ: the reference engine then distinguishes
        rounding from a contradiction.
        """
        tests = undefined_guards(computed) if computed is not None else []
        with self.emitter.block(f"if {fact!r} in {self.scope.known}:"):
            known, given = self.known_fact(fact), self.fact(fact)
            if isinstance(given, Rational) and isinstance(computed, Rational):
                differs = comparison("!=", given, computed)
                tests.append(f"{known}.figure is None")
            elif isinstance(given, WordOperand) and isinstance(computed, WordOperand):
                differs = f"{given.text} != {computed.text}"
            else:
                differs = "True"
            with self.emitter.branch("if", [*tests, differs]):
                self.emitter.emit(GIVE_UP)
        if computed is not None and computed.is_not_stated:
            with self.emitter.block(f"if type({computed.guard_expression}) is Possible:"):
                self.emitter.emit(GIVE_UP)
            return attrs.evolve(computed, is_not_stated=False)
        return computed

    # Conditions.

    def condition(self, name: str) -> TruthOperand:
        """Return the truth of a condition, whose code is emitted once."""
        if self.outer is not None and (
            self.scope.block is None or name not in self.scope.block.conditions
        ):
            return self.outer.condition(name)
        return self.emitter.memoized(
            ("condition", name),
            lambda: self._generate_condition(self.rules.conditions[name]),
            TruthOperand,
        )

    def _generate_condition(self, condition: Condition) -> TruthOperand:
        strict = self.outer is None
        name = self.names.allocate("is", condition.id)
        if not condition.exceptions:
            truth = self._condition_test(condition, strict=strict)
            return TruthOperand(self.emitter.assign(name, truth.text), truth.is_open)
        guards = [self.test(exception.guard, strict=False) for exception in condition.exceptions]
        names = self._guard_names(guards)
        truths = [self._exception_test(exception) for exception in condition.exceptions]
        truths.append(self._condition_test(condition, strict=False))
        truths = [TruthOperand(self.assign_name(truth), truth.is_open) for truth in truths]
        undecided = _undecided_guards(guards, names)
        texts = [UNKNOWN] * len(undecided) + [truth.text for truth in truths]
        for head, text in zip(_branch_heads([*undecided, *names]), texts, strict=True):
            with self.emitter.block(head):
                self.emitter.assign(name, text)
        is_open = bool(undecided) or any(truth.is_open for truth in truths)
        if is_open and strict:
            with self.emitter.block(f"if {name} is None:"):
                self.emitter.emit(GIVE_UP)
            is_open = False
        return TruthOperand(name, is_open)

    def _condition_test(self, condition: Condition, *, strict: bool) -> TruthOperand:
        if isinstance(condition.test, Group):
            return self.group(condition.test)
        return self.test(condition.test, strict=strict)

    def _exception_test(self, exception: RuleException) -> TruthOperand:
        if isinstance(exception.expression, Test):
            return self.test(exception.expression, strict=False)
        return self.test(BoolTest(exception.expression), strict=False)


class _MemoizedValue:
    """The operand of a value, in a wrapper because a memoized result is never None."""

    def __init__(self, operand: Operand | None) -> None:
        self.operand = operand


def _branch_heads(tests: Sequence[str]) -> list[str]:
    """Return `if` for the first test, `elif` for the others, and a last `else`.

    >>> _branch_heads(["a", "b"])
    ['if a:', 'elif b:', 'else:']
    """
    return [f"{'elif' if n else 'if'} {test}:" for n, test in enumerate(tests)] + ["else:"]


def _undecided_guards(guards: Sequence[TruthOperand], names: Sequence[str]) -> list[str]:
    """Return the test that is true while guards leave the branch open, or an empty list."""
    tests = [f"{name} is None" for guard, name in zip(guards, names, strict=True) if guard.is_open]
    if len(names) > 1:
        tests.append(f"{tuple_display(names)}.count(True) > 1")
    return [disjunction(tests)] if tests else []
