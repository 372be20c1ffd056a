"""Words that an overlay adds to facts of its base.

The facts of a base are declared in its vocabulary or in its file. An added word follows the words
that the fact has. All that reads the fact is checked again with the added word.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

import attrs

from policyrules.diagnostics import Diagnostics, listed, name_remedy
from policyrules.syntax.overlay_tree import OverlayTree
from policyrules.syntax.tree import FactNode, SubjectNode, TitleNode, VocabularyTree
from policyrules.syntax.yaml import Scalar

WordTitles = tuple[tuple[Scalar, TitleNode], ...]
AddedWords = tuple[tuple[Scalar, WordTitles], ...]
"""The words that are added, by the full name of the fact."""

_Subject = TypeVar("_Subject", bound=SubjectNode)


def add_words_to_vocabulary(
    vocabulary: VocabularyTree, words: AddedWords, *, in_order: bool = False
) -> VocabularyTree:
    """Return a vocabulary whose facts have the added words too.

    If `in_order`, the added words include those that the fact has, and give the order of all.
    """
    if not words:
        return vocabulary
    return attrs.evolve(
        vocabulary,
        subjects=tuple(_with_words(vocabulary.subjects, words, in_order=in_order)),
        lists=tuple(_with_words(vocabulary.lists, words, in_order=in_order)),
    )


def add_words(
    facts: Iterable[tuple[Scalar, tuple[FactNode, ...]]], words: AddedWords
) -> tuple[tuple[Scalar, tuple[FactNode, ...]], ...]:
    """Return facts of a ruleset, by their subjects, with the added words."""
    return tuple(
        (subject, tuple(_fact_with_words(subject.text, fact, words) for fact in facts_of_subject))
        for subject, facts_of_subject in facts
    )


def join_words(vocabularies: Sequence[VocabularyTree]) -> Iterator[VocabularyTree]:
    """Yield the vocabularies; each fact gets the words that it has in any of them.

    Bases with one root differ in the words that overlays have added.
    """
    if len(vocabularies) == 1:
        yield from vocabularies
        return
    words: dict[str, tuple[Scalar, dict[str, tuple[Scalar, TitleNode]]]] = {}
    for vocabulary in vocabularies:
        for subject in (*vocabulary.subjects, *vocabulary.lists):
            for fact in subject.facts:
                name = f"{subject.name.text}.{fact.name.text}"
                _, known = words.setdefault(name, (attrs.evolve(fact.name, text=name), {}))
                for word, title in fact.words:
                    known.setdefault(word.text, (word, title))
    joined = tuple((name, tuple(known.values())) for name, known in words.values())
    for vocabulary in vocabularies:
        yield add_words_to_vocabulary(vocabulary, joined, in_order=True)


def check_added_words(
    overlay: OverlayTree, facts: Iterable[tuple[str, FactNode]], diagnostics: Diagnostics
) -> None:
    """Report words of an overlay for which the base has no fact, or which the fact has already.

    `facts` are those of the base with their full names.
    """
    known = dict(facts)
    for name, words in overlay.words:
        fact = known.get(name.text)
        if fact is None:
            with_words = [other for other, node in known.items() if node.words]
            diagnostics.report(
                "unknown-target",
                name.span,
                f"the base has no fact `{name.text}`",
                found=f"`{name.text}`",
                expected="the full name of a fact of the base",
                remedy=name_remedy(name.text, with_words),
            )
            continue
        if not fact.words:
            diagnostics.report(
                "type-mismatch",
                name.span,
                f"`{name.text}` has no words",
                found=f"`{fact.type.text}`",
                expected="a fact of type word, or a list of words",
                related=((fact.name.span, "it is declared here in the base"),),
            )
            continue
        declared = {word.text: word for word, _ in fact.words}
        for word, _ in words:
            if word.text in declared:
                diagnostics.report(
                    "duplicate-of-base",
                    word.span,
                    f"`{name.text}` has the word `{word.text}` already",
                    found=listed(declared),
                    expected="a word that the base lacks",
                    remedy="leave it out",
                    related=((declared[word.text].span, "it is declared here in the base"),),
                )


def _with_words(
    subjects: Iterable[_Subject], words: AddedWords, *, in_order: bool
) -> Iterator[_Subject]:
    for subject in subjects:
        name = subject.name.text
        facts = tuple(
            _fact_with_words(name, fact, words, in_order=in_order) for fact in subject.facts
        )
        yield subject if facts == subject.facts else attrs.evolve(subject, facts=facts)


def _fact_with_words(
    subject: str, fact: FactNode, words: AddedWords, *, in_order: bool = False
) -> FactNode:
    """Return a fact with the words that it lacks; a fact of another type stays as it is."""
    known = {word.text: (word, title) for word, title in fact.words}
    added = {
        word.text: known.get(word.text, (word, title))
        for name, titles in words
        if name.text == f"{subject}.{fact.name.text}"
        for word, title in titles
    }
    if not fact.words or not added:
        return fact
    return attrs.evolve(fact, words=tuple((added if in_order else known | added).values()))
