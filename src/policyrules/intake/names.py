"""Suggest the declared fact, subject or list for an unknown name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from typing import Final

from policyrules.diagnostics import did_you_mean, near_names
from policyrules.intake.facts_file import colon_remedy
from policyrules.ir.ruleset import CheckedRuleset, Fact, ListDeclaration
from policyrules.text.fact_path import FactPath, local_name, split_name
from policyrules.text.localized import LocalizedText, texts_of
from policyrules.text.words import fold_word

WRAPPERS: Final = frozenset({"facts", "data", "case", "situation"})
"""Keys under which callers wrap all facts once more."""

_MAX_NAME_LENGTH: Final = 200
"""The maximum length of a name that is compared: a longer name is not a misspelling."""


class KnownNames:
    """The facts, subjects and lists of a ruleset by name and by title; immutable."""

    def __init__(self, ruleset: CheckedRuleset) -> None:
        self.facts: dict[str, Fact] = {**ruleset.vocabulary, **ruleset.facts}
        self.lists: Mapping[str, ListDeclaration] = ruleset.all_lists
        self._subject_titles = ruleset.subject_titles

    @cached_property
    def item_facts(self) -> frozenset[str]:
        """Return the facts of the items of all lists, by full name."""
        return frozenset(name for name in self.facts if split_name(name)[0] in self.lists)

    @cached_property
    def _by_subject(self) -> Mapping[str, list[str]]:
        subjects: dict[str, list[str]] = {}
        for name in self.facts:
            subject, fact = split_name(name)
            subjects.setdefault(subject, []).append(fact)
        return subjects

    @cached_property
    def _facts_by_title(self) -> Mapping[str, list[str]]:
        return _names_by_title((name, fact.title) for name, fact in self.facts.items())

    @cached_property
    def _subjects_by_title(self) -> Mapping[str, list[str]]:
        lists = ((name, item_list.title) for name, item_list in self.lists.items())
        return _names_by_title([*self._subject_titles.items(), *lists])

    def likely_subject(self, name: str) -> str:
        """Return the subject or list that an unknown name probably means, or an empty text."""
        if len(name) > _MAX_NAME_LENGTH:
            return ""
        titled_names = self._subjects_by_title.get(fold_word(name), [])
        if len(titled_names) == 1 and titled_names[0] in self._by_subject:
            return titled_names[0]
        return _single(near_names(name, self._by_subject))

    def likely_list(self, name: str) -> str:
        """Return the list that an unknown name probably means, or an empty text."""
        if len(name) > _MAX_NAME_LENGTH:
            return ""
        titled_names = self._subjects_by_title.get(fold_word(name), [])
        if len(titled_names) == 1 and titled_names[0] in self.lists:
            return titled_names[0]
        return _single(near_names(name, self.lists))

    def remedy_under_subject(self, subject: str, name: str) -> str:
        """Return the remedy for an unknown fact of a subject or an item."""
        if len(name) > _MAX_NAME_LENGTH:
            return ""
        if self._is_top_level(name):
            return f"`{name}` belongs at the top, not under `{subject}`"
        facts = self._by_subject.get(subject, [])
        titled_names = self._facts_by_exact_title(name, subject)
        if len(titled_names) == 1:
            return f"did you mean `{titled_names[0].partition('.')[2]}`?"
        return did_you_mean(name, facts) or colon_remedy(name)

    def remedy(self, name: str) -> str:
        """Return the remedy for an unknown name."""
        if len(name) > _MAX_NAME_LENGTH:
            return ""
        if name == "on":
            return "the date is not a fact: give it with `--on`, or in Python with `.on(date)`"
        path = FactPath.parse(name)
        if path is not None and path.item_key is not None and path.subject in self.lists:
            key = self.lists[path.subject].key
            return f"give it with the item: `{path.subject}: [{{{key}: …, {path.fact or '…'}: …}}]`"
        subject, _, bare = name.rpartition(".")
        if subject and self._is_top_level(bare):
            return f"`{bare}` belongs at the top, not under `{subject}`"
        same = [full for full in self.facts if full.rpartition(".")[2] == bare]
        if same:
            return "write " + " or ".join(f"`{full}`" for full in same)
        titled_names = self._facts_by_exact_title(bare, subject) or self._facts_by_exact_title(
            bare, ""
        )
        if titled_names:
            return f"did you mean {' or '.join(f'`{full}`' for full in titled_names)}?"
        return self._similar_name_remedy(name, subject, bare) or colon_remedy(bare)

    def _is_top_level(self, name: str) -> bool:
        return name in self.lists or name in self._by_subject

    def _similar_name_remedy(self, name: str, subject: str, bare: str) -> str:
        if subject in self._by_subject:
            # The subject is left out of the comparison: sharing it does not make two names similar.
            similar = near_names(bare, self._by_subject[subject])
            if similar:
                return _ask_which(f"{subject}.{near_name}" for near_name in similar)
        elif remedy := did_you_mean(name, self.facts):
            return remedy
        similar = near_names(bare, {local_name(full) for full in self.facts})
        return _ask_which(full for full in self.facts if local_name(full) in similar)

    def _facts_by_exact_title(self, title: str, subject: str) -> list[str]:
        """Return the facts with this title, of one subject or, for an empty one, of all."""
        names = self._facts_by_title.get(fold_word(title), [])
        return [name for name in names if not subject or name.startswith(f"{subject}.")][:3]


def _names_by_title(titles: Iterable[tuple[str, LocalizedText]]) -> Mapping[str, list[str]]:
    names: dict[str, list[str]] = {}
    for name, title in titles:
        for text in dict.fromkeys(map(fold_word, texts_of(title))):
            if text:
                names.setdefault(text, []).append(name)
    return names


def _single(names: Sequence[str]) -> str:
    """Return the name if there is exactly one, else an empty text."""
    return names[0] if len(names) == 1 else ""


def _ask_which(names: Iterable[str]) -> str:
    """Return a question that proposes the names, or an empty text if there are none."""
    quoted = [f"`{name}`" for name in names]
    return f"did you mean {' or '.join(quoted)}?" if quoted else ""
