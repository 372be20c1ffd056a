"""`policyrules decide`: one case, one answer; several cases, their answers in order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from policyrules.cli import output
from policyrules.cli.arguments import (
    case_day,
    day_of,
    facts_of,
    language_option,
    once,
    ruleset_first,
)
from policyrules.errors import PolicyRulesError
from policyrules.text.localized import Language, LocalizedText

if TYPE_CHECKING:
    from policyrules.api import policy
    from policyrules.api.selection import Selection
    from policyrules.decisions.decision import Decision


class Engine(StrEnum):
    """The engines that decide one case."""

    FORWARD = "forward"
    REFERENCE = "reference"
    COMPILED = "compiled"


def engine_name(engine: Engine) -> policy.Engine:
    """The name of an engine in Python."""
    names: dict[Engine, policy.Engine] = {
        Engine.FORWARD: "forward",
        Engine.REFERENCE: "reference",
        Engine.COMPILED: "compiled",
    }
    return names[engine]


@output.answering
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
    engine: Annotated[Engine, typer.Option("--engine", help="What decides.")] = Engine.FORWARD,
    redact: Annotated[
        bool,
        typer.Option("--redact", help="With --json: leave out what shows a fact; keep its hash."),
    ] = False,
    jurisdiction: Annotated[
        str | None,
        typer.Option(
            "--jurisdiction",
            metavar="CODE",
            help="Pick the ruleset of the policy RULESET for this place, such as cn-nm-150100.",
        ),
    ] = None,
    folder: Annotated[
        list[Path] | None,
        typer.Option("--folder", metavar="DIR", help="With --jurisdiction: look here besides."),
    ] = None,
) -> int:
    """Decide one case or several, and say why.

    The facts are given by subject, such as `employer: {laid_off: 6}`. What is left out is unknown,
    and asked for if it matters. Of several cases one that is wrong does not stop the others.
    """
    if redact and not as_json:
        raise typer.BadParameter("it goes with --json", param_hint="--redact")
    once(*facts, hint="FACTS")
    if on is not None:
        day_of(on)
    if folder and jurisdiction is None:
        raise typer.BadParameter("it goes with --jurisdiction", param_hint="--folder")
    from policyrules.api.policy import load
    from policyrules.api.selection import select

    picked = None
    if jurisdiction is not None:
        day = case_day(on, jurisdiction)
        with day.named():
            picked = select(ruleset, jurisdiction, day.day, folders=folder or [])
    with ruleset_first(ruleset, facts):
        policy = load(ruleset if picked is None else picked.path)
    if picked is None:
        day = case_day(on, policy.ruleset.jurisdiction)
    with day.named():
        dated = policy.on(day.day)
    reasons = (None if picked is None else picked.reason, day.note)
    told = [one for one in reasons if one is not None]
    if told and not as_json:
        output.write_lines([*([(one.get(lang), "italic")] for one in told), [("", "")]])
    status = 0
    for number, path in enumerate(facts):
        answer: Decision | PolicyRulesError
        try:
            answer = dated.decide(facts_of(path), engine=engine_name(engine))
        except PolicyRulesError as error:
            answer, status = error, output.WRONG
        name = path if len(facts) > 1 else ""
        if as_json:
            _tell_program(name, answer, lang, redact=redact, picked=picked, note=day.note)
        else:
            _tell_reader(name, answer, lang, first=number == 0)
    return status


def _tell_program(
    name: str,
    answer: Decision | PolicyRulesError,
    lang: Language,
    *,
    redact: bool,
    picked: Selection | None,
    note: LocalizedText | None,
) -> None:
    """Writes an answer as JSON; one of several has its name and stands on one line."""
    from policyrules.decisions.redaction import redacted_data, redacted_error

    data: Mapping[str, Any]
    if isinstance(answer, PolicyRulesError):
        data = {"error": redacted_error(answer) if redact else answer.to_dict()}
    else:
        data = redacted_data(answer, lang) if redact else answer.to_dict(lang)
    if note is not None:
        data = {"default_day": note.to_dict(), **data}
    if picked is not None:
        data = {"selection": picked.to_dict(), **data}
    if name:
        output.write_json_line({"facts_file": name, **data})
    else:
        output.write_json(data)


def _tell_reader(
    name: str, answer: Decision | PolicyRulesError, lang: Language, *, first: bool
) -> None:
    """Writes an answer as a text or a page; one of several stands under its name."""
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
