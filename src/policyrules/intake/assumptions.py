"""Read the facts that a caller assumes, and add them to a case that does not state them.

An assumed fact never replaces a stated one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

import attrs

from policyrules.diagnostics import listed
from policyrules.errors import FactProblem, FactsError
from policyrules.evaluation.situation import Item, KnownFact, Situation
from policyrules.intake.case_parser import CaseParser
from policyrules.intake.consistency import contradictions
from policyrules.ir.ruleset import CheckedRuleset, ListDeclaration
from policyrules.text.fact_path import FactPath, fold_key, local_name, subject_of


class AssumptionsParser(CaseParser):
    """Parses assumed facts: the facts of a case, and facts that every item of a list has.

    A fact of every item is given by its full name, `hires.registered_unemployed`, or in a mapping
    under the name of the list. `read` returns it with the facts of the case.
    """

    def _read_list(self, keys: tuple[str, ...], item_list: ListDeclaration, value: object) -> None:
        """Read the items of a list, or a mapping with facts of every item."""
        if isinstance(value, Mapping) and item_list.key not in value:
            self._read_subject(keys, item_list.name, value)
        else:
            super()._read_list(keys, item_list, value)

    def _handle_item_fact(self, keys: tuple[str, ...], name: str, value: object) -> None:
        """Read a fact of every item, which `CaseParser` reports as an error."""
        self._read_fact(keys, name, self.readers[name], value)


@attrs.frozen(repr=False)
class CompletedCase:
    """A case with its missing facts as assumed: the stated facts, the assumed ones, and both."""

    stated: Situation
    assumed: Situation
    situation: Situation

    @property
    def assumed_paths(self) -> tuple[str, ...]:
        """The paths of the assumed facts; for a list that is assumed as a whole, its name."""
        return tuple(self._assumed_paths())

    def _assumed_paths(self) -> Iterator[str]:
        yield from self.assumed.known
        for name, items in self.assumed.lists.items():
            if name not in self.stated.lists:
                yield name
                continue
            for item in items:
                for fact in item.known:
                    yield str(FactPath(name, local_name(fact), item.key))


@attrs.frozen(repr=False)
class Assumptions:
    """The facts that a caller assumes; `known` includes the facts of every item, by full name."""

    ruleset: CheckedRuleset
    known: Mapping[str, KnownFact]
    lists: Mapping[str, tuple[Item, ...]]

    def complete(self, stated: Situation, superfluous: Collection[str] = ()) -> CompletedCase:
        """Return the case with its missing facts as assumed.

        `superfluous` are the paths of facts that are not assumed, since other stated facts
        determine them.

        Raises:
            FactsError: the assumed facts contradict the stated ones.
        """
        known = {
            name: fact
            for name, fact in self.known.items()
            if subject_of(name) not in self.ruleset.all_lists
            and name not in stated.known
            and name not in superfluous
        }
        lists = {
            name: items
            for name in self.ruleset.lists
            if (items := self._assumed_items(name, stated, superfluous)) is not None
        }
        assumed = Situation(self._in_order(known), lists)
        case = CompletedCase(stated, assumed, self._merge(stated, assumed))
        if self.ruleset.constraints:
            problems = contradictions(self.ruleset, case.situation)
            if problems:
                raise name_assumed_facts(FactsError(problems), case)
        return case

    def _assumed_items(
        self, name: str, stated: Situation, superfluous: Collection[str]
    ) -> tuple[Item, ...] | None:
        """Return the items of a list with their assumed facts; None if nothing is assumed."""
        of_every_item = {
            fact: known for fact, known in self.known.items() if subject_of(fact) == name
        }
        assumed = {fold_key(item.key): item for item in self.lists.get(name, ())}
        if name not in stated.lists:
            if name not in self.lists:
                return None
            return tuple(
                Item(item.key, self._in_order({**of_every_item, **item.known}))
                for item in assumed.values()
            )
        items = []
        for item in stated.lists[name]:
            of_item = assumed.get(fold_key(item.key))
            facts = {
                fact: known
                for fact, known in {
                    **of_every_item,
                    **(of_item.known if of_item is not None else {}),
                }.items()
                if fact not in item.known
                and str(FactPath(name, local_name(fact), item.key)) not in superfluous
            }
            if facts:
                items.append(Item(item.key, self._in_order(facts)))
        return tuple(items) or None

    def _merge(self, stated: Situation, assumed: Situation) -> Situation:
        """Return all facts: the stated ones, and the assumed ones that are missing there."""
        lists = {**assumed.lists, **stated.lists}
        for name, items in stated.lists.items():
            facts = {item.key: item.known for item in assumed.lists.get(name, ())}
            lists[name] = tuple(
                Item(item.key, self._in_order({**facts.get(item.key, {}), **item.known}))
                for item in items
            )
        return Situation(
            self._in_order({**assumed.known, **stated.known}),
            {name: lists[name] for name in self.ruleset.lists if name in lists},
        )

    def _in_order(self, known: Mapping[str, KnownFact]) -> dict[str, KnownFact]:
        """Return the facts that the ruleset reads, in the order of their declarations."""
        return {name: known[name] for name in self.ruleset.facts if name in known}


def as_assumed_facts(error: FactsError) -> FactsError:
    """Return the error with messages that say that its problems are in the assumed facts."""
    return FactsError(
        [
            attrs.evolve(problem, message=f"assumed facts: {problem.message}")
            for problem in error.problems
        ],
        error.left_out,
    )


def name_assumed_facts(error: FactsError, case: CompletedCase) -> FactsError:
    """Return the error with messages that name the assumed facts in each contradiction."""
    paths = {*case.assumed_paths}
    return FactsError(
        [_with_assumed_names(problem, paths) for problem in error.problems], error.left_out
    )


def _with_assumed_names(problem: FactProblem, assumed_paths: set[str]) -> FactProblem:
    assumed = [fact for fact in problem.facts if fact in assumed_paths]
    if not assumed:
        return problem
    message = f"{problem.message}; assumed: {listed(assumed)}"
    remedy = f"state {listed(assumed)} as known, or assume nothing there"
    return attrs.evolve(problem, message=message, remedy=remedy)
