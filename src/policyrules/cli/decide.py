"""`policyrules decide`: decide one case, or several in order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyrules.cli import output
from policyrules.cli.arguments import (
    AssumeOption,
    case_day,
    explain_swapped_arguments,
    language_option,
    parse_date_option,
    read_assume_option,
    read_facts_argument,
    reject_second_stdin,
)
from policyrules.errors import PolicyRulesError
from policyrules.text.localized import Language, LocalizedText

if TYPE_CHECKING:
    from policyrules.api import policy
    from policyrules.api.selection import Selection
    from policyrules.decisions.decision import Decision


class Engine(StrEnum):
    """The values of `--engine`."""

    FORWARD = "forward"
    REFERENCE = "reference"
    COMPILED = "compiled"


def engine_name(engine: Engine) -> policy.Engine:
    """Return the name of an engine in Python."""
    names: dict[Engine, policy.Engine] = {
        Engine.FORWARD: "forward",
        Engine.REFERENCE: "reference",
        Engine.COMPILED: "compiled",
    }
    return names[engine]


@output.report_errors
def decide(
    ruleset: Annotated[
        str,
        typer.Argument(
            metavar="RULESET",
            help="The id of a ruleset, or the path of its file; a policy with --jurisdiction.",
        ),
    ],
    facts: Annotated[
        list[str],
        typer.Argument(
            metavar="FACTS...", help="JSON or YAML files, one a case; `-` is standard input."
        ),
    ],
    *,
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day, as YYYY-MM-DD; else today."),
    ] = None,
    lang: Annotated[Language, language_option()] = "zh",
    as_json: Annotated[
        bool, typer.Option("--json", help="The decision as JSON; of several, one on each line.")
    ] = False,
    assume: AssumeOption = None,
    engine: Annotated[
        Engine, typer.Option("--engine", help="The engine that decides.")
    ] = Engine.FORWARD,
    redact: Annotated[
        bool,
        typer.Option("--redact", help="With --json: leave out the facts, but keep their hash."),
    ] = False,
    jurisdiction: Annotated[
        str | None,
        typer.Option(
            "--jurisdiction",
            metavar="CODE",
            help="Select the ruleset of the policy RULESET for this place, such as cn-nm-150100.",
        ),
    ] = None,
    folder: Annotated[
        list[Path] | None,
        typer.Option(
            "--folder", metavar="DIR", help="With --jurisdiction: search this folder too."
        ),
    ] = None,
) -> int:
    """Decide one case or several, and say why.

    The facts are given by subject, such as `employer: {laid_off: 6}`. What is left out is unknown,
    and asked for if it matters. Of several cases one that is wrong does not stop the others.
    """
    if redact and not as_json:
        raise typer.BadParameter("it goes with --json", param_hint="--redact")
    reject_second_stdin(*facts, assume or "", hint="FACTS")
    if on is not None:
        parse_date_option(on)
    if folder and jurisdiction is None:
        raise typer.BadParameter("it goes with --jurisdiction", param_hint="--folder")
    from policyrules.api.policy import load
    from policyrules.api.selection import select

    selection = None
    if jurisdiction is not None:
        day = case_day(on, jurisdiction)
        with day.explain_default():
            selection = select(ruleset, jurisdiction, day.day, folders=folder or [])
    with explain_swapped_arguments(ruleset, facts):
        policy = load(ruleset if selection is None else selection.path)
    if selection is None:
        day = case_day(on, policy.ruleset.jurisdiction)
    with day.explain_default():
        dated = policy.on(day.day)
    assuming = read_assume_option(assume)
    remarks = (None if selection is None else selection.reason, day.note)
    lines = [[(remark.get(lang), "italic")] for remark in remarks if remark is not None]
    if lines and not as_json:
        output.write_lines([*lines, [("", "")]])
    status = 0
    for number, path in enumerate(facts):
        answer: Decision | PolicyRulesError
        try:
            answer = dated.decide(
                read_facts_argument(path), assuming=assuming, engine=engine_name(engine)
            )
        except PolicyRulesError as error:
            answer, status = error, output.FAILURE
        name = path if len(facts) > 1 else ""
        if as_json:
            _write_json(name, answer, lang, redact=redact, selection=selection, note=day.note)
        else:
            _write_text(name, answer, lang, first=number == 0)
    return status


def _write_json(
    name: str,
    answer: Decision | PolicyRulesError,
    lang: Language,
    *,
    redact: bool,
    selection: Selection | None,
    note: LocalizedText | None,
) -> None:
    """Write an answer as JSON; one of several is on one line with the name of its file."""
    from policyrules.decisions.redaction import redacted_data, redacted_error

    data: Mapping[str, Any]
    if isinstance(answer, PolicyRulesError):
        data = {"error": redacted_error(answer) if redact else answer.to_dict()}
    else:
        data = redacted_data(answer, lang) if redact else answer.to_dict(lang)
    if note is not None:
        data = {"default_day": note.to_dict(), **data}
    if selection is not None:
        data = {"selection": selection.to_dict(), **data}
    if name:
        output.write_json_line({"facts_file": name, **data})
    else:
        output.write_json(data)


def _write_text(
    name: str, answer: Decision | PolicyRulesError, lang: Language, *, first: bool
) -> None:
    """Write an answer as text or as a page; one of several has the name of its file as heading."""
    if isinstance(answer, PolicyRulesError):
        output.write_error(answer, name)
        return
    if name:
        output.write_heading(name, first=first)
    if output.is_terminal():
        from policyrules.cli.terminal import page
        from policyrules.explain.explanation import build_explanation

        explanation = build_explanation(answer, lang)
        output.write_lines(page(explanation, output.terminal_width()))
    else:
        output.write(answer.explain(lang))
