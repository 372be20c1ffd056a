"""The facts and parameters of a ruleset that is being generated, declared as they are asked for.

Whoever writes an expression asks for a fact or a parameter of a sort; an old one serves again, or
a new one is declared. So the sorts come first, and nothing is declared that nobody reads.
"""

import random
from fractions import Fraction
from typing import Final

import attrs
from tests.generated.prose import Prose
from tests.generated.sorts import FAMILIES, Bound, Sort, Text, kinds_of
from tests.generated.yaml_text import Data

from policyrules.values.exact import decimal_text


@attrs.frozen
class Size:
    """How large a ruleset becomes; a `small` one has facts of which every figure can be tried."""

    facts: tuple[int, int]
    values: tuple[int, int]
    conditions: tuple[int, int]
    depth: int
    small: bool = False
    nasty: float = 0.04
    open_cells: float = 0.1
    given: float = 0.3


ORDINARY: Final = Size((4, 12), (1, 5), (2, 7), 3)
SMALL: Final = Size((2, 5), (0, 3), (1, 4), 2, small=True, nasty=0, given=0.5)

PERIODS: Final = (("2021-03-01", "2021-06-30"), ("2021-07-01", "2022-02-28"), ("2022-03-01", ""))
"""Three stretches of days, one after the other; a dated parameter has a row for two or three."""

LAST_DAY: Final = "2023-12-31"


@attrs.frozen
class Declared:
    """A fact or a value that an expression may read."""

    name: str
    sort: Sort
    words: tuple[str, ...] = ()
    none: bool = False
    low: Bound = None
    high: Bound = None
    places: int = 0

    def text(self) -> Text:
        return Text(self.name, 9, self.low, self.high)


class Ledger:
    """What has been declared so far."""

    def __init__(self, rng: random.Random, size: Size) -> None:
        self.rng = rng
        self.size = size
        self.prose = Prose(rng, size.nasty)
        self.most_facts = rng.randint(*size.facts)
        self.ends = rng.random() < 0.8
        self.facts: dict[str, Declared] = {}
        self.fact_data: dict[str, dict[str, Data]] = {}
        self.values: dict[str, Declared] = {}
        self.value_data: dict[str, Data] = {}
        self.parameters: dict[str, Declared] = {}
        self.parameter_data: dict[str, Data] = {}

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    # Facts.

    def fact(self, sort: Sort, *, none: bool = False, new: bool = False) -> Declared:
        """A fact of the sort; where `none` is set, it may be one with a known absence."""
        fitting = [one for one in self.facts.values() if one.sort == sort]
        if not none:
            fitting = [one for one in fitting if not one.none]
        full = len(self.facts) >= self.most_facts
        if fitting and not new and (full or self.chance(0.6)):
            return self.rng.choice(fitting)
        return self._declare_fact(sort, none=none and self.chance(0.5))

    def facts_at_hand(self, kinds: set[str], *, none: bool) -> list[Declared]:
        return [
            one for one in self.facts.values() if one.sort.kind in kinds and (none or not one.none)
        ]

    def _declare_fact(self, sort: Sort, *, none: bool) -> Declared:
        number = len(self.facts) + 1
        name = f"{self.rng.choice(('firm', 'area'))}.{sort.kind}_{number}"
        data: dict[str, Data] = {"title": self.prose.title(), "type": sort.kind}
        words: tuple[str, ...] = ()
        low = high = None
        places = 0
        if sort.is_number:
            places, low, high = self._range(sort)
            if sort.unit and not (sort == Sort("money", "CNY") and self.chance(0.5)):
                data["unit"] = sort.unit
            if sort.kind in {"number", "ratio"}:
                data["places"] = str(places)
            data["range"] = f"{_plain(low, sort)}..{_plain(high, sort)}"
        elif sort.kind == "word":
            family = FAMILIES[sort.family]
            least = 1 if self.chance(0.05) else 2
            words = tuple(self.rng.sample(family, self.rng.randint(least, len(family))))
            data["words"] = {word: self.prose.title(word) for word in words}
        if none:
            data["none"] = self.prose.title()
        if self.chance(0.3):
            data["ask"] = self.prose.title()
        if self.chance(0.2):
            data["as_of"] = "previous_year"
        if self.chance(0.3):
            data["changeable"] = self.rng.choice(("true", "false"))
        fact = Declared(name, sort, words, none, low, high, places)
        self.facts[name], self.fact_data[name] = fact, data
        return fact

    def _range(self, sort: Sort) -> tuple[int, Fraction, Fraction]:
        rng = self.rng
        if self.size.small:
            if sort.kind == "ratio":
                return 1, Fraction(0), Fraction(rng.choice((2, 3, 5)), 10)
            low = rng.choice((0, 0, 0, 1, -1)) if sort.kind == "number" else rng.choice((0, 0, 1))
            high = low + rng.choice((1, 2, 3, 3)) - (1 if self.chance(0.03) else 0)
            return 0, Fraction(low), Fraction(max(low, high))
        if sort.kind == "ratio":
            places = rng.choice((2, 4, 8))
            return places, Fraction(0), Fraction(rng.choice((1, 1, 2)))
        low = rng.choice((0, 0, 0, 0, 1, 12)) - (
            rng.choice((0, 10)) if sort.kind == "number" else 0
        )
        places = rng.choice((0, 1, 4)) if sort.kind == "number" else 0
        return places, Fraction(low), Fraction(low + rng.choice((0, 5, 40, 1000, 10_000_000)))

    # Parameters.

    def parameter(self, sort: Sort, near: Text | None = None) -> Text:
        """A parameter of the sort, its figures near what it is compared with."""
        fitting = [one for one in self.parameters.values() if one.sort == sort]
        if fitting and self.chance(0.25):
            return self.rng.choice(fitting).text()
        return _Parameter(self, sort, near).declare().text()

    def words_parameter(self, fact: Declared) -> str:
        """A parameter that is a set of words of the fact or value."""
        name = f"words_{len(self.parameters) + 1}"
        data: dict[str, Data] = {"title": self.prose.title(), "type": "words", "of": fact.name}
        self.parameters[name] = Declared(name, Sort("words"), fact.words)
        one = _Parameter(self, Sort("words"), None)
        one.words = fact.words
        one.fill(data)
        self.parameter_data[name] = data
        return name

    def key(self) -> Declared | None:
        """What may choose the row of a table: a word that is a fact or a value."""
        keys = self.facts_at_hand({"word"}, none=True)
        values = [one for one in self.values.values() if one.sort.kind == "word"]
        if values and self.chance(0.5):
            return self.rng.choice(values)
        if keys:
            return self.rng.choice(keys)
        return None


class _Parameter:
    """Writes one parameter: its rows, its tables and its cells."""

    def __init__(self, ledger: Ledger, sort: Sort, near: Text | None) -> None:
        self.ledger = ledger
        self.rng = ledger.rng
        self.sort = sort
        self.low, self.high = self._span(near)
        self.words = FAMILIES.get(sort.family, ())
        self.has_words = True
        self.has_range = self.rng.random() < 0.4

    def declare(self) -> Declared:
        ledger, sort = self.ledger, self.sort
        name = f"{sort.kind}_limit_{len(ledger.parameters) + 1}"
        data: dict[str, Data] = {"title": ledger.prose.title(), "type": sort.kind}
        if sort.is_number:
            if sort.unit and not (sort.kind == "money" and sort.unit == "CNY"):
                data["unit"] = sort.unit
            if self.has_range:
                data["range"] = f"{_plain(self.low, sort)}..{_plain(self.high, sort)}"
            if sort.kind == "number" and ledger.chance(0.1):
                data["places"] = "4"
        elif sort.kind == "word":
            self.has_words = ledger.chance(0.5)
            if self.has_words:
                data["words"] = {word: ledger.prose.title() for word in self.words}
        if ledger.chance(0.2):
            data["delegated"] = self.rng.choice(("at_most", "at_least", "free", "no"))
        self.fill(data)
        low, high = (self.low, self.high) if sort.is_number else (None, None)
        # A word parameter without words has those of its cells, which may be none at all.
        declared = Declared(name, sort, self.words, low=low, high=high)
        ledger.parameters[name], ledger.parameter_data[name] = declared, data
        return declared

    def fill(self, data: dict[str, Data]) -> None:
        """The rows: one value, or one for each of several periods."""
        ledger, rng = self.ledger, self.rng
        key = ledger.key() if ledger.chance(0.3) else None
        if key is not None:
            data["by"] = key.name
        if ledger.chance(0.65):
            data["value"] = self._content(key)
            data.update(ledger.prose.ground())
            return
        rows: list[Data] = []
        whole = ledger.prose.ground() if ledger.chance(0.3) else {}
        bounds = list(PERIODS)
        if ledger.chance(0.5):
            first = rng.randrange(2)
            joined = (PERIODS[first][0], PERIODS[first + 1][1])
            bounds[first : first + 2] = [joined]
        for place, (from_, to) in enumerate(bounds):
            row: dict[str, Data] = {}
            if not (place == 0 and ledger.chance(0.2)):
                row["from"] = from_
            if to or (ledger.ends and ledger.chance(0.3)):
                row["to"] = to or LAST_DAY
            row["value"] = self._content(key)
            row.update(ledger.prose.ground(needed=not whole))
            rows.append(row)
        if ledger.chance(0.2):
            rng.shuffle(rows)
        data["values"] = rows
        data.update(whole)

    def _span(self, near: Text | None) -> tuple[Fraction, Fraction]:
        kind = self.sort.kind
        low = near.low if near and near.low is not None else Fraction(0)
        high = near.high if near and near.high is not None else low + 20
        if kind == "ratio" and (near is None or near.low is None):
            return Fraction(0), Fraction(1)
        if kind in {"count", "number"} and near is None:
            low, high = Fraction(self.rng.choice((0, 1))), Fraction(3 if self._small else 30)
        if kind == "money" and near is None:
            low, high = Fraction(0), Fraction(self.rng.choice((10, 1000)))
        step = Fraction(1) if kind == "count" else Fraction(1, 100)
        return low // step * step, max(-(-high // step) * step, low // step * step)

    @property
    def _small(self) -> bool:
        return self.ledger.size.small

    def _content(self, key: Declared | None) -> Data:
        if key is None:
            return self._cell()
        words = list(key.words)
        stated = self.rng.sample(words, self.rng.randint(0, len(words)))
        table: dict[str, Data] = {word: self._cell() for word in stated}
        if key.none and self.rng.random() < 0.6:
            table["none"] = self._cell()
        if len(stated) < len(words) or (key.none and "none" not in table):
            table["else"] = self._cell()
        return table

    def _cell(self) -> Data:
        draw = self.rng.random() / self.ledger.size.open_cells
        numeric, kind = self.sort.is_number, self.sort.kind
        if draw < 0.25:
            return "not_stated"
        may_be_pending = self.has_range if numeric else kind == "yes_no" or self.has_words
        if draw < 0.5 and kind != "words" and may_be_pending:
            return "pending"
        if draw < 1 and kind != "words":
            options = {self._stated(): None for _ in range(self.rng.choice((2, 2, 3)))}
            if len({_worth(one) for one in options}) == len(options) > 1:
                return {"either": list(options)}
        if kind == "words":
            return list(self.rng.sample(self.words, self.rng.randint(1, len(self.words))))
        return self._stated()

    def _stated(self) -> str:
        if self.sort.kind == "yes_no":
            return self.rng.choice(("true", "false"))
        if self.sort.kind == "word":
            return self.rng.choice(self.words)
        return _literal(self._figure(), self.sort, self.rng)

    def _figure(self) -> Fraction:
        """A figure between the ends, one of them not seldom."""
        rng = self.rng
        if rng.random() < 0.15:
            return rng.choice((self.low, self.high))
        width = self.high - self.low
        step = Fraction(1) if self.sort.kind == "count" else rng.choice((Fraction(1), width / 4))
        if self.sort.kind in {"ratio", "money"}:
            step = Fraction(rng.choice((1, 5, 20)), 100)
        if step == 0:
            return self.low
        found = self.low + step * rng.randint(0, min(int(width / step), 40))
        return Fraction(int(found)) if self.sort.kind == "count" else found


def _worth(text: Data) -> object:
    """What a literal says, so that two spellings of one figure are seen to be one."""
    number = str(text).split(" ")[0]
    percent = number.endswith("%")
    try:
        return Fraction(number.rstrip("%")) / (100 if percent else 1)
    except ValueError:
        return number


def _plain(number: Fraction, sort: Sort) -> str:
    if sort.kind == "ratio":
        return f"{decimal_text(number * 100)}%"
    return decimal_text(number)


def _literal(number: Fraction, sort: Sort, rng: random.Random) -> str:
    """One of the ways in which a figure may be written."""
    if sort.kind == "ratio":
        if "/" in decimal_text(number * 100) or rng.random() < 0.2:
            return str(number)
        return f"{decimal_text(number * 100)}%"
    text = decimal_text(number)
    if sort.kind == "money" or (sort.unit and rng.random() < 0.2):
        text += f" {sort.unit}"
    return text


def any_number(rng: random.Random, unit: str, *, whole: bool = False) -> Sort:
    """A sort of numbers of the unit."""
    return Sort(rng.choice(kinds_of(unit, whole=whole)), unit)
