"""Type the calls of functions: `min` and `max`, differences of dates, and functions of lists."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NoReturn, TypeVar

import attrs

from policyrules.check.expressions.fellows import check_name_of_fellow, check_size
from policyrules.check.expressions.names import item_fact_remedy
from policyrules.check.expressions.typed_terms import (
    SubexpressionChecker,
    TypeCheckFailed,
    TypedTerm,
    check_kind,
    check_same_unit,
    reject,
)
from policyrules.check.expressions.working_days import check_working_days
from policyrules.check.named_conditions import check_held
from policyrules.check.names import report_name_in_use, report_unknown
from policyrules.check.state import CheckState
from policyrules.ir.nodes import (
    Count,
    DateDiff,
    Distinct,
    FactRef,
    ListExtreme,
    ListName,
    ListRef,
    Marginal,
    MinMax,
    ParameterRef,
    Quantifier,
    Sum,
    SumOfLargest,
    Term,
    Test,
)
from policyrules.ir.types import PLAIN, Kind, Unit
from policyrules.syntax import expression_tree as syntax
from policyrules.syntax.expressions import RESERVED
from policyrules.text.fact_path import split_name
from policyrules.text.span import Span

_Checker = TypeVar("_Checker", bound=SubexpressionChecker)
_Given = TypeVar("_Given")
_Checked = TypeVar("_Checked")


def check_call(
    checker: SubexpressionChecker,
    function: str,
    arguments: tuple[syntax.ExpressionNode, ...],
    span: Span,
) -> TypedTerm:
    """Type the call of a function of terms, `held` included; those of lists are typed below."""
    match function:
        case "min" | "max":
            return _check_min_max(checker, function, arguments, span)
        case "marginal":
            return _check_marginal(checker, arguments, span)
        case "days_between" | "months_between" | "years_between":
            start, end = _check_arguments(checker, arguments, Kind.DATE)
            unit = function.removesuffix("s_between")
            difference = DateDiff(unit, start.term, end.term)
            return TypedTerm(difference, Kind.NUMBER, Unit.from_name(unit), is_whole=True)
        case "age":
            born, day = _check_arguments(checker, arguments, Kind.DATE)
            age = DateDiff("year", born.term, day.term, is_age=True)
            return TypedTerm(age, Kind.NUMBER, Unit.from_name("year"), is_whole=True)
        case "add_working_days" | "working_days_between" | "next_working_day":
            return check_working_days(checker, function, arguments, span)
        case "held":
            return TypedTerm(check_held(checker.state, checker.scope, arguments[0]), Kind.YES_NO)
        case _:
            raise TypeError(f"no type is defined for `{function}`")


def _check_arguments(
    checker: SubexpressionChecker, arguments: tuple[syntax.ExpressionNode, ...], kind: Kind
) -> list[TypedTerm]:
    return _check_all(lambda argument: checker.check_figure(argument, kind), arguments)


def _check_all(check: Callable[[_Given], _Checked], givens: Iterable[_Given]) -> list[_Checked]:
    """Check every argument, so that several errors are reported at once."""
    results: list[_Checked] = []
    has_failed = False
    for given in givens:
        try:
            results.append(check(given))
        except TypeCheckFailed:
            has_failed = True
    if has_failed:
        raise TypeCheckFailed
    return results


def _check_min_max(
    checker: SubexpressionChecker,
    function: str,
    arguments: tuple[syntax.ExpressionNode, ...],
    span: Span,
) -> TypedTerm:
    operands = _check_all(checker.check_term, arguments)
    kind = next((term.kind for term in operands if term.kind.is_calendar), Kind.NUMBER)
    pairs = zip(operands, arguments, strict=True)
    _check_all(lambda pair: check_kind(checker.state, *pair, kind), tuple(pairs))
    if kind is not Kind.NUMBER:
        latest = MinMax(function == "max", tuple(operand.term for operand in operands))
        return TypedTerm(latest, kind)
    with_unit = [operand for operand in operands if operand.unit is not None]
    for operand in with_unit[1:]:
        check_same_unit(checker.state, with_unit[0], operand, span, "compared with")
    return TypedTerm(
        MinMax(function == "max", tuple(operand.term for operand in operands)),
        Kind.NUMBER,
        with_unit[0].unit if with_unit else None,
        all(operand.is_whole for operand in operands),
    )


def _check_marginal(
    checker: SubexpressionChecker, arguments: tuple[syntax.ExpressionNode, ...], span: Span
) -> TypedTerm:
    """Type `marginal(scale, figure)`; scale, figure and result have the same unit."""
    scale = checker.check_figure(arguments[0], Kind.SCALE)
    income = checker.check_number(arguments[1])
    check_same_unit(checker.state, scale, income, span, "measured by a scale in")
    if not isinstance(scale.term, ParameterRef):
        raise TypeError("only a parameter is a scale")
    return TypedTerm(Marginal(scale.term, income.term), Kind.NUMBER, scale.unit)


def check_quantifier(checker: SubexpressionChecker, node: syntax.Generator) -> Test:
    """Type `any(…)` or `all(…)`."""
    source, inner = _check_generator(checker, node)
    test = inner.check_test(node.body)
    return Quantifier(node.function == "all", node.variable.name, source, test)


def check_aggregate(checker: SubexpressionChecker, node: syntax.Generator) -> TypedTerm:
    """Type a number or a day that is computed over a list.

    `count` has the unit of the list, `distinct` fits every unit, and every other function has the
    unit of its term.
    """
    source, inner = _check_generator(checker, node)
    variable = node.variable.name
    if node.function == "count":
        term = Count(variable, source, inner.check_test(node.body))
        return TypedTerm(term, Kind.NUMBER, _unit_of(checker.state, source), is_whole=True)
    test = None if node.filter is None else inner.check_test(node.filter)
    inner = inner if test is None else inner.where(test)
    if node.function in {"min", "max", "distinct"}:
        body = inner.check_term(node.body)
    else:
        body = inner.check_number(node.body)
    match node.function:
        case "sum":
            return attrs.evolve(body, term=Sum(variable, source, body.term, test))
        case "sum_of_largest":
            n = _check_number_of_entries(checker, node, source)
            return attrs.evolve(body, term=SumOfLargest(variable, source, body.term, test, n))
        case "distinct":
            if body.kind is not Kind.WORD and not body.kind.is_calendar:
                message = "`distinct` counts only words and days"
                reject(checker.state, node.body.span, message, str(body), "a word or a day")
            distinct = Distinct(variable, source, body.term, test)
            return TypedTerm(distinct, Kind.NUMBER, unit=None, is_whole=True)
        case "min" | "max":
            return _check_list_extreme(checker, node, source, body, test)
        case _:
            raise TypeError(f"no type is defined for `{node.function}`")


def _check_list_extreme(
    checker: SubexpressionChecker,
    node: syntax.Generator,
    source: ListName,
    body: TypedTerm,
    test: Test | None,
) -> TypedTerm:
    """Type `min` or `max` of a list; its default has the type and the unit of its term."""
    kind = body.kind if body.kind.is_calendar else Kind.NUMBER
    check_kind(checker.state, body, node.body, kind)
    is_max, variable = node.function == "max", node.variable.name
    if node.argument is None:
        term = ListExtreme(is_max, variable, source, body.term, test, is_calendar=kind.is_calendar)
        return attrs.evolve(body, term=term)
    default = checker.check_figure(node.argument, kind)
    if kind is Kind.NUMBER:
        check_same_unit(checker.state, body, default, node.argument.span, "compared with")
    return TypedTerm(
        ListExtreme(is_max, variable, source, body.term, test, default.term, kind.is_calendar),
        kind,
        default.unit if body.unit is None else body.unit,
        body.is_whole and default.is_whole,
    )


def _check_number_of_entries(
    checker: SubexpressionChecker, node: syntax.Generator, source: ListName
) -> Term:
    """Type the number of entries of a sum: a whole number, in the unit of the list."""
    if node.argument is None:
        raise TypeError("a sum of the largest has a number of entries")
    state, typed = checker.state, checker.check_number(node.argument)
    if not typed.is_whole:
        message = "this may not be a whole number"
        reject(state, node.argument.span, message, str(typed), "a count of entries")
    entries = TypedTerm(typed.term, Kind.NUMBER, _unit_of(state, source))
    if PLAIN not in {entries.unit, typed.unit}:
        check_same_unit(state, entries, typed, node.argument.span, "a number of")
    return typed.term


def _unit_of(state: CheckState, source: ListName) -> Unit:
    if isinstance(source, FactRef):
        return state.facts[source.name].type.unit
    return state.all_lists[source.name].unit if source.name in state.all_lists else PLAIN


def _check_generator(checker: _Checker, node: syntax.Generator) -> tuple[ListName, _Checker]:
    """Return the list of a generator, and the checker of the expressions inside it."""
    state, scope = checker.state, checker.scope
    if scope.in_generator:
        message = f"`{node.function}` stands inside another function that goes through a list"
        _reject_generator(state, node.span, message, "a value or a condition of the item")
    source = _list_of(checker, node)
    _check_variable(checker, node, source)
    if isinstance(source, ListRef) and scope.is_block:
        check_size(state, scope, source.name, node.source_list.span)
        inner = attrs.evolve(
            scope, fellow=node.variable.name, fellow_list=source.name, in_generator=True
        )
    elif isinstance(source, ListRef):
        inner = attrs.evolve(scope, list=source.name, each=node.variable.name, in_generator=True)
    else:
        entries = {**scope.entries, node.variable.name: source.name}
        inner = attrs.evolve(scope, entries=entries, in_generator=True)
    return source, checker.inside_generator(inner)


def _list_of(checker: SubexpressionChecker, node: syntax.Generator) -> ListName:
    state, scope, name = checker.state, checker.scope, node.source_list.name
    if name in state.all_lists and name in state.subjects:
        if scope.is_block and scope.is_vocabulary:
            message = "a constraint about an item cannot read other items"
            expected = "a list of figures, such as those of the item"
            _reject_generator(state, node.source_list.span, message, expected)
        return ListRef(name)
    owner, fact_name = split_name(name)
    full = f"{scope.list}.{fact_name}" if fact_name and scope.list and owner == scope.each else name
    fact = state.facts.get(full)
    if fact is None:
        if full in state.broken or name in state.broken:
            raise TypeCheckFailed
        lists = [fact.name for fact in state.facts.values() if fact.type.entry_kind is not None]
        known = [*lists, *(list_ for list_ in state.all_lists if list_ in state.subjects)]
        remedy = item_fact_remedy(state, scope, name)
        if name in state.all_lists:
            remedy = f"add `{name}` to `uses`"
        report_unknown(state, name, node.source_list.span, "list", known, remedy)
        raise TypeCheckFailed
    if fact.type.entry_kind is None:
        message, expected = "this is not a list", "a fact of type list"
        reject(state, node.source_list.span, message, f"a {fact.type.kind}", expected)
    return FactRef(full, name if full != name else "")


def _check_variable(
    checker: SubexpressionChecker, node: syntax.Generator, source: ListName
) -> None:
    """Check the variable of a generator: an item has the name of its block, an entry a new one."""
    state, scope, variable = checker.state, checker.scope, node.variable
    item_name = None if scope.is_vocabulary else state.blocks.get(source.name)
    if scope.is_block and isinstance(source, ListRef) and source.name == scope.list:
        check_name_of_fellow(state, scope, variable)
        item_name = None
    if isinstance(source, ListRef) and item_name is not None:
        if variable.name != item_name:
            state.diagnostics.report(
                "unknown-name",
                variable.span,
                f"an item of `{source.name}` is called `{item_name}` here",
                found=f"`{variable.name}`",
                expected=f"`{item_name}`, as `lists.{source.name}` says under `each`",
                remedy=f"write `{item_name}`",
            )
            raise TypeCheckFailed
        return
    taken = {*state.subjects, *scope.entries, scope.each, *RESERVED}
    if not scope.is_vocabulary:
        taken |= {*state.types, *(parameter.name.text for parameter in state.tree.parameters)}
    if variable.name in taken:
        report_name_in_use(state, variable.name, variable.span, "entry")
        raise TypeCheckFailed


def _reject_generator(state: CheckState, span: Span, message: str, expected: str) -> NoReturn:
    state.diagnostics.report("bad-expression", span, message, expected=expected)
    raise TypeCheckFailed
