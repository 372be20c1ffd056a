"""Evaluate terms and atoms exactly, for every engine.

The checker evaluates the same terms on a case without known facts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from itertools import combinations
from types import MappingProxyType
from typing import Final

import attrs

from policyrules.display.value import DisplayValue, distinguishing_places_among
from policyrules.errors import FactsError, facts_disagree
from policyrules.evaluation.dated import DatedRuleset, StatedRows
from policyrules.evaluation.list_figures import (
    distinct_of_items,
    extreme_of_items,
    sum_of_largest_items,
)
from policyrules.evaluation.lists import (
    ItemEvaluator,
    ItemScope,
    ListView,
    count_items,
    quantify,
    sum_items,
    view_list,
)
from policyrules.evaluation.look_up import look_up_cell, look_up_row
from policyrules.evaluation.situation import KnownFact, Situation, known_value, unknown_value
from policyrules.ir.nodes import (
    And,
    Arithmetic,
    Atom,
    BoolTest,
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
    InPeriod,
    InSet,
    IsNone,
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
    YearOf,
    YesNo,
)
from policyrules.ir.ruleset import Condition, Fact, Group, RuleException, Value
from policyrules.ir.traverse import expressions_of, fact_dependencies, has_division, name_of_sum
from policyrules.values.calendar import truncate, whole_months, whole_years
from policyrules.values.calendar_sums import calendar_sum
from policyrules.values.dependencies import (
    NO_DEPENDENCIES,
    Dependencies,
    Indeterminacy,
    MissingInput,
    union,
)
from policyrules.values.exact import Exact, is_rounding_of
from policyrules.values.kleene import (
    FAILED,
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
    map_monotone,
    min_or_max,
    multiply,
    negate,
    number,
    rounded,
    subtract,
    with_indeterminacy,
    without_absence,
    word,
)

_ARITHMETIC: Final[Mapping[str, Callable[[Possible, Possible], Possible]]] = MappingProxyType(
    {"+": add, "-": subtract, "*": multiply, "/": divide}
)


def _year(day: Exact) -> int:
    return truncate("calendar_year", int(day))


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
    """

    dated: DatedRuleset
    situation: Situation
    value: Callable[[str], Possible]
    items: Callable[[str], ListView[TermEvaluator]] = _reject_items
    bindings: Mapping[str, Possible] = attrs.field(factory=dict, hash=False)
    item_eligibility: Callable[[], Verdict] | None = None
    condition: Callable[[str], Verdict] = _reject_condition

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
            case Marginal(scale, income):
                return marginal(self.term(scale), self.term(income))
            case YearOf(operand):
                return map_monotone(self.term(operand), _year)
            case DateShift(kind, operator, unit, start, count):
                units = self.term(count)
                units = negate(units) if operator == "-" else units
                return calendar_sum(kind, unit, self.term(start), units, name_of_sum(node))
            case DateDiff(unit, start, end):
                return distance(self.term(start), self.term(end), _WHOLE[unit])
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
        """Return a fact where its cuts hold; a known one is what it is.

        A limit cuts nothing while the text may not state it, and an empty range stays as it is: the
        guard of its exception has failed.
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

    def atom(self, node: Atom) -> Verdict:
        """Return the verdict of a test without logic inside."""
        match node:
            case Compare(operator, left, right):
                return compare(operator, self.term(left), self.term(right))
            case InSet(operand, words):
                return member_of(self.term(operand), self.term(words))
            case InPeriod(operand, period, kind):
                return in_period(kind, self.term(operand), self.term(period))
            case Quantifier(_, variable, source_list):
                return quantify(node, self.item_evaluators(source_list, variable))
            case IsNone(operand):
                return is_none(self.term(operand))
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

    def test(self, node: Test) -> Verdict:
        """Return the verdict of a test that no engine chains, such as one about an item."""
        return evaluate_test(node, self.atom)

    def item_evaluators(self, source_list: ListName, variable: str) -> ListView[ItemEvaluator]:
        """Return the evaluators of the items of a list."""
        ruleset = self.dated.ruleset
        if source_list.name in ruleset.item_rules and isinstance(source_list, ListRef):
            return self.items(source_list.name).map(TermEvaluator.item_evaluator)
        return view_list(ruleset, self.situation, source_list, variable).map(self._evaluator_in)

    def item_evaluator(self, key: str = "") -> ItemEvaluator:
        """Return the evaluator of the item that the terms are about."""
        item = self.situation.item
        return ItemEvaluator(key or (item and item[1]) or "", self.test, self.term)

    def _evaluator_in(self, scope: ItemScope) -> ItemEvaluator:
        bindings = {**self.bindings, **scope.bindings}
        inner = attrs.evolve(self, situation=scope.situation, bindings=bindings)
        return inner.item_evaluator(scope.key or "")


def evaluate_test(node: Test, atom: Callable[[Atom], Verdict]) -> Verdict:
    """Return the verdict of a test; `atom` evaluates the parts without logic inside."""
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
    """Return the verdict of the guard of an exception, which fails where a cut range is empty."""
    guard = test(exception.guard)
    implied = [test(node).truth for node in exception.implied]
    return FAILED if guard.truth is None and False in implied else guard


def is_replaced(rule: Value | Condition, test: Callable[[Test], Verdict]) -> bool:
    """Return whether some exception in order applies, be it this one or one before it."""
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
    if not (applied or is_replaced):
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


@attrs.frozen
class ResolvedValue:
    """A value after rounding and after comparison with the fact that may be given for it.

    If the given figure is the computed one rounded, `rounding_candidates` are both: the given, the
    computed. If they contradict each other, `possible` is the given one and `error` the
    contradiction, which the engine raises with those of other values.
    """

    possible: Possible
    rounding_candidates: tuple[Possible, Possible] | None = None
    error: FactsError | None = None


def resolve_value(
    value: Value, computed: Possible, situation: Situation, dated: DatedRuleset
) -> ResolvedValue:
    """Round a value, and use its input fact if that is given."""
    result = computed
    if value.rounding is not None:
        result = rounded(result, value.rounding.step, value.rounding.mode)
    if result.undefined and any(map(has_division, expressions_of(value))):
        division = Dependencies(
            indeterminacies=frozenset({Indeterminacy(value.name, "division_by_zero")})
        )
        result = with_indeterminacy(result, division)
    if value.input_fact is None:
        return ResolvedValue(result)
    known = situation.known.get(value.input_fact)
    if known is None:
        return ResolvedValue(_with_input_alternative(dated.ruleset.facts[value.input_fact], result))
    return _resolve_given_figure(value, known, result, situation, dated)


def _with_input_alternative(fact: Fact, computed: Possible) -> Possible:
    """Add the input fact, which is not given, to the dependencies of the computed value."""
    if not computed.dependencies:
        return computed
    others = sorted(
        {name for need in computed.dependencies.missing_inputs for name in need.facts} - {fact.name}
    )
    dependencies = Dependencies(
        frozenset({MissingInput(fact.name, tuple(others))}), computed.dependencies.indeterminacies
    )
    if computed.undefined or computed.not_stated:
        # If nothing can be computed, nothing contradicts the fact: it may have any figure.
        computed = hull([computed, unknown_value(fact)])
    return attrs.evolve(computed, dependencies=dependencies, definedness=None)


def _resolve_given_figure(
    value: Value, known: KnownFact, computed: Possible, situation: Situation, dated: DatedRuleset
) -> ResolvedValue:
    """Compare a given figure with the computed value, and return the value that results."""
    given = situation.possible(dated.ruleset.facts[value.input_fact or ""])
    figure = known.figure
    if not isinstance(computed.figures, Interval) or isinstance(figure, (str, bool, tuple)):
        agree = computed.undefined or computed.not_stated or _may_agree(given, computed)
        if not agree:
            return ResolvedValue(
                given, error=contradiction_error(value, known, computed, situation, dated)
            )
        return ResolvedValue(given)
    if figure is None or computed.undefined or computed.not_stated:
        return ResolvedValue(given)
    low, high = computed.figures.low, computed.figures.high
    if (low is None or low <= figure) and (high is None or figure <= high):
        return ResolvedValue(given)
    nearest = low if low is not None and figure < low else high
    if nearest is None or not is_rounding_of(nearest, figure, known.places):
        return ResolvedValue(
            given, error=contradiction_error(value, known, computed, situation, dated)
        )
    if not computed.figures.is_point:
        return ResolvedValue(given)
    between = Possible(Interval(min(figure, nearest), max(figure, nearest)))
    return ResolvedValue(between, (given, computed))


def _may_agree(given: Possible, computed: Possible) -> bool:
    """Return whether a given word may equal the computed one."""
    if given.may_be_none and computed.may_be_none:
        return True
    return bool(given.choices & computed.choices)


def contradiction_error(
    value: Value, known: KnownFact, computed: Possible, situation: Situation, dated: DatedRuleset
) -> FactsError:
    """Return the error for a given figure that contradicts the one computed from facts."""
    others = [
        name
        for name in fact_dependencies(dated.ruleset, ValueRef(value.name), through_inputs=False)
        if name in situation.known and name != value.input_fact
    ]
    type_ = value.type
    values = [
        DisplayValue(
            possible,
            str(type_.kind),
            str(type_.unit),
            type_.words,
            none=type_.none,
            unit_title=type_.unit_title,
        )
        for possible in (known_value(known), computed)
    ]
    places = distinguishing_places_among(values)
    return facts_disagree(
        value.name,
        [value.input_fact or "", *others],
        *(value_shown.text("en", places) for value_shown in values),
        by_rounding=_is_rounding(known, computed),
    )


def _is_rounding(known: KnownFact, computed: Possible) -> bool:
    """Return whether the two differ by less than one unit of the last written place."""
    figure, exact = known_value(known).point(), computed.point()
    if figure is None or exact is None or known.places is None:
        return False
    apart_by = figure - exact if figure > exact else exact - figure
    return 0 < apart_by < Fraction(1, 10**known.places)
