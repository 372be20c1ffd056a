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
from policyrules.testing.variants import test_variants, variants
from policyrules.values.calendar import figure_text, is_in_calendar, shift_day
from policyrules.values.exact import Exact, decimal_text, percent_text, simplest


@attrs.frozen
class Mutant:
    """A ruleset with one change: `place` is the id of what was changed, `change` says how."""

    place: str
    change: str
    ruleset: CheckedRuleset = attrs.field(repr=False)

    def __str__(self) -> str:
        return f"{self.place}: {self.change}"


_Changed = Iterator[tuple[str, str, CheckedRuleset]]
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
        for place, change, changed in part(ruleset):
            yield Mutant(place, change, changed)


def _with(node: Any, field: str, inside: object) -> Any:
    """The node with something else in one of its fields."""
    return attrs.evolve(node, **{field: inside})


# --- time ----------------------------------------------------------------------------------------


def _in_force(ruleset: CheckedRuleset) -> _Changed:
    period = ruleset.in_force
    for name, day in (("from_", period.from_), ("to", period.to)):
        for moved in _moved(day):
            change = f"`{name.rstrip('_')}` {day} becomes {moved}"
            changed = _with(period, name, moved)
            yield "in_force", change, attrs.evolve(ruleset, in_force=changed)


def _moved(day: date | None) -> Iterator[date]:
    """The day before and the day behind, as far as the calendar has them."""
    beside = () if day is None else (shift_day(day, -1), shift_day(day, 1))
    yield from (one for one in beside if one is not None)


# --- parameters ----------------------------------------------------------------------------------


def _parameters(ruleset: CheckedRuleset) -> _Changed:
    for name, parameter in ruleset.parameters.items():
        for change, changed in _of_parameter(ruleset, parameter):
            parameters = {**ruleset.parameters, name: changed}
            yield name, change, attrs.evolve(ruleset, parameters=parameters)


def _of_parameter(ruleset: CheckedRuleset, parameter: Parameter) -> Iterator[tuple[str, Parameter]]:
    if parameter.open:
        yield "the open list is closed", attrs.evolve(parameter, open=False)
    rows = parameter.rows
    for place, row in enumerate(rows):
        for change, content in _of_content(ruleset, parameter, row.content):
            changed = (*rows[:place], attrs.evolve(row, content=content), *rows[place + 1 :])
            during = f" from {row.from_}" if len(rows) > 1 and row.from_ else ""
            yield change + during, attrs.evolve(parameter, rows=changed)
    yield from _of_dates(parameter)


def _of_dates(parameter: Parameter) -> Iterator[tuple[str, Parameter]]:
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
            change = f"the row from {row.from_} begins on {begins}"
            yield change, attrs.evolve(parameter, rows=tuple(changed))


def _ends_before(one: Row, other: Row) -> bool:
    return one.to is not None and other.from_ is not None and shift_day(one.to, 1) == other.from_


def _of_content(
    ruleset: CheckedRuleset, parameter: Parameter, content: Cell | Table
) -> Iterator[tuple[str, Cell | Table]]:
    if isinstance(content, Cell):
        yield from _of_cell(ruleset, parameter, content)
        return
    for word, cell in content.rows.items():
        for change, changed in _of_cell(ruleset, parameter, cell):
            rows = {**content.rows, word: changed}
            yield f"for `{word}` {change}", attrs.evolve(content, rows=rows)
    words = list(content.rows)
    for word, next_ in pairwise(words):
        one, other = content.rows[word], content.rows[next_]
        if one != other:
            rows = {**content.rows, word: other, next_: one}
            yield f"`{word}` and `{next_}` change places", attrs.evolve(content, rows=rows)
    for name, rest in (("none", content.none), ("otherwise", content.otherwise)):
        if rest is not None:
            label = "else" if name == "otherwise" else name
            for change, changed in _of_cell(ruleset, parameter, rest):
                yield f"for `{label}` {change}", _with(content, name, changed)


def _of_cell(
    ruleset: CheckedRuleset, parameter: Parameter, cell: Cell
) -> Iterator[tuple[str, Cell]]:
    kind = parameter.type.kind
    if cell.status not in {"stated", "either"}:
        return
    if kind is Kind.PERIOD or kind.is_ordered:
        step = _step(ruleset, parameter)
        for end, figure in (("low", cell.low), ("high", cell.high)):
            if figure is None or (cell.low == cell.high and end == "high"):
                continue
            for moved in (simplest(figure - step), simplest(figure + step)):
                if not _is_figure(kind, moved):
                    continue
                change = f"{_text(kind, figure)} becomes {_text(kind, moved)}"
                if cell.low == cell.high:
                    yield change, attrs.evolve(cell, low=moved, high=moved)
                else:
                    yield change, _with(cell, end, moved)
    elif kind is Kind.WORDS:
        for word in cell.words:
            rest = tuple(one for one in cell.words if one != word)
            yield f"`{word}` is left out", attrs.evolve(cell, words=rest)
        for word in parameter.type.words:
            if word not in cell.words:
                yield f"`{word}` is added", attrs.evolve(cell, words=(*cell.words, word))
    elif cell.status == "stated":
        words: set[str | bool] = {*parameter.type.words}
        others = {True, False} if kind is Kind.YES_NO else words
        for other in sorted(others - set(cell.choices), key=str):
            change = f"`{cell.choices[0]}` becomes `{other}`"
            yield change, attrs.evolve(cell, choices=(other,))


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
    for place, change, changed in _each(ruleset.values, _of_value):
        yield place, change, attrs.evolve(ruleset, values=changed)


def _conditions(ruleset: CheckedRuleset) -> _Changed:
    for place, change, changed in _each(ruleset.conditions, _of_condition):
        yield place, change, attrs.evolve(ruleset, conditions=changed)


def _blocks(ruleset: CheckedRuleset) -> _Changed:
    for name, block in ruleset.blocks.items():
        for place, change, changed in _of_block(block):
            yield place, change, attrs.evolve(ruleset, blocks={**ruleset.blocks, name: changed})


def _of_block(block: Block) -> Iterator[tuple[str, str, Block]]:
    for place, change, values in _each(block.values, _of_value):
        yield place, change, attrs.evolve(block, values=values)
    for place, change, conditions in _each(block.conditions, _of_condition):
        yield place, change, attrs.evolve(block, conditions=conditions)
    if block.eligible is not None:
        for change, group in _of_group(block.eligible):
            yield f"{block.each}.eligible", change, attrs.evolve(block, eligible=group)


def _each(
    nodes: Mapping[str, _Node], of: Callable[[_Node], Iterator[tuple[str, str, _Node]]]
) -> Iterator[tuple[str, str, dict[str, _Node]]]:
    for name, node in nodes.items():
        for place, change, changed in of(node):
            yield place, change, {**nodes, name: changed}


def _of_value(value: Value) -> Iterator[tuple[str, str, Value]]:
    name = value.name
    for change, text in variants(value.text):
        yield name, change, attrs.evolve(value, text=text)
    for place, change, exceptions in _of_exceptions(value.exceptions):
        yield place, change, attrs.evolve(value, exceptions=exceptions)
    if value.given is not None:
        yield name, f"`{value.given}` no longer states it", attrs.evolve(value, given=None)
    for change, rounding in _of_rounding(value.rounding):
        yield name, change, attrs.evolve(value, rounding=rounding)


def _of_condition(condition: Condition) -> Iterator[tuple[str, str, Condition]]:
    if isinstance(condition.test, Group):
        for change, group in _of_group(condition.test):
            yield condition.id, change, attrs.evolve(condition, test=group)
    else:
        for change, text in test_variants(condition.test):
            yield condition.id, change, attrs.evolve(condition, test=text)
    for place, change, exceptions in _of_exceptions(condition.exceptions):
        yield place, change, attrs.evolve(condition, exceptions=exceptions)
    if condition.excludes is not None:
        yield condition.id, "it excludes no more", attrs.evolve(condition, excludes=None)


def _of_exceptions(
    exceptions: tuple[RuleException, ...],
) -> Iterator[tuple[str, str, tuple[RuleException, ...]]]:
    for place, exception in enumerate(exceptions):
        before, after = exceptions[:place], exceptions[place + 1 :]
        yield exception.id, "the exception is left out", (*before, *after)
        for change, when in test_variants(exception.when):
            changed = attrs.evolve(exception, when=when)
            yield exception.id, f"when: {change}", (*before, changed, *after)
        for change, text in variants(exception.text):
            changed = attrs.evolve(exception, text=text)
            yield exception.id, change, (*before, changed, *after)


def _of_group(group: Group) -> Iterator[tuple[str, Group]]:
    for other in {"all": ("any",), "any": ("all",), "none": ("all",)}.get(group.kind, ()):
        if len(group.members) > 1 or group.kind == "none":
            yield f"`{group.kind}` becomes `{other}`", attrs.evolve(group, kind=other)
    if group.kind == "at_least":
        for n in (group.n - 1, group.n + 1):
            if 1 <= n <= len(group.members):
                yield f"`at_least {group.n}` becomes {n}", attrs.evolve(group, n=n)
    if len(group.members) > 1:
        for member in group.members:
            rest = tuple(one for one in group.members if one != member)
            smaller = attrs.evolve(group, members=rest, n=min(group.n, len(rest)))
            yield f"`{member}` is left out", smaller


_MODES: Final = ("half_up", "half_even", "down", "up")


def _of_rounding(rounding: Rounding | None) -> Iterator[tuple[str, Rounding | None]]:
    if rounding is None:
        return
    yield "the rounding is left out", None
    for mode in _MODES:
        if mode != rounding.mode:
            yield f"`{rounding.mode}` becomes `{mode}`", attrs.evolve(rounding, mode=mode)
    step = rounding.step
    yield f"rounded to {10 * step} instead of {step}", attrs.evolve(rounding, step=10 * step)


# --- the outcome ---------------------------------------------------------------------------------


def _outcome(ruleset: CheckedRuleset) -> _Changed:
    outcome = ruleset.outcome
    for change, group in _of_group(outcome.eligible):
        changed = attrs.evolve(outcome, eligible=group)
        yield "eligible", change, attrs.evolve(ruleset, outcome=changed)
    if outcome.amount is not None:
        for change, amount in _of_amount(outcome.amount):
            changed = attrs.evolve(outcome, amount=amount)
            yield outcome.amount.name, change, attrs.evolve(ruleset, outcome=changed)
    for name in outcome.consequences:
        rest = tuple(one for one in outcome.consequences if one != name)
        changed = attrs.evolve(outcome, consequences=rest)
        yield name, "it is stated no more", attrs.evolve(ruleset, outcome=changed)


def _of_amount(amount: Amount) -> Iterator[tuple[str, Amount]]:
    for change, text in variants(amount.text):
        yield change, attrs.evolve(amount, text=text)
    for change, rounding in _of_rounding(amount.rounding):
        yield change, attrs.evolve(amount, rounding=rounding)


def _consistent(ruleset: CheckedRuleset) -> _Changed:
    for place, rule in enumerate(ruleset.consistent):
        before, after = ruleset.consistent[:place], ruleset.consistent[place + 1 :]
        rest = (*before, *after)
        yield rule.id, "the facts may contradict it", attrs.evolve(ruleset, consistent=rest)
        for change, test in test_variants(rule.test):
            changed = (*before, attrs.evolve(rule, test=test), *after)
            yield rule.id, change, attrs.evolve(ruleset, consistent=changed)


def _notes(ruleset: CheckedRuleset) -> _Changed:
    for name, note in ruleset.notes.items():
        notes = {**ruleset.notes, name: attrs.evolve(note, when=_NEVER)}
        yield name, "it is admitted no more", attrs.evolve(ruleset, notes=notes)


_NEVER: Final = Holds(YesNo(False))
