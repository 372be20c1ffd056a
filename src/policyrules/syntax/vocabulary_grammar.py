"""The shapes of vocabularies, of lists of sources, and of lists of jurisdictions."""

from __future__ import annotations

from typing import Final

from policyrules.syntax import tree
from policyrules.syntax.common_grammar import (
    EXPRESSION,
    FACT,
    ISSUED,
    LITERAL,
    NAME,
    SOURCE_RECORDS,
    TITLE,
    TITLED,
    UNIT_TITLE,
    VERSION,
)
from policyrules.syntax.misplaced_keys import RENAMED_KEYS
from policyrules.syntax.shapes import (
    Field,
    IdentifierScalar,
    ListOf,
    NamedRecords,
    Record,
    StringMap,
    Text,
)
from policyrules.syntax.spelling import KEBAB, SNAKE, YEAR

_SUBJECT: Final = Record(
    tree.SubjectNode, {"title": TITLED, "facts": Field(NamedRecords(FACT, SNAKE), True)}
)
_ITEM_LIST: Final = Record(
    tree.ItemListNode,
    {
        "title": TITLED,
        "ask": Field(TITLE, description="the question to put"),
        "item": Field(TITLE, description="what a reader calls one of them"),
        "key": Field(
            IdentifierScalar(SNAKE), True, "the key that identifies an item, such as `id`"
        ),
        "unit": Field(Text("a unit"), description="the unit of a number of items"),
        "unit_title": Field(TITLE, description=UNIT_TITLE),
        "at_most": Field(LITERAL, True, "how many items there may be"),
        "facts": Field(NamedRecords(FACT, SNAKE), True),
    },
)
_UNIT: Final = Record(tree.UnitNode, {"title": TITLED})
CONSTRAINT: Final = Record(
    tree.ConstraintNode,
    {
        "in": Field(NAME, description="the list whose items it is about"),
        "each": Field(
            IdentifierScalar(SNAKE), description="what the test calls an item of the list"
        ),
        "holds": Field(EXPRESSION, True, "the test that true facts pass"),
    },
)

VOCABULARY: Final = Record(
    tree.VocabularyTree,
    {
        "policyrules": VERSION,
        "subjects": Field(NamedRecords(_SUBJECT, SNAKE)),
        "lists": Field(
            NamedRecords(_ITEM_LIST, SNAKE), description="lists of items, such as hires"
        ),
        "constraints": Field(
            NamedRecords(CONSTRAINT, KEBAB), description="constraints that true facts satisfy"
        ),
        "units": Field(
            NamedRecords(_UNIT, SNAKE), description="units besides the usual ones, such as hour"
        ),
    },
    title="The vocabulary of a folder of rulesets",
    misplaced_keys=RENAMED_KEYS,
)
SOURCES: Final = Record(
    tree.SourcesTree,
    {"policyrules": VERSION, "sources": Field(SOURCE_RECORDS, True)},
    title="The documents that rulesets may cite",
)
_DAYS: Final = ListOf(Text("a day or a period, such as 2024-02-10..2024-02-17"))
_CALENDAR_YEAR: Final = Record(
    tree.CalendarYearNode,
    {
        "title": Field(Text("the title of the document"), True),
        "issued": Field(ISSUED, True, "when the document was issued"),
        "url": Field(Text("an address"), True, "where the document was read"),
        "read_on": Field(Text("a day"), True, "the day on which it was read"),
        "quote": Field(Text("a verbatim quote"), True, "the days in the words of the document"),
        "holidays": Field(_DAYS, True, "the days that are no working days, weekends or not"),
        "working_days": Field(_DAYS, description="the Saturdays and Sundays that are worked"),
    },
)
_CALENDAR: Final = Record(
    tree.CalendarNode,
    {"title": TITLED, "years": Field(NamedRecords(_CALENDAR_YEAR, YEAR), True)},
)
CALENDARS: Final = Record(
    tree.CalendarsTree,
    {"policyrules": VERSION, "calendars": Field(NamedRecords(_CALENDAR, KEBAB), True)},
    title="The working days of jurisdictions",
)
JURISDICTIONS: Final = Record(
    tree.JurisdictionsTree,
    {"policyrules": VERSION, "jurisdictions": Field(StringMap(TITLE, KEBAB), True)},
    title="What readers call the jurisdictions of rulesets",
)
