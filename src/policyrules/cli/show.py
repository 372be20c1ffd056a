"""`policyrules show`: the rules of a ruleset with those of its bases, or its compiled Python."""

from __future__ import annotations

from typing import Annotated

import typer

from policyrules.cli import output
from policyrules.cli.arguments import case_day, parse_date_option


@output.report_errors
def show(
    ruleset: Annotated[
        str, typer.Argument(metavar="RULESET", help="The id of a ruleset, or the path of its file.")
    ],
    on: Annotated[
        str | None,
        typer.Option("--on", metavar="DATE", help="The day, as YYYY-MM-DD; else today."),
    ] = None,
    python: Annotated[
        bool, typer.Option("--python", help="The Python that the compiled engine runs.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="The same as JSON.")] = False,
) -> int:
    """Show all rules of a ruleset: those of its bases with its changes, and its own.

    With --python: the source that the compiled engine runs.
    """
    if not python:
        if on is not None:
            raise typer.BadParameter("it goes with --python", param_hint="--on")
        return _show_rules(ruleset, as_json=as_json)
    if on is not None:
        parse_date_option(on)
    from policyrules.api.policy import load

    policy = load(ruleset)
    day = case_day(on, policy.ruleset.jurisdiction)
    with day.explain_default():
        dated = policy.on(day.day)
    source = dated.python_source()
    if as_json:
        shown = {"ruleset": dated.policy.id, "on": dated.day.isoformat(), "python": source}
        output.write_json(shown)
    else:
        output.write(source)
    return 0


def _show_rules(ruleset: str, *, as_json: bool) -> int:
    """Write the rules of a ruleset, composed with its bases, in the standard layout."""
    from policyrules.catalogue.store import compile_path, find
    from policyrules.errors import RulesetError
    from policyrules.syntax.pretty_printer import print_tree

    compiled = compile_path(find(ruleset))
    if compiled.ruleset is None or compiled.artifacts is None:
        raise RulesetError(compiled.diagnostics)
    text = print_tree(compiled.artifacts.composition.tree)
    if as_json:
        output.write_json({"ruleset": compiled.ruleset.id, "rules": text})
    else:
        output.write(text)
    return 0
