"""The reader of a list of dates, months or words."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

import attrs

from policyrules.evaluation.situation import KnownFact, ListEntry
from policyrules.intake.calendar import span_remedy
from policyrules.intake.problems import NONE_WORD, InvalidFact, display, invalid
from policyrules.ir.ruleset import Fact
from policyrules.ir.types import Kind
from policyrules.text.punctuation import full_width_prefix
from policyrules.text.words import fold_word

_SEPARATORS: Final = re.compile(r"[,，、;；]")


@attrs.frozen
class ListReader:
    """Reads a list, each entry by `entry`; only a date may occur twice."""

    fact: Fact
    entry: Callable[[Any], KnownFact]

    def __call__(self, value: Any) -> KnownFact:
        """Return the entries as a known tuple."""
        fact = self.fact
        if not isinstance(value, (list, tuple)):
            message = f"`{fact.name}` is not a list"
            raise invalid(
                "wrong-type", fact, message, value, remedy=lambda: self._list_remedy(value)
            )
        if len(value) > fact.max_items:
            message = f"`{fact.name}` has too many entries"
            length = f"{len(value):,} of them"
            raise invalid("out-of-range", fact, message, value, found=length)
        entries: list[ListEntry] = []
        invalid_entries: list[InvalidFact] = []
        seen: set[ListEntry] = set()
        for entry in value:
            try:
                figure = self._read_entry(entry)
            except InvalidFact as error:
                invalid_entries.append(error)
                continue
            same = fold_word(figure) if isinstance(figure, str) else figure
            if same in seen and fact.type.entry_kind is not Kind.DATE:
                message = f"`{fact.name}` has an entry twice"
                invalid_entries.append(
                    invalid("given-twice", fact, message, entry, remedy="leave one of them out")
                )
            seen.add(same)
            entries.append(figure)
        if invalid_entries:
            first, *more = invalid_entries
            raise first.with_more(more)
        return KnownFact(tuple(entries))

    def _list_remedy(self, value: object) -> str:
        """Return a remedy for a value that is not a list but may contain its entries."""
        if isinstance(value, (set, frozenset)):
            return "give them in an order: a list"
        if hasattr(value, "tolist"):
            return "give a list: `.tolist()`"
        if not isinstance(value, str):
            return ""
        if value.strip() in {"", NONE_WORD}:
            return "write `[]` where there is none"
        if self.fact.type.entry.kind.is_calendar and (remedy := span_remedy(self.fact, value)):
            return remedy
        entries = [part.strip() for part in _SEPARATORS.split(value)]
        if not self._accepts(entries):
            return ""
        return full_width_prefix(value, "，、；") + f"write `[{', '.join(entries)}]`"

    def _accepts(self, entries: list[str]) -> bool:
        try:
            self(entries)
        except InvalidFact:
            return False
        return True

    def _read_entry(self, value: object) -> ListEntry:
        if value is None:
            message = f"an entry of `{self.fact.name}` is not known"
            remedy = "leave the list out if an entry is unknown"
            raise invalid("wrong-type", self.fact, message, value, found="nothing", remedy=remedy)
        figure = self.entry(value).figure
        if not isinstance(figure, (int, str)):
            raise TypeError(f"no entry of a list: {display(value)}")
        return figure
