"""Three-valued logic: every connective against all completions of its unknown members."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from itertools import combinations, combinations_with_replacement, product

import pytest

from policyrules.values.calendar import first_day, last_day, truncate
from policyrules.values.dependencies import Dependencies, Indeterminacy, MissingInput
from policyrules.values.kleene import (
    FAILED,
    HELD,
    Truth,
    Verdict,
    all_of,
    any_of,
    apply_exceptions,
    at_least,
    compare,
    in_period,
    member_of,
    none_of,
    not_,
)
from policyrules.values.possible import (
    UNDECLARED_WORD,
    Interval,
    PeriodSet,
    Possible,
    WordSet,
)

TRUTHS: tuple[Truth, ...] = (True, False, None)
EDGES = (date(2021, 12, 31), date(2022, 1, 1), date(2022, 6, 15), date(2022, 12, 31))
"""Days on which a period begins or ends: the end of a year, the next day, and within a month."""


def verdicts(truths: Sequence[Truth]) -> list[Verdict]:
    """A verdict for each truth; an unknown one is supported by a fact of its own."""
    return [
        Verdict(
            truth,
            Dependencies(frozenset({MissingInput(f"fact.n{place}")}))
            if truth is None
            else Dependencies(),
        )
        for place, truth in enumerate(truths)
    ]


def completions(truths: Sequence[Truth]) -> Iterator[tuple[bool, ...]]:
    """Everything that the truths may still become."""
    return product(*([truth] if truth is not None else [True, False] for truth in truths))


def agreed(outcomes: set[Truth]) -> Truth:
    return outcomes.pop() if len(outcomes) == 1 else None


GROUPS: dict[str, tuple[Callable[[list[Verdict]], Verdict], Callable[[Sequence[bool]], bool]]] = {
    "all": (all_of, all),
    "any": (any_of, any),
    "none": (none_of, lambda members: not any(members)),
    "at least two": (lambda members: at_least(2, members), lambda members: sum(members) >= 2),
    "at least three": (lambda members: at_least(3, members), lambda members: sum(members) >= 3),
}


@pytest.mark.parametrize("group", GROUPS)
def test_a_group_is_what_all_completions_agree_on(group: str) -> None:
    join, meaning = GROUPS[group]
    for n_members in range(1, 6):
        for truths in product(TRUTHS, repeat=n_members):
            verdict = join(verdicts(truths))
            outcomes: set[Truth] = {meaning(complete) for complete in completions(truths)}
            assert verdict.truth is agreed(outcomes), (group, truths)


@pytest.mark.parametrize("group", GROUPS)
def test_a_fact_supports_a_group_just_if_it_can_still_change_it(group: str) -> None:
    join, meaning = GROUPS[group]
    for n_members in range(1, 5):
        for truths in product(TRUTHS, repeat=n_members):
            asked = {need.fact for need in join(verdicts(truths)).dependencies.missing_inputs}
            for place, truth in enumerate(truths):
                matters = truth is None and any(
                    meaning(complete)
                    != meaning((*complete[:place], not complete[place], *complete[place + 1 :]))
                    for complete in completions(truths)
                )
                assert (f"fact.n{place}" in asked) is matters, (group, truths, place)


def decided(rule: bool, exceptions: Sequence[tuple[bool, bool]]) -> Truth:
    """The law of exceptions where nothing is unknown: those in force, or else the rule."""
    in_force = {text for when, text in exceptions if when}
    return agreed({*in_force}) if in_force else rule


def test_exceptions_are_what_all_completions_agree_on() -> None:
    n_cases = 0
    for n_exceptions in range(4):
        for truths in product(TRUTHS, repeat=1 + 2 * n_exceptions):
            n_cases += 1
            rule, *rest = verdicts(truths)
            pairs = list(zip(rest[::2], rest[1::2], strict=True))
            outcomes = {
                decided(complete[0], list(zip(complete[1::2], complete[2::2], strict=True)))
                for complete in completions(truths)
            }
            assert apply_exceptions("c", rule, pairs).truth is agreed(outcomes), truths
    assert n_cases == 2_460


def test_two_exceptions_in_force_that_disagree_are_a_conflict_no_fact_can_settle() -> None:
    verdict = apply_exceptions("c", HELD, [(HELD, HELD), (HELD, FAILED)])
    assert verdict == Verdict(
        None, Dependencies(indeterminacies=frozenset({Indeterminacy("c", "conflict")}))
    )


def test_exceptions_that_may_exclude_each_other_are_no_conflict() -> None:
    perhaps = Verdict(None, Dependencies(frozenset({MissingInput("fact.n0")})))
    verdict = apply_exceptions("c", HELD, [(HELD, HELD), (perhaps, FAILED)])
    assert verdict.dependencies.missing_inputs == {MissingInput("fact.n0")}
    assert not verdict.dependencies.indeterminacies


def test_turning_a_test_twice_changes_nothing() -> None:
    for verdict in verdicts(TRUTHS):
        assert not_(not_(verdict)) == verdict


# --- tests of figures: on a range each is what all figures in it agree on ---------------------------


@pytest.mark.parametrize("kind", ["date", "month", "calendar_year"])
def test_a_range_is_in_a_period_if_all_its_figures_are_in_every_possible_period(kind: str) -> None:
    edges = [day.toordinal() for day in EDGES]
    periods = list(combinations_with_replacement(edges, 2))
    # Between two edges all days have the same truth: those beside the edges stand for them.
    days = sorted({edge + beside for edge in edges for beside in (-1, 0, 1)})
    figures = sorted({truncate(kind, day) for day in days})
    truths = {
        (figure, period): is_inside(first_day(kind, figure), last_day(kind, figure), period)
        for figure, period in product(figures, periods)
    }
    ranges = combinations_with_replacement(figures, 2)
    for (low, high), possible in product(ranges, combinations_with_replacement(periods, 2)):
        inside = [figure for figure in figures if low <= figure <= high]
        outcomes = {truths[figure, period] for figure, period in product(inside, possible)}
        season = Possible(PeriodSet(frozenset(possible), "season"))
        result = in_period(kind, Possible(Interval(low, high)), season)
        assert result.truth is agreed(outcomes), (kind, low, high, possible)


def is_inside(first: int, last: int, period: tuple[int, int]) -> Truth:
    """Return whether the days from `first` to `last` are in a period; None if only some are."""
    opens, closes = period
    inside = {opens <= day <= closes for day in range(first, last + 1)}
    return agreed({*inside})


def test_a_word_is_in_a_set_if_all_its_words_are_in_every_possible_set() -> None:
    words = ("a", "b", "c")
    subsets = [
        frozenset(word for word, is_kept in zip(words, kept, strict=True) if is_kept)
        for kept in product([True, False], repeat=len(words))
    ]
    for certain, possible, choices in product(subsets, subsets, subsets):
        if not certain <= possible or not choices:
            continue
        sets = [members for members in subsets if certain <= members <= possible]
        outcomes: set[Truth] = {word in members for word in choices for members in sets}
        result = member_of(Possible(choices), Possible(WordSet(certain, possible)))
        assert result.truth is agreed(outcomes), (certain, possible, choices)


@pytest.mark.parametrize("operator", ["==", "!="])
def test_words_are_compared_as_all_their_completions_are(operator: str) -> None:
    # `UNDECLARED_WORD` of a side is any word that the side does not list: two of them suffice.
    words = ("a", "b", "c", "d")
    sides = [
        frozenset(chosen)
        for size in (1, 2, 3)
        for chosen in combinations(("a", "b", UNDECLARED_WORD), size)
    ]
    sides += [frozenset({"c"}), frozenset({"a", "c"})]

    def expanded(side: frozenset[str]) -> set[str]:
        others = {name for name in words if name not in side} if UNDECLARED_WORD in side else set()
        return {*(side - {UNDECLARED_WORD}), *others}

    for left, right in product(sides, sides):
        outcomes: set[Truth] = {
            (first == second) is (operator == "==")
            for first, second in product(expanded(left), expanded(right))
        }
        verdict = compare(operator, Possible(left), Possible(right))
        assert verdict.truth is agreed(outcomes), (left, right)
