"""The periods in force of single conditions and exceptions, lowered to dated parameters.

`in_force` of a rule becomes a yes_no parameter with dated rows. An exception applies only while it
is yes. A condition that is not in force has no effect on its groups: an added exception gives it
the truth that leaves them unchanged.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, timedelta

import attrs

from policyrules.check.names import all_conditions
from policyrules.check.provenance import provenance_of
from policyrules.check.state import CheckState
from policyrules.check.time import DateRange, read_period
from policyrules.check.types import title_of
from policyrules.ir.nodes import And, BoolTest, Not, ParameterRef, Test, YesNo
from policyrules.ir.ruleset import Parameter, Provenance, Row, RuleException
from policyrules.ir.tables import Cell
from policyrules.ir.types import Kind, Type
from policyrules.overlays.walk import members_of
from policyrules.syntax.tree import ConditionNode, ExceptionNode, GroupNode, InForceNode
from policyrules.text.localized import LocalizedText


def while_in_force(guard: Test | None, test: Test) -> Test:
    """Return a test that is held only while its rule is in force."""
    if guard is None:
        return test
    return And((guard, *(test.operands if isinstance(test, And) else (test,))))


def guard_of(
    state: CheckState, node: ConditionNode | ExceptionNode, provenance: Provenance
) -> Test | None:
    """Return the test that a rule is in force, or None if it has no period of its own."""
    in_force = node.in_force
    if in_force is None or state.in_force is None:
        return None
    period = read_period(state, in_force)
    title = title_of(node.title)
    declared = provenance_of(state, in_force, in_force.span, "`in_force`", inherit=True)
    name = name_of_period(node)
    if name in state.spans or name in state.parameters:
        state.diagnostics.report(
            "duplicate-id",
            in_force.span,
            f"the period of `{node.name.text}` is called `{name}`, and so is something else",
            found=f"`{name}`",
            expected="an id that nothing else has",
            remedy=f"rename `{name}` or `{node.name.text}`",
            related=((state.spans[name], "it is declared here"),) if name in state.spans else (),
        )
    rows = tuple(_rows(period, (state.in_force.from_, state.in_force.to)))
    has_provenance = declared.quote or declared.source or declared.notes
    stated_provenance = declared if has_provenance else provenance
    if period == (None, None) or len(rows) == 1:
        _report_useless_period(state, node, in_force, period)
    state.parameters[name] = Parameter(
        name=name,
        type=Type(Kind.YES_NO),
        title=LocalizedText(f"{title.zh}：在有效期内", f"{title.en}: in force"),
        rows=tuple(
            Row(first, last, Cell("stated", choices=(is_in_force,)), stated_provenance)
            for first, last, is_in_force in rows
        ),
        delegated="free",
    )
    return BoolTest(ParameterRef(name))


def dated_exceptions(
    state: CheckState,
    node: ConditionNode,
    provenance: Provenance,
    exceptions: Iterable[RuleException | None],
) -> tuple[RuleException, ...]:
    """Return the exceptions of a condition, and one that applies while it is not in force.

    The added exception gives the condition its neutral truth. The others apply only while the
    condition is in force.
    """
    read = tuple(exception for exception in exceptions if exception is not None)
    guard = guard_of(state, node, provenance)
    if guard is None:
        return read
    read = tuple(
        attrs.evolve(exception, when=while_in_force(guard, exception.when)) for exception in read
    )
    out_of_force = RuleException(
        f"{node.name.text}-not-in-force",
        LocalizedText("当日不在有效期内", "not in force on this day"),
        Not(guard),
        BoolTest(YesNo(_neutral_truth(state, node))),
        state.parameters[name_of_period(node)].rows[0].provenance,
    )
    return (*read, out_of_force)


def name_of_period(node: ConditionNode | ExceptionNode) -> str:
    """Return the name of the parameter that says on which days a rule is in force."""
    return f"{node.name.text.replace('-', '_')}_in_force"


def _rows(period: DateRange, force: DateRange) -> Iterator[tuple[date | None, date | None, bool]]:
    """Yield spans of days that divide a validity, each with whether the rule is in force there."""
    from_, to = period
    start, end = force[0] or date.min, force[1] or date.max
    first, last = from_ or date.min, to or date.max
    one_day = timedelta(days=1)
    if start < first:
        yield force[0], min(first - one_day, end), False
    if first <= end and last >= start:
        yield max(first, start), force[1] if last >= end else last, True
    if last < end:
        yield max(last + one_day, start), force[1], False


def _report_useless_period(
    state: CheckState, node: ConditionNode | ExceptionNode, in_force: InForceNode, period: DateRange
) -> None:
    """Report a period without `from` and `to`, or one that covers all or none of the validity."""
    if period == (None, None):
        if in_force.from_ is None and in_force.to is None:
            state.diagnostics.report(
                "missing-key",
                in_force.span,
                "a key is missing",
                expected="`from`, `to` or both: the first and the last day",
            )
        return
    force = state.in_force
    days = f"{force.from_} to {force.to}" if force and force.to else f"{force and force.from_} on"
    state.diagnostics.report(
        "constant-test",
        in_force.span,
        f"`{node.name.text}` neither begins nor ends while the ruleset is in force",
        found=f"the ruleset is in force from {days}",
        expected="a day on which the rule begins or ends, after the first of these",
        remedy="leave `in_force` out, or remove the rule",
    )


def _neutral_truth(state: CheckState, node: ConditionNode) -> bool:
    """Return the truth with which a condition has no effect on its groups.

    A member that is held has no effect on `all`; one that failed has none on other groups.
    """
    groups: list[GroupNode] = [condition for _, condition in all_conditions(state)]
    eligible = (state.tree.outcome.eligible, *(block.eligible for block in state.tree.lists))
    groups += [group for group in eligible if isinstance(group, GroupNode)]
    name = node.name.text
    joined = [group for group in groups if name in {member.text for member in members_of(group)}]
    universal = [bool(group.all) for group in joined]
    if any(universal) and not all(universal) and node.in_force is not None:
        state.diagnostics.report(
            "unsupported",
            node.in_force.span,
            f"`{name}` with a period of its own is a member of `all` and of another kind of group",
            found="`in_force`",
            expected="groups of the kind `all`, or none of them",
            remedy="declare a condition of its own for each kind of group",
        )
    return any(universal)
