"""Build the reasons of conditions and of consequences from an evaluation, on demand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from policyrules.decisions.reasons import (
    AppliedException,
    Citation,
    Comparison,
    ConsequenceReason,
    ItemResult,
    Operand,
    Operator,
    Reason,
)
from policyrules.display.value import DisplayValue
from policyrules.evaluation.display_values import display_value
from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults
from policyrules.evaluation.terms import is_replaced
from policyrules.ir.nodes import (
    Aggregate,
    Atom,
    BoolTest,
    Compare,
    Count,
    ElementRef,
    Expression,
    FactRef,
    InPeriod,
    InSet,
    IsNone,
    IsSameItem,
    Key,
    ListRef,
    Number,
    ParameterRef,
    Quantifier,
    Term,
    Test,
    ValueRef,
    Word,
    YesNo,
)
from policyrules.ir.ruleset import (
    CheckedRuleset,
    Condition,
    Group,
    Provenance,
    RuleException,
    Value,
)
from policyrules.ir.traverse import atoms, children, references
from policyrules.ir.unparse import unparse
from policyrules.outcome.applied_rows import applied_row
from policyrules.outcome.consequences import stated_consequences
from policyrules.outcome.margins import margin
from policyrules.outcome.term_descriptions import TermDescriptions
from policyrules.text.localized import LocalizedText
from policyrules.values.kleene import Truth


def reasons(evaluation: Evaluation, item: ItemEvaluation | None = None) -> Mapping[str, Reason]:
    """Return the reasons of all conditions of the case, or of an item: the outcome's first."""
    outcome = evaluation.dated.ruleset.outcome
    builder = _ReasonBuilder(evaluation, item)
    group = outcome.eligible if item is None else item.block.eligible
    names = dict.fromkeys([*(group.members if group else ()), *builder.conditions])
    return {name: builder.reason(builder.conditions[name]) for name in names}


def consequence_reasons(
    evaluation: Evaluation, item: ItemEvaluation | None = None
) -> Mapping[str, ConsequenceReason]:
    """Return the reasons of the stated consequences of the case, or of an item."""
    builder = _ReasonBuilder(evaluation, item)
    return {
        name: builder.consequence_reason(builder.values[name])
        for name in stated_consequences(evaluation)
        if name in builder.values
    }


class _ReasonBuilder:
    """Builds the reasons of the case, or of one item."""

    def __init__(self, evaluation: Evaluation, item: ItemEvaluation | None) -> None:
        self.evaluation = evaluation
        self.item = item
        self.results: RuleResults = evaluation if item is None else item
        self.ruleset: CheckedRuleset = evaluation.dated.ruleset
        self.terms = TermDescriptions(self.ruleset)
        rules = self.ruleset if item is None else item.block
        self.conditions: Mapping[str, Condition] = rules.conditions
        self.values: Mapping[str, Value] = rules.values
        self.evaluator = evaluation.terms if item is None else evaluation.evaluator_of_item(item)

    def reason(self, condition: Condition) -> Reason:
        verdict = self.results.conditions[condition.id]
        applied = [each for each in condition.exceptions if self._may_apply(each)]
        provenances = [condition.provenance, *(exception.provenance for exception in applied)]
        group = condition.test if isinstance(condition.test, Group) else None
        return Reason(
            id=condition.id,
            title=condition.title,
            truth=verdict.truth,
            test=_test_text(condition),
            comparisons=tuple(self._comparisons(condition, applied)),
            members=group.members if group else (),
            met_by=self.results.met_by(condition),
            exceptions=tuple(
                AppliedException(exception.id, exception.title)
                for exception in self._applied_exceptions(condition, applied)
            ),
            citation=self._citation(applied[0].provenance if applied else condition.provenance),
            notes=tuple(dict.fromkeys(note for each in provenances for note in each.notes)),
            missing_facts=tuple(sorted(need.fact for need in verdict.dependencies.missing_inputs)),
            excludes=condition.excludes,
        )

    def consequence_reason(self, value: Value) -> ConsequenceReason:
        """Return the reason for the figure of a consequence."""
        possible = self.results.values[value.name]
        is_given = value.input_fact in self.evaluation.situation.known
        applied = [] if is_given else [each for each in value.exceptions if self._may_apply(each)]
        provisions = [exception.narrowed for exception in applied]
        if value.input_fact is not None and is_given:
            provisions = [FactRef(value.input_fact)]
        elif not self._is_replaced(value):
            provisions.insert(0, value.narrowed)
        table = None if is_given or value.last_row is None else value.last_row.table
        whens = () if is_given else [exception.guard for exception in applied or value.exceptions]
        whens = () if table is not None else whens
        keys = () if table is None else self.ruleset.parameters[table].by
        provenances = [value.provenance, *(exception.provenance for exception in applied)]
        if value.rounding is not None and not is_given:
            provenances.append(value.rounding.provenance)
        tests = dict.fromkeys(
            atom
            for test in (*whens, *provisions)
            if isinstance(test, Test)  # those inside a generator are about its items
            for atom in atoms(test)
        )
        missing = () if possible.is_settled else possible.dependencies.missing_inputs
        figures = self._figures_read(provisions)
        return ConsequenceReason(
            name=value.name,
            title=value.title,
            value=display_value(
                possible,
                value.type,
                value.title,
                row=None if table is None else applied_row(self.evaluator, table),
            ),
            stated_for=value.stated_for,
            expression=unparse(value.expression),
            operands=tuple(map(self._operand, dict.fromkeys((*keys, *figures)))),
            comparisons=tuple(self._comparison(atom) for atom in tests if not _is_constant(atom)),
            exceptions=tuple(
                AppliedException(each.id, each.title) for each in applied if each.bands is None
            ),
            citation=self._citation(applied[0].provenance if applied else value.provenance),
            notes=tuple(dict.fromkeys(note for each in provenances for note in each.notes)),
            missing_facts=tuple(sorted(need.fact for need in missing)),
        )

    def _figures_read(self, provisions: list[Expression]) -> tuple[Term, ...]:
        """Return the figures that expressions read outside tests, with the keys of their tables."""
        figures: dict[Term, None] = {}
        pending: list[Expression | ListRef] = [*reversed(provisions)]
        while pending:
            node = pending.pop()
            if isinstance(node, Atom):
                continue
            if isinstance(node, FactRef | ParameterRef | ValueRef | ElementRef | Aggregate):
                figures[FactRef(node.name) if isinstance(node, FactRef) else node] = None
                figures.update(dict.fromkeys(self._keys(node)))
            else:
                pending += children(node)[::-1]
        return tuple(figures)

    def _keys(self, node: Term) -> tuple[Key, ...]:
        """Return the facts or values that choose the row of a table."""
        return self.ruleset.parameters[node.name].by if isinstance(node, ParameterRef) else ()

    def _may_apply(self, exception: RuleException) -> bool:
        return self._guard_truth(exception) is not False

    def _is_replaced(self, rule: Condition | Value) -> bool:
        """Return whether an exception is certain to apply, so that the rule itself does not."""
        return is_replaced(rule, self.evaluator.test) or any(
            self._guard_truth(exception) is True for exception in rule.exceptions
        )

    def _guard_truth(self, exception: RuleException) -> Truth:
        """Return the truth of a guard of the item, or of the case, whose values an item reads."""
        guard = self.results.exception_guards.get(exception.id)
        return (guard or self.evaluation.exception_guards[exception.id]).truth

    def _applied_exceptions(
        self, condition: Condition, applied: list[RuleException]
    ) -> Iterator[RuleException]:
        """Yield the exceptions that may apply to the condition or to a value that it tests."""
        yield from applied
        if isinstance(condition.test, Group) or self._is_replaced(condition):
            return
        for reference in references(condition.test):
            if isinstance(reference, ValueRef):
                value = self.ruleset.all_values[reference.name]
                if self.item is None and reference.name in self.ruleset.list_of_value:
                    continue
                if value.input_fact not in self.evaluation.situation.known:
                    exceptions = (each for each in value.exceptions if each.bands is None)
                    yield from filter(self._may_apply, exceptions)

    def _comparisons(
        self, condition: Condition, applied: list[RuleException]
    ) -> Iterator[Comparison]:
        expressions: list[Expression] = []
        if not isinstance(condition.test, Group) and not self._is_replaced(condition):
            expressions.append(condition.test)
        expressions += [exception.narrowed for exception in applied]
        for expression in expressions:
            for atom in atoms(expression):
                if not _is_constant(atom) and not self._reads_known_absence(atom):
                    yield self._comparison(atom)

    def _reads_known_absence(self, atom: Atom) -> bool:
        """Return whether an atom that a guard excludes computes with a known absence."""
        known = self.results.situation.known
        if all(fact.figure is not None for fact in known.values()):
            return False
        reads = [read for read in references(atom) if isinstance(read, FactRef)]
        facts = [known.get(read.name) for read in reads if read.is_present]
        return any(fact is not None and fact.figure is None for fact in facts)

    def _comparison(self, atom: Atom) -> Comparison:
        truth = self.results.atoms[atom].truth
        match atom:
            case Compare(operator, left, right):
                sides = self._operand(left, right), self._operand(right, left)
                nearest = margin(self.evaluation, atom, self.item)
                return Comparison(truth, Operator(operator), *sides, nearest)
            case InSet(operand, words):
                sides = self._operand(operand), self._operand(words, operand)
                return Comparison(truth, Operator.IN, *sides)
            case InPeriod(operand, period):
                return Comparison(truth, Operator.IN, self._operand(operand), self._operand(period))
            case Quantifier(is_universal):
                items = self._item_results(atom)
                operator = Operator.ALL if is_universal else Operator.ANY
                return Comparison(truth, operator, self._list_operand(atom), items=items)
            case IsSameItem():
                raise TypeError("two items are compared only inside a list")
            case IsNone(operand):
                return Comparison(truth, Operator.IS_NONE, self._operand(operand))
            case BoolTest(operand):
                return Comparison(truth, Operator.HOLDS, self._operand(operand))

    def _item_results(self, atom: Quantifier) -> tuple[ItemResult, ...] | None:
        """Return the items of a list with their truths, or None if the list is unknown."""
        items = self.evaluator.item_evaluators(atom.source_list, atom.variable)
        if items.known is None:
            return None
        return tuple(ItemResult(item.key, item.test(atom.test).truth) for item in items.known)

    def _list_operand(self, atom: Quantifier) -> Operand:
        """Return a list as an operand: the number of its items that hold the test."""
        count = self.evaluator.term(Count(atom.variable, atom.source_list, atom.test))
        title = self.terms.title_of_list(atom.source_list)
        fact = self.results.situation.fact_path(atom.source_list.name)
        type_ = self.terms.type_of_count(atom.source_list)
        shown = DisplayValue(count, "count", str(type_.unit), unit_title=type_.unit_title)
        return Operand(unparse(atom), title, shown, fact)

    def _operand(self, node: Term, other_side: Term | None = None) -> Operand:
        other_type = self.terms.type_of(other_side) if other_side is not None else None
        type_ = self.terms.type_of(node) or other_type
        text = unparse(node)
        if type_ is not None and isinstance(node, Word):
            title = type_.words.get(node.word, LocalizedText(text, text))
        else:
            title = self.terms.title_of(node) or LocalizedText(text, text)
        possible = self.evaluator.term(node)
        if type_ is None:
            shown = DisplayValue(possible, "number")
        else:
            # If only one side of a comparison has a unit title, both are shown with it.
            unit_type = type_ if type_.unit_title or other_type is None else other_type
            shown = DisplayValue(
                possible,
                kind=str(type_.kind),
                unit=str(type_.unit),
                words=type_.words or (other_type.words if other_type else {}),
                none=type_.none,
                unit_title=unit_type.unit_title if unit_type.unit == type_.unit else None,
            )
        fact = self.results.situation.fact_path(node.name) if isinstance(node, FactRef) else ""
        is_bare = isinstance(node, (Number, Word, YesNo))
        return Operand(text, title, shown, fact, is_bare)

    def _citation(self, provenance: Provenance) -> Citation | None:
        if not provenance.source:
            return None
        source = self.ruleset.sources[provenance.source]
        return Citation(provenance.quote, source.id, source.title, source.issued)


def _is_constant(atom: Atom) -> bool:
    """Return whether a test is `true` or `false`: the title of its exception explains it."""
    return isinstance(atom, BoolTest) and isinstance(atom.operand, YesNo)


def _test_text(condition: Condition) -> str:
    test = condition.test
    if not isinstance(test, Group):
        return unparse(test)
    kind = f"at least {test.n}" if test.kind == "at_least" else test.kind
    return f"{kind} of {', '.join(test.members)}"
