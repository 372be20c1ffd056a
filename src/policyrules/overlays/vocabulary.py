"""Adds the vocabulary of a folder to that of a base: facts of one's own, beside the others.

A fact is one thing wherever it is asked for, so two declarations of one fact must be the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

import attrs

from policyrules.diagnostics import Diagnostics
from policyrules.syntax.tree import (
    ConsistencyNode,
    FactNode,
    ItemListNode,
    SubjectNode,
    VocabularyTree,
)
from policyrules.syntax.yaml import Scalar


def with_facts(
    base: VocabularyTree, own: VocabularyTree, diagnostics: Diagnostics
) -> VocabularyTree:
    """The vocabulary of a base with what another one has besides.

    A subject or a list may stand in both, and then has the facts of both; what it is called is what
    the base calls it. A fact or a rule that both declare must be the same in both, and so must the
    `key`, `unit` and `at_most` of a list; if not, it is a finding that names both places, and what
    the base says stays.

    >>> from policyrules.syntax.reader import read_vocabulary
    >>> def words(facts):
    ...     subject = f"{{title: {{zh: 人, en: Person}}, facts: {{{facts}}}}}"
    ...     text = f"{{policyrules: 1, subjects: {{person: {subject}}}}}"
    ...     return read_vocabulary(text, "vocabulary.yaml", Diagnostics())
    >>> insured = "insured: {title: {zh: 参保, en: Insured}, type: yes_no}"
    >>> veteran = "veteran: {title: {zh: 退役军人, en: Veteran}, type: yes_no}"
    >>> both = with_facts(words(insured), words(veteran), Diagnostics())
    >>> [fact.name.text for fact in both.subjects[0].facts]
    ['insured', 'veteran']
    """
    return _Joining(base, own, diagnostics).joined()


_Subject = TypeVar("_Subject", bound=SubjectNode)


@attrs.frozen
class _Joining:
    base: VocabularyTree
    own: VocabularyTree
    diagnostics: Diagnostics

    def joined(self) -> VocabularyTree:
        base, own = self.base, self.own
        self.refuse("subject", own.subjects, base.lists)
        self.refuse("list", own.lists, base.subjects)
        return attrs.evolve(
            base,
            subjects=tuple(self.subjects(base.subjects, own.subjects)),
            lists=tuple(self.subjects(base.lists, own.lists)),
            consistent=tuple(self.rules()),
            broken=base.broken | own.broken,
        )

    def refuse(self, what: str, own: Iterable[SubjectNode], others: Iterable[SubjectNode]) -> None:
        """Reports a subject that is a list in the base, or the reverse."""
        there = {one.name.text: one.name for one in others}
        for one in own:
            if one.name.text in there:
                self.report(what, one.name, there[one.name.text])

    def subjects(self, base: Iterable[_Subject], own: Iterable[_Subject]) -> Iterator[_Subject]:
        """The subjects or lists of both, those of the base first."""
        more = {one.name.text: one for one in own}
        for there in base:
            mine = more.pop(there.name.text, None)
            if mine is None:
                yield there
                continue
            if isinstance(mine, ItemListNode) and isinstance(there, ItemListNode):
                same = (mine.key, mine.unit, mine.at_most) == (there.key, there.unit, there.at_most)
                if not same:
                    self.report("list", mine.name, there.name)
            yield attrs.evolve(there, facts=tuple(self.facts(there, mine.facts)))
        taken = {one.name.text for one in (*self.base.subjects, *self.base.lists)}
        yield from (one for name, one in more.items() if name not in taken)

    def facts(self, there: SubjectNode, own: Iterable[FactNode]) -> Iterator[FactNode]:
        yield from there.facts
        known = {one.name.text: one for one in there.facts}
        for fact in own:
            first = known.get(fact.name.text)
            if first is None:
                yield fact
            elif first != fact:
                self.report("fact", fact.name, first.name, f"{there.name.text}.")

    def rules(self) -> Iterator[ConsistencyNode]:
        yield from self.base.consistent
        known = {one.name.text: one for one in self.base.consistent}
        for rule in self.own.consistent:
            first = known.get(rule.name.text)
            if first is None:
                yield rule
            elif first != rule:
                self.report("rule", rule.name, first.name)

    def report(self, what: str, name: Scalar, there: Scalar, subject: str = "") -> None:
        self.diagnostics.report(
            "duplicate-of-base",
            name.span,
            f"the {what} `{subject}{name.text}` is another in the vocabulary of the base",
            expected=f"one {what} by one name",
            remedy="choose another name; or leave it out, if that of the base is meant",
            related=((there.span, "it stands here for the base"),),
        )
