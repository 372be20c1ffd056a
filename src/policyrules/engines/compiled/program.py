"""The Python source of a ruleset on a day, compiled: its functions, and what they work with.

`plain` answers in whole numbers where all that matters is known, and `evaluated` every case with
ranges. The source is made of the checked IR alone; see `writing`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import partial
from math import gcd, lcm
from typing import Any, Final

import attrs

from policyrules.engines.compiled.emitter import Lines, Names
from policyrules.engines.compiled.fast_path import write_plain
from policyrules.engines.compiled.ranges import write_ranges
from policyrules.evaluation import terms as exact
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.lists import (
    ItemEvaluator,
    ItemScope,
    ListView,
    counted,
    quantified,
    summed,
    view_list,
)
from policyrules.evaluation.result import Evaluation, ItemEvaluation
from policyrules.evaluation.rounding_conflicts import refuse_contradictions
from policyrules.evaluation.situation import Situation, settled, unknown
from policyrules.evaluation.terms import Stated
from policyrules.ir.nodes import Expression, ListRef
from policyrules.ir.traverse import list_of
from policyrules.values import kleene, possible
from policyrules.values.calendar import containing, whole_months, whole_years
from policyrules.values.kleene import Verdict
from policyrules.values.possible import Possible

NAME = "compiled"

Plain = tuple[bool, tuple[bool | None, ...], Any, Any, Any, Any]
"""Eligible or not, the truth of every condition, then the amount and the unrounded one.

Each is a whole number and the one above zero that it is over; a `Possible` in the place of the
first says that none is stated.
"""

_HEADER: Final = '''"""The rules of one ruleset as Python.

`ROWS_IN_FORCE` has the row of each parameter with several, counted from 0. `facts` and `declared`
are the declarations of facts and of values, `stated` is what each parameter states, `nodes` are the
tests and what looks into lists; all other names that are not defined here are those of
`policyrules.values` and `policyrules.ir`.
"""'''


@attrs.frozen
class Program:
    """The compiled functions of a ruleset, for all days on which the same rows are in force."""

    source: str
    plain: Callable[[Situation], Plain | None]
    evaluated: Callable[
        [DatedRuleset, Situation, Mapping[str, Possible]], tuple[Evaluation, Mapping[str, Stated]]
    ]


def rows_in_force(dated: DatedRuleset) -> tuple[int, ...]:
    """Which row of each parameter is in force: what alone a program hangs on."""
    parameters = dated.ruleset.parameters
    return tuple(parameters[name].rows.index(row) for name, row in dated.rows.items())


def source_of(dated: DatedRuleset) -> str:
    """The Python source of a ruleset on a day; the same for the same ruleset and rows."""
    return _written(dated)[0]


def program_of(dated: DatedRuleset) -> Program:
    """The program of a ruleset on a day."""
    source, nodes = _written(dated)
    file = f"policyrules/{ascii(dated.ruleset.id)[1:-1]}.py"
    namespace = {
        **_WORKED_WITH,
        "__name__": "policyrules.compiled",
        "__loader__": _Loader(source),
        "declared": dated.ruleset.every_value,
        "facts": dated.ruleset.facts,
        "stated": dated.stated,
        "nodes": tuple(nodes),
    }
    exec(compile(source, file, "exec"), namespace)  # noqa: S102 - written here, of the checked IR
    return Program(source, namespace["plain"], namespace["evaluated"])


def _written(dated: DatedRuleset) -> tuple[str, list[Expression | ListRef]]:
    nodes = list[Expression | ListRef]()
    header = Lines(Names())
    header.put(f"RULESET = {dated.ruleset.id!r}")
    parameters = dated.ruleset.parameters
    rows = [
        f"{name!r}: {row}"
        for (name, parameter), row in zip(parameters.items(), rows_in_force(dated), strict=True)
        if len(parameter.rows) > 1
    ]
    header.call("ROWS_IN_FORCE = {", rows, "}")
    functions = [*write_plain(dated, header), *write_ranges(dated, header, nodes)]
    parts = [[_HEADER], header.lines, *functions]
    return "\n\n\n".join("\n".join(part) for part in parts if part) + "\n", nodes


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
    return containing("calendar_year", int(day))


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


class _Item:
    """An item of a list, as the functions of the source look at it.

    Its rules are evaluated when a value or the result of it is asked for.

    What looks at nothing but the facts of items may come before the values of the case that the
    rules of items read.
    """

    def __init__(
        self,
        rules: Callable[..., ItemEvaluation],
        dated: DatedRuleset,
        seen: ItemScope,
        outer: Callable[[str], Possible],
    ) -> None:
        self.rules = rules
        self.dated = dated
        self.seen = seen
        self.outer = outer
        self.values: dict[str, Possible] = {}
        self.result: ItemEvaluation | None = None

    @property
    def key(self) -> str | None:
        return self.seen.key

    @property
    def situation(self) -> Situation:
        return self.seen.situation

    def evaluated(self) -> ItemEvaluation:
        if self.result is None:
            self.result = self.rules(self.dated, self.seen, self.outer, self.values)
        return self.result

    def value(self, name: str) -> Possible:
        if name not in self.values:
            if name not in self.dated.ruleset.block_of:
                return self.outer(name)
            self.evaluated()
        return self.values[name]

    def own(self) -> Verdict:
        eligible = self.evaluated().eligible
        if eligible is None:
            raise TypeError("nothing says when an item is eligible")
        return eligible


def _looked_at(
    dated: DatedRuleset,
    situation: Situation,
    name: str,
    rules: Callable[..., ItemEvaluation],
    outer: Callable[[str], Possible],
) -> ListView[_Item]:
    """The items of a list for which the ruleset has a block."""
    block = dated.ruleset.blocks[name]
    scopes = view_list(dated.ruleset, situation, list_of(block), block.each)
    return scopes.map(lambda scope: _Item(rules, dated, scope, outer))


def _looks(
    view: ListView[ItemScope] | ListView[_Item],
    test: Callable[[Any], Verdict] | None,
    term: Callable[[Any], Possible] | None = None,
) -> ListView[ItemEvaluator]:
    """The entries of a list, looked at by functions of the source."""

    def evaluator(item: Any) -> ItemEvaluator:
        return ItemEvaluator(
            item.key or "", partial(_called, test, item), partial(_called, term, item)
        )

    return view.map(evaluator)


def _called(function: Callable[[Any], Any] | None, entry: object, _node: object) -> Any:
    if function is None:
        raise TypeError("nothing of an entry is looked at here")
    return function(entry)


_WORKED_WITH: Final[Mapping[str, Any]] = {
    **{
        name: getattr(possible, name)
        for name in (
            *("Possible", "add", "apart", "divide", "extreme", "monotone", "multiply", "negate"),
            *("number", "rounded", "subtract", "word"),
        )
    },
    **{
        name: getattr(kleene, name)
        for name in (
            *("all_of", "any_of", "as_possible", "at_least", "compare", "excepted", "is_absent"),
            *("is_true", "member_of", "none_of", "not_", "within"),
        )
    },
    **{
        name: getattr(exact, name)
        for name in ("Stated", "cell_by", "stated_value", "text_in_force")
    },
    "ABSENT": _Absent(),
    "Evaluation": Evaluation,
    "Fraction": Fraction,
    "ItemEvaluation": ItemEvaluation,
    "NAME": NAME,
    "calendar_year": _calendar_year,
    "evaluated_item": _Item.evaluated,
    "half_even": _half_even,
    "counted": counted,
    "view_list": view_list,
    "looked_at": _looked_at,
    "looks": _looks,
    "quantified": quantified,
    "summed": summed,
    "plus": _plus,
    "reduced": _reduced,
    "refuse_contradictions": refuse_contradictions,
    "settled": settled,
    "unknown": unknown,
    "whole_months": _whole_months,
    "whole_years": _whole_years,
}
