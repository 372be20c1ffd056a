"""Every way to complete a case whose facts have small ranges, and what that says of its answer.

A completion gives each unknown fact a figure or a word. The answer of the open case must cover the
answer of every completion, and `missing` must be just the facts that can still change it.
"""

import random
from collections.abc import Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import product
from math import prod
from typing import Final

import attrs

from policyrules.engines.conclude import conclude
from policyrules.engines.reference import Case, evaluate
from policyrules.errors import FactsError
from policyrules.ir.dated import DatedRuleset
from policyrules.ir.nodes import Compare
from policyrules.ir.ruleset import Fact
from policyrules.ir.situation import Known, Situation
from policyrules.ir.types import Kind
from policyrules.values.exact import Exact, decimal_places, simplest
from policyrules.values.possible import SETTLED

MOST_COMPLETIONS: Final = 3_000

Figure = Exact | str | bool | None
Bounds = tuple[Exact | None, Exact | None]


@attrs.frozen
class Answer:
    """What a decision answers: its status, and its amount without the name."""

    status: str
    amount: str = "none"
    value: Exact | None = None
    bounds: Bounds = (None, None)
    may_be_not_stated: bool = False


@attrs.frozen
class Opinion:
    """An answer with what the decision says could still change it."""

    answer: Answer
    missing: tuple[tuple[str, ...], ...]
    unsettled: frozenset[tuple[str, str]]

    @property
    def named(self) -> frozenset[str]:
        """Every fact that `missing` names, the alternatives too."""
        return frozenset(name for entry in self.missing for name in entry)


def opinion(dated: DatedRuleset, known: Mapping[str, Known]) -> Opinion | None:
    """The decision of the reference, or None where the facts contradict each other."""
    try:
        decision = conclude(evaluate(dated, Situation(known)), library="")
    except FactsError:
        return None
    amount = decision.amount
    answer = Answer(decision.status)
    if amount is not None:
        bounds = (amount.min, amount.max)
        answer = Answer(
            decision.status, amount.status, amount.value, bounds, amount.may_be_not_stated
        )
    return Opinion(
        answer,
        tuple((one.fact, *one.alternatives) for one in decision.missing),
        frozenset((one.name, one.why) for one in decision.unsettled),
    )


def insides(dated: DatedRuleset, known: Mapping[str, Known]) -> Hashable | None:
    """All that a case rests on: each value, both sides of each comparison, each test."""
    case = Case(dated, Situation(known), {})
    try:
        found = case.evaluation()
    except FactsError:
        return None
    parts = [*found.values.values(), *([found.amount] if found.amount else [])]
    for atom in found.atoms:
        if isinstance(atom, Compare):
            parts += [case.text(atom.left), case.text(atom.right)]
    return (
        tuple(attrs.evolve(part, support=SETTLED, gaps=None) for part in parts),
        frozenset((atom, verdict.truth) for atom, verdict in found.atoms.items()),
    )


def is_rounded(dated: DatedRuleset, known: Mapping[str, Known]) -> bool:
    """Whether a given figure is another one rounded, so that its value has two readings."""
    case = Case(dated, Situation(known), {})
    case.evaluation()
    return any(stated.readings is not None for stated in case.stated.values())


def candidates(fact: Fact) -> tuple[Known, ...]:
    """Every figure that a fact with a small range may be given, and its known absence."""
    found: list[Figure] = []
    if fact.type.kind is Kind.YES_NO:
        found = [True, False]
    elif fact.type.kind is Kind.WORD:
        found = [*fact.type.words]
    else:
        low, high = fact.low, fact.high
        if low is None or high is None:
            raise ValueError(f"a number without a range: {fact.name}")
        step = Fraction(1, 10 ** (fact.type.places or 0))
        found = [simplest(low + step * n) for n in range(int((high - low) / step) + 1)]
    if fact.type.none is not None:
        found.append(None)
    return tuple(map(known_as, found))


def known_as(figure: Figure) -> Known:
    """A figure as the intake would have read it, written with no more places than it needs."""
    if figure is None or isinstance(figure, (bool, str)):
        return Known(figure)
    return Known(figure, decimal_places(figure))


@attrs.frozen
class OpenCase:
    """A case with unknown facts, and all that each of them may be."""

    dated: DatedRuleset
    known: Mapping[str, Known]
    open: Mapping[str, tuple[Known, ...]]

    @classmethod
    def of(cls, dated: DatedRuleset, known: Mapping[str, Known]) -> "OpenCase":
        facts = dated.ruleset.facts
        unknown = [name for name in facts if name not in known]
        return cls(dated, known, {name: candidates(facts[name]) for name in unknown})

    @property
    def n_completions(self) -> int:
        return prod(len(options) for options in self.open.values())

    def completions(self, names: Sequence[str] | None = None) -> Iterator[dict[str, Known]]:
        """Every completion of the named facts; of all open ones where none are named."""
        chosen = tuple(self.open) if names is None else names
        for figures in product(*(self.open[name] for name in chosen)):
            yield dict(zip(chosen, figures, strict=True))

    def some(self, rng: random.Random, n: int) -> Iterator[dict[str, Known]]:
        """Completions at random."""
        for _ in range(n):
            yield {name: rng.choice(options) for name, options in self.open.items()}


def is_covered(answer: Answer, by: Answer) -> bool:
    """Whether the answer of a completion is one that the open case's answer allows."""
    if by.status not in {"undetermined", answer.status}:
        return False
    if by.amount in {"exact", "not_stated", "not_applicable", "none"}:
        return (answer.amount, answer.value) == (by.amount, by.value)
    if answer.amount == "not_applicable":
        return answer.status == "ineligible"
    if answer.amount == "not_stated":
        return by.may_be_not_stated
    if answer.may_be_not_stated and not by.may_be_not_stated:
        return False
    if by.amount == "range" and answer.amount == "undetermined" and answer.bounds != (None, None):
        return False
    low, high = (answer.value, answer.value) if answer.amount == "exact" else answer.bounds
    if (low, high) == (None, None):
        return True  # no figure at all: a division by zero
    return _at_least(low, by.bounds[0]) and _at_least(by.bounds[1], high, largest=True)


def _at_least(one: Exact | None, other: Exact | None, *, largest: bool = False) -> bool:
    """Whether one bound is no less than the other; a bound of None is beyond all figures."""
    if largest:
        return one is None or (other is not None and one >= other)
    return other is None or (one is not None and one >= other)
