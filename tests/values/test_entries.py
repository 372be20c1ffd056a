"""The largest, the sum of the largest and the number of different ones, against brute force.

Every engine shares these functions, so the expected results are those of all completions: each
entry in or out, each figure of each range.
"""

from collections.abc import Iterator, Sequence
from itertools import product
from random import Random
from typing import Final

import attrs
import pytest
from tests.support.scale import scaled

from policyrules.values.dependencies import Dependencies, MissingInput
from policyrules.values.entries import Entry, count_distinct, largest_or_smallest, sum_of_largest
from policyrules.values.kleene import HELD, Verdict
from policyrules.values.possible import UNDECLARED_WORD, Interval, Possible, number, word

UNSURE: Final = Verdict(None, Dependencies(frozenset({MissingInput("belongs")})))
FIGURE: Final = Dependencies(frozenset({MissingInput("figure")}))
NO_ENTRY: Final = Possible(None, undefined=True)
CASES: Final = scaled(1_500, 60_000)


def figures(entry: Entry) -> list[int | str | None]:
    """Every figure or word that an entry may have, None for a known absence."""
    interval = entry.figure.figures
    if isinstance(interval, Interval):
        assert interval.low is not None
        assert interval.high is not None
        each: list[int | str | None] = [*range(int(interval.low), int(interval.high) + 1)]
    else:
        each = [choice for choice in entry.figure.choices if isinstance(choice, str)]
    return [*each, None] if entry.figure.may_be_none else each


def completions(entries: Sequence[Entry]) -> Iterator[list[int | str | None]]:
    """The figures of the entries that belong, for every completion."""
    ways = [[(f,) for f in figures(e)] + ([] if e.belongs else [()]) for e in entries]
    for chosen in product(*ways):
        yield [figure for part in chosen for figure in part]


def ranged(rng: Random) -> Possible:
    low = rng.randint(-3, 3)
    high = min(low + rng.choice((0, 0, 1, 2)), 3)
    return number(low) if low == high else Possible(Interval(low, high), dependencies=FIGURE)


def worded(rng: Random) -> Possible:
    words: frozenset[str | bool] = frozenset(rng.sample("abc", rng.choice((1, 1, 2, 3))))
    is_absent = rng.random() < 0.3
    unknown = len(words) > 1 or is_absent
    return (
        Possible(words, is_absent)
        if not unknown
        else Possible(words, is_absent, False, False, FIGURE)
    )


def drawn(rng: Random, figure: Possible) -> Entry:
    return Entry(figure, HELD if rng.random() < 0.6 else UNSURE)


def ends(result: Possible) -> tuple[object, object]:
    return result.interval.low, result.interval.high


@pytest.mark.parametrize("largest", [True, False])
def test_the_largest_lies_where_the_completions_say(largest: bool) -> None:
    rng = Random(1)
    for _ in range(CASES):
        entries = [drawn(rng, ranged(rng)) for _ in range(rng.randint(0, 4))]
        result = largest_or_smallest(entries, NO_ENTRY, largest=largest)
        choose = max if largest else min
        outcomes = {choose(all_, default=None) for all_ in completions(entries)}  # type: ignore[type-var]
        assert result.undefined == (None in outcomes), entries
        numbers = sorted(outcome for outcome in outcomes if isinstance(outcome, int))
        if not numbers:
            assert result.figures is None, entries
            continue
        assert ends(result) == (numbers[0], numbers[-1]), entries
        assert bool(result.dependencies) == (len(outcomes) > 1), entries


def test_the_default_is_a_figure_of_no_entry() -> None:
    assert largest_or_smallest([], number(7), largest=True) == number(7)
    only = largest_or_smallest([Entry(number(3), UNSURE)], number(7), largest=True)
    assert ends(only) == (3, 7)
    surely = largest_or_smallest([Entry(number(3))], number(7), largest=True)
    assert surely == number(3)


def test_the_sum_of_the_largest_lies_where_the_completions_say() -> None:
    rng = Random(2)
    for _ in range(CASES):
        entries = [drawn(rng, ranged(rng)) for _ in range(rng.randint(0, 4))]
        low = rng.randint(-1, 5)
        high = low + rng.choice((0, 0, 0, 1, 2))
        count = number(low) if low == high else Possible(Interval(low, high), dependencies=FIGURE)
        sums = {
            sum(sorted(all_, reverse=True)[: max(n, 0)])  # type: ignore[type-var, arg-type]
            for all_ in completions(entries)
            for n in range(low, high + 1)
        }
        result = sum_of_largest(entries, count)
        assert ends(result) == (min(sums), max(sums)), (entries, count)
        assert bool(result.dependencies) == (len(sums) > 1), (entries, count)


def test_the_number_of_different_words_includes_that_of_every_completion() -> None:
    rng = Random(3)
    exact = 0
    for _ in range(CASES):
        entries = [drawn(rng, worded(rng)) for _ in range(rng.randint(0, 4))]
        counts = {len({word for word in all_ if word is not None}) for all_ in completions(entries)}
        low, high = ends(count_distinct(entries))
        assert isinstance(low, int)
        assert isinstance(high, int)
        certain = {f[0] for e in entries if len(f := figures(e)) == 1 and e.belongs}
        assert len(certain) <= low <= min(counts), entries
        assert max(counts) <= high <= len(entries), entries
        exact += (low, high) == (min(counts), max(counts))
    assert exact > 0.9 * CASES


def narrower(rng: Random, entry: Entry) -> Entry:
    """An entry of which one more fact is known."""
    if not entry.belongs and rng.random() < 0.5:
        return attrs.evolve(entry, membership=HELD)
    figure = rng.choice(figures(entry))
    if figure is None:
        return attrs.evolve(entry, figure=Possible(None, may_be_none=True))
    known = word(figure) if isinstance(figure, str) else number(figure)
    return attrs.evolve(entry, figure=known)


def test_another_known_fact_never_widens_a_range() -> None:
    rng = Random(4)
    for _ in range(CASES):
        figures_ = [drawn(rng, ranged(rng)) for _ in range(rng.randint(1, 4))]
        words = [drawn(rng, worded(rng)) for _ in range(rng.randint(1, 4))]
        place = rng.randrange(min(len(figures_), len(words)))
        n = number(rng.randint(0, 4))
        later, later_words = list(figures_), list(words)
        later[place] = narrower(rng, later[place])
        later_words[place] = narrower(rng, later_words[place])
        pairs = [
            (sum_of_largest(figures_, n), sum_of_largest(later, n)),
            (count_distinct(words), count_distinct(later_words)),
            (
                largest_or_smallest(figures_, number(0), largest=True),
                largest_or_smallest(later, number(0), largest=True),
            ),
        ]
        for wide, narrow in pairs:
            assert wide.interval.low <= narrow.interval.low, (figures_, words)  # type: ignore[operator]
            assert narrow.interval.high <= wide.interval.high, (figures_, words)  # type: ignore[operator]


def test_a_range_without_an_end_has_none_in_the_result() -> None:
    above = Possible(Interval(2, None), dependencies=FIGURE)
    entries = [Entry(above), Entry(number(5)), Entry(number(1))]
    assert ends(sum_of_largest(entries, number(2))) == (7, None)
    assert ends(largest_or_smallest(entries, NO_ENTRY, largest=True)) == (5, None)
    assert largest_or_smallest(entries, NO_ENTRY, largest=False) == number(1)
    without = Possible(Interval(None, None), dependencies=FIGURE)
    assert ends(sum_of_largest(entries, without)) == (0, None)


def test_an_entry_that_is_never_among_the_largest_is_not_asked_for() -> None:
    small = Possible(Interval(0, 3), dependencies=FIGURE)
    large = Possible(Interval(5, 9), dependencies=Dependencies(frozenset({MissingInput("large")})))
    result = sum_of_largest([Entry(large), Entry(small), Entry(number(4), UNSURE)], number(1))
    assert {need.fact for need in result.dependencies.missing_inputs} == {"large"}
    best = largest_or_smallest([Entry(large), Entry(small, UNSURE)], NO_ENTRY, largest=True)
    assert {need.fact for need in best.dependencies.missing_inputs} == {"large"}


def test_a_figure_that_may_not_be_defined_leaves_the_result_so() -> None:
    open_ = Possible(Interval(0, 1), undefined=True, dependencies=FIGURE)
    nothing = Possible(None, not_stated=True, dependencies=FIGURE)
    for result in (
        sum_of_largest([Entry(open_), Entry(number(5))], number(1)),
        largest_or_smallest([Entry(open_, UNSURE), Entry(number(5))], NO_ENTRY, largest=True),
    ):
        assert ends(result) == (5, 5)
        assert result.undefined
        assert result.dependencies
    assert sum_of_largest([Entry(nothing), Entry(number(5))], number(1)).figures is None
    assert ends(sum_of_largest([Entry(nothing, UNSURE), Entry(number(5))], number(1))) == (5, 5)
    assert count_distinct([Entry(nothing), Entry(word("a"))]).figures is None
    assert ends(count_distinct([Entry(nothing, UNSURE), Entry(word("a"))])) == (1, 1)


def test_an_undeclared_word_may_be_any_word_that_is_known() -> None:
    open_ = Possible(frozenset({"a", UNDECLARED_WORD}), dependencies=FIGURE)
    assert ends(count_distinct([Entry(open_), Entry(word("other"))])) == (1, 2)
    assert ends(count_distinct([Entry(open_), Entry(open_), Entry(open_)])) == (1, 3)
