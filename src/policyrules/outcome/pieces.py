"""Split the unknown facts of a case into pieces of their ranges, and evaluate each piece.

The pieces and their order follow from the ruleset on its day. So the case with one more known fact
has a part of the same pieces in the same order, and decides all that this case decides.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Final

import attrs

from policyrules.errors import FactsError
from policyrules.evaluation.cuts import Cuts, pieces_between, pieces_of_fact
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.result import Evaluation
from policyrules.evaluation.rounding_conflicts import RoundedFigureError
from policyrules.evaluation.situation import KnownFact, Piece, Situation
from policyrules.intake.consistency import contradictions
from policyrules.ir.nodes import ValueRef
from policyrules.ir.ruleset import Fact
from policyrules.ir.traverse import fact_dependencies
from policyrules.outcome.budget import Allowance
from policyrules.text.fact_path import FactPath
from policyrules.values.dependencies import Dependencies
from policyrules.values.possible import Interval

Evaluate = Callable[[DatedRuleset, Situation], Evaluation]
"""The function by which an engine evaluates a case."""

Key = tuple[tuple[str, int], ...]
"""The pieces of a case: the name of each splitter with the place of its piece."""

_MAX_PIECES_OF_FACT: Final = 40
"""A fact with more pieces is left whole: its pieces alone would use up the budget."""


@attrs.frozen
class Splitter:
    """A way to split a case: the pieces of a fact by its path, or of a value by its name.

    `facts` are the facts that a piece says something about. An empty `pieces` stands for an unknown
    list, which either has no entries or stays as it is.
    """

    name: str
    pieces: tuple[Piece, ...]
    facts: frozenset[str]
    is_value: bool = False


@attrs.frozen
class Leaf:
    """A piece of a case with its evaluation.

    `evaluation` is None if the engine refuses the piece because a given figure is rounded.
    """

    situation: Situation
    evaluation: Evaluation | None
    key: Key = ()

    @property
    def used(self) -> frozenset[str]:
        """The names of the splitters that made the piece."""
        return frozenset(name for name, _ in self.key)


@attrs.frozen
class Cover:
    """Pieces that together contain every completion of the facts.

    `is_cut_off` is true if the budget ended before every piece was settled, `is_stuck` if a piece
    depends on unknown facts and cannot be split further, `has_refused` if a piece was left out
    because the facts cannot be so.
    """

    leaves: tuple[Leaf, ...]
    is_cut_off: bool
    is_stuck: bool = False
    has_refused: bool = False

    @property
    def is_proof(self) -> bool:
        """Return whether the pieces that are not settled are so by the text alone."""
        return not (self.is_cut_off or self.is_stuck)


@attrs.frozen
class Goal:
    """A question about a case that pieces may answer.

    `is_settled` says whether a piece needs no further split, `inputs` names what it still depends
    on. `is_answered` is asked about every piece that is settled or cannot be split, and `is_enough`
    about all that are still to be split; each ends the search. Facts in `fixed` are not split.
    """

    is_settled: Callable[[Evaluation], bool]
    inputs: Callable[[Evaluation], Dependencies]
    is_answered: Callable[[Leaf], bool] = lambda _: False
    is_enough: Callable[[Iterable[Leaf]], bool] = lambda _: False
    fixed: frozenset[str] = frozenset()


class PieceSearch:
    """Evaluate the pieces of one case, each once, within a budget."""

    def __init__(self, root: Evaluation, evaluate: Evaluate, cuts: Cuts) -> None:
        self.root: Leaf = Leaf(root.situation, root)
        self._root_evaluation = root
        self.dated: DatedRuleset = root.dated
        self.used: int = 0
        self._evaluate = evaluate
        self._cuts = cuts
        self._leaves: dict[Key, Leaf | None] = {}

    def leaf(self, situation: Situation, key: Key) -> Leaf | None:
        """Return the piece with its evaluation; None if the facts cannot be so."""
        if key not in self._leaves:
            self.used += 1
            self._leaves[key] = self._new_leaf(situation, key)
        return self._leaves[key]

    def _new_leaf(self, situation: Situation, key: Key) -> Leaf | None:
        ruleset = self.dated.ruleset
        if ruleset.constraints and contradictions(ruleset, situation):
            return None
        try:
            return Leaf(situation, self._evaluate(self.dated, situation), key)
        except RoundedFigureError:
            return Leaf(situation, None, key)
        except FactsError:
            return None

    @cached_property
    def splitters(self) -> tuple[Splitter, ...]:
        """The ways to split the case, in their fixed order: words, figures, lists, values, items.

        Values come after facts: a piece of a value may have no facts behind it, which pieces of
        these facts show. Facts of items come last, since a case whose list is unknown has none.
        """
        known = self.root.situation.lists
        lists = [
            Splitter(name, (), frozenset({name}))
            for name in self.dated.ruleset.lists
            if name not in known
        ]
        of_case = self._splitters_of(self._unknown_facts())
        of_items = self._splitters_of(self._unknown_facts_of_items())
        return (*of_case, *lists, *self._value_splitters(), *of_items)

    def _splitters_of(self, facts: Iterable[tuple[str, Fact]]) -> tuple[Splitter, ...]:
        """Return the ways to split facts: words first, then figures, then lists of figures."""
        words, figures, lists = list[Splitter](), list[Splitter](), list[Splitter]()
        for path, fact in facts:
            if fact.type.entry_kind is not None:
                lists.append(Splitter(path, (), frozenset({path})))
                continue
            pieces = pieces_of_fact(
                fact,
                self._cuts.points.get(fact.name, ()),
                self._cuts.groups.get(fact.name, ()),
            )
            if 1 < len(pieces) <= _MAX_PIECES_OF_FACT:
                kind = figures if fact.type.kind.is_ordered else words
                kind.append(Splitter(path, pieces, frozenset({path})))
        return (*words, *figures, *lists)

    def _unknown_facts(self) -> Iterator[tuple[str, Fact]]:
        """Yield the unknown facts of the case by path."""
        ruleset, situation = self.dated.ruleset, self.root.situation
        in_lists = {fact.subject for fact in ruleset.facts.values()} & {*ruleset.all_lists}
        stated = {value.input_fact for value in ruleset.values.values()}
        for name, fact in ruleset.facts.items():
            if fact.subject not in in_lists and name not in situation.known and name not in stated:
                yield name, fact

    def _unknown_facts_of_items(self) -> Iterator[tuple[str, Fact]]:
        """Yield the unknown facts of known items by path."""
        ruleset, situation = self.dated.ruleset, self.root.situation
        for list_, items in situation.lists.items():
            for item in items:
                for name, fact in ruleset.facts.items():
                    if fact.subject == list_ and name not in item.known:
                        local = name.removeprefix(f"{list_}.")
                        yield str(FactPath(list_, local, item.key)), fact

    def _value_splitters(self) -> Iterator[Splitter]:
        ruleset = self.dated.ruleset
        for name in ruleset.values:
            points = self._cuts.points.get(name, ())
            if points:
                facts = frozenset(fact_dependencies(ruleset, ValueRef(name)))
                pieces = pieces_between(points, may_be_none=True)
                yield Splitter(name, pieces, facts, is_value=True)

    def cover(self, goal: Goal, allowance: Allowance, start: Leaf | None = None) -> Cover:
        """Split the case, or a piece of it, until every piece is settled or the allowance ends.

        A piece counts for each goal, evaluated before or not: a case with more known facts has no
        more pieces, so it reaches all that this case reaches.
        """
        leaves = list[Leaf]()
        queue = deque([start or self.root])
        has_refused = is_stuck = False
        while queue and not goal.is_enough(queue):
            leaf = queue.popleft()
            is_settled = leaf.evaluation is not None and goal.is_settled(leaf.evaluation)
            splitter = None if is_settled else self._next_splitter(leaf, goal)
            if splitter is None:
                leaves.append(leaf)
                is_stuck |= not is_settled and bool(self._inputs(leaf, goal))
                if goal.is_answered(leaf):
                    break
                continue
            if not allowance.take(len(splitter.pieces) or 2):
                queue.appendleft(leaf)
                return Cover((*leaves, *queue), True, is_stuck, has_refused)
            for place, situation in enumerate(self._split(leaf.situation, splitter)):
                child = self.leaf(situation, (*leaf.key, (splitter.name, place)))
                if child is None:
                    has_refused = True
                else:
                    queue.append(child)
        return Cover((*leaves, *queue), False, is_stuck, has_refused)

    def _inputs(self, leaf: Leaf, goal: Goal) -> set[str]:
        """Return the unknown facts on which the goal depends in a piece."""
        evaluation = leaf.evaluation or self._root_evaluation
        return {name for each in goal.inputs(evaluation).missing_inputs for name in each.facts}

    def _next_splitter(self, leaf: Leaf, goal: Goal) -> Splitter | None:
        """Return the first splitter that may settle the piece."""
        evaluation = leaf.evaluation or self._root_evaluation
        inputs = self._inputs(leaf, goal)
        for splitter in self.splitters:
            if splitter.name in leaf.used or splitter.facts & goal.fixed:
                continue
            if splitter.is_value:
                if self._is_open_value(evaluation, splitter, inputs):
                    return splitter
            elif splitter.name in inputs:
                return splitter
        return None

    def _is_open_value(self, evaluation: Evaluation, splitter: Splitter, inputs: set[str]) -> bool:
        possible = evaluation.values[splitter.name]
        if possible.is_settled or not isinstance(possible.figures, Interval):
            return False
        needs = {name for each in possible.dependencies.missing_inputs for name in each.facts}
        return bool(needs & inputs)

    def _split(self, situation: Situation, splitter: Splitter) -> Iterator[Situation]:
        """Yield the piece of the case for each piece of a fact, a value or a list."""
        if splitter.pieces:
            for piece in splitter.pieces:
                yield attrs.evolve(situation, pieces={**situation.pieces, splitter.name: piece})
        else:
            yield without_entries(situation, splitter.name)
            yield situation


def without_entries(situation: Situation, name: str) -> Situation:
    """Return the case in which a list has no entries."""
    if "." in name:
        return attrs.evolve(situation, known={**situation.known, name: KnownFact(())})
    return attrs.evolve(situation, lists={**situation.lists, name: ()})
