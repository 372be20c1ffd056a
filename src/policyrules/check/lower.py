"""Lower the state of a successful check to the checked ruleset, with its content hash."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

import attrs

from policyrules.check.state import CheckState
from policyrules.check.types import title_of
from policyrules.ir.nodes import Expression, ValueRef
from policyrules.ir.ruleset import CheckedRuleset, ItemRules, Outcome
from policyrules.ir.traverse import all_fact_dependencies, expressions_of, fact_dependencies
from policyrules.syntax.common_grammar import LANGUAGE
from policyrules.syntax.pretty_printer import print_tree
from policyrules.syntax.tree import BlockNode, SourcesTree, SubjectNode, VocabularyTree
from policyrules.text.fact_path import subject_of


def lower(state: CheckState) -> CheckedRuleset:
    """Return the checked ruleset; no earlier pass may have reported an error."""
    if state.eligible is None or state.in_force is None:
        raise TypeError("a ruleset without an outcome has errors")
    tree = state.tree
    ruleset = CheckedRuleset(
        id=tree.id.text,
        title=title_of(tree.title),
        language=LANGUAGE,
        policy_year=state.policy_year,
        legal_basis=tree.legal_basis.text,
        in_force=state.in_force,
        vocabulary=state.vocabulary,
        all_lists=state.all_lists,
        facts=state.facts,
        parameters=state.parameters,
        values=_declared_in(state, state.values, ""),
        conditions=_declared_in(state, state.conditions, ""),
        lists={},
        item_rules={node.name.text: _item_rules(state, node) for node in tree.lists},
        constraints=tuple(state.constraints),
        outcome=Outcome(
            state.eligible,
            state.amounts,
            tuple(name.text for name in tree.outcome.consequences),
            {word.text: title_of(title) for word, title in tree.outcome.labels},
        ),
        notes=state.notes,
        sources={
            name: source for name, source in state.sources.items() if name in state.used_sources
        },
        content_hash="",
        selection=tree.selection.text if tree.selection is not None else "",
        calendar=state.calendar if state.is_calendar_used else None,
        subject_titles={
            node.name.text: title_of(node.title) for node in state.vocabulary_tree.subjects
        },
    )
    read = _names_read(ruleset)
    facts = {name: fact for name, fact in ruleset.facts.items() if name in read}
    lists = {name: declared for name, declared in ruleset.all_lists.items() if name in read}
    constraints = tuple(
        constraint
        for constraint in ruleset.constraints
        if all(name in read for name in fact_dependencies(ruleset, constraint.test))
    )
    ruleset = attrs.evolve(ruleset, facts=facts, lists=lists, constraints=constraints)
    return attrs.evolve(ruleset, content_hash=_content_hash(state, ruleset))


_Node = TypeVar("_Node")


def _declared_in(state: CheckState, nodes: Mapping[str, _Node], list_name: str) -> dict[str, _Node]:
    return {name: node for name, node in nodes.items() if state.scopes.get(name, "") == list_name}


def _item_rules(state: CheckState, node: BlockNode) -> ItemRules:
    name = node.name.text
    return ItemRules(
        list=name,
        item_name=node.each.text,
        values=_declared_in(state, state.values, name),
        conditions=_declared_in(state, state.conditions, name),
        eligible=state.item_eligible.get(name),
    )


def _names_read(ruleset: CheckedRuleset) -> set[str]:
    """Return the names of the facts and the lists that the ruleset reads."""
    expressions: list[Expression] = [ValueRef(name) for name in ruleset.all_values]
    for condition in ruleset.all_conditions.values():
        expressions += expressions_of(condition)
    expressions += [note.when for note in ruleset.notes.values() if note.when is not None]
    expressions += [amount.expression for amount in ruleset.outcome.amounts.values()]
    read = all_fact_dependencies(ruleset, expressions)
    return read | {subject_of(name) for name in read} | set(ruleset.item_rules)


def _content_hash(state: CheckState, ruleset: CheckedRuleset) -> str:
    """Return the hash of the ruleset and of everything that it uses of other files.

    Overlays and receipts depend on the hash, so it leaves out whatever affects no decision of the
    ruleset: comments and layout, facts and sources that only other rulesets use, the way in which
    the ruleset is selected, and the rulesets that bound it.
    """
    hashed = hashlib.sha256()
    deciding_tree = attrs.evolve(state.tree, within=(), selection=None)
    trees = (deciding_tree, _vocabulary_used(state, ruleset), _sources_used(state, ruleset))
    texts = [print_tree(tree) for tree in trees]
    if ruleset.calendar is not None and state.calendars_tree is not None:
        name = ruleset.calendar.jurisdiction
        nodes = (node for node in state.calendars_tree.calendars if node.name.text == name)
        texts.append(print_tree(attrs.evolve(state.calendars_tree, calendars=tuple(nodes))))
    if state.composition is not None:
        for node, _ in state.composition.removed:
            texts.append(
                " ".join(
                    scalar.text
                    for scalar in (node.name, node.quote, node.cite, *node.notes)
                    if scalar
                )
            )
    for text in texts:
        hashed.update(text.encode())
        hashed.update(b"\x00")
    return f"sha256:{hashed.hexdigest()}"


def _vocabulary_used(state: CheckState, ruleset: CheckedRuleset) -> VocabularyTree:
    """Return the vocabulary with the facts that the ruleset reads and their constraints."""
    tree = state.vocabulary_tree
    tests = {constraint.id for constraint in ruleset.constraints}
    units = _unit_names(ruleset)
    return attrs.evolve(
        tree,
        subjects=tuple(_subjects_used(tree.subjects, ruleset)),
        lists=tuple(_subjects_used(tree.lists, ruleset)),
        units=tuple(unit for unit in tree.units if unit.name.text in units),
        constraints=tuple(
            constraint for constraint in tree.constraints if constraint.name.text in tests
        ),
    )


def _unit_names(ruleset: CheckedRuleset) -> set[str]:
    """Return the names of all units of the ruleset, also those within compound units."""
    units = [fact.type.unit for fact in ruleset.facts.values()]
    units += [parameter.type.unit for parameter in ruleset.parameters.values()]
    units += [value.type.unit for value in ruleset.all_values.values()]
    units += [declared.unit for declared in ruleset.lists.values()]
    units += [amount.type.unit for amount in ruleset.outcome.amounts.values()]
    return {name for unit in units for name, _ in unit.powers}


_Subject = TypeVar("_Subject", bound=SubjectNode)


def _subjects_used(nodes: Iterable[_Subject], ruleset: CheckedRuleset) -> Iterator[_Subject]:
    for node in nodes:
        name = node.name.text
        facts = tuple(fact for fact in node.facts if f"{name}.{fact.name.text}" in ruleset.facts)
        if facts or name in ruleset.lists:
            yield attrs.evolve(node, facts=facts)


def _sources_used(state: CheckState, ruleset: CheckedRuleset) -> SourcesTree:
    tree = state.sources_tree
    used = tuple(source for source in tree.sources if source.name.text in ruleset.sources)
    return attrs.evolve(tree, sources=used)
