"""Compute the provenance of a decision: the ids it depends on and the notes it must disclose.

A group depends on the members that decide it if one suffices (`any` held, `all` failed), otherwise
on all; a node with exceptions on every expression that may apply; an input value on its fact only;
a quantifier on the items that decide it, or on all that have not failed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial

from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults
from policyrules.evaluation.terms import TermEvaluator, is_replaced
from policyrules.ir.day_rows import is_in_force
from policyrules.ir.nodes import (
    Aggregate,
    ConditionRef,
    Count,
    Distinct,
    ElementRef,
    EligibleRef,
    Expression,
    FactRef,
    FellowRef,
    ListExtreme,
    ListRef,
    Number,
    ParameterRef,
    Quantifier,
    Sum,
    SumOfLargest,
    ValueRef,
    Word,
    YesNo,
)
from policyrules.ir.ruleset import (
    CheckedRuleset,
    Condition,
    Group,
    ItemRules,
    Note,
    Provenance,
    Row,
    RuleException,
    Value,
)
from policyrules.ir.tables import Cell
from policyrules.ir.traverse import children, fellow_references, parts_outside_list
from policyrules.outcome.consequences import stated_consequences
from policyrules.text.fact_path import subject_of
from policyrules.text.localized import LocalizedText
from policyrules.values.kleene import Truth


class _WorkList:
    """The steps of a walk that are still to do. No step runs inside another."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] = []
        self._is_running = False

    def run(self, step: Callable[[], None]) -> None:
        """Run a step and all steps that it adds; if a step is running, run it afterwards."""
        self._steps.append(step)
        if self._is_running:
            return
        self._is_running = True
        try:
            while self._steps:
                self._steps.pop()()
        finally:
            self._is_running = False


class ProvenanceWalker:
    """Walks from the outcome to every node that the decision depends on, each once.

    A walker of an item walks the rules of its block. Its `parent`, the walker of the case, walks
    what these read of the case. Notes about an item stay with its walker.

    A value or a condition is put on a work list and walked after the node that reads it, so that no
    chain of them is too long for the stack.
    """

    def __init__(
        self,
        evaluation: Evaluation,
        item: ItemEvaluation | None = None,
        parent: ProvenanceWalker | None = None,
    ) -> None:
        self.evaluation = evaluation
        self.ruleset: CheckedRuleset = evaluation.dated.ruleset
        self.item = item
        self.parent = parent
        self.results: RuleResults = evaluation if item is None else item
        self.rules: CheckedRuleset | ItemRules = self.ruleset if item is None else item.block
        self.evaluator: TermEvaluator = (
            evaluation.terms if item is None else evaluation.evaluator_of_item(item)
        )
        self.values: dict[str, None] = {}
        self.parameters: dict[str, None] = {}
        self.conditions: dict[str, None] = {}
        self.notes: dict[str, None] = {}
        self.items: dict[tuple[str, str | None], ProvenanceWalker] = {}
        self.work_list: _WorkList = _WorkList() if parent is None else parent.work_list

    def walk_decision(self) -> ProvenanceWalker:
        """Walk eligibility, the amounts unless it failed, and the consequences that are stated."""
        outcome, eligible = self.ruleset.outcome, self.evaluation.eligible.truth
        self.add_notes(self.ruleset.in_force.provenance)
        self.walk_group(outcome.eligible, eligible)
        for amount in outcome.amounts.values() if eligible is not False else ():
            self.add_notes(amount.provenance)
            if amount.rounding is not None:
                self.add_notes(amount.rounding.provenance)
            self.walk_expression(amount.expression)
        self.walk_consequences()
        return self

    def walk_item(self) -> ProvenanceWalker:
        """Walk the dependencies of the eligibility of an item, or its values if it has none."""
        if self.item is None:
            raise TypeError("this walker has no item")
        block, eligible = self.item.block, self.item.eligible
        if block.eligible is not None and eligible is not None:
            self.walk_group(block.eligible, eligible.truth)
        else:
            for name in block.values:
                self.walk_value(name)
        return self

    def walk_consequences(self) -> None:
        """Walk the stated consequences: values of the case, and values of every item of a list."""
        for name in stated_consequences(self.evaluation):
            if name in self.ruleset.values:
                self.walk_value(name)
                continue
            list_ = self.ruleset.list_of_value[name]
            for item in self.evaluation.items[list_].items:
                self.item_walker(list_, item).walk_value(name)

    def item_walker(self, list_: str, item: ItemEvaluation) -> ProvenanceWalker:
        """Return the walker of an item; there is one for each."""
        return self.items.setdefault(
            (list_, item.key), ProvenanceWalker(self.evaluation, item, self)
        )

    def applicable_notes(self) -> Iterator[Note]:
        """Yield the notes of all walked nodes, except those whose `when` has failed."""
        for name, note in self.ruleset.notes.items():
            if name in self.notes and self.is_applicable(note):
                yield note

    def titles_of_rules_with(self, note: str) -> Iterator[LocalizedText]:
        """Yield the title of every walked condition, value and parameter that carries a note."""
        rules = self.rules
        for condition in (rules.conditions[name] for name in self.conditions):
            if note in condition.provenance.notes:
                yield condition.title
        for value in (rules.values[name] for name in self.values):
            if note in value.provenance.notes:
                yield value.title
        for name in self.parameters:
            if any(note in row.provenance.notes for row in self.active_rows(name)):
                yield self.ruleset.parameters[name].title
        for item in self.items.values():
            yield from item.titles_of_rules_with(note)

    def is_applicable(self, note: Note) -> bool:
        """Return whether the `when` of a note has not failed, for the case or for any item."""
        if note.when is None:
            return True
        if note.list and self.item is None:
            items = self.evaluation.items[note.list].items
            evaluators = [self.evaluation.evaluator_of_item(item) for item in items]
            return any(each.test(note.when).truth is not False for each in evaluators)
        return self.evaluator.test(note.when).truth is not False

    def walk_group(self, group: Group, truth: Truth) -> None:
        """Walk the members that decide the result of a group."""
        deciding = _deciding_truth(group, truth)
        for member in group.members:
            if deciding is None or self.results.truth(member) is deciding[0]:
                self.walk_condition(member)

    def walk_condition(self, name: str) -> None:
        """Walk a condition, once; an item reads conditions of the case too."""
        if name in self.conditions:
            return
        if self.parent is not None and name not in self.rules.conditions:
            self.parent.walk_condition(name)
            return
        self.conditions[name] = None
        self.work_list.run(partial(self._condition, self.rules.conditions[name]))

    def _condition(self, condition: Condition) -> None:
        self.walk_exceptions(condition)
        if self.rule_may_apply(condition):
            self.add_notes(condition.provenance)
            if isinstance(condition.test, Group):
                self.walk_group(condition.test, self.results.truth(condition.id))
            else:
                self.walk_expression(condition.test)

    def walk_value(self, name: str) -> None:
        """Walk a value, once: if its fact is given, nothing else, else what may apply."""
        if name in self.values:
            return
        if self.parent is not None and name not in self.rules.values:
            self.parent.walk_value(name)
            return
        self.values[name] = None
        self.work_list.run(partial(self._value, self.rules.values[name]))

    def _value(self, value: Value) -> None:
        if value.input_fact is not None and value.input_fact in self.results.situation.known:
            return
        if value.rounding is not None:
            self.add_notes(value.rounding.provenance)
        self.walk_exceptions(value)
        if self.rule_may_apply(value):
            self.add_notes(value.provenance)
            self.walk_expression(value.expression)

    def walk_exceptions(self, node: Value | Condition) -> None:
        """Walk every `when`, and the expression of each exception that may apply."""
        for exception in node.exceptions:
            self.walk_expression(exception.when)
            if self.may_apply(exception):
                self.add_notes(exception.provenance)
                self.walk_expression(exception.expression)

    def may_apply(self, exception: RuleException) -> bool:
        """Return whether an exception applies or may apply."""
        return self.results.exception_guards[exception.id].truth is not False

    def rule_may_apply(self, node: Value | Condition) -> bool:
        """Return whether the rule itself may apply: no exception certainly replaces it."""
        return not is_replaced(node, self.evaluator.test) and all(
            self.results.exception_guards[exception.id].truth is not True
            for exception in node.exceptions
        )

    def walk_parameter(self, name: str) -> None:
        """Walk a parameter, once: the provenance of its active row, and its key."""
        if name in self.parameters:
            return
        self.parameters[name] = None
        for row in self.active_rows(name):
            self.add_notes(row.provenance)
            if isinstance(row.content, Cell):
                for bracket in row.content.brackets:
                    self.add_notes(Provenance(notes=bracket.notes))
        for key in self.ruleset.parameters[name].by:
            self.walk_expression(key)

    def active_rows(self, name: str) -> tuple[Row, ...]:
        """Return the row of a parameter on the day, or those of the days on which it is read."""
        parameter = self.ruleset.parameters[name]
        if parameter.reading is None:
            return (self.evaluation.dated.rows[name],)
        read = self.ruleset.parameters[parameter.reading.parameter]
        day = parameter.by[0]
        is_of_item = subject_of(day.name) in self.ruleset.all_lists
        if is_of_item and self.item is None:  # read in a generator, for each of the items
            items = self.evaluator.item_evaluators(ListRef(subject_of(day.name)), "").items
            days = [item.term(day) for item in items]
        else:
            days = [self.evaluator.term(day)]
        return tuple(row for row in read.rows if any(is_in_force(row, on) for on in days))

    def walk_expression(self, node: Expression | ListRef) -> None:
        """Walk every name that an expression reads."""
        match node:
            case ParameterRef(name):
                self.walk_parameter(name)
            case ValueRef(name):
                self.walk_value(name)
            case FactRef() | Number() | Word() | YesNo() | ListRef() | ElementRef():
                pass
            case ConditionRef(name):
                self.walk_condition(name)
            case EligibleRef() if self.item is not None:
                self.walk_item()
            case Quantifier() | Count() | Sum() | ListExtreme() | SumOfLargest() | Distinct() if (
                isinstance(node.source_list, ListRef)
            ):
                outside = parts_outside_list(node)
                for walker in self._deciding_items(node, node.source_list.name):
                    for child in children(node)[1:]:
                        if child not in outside:
                            self._walk_entry(child, walker)
                for part in outside:
                    self.walk_expression(part)
            case EligibleRef() | FellowRef():
                pass
            case _:
                for child in children(node):
                    self.walk_expression(child)

    def _walk_entry(self, node: Expression | ListRef, walker: ProvenanceWalker) -> None:
        """Walk what is said of one entry of a list by its walker; a block has names of its own."""
        if self.item is None:
            walker.walk_expression(node)
            return
        self.walk_expression(node)
        for fellow in fellow_references(node):
            walker.walk_expression(fellow.reference)

    def _deciding_items(
        self, node: Quantifier | Aggregate, list_: str
    ) -> Iterator[ProvenanceWalker]:
        """Yield the walkers of the items that decide a quantifier, a count or a sum."""
        items = self.evaluation.items.get(list_)
        if items is None:  # the list has no item rules: only facts of its items were read
            yield self
            return
        entries = self.evaluator.item_evaluators(node.source_list, node.variable).items
        truths = [True if node.test is None else each.test(node.test).truth for each in entries]
        deciding = _deciding_truths(node, truths)
        case = self.parent or self
        for item, truth in zip(items.items, truths, strict=True):
            if truth in deciding:
                yield case.item_walker(list_, item)

    def add_notes(self, provenance: Provenance) -> None:
        """Add notes: those about items to the walker of the item, others to that of the case."""
        for name in provenance.notes:
            list_ = self.ruleset.notes[name].list
            is_of_item = self.item is not None and list_ == self.item.block.list
            walker = self if self.parent is None or is_of_item else self.parent
            walker.notes[name] = None


def _deciding_truths(node: Quantifier | Aggregate, truths: list[Truth]) -> tuple[Truth, ...]:
    """Return the truths of the items that decide the result."""
    if not isinstance(node, Quantifier):
        return (True, None)
    deciding = not node.is_universal
    if deciding in truths:
        return (deciding,)
    return (deciding, None) if None in truths else (True, False, None)


def _deciding_truth(group: Group, truth: Truth) -> tuple[bool] | None:
    """Return the truth with which one member decides a group, or None if all members decide."""
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
    """Return the values and parameters that a condition, an amount or the period in force reads.

    The notes of the period in force concern every decision, so what their `when` reads is included.
    So is what the stated consequences read: it explains their figures. The consequences themselves
    are listed elsewhere in the decision.
    """
    walker = ProvenanceWalker(evaluation)
    notes = walker.ruleset.notes
    for name in walker.ruleset.in_force.provenance.notes:
        if (when := notes[name].when) is not None and not notes[name].list:
            walker.walk_expression(when)
    for name in walker.ruleset.conditions:
        walker.walk_condition(name)
    for amount in walker.ruleset.outcome.amounts.values():
        walker.walk_expression(amount.expression)
    values = dict(walker.values)
    consequences = [
        name for name in stated_consequences(evaluation) if name in walker.ruleset.values
    ]
    for name in consequences:
        walker.walk_value(name)
    values |= {name: None for name in walker.values if name not in consequences}
    shown = {name: None for name in walker.parameters if not _has_item_key(evaluation, name)}
    for item in walker.items.values():
        shown |= {name: None for name in item.parameters if not _has_item_key(evaluation, name)}
    return values, {name: None for name in walker.ruleset.parameters if name in shown}


def _has_item_key(evaluation: Evaluation, name: str) -> bool:
    """Return whether a parameter is a table with a key that is a fact or a value of items."""
    ruleset = evaluation.dated.ruleset
    return any(
        key.name in ruleset.list_of_value
        if isinstance(key, ValueRef)
        else subject_of(key.name) in ruleset.all_lists
        for key in ruleset.parameters[name].by
    )
