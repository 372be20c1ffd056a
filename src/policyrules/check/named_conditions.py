"""Refuse the names of conditions in expressions, where a hyphen would be read as a minus."""

from __future__ import annotations

import re
from typing import Final

from policyrules.check.expressions.result import Scope, Wrong
from policyrules.check.literals import part_of
from policyrules.check.names import all_conditions, group_remedy
from policyrules.check.state import Draft
from policyrules.syntax.yaml import Scalar

_WITH_HYPHEN: Final = re.compile(r"(?<![\w.-])[a-z][a-z0-9]*(?:-[a-z0-9]+)+(?![\w.-])")


def refuse_conditions(draft: Draft, scalar: Scalar, scope: Scope) -> None:
    """Report every condition whose name stands in an expression; raise `Wrong` if one does.

    `a-b` may be a difference, where all its parts are names of figures.
    """
    found = list(_WITH_HYPHEN.finditer(scalar.text))
    if not found:
        return
    conditions = {one.name.text for _, one in all_conditions(draft)}
    figures = {*draft.parameters, *draft.types, *scope.entries}
    reported: set[str] = set()
    for one in found:
        name = one[0]
        is_difference = all(part.isdecimal() or part in figures for part in name.split("-"))
        if name not in conditions or is_difference or name in reported:
            continue
        reported.add(name)
        draft.diagnostics.report(
            "unknown-name",
            part_of(scalar, one.start(), name).span,
            f"`{name}` is a condition, and no name of an expression",
            found=f"`{name}`",
            expected="parameters, values and facts",
            remedy=group_remedy(name),
        )
    if reported:
        raise Wrong
