"""The parser of the facts of one case, which reads subjects and lists and collects problems."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

import attrs

from policyrules.diagnostics import listed
from policyrules.errors import MAX_PROBLEMS, FactProblem
from policyrules.evaluation.situation import Item, KnownFact
from policyrules.intake.fact_readers import Reader
from policyrules.intake.facts_file import FactsFile, colon_remedy, separator_remedy
from policyrules.intake.names import WRAPPERS, KnownNames
from policyrules.intake.number_literals import MAX_DIGITS
from policyrules.intake.number_remedies import rejoin_split_numbers
from policyrules.intake.object_remedies import remedy_for_facts
from policyrules.intake.problems import InvalidFact, display
from policyrules.intake.python_values import to_plain
from policyrules.ir.ruleset import ListDeclaration
from policyrules.text.fact_path import FactPath, fold_key, local_name, split_name
from policyrules.text.words import is_printable, with_article


class CaseParser:
    """Parses the facts of one case, and collects the problems.

    The first `MAX_PROBLEMS` problems are put into words, and the others only counted.
    """

    def __init__(
        self,
        readers: Mapping[str, Reader],
        subjects: Mapping[str, Mapping[str, tuple[str, Reader]]],
        names: KnownNames,
        facts: object,
        path: str,
    ) -> None:
        self.readers = readers
        self.subjects = subjects
        self.names = names
        self.all_lists: Mapping[str, ListDeclaration] = names.lists
        self.lists: dict[str, tuple[Item, ...]] = {}
        self.facts = facts
        self.places: Mapping[tuple[str, ...], str] = (
            facts.places if isinstance(facts, FactsFile) else {}
        )
        self.path = path
        self.problems: list[FactProblem] = []
        self.left_out: int = 0
        self.seen: set[str] = set()
        self.known: dict[str, KnownFact] = {}

    def read(self) -> Mapping[str, KnownFact]:
        """Parse all facts, and return the known ones; set `lists` and `problems`."""
        if not isinstance(self.facts, Mapping):
            expected = "facts by their names"
            message, remedy = "the facts are not a mapping", remedy_for_facts(self.facts)
            description = "a tuple" if type(self.facts) is tuple else ""
            self._report(
                (), "wrong-type", (), message, self.facts, expected, remedy, found=description
            )
            return {}
        readers, item_facts = self.readers, self.names.item_facts
        for key, value in self.facts.items():
            reader = readers.get(key) if isinstance(key, str) else None
            if reader is not None and key in item_facts:
                self._handle_item_fact((key,), key, value)
            elif reader is not None:
                self._read_fact((key,), key, reader, value)
            elif not isinstance(key, str):
                self._report_key_type((str(key),), key)
            elif key in self.all_lists:
                self._read_list((key,), self.all_lists[key], value)
            elif key in self.subjects:
                self._read_subject((key,), key, value)
            else:
                self._read_unknown_key((key,), key, value)
        return self.known

    def _read_fact(self, keys: tuple[str, ...], name: str, reader: Reader, value: object) -> None:
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
        except InvalidFact as invalid_fact:
            for each in invalid_fact.all:
                if self._count_problem():
                    self.problems.append(attrs.evolve(each.problem, place=self._place(keys)))

    # Lists of items.

    def _read_list(self, keys: tuple[str, ...], item_list: ListDeclaration, value: object) -> None:
        """Read the items of a list; None is an unknown list."""
        if value is None:
            return
        if not isinstance(value, (list, tuple)):
            message = f"`{item_list.name}` is not a list"
            expected = f"a list of mappings, each with `{item_list.key}`"
            remedy = f"write `{item_list.name}: [{{{item_list.key}: …}}]`; `[]` where there is none"
            if hasattr(value, "to_dict"):
                remedy = 'give a list of mappings: `.to_dict("records")`'
            self._report(keys, "wrong-type", (item_list.name,), message, value, expected, remedy)
            return
        if len(value) > item_list.max_items:
            message = f"`{item_list.name}` has too many items"
            count = f"{len(value):,} of them"
            expected, remedy = f"at most {item_list.max_items:,}", "is this one case?"
            self._report(
                keys,
                "out-of-range",
                (item_list.name,),
                message,
                None,
                expected,
                remedy,
                found=count,
            )
            return
        items: dict[str, tuple[Item, tuple[str, ...]]] = {}
        for number, entry in enumerate(value):
            place = (*keys, str(number))
            item = self._read_item(place, item_list, entry)
            if item is None:
                continue
            folded = fold_key(item.key)
            if folded in items:
                self._report_duplicate_item(item_list, item, place, *items[folded])
            else:
                items[folded] = item, place
        self.lists[item_list.name] = tuple(item for item, _ in items.values())

    def _report_duplicate_item(
        self,
        item_list: ListDeclaration,
        item: Item,
        keys: tuple[str, ...],
        first_item: Item,
        other_keys: tuple[str, ...],
    ) -> None:
        """Report two items with the same key, or with keys that look alike."""
        first, place = self._place(other_keys), self._place(keys)
        message = f"`{item_list.name}` has two items with the {item_list.key} {display(item.key)}"
        description = f"entries {int(other_keys[-1]) + 1} and {int(keys[-1]) + 1}"
        if first != place:
            description = f"the first is at {first}"
        if first_item.key != item.key:
            description += (
                f", as {display(first_item.key)}, which is the same but for full-width characters"
            )
        self._report(
            keys,
            "given-twice",
            (str(FactPath(item_list.name, item_key=item.key)),),
            message,
            None,
            f"another {item_list.key} for each",
            "leave one of them out, or correct it",
            found=description,
        )

    def _read_item(
        self, keys: tuple[str, ...], item_list: ListDeclaration, value: object
    ) -> Item | None:
        """Read one item: its key and its known facts."""
        facts = self.subjects.get(item_list.name, {})
        if not isinstance(value, Mapping):
            message = f"an item of `{item_list.name}` is not a mapping"
            expected = f"`{item_list.key}` and facts: {listed(facts)}"
            is_name = isinstance(value, str) and re.fullmatch(r"[\w.-]{1,40}", value)
            remedy = f"write `{{{item_list.key}: {value}}}`" if is_name else ""
            self._report(keys, "wrong-type", (item_list.name,), message, value, expected, remedy)
            return None
        key = self._read_item_key(keys, item_list, value.get(item_list.key))
        known: dict[str, KnownFact] = {}
        if value.keys() - facts.keys() - {item_list.key}:
            value = rejoin_split_numbers(value)
        for name, inner in value.items():
            declared = facts.get(name)
            place = (*keys, str(name))
            if name == item_list.key:
                continue
            if declared is None:
                self._report_unknown_item_fact(place, item_list, name)
            elif inner is not None:
                try:
                    known[declared[0]] = declared[1](inner)
                except InvalidFact as invalid_fact:
                    for each in invalid_fact.all:
                        if self._count_problem():
                            self.problems.append(
                                self._locate_in_item(each.problem, item_list, key, place)
                            )
        return None if key is None else Item(key, known)

    def _read_item_key(
        self, keys: tuple[str, ...], item_list: ListDeclaration, value: object
    ) -> str | None:
        plain = to_plain(value)
        is_number = isinstance(plain, int) and not isinstance(plain, bool)
        text = str(plain) if is_number and abs(plain) < 10**MAX_DIGITS else plain
        if isinstance(text, str) and text.strip() and is_printable(text) and len(text) <= 200:
            return text.strip()
        message = f"an item of `{item_list.name}` has no `{item_list.key}`"
        if value is not None:
            message = f"the `{item_list.key}` of an item of `{item_list.name}` is not a name"
        remedy = f"give each {with_article(f'`{item_list.key}`')} of its own, such as `p1`"
        place = (*keys, item_list.key) if value is not None else keys
        expected = "a short text that no other item has"
        self._report(place, "wrong-type", (item_list.name,), message, value, expected, remedy)
        return None

    def _locate_in_item(
        self,
        problem: FactProblem,
        item_list: ListDeclaration,
        key: str | None,
        keys: tuple[str, ...],
    ) -> FactProblem:
        """Return the problem of a fact of an item, with the path and the position of that fact."""
        names = [
            str(FactPath(item_list.name, local_name(fact), "?" if key is None else key))
            for fact in problem.facts
        ]
        message = problem.message
        for plain, full in zip(problem.facts, names, strict=True):
            message = message.replace(f"`{plain}`", f"`{full}`")
        place = self._place(keys)
        return attrs.evolve(problem, facts=tuple(names), message=message, place=place)

    def _report_unknown_item_fact(
        self, keys: tuple[str, ...], item_list: ListDeclaration, name: object
    ) -> None:
        if not isinstance(name, str):
            self._report_key_type(keys, name)
            return
        if not self._count_problem():
            return
        remedy = self.names.remedy_under_subject(item_list.name, name)
        message = f"an item of `{item_list.name}` has no fact {display(name)}"
        expected = "" if remedy else f"one of {listed(self.subjects.get(item_list.name, {}))}"
        full = (f"{item_list.name}.{name}",)
        self._add_problem(keys, "unknown-fact", full, message, "", expected, remedy)

    def _handle_item_fact(self, keys: tuple[str, ...], name: str, value: object) -> None:
        """Report a fact of items among the facts of a case: it is given with each item."""
        list_name, fact = split_name(name)
        message = f"`{name}` is a fact of each item of `{list_name}`"
        key = self.all_lists[list_name].key
        remedy = f"give it with the item: `{list_name}: [{{{key}: …, {fact}: …}}]`"
        self._report(keys, "unknown-fact", (name,), message, value, "", remedy)

    # Subjects.

    def _read_subject(self, keys: tuple[str, ...], subject: str, value: object) -> None:
        """Read the facts of one subject; None means that all are unknown."""
        if value is None:
            return
        if not isinstance(value, Mapping):
            message = f"`{subject}` is a subject, not a fact"
            expected = f"its facts: {listed(self.subjects[subject])}"
            remedy = ""
            if isinstance(value, str):
                remedy = colon_remedy(value) or separator_remedy(value, self.subjects[subject])
            if isinstance(value, (list, tuple)):
                remedy = f"leave out the dashes or brackets: a case has one `{subject}`"
            self._report(keys, "wrong-type", (), message, value, expected, remedy)
            return
        facts = self.subjects[subject]
        if not value.keys() <= facts.keys():
            value = rejoin_split_numbers(value)
        for key, inner in value.items():
            declared = facts.get(key)
            if declared is not None:
                self._read_fact((*keys, key), declared[0], declared[1], inner)
            elif isinstance(key, str):
                self._report_unknown_fact((*keys, key), f"{subject}.{key}", inner)
            else:
                self._report_key_type((*keys, str(key)), key)

    def _read_unknown_key(self, keys: tuple[str, ...], key: str, value: object) -> None:
        """Report an unknown key; if it is a misspelt subject, read the facts below it."""
        if not isinstance(value, (Mapping, list, tuple)):
            self._report_unknown_fact(keys, key, value)
            return
        if not self._count_problem():
            return
        if not isinstance(value, Mapping):
            likely_list = self.names.likely_list(key)
            if not likely_list:
                self._add_unknown_fact(keys, key, value)
                return
            message, remedy = f"there is no list {display(key)}", f"did you mean `{likely_list}`?"
            self._add_problem(keys, "unknown-fact", (key,), message, "", "", remedy)
            return
        similar = self.names.likely_subject(key)
        remedy = f"did you mean `{similar}`?" if similar else colon_remedy(key)
        if key in WRAPPERS:
            remedy = f"leave `{key}` out: the facts stand at the top"
        message = f"there is no subject {display(key)}"
        expected = "one of " + listed(self.subjects)
        self._add_problem(keys, "unknown-fact", (key,), message, "", expected, remedy)
        if similar and similar not in self.all_lists:
            # The facts under it are read, so that their problems are reported too.
            self._read_subject(keys, similar, value)

    def _report_unknown_fact(self, keys: tuple[str, ...], name: str, value: object) -> None:
        if self._count_problem():
            self._add_unknown_fact(keys, name, value)

    def _add_unknown_fact(self, keys: tuple[str, ...], name: str, value: object) -> None:
        remedy = self.names.remedy(name)
        description = "" if value is None or isinstance(value, Mapping) else display(value)
        expected = ""
        subject = name.rpartition(".")[0]
        if not remedy and subject in self.subjects:
            expected = f"one of {listed(self.subjects[subject])}"
        elif not remedy:
            expected = "a fact by its full name, such as " + listed(list(self.readers)[:1])
        message = f"there is no fact {display(name)}"
        self._add_problem(keys, "unknown-fact", (name,), message, description, expected, remedy)

    def _report_key_type(self, keys: tuple[str, ...], key: object) -> None:
        message = "a fact has a name that is not a text"
        self._report(keys, "unknown-fact", (str(key)[:200],), message, key, "a name")

    # Problems.

    def _count_problem(self) -> bool:
        """Return whether another problem is reported; beyond `MAX_PROBLEMS` it is only counted."""
        if len(self.problems) < MAX_PROBLEMS:
            return True
        self.left_out += 1
        return False

    def _report(  # noqa: PLR0913 - the parts of a problem
        self,
        keys: tuple[str, ...],
        code: str,
        facts: Iterable[str],
        message: str,
        value: object,
        expected: str,
        remedy: str = "",
        *,
        found: str = "",
    ) -> None:
        if self._count_problem():
            shown_value = found or ("" if value is None else display(value))
            self._add_problem(keys, code, facts, message, shown_value, expected, remedy)

    def _add_problem(
        self,
        keys: tuple[str, ...],
        code: str,
        facts: Iterable[str],
        message: str,
        found: str,
        expected: str,
        remedy: str,
    ) -> None:
        place = self._place(keys)
        self.problems.append(
            FactProblem(code, tuple(facts), message, found, expected, remedy, place)
        )

    def _place(self, keys: tuple[str, ...]) -> str:
        """Return the position of a fact in its file, or of the closest key above it."""
        while keys and keys not in self.places and len(keys) > 1:
            keys = keys[:-1]
        return self.places.get(keys, self.path)
