"""Generated expressions over lists: functions of tests and of terms, over items and entries."""

from collections.abc import Callable
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import attrs
from tests.generated.ledger import Ledger, entry_of
from tests.generated.places import Declared, ItemList, Place
from tests.generated.sorts import YES_NO, Text, joined, repeated

if TYPE_CHECKING:
    from tests.generated.expressions import Expressions

OVER_FELLOWS: Final = 0.5
"""The share of generators in a block that go through other items."""

OVER_ITEMS: Final = 0.6
"""The share of generators that go through items, where either may be."""


class Lists:
    """Writes what looks into lists from one place; `inside` writes for the place of an entry."""

    def __init__(
        self, ledger: Ledger, place: Place, inside: Callable[[Place], "Expressions"]
    ) -> None:
        self.ledger = ledger
        self.rng = ledger.rng
        self.place = place
        self.inside = inside

    def are_at_hand(self) -> bool:
        """Whether a generator may stand here: not in another, and not too often."""
        return not self.place.in_generator and self.rng.random() < self.ledger.size.lists

    def quantified(self, depth: int) -> Text:
        """`any(…)` or `all(…)`."""
        name, each, inner, items = self._over(None)
        test = self._test(inner, each, items, depth)
        return Text(f"{self.rng.choice(('any', 'all'))}({test.text} for {each} in {name})")

    def count(self, unit: str, depth: int) -> Text:
        """`count(…)`, in the unit."""
        name, each, inner, items = self._over(unit)
        test = self._test(inner, each, items, depth)
        return Text(
            f"count({test.text} for {each} in {name})", 9, Fraction(0), Fraction(items.at_most)
        )

    def sum(self, unit: str, depth: int, *, whole: bool) -> Text:
        """`sum(…)`, of terms in the unit, often with `if`."""
        name, each, inner, items = self._over(None)
        term = inner.number(unit, max(depth, 0), whole=whole)
        only = ""
        if self.rng.random() < 0.6:
            only = f" if {self._test(inner, each, items, depth).text}"
        bounds = repeated(term, items.at_most)
        return Text(f"sum({term.text} for {each} in {name}{only})", 9, *bounds)

    def figure(
        self, unit: str, depth: int, *, whole: bool, outside: Text, number: Callable[[str], Text]
    ) -> Text:
        """The largest, the smallest or the sum of the largest, of terms in the unit.

        A default and a number of entries, in the unit of the list, are written outside it.
        """
        name, each, inner, items = self._over(None)
        term = inner.number(unit, max(depth, 0), whole=whole)
        only = ""
        if self.rng.random() < 0.6:
            only = f" if {self._test(inner, each, items, depth).text}"
        generator = f"{term.text} for {each} in {name}{only}"
        if self.rng.random() < 0.5:
            counted = items.unit if isinstance(items, ItemList) else items.sort.unit
            bounds = repeated(term, items.at_most)
            return Text(f"sum_of_largest(({generator}), {number(counted).text})", 9, *bounds)
        function = self.rng.choice(("max", "min"))
        if self.rng.random() < 0.3:
            return Text(f"{function}({generator})", 9, term.low, term.high)
        return Text(
            f"{function}(({generator}), default={outside.text})", 9, *joined([term, outside])
        )

    def day(self, kind: str, outside: Text | None) -> Text:
        """The latest or the earliest day, month or year, often with a default."""
        name, each, inner, items = self._over(None)
        term = inner.day(kind)
        only = ""
        if self.rng.random() < 0.5:
            only = f" if {self._test(inner, each, items, 0).text}"
        function, generator = (
            self.rng.choice(("max", "min")),
            f"{term.text} for {each} in {name}{only}",
        )
        if outside is None:
            return Text(f"{function}({generator})", 9, term.low, term.high)
        return Text(
            f"{function}(({generator}), default={outside.text})", 9, *joined([term, outside])
        )

    def distinct(self) -> Text:
        """The number of different words or days."""
        name, each, inner, items = self._over(None)
        term = inner.kind()
        only = ""
        if self.rng.random() < 0.4:
            only = f" if {self._test(inner, each, items, 0).text}"
        return Text(
            f"distinct({term.text} for {each} in {name}{only})",
            9,
            Fraction(0),
            Fraction(items.at_most),
        )

    def _test(self, inner: "Expressions", each: str, over: ItemList | Declared, depth: int) -> Text:
        """A test of one entry; of an item often its own result, or that it is another one."""
        if inner.place.fellow and inner.place.fellow_list == inner.place.list:
            return self._test_of_fellow(inner, depth)
        if not isinstance(over, ItemList) or not over.has_eligible or self.rng.random() < 0.4:
            return inner.test(depth)
        eligible = Text(f"{each}.eligible")
        draw = self.rng.random()
        if draw < 0.7:
            return eligible
        if draw < 0.8:
            return Text(f"not {eligible.text}", 3)
        word, strength = self.rng.choice((("and", 2), ("or", 1)))
        other = inner.test(depth).inside(strength + 1)
        return Text(f"{eligible.text} {word} {other}", strength)

    def _test_of_fellow(self, inner: "Expressions", depth: int) -> Text:
        """A test of another item, in most of them without the item itself."""
        other, each = inner.place.fellow, inner.place.each
        values = self.ledger.values_of_fellow(inner.place)
        if values and self.rng.random() < 0.5:
            value = self.rng.choice(values)
            if value.sort == YES_NO:
                return Text(value.name)
            operator = "==" if value.sort.kind == "word" else "<"
            return Text(f"{value.name} {operator} {value.name.partition('.')[2]}", 4)
        draw = self.rng.random()
        if draw < 0.3:
            return inner.test(depth)
        if draw < 0.4:
            return Text(f"{other} is not {each}", 4)
        if draw < 0.5:
            return Text(f"{each} is {other} or {inner.test(depth).inside(2)}", 1)
        return Text(f"{other} is not {each} and {inner.test(depth).inside(3)}", 2)

    def _over(self, unit: str | None) -> tuple[str, str, "Expressions", ItemList | Declared]:
        """A list to go through: its name, that of an entry, and what writes inside."""
        items = None
        if self.place.is_block and self.place.each and self.rng.random() < OVER_FELLOWS:
            items = self.ledger.item_list()
            if items is not None and unit in {None, items.unit}:
                each = "other" if items.name == self.place.list else items.each
                place = attrs.evolve(
                    self.place, fellow=each, fellow_list=items.name, in_generator=True
                )
                return items.name, each, self.inside(place), items
            items = None
        if not self.place.is_block and self.rng.random() < OVER_ITEMS:
            items = self.ledger.item_list()
        if items is not None and unit in {None, items.unit}:
            place = Place(items.name, items.each, self.place.entries, in_generator=True)
            return items.name, items.each, self.inside(place), items
        figures = self.ledger.figures(self.place, unit)
        each = "figure" if figures.sort.entry_kind == "word" else "day"
        entries = {**self.place.entries, each: entry_of(figures, each)}
        place = attrs.evolve(self.place, entries=entries, in_generator=True)
        return figures.name, each, self.inside(place), figures
