"""Decisions on partly assumed facts: the assumed facts, and those of them to be confirmed.

The engines decide the completed case and know nothing of assumptions. An assumed fact matters if
the stated facts alone leave it missing: since more facts never add to what is missing, a fact that
is not missing there cannot change the answer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, TypeVar

import attrs

from policyrules.decisions import decision
from policyrules.decisions.assumed_facts import AssumedFact
from policyrules.decisions.items import ItemDecision
from policyrules.decisions.notices import Notice
from policyrules.decisions.reasons import ConsequenceReason, Reason
from policyrules.decisions.receipt import Receipt, digest
from policyrules.display.value import DisplayValue
from policyrules.engines import reference
from policyrules.evaluation.dated import DatedRuleset
from policyrules.evaluation.display_values import display_value
from policyrules.evaluation.result import RuleResults
from policyrules.evaluation.situation import KnownFact, Situation, known_entry_value, known_value
from policyrules.intake.assumptions import CompletedCase
from policyrules.ir.ruleset import CheckedRuleset, Value
from policyrules.ir.types import Type
from policyrules.outcome.build import question_of
from policyrules.text.fact_path import FactPath
from policyrules.text.localized import Language, LocalizedText
from policyrules.values.possible import Possible, number

_T = TypeVar("_T")


def decision_on_assumed_facts(
    ruleset: CheckedRuleset,
    case: CompletedCase,
    completed: decision.Decision,
    decide_stated: Callable[[], decision.Decision],
) -> decision.Decision:
    """Return the decision on a completed case, with its assumed facts marked.

    `completed` is the decision on all facts; `decide_stated` decides on the stated facts alone.
    """
    details = AssumingDetails(ruleset, case, completed, decide_stated)
    return decision.Decision.deferred(
        completed.ruleset, completed.title, completed.on, completed.status, None, details
    )


def determined_inputs(dated: DatedRuleset, stated: Situation, assumed: set[str]) -> set[str]:
    """Return the paths of assumed facts whose values the stated facts already determine.

    Such a fact states a value that the ruleset computes from other facts: it is not missing.
    """
    ruleset = dated.ruleset
    inputs = {value.input_fact for value in ruleset.all_values.values() if value.input_fact}
    if not inputs & {path.declared_name for path in map(FactPath.parse, assumed) if path}:
        return set()
    evaluation = reference.evaluate(dated, stated)
    scopes: list[tuple[RuleResults, Mapping[str, Value]]] = [(evaluation, ruleset.values)]
    scopes += [
        (item, item.block.values)
        for items in evaluation.items.values()
        for item in items.known or ()
    ]
    return {
        path
        for results, values in scopes
        for value in values.values()
        if value.input_fact is not None
        and (path := results.situation.fact_path(value.input_fact)) in assumed
        and _is_determined(results.values[value.name])
    }


def _is_determined(possible: Possible) -> bool:
    return possible.is_settled and not possible.not_stated and not possible.undefined


@attrs.frozen
class AssumingDetails:
    """The parts of a decision on assumed facts, made on demand.

    Most are those of the decision on all facts. What must be confirmed needs the decision on the
    stated facts too.
    """

    ruleset: CheckedRuleset
    case: CompletedCase
    completed: decision.Decision
    decide_stated: Callable[[], decision.Decision]

    def __reduce__(self) -> tuple[type[AssumingDetails], tuple[Any, ...]]:
        """Pickle the decision on the stated facts, since its function cannot be pickled."""
        stated = partial(_return, self._stated)
        return AssumingDetails, (self.ruleset, self.case, self.completed, stated)

    @cached_property
    def _stated(self) -> decision.Decision:
        return self.decide_stated()

    @cached_property
    def _to_confirm(self) -> tuple[str, ...]:
        """The assumed facts that may change the answer, most useful first."""
        assumed = {*self.case.assumed_paths}
        asked = (
            name
            for missing in self._stated.missing
            for name in (missing.fact, *missing.alternatives)
        )
        return tuple(dict.fromkeys(name for name in asked if name in assumed))

    def status_label(self) -> LocalizedText:
        """Return the words for the status, and that it depends on assumed facts if it does."""
        label, count = self.completed.status_label, len(self._to_confirm)
        if not count:
            return label
        facts = "fact" if count == 1 else "facts"
        return LocalizedText(
            f"{label.zh}（以 {count} 项假定的事实为前提，须核实）",
            f"{label.en} (on {count} assumed {facts}, to be confirmed)",
        )

    def amounts(self) -> Mapping[str, decision.Amount]:
        """Return the amounts by name."""
        return self.completed.amounts

    def conditions(self) -> decision.Conditions:
        """Return the members of the outcome by truth."""
        return self.completed.conditions

    def missing(self) -> tuple[decision.MissingFact, ...]:
        """Return the facts to ask for, then the assumed ones that must be confirmed."""
        return (
            *self.completed.missing,
            *(
                decision.MissingFact(name, (), question_of(self.ruleset, name), to_confirm=True)
                for name in self._to_confirm
            ),
        )

    def unsettled(self) -> tuple[decision.OpenPoint, ...]:
        """Return the names that no fact can settle."""
        return self.completed.unsettled

    def values(self) -> Mapping[str, DisplayValue]:
        """Return the values and parameters that were read."""
        return self.completed.values

    def consequences(self) -> Mapping[str, DisplayValue]:
        """Return the consequences."""
        return self.completed.consequences

    def notices(self) -> tuple[Notice, ...]:
        """Return the notes and warnings."""
        return self.completed.notices

    def reasons(self) -> Mapping[str, Reason]:
        """Return the reasons of all conditions."""
        return self.completed.reasons

    def consequence_reasons(self) -> Mapping[str, ConsequenceReason]:
        """Return the reason of each consequence."""
        return self.completed.consequence_reasons

    def items(self) -> Mapping[str, Mapping[str, ItemDecision]]:
        """Return the decisions of the items of each list."""
        return self.completed.items

    def assumed(self) -> tuple[AssumedFact, ...]:
        """Return the assumed facts with their values."""
        to_confirm = {*self._to_confirm}
        return tuple(
            AssumedFact(path, title, value, text, path in to_confirm)
            for path, title, value, text in self._assumed_values()
        )

    def _assumed_values(self) -> Iterator[tuple[str, LocalizedText, Any, LocalizedText]]:
        """Yield the path, the title, the exact value and the text of each assumed fact."""
        ruleset, case = self.ruleset, self.case
        for name, known in case.assumed.known.items():
            fact = ruleset.facts[name]
            yield name, fact.title, known.text(fact.type), _value_text(fact.type, known)
        lists = case.assumed.to_facts(ruleset)
        for name, items in case.assumed.lists.items():
            declaration = ruleset.lists[name]
            if name not in case.stated.lists:
                shown = DisplayValue(
                    number(len(items)),
                    "count",
                    str(declaration.unit),
                    unit_title=declaration.unit_title,
                )
                text = LocalizedText(shown.text("zh"), shown.text("en"))
                yield name, declaration.title, lists[name], text
                continue
            for item in items:
                situation = case.assumed.for_item(name, item)
                for fact_name, known in item.known.items():
                    fact = ruleset.facts[fact_name]
                    item_title = declaration.item_title
                    title = LocalizedText(
                        f"{fact.title.zh}（{item_title.zh} {item.key}）",
                        f"{fact.title.en} ({item_title.en} {item.key})",
                    )
                    path, value = situation.fact_path(fact_name), known.text(fact.type)
                    yield path, title, value, _value_text(fact.type, known)

    def receipt(self) -> Receipt:
        """Return the receipt, with the stated and the assumed facts apart."""
        facts = self.case.stated.in_order().to_facts(self.ruleset)
        assumed = self.case.assumed.in_order().to_facts(self.ruleset)
        return attrs.evolve(
            self.completed.receipt,
            facts=facts,
            facts_hash=digest(facts),
            assumed=assumed,
            assumed_hash=digest(assumed),
        )


def _value_text(type_: Type, known: KnownFact) -> LocalizedText:
    """Return a known fact as a reader sees it."""

    def text(language: Language) -> str:
        if not isinstance(known.figure, tuple):
            return display_value(known_value(known), type_).text(language)
        entries = [
            display_value(known_entry_value(entry), type_.entry).text(language)
            for entry in known.figure
        ]
        joined = ("、" if language == "zh" else ", ").join(entries)
        return joined or ("无" if language == "zh" else "none")

    return LocalizedText(text("zh"), text("en"))


def _return(value: _T) -> _T:
    return value
