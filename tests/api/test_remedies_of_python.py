"""Mistaken Python calls: the error names the call that was probably intended."""

from __future__ import annotations

import dataclasses
import re
import sqlite3
from collections import namedtuple
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

import attrs
import pytest
from tests.engines.compiled.sample_policies import hiring
from tests.support.shipped import shipped

import policyrules
from policyrules import FactsError, LocalizedText
from policyrules.intake.fact_readers import reader_of
from policyrules.intake.problems import InvalidFact
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind, Type
from policyrules.values.calendar import read_figure

ON: Final = date(2022, 11, 25)
POLICY: Final = shipped("cn-nm/job-stabilisation-refund")
DATED: Final = POLICY.on(ON)


@dataclasses.dataclass
class Record:
    employer: dict[str, object]


@attrs.define
class Firm:
    employer: dict[str, object]


Pair = namedtuple("Pair", "employer")  # noqa: PYI024 - as callers write it


class Model:
    """As a model of pydantic."""

    def model_dump(self) -> dict[str, object]:
        return {"employer": {"laid_off": 6}}


class Series:
    """As a series of pandas."""

    def to_dict(self) -> dict[str, object]:
        return {"employer": {"laid_off": 6}}


def row() -> sqlite3.Row:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    record: sqlite3.Row = connection.execute('select 6 as "employer.laid_off"').fetchone()
    connection.close()
    return record


GIVEN: Final[dict[str, tuple[Callable[[], Any], str, Callable[[Any], Any]]]] = {
    "dataclass": (lambda: Record({"laid_off": 6}), "`dataclasses.asdict(…)`", dataclasses.asdict),
    "attrs": (lambda: Firm({"laid_off": 6}), "`attrs.asdict(…)`", attrs.asdict),
    "namedtuple": (lambda: Pair({"laid_off": 6}), "`._asdict()`", lambda pair: pair._asdict()),
    "model": (Model, "`.model_dump()`", lambda model: model.model_dump()),
    "series": (Series, "`.to_dict()`", lambda series: series.to_dict()),
    "row": (row, "`dict(…)`", dict),
    "text": (
        lambda: '{"employer": {"laid_off": 6}}',
        "`policyrules.read_facts(…)`",
        policyrules.read_facts,
    ),
    "bytes": (
        lambda: b'{"employer": {"laid_off": 6}}',
        "`policyrules.read_facts(…)`",
        policyrules.read_facts,
    ),
}


@pytest.mark.parametrize("name", GIVEN)
def test_facts_that_are_no_mapping_are_told_the_call_that_makes_one(name: str) -> None:
    make, remedy, mend = GIVEN[name]
    with pytest.raises(FactsError) as error:
        DATED.decide(make())
    problem = error.value.problems[0]
    assert problem.message == "the facts are not a mapping"
    assert remedy in problem.remedy
    assert problem.found != "a list"
    assert DATED.decide(mend(make())).receipt.facts == {"employer.laid_off": "6"}


@pytest.mark.parametrize(
    "given, remedy",
    [
        (Path("firm.json"), "`policyrules.read_facts(path.read_bytes())`"),
        ("firm.yaml", "`policyrules.read_facts(Path(…).read_bytes())`"),
        ([{"employer": {"laid_off": 6}}], "`decide_many`"),
        (6, ""),
        (Record, ""),
    ],
)
def test_other_things_in_place_of_facts(given: Any, remedy: str) -> None:
    with pytest.raises(FactsError) as error:
        DATED.decide(given)
    assert remedy in error.value.problems[0].remedy
    assert bool(remedy) == bool(error.value.problems[0].remedy)


@pytest.mark.parametrize("name", ["decide", "decide_many", "python_source"])
def test_a_policy_without_a_day_says_that_it_needs_one(name: str) -> None:
    with pytest.raises(AttributeError, match=r"a policy decides on a day: `\.on\(date\)"):
        getattr(POLICY, name)
    with pytest.raises(AttributeError, match="has no `other`"):
        getattr(POLICY, "other")  # noqa: B009 - a type checker knows that there is none


@pytest.mark.parametrize("name", ["eligible", "ineligible", "undetermined", "is_eligible"])
def test_a_status_is_no_attribute(name: str) -> None:
    decision = DATED.decide({})
    status = name.removeprefix("is_")
    with pytest.raises(AttributeError, match=rf"compare `\.status == '{status}'`"):
        getattr(decision, name)
    item = hiring().on(ON).decide({"hires": [{"id": "a"}]}).items["hires"]["a"]
    with pytest.raises(AttributeError, match=rf"compare `\.status == '{status}'`"):
        getattr(item, name)
    assert not hasattr(item, "other")


def test_one_case_is_not_many() -> None:
    with pytest.raises(TypeError, match=r"for one case use `decide`, or give `\[facts\]`"):
        DATED.decide_many({"employer.laid_off": 6})  # type: ignore[dict-item]
    with pytest.raises(TypeError, match="not an `int`"):
        DATED.decide_many(6)  # type: ignore[arg-type]


def test_an_engine_that_does_not_exist() -> None:
    words = "there is no engine `fast`: `forward`, `reference` or `compiled`"
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        DATED.decide({}, engine="fast")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="the engine `reference` has no kernels"):
        DATED.decide({}, engine="reference", kernel="fixpoint")


def problem(facts: dict[str, Any], policy: policyrules.Policy = POLICY) -> policyrules.FactProblem:
    with pytest.raises(FactsError) as error:
        policy.on(ON).decide(facts)
    return error.value.problems[0]


def test_the_article_fits_the_key() -> None:
    refusal = problem({"hires": [{}]}, hiring())
    assert "give each an `id` of its own" in refusal.remedy


@pytest.mark.parametrize("given", [0, 1])
def test_a_number_for_a_yes_or_no_is_told_the_answer(given: int) -> None:
    assert problem({"employer.zombie_listed": given}).remedy == f"write `{bool(given)}`"


@pytest.mark.parametrize("kind, text", [(Kind.MONTH, "2022-09"), (Kind.CALENDAR_YEAR, "2022")])
def test_a_day_for_a_month_or_a_year_is_told_its_own(kind: Kind, text: str) -> None:
    figures = [read_figure(kind, end) for end in ("2000-01"[: len(text)], "2099-12"[: len(text)])]
    fact = Fact(
        "a.b",
        Type(kind),
        LocalizedText("", ""),
        LocalizedText("", ""),
        low=figures[0],
        high=figures[1],
    )
    with pytest.raises(InvalidFact) as wrong:
        reader_of(fact)(date(2022, 9, 1))
    assert wrong.value.problem.remedy == f"write it as a text: `{text}`"
    assert reader_of(fact)(text).figure == read_figure(kind, text)


def test_a_tuple_with_names_is_not_called_a_list() -> None:
    assert problem({"employer": Pair(1)}).found == "a value of the Python type `Pair`"


def test_a_policy_on_a_day_is_also_had_on_another() -> None:
    policy = policyrules.load("cn-nm/job-stabilisation-refund")
    dated = policy.on("2022-11-25")
    assert dated.day == date(2022, 11, 25)
    assert dated.on(date(2022, 6, 1)).day == date(2022, 6, 1)
    assert dated.on("2022-06-01") == policy.on(date(2022, 6, 1))


@pytest.mark.parametrize(
    "text, remedy",
    [
        ("20221125", ": write `2022-11-25`"),
        ("25.11.2022", ": write `2022-11-25`"),
        ("2022年11月25日", ": write `2022-11-25`"),
        ("3/2/2022", ""),
        ("today", ""),
    ],
)
def test_a_day_that_is_written_otherwise_is_answered_with_the_day(text: str, remedy: str) -> None:
    policy = policyrules.load("cn-nm/job-stabilisation-refund")
    message = f"the day is written YYYY-MM-DD, not `{ascii(text)[1:-1]}`{remedy}"
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        policy.on(text)
