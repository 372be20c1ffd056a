"""The typer application: the commands, and the exit status of a run."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import Annotated, Any, Final

import typer.main

from policyrules.cli import output
from policyrules.cli.check import check
from policyrules.cli.decide import decide
from policyrules.cli.fmt import fmt
from policyrules.cli.list_rulesets import list_rulesets
from policyrules.cli.missing import missing
from policyrules.cli.new import app as new
from policyrules.cli.pin import pin
from policyrules.cli.replay import replay
from policyrules.cli.schema import schema
from policyrules.cli.show import show
from policyrules.cli.single_options import SingleOptionsCommand
from policyrules.cli.test import run_tests
from policyrules.cli.version import version_text
from policyrules.text.control_characters import escape_control_characters

app: typer.Typer = typer.Typer(
    name="policyrules",
    help="Decide social policy: exactly, with reasons, from rulesets that anyone can read.",
    no_args_is_help=True,
    add_completion=False,
    # Plain help starts faster, and reads the same in every terminal.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)
app.command("list", cls=SingleOptionsCommand)(list_rulesets)
app.command("decide", cls=SingleOptionsCommand)(decide)
app.command("missing", cls=SingleOptionsCommand)(missing)
app.command("replay", cls=SingleOptionsCommand)(replay)
app.command("check", cls=SingleOptionsCommand)(check)
app.command("fmt", cls=SingleOptionsCommand)(fmt)
app.command("test", cls=SingleOptionsCommand)(run_tests)
app.command("pin", cls=SingleOptionsCommand)(pin)
app.add_typer(new, name="new")
app.command("schema", cls=SingleOptionsCommand)(schema)
app.command("show", cls=SingleOptionsCommand)(show)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and the kernel that decides.")
    ] = False,
) -> None:
    # Reached only with further arguments: `main` answers `--version` alone.
    if version:
        output.write(version_text() + "\n")
        raise typer.Exit


# The base class of usage errors. Versions of typer bundle click under different names.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]


@cache
def _command() -> Callable[..., Any]:
    """Build the commands from their signatures; a process that runs several does so once."""
    return typer.main.get_command(app)


def run(arguments: Sequence[str]) -> int:
    """Run the application and return the exit status."""
    as_json = _wants_json(arguments)
    try:
        outcome = _command()(list(arguments), prog_name="policyrules", standalone_mode=False)
    except typer.Exit as exited:
        return output.flush_status(exited.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return output.INTERRUPTED
    except _UsageError as error:
        is_help = type(error).__name__ == "NoArgsIsHelpError"  # its message is the help
        if hasattr(error, "message") and not is_help:
            # The message quotes what was typed, and typer prints it as it is.
            error.message = str(error.message).removeprefix("Value error, ")
            hint = _hint(error.message)
            error.message = escape_control_characters(f"{error.message}{hint}")
        message = str(getattr(error, "format_message", error.__str__)())
        return output.report_usage_error(message, as_json=as_json, show=getattr(error, "show", str))
    return output.flush_status(output.exit_status(outcome))


_HINTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "explain": "`decide` explains every decision, and `missing` what to ask next",
        "facts": "`schema facts RULESET` says which facts there are, `missing` which to ask",
        "questions": "`missing` says what to ask next",
        "ask": "`missing` says what to ask next",
        "run": "`decide` decides a case, `test` runs the cases beside rulesets",
        "eval": "`decide` decides a case",
        "evaluate": "`decide` decides a case",
        "calculate": "`decide` decides a case",
        "validate": "`check` says what is wrong with rulesets",
        "lint": "`check` says what is wrong with rulesets",
        "format": "`fmt` puts files into their layout",
        "coverage": "`test --coverage` says which rules no case depends on",
        "mutate": "`test --mutate` says which mistakes no case notices",
        "compile": "`show --python` shows what the compiled engine runs",
        "init": "`new variant` begins a variant",
        "version": "`--version` shows it",
        "help": "`--help` shows it",
        "-V": "`--version` shows it",
        "-v": "`--version` shows it",
        "--date": "the day of a case is `--on`",
        "--day": "the day of a case is `--on`",
        "--as-of": "the day of a case is `--on`",
        "--language": "the language is `--lang`",
        "--locale": "the language is `--lang`",
        "--place": "the place is `--jurisdiction`",
        "--region": "the place is `--jurisdiction`",
        "--facts": "the facts are a file, or `-` for standard input, behind the ruleset",
        "--ruleset": "the ruleset is the first argument",
        "--output": "the result goes to standard output: write `> FILE`",
        "-o": "the result goes to standard output: write `> FILE`",
        "--verbose": "every answer has its reasons",
        "--fix": "`fmt` mends the layout, `pin` renews pins",
    }
)
"""Remedies for commands and options that other tools have, by name."""


def _hint(message: str) -> str:
    """Return a remedy for a message about an unknown command or option."""
    unknown = re.match(r"No such (?:command|option)[: ]+['\"]?([\w-]+)(?![\w/.-])", message)
    hint = _HINTS.get(unknown[1]) if unknown is not None else None
    if unknown is None and (
        ruleset := re.match(r"No such command ['\"]?([^'\" ]+/[^'\" ]+)", message)
    ):
        hint = f"did you mean `policyrules decide {ruleset[1]} FACTS`?"
    separator = " " if message.endswith((".", "?")) else "; "
    return f"{separator}{hint}" if hint else ""


def _wants_json(arguments: Sequence[str]) -> bool:
    """Return whether to report a usage error as JSON; the options could not be parsed."""
    options = list(arguments)
    if "--" in options:
        options = options[: options.index("--")]
    pairs = itertools.pairwise(options)
    return "--json" in options or ("--format", "json") in pairs or "--format=json" in options
