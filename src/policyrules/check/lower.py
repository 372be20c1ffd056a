"""The last pass: joins what the others found into the checked ruleset, with its content hash."""

from __future__ import annotations

import hashlib

import attrs

from policyrules.check.draft import Draft
from policyrules.check.types import title_of
from policyrules.ir.nodes import Expression, ValueRef
from policyrules.ir.ruleset import CheckedRuleset, Fact, Outcome
from policyrules.ir.traverse import facts_behind, texts
from policyrules.syntax.grammar import LANGUAGE
from policyrules.syntax.printer import print_tree


def lower(draft: Draft) -> CheckedRuleset:
    """The checked ruleset; every pass before this one went through without an error."""
    if draft.eligible is None or draft.in_force is None:
        raise TypeError("a draft without an outcome has errors")
    tree = draft.tree
    ruleset = CheckedRuleset(
        id=tree.id.text,
        title=title_of(tree.title),
        language=LANGUAGE,
        policy_year=draft.policy_year,
        legal_basis=tree.legal_basis.text,
        in_force=draft.in_force,
        vocabulary=draft.vocabulary,
        facts=draft.facts,
        parameters=draft.parameters,
        values=draft.values,
        conditions=draft.conditions,
        outcome=Outcome(
            draft.eligible,
            draft.amount,
            tuple(name.text for name in tree.outcome.consequences),
            {word.text: title_of(title) for word, title in tree.outcome.says},
        ),
        notes=draft.notes,
        sources={name: one for name, one in draft.sources.items() if name in draft.used_sources},
        content_hash=_content_hash(draft),
    )
    return attrs.evolve(ruleset, facts=_facts_read(ruleset))


def _facts_read(ruleset: CheckedRuleset) -> dict[str, Fact]:
    """The facts that the ruleset reads anywhere, as the vocabulary orders them."""
    expressions: list[Expression] = [ValueRef(name) for name in ruleset.values]
    for condition in ruleset.conditions.values():
        expressions += texts(condition)
    expressions += [note.when for note in ruleset.notes.values() if note.when is not None]
    if ruleset.outcome.amount is not None:
        expressions.append(ruleset.outcome.amount.text)
    read = {name for node in expressions for name in facts_behind(ruleset, node)}
    return {name: fact for name, fact in ruleset.facts.items() if name in read}


def _content_hash(draft: Draft) -> str:
    """The hash of the ruleset with its vocabulary and its sources, comments and layout apart."""
    hashed = hashlib.sha256()
    for tree in (draft.tree, draft.vocabulary_tree, draft.sources_tree):
        hashed.update(print_tree(tree).encode())
        hashed.update(b"\x00")
    return f"sha256:{hashed.hexdigest()}"
