"""Problems of facts: their position, their number, and the probable correction."""

from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from tests.support.firm import office_ruleset
from tests.support.shipped import shipped

import policyrules
from policyrules.api.policy import Engine
from policyrules.errors import MAX_PROBLEMS, FactsError
from policyrules.intake import Intake, read_facts_file
from policyrules.text.localized import LocalizedText

RULESET = attrs.evolve(
    office_ruleset(), subject_titles={"employer": LocalizedText("用人单位", "Employer")}
)
INTAKE = Intake(RULESET)


def answer(facts: object) -> str:
    with pytest.raises(FactsError) as caught:
        INTAKE.read(facts)  # type: ignore[arg-type]
    return str(caught.value).replace("\n    ", " | ")


def of_file(text: str) -> str:
    with pytest.raises(FactsError) as caught:
        INTAKE.read(read_facts_file(text, "f.yaml"))
    return str(caught.value).replace("\n    ", " | ")


# --- how many ------------------------------------------------------------------------------------

MANY = 100_000


@pytest.mark.parametrize(
    "make",
    [
        lambda n: {f"employer.laidoff_{number}": number for number in range(n)},
        lambda n: {f"laidoff{number}": number for number in range(n)},
        lambda n: {"employer": {f"laidoff_{number}": number for number in range(n)}},
        lambda n: {f"employeer{number}": {"laid_off": 1} for number in range(n)},
        lambda n: dict.fromkeys(range(n), 1),
        lambda n: {"hires": [{"id": "p1", **{f"born_{number}": 1 for number in range(n)}}]},
    ],
    ids=["full names", "bare names", "of a subject", "subjects", "numbers", "of an item"],
)
def test_of_many_problems_the_first_are_told_and_the_rest_is_counted(
    make: Callable[[int], dict[object, object]],
) -> None:
    with pytest.raises(FactsError) as caught:
        INTAKE.read(make(MANY))  # type: ignore[arg-type]
    error = caught.value
    assert len(error.problems) == MAX_PROBLEMS
    assert error.left_out >= MANY - MAX_PROBLEMS
    assert str(error).endswith(f"and {error.left_out:,} more problems")
    assert error.to_dict()["left_out"] == error.left_out
    assert len(str(error)) < 20_000


def test_a_problem_that_is_only_counted_costs_no_search(monkeypatch: pytest.MonkeyPatch) -> None:
    searches: list[str] = []

    def count(word: str, *_: object, **__: object) -> list[str]:
        searches.append(word)
        return []

    monkeypatch.setattr("difflib.get_close_matches", count)
    makers: list[Callable[[int], dict[str, object]]] = [
        lambda n: {f"laidoff{number}": number for number in range(n)},
        lambda n: {f"office.trade{number}": "x" for number in range(n)},
        lambda n: {"hires": [{"id": "p1", **{f"born_{number}": 1 for number in range(n)}}]},
        lambda n: {f"{number}x": {} for number in range(n)},
    ]
    for make in makers:
        searches.clear()
        with pytest.raises(FactsError):
            INTAKE.read(make(1_000))
        assert len(searches) <= 3 * MAX_PROBLEMS


def test_few_problems_are_all_told_and_none_is_counted() -> None:
    with pytest.raises(FactsError) as caught:
        INTAKE.read({f"x{number}": 1 for number in range(MAX_PROBLEMS)})
    assert caught.value.left_out == 0
    assert "left_out" not in caught.value.to_dict()
    assert "more problems" not in str(caught.value)


# --- where ---------------------------------------------------------------------------------------


def test_facts_that_disagree_are_told_with_file_and_line() -> None:
    text = "hires:\n- id: p1\n  born_on: 2000-01-01\n- id: p2\n  born_on: 2022-01-01\n  hired_on: 2020-01-01\n"
    assert of_file(text).startswith(
        "f.yaml:5:3, f.yaml:6:3: the facts cannot all be true: `hires[p2].born_on`,"
    )


def test_facts_that_contradict_a_computed_value_are_told_with_file_and_line() -> None:
    text = "employer:\n  insured_headcount: 30\n  laid_off: 6\nemployer.layoff_rate: 5%\n"
    dated = shipped("cn-nm/job-stabilisation-refund").on("2022-11-25")
    facts = policyrules.read_facts(text.encode(), "firm.yaml")
    errors: list[object] = []
    engines: list[Engine] = ["forward", "reference", "compiled"]
    for engine in engines:
        with pytest.raises(FactsError) as caught:
            dated.decide(facts, engine=engine)
        errors.append(caught.value)
    errors += dated.decide_many([facts])
    for error in errors:
        assert isinstance(error, FactsError)
        assert error.problems[0].code == "facts-disagree"
        assert {"firm.yaml:4:1", "firm.yaml:2:3", "firm.yaml:3:3"} == set(
            error.problems[0].place.split(", ")
        )


# --- what was meant ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "facts, remedy",
    [
        ({"裁员人数": 6}, "did you mean `employer.laid_off`?"),
        ({"employer": {"裁员人数": 6}}, "did you mean `employer.laid_off`?"),
        ({"employer.裁员 人数": 6}, "did you mean `employer.laid_off`?"),
        ({"行业": "retail"}, "did you mean `employer.industry` or `office.sector`?"),
        ({"office": {"行业": "retail"}}, "did you mean `office.sector`?"),
        ({"用人单位": {"laid_off": 6}}, "did you mean `employer`?"),
        ({"EMPLOYER": {"laid_off": 6}}, "did you mean `employer`?"),
        ({"hires": [{"id": "p1", "出生日期": "2000-01-01"}]}, "did you mean `born_on`?"),
        (
            {"hires[p1].born_on": "2000-01-01"},
            "give it with the item: `hires: [{id: …, born_on: …}]`",
        ),
        ({"employer": "kind:enterprise"}, "write a blank after the colon: `kind: enterprise`"),
        ({"employer": "kind：enterprise"}, "`：` is a full-width colon: write `:` and a blank"),
        (
            {"employer": {"kind：enterprise": None}},
            "`：` is a full-width colon: write `:` and a blank",
        ),
        (
            {"employer": {"kind:enterprise": None}},
            "write a blank after the colon: `kind: enterprise`",
        ),
        (
            {"hires": [{"id": "p1", "born_on：2000-01-01": None}]},
            "`：` is a full-width colon: write `:` and a blank",
        ),
    ],
)
def test_a_name_is_told_what_was_meant(facts: object, remedy: str) -> None:
    assert answer(facts).endswith(f"remedy: {remedy}")


def test_what_stands_under_the_title_of_a_subject_is_read_too() -> None:
    message = answer({"用人单位": {"裁员人数": 6, "laid_off": -1}})
    assert "did you mean `employer`?" in message
    assert "did you mean `employer.laid_off`?" in message
    assert "`employer.laid_off` is out of its range" in message


@pytest.mark.parametrize(
    "text, remedy",
    [
        ("employer：\n  kind: enterprise\n", "`：` is a full-width colon: write `:` and a blank"),
        ("employer：enterprise", "`：` is a full-width colon: write `:` and a blank"),
        ("用人单位：enterprise", "`：` is a full-width colon: write `:` and a blank"),
        ("hires：[]\n", "`：` is a full-width colon: write `:` and a blank"),
        ("employer:\n  laid_off：6\n", "`：` is a full-width colon: write `:` and a blank"),
        ("employer: {kind：enterprise}\n", "`：` is a full-width colon: write `:` and a blank"),
        (
            "employer:\n  kind：enterprise\n  laid_off: 6\n",
            "`：` is a full-width colon: write `:` and a blank",
        ),
        (
            "employer.kind:enterprise\n",
            "write a blank after the colon: `employer.kind: enterprise`",
        ),
        ("employer:\n  kind:enterprise\n", "write a blank after the colon: `kind: enterprise`"),
        (
            "employer:\n  kind:enterprise\n  laid_off: 6\n",
            "write a blank after the colon: `kind: enterprise`",
        ),
        ("firm.yaml", "this is the name of a file: give its content"),
    ],
)
def test_a_file_is_told_what_its_colon_lacks(text: str, remedy: str) -> None:
    assert of_file(text).endswith(f"remedy: {remedy}")


# --- what is no file -----------------------------------------------------------------------------


def test_the_text_of_a_file_is_read_as_its_bytes_are() -> None:
    text = "employer: {kind: 企业}"
    assert dict(policyrules.read_facts(text)) == dict(policyrules.read_facts(text.encode()))


@pytest.mark.parametrize(
    "data, message",
    [
        (Path("firm.yaml"), "not as a `PosixPath`: give `.read_bytes()` of it"),
        ({"employer.laid_off": 6}, "not as a `dict`: facts in a mapping need no reading"),
        (3, "not as an `int`: give `bytes` or `str`"),
        (None, "not as a `NoneType`: give `bytes` or `str`"),
    ],
)
def test_what_is_no_file_is_one_clear_type_error(data: object, message: str) -> None:
    with pytest.raises(TypeError) as caught:
        policyrules.read_facts(data)  # type: ignore[arg-type]
    assert str(caught.value).endswith(message)


@pytest.mark.parametrize("facts", [None, 3, "employer: {}", [("employer.laid_off", 6)], object()])
def test_what_is_no_mapping_is_refused_in_one_line(facts: object) -> None:
    assert answer(facts).startswith("the facts are not a mapping [wrong-type]")
    assert "\n" not in answer(facts)
