"""Generate the Python source of a ruleset on a day, and compile it.

The source is generated from the checked IR alone. Its functions compute with whole numbers and
truths, and return None for a case that needs intervals.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Final

import attrs

from policyrules.engines.compiled.emitter import Emitter, NameAllocator
from policyrules.engines.compiled.fast_path import generate_functions
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.situation import Situation
from policyrules.ir.tables import RowTable
from policyrules.values.calendar import (
    add_units,
    is_in_calendar,
    whole_months,
    whole_years,
)
from policyrules.values.calendar_parts import part_of_figure
from policyrules.values.possible import Possible
from policyrules.values.working_days import exact_next, exact_number, exact_shift

NAME = "compiled"

FastResult = tuple[Any, ...]
"""Eligible or not, the truth of every condition, then four figures for each amount, if eligible.

The four are the numerator and the denominator of the amount, then those of the amount before
rounding. A `Possible` as the first says that the text states no figure.
"""

_MODULE_DOCSTRING: Final = '''"""The rules of one ruleset as Python.

`ROWS_IN_FORCE` maps each parameter of several rows to its active row, counted from 0. `stated` maps
each parameter to what its active row states; `working_days` is the calendar. The other names that
are not defined here are functions for whole numbers and days, `ABSENT`, which is a known absence,
and `Possible`, which is the type of a figure that the text does not state.
"""'''


@attrs.frozen
class Program:
    """The compiled functions of a ruleset, for all days with the same active rows."""

    source: str
    exact: Callable[[Situation], FastResult | None]


def active_rows(dated: DatedRuleset) -> tuple[int, ...]:
    """Return the active row index of each parameter: the cache key of a compiled program."""
    parameters = dated.ruleset.parameters
    return tuple(parameters[name].rows.index(row) for name, row in dated.rows.items())


def generate_source(dated: DatedRuleset) -> str:
    """Return the Python source of a ruleset on a day. It depends on the active rows alone."""
    header = Emitter(NameAllocator())
    header.emit(f"RULESET = {dated.ruleset.id!r}")
    parameters = dated.ruleset.parameters
    rows = [
        f"{name!r}: {row}"
        for (name, parameter), row in zip(parameters.items(), active_rows(dated), strict=True)
        if len(parameter.rows) > 1
    ]
    header.emit_wrapped("ROWS_IN_FORCE = {", rows, "}")
    functions = generate_functions(dated, header)
    parts = [[_MODULE_DOCSTRING], header.lines, *functions]
    return "\n\n\n".join("\n".join(part) for part in parts if part) + "\n"


def compile_program(dated: DatedRuleset) -> Program:
    """Compile the program of a ruleset on a day."""
    source = generate_source(dated)
    file = f"policyrules/{ascii(dated.ruleset.id)[1:-1]}.py"
    namespace = {
        **_RUNTIME,
        "__name__": "policyrules.compiled",
        "__loader__": _SourceLoader(source),
        "stated": dated.parameter_values,
        "working_days": None if dated.ruleset.calendar is None else dated.ruleset.calendar.days,
    }
    exec(compile(source, file, "exec"), namespace)  # noqa: S102 - written here, of the checked IR
    return Program(source, namespace["exact"])


class _SourceLoader:
    """Provide the source for tracebacks."""

    def __init__(self, source: str) -> None:
        self._source = source

    def get_source(self, _name: str) -> str:
        """Return the source; `linecache` calls this."""
        return self._source


class _Absent:
    """The type of a known absence, which equals no word."""

    def __repr__(self) -> str:
        return "ABSENT"


def _part_of_figure(part: str, kind: str, figure: int | Fraction) -> int:
    return part_of_figure(part, kind, int(figure))


def _add_units(kind: str, unit: str, figure: int | Fraction, count: int) -> int | None:
    result = add_units(kind, unit, int(figure), count)
    return result if is_in_calendar(kind, result) else None


def _whole_days(start: int | Fraction, end: int | Fraction) -> int:
    return int(end) - int(start)


def _whole_years(start: int | Fraction, end: int | Fraction) -> int:
    return whole_years(int(start), int(end))


def _whole_months(start: int | Fraction, end: int | Fraction) -> int:
    return whole_months(int(start), int(end))


def _half_even(numerator: int, denominator: int) -> int:
    low, remainder = divmod(numerator, denominator)
    return low + (2 * remainder > denominator or (2 * remainder == denominator and low % 2 == 1))


def _add_fractions(
    numerator: int, denominator: int, other_numerator: int, other_denominator: int
) -> tuple[int, int]:
    if denominator == other_denominator:
        return numerator + other_numerator, denominator
    common = lcm(denominator, other_denominator)
    scaled = numerator * (common // denominator)
    return scaled + other_numerator * (common // other_denominator), common


def _reduced(numerator: Any, denominator: int) -> tuple[Any, int]:
    """Return a fraction in its lowest terms, and anything else unchanged."""
    if type(numerator) is not int:
        return numerator, denominator
    common = gcd(numerator, denominator)
    return numerator // common, denominator // common


_ABSENT: Final = _Absent()


def _row_of(table: RowTable, keys: tuple[Any, ...]) -> int:
    """Return the row of known keys."""
    return table.row_of([None if key is _ABSENT else key for key in keys])


_RUNTIME: Final[Mapping[str, Any]] = {
    "ABSENT": _ABSENT,
    "Fraction": Fraction,
    "Possible": Possible,
    "add_units": _add_units,
    "add_working_days": exact_shift,
    "between_working_days": exact_number,
    "next_working_days": exact_next,
    "half_even": _half_even,
    "part_of_figure": _part_of_figure,
    "plus": _add_fractions,
    "reduced": _reduced,
    "row_of": _row_of,
    "whole_days": _whole_days,
    "whole_months": _whole_months,
    "whole_years": _whole_years,
}
