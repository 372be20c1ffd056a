"""The page that `decide` shows in a terminal: the explanation with a layout and colours."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Final

from policyrules.explain.explanation import MARKS, ConditionLine, Explanation, Section
from policyrules.reporting.text_layout import Line, display_width, pad, wrap

MAX_WIDTH: Final = 100
"""The maximum width of a page, in any terminal."""

MIN_WIDTH_OF_TWO_COLUMNS: Final = 60
"""The minimum width of a page that has figures beside the conditions, not below them."""

_COLOURS: Final[Mapping[str, str]] = {
    "eligible": "green",
    "ineligible": "red",
    "undetermined": "yellow",
    "held": "green",
    "failed": "red",
    "excluded": "red",
    "unknown": "yellow",
    "stated": "",
}
_STATE_BY_STATUS: Final[Mapping[str, str]] = {
    "eligible": "held",
    "ineligible": "failed",
    "undetermined": "unknown",
}
"""The state of a condition that has the same mark as a status."""


def page(explanation: Explanation, width: int) -> Iterator[Line]:
    """Yield the explanation as lines of at most `width` columns.

    Colour only repeats the meaning of a word or a mark.
    """
    width = max(min(width, MAX_WIDTH), 20)
    yield from _answer(explanation, width)
    if explanation.conditions:
        yield [("", "")]
        yield [(explanation.conditions_heading, "bold")]
        yield from _conditions(explanation.conditions, width)
    for items in explanation.items:
        yield [("", "")]
        yield [(items.heading, "bold")]
        yield from _conditions(items.lines, width)
    for section in explanation.sections:
        yield [("", "")]
        yield from _section(section, width)
    yield [("", "")]
    for text in wrap(explanation.receipt, width):
        yield [(text, "dim")]


def _answer(explanation: Explanation, width: int) -> Iterator[Line]:
    colour, mark = _COLOURS[explanation.status], MARKS[_STATE_BY_STATUS[explanation.status]]
    rule = ("─" * width, colour)
    for text in wrap(explanation.title, width):
        yield [(text, "bold")]
    yield [(explanation.on, "")]
    for line in explanation.foreign_text:
        for text in wrap(line, width):
            yield [(text, "yellow")]
    yield [rule]
    for text in wrap(f"{mark}  {explanation.outcome}", width - 2):
        yield [("  ", ""), (text, f"bold {colour}")]
    for lines in explanation.amounts:
        for number, line in enumerate(lines):
            for text in wrap(line, width - 5):
                yield [("     ", ""), (text, "" if number else "bold")]
    yield [rule]


def _conditions(conditions: tuple[ConditionLine, ...], width: int) -> Iterator[Line]:
    widest = max(4 + 2 * line.depth + display_width(line.title) for line in conditions)
    column = min(widest, width // 3) if width >= MIN_WIDTH_OF_TWO_COLUMNS else 0
    for condition in conditions:
        yield from _condition(condition, column, width)


def _condition(condition: ConditionLine, column: int, width: int) -> Iterator[Line]:
    """Yield a condition: mark and title left, figures and justification beside or below."""
    indent = "  " * condition.depth
    colour = _COLOURS[condition.state]
    left = wrap(condition.title, max((column or width) - len(indent) - 4, 8))
    margin = column + 2 if column else len(indent) + 6
    right = [(text, "") for figures in condition.numbers for text in wrap(figures, width - margin)]
    right += [
        (text, "dim")
        for text in (
            wrap(condition.justification, width - margin) if condition.justification else []
        )
    ]
    titles = [
        (f"{indent} {MARKS[condition.state] if number == 0 else ' '}  ", text)
        for number, text in enumerate(left)
    ]
    if not column:
        for mark, text in titles:
            yield [(mark, f"bold {colour}".strip()), (text, "bold")]
        for detail, style in right:
            yield [(" " * margin, ""), (detail, style)]
        return
    for title, line in zip_longest(titles, right):
        mark, text = title or ("", "")
        detail, style = line or ("", "")
        spaces = " " * (margin - display_width(mark) - display_width(text)) if detail else ""
        yield [(mark, f"bold {colour}".strip()), (text, "bold"), (spaces, ""), (detail, style)]


def _section(section: Section, width: int) -> Iterator[Line]:
    for text in wrap(section.heading, width):
        yield [(text, "bold")]
    for entry in section.entries:
        for number, line in enumerate(entry):
            for row, text in enumerate(wrap(line, width - 4)):
                yield [(pad(" -" if number == row == 0 else "", 4), ""), (text, "")]
