"""Evaluate terms and atoms exactly, for every engine.

The checker evaluates the same terms on a case without known facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.evaluation.aggregates import (
    distinct_of_items,
    extreme_of_items,
    sum_of_largest_items,
)
from policyrules.evaluation.dated import DatedRuleset, StatedRows
from policyrules.evaluation.lists import (
    ItemEvaluator,
    ItemScope,
    ListView,
    count_items,
    quantify,
    sum_items,
    view_list,
)
from policyrules.evaluation.situation import Situation
from policyrules.evaluation.table_lookup import look_up_cell, look_up_row
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Atom,
    BoolTest,
    CalendarPart,
    Compare,
    ConditionRef,
    Count,
    Cut,
    DateDiff,
    DateShift,
    Distinct,
    ElementRef,
    EligibleRef,
    FactRef,
    FellowRef,
    InPeriod,
    InSet,
    IsNone,
    IsSameItem,
    ListExtreme,
    ListName,
    ListRef,
    Marginal,
    MinMax,
    Negate,
    Not,
    Number,
    Or,
    ParameterRef,
    Quantifier,
    Sum,
    SumOfLargest,
    Term,
    Test,
    ValueRef,
    Word,
    WorkingDayTerm,
    YesNo,
)
from policyrules.ir.ruleset import Condition, Group, RuleException, Value
from policyrules.ir.traverse import name_of_sum, plain_reference
from policyrules.values.calendar import whole_months, whole_years
from policyrules.values.calendar_parts import calendar_part
from policyrules.values.calendar_sums import calendar_sum
from policyrules.values.dependencies import (
    NO_DEPENDENCIES,
    Dependencies,
    Indeterminacy,
    MissingInput,
    union,
)
from policyrules.values.exact import Exact
from policyrules.values.kleene import (
    FAILED,
    HELD,
    Verdict,
    all_of,
    any_of,
    at_least,
    compare,
    in_period,
    is_none,
    is_true,
    member_of,
    none_of,
    not_,
    to_value,
)
from policyrules.values.marginal import marginal
from policyrules.values.possible import (
    Interval,
    Possible,
    add,
    collapse_point,
    distance,
    divide,
    hull,
    min_or_max,
    multiply,
    negate,
    number,
    subtract,
    without_absence,
    word,
)
from policyrules.values.working_days import OPERATIONS

_ARITHMETIC: Final[Mapping[str, Callable[[Possible, Possible], Possible]]] = MappingProxyType(
    {"+": add, "-": subtract, "*": multiply, "/": divide}
)


_WHOLE: Final[Mapping[str, Callable[[Exact, Exact], Exact]]] = MappingProxyType(
    {
        "day": lambda start, end: int(end) - int(start),
        "year": lambda start, end: whole_years(int(start), int(end)),
        "month": lambda start, end: whole_months(int(start), int(end)),
    }
)


def _reject_condition(name: str) -> Verdict:
    raise TypeError(f"the condition `{name}` cannot be read here")


def _reject_items(name: str) -> ListView[TermEvaluator]:
    raise TypeError(f"the items of `{name}` cannot be evaluated here")


@attrs.frozen
class TermEvaluator:
    """An evaluator of terms and tests on one case, or on one item of it.

    An engine provides `value`, which returns a value by name, and `items`, which returns the items
    of a list with rules. `bindings` has the items of lists of figures by variable;
    `item_eligibility` returns the eligibility of the item, `condition` the verdict of a condition.
    `is_of_block` marks the rules of an item: they go through a list as through other items, and
    `fellow` evaluates what they read of one.
    """

    dated: DatedRuleset
    situation: Situation
    value: Callable[[str], Possible]
    items: Callable[[str], ListView[TermEvaluator]] = _reject_items
    bindings: Mapping[str, Possible] = attrs.field(factory=dict, hash=False)
    item_eligibility: Callable[[], Verdict] | None = None
    condition: Callable[[str], Verdict] = _reject_condition
    is_of_block: bool = False
    fellow: TermEvaluator | None = None

    def term(self, node: Term) -> Possible:
        """Return the possible value of a term."""
        match node:
            case FactRef(name, cuts=cuts):
                possible = self.situation.possible(self.dated.ruleset.facts[name])
                possible = self._narrowed(possible, cuts) if cuts else possible
                return without_absence(possible) if node.is_present else possible
            case ValueRef(name):
                return self.value(name)
            case ParameterRef(name):
                return self.parameter(name)
            case Number(value):
                return number(value)
            case YesNo(value):
                return word(value)
            case Word(text):
                return word(text)
            case Negate(operand):
                return negate(self.term(operand))
            case Arithmetic(operator, left, right):
                return _ARITHMETIC[operator](self.term(left), self.term(right))
            case MinMax(largest, operands):
                return min_or_max([self.term(operand) for operand in operands], largest=largest)
            case ElementRef(name):
                return self.bindings[name]
            case FellowRef(reference):
                return self._other_item().term(reference)
            case Marginal(scale, income):
                return marginal(self.term(scale), self.term(income))
            case CalendarPart(part, kind, operand):
                return calendar_part(part, kind, self.term(operand))
            case DateShift(kind, operator, unit, start, count):
                units = self.term(count)
                units = negate(units) if operator == "-" else units
                return calendar_sum(kind, unit, self.term(start), units, name_of_sum(node))
            case DateDiff(unit, start, end):
                return distance(self.term(start), self.term(end), _WHOLE[unit])
            case WorkingDayTerm(function, operands):
                return self._working_days(function, [self.term(operand) for operand in operands])
            case Count(variable, source_list):
                return count_items(node, self.item_evaluators(source_list, variable))
            case Sum(variable, source_list):
                return sum_items(node, self.item_evaluators(source_list, variable))
            case ListExtreme(_, variable, source_list, default=default):
                otherwise = None if default is None else self.term(default)
                items = self.item_evaluators(source_list, variable)
                return extreme_of_items(node, items, otherwise)
            case SumOfLargest(variable, source_list, n=n):
                items = self.item_evaluators(source_list, variable)
                return sum_of_largest_items(node, items, self.term(n))
            case Distinct(variable, source_list):
                return distinct_of_items(node, self.item_evaluators(source_list, variable))
            case EligibleRef(name):
                if self.item_eligibility is None:
                    raise TypeError(f"the eligibility of `{name}` was read outside an item")
                return to_value(self.item_eligibility())
            case ConditionRef(name):
                return to_value(self.condition(name))

    def _narrowed(self, possible: Possible, cuts: tuple[Cut, ...]) -> Possible:
        """Return a fact with its range narrowed by cuts; a known fact is returned unchanged.

        A limit that may be not stated cuts nothing. If the range would be empty, it stays whole:
        the guard of the exception has failed then.
        """
        if possible.dependencies is NO_DEPENDENCIES or not isinstance(possible.figures, Interval):
            return possible
        lows, highs = [possible.figures.low], [possible.figures.high]
        for cut in cuts:
            limit = self.term(cut.term)
            if limit.not_stated or limit.undefined or not isinstance(limit.figures, Interval):
                continue
            if cut.operator in {">", ">=", "=="}:
                lows.append(limit.figures.low)
            if cut.operator in {"<", "<=", "=="}:
                highs.append(limit.figures.high)
        low = max((bound for bound in lows if bound is not None), default=None)
        high = min((bound for bound in highs if bound is not None), default=None)
        if low is not None and high is not None and low > high:
            return possible
        # A known absence fails every comparison that cuts.
        return collapse_point(
            attrs.evolve(possible, figures=Interval(low, high), may_be_none=False)
        )

    def _working_days(self, function: str, operands: Sequence[Possible]) -> Possible:
        """Return a day or a number of days by the calendar of the ruleset."""
        calendar = self.dated.ruleset.calendar
        if calendar is None:
            raise TypeError("working days are counted without a calendar")
        return OPERATIONS[function](calendar.days, *operands)

    def atom(self, node: Atom) -> Verdict:
        """Return the verdict of a test without `and`, `or` or `not` inside."""
        match node:
            case Compare(operator, left, right):
                first, second = self.term(left), self.term(right)
                if self.fellow is not None and self._is_one_figure(left, right, first):
                    return HELD if operator in {"==", "<=", ">="} else FAILED
                return compare(operator, first, second)
            case InSet(operand, words):
                return member_of(self.term(operand), self.term(words))
            case InPeriod(operand, period, kind):
                return in_period(kind, self.term(operand), self.term(period))
            case Quantifier(_, variable, source_list):
                return quantify(node, self.item_evaluators(source_list, variable))
            case IsNone(operand):
                return is_none(self.term(operand))
            case IsSameItem():
                return self._is_same_item()
            case BoolTest(operand):
                return is_true(self.term(operand))

    def parameter(self, name: str) -> Possible:
        """Return the possible value of a parameter on the date; a table is looked up by its key."""
        stated = self.dated.parameter_values[name]
        if isinstance(stated, Possible):
            return stated
        keys = [self.term(key) for key in self.dated.ruleset.parameters[name].by]
        if not keys:
            raise TypeError(f"a table without a key: {name}")
        return (
            look_up_row(stated, keys)
            if isinstance(stated, StatedRows)
            else look_up_cell(stated, keys[0])
        )

    def row_of(self, value: Value) -> Possible | None:
        """Return the row of a value with rows, as a word; None for another value."""
        return None if value.last_row is None else self.parameter(value.last_row.table)

    def test(self, node: Test) -> Verdict:
        """Return the verdict of a test that no engine chains, such as one about an item."""
        return evaluate_test(node, self.atom)

    def item_evaluators(self, source_list: ListName, variable: str) -> ListView[ItemEvaluator]:
        """Return the evaluators of the items of a list."""
        ruleset = self.dated.ruleset
        if self.is_of_block and isinstance(source_list, ListRef):
            return self._fellows(source_list).map(
                lambda fellow: self._beside(fellow).item_evaluator(fellow.key or "")
            )
        if source_list.name in ruleset.item_rules and isinstance(source_list, ListRef):
            return self.items(source_list.name).map(TermEvaluator.item_evaluator)
        return view_list(ruleset, self.situation, source_list, variable).map(self._evaluator_in)

    def item_evaluator(self, key: str = "") -> ItemEvaluator:
        """Return the evaluator of the item that the terms are about."""
        return ItemEvaluator(key or self.key or "", self.test, self.term)

    @property
    def key(self) -> str | None:
        """The key of the item that the terms are about; None for any item of an unknown list."""
        return None if self.situation.item is None else self.situation.item[1]

    def _fellows(self, source_list: ListRef) -> ListView[TermEvaluator]:
        """Return the evaluators of what the rules of an item read of the items of a list."""
        ruleset, name = self.dated.ruleset, source_list.name
        if name in ruleset.item_rules:
            return self.items(name)
        scopes = view_list(ruleset, self.situation, source_list, "")
        return scopes.map(lambda scope: attrs.evolve(self, situation=scope.situation))

    def _beside(self, fellow: TermEvaluator) -> TermEvaluator:
        return TermEvaluator(
            self.dated,
            self.situation,
            self.value,
            self.items,
            self.bindings,
            self.item_eligibility,
            self.condition,
            is_of_block=True,
            fellow=fellow,
        )

    def _other_item(self) -> TermEvaluator:
        if self.fellow is None:
            raise TypeError("another item is read outside a list of items")
        return self.fellow

    def _is_one_figure(self, left: Term, right: Term, figure: Possible) -> bool:
        """Return whether a figure of the item is compared with itself, and surely is a figure."""
        if self.fellow is None or self.key is None:
            return False
        if self.fellow.situation.item != self.situation.item:
            return False
        fellow, other_side = (left, right) if isinstance(left, FellowRef) else (right, left)
        is_same = isinstance(fellow, FellowRef) and plain_reference(fellow) == other_side
        is_settled = not (figure.may_be_none or figure.not_stated or figure.undefined)
        return is_same and is_settled and figure.figures is not None

    def _is_same_item(self) -> Verdict:
        """Return whether the other item is the item itself, which is open for an unknown list."""
        other = self._other_item()
        if self.key is None or other.key is None:
            name = "" if other.situation.item is None else other.situation.item[0]
            return Verdict(None, Dependencies(frozenset({MissingInput(name)})))
        return HELD if self.key == other.key else FAILED

    def _evaluator_in(self, scope: ItemScope) -> ItemEvaluator:
        bindings = {**self.bindings, **scope.bindings}
        inner = attrs.evolve(self, situation=scope.situation, bindings=bindings)
        return inner.item_evaluator(scope.key or "")


def evaluate_test(node: Test, atom: Callable[[Atom], Verdict]) -> Verdict:
    """Return the verdict of a test; `atom` evaluates its parts without `and`, `or` or `not`."""
    match node:
        case Not(operand):
            return not_(evaluate_test(operand, atom))
        case And(operands):
            return all_of([evaluate_test(operand, atom) for operand in operands])
        case Or(operands):
            return any_of([evaluate_test(operand, atom) for operand in operands])
        case _:
            return atom(node)


def evaluate_group(group: Group, members: Sequence[Verdict]) -> Verdict:
    """Return the verdict of a group of conditions."""
    if group.kind == "at_least":
        return at_least(group.n, members)
    return {"all": all_of, "any": any_of, "none": none_of}[group.kind](members)


def evaluate_guard(exception: RuleException, test: Callable[[Test], Verdict]) -> Verdict:
    """Return the verdict of the guard of an exception, which fails if a cut range is empty."""
    guard = test(exception.guard)
    if guard.truth is None and any(test(node).truth is False for node in exception.implied):
        return FAILED
    return guard


def is_replaced(rule: Value | Condition, test: Callable[[Test], Verdict]) -> bool:
    """Return whether some exception in order, or some row but the last, is certain to apply."""
    if isinstance(rule, Value) and rule.last_row is not None:
        return test(rule.last_row.when).truth is False
    return rule.is_ordered and any(
        test(exception.when).truth is True for exception in rule.exceptions
    )


def apply_value_exceptions(
    name: str,
    default: Possible,
    exceptions: Sequence[tuple[Verdict, Possible]],
    *,
    is_replaced: bool = False,
) -> Possible:
    """Combine the default of a value with its guarded exceptions, each (guard, value).

    An exception is a candidate unless its guard has failed, the default unless some guard is held
    or it `is_replaced` by one of several exceptions; the result is the hull of the candidates.
    Exceptions that all apply to the case as given and cannot agree are reported as a conflict;
    exceptions that only may apply may exclude each other.
    """
    if not exceptions:
        return default
    candidates = [value for guard, value in exceptions if guard.truth is not False]
    applied = [value for guard, value in exceptions if guard.truth is True]
    if not (candidates and (applied or is_replaced)):
        candidates.append(default)
    choice = union(guard.dependencies for guard, _ in exceptions if guard.truth is None)
    result = hull(candidates, choice)
    if any(are_disjoint(left, right) for left, right in combinations(applied, 2)):
        conflict = Dependencies(indeterminacies=frozenset({Indeterminacy(name, "conflict")}))
        result = attrs.evolve(result, dependencies=result.dependencies | conflict)
    return result


def are_disjoint(left: Possible, right: Possible) -> bool:
    """Return whether two possible values have no figure or word in common."""
    if left.figures is None or right.figures is None:
        return False
    if isinstance(left.figures, Interval):
        return compare("==", left, right).truth is False
    return not (left.choices & right.choices)
