"""Carries out what an overlay says of its base: adds, sets, replaces, removes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

import attrs

from policyrules.diagnostics import Diagnostics, listed, name_remedy, with_article
from policyrules.overlays.absent import NO_TARGET, absence_remedy
from policyrules.overlays.editable import KINDS, Bench, Target
from policyrules.overlays.inherit import Removals, inherited, is_grounded
from policyrules.overlays.replace import replaced, says_the_same, with_rows
from policyrules.overlays.walk import is_group, members_of, nodes_in, reads, with_members
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

_REPLACED: Final[Mapping[type[Replacement], str]] = MappingProxyType(
    {
        NewValueNode: "value",
        NewConditionNode: "condition",
        NewExceptionNode: "exception",
        NewAmountNode: "amount",
    }
)
"""The kind of what each replacement takes the place of."""


@attrs.frozen
class Edited:
    """A base with an overlay carried out on it.

    `removed` are the nodes that are gone, those of lower layers first; `loosened` has every name
    that a node read which is gone or reads other names now, with the place of the change.
    """

    tree: RulesetTree
    removed: Removals
    loosened: Mapping[str, Span] = attrs.field(hash=False)


def edited(
    base: RulesetTree, removed: Removals, overlay: OverlayTree, diagnostics: Diagnostics
) -> Edited:
    """The tree of a base with an overlay carried out on it; what is wrong with it is a finding.

    `removed` is what lower layers took away.
    """
    tree, gone = inherited(base, removed, overlay.notes)
    return _Editor(Bench.of(tree), overlay, diagnostics).edited(gone)


@attrs.define
class _Editor:
    bench: Bench
    overlay: OverlayTree
    diagnostics: Diagnostics
    loosened: dict[str, Span] = attrs.field(factory=dict)
    changed: dict[str, Span] = attrs.field(factory=dict)

    def edited(self, gone: Removals) -> Edited:
        overlay, bench = self.overlay, self.bench
        own = [one for one in self._additions() if self._is_new(one.name)]
        self._set()
        self._replace()
        self._add(own)
        removed = tuple(self._remove())
        base = bench.tree_of()
        outcome = base.outcome
        if overlay.says:
            kept = [one for one in outcome.says if one[0] not in dict(overlay.says)]
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
        return Edited(tree, (*gone, *removed), self.loosened)

    # --- what is added ---------------------------------------------------------------------------

    def _additions(self) -> Iterator[ParameterNode | ValueNode | ConditionNode | ExceptionNode]:
        overlay = self.overlay
        yield from overlay.parameters
        yield from (rule for _, rule in self._rules())
        yield from overlay.exceptions

    def _rules(self) -> Iterator[tuple[str, ValueNode | ConditionNode]]:
        """The values and conditions that are added, each with its list."""
        for block in self.overlay.lists:
            yield from ((block.name.text, one) for one in block.values)
            yield from ((block.name.text, one) for one in block.conditions)
        yield from (("", one) for one in self.overlay.values)
        yield from (("", one) for one in self.overlay.conditions)

    def _is_new(self, name: Scalar) -> bool:
        there = self.bench.target(name.text)
        if there is None:
            return True
        kind = KINDS[type(there)]
        change = "`set`" if kind == "parameter" else f"`replace.{kind}{'s' * (kind != 'amount')}`"
        self._already_there(f"the {kind} `{name.text}`", name.span, there.name.span, change)
        return False

    def _already_there(self, what: str, span: Span, there: Span, change: str = "") -> None:
        self.diagnostics.report(
            "duplicate-of-base",
            span,
            f"{what} is in the base already",
            expected="an id that the base does not have",
            remedy=f"change it under {change}, or choose another id" if change else "leave it out",
            related=((there, "it stands here in the base"),),
        )

    def _add(self, own: list[ParameterNode | ValueNode | ConditionNode | ExceptionNode]) -> None:
        bench = self.bench
        new = {id(one) for one in own}
        for parameter in self.overlay.parameters:
            if id(parameter) in new:
                bench.parameters[parameter.name.text] = parameter
        for block in self.overlay.lists:
            self._add_block(block)
        rules = [(of, rule) for of, rule in self._rules() if id(rule) in new]
        for of, rule in rules:  # before any joins a group, for the group may be new itself
            bench.put(attrs.evolve(rule, into=None), of)
        for of, rule in rules:
            if rule.into is None:
                continue
            if isinstance(rule, ConditionNode):
                self._join(rule, rule.into, of)
            elif rule.into.text == "consequences":
                bench.consequences = (*bench.consequences, rule.name)
            else:
                message = "a value can only be one of the `consequences`"
                self._no_place(rule.into, message, ["consequences"])
        for exception in self.overlay.exceptions:
            if id(exception) in new:
                self._add_exception(exception)

    def _add_block(self, node: AddedBlockNode) -> None:
        name = node.name.text
        block = self.bench.blocks.get(name)
        if block is None:
            if node.each is None:
                self.diagnostics.report(
                    "missing-key",
                    node.name.span,
                    "the key `each` is missing",
                    expected="`each`: what expressions call an item of the list",
                )
            self.bench.blocks[name] = node.block(node.each or Scalar("item", node.name.span))
            if node.eligible is not None:
                self.bench.eligible[name] = node.eligible
            return
        if node.each is not None and node.each != block.each:
            self._already_there(f"the list `{name}`", node.each.span, block.each.span)
        if node.eligible is not None and name in self.bench.eligible:
            there = self.bench.eligible[name].span
            self._already_there(f"`eligible` of `{name}`", node.eligible.span, there)
        elif node.eligible is not None:
            self.bench.eligible[name] = node.eligible

    def _join(self, condition: ConditionNode, into: Scalar, of: str) -> None:
        """Makes a condition a member of a group, whose list becomes that of the condition."""
        bench, name = self.bench, condition.name
        if into.text == "eligible":
            if of not in bench.eligible:
                message = f"nothing says when an item of `{of}` is eligible"
                groups = [one for one, (_, node) in bench.conditions.items() if is_group(node)]
                self._no_place(into, message, groups)
                return
            bench.eligible[of] = _joined(bench.eligible[of], name)
            return
        found = bench.conditions.get(into.text)
        if found is None:
            groups = [one for one, (_, node) in bench.conditions.items() if is_group(node)]
            self._no_place(into, f"there is no group `{into.text}`", [*groups, "eligible"])
            return
        scope, group = found
        if not is_group(group):
            groups = [one for one, (_, node) in bench.conditions.items() if is_group(node)]
            self._no_place(into, f"`{into.text}` is a test, and no group", [*groups, "eligible"])
            return
        bench.conditions[into.text] = scope, _joined(group, name)
        if not of:
            bench.conditions[name.text] = scope, bench.conditions[name.text][1]

    def _add_exception(self, node: ExceptionNode) -> None:
        into = node.into
        if into is None:
            return
        if self.bench.rule(into.text) is None:
            known = [*self.bench.values, *self.bench.conditions]
            self._no_place(into, f"there is no value or condition `{into.text}`", known)
            return
        self.bench.put_exception(into.text, attrs.evolve(node, into=None))

    def _no_place(self, into: Scalar, message: str, known: list[str]) -> None:
        self.diagnostics.report(
            "unknown-group",
            into.span,
            message,
            found=f"`into: {into.text}`",
            expected="`into`: a group or `eligible` for a condition, `consequences` for a value, "
            "a value or condition for an exception",
            remedy=name_remedy(into.text, known) or _choice(known),
            related=((self.bench.tree.id.span, "the base is here"),),
        )

    # --- what is changed -------------------------------------------------------------------------

    def _set(self) -> None:
        for node in self.overlay.set:
            target = self._target(node.name, "parameter")
            if not isinstance(target, ParameterNode):
                continue
            new = with_rows(target, node)
            self._compare(node.name, target, new)
            self._loosen_notes(target, node.name.span)
            self.bench.parameters[target.name.text] = new

    def _replace(self) -> None:
        for node in self.overlay.replacements():
            target = self._target(node.name, _REPLACED[type(node)])
            if target is None:
                continue
            new = replaced(target, node, self.diagnostics)
            if isinstance(new, ConditionNode) and not is_grounded(new):
                self._no_ground(node.name.span, f"what replaces the group `{new.name.text}`")
            self._compare(node.name, target, new)
            self._loosen(target, node, node.name.span)
            if isinstance(new, AmountNode):
                self.bench.amount = new
            elif isinstance(new, ExceptionNode):
                parents = self.bench.exceptions()
                parent = next(id_ for id_, one in parents if one.name.text == new.name.text)
                self.bench.put_exception(parent, new)
            elif isinstance(new, ValueNode | ConditionNode):
                found = self.bench.rule(new.name.text)
                self.bench.put(new, found[0] if found else "")

    def _compare(self, name: Scalar, old: Target, new: Target) -> None:
        if says_the_same(old, new, self.bench.tree, self.overlay):
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
        """The node that is to be changed, if there is one of the kind."""
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
        target = self.bench.target(name.text)
        if target is not None and kind in {KINDS[type(target)], ""}:
            return target
        if target is None:
            what, found = f"{kind or 'node'} `{name.text}`", f"`{name.text}`"
            same = [
                one
                for one in self.bench.ids()
                if not kind or ((node := self.bench.target(one)) and KINDS[type(node)] == kind)
            ]
            remedy = absence_remedy(self.bench.tree, name.text, kind) or name_remedy(
                name.text, same
            )
            remedy = remedy or NO_TARGET[kind]
            related = (self.bench.tree.id.span, "the base is here")
        else:
            actual = KINDS[type(target)]
            what, found = f"{kind} `{name.text}`", f"`{name.text}`, which is {with_article(actual)}"
            section = {"parameter": "set", "amount": "replace.amount"}.get(
                actual, f"replace.{actual}s"
            )
            remedy = f"write it under `{section}`"
            related = (target.name.span, "it stands here in the base")
        if name.text not in self.bench.tree.broken:
            self.diagnostics.report(
                "unknown-target",
                name.span,
                f"the base has no {what}",
                found=found,
                expected=f"the id of {with_article(kind or 'node')} of the base",
                remedy=remedy,
                related=(related,),
            )
        return None

    def _loosen(self, old: Target, new: Replacement | None, span: Span) -> None:
        still = {name for name, _ in reads(new)} if new is not None else set()
        for name, _ in reads(old):
            if name not in still:
                self.loosened.setdefault(name, span)
        self._loosen_notes(old, span)

    def _loosen_notes(self, old: TreeNode, span: Span) -> None:
        """A note goes with the last node that carries it, and with it what its test reads."""
        carried = {
            note.text
            for node in nodes_in(old)
            if isinstance(node, GroundedNode)
            for note in node.notes
        }
        for note in self.bench.tree.notes:
            if note.name.text in carried:
                for name, _ in reads(note):
                    self.loosened.setdefault(name, span)

    def _no_ground(self, span: Span, what: str) -> None:
        self.diagnostics.report(
            "missing-provenance",
            span,
            f"{what} has no ground",
            expected="`quote`, `cite` or `notes`",
            remedy="quote the words that it follows, or admit it in a note",
        )

    # --- what is removed -------------------------------------------------------------------------

    def _remove(self) -> Iterator[tuple[RemoveNode, str]]:
        smaller: dict[tuple[str, str], RemoveNode] = {}
        for node in self.overlay.remove:
            target = self._target(node.name, "")
            if target is None:
                continue
            kind = KINDS[type(target)]
            if node.name.text in {one.text for one in self.bench.consequences}:
                kind = "consequence"
            if not is_grounded(node):
                self._no_ground(node.name.span, f"the removal of `{node.name.text}`")
            self._loosen(target, None, node.name.span)
            groups = self.bench.drop(node.name.text, self.overlay.span.path)
            smaller |= dict.fromkeys(groups, node)
            yield node, kind
        for (id_, of), node in smaller.items():
            group = self.bench.group(id_, of)
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

    # --- what stands at the head -----------------------------------------------------------------

    def _in_force(self) -> InForceNode:
        own, base = self.overlay.in_force, self.bench.tree.in_force
        if own is None:
            return base
        if (own.from_, own.to) == (base.from_, base.to) and not is_grounded(own):
            return attrs.evolve(base, from_=own.from_, to=own.to)
        if not is_grounded(own):
            self._no_ground(own.span, "`in_force`")
        self._loosen_notes(base, own.span)
        return own

    def _uses(self) -> Iterator[Scalar]:
        there = {one.text: one.span for one in self.bench.tree.uses}
        for name in self.overlay.uses:
            if name.text in there:
                self._already_there(f"`{name.text}`", name.span, there[name.text])
            else:
                yield name

    def _sources(self) -> Iterator[SourceNode]:
        there = {one.name.text: one.name.span for one in self.bench.tree.sources}
        for source in self.overlay.sources:
            name = source.name
            if name.text in there:
                self._already_there(f"the source `{name.text}`", name.span, there[name.text])
            else:
                yield source

    def _facts(self) -> tuple[tuple[Scalar, tuple[FactNode, ...]], ...]:
        """The facts of both, by subject."""
        facts = {subject.text: (subject, of) for subject, of in self.bench.tree.facts}
        for subject, own in self.overlay.facts:
            first, there = facts.get(subject.text, (subject, ()))
            spans = {one.name.text: one.name.span for one in there}
            for fact in own:
                full = f"{subject.text}.{fact.name.text}"
                if fact.name.text in spans:
                    span = spans[fact.name.text]
                    self._already_there(f"the fact `{full}`", fact.name.span, span)
                else:
                    there = (*there, fact)
            facts[subject.text] = first, there
        return tuple(facts.values())


def _choice(known: list[str]) -> str:
    return f"choose one of {listed(known)}" if known else "say `eligible` of the list"


_Group = TypeVar("_Group", bound=GroupNode)


def _joined(group: _Group, name: Scalar) -> _Group:
    return with_members(group, (*members_of(group), name))
