"""What is known of an expression while it is typed, and what it can see."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from policyrules.ir.nodes import Term
from policyrules.ir.types import PLAIN, Kind, Type, Unit
from policyrules.text.localized import Title


class Wrong(Exception):
    """An expression is wrong; why has been reported."""


@attrs.frozen
class Typed:
    """A term with what is known of it.

    `kind` is `number`, `word`, `yes_no`, `words`, `period`, `list` or a kind of the calendar;
    `unit` is None for 0, which has every unit; `whole` says that a number is whole, `none` that it
    may be a known absence, `open` that a word may be another than `words`, or that a set of words
    is one that its text leaves open.
    """

    term: Term
    kind: str
    unit: Unit | None = PLAIN
    whole: bool = False
    words: Mapping[str, Title] = attrs.field(factory=dict, hash=False)
    none: Title | None = None
    open: bool = False

    def __str__(self) -> str:
        if self.kind == "number" and self.unit is not None and not self.unit.is_plain:
            return f"a number in {self.unit}"
        if self.kind == "calendar_year":
            return "a calendar year"
        return "a set of words" if self.kind == "words" else f"a {self.kind}"

    @property
    def is_calendar(self) -> bool:
        """Return whether it is a day, a month or a year of the calendar."""
        return self.kind in {"date", "month", "calendar_year"}


def typed(term: Term, type_: Type) -> Typed:
    """A term of a declared type."""
    kind = "number" if type_.kind.is_numeric else str(type_.kind)
    whole = type_.kind is Kind.COUNT
    return Typed(term, kind, type_.unit, whole, type_.words, type_.none, type_.open)


@attrs.frozen
class Scope:
    """What an expression sees beside the facts of the case.

    `list` is the list whose item is looked at and `each` what the expression calls it; `entries`
    are the names of single entries, with the list of figures that each is of. `is_block` tells the
    rules of a block from a generator, in which alone an item's own result can be asked for.
    `is_vocabulary` tells the rules of the vocabulary, which know no ruleset.
    """

    list: str = ""
    each: str = ""
    entries: Mapping[str, str] = attrs.field(factory=dict, hash=False)
    is_block: bool = False
    in_generator: bool = False
    is_vocabulary: bool = False


CASE = Scope()
"""The scope of the rules of a case."""


def block_scope(list_: str, each: str) -> Scope:
    """The scope of the rules of a block."""
    if "." in list_:
        return Scope(list_, "", {each: list_}, is_block=True)
    return Scope(list_, each, is_block=True)
