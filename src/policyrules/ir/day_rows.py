"""Readings of a parameter on the day of a fact or value, as tables whose first key is that day.

`subsidy[hire.hired_on]` is a parameter of its own: a table with rows, in which each dated row of
`subsidy` is a band of days. Engines, margins and explanations handle it like any other table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs

from policyrules.ir.nodes import Key, ParameterRef
from policyrules.ir.ruleset import CheckedRuleset, DayReading, Parameter, Provenance, Row
from policyrules.ir.tables import (
    Band,
    Cell,
    Choices,
    Content,
    KeyCell,
    KeyDomain,
    RowTable,
    Table,
    TableRow,
)
from policyrules.text.localized import LocalizedText
from policyrules.values.possible import Interval, Possible

NO_ROW_OF_DAY = Cell("no_row")
"""The content on the days on which no row of the parameter is in force."""


def reading_of(
    parameter: Parameter, day: Key, domains: Sequence[KeyDomain], day_title: LocalizedText
) -> Parameter:
    """Return a parameter as it is read on a day; `domains` are those of the day and of its keys."""
    title = LocalizedText(
        f"{parameter.title.zh}（按{day_title.zh}）",
        f"{parameter.title.en} (by {day_title.en.lower()})",
    )
    reading = Parameter(
        name=f"{parameter.name}[{day.name}]",
        type=parameter.type,
        title=title,
        rows=(),
        by=(day, *parameter.by),
        open=parameter.open,
        reading=DayReading(parameter.name, tuple(domains)),
    )
    return with_rows_of(reading, parameter)


def with_rows_of(reading: Parameter, parameter: Parameter) -> Parameter:
    """Return the reading of a parameter with the rows that the parameter has now."""
    if reading.reading is None:
        raise TypeError(f"`{reading.name}` is not read on another day")
    table = _table(parameter.rows, reading.reading.domains)
    whole = Row(None, None, table, Provenance())
    return attrs.evolve(reading, rows=(whole,), type=parameter.type, open=parameter.open)


def _table(rows: Sequence[Row], domains: tuple[KeyDomain, ...]) -> RowTable:
    """Return the table by a day and by the keys of the parameter.

    The rows are in order, so that the `else` of a content comes after its other rows.
    """
    names = ("day", *(f"key_{number}" for number in range(1, len(domains))))
    of_days = tuple(
        TableRow((_days(row), *cells), content)
        for row in rows
        for cells, content in _rows_of(row.content, len(domains) - 1)
    )
    table = RowTable(names, domains, of_days, is_ordered=True)
    if table.is_well_formed:
        return table
    return attrs.evolve(table, default=NO_ROW_OF_DAY)


def _days(row: Row) -> Band:
    return Band(
        None if row.from_ is None else (row.from_.toordinal(), False),
        None if row.to is None else (row.to.toordinal(), True),
    )


def _rows_of(content: Content, keys: int) -> Iterator[tuple[tuple[KeyCell, ...], Cell]]:
    """Yield the rows of a content: the cells of its keys, and the content of the row."""
    match content:
        case Cell():
            yield (None,) * keys, content
        case Table(rows, none, default):
            yield from (((Choices((word,)),), cell) for word, cell in rows.items())
            if none is not None:
                yield (Choices((None,)),), none
            if default is not None:
                yield (None,), default
        case RowTable():
            yield from ((row.keys, row.content) for row in content.rows)
            if content.default is not None:
                yield (None,) * keys, content.default


def readings_of(ruleset: CheckedRuleset, name: str) -> Iterator[Parameter]:
    """Yield the readings of a parameter on other days."""
    for parameter in ruleset.parameters.values():
        if parameter.reading is not None and parameter.reading.parameter == name:
            yield parameter


def is_reading(reference: ParameterRef) -> bool:
    """Return whether a reference reads a parameter on another day."""
    return reference.name.endswith("]")


def parameter_read(name: str) -> str:
    """Return the name of the parameter that the ruleset declares: without the day of a reading.

    >>> parameter_read("subsidy[hires.hired_on]"), parameter_read("subsidy")
    ('subsidy', 'subsidy')
    """
    return name.partition("[")[0]


def is_in_force(row: Row, day: Possible) -> bool:
    """Return whether a row may be in force on a day."""
    figures = day.figures
    if not isinstance(figures, Interval):
        return False
    return (
        row.from_ is None or figures.high is None or row.from_.toordinal() <= figures.high
    ) and (row.to is None or figures.low is None or figures.low <= row.to.toordinal())


def days_without_row(parameter: Parameter, low: int, high: int) -> tuple[int, int] | None:
    """Return the first span of days, from one to another, on which no row is in force.

    None if a row is in force on each day of the range.

    >>> from datetime import date
    >>> from policyrules.ir.types import Kind, Type
    >>> first = Row(date(2023, 1, 1), None, Cell("stated"), Provenance())
    >>> rate = Parameter("rate", Type(Kind.RATIO), LocalizedText("", ""), (first,))
    >>> span = days_without_row(rate, date(2022, 7, 1).toordinal(), date(2024, 1, 1).toordinal())
    >>> [str(date.fromordinal(day)) for day in span]
    ['2022-07-01', '2022-12-31']
    """
    begin = low
    spans = (
        (row.from_.toordinal() if row.from_ else low, row.to.toordinal() if row.to else high)
        for row in parameter.rows
    )
    for first, last in sorted(spans):
        if first > begin:
            break
        begin = max(begin, last + 1)
        if begin > high:
            return None
    following = [row.from_.toordinal() for row in parameter.rows if row.from_]
    return begin, min((first - 1 for first in following if first > begin), default=high)
