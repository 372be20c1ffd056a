"""Expressions that fit a sort: first the type, then a text that has it."""

from collections.abc import Callable
from fractions import Fraction
from typing import Final

from tests.generated.ledger import Declared, Ledger, any_number
from tests.generated.sorts import (
    COUNTED,
    FAMILIES,
    PRODUCTS,
    QUOTIENTS,
    UNITS,
    YES_NO,
    Sort,
    Text,
    added,
    divided,
    joined,
    multiplied,
    subtracted,
    turned,
)

ORDERED: Final = ("<", "<=", ">", ">=")
COMPARISONS: Final = (*ORDERED, "==", "!=")


class Expressions:
    """Writes expressions over what the ledger has, and declares what it has not."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self.rng = ledger.rng

    def fitting(self, sort: Sort, depth: int) -> Text:
        """The text of a value or an exception of the sort."""
        if sort.is_number:
            return self.number(sort.unit, depth, whole=sort.kind == "count", divide=True)
        if sort.kind == "word":
            return self.word(sort)
        return self.test(depth)

    # Numbers.

    def number(self, unit: str, depth: int, *, whole: bool = False, divide: bool = False) -> Text:
        """A number of the unit; `whole` asks for one that is surely whole."""
        if depth <= 0 or self.rng.random() < 0.3:
            return self._leaf(unit, whole=whole)
        ways: list[Callable[[], Text]] = [
            lambda: self._sum(unit, depth - 1, whole, divide),
            lambda: self._extreme(unit, depth - 1, whole, divide),
            lambda: self._negative(unit, depth - 1, whole),
        ]
        if not whole:
            ways += [lambda: self._product(unit, depth - 1, divide)] * 2
        if divide and not whole:
            ways += [lambda: self._quotient(unit, depth - 1)] * 3
        return self.rng.choice(ways)()

    def _leaf(self, unit: str, *, whole: bool) -> Text:
        draw = self.rng.random()
        sort = any_number(self.rng, unit, whole=whole and unit != "")
        values = [
            one
            for one in self.ledger.values.values()
            if one.sort.is_number
            and one.sort.unit == unit
            and (one.sort.kind == "count" or not whole)
        ]
        if values and draw < 0.35:
            return self.rng.choice(values).text()
        if draw > 0.97 or (whole and unit == ""):
            return Text("0", 9, *point(0))
        if draw > 0.93 and unit == "":
            return Text("1", 9, *point(1))
        if draw < 0.75:
            return self.ledger.fact(sort).text()
        return self.ledger.parameter(sort)

    def _sum(self, unit: str, depth: int, whole: bool, divide: bool) -> Text:
        left = self.number(unit, depth, whole=whole, divide=divide)
        right = self.number(unit, depth, whole=whole, divide=divide)
        if self.rng.random() < 0.6:
            return Text(f"{left.inside(5)} + {right.inside(6)}", 5, *added(left, right))
        return Text(f"{left.inside(5)} - {right.inside(6)}", 5, *subtracted(left, right))

    def _extreme(self, unit: str, depth: int, whole: bool, divide: bool) -> Text:
        parts = [
            self.number(unit, depth, whole=whole, divide=divide)
            for _ in range(self.rng.choice((2, 2, 3)))
        ]
        if self.rng.random() < 0.3:
            parts[self.rng.randrange(len(parts))] = Text("0", 9, *point(0))
        inside = ", ".join(part.text for part in parts)
        low, high = joined(parts)
        known_lows = [part.low for part in parts if part.low is not None]
        known_highs = [part.high for part in parts if part.high is not None]
        if self.rng.random() < 0.5:
            return Text(f"max({inside})", 9, max(known_lows, default=None), high)
        return Text(f"min({inside})", 9, low, min(known_highs, default=None))

    def _negative(self, unit: str, depth: int, whole: bool) -> Text:
        inner = self.number(unit, depth, whole=whole)
        return Text(f"-{inner.inside(7)}", 7, turned(inner.high), turned(inner.low))

    def _product(self, unit: str, depth: int, divide: bool) -> Text:
        units = self.rng.choice([*PRODUCTS.get(unit, ()), (unit, "")])
        if self.rng.random() < 0.5:
            units = (units[1], units[0])
        left, right = (self.number(one, depth, divide=divide) for one in units)
        return Text(f"{left.inside(6)} * {right.inside(7)}", 6, *multiplied(left, right))

    def _quotient(self, unit: str, depth: int) -> Text:
        over, under = self.rng.choice([*QUOTIENTS.get(unit, ()), (unit, "")])
        left, right = self.number(over, depth), self._divisor(under, depth)
        return Text(f"{left.inside(6)} / {right.inside(7)}", 6, *divided(left, right))

    def _divisor(self, unit: str, depth: int) -> Text:
        """What may be divided by: anything but a plain 0."""
        while (found := self.number(unit, depth)).text == "0":
            pass
        return found

    # Words.

    def word(self, sort: Sort) -> Text:
        """A word of a family, never a known absence."""
        draw = self.rng.random()
        values = [one for one in self.ledger.values.values() if one.sort == sort]
        if values and draw < 0.3:
            return self.rng.choice(values).text()
        return self.ledger.parameter(sort) if draw < 0.65 else self.ledger.fact(sort).text()

    def _comparable_word(self) -> Declared:
        """A word with its words known: a fact, which may be none, or a value."""
        values = [one for one in self.ledger.values.values() if one.sort.kind == "word"]
        if values and self.rng.random() < 0.4:
            return self.rng.choice(values)
        family = self.rng.choice(tuple(FAMILIES))
        return self.ledger.fact(Sort("word", family=family), none=self.rng.random() < 0.4)

    # Tests.

    def test(self, depth: int) -> Text:
        """A test: a comparison and the like, or several joined."""
        draw = self.rng.random()
        if depth <= 0 or draw < 0.55:
            return self._atom(depth)
        if draw < 0.7:
            return Text(f"not {self.test(depth - 1).inside(3)}", 3)
        word, strength = ("and", 2) if draw < 0.85 else ("or", 1)
        parts = [self.test(depth - 1) for _ in range(self.rng.choice((2, 2, 3)))]
        return Text(f" {word} ".join(part.inside(strength + 1) for part in parts), strength)

    def _atom(self, depth: int) -> Text:
        draw = self.rng.random()
        if draw < 0.45:
            return self._numbers(depth)
        if draw < 0.55:
            return self._chain(depth)
        if draw < 0.67:
            return self._words()
        if draw < 0.76:
            return self._member()
        if draw < 0.81:
            return self._absence()
        if draw < 0.815:
            return Text(self.rng.choice(("True", "False")), 9)
        return self._yes_no()

    def _yes_no(self) -> Text:
        draw = self.rng.random()
        values = [one for one in self.ledger.values.values() if one.sort == YES_NO]
        if values and draw < 0.4:
            return self.rng.choice(values).text()
        if draw < 0.55:
            return self.ledger.parameter(YES_NO)
        return self.ledger.fact(YES_NO, none=self.rng.random() < 0.2).text()

    def _numbers(self, depth: int) -> Text:
        unit = self.rng.choice(UNITS)
        operator = self.rng.choice(COMPARISONS)
        left = self._side(unit, depth)
        right = self._other_side(unit, left, depth)
        if self.rng.random() < 0.2:
            left, right = right, left
        return Text(f"{left.inside(5)} {operator} {right.inside(5)}", 4)

    def _side(self, unit: str, depth: int) -> Text:
        """One side of a comparison: here alone a number may be a known absence."""
        if self.rng.random() < 0.12:
            return self.ledger.fact(any_number(self.rng, unit), none=True).text()
        return self.number(unit, min(depth, 1))

    def _other_side(self, unit: str, left: Text, depth: int) -> Text:
        draw = self.rng.random()
        if draw < 0.7:
            return self.ledger.parameter(any_number(self.rng, unit), left)
        if draw < 0.8:
            return Text("0", 9, *point(0))
        return self._side(unit, min(depth, 1))

    def _chain(self, depth: int) -> Text:
        """`low <= x < high`: a chained comparison."""
        unit = self.rng.choice(UNITS)
        middle = self._side(unit, depth)
        low, high = (self._other_side(unit, middle, 0) for _ in range(2))
        one, other = self.rng.choices(ORDERED[:2], k=2)
        return Text(f"{low.inside(5)} {one} {middle.inside(5)} {other} {high.inside(5)}", 4)

    def _words(self) -> Text:
        left = self._comparable_word()
        operator = self.rng.choice(("==", "!="))
        draw = self.rng.random()
        if draw < 0.7:
            right = f"'{self.rng.choice(left.words)}'"
        elif draw < 0.85:
            right = self.ledger.parameter(Sort("word", family=left.sort.family)).text
        else:
            others = [
                one
                for one in [*self.ledger.facts.values(), *self.ledger.values.values()]
                if one.sort == left.sort and set(one.words) & set(left.words)
            ]
            right = self.rng.choice(others).name
        sides = [left.name, right]
        if self.rng.random() < 0.15:
            sides.reverse()
        return Text(f" {operator} ".join(sides), 4)

    def _member(self) -> Text:
        left = self._comparable_word()
        operator = "in" if self.rng.random() < 0.6 else "not in"
        return Text(f"{left.name} {operator} {self.ledger.words_parameter(left)}", 4)

    def _absence(self) -> Text:
        kind = self.rng.choice(("word", "word", "yes_no", "count", "number", "ratio", "money"))
        facts = [one for one in self.ledger.facts_at_hand({kind}, none=True) if one.none]
        fact = self.rng.choice(facts) if facts else self.ledger.fact(_any_of(self, kind), none=True)
        if not fact.none:
            return self._atom(0)
        return Text(f"{fact.name} is{' not' if self.rng.random() < 0.3 else ''} none", 4)


def _any_of(expressions: Expressions, kind: str) -> Sort:
    rng = expressions.rng
    if kind == "word":
        return Sort("word", family=rng.choice(tuple(FAMILIES)))
    units = {"count": COUNTED, "number": UNITS, "ratio": ("",), "money": ("CNY", "CNY/person")}
    return Sort(kind, rng.choice(units.get(kind, ("",))))


def point(number: int) -> tuple[Fraction, Fraction]:
    """The bounds of a number that is written out."""
    return Fraction(number), Fraction(number)
