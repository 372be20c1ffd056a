"""References to conditions: check `held('…')`, and reject bare ids, whose hyphens mean minus."""

from __future__ import annotations

import re
from typing import Final, NoReturn

from policyrules.check.expressions.typed_terms import Scope, TypeCheckFailed, reject
from policyrules.check.literals import scalar_part
from policyrules.check.names import all_conditions, report_unknown
from policyrules.check.state import CheckState
from policyrules.ir.nodes import ConditionRef
from policyrules.syntax import expression_tree as syntax
from policyrules.syntax.yaml import Scalar
from policyrules.text.span import Span

_HYPHENATED_NAME: Final = re.compile(r"(?<![\w.'\"-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w.'\"-])")


def reject_bare_conditions(state: CheckState, scalar: Scalar, scope: Scope) -> None:
    """Report every bare id of a condition in an expression, and raise `TypeCheckFailed`.

    Nothing is reported for `a-b` if all its parts are names of figures, which makes it a
    difference, nor for an id in quotation marks, which is the argument of `held`.
    """
    matches = list(_HYPHENATED_NAME.finditer(scalar.text))
    if not matches:
        return
    conditions = {condition.name.text: list_ for list_, condition in all_conditions(state)}
    figures = {*state.parameters, *state.types, *scope.entries}
    reported: set[str] = set()
    for match in matches:
        name = match[0]
        is_difference = all(part.isdecimal() or part in figures for part in name.split("-"))
        if name not in conditions or is_difference or name in reported:
            continue
        reported.add(name)
        is_in_held = scalar.text[: match.start()].rstrip().endswith("held(")
        state.diagnostics.report(
            "unknown-name",
            scalar_part(scalar, match.start(), name).span,
            f"`{name}` is a condition, which an expression reads by `held`",
            found=f"`{name}`",
            expected=f"`held('{name}')`",
            remedy=_remedy(name, conditions[name], scope, is_in_held=is_in_held),
        )
    if reported:
        raise TypeCheckFailed


def _remedy(name: str, list_: str, scope: Scope, *, is_in_held: bool) -> str:
    """Return the remedy for a bare id; empty if the condition cannot be read in the scope."""
    if list_ and not (scope.is_block and list_ == scope.list):
        return ""
    return f"write `'{name}'`, with quotation marks" if is_in_held else f"write `held('{name}')`"


def check_held(state: CheckState, scope: Scope, argument: syntax.ExpressionNode) -> ConditionRef:
    """Return the reference to the condition that `held` names; raise `TypeCheckFailed` if none."""
    if not isinstance(argument, syntax.QuotedWord):
        name = argument.name if isinstance(argument, syntax.Name) else ""
        is_condition = any(condition.name.text == name for _, condition in all_conditions(state))
        remedy = f"write `held('{name}')`" if is_condition else ""
        expected = "the id of a condition in quotation marks, such as `held('route-stopped')`"
        reject(state, argument.span, "`held` needs a condition", "an expression", expected, remedy)
    name, span = argument.word, argument.span
    if name == "eligible":
        _reject_result(state, span)
    declared = {condition.name.text: list_ for list_, condition in all_conditions(state)}
    if name not in declared:
        readable = {"", scope.list} if scope.is_block else {""}
        known = [condition for condition, list_ in declared.items() if list_ in readable]
        report_unknown(state, name, span, "condition", known)
        raise TypeCheckFailed
    list_ = declared[name]
    if list_ and not (scope.is_block and list_ == scope.list):
        each = state.blocks.get(list_, "item")
        state.diagnostics.report(
            "unknown-name",
            span,
            f"`{name}` is a condition of the items of `{list_}`",
            found=f"`{name}`",
            expected="a condition of the case"
            + (", or of the same items" if scope.is_block else ""),
            remedy=f"read `{each}.eligible` or a value of the item, such as one with "
            f"`is: held('{name}')`, in `any(… for {each} in {list_})`",
        )
        raise TypeCheckFailed
    _reject_period(state, name, span)
    return ConditionRef(name)


def _reject_period(state: CheckState, name: str, span: Span) -> None:
    """Reject a condition with a period of its own, as it has no verdict on other days."""
    node = next(condition for _, condition in all_conditions(state) if condition.name.text == name)
    if node.in_force is None:
        return
    state.diagnostics.report(
        "unsupported",
        span,
        f"`{name}` has a period of its own, and no verdict on other days",
        found=f"`held('{name}')`",
        expected="a condition that is in force as long as the ruleset",
        remedy="put `in_force` on the exceptions that read it, and not on the condition",
        related=((node.in_force.span, "its period is declared here"),),
    )
    raise TypeCheckFailed


def _reject_result(state: CheckState, span: Span) -> NoReturn:
    state.diagnostics.report(
        "cycle",
        span,
        "`eligible` is the result, which no rule can read",
        expected="a condition",
        remedy="name the conditions that are meant, or a group of them",
    )
    raise TypeCheckFailed
