"""The shape of an overlay, which changes a base, and of the head of a ruleset or an overlay."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import attrs

from policyrules.syntax import overlay_tree, tree, yaml
from policyrules.syntax.common_grammar import (
    BRACKET,
    ID,
    NAME,
    PROVENANCE,
    TITLE,
    TITLED,
    VERSION,
    WORD_TITLES,
)
from policyrules.syntax.misplaced_keys import (
    CASE_FILE_KEYS,
    EXCEPTION_UNDER_REPLACE,
    KEYS_UNDER_REPLACE,
    NAMES_UNDER_REMOVE,
    NAMES_UNDER_SET,
    RENAMED_KEYS,
    unchangeable_keys,
)
from policyrules.syntax.read_state import ReadState, wrong_shape
from policyrules.syntax.ruleset_grammar import (
    AMOUNT,
    BLOCK,
    CONDITION,
    CONTENT_KEYS,
    EXCEPTION,
    IN_FORCE,
    LABELS,
    NOTE,
    PARAMETER,
    RULESET,
    SELECTION,
    VALUE,
    WITHIN,
)
from policyrules.syntax.shape_remedies import pinned_base, row_of_value
from policyrules.syntax.shapes import (
    Field,
    IdentifierScalar,
    ListOf,
    NamedRecords,
    Record,
    StringMap,
    Text,
)
from policyrules.syntax.spelling import KEBAB, LIST, NAME_OF_EITHER, SNAKE
from policyrules.syntax.vocabulary_grammar import CONSTRAINT
from policyrules.syntax.yaml import Node, Scalar


def _addition_of(record: Record, into: str) -> Record:
    """Return the shape of a node that an overlay adds, with the key `into`."""
    fields = {"into": Field(NAME, description=into), **record.fields}
    return attrs.evolve(record, fields=fields)


def _replacement_of(record: Record, node: Callable[..., tree.TreeNode]) -> Record:
    """Return the shape of a replacement: title and type are optional, exceptions are excluded."""
    fields = {
        key: attrs.evolve(field, required=field.required and key not in {"title", "type"})
        for key, field in record.fields.items()
        if key not in {"name", "except"} and (key != "pick" or "rows" in record.fields)
    }
    misplaced_keys = dict(record.misplaced_keys)
    if "except" in record.fields:
        misplaced_keys["except"] = EXCEPTION_UNDER_REPLACE
    return attrs.evolve(record, node=node, fields=fields, misplaced_keys=misplaced_keys)


@attrs.frozen
class _Removals:
    """Removals by id, each with its provenance, or lists of ids with one provenance each."""

    by_id: NamedRecords
    several: Record

    def read(self, node: Node, state: ReadState) -> tuple[Any, ...]:
        if isinstance(node, yaml.Sequence):
            names = [entry.text for entry in node.items if isinstance(entry, Scalar)]
            if len(names) == len(node.items):
                remedy = f"write `{{ids: [{', '.join(names)}], cite: …}}`" if names else ""
                raise wrong_shape(node, state, "removals with their source", remedy)
            return ListOf(self.several).read(node, state)
        if isinstance(node, yaml.Mapping) and isinstance(node.get("ids"), yaml.Sequence):
            return (self.several.read(node, state),)
        return self.by_id.read(node, state)

    def write(self, value: Sequence[Any]) -> Node:
        if not any(isinstance(each, overlay_tree.RemoveSeveralNode) for each in value):
            return self.by_id.write(value)
        return (
            self.several.write(value[0]) if len(value) == 1 else ListOf(self.several).write(value)
        )

    def schema(self) -> dict[str, Any]:
        several = self.several.schema()
        by_id = {**self.by_id.schema(), "not": {"required": ["ids"]}}
        return {"anyOf": [by_id, several, {"type": "array", "items": several, "minItems": 1}]}


_ADDED_VALUES: Final = Field(
    NamedRecords(_addition_of(VALUE, "`consequences`, where it is one"), SNAKE)
)
_ADDED_CONDITIONS: Final = Field(
    NamedRecords(_addition_of(CONDITION, "the group that it joins, or `eligible`"), KEBAB)
)
_EXCEPTION_INTO: Final = _addition_of(EXCEPTION, "the value or condition that it is one of")
_ADDED_EXCEPTION: Final = attrs.evolve(
    _EXCEPTION_INTO,
    fields={
        "into": _EXCEPTION_INTO.fields["into"],
        "before": Field(
            NAME, description="the exception that it precedes, or the rule, where they are in order"
        ),
        **EXCEPTION.fields,
    },
)
_ADDED_BLOCK: Final = Record(
    overlay_tree.AddedBlockNode,
    {
        **BLOCK.fields,
        "each": Field(
            IdentifierScalar(SNAKE), description="what expressions call an item of the list"
        ),
        "values": _ADDED_VALUES,
        "conditions": _ADDED_CONDITIONS,
    },
)
_SET: Final = Record(
    overlay_tree.SetNode,
    {
        **{key: PARAMETER.fields[key] for key in CONTENT_KEYS},
        "add": Field(ListOf(BRACKET), description="brackets that a scale gets besides its own"),
        **PROVENANCE,
    },
    exactly_one=(*CONTENT_KEYS, "add"),
    misplaced_keys=unchangeable_keys(set(PARAMETER.fields) - {*CONTENT_KEYS, *PROVENANCE}),
    shape_remedy=row_of_value,
)
_REPLACE: Final = Record(
    overlay_tree.ReplaceNode,
    {
        "values": Field(NamedRecords(_replacement_of(VALUE, overlay_tree.NewValueNode), SNAKE)),
        "conditions": Field(
            NamedRecords(_replacement_of(CONDITION, overlay_tree.NewConditionNode), KEBAB)
        ),
        "exceptions": Field(
            NamedRecords(_replacement_of(EXCEPTION, overlay_tree.NewExceptionNode), KEBAB)
        ),
        "amounts": Field(NamedRecords(_replacement_of(AMOUNT, overlay_tree.NewAmountNode), SNAKE)),
        "notes": Field(NamedRecords(NOTE, KEBAB)),
    },
    misplaced_keys=KEYS_UNDER_REPLACE,
)
_ADDED_PARAMETER: Final = attrs.evolve(
    PARAMETER, remedy_if_incomplete="a parameter that the base has is changed under `set`"
)
OVERLAY: Final = Record(
    overlay_tree.OverlayTree,
    {
        "policyrules": VERSION,
        "id": Field(ID, True, "<jurisdiction>/<policy>[.<variant>], the path of the file"),
        "title": TITLED,
        "extends": Field(
            StringMap(
                Text("a pin, such as `sha256:…`: write `new`, and let `policyrules pin` renew it"),
                None,
                "the id of a base with its pin, such as `{cn-nm/refund: new}`",
                pinned_base,
            ),
            True,
            "the base rulesets, each id with a pin (its content hash)",
        ),
        "within": WITHIN,
        "selection": SELECTION,
        "policy_year": RULESET.fields["policy_year"],
        "legal_basis": RULESET.fields["legal_basis"],
        "in_force": Field(
            IN_FORCE, description="the period in which it applies, where the base differs"
        ),
        "uses": RULESET.fields["uses"],
        "facts": RULESET.fields["facts"],
        "words": Field(
            StringMap(WORD_TITLES, None), description="words that facts of the base have here too"
        ),
        "sources": RULESET.fields["sources"],
        "parameters": Field(NamedRecords(_ADDED_PARAMETER, SNAKE)),
        "values": _ADDED_VALUES,
        "lists": Field(
            NamedRecords(_ADDED_BLOCK, LIST), description="what is added to the items of a list"
        ),
        "conditions": _ADDED_CONDITIONS,
        "exceptions": Field(
            NamedRecords(
                attrs.evolve(
                    _ADDED_EXCEPTION,
                    fields={
                        **_ADDED_EXCEPTION.fields,
                        "into": attrs.evolve(_ADDED_EXCEPTION.fields["into"], required=True),
                    },
                ),
                KEBAB,
            ),
            description="exceptions to rules of the base",
        ),
        "amounts": Field(
            NamedRecords(
                attrs.evolve(
                    AMOUNT,
                    remedy_if_incomplete="an amount that the base has is changed under "
                    "`replace.amounts`",
                ),
                SNAKE,
            ),
            description="amounts besides those of the base",
        ),
        "set": Field(
            NamedRecords(
                _SET,
                SNAKE,
                NAMES_UNDER_SET,
            ),
            description="new rows of parameters of the base",
        ),
        "replace": Field(_REPLACE, description="replacements of rules of the base"),
        "titles": Field(
            StringMap(TITLE, NAME_OF_EITHER), description="other titles for rules of the base"
        ),
        "remove": Field(
            _Removals(
                NamedRecords(
                    Record(overlay_tree.RemoveNode, PROVENANCE),
                    NAME_OF_EITHER,
                    NAMES_UNDER_REMOVE,
                ),
                Record(
                    overlay_tree.RemoveSeveralNode, {"ids": Field(ListOf(NAME), True), **PROVENANCE}
                ),
            ),
            description="rules of the base that do not apply, each with its source, or several "
            "`ids` with one source",
        ),
        "labels": LABELS,
        "constraints": Field(
            NamedRecords(CONSTRAINT, KEBAB), description="constraints that true facts satisfy here"
        ),
        "notes": RULESET.fields["notes"],
    },
    title="A variant of a ruleset of policyrules",
    fallbacks={
        key: fallback
        for key, fallback in RULESET.fallbacks.items()
        if key in {"policyrules", "id", "title", "policy_year", "legal_basis"}
    },
    misplaced_keys={
        "outcome": "an overlay changes the outcome of its base: `into`, `replace` and `remove`",
        **CASE_FILE_KEYS,
        **RENAMED_KEYS,
    },
)

HEAD: Final = Record(
    overlay_tree.HeadTree,
    {
        **{key: RULESET.fields[key] for key in ("policyrules", "id", "title", "selection")},
        "extends": attrs.evolve(OVERLAY.fields["extends"], required=False),
        "legal_basis": RULESET.fields["legal_basis"],
        "in_force": OVERLAY.fields["in_force"],
        "sources": RULESET.fields["sources"],
    },
)
"""The keys of the head of a ruleset or an overlay; all others are ignored."""
