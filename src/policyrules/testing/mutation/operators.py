"""Mutation operators: the kinds of mistake that a mutant can have, and a sentence for each.

Operator and operands identify a mistake. The sentence is made of them for a reader; nothing depends
on its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import Enum
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.ir.nodes import Expression
from policyrules.ir.unparse import unparse


class MutationOperator(Enum):
    """A kind of mistake; the names say what happens to the ruleset."""

    # The time in force
    MOVE_DAY = "move-day"
    # Parameters
    CLOSE_LIST = "close-list"
    MOVE_ROW = "move-row"
    SWAP_CELLS = "swap-cells"
    MOVE_FIGURE = "move-figure"
    MOVE_EDGE = "move-edge"
    REMOVE_ROW = "remove-row"
    SWAP_ROWS = "swap-rows"
    REMOVE_WORD = "remove-word"
    ADD_WORD = "add-word"
    REPLACE_CHOICE = "replace-choice"
    REMOVE_BRACKET = "remove-bracket"
    # Expressions
    REPLACE_OPERATOR = "replace-operator"
    REMOVE_OPERAND = "remove-operand"
    REPLACE_OPERAND = "replace-operand"
    REMOVE_NOT = "remove-not"
    NEGATE = "negate"
    REMOVE_FILTER = "remove-filter"
    MOVE_SUM = "move-sum"
    READ_ON_DAY = "read-on-day"
    COUNT_EVERY_DAY = "count-every-day"
    # Facts
    ALLOW_FUTURE = "allow-future"
    # Values, conditions and the outcome
    REMOVE_GIVEN = "remove-given"
    REMOVE_ROUNDING = "remove-rounding"
    REPLACE_MODE = "replace-mode"
    COARSEN_ROUNDING = "coarsen-rounding"
    REMOVE_EXCEPTION = "remove-exception"
    REMOVE_EXCLUSION = "remove-exclusion"
    REPLACE_GROUP = "replace-group"
    MOVE_COUNT = "move-count"
    REMOVE_MEMBER = "remove-member"
    REMOVE_CONSEQUENCE = "remove-consequence"
    STATE_FOR_STATUS = "state-for-status"
    WITHHOLD_FOR_STATUS = "withhold-for-status"
    REMOVE_CONSTRAINT = "remove-constraint"
    REMOVE_NOTE = "remove-note"
    # What an overlay changes in its base
    RESTORE_PERIOD = "restore-period"
    RESTORE_PARAMETER = "restore-parameter"
    RESTORE_NODE = "restore-node"
    RESTORE_MEMBERS = "restore-members"
    RESTORE_REMOVED = "restore-removed"


Operand = str | int | date | Expression
"""A name, a figure as an author writes it, a day, or an expression of the ruleset."""

_SENTENCES: Final[Mapping[MutationOperator, str]] = MappingProxyType(
    {
        MutationOperator.MOVE_DAY: "`{}` {} becomes {}",
        MutationOperator.CLOSE_LIST: "the open list is closed",
        MutationOperator.MOVE_ROW: "the row from {} begins on {}",
        MutationOperator.SWAP_CELLS: "`{}` and `{}` are swapped",
        MutationOperator.MOVE_FIGURE: "{} becomes {}",
        MutationOperator.MOVE_EDGE: "`{}` becomes `{}`",
        MutationOperator.REMOVE_ROW: "the row is removed",
        MutationOperator.SWAP_ROWS: "`{}` and `{}` are exchanged",
        MutationOperator.REMOVE_WORD: "`{}` is removed",
        MutationOperator.ADD_WORD: "`{}` is added",
        MutationOperator.REPLACE_CHOICE: "`{}` becomes `{}`",
        MutationOperator.REMOVE_BRACKET: "the bracket above {} is removed",
        MutationOperator.REPLACE_OPERATOR: "`{}` becomes `{}`",
        MutationOperator.REMOVE_OPERAND: "`{}` is removed",
        MutationOperator.REPLACE_OPERAND: "`{}` becomes `{}`",
        MutationOperator.REMOVE_NOT: "`{}` loses its `not`",
        MutationOperator.NEGATE: "`{}` is negated",
        MutationOperator.REMOVE_FILTER: "the list loses its `if {}`",
        MutationOperator.MOVE_SUM: "`{}` is a {} {}",
        MutationOperator.READ_ON_DAY: "`{}` is the row of the day of the decision",
        MutationOperator.COUNT_EVERY_DAY: "`{}` counts every day",
        MutationOperator.ALLOW_FUTURE: "the fact may lie in the future",
        MutationOperator.REMOVE_GIVEN: "`{}` no longer states the value",
        MutationOperator.REMOVE_ROUNDING: "the rounding is removed",
        MutationOperator.REPLACE_MODE: "`{}` becomes `{}`",
        MutationOperator.COARSEN_ROUNDING: "rounded to {1} instead of {0}",
        MutationOperator.REMOVE_EXCEPTION: "the exception is removed",
        MutationOperator.REMOVE_EXCLUSION: "the exclusion is removed",
        MutationOperator.REPLACE_GROUP: "`{}` becomes `{}`",
        MutationOperator.MOVE_COUNT: "`at_least {}` becomes {}",
        MutationOperator.REMOVE_MEMBER: "`{}` is removed",
        MutationOperator.REMOVE_CONSEQUENCE: "the consequence is removed",
        MutationOperator.STATE_FOR_STATUS: "the consequence is stated for `{}` too",
        MutationOperator.WITHHOLD_FOR_STATUS: "the consequence is not stated for `{}`",
        MutationOperator.REMOVE_CONSTRAINT: "the constraint is removed",
        MutationOperator.REMOVE_NOTE: "the note is never disclosed",
        MutationOperator.RESTORE_PERIOD: "override reverted: the period of the base",
        MutationOperator.RESTORE_PARAMETER: "override reverted: the parameter of the base",
        MutationOperator.RESTORE_NODE: "override reverted: the rule of the base",
        MutationOperator.RESTORE_MEMBERS: "override reverted: the members of the base",
        MutationOperator.RESTORE_REMOVED: "removal reverted",
    }
)


@attrs.frozen
class Mistake:
    """One mistake: an operator, its operands, and where in the node it was applied.

    `row` is the word of a row of a table, `from_` the first day of a row of a dated parameter;
    `is_in_when` says that the mistake is in the guard of an exception.
    """

    operator: MutationOperator
    operands: tuple[Operand, ...] = ()
    row: str = ""
    from_: date | None = None
    is_in_when: bool = False

    def __str__(self) -> str:
        sentence = _SENTENCES[self.operator].format(*map(_operand_text, self.operands))
        row = f"for `{self.row}` " if self.row else ""
        during = f" from {self.from_}" if self.from_ is not None else ""
        when = "when: " if self.is_in_when else ""
        return f"{when}{row}{sentence}{during}"


def _operand_text(operand: Operand) -> str:
    return unparse(operand) if isinstance(operand, Expression) else str(operand)
