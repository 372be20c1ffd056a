"""Arguments of other types: converted if that is certain, else one error with the right type."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from tests.support.shipped import shipped

import policyrules
from policyrules import testing
from policyrules.catalogue.store import shipped_folder

REFUND = "cn-nm/job-stabilisation-refund"
DAY = date(2022, 11, 25)
POLICY = shipped(REFUND)
RECEIPT = POLICY.on(DAY).decide({"employer.layoff_rate": "23%"}).receipt


class Day(date):
    """A subclass of `date`, as other libraries have."""


class Moment(datetime):
    """A subclass of `datetime`, as pandas has."""


# --- days ----------------------------------------------------------------------------------------


TAKES_A_DAY: dict[str, Callable[[Any], object]] = {
    "Policy.on": POLICY.on,
    "select": lambda day: policyrules.select("job-stabilisation-refund", "cn-nm", day),
    "load_for": lambda day: policyrules.load_for("job-stabilisation-refund", "cn-nm", day),
}


@pytest.mark.parametrize("take", TAKES_A_DAY.values(), ids=TAKES_A_DAY)
@pytest.mark.parametrize(
    "day",
    ["2022-11-25", datetime(2022, 11, 25), Day(2022, 11, 25), Moment(2022, 11, 25)],  # noqa: DTZ001
)
def test_a_day_is_taken_as_a_text_and_as_any_kind_of_date(
    take: Callable[[Any], object], day: object
) -> None:
    actual, wanted = take(day), take(DAY)
    if isinstance(actual, policyrules.DatedPolicy) and isinstance(wanted, policyrules.DatedPolicy):
        assert type(actual.day) is date
        assert actual.day == wanted.day
    elif isinstance(actual, policyrules.Policy) and isinstance(wanted, policyrules.Policy):
        assert actual.id == wanted.id
    else:
        assert actual == wanted


@pytest.mark.parametrize("take", TAKES_A_DAY.values(), ids=TAKES_A_DAY)
@pytest.mark.parametrize(
    "day, error, words",
    [
        (datetime(2022, 11, 25, 8), TypeError, "not a datetime with a time or a zone"),  # noqa: DTZ001
        (datetime(2022, 11, 25, tzinfo=UTC), TypeError, "in the time zone of the place"),
        (20221125, TypeError, "a text YYYY-MM-DD, not a value of the type `int`"),
        (None, TypeError, "a text YYYY-MM-DD, not None"),
        (b"2022-11-25", TypeError, "not a value of the type `bytes`"),
        ("2022/11/25", ValueError, "is written YYYY-MM-DD, not `2022/11/25`"),
        ("20221125", ValueError, "is written YYYY-MM-DD"),
        ("2022-11-31", ValueError, "the calendar has no day `2022-11-31`"),
        ("２０２２-11-25", ValueError, "is written YYYY-MM-DD"),
        ("", ValueError, "is written YYYY-MM-DD"),
    ],
)
def test_what_is_no_day_is_one_clear_error(
    take: Callable[[Any], object], day: object, error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=re.escape(words)):
        take(day)


# --- paths ---------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("kind", [str, Path])
def test_one_path_stands_for_itself_where_several_are_taken(kind: type) -> None:
    folder = shipped_folder() / "cn-nm-150100"
    file = folder / "retention-training-subsidy.yaml"
    assert policyrules.check_rulesets(kind(folder)) == policyrules.check_rulesets([folder])
    assert policyrules.check_rulesets(kind(file)) == policyrules.check_rulesets([file])
    assert policyrules.check_rulesets([str(file)]) == policyrules.check_rulesets([file])
    assert policyrules.run_cases(kind(file)).passed
    assert testing.coverage(kind(file)) == testing.coverage([file])
    picked = policyrules.select("retention-training-subsidy", "cn-nm", DAY, folders=kind(folder))
    assert picked.ruleset == "cn-nm/retention-training-subsidy"


def test_an_id_stands_for_itself_where_several_are_taken() -> None:
    assert policyrules.run_cases(REFUND, matching="律师事务所").passed


TAKES_PATHS: dict[str, Callable[[Any], object]] = {
    "check_rulesets": policyrules.check_rulesets,
    "run_cases": policyrules.run_cases,
    "coverage": testing.coverage,
    "run_mutation_tests": testing.run_mutation_tests,
    "folders": lambda paths: policyrules.select("x", "cn", DAY, folders=paths),
}


@pytest.mark.parametrize("take", TAKES_PATHS.values(), ids=TAKES_PATHS)
@pytest.mark.parametrize(
    "paths", [3, None, b"rulesets", {"rulesets": 1}, [3], [None], [b"rulesets"]]
)
def test_what_is_no_path_is_one_clear_error(take: Callable[[Any], object], paths: object) -> None:
    with pytest.raises(
        TypeError, match=r"is one path or several, not|is a text or a `pathlib.Path`"
    ):
        take(paths)


@pytest.mark.parametrize("wanted", [3, None, b"cn-nm", [REFUND], DAY])
def test_a_ruleset_is_named_by_a_text_or_a_path(wanted: Any) -> None:
    with pytest.raises(TypeError, match=r"a ruleset is a text or a `pathlib.Path`, not"):
        policyrules.load(wanted)


def test_names_that_are_no_texts_are_refused() -> None:
    anything: Any = 3
    with pytest.raises(TypeError, match="the policy is a text, not a value of the type `int`"):
        policyrules.select(anything, "cn-nm", DAY)
    with pytest.raises(TypeError, match="the jurisdiction is a text"):
        policyrules.select("job-stabilisation-refund", anything, DAY)
    with pytest.raises(TypeError, match="`matching` is a text"):
        policyrules.run_cases(matching=anything)
    with pytest.raises(TypeError, match=r"`texts` is a text or a `pathlib.Path`"):
        policyrules.check_rulesets(texts=anything)
    with pytest.raises(
        TypeError, match="unless it is `bytes`, is a text, not a value of the type `int`"
    ):
        policyrules.format_ruleset(anything)
    with pytest.raises(TypeError, match="`name` is a text"):
        policyrules.format_ruleset(b"", anything)


# --- receipts and streams ------------------------------------------------------------------------


def test_a_decision_a_receipt_and_their_data_are_replayed_alike() -> None:
    decision = POLICY.on(DAY).decide({"employer.layoff_rate": "23%"})
    shapes: list[Any] = [decision, decision.receipt, decision.to_dict(), decision.receipt.to_dict()]
    for shape in shapes:
        assert policyrules.replay(shape).is_same
        assert policyrules.replay(shape, policy=REFUND).is_same


@pytest.mark.parametrize(
    "receipt",
    [
        3,
        None,
        "receipt.json",
        b"{}",
        [],
        {},
        {"receipt": 3},
        {"ruleset": REFUND},
        POLICY,
        Fraction(1),
    ],
)
def test_what_is_no_receipt_is_one_clear_error(receipt: Any) -> None:
    with pytest.raises(policyrules.ReceiptError, match="receipt"):
        policyrules.replay(receipt)


@pytest.mark.parametrize("part", list(RECEIPT.to_dict()))
@pytest.mark.parametrize("value", [3, None, {1, 2}, {"a": {1}}, {2: 3}, ["x"], "\ud800", DAY, 1.5])
def test_a_receipt_with_an_odd_part_is_refused_or_told_to_be_altered(part: str, value: Any) -> None:
    data = RECEIPT.to_dict() | {part: value}
    try:
        answer = policyrules.replay(data)
    except (policyrules.ReceiptError, policyrules.RulesetNotFound, policyrules.FactsError):
        return
    assert not answer.is_same or data[part] == RECEIPT.to_dict()[part]


@pytest.mark.parametrize("cases", [3, None, "facts", b"facts", {"employer.laid_off": 6}])
def test_a_stream_is_a_stream_of_cases(cases: Any) -> None:
    with pytest.raises(TypeError, match="`cases` is a stream of cases"):
        POLICY.on(DAY).decide_many(cases)
