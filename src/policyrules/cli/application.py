"""The typer application: which commands there are, and how a run of the program ends."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Annotated

import typer

from policyrules.cli import output
from policyrules.cli.check import check
from policyrules.cli.decide import decide
from policyrules.cli.fmt import fmt
from policyrules.cli.listing import list_rulesets
from policyrules.cli.missing import missing
from policyrules.cli.new import app as new
from policyrules.cli.pin import pin
from policyrules.cli.replay import replay
from policyrules.cli.schema import schema
from policyrules.cli.show import show
from policyrules.cli.test import run_tests
from policyrules.cli.version import version_text
from policyrules.control_characters import escape_control_characters

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
app.command("list")(list_rulesets)
app.command("decide")(decide)
app.command("missing")(missing)
app.command("replay")(replay)
app.command("check")(check)
app.command("fmt")(fmt)
app.command("test")(run_tests)
app.command("pin")(pin)
app.add_typer(new, name="new")
app.command("schema")(schema)
app.command("show")(show)


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", help="Show the version and the kernel that decides.")
    ] = False,
) -> None:
    # Reached only where more is given beside it: `main` answers `--version` alone at once.
    if version:
        output.write(version_text() + "\n")
        raise typer.Exit


# The base of all errors of usage; typer carries click under different names over its versions.
_UsageError: type[Exception] = typer.BadParameter.__bases__[0]


def run(arguments: Sequence[str]) -> int:
    """Runs the application on its arguments and returns the exit status."""
    as_json = _wants_json(arguments)
    try:
        outcome = app(list(arguments), prog_name="policyrules", standalone_mode=False)
    except typer.Exit as exited:
        return output.flushed(exited.exit_code)
    except (typer.Abort, KeyboardInterrupt):
        return output.INTERRUPTED
    except _UsageError as error:
        if hasattr(error, "message"):
            # It quotes what was typed, and is printed by typer.
            error.message = escape_control_characters(str(error.message))
        message = str(getattr(error, "format_message", error.__str__)())
        return output.usage_error(message, as_json=as_json, shown=getattr(error, "show", str))
    return output.flushed(output.status_of(outcome))


def _wants_json(arguments: Sequence[str]) -> bool:
    """Whether an error of usage is to be reported as JSON: the options could not be read."""
    options = list(arguments)
    if "--" in options:
        options = options[: options.index("--")]
    pairs = itertools.pairwise(options)
    return "--json" in options or ("--format", "json") in pairs or "--format=json" in options
