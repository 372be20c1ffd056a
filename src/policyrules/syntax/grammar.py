"""What may stand in rulesets, overlays, the vocabulary, the sources and the jurisdictions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

import attrs

from policyrules.syntax import overlay_tree, tree
from policyrules.syntax.elsewhere import (
    NEW_EXCEPTION,
    OF_CASES,
    OTHER_GROUPS,
    TYPES_ELSEWHERE,
    UNDER_REMOVE,
    UNDER_REPLACE,
    UNDER_SET,
    stays,
)
from policyrules.syntax.shape_remedies import (
    days_in_force,
    ends_of_range,
    group_of_conditions,
    pinned_base,
    row_of_value,
    title_in_both,
)
from policyrules.syntax.shapes import (
    Choice,
    Field,
    ListOf,
    Named,
    Record,
    Spelt,
    Text,
    Words,
    Wrapped,
)
from policyrules.syntax.spelling import KEBAB, LIST, NAME_OF_EITHER, SNAKE
from policyrules.syntax.yaml import Scalar

LANGUAGE: Final = 1
"""The version of the ruleset language that this library reads."""

TYPES: Final = (
    *("yes_no", "count", "number", "ratio", "money", "word", "words"),
    *("date", "month", "calendar_year", "period", "list"),
)
ENTRY_TYPES: Final = ("date", "month", "word")

_ID: Final = Text("an id")
_NAME: Final = Text("a name")
_EXPRESSION: Final = Text("an expression", may_break=True)
_DATE: Final = Text("a date, such as 2022-11-25")
_ISSUED: Final = Text("a day, a month or a year, such as 2022-11-25, or `not_stated`")
_LITERAL: Final = Text("a value")
_YES_NO: Final = Text("true or false", ("true", "false"))

_TITLE: Final = Record(
    tree.TitleNode,
    {"zh": Field(Text("a text in Chinese"), True), "en": Field(Text("a text in English"), True)},
    otherwise=title_in_both,
)
_TITLED: Final = Field(_TITLE, True, "what a reader calls it, in Chinese (zh) and English (en)")

_GROUND: Final[Mapping[str, Field]] = {
    "quote": Field(Text("a verbatim quote"), says="verbatim words of the source"),
    "cite": Field(_ID, says="the source, where it is not the legal basis"),
    "notes": Field(ListOf(_ID), says="assumptions and warnings that travel with the decision"),
}
_FROM_TO: Final[Mapping[str, Field]] = {
    "from": Field(_DATE, says="first day"),
    "to": Field(_DATE, says="last day, itself included"),
}

_RANGE: Final = Text("the least and the largest figure, as 0..100", otherwise=ends_of_range)
_EITHER: Final = Record(tree.EitherNode, {"either": Field(ListOf(_LITERAL, 2), True)})
_WORDS: Final = Wrapped(tree.WordsNode, "words", ListOf(_NAME))
_CELL: Final = Choice(
    _LITERAL,
    sequence=_WORDS,
    either=_EITHER,
    expected="a value, a list of words, or `either`",
    classes=((tree.WordsNode, "sequence"), (tree.EitherNode, "either")),
)
_CONTENT: Final = Choice(
    _LITERAL,
    sequence=_WORDS,
    either=_EITHER,
    mapping=Wrapped(tree.TableNode, "rows", Words(_CELL, None)),
    classes=(
        (tree.WordsNode, "sequence"),
        (tree.EitherNode, "either"),
        (tree.TableNode, "mapping"),
    ),
)
_WORD_TITLES: Final = Words(_TITLE)
_UNIT_TITLE: Final = "what a reader calls one of the unit, as 岁 and year for the years of an age"


def _typed(*, bounded: bool = True) -> dict[str, Field]:
    bounds = {
        "places": Field(_LITERAL, says="how many decimal places a figure may have"),
        "range": Field(_RANGE, says="the least and the largest figure, as 0..100"),
    }
    return {
        "title": _TITLED,
        "type": Field(
            Text("a type", TYPES, elsewhere=TYPES_ELSEWHERE), True, "what kind of figure it is"
        ),
        "unit": Field(
            Text("a unit"), says="person, month, year, day, event, item, CNY, CNY/person"
        ),
        "unit_title": Field(_TITLE, says=_UNIT_TITLE),
        "words": Field(_WORD_TITLES, says="the words that it may be, each with its title"),
        **(bounds if bounded else {}),
    }


_FACT: Final = Record(
    tree.FactNode,
    {
        "title": _TITLED,
        "ask": Field(_TITLE, says="the question to put"),
        **_typed(),
        "of": Field(Text("a type of entries", ENTRY_TYPES), says="what the entries of a list are"),
        "open": Field(_YES_NO, says="whether it may be a word that is not declared"),
        "at_most": Field(_LITERAL, says="how many entries a list may have"),
        "none": Field(_TITLE, says="the title of its known absence"),
        "as_of": Field(Text("a time", ("previous_year",)), says="the time that the fact is of"),
        "changeable": Field(_YES_NO, says="whether the one concerned could change it"),
    },
)
_SUBJECT: Final = Record(
    tree.SubjectNode, {"title": _TITLED, "facts": Field(Named(_FACT, SNAKE), True)}
)
_ITEM_LIST: Final = Record(
    tree.ItemListNode,
    {
        "title": _TITLED,
        "ask": Field(_TITLE, says="the question to put"),
        "item": Field(_TITLE, says="what a reader calls one of them"),
        "key": Field(Spelt(SNAKE), True, "what tells one item from another, such as `id`"),
        "unit": Field(Text("a unit"), says="what a number of items is counted in"),
        "unit_title": Field(_TITLE, says=_UNIT_TITLE),
        "at_most": Field(_LITERAL, True, "how many items there may be"),
        "facts": Field(Named(_FACT, SNAKE), True),
    },
)
_CONSISTENCY: Final = Record(
    tree.ConsistencyNode,
    {
        "in": Field(_NAME, says="the list whose items it is about"),
        "each": Field(Spelt(SNAKE), says="what the test calls an item of the list"),
        "holds": Field(_EXPRESSION, True, "the test that no true facts fail"),
    },
)

_SOURCE: Final = Record(
    tree.SourceNode,
    {
        "title": Field(Text("the title of the document"), True),
        "issued": Field(_ISSUED, says="when it was issued, as far as that is known"),
        "grade": Field(Text("A, B or C", ("A", "B", "C", "A/B", "A/C", "B/C"))),
        "ref": Field(Text("a short reference")),
        "url": Field(Text("an address")),
        "sha256": Field(Text("a digest"), says="of a saved copy of the text"),
    },
)
_SOURCES: Final = Named(_SOURCE, KEBAB)

_ROW: Final = Record(tree.RowNode, {**_FROM_TO, "value": Field(_CONTENT, True), **_GROUND})
_PARAMETER: Final = Record(
    tree.ParameterNode,
    {
        **_typed(),
        "of": Field(_NAME, says="the fact whose words these are"),
        "by": Field(_NAME, says="the fact or value whose word chooses the row"),
        "open": Field(_YES_NO, says="whether the text leaves the list of words open"),
        "delegated": Field(Text("a bound", ("at_most", "at_least", "free", "no"))),
        "value": Field(_CONTENT),
        "values": Field(ListOf(_ROW), says="dated rows"),
        **_GROUND,
    },
    exactly_one=("value", "values"),
)
_ROUND: Final = Record(
    tree.RoundNode,
    {
        "to": Field(_LITERAL, True, "the step, as 0.01 CNY"),
        "mode": Field(Text("a mode", ("half_up", "half_even", "down", "up")), True),
        **_GROUND,
    },
)
_EXCEPTION: Final = Record(
    tree.ExceptionNode,
    {
        "title": _TITLED,
        "when": Field(_EXPRESSION, True, "the test that makes it apply"),
        "is": Field(_EXPRESSION),
        "holds": Field(_EXPRESSION),
        **_GROUND,
    },
    exactly_one=("is", "holds"),
    later=("in_force",),
)
_EXCEPTIONS: Final = Named(_EXCEPTION, KEBAB)
_VALUE: Final = Record(
    tree.ValueNode,
    {
        **_typed(bounded=False),
        "given": Field(_NAME, says="the fact that may state the value instead"),
        "is": Field(_EXPRESSION, True, "the expression that computes it"),
        "round": Field(_ROUND),
        **_GROUND,
        "except": Field(_EXCEPTIONS),
    },
    elsewhere={"holds": "a value has `is`; if this is a condition, put it under `conditions`"},
)
_GROUP_KEYS: Final[Mapping[str, Field]] = {
    "all": Field(ListOf(_ID)),
    "any": Field(ListOf(_ID)),
    "none": Field(ListOf(_ID)),
    "at_least": Field(
        Record(tree.AtLeastNode, {"n": Field(_LITERAL, True), "of": Field(ListOf(_ID), True)})
    ),
}
_CONDITION: Final = Record(
    tree.ConditionNode,
    {
        "title": _TITLED,
        "excludes": Field(_TITLE, says="the other benefit that this one cannot go with"),
        "holds": Field(_EXPRESSION, says="the test"),
        **_GROUP_KEYS,
        **_GROUND,
        "except": Field(_EXCEPTIONS),
    },
    exactly_one=("holds", *_GROUP_KEYS),
    later=("in_force",),
    elsewhere={
        "is": "a condition has `holds`; if this is a value, put it under `values`",
        **OTHER_GROUPS,
    },
)
_ELIGIBLE: Final = Record(
    tree.GroupNode,
    _GROUP_KEYS,
    tuple(_GROUP_KEYS),
    elsewhere=OTHER_GROUPS,
    otherwise=group_of_conditions,
)
_BLOCK: Final = Record(
    tree.BlockNode,
    {
        "each": Field(Spelt(SNAKE), True, "what expressions call an item of the list"),
        "values": Field(Named(_VALUE, SNAKE)),
        "conditions": Field(Named(_CONDITION, KEBAB)),
        "eligible": Field(_ELIGIBLE, says="when an item qualifies"),
    },
)
_AMOUNT: Final = Record(
    tree.AmountNode,
    {
        "name": Field(Spelt(SNAKE), True),
        "title": Field(_TITLE),
        "is": Field(_EXPRESSION, True),
        "round": Field(_ROUND),
        **_GROUND,
    },
)
_SAYS: Final = Field(Words(_TITLE), says="words for a status where the usual ones do not fit")
_OUTCOME: Final = Record(
    tree.OutcomeNode,
    {
        "says": _SAYS,
        "eligible": Field(_ELIGIBLE, True),
        "amount": Field(_AMOUNT),
        "consequences": Field(ListOf(_NAME)),
    },
)
_NOTE: Final = Record(
    tree.NoteNode,
    {
        "kind": Field(Text("a kind", ("assumption", "warning")), True),
        "when": Field(_EXPRESSION, says="the test that makes the note apply"),
        "zh": Field(Text("a text in Chinese"), True),
        "en": Field(Text("a text in English"), True),
    },
)
_IN_FORCE: Final = Record(tree.InForceNode, {**_FROM_TO, **_GROUND}, otherwise=days_in_force)
_VERSION: Final = Field(Text("the version of the language"), True, f"always {LANGUAGE}")
_WITHIN: Final = Field(
    ListOf(_ID), says="rulesets of jurisdictions around it, whose bounds hold its figures"
)
_CHOSEN: Final = Field(
    Text("`by_name`", ("by_name",)), says="never picked by place and day, only by its id"
)

RULESET: Final = Record(
    tree.RulesetTree,
    {
        "policyrules": _VERSION,
        "id": Field(_ID, True, "<jurisdiction>/<policy>, the path of the file"),
        "title": _TITLED,
        "within": _WITHIN,
        "chosen": _CHOSEN,
        "policy_year": Field(_LITERAL),
        "legal_basis": Field(_ID, True, "the source of every quote that names no other"),
        "in_force": Field(_IN_FORCE, True, "from when to when it applies"),
        "uses": Field(ListOf(_NAME), says="the subjects of the vocabulary that it asks about"),
        "facts": Field(Words(Named(_FACT, SNAKE)), says="facts that it adds to subjects"),
        "sources": Field(_SOURCES),
        "parameters": Field(Named(_PARAMETER, SNAKE)),
        "values": Field(Named(_VALUE, SNAKE)),
        "lists": Field(Named(_BLOCK, LIST), says="what is said of each item of a list"),
        "conditions": Field(Named(_CONDITION, KEBAB)),
        "outcome": Field(_OUTCOME, True, "who is eligible, and for which amount"),
        "notes": Field(Named(_NOTE, KEBAB)),
    },
    title="A ruleset of policyrules",
    instead={
        "policyrules": partial(Scalar, str(LANGUAGE)),
        "id": partial(Scalar, ""),
        "title": lambda span: tree.TitleNode(span=span, zh=Scalar("", span), en=Scalar("", span)),
        "policy_year": lambda _: None,
        "legal_basis": partial(Scalar, ""),
        "in_force": lambda span: tree.InForceNode(span=span),
        "outcome": lambda span: tree.OutcomeNode(span=span, eligible=tree.GroupNode(span=span)),
    },
    elsewhere={
        **dict.fromkeys(
            ("exceptions", "set", "replace", "remove"),
            "only an overlay has it: name its base under `extends`, or leave it out",
        ),
        **OF_CASES,
    },
)


def _added(record: Record, into: str) -> Record:
    """A node that an overlay adds to its base."""
    fields = {"into": Field(_NAME, says=into), **record.fields}
    return attrs.evolve(record, fields=fields)


def _new(record: Record, node: Callable[..., tree.TreeNode]) -> Record:
    """A node that takes the place of one of the base, whose title and type it may leave out.

    Exceptions are nodes of their own, which stay where they are.
    """
    fields = {
        key: attrs.evolve(field, required=field.required and key not in {"title", "type"})
        for key, field in record.fields.items()
        if key not in {"name", "except"}
    }
    elsewhere = dict(record.elsewhere)
    if "except" in record.fields:
        elsewhere["except"] = NEW_EXCEPTION
    return attrs.evolve(record, node=node, fields=fields, elsewhere=elsewhere)


_ADDED_VALUES: Final = Field(Named(_added(_VALUE, "`consequences`, where it is one"), SNAKE))
_ADDED_CONDITIONS: Final = Field(
    Named(_added(_CONDITION, "the group that it joins, or `eligible`"), KEBAB)
)
_ADDED_EXCEPTION: Final = _added(_EXCEPTION, "the value or condition that it is one of")
_ADDED_BLOCK: Final = Record(
    overlay_tree.AddedBlockNode,
    {
        **_BLOCK.fields,
        "each": Field(Spelt(SNAKE), says="what expressions call an item of the list"),
        "values": _ADDED_VALUES,
        "conditions": _ADDED_CONDITIONS,
    },
)
_SET: Final = Record(
    overlay_tree.SetNode,
    {key: _PARAMETER.fields[key] for key in ("value", "values", *_GROUND)},
    exactly_one=("value", "values"),
    elsewhere=stays(set(_PARAMETER.fields) - {"value", "values", *_GROUND}),
    otherwise=row_of_value,
)
_REPLACE: Final = Record(
    overlay_tree.ReplaceNode,
    {
        "values": Field(Named(_new(_VALUE, overlay_tree.NewValueNode), SNAKE)),
        "conditions": Field(Named(_new(_CONDITION, overlay_tree.NewConditionNode), KEBAB)),
        "exceptions": Field(Named(_new(_EXCEPTION, overlay_tree.NewExceptionNode), KEBAB)),
        "amount": Field(Named(_new(_AMOUNT, overlay_tree.NewAmountNode), SNAKE)),
    },
    elsewhere=UNDER_REPLACE,
)
OVERLAY: Final = Record(
    overlay_tree.OverlayTree,
    {
        "policyrules": _VERSION,
        "id": Field(_ID, True, "<jurisdiction>/<policy>[.<variant>], the path of the file"),
        "title": _TITLED,
        "extends": Field(
            Words(
                Text("a pin, such as `sha256:…`: write `new`, and let `policyrules pin` renew it"),
                None,
                "the id of a base with its pin, such as `{cn-nm/refund: new}`",
                pinned_base,
            ),
            True,
            "the rulesets that it varies, each by its id with the hash of its content",
        ),
        "within": _WITHIN,
        "chosen": _CHOSEN,
        "policy_year": RULESET.fields["policy_year"],
        "legal_basis": RULESET.fields["legal_basis"],
        "in_force": Field(_IN_FORCE, says="from when to when it applies, where the base differs"),
        "uses": RULESET.fields["uses"],
        "facts": RULESET.fields["facts"],
        "sources": RULESET.fields["sources"],
        "parameters": RULESET.fields["parameters"],
        "values": _ADDED_VALUES,
        "lists": Field(Named(_ADDED_BLOCK, LIST), says="what is added to the items of a list"),
        "conditions": _ADDED_CONDITIONS,
        "exceptions": Field(
            Named(
                attrs.evolve(
                    _ADDED_EXCEPTION,
                    fields={
                        **_ADDED_EXCEPTION.fields,
                        "into": attrs.evolve(_ADDED_EXCEPTION.fields["into"], required=True),
                    },
                ),
                KEBAB,
            ),
            says="exceptions of what the base says",
        ),
        "set": Field(
            Named(
                _SET,
                SNAKE,
                UNDER_SET,
            ),
            says="new rows of parameters of the base",
        ),
        "replace": Field(_REPLACE, says="what stands in the place of rules of the base"),
        "remove": Field(
            Named(
                Record(overlay_tree.RemoveNode, _GROUND),
                NAME_OF_EITHER,
                UNDER_REMOVE,
            ),
            says="rules of the base that do not apply, each with its ground",
        ),
        "says": _SAYS,
        "notes": RULESET.fields["notes"],
    },
    title="A variant of a ruleset of policyrules",
    instead={
        key: instead
        for key, instead in RULESET.instead.items()
        if key in {"policyrules", "id", "title", "policy_year", "legal_basis"}
    },
    elsewhere={
        "outcome": "an overlay changes the outcome of its base: `into`, `replace` and `remove`",
        **OF_CASES,
    },
)

HEAD: Final = Record(
    overlay_tree.HeadTree,
    {
        **{key: RULESET.fields[key] for key in ("policyrules", "id", "title", "chosen")},
        "extends": attrs.evolve(OVERLAY.fields["extends"], required=False),
        "legal_basis": RULESET.fields["legal_basis"],
        "in_force": OVERLAY.fields["in_force"],
        "sources": RULESET.fields["sources"],
    },
)
"""The keys of a ruleset or an overlay that say what it is; all others are passed over."""
VOCABULARY: Final = Record(
    tree.VocabularyTree,
    {
        "policyrules": _VERSION,
        "subjects": Field(Named(_SUBJECT, SNAKE)),
        "lists": Field(Named(_ITEM_LIST, SNAKE), says="things that are looked at one by one"),
        "consistent": Field(Named(_CONSISTENCY, KEBAB), says="what no true facts can break"),
    },
    title="The vocabulary of a folder of rulesets",
)
SOURCES: Final = Record(
    tree.SourcesTree,
    {"policyrules": _VERSION, "sources": Field(_SOURCES, True)},
    title="The documents that rulesets may cite",
)
JURISDICTIONS: Final = Record(
    tree.JurisdictionsTree,
    {"policyrules": _VERSION, "jurisdictions": Field(Words(_TITLE, KEBAB), True)},
    title="What readers call the jurisdictions of rulesets",
)
