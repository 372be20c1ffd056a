"""Witnesses: complete cases at the ends and thresholds of the unknown facts.

Two witnesses with different results prove that a question is open, before anything is split.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from operator import itemgetter
from typing import Final

import attrs

from policyrules.errors import FactsError
from policyrules.evaluation.cuts import CutPoint, Cuts
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.result import Evaluation
from policyrules.evaluation.situation import (
    NO_PIECES,
    Item,
    KnownFact,
    ListEntry,
    Piece,
    Situation,
)
from policyrules.intake.consistency import contradictions
from policyrules.ir.ruleset import CheckedRuleset, Fact
from policyrules.ir.types import Kind
from policyrules.outcome.pieces import Evaluate
from policyrules.text.fact_path import FactPath
from policyrules.values.exact import Exact, normalize
from policyrules.values.possible import Interval

WITNESSES: Final = 26
"""The number of complete cases that are decided before anything is split."""

_MAX_COMPLETE_CASES: Final = 600
"""The most complete cases that are evaluated for one decision."""

_MAX_STEPS: Final = 150
"""The most complete cases that are evaluated in search of an eligible one."""

_FIRST: Final = "1"
"""The key of the first item of a list in a complete case."""

Chosen = Mapping[str, KnownFact | None]
"""The facts that were chosen for a complete case; a list without entries for None."""

_DEFAULT_FIGURES: Final = (0, 1, 100)
_YEARS: Final = (0, 1, 16, 20, 30, 50, 60, 61)
"""The years before the day of the decision at which a date without thresholds is tried."""


@attrs.frozen
class Witness:
    """A complete case: the facts that were chosen, and its evaluation."""

    chosen: Chosen = attrs.field(hash=False)
    evaluation: Evaluation

    def lacking(self) -> tuple[int, int, int]:
        """Return how many conditions are not held: of the outcome, of the case, of first items.

        The more conditions of its first item are held, the less a list lacks.
        """
        evaluation = self.evaluation
        members = evaluation.dated.ruleset.outcome.eligible.members
        first_items = (item for each in evaluation.items.values() for item in each.items[:1])
        verdicts = (verdict for item in first_items for verdict in item.conditions.values())
        return (
            sum(evaluation.conditions[name].truth is not True for name in members),
            sum(each.truth is not True for each in evaluation.conditions.values()),
            -sum(each.truth is True for each in verdicts),
        )


class WitnessMaker:
    """Make complete cases of a case whose facts in `paths` are unknown, and evaluate them."""

    def __init__(
        self, root: Evaluation, evaluate: Evaluate, cuts: Cuts, paths: Sequence[str]
    ) -> None:
        self.situation: Situation = root.situation
        self.dated: DatedRuleset = root.dated
        self.ruleset: CheckedRuleset = root.dated.ruleset
        self.paths = paths
        self._evaluate = evaluate
        self._cuts = cuts
        self._figures: dict[str, tuple[KnownFact, ...]] = {}
        self._evaluations: dict[tuple[tuple[str, KnownFact | None], ...], Evaluation | None] = {}
        self.stated: frozenset[str] = frozenset(
            value.input_fact for value in self.ruleset.values.values() if value.input_fact
        )

    def witnesses(self) -> Iterator[Witness]:
        """Yield the complete cases that are decided first, and an eligible one if one is found."""
        found = [*self._witnesses_of(self.choices(NO_PIECES))]
        yield from found
        truths = {witness.evaluation.eligible.truth for witness in found}
        if found and True not in truths:
            yield from self._improved(min(found, key=Witness.lacking))

    def _witnesses_of(self, choices: Iterable[Chosen]) -> Iterator[Witness]:
        for chosen in choices:
            evaluation = self.evaluate(chosen)
            if evaluation is not None:
                yield Witness(chosen, evaluation)

    def _improved(self, witness: Witness) -> Iterator[Witness]:
        """Yield cases that lack fewer and fewer conditions: one fact after the other is changed."""
        steps = 0
        is_better = True
        while is_better and witness.evaluation.eligible.truth is not True:
            is_better = False
            for name in [*witness.chosen, *self._paths_of_first_items(witness)]:
                choices = ({**witness.chosen, name: known} for known in self.candidates(name))
                for other in self._witnesses_of(choices):
                    steps += 1
                    if steps > _MAX_STEPS:
                        return
                    if other.lacking() < witness.lacking():
                        witness = other
                        is_better = True
                        yield witness

    def extremes(self, witness: Witness, paths: Collection[str]) -> Iterator[Witness]:
        """Yield cases with the least and the greatest figures of facts, and with other words."""
        ends: list[dict[str, KnownFact | None]] = [dict(witness.chosen), dict(witness.chosen)]
        for name in paths:
            figures = [*filter(_has_number, self.candidates(name))]
            if figures and name in witness.chosen:
                for pick, chosen in zip((min, max), ends, strict=True):
                    chosen[name] = pick(figures, key=_number_of)
        yield from self._witnesses_of(ends)
        for end in ends:
            for name in paths:
                if name in witness.chosen:
                    choices = ({**end, name: known} for known in self.candidates(name))
                    yield from self._witnesses_of(choices)

    def _paths_of_first_items(self, witness: Witness) -> Iterator[str]:
        """Yield the paths of the facts of the first item of each list that was chosen."""
        for fact in self.ruleset.facts.values():
            if fact.subject in witness.chosen and fact.subject in self.ruleset.lists:
                local = fact.name.removeprefix(f"{fact.subject}.")
                yield str(FactPath(fact.subject, local, _FIRST))

    def evaluate(self, chosen: Chosen) -> Evaluation | None:
        """Return the evaluation of a complete case; None if the facts cannot be so.

        None is also returned once too many complete cases have been evaluated.
        """
        key = tuple(sorted(chosen.items(), key=itemgetter(0)))
        if key not in self._evaluations and len(self._evaluations) < _MAX_COMPLETE_CASES:
            self._evaluations[key] = self._new_evaluation(self.completed(chosen))
        return self._evaluations.get(key)

    def evaluated(self) -> Iterator[Evaluation]:
        """Yield the evaluations of all complete cases so far."""
        return filter(None, self._evaluations.values())

    def _new_evaluation(self, situation: Situation) -> Evaluation | None:
        if self.ruleset.constraints and contradictions(self.ruleset, situation):
            return None
        try:
            return self._evaluate(self.dated, situation)
        except FactsError:
            return None

    def choices(self, pieces: Mapping[str, Piece]) -> Iterator[Chosen]:
        """Yield the facts of complete cases in a fixed order; some state a value directly.

        Each fact is in its piece, if `pieces` has one.
        """
        stated = [path for path in self.paths if path in self.stated]
        computed = [path for path in self.paths if path not in self.stated]
        for number in range(WITNESSES):
            chosen = self._chosen(computed, pieces, number)
            if number % 4 == 3:
                chosen |= self._chosen(stated, pieces, number)
            yield chosen

    def _chosen(
        self, paths: Sequence[str], pieces: Mapping[str, Piece], number: int
    ) -> dict[str, KnownFact | None]:
        return {
            path: _pick(self.candidates_in(path, pieces.get(path)), number, place)
            for place, path in enumerate(paths)
        }

    def completed(self, chosen: Chosen) -> Situation:
        """Return the case with these facts; a list without entries for None."""
        known, lists = dict(self.situation.known), dict(self.situation.lists)
        # Lists come before the facts of their items.
        for name, fact in sorted(
            chosen.items(), key=lambda each: each[0] not in self.ruleset.lists
        ):
            path = FactPath.parse(name)
            if name in self.ruleset.lists:
                lists[name] = self._items(name, fact)
            elif path is not None and path.item_key is not None and fact is not None:
                lists[path.subject] = tuple(
                    attrs.evolve(item, known={**item.known, path.declared_name: fact})
                    if item.key == path.item_key
                    else item
                    for item in lists.get(path.subject, ())
                )
            elif fact is not None:
                known[name] = fact
        return attrs.evolve(self.situation, known=known, lists=lists)

    def _items(self, name: str, number: KnownFact | None) -> tuple[Item, ...]:
        """Return the entries of a list; `number` says how many, and which figures they have."""
        figure = 0 if number is None or not isinstance(number.figure, int) else number.figure
        facts = [fact for fact in self.ruleset.facts.values() if fact.subject == name]
        return tuple(
            Item(
                str(key + 1),
                {
                    fact.name: known
                    for place, fact in enumerate(facts)
                    if (known := _pick(self.candidates(fact.name), figure + key, place))
                },
            )
            for key in range(figure % 3)
        )

    def candidates(self, name: str) -> tuple[KnownFact, ...]:
        """Return the values at which a fact is tried: its ends, its thresholds, or its words."""
        if name not in self._figures:
            if name in self.ruleset.lists:
                numbers = tuple(map(KnownFact, range(12)))
                self._figures[name] = numbers
            else:
                path = FactPath.parse(name)
                declared = name if path is None else path.declared_name
                fact = self.ruleset.facts[declared]
                self._figures[name] = tuple(candidates_of(fact, self._cuts, self.dated))
        return self._figures[name]

    def candidates_in(self, name: str, piece: Piece | None) -> list[KnownFact]:
        """Return the candidates of a fact in a piece of its range."""
        candidates = [*self.candidates(name)]
        if piece is None:
            return candidates
        return [known for known in candidates if _is_in(known, piece)]


def candidates_of(fact: Fact, cuts: Cuts, dated: DatedRuleset) -> Iterator[KnownFact]:
    """Yield the values at which a fact is tried."""
    type_, points = fact.type, cuts.points.get(fact.name, ())
    if type_.entry_kind is not None:
        yield KnownFact(())
        entries = [*_entries(fact, points, dated)]
        if 1 < len(entries) <= fact.max_items:
            yield KnownFact(tuple(entries))
        for entry in entries:
            yield KnownFact((entry,))
        return
    if type_.kind is Kind.YES_NO:
        yield from (KnownFact(True), KnownFact(False))
    elif type_.kind.is_ordered:
        places = 0 if type_.kind.is_calendar or type_.kind is Kind.COUNT else type_.places or 2
        for figure in _figures(fact, points, dated):
            yield KnownFact(figure, max(places, _places_of(figure)))
    else:
        groups = cuts.groups.get(fact.name, ())
        yield from (KnownFact(min(group, key=[*type_.words].index)) for group in groups)
    if type_.none is not None:
        yield KnownFact(None)


def _number_of(known: KnownFact) -> Exact:
    figure = known.figure
    return figure if isinstance(figure, (int, Fraction)) else 0


def _has_number(known: KnownFact) -> bool:
    return isinstance(known.figure, (int, Fraction)) and not isinstance(known.figure, bool)


def _entries(fact: Fact, points: Sequence[CutPoint], dated: DatedRuleset) -> Iterator[ListEntry]:
    kind = fact.type.entry.kind
    if not kind.is_ordered:
        yield from fact.type.words
        return
    for figure in _figures(fact, points, dated):
        if isinstance(figure, int):
            yield figure


def _figures(fact: Fact, points: Sequence[CutPoint], dated: DatedRuleset) -> list[Exact]:
    """Return the ends of the range of a fact, and the figures at and beside its thresholds."""
    kind = fact.type.entry_kind or fact.type.kind
    step: Exact = 1
    if not kind.is_calendar and kind is not Kind.COUNT:
        step = Fraction(1, 10 ** (4 if fact.type.places is None else fact.type.places))
    figures: dict[Exact, None] = {}
    ends = [end for end in (fact.low, fact.high) if end is not None]
    for point in points:
        at = normalize(point.figure // step * step)
        figures |= dict.fromkeys((at, normalize(at + step), normalize(at - step)))
    if kind.is_calendar and not figures:
        day = dated.on
        for years in _YEARS:
            year = day.year - years
            figures[_calendar_figure(kind, day.toordinal() - 365 * years - years // 4, year)] = None
    elif not figures:
        figures |= dict.fromkeys(_DEFAULT_FIGURES)
    figures |= dict.fromkeys(ends if not kind.is_calendar else ())
    return [
        figure
        for figure in figures
        if (fact.low is None or fact.low <= figure) and (fact.high is None or figure <= fact.high)
    ] or ends[:1]


def _calendar_figure(kind: Kind, ordinal: int, year: int) -> int:
    if kind is Kind.DATE:
        return ordinal
    return year if kind is Kind.CALENDAR_YEAR else 12 * year


def _places_of(figure: Exact) -> int:
    """Return the number of decimal places of a figure, at most 12."""
    places = 0
    while figure * 10**places % 1 and places < 12:
        places += 1
    return places


def _pick(candidates: Sequence[KnownFact], number: int, place: int) -> KnownFact | None:
    """Return a candidate; the order is fixed and differs from fact to fact."""
    if not candidates:
        return None
    return candidates[(number * (2 * place + 1) + number // len(candidates)) % len(candidates)]


def _is_in(known: KnownFact, piece: Piece) -> bool:
    figure = known.figure
    if figure is None:
        return piece.may_be_none
    if isinstance(figure, (bool, str)):
        return isinstance(piece.figures, frozenset) and figure in piece.figures
    if isinstance(figure, tuple) or not isinstance(piece.figures, Interval):
        return False
    low, high = piece.figures.low, piece.figures.high
    return not (
        (low is not None and (figure < low or (figure == low and piece.figures.excludes_low)))
        or (
            high is not None and (figure > high or (figure == high and piece.figures.excludes_high))
        )
    )
