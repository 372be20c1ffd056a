"""`policyrules show`: a ruleset as the library works with it."""

from __future__ import annotations

from typing import Annotated

import typer

from policyrules.cli import output
from policyrules.cli.arguments import day_of


@output.answering
def show(
    ruleset: Annotated[
        str, typer.Argument(metavar="RULESET", help="The id of a ruleset, or the path of its file.")
    ],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day, as YYYY-MM-DD; today if left out."),
    ] = None,
    python: Annotated[
        bool, typer.Option("--python", help="The Python that the compiled engine runs.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False,
) -> int:
    """Show what a ruleset is made into: with --python, the source that the compiled engine runs."""
    if not python:
        raise typer.BadParameter("say what to show; there is one thing", param_hint="--python")
    day = day_of(on)
    from policyrules.policy import load

    dated = load(ruleset).on(day)
    source = dated.python_source()
    if as_json:
        shown = {"ruleset": dated.policy.id, "on": day.isoformat(), "python": source}
        output.write_json(shown)
    else:
        output.write(source)
    return 0
