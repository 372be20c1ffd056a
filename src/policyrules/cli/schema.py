"""`policyrules schema`: print the JSON Schemas for editors."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from policyrules.cli import output


class Form(StrEnum):
    """The files that have a schema."""

    RULESET = "ruleset"
    OVERLAY = "overlay"
    VOCABULARY = "vocabulary"
    SOURCES = "sources"
    CALENDARS = "calendars"
    JURISDICTIONS = "jurisdictions"
    CASES = "cases"
    FACTS = "facts"


@output.report_errors
def schema(
    form: Annotated[Form, typer.Argument(help="The kind of file.")] = Form.RULESET,
    ruleset: Annotated[
        str | None,
        typer.Argument(metavar="[RULESET]", help="For `facts`: the id or path of the ruleset."),
    ] = None,
    as_json: Annotated[  # noqa: ARG001 - every command takes it
        bool, typer.Option("--json", help="No effect: a schema is always JSON.")
    ] = False,
) -> int:
    """Print the JSON Schema of a ruleset, or of another file that belongs to rulesets."""
    from policyrules.api import policy

    if form is not Form.FACTS:
        if ruleset is not None:
            raise typer.BadParameter(f"the schema of a {form} is for all of them")
        output.write_json(policy.schema(form.value))
        return 0
    if ruleset is None:
        raise typer.BadParameter("the schema of facts needs the id or path of a ruleset")
    from policyrules.intake import facts_schema

    output.write_json(facts_schema(policy.load(ruleset).ruleset))
    return 0
