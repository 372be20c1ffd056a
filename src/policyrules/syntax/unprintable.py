"""Report unprintable characters, which readers cannot see and terminals may obey."""

from __future__ import annotations

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.yaml import Mapping, Node, Scalar, Sequence
from policyrules.text.control_characters import (
    character_name,
    escape_control_characters,
    find_control_character,
)


def report_control_characters(node: Node, diagnostics: Diagnostics) -> None:
    """Report control characters in every text; `Text` checks line breaks and tabs."""
    pending = [node]
    while pending:
        match pending.pop():
            case Scalar() as scalar:
                report_control_character(scalar, diagnostics, allowed="\t\n")
            case Sequence(items=items):
                pending += items
            case Mapping(entries=entries):
                for key, under in entries:
                    report_control_character(key, diagnostics)
                    pending.append(under)


def report_control_character(scalar: Scalar, diagnostics: Diagnostics, allowed: str = "") -> None:
    """Report the first control character of a text."""
    sign = find_control_character(scalar.text)
    if sign and sign in allowed:
        sign = find_control_character(scalar.text.translate(dict.fromkeys(map(ord, allowed))))
    if not sign:
        return
    breaks = sign in "\t\n"
    diagnostics.report(
        "control-character",
        scalar.span,
        "a text with a line break or a tab" if breaks else "a text with an invisible character",
        found=f"{character_name(sign)} in `{escape_control_characters(scalar.text[:60])}`",
        expected="a text on one line, of characters that a reader sees",
        remedy="write it on one line; `>-` folds the lines that follow" if breaks else "remove it",
    )
