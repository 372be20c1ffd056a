"""The shape of a ruleset: its keys, and the shape of the content of each."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Final

import attrs

from policyrules.syntax import tree
from policyrules.syntax.alternatives import WordOrRecord
from policyrules.syntax.common_grammar import (
    CONTENT,
    EXPRESSION,
    FACT,
    FROM_TO,
    ID,
    KEYS,
    LANGUAGE,
    LITERAL,
    NAME,
    PROVENANCE,
    SOURCE_RECORDS,
    TABLE_ROWS,
    TITLE,
    TITLED,
    UNIT_TITLE,
    VERSION,
    YES_NO,
    typed_fields,
)
from policyrules.syntax.misplaced_keys import CASE_FILE_KEYS, FOREIGN_GROUPS, RENAMED_KEYS
from policyrules.syntax.shape_remedies import (
    always_or_conditions,
    conditions_of_items,
    days_in_force,
)
from policyrules.syntax.shapes import (
    Field,
    IdentifierScalar,
    ListOf,
    NamedRecords,
    Record,
    StringMap,
    Text,
)
from policyrules.syntax.spelling import KEBAB, LIST, SNAKE
from policyrules.syntax.yaml import Scalar

_TABLE_ROWS: Final = Field(TABLE_ROWS, description="the rows of a table, with a cell for each key")
_ROW: Final = Record(
    tree.RowNode,
    {**FROM_TO, "value": Field(CONTENT), "rows": _TABLE_ROWS, **PROVENANCE},
    exactly_one=("value", "rows"),
)
_PICK: Final = Field(
    Text("`first`", ("first",)),
    description="rows or exceptions are taken in order, the first that applies",
)
CONTENT_KEYS: Final = ("value", "rows", "values")
PARAMETER: Final = Record(
    tree.ParameterNode,
    {
        **typed_fields(),
        "of": Field(NAME, description="the fact whose words these are"),
        "by": Field(KEYS, description="the fact or value that chooses the row; several have names"),
        "pick": _PICK,
        "open": Field(YES_NO, description="whether the text leaves the list of words open"),
        "delegated": Field(Text("a bound", ("at_most", "at_least", "free", "no"))),
        "yearly": Field(YES_NO, description="whether each policy year sets it anew"),
        "value": Field(CONTENT),
        "rows": _TABLE_ROWS,
        "values": Field(ListOf(_ROW), description="dated rows"),
        **PROVENANCE,
    },
    exactly_one=CONTENT_KEYS,
)
_ROUND: Final = Record(
    tree.RoundNode,
    {
        "to": Field(LITERAL, True, "the step, as 0.01 CNY"),
        "mode": Field(Text("a mode", ("half_up", "half_even", "down", "up")), True),
        **PROVENANCE,
    },
)
IN_FORCE: Final = Record(tree.InForceNode, {**FROM_TO, **PROVENANCE}, shape_remedy=days_in_force)
_PERIOD: Final = Field(IN_FORCE, description="the days on which the rule applies, if not on all")
EXCEPTION: Final = Record(
    tree.ExceptionNode,
    {
        "title": TITLED,
        "in_force": _PERIOD,
        "when": Field(EXPRESSION, True, "the test that makes it apply"),
        "is": Field(EXPRESSION),
        "holds": Field(EXPRESSION),
        **PROVENANCE,
    },
    exactly_one=("is", "holds"),
)
_EXCEPTIONS: Final = NamedRecords(EXCEPTION, KEBAB)
VALUE: Final = Record(
    tree.ValueNode,
    {
        **typed_fields(bounded=False),
        "given": Field(NAME, description="the fact that may state the value instead"),
        "by": Field(KEYS, description="the fact or value that chooses the row; several have names"),
        "is": Field(EXPRESSION, description="the expression that computes it"),
        "rows": Field(TABLE_ROWS, description="the rows of a table, in each an expression"),
        "round": Field(_ROUND),
        "for": Field(
            ListOf(Text("a status", ("eligible", "ineligible", "undetermined"))),
            description="the statuses for which a consequence is stated; by default eligible and "
            "undetermined",
        ),
        **PROVENANCE,
        "pick": _PICK,
        "except": Field(_EXCEPTIONS),
    },
    exactly_one=("is", "rows"),
    misplaced_keys={"holds": "a value has `is`; if this is a condition, put it under `conditions`"},
)
_GROUP_KEYS: Final[Mapping[str, Field]] = {
    "all": Field(ListOf(ID)),
    "any": Field(ListOf(ID)),
    "none": Field(ListOf(ID)),
    "at_least": Field(
        Record(tree.AtLeastNode, {"n": Field(LITERAL, True), "of": Field(ListOf(ID), True)})
    ),
}
CONDITION: Final = Record(
    tree.ConditionNode,
    {
        "title": TITLED,
        "excludes": Field(TITLE, description="the other benefit that excludes this one"),
        "in_force": _PERIOD,
        "holds": Field(EXPRESSION, description="the test"),
        **_GROUP_KEYS,
        **PROVENANCE,
        "pick": _PICK,
        "except": Field(_EXCEPTIONS),
    },
    exactly_one=("holds", *_GROUP_KEYS),
    misplaced_keys={
        "is": "a condition has `holds`; if this is a value, put it under `values`",
        **FOREIGN_GROUPS,
    },
)
_ELIGIBLE: Final = Record(
    tree.GroupNode,
    _GROUP_KEYS,
    tuple(_GROUP_KEYS),
    misplaced_keys=FOREIGN_GROUPS,
    shape_remedy=conditions_of_items,
)
_ELIGIBLE_CASE: Final = WordOrRecord(
    "always", tree.AlwaysNode, attrs.evolve(_ELIGIBLE, shape_remedy=always_or_conditions)
)
BLOCK: Final = Record(
    tree.BlockNode,
    {
        "each": Field(IdentifierScalar(SNAKE), True, "what expressions call an item of the list"),
        "values": Field(NamedRecords(VALUE, SNAKE)),
        "conditions": Field(NamedRecords(CONDITION, KEBAB)),
        "eligible": Field(_ELIGIBLE, description="when an item qualifies"),
    },
)
AMOUNT: Final = Record(
    tree.AmountNode,
    {
        "title": TITLED,
        "paid_to": Field(TITLE, description="to whom it goes"),
        "unit": Field(Text("a unit"), description="the unit, if it is not CNY"),
        "unit_title": Field(TITLE, description=UNIT_TITLE),
        "signed": Field(YES_NO, description="whether it may be below zero"),
        "is": Field(EXPRESSION, True),
        "round": Field(_ROUND),
        **PROVENANCE,
    },
)
_ONLY_AMOUNT: Final = attrs.evolve(
    AMOUNT,
    fields={
        "name": Field(IdentifierScalar(SNAKE), True),
        **AMOUNT.fields,
        "title": Field(TITLE, description="its title, by default that of the ruleset"),
    },
)
LABELS: Final = Field(
    StringMap(TITLE), description="words for a status where the usual ones do not fit"
)
_OUTCOME: Final = Record(
    tree.OutcomeNode,
    {
        "labels": LABELS,
        "eligible": Field(_ELIGIBLE_CASE, True, "when a case is eligible, or `always`"),
        "amount": Field(_ONLY_AMOUNT, description="the only amount"),
        "amounts": Field(NamedRecords(AMOUNT, SNAKE), description="several amounts, by name"),
        "consequences": Field(ListOf(NAME)),
    },
    misplaced_keys=RENAMED_KEYS,
)
NOTE: Final = Record(
    tree.NoteNode,
    {
        "kind": Field(Text("a kind", ("assumption", "warning")), True),
        "when": Field(EXPRESSION, description="the test that makes the note apply"),
        "zh": Field(Text("a text in Chinese"), True),
        "en": Field(Text("a text in English"), True),
    },
)
WITHIN: Final = Field(
    ListOf(ID), description="rulesets of enclosing jurisdictions, whose bounds apply"
)
SELECTION: Final = Field(
    Text("`by_id`", ("by_id",)), description="never picked by place and day, only by its id"
)

RULESET: Final = Record(
    tree.RulesetTree,
    {
        "policyrules": VERSION,
        "id": Field(ID, True, "<jurisdiction>/<policy>, the path of the file"),
        "title": TITLED,
        "within": WITHIN,
        "selection": SELECTION,
        "policy_year": Field(LITERAL),
        "legal_basis": Field(ID, True, "the source of every quote that names no other"),
        "in_force": Field(IN_FORCE, True, "the period in which it applies"),
        "uses": Field(
            ListOf(NAME), description="the subjects of the vocabulary that it asks about"
        ),
        "facts": Field(
            StringMap(NamedRecords(FACT, SNAKE)), description="facts that it adds to subjects"
        ),
        "sources": Field(SOURCE_RECORDS),
        "parameters": Field(NamedRecords(PARAMETER, SNAKE)),
        "values": Field(NamedRecords(VALUE, SNAKE)),
        "lists": Field(NamedRecords(BLOCK, LIST), description="the rules for each item of a list"),
        "conditions": Field(NamedRecords(CONDITION, KEBAB)),
        "outcome": Field(_OUTCOME, True, "who is eligible, and for which amount"),
        "notes": Field(NamedRecords(NOTE, KEBAB)),
    },
    title="A ruleset of policyrules",
    fallbacks={
        "policyrules": partial(Scalar, str(LANGUAGE)),
        "id": partial(Scalar, ""),
        "title": lambda span: tree.TitleNode(span=span, zh=Scalar("", span), en=Scalar("", span)),
        "policy_year": lambda _: None,
        "legal_basis": partial(Scalar, ""),
        "in_force": lambda span: tree.InForceNode(span=span),
        "outcome": lambda span: tree.OutcomeNode(span=span, eligible=tree.GroupNode(span=span)),
    },
    misplaced_keys={
        **dict.fromkeys(
            ("exceptions", "set", "replace", "remove"),
            "only an overlay has it: name its base under `extends`, or leave it out",
        ),
        **CASE_FILE_KEYS,
        **RENAMED_KEYS,
    },
)
