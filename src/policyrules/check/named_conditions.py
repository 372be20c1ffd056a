"""Reject ids of conditions in expressions: a hyphen in one would be read as a minus sign."""

from __future__ import annotations

import re
from typing import Final

from policyrules.check.expressions.typed_terms import Scope, TypeCheckFailed
from policyrules.check.literals import scalar_part
from policyrules.check.names import all_conditions, group_remedy
from policyrules.check.state import CheckState
from policyrules.syntax.yaml import Scalar

_HYPHENATED_NAME: Final = re.compile(r"(?<![\w.-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w.-])")


def reject_conditions(state: CheckState, scalar: Scalar, scope: Scope) -> None:
    """Report every id of a condition in an expression; raise `TypeCheckFailed` if there is one.

    `a-b` is a difference if all its parts are names of figures.
    """
    matches = list(_HYPHENATED_NAME.finditer(scalar.text))
    if not matches:
        return
    conditions = {condition.name.text for _, condition in all_conditions(state)}
    figures = {*state.parameters, *state.types, *scope.entries}
    reported: set[str] = set()
    for match in matches:
        name = match[0]
        is_difference = all(part.isdecimal() or part in figures for part in name.split("-"))
        if name not in conditions or is_difference or name in reported:
            continue
        reported.add(name)
        state.diagnostics.report(
            "unknown-name",
            scalar_part(scalar, match.start(), name).span,
            f"`{name}` is a condition, which an expression cannot read",
            found=f"`{name}`",
            expected="parameters, values and facts",
            remedy=group_remedy(name),
        )
    if reported:
        raise TypeCheckFailed
