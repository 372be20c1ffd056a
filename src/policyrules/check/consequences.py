"""Check the consequences: the values that a decision states, and the statuses for which."""

from __future__ import annotations

from policyrules.check.names import report_unknown
from policyrules.check.state import CheckState
from policyrules.diagnostics import listed
from policyrules.ir.ruleset import STATED_BY_DEFAULT
from policyrules.syntax.tree import ValueNode


def check_consequences(state: CheckState) -> None:
    """Check that every consequence is a value, and is named once."""
    named: set[str] = set()
    for name in state.tree.outcome.consequences:
        if name.text not in state.values:
            report_unknown(state, name.text, name.span, "value", state.values)
        elif name.text in named:
            state.diagnostics.report(
                "duplicate-id",
                name.span,
                f"the consequence `{name.text}` is named twice",
                expected="each consequence once",
                remedy="leave the second one out",
            )
        named.add(name.text)


def read_stated_for(state: CheckState, node: ValueNode) -> tuple[str, ...]:
    """Return the statuses for which a value is stated, if it is a consequence."""
    if not node.for_:
        return STATED_BY_DEFAULT
    statuses = [status.text for status in node.for_]
    name = node.name.text
    if name not in {consequence.text for consequence in state.tree.outcome.consequences}:
        state.diagnostics.report(
            "unknown-key",
            node.for_[0].span,
            f"`{name}` is not a consequence, so it is stated for no status",
            found="`for`",
            expected="`for` of a value that the outcome names under `consequences`",
            remedy=f"leave `for` out, or add `{name}` to `consequences`",
        )
    for index, status in enumerate(node.for_):
        if status.text in statuses[:index]:
            state.diagnostics.report(
                "duplicate-id",
                status.span,
                f"the status `{status.text}` is named twice",
                found=listed(statuses),
                expected="each status once",
                remedy="leave the second one out",
            )
    return tuple(statuses)
