"""Apply an overlay to its base: additions, overrides, replacements and removals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.diagnostics import Diagnostics, name_remedy
from policyrules.overlays.added_words import add_words
from policyrules.overlays.additions import Additions
from policyrules.overlays.brackets import add_brackets
from policyrules.overlays.editable import KINDS, EditableRuleset, Target
from policyrules.overlays.inherit import Removals, has_provenance, inherit_from
from policyrules.overlays.replace import apply_replacement, is_noop, override_rows
from policyrules.overlays.target_remedies import REMEDIES_BY_KIND, target_remedy
from policyrules.overlays.walk import iter_nodes, members_of, referenced_names
from policyrules.syntax.overlay_tree import (
    NewAmountNode,
    NewConditionNode,
    NewExceptionNode,
    NewValueNode,
    OverlayTree,
    RemoveNode,
    Replacement,
)
from policyrules.syntax.tree import (
    ConditionNode,
    GroupNode,
    InForceNode,
    NodeWithProvenance,
    NoteNode,
    ParameterNode,
    RulesetTree,
    TreeNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span
from policyrules.text.words import with_article

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
    """The state of applying one overlay: the changed base, and what was changed where."""

    ruleset: EditableRuleset
    overlay: OverlayTree
    diagnostics: Diagnostics
    orphaned_references: dict[str, Span] = attrs.field(factory=dict)
    changed: dict[str, Span] = attrs.field(factory=dict)

    def apply(self, lower_removals: Removals) -> OverlayResult:
        overlay, ruleset = self.overlay, self.ruleset
        additions = Additions(ruleset, overlay, self.diagnostics)
        new_rules = additions.new_rules()
        self._apply_overrides()
        self._apply_replacements()
        self._apply_titles()
        additions.add(new_rules)
        removed = tuple(self._apply_removals())
        base = ruleset.to_tree()
        outcome = base.outcome
        if overlay.labels:
            remaining_labels = [
                label for label in outcome.labels if label[0] not in dict(overlay.labels)
            ]
            outcome = attrs.evolve(outcome, labels=(*remaining_labels, *overlay.labels))
        tree = attrs.evolve(
            base,
            span=overlay.span,
            policyrules=overlay.policyrules,
            id=overlay.id,
            title=overlay.title,
            within=overlay.within,
            selection=overlay.selection,
            policy_year=overlay.policy_year or base.policy_year,
            legal_basis=overlay.legal_basis,
            in_force=self._merge_period(),
            uses=(*base.uses, *additions.subjects()),
            facts=add_words(additions.facts(), overlay.words),
            sources=(*base.sources, *additions.sources()),
            outcome=outcome,
            notes=(*self._replaced_notes(base.notes), *overlay.notes),
            broken=base.broken | overlay.broken,
        )
        return OverlayResult(tree, (*lower_removals, *removed), self.orphaned_references)

    # --- overrides and replacements ---------------------------------------------------------------

    def _apply_overrides(self) -> None:
        for node in self.overlay.set:
            target = self._target(node.name, "parameter")
            if not isinstance(target, ParameterNode):
                continue
            if node.add:
                self.ruleset.parameters[target.name.text] = add_brackets(
                    target, node, self.diagnostics
                )
                continue
            new = override_rows(target, node)
            self._check_no_op(node.name, target, new)
            self._orphan_note_references(target, node.name.span)
            self.ruleset.parameters[target.name.text] = new

    def _apply_replacements(self) -> None:
        for node in self.overlay.replacements():
            target = self._target(node.name, _REPLACED_KINDS[type(node)])
            if target is None:
                continue
            new = apply_replacement(target, node, self.diagnostics)
            if isinstance(new, ConditionNode) and not has_provenance(new):
                self._report_missing_provenance(
                    node.name.span, f"the replacement of the group `{new.name.text}`"
                )
            self._check_no_op(node.name, target, new)
            self._orphan_references(target, node, node.name.span)
            self.ruleset.set_target(new)

    def _apply_titles(self) -> None:
        set_names = {node.name.text for node in self.overlay.set}
        for name, title in self.overlay.titles:
            if name.text in set_names:  # `set` keeps the title
                self.changed.pop(name.text, None)
            target = self._target(name, "")
            if target is None:
                continue
            if target.title == title:
                self._report_no_op(name, target, "the title of the base", "another title")
            self.ruleset.set_target(attrs.evolve(target, title=title))

    def _replaced_notes(self, notes: tuple[NoteNode, ...]) -> Iterator[NoteNode]:
        """Yield the notes of the base, with the texts that the overlay gives to some of them."""
        by_name = {note.name.text: note for note in notes}
        new_notes: dict[str, NoteNode] = {}
        for note in self.overlay.replaced_notes:
            name = note.name
            if name.text not in by_name:
                self.diagnostics.report(
                    "unknown-target",
                    name.span,
                    f"the base has no note `{name.text}`",
                    found=f"`{name.text}`",
                    expected="the id of a note of the base",
                    remedy=name_remedy(name.text, by_name) or "add a new note under `notes`",
                    related=((self.ruleset.tree.id.span, "the base is here"),),
                )
                continue
            old = by_name[name.text]
            if old == note:
                self._report_no_op(name, old, "the text of the base", "another text")
            for read, _ in referenced_names(old):
                self.orphaned_references.setdefault(read, name.span)
            new_notes[name.text] = note
        yield from (new_notes.get(note.name.text, note) for note in notes)

    def _check_no_op(self, name: Scalar, old: Target, new: Target) -> None:
        if is_noop(old, new, self.ruleset.tree, self.overlay):
            same, other = "the value and source of the base", "another value or another source"
            self._report_no_op(name, old, same, other)

    def _report_no_op(
        self, name: Scalar, old: Target | NoteNode, found: str, expected: str
    ) -> None:
        self.diagnostics.report(
            "no-op-override",
            name.span,
            f"this override of `{name.text}` has no effect",
            found=found,
            expected=expected,
            remedy="leave it out: what is not changed is inherited",
            related=((old.span, "it is declared here in the base"),),
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
            same_kind = [
                id_
                for id_ in self.ruleset.ids()
                if not kind or ((node := self.ruleset.target(id_)) and KINDS[type(node)] == kind)
            ]
            remedy = target_remedy(self.ruleset.tree, name.text, kind) or name_remedy(
                name.text, same_kind
            )
            remedy = remedy or REMEDIES_BY_KIND[kind]
            related = (self.ruleset.tree.id.span, "the base is here")
        else:
            actual = KINDS[type(target)]
            description, found = (
                f"{kind} `{name.text}`",
                f"`{name.text}`, which is {with_article(actual)}",
            )
            section = "set" if actual == "parameter" else f"replace.{actual}s"
            remedy = f"write it under `{section}`"
            related = (target.name.span, "it is declared here in the base")
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
        """Record the names that a node used and its replacement does not use any more."""
        still_used = {name for name, _ in referenced_names(new)} if new is not None else set()
        for name, _ in referenced_names(old):
            if name not in still_used:
                self.orphaned_references.setdefault(name, span)
        self._orphan_note_references(old, span)

    def _orphan_note_references(self, old: TreeNode, span: Span) -> None:
        """Record the names in the tests of notes that a node carries, which may go with it."""
        carried = {
            note.text
            for node in iter_nodes(old)
            if isinstance(node, NodeWithProvenance)
            for note in node.notes
        }
        for note in self.ruleset.tree.notes:
            if note.name.text in carried:
                for name, _ in referenced_names(note):
                    self.orphaned_references.setdefault(name, span)

    def _report_missing_provenance(self, span: Span, description: str) -> None:
        self.diagnostics.report(
            "missing-provenance",
            span,
            f"{description} has no quote, source or note",
            expected="`quote`, `cite` or `notes`",
            remedy="quote the words that it follows, or admit it in a note",
        )

    # --- removals ---------------------------------------------------------------------------------

    def _apply_removals(self) -> Iterator[tuple[RemoveNode, str]]:
        reduced_groups: dict[tuple[str, str], RemoveNode] = {}
        for node in self.overlay.removals:
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
            reduced_groups |= dict.fromkeys(groups, node)
            yield node, kind
        for (id_, list_name), node in reduced_groups.items():
            group = self.ruleset.group(id_, list_name)
            if group is not None:
                self._check_remaining_members(node, id_, group)

    def _check_remaining_members(self, node: RemoveNode, id_: str, group: GroupNode) -> None:
        members, needed = members_of(group), 1
        if group.at_least is not None and group.at_least.n.text.isdecimal():
            needed = int(group.at_least.n.text)
        if len(members) >= max(needed, 1):
            return
        change = "" if id_ == "eligible" else f"remove or replace `{id_}` too, or "
        remaining = f"{len(members)} of the {needed} that it needs" if members else "no member"
        self.diagnostics.report(
            "group-emptied",
            node.name.span,
            f"without `{node.name.text}` the group `{id_}` has too few members",
            found=remaining,
            expected="a group with the members that it needs",
            remedy=f"{change}give it another member with `into`",
            related=((group.span, "the group is declared here"),),
        )

    # --- the head of the file ---------------------------------------------------------------------

    def _merge_period(self) -> InForceNode:
        override, base = self.overlay.in_force, self.ruleset.tree.in_force
        if override is None:
            return base
        if (override.from_, override.to) == (base.from_, base.to) and not has_provenance(override):
            return attrs.evolve(base, from_=override.from_, to=override.to)
        if not has_provenance(override):
            self._report_missing_provenance(override.span, "`in_force`")
        self._orphan_note_references(base, override.span)
        return override
