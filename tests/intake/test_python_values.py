"""Values of numpy, pandas and subclasses: read by their value, or refused with a clear error."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum, StrEnum
from typing import Any

import numpy as np
import pandas as pd
import pytest
from tests.support.firm import office_ruleset

from policyrules.errors import FactProblem, FactsError
from policyrules.evaluation.situation import KnownFact
from policyrules.intake import Intake

RULESET = office_ruleset()
INTAKE = Intake(RULESET)
RATE, LISTED, KIND = "employer.layoff_rate", "employer.dishonesty_listed", "employer.kind"
MONTHS, PREMIUM = "employer.full_paid_months", "employer.premium_paid"
OPENED, MONTH, YEAR = "office.opened_on", "office.first_month", "office.base_year"
SECTOR, TRADES = "office.sector", "office.trades"
NULL = "leave the fact out, or write `null`, if it is unknown"


class Day(date):
    """A subclass, as other packages have them."""


class Months(IntEnum):
    TWELVE = 12


class Kinds(StrEnum):
    LAW_FIRM = "law_firm"


class OtherEnum(Enum):
    LAW_FIRM = 1


def read(fact: str, value: object) -> KnownFact | FactProblem:
    try:
        return INTAKE.read({fact: value}).known[fact]
    except FactsError as error:
        (problem,) = error.problems
        return problem


@pytest.mark.parametrize(
    "fact, value, plain",
    [
        (LISTED, np.bool_(True), True),
        (LISTED, np.bool_(False), False),
        (LISTED, pd.Series([True])[0], True),
        (MONTHS, np.int64(12), 12),
        (MONTHS, np.uint8(12), 12),
        (MONTHS, pd.Series([12])[0], 12),
        (MONTHS, Months.TWELVE, 12),
        (PREMIUM, np.int32(500), 500),
        (RATE, np.int64(1), 1),
        (YEAR, np.int64(2022), 2022),
        (KIND, np.str_("law firm"), "law_firm"),
        (KIND, Kinds.LAW_FIRM, "law_firm"),
        (SECTOR, np.str_("渔业"), "渔业"),
        (OPENED, np.datetime64("2022-11-25"), "2022-11-25"),
        (OPENED, np.datetime64("2022-11-25T00:00:00"), "2022-11-25"),
        (OPENED, np.datetime64("2022-11-25", "ns"), "2022-11-25"),
        (OPENED, pd.Timestamp("2022-11-25"), "2022-11-25"),
        (OPENED, datetime(2022, 11, 25), "2022-11-25"),  # noqa: DTZ001
        (OPENED, Day(2022, 11, 25), "2022-11-25"),
        (MONTH, np.datetime64("2022-09"), "2022-09"),
        (TRADES, [np.str_("retail"), Kinds.LAW_FIRM], ["retail", "law_firm"]),
    ],
    ids=lambda value: f"{type(value).__name__} {value}",
)
def test_a_value_of_another_package_is_read_as_the_plain_one(
    fact: str, value: object, plain: object
) -> None:
    known = read(fact, value)
    assert known == read(fact, plain)
    assert isinstance(known, KnownFact)
    figures = known.figure if isinstance(known.figure, tuple) else (known.figure,)
    # What is kept is plain: a receipt must not depend on numpy.
    assert {type(figure) for figure in figures} <= {bool, int, str}


@pytest.mark.parametrize(
    "fact, value, expected",
    [
        (
            PREMIUM,
            np.float64(43210.55),
            "not-exact | `43210.55` | write Decimal('43210.55') or '43210.55'",
        ),
        (
            PREMIUM,
            np.float32(43210.55),
            "not-exact | `43210.55` | write Decimal('43210.55') or '43210.55'",
        ),
        (RATE, np.float64(0.055), "not-exact | `0.055` | write Decimal('0.055') or '5.5%'"),
        (PREMIUM, np.float64("nan"), f"wrong-type | `nan` | {NULL}"),
        (MONTHS, np.bool_(True), "wrong-type | `true` | a yes or a no is not a number"),
        (MONTHS, pd.NA, f"wrong-type | a value of the Python type `NAType` | {NULL}"),
        (LISTED, float("nan"), f"wrong-type | `nan` | {NULL}"),
        (LISTED, pd.NA, f"wrong-type | a value of the Python type `NAType` | {NULL}"),
        (LISTED, np.int64(1), "wrong-type | `1` | write `True`"),
        (KIND, float("nan"), f"wrong-type | `nan` | {NULL}"),
        (KIND, None.__class__, "wrong-type | a value of the Python type `type` | "),
        (KIND, OtherEnum.LAW_FIRM, "wrong-type | a value of the Python type `OtherEnum` | "),
        (
            SECTOR,
            np.datetime64("2022-11-25"),
            "wrong-type | a value of the Python type `datetime64` | ",
        ),
        (OPENED, pd.NaT, f"wrong-type | a value of the Python type `NaTType` | {NULL}"),
        (
            OPENED,
            np.datetime64("NaT", "ns"),
            f"wrong-type | `NaT` | {NULL}",
        ),
        (OPENED, float("nan"), f"wrong-type | `nan` | {NULL}"),
        (
            OPENED,
            pd.Timestamp("2022-11-25 08:00"),
            "wrong-type | a value of the Python type `Timestamp` | give the day alone: `.date()`",
        ),
        (
            OPENED,
            pd.Timestamp("2022-11-25") + pd.Timedelta(1, "ns"),
            "wrong-type | a value of the Python type `Timestamp` | give the day alone: `.date()`",
        ),
        (
            OPENED,
            datetime(2022, 11, 25, tzinfo=UTC),
            "wrong-type | a value of the Python type `datetime` | give the day alone: `.date()`",
        ),
        (
            OPENED,
            np.datetime64("2022-11-25T08:00"),
            "wrong-type | `2022-11-25T08:00` | give the day alone, without a time",
        ),
        (OPENED, timedelta(1), "wrong-type | a value of the Python type `timedelta` | "),
        (
            MONTH,
            Day(2022, 9, 1),
            "wrong-type | a value of the Python type `date` | write it as a text: `2022-09`",
        ),
        (
            TRADES,
            np.array(["retail"]),
            "wrong-type | a value of the Python type `ndarray` | give a list: `.tolist()`",
        ),
        (
            TRADES,
            pd.Series(["retail"]),
            "wrong-type | a value of the Python type `Series` | give a list: `.tolist()`",
        ),
    ],
    ids=lambda value: f"{type(value).__name__}",
)
def test_a_value_of_another_package_is_refused_in_the_right_words(
    fact: str, value: object, expected: str
) -> None:
    problem = read(fact, value)
    assert isinstance(problem, FactProblem)
    assert f"{problem.code} | {problem.found} | {problem.remedy}" == expected


@pytest.mark.parametrize("fact", RULESET.facts)
@pytest.mark.parametrize(
    "make",
    [
        lambda: float("nan"),
        lambda: pd.NaT,
        lambda: pd.NA,
        lambda: np.datetime64("NaT", "ns"),
        lambda: np.timedelta64("NaT", "ns"),
        lambda: np.float32("nan"),
        lambda: complex(1, 1),
        object,
        lambda: np.array([1, 2]),
        lambda: pd.DataFrame({"a": [1]}),
        lambda: range(3),
        lambda: b"\xff",
        lambda: memoryview(b"a"),
        lambda: lambda: 1,
    ],
)
def test_no_value_of_python_ends_in_a_traceback(fact: str, make: Callable[[], Any]) -> None:
    if fact.startswith("hires."):
        facts: dict[str, object] = {"hires": [{"id": "p1", fact.partition(".")[2]: make()}]}
    else:
        facts = {fact: make()}
    with pytest.raises(FactsError) as caught:
        INTAKE.read(facts)
    assert str(caught.value)
