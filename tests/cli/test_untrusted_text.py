"""Untrusted texts of rulesets, facts and file names cannot control a terminal or forge lines."""

import json
import sys
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import date
from pathlib import Path

import attrs
import pytest
from tests.support.shipped import shipped

import policyrules
from policyrules.api.engine_cache import EngineCache
from policyrules.api.policy import Policy
from policyrules.cli import main
from policyrules.cli.junit import junit_xml
from policyrules.cli.sarif import sarif
from policyrules.cli.terminal import page
from policyrules.diagnostics import Diagnostic
from policyrules.errors import (
    FactProblem,
    FactsError,
    NotInForce,
    PolicyRulesError,
    ReceiptError,
    RulesetConflict,
    RulesetError,
    RulesetNotFound,
    ScaffoldError,
    WriteError,
)
from policyrules.explain.explanation import build_explanation
from policyrules.reporting.text_layout import to_plain_text
from policyrules.text.control_characters import (
    escape_control_characters,
    escape_in_json,
    escape_in_lines,
    find_control_character,
)
from policyrules.text.localized import LocalizedText
from policyrules.text.span import Span

NASTY = "A\nOutcome: eligible\x1b[2J\r\x9b1m\u202e\u2066\u200b\u2028\ufeff\x00\x7f\U000e0041\u3164B"
REFUND = "cn-nm/job-stabilisation-refund"


def is_clean(text: str) -> bool:
    return not find_control_character(text.replace("\n", ""))


# --- the characters ------------------------------------------------------------------------------


def test_every_character_that_unicode_calls_a_control_or_a_format_is_found() -> None:
    kinds = {"Cc", "Cf", "Cs", "Zl", "Zp"}
    every = map(chr, range(sys.maxunicode + 1))
    missed = [
        sign
        for sign in every
        if unicodedata.category(sign) in kinds and not find_control_character(sign)
    ]
    assert missed == []


def test_what_a_reader_sees_is_left_alone() -> None:
    seen = "裁员率 ≤ 20 %，“是”…　é e\u0301 \u00a0 葛\U000e0100 😀 \u2f00 ｆ"
    assert find_control_character(seen) == ""
    assert escape_control_characters(seen) == escape_in_lines(seen) == escape_in_json(seen) == seen


def test_escapes_stand_on_one_line_and_in_json_say_the_same() -> None:
    assert is_clean(escape_control_characters(NASTY))
    assert "\n" not in escape_control_characters(NASTY)
    assert escape_in_lines(NASTY).count("\n") == 1
    text = json.dumps(NASTY + "\ud800", ensure_ascii=False)
    assert is_clean(escape_in_json(text))
    assert json.loads(escape_in_json(text)) == NASTY + "\ud800"


# --- decisions and reports -----------------------------------------------------------------------


def forged(text: str) -> Policy:
    """The refund with a text in the place of its titles, past the checks."""
    ruleset = shipped(REFUND).ruleset
    title = LocalizedText(text, text)
    conditions = {
        name: attrs.evolve(condition, title=title) for name, condition in ruleset.conditions.items()
    }
    sources = {name: attrs.evolve(source, title=text) for name, source in ruleset.sources.items()}
    changed = attrs.evolve(ruleset, title=title, conditions=conditions, sources=sources)
    return Policy(changed, (), EngineCache(changed))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_title_writes_no_line_of_its_own(language: str) -> None:
    facts = {"employer.layoff_rate": "23%", "employer.kind": "enterprise"}
    day = date(2022, 11, 25)
    honest, nasty = (forged(text).on(day).decide(facts) for text in ("A", NASTY))
    explanation = nasty.explain(language)
    assert is_clean(explanation)
    assert explanation.count("\n") == honest.explain(language).count("\n")
    assert not [line for line in explanation.split("\n") if line.startswith("Outcome: eligible")]
    shown = to_plain_text(page(build_explanation(nasty, language), 100))
    assert is_clean(shown)
    replayed = policyrules.replay(nasty, policy=forged(NASTY)).explain(language)
    assert is_clean(replayed)


DIAGNOSTIC = Diagnostic(
    "yaml-syntax",
    Span(NASTY, 1, 1, 1, 2),
    NASTY,
    NASTY,
    NASTY,
    NASTY,
    ((Span.empty_at(NASTY), NASTY),),
)
ERRORS: list[PolicyRulesError] = [
    RulesetError([DIAGNOSTIC]),
    RulesetNotFound(NASTY, NASTY),
    RulesetConflict(NASTY, [NASTY, NASTY], NASTY),
    NotInForce(NASTY, date(2022, 1, 1), "gap", None, None),
    FactsError([FactProblem("x", (NASTY,), NASTY, NASTY, NASTY, NASTY, NASTY)]),
    ReceiptError("x", NASTY, found=NASTY, expected=NASTY, remedy=NASTY, place=NASTY),
    ScaffoldError("x", NASTY, found=NASTY, expected=NASTY),
    WriteError(NASTY, NASTY),
]


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_has_the_lines_of_the_program_alone(error: PolicyRulesError) -> None:
    lines = str(error).split("\n")
    assert is_clean(str(error))
    assert not [line for line in lines if line.startswith("Outcome")]


def test_sarif_and_junit_show_nothing_that_is_obeyed() -> None:
    for text in (
        json.dumps(sarif([DIAGNOSTIC], "1")["runs"][0]["results"], ensure_ascii=False),
        junit_xml(policyrules.CasesReport((), (), (DIAGNOSTIC,), 0, 0, ()), [], "en").decode(),
    ):
        assert is_clean(text)
        assert "\\n" in text  # the sign is shown, not dropped
        assert "\nOutcome" not in text
    report = policyrules.CasesReport((), (), (DIAGNOSTIC,), 0, 0, ())
    root = ET.fromstring(junit_xml(report, [], "en"))  # noqa: S314 - our own
    assert all(
        is_clean(value) and "\n" not in value
        for element in root.iter()
        for value in element.attrib.values()
    )


# --- the program ---------------------------------------------------------------------------------

NAME = "a\x1b[2J\u202e\nOutcome: eligible"
COMMANDS: dict[str, Callable[[Path], list[str]]] = {
    "decide": lambda folder: ["decide", REFUND, str(folder / NAME), "--on", "2022-11-25"],
    "decide two": lambda folder: [
        "decide",
        REFUND,
        str(folder / NAME),
        str(folder / f"{NAME}.json"),
        "--on",
        "2022-11-25",
    ],
    "decide nothing": lambda folder: ["decide", NAME, str(folder / NAME)],
    "a ruleset": lambda folder: ["decide", str(folder / f"{NAME}.yaml"), str(folder / NAME)],
    "a place": lambda folder: ["decide", NAME, str(folder / NAME), "--jurisdiction", NAME],
    "a day": lambda folder: ["decide", REFUND, str(folder / NAME), "--on", NAME],
    "a language": lambda _: ["list", "--lang", NAME],
    "an option": lambda _: ["list", f"--{NAME}"],
    "a command": lambda _: [NAME],
    "missing": lambda folder: ["missing", REFUND, str(folder / NAME), "--on", "2022-11-25"],
    "replay": lambda folder: ["replay", str(folder / NAME)],
    "check": lambda folder: ["check", str(folder / f"{NAME}.yaml")],
    "check a folder": lambda folder: ["check", str(folder)],
    "sarif": lambda folder: ["check", str(folder), "--format", "sarif"],
    "fmt": lambda folder: ["fmt", "--diff", str(folder)],
    "test": lambda folder: ["test", str(folder)],
    "test a name": lambda _: ["test", REFUND, "-k", NAME],
    "pin": lambda folder: ["pin", str(folder)],
    "list": lambda folder: ["list", "--folder", str(folder)],
    "new": lambda folder: ["new", "variant", NAME, "--jurisdiction", NAME, "--folder", str(folder)],
}


@pytest.mark.parametrize("as_json", [False, True], ids=["text", "json"])
@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_no_command_prints_what_a_terminal_obeys(
    command: Callable[[Path], list[str]],
    as_json: bool,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    facts = {"employer": {"kind": NASTY, NASTY: NASTY, "laid_off": NASTY}}
    folder = tmp_path / "cn-nm"
    folder.mkdir()
    for name in (NAME, f"{NAME}.json", f"{NAME}.yaml"):
        (folder / name).write_text(json.dumps(facts), encoding="utf-8")
    main([*command(folder), *(["--json"] if as_json else [])])
    out, err = capsys.readouterr()
    assert out + err
    assert is_clean(out + err)
    assert not [line for line in (out + err).split("\n") if line.startswith("Outcome: eligible")]
