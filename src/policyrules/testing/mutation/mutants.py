"""Mutants: a ruleset with one mistake in it, which its cases ought to notice.

Each is what an author might have written by a slip: a limit off by one unit, a rate by a point, a
comparison that forgets the limit itself, an exception or a condition left out, any for all. A case
file that no mutant passes says all that the ruleset says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final, TypeVar

import attrs

from policyrules.ir.nodes import Holds, YesNo
from policyrules.ir.ruleset import (
    Amount,
    Block,
    Cell,
    CheckedRuleset,
    Condition,
    Group,
    Parameter,
    Rounding,
    Row,
    RuleException,
    Table,
    Value,
)
from policyrules.ir.types import Kind
from policyrules.objects.representation import short_repr
from policyrules.testing.mutation.expressions import mutate_expression, mutate_test
from policyrules.testing.mutation.operators import Mistake, MutationOperator, Operand
from policyrules.values.calendar import figure_text, is_in_calendar, shift_day
from policyrules.values.exact import Exact, decimal_text, normalize, percent_text


@attrs.frozen(repr=False)
class Mutant:
    """A ruleset with one mistake: `node_id` is the id of what was changed, `mistake` says how."""

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
        """The names, figures, days and expressions that the mistake was made with."""
        return self.mistake.operands

    @property
    def change(self) -> str:
        """The mistake as a sentence."""
        return str(self.mistake)

    def __str__(self) -> str:
        return f"{self.node_id}: {self.change}"


_Changed = Iterator[tuple[str, Mistake, CheckedRuleset]]
_Node = TypeVar("_Node")


def mutants(ruleset: CheckedRuleset) -> Iterator[Mutant]:
    """Every mutant of a ruleset, in the order of its declarations.

    >>> import policyrules
    >>> refund = policyrules.load("cn-nm/job-stabilisation-refund").ruleset
    >>> any(str(mutant) == "small_employer_max: 30 becomes 31" for mutant in mutants(refund))
    True
    """
    for part in (
        _in_force,
        _parameters,
        _values,
        _blocks,
        _conditions,
        _outcome,
        _consistent,
        _notes,
    ):
        for place, mistake, changed in part(ruleset):
            yield Mutant(place, mistake, changed)


def _with(node: Any, field: str, inside: object) -> Any:
    """The node with something else in one of its fields."""
    return attrs.evolve(node, **{field: inside})


# --- time ----------------------------------------------------------------------------------------


def _in_force(ruleset: CheckedRuleset) -> _Changed:
    period = ruleset.in_force
    for name, day in (("from_", period.from_), ("to", period.to)):
        if day is None:
            continue
        for moved in _moved(day):
            mistake = Mistake(MutationOperator.MOVE_DAY, (name.rstrip("_"), day, moved))
            changed = _with(period, name, moved)
            yield "in_force", mistake, attrs.evolve(ruleset, in_force=changed)


def _moved(day: date | None) -> Iterator[date]:
    """The day before and the day behind, as far as the calendar has them."""
    beside = () if day is None else (shift_day(day, -1), shift_day(day, 1))
    yield from (one for one in beside if one is not None)


# --- parameters ----------------------------------------------------------------------------------


def _parameters(ruleset: CheckedRuleset) -> _Changed:
    for name, parameter in ruleset.parameters.items():
        for mistake, changed in _of_parameter(ruleset, parameter):
            parameters = {**ruleset.parameters, name: changed}
            yield name, mistake, attrs.evolve(ruleset, parameters=parameters)


def _of_parameter(
    ruleset: CheckedRuleset, parameter: Parameter
) -> Iterator[tuple[Mistake, Parameter]]:
    if parameter.open:
        yield Mistake(MutationOperator.CLOSE_LIST), attrs.evolve(parameter, open=False)
    rows = parameter.rows
    for place, row in enumerate(rows):
        for mistake, content in _of_content(ruleset, parameter, row.content):
            changed = (*rows[:place], attrs.evolve(row, content=content), *rows[place + 1 :])
            during = attrs.evolve(mistake, from_=row.from_ if len(rows) > 1 else None)
            yield during, attrs.evolve(parameter, rows=changed)
    yield from _of_dates(parameter)


def _of_dates(parameter: Parameter) -> Iterator[tuple[Mistake, Parameter]]:
    """The day on which one row follows another, a day sooner and a day later."""
    rows = parameter.rows
    for place, row in enumerate(rows):
        before = next((i for i, one in enumerate(rows) if _ends_before(one, row)), None)
        if row.from_ is None or before is None:
            continue
        for begins in _moved(row.from_):
            ends = shift_day(begins, -1)
            if ends is None:  # no day is left for the row before it
                continue
            changed = list(rows)
            changed[place] = attrs.evolve(row, from_=begins)
            changed[before] = attrs.evolve(rows[before], to=ends)
            mistake = Mistake(MutationOperator.MOVE_ROW, (row.from_, begins))
            yield mistake, attrs.evolve(parameter, rows=tuple(changed))


def _ends_before(one: Row, other: Row) -> bool:
    return one.to is not None and other.from_ is not None and shift_day(one.to, 1) == other.from_


def _of_content(
    ruleset: CheckedRuleset, parameter: Parameter, content: Cell | Table
) -> Iterator[tuple[Mistake, Cell | Table]]:
    if isinstance(content, Cell):
        yield from _of_cell(ruleset, parameter, content)
        return
    for word, cell in content.rows.items():
        for mistake, changed in _of_cell(ruleset, parameter, cell):
            rows = {**content.rows, word: changed}
            yield attrs.evolve(mistake, row=word), attrs.evolve(content, rows=rows)
    words = list(content.rows)
    for word, next_ in pairwise(words):
        one, other = content.rows[word], content.rows[next_]
        if one != other:
            rows = {**content.rows, word: other, next_: one}
            mistake = Mistake(MutationOperator.SWAP_CELLS, (word, next_))
            yield mistake, attrs.evolve(content, rows=rows)
    for name, rest in (("none", content.none), ("otherwise", content.otherwise)):
        if rest is not None:
            label = "else" if name == "otherwise" else name
            for mistake, changed in _of_cell(ruleset, parameter, rest):
                yield attrs.evolve(mistake, row=label), _with(content, name, changed)


def _of_cell(
    ruleset: CheckedRuleset, parameter: Parameter, cell: Cell
) -> Iterator[tuple[Mistake, Cell]]:
    kind = parameter.type.kind
    if cell.status not in {"stated", "either"}:
        return
    if kind is Kind.PERIOD or kind.is_ordered:
        step = _step(ruleset, parameter)
        for end, figure in (("low", cell.low), ("high", cell.high)):
            if figure is None or (cell.low == cell.high and end == "high"):
                continue
            for moved in (normalize(figure - step), normalize(figure + step)):
                if not _is_figure(kind, moved):
                    continue
                figures = (_text(kind, figure), _text(kind, moved))
                mistake = Mistake(MutationOperator.MOVE_FIGURE, figures)
                if cell.low == cell.high:
                    yield mistake, attrs.evolve(cell, low=moved, high=moved)
                else:
                    yield mistake, _with(cell, end, moved)
    elif kind is Kind.WORDS:
        for word in cell.words:
            rest = tuple(one for one in cell.words if one != word)
            mistake = Mistake(MutationOperator.REMOVE_WORD, (word,))
            yield mistake, attrs.evolve(cell, words=rest)
        for word in parameter.type.words:
            if word not in cell.words:
                mistake = Mistake(MutationOperator.ADD_WORD, (word,))
                yield mistake, attrs.evolve(cell, words=(*cell.words, word))
    elif cell.status == "stated":
        words: set[str | bool] = {*parameter.type.words}
        others = {True, False} if kind is Kind.YES_NO else words
        for other in sorted(others - set(cell.choices), key=str):
            mistake = Mistake(MutationOperator.REPLACE_CHOICE, (cell.choices[0], other))
            yield mistake, attrs.evolve(cell, choices=(other,))


def _is_figure(kind: Kind, figure: Exact) -> bool:
    """Return whether a figure of the kind can be so: the calendar ends on both sides."""
    if kind is Kind.PERIOD:
        return is_in_calendar(Kind.DATE, int(figure))
    return not kind.is_calendar or is_in_calendar(kind, int(figure))


def _step(ruleset: CheckedRuleset, parameter: Parameter) -> Exact:
    """One unit: a point of a rate, a fen, a day; of a number the last place of facts like it."""
    match parameter.type.kind:
        case Kind.RATIO | Kind.MONEY:
            return Fraction(1, 100)
        case Kind.NUMBER:
            alike = [
                fact.type.places or 0
                for fact in ruleset.facts.values()
                if fact.type.unit == parameter.type.unit and fact.type.kind.is_numeric
            ]
            return Fraction(1, 10 ** max(alike, default=0))
        case _:
            return 1


def _text(kind: Kind, figure: Exact) -> str:
    if kind is Kind.RATIO:
        return percent_text(figure)
    if kind is Kind.PERIOD or kind.is_calendar:
        return figure_text("date" if kind is Kind.PERIOD else kind, int(figure))
    return decimal_text(figure)


# --- values and conditions -----------------------------------------------------------------------


def _values(ruleset: CheckedRuleset) -> _Changed:
    for place, mistake, changed in _each(ruleset.values, _of_value):
        yield place, mistake, attrs.evolve(ruleset, values=changed)


def _conditions(ruleset: CheckedRuleset) -> _Changed:
    for place, mistake, changed in _each(ruleset.conditions, _of_condition):
        yield place, mistake, attrs.evolve(ruleset, conditions=changed)


def _blocks(ruleset: CheckedRuleset) -> _Changed:
    for name, block in ruleset.blocks.items():
        for place, mistake, changed in _of_block(block):
            yield place, mistake, attrs.evolve(ruleset, blocks={**ruleset.blocks, name: changed})


def _of_block(block: Block) -> Iterator[tuple[str, Mistake, Block]]:
    for place, mistake, values in _each(block.values, _of_value):
        yield place, mistake, attrs.evolve(block, values=values)
    for place, mistake, conditions in _each(block.conditions, _of_condition):
        yield place, mistake, attrs.evolve(block, conditions=conditions)
    if block.eligible is not None:
        for mistake, group in _of_group(block.eligible):
            yield f"{block.each}.eligible", mistake, attrs.evolve(block, eligible=group)


def _each(
    nodes: Mapping[str, _Node], of: Callable[[_Node], Iterator[tuple[str, Mistake, _Node]]]
) -> Iterator[tuple[str, Mistake, dict[str, _Node]]]:
    for name, node in nodes.items():
        for place, mistake, changed in of(node):
            yield place, mistake, {**nodes, name: changed}


def _of_value(value: Value) -> Iterator[tuple[str, Mistake, Value]]:
    name = value.name
    for mistake, text in mutate_expression(value.text):
        yield name, mistake, attrs.evolve(value, text=text)
    for place, mistake, exceptions in _of_exceptions(value.exceptions):
        yield place, mistake, attrs.evolve(value, exceptions=exceptions)
    if value.given is not None:
        mistake = Mistake(MutationOperator.REMOVE_GIVEN, (value.given,))
        yield name, mistake, attrs.evolve(value, given=None)
    for mistake, rounding in _of_rounding(value.rounding):
        yield name, mistake, attrs.evolve(value, rounding=rounding)


def _of_condition(condition: Condition) -> Iterator[tuple[str, Mistake, Condition]]:
    if isinstance(condition.test, Group):
        for mistake, group in _of_group(condition.test):
            yield condition.id, mistake, attrs.evolve(condition, test=group)
    else:
        for mistake, text in mutate_test(condition.test):
            yield condition.id, mistake, attrs.evolve(condition, test=text)
    for place, mistake, exceptions in _of_exceptions(condition.exceptions):
        yield place, mistake, attrs.evolve(condition, exceptions=exceptions)
    if condition.excludes is not None:
        mistake = Mistake(MutationOperator.REMOVE_EXCLUSION)
        yield condition.id, mistake, attrs.evolve(condition, excludes=None)


def _of_exceptions(
    exceptions: tuple[RuleException, ...],
) -> Iterator[tuple[str, Mistake, tuple[RuleException, ...]]]:
    for place, exception in enumerate(exceptions):
        before, after = exceptions[:place], exceptions[place + 1 :]
        yield exception.id, Mistake(MutationOperator.REMOVE_EXCEPTION), (*before, *after)
        for mistake, when in mutate_test(exception.when):
            changed = attrs.evolve(exception, when=when)
            within = attrs.evolve(mistake, is_in_when=True)
            yield exception.id, within, (*before, changed, *after)
        for mistake, text in mutate_expression(exception.text):
            changed = attrs.evolve(exception, text=text)
            yield exception.id, mistake, (*before, changed, *after)


def _of_group(group: Group) -> Iterator[tuple[Mistake, Group]]:
    for other in {"all": ("any",), "any": ("all",), "none": ("all",)}.get(group.kind, ()):
        if len(group.members) > 1 or group.kind == "none":
            mistake = Mistake(MutationOperator.REPLACE_GROUP, (group.kind, other))
            yield mistake, attrs.evolve(group, kind=other)
    if group.kind == "at_least":
        for n in (group.n - 1, group.n + 1):
            if 1 <= n <= len(group.members):
                mistake = Mistake(MutationOperator.MOVE_COUNT, (group.n, n))
                yield mistake, attrs.evolve(group, n=n)
    if len(group.members) > 1:
        for member in group.members:
            rest = tuple(one for one in group.members if one != member)
            smaller = attrs.evolve(group, members=rest, n=min(group.n, len(rest)))
            yield Mistake(MutationOperator.REMOVE_MEMBER, (member,)), smaller


_MODES: Final = ("half_up", "half_even", "down", "up")


def _of_rounding(rounding: Rounding | None) -> Iterator[tuple[Mistake, Rounding | None]]:
    if rounding is None:
        return
    yield Mistake(MutationOperator.REMOVE_ROUNDING), None
    for mode in _MODES:
        if mode != rounding.mode:
            mistake = Mistake(MutationOperator.REPLACE_MODE, (rounding.mode, mode))
            yield mistake, attrs.evolve(rounding, mode=mode)
    step = rounding.step
    coarser = Mistake(MutationOperator.COARSEN_ROUNDING, (str(step), str(10 * step)))
    yield coarser, attrs.evolve(rounding, step=10 * step)


# --- the outcome ---------------------------------------------------------------------------------


def _outcome(ruleset: CheckedRuleset) -> _Changed:
    outcome = ruleset.outcome
    for mistake, group in _of_group(outcome.eligible):
        changed = attrs.evolve(outcome, eligible=group)
        yield "eligible", mistake, attrs.evolve(ruleset, outcome=changed)
    if outcome.amount is not None:
        for mistake, amount in _of_amount(outcome.amount):
            changed = attrs.evolve(outcome, amount=amount)
            yield outcome.amount.name, mistake, attrs.evolve(ruleset, outcome=changed)
    for name in outcome.consequences:
        rest = tuple(one for one in outcome.consequences if one != name)
        changed = attrs.evolve(outcome, consequences=rest)
        mistake = Mistake(MutationOperator.REMOVE_CONSEQUENCE)
        yield name, mistake, attrs.evolve(ruleset, outcome=changed)


def _of_amount(amount: Amount) -> Iterator[tuple[Mistake, Amount]]:
    for mistake, text in mutate_expression(amount.text):
        yield mistake, attrs.evolve(amount, text=text)
    for mistake, rounding in _of_rounding(amount.rounding):
        yield mistake, attrs.evolve(amount, rounding=rounding)


def _consistent(ruleset: CheckedRuleset) -> _Changed:
    for place, rule in enumerate(ruleset.consistent):
        before, after = ruleset.consistent[:place], ruleset.consistent[place + 1 :]
        rest = (*before, *after)
        mistake = Mistake(MutationOperator.REMOVE_CONSISTENCY)
        yield rule.id, mistake, attrs.evolve(ruleset, consistent=rest)
        for mistake, test in mutate_test(rule.test):
            changed = (*before, attrs.evolve(rule, test=test), *after)
            yield rule.id, mistake, attrs.evolve(ruleset, consistent=changed)


def _notes(ruleset: CheckedRuleset) -> _Changed:
    for name, note in ruleset.notes.items():
        notes = {**ruleset.notes, name: attrs.evolve(note, when=_NEVER)}
        mistake = Mistake(MutationOperator.REMOVE_NOTE)
        yield name, mistake, attrs.evolve(ruleset, notes=notes)


_NEVER: Final = Holds(YesNo(False))
