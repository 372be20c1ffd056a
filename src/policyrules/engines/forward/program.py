"""A ruleset as a Horn program: what is held and what failed, each a literal of its own.

Nothing is negated. A test without logic (an atom) is decided in Python and asserted as held, as
failed, or as neither; rules chain from there to the outcome. A value is reached when all that it
needs has been computed; then Python computes it and asserts the atoms that hang on it. A count of
many members would take as many rules as its size squared; Python counts them, and asserts that
there are enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import attrs

from policyrules.engines.forward.horn import HornProgram, Rule
from policyrules.ir.nodes import (
    And,
    Atom,
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
    block_dependencies,
    direct_dependencies,
    expressions_of,
    references,
)

MOST_STEPS: Final = 40
"""Members, times how many of them are needed, that rules count; more are counted in Python."""


@attrs.frozen
class Literals:
    """The two literals of a test or a condition: one stands if it is held, one if it failed."""

    held: int
    failed: int

    def turned(self) -> Literals:
        """The literals of its negation, which needs no rule."""
        return Literals(self.failed, self.held)


@attrs.frozen
class AtomPlan:
    """An atom: its literals, the one that says that it is settled, and the values it waits for."""

    atom: Atom
    literals: Literals
    decided: int
    waits_for: frozenset[str]


@attrs.frozen
class ValuePlan:
    """A value: the literal that stands when it is reached, and the one asserted once computed."""

    value: Value
    reached: int
    computed: int


@attrs.frozen
class CountPlan:
    """A count: `enough` is asserted as soon as `n` of the members stand.

    Two members may be one literal, where two conditions have the same test; it counts twice.
    """

    n: int
    members: tuple[int, ...]
    enough: int


@attrs.frozen
class ForwardProgram:
    """The Horn program of a ruleset or of a block, and what its literals stand for.

    `start` is asserted first of all. `first_atoms` wait for no value; `hanging` are the atoms that
    wait for a value, by its name. `values` are found by the literal that says they are reached.
    `counts` are those that are counted in Python.
    """

    horn: HornProgram
    start: int
    atoms: Mapping[Atom, AtomPlan] = attrs.field(hash=False)
    first_atoms: tuple[AtomPlan, ...]
    hanging: Mapping[str, tuple[AtomPlan, ...]] = attrs.field(hash=False)
    values: Mapping[int, ValuePlan] = attrs.field(hash=False)
    counts: tuple[CountPlan, ...]
    tests: Mapping[Test, Literals] = attrs.field(hash=False)
    conditions: Mapping[str, Literals] = attrs.field(hash=False)
    eligible: Literals | None


def compile_program(ruleset: CheckedRuleset, block: ItemRules | None = None) -> ForwardProgram:
    """The Horn program of a ruleset, or of what it says of each item of a list.

    It is the same on every day, and for every item.

    Raises:
        ProgramTooLarge: the ruleset is past a limit of the forward engine.
    """
    return _Compiler(ruleset, block).program()


class _Compiler:
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
        self.counts: list[CountPlan] = []
        self.start = self.fresh()

    def program(self) -> ForwardProgram:
        values = {plan.reached: plan for plan in map(self.value, self.defined.values.values())}
        for condition in self.defined.conditions.values():
            self.conditions[condition.id] = self.condition(condition)
        joined = self.ruleset.outcome.eligible if self.block is None else self.block.eligible
        eligible = None if joined is None else self.group(joined)
        plans = tuple(self.atoms.values())
        return ForwardProgram(
            horn=HornProgram.fenced(self.n_literals, self.rules),
            start=self.start,
            atoms=self.atoms,
            first_atoms=tuple(plan for plan in plans if not plan.waits_for),
            hanging={
                name: tuple(plan for plan in plans if name in plan.waits_for)
                for name in self.defined.values
            },
            values=values,
            counts=tuple(self.counts),
            tests=self.tests,
            conditions=self.conditions,
            eligible=eligible,
        )

    def fresh(self) -> int:
        self.n_literals += 1
        return self.n_literals - 1

    def both(self) -> Literals:
        return Literals(self.fresh(), self.fresh())

    def rule(self, head: int, body: Iterable[int]) -> None:
        """`head` if all of `body`; a literal counts once however often it is named."""
        distinct = tuple(dict.fromkeys(body))
        if head not in distinct:
            self.rules[Rule(head, distinct)] = None

    # Tests.

    def test(self, node: Test) -> Literals:
        """The literals of a test; equal tests share them."""
        if node not in self.tests:
            self.tests[node] = self._test(node)
        return self.tests[node]

    def _test(self, node: Test) -> Literals:
        match node:
            case Not(operand):
                return self.test(operand).turned()
            case And(operands):
                return self.all_of([self.test(operand) for operand in operands])
            case Or(operands):
                members = [self.test(operand).turned() for operand in operands]
                return self.all_of(members).turned()
            case _:
                return self.atom(node).literals

    def atom(self, node: Atom) -> AtomPlan:
        if node not in self.atoms:
            waits_for = frozenset(self.values_behind(references(node)))
            self.atoms[node] = AtomPlan(node, self.both(), self.fresh(), waits_for)
        return self.atoms[node]

    def values_behind(self, read: Iterable[Reference]) -> Iterator[str]:
        """The values of the program that are read: directly, as the key of a table, by an item.

        An item needs nothing of the case but its values, which stand before any item is looked at;
        the case needs all of an item at once.
        """
        for reference in read:
            match reference:
                case ValueRef(name) if name in self.defined.values:
                    yield name
                case ValueRef(name) if self.block is None:
                    yield from self.values_of_items(self.ruleset.list_of_value[name])
                case ParameterRef(name):
                    by = self.ruleset.parameters[name].by
                    if by is not None:
                        yield from self.values_behind([by])
                case EligibleRef(name):
                    yield from self.values_of_items(name)
                case FactRef() | ListRef() | ValueRef():
                    pass

    def values_of_items(self, name: str) -> Iterator[str]:
        """The values of the case that the block of a list reads, keys of tables among them."""
        for read in block_dependencies(self.ruleset.item_rules[name]):
            keys = direct_dependencies(self.ruleset, read) if isinstance(read, ParameterRef) else ()
            for one in (read, *keys):
                if isinstance(one, ValueRef) and one.name in self.ruleset.values:
                    yield one.name

    def all_of(self, members: Sequence[Literals]) -> Literals:
        """Held if every member is held, failed if any failed."""
        joined = self.both()
        self.rule(joined.held, [member.held for member in members])
        for member in members:
            self.rule(joined.failed, [member.failed])
        return joined

    # Groups and conditions.

    def group(self, group: Group) -> Literals:
        members = [self.conditions[name] for name in group.members]
        turned = [member.turned() for member in members]
        match group.kind:
            case "all":
                return self.all_of(members)
            case "any":
                return self.all_of(turned).turned()
            case "none":
                return self.all_of(turned)
            case _:
                held = self.counted(group.n, [member.held for member in members])
                enough_failed = len(members) - group.n + 1
                failed = self.counted(enough_failed, [member.failed for member in members])
                return Literals(held, failed)

    def counted(self, n: int, members: Sequence[int]) -> int:
        """A literal that stands if at least n of the members stand.

        `reached[j]` stands if at least j of the members seen so far do; the next member carries
        each on to a literal of its own. Many members are counted in Python.
        """
        if n * len(members) > MOST_STEPS:
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
        test = condition.test
        rule = self.group(test) if isinstance(test, Group) else self.test(test)
        if not condition.exceptions:
            return rule
        whens = [self.test(exception.when) for exception in condition.exceptions]
        joined = self.both()
        for turned in (False, True):
            head = joined.failed if turned else joined.held
            own = rule.failed if turned else rule.held
            agreed = [self.agrees(own, [when.held for when in whens])]
            for exception, when in zip(condition.exceptions, whens, strict=True):
                text = self.text_test(exception)
                agreed.append(self.agrees(text.failed if turned else text.held, [when.failed]))
            self.rule(head, agreed)
        return joined

    def agrees(self, says: int, ruled_out: Sequence[int]) -> int:
        """Stands if a text says so, or is ruled out and has no say."""
        literal = self.fresh()
        self.rule(literal, [says])
        for one in ruled_out:
            self.rule(literal, [one])
        return literal

    def text_test(self, exception: RuleException) -> Literals:
        if not isinstance(exception.expression, Test):
            raise TypeError(f"the exception of a condition is not a test: {exception.id}")
        return self.test(exception.expression)

    # Values.

    def value(self, value: Value) -> ValuePlan:
        """A value is reached when what it reads is computed and its tests are decided."""
        plan = ValuePlan(value, self.fresh(), self.fresh())
        body = [self.start]
        for text in expressions_of(value):
            if isinstance(text, Test):
                self.test(text)
                body += [self.atom(atom).decided for atom in atoms(text)]
            body += [self.computed[name] for name in self.values_behind(self.own(text))]
        self.computed[value.name] = plan.computed
        self.rule(plan.reached, body[1:] or body)
        return plan

    def own(self, text: Expression) -> Iterator[Reference]:
        """What a text reads itself; what a test reads is waited for by its atoms."""
        if not isinstance(text, Test):
            yield from references(text)
