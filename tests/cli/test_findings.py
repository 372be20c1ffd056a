"""Output of `check`: diagnostics as text with a caret, and as SARIF."""

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from tests.support.snapshots import check_snapshot

from policyrules.api.policy import CheckReport
from policyrules.cli import check
from policyrules.cli.sarif import sarif
from policyrules.diagnostics import CODES, Diagnostic
from policyrules.text.span import Span

RULESET = [
    "policyrules: 1",
    "conditions:",
    "  layoffs:",
    "    title: {zh: 裁员率, en: Layoffs}",
    "    holds: employer.layoffrate <= layoff_limit",
    "\ttab: \x1b[31mred",
    "    quote: " + "裁员率不高于" * 100,
]


@pytest.fixture(autouse=True)
def _in_a_folder_with_the_ruleset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "refund.yaml").write_text("\n".join(RULESET), encoding="utf-8")
    monkeypatch.chdir(tmp_path)


def at(line: int, column: int, end: int, code: str = "unknown-name", **parts: Any) -> Diagnostic:
    span = Span("refund.yaml", line, column, line, end)
    return Diagnostic(code, span, "something is wrong", **parts)


def text(*diagnostics: Diagnostic) -> str:
    lines = check._text(CheckReport(("refund.yaml",), diagnostics))
    return "".join("".join(piece for piece, _ in line) + "\n" for line in lines)


def test_every_part_of_a_finding_is_shown() -> None:
    findings = (
        at(
            5,
            12,
            31,
            found="`employer.layoffrate`",
            expected="a fact",
            remedy="did you mean `employer.layoff_rate`?",
            related=((Span("vocabulary.yaml", 40, 7, 40, 18), "it is declared here"),),
        ),
        at(4, 17, 20, "unused"),
        Diagnostic("gap", Span("gone.yaml", 9, 1, 9, 1), "a file that is not there any more"),
        Diagnostic("cycle", Span("refund.yaml", 3, 3, 5, 9), "more lines than one"),
    )
    check_snapshot(text(*findings), "findings/all")


@pytest.mark.parametrize(
    "line, column, end, caret",
    [
        (4, 17, 20, "^^^^^^"),
        (4, 20, 21, "^"),
        (5, 5, 10, "^^^^^"),
        (1, 15, 15, "^"),
        (1, 400, 500, "^"),
    ],
)
def test_the_caret_is_as_wide_as_what_it_marks(
    line: int, column: int, end: int, caret: str
) -> None:
    assert text(at(line, column, end)).split("\n")[2].split("| ")[1].strip() == caret


def test_a_caret_stands_under_its_place_behind_chinese() -> None:
    _, shown, carets, *_ = text(at(4, 20, 21)).split("\n")
    # Three Chinese characters before it take six cells.
    assert carets.index("^") - shown.index(",") == 3


def test_a_tab_or_an_escape_cannot_move_the_cursor() -> None:
    shown, carets = text(at(6, 7, 8)).split("\n")[1:3]
    assert shown == " 6 |     tab: \\x1b[31mred"
    assert carets == "   |          ^^^^"


def test_a_long_line_is_shown_around_the_place_only() -> None:
    shown, carets = text(at(7, 300, 303)).split("\n")[1:3]
    assert shown.startswith(" 7 | …")
    assert shown.endswith("…")
    assert len(shown) < 260
    assert carets.strip(" |") == "^^^^^^"


@pytest.mark.parametrize(
    "codes, expected",
    [
        ([], "1 file checked: nothing found"),
        (["unused"], "1 warning in 1 file"),
        (["gap", "unused", "unused"], "1 error and 2 warnings in 1 file"),
    ],
)
def test_the_last_line_sums_up(codes: list[str], expected: str) -> None:
    assert text(*(at(1, 1, 2, code) for code in codes)).splitlines()[-1] == expected


# --- SARIF ---------------------------------------------------------------------------------------

# What the specification of SARIF 2.1.0 requires of the parts that are used.
_MESSAGE = {"type": "object", "required": ["text"], "properties": {"text": {"type": "string"}}}
_ONE = {"type": "integer", "minimum": 1}
_REGION = {"type": "object", "required": ["startLine"], "additionalProperties": _ONE}
_LOCATION = {
    "type": "object",
    "required": ["physicalLocation"],
    "properties": {
        "physicalLocation": {
            "required": ["artifactLocation", "region"],
            "properties": {
                "artifactLocation": {
                    "required": ["uri"],
                    "properties": {"uri": {"type": "string", "pattern": "^[!-~]+$"}},
                },
                "region": _REGION,
            },
        },
        "message": _MESSAGE,
        "id": {"type": "integer", "minimum": 0},
    },
    "additionalProperties": False,
}
_LEVEL = {"enum": ["none", "note", "warning", "error"]}
_RESULT = {
    "type": "object",
    "required": ["message", "ruleId", "ruleIndex", "level", "locations"],
    "properties": {
        "message": _MESSAGE,
        "level": _LEVEL,
        "locations": {"type": "array", "items": _LOCATION},
        "relatedLocations": {"type": "array", "items": _LOCATION},
    },
}
SARIF = {
    "type": "object",
    "required": ["version", "runs"],
    "properties": {
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "items": {
                "required": ["tool", "results"],
                "properties": {"results": {"type": "array", "items": _RESULT}},
            },
        },
    },
}


def test_sarif_has_the_shape_of_its_specification() -> None:
    related = ((Span("vocabulary 表.yaml", 40, 7, 40, 18), "it is declared here"),)
    made = sarif(
        [at(5, 12, 31, remedy="mend it", related=related), at(4, 17, 20, "unused")], "0.1.0"
    )
    Draft202012Validator(SARIF).validate(made)
    run = made["runs"][0]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == list(CODES)
    assert {rule["helpUri"] for rule in rules} == {f"docs/errors/{code}.md" for code in CODES}
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert region == {"startLine": 5, "startColumn": 12, "endLine": 5, "endColumn": 31}
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
