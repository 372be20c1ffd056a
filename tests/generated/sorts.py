"""Sorts of generated expressions, and texts with known bounds."""

from fractions import Fraction
from typing import Final

import attrs

Bound = Fraction | None
"""The end of a range; None is no bound that the generator can tell. A day is its ordinal."""


@attrs.frozen
class Sort:
    """The type of a declaration: a kind, with a unit if it is a number, a family if a word.

    A list has the kind of its entries besides, and the unit that they are counted in.
    """

    kind: str
    unit: str = ""
    family: str = ""
    entry_kind: str = ""

    @property
    def is_number(self) -> bool:
        return self.kind in {"count", "number", "ratio", "money"}

    @property
    def is_calendar(self) -> bool:
        return self.kind in CALENDAR

    @property
    def entry(self) -> "Sort":
        """The sort of the entries of a list."""
        return Sort(self.entry_kind, family=self.family)


CALENDAR: Final = ("date", "month", "calendar_year")
YES_NO: Final = Sort("yes_no")

FAMILIES: Final = {
    "size": ("large", "medium", "small"),
    "kind": ("shop", "farm", "bank", "club"),
}
"""Words come in families: only words of one family are compared."""

COUNTED: Final = ("person", "day", "month", "year", "hour")
"""Units of what is counted."""

LISTED: Final = ("", "person", "month", "event", "item")
"""Units that the entries or the items of a list are counted in."""

UNITS: Final = ("", "person", "day", "month", "year", "CNY", "CNY/person", "CNY/month", "hour")

PRODUCTS: Final = {
    "CNY": (("CNY/person", "person"), ("CNY/month", "month")),
    "person": (("person", ""),),
    "month": (("month", ""),),
}
"""Units whose product has the unit; any unit times none is one more way."""

QUOTIENTS: Final = {
    "": (("person", "person"), ("CNY", "CNY"), ("month", "month")),
    "CNY/person": (("CNY", "person"),),
    "CNY/month": (("CNY", "month"),),
    "person": (("CNY", "CNY/person"),),
}


def kinds_of(unit: str, *, whole: bool = False) -> tuple[str, ...]:
    """The kinds that a number of the unit may be declared as."""
    if whole:
        return ("count",)
    if unit == "":
        return ("number", "ratio")
    return ("money", "money", "number") if unit.startswith("CNY") else ("count", "count", "number")


@attrs.frozen
class Text:
    """The text of an expression, how strongly it holds together, and what it lies between."""

    text: str
    strength: int = 9
    low: Bound = None
    high: Bound = None

    def inside(self, strength: int) -> str:
        """The text where something of that strength stands around it."""
        return f"({self.text})" if self.strength < strength else self.text


def added(left: Text, right: Text) -> tuple[Bound, Bound]:
    """The bounds of a sum."""
    return _sum(left.low, right.low), _sum(left.high, right.high)


def subtracted(left: Text, right: Text) -> tuple[Bound, Bound]:
    """The bounds of a difference."""
    return _sum(left.low, turned(right.high)), _sum(left.high, turned(right.low))


def multiplied(left: Text, right: Text) -> tuple[Bound, Bound]:
    """The bounds of a product."""
    if left.low is None or left.high is None or right.low is None or right.high is None:
        return None, None
    ends = [
        left_end * right_end
        for left_end in (left.low, left.high)
        for right_end in (right.low, right.high)
    ]
    return min(ends), max(ends)


def divided(left: Text, right: Text) -> tuple[Bound, Bound]:
    """The bounds of a quotient; none where the divisor may be zero."""
    if right.low is None or right.high is None or right.low <= 0 <= right.high:
        return None, None
    return multiplied(left, Text("", low=Fraction(1) / right.high, high=Fraction(1) / right.low))


def repeated(part: Text, most: int) -> tuple[Bound, Bound]:
    """The bounds of a sum of none to so many such parts."""
    low = None if part.low is None else min(Fraction(0), part.low * most)
    high = None if part.high is None else max(Fraction(0), part.high * most)
    return low, high


def apart(start: Text, end: Text, days: int) -> tuple[Bound, Bound]:
    """What the whole stretches of about so many days from one day to another lie between."""
    low, high = subtracted(end, start)
    return (
        None if low is None else Fraction(low // days - 1),
        None if high is None else Fraction(high // days + 1),
    )


def joined(parts: list[Text]) -> tuple[Bound, Bound]:
    """The bounds of what is one of the parts."""
    lows, highs = [part.low for part in parts], [part.high for part in parts]
    low = None if None in lows else min(low_end for low_end in lows if low_end is not None)
    high = None if None in highs else max(high_end for high_end in highs if high_end is not None)
    return low, high


def turned(bound: Bound) -> Bound:
    """The bound with its sign turned."""
    return None if bound is None else -bound


def _sum(left: Bound, right: Bound) -> Bound:
    return None if left is None or right is None else left + right
