"""Shapes that several kinds of files share: titles, types, facts, sources, provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.syntax import tree
from policyrules.syntax.alternatives import WordsOrRecords
from policyrules.syntax.misplaced_keys import FOREIGN_TYPES
from policyrules.syntax.row_shapes import RowList
from policyrules.syntax.shape_remedies import ends_of_range, title_in_both_languages
from policyrules.syntax.shapes import (
    Choice,
    Field,
    ListOf,
    NamedRecords,
    Record,
    StringMap,
    Text,
    Wrapped,
)
from policyrules.syntax.spelling import KEBAB

LANGUAGE: Final = 1
"""The version of the ruleset language that this library reads."""

TYPES: Final = (
    *("yes_no", "count", "number", "ratio", "money", "word", "words"),
    *("date", "month", "calendar_year", "period", "list", "scale"),
)
ENTRY_TYPES: Final = ("date", "month", "word")

ID: Final = Text("an id")
NAME: Final = Text("a name")
EXPRESSION: Final = Text("an expression", may_break=True)
DATE: Final = Text("a date, such as 2022-11-25")
ISSUED: Final = Text("a day, a month or a year, such as 2022-11-25, or `not_stated`")
LITERAL: Final = Text("a value")
YES_NO: Final = Text("true or false", ("true", "false"))

TITLE: Final = Record(
    tree.TitleNode,
    {"zh": Field(Text("a text in Chinese"), True), "en": Field(Text("a text in English"), True)},
    shape_remedy=title_in_both_languages,
)
TITLED: Final = Field(TITLE, True, "its title, in Chinese (zh) and English (en)")

PROVENANCE: Final[Mapping[str, Field]] = {
    "quote": Field(Text("a verbatim quote"), description="verbatim words of the source"),
    "cite": Field(ID, description="the source, where it is not the legal basis"),
    "notes": Field(
        ListOf(ID), description="assumptions and warnings that travel with the decision"
    ),
}
FROM_TO: Final[Mapping[str, Field]] = {
    "from": Field(DATE, description="first day"),
    "to": Field(DATE, description="last day, itself included"),
}

_RANGE: Final = Text("the least and the largest figure, as 0..100", shape_remedy=ends_of_range)
_EITHER: Final = Record(tree.EitherNode, {"either": Field(ListOf(LITERAL, 2), True)})
_WORDS: Final = Wrapped(tree.WordsNode, "words", ListOf(NAME))
_CELL: Final = Choice(
    LITERAL,
    sequence=_WORDS,
    either=_EITHER,
    expected="a value, a list of words, or `either`",
    classes=((tree.WordsNode, "sequence"), (tree.EitherNode, "either")),
)
BRACKET: Final = Record(
    tree.BracketNode,
    {
        "above": Field(LITERAL, True, "the edge above which the rate applies, as 5000 CNY"),
        "rate": Field(LITERAL, True, "the rate of what is above the edge, as 3%"),
        **PROVENANCE,
    },
)
_WORDS_OR_BRACKETS: Final = WordsOrRecords(
    _WORDS, Wrapped(tree.ScaleNode, "brackets", ListOf(BRACKET)), tree.ScaleNode
)
CONTENT: Final = Choice(
    LITERAL,
    sequence=_WORDS_OR_BRACKETS,
    either=_EITHER,
    mapping=Wrapped(tree.TableNode, "rows", StringMap(_CELL, None)),
    classes=(
        (tree.WordsNode, "sequence"),
        (tree.ScaleNode, "sequence"),
        (tree.EitherNode, "either"),
        (tree.TableNode, "mapping"),
    ),
)
_BAND: Final = Record(
    tree.BandNode,
    {key: Field(LITERAL) for key in ("at_least", "above", "at_most", "below")},
)
_ROW_CELL: Final = Choice(
    LITERAL,
    sequence=_WORDS,
    either=_EITHER,
    mapping=_BAND,
    expected="a value, a list of words, or a band such as `{at_least: 1, below: 5}`",
    classes=(
        (tree.WordsNode, "sequence"),
        (tree.EitherNode, "either"),
        (tree.BandNode, "mapping"),
    ),
)
TABLE_ROWS: Final = Wrapped(
    tree.TableRowsNode,
    "rows",
    RowList(StringMap(_ROW_CELL, None, "the cells of a row")),
)
"""Rows of a table: in each the cells of the keys, and `is`; or `else` alone."""

KEYS: Final = Choice(
    NAME,
    mapping=Wrapped(tree.KeysNode, "keys", StringMap(NAME)),
    expected="a fact or value, or several by name",
    classes=((tree.KeysNode, "mapping"),),
)
WORD_TITLES: Final = StringMap(TITLE)
UNIT_TITLE: Final = "what a reader calls one of the unit, as 岁 and year for the years of an age"


def typed_fields(*, bounded: bool = True) -> dict[str, Field]:
    """Return the keys that declare a type; `bounded` adds decimal places and range."""
    bounds = {
        "places": Field(LITERAL, description="how many decimal places a figure may have"),
        "range": Field(_RANGE, description="the least and the largest figure, as 0..100"),
    }
    return {
        "title": TITLED,
        "type": Field(
            Text("a type", TYPES, foreign_words=FOREIGN_TYPES),
            True,
            "the type, such as `count` or `money`",
        ),
        "unit": Field(
            Text("a unit"), description="person, month, year, day, event, item, CNY, CNY/person"
        ),
        "unit_title": Field(TITLE, description=UNIT_TITLE),
        "words": Field(WORD_TITLES, description="the words that it may be, each with its title"),
        **(bounds if bounded else {}),
    }


FACT: Final = Record(
    tree.FactNode,
    {
        "title": TITLED,
        "ask": Field(TITLE, description="the question to put"),
        **typed_fields(),
        "of": Field(
            Text("a type of entries", ENTRY_TYPES), description="what the entries of a list are"
        ),
        "open": Field(YES_NO, description="whether it may be a word that is not declared"),
        "at_most": Field(LITERAL, description="how many entries a list may have"),
        "none": Field(TITLE, description="the title of its known absence"),
        "as_of": Field(
            Text("a time", ("previous_year",)), description="the period that the fact refers to"
        ),
        "changeable": Field(YES_NO, description="whether the applicant can change it"),
        "past": Field(YES_NO, description="whether it cannot lie after the day of the decision"),
    },
)
_SOURCE: Final = Record(
    tree.SourceNode,
    {
        "title": Field(Text("the title of the document"), True),
        "issued": Field(ISSUED, description="when it was issued, as far as that is known"),
        "grade": Field(Text("A, B or C", ("A", "B", "C", "A/B", "A/C", "B/C"))),
        "ref": Field(Text("a short reference")),
        "url": Field(Text("an address")),
        "sha256": Field(Text("a digest"), description="of a saved copy of the text"),
    },
)
SOURCE_RECORDS: Final = NamedRecords(_SOURCE, KEBAB)
VERSION: Final = Field(Text("the version of the language"), True, f"always {LANGUAGE}")
