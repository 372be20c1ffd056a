"""Merge the vocabulary of a folder with that of a base.

A fact has one meaning in all rulesets, so two declarations of one fact must be equal.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.tree import (
    ConstraintNode,
    FactNode,
    ItemListNode,
    SubjectNode,
    UnitNode,
    VocabularyTree,
)
from policyrules.syntax.yaml import Scalar


def merge_vocabularies(
    base: VocabularyTree, added: VocabularyTree, diagnostics: Diagnostics
) -> VocabularyTree:
    """Return the vocabulary of a base extended by another one.

    A subject or a list in both has the facts of both and the title of the base. A fact, a
    constraint or a unit that both declare must be equal, and so must the `key`, `unit` and
    `at_most` of a list; a difference is reported with both places, and the declaration of the base
    is kept.

    >>> from policyrules.syntax.reader import read_vocabulary
    >>> def words(facts):
    ...     subject = f"{{title: {{zh: 人, en: Person}}, facts: {{{facts}}}}}"
    ...     text = f"{{policyrules: 1, subjects: {{person: {subject}}}}}"
    ...     return read_vocabulary(text, "vocabulary.yaml", Diagnostics())
    >>> insured = "insured: {title: {zh: 参保, en: Insured}, type: yes_no}"
    >>> veteran = "veteran: {title: {zh: 退役军人, en: Veteran}, type: yes_no}"
    >>> both = merge_vocabularies(words(insured), words(veteran), Diagnostics())
    >>> [fact.name.text for fact in both.subjects[0].facts]
    ['insured', 'veteran']
    """
    return _Merger(base, added, diagnostics).merge()


_Subject = TypeVar("_Subject", bound=SubjectNode)
_Named = TypeVar("_Named", FactNode, UnitNode, ConstraintNode)


@attrs.frozen
class _Merger:
    """The merge of two vocabularies, which reports their differences."""

    base: VocabularyTree
    added: VocabularyTree
    diagnostics: Diagnostics

    def merge(self) -> VocabularyTree:
        base, added = self.base, self.added
        self.reject_other_kind("subject", added.subjects, base.lists)
        self.reject_other_kind("list", added.lists, base.subjects)
        return attrs.evolve(
            base,
            subjects=tuple(self.subjects(base.subjects, added.subjects)),
            lists=tuple(self.subjects(base.lists, added.lists)),
            units=tuple(self.declarations("unit", base.units, added.units)),
            constraints=tuple(self.declarations("constraint", base.constraints, added.constraints)),
            broken=base.broken | added.broken,
        )

    def reject_other_kind(
        self, kind: str, added: Iterable[SubjectNode], others: Iterable[SubjectNode]
    ) -> None:
        """Report a subject that is a list in the base, or a list that is a subject there."""
        other_names = {subject.name.text: subject.name for subject in others}
        for subject in added:
            if subject.name.text in other_names:
                self.report(kind, subject.name, other_names[subject.name.text])

    def subjects(self, base: Iterable[_Subject], added: Iterable[_Subject]) -> Iterator[_Subject]:
        """Yield the subjects or lists of both vocabularies, those of the base first."""
        remaining = {subject.name.text: subject for subject in added}
        for base_subject in base:
            added_subject = remaining.pop(base_subject.name.text, None)
            if added_subject is None:
                yield base_subject
                continue
            if isinstance(added_subject, ItemListNode) and isinstance(base_subject, ItemListNode):
                is_same = (added_subject.key, added_subject.unit, added_subject.at_most) == (
                    base_subject.key,
                    base_subject.unit,
                    base_subject.at_most,
                )
                if not is_same:
                    self.report("list", added_subject.name, base_subject.name)
            subject = f"{base_subject.name.text}."
            facts = self.declarations("fact", base_subject.facts, added_subject.facts, subject)
            yield attrs.evolve(base_subject, facts=tuple(facts))
        base_names = {subject.name.text for subject in (*self.base.subjects, *self.base.lists)}
        yield from (subject for name, subject in remaining.items() if name not in base_names)

    def declarations(
        self, kind: str, base: Sequence[_Named], added: Iterable[_Named], subject: str = ""
    ) -> Iterator[_Named]:
        """Yield the declarations of both vocabularies, those of the base first."""
        declared = {node.name.text: node for node in base}
        yield from base
        for node in added:
            existing = declared.get(node.name.text)
            if existing is None:
                yield node
            elif existing != node:
                self.report(kind, node.name, existing.name, subject)

    def report(self, kind: str, name: Scalar, base_name: Scalar, subject: str = "") -> None:
        self.diagnostics.report(
            "duplicate-of-base",
            name.span,
            f"the {kind} `{subject}{name.text}` differs from the one in the vocabulary of the base",
            expected=f"the same {kind} for one name",
            remedy="choose another name; or leave it out, if that of the base is meant",
            related=((base_name.span, "the base declares it here"),),
        )
