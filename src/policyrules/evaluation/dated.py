"""A ruleset on a date: the date selects the rows of parameters, and ends ranges of past facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cached_property

import attrs

from policyrules.errors import NotInForce
from policyrules.evaluation.dependency_index import DependencyIndex
from policyrules.evaluation.past_facts import end_past_facts
from policyrules.ir.nodes import FactRef
from policyrules.ir.ruleset import CheckedRuleset, Fact, Parameter, Row
from policyrules.ir.tables import Cell, Content, RowTable
from policyrules.ir.types import Kind
from policyrules.objects.frozen import freeze_mapping, freeze_mappings
from policyrules.objects.representation import cut
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, Indeterminacy
from policyrules.values.possible import (
    UNDECLARED_WORD,
    Interval,
    PeriodSet,
    Possible,
    WordSet,
    collapse_point,
)
from policyrules.values.scale import Scale


@attrs.frozen
class StatedRows:
    """A table with rows, with the possible value of each row, and at the end that of `else`."""

    table: RowTable
    values: tuple[Possible, ...]

    def value(self, row: int) -> Possible:
        """Return the possible value of a row; `NO_ROW` is `else`."""
        return self.values[row]


Stated = Possible | Mapping[str | None, Possible] | StatedRows
"""The content of a parameter on a date, as possible values."""


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class DatedRuleset:
    """A checked ruleset on a date, with the row of each parameter in force on it.

    The range of a fact that cannot lie in the future ends at the date.
    """

    ruleset: CheckedRuleset
    on: date
    rows: Mapping[str, Row] = attrs.field(hash=False)

    def __repr__(self) -> str:
        """Return the id and the date."""
        return f"<DatedRuleset {cut(self.ruleset.id)!r} on {self.on.isoformat()}>"

    @cached_property
    def dependency_index(self) -> DependencyIndex:
        """The index of the dependencies of expressions, shared by all decisions on the date."""
        return DependencyIndex(self.ruleset)

    @cached_property
    def past_facts(self) -> Mapping[str, Fact]:
        """The facts that cannot lie after the date."""
        facts = self.ruleset.facts.items()
        return freeze_mapping({name: fact for name, fact in facts if fact.is_past})

    @cached_property
    def parameter_values(self) -> Mapping[str, Stated]:
        """The possible value of each parameter, or of each word or row of its table.

        In a table by words, the key None is the known absence, and `UNDECLARED_WORD` is every word
        that the key does not declare.
        """
        facts = self.ruleset.facts
        return freeze_mapping(
            {
                name: _possible_content(self.ruleset, parameter, self.rows[name].content)
                for name, parameter in self.ruleset.parameters.items()
                # A fact that nothing reads is not in `facts`; nothing reads a table by it either.
                if all(not isinstance(key, FactRef) or key.name in facts for key in parameter.by)
            }
        )


def dated(ruleset: CheckedRuleset, on: date) -> DatedRuleset:
    """Return the ruleset on a date.

    Raises:
        NotInForce: the date is outside the time in force.
    """
    period = ruleset.in_force
    if on not in period:
        raise NotInForce.outside(ruleset.id, on, period.from_, period.to)
    rows = {name: row_on(parameter, on) for name, parameter in ruleset.parameters.items()}
    missing = [name for name, row in rows.items() if row is None]
    if missing:
        raise NotInForce(ruleset.id, on, "gap", None, None)
    return DatedRuleset(
        end_past_facts(ruleset, on), on, {name: row for name, row in rows.items() if row}
    )


def row_on(parameter: Parameter, on: date) -> Row | None:
    """Return the row of a parameter in force on a date."""
    for row in parameter.rows:
        if (row.from_ is None or row.from_ <= on) and (row.to is None or on <= row.to):
            return row
    return None


def _possible_content(ruleset: CheckedRuleset, parameter: Parameter, content: Content) -> Stated:
    if isinstance(content, Cell):
        return possible_cell(parameter, content)
    if isinstance(content, RowTable):
        return StatedRows(content, tuple(possible_cell(parameter, cell) for cell in content.cells))
    if not parameter.by:
        raise TypeError(f"a table without a key: {parameter.name}")
    (by,) = parameter.by
    key = ruleset.facts if isinstance(by, FactRef) else ruleset.all_values
    type_ = key[by.name].type
    words: list[str | None] = [*type_.words, *([None] if type_.none else [])]
    words += [UNDECLARED_WORD] if type_.open else []
    return freeze_mapping({word: possible_cell(parameter, content.cell(word)) for word in words})


def possible_cell(parameter: Parameter, cell: Cell) -> Possible:
    """Return the possible value of a cell; an open cell depends on its parameter only."""
    support = NO_DEPENDENCIES
    if cell.status != "stated":
        name = parameter.name if parameter.reading is None else parameter.reading.parameter
        support = Dependencies(indeterminacies=frozenset({Indeterminacy(name, cell.status)}))
    if cell.status == "no_row":
        return Possible(None, undefined=True, dependencies=support)
    if cell.status == "not_stated":
        return Possible(None, not_stated=True, dependencies=support)
    kind = parameter.type.kind
    if kind.is_ordered:
        return collapse_point(Possible(Interval(cell.low, cell.high), dependencies=support))
    if kind is Kind.PERIOD:
        days = (int(cell.low or 0), int(cell.high or 0))
        return Possible(PeriodSet(frozenset({days}), parameter.name), dependencies=support)
    if kind is Kind.SCALE:
        brackets = tuple((bracket.edge, bracket.rate) for bracket in cell.brackets)
        return Possible(Scale(brackets), dependencies=support)
    if kind is Kind.WORDS:
        words = frozenset(cell.words)
        open_by = (parameter.name,) if parameter.open else ()
        return Possible(WordSet(words, words, open_by), dependencies=support)
    return collapse_point(Possible(frozenset(cell.choices), dependencies=support))
