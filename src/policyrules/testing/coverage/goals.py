"""Coverage goals: for each node, a case in which the node decides the outcome.

The goals of conditions and of their atoms are MC/DC: a case reaches the goal “held” of a condition
if the condition is held in it, and the outcome would differ if the condition were failed. So a goal
has a ruleset that differs in one node, and a case reaches the goal if that ruleset gives it another
outcome.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final, Literal

import attrs

from policyrules.ir.lens import eligibility_id, iter_nodes, replace_node
from policyrules.ir.nodes import And, Atom, BoolTest, Not, Or, Test, YesNo
from policyrules.ir.ruleset import (
    STATED_BY_DEFAULT,
    CheckedRuleset,
    Condition,
    Group,
    Parameter,
    RuleException,
    Value,
)
from policyrules.ir.tables import Bracket, Cell, Content, RowTable
from policyrules.ir.types import Kind, Type
from policyrules.ir.unparse import unparse

GoalKind = Literal["condition", "atom", "exception", "parameter", "given", "consequence"]

HELD: Final = BoolTest(YesNo(True))
FAILED: Final = BoolTest(YesNo(False))

_FORCED_TESTS: Final = MappingProxyType({True: FAILED, False: HELD})
_TRUTH_WORDS: Final = MappingProxyType({True: "held", False: "failed"})


@attrs.frozen
class CoverageGoal:
    """One goal that a case should reach: the node `node_id` decides the outcome.

    `ruleset` differs in this node alone. `message` describes the gap, if no case reaches the goal.
    `span_id` is a key of `spans_by_id()`, such as a row of the node. `truth` is the truth that the
    condition, guard or atom must have in the case; `list` is the list to whose items the condition
    belongs.
    """

    kind: GoalKind
    node_id: str
    span_id: str
    message: str
    ruleset: CheckedRuleset = attrs.field(repr=False)
    truth: bool | None = None
    list: str = ""
    atom: Atom | None = None


def coverage_goals(ruleset: CheckedRuleset) -> Iterator[CoverageGoal]:
    """Yield every goal of a ruleset; the period in force and the notes are not among them."""
    yield from _conditions(ruleset)
    for node_id, node in iter_nodes(ruleset):
        if isinstance(node, (Value, Condition)):
            # A row of a table has the goal of its parameter.
            for exception in (each for each in node.exceptions if each.bands is None):
                yield from _exception(ruleset, node_id, exception)
    for value in ruleset.all_values.values():
        if value.input_fact is not None:
            message = f"no case where `{value.input_fact}` states `{value.name}`"
            changed = replace_node(ruleset, value.name, attrs.evolve(value, input_fact=None))
            yield CoverageGoal("given", value.name, value.name, message, changed)
    for name in ruleset.outcome.consequences:
        yield from _consequence(ruleset, ruleset.all_values[name])
    for parameter in ruleset.parameters.values():
        if parameter.reading is None:  # the goals of the parameter that is read
            yield from _parameter(ruleset, parameter)


def _consequence(ruleset: CheckedRuleset, value: Value) -> Iterator[CoverageGoal]:
    """Yield a goal for each status for which an author states a consequence."""
    if value.stated_for == STATED_BY_DEFAULT:
        return
    name = value.name
    for status in value.stated_for:
        rest = tuple(each for each in value.stated_for if each != status)
        changed = replace_node(ruleset, name, attrs.evolve(value, stated_for=rest))
        message = f"no {status} case that states `{name}`"
        yield CoverageGoal("consequence", name, name, message, changed)


# --- conditions ----------------------------------------------------------------------------------


def _conditions(ruleset: CheckedRuleset) -> Iterator[CoverageGoal]:
    for condition in ruleset.conditions.values():
        yield from _condition(ruleset, condition, "", "the outcome")
    for name, block in ruleset.item_rules.items():
        for condition in block.conditions.values():
            yield from _condition(ruleset, condition, name, f"`{eligibility_id(block)}`")


def _condition(
    ruleset: CheckedRuleset, condition: Condition, list_: str, outcome: str
) -> Iterator[CoverageGoal]:
    """Yield the goals of a condition, and of each atom of a compound test."""
    id_, test = condition.id, condition.test
    for truth in (False, True):
        message = f"no case where `{id_}` is {_TRUTH_WORDS[truth]} and changes {outcome} by itself"
        inverted = attrs.evolve(condition, test=_FORCED_TESTS[truth], exceptions=())
        changed = replace_node(ruleset, id_, inverted)
        yield CoverageGoal("condition", id_, id_, message, changed, truth, list_)
    if isinstance(test, (Group, Atom)):
        return
    for atom, held, failed in _force_atoms(test):
        for truth, forced_test in ((False, held), (True, failed)):
            name = f"`{unparse(atom)}` of `{id_}`"
            message = (
                f"no case where {name} is {_TRUTH_WORDS[truth]} and changes {outcome} by itself"
            )
            changed = replace_node(ruleset, id_, attrs.evolve(condition, test=forced_test))
            yield CoverageGoal("atom", id_, id_, message, changed, truth, list_, atom)


def _force_atoms(test: Test) -> Iterator[tuple[Atom, Test, Test]]:
    """Yield every atom with the test in which it is always held, and always failed."""
    match test:
        case Not(operand):
            if not isinstance(operand, Atom):
                for atom, held, failed in _force_atoms(operand):
                    yield atom, Not(held), Not(failed)
        case And(operands) | Or(operands):
            for index, operand in enumerate(operands):
                for atom, held, failed in _force_operand(operand):
                    yield (
                        atom,
                        attrs.evolve(test, operands=_with_operand(operands, index, held)),
                        attrs.evolve(test, operands=_with_operand(operands, index, failed)),
                    )
        case _:
            yield test, HELD, FAILED


def _force_operand(operand: Test) -> Iterator[tuple[Atom, Test, Test]]:
    if isinstance(operand, Not) and isinstance(operand.operand, Atom):
        yield operand.operand, Not(HELD), Not(FAILED)
    else:
        yield from _force_atoms(operand)


def _with_operand(operands: tuple[Test, ...], index: int, operand: Test) -> tuple[Test, ...]:
    return (*operands[:index], operand, *operands[index + 1 :])


# --- exceptions ------------------------------------------------------------------------------


def _exception(
    ruleset: CheckedRuleset, owner_id: str, exception: RuleException
) -> Iterator[CoverageGoal]:
    id_ = exception.id
    for truth in (False, True):
        applies = "applies" if truth else "does not apply"
        message = f"no case where `{id_}` {applies} and changes `{owner_id}`"
        inverted = attrs.evolve(exception, when=_FORCED_TESTS[truth])
        changed = replace_node(ruleset, id_, inverted)
        yield CoverageGoal("exception", id_, id_, message, changed, truth)


# --- parameters ----------------------------------------------------------------------------------


def _parameter(ruleset: CheckedRuleset, parameter: Parameter) -> Iterator[CoverageGoal]:
    name, rows = parameter.name, parameter.rows
    for index, row in enumerate(rows):
        row_id, during = name, ""
        if len(rows) > 1:
            first = row.from_.isoformat() if row.from_ else ""
            row_id = f"{name}[{first}]"
            during = f" from {first}" if first else f" until {row.to}"
        for word, content in _invert_cells(parameter.type, row.content):
            inverted = (*rows[:index], attrs.evolve(row, content=content), *rows[index + 1 :])
            changed = replace_node(ruleset, name, attrs.evolve(parameter, rows=inverted))
            key = f" for `{word}`" if word else ""
            message = f"no case that depends on `{name}`{key}{during}"
            span_id = f"{row_id}[{word}]" if word else row_id
            yield CoverageGoal("parameter", name, span_id, message, changed)


def _invert_cells(type_: Type, content: Content) -> Iterator[tuple[str, Content]]:
    """Yield the content with one cell inverted each, and the word of that cell."""
    if isinstance(content, Cell):
        yield "", _invert_cell(type_, content)
        return
    if isinstance(content, RowTable):
        for index, row in enumerate(content.rows):
            changed = attrs.evolve(row, content=_invert_cell(type_, row.content))
            rows = (*content.rows[:index], changed, *content.rows[index + 1 :])
            yield f"row {index + 1}", attrs.evolve(content, rows=rows)
        if content.default is not None:
            yield "else", attrs.evolve(content, default=_invert_cell(type_, content.default))
        return
    for word, cell in content.rows.items():
        yield word, attrs.evolve(content, rows={**content.rows, word: _invert_cell(type_, cell)})
    if content.none is not None:
        yield "none", attrs.evolve(content, none=_invert_cell(type_, content.none))
    if content.default is not None:
        yield "else", attrs.evolve(content, default=_invert_cell(type_, content.default))


_PLACEHOLDER_FIGURES: Final = MappingProxyType(
    {Kind.DATE: 730_120, Kind.PERIOD: 730_120, Kind.MONTH: 24_000}
)
"""An arbitrary day and an arbitrary month; the figure of any other kind may be 0."""


def _invert_cell(type_: Type, cell: Cell) -> Cell:
    """Return the opposite of a cell: `not_stated` for a figure, a figure for `not_stated`.

    A yes becomes a no: a note that depends on a cell that is not stated is disclosed as for a yes.
    """
    kind = type_.kind
    if kind is Kind.YES_NO and cell.status == "stated":
        return attrs.evolve(cell, choices=tuple(not choice for choice in cell.choices))
    if cell.status != "not_stated":
        return Cell("not_stated")
    if kind is Kind.YES_NO:
        return Cell("stated", choices=(True,))
    if kind is Kind.WORD:
        return Cell("stated", choices=tuple(type_.words)[:1])
    if kind is Kind.WORDS:
        return Cell("stated", words=tuple(type_.words))
    if kind is Kind.SCALE:
        return Cell("stated", brackets=(Bracket(0, 0),))
    figure = _PLACEHOLDER_FIGURES.get(kind, 2000 if kind is Kind.CALENDAR_YEAR else 0)
    return Cell("stated", low=figure, high=figure)
