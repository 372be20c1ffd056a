"""Keep the part of a value that lies in its piece of a case."""

from __future__ import annotations

import attrs

from policyrules.errors import FactsError
from policyrules.evaluation.resolved_values import ResolvedValue
from policyrules.evaluation.situation import Situation
from policyrules.ir.ruleset import Value


def part_in_piece(resolved: ResolvedValue, value: Value, situation: Situation) -> ResolvedValue:
    """Return the part of a value that is in its piece of the case."""
    piece = situation.pieces.get(value.name)
    if piece is None or resolved.error is not None:
        return resolved
    part = piece.part_of(resolved.possible)
    error = FactsError([]) if part is None else None
    return attrs.evolve(resolved, possible=part or resolved.possible, error=error)
