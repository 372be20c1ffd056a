"""Compile a ruleset to a Horn program, with one literal for “held” and one for “failed”.

Nothing is negated. Python decides each atom, a test without logic, and asserts it as held, as
failed, or as neither; rules chain from there to the outcome. A value is ready when all that it
needs has been computed. Python then computes it, and asserts the atoms that depend on it. A count
of many members would take as many rules as the square of its size, so Python counts them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from policyrules.engines.forward.horn import HornProgram, Rule
from policyrules.ir.nodes import (
    And,
    Atom,
    ConditionRef,
    EligibleRef,
    Expression,
    FactRef,
    ListRef,
    Not,
    Or,
    ParameterRef,
    Reference,
    Test,
    ValueRef,
)
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, ItemRules, RuleException, Value
from policyrules.ir.traverse import (
    atoms,
    case_rules_read_by_item,
    evaluated_references,
    expressions_of,
    fellow_references,
    references,
)
from policyrules.values.kleene import Truth

MAX_COUNTING_STEPS: Final = 40
"""The most members, times the number needed, that rules count; Python counts more."""


def name_of_all(value: str) -> str:
    """Return the name under which a value of every item of a list counts as computed."""
    return f"all {value}"


@attrs.frozen
class Literals:
    """The two literals of a test or a condition: `held` and `failed`."""

    held: int
    failed: int

    def negated(self) -> Literals:
        """Return the literals of the negation, which needs no rule."""
        return Literals(self.failed, self.held)


@attrs.frozen
class AtomPlan:
    """An atom: its literals, the literal that says it is decided, and its dependencies.

    `depends_on` has the values and conditions that it reads, for an item also those of the case.
    """

    atom: Atom
    literals: Literals
    is_decided: int
    depends_on: frozenset[str]

    def literals_of(self, truth: Truth) -> list[int]:
        """Return the literals to assert for a decided atom: one for its truth, unless unknown."""
        if truth is None:
            return [self.is_decided]
        return [self.is_decided, self.literals.held if truth else self.literals.failed]


@attrs.frozen
class ValuePlan:
    """A value: the literals that say that it is ready, and that it is computed."""

    value: Value
    is_ready: int
    is_computed: int


@attrs.frozen
class ConditionPlan:
    """A condition that is read by `held`: the literals that say that it is ready, and computed."""

    id: str
    is_ready: int
    is_computed: int


@attrs.frozen
class CountPlan:
    """A count: `enough` is asserted as soon as `n` of the members are true.

    Two conditions with the same test are two members with one literal, which counts twice.
    """

    n: int
    members: tuple[int, ...]
    enough: int


@attrs.frozen
class ForwardProgram:
    """The Horn program of a ruleset or of its items, with the meaning of its literals.

    `start` is asserted first. `independent_atoms` depend on no value and no condition; `dependents`
    maps each value and each condition that is read to the atoms that depend on it. `values` maps
    the literal for “ready” of each value to its plan, and `conditions_read` that of each condition
    that is read by `held`. `counts` are the counts that Python counts. `outer_results` maps each
    value and condition of the case that an item reads to the literal for “computed”, and each value
    that it reads of other items, under its `name_of_all`; `values_of_fellows` has those by that
    name.
    """

    horn: HornProgram
    start: int
    atoms: Mapping[Atom, AtomPlan] = attrs.field(hash=False)
    independent_atoms: tuple[AtomPlan, ...]
    dependents: Mapping[str, tuple[AtomPlan, ...]] = attrs.field(hash=False)
    values: Mapping[int, ValuePlan] = attrs.field(hash=False)
    conditions_read: Mapping[int, ConditionPlan] = attrs.field(hash=False)
    counts: tuple[CountPlan, ...]
    tests: Mapping[Test, Literals] = attrs.field(hash=False)
    conditions: Mapping[str, Literals] = attrs.field(hash=False)
    eligible: Literals | None
    outer_results: Mapping[str, int] = attrs.field(hash=False)
    values_of_fellows: Mapping[str, str] = attrs.field(hash=False)


def compile_program(ruleset: CheckedRuleset, block: ItemRules | None = None) -> ForwardProgram:
    """Compile the Horn program of a ruleset, or of the rules of one item.

    It is the same for every day and for every item.

    Raises:
        ProgramTooLarge: the ruleset exceeds a limit of the forward engine.
    """
    return _Compiler(ruleset, block).program()


class _Compiler:
    """The state of compiling one program: its rules, plans and literals so far."""

    def __init__(self, ruleset: CheckedRuleset, block: ItemRules | None) -> None:
        self.ruleset = ruleset
        self.block = block
        self.defined: ItemRules | CheckedRuleset = ruleset if block is None else block
        self.n_literals = 0
        self.rules: dict[Rule, None] = {}
        self.atoms: dict[Atom, AtomPlan] = {}
        self.tests: dict[Test, Literals] = {}
        self.conditions: dict[str, Literals] = {}
        self.computed: dict[str, int] = {}
        self.conditions_read: dict[str, ConditionPlan] = {}
        self.outer_results: dict[str, int] = {}
        self.values_of_fellows: dict[str, str] = {}
        self.counts: list[CountPlan] = []
        self.start = self.fresh()

    def program(self) -> ForwardProgram:
        values = {plan.is_ready: plan for plan in map(self.value, self.defined.values.values())}
        for condition in self.defined.conditions.values():
            self.conditions[condition.id] = self.condition(condition)
        result = self.ruleset.outcome.eligible if self.block is None else self.block.eligible
        eligible = None if result is None else self.group(result)
        self.add_conditions_read()
        plans = tuple(self.atoms.values())
        return ForwardProgram(
            horn=HornProgram.within_limits(self.n_literals, self.rules),
            start=self.start,
            atoms=self.atoms,
            independent_atoms=tuple(plan for plan in plans if not plan.depends_on),
            dependents={
                name: tuple(plan for plan in plans if name in plan.depends_on)
                for name in (*self.defined.values, *self.conditions_read)
            },
            values=values,
            conditions_read={plan.is_ready: plan for plan in self.conditions_read.values()},
            counts=tuple(self.counts),
            tests=self.tests,
            conditions=self.conditions,
            eligible=eligible,
            outer_results=self.outer_results,
            values_of_fellows=self.values_of_fellows,
        )

    def fresh(self) -> int:
        """Return a literal that is not in use."""
        self.n_literals += 1
        return self.n_literals - 1

    def fresh_pair(self) -> Literals:
        """Return two literals that are not in use, for a test or a condition."""
        return Literals(self.fresh(), self.fresh())

    def rule(self, head: int, body: Iterable[int]) -> None:
        """Add the rule `head` if all of `body`; a repeated literal counts once."""
        distinct = tuple(dict.fromkeys(body))
        if head not in distinct:
            self.rules[Rule(head, distinct)] = None

    # Tests.

    def test(self, node: Test) -> Literals:
        """Return the literals of a test; equal tests share them."""
        if node not in self.tests:
            self.tests[node] = self._test(node)
        return self.tests[node]

    def _test(self, node: Test) -> Literals:
        match node:
            case Not(operand):
                return self.test(operand).negated()
            case And(operands):
                return self.all_of([self.test(operand) for operand in operands])
            case Or(operands):
                members = [self.test(operand).negated() for operand in operands]
                return self.all_of(members).negated()
            case _:
                return self.atom(node).literals

    def atom(self, node: Atom) -> AtomPlan:
        if node not in self.atoms:
            depends_on = frozenset(self.names_needed(node))
            self.atoms[node] = AtomPlan(node, self.fresh_pair(), self.fresh(), depends_on)
        return self.atoms[node]

    def names_needed(self, node: Expression) -> Iterator[str]:
        """Yield what must be computed before an expression: of other items, of all of them."""
        yield from self.dependencies(evaluated_references(node))
        for fellow in fellow_references(node):
            if isinstance(fellow.reference, ValueRef):
                name = name_of_all(fellow.reference.name)
                self.values_of_fellows[name] = fellow.reference.name
                yield name

    def dependencies(self, read: Iterable[Reference]) -> Iterator[str]:
        """Yield the values and conditions that references read, also by the key of a table.

        In the program of the case, a result of items is replaced by the values and conditions of
        the case that the rules of these items read; so are other items' values.
        """
        for reference in read:
            match reference:
                case ConditionRef(name):
                    yield name
                case ValueRef(name) if name in self.defined.values or name in self.ruleset.values:
                    yield name
                case ValueRef() | EligibleRef():
                    results = case_rules_read_by_item(self.ruleset, reference)
                    yield from (result.name for result in results)
                case ParameterRef(name):
                    yield from self.dependencies(self.ruleset.parameters[name].by)
                case FactRef() | ListRef():
                    pass

    def computed_literal(self, name: str) -> int:
        """Return the literal that says that a value or a condition is computed, here or outside."""
        if name in self.defined.values:
            return self.computed[name]
        if name in self.defined.conditions:
            return self.condition_read(name).is_computed
        if name not in self.outer_results:
            self.outer_results[name] = self.fresh()
        return self.outer_results[name]

    def condition_read(self, name: str) -> ConditionPlan:
        """Return the plan of a condition that is read by `held`."""
        if name not in self.conditions_read:
            self.conditions_read[name] = ConditionPlan(name, self.fresh(), self.fresh())
        return self.conditions_read[name]

    def all_of(self, members: Sequence[Literals]) -> Literals:
        """Return literals that are held if every member is, and failed if any is."""
        result = self.fresh_pair()
        self.rule(result.held, [member.held for member in members] or [self.start])
        for member in members:
            self.rule(result.failed, [member.failed])
        return result

    # Groups and conditions.

    def group(self, group: Group) -> Literals:
        members = [self.conditions[name] for name in group.members]
        negated = [member.negated() for member in members]
        match group.kind:
            case "all":
                return self.all_of(members)
            case "any":
                return self.all_of(negated).negated()
            case "none":
                return self.all_of(negated)
            case _:
                held = self.count_literal(group.n, [member.held for member in members])
                enough_failed = len(members) - group.n + 1
                failed = self.count_literal(enough_failed, [member.failed for member in members])
                return Literals(held, failed)

    def count_literal(self, n: int, members: Sequence[int]) -> int:
        """Return a literal that is true if at least n of the members are.

        `reached[j]` is true if at least j of the members up to now are; each member leads from one
        row of literals to the next. Python counts where that takes too many rules.
        """
        if n * len(members) > MAX_COUNTING_STEPS:
            self.counts.append(CountPlan(n, tuple(members), self.fresh()))
            return self.counts[-1].enough
        reached = [self.start] + [self.fresh() for _ in range(n)]
        for member in members:
            following = [self.start] + [self.fresh() for _ in range(n)]
            for j in range(1, n + 1):
                self.rule(following[j], [reached[j]])
                self.rule(following[j], [reached[j - 1], member])
            reached = following
        return reached[n]

    def condition(self, condition: Condition) -> Literals:
        rule_test = condition.test
        rule = self.group(rule_test) if isinstance(rule_test, Group) else self.test(rule_test)
        if not condition.exceptions:
            return rule
        guards = [self.guard(exception) for exception in condition.exceptions]
        result = self.fresh_pair()
        # In order, some exception applies as soon as the test of any is held.
        whens = [self.test(exception.when) for exception in condition.exceptions]
        replaced = [when.held for when in (whens if condition.is_ordered else guards)]
        held = [self.agreement_literal(rule.held, replaced)]
        failed = [self.agreement_literal(rule.failed, replaced)]
        for exception, guard in zip(condition.exceptions, guards, strict=True):
            test = self.exception_test(exception)
            held.append(self.agreement_literal(test.held, [guard.failed]))
            failed.append(self.agreement_literal(test.failed, [guard.failed]))
        self.rule(result.held, held)
        self.rule(result.failed, failed)
        return result

    def agreement_literal(self, truth: int, ruled_out: Sequence[int]) -> int:
        """Return a literal that is true if an expression has that truth or does not apply."""
        literal = self.fresh()
        for alternative in (truth, *ruled_out):
            self.rule(literal, [alternative])
        return literal

    def exception_test(self, exception: RuleException) -> Literals:
        if not isinstance(exception.narrowed, Test):
            raise TypeError(f"the exception of a condition is not a test: {exception.id}")
        return self.test(exception.narrowed)

    def guard(self, exception: RuleException) -> Literals:
        """Return the literals of a guard, which fails if a test that it implies has failed."""
        when = self.test(exception.guard)
        if not exception.implied:
            return when
        result = self.fresh_pair()
        self.rule(result.held, [when.held])
        self.rule(result.failed, [when.failed])
        for implied in exception.implied:
            self.rule(result.failed, [self.test(implied).failed])
        return result

    def add_conditions_read(self) -> None:
        """Add a rule for each condition read by `held`: it is ready once its atoms are decided."""
        names = {name for plan in self.atoms.values() for name in plan.depends_on}
        names |= self.conditions_read.keys() | self.names_read_by_items()
        for condition in self.defined.conditions.values():
            if condition.id in names:
                tests = self.tests_of(condition)
                body = [self.atom(atom).is_decided for test in tests for atom in atoms(test)]
                self.rule(self.condition_read(condition.id).is_ready, body)

    def names_read_by_items(self) -> set[str]:
        """Return the conditions that the rules of items read; empty for a program of items."""
        rules: list[Value | Condition] = []
        for block in self.ruleset.item_rules.values() if self.block is None else ():
            rules += [*block.values.values(), *block.conditions.values()]
        expressions = (expression for rule in rules for expression in expressions_of(rule))
        read = (reference for expression in expressions for reference in references(expression))
        return {reference.name for reference in read if isinstance(reference, ConditionRef)}

    def tests_of(self, condition: Condition) -> Iterator[Test]:
        """Yield the tests of a condition, of its exceptions and of its members at any depth."""
        waiting, seen = [condition], {condition.id}
        while waiting:
            condition = waiting.pop()
            if isinstance(condition.test, Group):
                members = [name for name in condition.test.members if name not in seen]
                seen.update(members)
                waiting += [self.defined.conditions[name] for name in members]
            else:
                yield condition.test
            for exception in condition.exceptions:
                yield exception.when
                yield from exception.implied
                if isinstance(exception.narrowed, Test):
                    yield exception.narrowed

    # Values.

    def value(self, value: Value) -> ValuePlan:
        """Add the rule that makes a value ready: its values are computed and its tests decided."""
        plan = ValuePlan(value, self.fresh(), self.fresh())
        body = [self.start]
        for expression in self.evaluated(value):
            if isinstance(expression, Test):
                self.test(expression)
                body += [self.atom(atom).is_decided for atom in atoms(expression)]
            else:
                body += [self.computed_literal(name) for name in self.names_needed(expression)]
        self.computed[value.name] = plan.is_computed
        self.rule(plan.is_ready, body[1:] or body)
        return plan

    def evaluated(self, value: Value) -> Iterator[Expression]:
        """Yield the expressions of a value as they are evaluated, and the tests of its guards."""
        yield value.narrowed
        if value.last_row is not None:
            yield value.last_row.when
        for exception in value.exceptions:
            yield exception.guard
            yield exception.when
            yield from exception.implied
            yield exception.narrowed
