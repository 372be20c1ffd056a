"""All completions of a case whose facts have small ranges, and the laws of its answer.

A completion gives each unknown fact a figure or a word, and each unknown list its entries or its
items with all of their facts. The answer of the open case must cover the answer of every
completion, and `missing` must be just the facts that can still change it.
"""

import random
import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, pairwise, product
from math import comb, prod
from typing import Final

import attrs

from policyrules.decisions.decision import Decision
from policyrules.engines.reference import evaluate, evaluate_rules
from policyrules.errors import FactsError
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.rules import RuleEvaluator
from policyrules.evaluation.situation import Item, KnownFact, ListEntry, Situation
from policyrules.ir.nodes import Compare
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.types import Kind
from policyrules.outcome.build import build_decision
from policyrules.outcome.consequences import consequences_for
from policyrules.text.fact_path import FactPath
from policyrules.values.dependencies import NO_DEPENDENCIES
from policyrules.values.exact import Exact, decimal_places, normalize
from policyrules.values.possible import Interval, Possible

MOST_COMPLETIONS: Final = 3_000
UNDECLARED_WORD: Final = "something_else"
"""A word that no list of words has."""

_OF_ITEM: Final = re.compile(r"([a-z0-9_]+)\[(.*)\]\.([a-z0-9_]+)", re.DOTALL)

Figure = Exact | str | bool | None
Filled = KnownFact | tuple[Item, ...]
"""What an unknown fact turns out to be, or an unknown list of items."""

More = Mapping[str, Filled]
"""What becomes known of a case, by the names that `missing` has: `hires`, `hires[p1].born_on`."""

Bounds = tuple[Exact | None, Exact | None]


@attrs.frozen
class AmountAnswer:
    """What a decision answers about one amount."""

    status: str
    value: Exact | None
    bounds: Bounds
    may_be_not_stated: bool


@attrs.frozen
class Answer:
    """What a decision answers: its status, its amounts by name, and its consequences.

    A consequence stands under its name, or under its list, the key of the item and its name.
    """

    status: str
    amounts: tuple[tuple[str, AmountAnswer], ...] = ()
    consequences: frozenset[tuple[tuple[str, ...], Possible]] = frozenset()


@attrs.frozen
class Opinion:
    """An answer with what the decision says could still change it."""

    answer: Answer
    missing: tuple[tuple[str, ...], ...]
    unsettled: frozenset[tuple[str, str]]
    has_open_consequences: bool

    @property
    def named(self) -> frozenset[str]:
        """Every fact that `missing` names, the alternatives too."""
        return frozenset(name for entry in self.missing for name in entry)


def with_more(situation: Situation, more: More) -> Situation:
    """The situation when more is known."""
    known, lists = dict(situation.known), dict(situation.lists)
    for name, value in more.items():
        of_item = _OF_ITEM.fullmatch(name)
        if isinstance(value, tuple):
            lists[name] = value
        elif of_item is None:
            known[name] = value
        else:
            list_name, key, fact_name = of_item.groups()
            full = f"{list_name}.{fact_name}"
            lists[list_name] = tuple(
                attrs.evolve(item, known={**item.known, full: value}) if item.key == key else item
                for item in lists[list_name]
            )
    return Situation(known, lists)


def key_of(more: More) -> frozenset[tuple[str, Hashable]]:
    """What becomes known, to find it by."""
    return frozenset(
        (name, tuple((item.key, *item.known.items()) for item in value))
        if isinstance(value, tuple)
        else (name, value)
        for name, value in more.items()
    )


def opinion(dated: DatedRuleset, situation: Situation) -> Opinion | None:
    """The decision of the reference, or None where the facts contradict each other."""
    try:
        decision = build_decision(evaluate(dated, situation), library="")
    except FactsError:
        return None
    amounts = tuple(
        (
            name,
            AmountAnswer(
                amount.status, amount.value, (amount.min, amount.max), amount.may_be_not_stated
            ),
        )
        for name, amount in decision.amounts.items()
    )
    answer = Answer(decision.status, amounts)
    return Opinion(
        attrs.evolve(answer, consequences=frozenset(_consequences(dated.ruleset, decision))),
        tuple((missing.fact, *missing.alternatives) for missing in decision.missing),
        frozenset((point.name, point.reason) for point in decision.unsettled),
        has_open_consequences(dated.ruleset, decision),
    )


def has_open_consequences(ruleset: CheckedRuleset, decision: Decision) -> bool:
    """Whether a consequence is open, or would be stated of items that are not known."""
    named = consequences_for(ruleset, decision.status)
    lists = {ruleset.list_of_value[name] for name in named if name in ruleset.list_of_value}
    values = (possible for _, possible in _consequences(ruleset, decision))
    return not lists <= decision.items.keys() or not all(value.is_settled for value in values)


def _consequences(
    ruleset: CheckedRuleset, decision: Decision
) -> Iterator[tuple[tuple[str, ...], Possible]]:
    """Yield the consequences of the case and of its items, without what they depend on."""
    for name, value in decision.consequences.items():
        yield (name,), attrs.evolve(value.possible, dependencies=NO_DEPENDENCIES)
    for list_name, items in decision.items.items():
        for key, item in items.items():
            for name, value in item.values.items():
                if name in ruleset.outcome.consequences:
                    possible = attrs.evolve(value.possible, dependencies=NO_DEPENDENCIES)
                    yield (list_name, key, name), possible


def insides(dated: DatedRuleset, situation: Situation) -> Hashable | None:
    """All that a case rests on: each value, both sides of each comparison, each test.

    Those of the items of its lists as well.
    """
    evaluator = RuleEvaluator(dated, situation)
    try:
        results = evaluate_rules(evaluator)
    except FactsError:
        return None
    parts = [*results.values.values(), *(amount.rounded for amount in results.amounts.values())]
    seen = [(results.terms, results.atoms)]
    for items in results.items.values():
        for item in items.items:
            parts += item.values.values()
            seen.append((results.evaluator_of_item(item), item.atoms))
    for terms, atoms in seen:
        for atom in atoms:
            if isinstance(atom, Compare):
                parts += [terms.term(atom.left), terms.term(atom.right)]
    return (
        tuple(attrs.evolve(part, dependencies=NO_DEPENDENCIES) for part in parts),
        frozenset((where, verdict.truth) for where, verdict in results.all_atoms()),
    )


def is_rounded(dated: DatedRuleset, situation: Situation) -> bool:
    """Whether a given figure is another one rounded, so that its value has two readings."""
    evaluator = RuleEvaluator(dated, situation)
    evaluate_rules(evaluator)
    return any(
        stated.rounding_candidates is not None for stated in evaluator.resolved_values.values()
    )


def candidates(
    fact: Fact, *, repeated: bool = False, between: bool = False
) -> tuple[KnownFact, ...]:
    """Every figure that a fact with a small range may be given, and its known absence.

    Ranges do not see that the entries of a list differ, nor that there are steps between numbers:
    `repeated` gives lists with the same entry twice, `between` numbers between the steps.
    """
    if fact.type.kind is Kind.LIST:
        return tuple(KnownFact(entries) for entries in _lists_of_entries(fact, repeated=repeated))
    figures = _figures(fact)
    if between and fact.type.kind.is_numeric:
        numbers = [figure for figure in figures if isinstance(figure, (int, Fraction))]
        figures += [
            normalize(figure + (following - figure) * part)
            for figure, following in pairwise(numbers)
            for part in (Fraction(1, 2), Fraction(1, 7), Fraction(99, 100))
        ]
    if fact.type.none is not None:
        figures.append(None)
    return tuple(map(known_as, figures))


def _figures(fact: Fact) -> list[Figure]:
    """Every figure of a fact, or of the entries of a list."""
    type_ = fact.type.entry if fact.type.kind is Kind.LIST else fact.type
    if type_.kind is Kind.YES_NO:
        return [True, False]
    if type_.kind is Kind.WORD:
        return [*type_.words, *([UNDECLARED_WORD] if type_.open else [])]
    low, high = fact.low, fact.high
    if low is None or high is None:
        raise ValueError(f"a figure without a range: {fact.name}")
    step = Fraction(1, 10 ** (type_.places or 0))
    return [normalize(low + step * n) for n in range(int((high - low) / step) + 1)]


def _lists_of_entries(fact: Fact, *, repeated: bool) -> Iterator[tuple[ListEntry, ...]]:
    entries = [entry for entry in _figures(fact) if isinstance(entry, (int, str))]
    may_repeat = repeated or fact.type.entry_kind is Kind.DATE
    choose = combinations_with_replacement if may_repeat else combinations
    for n in range(fact.max_items + 1):
        yield from choose(entries, n)


def facts_of(ruleset: CheckedRuleset, name: str) -> tuple[Fact, ...]:
    """The facts of each item of a list."""
    return tuple(fact for fact in ruleset.facts.values() if fact.subject == name)


def n_lists(ruleset: CheckedRuleset, name: str) -> int:
    """How many lists of items there may be, where each item has all of its facts."""
    n_items = prod(len(candidates(fact)) for fact in facts_of(ruleset, name))
    return sum(comb(n_items + n - 1, n) for n in range(ruleset.all_lists[name].max_items + 1))


def lists_of_items(ruleset: CheckedRuleset, name: str) -> tuple[tuple[Item, ...], ...]:
    """Every list of items that there may be."""
    facts = facts_of(ruleset, name)
    known = [
        {fact.name: figure for fact, figure in zip(facts, figures, strict=True)}
        for figures in product(*(candidates(fact) for fact in facts))
    ]
    return tuple(
        tuple(Item(f"new{place}", item_facts) for place, item_facts in enumerate(chosen))
        for n in range(ruleset.all_lists[name].max_items + 1)
        for chosen in combinations_with_replacement(known, n)
    )


def some_lists(
    rng: random.Random, ruleset: CheckedRuleset, name: str, *, between: bool
) -> tuple[tuple[Item, ...], ...]:
    """Some lists of items as ranges see them, the empty one among them."""
    options = {
        fact.name: candidates(fact, repeated=True, between=between)
        for fact in facts_of(ruleset, name)
    }
    lists: list[tuple[Item, ...]] = [()]
    for number in range(30):
        n = 1 + number % (ruleset.all_lists[name].max_items or 1)
        lists.append(
            tuple(
                Item(f"new{place}", {fact: rng.choice(values) for fact, values in options.items()})
                for place in range(n)
            )
        )
    return tuple(lists)


def known_as(figure: Figure) -> KnownFact:
    """A figure as the intake would have read it, written with no more places than it needs."""
    if figure is None or isinstance(figure, (bool, str)):
        return KnownFact(figure)
    return KnownFact(figure, decimal_places(figure))


@attrs.frozen
class OpenCase:
    """A case with unknown facts, and all that each of them may be."""

    dated: DatedRuleset
    situation: Situation
    open: Mapping[str, tuple[Filled, ...]]

    @classmethod
    def from_situation(cls, dated: DatedRuleset, situation: Situation) -> "OpenCase | None":
        """The case, or None where there are too many completions."""
        ruleset = dated.ruleset
        open_: dict[str, tuple[Filled, ...]] = {}
        for name, fact in ruleset.facts.items():
            if fact.subject in ruleset.all_lists:
                for item in situation.lists.get(fact.subject, ()):
                    if name not in item.known:
                        fact_name = name.partition(".")[2]
                        open_[str(FactPath(fact.subject, fact_name, item.key))] = candidates(fact)
            elif name not in situation.known:
                open_[name] = candidates(fact)
        unknown = [name for name in ruleset.lists if name not in situation.lists]
        n = prod(len(options) for options in open_.values())
        if n * prod(n_lists(ruleset, name) for name in unknown) > MOST_COMPLETIONS:
            return None
        open_ |= {name: lists_of_items(ruleset, name) for name in unknown}
        return cls(dated, situation, open_)

    def completions(self, names: Sequence[str] | None = None) -> Iterator[dict[str, Filled]]:
        """Every completion of the named facts; of all open ones where none are named."""
        chosen = tuple(self.open) if names is None else names
        for figures in product(*(self.open[name] for name in chosen)):
            yield dict(zip(chosen, figures, strict=True))


def is_covered(answer: Answer, by: Answer) -> bool:
    """Whether the answer of a completion is one that the open case's answer allows."""
    if by.status not in {"undetermined", answer.status}:
        return False
    stated = dict(by.consequences)
    for name, possible in answer.consequences:
        # What is stated for another status alone is not compared.
        if (name in stated or by.status == answer.status) and not _is_within(
            possible, stated.get(name)
        ):
            return False
    return all(
        name == other_name and _is_amount_covered(amount, other, answer.status)
        for (name, amount), (other_name, other) in zip(answer.amounts, by.amounts, strict=True)
    )


def _is_amount_covered(answer: AmountAnswer, by: AmountAnswer, status: str) -> bool:
    """Whether the amount of a completion, which has this status, is one that is allowed."""
    if by.status in {"exact", "not_stated", "not_applicable"}:
        return (answer.status, answer.value) == (by.status, by.value)
    if answer.status == "not_applicable":
        return status == "ineligible"
    if answer.status == "not_stated":
        return by.may_be_not_stated
    if answer.may_be_not_stated and not by.may_be_not_stated:
        return False
    if by.status == "range" and answer.status == "undetermined" and answer.bounds != (None, None):
        return False
    low, high = (answer.value, answer.value) if answer.status == "exact" else answer.bounds
    if (low, high) == (None, None):
        return True  # no figure at all: a division by zero
    return _at_least(low, by.bounds[0]) and _at_least(by.bounds[1], high, largest=True)


def _is_within(possible: Possible, outer: Possible | None) -> bool:
    """Whether a value is one that another allows; one of an item not yet known is not stated."""
    if outer is None:
        return True
    flags = ("may_be_none", "not_stated", "undefined")
    if any(getattr(possible, flag) and not getattr(outer, flag) for flag in flags):
        return False
    figures, others = possible.figures, outer.figures
    if isinstance(figures, Interval) and isinstance(others, Interval):
        return _at_least(figures.low, others.low) and _at_least(
            others.high, figures.high, largest=True
        )
    if isinstance(figures, frozenset) and isinstance(others, frozenset):
        return figures <= others
    return figures is None or figures == others


def _at_least(first: Exact | None, second: Exact | None, *, largest: bool = False) -> bool:
    """Return whether the first bound is at least the second; a bound of None is beyond all figures."""
    if largest:
        return first is None or (second is not None and first >= second)
    return second is None or (first is not None and first >= second)
