"""`policyrules replay`: decide a receipt again and compare the decisions."""

from __future__ import annotations

from typing import Annotated

import typer

from policyrules.cli import output
from policyrules.cli.arguments import (
    AssumeOption,
    language_option,
    read_assume_option,
    read_facts_argument,
    read_receipt_argument,
    reject_second_stdin,
)
from policyrules.text.localized import Language


@output.report_errors
def replay(
    receipt: Annotated[
        str,
        typer.Argument(
            metavar="RECEIPT",
            help="A JSON file: a receipt, or a decision with its receipt; `-` is standard input.",
        ),
    ],
    facts: Annotated[
        str | None,
        typer.Option("--facts", metavar="FILE", help="The facts, where the receipt is redacted."),
    ] = None,
    ruleset: Annotated[
        str | None,
        typer.Option(
            "--ruleset", metavar="PATH", help="The path of the ruleset, if it is not installed."
        ),
    ] = None,
    lang: Annotated[Language, language_option()] = "zh",
    as_json: Annotated[bool, typer.Option("--json", help="The answer as JSON.")] = False,
    assume: AssumeOption = None,
) -> int:
    """Decide a receipt again: the same decision, or the differences by name.

    The exit status is 1 if anything differs.
    """
    reject_second_stdin(receipt, facts or "", assume or "", hint="--facts")
    from policyrules.api.policy import load
    from policyrules.api.replay import replay as replayed

    answer = replayed(
        read_receipt_argument(receipt),
        facts=None if facts is None else read_facts_argument(facts),
        assuming=read_assume_option(assume),
        policy=None if ruleset is None else load(ruleset),
    )
    if as_json:
        output.write_json(answer.to_dict())
    else:
        output.write(answer.explain(lang))
    return 0 if answer.is_same else output.FAILURE
