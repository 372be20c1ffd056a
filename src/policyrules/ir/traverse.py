"""Traverse expressions and declarations, and find their dependencies."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator

from policyrules.ir.nodes import (
    Aggregate,
    And,
    Arithmetic,
    Atom,
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
    Reference,
    Sum,
    SumOfLargest,
    Term,
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, ItemRules, Value
from policyrules.values.calendar_parts import PERIODIC_PARTS


def children(node: Expression | ListRef) -> tuple[Expression | ListRef, ...]:
    """Return the direct children of an expression."""
    match node:
        # The most frequent nodes come first: explanations walk all expressions of a ruleset.
        case FactRef() | ParameterRef() | ValueRef() | Number() | Word() | YesNo():
            return ()
        case Negate(operand) | IsNone(operand) | BoolTest(operand) | Not(operand):
            return (operand,)
        case Arithmetic(_, left, right) | Compare(_, left, right) | InSet(left, right):
            return (left, right)
        case MinMax(_, operands) | And(operands) | Or(operands) | WorkingDayTerm(_, operands):
            return operands
        case CalendarPart(_, _, operand):
            return (operand,)
        case DateDiff(_, start, end):
            return (start, end)
        case Marginal(scale, income):
            return (scale, income)
        case DateShift(_, _, _, start, count):
            return (start, count)
        case InPeriod(operand, period):
            return (operand, period)
        case Quantifier(_, _, source_list, test) | Count(_, source_list, test):
            return (source_list, test)
        case Sum() | Distinct() | ListExtreme() | SumOfLargest():
            of_items = (node.term,) if node.test is None else (node.term, node.test)
            return (node.source_list, *of_items, *parts_outside_list(node))
        case ListRef() | EligibleRef() | ConditionRef() | ElementRef():
            return ()
        case FellowRef() | IsSameItem():
            return ()


def parts_outside_list(node: Aggregate | Quantifier) -> tuple[Term, ...]:
    """Return the parts of a generator that do not read its items: a default, or a number."""
    if isinstance(node, SumOfLargest):
        return (node.n,)
    if isinstance(node, ListExtreme) and node.default is not None:
        return (node.default,)
    return ()


def references(node: Expression | ListRef) -> Iterator[Reference]:
    """Yield every name that the expression reads, in the order of its text.

    A fact or a value of another item is a fact or a value as those of the item itself.
    """
    if isinstance(node, Reference):
        yield node
    if isinstance(node, FellowRef):
        yield plain_reference(node)
    for child in children(node):
        yield from references(child)


def plain_reference(node: FellowRef) -> FactRef | ValueRef:
    """Return the fact or the value that is read of another item, under its declared name."""
    return type(node.reference)(node.reference.name)


def fellow_references(node: Expression | ListRef) -> Iterator[FellowRef]:
    """Yield what an expression of a block reads of other items."""
    if isinstance(node, FellowRef):
        yield node
    for child in children(node):
        yield from fellow_references(child)


def own_references(node: Expression | ListRef) -> Iterator[Reference]:
    """Yield every name that an expression reads of its own item and of the case."""
    if isinstance(node, Reference):
        yield node
    for child in children(node):
        yield from own_references(child)


def evaluated_references(node: Expression | ListRef) -> Iterator[Reference]:
    """Yield every name that the evaluation of an expression reads, also in the cuts of facts."""
    if isinstance(node, Reference):
        yield node
    if isinstance(node, FellowRef):
        yield plain_reference(node)
    if isinstance(node, FactRef):
        for cut in node.cuts:
            yield from evaluated_references(cut.term)
    for child in children(node):
        yield from evaluated_references(child)


def atoms(node: Expression | ListRef) -> Iterator[Atom]:
    """Yield every test without `and`, `or` or `not` inside, in the order of the text."""
    if isinstance(node, Atom):
        yield node
        return
    for child in children(node):
        yield from atoms(child)


def has_division(node: Expression | ListRef) -> bool:
    """Return whether an expression divides."""
    if isinstance(node, Arithmetic) and node.operator == "/":
        return True
    return any(has_division(child) for child in children(node))


def periodic_parts(node: Expression | ListRef) -> Iterator[CalendarPart]:
    """Yield the parts of days and months that begin again each year or each month."""
    if isinstance(node, CalendarPart) and node.part in PERIODIC_PARTS:
        yield node
    for child in children(node):
        yield from periodic_parts(child)


def name_of_sum(node: DateShift) -> str:
    """Return the name by which a decision reports that a sum lies outside the calendar.

    It is the first parameter or value in the sum, or else the first name.
    """
    read = [*references(node.count), *references(node.start)]
    stated = [name for name in read if isinstance(name, (ParameterRef, ValueRef))]
    if stated or read:
        return (stated or read)[0].name
    return next(_list_names(node))


def _list_names(node: Expression | ListRef) -> Iterator[str]:
    """Yield the list of each entry that an expression reads."""
    if isinstance(node, ElementRef):
        yield node.list_name
    for child in children(node):
        yield from _list_names(child)


def expressions_of(node: Value | Condition) -> Iterator[Expression]:
    """Yield the expressions of a value or a condition and of its exceptions."""
    default = node.expression if isinstance(node, Value) else node.test
    if not isinstance(default, Group):
        yield default
    if isinstance(node, Value) and node.last_row is not None:
        yield node.last_row.when
    for exception in node.exceptions:
        yield exception.when
        yield exception.expression


def direct_dependencies(ruleset: CheckedRuleset, reference: Reference) -> Iterator[Reference]:
    """Yield what a parameter, a value, a condition or the eligibility of an item reads directly."""
    match reference:
        case ParameterRef(name):
            yield from ruleset.parameters[name].by
        case ValueRef(name):
            value = ruleset.all_values[name]
            if value.input_fact is not None:
                yield FactRef(value.input_fact)
            for expression in expressions_of(value):
                yield from references(expression)
        case EligibleRef(name):
            for condition in eligibility_conditions(ruleset.item_rules[name]):
                for expression in expressions_of(condition):
                    yield from references(expression)
        case ConditionRef(name):
            yield from condition_dependencies(ruleset.all_conditions[name])
        case FactRef() | ListRef():
            pass


def condition_dependencies(condition: Condition) -> Iterator[Reference]:
    """Yield the references that a condition reads directly, its members among them."""
    if isinstance(condition.test, Group):
        yield from map(ConditionRef, condition.test.members)
    for expression in expressions_of(condition):
        yield from references(expression)


def direct_value_dependencies(ruleset: CheckedRuleset, value: Value) -> Iterator[str]:
    """Yield the values that a value reads directly or by the key of a table.

    If a value of the case reads items, the values of the case that the rules of these items read
    are among them; values of items are not.
    """
    is_of_case = value.name in ruleset.values
    for expression in expressions_of(value):
        for read in references(expression):
            keys: tuple[Reference, ...] = (read,)
            if isinstance(read, ParameterRef):
                keys = ruleset.parameters[read.name].by
            for key in keys:
                is_of_item = is_of_case and key.name in ruleset.list_of_value
                if isinstance(key, ValueRef) and not is_of_item:
                    yield key.name
                elif isinstance(key, (ValueRef, EligibleRef, ConditionRef)):
                    yield from _values_read_through(ruleset, key, is_of_case=is_of_case)


def _values_read_through(
    ruleset: CheckedRuleset, result: ValueRef | EligibleRef | ConditionRef, *, is_of_case: bool
) -> Iterator[str]:
    """Yield the values that a condition or a result of an item reads, also through its rules.

    If the reader `is_of_case`, values of items are replaced by the values of the case they read.
    """
    seen: set[Reference] = set()
    waiting: deque[Reference] = deque([result])
    while waiting:
        reference = waiting.popleft()
        if reference in seen:
            continue
        seen.add(reference)
        match reference:
            case ValueRef(name) if not (is_of_case and name in ruleset.list_of_value):
                yield name
            case ValueRef() | EligibleRef():
                waiting += case_rules_read_by_item(ruleset, reference)
            case ConditionRef() | ParameterRef():
                waiting += direct_dependencies(ruleset, reference)
            case FactRef() | ListRef():
                pass


def case_rules_read_by_item(
    ruleset: CheckedRuleset, result: ValueRef | EligibleRef
) -> Iterator[ValueRef | ConditionRef]:
    """Yield the values and conditions of the case that a value or the eligibility of items reads.

    Those that it reads through other rules of the items are included.
    """
    for read in dependencies_outside(ruleset, [result]):
        if isinstance(read, (ValueRef, ConditionRef)):
            yield read


def list_reference(block: ItemRules) -> ListName:
    """Return the reference to the list that the rules are about."""
    return FactRef(block.list) if "." in block.list else ListRef(block.list)


def eligibility_conditions(block: ItemRules) -> list[Condition]:
    """Return the members of the eligibility of an item and of its groups, in the block's order."""
    names: set[str] = set()
    waiting = [] if block.eligible is None else [*block.eligible.members]
    while waiting:
        name = waiting.pop()
        if name not in names:
            names.add(name)
            test = block.conditions[name].test
            waiting += test.members if isinstance(test, Group) else ()
    return [condition for name, condition in block.conditions.items() if name in names]


def dependencies_outside(ruleset: CheckedRuleset, read: Iterable[Reference]) -> Iterator[Reference]:
    """Yield the references to the case that `read` has, or that it reads through rules of items.

    The rules of a block may read values of the items of other blocks.
    """
    seen: set[Reference] = set()
    waiting = deque(read)
    while waiting:
        reference = waiting.popleft()
        if reference in seen:
            continue
        seen.add(reference)
        is_inside = (
            isinstance(reference, EligibleRef)
            or reference.name in ruleset.list_of_value
            or (isinstance(reference, ConditionRef) and reference.name not in ruleset.conditions)
        )
        if not is_inside:
            yield reference
        if is_inside or isinstance(reference, ParameterRef):
            waiting += direct_dependencies(ruleset, reference)


def dependencies(
    ruleset: CheckedRuleset, node: Expression, *, through_inputs: bool = True
) -> Iterator[Reference]:
    """Yield the transitive dependencies of an expression, each once.

    If `through_inputs` is false, the input facts of values are left out.
    """
    seen: set[Reference] = set()
    waiting = deque(references(node))
    while waiting:
        reference = waiting.popleft()
        if reference in seen:
            continue
        seen.add(reference)
        yield reference
        input_fact = None
        if isinstance(reference, ValueRef):
            input_fact = ruleset.all_values[reference.name].input_fact
        waiting += [
            read
            for read in direct_dependencies(ruleset, reference)
            if through_inputs or input_fact is None or read != FactRef(input_fact)
        ]


def fact_dependencies(
    ruleset: CheckedRuleset, node: Expression, *, through_inputs: bool = True
) -> tuple[str, ...]:
    """Return the facts and lists that an expression depends on, each once."""
    reads = dependencies(ruleset, node, through_inputs=through_inputs)
    facts = (reference.name for reference in reads if isinstance(reference, (FactRef, ListRef)))
    return tuple(dict.fromkeys(facts))


def all_fact_dependencies(ruleset: CheckedRuleset, nodes: Iterable[Expression]) -> set[str]:
    """Return the facts and lists that any of the expressions depends on."""
    seen: set[Reference] = set()
    waiting = [reference for node in nodes for reference in references(node)]
    while waiting:
        reference = waiting.pop()
        if reference not in seen:
            seen.add(reference)
            waiting += direct_dependencies(ruleset, reference)
    return {reference.name for reference in seen if isinstance(reference, (FactRef, ListRef))}


def value_dependencies(ruleset: CheckedRuleset, node: Expression) -> tuple[str, ...]:
    """Return the values that an expression depends on, each once."""
    reads = dependencies(ruleset, node)
    return tuple(reference.name for reference in reads if isinstance(reference, ValueRef))


def expressions_behind(ruleset: CheckedRuleset, reference: Reference) -> Iterator[Expression]:
    """Yield the expressions of the rules of items that a reference reads directly."""
    match reference:
        case ValueRef(name) if name in ruleset.list_of_value:
            yield from expressions_of(ruleset.all_values[name])
        case EligibleRef(name):
            for condition in eligibility_conditions(ruleset.item_rules[name]):
                yield from expressions_of(condition)
        case ConditionRef(name) if name not in ruleset.conditions:
            condition = ruleset.all_conditions[name]
            yield from expressions_of(condition)
            if isinstance(condition.test, Group):
                yield from (BoolTest(ConditionRef(member)) for member in condition.test.members)
        case ParameterRef(name):
            yield from ruleset.parameters[name].by
        case _:
            pass
