"""Read the expectation of a case: look every name up, and read every figure by its type.

A misspelt condition in `failed` would otherwise look like a ruleset that decides differently.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from types import MappingProxyType

import attrs

from policyrules.cases.amount_names import only_amount
from policyrules.cases.expectation import (
    AMOUNT_STATUSES,
    AmountExpected,
    Expectation,
    ItemExpected,
    Names,
)
from policyrules.cases.expected_value import NOT_APPLICABLE, ExpectedValue, read_figure
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
class _KnownNames:
    """The names that a key accepts, their kind, and names of other kinds for the message."""

    names: Collection[str]
    kind: str
    other_kinds: Mapping[str, Collection[str]] = attrs.field(factory=dict, hash=False)


@attrs.frozen
class _ExpectationReader:
    """Reads the expectations of one case."""

    ruleset: CheckedRuleset
    diagnostics: Diagnostics

    def expectation(self, node: ExpectNode) -> Expectation:
        given_keys = [
            name
            for name, content in _keys_and_contents(node)
            if content is not None and content != ()
        ]
        if not given_keys:
            self.diagnostics.report(
                "missing-key",
                node.span,
                "the case expects nothing",
                expected="at least one of `status`, `amount`, `failed`, `error` and the others",
            )
        if node.error is not None:
            return self._error(node, node.error, given_keys)
        if node.facts is not None:
            expected = "`missing`, for facts still asked for"
            self._report_misplaced_key(node.facts.span, "`facts` goes with `error`", expected)
        met_by = {group.text: self._met_by(group, content) for group, content in node.met_by}
        return Expectation(
            span=node.span,
            status=node.status.text if node.status else None,
            amounts=MappingProxyType(dict(self._amounts(node))),
            names=self._names(node),
            met_by=MappingProxyType(met_by),
            values=self._figures(node.values, *self._values),
            consequences=self._consequences(node.consequences, ""),
            items=self._items(node),
        )

    def _error(self, node: ExpectNode, error: Scalar, given_keys: list[str]) -> Expectation:
        other_keys = [name for name in given_keys if name not in {"error", "facts"}]
        if other_keys:
            message = "a case that expects an error expects nothing else"
            self._report_misplaced_key(
                error.span, message, "`error` alone, or with `facts`", listed(other_keys)
            )
        facts = None
        if node.facts is not None and error.text in NOT_IN_FORCE:
            self._report_misplaced_key(
                node.facts.span, f"the error `{error.text}` names no facts", ""
            )
        elif node.facts is not None:
            facts = tuple(name.text for name in node.facts.names)
            if error.text != "unknown-fact":
                self._check_names(node.facts, _KnownNames(self._all_facts, "fact"))
        return Expectation(span=node.span, error=error.text, facts=facts)

    def _report_misplaced_key(
        self, span: Span, message: str, expected: str, found: str = ""
    ) -> None:
        self.diagnostics.report("unknown-key", span, message, found=found, expected=expected)

    def _amounts(self, node: ExpectNode) -> Iterator[tuple[str, AmountExpected]]:
        """Yield the expected amounts by name; `amount` is the only one."""
        rules = self.ruleset.outcome.amounts
        if node.amount is not None:
            name = only_amount(
                node.amount, self.ruleset, self.diagnostics, "name it under `amounts`"
            )
            pairs = [] if name is None else [(name, node.amount)]
        else:
            pairs = []
        for name_node, scalar in node.amounts:
            if name_node.text in rules:
                pairs.append((name_node.text, scalar))
            else:
                self._report_unknown(name_node, _KnownNames(rules, "amount"))
        for name, scalar in pairs:
            key = "amount" if scalar is node.amount else f"amounts: {name}"
            expected = self._amount(scalar, node.status, rules[name].type, key)
            if expected is not None:
                yield name, expected

    def _amount(
        self, scalar: Scalar, status: Scalar | None, type_: Type, key: str
    ) -> AmountExpected | None:
        if scalar.text in AMOUNT_STATUSES:
            return AmountExpected(scalar.text, scalar.text)
        if status is not None and status.text == "ineligible":
            key, _, name = key.partition(": ")
            written = f"{{{name}: not_applicable}}" if name else "not_applicable"
            self.diagnostics.report(
                "type-mismatch",
                scalar.span,
                "a case that is ineligible has no figure of an amount",
                found=f"`{scalar.text}`",
                expected="`not_applicable`",
                remedy=f"write `{key}: {written}`, or leave `{name or key}` out",
            )
            return None
        figure = read_figure(scalar, type_, self.diagnostics)
        if figure is None:
            return None
        return AmountExpected(scalar.text, "exact" if figure.is_single else "range", figure)

    def _names(self, node: ExpectNode) -> Mapping[str, Names]:
        ruleset = self.ruleset
        members = ruleset.outcome.eligible.members
        condition = self._conditions(members)
        read = [*ruleset.facts, *ruleset.lists]
        unread = [name for name in self._all_facts if name not in read]
        facts = _KnownNames(read, "fact", {"a fact that the ruleset does not read": unread})
        rules = [*ruleset.parameters, *ruleset.all_values, *ruleset.all_conditions]
        rules += ruleset.outcome.amounts
        unsettled = [*rules, *read]
        return self._read_names(
            {
                "held": (node.held, condition),
                "failed": (node.failed, condition),
                "unknown": (node.unknown, condition),
                "excluded": (node.excluded, condition),
                "missing": (node.missing, facts),
                "assumed": (node.assumed, facts),
                "unsettled": (
                    node.unsettled,
                    _KnownNames(unsettled, "parameter, value, condition, fact or list"),
                ),
                "warnings": (node.warnings, _KnownNames(ruleset.notes, "note")),
            }
        )

    def _read_names(
        self, given_keys: Mapping[str, tuple[NamesNode | None, _KnownNames]]
    ) -> Mapping[str, Names]:
        result = {}
        for key, (names, known) in given_keys.items():
            if names is not None:
                self._check_names(names, known)
                result[key] = tuple(name.text for name in names.names)
        return MappingProxyType(result)

    def _met_by(self, group: Scalar, content: NamesNode) -> Names:
        groups = {
            name: condition.test.members
            for name, condition in self.ruleset.conditions.items()
            if isinstance(condition.test, Group) and condition.test.kind in {"any", "at_least"}
        }
        if group.text in groups:
            self._check_names(content, _KnownNames(groups[group.text], f"member of `{group.text}`"))
        else:
            self._report_unknown(group, _KnownNames(groups, "group of alternatives"))
        return tuple(name.text for name in content.names)

    def _figures(
        self, pairs: Iterable[tuple[Scalar, Scalar]], types: Mapping[str, Type], known: _KnownNames
    ) -> Mapping[str, ExpectedValue]:
        result = {}
        for name, scalar in pairs:
            if name.text not in types:
                self._report_unknown(name, known)
                continue
            figure = read_figure(scalar, types[name.text], self.diagnostics)
            if figure is not None:
                result[name.text] = figure
        return MappingProxyType(result)

    # --- items -----------------------------------------------------------------------------------

    def _items(self, node: ExpectNode) -> Mapping[str, Mapping[str, ItemExpected]]:
        result: dict[str, dict[str, ItemExpected]] = {}
        for name, content in node.items:
            block = self._block(name, content)
            if block is None:
                continue
            items = content.items if isinstance(content, ItemsNode) else ((name, content),)
            result.setdefault(block.list, {}).update(
                {key.text: self._item(item, block) for key, item in items}
            )
        return MappingProxyType(result)

    def _block(self, name: Scalar, content: ItemNode | ItemsNode) -> ItemRules | None:
        """Return the block of a list; without a name, the only block whose items are decided."""
        blocks = self.ruleset.item_rules
        if isinstance(content, ItemsNode):
            if name.text not in blocks:
                self._report_unknown(name, _KnownNames(blocks, "list"))
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
            self._report_misplaced_key(
                node.status.span, "these items have no status", "`values` alone"
            )
        return ItemExpected(
            status=node.status.text if node.status else None,
            names=self._read_names(
                {
                    "routes": (node.routes, _KnownNames(routes, "alternative")),
                    "held": (node.held, condition),
                    "failed": (node.failed, condition),
                    "unknown": (node.unknown, condition),
                    "excluded": (node.excluded, condition),
                    "warnings": (node.warnings, _KnownNames(self.ruleset.notes, "note")),
                }
            ),
            values=self._figures(node.values, types, _KnownNames(types, "value")),
            consequences=self._consequences(node.consequences, block.list),
        )

    # --- names -----------------------------------------------------------------------------------

    def _conditions(self, members: Collection[str]) -> _KnownNames:
        inner = _exclude_names(self.ruleset.all_conditions, members)
        return _KnownNames(members, "condition", {"a condition elsewhere": inner})

    @property
    def _all_facts(self) -> Collection[str]:
        ruleset = self.ruleset
        return [*{**ruleset.facts, **ruleset.vocabulary}, *ruleset.all_lists]

    @property
    def _values(self) -> tuple[Mapping[str, Type], _KnownNames]:
        ruleset = self.ruleset
        types = {name: declaration.type for name, declaration in ruleset.parameters.items()}
        types |= {name: declaration.type for name, declaration in ruleset.values.items()}
        inner = _exclude_names(ruleset.all_values, ruleset.values)
        return types, _KnownNames(types, "value or parameter", {"a value of items": inner})

    def _consequences(
        self, pairs: Iterable[tuple[Scalar, Scalar]], list_name: str
    ) -> Mapping[str, ExpectedValue]:
        """Read the consequences of the case, or of the items of a list."""
        ruleset, names = self.ruleset, self.ruleset.outcome.consequences
        types = {
            name: ruleset.all_values[name].type
            for name in names
            if ruleset.list_of_value.get(name, "") == list_name
        }
        elsewhere = "a value of other items" if list_name else "a value of items"
        known = _KnownNames(types, "consequence", {elsewhere: _exclude_names(names, types)})
        pairs = tuple(pairs)
        absent = {
            name.text: NOT_APPLICABLE
            for name, scalar in pairs
            if scalar.text == NOT_APPLICABLE.text
            and name.text in types
            and scalar.text not in types[name.text].words
        }
        others = [(name, scalar) for name, scalar in pairs if name.text not in absent]
        return MappingProxyType({**self._figures(others, types, known), **absent})

    def _check_names(self, content: NamesNode, known: _KnownNames) -> None:
        for name in content.names:
            # The fact of an item, `hires[p1].born_on`, is known by the fact of its list.
            path = FactPath.parse(name.text)
            if path is None or path.declared_name not in known.names:
                self._report_unknown(name, known)

    def _report_unknown(self, name: Scalar, known: _KnownNames) -> None:
        text = name.text[:60]
        which = next((kind for kind, names in known.other_kinds.items() if name.text in names), "")
        self.diagnostics.report(
            "unknown-name",
            name.span,
            f"`{text}` cannot be used here" if which else f"there is no {known.kind} `{text}`",
            found=f"`{text}`" + (f", which is {which}" if which else ""),
            expected=listed(known.names) if known.names else "nothing: the ruleset has none",
            remedy=_unknown_name_remedy(name.text, known.names),
        )


def _unknown_name_remedy(name: str, known: Collection[str]) -> str:
    """Return the remedy for an unknown name; of an item, for the fact that each item has."""
    path = FactPath.parse(name)
    is_of_item = path is not None and path.item_key is not None
    return name_remedy(path.declared_name if path is not None and is_of_item else name, known)


def _exclude_names(names: Iterable[str], known: Collection[str]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in known)


def _keys_and_contents(node: ExpectNode) -> Iterable[tuple[str, object]]:
    """Yield the keys of a node with their contents."""
    for field in attrs.fields(type(node)):
        if field.name != "span":
            yield field.name, getattr(node, field.name)
