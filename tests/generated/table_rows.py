"""Generated tables with rows: their keys, and rows such that each case meets one."""

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Final

import attrs
from tests.generated.ledger import NEAR, Ledger, plain
from tests.generated.places import Declared, Place
from tests.generated.sorts import CALENDAR, Sort
from tests.generated.yaml_text import Data

_KINDS: Final = {"word", "yes_no", "count", "number", "ratio", "money", *CALENDAR}
_LOWER: Final = ("at_least", "above")

Cell = dict[str, Data] | Data
Row = dict[str, Data]


@attrs.frozen
class Keys:
    """The keys of a table, by the names that its rows have for them; one alone may have none."""

    keys: Mapping[str, Declared]

    @property
    def scope(self) -> str:
        return next((key.scope for key in self.keys.values() if key.scope), "")

    @property
    def names(self) -> set[str]:
        return {_full(key) for key in self.keys.values()}

    @property
    def by(self) -> Data:
        if "" in self.keys:
            return _full(self.keys[""])
        return {name: _full(key) for name, key in self.keys.items()}


def _full(key: Declared) -> str:
    return key.full or key.name


def keys_at_hand(ledger: Ledger, place: Place) -> Keys | None:
    """What may choose the rows of a table: up to three facts or values."""
    rng = ledger.rng
    at_hand = ledger.facts_at_hand(_KINDS, place, none=True)
    at_hand += [value for value in ledger.values_at_hand(place) if value.sort.kind in _KINDS]
    usable = {_full(key): key for key in at_hand if _pieces(ledger, key, trial=True)}
    if not usable:
        return None
    chosen = rng.sample(list(usable.values()), min(len(usable), rng.choice((1, 1, 2, 2, 3))))
    figure = chosen[0].sort.is_number or chosen[0].sort.is_calendar
    if len(chosen) == 1 and figure and rng.random() < 0.7:
        return Keys({"": chosen[0]})
    return Keys({f"key_{number}": key for number, key in enumerate(chosen, 1)})


def rows_by(ledger: Ledger, keys: Keys, content: Callable[[], Data], *, in_order: bool) -> Data:
    """The rows; in order, a later one takes some of what an earlier one has taken."""
    rng = ledger.rng
    combinations: list[dict[str, Cell | None]] = [{}]
    is_whole = True
    for name, key in keys.keys.items():
        if len(combinations) > 4:
            break
        pieces, covers = _divided(ledger, name, key)
        is_whole &= covers
        combinations = [
            {**cells, name: piece}
            for cells in combinations
            for piece in (pieces if rng.random() < 0.8 or not cells or not covers else [None])
        ]
    if len(combinations) > 1 and rng.random() < 0.3:
        combinations.pop(-1 if in_order else rng.randrange(len(combinations)))
        is_whole = False
    rows: list[Row] = []
    for cells in combinations:
        shown = {name: _widened(ledger, cell) if in_order else cell for name, cell in cells.items()}
        row: Row = {}
        for name, cell in shown.items():
            if name and cell:
                row[name] = cell
            elif isinstance(cell, dict):
                row.update(cell)
        rows.append({**row, "is": content()})
    if not is_whole:
        rows.append({"else": content()})
    return list[Data](rows)


def _divided(ledger: Ledger, name: str, key: Declared) -> tuple[list[Cell], bool]:
    """The pieces of a key from the lowest, and whether they are all of it."""
    pieces = _pieces(ledger, key)
    covers = not key.open
    if key.none:
        if name and ledger.chance(0.5):
            pieces.append("none")
        else:
            covers = False
    return pieces, covers


def _pieces(ledger: Ledger, key: Declared, *, trial: bool = False) -> list[Cell]:
    """The words of a key, or bands of its figures from the lowest; none if it cannot be divided."""
    rng = ledger.rng
    if key.sort.kind == "yes_no":
        return ["true", "false"]
    if key.sort.kind == "word":
        words = list(key.words)
        if len(words) > 2 and not trial and rng.random() < 0.5:
            return [words[0], list[Data](words[1:])]
        return list[Cell](words)
    edges = _edges(ledger, key)
    if trial:
        return [{}] if edges else []
    is_behind = rng.random() < 0.5
    low_key, high_key = ("above", "at_most") if is_behind else ("at_least", "below")
    ends = [_literal(edge, key.sort) for edge in edges]
    lows: list[str | None] = [None, *ends]
    highs: list[str | None] = [*ends, None]
    bands: list[Cell] = []
    for low, high in zip(lows, highs, strict=True):
        band: dict[str, Data] = {} if low is None else {low_key: low}
        bands.append(band if high is None else {**band, high_key: high})
    return bands


def _edges(ledger: Ledger, key: Declared) -> list[Fraction]:
    """Some figures strictly between the ends of a key."""
    low, high = key.low, key.high
    if key.sort.is_calendar:
        near = [Fraction(end) for end in NEAR[key.sort.kind]]
        low = near[0] if low is None else max(low, near[0])
        high = near[1] if high is None else min(high, near[1])
    if low is None:
        low = Fraction(0) if high is None else high - 20
    if high is None:
        high = low + 20
    places = key.places if key.sort.kind not in {"count", *CALENDAR} else 0
    step = Fraction(1, 10**places)
    steps = int((high - low) / step) - 1
    if steps < 1:
        return []
    first = low // step * step
    count = min(steps, ledger.rng.choice((1, 1, 2, 3)))
    chosen = ledger.rng.sample(range(1, min(steps, 4000) + 1), count)
    return sorted(first + step * number for number in chosen)


def _literal(number: Fraction, sort: Sort) -> str:
    return f"{plain(number, sort)} {sort.unit}" if sort.kind == "money" else plain(number, sort)


def _widened(ledger: Ledger, cell: Cell | None) -> Cell | None:
    """A band without its lower end: the rows before it take what lies below."""
    if isinstance(cell, dict) and len(cell) > 1 and ledger.chance(0.5):
        return {name: end for name, end in cell.items() if name not in _LOWER}
    return cell
