"""Render a failed case: its place, the differences, and the explanation of the decision."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import zip_longest
from typing import Final

from policyrules.cases.result import CaseResult, PropertyResult
from policyrules.reporting.text_layout import Line, display_width, pad, wrap
from policyrules.text.control_characters import escape_control_characters
from policyrules.text.localized import Language

INDENT: Final = "    "

_MAX_COLUMN_WIDTH: Final = 40
"""The maximum width of a column of the table."""


def render_failure(result: CaseResult | PropertyResult, language: Language) -> Iterator[Line]:
    """Yield the place and the name of the case, then `render_failure_details`."""
    yield [
        (f"{result.span.path}:{result.span.line}: ", ""),
        ("failed", "bold red"),
        (f": {result.name}", "bold"),
    ]
    yield from render_failure_details(result, language)


def render_failure_details(
    result: CaseResult | PropertyResult, language: Language
) -> Iterator[Line]:
    """Yield the ruleset and the day, the table of differences, and the explanation."""
    on = "" if result.on is None else f" on {result.on}"
    yield [(f"{INDENT}{result.ruleset}{on}", "dim")]
    yield from _table(result)
    yield [("", "")]
    for line in result.explain(language).rstrip("\n").split("\n"):
        yield [(f"{INDENT}{line}".rstrip(), "")]


def _table(result: CaseResult | PropertyResult) -> Iterator[Line]:
    """Yield the table of differences: the name, the expected and the actual figure."""
    rows: list[tuple[str, ...]] = [("", "expected", "found")]
    for difference in result.differences:
        texts = (
            wrap(escape_control_characters(text), _MAX_COLUMN_WIDTH)
            for text in (difference.what, difference.expected, difference.found)
        )
        rows += zip_longest(*texts, fillvalue="")
    widths = [max(map(display_width, column)) for column in zip(*rows, strict=True)]
    for number, row in enumerate(rows):
        name, expected, actual = map(pad, row, widths)
        yield [
            (f"{INDENT}{name}  ", "bold"),
            (f"{expected}  ", "green" if number else "dim"),
            (actual.rstrip(), "red" if number else "dim"),
        ]
