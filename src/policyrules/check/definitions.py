"""Check the definitions of a ruleset: values, conditions, the outcome, notes and constraints."""

from __future__ import annotations

import attrs

from policyrules.check.amounts import check_amounts
from policyrules.check.consequences import check_consequences, read_stated_for
from policyrules.check.expressions.checker import ExpressionChecker
from policyrules.check.expressions.typed_terms import (
    CASE_SCOPE,
    Scope,
    block_scope,
)
from policyrules.check.input_facts import read_input_fact
from policyrules.check.literals import describe_type, read_count, report_unknown_word
from policyrules.check.names import (
    all_conditions,
    all_values,
    report_name_in_use,
    report_unknown,
)
from policyrules.check.provenance import declare_notes, provenance_of
from policyrules.check.roundings import read_rounding
from policyrules.check.rule_periods import dated_exceptions, guard_of, while_in_force
from policyrules.check.state import CheckState
from policyrules.check.table_rows import report_pick_without_order
from policyrules.check.types import title_of
from policyrules.check.value_rows import ValueRowsReader, report_keys_without_rows
from policyrules.diagnostics import Diagnostics
from policyrules.ir.nodes import Expression, Test
from policyrules.ir.ruleset import (
    Condition,
    Constraint,
    Group,
    RuleException,
    Value,
)
from policyrules.ir.types import Kind, Type
from policyrules.overlays.walk import members_of
from policyrules.syntax.expression_tree import names_in
from policyrules.syntax.expressions import parse_expression
from policyrules.syntax.tree import (
    AlwaysNode,
    ConditionNode,
    ExceptionNode,
    GroupNode,
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
    rounding = read_rounding(state, node.round, type_, name) if node.round else None
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
    """Check the outcome: its groups, its amounts, its consequences and its labels."""
    outcome = state.tree.outcome
    state.eligible = _read_group(state, outcome.eligible)
    for block in state.tree.lists:
        eligible = _read_group(state, block.eligible) if block.eligible is not None else None
        if eligible is not None:
            state.item_eligible[block.name.text] = eligible
    check_amounts(state)
    check_consequences(state)
    for word, _ in outcome.labels:
        statuses = ["eligible", "ineligible", "undetermined"]
        if word.text not in statuses:
            report_unknown_word(word.text, word.span, statuses, state.diagnostics)


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
