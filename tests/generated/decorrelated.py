"""A copy of a ruleset in which every occurrence of an unknown fact is a separate fact.

    value  rate: a.x / (a.x + a.y)     used twice
    copy   rate~1: a.x~1 / (a.x~2 + a.y~1)    and    rate~2: a.x~3 / (a.x~4 + a.y~2)

Interval arithmetic ignores that two occurrences of a fact are equal: it evaluates this copy. So a
fact that can change the answer of the copy, but not that of the ruleset, is an effect of lost
correlation and of nothing else.
"""

import random
from collections.abc import Mapping
from functools import partial
from types import MappingProxyType

import attrs

from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.situation import Item, KnownFact, Situation
from policyrules.ir.nodes import (
    Aggregate,
    And,
    Arithmetic,
    BoolTest,
    CalendarPart,
    Compare,
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
    InPeriod,
    InSet,
    IsNone,
    IsSameItem,
    ListExtreme,
    ListName,
    ListRef,
    Marginal,
    MinMax,
    Negate,
    Not,
    Number,
    Or,
    ParameterRef,
    Quantifier,
    Sum,
    SumOfLargest,
    Term,
    Test,
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)
from policyrules.ir.ruleset import (
    Condition,
    Fact,
    Group,
    ItemRules,
    Parameter,
    Row,
    RuleException,
    Value,
)
from policyrules.ir.tables import Cell, Content, RowTable, Table
from policyrules.ir.types import Kind
from policyrules.text.fact_path import FactPath

MOST_FACTS = 40
Generator = Quantifier | Aggregate


class TooManyFacts(Exception):
    """The copy would be larger than is worth trying."""


@attrs.frozen
class Decorrelated:
    """The copy, what is known of it, and for each unknown fact or list its copies."""

    dated: DatedRuleset
    situation: Situation
    copies: Mapping[str, tuple[str, ...]]

    @property
    def has_repeats(self) -> bool:
        """Whether an unknown fact occurs more than once, or there is a list with its entries."""
        facts = self.dated.ruleset.facts
        has_list = any(name in facts and facts[name].type.entry_kind for name in self.copies)
        return has_list or any(len(names) > 1 for names in self.copies.values())


NO_CHANGE: Mapping[str, str] = MappingProxyType({})
CROSSED_UPWARD: Mapping[str, str] = MappingProxyType({"==": "<=", "!=": ">"})
CROSSED_DOWNWARD: Mapping[str, str] = MappingProxyType({"==": ">=", "!=": "<"})
"""Other operators for tests on equal numbers. Where steps are no matter, a difference that changes
its sign is zero on the way: what turns `<=` turns `==` too."""


def decorrelated(
    dated: DatedRuleset,
    situation: Situation,
    operators: Mapping[str, str] = NO_CHANGE,
) -> Decorrelated:
    """The copy for a case; the facts that are known of it stay as they are.

    A list is copied as often as it is looked into, with its block where that is asked for; known
    items stand in every copy.

    Raises:
        TooManyFacts: the copy has more than `MOST_FACTS` unknown facts.
    """
    return _Copy(dated, situation, operators).whole()


def settled(rng: random.Random, dated: DatedRuleset) -> DatedRuleset:
    """The ruleset with one of its figures chosen for whatever is `either` or `pending`."""
    rows = {
        name: attrs.evolve(row, content=_settled_content(rng, row.content))
        for name, row in dated.rows.items()
    }
    return DatedRuleset(dated.ruleset, dated.on, rows)


def _settled_content(rng: random.Random, content: Content) -> Content:
    if isinstance(content, Cell):
        return _settled_cell(rng, content)
    if isinstance(content, RowTable):
        default = None if content.default is None else _settled_cell(rng, content.default)
        settled_rows = tuple(
            attrs.evolve(row, content=_settled_cell(rng, row.content)) for row in content.rows
        )
        return attrs.evolve(content, rows=settled_rows, default=default)
    rows = {word: _settled_cell(rng, cell) for word, cell in content.rows.items()}
    none, otherwise = (
        None if cell is None else _settled_cell(rng, cell)
        for cell in (content.none, content.default)
    )
    return Table(rows, none, otherwise)


def _settled_cell(rng: random.Random, cell: Cell) -> Cell:
    if cell.status not in {"either", "pending"}:
        return cell
    if cell.low is None:
        return Cell("stated", choices=(rng.choice(cell.choices),))
    figure = rng.choice((cell.low, cell.high or cell.low))
    return Cell("stated", figure, figure)


@attrs.frozen
class _Items:
    """The copy of a list that is being looked into: whose, under which name, and its block."""

    list_name: str
    copy: str
    values: dict[str, Value] = attrs.field(factory=dict)
    conditions: dict[str, Condition] = attrs.field(factory=dict)
    facts: list[tuple[str, str]] = attrs.field(factory=list)
    """The facts of the items, each with the name of its copy."""


class _Copy:
    def __init__(
        self, dated: DatedRuleset, situation: Situation, operators: Mapping[str, str]
    ) -> None:
        self.original = dated
        self.situation = situation
        self.operators = operators
        self.facts: dict[str, Fact] = dict(dated.ruleset.facts)
        self.values: dict[str, Value] = {}
        self.conditions: dict[str, Condition] = {}
        # A parameter is copied wherever it is read, with its key: to ranges, two uses of one that
        # is open or a table do not go together either.
        self.parameters: dict[str, Parameter] = {}
        self.rows: dict[str, Row] = {}
        self.copies: dict[str, list[str]] = {}
        self.lists: list[_Items] = []
        self.blocks: dict[str, ItemRules] = {}
        self.items: _Items | None = None
        self.entries: dict[str, str] = {}
        # The entries that have been read once in the test at hand, with the list of each.
        self.read_once: dict[str, str] = {}
        self.n_copies = 0
        self.n_facts = 0

    def whole(self) -> Decorrelated:
        original = self.original.ruleset
        outcome = original.outcome
        eligible = self.group(outcome.eligible)
        amounts = {
            name: attrs.evolve(amount, expression=self.expression(amount.expression))
            for name, amount in outcome.amounts.items()
        }
        consequences = tuple(map(self.consequence, outcome.consequences))
        lists = {
            list_copy.copy: attrs.evolve(
                original.all_lists[list_copy.list_name], name=list_copy.copy
            )
            for list_copy in self.lists
        }
        ruleset = attrs.evolve(
            original,
            facts=self.facts,
            values=self.values,
            conditions=self.conditions,
            parameters=self.parameters,
            all_lists=lists,
            lists=lists,
            item_rules=self.blocks,
            constraints=(),
            outcome=attrs.evolve(
                outcome, eligible=eligible, amounts=amounts, consequences=consequences
            ),
            # Their tests and their lists have other names here; no answer depends on them.
            notes={
                name: attrs.evolve(note, when=None, list="")
                for name, note in original.notes.items()
            },
        )
        situation = Situation(
            self.situation.known,
            {
                list_copy.copy: tuple(
                    map(partial(self.item, list_copy), self.situation.lists[list_copy.list_name])
                )
                for list_copy in self.lists
                if list_copy.list_name in self.situation.lists
            },
        )
        copies = {name: tuple(names) for name, names in self.copies.items()}
        dated = DatedRuleset(ruleset, self.original.on, self.rows)
        return Decorrelated(dated, situation, copies)

    def item(self, items: _Items, item: Item) -> Item:
        """A known item in a copy of its list; what is unknown of it is unknown in each copy."""
        known: dict[str, KnownFact] = {}
        for name, copy in items.facts:
            if name in item.known:
                known[copy] = item.known[name]
                continue
            fact_names = (full.partition(".")[2] for full in (name, copy))
            asked, instead = (
                str(FactPath(list_name, fact_name, item.key))
                for list_name, fact_name in zip(
                    (items.list_name, items.copy), fact_names, strict=True
                )
            )
            self.copies.setdefault(asked, []).append(instead)
        return Item(item.key, known)

    def fresh(self, name: str) -> str:
        self.n_copies += 1
        return f"{name}_copy{self.n_copies}"

    def count_facts(self) -> None:
        self.n_facts += 1
        if self.n_facts > MOST_FACTS:
            raise TooManyFacts

    def fact(self, name: str) -> str:
        items = self.items
        if items is not None and name.startswith(f"{items.list_name}."):
            self.count_facts()
            copy = f"{items.copy}.{self.fresh(name.partition('.')[2])}"
            items.facts.append((name, copy))
            self.facts[copy] = attrs.evolve(self.facts[name], name=copy)
            return copy
        if name in self.situation.known:
            return name
        self.count_facts()
        copy = self.fresh(name)
        self.facts[copy] = attrs.evolve(self.facts[name], name=copy)
        self.copies.setdefault(name, []).append(copy)
        return copy

    # Rules; those of the case see no item, even where an item reads them.

    def value(self, name: str) -> str:
        ruleset = self.original.ruleset
        value = ruleset.all_values[name]
        items = self.items
        if name in ruleset.values:
            self.items = None
        copy = self.fresh(name)
        text = self.expression(value.expression)
        exceptions = self.exceptions(value.exceptions)
        given = self.fact(value.input_fact) if value.input_fact else None
        last = value.last_row
        if last is not None:
            last = attrs.evolve(last, table=self.parameter(last.table), bands=())
        values = self.values if self.items is None else self.items.values
        values[copy] = attrs.evolve(
            value,
            name=copy,
            expression=text,
            exceptions=exceptions,
            input_fact=given,
            last_row=last,
        )
        self.items = items
        return copy

    def condition(self, name: str) -> str:
        ruleset, items = self.original.ruleset, self.items
        condition = ruleset.all_conditions[name]
        if name in ruleset.conditions:
            self.items = None
        copy = self.fresh(name)
        test = condition.test
        test_copy = self.group(test) if isinstance(test, Group) else self.test(test)
        exceptions = self.exceptions(condition.exceptions)
        conditions = self.conditions if self.items is None else self.items.conditions
        conditions[copy] = attrs.evolve(condition, id=copy, test=test_copy, exceptions=exceptions)
        self.items = items
        return copy

    def group(self, group: Group) -> Group:
        return attrs.evolve(group, members=tuple(map(self.condition, group.members)))

    def parameter(self, name: str) -> str:
        parameter = self.original.ruleset.parameters[name]
        copy = self.fresh(name)
        by: list[FactRef | ValueRef] = []
        for key in map(self.expression, parameter.by):
            if not isinstance(key, (FactRef, ValueRef)):
                raise TypeError(f"no key: {key}")
            by.append(key)
        self.parameters[copy] = attrs.evolve(parameter, name=copy, by=tuple(by), reading=None)
        self.rows[copy] = self.original.rows[name]
        return copy

    def exceptions(self, exceptions: tuple[RuleException, ...]) -> tuple[RuleException, ...]:
        return tuple(
            attrs.evolve(
                exception,
                id=self.fresh(exception.id),
                when=self.test(exception.when),
                expression=self.expression(exception.expression),
            )
            for exception in exceptions
        )

    # Lists.

    def generator(self, node: Generator) -> Generator:
        """A look into a list of its own; a default and a number do not look into it."""
        if isinstance(node, SumOfLargest):
            node = attrs.evolve(node, n=self.term(node.n))
        elif isinstance(node, ListExtreme) and node.default is not None:
            node = attrs.evolve(node, default=self.term(node.default))
        if isinstance(node.source_list, FactRef):
            over = FactRef(self.fact(node.source_list.name))
            self.entries[node.variable] = over.name
            self.read_once.pop(node.variable, None)
            return self.inside(node, over)
        if self.items is not None:
            raise TooManyFacts  # what is read of other items is not copied
        items = self.open_list(node.source_list.name)
        copy = self.inside(node, ListRef(items.copy))
        self.close_list(items, node.variable)
        return copy

    def open_list(self, name: str) -> _Items:
        """A copy of a list of items; until it is closed, what is copied is copied for its items."""
        items = _Items(name, self.fresh(name))
        self.lists.append(items)
        if items.list_name not in self.situation.lists:
            self.count_facts()
            self.copies.setdefault(items.list_name, []).append(items.copy)
        self.items = items
        return items

    def close_list(self, items: _Items, variable: str) -> None:
        block = self.original.ruleset.item_rules.get(items.list_name)
        if block is not None:
            eligible = None if block.eligible is None else self.group(block.eligible)
            self.blocks[items.copy] = ItemRules(
                items.copy, variable, items.values, items.conditions, eligible
            )
        self.items = None

    def consequence(self, name: str) -> str:
        """A value that is stated beside the answer; that of items is stated of a list of its own."""
        ruleset = self.original.ruleset
        if name in ruleset.values:
            return self.value(name)
        items = self.open_list(ruleset.list_of_value[name])
        copy = self.value(name)
        self.close_list(items, ruleset.item_rules[items.list_name].item_name)
        return copy

    def entry(self, name: str) -> ElementRef | FactRef:
        """An entry of a list; held against itself, as in `x == x`, it is another each time."""
        list_name = next(
            (owner for owner, copies in self.copies.items() if self.entries[name] in copies), ""
        )
        if not list_name or name not in self.read_once:
            self.read_once[name] = list_name
            return ElementRef(name, self.entries[name])
        self.count_facts()
        copy, declared = self.fresh(list_name), self.facts[list_name]
        self.facts[copy] = attrs.evolve(declared, name=copy, type=declared.type.entry, max_items=0)
        self.copies[list_name].append(copy)
        return FactRef(copy)

    def inside(self, node: Generator, over: ListName) -> Generator:
        match node:
            case Sum(each, _, term, test):
                only = None if test is None else self.test(test)
                return Sum(each, over, self.term(term), only)
            case Count(each, _, test):
                return Count(each, over, self.test(test))
            case Distinct(each, _, term, test) | SumOfLargest(each, _, term, test):
                only = None if test is None else self.test(test)
                return attrs.evolve(node, source_list=over, term=self.term(term), test=only)
            case ListExtreme(_, each, _, term, test):
                only = None if test is None else self.test(test)
                return attrs.evolve(node, source_list=over, term=self.term(term), test=only)
            case Quantifier(every, each, _, test):
                return Quantifier(every, each, over, self.test(test))

    # Expressions.

    def is_word(self, node: Expression) -> bool:
        ruleset = self.original.ruleset
        match node:
            case FactRef(name):
                return ruleset.facts[name].type.kind is Kind.WORD
            case ValueRef(name):
                return ruleset.all_values[name].type.kind is Kind.WORD
            case ParameterRef(name):
                return ruleset.parameters[name].type.kind is Kind.WORD
            case ElementRef(list_name=name):
                return ruleset.facts[name].type.entry_kind is Kind.WORD
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
                copy = self.fact(name)
                if node.is_present and copy != name:
                    # Behind a guard a copy has no absence, whatever the copy in the guard is.
                    type_ = attrs.evolve(self.facts[copy].type, none=None)
                    self.facts[copy] = attrs.evolve(self.facts[copy], type=type_)
                return FactRef(copy, is_present=node.is_present)
            case ValueRef(name):
                return ValueRef(self.value(name))
            case ParameterRef(name):
                return ParameterRef(self.parameter(name))
            case ElementRef(name):
                return self.entry(name)
            case ConditionRef(name):
                return ConditionRef(self.condition(name))
            case EligibleRef() if self.items is not None:
                return EligibleRef(self.items.copy)
            case Quantifier() | Count() | Sum() | ListExtreme() | SumOfLargest() | Distinct():
                return self.generator(node)
            case Negate(operand):
                return Negate(self.term(operand))
            case IsNone(operand):
                return IsNone(self.term(operand))
            case BoolTest(operand):
                return BoolTest(self.term(operand))
            case CalendarPart(part, kind, operand):
                return CalendarPart(part, kind, self.term(operand))
            case Not(operand):
                return Not(self.test(operand))
            case Compare(operator, left, right):
                if not self.is_word(left) and not self.is_word(right):
                    operator = self.operators.get(operator, operator)
                return Compare(operator, self.term(left), self.term(right))
            case Arithmetic(operator, left, right):
                return Arithmetic(operator, self.term(left), self.term(right))
            case WorkingDayTerm(function, operands):
                return WorkingDayTerm(function, tuple(map(self.term, operands)))
            case DateShift(kind, operator, unit, start, count):
                return DateShift(kind, operator, unit, self.term(start), self.term(count))
            case DateDiff(unit, start, end, is_age):
                return DateDiff(unit, self.term(start), self.term(end), is_age)
            case InSet(operand, words):
                return InSet(self.term(operand), self.term(words))
            case InPeriod(operand, period, kind):
                return InPeriod(self.term(operand), self.term(period), kind)
            case MinMax(largest, operands):
                return MinMax(largest, tuple(map(self.term, operands)))
            case Marginal(scale, income):
                return Marginal(ParameterRef(self.parameter(scale.name)), self.term(income))
            case And(operands):
                return And(tuple(map(self.test, operands)))
            case Or(operands):
                return Or(tuple(map(self.test, operands)))
            case Number() | YesNo() | Word() | EligibleRef() | FellowRef() | IsSameItem():
                return node
