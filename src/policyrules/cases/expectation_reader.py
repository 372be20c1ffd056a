"""Read the expectation of a case: look every name up, and read every figure by its type.

A misspelt condition in `failed` would otherwise look like a ruleset that decides differently.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType

import attrs

from policyrules.cases.expectation import (
    AMOUNT_STATUSES,
    AmountExpected,
    Expectation,
    ItemExpected,
    Names,
)
from policyrules.cases.expected_value import ExpectedValue, read_figure
from policyrules.diagnostics import Diagnostics, listed, name_remedy
from policyrules.ir.ruleset import CheckedRuleset, Group, ItemRules
from policyrules.ir.types import Type
from policyrules.syntax.cases_grammar import NOT_IN_FORCE
from policyrules.syntax.cases_tree import ExpectNode, ItemNode, ItemsNode, NamesNode
from policyrules.syntax.yaml import Scalar
from policyrules.text.fact_path import FactPath
from policyrules.text.span import Span


def read_expectation(
    node: ExpectNode, ruleset: CheckedRuleset, diagnostics: Diagnostics
) -> Expectation:
    """Read the expectation of a case; a part with an error is reported and left out."""
    return _ExpectationReader(ruleset, diagnostics).expectation(node)


@attrs.frozen
class _Known:
    """The names that may be used in one place, what they name, and names of other kinds."""

    names: Collection[str]
    what: str
    others: Mapping[str, Collection[str]] = attrs.field(factory=dict, hash=False)


@attrs.frozen
class _ExpectationReader:
    """Reads the expectations of one case."""

    ruleset: CheckedRuleset
    diagnostics: Diagnostics

    def expectation(self, node: ExpectNode) -> Expectation:
        stated = [name for name, under in _stated(node) if under is not None and under != ()]
        if not stated:
            self.diagnostics.report(
                "missing-key",
                node.span,
                "the case expects nothing",
                expected="at least one of `status`, `amount`, `failed`, `error` and the others",
            )
        if node.error is not None:
            return self._error(node, node.error, stated)
        if node.facts is not None:
            expected = "`missing`, for facts still asked for"
            self._beside(node.facts.span, "`facts` goes with `error`", expected)
        met_by = {group.text: self._met_by(group, under) for group, under in node.met_by}
        return Expectation(
            span=node.span,
            status=node.status.text if node.status else None,
            amount=self._amount(node.amount, node.status) if node.amount else None,
            names=self._names(node),
            met_by=MappingProxyType(met_by),
            values=self._figures(node.values, *self._values),
            consequences=self._figures(node.consequences, *self._consequences),
            items=self._items(node),
        )

    def _error(self, node: ExpectNode, error: Scalar, stated: list[str]) -> Expectation:
        others = [name for name in stated if name not in {"error", "facts"}]
        if others:
            message = "a case that expects an error expects nothing else"
            self._beside(error.span, message, "`error` alone, or with `facts`", listed(others))
        facts = None
        if node.facts is not None and error.text in NOT_IN_FORCE:
            self._beside(node.facts.span, f"the error `{error.text}` names no facts", "")
        elif node.facts is not None:
            facts = tuple(name.text for name in node.facts.names)
            if error.text != "unknown-fact":
                self._check(node.facts, _Known(self._all_facts, "fact"))
        return Expectation(span=node.span, error=error.text, facts=facts)

    def _beside(self, span: Span, message: str, expected: str, found: str = "") -> None:
        self.diagnostics.report("unknown-key", span, message, found=found, expected=expected)

    def _amount(self, scalar: Scalar, status: Scalar | None) -> AmountExpected | None:
        amount = self.ruleset.outcome.amount
        if amount is None:
            self.diagnostics.report(
                "unknown-name", scalar.span, "the ruleset states no amount", remedy="leave it out"
            )
            return None
        if scalar.text in AMOUNT_STATUSES:
            return AmountExpected(scalar.text, scalar.text)
        if status is not None and status.text == "ineligible":
            self.diagnostics.report(
                "type-mismatch",
                scalar.span,
                "a case that is ineligible has no figure of an amount",
                found=f"`{scalar.text}`",
                expected="`not_applicable`",
                remedy="write `amount: not_applicable`, or leave `amount` out",
            )
            return None
        figure = read_figure(scalar, amount.type, self.diagnostics)
        if figure is None:
            return None
        return AmountExpected(scalar.text, "exact" if figure.is_single else "range", figure)

    def _names(self, node: ExpectNode) -> Mapping[str, Names]:
        ruleset = self.ruleset
        members = ruleset.outcome.eligible.members
        condition = self._conditions(members)
        read = [*ruleset.facts, *ruleset.lists]
        unread = [name for name in self._all_facts if name not in read]
        facts = _Known(read, "fact", {"a fact that the ruleset does not read": unread})
        amount = [ruleset.outcome.amount.name] if ruleset.outcome.amount else []
        unsettled = [*ruleset.parameters, *ruleset.all_values, *ruleset.all_conditions, *amount]
        return self._read_names(
            {
                "held": (node.held, condition),
                "failed": (node.failed, condition),
                "unknown": (node.unknown, condition),
                "excluded": (node.excluded, condition),
                "missing": (node.missing, facts),
                "unsettled": (node.unsettled, _Known(unsettled, "parameter, value or condition")),
                "warnings": (node.warnings, _Known(ruleset.notes, "note")),
            }
        )

    def _read_names(
        self, stated: Mapping[str, tuple[NamesNode | None, _Known]]
    ) -> Mapping[str, Names]:
        result = {}
        for key, (names, known) in stated.items():
            if names is not None:
                self._check(names, known)
                result[key] = tuple(name.text for name in names.names)
        return MappingProxyType(result)

    def _met_by(self, group: Scalar, under: NamesNode) -> Names:
        groups = {
            name: condition.test.members
            for name, condition in self.ruleset.conditions.items()
            if isinstance(condition.test, Group) and condition.test.kind in {"any", "at_least"}
        }
        if group.text in groups:
            self._check(under, _Known(groups[group.text], f"member of `{group.text}`"))
        else:
            self._unknown(group, _Known(groups, "group of alternatives"))
        return tuple(name.text for name in under.names)

    def _figures(
        self, pairs: Iterable[tuple[Scalar, Scalar]], types: Mapping[str, Type], known: _Known
    ) -> Mapping[str, ExpectedValue]:
        result = {}
        for name, scalar in pairs:
            if name.text not in types:
                self._unknown(name, known)
                continue
            figure = read_figure(scalar, types[name.text], self.diagnostics)
            if figure is not None:
                result[name.text] = figure
        return MappingProxyType(result)

    # --- items -----------------------------------------------------------------------------------

    def _items(self, node: ExpectNode) -> Mapping[str, Mapping[str, ItemExpected]]:
        result: dict[str, dict[str, ItemExpected]] = {}
        for name, under in node.items:
            block = self._block(name, under)
            if block is None:
                continue
            items = under.items if isinstance(under, ItemsNode) else ((name, under),)
            result.setdefault(block.list, {}).update(
                {key.text: self._item(item, block) for key, item in items}
            )
        return MappingProxyType(result)

    def _block(self, name: Scalar, under: ItemNode | ItemsNode) -> ItemRules | None:
        """Return the block of a list; without a name, the only block whose items are decided."""
        blocks = self.ruleset.item_rules
        if isinstance(under, ItemsNode):
            if name.text not in blocks:
                self._unknown(name, _Known(blocks, "list"))
            return blocks.get(name.text)
        decided = [block for block in blocks.values() if block.eligible is not None]
        only = decided or list(blocks.values())
        if len(only) == 1:
            return only[0]
        self.diagnostics.report(
            "missing-key",
            name.span,
            "the item does not say of which list it is",
            found=f"`{name.text}`",
            expected=f"the items under one of {listed(blocks)}" if blocks else "",
            remedy="" if blocks else "leave it out: the ruleset looks into no list",
        )
        return None

    def _item(self, node: ItemNode, block: ItemRules) -> ItemExpected:
        members = block.eligible.members if block.eligible else ()
        condition = self._conditions(members)
        routes = [
            name
            for member in members
            if isinstance(test := block.conditions[member].test, Group) and test.kind == "any"
            for name in test.members
        ]
        types = {name: value.type for name, value in block.values.items()}
        if block.eligible is None and node.status is not None:
            self._beside(node.status.span, "these items have no status", "`values` alone")
        return ItemExpected(
            status=node.status.text if node.status else None,
            names=self._read_names(
                {
                    "routes": (node.routes, _Known(routes, "alternative")),
                    "held": (node.held, condition),
                    "failed": (node.failed, condition),
                    "unknown": (node.unknown, condition),
                    "excluded": (node.excluded, condition),
                    "warnings": (node.warnings, _Known(self.ruleset.notes, "note")),
                }
            ),
            values=self._figures(node.values, types, _Known(types, "value")),
        )

    # --- names -----------------------------------------------------------------------------------

    def _conditions(self, members: Collection[str]) -> _Known:
        inner = _without(self.ruleset.all_conditions, members)
        return _Known(members, "condition", {"a condition elsewhere": inner})

    @property
    def _all_facts(self) -> Collection[str]:
        ruleset = self.ruleset
        return [*{**ruleset.facts, **ruleset.vocabulary}, *ruleset.all_lists]

    @property
    def _values(self) -> tuple[Mapping[str, Type], _Known]:
        ruleset = self.ruleset
        types = {name: declaration.type for name, declaration in ruleset.parameters.items()}
        types |= {name: declaration.type for name, declaration in ruleset.values.items()}
        inner = _without(ruleset.all_values, ruleset.values)
        return types, _Known(types, "value or parameter", {"a value of items": inner})

    @property
    def _consequences(self) -> tuple[Mapping[str, Type], _Known]:
        values, names = self.ruleset.values, self.ruleset.outcome.consequences
        types = {name: values[name].type for name in names if name in values}
        inner = _without(names, types)
        known = _Known(types, "consequence", {"a value of items": inner})
        return types, known

    def _check(self, under: NamesNode, known: _Known) -> None:
        for name in under.names:
            # The fact of an item, `hires[p1].born_on`, is known by the fact of its list.
            path = FactPath.parse(name.text)
            if path is None or path.declared_name not in known.names:
                self._unknown(name, known)

    def _unknown(self, name: Scalar, known: _Known) -> None:
        text = name.text[:60]
        which = next((what for what, names in known.others.items() if name.text in names), "")
        self.diagnostics.report(
            "unknown-name",
            name.span,
            f"`{text}` cannot be used here" if which else f"there is no {known.what} `{text}`",
            found=f"`{text}`" + (f", which is {which}" if which else ""),
            expected=listed(known.names) if known.names else "nothing: the ruleset has none",
            remedy=_meant(name.text, known.names),
        )


def _meant(name: str, known: Collection[str]) -> str:
    """Return the remedy for an unknown name; of an item, for the fact that each item has."""
    path = FactPath.parse(name)
    is_of_item = path is not None and path.item_key is not None
    return name_remedy(path.declared_name if path is not None and is_of_item else name, known)


def _without(names: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in known)


def _stated(node: ExpectNode) -> Iterable[tuple[str, object]]:
    """Yield the keys of a node with their contents."""
    for field in attrs.fields(type(node)):
        if field.name != "span":
            yield field.name, getattr(node, field.name)
