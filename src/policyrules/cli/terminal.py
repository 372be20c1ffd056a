"""The page that `decide` shows in a terminal; the words are those of the account."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import Final

from policyrules.explain.explanation import MARKS, Account, Item, Section
from policyrules.reporting.text_layout import Line, cells, pad, wrap

WIDEST: Final = 100
"""No line is longer, however wide the terminal: longer ones are hard to read."""

NARROWEST: Final = 60
"""Below this width the conditions stand above their numbers, not beside them."""

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
_STATES: Final[Mapping[str, str]] = {
    "eligible": "held",
    "ineligible": "failed",
    "undetermined": "unknown",
}


def page(told: Account, width: int) -> Iterator[Line]:
    """The account as lines of at most `width` cells: the answer first, then why, then what next.

    Colour only repeats what a word or a mark says.
    """
    width = max(min(width, WIDEST), 20)
    yield from _answer(told, width)
    if told.items:
        yield [("", "")]
        yield [(told.conditions, "bold")]
        yield from _conditions(told.items, width)
    for listing in told.listings:
        yield [("", "")]
        yield [(listing.heading, "bold")]
        yield from _conditions(listing.items, width)
    for section in told.sections:
        yield [("", "")]
        yield from _section(section, width)
    yield [("", "")]
    for text in wrap(told.receipt, width):
        yield [(text, "dim")]


def _answer(told: Account, width: int) -> Iterator[Line]:
    colour, mark = _COLOURS[told.status], MARKS[_STATES[told.status]]
    rule = ("─" * width, colour)
    for text in wrap(told.title, width):
        yield [(text, "bold")]
    yield [(told.on, "")]
    for line in told.foreign_text:
        for text in wrap(line, width):
            yield [(text, "yellow")]
    yield [rule]
    for text in wrap(f"{mark}  {told.outcome}", width - 2):
        yield [("  ", ""), (text, f"bold {colour}")]
    for number, line in enumerate(told.amount):
        for text in wrap(line, width - 5):
            yield [("     ", ""), (text, "" if number else "bold")]
    yield [rule]


def _conditions(items: tuple[Item, ...], width: int) -> Iterator[Line]:
    widest = max(4 + 2 * item.depth + cells(item.title) for item in items)
    column = min(widest, width // 3) if width >= NARROWEST else 0
    for item in items:
        yield from _condition(item, column, width)


def _condition(item: Item, column: int, width: int) -> Iterator[Line]:
    """One condition: mark and title on the left, numbers and ground beside or below them."""
    indent = "  " * item.depth
    colour = _COLOURS[item.state]
    left = wrap(item.title, max((column or width) - len(indent) - 4, 8))
    margin = column + 2 if column else len(indent) + 6
    right = [(text, "") for line in item.numbers for text in wrap(line, width - margin)]
    right += [(text, "dim") for text in (wrap(item.ground, width - margin) if item.ground else [])]
    titles = [
        (f"{indent} {MARKS[item.state] if number == 0 else ' '}  ", text)
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
        spaces = " " * (margin - cells(mark) - cells(text)) if detail else ""
        yield [(mark, f"bold {colour}".strip()), (text, "bold"), (spaces, ""), (detail, style)]


def _section(section: Section, width: int) -> Iterator[Line]:
    for text in wrap(section.heading, width):
        yield [(text, "bold")]
    for entry in section.entries:
        for number, line in enumerate(entry):
            for place, text in enumerate(wrap(line, width - 4)):
                yield [(pad(" -" if number == place == 0 else "", 4), ""), (text, "")]
