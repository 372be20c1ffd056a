"""Facts in other file formats, or in the wrong place: the error names the format."""

import json

import pytest
from tests.intake.test_facts_file import answer
from tests.support.shipped import shipped

from policyrules.api.replay import read_receipt_file
from policyrules.diagnostics import Diagnostics
from policyrules.errors import FactsError, ReceiptError
from policyrules.intake import read_facts_file
from policyrules.syntax.yaml import decode


@pytest.mark.parametrize(
    "data, description",
    [
        (b"PK\x03\x04\x14\x00", "a zip archive, such as an Excel file"),
        (b"PK\x03\x04\x14\x00\xff\xfe", "a zip archive, such as an Excel file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office file"),
        (b"%PDF-1.4", "a PDF document"),
        (b"\x1f\x8b\x08\x00", "a gzip archive"),
        (b"SQLite format 3\x00", "a SQLite database"),
        (b"\x89PNG\r\n\x1a\n", "a PNG image"),
        (b"\x00\x01\x02\x03" * 4, "binary data"),
    ],
)
@pytest.mark.parametrize("path", ["firm.yaml", "firm.json", "firm.xlsx"])
def test_a_binary_file_is_named_and_to_be_exported(
    data: bytes, description: str, path: str
) -> None:
    text = answer(data, path)
    assert "the file is not text" in text
    assert f"found: {description}" in text
    assert "remedy: export what it holds as text" in text
    diagnostics = Diagnostics()
    assert decode(data, "r.yaml", diagnostics) is None
    assert diagnostics.sorted()[0].found.startswith(description)


def test_text_is_no_binary_file() -> None:
    assert answer(b"employer: {laid_off: 6}") == "laid_off 6"
    assert "U+0000" in answer(b"employer: {laid_off: 6}\x00")
    assert "UTF-16" in answer("employer: {laid_off: 6}".encode("utf-16"))


LINES = b'{"employer.laid_off": 6}\n{"employer.laid_off": 7}\n'


@pytest.mark.parametrize(
    "data, path, remedy",
    [
        (LINES, "firms.jsonl", "these are JSON Lines: give one file for each case"),
        (LINES, "standard input", "these are JSON Lines: give one file for each case"),
        (LINES, "firms.json", "or in Python call `decide_many()`"),
        (b"laid_off,kind\n6,enterprise\n", "f.csv", "CSV is not read: facts are JSON or YAML"),
        (b"<firm><laid_off>6</laid_off></firm>", "f.xml", "XML is not read"),
        (b"<firm><laid_off>6</laid_off></firm>", "standard input", "XML is not read"),
        (b"[employer]\nlaid_off = 6\n", "f.toml", "TOML is not read: facts are JSON or YAML only"),
        (b"employer.laid_off=6\n", "f.properties", "a properties file is not read"),
        (b'[{"employer.laid_off": 6}]', "f.json", "leave out the brackets or the dash"),
        (b"- employer: {laid_off: 6}", "f.yaml", "leave out the brackets or the dash"),
        (b'[{"a": 1}, {"a": 2}]', "f.json", "give one file for each case"),
        (b"null", "f.json", "found: `null`"),
        (b"employer:\n- laid_off: 6\n", "f.yaml", "leave out the dashes or brackets"),
    ],
)
def test_what_is_no_mapping_of_facts_has_a_remedy(data: bytes, path: str, remedy: str) -> None:
    assert remedy in answer(data, path)


def test_a_format_by_its_name_alone_is_no_reason_to_refuse_facts() -> None:
    assert answer(b"employer: {laid_off: 6}", "f.properties") == "laid_off 6"


def test_a_decision_is_no_facts() -> None:
    decision = shipped("cn-nm/job-stabilisation-refund").on("2022-11-25").decide({})
    with pytest.raises(FactsError, match="this is a decision: give its facts, or `policyrules"):
        read_facts_file(json.dumps(decision.to_dict()), "standard input")


@pytest.mark.parametrize("data", [b"employer: {laid_off: 6}", b"hello", b"[1]", b"6", b"<a/>"])
def test_a_replay_asks_for_the_json_of_a_decision(data: bytes) -> None:
    with pytest.raises(ReceiptError, match=r"give the JSON that `policyrules decide --json` wrote"):
        read_receipt_file(data, "r.yaml")


@pytest.mark.parametrize(
    "data, remedy",
    [
        ("employer: {hires: []}", "`hires` belongs at the top, not under `employer`"),
        ("employer: {employer: {kind: other}}", "`employer` belongs at the top, not under"),
        ("employer: {pooling_area: {}}", "`pooling_area` belongs at the top, not under `employer`"),
        ("employer.hires: 3", "`hires` belongs at the top, not under `employer`"),
        ("employer.hires: []", "`hires` belongs at the top, not under `employer`"),
        ("hires: [{id: p1, employer: {}}]", "`employer` belongs at the top, not under `hires`"),
    ],
)
def test_a_subject_or_a_list_under_another_subject_stands_at_the_top(
    data: str, remedy: str
) -> None:
    intake = shipped("cn-nm/job-stabilisation-refund").intake
    with pytest.raises(FactsError) as caught:
        intake.read(read_facts_file(data, "f.yaml"))
    assert remedy in str(caught.value)


@pytest.mark.parametrize(
    "fact, value, remedy",
    [
        ("hired_on", "20000302", "write `2000-03-02`"),
        ("hired_on", "31.12.2000", "write `2000-12-31`"),
        ("hired_on", "12/31/2000", "write `2000-12-31`"),
        ("hired_on", "5.5.2000", "write `2000-05-05`"),
        # Either of two days, a count of days, no day of the calendar: nothing is proposed.
        ("hired_on", "03.02.2000", ""),
        ("hired_on", "36586", ""),
        ("hired_on", "20000230", ""),
        ("hired_on", "31.12.1850", ""),
        ("hired_on", "2022届", ""),
        ("graduation_year", "2022届", "write `2022`"),
        ("graduation_year", "无", "write `none` if there is none; leave the fact out"),
        ("graduation_year", "no", "write `none` if there is none; leave the fact out"),
        ("graduation_year", "22", ""),
    ],
)
def test_a_day_or_a_year_has_a_remedy_where_it_means_one_thing(
    fact: str, value: str, remedy: str
) -> None:
    intake = shipped("cn-nm/job-expansion-subsidy").intake
    with pytest.raises(FactsError) as caught:
        intake.read({"hires": [{"id": "p1", fact: value}]})
    (problem,) = caught.value.problems
    assert problem.remedy == remedy if not remedy else problem.remedy.startswith(remedy)


@pytest.mark.parametrize(
    "data, remedy",
    [
        (b"{'employer': 6}", "JSON has double quotation marks only"),
        (b"{\"a\": 'x'}", "JSON has double quotation marks only"),
        (b'{"a": 1 // x\n}', "JSON has no comments"),
        (b'# x\n{"a": 1}', "JSON has no comments"),
        (b'{"a": 1, /* c */ "b": 2}', "JSON has no comments"),
    ],
)
def test_signs_of_other_languages_in_json_have_a_remedy(data: bytes, remedy: str) -> None:
    assert f"remedy: {remedy}" in answer(data, "f.json")


_EXACT = "give the exact figure, or leave the fact out if it is unknown"


@pytest.mark.parametrize(
    "fact, value, remedy",
    [
        ("employer.full_paid_months", "1 year", "write `12`, in month"),
        ("employer.full_paid_months", "1.5年", "write `18`, in month"),
        ("employer.full_paid_months", "0.3 years", "give it in month"),
        ("pooling_area.fund_reserve_years", "18 months", "write `1.5`, in year"),
        ("pooling_area.fund_reserve_years", "7 months", "give it in year"),
        ("employer.full_paid_months", "400 days", "give it in month"),
        ("employer.laid_off", "1 year", "give it in person"),
        *(
            ("employer.laid_off", value, _EXACT)
            for value in (
                "~6",
                "约6",
                "<10",
                "＜10",
                ">=3",
                "5-7",
                "5 - 7",
                "5至7人",
                "5~7",
                [5, 7],
            )
        ),
    ],
)
def test_a_figure_has_a_remedy_that_keeps_the_quantity(
    fact: str, value: object, remedy: str
) -> None:
    intake = shipped("cn-nm/job-stabilisation-refund").intake
    with pytest.raises(FactsError) as caught:
        intake.read({fact: value})
    (problem,) = caught.value.problems
    assert problem.remedy == remedy
