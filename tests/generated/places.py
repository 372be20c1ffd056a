"""The scope of a generated expression: where it is, and which names it can read."""

from collections.abc import Mapping
from typing import Final

import attrs
from tests.generated.sorts import Bound, Sort, Text


@attrs.frozen
class Declared:
    """A fact, a value, a parameter or an entry of a list that an expression may read.

    `name` is what the expression writes, `full` what `of` and `by` write. `scope` is the list whose
    items alone see it.
    """

    name: str
    sort: Sort
    words: tuple[str, ...] = ()
    none: bool = False
    low: Bound = None
    high: Bound = None
    places: int = 0
    open: bool = False
    at_most: int = 0
    scope: str = ""
    full: str = ""

    def text(self) -> Text:
        return Text(self.name, 9, self.low, self.high)


@attrs.frozen
class ItemList:
    """A list of the vocabulary; `each` is what expressions call an item."""

    name: str
    unit: str
    at_most: int
    key: str
    each: str
    has_eligible: bool = False


@attrs.frozen
class Place:
    """What an expression sees beside the facts, parameters and values of the case.

    `list` is the list whose item is looked at and `each` what it is called; `entries` are the
    entries of lists of figures that are looked at. Inside a generator no other generator can stand. A generator in a block calls the items of
    `fellow_list` by `fellow`.
    """

    list: str = ""
    each: str = ""
    entries: Mapping[str, Declared] = attrs.field(factory=dict, hash=False)
    is_block: bool = False
    in_generator: bool = False
    fellow: str = ""
    fellow_list: str = ""

    def of_fellow(self) -> "Place":
        """The place as the other item sees it."""
        return Place(self.fellow_list, self.fellow, self.entries, in_generator=True)

    @property
    def is_of_items(self) -> bool:
        """Whether the item has facts of its own: an entry of a list of figures has none."""
        return bool(self.each)

    def sees(self, declared: Declared) -> bool:
        """Whether something declared can be read here."""
        return declared.scope in {"", self.list}

    def with_local_name(self, fact: Declared) -> Declared:
        """Return the fact under the name that it has in this place."""
        if fact.scope and fact.scope == self.list and self.each:
            return attrs.evolve(fact, name=f"{self.each}.{fact.full.partition('.')[2]}")
        return fact


CASE: Final = Place()
