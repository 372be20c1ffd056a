"""What cases ought to show of a ruleset, each as a ruleset that differs in one place.

A case shows something if the other ruleset tells it otherwise. Of a condition the other ruleset
says that it is always held, or always failed: a case that is told otherwise is one in which this
condition alone decides.
"""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Final, Literal

import attrs

from policyrules.ir.nodes import And, Atom, Holds, Not, Or, Test, YesNo
from policyrules.ir.ruleset import (
    Block,
    Cell,
    CheckedRuleset,
    Condition,
    Group,
    Parameter,
    RuleException,
    Table,
    Value,
)
from policyrules.ir.types import Kind, Type
from policyrules.ir.unparse import expression_text
from policyrules.testing.mutation.reverts import replace_rule
from policyrules.testing.overrides import values_and_conditions

Kinds = Literal["condition", "part", "exception", "parameter", "given"]

HELD: Final = Holds(YesNo(True))
FAILED: Final = Holds(YesNo(False))

_WORDS: Final = MappingProxyType({True: "held", False: "failed"})


@attrs.frozen
class CoverageGoal:
    """One goal that a case should reach: the node `node_id` decides the outcome.

    A case reaches it if `ruleset`, which differs in this node alone, gives it another outcome.
    `span_id` is a key of `spans_by_id()`, such as a row of the node. `message` describes a gap.
    `truth` is the truth that the condition, guard or atom must have in the case; `list` is the list
    to whose items the condition belongs.
    """

    kind: Kinds
    node_id: str
    span_id: str
    message: str
    ruleset: CheckedRuleset = attrs.field(repr=False)
    truth: bool | None = None
    list: str = ""
    atom: Atom | None = None


def coverage_goals(ruleset: CheckedRuleset) -> Iterator[CoverageGoal]:
    """All that the cases of a ruleset ought to show, its time in force and its notes apart."""
    yield from _conditions(ruleset)
    for node in values_and_conditions(ruleset):
        for exception in node.exceptions:
            yield from _exception(ruleset, node, exception)
    for value in ruleset.every_value.values():
        if value.given is not None:
            message = f"no case in which `{value.given}` states `{value.name}`"
            changed = replace_rule(ruleset, attrs.evolve(value, given=None))
            yield CoverageGoal("given", value.name, value.name, message, changed)
    for parameter in ruleset.parameters.values():
        yield from _parameter(ruleset, parameter)


# --- conditions ----------------------------------------------------------------------------------


def _conditions(ruleset: CheckedRuleset) -> Iterator[CoverageGoal]:
    blocks: list[tuple[str, CheckedRuleset | Block]] = [("", ruleset)]
    blocks += [(name, block) for name, block in ruleset.blocks.items()]
    for list_, block in blocks:
        outcome = "the outcome"
        if isinstance(block, Block):
            outcome = f"`{block.each}.eligible`"
        for condition in block.conditions.values():
            yield from _condition(ruleset, condition, list_, outcome)
            if not isinstance(condition.test, Group):
                yield from _parts(ruleset, condition, condition.test, list_, outcome)


def _condition(
    ruleset: CheckedRuleset, condition: Condition, list_: str, outcome: str
) -> Iterator[CoverageGoal]:
    for truth, other in ((False, HELD), (True, FAILED)):
        changed = replace_rule(ruleset, attrs.evolve(condition, test=other, exceptions=()))
        name = condition.id
        message = f"no case in which `{name}`, being {_WORDS[truth]}, alone decides {outcome}"
        yield CoverageGoal("condition", name, name, message, changed, truth, list_)


def _parts(
    ruleset: CheckedRuleset, condition: Condition, test: Test, list_: str, outcome: str
) -> Iterator[CoverageGoal]:
    """The parts of a test that joins some: each decides by itself."""
    if isinstance(test, Atom):
        return
    for atom, held, failed in _force_atoms(test):
        for truth, other in ((False, held), (True, failed)):
            text = f"`{expression_text(atom)}` of `{condition.id}`"
            message = f"no case in which {text}, being {_WORDS[truth]}, alone decides {outcome}"
            changed = replace_rule(ruleset, attrs.evolve(condition, test=other))
            yield CoverageGoal(
                "part", condition.id, condition.id, message, changed, truth, list_, atom
            )


def _force_atoms(test: Test) -> Iterator[tuple[Atom, Test, Test]]:
    """Every part without logic inside, with the test in which it is held, and failed."""
    match test:
        case Not(operand):
            if not isinstance(operand, Atom):
                for atom, held, failed in _force_atoms(operand):
                    yield atom, Not(held), Not(failed)
        case And(operands) | Or(operands):
            for place, operand in enumerate(operands):
                for atom, held, failed in _force_operand(operand):
                    yield (
                        atom,
                        attrs.evolve(test, operands=_at(operands, place, held)),
                        attrs.evolve(test, operands=_at(operands, place, failed)),
                    )
        case _:
            yield test, HELD, FAILED


def _force_operand(operand: Test) -> Iterator[tuple[Atom, Test, Test]]:
    if isinstance(operand, Not) and isinstance(operand.operand, Atom):
        yield operand.operand, Not(HELD), Not(FAILED)
    else:
        yield from _force_atoms(operand)


def _at(operands: tuple[Test, ...], place: int, other: Test) -> tuple[Test, ...]:
    return (*operands[:place], other, *operands[place + 1 :])


# --- exceptions ------------------------------------------------------------------------------


def _exception(
    ruleset: CheckedRuleset, node: Value | Condition, exception: RuleException
) -> Iterator[CoverageGoal]:
    of = node.name if isinstance(node, Value) else node.id
    name = exception.id
    for truth, other in ((False, HELD), (True, FAILED)):
        changed = tuple(
            attrs.evolve(one, when=other) if one.id == name else one for one in node.exceptions
        )
        does = "applies" if truth else "does not apply"
        message = f"no case in which it matters to `{of}` that `{name}` {does}"
        goal = replace_rule(ruleset, attrs.evolve(node, exceptions=changed))
        yield CoverageGoal("exception", name, name, message, goal, truth)


# --- parameters ----------------------------------------------------------------------------------


def _parameter(ruleset: CheckedRuleset, parameter: Parameter) -> Iterator[CoverageGoal]:
    name, rows = parameter.name, parameter.rows
    for place, row in enumerate(rows):
        at, during = name, ""
        if len(rows) > 1:
            first = row.from_.isoformat() if row.from_ else ""
            at = f"{name}[{first}]"
            during = f" from {first}" if first else f" until {row.to}"
        for word, content in _invert_cells(parameter.type, row.content):
            changed = attrs.evolve(
                parameter,
                rows=(*rows[:place], attrs.evolve(row, content=content), *rows[place + 1 :]),
            )
            key = f" for `{word}`" if word else ""
            message = f"no case that rests on `{name}`{key}{during}"
            parameters = {**ruleset.parameters, name: changed}
            yield CoverageGoal(
                "parameter",
                name,
                f"{at}[{word}]" if word else at,
                message,
                attrs.evolve(ruleset, parameters=parameters),
            )


def _invert_cells(type_: Type, content: Cell | Table) -> Iterator[tuple[str, Cell | Table]]:
    """The content with each of its cells saying something else, and the word of the cell."""
    if isinstance(content, Cell):
        yield "", _other(type_, content)
        return
    for word, cell in content.rows.items():
        yield word, attrs.evolve(content, rows={**content.rows, word: _other(type_, cell)})
    if content.none is not None:
        yield "none", attrs.evolve(content, none=_other(type_, content.none))
    if content.otherwise is not None:
        yield "else", attrs.evolve(content, otherwise=_other(type_, content.otherwise))


_FIGURES: Final = MappingProxyType({Kind.DATE: 730_120, Kind.PERIOD: 730_120, Kind.MONTH: 24_000})
"""Some day, and some month; of other kinds 0 will do."""


def _other(type_: Type, cell: Cell) -> Cell:
    """A cell that says something where this one is silent, and nothing where this one speaks.

    A yes becomes a no: where nothing is said, a note is carried as it is for a yes.
    """
    kind = type_.kind
    if kind is Kind.YES_NO and cell.status == "stated":
        return attrs.evolve(cell, choices=tuple(not one for one in cell.choices))
    if cell.status != "not_stated":
        return Cell("not_stated")
    if kind is Kind.YES_NO:
        return Cell("stated", choices=(True,))
    if kind is Kind.WORD:
        return Cell("stated", choices=tuple(type_.words)[:1])
    if kind is Kind.WORDS:
        return Cell("stated", words=tuple(type_.words))
    figure = _FIGURES.get(kind, 2000 if kind is Kind.CALENDAR_YEAR else 0)
    return Cell("stated", low=figure, high=figure)
