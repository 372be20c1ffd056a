"""Mutants: copies of a ruleset with one mistake, which its cases ought to kill.

A mistake is one that an author makes by a slip: a limit that is off by one unit, a comparison
without its limit, a missing exception or condition, any instead of all. A case file that kills
every mutant states all that the ruleset states.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from types import MappingProxyType
from typing import Any, Final, TypeAlias

import attrs

from policyrules.ir.lens import Node, iter_nodes, remove_node, replace_node
from policyrules.ir.nodes import BoolTest, Expression, FactRef, Key, Word, YesNo
from policyrules.ir.ruleset import (
    STATED_BY_DEFAULT,
    AmountRule,
    CheckedRuleset,
    Condition,
    Constraint,
    Group,
    Note,
    Parameter,
    Period,
    Rounding,
    Row,
    RuleException,
    Value,
)
from policyrules.ir.tables import Cell, Content, RowTable
from policyrules.ir.types import Kind, Type
from policyrules.objects.representation import short_repr
from policyrules.testing.mutation.expressions import mutate_expression, mutate_test
from policyrules.testing.mutation.operators import Mistake, MutationOperator, Operand
from policyrules.testing.mutation.rows import edge_text, mutate_rows
from policyrules.values.calendar import is_in_calendar, shift_day
from policyrules.values.exact import Exact, normalize


@attrs.frozen(repr=False)
class Mutant:
    """A ruleset with one mistake in the node `node_id`."""

    __repr__ = short_repr

    node_id: str
    mistake: Mistake
    ruleset: CheckedRuleset = attrs.field(repr=False)

    @property
    def operator(self) -> MutationOperator:
        """The kind of mistake."""
        return self.mistake.operator

    @property
    def operands(self) -> tuple[Operand, ...]:
        """The names, figures, days and expressions to which the operator was applied."""
        return self.mistake.operands

    @property
    def change(self) -> str:
        """The mistake as a sentence."""
        return str(self.mistake)

    def __str__(self) -> str:
        return f"{self.node_id}: {self.change}"


def mutants(ruleset: CheckedRuleset) -> Iterator[Mutant]:
    """Yield every mutant of a ruleset, in the order of its declarations.

    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").ruleset
    >>> any(str(mutant) == "small_employer_max: 30 becomes 31" for mutant in mutants(refund))
    True
    """
    for node_id, node in iter_nodes(ruleset):
        for mistake, changed in _MUTATORS[type(node)](ruleset, node):
            if changed is None:
                yield Mutant(node_id, mistake, remove_node(ruleset, node_id))
            else:
                yield Mutant(node_id, mistake, replace_node(ruleset, node_id, changed))
    yield from _remove_each_consequence(ruleset)
    yield from _allow_each_future(ruleset)


_Changes: TypeAlias = Iterator[tuple[Mistake, Node | None]]
"""A node with one mistake each; None removes the node."""


# --- time ----------------------------------------------------------------------------------------


def _mutate_period(_: CheckedRuleset, period: Period) -> _Changes:
    for field, day in (("from_", period.from_), ("to", period.to)):
        if day is None:
            continue
        for neighbour in _neighbouring_days(day):
            mistake = Mistake(MutationOperator.MOVE_DAY, (field.rstrip("_"), day, neighbour))
            yield mistake, _replace_field(period, field, neighbour)


def _neighbouring_days(day: date) -> Iterator[date]:
    """Yield the day before and the day after, as far as the calendar has them."""
    yield from (shifted for n in (-1, 1) if (shifted := shift_day(day, n)) is not None)


def _replace_field(node: Any, field: str, content: object) -> Any:
    """Return the node with new content of the field with this name."""
    return attrs.evolve(node, **{field: content})


# --- parameters ----------------------------------------------------------------------------------


def _mutate_parameter(ruleset: CheckedRuleset, parameter: Parameter) -> _Changes:
    if parameter.open:
        yield Mistake(MutationOperator.CLOSE_LIST), attrs.evolve(parameter, open=False)
    rows = parameter.rows
    for index, row in enumerate(rows):
        for mistake, content in _mutate_content(ruleset, parameter, row.content):
            changed = (*rows[:index], attrs.evolve(row, content=content), *rows[index + 1 :])
            dated = attrs.evolve(mistake, from_=row.from_ if len(rows) > 1 else None)
            yield dated, attrs.evolve(parameter, rows=changed)
    yield from _move_rows(parameter)


def _move_rows(parameter: Parameter) -> Iterator[tuple[Mistake, Parameter]]:
    """Move the day on which one row follows another, a day back and a day forward."""
    rows = parameter.rows
    for index, row in enumerate(rows):
        before = next((i for i, earlier in enumerate(rows) if _ends_before(earlier, row)), None)
        if row.from_ is None or before is None:
            continue
        for begins in _neighbouring_days(row.from_):
            ends = shift_day(begins, -1)
            if ends is None:  # the row before it would have no day
                continue
            changed = list(rows)
            changed[index] = attrs.evolve(row, from_=begins)
            changed[before] = attrs.evolve(rows[before], to=ends)
            mistake = Mistake(MutationOperator.MOVE_ROW, (row.from_, begins))
            yield mistake, attrs.evolve(parameter, rows=tuple(changed))


def _ends_before(row: Row, next_row: Row) -> bool:
    """Return whether `row` ends on the day before `next_row` begins."""
    if row.to is None or next_row.from_ is None:
        return False
    return shift_day(row.to, 1) == next_row.from_


def _mutate_content(
    ruleset: CheckedRuleset, parameter: Parameter, content: Content
) -> Iterator[tuple[Mistake, Content]]:
    if isinstance(content, Cell):
        yield from _mutate_cell(ruleset, parameter, content)
        return
    if isinstance(content, RowTable):
        yield from mutate_rows(
            content,
            [_key_kind(ruleset, key) for key in parameter.by],
            lambda cell: _mutate_cell(ruleset, parameter, cell),
        )
        return
    for word, cell in content.rows.items():
        for mistake, changed in _mutate_cell(ruleset, parameter, cell):
            rows = {**content.rows, word: changed}
            yield attrs.evolve(mistake, row=word), attrs.evolve(content, rows=rows)
    for word, next_word in pairwise(content.rows):
        cell, next_cell = content.rows[word], content.rows[next_word]
        if cell != next_cell:
            rows = {**content.rows, word: next_cell, next_word: cell}
            mistake = Mistake(MutationOperator.SWAP_CELLS, (word, next_word))
            yield mistake, attrs.evolve(content, rows=rows)
    for field, keyword, rest in (
        ("none", "none", content.none),
        ("default", "else", content.default),
    ):
        if rest is not None:
            for mistake, changed in _mutate_cell(ruleset, parameter, rest):
                yield attrs.evolve(mistake, row=keyword), _replace_field(content, field, changed)


def _mutate_cell(
    ruleset: CheckedRuleset, parameter: Parameter, cell: Cell
) -> Iterator[tuple[Mistake, Cell]]:
    kind = parameter.type.kind
    if cell.status not in {"stated", "either"} or parameter.name in ruleset.row_tables:
        return
    if kind is Kind.SCALE:
        yield from _mutate_scale(cell)
        return
    if kind is Kind.PERIOD or kind.is_ordered:
        step = _smallest_unit(ruleset, parameter)
        for end, figure in (("low", cell.low), ("high", cell.high)):
            if figure is None or (cell.low == cell.high and end == "high"):
                continue
            for moved in (normalize(figure - step), normalize(figure + step)):
                if not _is_valid_figure(kind, moved):
                    continue
                figures = (edge_text(kind, figure), edge_text(kind, moved))
                mistake = Mistake(MutationOperator.MOVE_FIGURE, figures)
                if cell.low == cell.high:
                    yield mistake, attrs.evolve(cell, low=moved, high=moved)
                else:
                    yield mistake, _replace_field(cell, end, moved)
    elif kind is Kind.WORDS:
        for word in cell.words:
            rest = tuple(kept for kept in cell.words if kept != word)
            mistake = Mistake(MutationOperator.REMOVE_WORD, (word,))
            yield mistake, attrs.evolve(cell, words=rest)
        for word in parameter.type.words:
            if word not in cell.words:
                mistake = Mistake(MutationOperator.ADD_WORD, (word,))
                yield mistake, attrs.evolve(cell, words=(*cell.words, word))
    elif cell.status == "stated":
        words: set[str | bool] = {*parameter.type.words}
        choices = {True, False} if kind is Kind.YES_NO else words
        for choice in sorted(choices - set(cell.choices), key=str):
            mistake = Mistake(MutationOperator.REPLACE_CHOICE, (cell.choices[0], choice))
            yield mistake, attrs.evolve(cell, choices=(choice,))


def _key_kind(ruleset: CheckedRuleset, key: Key) -> Kind:
    """Return the kind of a key, which only the vocabulary has if nothing reads its table."""
    if isinstance(key, FactRef):
        return (ruleset.facts.get(key.name) or ruleset.vocabulary[key.name]).type.kind
    return ruleset.all_values[key.name].type.kind


_EDGE_STEP: Final = 1
"""An edge moves by one yuan: by a fen, what is due would hardly change."""


def _mutate_scale(cell: Cell) -> Iterator[tuple[Mistake, Cell]]:
    """Move each edge and each rate, and drop each bracket."""
    brackets = cell.brackets
    for place, bracket in enumerate(brackets):
        changed = [
            (Kind.MONEY, bracket.edge, attrs.evolve(bracket, edge=normalize(bracket.edge + step)))
            for step in (-_EDGE_STEP, _EDGE_STEP)
        ]
        for step in (-Fraction(1, 100), Fraction(1, 100)):
            moved = attrs.evolve(bracket, rate=normalize(bracket.rate + step))
            changed.append((Kind.RATIO, bracket.rate, moved))
        for kind, figure, moved in changed:
            scale = (*brackets[:place], moved, *brackets[place + 1 :])
            if all(low.edge < high.edge for low, high in pairwise(scale)):
                text = edge_text(kind, moved.edge if kind is Kind.MONEY else moved.rate)
                figures = (edge_text(kind, figure), text)
                mistake = Mistake(MutationOperator.MOVE_FIGURE, figures)
                yield mistake, attrs.evolve(cell, brackets=scale)
        if len(brackets) > 1:
            rest = (*brackets[:place], *brackets[place + 1 :])
            mistake = Mistake(
                MutationOperator.REMOVE_BRACKET, (edge_text(Kind.MONEY, bracket.edge),)
            )
            yield mistake, attrs.evolve(cell, brackets=rest)


def _is_valid_figure(kind: Kind, figure: Exact) -> bool:
    """Return whether a calendar figure lies in the calendar; any other figure is valid."""
    if kind is Kind.PERIOD:
        return is_in_calendar(Kind.DATE, int(figure))
    return not kind.is_calendar or is_in_calendar(kind, int(figure))


def _smallest_unit(ruleset: CheckedRuleset, parameter: Parameter) -> Exact:
    """Return one unit: a percentage point, a fen, a day; of a number, the last decimal place.

    The places of a number are those of the facts with its unit.
    """
    match parameter.type.kind:
        case Kind.RATIO | Kind.MONEY:
            return Fraction(1, 100)
        case Kind.NUMBER:
            places = [
                fact.type.places or 0
                for fact in ruleset.facts.values()
                if fact.type.unit == parameter.type.unit and fact.type.kind.is_numeric
            ]
            return Fraction(1, 10 ** max(places, default=0))
        case _:
            return 1


# --- values and conditions -----------------------------------------------------------------------


def _mutate_value(_: CheckedRuleset, value: Value) -> _Changes:
    for mistake, expression in _mutate_result(value.expression, value.type):
        yield mistake, attrs.evolve(value, expression=expression)
    if value.input_fact is not None:
        mistake = Mistake(MutationOperator.REMOVE_GIVEN, (value.input_fact,))
        yield mistake, attrs.evolve(value, input_fact=None)
    for mistake, rounding in _mutate_rounding(value.rounding):
        yield mistake, attrs.evolve(value, rounding=rounding)
    yield from _swap_exceptions(value)
    for mistake, statuses in _mutate_stated_for(value.stated_for):
        yield mistake, attrs.evolve(value, stated_for=statuses)


def _mutate_stated_for(stated_for: tuple[str, ...]) -> Iterator[tuple[Mistake, tuple[str, ...]]]:
    """Yield the statuses of a consequence with one more or one less, if an author wrote them."""
    if stated_for == STATED_BY_DEFAULT:
        return
    for status in ("eligible", "ineligible", "undetermined"):
        if status in stated_for:
            rest = tuple(each for each in stated_for if each != status)
            yield Mistake(MutationOperator.WITHHOLD_FOR_STATUS, (status,)), rest
        else:
            yield Mistake(MutationOperator.STATE_FOR_STATUS, (status,)), (*stated_for, status)


def _mutate_result(
    expression: Expression, type_: Type | None
) -> Iterator[tuple[Mistake, Expression]]:
    """Yield the mutations of an expression; a fixed word becomes each other word of its type."""
    yield from mutate_expression(expression)
    if isinstance(expression, Word) and type_ is not None:
        for word in type_.words:
            if word != expression.word:
                mistake = Mistake(MutationOperator.REPLACE_CHOICE, (expression.word, word))
                yield mistake, Word(word)


def _mutate_condition(ruleset: CheckedRuleset, condition: Condition) -> _Changes:
    if isinstance(condition.test, Group):
        for mistake, group in _mutate_group(ruleset, condition.test):
            yield mistake, attrs.evolve(condition, test=group)
    else:
        for mistake, test in mutate_test(condition.test):
            yield mistake, attrs.evolve(condition, test=test)
    if condition.excludes is not None:
        yield Mistake(MutationOperator.REMOVE_EXCLUSION), attrs.evolve(condition, excludes=None)
    yield from _swap_exceptions(condition)


def _swap_exceptions(rule: Value | Condition) -> _Changes:
    """Exchange two neighbouring exceptions that are taken in order, if they differ."""
    if not rule.is_ordered:
        return
    for place, (first, second) in enumerate(pairwise(rule.exceptions)):
        # The last exception of a condition with a period excludes the others by itself.
        is_of_period = (
            second.id == f"{rule.id}-not-in-force" if isinstance(rule, Condition) else False
        )
        if first.expression != second.expression and not is_of_period:
            rest = rule.exceptions[place + 2 :]
            swapped = (*rule.exceptions[:place], second, first, *rest)
            mistake = Mistake(MutationOperator.SWAP_ROWS, (first.id, second.id))
            yield mistake, attrs.evolve(rule, exceptions=swapped)


def _mutate_exception(ruleset: CheckedRuleset, exception: RuleException) -> _Changes:
    # Mistakes in the choice of a row are those of the table.
    if exception.bands is None:
        yield Mistake(MutationOperator.REMOVE_EXCEPTION), None
        for mistake, when in mutate_test(exception.when):
            yield attrs.evolve(mistake, is_in_when=True), attrs.evolve(exception, when=when)
    type_ = _type_of_result(ruleset, exception)
    for mistake, expression in _mutate_result(exception.expression, type_):
        yield mistake, attrs.evolve(exception, expression=expression)


def _type_of_result(ruleset: CheckedRuleset, exception: RuleException) -> Type | None:
    """Return the type of the value that a fixed word replaces, or None for another exception."""
    if not isinstance(exception.expression, Word):
        return None
    values = ruleset.all_values.values()
    return next((value.type for value in values if exception in value.exceptions), None)


_GROUP_KIND_MUTATIONS: Final = MappingProxyType({"all": "any", "any": "all", "none": "all"})


def _mutate_group(_: CheckedRuleset, group: Group) -> Iterator[tuple[Mistake, Group]]:
    if group.kind in _GROUP_KIND_MUTATIONS and (len(group.members) > 1 or group.kind == "none"):
        kind = _GROUP_KIND_MUTATIONS[group.kind]
        mistake = Mistake(MutationOperator.REPLACE_GROUP, (group.kind, kind))
        yield mistake, attrs.evolve(group, kind=kind)
    if group.kind == "at_least":
        for n in (group.n - 1, group.n + 1):
            if 1 <= n <= len(group.members):
                mistake = Mistake(MutationOperator.MOVE_COUNT, (group.n, n))
                yield mistake, attrs.evolve(group, n=n)
    if len(group.members) > 1:
        for member in group.members:
            rest = tuple(name for name in group.members if name != member)
            smaller = attrs.evolve(group, members=rest, n=min(group.n, len(rest)))
            yield Mistake(MutationOperator.REMOVE_MEMBER, (member,)), smaller


_ROUNDING_MODES: Final = ("half_up", "half_even", "down", "up")


def _mutate_rounding(rounding: Rounding | None) -> Iterator[tuple[Mistake, Rounding | None]]:
    if rounding is None:
        return
    yield Mistake(MutationOperator.REMOVE_ROUNDING), None
    for mode in _ROUNDING_MODES:
        if mode != rounding.mode:
            mistake = Mistake(MutationOperator.REPLACE_MODE, (rounding.mode, mode))
            yield mistake, attrs.evolve(rounding, mode=mode)
    step = rounding.step
    coarser = Mistake(MutationOperator.COARSEN_ROUNDING, (str(step), str(10 * step)))
    yield coarser, attrs.evolve(rounding, step=10 * step)


# --- the outcome, constraints, notes -------------------------------------------------------------


def _mutate_amount(_: CheckedRuleset, amount: AmountRule) -> _Changes:
    for mistake, expression in mutate_expression(amount.expression):
        yield mistake, attrs.evolve(amount, expression=expression)
    for mistake, rounding in _mutate_rounding(amount.rounding):
        yield mistake, attrs.evolve(amount, rounding=rounding)


def _remove_each_consequence(ruleset: CheckedRuleset) -> Iterator[Mutant]:
    """Yield the ruleset without each consequence; the value itself stays."""
    outcome = ruleset.outcome
    for name in outcome.consequences:
        rest = tuple(kept for kept in outcome.consequences if kept != name)
        changed = attrs.evolve(ruleset, outcome=attrs.evolve(outcome, consequences=rest))
        yield Mutant(name, Mistake(MutationOperator.REMOVE_CONSEQUENCE), changed)


def _allow_each_future(ruleset: CheckedRuleset) -> Iterator[Mutant]:
    """Yield the ruleset with each fact that is past allowed to lie in the future."""
    for name, fact in ruleset.facts.items():
        if fact.is_past:
            facts = {**ruleset.facts, name: attrs.evolve(fact, is_past=False)}
            mistake = Mistake(MutationOperator.ALLOW_FUTURE)
            yield Mutant(name, mistake, attrs.evolve(ruleset, facts=facts))


def _mutate_constraint(_: CheckedRuleset, rule: Constraint) -> _Changes:
    yield Mistake(MutationOperator.REMOVE_CONSTRAINT), None
    for mistake, test in mutate_test(rule.test):
        yield mistake, attrs.evolve(rule, test=test)


_FAILED_TEST: Final = BoolTest(YesNo(False))


def _mutate_note(_: CheckedRuleset, note: Note) -> _Changes:
    yield Mistake(MutationOperator.REMOVE_NOTE), attrs.evolve(note, when=_FAILED_TEST)


_MUTATORS: Final[Mapping[type[Node], Callable[[CheckedRuleset, Any], _Changes]]] = MappingProxyType(
    {
        Period: _mutate_period,
        Parameter: _mutate_parameter,
        Value: _mutate_value,
        Condition: _mutate_condition,
        RuleException: _mutate_exception,
        Group: _mutate_group,
        AmountRule: _mutate_amount,
        Constraint: _mutate_constraint,
        Note: _mutate_note,
    }
)
"""The mutator of each type of node."""
