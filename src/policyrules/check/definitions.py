"""Check the definitions of a ruleset: values, conditions, the outcome, notes and constraints."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

import attrs

from policyrules.check.consequences import check_consequences, read_stated_for
from policyrules.check.expressions.checker import ExpressionChecker
from policyrules.check.expressions.typed_terms import (
    CASE_SCOPE,
    Scope,
    TypeCheckFailed,
    block_scope,
)
from policyrules.check.input_facts import read_input_fact
from policyrules.check.literals import describe_type, read_count, read_number, report_unknown_word
from policyrules.check.names import (
    all_conditions,
    all_values,
    report_name_in_use,
    report_unknown,
)
from policyrules.check.provenance import declare_notes, provenance_of
from policyrules.check.rule_periods import dated_exceptions, guard_of, while_in_force
from policyrules.check.state import CheckState
from policyrules.check.table_rows import report_pick_without_order
from policyrules.check.types import title_of
from policyrules.check.value_rows import ValueRowsReader, report_keys_without_rows
from policyrules.diagnostics import Diagnostics
from policyrules.ir.nodes import Expression, Test
from policyrules.ir.ruleset import (
    AmountRule,
    Condition,
    Constraint,
    Group,
    Rounding,
    RuleException,
    Value,
)
from policyrules.ir.types import Kind, Type, Unit
from policyrules.overlays.walk import members_of
from policyrules.syntax.expression_tree import names_in
from policyrules.syntax.expressions import parse_expression
from policyrules.syntax.tree import (
    AlwaysNode,
    AmountNode,
    ConditionNode,
    ExceptionNode,
    GroupNode,
    RoundNode,
    ValueNode,
)
from policyrules.syntax.yaml import Scalar
from policyrules.text.fact_path import split_name, subject_of


def check_values(state: CheckState) -> None:
    """Check the expression, the exceptions and the rounding of every value."""
    for list_name, node in all_values(state):
        type_ = state.types.get(node.name.text)
        if type_ is not None:
            _check_value(state, node, type_, scope_of(state, list_name))


def scope_of(state: CheckState, list_name: str) -> Scope:
    """Return the scope of the rules of a list, or of the case."""
    return block_scope(list_name, state.blocks[list_name]) if list_name else CASE_SCOPE


def check_blocks(state: CheckState) -> None:
    """Check the list and the item name of every block."""
    for index, node in enumerate(state.tree.lists):
        name = node.name.text
        fact = state.facts.get(name)
        if name in state.all_lists and name in state.subjects:
            pass
        elif fact is not None and fact.type.entry_kind is Kind.DATE:
            state.diagnostics.report(
                "type-mismatch",
                node.name.span,
                "an entry of a list of dates has no result: a date may occur twice",
                found=f"`{name}`, a list of dates",
                expected="a list of words or months, or one of the vocabulary",
                remedy="count the dates, or ask whether any holds a test",
            )
        elif fact is not None and fact.type.entry_kind is None:
            state.diagnostics.report(
                "type-mismatch",
                node.name.span,
                "this is not a list",
                found=describe_type(fact.type),
                expected="a list of the vocabulary, or a fact of type list",
            )
        elif fact is None:
            lists = [
                fact for fact, known in state.facts.items() if known.type.entry_kind is not None
            ]
            known = [*lists, *state.all_lists]
            remedy = f"add `{name}` to `uses`" if name in state.all_lists else ""
            report_unknown(state, name, node.name.span, "list", known, remedy)
            state.broken |= {name, node.each.text}
        item_names = [block.each.text for block in state.tree.lists[:index]]
        parameters = [parameter.name.text for parameter in state.tree.parameters]
        taken = {*state.types, *parameters, *state.subjects, *state.all_lists, *item_names}
        if node.each.text in taken:
            report_name_in_use(state, node.each.text, node.each.span, "item")
        if not (node.values or node.conditions):
            state.diagnostics.report(
                "missing-key",
                node.span,
                "a key is missing",
                expected="`values` or `conditions`",
            )


def _check_value(state: CheckState, node: ValueNode, type_: Type, scope: Scope) -> None:
    name = node.name.text
    is_rounded = node.round is not None
    checker = ExpressionChecker(state, type_.kind.is_numeric, is_rounded=is_rounded, scope=scope)
    provenance = provenance_of(state, node, node.span, f"the value `{name}`")
    rows, typed = None, None
    if node.rows is not None:
        rows = ValueRowsReader(state, node, type_, checker, provenance).read(node.rows)
    elif node.is_ is not None:
        typed = checker.read_expression(node.is_, type_)
    report_keys_without_rows(state, node)
    exceptions = [_read_exception(state, exception, checker, type_) for exception in node.except_]
    input_fact = None
    if node.given is not None and not scope.list:
        input_fact = read_input_fact(state, node.given, type_)
    elif node.given is not None:
        state.diagnostics.report(
            "unsupported",
            node.given.span,
            "a value of an item cannot be given in this version of the library",
            found="`given`",
            remedy="leave it out",
        )
    rounding = _read_rounding(state, node.round, type_, name) if node.round else None
    expression = rows.expression if rows is not None else typed[0] if typed is not None else None
    if expression is None or None in exceptions:
        state.broken.add(name)
        return
    read = tuple(exception for exception in exceptions if exception is not None)
    state.values[name] = Value(
        name=name,
        type=type_,
        title=title_of(node.title),
        expression=expression,
        provenance=provenance,
        input_fact=input_fact,
        is_ordered=node.rows is None and _is_ordered(state, node),
        exceptions=read if rows is None else rows.exceptions,
        rounding=rounding,
        stated_for=read_stated_for(state, node),
        last_row=None if rows is None else rows.last_row,
    )


def _is_ordered(state: CheckState, node: ValueNode | ConditionNode) -> bool:
    """Return whether the exceptions of a rule are in order; report `pick` without exceptions."""
    if node.pick is not None and not node.except_ and not state.is_inherited(node.pick.span):
        report_pick_without_order(state, node.pick, "exceptions", "`except` beside it")
    return node.pick is not None


def _read_exception(
    state: CheckState, node: ExceptionNode, checker: ExpressionChecker, type_: Type | None = None
) -> RuleException | None:
    """Read an exception of a value with this type, or of a condition without a type."""
    name = node.name.text
    when = attrs.evolve(checker, can_divide=False, is_rounded=False).read_test(node.when)
    checker = checker if when is None else checker.where(when)
    provenance = provenance_of(state, node, node.span, f"the exception `{name}`")
    key = "holds" if type_ is None else "is"
    scalar = node.holds if type_ is None else node.is_
    if scalar is None:
        kind = "condition" if type_ is None else "value"
        state.diagnostics.report(
            "missing-key",
            node.span,
            f"the key `{key}` is missing",
            found=f"`{'is' if type_ is None else 'holds'}`",
            expected=f"`{key}`, as in every exception of a {kind}",
        )
        return None
    expression: Expression | None
    if type_ is None:
        expression = checker.read_test(scalar)
    else:
        typed = checker.read_expression(scalar, type_)
        expression = typed[0] if typed else None
    if when is None or expression is None:
        return None
    when = while_in_force(guard_of(state, node, provenance), when)
    return RuleException(name, title_of(node.title), when, expression, provenance)


def _read_rounding(state: CheckState, node: RoundNode, type_: Type, name: str) -> Rounding | None:
    provenance = provenance_of(state, node, node.span, f"the rounding of `{name}`", inherit=True)
    if not type_.kind.is_numeric:
        state.diagnostics.report(
            "type-mismatch",
            node.span,
            "only a number can be rounded",
            found=describe_type(type_),
            expected="a count, number, ratio or money",
        )
        return None
    step = read_number(node.to, type_, state.diagnostics)
    if step is None:
        return None
    if step <= 0:
        state.diagnostics.report(
            "bad-literal",
            node.to.span,
            "the step of a rounding must be above zero",
            found=f"`{node.to.text}`",
            expected="a step such as 0.01 CNY",
        )
        return None
    return Rounding(Fraction(step), node.mode.text, provenance)


def check_conditions(state: CheckState) -> None:
    """Check the test or the group of every condition, and its exceptions."""
    for list_name, node in all_conditions(state):
        name = node.name.text
        checker = ExpressionChecker(state, scope=scope_of(state, list_name))
        test: Test | Group | None
        if node.holds is not None:
            test = checker.read_test(node.holds)
            provenance = provenance_of(state, node, node.span, f"the condition `{name}`")
        else:
            test = _read_group(state, node)
            _reject_exclusion(state, node)
            provenance = provenance_of(
                state, node, node.span, f"the condition `{name}`", inherit=True
            )
        exceptions = [_read_exception(state, exception, checker) for exception in node.except_]
        if test is None or None in exceptions:
            state.broken.add(name)
            continue
        state.conditions[name] = Condition(
            id=name,
            title=title_of(node.title),
            test=test,
            provenance=provenance,
            is_ordered=_is_ordered(state, node),
            exceptions=dated_exceptions(state, node, provenance, exceptions),
            excludes=title_of(node.excludes) if node.excludes else None,
        )
        if list_name:
            state.scopes[name] = list_name


def _reject_exclusion(state: CheckState, node: ConditionNode) -> None:
    if node.excludes is not None:
        state.diagnostics.report(
            "unknown-key",
            node.excludes.span,
            "a group cannot have `excludes`; one of its members can",
            found="`excludes`",
            expected="`excludes` beside `holds`",
            remedy="put it on the condition that asks about the other benefit",
        )


def _read_group(state: CheckState, node: GroupNode | ConditionNode) -> Group | None:
    names = tuple(member.text for member in members_of(node))
    if isinstance(node, AlwaysNode):
        return Group("all", ())
    if node.at_least is None:
        kind = "all" if node.all else "any" if node.any else "none"
        return Group(kind, names)
    n = read_count(node.at_least.n, "a number of members", state.diagnostics)
    if n is None:
        return None
    if not 1 <= n <= len(names):
        state.diagnostics.report(
            "group-members",
            node.at_least.n.span,
            "`n` is not between 1 and the number of members",
            found=f"{n} of {len(names)}",
            expected=f"1 to {len(names)}",
        )
        return None
    return Group("at_least", names, n)


def check_outcome(state: CheckState) -> None:
    """Check the outcome and its amount."""
    outcome = state.tree.outcome
    state.eligible = _read_group(state, outcome.eligible)
    for block in state.tree.lists:
        eligible = _read_group(state, block.eligible) if block.eligible is not None else None
        if eligible is not None:
            state.item_eligible[block.name.text] = eligible
    if outcome.amount is not None:
        state.amount = _read_amount(state, outcome.amount)
    check_consequences(state)
    for word, _ in outcome.labels:
        statuses = ["eligible", "ineligible", "undetermined"]
        if word.text not in statuses:
            report_unknown_word(word.text, word.span, statuses, state.diagnostics)


def _read_amount(state: CheckState, node: AmountNode) -> AmountRule | None:
    checker = ExpressionChecker(state)
    parsed = parse_expression(node.is_, state.diagnostics)
    provenance = provenance_of(state, node, node.name.span, "the amount")
    if parsed is None:
        return None
    type_ = _amount_type(state, checker, node)
    if type_ is None:
        return None
    typed = checker.read_expression(node.is_, type_)
    rounding = _read_rounding(state, node.round, type_, node.name.text) if node.round else None
    title = title_of(node.title) if node.title else title_of(state.tree.title)
    if typed is None:
        return None
    return AmountRule(
        name=node.name.text,
        type=type_,
        title=title,
        expression=typed[0],
        provenance=provenance,
        rounding=rounding,
        signed=node.signed is not None and node.signed.text == "true",
    )


def _amount_type(state: CheckState, checker: ExpressionChecker, node: AmountNode) -> Type | None:
    """Return the type of the expression of an amount, which declares none but must be in CNY."""
    parsed = parse_expression(node.is_, state.diagnostics)
    if parsed is None:
        return None
    try:
        typed = checker.check_term(parsed)
    except TypeCheckFailed:
        return None
    unit = typed.unit
    if typed.kind is Kind.NUMBER and unit == _CNY:
        return Type(Kind.MONEY, _CNY)
    if typed.kind is not Kind.NUMBER:
        description = str(typed)
    elif unit is None or unit.is_plain:
        description = "a number without unit"
    else:
        description = f"a number in {unit}"
    state.diagnostics.report(
        "unit-mismatch" if typed.kind is Kind.NUMBER else "type-mismatch",
        node.is_.span,
        "an amount must be in CNY",
        found=description,
        expected="an expression in CNY",
        remedy=_amount_remedy(unit),
    )
    return None


def _amount_remedy(unit: Unit | None) -> str:
    """Return the remedy for an amount in another unit than CNY."""
    if unit is None or unit.is_plain:
        return ""
    per = _CNY / unit
    if unit.is_money and all(power > 0 for _, power in per.powers):
        return f"multiply by what is in {per}"
    return "make it a value, and name it under `consequences`"


_CNY: Final = Unit.from_name("CNY")


def check_notes(state: CheckState) -> None:
    """Check the tests of the notes; a test that reads an item belongs to the rules of its list."""
    whens: dict[str, tuple[Test | None, str]] = {}
    for node in state.tree.notes:
        if node.when is not None:
            list_name = _list_of_note(state, node.when)
            checker = ExpressionChecker(state, is_note=True, scope=scope_of(state, list_name))
            whens[node.name.text] = checker.read_test(node.when), list_name
    declare_notes(state, whens)


def _list_of_note(state: CheckState, when: Scalar) -> str:
    """Return the list whose item a test reads, or an empty text."""
    parsed = parse_expression(when, Diagnostics())
    if parsed is None:
        return ""
    names = set(names_in(parsed))
    owners = {subject_of(name) for name in names}
    lists = [list_name for list_name, each in state.blocks.items() if each in owners]
    lists += [list_ for list_, condition in all_conditions(state) if condition.name.text in names]
    return next(filter(None, lists), "")


def check_constraints(state: CheckState) -> None:
    """Check the constraints of the vocabulary whose facts the ruleset uses."""
    for node in state.vocabulary_tree.constraints:
        list_name, each = (node.in_.text if node.in_ else ""), (node.each.text if node.each else "")
        if bool(list_name) is not bool(each):
            state.diagnostics.report(
                "missing-key",
                node.span,
                f"the key `{'each' if list_name else 'in'}` is missing",
                expected="`in` and `each`, or neither of them",
            )
            continue
        if list_name and list_name not in state.all_lists:
            report_unknown(
                state, list_name, node.in_.span if node.in_ else node.span, "list", state.all_lists
            )
            continue
        if node.each is not None and each in _subjects(state):
            report_name_in_use(state, node.each.text, node.each.span, "item")
            continue
        if not _reads_used_facts(state, node.holds, list_name, each):
            continue
        scope = Scope(list_name, each, is_block=bool(list_name), is_vocabulary=True)
        test = ExpressionChecker(state, scope=scope).read_test(node.holds)
        if test is not None:
            state.constraints.append(Constraint(node.name.text, test, list_name))


def _subjects(state: CheckState) -> set[str]:
    """Return the subjects and the lists of the vocabulary."""
    return {*(subject_of(name) for name in state.vocabulary), *state.all_lists}


def _reads_used_facts(state: CheckState, holds: Scalar, list_name: str, each: str) -> bool:
    """Return whether a constraint reads only facts of subjects in `uses`; report unknown names."""
    parsed = parse_expression(holds, Diagnostics())
    if parsed is None:
        return True
    names = [_qualified_name(name, list_name, each) for name in names_in(parsed)]
    known = {*state.vocabulary, *state.all_lists}
    unknown = [name for name in names if name not in known]
    for name in unknown:
        report_unknown(state, name, holds.span, "fact", known)
    return not unknown and all(subject_of(name) in state.subjects for name in names)


def _qualified_name(name: str, list_name: str, each: str) -> str:
    """Return the name of a fact of an item as the vocabulary declares it."""
    owner, fact_name = split_name(name)
    return f"{list_name}.{fact_name}" if list_name and owner == each else name
