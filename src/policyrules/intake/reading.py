"""From facts to a `Situation`: every name looked up, every figure read, every problem reported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import attrs

from policyrules.diagnostics import did_you_mean, listed
from policyrules.errors import FactProblem, FactsError
from policyrules.intake.consistency import contradictions
from policyrules.intake.facts_file import FactsFile
from policyrules.intake.problems import Wrong, shown
from policyrules.intake.readers import Reader, reader_of
from policyrules.ir.ruleset import CheckedRuleset, ItemList
from policyrules.ir.situation import Item, Known, Situation, item_fact


def situation_from(
    facts: Mapping[str, object], ruleset: CheckedRuleset, *, path: str = ""
) -> Situation:
    """The facts of one case, read and checked; see `Intake.read`."""
    return Intake(ruleset).read(facts, path=path)


def _all_readers(ruleset: CheckedRuleset) -> Mapping[str, Reader]:
    return {name: reader_of(fact) for name, fact in {**ruleset.vocabulary, **ruleset.facts}.items()}


def _by_subject(readers: Mapping[str, Reader]) -> Mapping[str, Mapping[str, tuple[str, Reader]]]:
    subjects: dict[str, dict[str, tuple[str, Reader]]] = {}
    for name, reader in readers.items():
        subject, _, fact = name.partition(".")
        subjects.setdefault(subject, {})[fact] = (name, reader)
    return subjects


@attrs.frozen
class Intake:
    """The way in for one ruleset: its readers are made once, and a case is read in microseconds.

    It holds nothing of a case, so threads may share it.
    """

    ruleset: CheckedRuleset
    _readers: Mapping[str, Reader] = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(lambda self: _all_readers(self.ruleset), takes_self=True),
    )
    _subjects: Mapping[str, Mapping[str, tuple[str, Reader]]] = attrs.field(
        init=False,
        repr=False,
        eq=False,
        default=attrs.Factory(lambda self: _by_subject(self._readers), takes_self=True),
    )

    def read(self, facts: Mapping[str, object], *, path: str = "") -> Situation:
        """The facts of one case.

        They are given by subject (`{"employer": {"laid_off": 6}}`), by full name
        (`{"employer.laid_off": 6}`) or both. A fact that is absent or None is unknown; the word
        `none` is a known absence, where the fact has one. Numbers are whole numbers, Decimals,
        Fractions or texts such as `"5.5%"`, never Python floats; days are `date` or texts such as
        `"2022-07-15"`. A list is a list of figures, or of mappings with a key each
        (`{"hires": [{"id": "p1", "hired_on": "2022-07-15"}]}`). Facts that the vocabulary has and
        this ruleset does not read are checked and left out.

        Args:
            facts: the facts of one case, or what `read_facts_file` returned.
            path: where they come from, for messages; a facts file names its own places.

        Raises:
            FactsError: with every problem, not only the first.
        """
        ruleset = self.ruleset
        case = _Case(self._readers, self._subjects, ruleset.all_lists, facts, path)
        known = case.read()
        if case.problems:
            raise FactsError(case.problems)
        # In the order of the declarations, so that the order of the facts makes no difference.
        situation = Situation(
            {name: known[name] for name in ruleset.facts if name in known},
            {
                name: tuple(
                    Item(
                        one.key,
                        {fact: one.known[fact] for fact in ruleset.facts if fact in one.known},
                    )
                    for one in case.lists[name]
                )
                for name in ruleset.lists
                if name in case.lists
            },
        )
        if ruleset.consistent and (problems := contradictions(ruleset, situation)):
            raise FactsError(problems)
        return situation


class _Case:
    """One case while it is read."""

    def __init__(
        self,
        readers: Mapping[str, Reader],
        subjects: Mapping[str, Mapping[str, tuple[str, Reader]]],
        all_lists: Mapping[str, ItemList],
        facts: object,
        path: str,
    ) -> None:
        self.readers = readers
        self.subjects = subjects
        self.all_lists = all_lists
        self.lists: dict[str, tuple[Item, ...]] = {}
        self.facts = facts
        self.places: Mapping[tuple[str, ...], str] = (
            facts.places if isinstance(facts, FactsFile) else {}
        )
        self.path = path
        self.problems: list[FactProblem] = []
        self.seen: set[str] = set()
        self.known: dict[str, Known] = {}

    def read(self) -> Mapping[str, Known]:
        if not isinstance(self.facts, Mapping):
            expected = "facts by their names"
            self._report((), "wrong-type", (), "the facts are not a mapping", self.facts, expected)
            return {}
        readers = self.readers
        for key, value in self.facts.items():
            reader = readers.get(key)
            if key in self.all_lists:
                self._list((key,), self.all_lists[key], value)
            elif reader is not None and key.partition(".")[0] in self.all_lists:
                self._fact_of_an_item((key,), key, value)
            elif reader is not None:
                self._fact((key,), key, reader, value)
            elif key in self.subjects:
                self._subject((key,), key, value)
            else:
                self._unknown_key((key,), key, value)
        return self.known

    def _fact(self, keys: tuple[str, ...], name: str, reader: Reader, value: object) -> None:
        if name in self.seen:
            remedy = "give it once: by its full name, or under its subject"
            message = f"`{name}` is given twice"
            self._report(keys, "given-twice", (name,), message, value, "", remedy)
            return
        self.seen.add(name)
        if value is None:
            return
        try:
            self.known[name] = reader(value)
        except Wrong as wrong:
            self.problems.append(attrs.evolve(wrong.problem, place=self._place(keys)))

    # Lists of items.

    def _list(self, keys: tuple[str, ...], of: ItemList, value: object) -> None:
        """Reads the items of a list; None is an unknown list, which may have any."""
        if value is None:
            return
        if not isinstance(value, (list, tuple)):
            message = f"`{of.name}` is not a list"
            expected = f"a list of mappings, each with `{of.key}`"
            remedy = f"write `{of.name}: [{{{of.key}: …}}]`; `[]` where there is none"
            self._report(keys, "wrong-type", (of.name,), message, value, expected, remedy)
            return
        if len(value) > of.at_most:
            message = f"`{of.name}` has too many items"
            problem = FactProblem(
                "out-of-range",
                (of.name,),
                message,
                f"{len(value):,} of them",
                f"at most {of.at_most:,}",
                "is this one case?",
                self._place(keys),
            )
            self.problems.append(problem)
            return
        items: dict[str, tuple[Item, tuple[str, ...]]] = {}
        for number, one in enumerate(value):
            place = (*keys, str(number))
            item = self._item(place, of, one)
            if item is not None and item.key in items:
                first = self._place(items[item.key][1])
                message = f"`{of.name}` has two items with the {of.key} {shown(item.key)}"
                found = f"the other stands at {first}" if first != self._place(place) else ""
                self.problems.append(
                    FactProblem(
                        "given-twice",
                        (f"{of.name}[{item.key}]",),
                        message,
                        found or f"entries {int(items[item.key][1][-1]) + 1} and {number + 1}",
                        f"another {of.key} for each",
                        "leave one of them out, or correct it",
                        self._place(place),
                    )
                )
            elif item is not None:
                items[item.key] = item, place
        self.lists[of.name] = tuple(item for item, _ in items.values())

    def _item(self, keys: tuple[str, ...], of: ItemList, value: object) -> Item | None:
        """Reads one item: its key, and the facts that are known of it."""
        facts = self.subjects.get(of.name, {})
        if not isinstance(value, Mapping):
            message = f"an item of `{of.name}` is not a mapping"
            expected = f"`{of.key}` and facts: {listed(facts)}"
            self._report(keys, "wrong-type", (of.name,), message, value, expected)
            return None
        key = self._key_of_item(keys, of, value.get(of.key))
        known: dict[str, Known] = {}
        for name, inner in value.items():
            found = facts.get(name)
            place = (*keys, str(name))
            if name == of.key:
                continue
            if found is None:
                self._unknown_fact_of_item(place, of, name)
            elif inner is not None:
                try:
                    known[found[0]] = found[1](inner)
                except Wrong as wrong:
                    self.problems.append(self._of_item(wrong.problem, of, key, place))
        return None if key is None else Item(key, known)

    def _key_of_item(self, keys: tuple[str, ...], of: ItemList, value: object) -> str | None:
        text = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if isinstance(text, str) and text.strip() and text.isprintable() and len(text) <= 200:
            return text.strip()
        message = f"an item of `{of.name}` has no `{of.key}`"
        if value is not None:
            message = f"the `{of.key}` of an item of `{of.name}` is not a name"
        remedy = f"give each a `{of.key}` of its own, such as `p1`"
        place = (*keys, of.key) if value is not None else keys
        expected = "a short text that no other item has"
        self._report(place, "wrong-type", (of.name,), message, value, expected, remedy)
        return None

    def _of_item(
        self, problem: FactProblem, of: ItemList, key: str | None, keys: tuple[str, ...]
    ) -> FactProblem:
        """The problem of a fact, told of the item that has it."""
        names = [item_fact(of.name, key or "?", one.partition(".")[2]) for one in problem.facts]
        message = problem.message
        for plain, full in zip(problem.facts, names, strict=True):
            message = message.replace(f"`{plain}`", f"`{full}`")
        place = self._place(keys)
        return attrs.evolve(problem, facts=tuple(names), message=message, place=place)

    def _unknown_fact_of_item(self, keys: tuple[str, ...], of: ItemList, name: object) -> None:
        if not isinstance(name, str):
            self._not_a_name(keys, name)
            return
        facts = self.subjects.get(of.name, {})
        remedy = did_you_mean(name, facts) if len(name) < _LONGEST_NAME else ""
        message = f"an item of `{of.name}` has no fact {shown(name)}"
        expected = "" if remedy else f"one of {listed(facts)}"
        full = (f"{of.name}.{name}",)
        self._report(keys, "unknown-fact", full, message, None, expected, remedy)

    def _fact_of_an_item(self, keys: tuple[str, ...], name: str, value: object) -> None:
        of, _, own = name.partition(".")
        message = f"`{name}` is a fact of each item of `{of}`"
        remedy = f"give it with the item: `{of}: [{{{self.all_lists[of].key}: …, {own}: …}}]`"
        self._report(keys, "unknown-fact", (name,), message, value, "", remedy)

    # Subjects.

    def _subject(self, keys: tuple[str, ...], subject: str, value: object) -> None:
        """Reads the facts of one subject; nothing under it is nothing known."""
        if value is None:
            return
        if not isinstance(value, Mapping):
            message = f"`{subject}` is a subject, not a fact"
            expected = f"its facts: {listed(self.subjects[subject])}"
            self._report(keys, "wrong-type", (), message, value, expected)
            return
        facts = self.subjects[subject]
        for key, inner in value.items():
            found = facts.get(key)
            if found is not None:
                self._fact((*keys, key), found[0], found[1], inner)
            elif isinstance(key, str):
                self._unknown_fact((*keys, key), f"{subject}.{key}", inner)
            else:
                self._not_a_name((*keys, str(key)), key)

    def _unknown_key(self, keys: tuple[Any, ...], key: object, value: object) -> None:
        if not isinstance(key, str):
            self._not_a_name((str(key),), key)
            return
        list_meant = did_you_mean(key, self.all_lists) if len(key) < _LONGEST_NAME else ""
        if list_meant and isinstance(value, (list, tuple)):
            message = f"there is no list {shown(key)}"
            self._report(keys, "unknown-fact", (key,), message, None, "", list_meant)
            return
        if not isinstance(value, Mapping):
            self._unknown_fact(keys, key, value)
            return
        remedy = did_you_mean(key, self.subjects) if len(key) < _LONGEST_NAME else ""
        meant = _word_in(remedy)
        if key in _WRAPPERS:
            remedy = f"leave `{key}` out: the facts stand at the top"
        message = f"there is no subject {shown(key)}"
        expected = "one of " + listed(self.subjects)
        self._report(keys, "unknown-fact", (key,), message, None, expected, remedy)
        if meant in self.subjects and meant not in self.all_lists:
            # What stands under it is read all the same, so that its problems are reported too.
            self._subject(keys, meant, value)

    def _unknown_fact(self, keys: tuple[str, ...], name: str, value: object) -> None:
        remedy = self._remedy(name)
        found = "" if value is None or isinstance(value, Mapping) else shown(value)
        expected = ""
        subject = name.rpartition(".")[0]
        if not remedy and subject in self.subjects:
            expected = f"one of {listed(self.subjects[subject])}"
        elif not remedy:
            expected = "a fact by its full name, such as " + listed(list(self.readers)[:1])
        message = f"there is no fact {shown(name)}"
        self.problems.append(
            FactProblem(
                "unknown-fact", (name,), message, found, expected, remedy, self._place(keys)
            )
        )

    def _remedy(self, name: str) -> str:
        """What was probably meant by an unknown name."""
        if len(name) > _LONGEST_NAME:
            return ""
        if name == "on":
            return "the date is not a fact: give it with `--on`, or in Python with `.on(date)`"
        subject, _, bare = name.rpartition(".")
        same = [full for full in self.readers if full.rpartition(".")[2] == bare]
        if same:
            return "write " + " or ".join(f"`{full}`" for full in same)
        if subject in self.subjects:
            # Compared without the subject: that two names share it makes them no more alike.
            meant = _word_in(did_you_mean(bare, self.subjects[subject]))
            if meant:
                return f"did you mean `{subject}.{meant}`?"
        elif remedy := did_you_mean(name, self.readers):
            return remedy
        meant = _word_in(did_you_mean(bare, {full.rpartition(".")[2] for full in self.readers}))
        full_names = [f"`{full}`" for full in self.readers if full.rpartition(".")[2] == meant]
        return f"did you mean {' or '.join(full_names)}?" if full_names else ""

    def _not_a_name(self, keys: tuple[str, ...], key: object) -> None:
        message = "a fact has a name that is not a text"
        self._report(keys, "unknown-fact", (str(key),), message, key, "a name")

    def _report(
        self,
        keys: tuple[str, ...],
        code: str,
        facts: Iterable[str],
        message: str,
        value: object,
        expected: str,
        remedy: str = "",
    ) -> None:
        found = "" if value is None else shown(value)
        place = self._place(keys)
        self.problems.append(
            FactProblem(code, tuple(facts), message, found, expected, remedy, place)
        )

    def _place(self, keys: tuple[str, ...]) -> str:
        while keys and keys not in self.places and len(keys) > 1:
            keys = keys[:-1]
        return self.places.get(keys, self.path)


def _word_in(remedy: str) -> str:
    """The name that a «did you mean» proposes."""
    return remedy.removeprefix("did you mean `").removesuffix("`?")


_LONGEST_NAME: Final = 200
"""A longer name is not compared with the known ones: that would take time and help nobody."""

_WRAPPERS: Final = frozenset({"facts", "data", "case", "situation"})
"""Names under which people put the facts once more."""
