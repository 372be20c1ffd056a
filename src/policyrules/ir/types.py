"""Types and units of facts, parameters, values and expressions."""

from __future__ import annotations

from collections.abc import Container, Mapping
from enum import StrEnum
from typing import Final

import attrs

from policyrules.objects.frozen import freeze_mappings
from policyrules.objects.representation import short_repr
from policyrules.text.localized import LocalizedText


class Kind(StrEnum):
    """The kinds of values.

    A `list` has single values as entries, a `period` is a span of days, a `scale` has brackets.
    """

    YES_NO = "yes_no"
    COUNT = "count"
    NUMBER = "number"
    RATIO = "ratio"
    MONEY = "money"
    WORD = "word"
    WORDS = "words"
    DATE = "date"
    MONTH = "month"
    CALENDAR_YEAR = "calendar_year"
    PERIOD = "period"
    LIST = "list"
    SCALE = "scale"

    @property
    def is_numeric(self) -> bool:
        """Return whether figures of the kind are numbers."""
        return self in _NUMERIC

    @property
    def is_calendar(self) -> bool:
        """Return whether figures of the kind are days, months or years of the calendar."""
        return self in _CALENDAR

    @property
    def is_ordered(self) -> bool:
        """Return whether figures of the kind have an order, so that an unknown one is a range."""
        return self in _NUMERIC or self in _CALENDAR


_NUMERIC: Final = frozenset({Kind.COUNT, Kind.NUMBER, Kind.RATIO, Kind.MONEY})
_CALENDAR: Final = frozenset({Kind.DATE, Kind.MONTH, Kind.CALENDAR_YEAR})

BASE_UNITS: Final = ("person", "month", "year", "day", "event", "item", "CNY")
_TIMES: Final = frozenset({"hour", "day", "week", "month", "year"})
"""Units of time, which a vocabulary may add to those of the language."""


@attrs.frozen
class Unit:
    """A product of base units; a ratio has none.

    >>> str(Unit.from_name("CNY") / Unit.from_name("month") / Unit.from_name("person"))
    'CNY/person/month'
    >>> (Unit.from_name("person") / Unit.from_name("person")).is_plain
    True
    """

    powers: tuple[tuple[str, int], ...] = ()

    @classmethod
    def from_name(cls, name: str) -> Unit:
        """Return a unit of one base unit."""
        return cls(((name, 1),))

    @classmethod
    def parse(cls, text: str, declared: Container[str] = ()) -> Unit | None:
        """Parse `person`, `CNY/person/month` or `person*month`; return None for another text.

        `declared` are the units that a vocabulary adds to the base units.
        """
        numerator, *denominators = text.replace(" ", "").split("/")
        factors = numerator.split("*")
        divisors = [name for part in denominators for name in part.split("*")]
        if not all(name in BASE_UNITS or name in declared for name in (*factors, *divisors)):
            return None
        unit = PLAIN
        for name in factors:
            unit = unit * cls.from_name(name)
        for name in divisors:
            unit = unit / cls.from_name(name)
        return unit

    @property
    def is_money(self) -> bool:
        """Return whether figures in the unit are money, as in `CNY` or `CNY/person`."""
        return ("CNY", 1) in self.powers

    @property
    def is_plain(self) -> bool:
        """Return whether this is the unit of plain numbers, which have none."""
        return not self.powers

    def __mul__(self, other: Unit) -> Unit:
        return self._combine(other, 1)

    def __truediv__(self, other: Unit) -> Unit:
        return self._combine(other, -1)

    def _combine(self, other: Unit, sign: int) -> Unit:
        powers = dict(self.powers)
        for name, power in other.powers:
            powers[name] = powers.get(name, 0) + sign * power
        return Unit(tuple(sorted((name, power) for name, power in powers.items() if power)))

    def __str__(self) -> str:
        numerator = [name for name, power in self.powers for _ in range(power)]
        denominator = [name for name, power in self.powers for _ in range(-power)]
        # A rate for each person and month is written `CNY/person/month`: spans of time come last.
        denominator.sort(key=lambda name: (name in _TIMES, name))
        return "/".join(["*".join(numerator) or "1", *denominator])


PLAIN: Final = Unit()


@attrs.frozen(repr=False, field_transformer=freeze_mappings)
class Type:
    """The type of a declaration.

    `words` are the words of a word, a set or a list with their titles; `none` is the title of the
    known absence, if the type allows one; `places` is the maximum number of decimal places. `open`
    allows words that are not declared. `entry_kind` is the kind of the entries of a list.
    `unit_title` is the name of the unit for readers, if it is not the usual one.
    """

    __repr__ = short_repr

    kind: Kind
    unit: Unit = PLAIN
    words: Mapping[str, LocalizedText] = attrs.field(factory=dict, hash=False)
    none: LocalizedText | None = None
    places: int | None = None
    open: bool = False
    entry_kind: Kind | None = None
    unit_title: LocalizedText | None = None

    @property
    def entry(self) -> Type:
        """The type of the entries of a list."""
        if self.entry_kind is None:
            raise TypeError(f"not a list: {self}")
        return Type(self.entry_kind, words=self.words, open=self.open)

    def __str__(self) -> str:
        has_unit = self.kind.is_numeric or self.kind is Kind.SCALE
        unit = "" if self.unit.is_plain or not has_unit else f" in {self.unit}"
        return f"{self.kind}{unit}"
