"""What a decision rests on: the names that were read, and the notes that it must admit.

The support of a group are the members that equal its result where one of them suffices, else all;
of a node with exceptions the texts that are possible; of a value that is given its fact alone; of
a list the items that equal the result where one suffices, else those that have not failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults
from policyrules.evaluation.terms import TermEvaluator
from policyrules.ir.nodes import (
    Count,
    ElementRef,
    EligibleRef,
    Expression,
    FactRef,
    ListRef,
    ParameterRef,
    Quantifier,
    Sum,
    ValueRef,
)
from policyrules.ir.ruleset import (
    CheckedRuleset,
    Condition,
    Group,
    ItemRules,
    Note,
    Provenance,
    RuleException,
    Value,
)
from policyrules.ir.traverse import children
from policyrules.text.localized import LocalizedText
from policyrules.values.kleene import Truth


class _Agenda:
    """Steps of a walk that are still to be done, so that none is done inside another."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] = []
        self._is_at_work = False

    def do(self, step: Callable[[], None]) -> None:
        """Does a step and all that it leads to; one that a step leads to is done after it."""
        self._steps.append(step)
        if self._is_at_work:
            return
        self._is_at_work = True
        try:
            while self._steps:
                self._steps.pop()()
        finally:
            self._is_at_work = False


class Support:
    """Walks from the outcome to everything that the decision rests on, each node once.

    Seen from an item it walks the rules of its block; what these read of the case is walked by the
    support of the case, `outer`. The notes that belong to an item stay with it.

    A value or a condition that another one reads is put on a list of the case and walked after it,
    so that no chain of them is too long.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        item: ItemEvaluation | None = None,
        outer: Support | None = None,
    ) -> None:
        self.evaluation = evaluation
        self.ruleset: CheckedRuleset = evaluation.dated.ruleset
        self.item = item
        self.outer = outer
        self.evaluated: RuleResults = evaluation if item is None else item
        self.rules: CheckedRuleset | ItemRules = self.ruleset if item is None else item.block
        self.terms: TermEvaluator = (
            evaluation.terms if item is None else evaluation.evaluator_of_item(item)
        )
        self.values: dict[str, None] = {}
        self.parameters: dict[str, None] = {}
        self.conditions: dict[str, None] = {}
        self.notes: dict[str, None] = {}
        self.items: dict[tuple[str, str | None], Support] = {}
        self.agenda: _Agenda = _Agenda() if outer is None else outer.agenda

    def of_decision(self) -> Support:
        """Walks the whole decision: eligibility and, unless it failed, the amount."""
        outcome, eligible = self.ruleset.outcome, self.evaluation.eligible.truth
        self.ground(self.ruleset.in_force.provenance)
        self.group(outcome.eligible, eligible)
        if eligible is not False:
            if outcome.amount is not None:
                amount = outcome.amount
                self.ground(amount.provenance)
                if amount.rounding is not None:
                    self.ground(amount.rounding.provenance)
                self.expression(amount.expression)
            self.consequences()
        return self

    def of_item(self) -> Support:
        """Walks what the result of an item rests on, and the values that it states."""
        if self.item is None:
            raise TypeError("no item is looked at")
        block, eligible = self.item.block, self.item.eligible
        if block.eligible is not None and eligible is not None:
            self.group(block.eligible, eligible.truth)
        else:
            for name in block.values:
                self.value(name)
        return self

    def consequences(self) -> None:
        """Walks the consequences: values of the case, and those of every item of their list."""
        for name in self.ruleset.outcome.consequences:
            if name in self.ruleset.values:
                self.value(name)
                continue
            list_ = self.ruleset.list_of_value[name]
            for item in self.evaluation.items[list_].items:
                self.seen_from(list_, item).value(name)

    def seen_from(self, list_: str, item: ItemEvaluation) -> Support:
        """The support of an item, kept."""
        return self.items.setdefault((list_, item.key), Support(self.evaluation, item, self))

    def carried(self) -> Iterator[Note]:
        """The notes of all that was walked whose `when`, if any, has not failed."""
        for name, note in self.ruleset.notes.items():
            if name in self.notes and self.is_carried(note):
                yield note

    def titles_with(self, note: str) -> Iterator[LocalizedText]:
        """Yield the title of every walked condition, value and parameter that carries a note."""
        rules, rows = self.rules, self.evaluation.dated.rows
        for condition in (rules.conditions[name] for name in self.conditions):
            if note in condition.provenance.notes:
                yield condition.title
        for value in (rules.values[name] for name in self.values):
            if note in value.provenance.notes:
                yield value.title
        for name in self.parameters:
            if note in rows[name].provenance.notes:
                yield self.ruleset.parameters[name].title
        for item in self.items.values():
            yield from item.titles_with(note)

    def is_carried(self, note: Note) -> bool:
        """Return whether the `when` of a note has not failed, seen from here or from any item."""
        if note.when is None:
            return True
        if note.list and self.item is None:
            seen = self.evaluation.items[note.list].items
            terms = [self.evaluation.evaluator_of_item(item) for item in seen]
            return any(one.test(note.when).truth is not False for one in terms)
        return self.terms.test(note.when).truth is not False

    def group(self, group: Group, truth: Truth) -> None:
        """Walks the members that carry the result."""
        deciding = _deciding(group, truth)
        for member in group.members:
            found = self.evaluated.truth(member)
            if deciding is None or found is deciding[0]:
                self.condition(member)

    def condition(self, name: str) -> None:
        """Walks a condition."""
        if name in self.conditions:
            return
        self.conditions[name] = None
        self.agenda.do(partial(self._condition, self.rules.conditions[name]))

    def _condition(self, condition: Condition) -> None:
        self.exceptions(condition)
        if self.rule_is_possible(condition):
            self.ground(condition.provenance)
            if isinstance(condition.test, Group):
                self.group(condition.test, self.evaluated.truth(condition.id))
            else:
                self.expression(condition.test)

    def value(self, name: str) -> None:
        """Walks a value: its fact where it is given, else the texts that are possible."""
        if name in self.values:
            return
        if self.outer is not None and name not in self.rules.values:
            self.outer.value(name)
            return
        self.values[name] = None
        self.agenda.do(partial(self._value, self.rules.values[name]))

    def _value(self, value: Value) -> None:
        if value.input_fact is not None and value.input_fact in self.evaluated.situation.known:
            return
        if value.rounding is not None:
            self.ground(value.rounding.provenance)
        self.exceptions(value)
        if self.rule_is_possible(value):
            self.ground(value.provenance)
            self.expression(value.expression)

    def exceptions(self, node: Value | Condition) -> None:
        """Walks every `when`, since each had its say, and the texts that are possible."""
        for exception in node.exceptions:
            self.expression(exception.when)
            if self.is_possible(exception):
                self.ground(exception.provenance)
                self.expression(exception.expression)

    def is_possible(self, exception: RuleException) -> bool:
        """Return whether an exception applies or may apply."""
        return self.evaluated.exception_guards[exception.id].truth is not False

    def rule_is_possible(self, node: Value | Condition) -> bool:
        """Return whether no exception surely applies."""
        return all(
            self.evaluated.exception_guards[one.id].truth is not True for one in node.exceptions
        )

    def parameter(self, name: str) -> None:
        """Walks a parameter: the ground of its row, and its key."""
        if name in self.parameters:
            return
        self.parameters[name] = None
        self.ground(self.evaluation.dated.rows[name].provenance)
        by = self.ruleset.parameters[name].by
        if by is not None:
            self.expression(by)

    def expression(self, node: Expression | ListRef) -> None:
        """Walks every name that an expression reads."""
        match node:
            case ParameterRef(name):
                self.parameter(name)
            case ValueRef(name):
                self.value(name)
            case EligibleRef() if self.item is not None:
                self.of_item()
            case Quantifier() | Count() | Sum() if isinstance(node.source_list, ListRef):
                for support in self.looked_at(node, node.source_list.name):
                    for child in children(node)[1:]:
                        support.expression(child)
            case FactRef() | ListRef() | ElementRef() | EligibleRef():
                pass
            case _:
                for child in children(node):
                    self.expression(child)

    def looked_at(self, node: Quantifier | Count | Sum, list_: str) -> Iterator[Support]:
        """The items of a list that carry the result of looking into it."""
        items = self.evaluation.items.get(list_)
        if items is None:  # nothing is said of its items: their facts alone were read
            yield self
            return
        truths = {
            item.key: True
            if node.test is None
            else self.evaluation.evaluator_of_item(item).test(node.test).truth
            for item in items.items
        }
        chosen = _carrying(node, list(truths.values()))
        for item in items.items:
            if truths[item.key] in chosen:
                yield self.seen_from(list_, item)

    def ground(self, ground: Provenance) -> None:
        """Takes up the notes of a ground: those of an item here, all others with the case."""
        for name in ground.notes:
            belongs = (
                self.item is not None and self.ruleset.notes[name].list == self.item.block.list
            )
            keeper = self if self.outer is None or belongs else self.outer
            keeper.notes[name] = None


def _carrying(node: Quantifier | Count | Sum, truths: list[Truth]) -> tuple[Truth, ...]:
    """The truths of the items that carry the result."""
    if not isinstance(node, Quantifier):
        return (True, None)
    deciding = not node.is_universal
    if deciding in truths:
        return (deciding,)
    return (deciding, None) if None in truths else (True, False, None)


def _deciding(group: Group, truth: Truth) -> tuple[bool] | None:
    """The truth of the members that suffice for the result; None where all are needed."""
    if group.kind == "all" and truth is False:
        return (False,)
    if group.kind == "any" and truth is True:
        return (True,)
    if group.kind == "none" and truth is False:
        return (True,)
    if group.kind == "at_least" and truth is not None:
        return (truth,)
    return None


def values_read(evaluation: Evaluation) -> tuple[Mapping[str, None], Mapping[str, None]]:
    """The values and parameters that any condition, the amount or the time in force read.

    The notes of the time in force speak of every decision, and so does what their `when` reads.
    Unless the case is ineligible there is also what its consequences read: without their figures
    nobody could see why they are what they are. The consequences themselves are stated elsewhere.
    """
    everything = Support(evaluation)
    notes = everything.ruleset.notes
    for name in everything.ruleset.in_force.provenance.notes:
        if (when := notes[name].when) is not None and not notes[name].list:
            everything.expression(when)
    for name in everything.ruleset.conditions:
        everything.condition(name)
    if everything.ruleset.outcome.amount is not None:
        everything.expression(everything.ruleset.outcome.amount.expression)
    values = dict(everything.values)
    if evaluation.eligible.truth is not False:
        stated = [
            one
            for one in everything.ruleset.outcome.consequences
            if one in everything.ruleset.values
        ]
        for name in stated:
            everything.value(name)
        values |= {name: None for name in everything.values if name not in stated}
    scoped = everything.ruleset.parameters
    shown = {name: None for name in everything.parameters if not _is_of_items(evaluation, name)}
    for item in everything.items.values():
        shown |= {name: None for name in item.parameters if not _is_of_items(evaluation, name)}
    return values, {name: None for name in scoped if name in shown}


def _is_of_items(evaluation: Evaluation, name: str) -> bool:
    """Return whether a parameter is a table by what only items have."""
    ruleset = evaluation.dated.ruleset
    by = ruleset.parameters[name].by
    if isinstance(by, ValueRef):
        return by.name in ruleset.list_of_value
    return by is not None and by.name.partition(".")[0] in ruleset.all_lists
