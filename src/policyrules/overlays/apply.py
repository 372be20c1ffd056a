"""Apply an overlay to its base: additions, overrides, replacements and removals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

import attrs

from policyrules.diagnostics import Diagnostics, listed, name_remedy, with_article
from policyrules.overlays.editable import KINDS, EditableRuleset, Target
from policyrules.overlays.inherit import Removals, has_provenance, inherit_from
from policyrules.overlays.replace import apply_replacement, is_noop, override_rows
from policyrules.overlays.target_remedies import REMEDIES_BY_KIND, target_remedy
from policyrules.overlays.walk import (
    is_group,
    iter_nodes,
    members_of,
    referenced_names,
    with_members,
)
from policyrules.syntax.overlay_tree import (
    AddedBlockNode,
    NewAmountNode,
    NewConditionNode,
    NewExceptionNode,
    NewValueNode,
    OverlayTree,
    RemoveNode,
    Replacement,
)
from policyrules.syntax.tree import (
    AmountNode,
    ConditionNode,
    ExceptionNode,
    FactNode,
    GroundedNode,
    GroupNode,
    InForceNode,
    ParameterNode,
    RulesetTree,
    SourceNode,
    TreeNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span

_REPLACED_KINDS: Final[Mapping[type[Replacement], str]] = MappingProxyType(
    {
        NewValueNode: "value",
        NewConditionNode: "condition",
        NewExceptionNode: "exception",
        NewAmountNode: "amount",
    }
)
"""The kind of node that each replacement replaces."""


@attrs.frozen
class OverlayResult:
    """The result of an overlay on its base.

    `removed` holds the removals, those of lower layers first. `orphaned_references` maps each name
    that a changed or removed node no longer uses to the span of the change.
    """

    tree: RulesetTree
    removed: Removals
    orphaned_references: Mapping[str, Span] = attrs.field(hash=False)


def apply_overlay(
    base: RulesetTree, removed: Removals, overlay: OverlayTree, diagnostics: Diagnostics
) -> OverlayResult:
    """Apply an overlay to a base and report its faults.

    `removed` holds the removals of lower layers.
    """
    tree, lower_removals = inherit_from(base, removed, overlay.notes)
    application = _OverlayApplication(EditableRuleset.from_tree(tree), overlay, diagnostics)
    return application.apply(lower_removals)


@attrs.define
class _OverlayApplication:
    ruleset: EditableRuleset
    overlay: OverlayTree
    diagnostics: Diagnostics
    orphaned_references: dict[str, Span] = attrs.field(factory=dict)
    changed: dict[str, Span] = attrs.field(factory=dict)

    def apply(self, lower_removals: Removals) -> OverlayResult:
        overlay, ruleset = self.overlay, self.ruleset
        new_rules = [rule for rule in self._added_rules() if self._is_new(rule.name)]
        self._set()
        self._replace()
        self._add(new_rules)
        removed = tuple(self._remove())
        base = ruleset.to_tree()
        outcome = base.outcome
        if overlay.says:
            kept = [label for label in outcome.says if label[0] not in dict(overlay.says)]
            outcome = attrs.evolve(outcome, says=(*kept, *overlay.says))
        tree = attrs.evolve(
            base,
            span=overlay.span,
            policyrules=overlay.policyrules,
            id=overlay.id,
            title=overlay.title,
            within=overlay.within,
            chosen=overlay.chosen,
            policy_year=overlay.policy_year or base.policy_year,
            legal_basis=overlay.legal_basis,
            in_force=self._in_force(),
            uses=(*base.uses, *self._uses()),
            facts=self._facts(),
            sources=(*base.sources, *self._sources()),
            outcome=outcome,
            notes=(*base.notes, *overlay.notes),
            broken=base.broken | overlay.broken,
        )
        return OverlayResult(tree, (*lower_removals, *removed), self.orphaned_references)

    # --- additions --------------------------------------------------------------------------------

    def _added_rules(self) -> Iterator[ParameterNode | ValueNode | ConditionNode | ExceptionNode]:
        overlay = self.overlay
        yield from overlay.parameters
        yield from (rule for _, rule in self._added_values_and_conditions())
        yield from overlay.exceptions

    def _added_values_and_conditions(self) -> Iterator[tuple[str, ValueNode | ConditionNode]]:
        """Yield the added values and conditions with their lists."""
        for block in self.overlay.lists:
            yield from ((block.name.text, value) for value in block.values)
            yield from ((block.name.text, condition) for condition in block.conditions)
        yield from (("", value) for value in self.overlay.values)
        yield from (("", condition) for condition in self.overlay.conditions)

    def _is_new(self, name: Scalar) -> bool:
        existing = self.ruleset.target(name.text)
        if existing is None:
            return True
        kind = KINDS[type(existing)]
        change = "`set`" if kind == "parameter" else f"`replace.{kind}{'s' * (kind != 'amount')}`"
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
            related=((existing, "it stands here in the base"),),
        )

    def _add(
        self, new_rules: list[ParameterNode | ValueNode | ConditionNode | ExceptionNode]
    ) -> None:
        ruleset = self.ruleset
        new = {id(rule) for rule in new_rules}
        for parameter in self.overlay.parameters:
            if id(parameter) in new:
                ruleset.parameters[parameter.name.text] = parameter
        for block in self.overlay.lists:
            self._add_items_rules(block)
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

    def _add_items_rules(self, node: AddedBlockNode) -> None:
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
                message = f"nothing says when an item of `{list_name}` is eligible"
                groups = [
                    condition
                    for condition, (_, node) in ruleset.conditions.items()
                    if is_group(node)
                ]
                self._report_unknown_group(into, message, groups)
                return
            ruleset.eligible[list_name] = _add_to_group(ruleset.eligible[list_name], name)
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
                into, f"`{into.text}` is a test, and no group", [*groups, "eligible"]
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
        self.ruleset.set_exception(into.text, attrs.evolve(node, into=None))

    def _report_unknown_group(self, into: Scalar, message: str, known: list[str]) -> None:
        self.diagnostics.report(
            "unknown-group",
            into.span,
            message,
            found=f"`into: {into.text}`",
            expected="`into`: a group or `eligible` for a condition, `consequences` for a value, "
            "a value or condition for an exception",
            remedy=name_remedy(into.text, known) or _group_choice(known),
            related=((self.ruleset.tree.id.span, "the base is here"),),
        )

    # --- overrides and replacements ---------------------------------------------------------------

    def _set(self) -> None:
        for node in self.overlay.set:
            target = self._target(node.name, "parameter")
            if not isinstance(target, ParameterNode):
                continue
            new = override_rows(target, node)
            self._check_no_op(node.name, target, new)
            self._orphan_note_references(target, node.name.span)
            self.ruleset.parameters[target.name.text] = new

    def _replace(self) -> None:
        for node in self.overlay.replacements():
            target = self._target(node.name, _REPLACED_KINDS[type(node)])
            if target is None:
                continue
            new = apply_replacement(target, node, self.diagnostics)
            if isinstance(new, ConditionNode) and not has_provenance(new):
                self._report_missing_provenance(
                    node.name.span, f"what replaces the group `{new.name.text}`"
                )
            self._check_no_op(node.name, target, new)
            self._orphan_references(target, node, node.name.span)
            if isinstance(new, AmountNode):
                self.ruleset.amount = new
            elif isinstance(new, ExceptionNode):
                parents = self.ruleset.exceptions()
                parent = next(id_ for id_, parent in parents if parent.name.text == new.name.text)
                self.ruleset.set_exception(parent, new)
            elif isinstance(new, ValueNode | ConditionNode):
                existing = self.ruleset.rule(new.name.text)
                self.ruleset.set_rule(new, existing[0] if existing else "")

    def _check_no_op(self, name: Scalar, old: Target, new: Target) -> None:
        if is_noop(old, new, self.ruleset.tree, self.overlay):
            self.diagnostics.report(
                "no-op-override",
                name.span,
                f"`{name.text}` is what it is in the base",
                found="the same value, and the same ground",
                expected="another value, or another ground",
                remedy="leave it out: what is not changed is inherited",
                related=((old.span, "it stands so in the base"),),
            )

    def _target(self, name: Scalar, kind: str) -> Target | None:
        """Return the node to change, or None after reporting that the base has none of the kind."""
        if name.text in self.changed:
            self.diagnostics.report(
                "duplicate-id",
                name.span,
                f"`{name.text}` is changed twice in one file",
                remedy="set, replace or remove it, just once",
                related=((self.changed[name.text], "it is changed here first"),),
            )
            return None
        self.changed[name.text] = name.span
        target = self.ruleset.target(name.text)
        if target is not None and kind in {KINDS[type(target)], ""}:
            return target
        if target is None:
            description, found = f"{kind or 'node'} `{name.text}`", f"`{name.text}`"
            same = [
                id_
                for id_ in self.ruleset.ids()
                if not kind or ((node := self.ruleset.target(id_)) and KINDS[type(node)] == kind)
            ]
            remedy = target_remedy(self.ruleset.tree, name.text, kind) or name_remedy(
                name.text, same
            )
            remedy = remedy or REMEDIES_BY_KIND[kind]
            related = (self.ruleset.tree.id.span, "the base is here")
        else:
            actual = KINDS[type(target)]
            description, found = (
                f"{kind} `{name.text}`",
                f"`{name.text}`, which is {with_article(actual)}",
            )
            section = {"parameter": "set", "amount": "replace.amount"}.get(
                actual, f"replace.{actual}s"
            )
            remedy = f"write it under `{section}`"
            related = (target.name.span, "it stands here in the base")
        if name.text not in self.ruleset.tree.broken:
            self.diagnostics.report(
                "unknown-target",
                name.span,
                f"the base has no {description}",
                found=found,
                expected=f"the id of {with_article(kind or 'node')} of the base",
                remedy=remedy,
                related=(related,),
            )
        return None

    def _orphan_references(self, old: Target, new: Replacement | None, span: Span) -> None:
        still = {name for name, _ in referenced_names(new)} if new is not None else set()
        for name, _ in referenced_names(old):
            if name not in still:
                self.orphaned_references.setdefault(name, span)
        self._orphan_note_references(old, span)

    def _orphan_note_references(self, old: TreeNode, span: Span) -> None:
        """Record the names in the tests of notes that a node carries: they may go with the node."""
        carried = {
            note.text
            for node in iter_nodes(old)
            if isinstance(node, GroundedNode)
            for note in node.notes
        }
        for note in self.ruleset.tree.notes:
            if note.name.text in carried:
                for name, _ in referenced_names(note):
                    self.orphaned_references.setdefault(name, span)

    def _report_missing_provenance(self, span: Span, what: str) -> None:
        self.diagnostics.report(
            "missing-provenance",
            span,
            f"{what} has no ground",
            expected="`quote`, `cite` or `notes`",
            remedy="quote the words that it follows, or admit it in a note",
        )

    # --- removals ---------------------------------------------------------------------------------

    def _remove(self) -> Iterator[tuple[RemoveNode, str]]:
        smaller: dict[tuple[str, str], RemoveNode] = {}
        for node in self.overlay.remove:
            target = self._target(node.name, "")
            if target is None:
                continue
            kind = KINDS[type(target)]
            if node.name.text in {consequence.text for consequence in self.ruleset.consequences}:
                kind = "consequence"
            if not has_provenance(node):
                self._report_missing_provenance(
                    node.name.span, f"the removal of `{node.name.text}`"
                )
            self._orphan_references(target, None, node.name.span)
            groups = self.ruleset.remove(node.name.text, self.overlay.span.path)
            smaller |= dict.fromkeys(groups, node)
            yield node, kind
        for (id_, list_name), node in smaller.items():
            group = self.ruleset.group(id_, list_name)
            if group is not None:
                self._check_emptied(node, id_, group)

    def _check_emptied(self, node: RemoveNode, id_: str, group: GroupNode) -> None:
        members, needed = members_of(group), 1
        if group.at_least is not None and group.at_least.n.text.isdecimal():
            needed = int(group.at_least.n.text)
        if len(members) >= max(needed, 1):
            return
        change = "" if id_ == "eligible" else f"remove or replace `{id_}` too, or "
        left = f"{len(members)} of the {needed} that it needs" if members else "no member"
        self.diagnostics.report(
            "group-emptied",
            node.name.span,
            f"without `{node.name.text}` the group `{id_}` has too few members",
            found=left,
            expected="a group with the members that it needs",
            remedy=f"{change}give it another member with `into`",
            related=((group.span, "the group stands here"),),
        )

    # --- the head of the file ---------------------------------------------------------------------

    def _in_force(self) -> InForceNode:
        override, base = self.overlay.in_force, self.ruleset.tree.in_force
        if override is None:
            return base
        if (override.from_, override.to) == (base.from_, base.to) and not has_provenance(override):
            return attrs.evolve(base, from_=override.from_, to=override.to)
        if not has_provenance(override):
            self._report_missing_provenance(override.span, "`in_force`")
        self._orphan_note_references(base, override.span)
        return override

    def _uses(self) -> Iterator[Scalar]:
        existing = {subject.text: subject.span for subject in self.ruleset.tree.uses}
        for name in self.overlay.uses:
            if name.text in existing:
                self._report_duplicate(f"`{name.text}`", name.span, existing[name.text])
            else:
                yield name

    def _sources(self) -> Iterator[SourceNode]:
        existing = {source.name.text: source.name.span for source in self.ruleset.tree.sources}
        for source in self.overlay.sources:
            name = source.name
            if name.text in existing:
                self._report_duplicate(f"the source `{name.text}`", name.span, existing[name.text])
            else:
                yield source

    def _facts(self) -> tuple[tuple[Scalar, tuple[FactNode, ...]], ...]:
        """Return the facts of the base and the overlay by subject."""
        facts = {
            subject.text: (subject, subject_facts)
            for subject, subject_facts in self.ruleset.tree.facts
        }
        for subject, added in self.overlay.facts:
            first, merged = facts.get(subject.text, (subject, ()))
            spans = {fact_node.name.text: fact_node.name.span for fact_node in merged}
            for fact in added:
                full = f"{subject.text}.{fact.name.text}"
                if fact.name.text in spans:
                    span = spans[fact.name.text]
                    self._report_duplicate(f"the fact `{full}`", fact.name.span, span)
                else:
                    merged = (*merged, fact)
            facts[subject.text] = first, merged
        return tuple(facts.values())


def _group_choice(known: list[str]) -> str:
    return f"choose one of {listed(known)}" if known else "say `eligible` of the list"


_Group = TypeVar("_Group", bound=GroupNode)


def _add_to_group(group: _Group, name: Scalar) -> _Group:
    return with_members(group, (*members_of(group), name))
