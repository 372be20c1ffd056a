"""Tables with rows: the row of each case, compared with the cells read one by one."""

import operator
import random
from collections.abc import Callable, Mapping
from itertools import product
from typing import Final

from tests.support.scale import scaled

from policyrules.evaluation.dated import StatedRows
from policyrules.evaluation.table_lookup import look_up_row
from policyrules.ir.tables import (
    NO_ROW,
    Band,
    Cell,
    Choice,
    Choices,
    Cut,
    KeyCell,
    KeyDomain,
    RowTable,
    TableRow,
)
from policyrules.values.dependencies import NO_DEPENDENCIES, Dependencies, MissingInput
from policyrules.values.exact import Exact
from policyrules.values.possible import Interval, Possible, number, word

FIGURES: Final = range(7)
WORDS: Final = ("large", "small")
HEADS: Final = KeyDomain(is_ordered=True, choices=(None,), low=0, high=6, step=1)
SIZE: Final = KeyDomain(is_ordered=False, choices=(*WORDS, None))

Case = tuple[int | None, str | None]
CASES: Final[tuple[Case, ...]] = tuple(product((*FIGURES, None), (*WORDS, None)))

_OPERATORS: Final[Mapping[str, Callable[[int, int], bool]]] = {
    "at_least": operator.ge,
    "above": operator.gt,
    "at_most": operator.le,
    "below": operator.lt,
}
Ends = dict[str, int]


def cell(figure: int) -> Cell:
    return Cell("stated", figure, figure)


def cut(ends: Ends, inside: str, outside: str, *, is_upper: bool) -> Cut | None:
    if inside in ends:
        return (ends[inside], is_upper)
    return (ends[outside], not is_upper) if outside in ends else None


def drawn(rng: random.Random) -> tuple[RowTable, list[tuple[Ends | None, tuple[str, ...] | None]]]:
    """A table of random rows, and the cells as an author writes them."""
    written: list[tuple[Ends | None, tuple[str, ...] | None]] = []
    rows: list[TableRow] = []
    for index in range(rng.randint(1, 4)):
        ends: Ends | None = None
        if rng.random() < 0.8:
            ends = {rng.choice(("at_least", "above")): rng.choice(FIGURES)}
            ends[rng.choice(("at_most", "below"))] = rng.choice(FIGURES)
            if rng.random() < 0.4:
                ends.pop(rng.choice(list(ends)))
        words = tuple(rng.sample(WORDS, rng.randint(1, 2))) if rng.random() < 0.6 else None
        written.append((ends, words))
        band: KeyCell = None
        if ends is not None:
            low = cut(ends, "at_least", "above", is_upper=False)
            band = Band(low, cut(ends, "at_most", "below", is_upper=True))
        rows.append(TableRow((band, None if words is None else Choices(words)), cell(index)))
    table = RowTable(("heads", "size"), (HEADS, SIZE), tuple(rows), cell(9), is_ordered=True)
    return table, written


def takes(ends: Ends | None, words: tuple[str, ...] | None, case: Case) -> bool:
    heads, size = case
    if ends is not None and (
        heads is None or not all(_OPERATORS[name](heads, end) for name, end in ends.items())
    ):
        return False
    return words is None or size in words


def test_the_row_of_a_case_is_the_first_whose_cells_all_take_it() -> None:
    rng = random.Random(1)
    for _ in range(scaled(300, long=20_000)):
        table, written = drawn(rng)
        for case in CASES:
            rows = [index for index, cells in enumerate(written) if takes(*cells, case)]
            assert table.row_of(case) == (rows[0] if rows else NO_ROW), (written, case)


def test_every_row_that_takes_a_case_is_known_so_no_overlap_escapes() -> None:
    rng = random.Random(2)
    for _ in range(scaled(200, long=20_000)):
        table, written = drawn(rng)
        taken = {
            tuple(index for index, cells in enumerate(written) if takes(*cells, case))
            for case in CASES
        }
        assert set(table.matching_rows.values()) == taken, written


ASKED: Final = Dependencies(frozenset({MissingInput("employer.headcount")}))


def test_unknown_keys_span_exactly_the_rows_of_their_values() -> None:
    rng = random.Random(3)
    for _ in range(scaled(200, long=20_000)):
        table, _ = drawn(rng)
        contents = (*(row.content.low for row in table.rows), 9)
        stated = StatedRows(table, tuple(number(content or 0) for content in contents))
        low, high = sorted((rng.choice(FIGURES), rng.choice(FIGURES)))
        sizes = rng.sample(WORDS, rng.randint(1, 2))
        may_be_none = rng.random() < 0.3
        heads = Possible(Interval(low, high), may_be_none, dependencies=ASKED)
        size = word(sizes[0]) if len(sizes) == 1 else Possible(frozenset(sizes), dependencies=ASKED)
        figures: list[Choice | Exact] = [*range(low, high + 1), *([None] if may_be_none else [])]
        met = {contents[table.row_of(case)] or 0 for case in product(figures, sizes)}
        result = look_up_row(stated, [heads, size])
        assert isinstance(result.figures, Interval)
        assert (result.figures.low, result.figures.high) == (min(met), max(met))
        assert (result.dependencies is NO_DEPENDENCIES) == (len(met) == 1)


def test_a_key_that_is_not_stated_gives_just_that() -> None:
    table = RowTable(("",), (HEADS,), (TableRow((Band((3, False)),), cell(1)),), cell(2))
    stated = StatedRows(table, (number(1), number(2)))
    open_key = Possible(None, not_stated=True)
    assert look_up_row(stated, [open_key]) == Possible(None, not_stated=True)


def test_a_band_between_two_whole_figures_has_no_case() -> None:
    rows = (TableRow((Band(None, (4, True)),), cell(1)), TableRow((Band((5, False)),), cell(2)))
    assert RowTable(("",), (heads_without_none(),), rows).is_well_formed


def heads_without_none() -> KeyDomain:
    return KeyDomain(is_ordered=True, low=0, high=6, step=1)
