"""The shape of a case file: its keys, and the shape of the content of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import attrs

from policyrules.syntax import yaml
from policyrules.syntax.cases_tree import (
    CaseNode,
    CasesTree,
    ExpectNode,
    ItemNode,
    ItemsNode,
    NamesNode,
    PropertyNode,
)
from policyrules.syntax.common_grammar import LANGUAGE
from policyrules.syntax.misplaced_keys import FOREIGN_STATUSES
from policyrules.syntax.read_state import ReadFailed, ReadState
from policyrules.syntax.shape_remedies import limit_of_amount
from policyrules.syntax.shapes import (
    Field,
    ListOf,
    Record,
    Shape,
    StringMap,
    Text,
    Wrapped,
)
from policyrules.syntax.yaml import Node
from policyrules.text.span import Span

NOT_IN_FORCE: Final = ("not-yet-in-force", "ended", "gap")
"""The errors of a date on which the ruleset does not apply."""

FACT_ERRORS: Final = (
    "unknown-fact",
    "wrong-type",
    "not-exact",
    "out-of-range",
    "too-many-places",
    "unknown-word",
    "no-such-date",
    "wrong-unit",
    "given-twice",
    "facts-disagree",
    "in-the-future",
)
"""The errors of facts that a case may expect: codes of `FactProblem`, except unreadable files."""

PROPERTIES: Final = (
    "never_increases",
    "never_decreases",
    "never_exceeds",
    "never_falls_below",
    "unchanged_by",
)
"""The kinds of properties."""

STATUSES: Final = ("eligible", "ineligible", "undetermined")


@attrs.frozen
class _AnyNode:
    """Any content, kept as a YAML node for the intake of facts."""

    def read(self, node: Node, state: ReadState) -> Node:  # noqa: ARG002 - the protocol of shapes
        return node

    def write(self, value: Node) -> Node:
        return value

    def schema(self) -> dict[str, Any]:
        return {}


@attrs.frozen
class _LenientList:
    """A list that leaves out unreadable entries, so that the others are still checked."""

    item: Shape
    key: str

    def read(self, node: Node, state: ReadState) -> tuple[Any, ...]:
        if not isinstance(node, yaml.Sequence) or not node.items:
            return ListOf(self.item).read(node, state)
        results = []
        for entry in node.items:
            try:
                results.append(self.item.read(entry, state))
            except ReadFailed:
                state.broken.add(self.key)
        return tuple(results)

    def write(self, value: Sequence[Any]) -> Node:
        return ListOf(self.item).write(value)

    def schema(self) -> dict[str, Any]:
        return ListOf(self.item).schema()


@attrs.frozen
class _ItemOrItems:
    """The expectation for one item, or for the items of a named list by key.

    It is one item if the keys are those of an item, and a list if every value is a mapping.
    """

    item: Record

    def read(self, node: Node, state: ReadState) -> Any:
        if (
            isinstance(node, yaml.Mapping)
            and node.entries
            and all(isinstance(under, yaml.Mapping) for _, under in node.entries)
            and not any(key.text in self.item.fields for key, _ in node.entries)
        ):
            return self._items.read(node, state)
        return self.item.read(node, state)

    def write(self, value: ItemNode | ItemsNode) -> Node:
        if isinstance(value, ItemsNode):
            return self._items.write(value)
        return self.item.write(value)

    def schema(self) -> dict[str, Any]:
        return {"anyOf": [self.item.schema(), self._items.schema()]}

    @property
    def _items(self) -> Wrapped:
        return Wrapped(ItemsNode, "items", StringMap(self.item, None))


_DATE: Final = Text("a date, such as 2022-11-25")
_STATUS: Final = Text("a status", STATUSES, foreign_words=FOREIGN_STATUSES)
_NAMES: Final = Wrapped(NamesNode, "names", ListOf(Text("a name"), 0))
_FIGURES: Final = StringMap(Text("a figure"))
_FACTS: Final = StringMap(_AnyNode(), None)
_OF_CONSEQUENCES: Final = (
    "consequences, each with its figure, or `not_applicable` for one that is not stated"
)

_CONDITIONS: Final[Mapping[str, Field]] = {
    "held": Field(
        _NAMES, description="the conditions of the outcome that are held: these and no others"
    ),
    "failed": Field(_NAMES, description="those that failed, but for exclusions"),
    "unknown": Field(_NAMES, description="those that are unknown"),
    "excluded": Field(_NAMES, description="those that failed and name another benefit"),
}
_ITEM: Final = Record(
    ItemNode,
    {
        "status": Field(_STATUS),
        "routes": Field(_NAMES, description="the alternatives that it met"),
        **_CONDITIONS,
        "values": Field(_FIGURES, description="values of the item, each with its figure"),
        "consequences": Field(_FIGURES, description=_OF_CONSEQUENCES),
        "warnings": Field(_NAMES, description="notes that belong to the item, among others"),
    },
)
_EXPECT: Final = Record(
    ExpectNode,
    {
        "status": Field(_STATUS),
        "amount": Field(
            Text("an amount"),
            description="90000.00 CNY, 50000.00..90000.00 CNY, not_stated, undetermined, "
            "not_applicable",
        ),
        "amounts": Field(
            StringMap(Text("an amount")),
            description="amounts by name, where the ruleset has several",
        ),
        **_CONDITIONS,
        "missing": Field(_NAMES, description="the facts still asked for: these and no others"),
        "assumed": Field(_NAMES, description="the facts that were assumed: these and no others"),
        "unsettled": Field(_NAMES, description="the names that no fact can settle"),
        "values": Field(_FIGURES, description="values and parameters, each with its figure"),
        "consequences": Field(_FIGURES, description=_OF_CONSEQUENCES),
        "met_by": Field(StringMap(_NAMES, None), description="the members by which a group is met"),
        "warnings": Field(_NAMES, description="notes that the decision carries, among others"),
        "items": Field(
            StringMap(_ItemOrItems(_ITEM), None),
            description="items by their keys, under the list where there are more than one",
        ),
        "error": Field(
            Text("an error", (*NOT_IN_FORCE, *FACT_ERRORS)), description="nothing is decided"
        ),
        "facts": Field(_NAMES, description="with `error`: the facts that it names"),
    },
)
_CASE: Final = Record(
    CaseNode,
    {
        "name": Field(Text("a sentence of law"), True, "a sentence of law, once in the file"),
        "on": Field(_DATE, description="the day, where it is not that of the file"),
        "change": Field(
            _FACTS, description="facts that differ from those of the file; `unknown` for one"
        ),
        "assuming": Field(_FACTS, description="facts to assume where the case lacks them"),
        "expect": Field(_EXPECT, True, "what is decided; what is left out is not compared"),
    },
    misplaced_keys={"facts": "write what differs from the facts of the file under `change`"},
)
_MONOTONE_TARGET: Final = Text("`amount`, the name of an amount, or `status`")
_BOUNDS: Final = StringMap(
    Text("a figure, or the name of a parameter, a value or a fact"), shape_remedy=limit_of_amount
)
_PROPERTY: Final = Record(
    PropertyNode,
    {
        "name": Field(Text("a sentence of law"), True, "a sentence of law, once in the file"),
        "never_increases": Field(
            _MONOTONE_TARGET, description="an amount or the status, when one fact changes"
        ),
        "never_decreases": Field(_MONOTONE_TARGET, description="the same, the other way"),
        "when_increasing": Field(Text("a fact"), description="the fact that increases"),
        "when_decreasing": Field(Text("a fact"), description="the fact that decreases"),
        "never_exceeds": Field(_BOUNDS, description="amount, or a value, and what it is at most"),
        "never_falls_below": Field(
            _BOUNDS, description="amount, or a value, and what it is at least"
        ),
        "unchanged_by": Field(
            Text("a fact"), description="a fact that changes nothing that is decided"
        ),
        "on": Field(_DATE, description="the only day on which it must hold"),
    },
    exactly_one=PROPERTIES,
)


def _empty(_: Span) -> tuple[()]:
    return ()


CASES: Final = Record(
    CasesTree,
    {
        "policyrules": Field(Text("the version of the language"), True, f"always {LANGUAGE}"),
        "cases_of": Field(Text("an id"), True, "the id of the ruleset"),
        "on": Field(_DATE, description="the day of every case that names no other"),
        "facts": Field(_FACTS, description="the facts that every case begins with"),
        "cases": Field(_LenientList(_CASE, "cases"), True, "the cases"),
        "properties": Field(
            _LenientList(_PROPERTY, "properties"), description="what must hold of all facts"
        ),
    },
    title="The cases of a ruleset",
    fallbacks={"facts": _empty, "properties": _empty},
)
