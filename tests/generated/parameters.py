"""Generated parameters: their rows, their tables and their cells."""

import random
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Final

from tests.generated.ledger import LAST_DAY, NEAR, PERIODS, Ledger, plain
from tests.generated.places import CASE, Declared, Place
from tests.generated.sorts import FAMILIES, Sort, Text
from tests.generated.table_rows import Keys, keys_at_hand, rows_by
from tests.generated.yaml_text import Data

from policyrules.values.calendar import figure_text
from policyrules.values.exact import decimal_text

_ENDS: Final = tuple(
    date.fromisoformat(day).toordinal()
    for day in ("2021-12-31", "2022-01-01", "2022-02-28", "2022-06-15", "2022-12-31", "2023-01-01")
)
"""Days at which periods begin and end: those of years and months, and one in a month."""


def parameter(
    ledger: Ledger,
    sort: Sort,
    place: Place = CASE,
    near: Text | None = None,
    words: tuple[str, ...] = (),
) -> Text:
    """A parameter of the sort, its figures near what it is compared with, or some of its words.

    A period is near what lies between two days.
    """
    fitting = [
        parameter
        for parameter in ledger.parameters.values()
        if parameter.sort == sort
        and place.sees(parameter)
        and (not words or {*words} & {*parameter.words})
    ]
    if fitting and ledger.chance(0.25):
        return ledger.rng.choice(fitting).text()
    return _Parameter(ledger, sort, place, near, words).declare().text()


def words_parameter(ledger: Ledger, fact: Declared, place: Place = CASE) -> str:
    """A parameter that is a set of words of the fact or value."""
    name = f"words_{len(ledger.parameters) + 1}"
    fact_name = fact.full or fact.name
    data: dict[str, Data] = {"title": ledger.prose.title(), "type": "words", "of": fact_name}
    if ledger.chance(0.4):
        data["open"] = ledger.rng.choice(("true", "true", "false"))
    parameter = _Parameter(ledger, Sort("words"), place, None, fact.words)
    # Its place is taken before the rows are written: they may refer to further notes.
    ledger.parameters[name] = Declared(name, Sort("words"), fact.words)
    scope = parameter.fill(data)
    ledger.parameters[name] = Declared(name, Sort("words"), fact.words, scope=scope)
    ledger.parameter_data[name] = data
    return name


class _Parameter:
    """Writes one parameter."""

    def __init__(
        self,
        ledger: Ledger,
        sort: Sort,
        place: Place,
        near: Text | None,
        words: tuple[str, ...] = (),
    ) -> None:
        self.ledger = ledger
        self.rng = ledger.rng
        self.sort = sort
        self.place = place
        self.near = near
        self.low, self.high = self._days(near) if sort.is_calendar else self._span(near)
        self.words = words or FAMILIES.get(sort.family, ())
        self.has_words = True
        self.has_range = self.rng.random() < 0.4

    def declare(self) -> Declared:
        ledger, sort = self.ledger, self.sort
        name = f"{sort.kind}_limit_{len(ledger.parameters) + 1}"
        data: dict[str, Data] = {"title": ledger.prose.title(), "type": sort.kind}
        ordered = sort.is_number or sort.is_calendar
        if ordered and self.has_range:
            data["range"] = f"{plain(self.low, sort)}..{plain(self.high, sort)}"
        if sort.is_number:
            if sort.unit and not (sort.kind == "money" and sort.unit == "CNY"):
                data["unit"] = sort.unit
                if ledger.chance(0.2):
                    data["unit_title"] = ledger.prose.title()
            if sort.kind == "number" and ledger.chance(0.1):
                data["places"] = "4"
        elif sort.kind == "word":
            self.has_words = ledger.chance(0.5)
            if self.has_words:
                data["words"] = ledger.prose.word_titles(self.words)
        state = self.rng.getstate()
        if self.rng.random() < 0.1:
            data["yearly"] = self.rng.choice(("true", "false"))
        self.rng.setstate(state)  # what is drawn for the rest does not depend on it
        if ledger.chance(0.2):
            bounds = ("at_most", "at_least") if sort.is_number else ()
            data["delegated"] = self.rng.choice((*bounds, "free", "no"))
        scope = self.fill(data)
        low, high = (self.low, self.high) if ordered else (None, None)
        # A word parameter without words has those of its cells, which may be none at all.
        words = self.words if self.has_words else ()
        declared = Declared(name, sort, words, low=low, high=high, scope=scope)
        ledger.parameters[name], ledger.parameter_data[name] = declared, data
        return declared

    def fill(self, data: dict[str, Data]) -> str:
        """The rows: one value, or one for each of several periods. Returns the scope of its key."""
        ledger = self.ledger
        keys = keys_at_hand(ledger, self.place) if ledger.chance(0.07) else None
        if keys is not None and self.sort.kind not in {"period", "words"}:
            return self._fill_rows(data, keys)
        key = ledger.key(self.place) if ledger.chance(0.3) else None
        scope = "" if key is None else key.scope
        if key is not None:
            data["by"] = key.full or key.name
        if ledger.chance(0.65):
            data["value"] = self._content(key)
            data.update(ledger.prose.ground())
            return scope
        data.update(self._dated(lambda: {"value": self._content(key)}))
        return scope

    def _fill_rows(self, data: dict[str, Data], keys: Keys) -> str:
        """A table with rows, or one for each of several periods."""
        ledger = self.ledger
        data["by"] = keys.by
        in_order = ledger.chance(0.4)
        if in_order:
            data["pick"] = "first"

        def content() -> dict[str, Data]:
            return {"rows": rows_by(ledger, keys, self._cell, in_order=in_order)}

        if ledger.chance(0.75):
            data.update({**content(), **ledger.prose.ground()})
        else:
            data.update(self._dated(content))
        return keys.scope

    def _dated(self, content: Callable[[], dict[str, Data]]) -> dict[str, Data]:
        """The content of each of several periods."""
        ledger, rng = self.ledger, self.rng
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
            row.update(content())
            row.update(ledger.prose.ground(needed=not whole))
            rows.append(row)
        if ledger.chance(0.2):
            rng.shuffle(rows)
        return {"values": rows, **whole}

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

    def _days(self, near: Text | None) -> tuple[Fraction, Fraction]:
        low, high = (Fraction(end) for end in NEAR[self.sort.kind])
        if near is None or near.low is None or near.high is None:
            return low, high
        if near.high < low or near.low > high:
            return near.low, near.high
        return max(low, near.low), min(high, near.high)

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
        if key.open or len(stated) < len(words) or (key.none and "none" not in table):
            table["else"] = self._cell()
        return table

    def _cell(self) -> Data:
        draw = self.rng.random() / self.ledger.open_cells
        kind = self.sort.kind
        ordered = self.sort.is_number or self.sort.is_calendar
        if draw < 0.25:
            return "not_stated"
        may_be_pending = self.has_range if ordered else kind == "yes_no" or self.has_words
        if kind in {"words", "period"}:
            return self._set()
        if draw < 0.5 and may_be_pending:
            return "pending"
        if draw < 1:
            options = {self._stated(): None for _ in range(self.rng.choice((2, 2, 3)))}
            if len({_worth(option) for option in options}) == len(options) > 1:
                return {"either": list(options)}
        return self._stated()

    def _set(self) -> Data:
        """The words of a set, or the first and the last day of a period."""
        if self.sort.kind == "words":
            return list(self.rng.sample(self.words, self.rng.randint(1, len(self.words))))
        ends = self.rng.choices(_ENDS, k=2)
        near = self.near
        if (
            near
            and near.low
            and near.high
            and near.high - near.low < 800
            and self.rng.random() < 0.6
        ):
            ends[0] = int(near.low) + self.rng.randint(-1, int(near.high - near.low) + 1)
        first, last = sorted(ends)
        return f"{figure_text('date', first)}..{figure_text('date', last)}"

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
        if self.sort.is_calendar:
            near = [Fraction(day) for day in _ENDS if self.low <= day <= self.high]
            if near and rng.random() < 0.4:
                return rng.choice(near)
            return self.low + rng.randint(0, int(width))
        step = Fraction(1) if self.sort.kind == "count" else rng.choice((Fraction(1), width / 4))
        if self.sort.kind in {"ratio", "money"}:
            step = Fraction(rng.choice((1, 5, 20)), 100)
        if step == 0:
            return self.low
        figure = self.low + step * rng.randint(0, min(int(width / step), 40))
        return Fraction(int(figure)) if self.sort.kind == "count" else figure


def _worth(text: Data) -> object:
    """What a literal says, so that two spellings of one figure are seen to be one."""
    number = str(text).split(" ")[0]
    percent = number.endswith("%")
    try:
        return Fraction(number.rstrip("%")) / (100 if percent else 1)
    except ValueError:
        return number


def _literal(number: Fraction, sort: Sort, rng: random.Random) -> str:
    """One of the ways in which a figure may be written."""
    if sort.is_calendar:
        return plain(number, sort)
    if sort.kind == "ratio":
        if "/" in decimal_text(number * 100) or rng.random() < 0.2:
            return str(number)
        return f"{decimal_text(number * 100)}%"
    text = decimal_text(number)
    if sort.kind == "money" or (sort.unit and rng.random() < 0.2):
        text += f" {sort.unit}"
    return text
