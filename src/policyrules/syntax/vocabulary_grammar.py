"""The shapes of vocabularies, of lists of sources, and of lists of jurisdictions."""

from __future__ import annotations

from typing import Final

from policyrules.syntax import tree
from policyrules.syntax.common_grammar import (
    EXPRESSION,
    FACT,
    LITERAL,
    NAME,
    SOURCE_RECORDS,
    TITLE,
    TITLED,
    UNIT_TITLE,
    VERSION,
)
from policyrules.syntax.misplaced_keys import RENAMED_KEYS
from policyrules.syntax.shapes import Field, IdentifierScalar, NamedRecords, Record, StringMap, Text
from policyrules.syntax.spelling import KEBAB, SNAKE

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
JURISDICTIONS: Final = Record(
    tree.JurisdictionsTree,
    {"policyrules": VERSION, "jurisdictions": Field(StringMap(TITLE, KEBAB), True)},
    title="What readers call the jurisdictions of rulesets",
)
