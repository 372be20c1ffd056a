"""Additions of an overlay: new rules, memberships in groups, facts and sources."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

import attrs

from policyrules.diagnostics import Diagnostics, listed, name_remedy
from policyrules.overlays.editable import KINDS, EditableRuleset
from policyrules.overlays.walk import is_group, members_of, with_members
from policyrules.syntax.overlay_tree import AddedBlockNode, OverlayTree
from policyrules.syntax.tree import (
    AlwaysNode,
    AmountNode,
    ConditionNode,
    ExceptionNode,
    FactNode,
    GroupNode,
    ParameterNode,
    SourceNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span

_Rule = ParameterNode | ValueNode | ConditionNode | ExceptionNode | AmountNode
_Group = TypeVar("_Group", bound=GroupNode)


@attrs.frozen
class Additions:
    """The additions of an overlay to a base."""

    ruleset: EditableRuleset
    overlay: OverlayTree
    diagnostics: Diagnostics

    def new_rules(self) -> list[_Rule]:
        """Return the added rules, without those whose id the base has, which are reported."""
        return [rule for rule in self._added_rules() if self._check_is_new(rule.name)]

    def _added_rules(self) -> Iterator[_Rule]:
        overlay = self.overlay
        yield from overlay.parameters
        yield from (rule for _, rule in self._added_values_and_conditions())
        yield from overlay.exceptions
        yield from overlay.amounts

    def _added_values_and_conditions(self) -> Iterator[tuple[str, ValueNode | ConditionNode]]:
        """Yield the added values and conditions with their lists."""
        for block in self.overlay.lists:
            yield from ((block.name.text, value) for value in block.values)
            yield from ((block.name.text, condition) for condition in block.conditions)
        yield from (("", value) for value in self.overlay.values)
        yield from (("", condition) for condition in self.overlay.conditions)

    def _check_is_new(self, name: Scalar) -> bool:
        existing = self.ruleset.target(name.text)
        if existing is None:
            return True
        kind = KINDS[type(existing)]
        change = "`set`" if kind == "parameter" else f"`replace.{kind}s`"
        self._report_duplicate(f"the {kind} `{name.text}`", name.span, existing.name.span, change)
        return False

    def _report_duplicate(
        self, description: str, span: Span, existing: Span, change: str = ""
    ) -> None:
        self.diagnostics.report(
            "duplicate-of-base",
            span,
            f"{description} is in the base already",
            expected="an id that the base does not have",
            remedy=f"change it under {change}, or choose another id" if change else "leave it out",
            related=((existing, "it is declared here in the base"),),
        )

    def add(self, new_rules: list[_Rule]) -> None:
        """Add new rules; conditions join their groups after all are added."""
        ruleset = self.ruleset
        new = {id(rule) for rule in new_rules}
        for parameter in self.overlay.parameters:
            if id(parameter) in new:
                ruleset.parameters[parameter.name.text] = parameter
        for block in self.overlay.lists:
            self._add_item_rules(block)
        rules = [
            (list_name, rule)
            for list_name, rule in self._added_values_and_conditions()
            if id(rule) in new
        ]
        for list_name, rule in rules:  # before memberships, since a group may be new itself
            ruleset.set_rule(attrs.evolve(rule, into=None), list_name)
        for list_name, rule in rules:
            if rule.into is None:
                continue
            if isinstance(rule, ConditionNode):
                self._add_condition_to_group(rule, rule.into, list_name)
            elif rule.into.text == "consequences":
                ruleset.consequences = (*ruleset.consequences, rule.name)
            else:
                message = "a value can only be one of the `consequences`"
                self._report_unknown_group(rule.into, message, ["consequences"])
        for exception in self.overlay.exceptions:
            if id(exception) in new:
                self._add_exception(exception)
        for amount in self.overlay.amounts:
            if id(amount) in new:
                ruleset.amounts[amount.name.text] = amount

    def _add_item_rules(self, node: AddedBlockNode) -> None:
        name = node.name.text
        block = self.ruleset.blocks.get(name)
        if block is None:
            if node.each is None:
                self.diagnostics.report(
                    "missing-key",
                    node.name.span,
                    "the key `each` is missing",
                    expected="`each`: what expressions call an item of the list",
                )
            self.ruleset.blocks[name] = node.block(node.each or Scalar("item", node.name.span))
            if node.eligible is not None:
                self.ruleset.eligible[name] = node.eligible
            return
        if node.each is not None and node.each != block.each:
            self._report_duplicate(f"the list `{name}`", node.each.span, block.each.span)
        if node.eligible is not None and name in self.ruleset.eligible:
            existing = self.ruleset.eligible[name].span
            self._report_duplicate(f"`eligible` of `{name}`", node.eligible.span, existing)
        elif node.eligible is not None:
            self.ruleset.eligible[name] = node.eligible

    def _add_condition_to_group(
        self, condition: ConditionNode, into: Scalar, list_name: str
    ) -> None:
        """Add a condition to a group; the condition then belongs to the list of the group."""
        ruleset, name = self.ruleset, condition.name
        if into.text == "eligible":
            if list_name not in ruleset.eligible:
                message = f"`lists.{list_name}` has no `eligible`"
                groups = [
                    condition
                    for condition, (_, node) in ruleset.conditions.items()
                    if is_group(node)
                ]
                self._report_unknown_group(into, message, groups)
                return
            group = ruleset.eligible[list_name]
            if isinstance(group, AlwaysNode):
                group = GroupNode(span=group.span, all=())
            ruleset.eligible[list_name] = _add_to_group(group, name)
            return
        existing = ruleset.conditions.get(into.text)
        if existing is None:
            groups = [
                condition for condition, (_, node) in ruleset.conditions.items() if is_group(node)
            ]
            self._report_unknown_group(
                into, f"there is no group `{into.text}`", [*groups, "eligible"]
            )
            return
        scope, group = existing
        if not is_group(group):
            groups = [
                condition for condition, (_, node) in ruleset.conditions.items() if is_group(node)
            ]
            self._report_unknown_group(
                into, f"`{into.text}` is a test, not a group", [*groups, "eligible"]
            )
            return
        ruleset.conditions[into.text] = scope, _add_to_group(group, name)
        if not list_name:
            ruleset.conditions[name.text] = scope, ruleset.conditions[name.text][1]

    def _add_exception(self, node: ExceptionNode) -> None:
        into = node.into
        if into is None:
            return
        if self.ruleset.rule(into.text) is None:
            known = [*self.ruleset.values, *self.ruleset.conditions]
            self._report_unknown_group(into, f"there is no value or condition `{into.text}`", known)
            return
        if self._check_place(node, into.text):
            added = attrs.evolve(node, into=None, before=None)
            self.ruleset.set_exception(into.text, added, node.before.text if node.before else "")

    def _check_place(self, node: ExceptionNode, parent: str) -> bool:
        """Check that an exception has `before` if, and only if, those of its rule are in order."""
        existing = self.ruleset.rule(parent)
        rule = None if existing is None else existing[1]
        if rule is None or (rule.pick is None and node.before is None):
            return True
        if rule.pick is None:
            self.diagnostics.report(
                "unknown-key",
                node.before.span if node.before else node.span,
                f"the exceptions of `{parent}` have no order",
                found="`before`",
                remedy="leave it out",
                related=((rule.name.span, "it is declared here"),),
            )
            return False
        places = [*(exception.name.text for exception in rule.except_), parent]
        if node.before is None:
            self.diagnostics.report(
                "missing-key",
                node.name.span,
                f"the exceptions of `{parent}` are in order, so a new one says its place",
                expected=f"`before`: {listed(places)}",
                remedy=f"name the one that it precedes; before `{parent}` it is the last",
                related=((rule.pick.span, "the order is declared here"),),
            )
            return False
        if node.before.text in places:
            return True
        self.diagnostics.report(
            "unknown-name",
            node.before.span,
            f"`{parent}` has no exception `{node.before.text}`",
            found=f"`{node.before.text}`",
            expected=listed(places),
            remedy=name_remedy(node.before.text, places),
            related=((rule.pick.span, "the order is declared here"),),
        )
        return False

    def _report_unknown_group(self, into: Scalar, message: str, known: list[str]) -> None:
        self.diagnostics.report(
            "unknown-group",
            into.span,
            message,
            found=f"`into: {into.text}`",
            expected="`into`: a group or `eligible` for a condition, `consequences` for a value, "
            "a value or condition for an exception",
            remedy=name_remedy(into.text, known) or _group_remedy(known),
            related=((self.ruleset.tree.id.span, "the base is here"),),
        )

    def subjects(self) -> Iterator[Scalar]:
        """Yield the added subjects of `uses`."""
        existing = {subject.text: subject.span for subject in self.ruleset.tree.uses}
        for name in self.overlay.uses:
            if name.text in existing:
                self._report_duplicate(f"`{name.text}`", name.span, existing[name.text])
            else:
                yield name

    def sources(self) -> Iterator[SourceNode]:
        """Yield the added sources."""
        existing = {source.name.text: source.name.span for source in self.ruleset.tree.sources}
        for source in self.overlay.sources:
            name = source.name
            if name.text in existing:
                self._report_duplicate(f"the source `{name.text}`", name.span, existing[name.text])
            else:
                yield source

    def facts(self) -> tuple[tuple[Scalar, tuple[FactNode, ...]], ...]:
        """Return the facts of the base and the overlay by subject."""
        facts = {
            subject.text: (subject, subject_facts)
            for subject, subject_facts in self.ruleset.tree.facts
        }
        for subject, added in self.overlay.facts:
            first, merged = facts.get(subject.text, (subject, ()))
            spans = {fact_node.name.text: fact_node.name.span for fact_node in merged}
            for fact in added:
                full_name = f"{subject.text}.{fact.name.text}"
                if fact.name.text in spans:
                    span = spans[fact.name.text]
                    self._report_duplicate(f"the fact `{full_name}`", fact.name.span, span)
                else:
                    merged = (*merged, fact)
            facts[subject.text] = first, merged
        return tuple(facts.values())


def _group_remedy(known: list[str]) -> str:
    return f"choose one of {listed(known)}" if known else "declare `eligible` for the list"


def _add_to_group(group: _Group, name: Scalar) -> _Group:
    return with_members(group, (*members_of(group), name))
