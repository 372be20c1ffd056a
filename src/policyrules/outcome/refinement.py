"""Refine an evaluation with unknown facts: decide the pieces of the case, and join them.

Ranges forget that two of them depend on one fact. A piece of a case remembers more, so what holds
in every piece is decided, and a fact on which no piece depends need not be asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

import attrs

from policyrules.evaluation.cuts import Cuts
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.result import AmountResult, Evaluation
from policyrules.outcome.amount_bounds import amount_bounds, without_ranges
from policyrules.outcome.budget import PIECES, Allowance, open_questions, shares
from policyrules.outcome.consequences import open_consequences, stated_consequences
from policyrules.outcome.joined_pieces import (
    bounds_hull,
    contradiction,
    is_inside,
    may_be_eligible,
    points_of,
    restricted,
)
from policyrules.outcome.needed_facts import NeededFacts, Result
from policyrules.outcome.open_answers import answer_dependencies, open_amounts
from policyrules.outcome.pieces import Evaluate, Goal, Leaf, PieceSearch
from policyrules.outcome.refined_evaluation import RefinedEvaluation
from policyrules.outcome.witnesses import WitnessMaker
from policyrules.values.dependencies import (
    NO_DEPENDENCIES,
    Dependencies,
    Indeterminacy,
    union,
)
from policyrules.values.kleene import FAILED, HELD, Truth, Verdict
from policyrules.values.possible import Interval, Possible, hull


@attrs.frozen
class Refiner:
    """The way in which a decision is refined: the engine, the cuts and the budget of pieces."""

    evaluate: Evaluate
    find_cuts: Callable[[DatedRuleset], Cuts]
    budget: int = PIECES

    def refine(self, root: Evaluation) -> RefinedEvaluation:
        """Refine an evaluation that is open.

        Raises:
            FactsError: every piece of the case contradicts itself.
        """
        return _Refining(root, self).result()


class _Refining:
    """The refinement of one case."""

    def __init__(self, root: Evaluation, refiner: Refiner) -> None:
        self.root = root
        self.ruleset = root.dated.ruleset
        self.budget = refiner.budget
        self.shares = shares(refiner.budget, open_questions(root))
        cuts = refiner.find_cuts(root.dated)
        self.search = PieceSearch(root, refiner.evaluate, cuts)
        self.cut_off = set[str]()
        inputs = answer_dependencies(root) | union(open_consequences(root))
        self.paths = sorted({name for missing in inputs.missing_inputs for name in missing.facts})
        self.maker = WitnessMaker(root, refiner.evaluate, cuts, self.paths)
        self.witnesses = [*self.maker.witnesses()]
        self.status: Truth = root.eligible.truth
        self.amounts: dict[str, AmountResult] = dict(root.amounts)
        self.bounds: dict[str, Interval] = {}

    def result(self) -> RefinedEvaluation:
        """Return the refinement: each question in turn has its part of the budget."""
        self._refine_status()
        conditions = self._joined_conditions()
        self._refine_amounts()
        facts, needed = self._facts()
        points = self._points()
        root = self.root
        evaluation = attrs.evolve(
            root,
            eligible=self._eligible(facts, points),
            conditions=conditions,
            amounts=self._joined_amounts(facts, points),
        )
        either_way = ["eligible"] if self.status is not root.eligible.truth else []
        either_way += [
            name
            for name, verdict in conditions.items()
            if verdict.truth is not root.conditions[name].truth
        ]
        return RefinedEvaluation(
            evaluation,
            self.bounds,
            facts,
            needed,
            tuple(each for each in self.shares if each in self.cut_off),
            tuple(either_way),
            self.budget,
            self.search.used,
        )

    # The status and the conditions.

    def _refine_status(self) -> None:
        if "status" in self.shares:
            self.status = self._joined_truth(
                "status", lambda evaluation: evaluation.eligible, self.shares["status"]
            )

    def _joined_conditions(self) -> Mapping[str, Verdict]:
        """Return the verdicts of all conditions; what every piece says is decided."""
        verdicts = dict(self.root.conditions)
        open_ = [
            name
            for name, verdict in verdicts.items()
            if verdict.truth is None and verdict.dependencies.missing_inputs
        ]
        for name in open_:

            def verdict_of(evaluation: Evaluation, name: str = name) -> Verdict:
                return evaluation.conditions[name]

            share = self.shares["conditions"] // len(open_)
            truth = self._joined_truth("conditions", verdict_of, share)
            if truth is not None:
                verdicts[name] = HELD if truth else FAILED
        return verdicts

    def _joined_truth(
        self, question: str, verdict: Callable[[Evaluation], Verdict], share: int
    ) -> Truth:
        """Return the truth that all pieces share, or None."""
        truths: set[Truth] = {verdict(witness.evaluation).truth for witness in self.witnesses}
        truths.discard(None)
        if len(truths) > 1:
            return None

        def is_answered(leaf: Leaf) -> bool:
            truths.add(None if leaf.evaluation is None else verdict(leaf.evaluation).truth)
            return len(truths) > 1

        cover = self.search.cover(
            Goal(
                lambda evaluation: verdict(evaluation).truth is not None,
                lambda evaluation: verdict(evaluation).dependencies,
                is_answered,
            ),
            Allowance(share),
        )
        if not cover.leaves:
            if answer_dependencies(self.root).missing_inputs:
                raise contradiction(self.paths)
            return None
        if not (cover.is_proof or {True, False} <= truths):
            self.cut_off.add(question)
        return truths.pop() if cover.is_proof and len(truths) == 1 else None

    # The amounts.

    def _refine_amounts(self) -> None:
        """Join the bounds of each amount that is open; each has an equal part of their share."""
        if self.status is False or not self.root.amounts:
            return
        self.bounds |= amount_bounds(self.root)
        open_ = open_amounts(self.root)
        for name in open_ if "amount" in self.shares else ():
            self._refine_amount(name, self.shares["amount"] // len(open_))

    def _refine_amount(self, name: str, share: int) -> None:
        root = self.root.amounts[name].rounded
        around = self._amounts_of_witnesses(name)

        def is_settled(evaluation: Evaluation) -> bool:
            if evaluation.eligible.truth is False:
                return True
            return evaluation.amounts[name].rounded.is_settled

        def is_enough(leaves: Iterable[Leaf]) -> bool:
            evaluations = (leaf.evaluation for leaf in leaves)
            return all(
                each is not None
                and (is_settled(each) or is_inside(each.amounts[name].rounded, around))
                for each in evaluations
            )

        def inputs(evaluation: Evaluation) -> Dependencies:
            amount = evaluation.amounts[name].rounded.dependencies
            return amount if self.status else evaluation.eligible.dependencies | amount

        cover = self.search.cover(Goal(is_settled, inputs, is_enough=is_enough), Allowance(share))
        if cover.is_cut_off or (cover.is_stuck and not is_enough(cover.leaves)):
            self.cut_off.add("amount")
        leaves = [leaf for leaf in cover.leaves if may_be_eligible(leaf)]
        if not leaves:
            if cover.leaves:
                return
            raise contradiction(self.paths)
        evaluations = [leaf.evaluation or self.root for leaf in leaves]
        amounts = [each.amounts[name] for each in evaluations]
        self.amounts[name] = AmountResult(
            hull([each.unrounded for each in amounts], root.dependencies),
            hull([each.rounded for each in amounts], root.dependencies),
        )
        unlimited = self._unlimited
        self.bounds[name] = bounds_hull(
            amount_bounds(each, unlimited)[name] for each in evaluations
        )

    @cached_property
    def _unlimited(self) -> DatedRuleset:
        """The ruleset with facts of unlimited range."""
        return without_ranges(self.root.dated)

    def _amounts_of_witnesses(self, name: str) -> Possible | None:
        """Return the hull of an amount in the complete cases that are not ineligible."""
        witnesses = [each for each in self.witnesses if each.evaluation.eligible.truth is not False]
        inputs = self.root.amounts[name].rounded.dependencies.missing_inputs
        paths = {path for each in inputs for path in each.facts}
        for witness in witnesses[-1:]:
            witnesses += self.maker.extremes(witness, sorted(paths))
        amounts = [
            each.evaluation.amounts[name].rounded
            for each in witnesses
            if each.evaluation.eligible.truth is not False
        ]
        known = [amount for amount in amounts if not amount.dependencies.missing_inputs]
        return hull(known) if known else None

    # What still matters.

    def _relevant(self, evaluation: Evaluation) -> Dependencies:
        """Return what can still change the answer in a piece: status and amounts."""
        if self.status is False or evaluation.eligible.truth is False:
            return NO_DEPENDENCIES
        result = NO_DEPENDENCIES if self.status else evaluation.eligible.dependencies
        return result | union(
            amount.rounded.dependencies
            for name, amount in evaluation.amounts.items()
            if not self.amounts[name].rounded.is_settled
        )

    def _points_of_settled_amounts(self) -> frozenset[Indeterminacy]:
        amounts = (amount.rounded for amount in self.amounts.values())
        return points_of(amount.dependencies for amount in amounts if amount.is_settled)

    def _points_of_root(self) -> frozenset[Indeterminacy]:
        """Return the points of the unsplit case, with those that leave an amount not stated."""
        return self._relevant(self.root).indeterminacies | self._points_of_settled_amounts()

    def _points(self) -> frozenset[Indeterminacy]:
        """Return the points of the text that stay open in some piece."""
        if self.status is False:
            return frozenset()
        root = self._points_of_root()
        seen = points_of(map(self._relevant, self.maker.evaluated()))
        seen |= self._points_of_settled_amounts()
        found = seen
        share = self.shares.get("unsettled", 0) // max(1, len(root))
        for point in sorted(root - seen):
            cover = self.search.cover(self._goal_of_point(point), Allowance(share))
            if not cover.is_proof:
                self.cut_off.add("unsettled")
            found |= points_of(
                self._relevant(leaf.evaluation or self.root) for leaf in cover.leaves
            )
        return frozenset(point for point in found if point in root or point.reason == "conflict")

    def _goal_of_point(self, point: Indeterminacy) -> Goal:
        """Return the goal of pieces in which a point does not matter."""
        return Goal(
            lambda evaluation: point not in self._relevant(evaluation).indeterminacies,
            self._relevant,
        )

    def _facts(self) -> tuple[frozenset[str], frozenset[str]]:
        """Return the facts that may change the answer, and those that are known to."""
        asked = sorted(self._asked(self.root).missing_inputs)
        share = self.shares["missing"] // max(1, len(asked))
        search = NeededFacts(self.search, self.maker, self.witnesses, self._asked, self._result_of)
        found = {missing.fact: search.usefulness(missing, share) for missing in asked}
        if any(each == "not_known" for each in found.values()):
            self.cut_off.add("missing")
        return (
            frozenset(name for name, each in found.items() if each != "not_needed"),
            frozenset(name for name, each in found.items() if each == "needed"),
        )

    def _asked(self, evaluation: Evaluation) -> Dependencies:
        """Return what can change the status, the amount or a consequence in a piece."""
        relevant = self._relevant(evaluation)
        if self.status is not None and evaluation.eligible.truth is None:
            known = HELD if self.status else FAILED
            evaluation = attrs.evolve(evaluation, eligible=known)
        return relevant | union(open_consequences(evaluation))

    def _result_of(self, evaluation: Evaluation) -> Result | None:
        """Return the result of a complete case; None if it is open."""
        if self._asked(evaluation).missing_inputs:
            return None
        eligible = evaluation.eligible.truth if self.status is None else self.status
        consequences = tuple(
            figures
            for name in stated_consequences(evaluation)
            for figures in self._figures_of(name, evaluation)
        )
        amounts = () if eligible is False else evaluation.amounts.values()
        figures = tuple(
            (amount.rounded.figures, amount.rounded.not_stated, amount.rounded.undefined)
            for amount in amounts
        )
        return (eligible, figures, consequences)

    def _figures_of(self, name: str, evaluation: Evaluation) -> Iterator[object]:
        """Yield the figures of a consequence, with the keys of items if they have it each."""
        if name in evaluation.values:
            yield evaluation.values[name].figures
            return
        for item in evaluation.items[self.ruleset.list_of_value[name]].items:
            yield item.key, item.values[name].figures

    # The refined parts of the evaluation.

    def _eligible(self, facts: frozenset[str], points: frozenset[Indeterminacy]) -> Verdict:
        if self.status is not None:
            return HELD if self.status else FAILED
        extra = points - self._points_of_root()
        return Verdict(None, restricted(self.root.eligible.dependencies, facts, points, extra))

    def _joined_amounts(
        self, facts: frozenset[str], points: frozenset[Indeterminacy]
    ) -> Mapping[str, AmountResult]:
        if self.status is False:
            return self.amounts
        extra = points - self._points_of_root() if self.status else frozenset()
        return {
            name: self._restricted_amount(amount, facts, points, extra)
            for name, amount in self.amounts.items()
        }

    @staticmethod
    def _restricted_amount(
        amount: AmountResult,
        facts: frozenset[str],
        points: frozenset[Indeterminacy],
        extra: frozenset[Indeterminacy],
    ) -> AmountResult:
        """Return an amount that depends on these facts and points alone."""
        rounded = amount.rounded
        if rounded.is_settled:
            extra = frozenset()
        dependencies = restricted(rounded.dependencies, facts, points, extra)
        definedness = rounded.definedness and restricted(rounded.definedness, facts, points)
        return attrs.evolve(
            amount,
            rounded=attrs.evolve(rounded, dependencies=dependencies, definedness=definedness),
        )
