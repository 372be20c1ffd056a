"""Generated expressions of a given sort: first the type, then a text of that type."""

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import attrs
from tests.generated.ledger import USUAL, Ledger, any_number
from tests.generated.lists import Lists
from tests.generated.parameters import parameter, words_parameter
from tests.generated.places import CASE, Declared, Place
from tests.generated.scales import due_range, scale_parameter
from tests.generated.sorts import (
    CALENDAR,
    COUNTED,
    FAMILIES,
    PRODUCTS,
    QUOTIENTS,
    UNITS,
    YES_NO,
    Sort,
    Text,
    added,
    apart,
    divided,
    joined,
    multiplied,
    subtracted,
    turned,
)

from policyrules.ir.calendar_parts import PART_TYPES
from policyrules.values.calendar import add_units, calendar_ends, first_day, last_day
from policyrules.values.calendar_parts import CALENDAR_PARTS, part_of_figure

ORDERED: Final = ("<", "<=", ">", ">=")
COMPARISONS: Final = (*ORDERED, "==", "!=")

SUM_UNITS: Final = {
    "date": ("day", "month", "year"),
    "month": ("month", "year"),
    "calendar_year": ("year",),
}
"""The units of what may be added to a day, a month or a calendar year."""

PARTS_BY_RESULT: Final = {
    kind: tuple(part for part, type_ in PART_TYPES.items() if type_.kind.value == kind)
    for kind in CALENDAR
}
"""The parts that are days, those that are months and those that are years."""


class Expressions:
    """Writes expressions over what the ledger has, and declares what it has not.

    They stand in a place: among the rules of the case or of a block, or inside a generator.
    """

    def __init__(self, ledger: Ledger, place: Place = CASE) -> None:
        self.ledger = ledger
        self.rng = ledger.rng
        self.place = place
        self.lists = Lists(ledger, place, lambda inner: Expressions(ledger, inner))

    def fact(self, sort: Sort, *, none: bool = False, open_: bool = False) -> Declared:
        place = self.place
        if place.fellow and self.rng.random() < 0.6:
            place = place.of_fellow()
        return self.ledger.fact(sort, place, none=none, open_=open_)

    def parameter(self, sort: Sort, near: Text | None = None) -> Text:
        """A parameter on the day of the decision, or as it is on the day of a fact or a value."""
        ledger, text = self.ledger, parameter(self.ledger, sort, self.place, near)
        if sort.kind == "scale" or not ledger.chance(0.02):
            return text
        days = [fact.text() for fact in ledger.facts_at_hand({"date"}, self.place, none=False)]
        days += [value.text() for value in self.values() if value.sort.kind == "date"]
        if not days:
            days = [ledger.fact(Sort("date"), self.place, new=True).text()]
        return attrs.evolve(text, text=f"{text.text}[{self.rng.choice(days).text}]")

    def values(self) -> list[Declared]:
        if self.place.fellow and self.rng.random() < 0.5:
            return self.ledger.values_of_fellow(self.place)
        return self.ledger.values_at_hand(self.place)

    def fitting(self, sort: Sort, depth: int) -> Text:
        """The text of a value or an exception of the sort."""
        if sort.is_number:
            return self.number(sort.unit, depth, whole=sort.kind == "count", divide=True)
        if sort.kind == "word":
            return self._fixed_word(sort) if self.rng.random() < 0.25 else self.word(sort)
        if sort.is_calendar:
            return self.day(sort.kind)
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
        if unit.startswith("CNY") and not whole:
            ways.append(lambda: self._due(unit, depth - 1))
        if divide and not whole:
            ways += [lambda: self._quotient(unit, depth - 1)] * 3
        if unit in {"year", "month", "day"}:
            ways += [lambda: self._between(unit)] * 3
        if unit in {"year", "month"}:
            ways.append(lambda: self._calendar_difference(unit))
        if unit in {"month", "day"}:
            ways += [lambda: self._periodic_part(unit)] * 2
        if self.lists.are_at_hand():
            ways += [lambda: self.lists.sum(unit, depth - 1, whole=whole)] * 2
            ways += [lambda: self.lists.count(unit, depth - 1)] * (2 if unit else 1)
            ways += [lambda: self._list_figure(unit, depth - 1, whole)] * 2
            ways.append(self.lists.distinct)
        return self.rng.choice(ways)()

    def _list_figure(self, unit: str, depth: int, whole: bool) -> Text:
        """The largest, the smallest or the sum of the largest of a list."""
        outside = self._leaf(unit, whole=whole)
        return self.lists.figure(unit, depth, whole=whole, outside=outside, number=self._few)

    def _few(self, unit: str) -> Text:
        """A number of entries that are counted in the unit: often one, two or three."""
        if self.rng.random() < 0.3:
            return self._leaf(unit, whole=True)
        near = Text("", low=Fraction(0), high=Fraction(3))
        return self.parameter(Sort("count", unit or "event"), near)

    def kind(self) -> Text:
        """A word or a day of an item, to count how many different ones there are."""
        if self.rng.random() < 0.7:
            return self._comparable_word().text()
        return self._day_or_none(self.rng.choice(CALENDAR))

    def _leaf(self, unit: str, *, whole: bool) -> Text:
        draw = self.rng.random()
        sort = any_number(self.rng, unit, whole=whole and unit != "")
        values = [
            value
            for value in self.values()
            if value.sort.is_number
            and value.sort.unit == unit
            and (value.sort.kind == "count" or not whole)
        ]
        if values and draw < 0.35:
            return self.rng.choice(values).text()
        if draw > 0.97 or (whole and unit == ""):
            return Text("0", 9, *point(0))
        if draw > 0.93 and unit == "":
            return Text("1", 9, *point(1))
        if draw < 0.75:
            return self.fact(sort).text()
        return self.parameter(sort)

    def _sum(self, unit: str, depth: int, whole: bool, divide: bool) -> Text:
        left = self.number(unit, depth, whole=whole, divide=divide)
        right = self.number(unit, depth, whole=whole, divide=divide)
        if self.rng.random() < 0.6:
            return Text(f"{left.inside(5)} + {right.inside(6)}", 5, *added(left, right))
        return Text(f"{left.inside(5)} - {right.inside(6)}", 5, *subtracted(left, right))

    def _due(self, unit: str, depth: int) -> Text:
        """What is due on a figure by a scale; its rates may fall, and its edges lie near."""
        income = self.number(unit, depth)
        scale = scale_parameter(self.ledger, unit, income)
        low, high = due_range(scale, income)
        return Text(f"marginal({scale.name}, {income.text})", 9, low, high)

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
        left, right = (self.number(unit_of_side, depth, divide=divide) for unit_of_side in units)
        return Text(f"{left.inside(6)} * {right.inside(7)}", 6, *multiplied(left, right))

    def _quotient(self, unit: str, depth: int) -> Text:
        over, under = self.rng.choice([*QUOTIENTS.get(unit, ()), (unit, "")])
        left, right = self.number(over, depth), self._divisor(under, depth)
        return Text(f"{left.inside(6)} / {right.inside(7)}", 6, *divided(left, right))

    def _divisor(self, unit: str, depth: int) -> Text:
        """What may be divided by: anything but a plain 0."""
        while (divisor := self.number(unit, depth)).text == "0":
            pass
        return divisor

    def _between(self, unit: str) -> Text:
        """The whole years or months from one day to another."""
        start, end = self.day("date"), self.day("date")
        days = {"year": 365, "month": 30, "day": 1}[unit]
        if unit == "day" and self.rng.random() < 0.4:
            text = f"working_days_between({start.text}, {end.text})"
            return Text(text, 9, *_widest(apart(start, end, days)))
        function = "age" if unit == "year" and self.rng.random() < 0.4 else f"{unit}s_between"
        return Text(f"{function}({start.text}, {end.text})", 9, *apart(start, end, days))

    def _calendar_difference(self, unit: str) -> Text:
        """The months or years from one month or calendar year to another."""
        kind = "calendar_year" if unit == "year" else unit
        left, right = self.day(kind), self.day(kind)
        return Text(f"{left.inside(5)} - {right.inside(6)}", 5, *subtracted(left, right))

    # Days, months and years.

    def _day_and_count(self, kind: str) -> Text:
        """A day, month or year so many days, months or years later or earlier."""
        start = self.day(kind)
        unit = self.rng.choice(SUM_UNITS[kind])
        if self.rng.random() < 0.7:
            near = Text("", low=Fraction(0), high=Fraction(40))
            count = self.parameter(Sort("count", unit), near)
        else:
            count = self.number(unit, 0, whole=True)
        operator = self.rng.choice("++-")
        ends = (
            (count.low, count.high) if operator == "+" else (turned(count.high), turned(count.low))
        )
        first, last = calendar_ends(kind)
        low, high = (
            Fraction(
                max(first, min(last, add_units(kind, unit, int(end or usual), int(move or 0))))
            )
            for end, usual, move in zip(_ends(start), USUAL[kind], ends, strict=True)
        )
        return Text(f"{start.inside(5)} {operator} {count.inside(6)}", 5, low, high)

    def _periodic_part(self, unit: str) -> Text:
        """The number of a month in its year, or of a day in its month."""
        if unit == "day":
            return Text(f"{self.day('date').inside(9)}.day_of_month", 9, Fraction(1), Fraction(31))
        whole = self.day(self.rng.choice(("date", "month")))
        return Text(f"{whole.inside(9)}.month_of_year", 9, Fraction(1), Fraction(12))

    def _part(self, kind: str) -> Text:
        """A day, a month or a calendar year that is a part of another, or of a period."""
        part = self.rng.choice(PARTS_BY_RESULT[kind])
        kind_of_whole = self.rng.choice(CALENDAR_PARTS[part])
        if kind_of_whole == "period":
            name = self.parameter(Sort("period"), self.day("date")).text
            return Text(f"{name}.{part}", 9, *map(Fraction, USUAL["date"]))
        whole = self.day(kind_of_whole)
        ends = (
            Fraction(part_of_figure(part, kind_of_whole, int(end or usual)))
            for end, usual in zip(_ends(whole), USUAL[kind_of_whole], strict=True)
        )
        return Text(f"{whole.inside(9)}.{part}", 9, *ends)

    def _latest(self, kind: str) -> Text:
        """The latest or the earliest of some days."""
        parts = [self.day(kind) for _ in range(self.rng.choice((2, 2, 3)))]
        low, high = joined(parts)
        return Text(
            f"{self.rng.choice(('max', 'min'))}({', '.join(p.text for p in parts)})", 9, low, high
        )

    def day(self, kind: str) -> Text:
        """A day, a month or a calendar year, never a known absence."""
        if kind == "date" and self.rng.random() < 0.06:
            return self._working_day()
        if self.rng.random() < 0.15:
            return self._day_and_count(kind)
        if self.rng.random() < 0.2:
            return self._part(kind) if self.rng.random() < 0.65 else self._latest(kind)
        if self.rng.random() < 0.08 and self.lists.are_at_hand():
            outside = self.day(kind) if self.rng.random() < 0.7 else None
            return self.lists.day(kind, outside)
        draw = self.rng.random()
        values = [value for value in self.values() if value.sort.kind == kind]
        if values and draw < 0.25:
            return self.rng.choice(values).text()
        return self.fact(Sort(kind)).text() if draw < 0.8 else self.parameter(Sort(kind))

    def _working_day(self) -> Text:
        """A day so many working days later or earlier, or moved to the next working day."""
        start = self.day("date")
        first, last = (Fraction(end) for end in calendar_ends("date"))
        if self.rng.random() < 0.4:
            return Text(f"next_working_day({start.text})", 9, start.low, last)
        near = Text("", low=Fraction(-3), high=Fraction(12))
        count = self.parameter(Sort("count", "day"), near)
        return Text(f"add_working_days({start.text}, {count.text})", 9, first, last)

    def _days(self, kind: str) -> Text:
        """Two days compared, or three in a chain; here alone one may be a known absence."""
        left = self._day_or_none(kind)
        right = self.parameter(Sort(kind), left)
        if self.rng.random() < 0.25:
            first_operator, second_operator = self.rng.choices(ORDERED[:2], k=2)
            end = self.parameter(Sort(kind), left)
            return Text(
                f"{right.text} {first_operator} {left.text} {second_operator} {end.text}", 4
            )
        if self.rng.random() < 0.35:
            right = self._day_or_none(kind)
        sides = [left.text, right.text]
        if self.rng.random() < 0.2:
            sides.reverse()
        return Text(f" {self.rng.choice(COMPARISONS)} ".join(sides), 4)

    def _day_or_none(self, kind: str) -> Text:
        if self.rng.random() < 0.25:
            return self.fact(Sort(kind), none=True).text()
        return self.day(kind)

    def _in_a_period(self, kind: str) -> Text:
        left = self._day_or_none(kind)
        low, high = (int(end or usual) for end, usual in zip(_ends(left), USUAL[kind], strict=True))
        near = Text("", low=Fraction(first_day(kind, low)), high=Fraction(last_day(kind, high)))
        operator = "in" if self.rng.random() < 0.7 else "not in"
        return Text(f"{left.text} {operator} {self.parameter(Sort('period'), near).text}", 4)

    # Words.

    def _fixed_word(self, sort: Sort) -> Text:
        """A word of a family as the whole result of a value, with its quotation marks or without."""
        word = self.rng.choice(FAMILIES[sort.family])
        return Text(f"'{word}'" if self.rng.random() < 0.3 else word, 9)

    def word(self, sort: Sort) -> Text:
        """A word of a family, never a known absence."""
        draw = self.rng.random()
        values = [value for value in self.values() if value.sort == sort]
        if values and draw < 0.3:
            return self.rng.choice(values).text()
        return self.parameter(sort) if draw < 0.65 else self.fact(sort).text()

    def _comparable_word(self) -> Declared:
        """A word with its words known: a fact, which may be none, or a value."""
        values = [value for value in self.values() if value.sort.kind == "word"]
        if values and self.rng.random() < 0.4:
            return self.rng.choice(values)
        entries = [entry for entry in self.place.entries.values() if entry.sort.kind == "word"]
        if entries and self.rng.random() < 0.8:
            return self.rng.choice(entries)
        family = self.rng.choice(tuple(FAMILIES))
        none = self.rng.random() < 0.4
        return self.fact(Sort("word", family=family), none=none, open_=self.rng.random() < 0.4)

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
        conditions = self.ledger.conditions_at_hand(self.place)
        if conditions and self.rng.random() < 0.06:
            return self._held(conditions)
        draw = self.rng.random()
        if self.place.entries and draw < 0.7:
            return self._of_entry()
        if self.lists.are_at_hand() and self.rng.random() < 0.25:
            return self.lists.quantified(depth - 1)
        if draw < 0.3:
            return self._numbers(depth)
        if draw < 0.42:
            return self._days(self.rng.choice((*CALENDAR, "date")))
        if draw < 0.48:
            return self._in_a_period(self.rng.choice((*CALENDAR, "date")))
        if draw < 0.55:
            return self._chain(depth)
        if draw < 0.67:
            return self._words()
        if draw < 0.76:
            return self._member()
        if draw < 0.81:
            return self._absence() if draw < 0.79 else self._guarded(depth)
        if draw < 0.815:
            return Text(self.rng.choice(("True", "False")), 9)
        return self._yes_no()

    def _held(self, conditions: list[str]) -> Text:
        """The verdict of a condition, in most of them by itself."""
        held = f"held('{self.rng.choice(conditions)}')"
        return Text(held, 9) if self.rng.random() < 0.8 else Text(f"not {held}", 3)

    def _yes_no(self) -> Text:
        draw = self.rng.random()
        values = [value for value in self.values() if value.sort == YES_NO]
        if values and draw < 0.4:
            return self.rng.choice(values).text()
        if draw < 0.55:
            return self.parameter(YES_NO)
        return self.fact(YES_NO, none=self.rng.random() < 0.2).text()

    def _of_entry(self) -> Text:
        """A test of the entry that is looked at."""
        (entry,) = self.rng.sample(list(self.place.entries.values()), 1)
        if entry.sort.kind == "word":
            return self._words() if self.rng.random() < 0.6 else self._member()
        days = self._days if self.rng.random() < 0.6 else self._in_a_period
        return days(entry.sort.kind)

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
            return self.fact(any_number(self.rng, unit), none=True).text()
        return self.number(unit, min(depth, 1))

    def _other_side(self, unit: str, left: Text, depth: int) -> Text:
        draw = self.rng.random()
        if draw < 0.7:
            return self.parameter(any_number(self.rng, unit), left)
        if draw < 0.8:
            return Text("0", 9, *point(0))
        return self._side(unit, min(depth, 1))

    def _chain(self, depth: int) -> Text:
        """`low <= x < high`: a chained comparison."""
        unit = self.rng.choice(UNITS)
        middle = self._side(unit, depth)
        low, high = (self._other_side(unit, middle, 0) for _ in range(2))
        first_operator, second_operator = self.rng.choices(ORDERED[:2], k=2)
        return Text(
            f"{low.inside(5)} {first_operator} {middle.inside(5)} {second_operator} {high.inside(5)}",
            4,
        )

    def band(self, fact: Declared) -> Text:
        """A fact between two figures, or on one side of one; sometimes with another test."""
        low, high = (self.parameter(fact.sort, fact.text()).text for _ in range(2))
        lower, other = self.rng.choices(ORDERED[:2], k=2)
        ways = (
            f"{low} {lower} {fact.name} {other} {high}",
            f"{fact.name} {other} {high}",
            f"{low} {lower} {fact.name}",
            f"{fact.name} {other} {high} and {self._atom(0).inside(3)}",
        )
        return Text(self.rng.choice(ways), 2)

    def _words(self) -> Text:
        left = self._comparable_word()
        operator = self.rng.choice(("==", "!="))
        draw = self.rng.random()
        if draw < 0.7:
            right = f"'{self.rng.choice(left.words)}'"
        elif draw < 0.85:
            sort = Sort("word", family=left.sort.family)
            right = parameter(self.ledger, sort, self.place, words=left.words).text
        else:
            others = [
                fact
                for fact in self.ledger.facts_at_hand({"word"}, self.place, none=True)
                + self.values()
                if fact.sort == left.sort and set(fact.words) & set(left.words)
            ]
            right = self.rng.choice([*others, left]).name
        sides = [left.name, right]
        if self.rng.random() < 0.15:
            sides.reverse()
        return Text(f" {operator} ".join(sides), 4)

    def _member(self) -> Text:
        left = self._comparable_word()
        operator = "in" if self.rng.random() < 0.6 else "not in"
        return Text(f"{left.name} {operator} {words_parameter(self.ledger, left, self.place)}", 4)

    def _absence(self) -> Text:
        numbers = ("count", "number", "ratio", "money")
        kind = self.rng.choice(("word", "word", "yes_no", *numbers, *CALENDAR))
        at_hand = self.ledger.facts_at_hand({kind}, self.place, none=True)
        facts = [fact for fact in at_hand if fact.none]
        fact = self.rng.choice(facts) if facts else self.fact(_any_of(self, kind), none=True)
        if not fact.none:
            return self._atom(0)
        return Text(f"{fact.name} is{' not' if self.rng.random() < 0.3 else ''} none", 4)

    def _guarded(self, depth: int) -> Text:
        """A sum with a number that may be a known absence, behind a guard."""
        unit = self.rng.choice(UNITS)
        fact = self.fact(any_number(self.rng, unit), none=True)
        if not fact.none:
            return self._numbers(depth)
        operator = self.rng.choice("+-")
        other = self.number(unit, 0)
        reckon = added if operator == "+" else subtracted
        total = Text(f"{fact.name} {operator} {other.inside(6)}", 5, *reckon(fact.text(), other))
        compared = f"{total.text} {self.rng.choice(COMPARISONS)} {self.parameter(any_number(self.rng, unit), total).inside(5)}"
        if self.rng.random() < 0.6:
            return Text(f"{fact.name} is not none and {compared}", 2)
        return Text(f"{fact.name} is none or {compared}", 1)


def _any_of(expressions: Expressions, kind: str) -> Sort:
    rng = expressions.rng
    if kind == "word":
        return Sort("word", family=rng.choice(tuple(FAMILIES)))
    units = {"count": COUNTED, "number": UNITS, "money": ("CNY", "CNY/person")}
    return Sort(kind, rng.choice(units.get(kind, ("",))))


def _widest(
    ends: tuple[Fraction | None, Fraction | None],
) -> tuple[Fraction | None, Fraction | None]:
    """The ends of a number of working days among so many days: none of them need be worked."""
    low, high = ends
    return (
        None if low is None else min(low, Fraction(0)),
        None if high is None else max(high, Fraction(0)),
    )


def _ends(text: Text) -> tuple[Fraction | None, Fraction | None]:
    return text.low, text.high


def point(number: int) -> tuple[Fraction, Fraction]:
    """The bounds of a number that is written out."""
    return Fraction(number), Fraction(number)
