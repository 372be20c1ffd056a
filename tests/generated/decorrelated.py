"""A ruleset in which every occurrence of an unknown fact is a fact of its own.

    value  rate: a.x / (a.x + a.y)     used twice
    copy   rate~1: a.x~1 / (a.x~2 + a.y~1)    and    rate~2: a.x~3 / (a.x~4 + a.y~2)

Ranges cannot see that two occurrences of one fact go together: to them the ruleset is this copy.
What can change an answer here and not in the ruleset itself is lost to correlation, nothing else.
"""

import random
from collections.abc import Mapping
from types import MappingProxyType, NoneType

import attrs

from policyrules.ir.dated import DatedRuleset
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Compare,
    Expression,
    Extreme,
    FactRef,
    Holds,
    IsNone,
    Member,
    Negative,
    Not,
    Or,
    ParameterRef,
    Term,
    Test,
    ValueRef,
    Word,
)
from policyrules.ir.ruleset import (
    Cell,
    Condition,
    Fact,
    Group,
    Parameter,
    Row,
    RuleException,
    Table,
    Value,
)
from policyrules.ir.situation import Known
from policyrules.ir.types import Kind

MOST_FACTS = 40


class TooManyFacts(Exception):
    """The copy would be larger than is worth trying."""


@attrs.frozen
class Decorrelated:
    """The copy, and for each unknown fact its copies."""

    dated: DatedRuleset
    copies: Mapping[str, tuple[str, ...]]

    @property
    def has_repeats(self) -> bool:
        """Whether an unknown fact occurs more than once."""
        return any(len(names) > 1 for names in self.copies.values())


NO_CHANGE: Mapping[str, str] = MappingProxyType({})
CROSSED_UPWARD: Mapping[str, str] = MappingProxyType({"==": "<=", "!=": ">"})
CROSSED_DOWNWARD: Mapping[str, str] = MappingProxyType({"==": ">=", "!=": "<"})
"""Other operators for tests on equal numbers. Where steps are no matter, a difference that changes
its sign is zero on the way: what turns `<=` turns `==` too."""


def decorrelated(
    dated: DatedRuleset,
    known: Mapping[str, Known],
    operators: Mapping[str, str] = NO_CHANGE,
) -> Decorrelated:
    """The copy for a case in which these facts are known; they stay as they are.

    Raises:
        TooManyFacts: the copy has more than `MOST_FACTS` unknown facts.
    """
    return _Copy(dated, known, operators).whole()


def settled(rng: random.Random, dated: DatedRuleset) -> DatedRuleset:
    """The ruleset with one of its figures chosen for whatever is `either` or `pending`."""
    rows = {
        name: attrs.evolve(row, content=_settled_content(rng, row.content))
        for name, row in dated.rows.items()
    }
    return DatedRuleset(dated.ruleset, dated.on, rows)


def _settled_content(rng: random.Random, content: Cell | Table) -> Cell | Table:
    if isinstance(content, Cell):
        return _settled_cell(rng, content)
    rows = {word: _settled_cell(rng, cell) for word, cell in content.rows.items()}
    none, otherwise = (
        None if cell is None else _settled_cell(rng, cell)
        for cell in (content.none, content.otherwise)
    )
    return Table(rows, none, otherwise)


def _settled_cell(rng: random.Random, cell: Cell) -> Cell:
    if cell.status not in {"either", "pending"}:
        return cell
    if cell.low is None:
        return Cell("stated", choices=(rng.choice(cell.choices),))
    figure = rng.choice((cell.low, cell.high or cell.low))
    return Cell("stated", figure, figure)


class _Copy:
    def __init__(
        self, dated: DatedRuleset, known: Mapping[str, Known], operators: Mapping[str, str]
    ) -> None:
        self.original = dated
        self.known = known
        self.operators = operators
        self.facts: dict[str, Fact] = dict(dated.ruleset.facts)
        self.values: dict[str, Value] = {}
        self.conditions: dict[str, Condition] = {}
        # A parameter is copied wherever it is read, with its key: to ranges, two uses of one that
        # is open or a table do not go together either.
        self.parameters: dict[str, Parameter] = {}
        self.rows: dict[str, Row] = {}
        self.copies: dict[str, list[str]] = {}
        self.n_copies = 0

    def whole(self) -> Decorrelated:
        outcome = self.original.ruleset.outcome
        eligible = self.group(outcome.eligible)
        amount = outcome.amount
        if amount is not None:
            amount = attrs.evolve(amount, text=self.expression(amount.text))
        ruleset = attrs.evolve(
            self.original.ruleset,
            facts=self.facts,
            values=self.values,
            conditions=self.conditions,
            parameters=self.parameters,
            outcome=attrs.evolve(outcome, eligible=eligible, amount=amount, consequences=()),
            notes={},
        )
        copies = {name: tuple(found) for name, found in self.copies.items()}
        return Decorrelated(DatedRuleset(ruleset, self.original.on, self.rows), copies)

    def fresh(self, name: str) -> str:
        self.n_copies += 1
        return f"{name}~{self.n_copies}"

    def fact(self, name: str) -> str:
        if name in self.known:
            return name
        if sum(map(len, self.copies.values())) >= MOST_FACTS:
            raise TooManyFacts
        copy = self.fresh(name)
        self.facts[copy] = attrs.evolve(self.facts[name], name=copy)
        self.copies.setdefault(name, []).append(copy)
        return copy

    def value(self, name: str) -> str:
        value = self.original.ruleset.values[name]
        copy = self.fresh(name)
        text = self.expression(value.text)
        exceptions = self.exceptions(value.exceptions)
        given = self.fact(value.given) if value.given else None
        self.values[copy] = attrs.evolve(
            value, name=copy, text=text, exceptions=exceptions, given=given
        )
        return copy

    def condition(self, name: str) -> str:
        condition = self.original.ruleset.conditions[name]
        copy = self.fresh(name)
        test = condition.test
        test_copy = self.group(test) if isinstance(test, Group) else self.test(test)
        exceptions = self.exceptions(condition.exceptions)
        self.conditions[copy] = attrs.evolve(
            condition, id=copy, test=test_copy, exceptions=exceptions
        )
        return copy

    def group(self, group: Group) -> Group:
        return attrs.evolve(group, members=tuple(map(self.condition, group.members)))

    def parameter(self, name: str) -> str:
        parameter = self.original.ruleset.parameters[name]
        copy = self.fresh(name)
        by = None if parameter.by is None else self.expression(parameter.by)
        if not isinstance(by, (FactRef, ValueRef, NoneType)):
            raise TypeError(f"no key: {by}")
        self.parameters[copy] = attrs.evolve(parameter, name=copy, by=by)
        self.rows[copy] = self.original.rows[name]
        return copy

    def exceptions(self, exceptions: tuple[RuleException, ...]) -> tuple[RuleException, ...]:
        return tuple(
            attrs.evolve(
                one,
                id=self.fresh(one.id),
                when=self.test(one.when),
                text=self.expression(one.text),
            )
            for one in exceptions
        )

    def is_word(self, node: Expression) -> bool:
        ruleset = self.original.ruleset
        match node:
            case FactRef(name):
                return ruleset.facts[name].type.kind is Kind.WORD
            case ValueRef(name):
                return ruleset.values[name].type.kind is Kind.WORD
            case ParameterRef(name):
                return ruleset.parameters[name].type.kind is Kind.WORD
            case _:
                return isinstance(node, Word)

    def test(self, node: Test) -> Test:
        copy = self.expression(node)
        if not isinstance(copy, Test):
            raise TypeError(f"no test: {copy}")
        return copy

    def term(self, node: Term) -> Term:
        copy = self.expression(node)
        if not isinstance(copy, Term):
            raise TypeError(f"no term: {copy}")
        return copy

    def expression(self, node: Expression) -> Expression:
        match node:
            case FactRef(name):
                return FactRef(self.fact(name))
            case ValueRef(name):
                return ValueRef(self.value(name))
            case ParameterRef(name):
                return ParameterRef(self.parameter(name))
            case Negative(operand):
                return Negative(self.term(operand))
            case IsNone(operand):
                return IsNone(self.term(operand))
            case Holds(operand):
                return Holds(self.term(operand))
            case Not(operand):
                return Not(self.test(operand))
            case Compare(operator, left, right):
                if not self.is_word(left) and not self.is_word(right):
                    operator = self.operators.get(operator, operator)
                return Compare(operator, self.term(left), self.term(right))
            case Arithmetic(operator, left, right):
                return Arithmetic(operator, self.term(left), self.term(right))
            case Member(operand, words):
                return Member(self.term(operand), self.term(words))
            case Extreme(largest, operands):
                return Extreme(largest, tuple(map(self.term, operands)))
            case And(operands):
                return And(tuple(map(self.test, operands)))
            case Or(operands):
                return Or(tuple(map(self.test, operands)))
            case _:
                return node
