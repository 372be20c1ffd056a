"""`policyrules decide`: one case, one answer."""

from __future__ import annotations

import re
import sys
from datetime import date
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from policyrules.cli import output
from policyrules.errors import FactProblem, FactsError

if TYPE_CHECKING:
    from policyrules import policy
    from policyrules.decisions.decision import Decision


class Language(StrEnum):
    """The languages of an explanation."""

    ZH = "zh"
    EN = "en"


class Engine(StrEnum):
    """The engines that decide one case."""

    FORWARD = "forward"
    REFERENCE = "reference"


def engine_name(engine: Engine) -> policy.Engine:
    """The name of an engine in Python."""
    return "forward" if engine is Engine.FORWARD else "reference"


@output.answering
def decide(
    ruleset: Annotated[
        str, typer.Argument(metavar="RULESET", help="The id of a ruleset, or the path of its file.")
    ],
    facts: Annotated[
        str, typer.Argument(metavar="FACTS", help="A JSON or YAML file; `-` is standard input.")
    ],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day, as YYYY-MM-DD; today if left out."),
    ] = None,
    lang: Annotated[Language, typer.Option("--lang", help="The language.")] = Language.ZH,
    as_json: Annotated[bool, typer.Option("--json", help="The decision as JSON.")] = False,
    engine: Annotated[Engine, typer.Option("--engine", help="What decides.")] = Engine.FORWARD,
    redact: Annotated[
        bool,
        typer.Option("--redact", help="With --json: leave out what shows a fact; keep its hash."),
    ] = False,
) -> int:
    """Decide one case, and say why.

    The facts are given by subject, such as `employer: {laid_off: 6}`. What is left out is unknown,
    and asked for if it matters.
    """
    if redact and not as_json:
        raise typer.BadParameter("it goes with --json", param_hint="--redact")
    day = _day(on)
    from policyrules.intake import read_facts_file
    from policyrules.policy import load

    dated = load(ruleset).on(day)
    data, name = _read(facts)
    decision = dated.decide(read_facts_file(data, name), engine=engine_name(engine))
    if as_json:
        told = decision.to_dict("zh" if lang.value == "zh" else "en")
        if redact:
            told["receipt"] = decision.receipt.redacted().to_dict()
            del told["values"], told["reasons"]
        output.write_json(told)
    else:
        _show(decision, lang)
    return 0


def _show(decision: Decision, language: Language) -> None:
    lang = language.value
    if output.is_terminal():
        from policyrules.cli.terminal import page
        from policyrules.decisions.account import account

        told = account(decision, "zh" if lang == "zh" else "en")
        output.write_lines(page(told, output.terminal_width()))
    else:
        output.write(decision.explain("zh" if lang == "zh" else "en"))


def _day(text: str | None) -> date:
    if text is None:
        return date.today()
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise typer.BadParameter(f"`{text}` is not a day as YYYY-MM-DD", param_hint="--on")
    try:
        return date.fromisoformat(text)
    except ValueError:
        message = f"the calendar has no day `{text}`"
        raise typer.BadParameter(message, param_hint="--on") from None


def _read(path: str) -> tuple[bytes, str]:
    """The bytes of a facts file and its name for messages; no more than are ever looked at."""
    from policyrules.intake.facts_file import MAX_BYTES

    name = "standard input" if path == "-" else path
    try:
        if path == "-":
            return sys.stdin.buffer.read(MAX_BYTES + 1), name
        with open(path, "rb") as file:  # noqa: PTH123 - a path may be anything that was typed
            return file.read(MAX_BYTES + 1), name
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        message = f"the facts cannot be read: {reason.lower()}"
        remedy = "give a JSON or YAML file, or `-` for standard input"
        problem = FactProblem("not-readable", (), message, remedy=remedy, place=name)
        raise FactsError([problem]) from None
