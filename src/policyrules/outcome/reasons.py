"""Why each condition came out as it did, made from the evaluation when somebody asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import attrs

from policyrules.decisions.display import DisplayValue
from policyrules.decisions.reasons import (
    AppliedException,
    Citation,
    Comparison,
    ItemResult,
    Operand,
    Operator,
    Reason,
)
from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults
from policyrules.ir.nodes import (
    Atom,
    BoolTest,
    Compare,
    Count,
    DateDiff,
    ElementRef,
    Expression,
    FactRef,
    InPeriod,
    InSet,
    IsNone,
    ListName,
    Number,
    ParameterRef,
    Quantifier,
    Term,
    ValueRef,
    Word,
    YearOf,
    YesNo,
)
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, Provenance, RuleException
from policyrules.ir.traverse import atoms, references
from policyrules.ir.types import Kind, Type, Unit
from policyrules.ir.unparse import unparse
from policyrules.outcome.margins import margin
from policyrules.text.localized import LocalizedText
from policyrules.values.kleene import Truth


def reasons(evaluation: Evaluation, item: ItemEvaluation | None = None) -> Mapping[str, Reason]:
    """The reason of every condition, of the case or of an item, in the order of the outcome."""
    outcome = evaluation.dated.ruleset.outcome
    writer = _Writer(evaluation, item)
    group = outcome.eligible if item is None else item.block.eligible
    names = dict.fromkeys([*(group.members if group else ()), *writer.conditions])
    return {name: writer.reason(writer.conditions[name]) for name in names}


class _Writer:
    def __init__(self, evaluation: Evaluation, item: ItemEvaluation | None) -> None:
        self.evaluation = evaluation
        self.item = item
        self.evaluated: RuleResults = evaluation if item is None else item
        self.ruleset: CheckedRuleset = evaluation.dated.ruleset
        rules = self.ruleset if item is None else item.block
        self.conditions: Mapping[str, Condition] = rules.conditions
        self.terms = evaluation.terms if item is None else evaluation.evaluator_of_item(item)

    def reason(self, condition: Condition) -> Reason:
        found = self.evaluated.conditions[condition.id]
        applied = [one for one in condition.exceptions if self._may_apply(one)]
        grounds = [condition.provenance, *(one.provenance for one in applied)]
        group = condition.test if isinstance(condition.test, Group) else None
        return Reason(
            id=condition.id,
            title=condition.title,
            truth=found.truth,
            test=_test_text(condition),
            comparisons=tuple(self._tests(condition, applied)),
            members=group.members if group else (),
            met_by=self.evaluated.met_by(condition),
            exceptions=tuple(
                AppliedException(one.id, one.title) for one in self._replacing(condition, applied)
            ),
            citation=self._cited(applied[0].provenance if applied else condition.provenance),
            notes=tuple(dict.fromkeys(note for ground in grounds for note in ground.notes)),
            missing_facts=tuple(sorted(need.fact for need in found.dependencies.missing_inputs)),
            excludes=condition.excludes,
        )

    def _may_apply(self, exception: RuleException) -> bool:
        return self._truth_of_when(exception) is not False

    def _is_replaced(self, condition: Condition) -> bool:
        """Return whether an exception holds for certain, so that the rule itself says nothing."""
        return any(self._truth_of_when(one) is True for one in condition.exceptions)

    def _truth_of_when(self, exception: RuleException) -> Truth:
        """An item sees the exceptions of the case too, through its values."""
        found = self.evaluated.exception_guards.get(exception.id)
        return (found or self.evaluation.exception_guards[exception.id]).truth

    def _replacing(
        self, condition: Condition, applied: list[RuleException]
    ) -> Iterator[RuleException]:
        """The exceptions that apply or may apply, of the condition and of the values it tests."""
        yield from applied
        if isinstance(condition.test, Group) or self._is_replaced(condition):
            return
        for reference in references(condition.test):
            if isinstance(reference, ValueRef):
                value = self.ruleset.all_values[reference.name]
                if self.item is None and reference.name in self.ruleset.list_of_value:
                    continue
                if (
                    value.input_fact is None
                    or value.input_fact not in self.evaluation.situation.known
                ):
                    yield from (one for one in value.exceptions if self._may_apply(one))

    def _tests(self, condition: Condition, applied: list[RuleException]) -> Iterator[Comparison]:
        expressions: list[Expression] = []
        if not isinstance(condition.test, Group) and not self._is_replaced(condition):
            expressions.append(condition.test)
        expressions += [one.expression for one in applied]
        for expression in expressions:
            for atom in atoms(expression):
                # `holds: true` compares nothing: the title of the exception says it.
                if not (isinstance(atom, BoolTest) and isinstance(atom.operand, YesNo)):
                    yield self._test(atom)

    def _test(self, atom: Atom) -> Comparison:
        truth = self.evaluated.atoms[atom].truth
        match atom:
            case Compare(operator, left, right):
                sides = self._side(left, right), self._side(right, left)
                found = margin(self.evaluation, atom, self.item)
                return Comparison(truth, Operator(operator), *sides, found)
            case InSet(operand, words):
                sides = self._side(operand), self._side(words, operand)
                return Comparison(truth, Operator.IN, *sides)
            case InPeriod(operand, period):
                return Comparison(truth, Operator.IN, self._side(operand), self._side(period))
            case Quantifier(every):
                entries = self._entries(atom)
                operator = Operator.ALL if every else Operator.ANY
                return Comparison(truth, operator, self._list_side(atom), items=entries)
            case IsNone(operand):
                return Comparison(truth, Operator.IS_NONE, self._side(operand))
            case BoolTest(operand):
                return Comparison(truth, Operator.HOLDS, self._side(operand))

    def _entries(self, atom: Quantifier) -> tuple[ItemResult, ...] | None:
        """The entries of a list and how each came out; None where the list is not known."""
        items = self.terms.item_evaluators(atom.source_list, atom.variable)
        if items.known is None:
            return None
        return tuple(ItemResult(item.key, item.test(atom.test).truth) for item in items.known)

    def _list_side(self, atom: Quantifier) -> Operand:
        """The list itself, shown as the number of its entries that hold the test."""
        found = self.terms.term(Count(atom.variable, atom.source_list, atom.test))
        title = self._title_of_list(atom.source_list)
        fact = self.evaluated.situation.fact_path(atom.source_list.name)
        type_ = self._count_of(atom.source_list)
        shown = DisplayValue(found, "count", str(type_.unit), unit_title=type_.unit_title)
        return Operand(unparse(atom), title, shown, fact)

    def _side(self, node: Term, other: Term | None = None) -> Operand:
        others = self._type(other) if other is not None else None
        type_ = self._type(node) or others
        text = unparse(node)
        if type_ is not None and isinstance(node, Word):
            title = type_.words.get(node.word, LocalizedText(text, text))
        else:
            title = self._title(node) or LocalizedText(text, text)
        shown = DisplayValue(self.terms.term(node), "number")
        if type_ is not None:
            words = dict(type_.words) or (dict(others.words) if others else {})
            # Where one side of a comparison names its unit, the other is in the same one.
            named = type_ if type_.unit_title or others is None else others
            shown = attrs.evolve(
                shown,
                kind=str(type_.kind),
                unit=str(type_.unit),
                words=words,
                none=type_.none,
                unit_title=named.unit_title if named.unit == type_.unit else None,
            )
        fact = self.evaluated.situation.fact_path(node.name) if isinstance(node, FactRef) else ""
        is_bare = isinstance(node, (Number, Word, YesNo))
        return Operand(text, title, shown, fact, is_bare)

    def _type(self, node: Term) -> Type | None:
        match node:
            case FactRef(name):
                return self.ruleset.facts[name].type
            case ParameterRef(name):
                return self.ruleset.parameters[name].type
            case ValueRef(name):
                return self.ruleset.all_values[name].type
            case ElementRef(_, of):
                return self.ruleset.facts[of].type.entry
            case YearOf():
                return Type(Kind.CALENDAR_YEAR)
            case DateDiff(unit):
                return Type(Kind.COUNT, Unit.from_name(unit))
            case Count(_, over):
                return self._count_of(over)
            case _:
                return None

    def _count_of(self, over: ListName) -> Type:
        """The type of a number of entries of a list."""
        name = over.name
        if "." not in name:
            items = self.ruleset.lists[name]
            return Type(Kind.COUNT, items.unit, unit_title=items.unit_title)
        of_list = self.ruleset.facts[name].type
        return Type(Kind.COUNT, of_list.unit, unit_title=of_list.unit_title)

    def _title(self, node: Term) -> LocalizedText | None:
        match node:
            case FactRef(name):
                return self.ruleset.facts[name].title
            case ParameterRef(name):
                return self.ruleset.parameters[name].title
            case ValueRef(name):
                return self.ruleset.all_values[name].title
            case ElementRef(_, of):
                return self.ruleset.facts[of].title
            case YearOf(operand):
                day = self._title(operand)
                return day and LocalizedText(f"{day.zh}的年份", f"Year of {day.en.lower()}")
            case DateDiff(unit, start, end):
                return self._title_between(unit, self._title(start), self._title(end))
            case Count(_, over):
                found = self._title_of_list(over)
                return LocalizedText(f"{found.zh}中符合的", f"{found.en} that qualify")
            case _:
                return None

    def _title_between(
        self, unit: str, start: LocalizedText | None, end: LocalizedText | None
    ) -> LocalizedText | None:
        if start is None or end is None:
            return None
        return LocalizedText(
            f"从{start.zh}到{end.zh}满",
            f"Full {unit}s from {start.en.lower()} to {end.en.lower()}",
        )

    def _title_of_list(self, over: ListName) -> LocalizedText:
        name = over.name
        return self.ruleset.facts[name].title if "." in name else self.ruleset.lists[name].title

    def _cited(self, ground: Provenance) -> Citation | None:
        if not ground.source:
            return None
        source = self.ruleset.sources[ground.source]
        return Citation(ground.quote, source.id, source.title, source.issued)


def _test_text(condition: Condition) -> str:
    test = condition.test
    if not isinstance(test, Group):
        return unparse(test)
    kind = f"at least {test.n}" if test.kind == "at_least" else test.kind
    return f"{kind} of {', '.join(test.members)}"
