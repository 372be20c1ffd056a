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
from policyrules.evaluation.result import Evaluation, ItemEvaluation, RuleResults
from policyrules.evaluation.terms import is_replaced
from policyrules.ir.nodes import (
    Aggregate,
    Arithmetic,
    Atom,
    BoolTest,
    Compare,
    ConditionRef,
    Count,
    DateDiff,
    DateShift,
    Distinct,
    ElementRef,
    EligibleRef,
    Expression,
    FactRef,
    InPeriod,
    InSet,
    IsNone,
    Key,
    ListExtreme,
    ListName,
    ListRef,
    Marginal,
    MinMax,
    Negate,
    Number,
    ParameterRef,
    Quantifier,
    Sum,
    SumOfLargest,
    Term,
    Test,
    ValueRef,
    Word,
    WorkingDayTerm,
    YearOf,
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
from policyrules.ir.types import Kind, Type, Unit
from policyrules.ir.unparse import unparse
from policyrules.outcome.applied_rows import applied_row
from policyrules.outcome.consequences import stated_consequences
from policyrules.outcome.margins import margin
from policyrules.outcome.slabs import Slabs
from policyrules.outcome.working_days import title_of_working_days
from policyrules.text.localized import LocalizedText
from policyrules.values.kleene import Truth
from policyrules.values.possible import Possible


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
        title = self._title_of_list(atom.source_list)
        fact = self.results.situation.fact_path(atom.source_list.name)
        type_ = self._count_type(atom.source_list)
        shown = DisplayValue(count, "count", str(type_.unit), unit_title=type_.unit_title)
        return Operand(unparse(atom), title, shown, fact)

    def _operand(self, node: Term, other_side: Term | None = None) -> Operand:
        other_type = self._type(other_side) if other_side is not None else None
        type_ = self._type(node) or other_type
        text = unparse(node)
        if type_ is not None and isinstance(node, Word):
            title = type_.words.get(node.word, LocalizedText(text, text))
        else:
            title = self._title(node) or LocalizedText(text, text)
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

    def _type(self, node: Term) -> Type | None:
        match node:
            case FactRef(name):
                return self.ruleset.facts[name].type
            case ParameterRef(name):
                return self.ruleset.parameters[name].type
            case ValueRef(name):
                return self.ruleset.all_values[name].type
            case ElementRef(_, fact):
                return self.ruleset.facts[fact].type.entry
            case ConditionRef():
                return Type(Kind.YES_NO)
            case YearOf():
                return Type(Kind.CALENDAR_YEAR)
            case DateShift(kind):
                return Type(Kind(kind))
            case Marginal(scale):
                return Type(Kind.MONEY, self.ruleset.parameters[scale.name].type.unit)
            case WorkingDayTerm("between"):
                return Type(Kind.COUNT, Unit.from_name("day"))
            case WorkingDayTerm():
                return Type(Kind.DATE)
            case DateDiff(unit):
                return Type(Kind.COUNT, Unit.from_name(unit))
            case Count(_, source_list):
                return self._count_type(source_list)
            case Distinct():
                return Type(Kind.COUNT)
            case ListExtreme(term=term) | SumOfLargest(term=term):
                return self._type(term)
            case Number() | YesNo() | Word() | EligibleRef():
                return None
            case Negate() | Arithmetic() | MinMax() | Sum():
                return None

    def _count_type(self, source_list: ListName) -> Type:
        """Return the type of a number of items of a list."""
        name = source_list.name
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
            case ElementRef(_, fact):
                return self.ruleset.facts[fact].title
            case ConditionRef(name):
                return self.ruleset.all_conditions[name].title
            case YearOf(operand):
                day = self._title(operand)
                return day and LocalizedText(f"{day.zh}的年份", f"Year of {day.en.lower()}")
            case DateShift(_, operator, _, start, count):
                return _title_of_sum(operator, self._title(start), self._title(count))
            case Marginal(scale, income):
                return _title_by_scale(self._title(scale), self._title(income))
            case WorkingDayTerm(function, operands):
                return title_of_working_days(function, [self._title(each) for each in operands])
            case DateDiff(start=start, end=end):
                return self._title_between(node, self._title(start), self._title(end))
            case Count(_, source_list):
                title = self._title_of_list(source_list)
                return LocalizedText(f"{title.zh}中符合的", f"{title.en} that qualify")
            case ListExtreme() | SumOfLargest() | Distinct():
                return self._title_of_list_figure(node)
            case Number() | YesNo() | Word() | EligibleRef():
                return None
            case Negate() | Arithmetic() | MinMax() | Sum():
                return None

    def _title_of_list_figure(
        self, node: ListExtreme | SumOfLargest | Distinct
    ) -> LocalizedText | None:
        """Return a title such as “largest wage”, or None for a term without a title."""
        title = self._title(node.term)
        if title is None:
            return None
        zh, en = title.zh, title.en.lower()
        match node:
            case ListExtreme(is_max):
                words = ("最大", "Largest") if is_max else ("最小", "Smallest")
                if node.is_calendar:
                    words = ("最晚", "Latest") if is_max else ("最早", "Earliest")
                return LocalizedText(f"{words[0]}的{zh}", f"{words[1]} {en}")
            case SumOfLargest(n=n):
                number, text = self._title(n), unparse(n)
                shown = number or LocalizedText(text, text)
                return LocalizedText(
                    f"{zh}最高的若干项之和（项数：{shown.zh}）",
                    f"Sum of the largest {en} (as many as: {shown.en.lower()})",
                )
            case Distinct():
                return LocalizedText(f"不同{zh}的数目", f"Number of different: {en}")

    def _title_between(
        self, node: DateDiff, start: LocalizedText | None, end: LocalizedText | None
    ) -> LocalizedText | None:
        if start is None or end is None:
            return None
        unit = node.unit
        if node.is_age:
            return LocalizedText(
                f"截至{end.zh}的周岁",
                f"Age in full years from {start.en.lower()} to {end.en.lower()}",
            )
        if unit == "day":
            return LocalizedText(
                f"从{start.zh}到{end.zh}的天数",
                f"Days from {start.en.lower()} to {end.en.lower()}",
            )
        return LocalizedText(
            f"从{start.zh}到{end.zh}满",
            f"Full {unit}s from {start.en.lower()} to {end.en.lower()}",
        )

    def _title_of_list(self, source_list: ListName) -> LocalizedText:
        name = source_list.name
        return self.ruleset.facts[name].title if "." in name else self.ruleset.lists[name].title

    def _citation(self, provenance: Provenance) -> Citation | None:
        if not provenance.source:
            return None
        source = self.ruleset.sources[provenance.source]
        return Citation(provenance.quote, source.id, source.title, source.issued)


def _title_of_sum(
    operator: str, start: LocalizedText | None, count: LocalizedText | None
) -> LocalizedText | None:
    if start is None or count is None:
        return None
    zh, en = ("加", "plus") if operator == "+" else ("减", "minus")
    return LocalizedText(f"{start.zh}{zh}{count.zh}", f"{start.en} {en} {count.en.lower()}")


def display_value(
    possible: Possible,
    type_: Type,
    title: LocalizedText,
    *,
    row: LocalizedText | None = None,
    slabs: Slabs = (),
) -> DisplayValue:
    """Return a value with what is needed to display it."""
    return DisplayValue(
        possible,
        str(type_.kind),
        str(type_.unit),
        type_.words,
        type_.none,
        title,
        type_.unit_title,
        row,
        slabs,
    )


def _is_constant(atom: Atom) -> bool:
    """Return whether a test is `true` or `false`: the title of its exception explains it."""
    return isinstance(atom, BoolTest) and isinstance(atom.operand, YesNo)


def _title_by_scale(
    scale: LocalizedText | None, income: LocalizedText | None
) -> LocalizedText | None:
    if scale is None or income is None:
        return scale
    return LocalizedText(f"{income.zh}按{scale.zh}计算的数额", f"{scale.en} on {income.en.lower()}")


def _test_text(condition: Condition) -> str:
    test = condition.test
    if not isinstance(test, Group):
        return unparse(test)
    kind = f"at least {test.n}" if test.kind == "at_least" else test.kind
    return f"{kind} of {', '.join(test.members)}"
