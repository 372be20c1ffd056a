"""Bounds of enclosing rulesets: cut to the time in force, merged without duplicates."""

from datetime import date
from typing import Final

import pytest

from policyrules.check.bounds import merge_bounds, restrict_to_validity
from policyrules.check.state import ParameterBound
from policyrules.ir.ruleset import Parameter, Period, Provenance, Row
from policyrules.ir.tables import Cell
from policyrules.ir.types import Kind, Type
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span

YEAR: Final = (date(2022, 1, 1), date(2022, 12, 31))
Days = tuple[date | None, date | None]


def bound(jurisdiction: str, line: int, *periods: Days) -> ParameterBound:
    ground = Provenance(source="law")
    rows = tuple(Row(from_, to, Cell("stated", 1, 1), ground) for from_, to in periods)
    parameter = Parameter("cap", Type(Kind.COUNT), LocalizedText("上限", "Cap"), rows)
    return ParameterBound(jurisdiction, parameter, Span(jurisdiction, line, 1, line, 2))


@pytest.mark.parametrize(
    "rows, force, expected",
    [
        ([(None, None)], YEAR, [YEAR]),
        ([YEAR], (None, None), [YEAR]),
        ([(date(2021, 5, 1), date(2022, 3, 31))], YEAR, [(YEAR[0], date(2022, 3, 31))]),
        ([(date(2022, 5, 1), date(2023, 3, 31))], YEAR, [(date(2022, 5, 1), YEAR[1])]),
        ([(date(2021, 1, 1), YEAR[0])], YEAR, [(YEAR[0], YEAR[0])]),
        ([(YEAR[1], date(2023, 1, 1))], YEAR, [(YEAR[1], YEAR[1])]),
        ([(None, date(2021, 12, 31)), (date(2023, 1, 1), None)], YEAR, []),
    ],
    ids=[
        "rows without ends take those of the ruleset",
        "a ruleset without ends leaves the rows",
        "a row that begins earlier begins with the ruleset",
        "a row that ends later ends with the ruleset",
        "a row that ends on the first day stays for that day",
        "a row that begins on the last day stays for that day",
        "rows before and after the ruleset fall away",
    ],
)
def test_rows_are_cut_to_the_time_in_force(
    rows: list[Days], force: Days, expected: list[Days]
) -> None:
    period = Period(*force, Provenance(source="law"))
    (restricted,) = restrict_to_validity({"cap": {"cn": bound("cn", 1, *rows)}}, period)["cap"]
    assert [(row.from_, row.to) for row in restricted.parameter.rows] == expected
    assert restricted.jurisdiction == "cn"


def test_bounds_of_several_rulesets_are_merged_by_name_and_place() -> None:
    nation, later, region = bound("cn", 1, YEAR), bound("cn", 2, YEAR), bound("cn-nm", 1, YEAR)
    assert merge_bounds(
        [{"cap": (nation, region)}, {"cap": (nation, later), "floor": (region,)}]
    ) == {
        "cap": (nation, region, later),
        "floor": (region,),
    }
    assert merge_bounds([]) == {}
