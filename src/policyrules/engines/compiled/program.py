"""Generate the Python source of a ruleset on a day, and compile it.

The source is made of the checked IR alone; `emitter` says how. Its functions compute with whole
numbers and truths, and return None where a case takes ranges to decide: no function computes those.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from math import gcd, lcm
from typing import Any, Final

import attrs

from policyrules.engines.compiled.emitter import Lines, Names
from policyrules.engines.compiled.fast_path import write_plain
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.situation import Situation
from policyrules.values.calendar import truncate, whole_months, whole_years
from policyrules.values.possible import Possible

NAME = "compiled"

Plain = tuple[bool, tuple[bool | None, ...], Any, Any, Any, Any]
"""Eligible or not, the truth of every condition, then the amount and the unrounded one.

Each is a whole number and the one above zero that it is over; a `Possible` in the place of the
first says that none is stated.
"""

_HEADER: Final = '''"""The rules of one ruleset as Python.

`ROWS_IN_FORCE` has the row of each parameter with several, counted from 0. `stated` maps each
parameter to what it states; the other names that are not defined here are functions for whole
numbers and for days, `ABSENT` for a known absence, and `Possible` for what no text states.
"""'''


@attrs.frozen
class Program:
    """The compiled functions of a ruleset, for all days on which the same rows are in force."""

    source: str
    plain: Callable[[Situation], Plain | None]


def rows_in_force(dated: DatedRuleset) -> tuple[int, ...]:
    """Which row of each parameter is in force: what alone a program hangs on."""
    parameters = dated.ruleset.parameters
    return tuple(parameters[name].rows.index(row) for name, row in dated.rows.items())


def source_of(dated: DatedRuleset) -> str:
    """The Python source of a ruleset on a day; the same for the same ruleset and rows."""
    header = Lines(Names())
    header.put(f"RULESET = {dated.ruleset.id!r}")
    parameters = dated.ruleset.parameters
    rows = [
        f"{name!r}: {row}"
        for (name, parameter), row in zip(parameters.items(), rows_in_force(dated), strict=True)
        if len(parameter.rows) > 1
    ]
    header.call("ROWS_IN_FORCE = {", rows, "}")
    functions = write_plain(dated, header)
    parts = [[_HEADER], header.lines, *functions]
    return "\n\n\n".join("\n".join(part) for part in parts if part) + "\n"


def program_of(dated: DatedRuleset) -> Program:
    """The program of a ruleset on a day."""
    source = source_of(dated)
    file = f"policyrules/{ascii(dated.ruleset.id)[1:-1]}.py"
    namespace = {
        **_WORKED_WITH,
        "__name__": "policyrules.compiled",
        "__loader__": _Loader(source),
        "stated": dated.stated,
    }
    exec(compile(source, file, "exec"), namespace)  # noqa: S102 - written here, of the checked IR
    return Program(source, namespace["plain"])


class _Loader:
    """Shows the source in tracebacks."""

    def __init__(self, source: str) -> None:
        self._source = source

    def get_source(self, _name: str) -> str:
        """The source; asked for by `linecache`."""
        return self._source


class _Absent:
    """A known absence; it is equal to no word."""

    def __repr__(self) -> str:
        return "ABSENT"


def _calendar_year(day: int | Fraction) -> int:
    return truncate("calendar_year", int(day))


def _whole_years(start: int | Fraction, end: int | Fraction) -> int:
    return whole_years(int(start), int(end))


def _whole_months(start: int | Fraction, end: int | Fraction) -> int:
    return whole_months(int(start), int(end))


def _half_even(over: int, under: int) -> int:
    low, rest = divmod(over, under)
    return low + (2 * rest > under or (2 * rest == under and low % 2 == 1))


def _plus(over: int, under: int, other_over: int, other_under: int) -> tuple[int, int]:
    if under == other_under:
        return over + other_over, under
    common = lcm(under, other_under)
    return over * (common // under) + other_over * (common // other_under), common


def _reduced(over: Any, under: int) -> tuple[Any, int]:
    """A fraction in its lowest terms; what is no figure as it is."""
    if type(over) is not int:
        return over, under
    common = gcd(over, under)
    return over // common, under // common


_WORKED_WITH: Final[Mapping[str, Any]] = {
    "ABSENT": _Absent(),
    "Possible": Possible,
    "calendar_year": _calendar_year,
    "half_even": _half_even,
    "plus": _plus,
    "reduced": _reduced,
    "whole_months": _whole_months,
    "whole_years": _whole_years,
}
