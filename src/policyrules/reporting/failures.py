"""A case that is not decided as it expects: where it stands, what differs, and why."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from policyrules.cases.result import CaseResult, PropertyResult
from policyrules.reporting.text_layout import Line, cells, pad, wrap
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.localized import Language

INDENT: Final = "    "

_WIDEST: Final = 40
"""No column of the table is wider."""


def failure(result: CaseResult | PropertyResult, language: Language) -> Iterator[Line]:
    """The place and the name of the case, then all of `differences_and_why`."""
    yield [
        (f"{result.span.path}:{result.span.line}: ", ""),
        ("failed", "bold red"),
        (f": {result.name}", "bold"),
    ]
    yield from differences_and_why(result, language)


def differences_and_why(result: CaseResult | PropertyResult, language: Language) -> Iterator[Line]:
    """The ruleset and the day, the table of what differs, and the explanation of the decision."""
    on = "" if result.on is None else f" on {result.on}"
    yield [(f"{INDENT}{result.ruleset}{on}", "dim")]
    yield from _table(result)
    yield [("", "")]
    for line in result.explain(language).rstrip("\n").split("\n"):
        yield [(f"{INDENT}{line}".rstrip(), "")]


def _table(result: CaseResult | PropertyResult) -> Iterator[Line]:
    """What differs: its name, what is expected, and what is found."""
    rows: list[tuple[str, ...]] = [("", "expected", "found")]
    for one in result.differences:
        texts = (
            wrap(escape_control_characters(text), _WIDEST)
            for text in (one.what, one.expected, one.found)
        )
        rows += zip_longest(*texts, fillvalue="")
    widths = [max(map(cells, column)) for column in zip(*rows, strict=True)]
    for place, row in enumerate(rows):
        what, expected, found = map(pad, row, widths)
        yield [
            (f"{INDENT}{what}  ", "bold"),
            (f"{expected}  ", "green" if place else "dim"),
            (found.rstrip(), "red" if place else "dim"),
        ]
