"""What an engine hands on: every value, every truth, and what could still settle the open ones."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

from policyrules.ir.dated import DatedRuleset
from policyrules.ir.nodes import Atom
from policyrules.ir.ruleset import Condition, Group
from policyrules.ir.situation import Situation
from policyrules.values.kleene import Verdict
from policyrules.values.possible import Possible


@attrs.frozen
class Evaluation:
    """The result of an engine on one case.

    `conditions` and `whens` hold the verdicts of all conditions and of the `when` of all
    exceptions, by id, `atoms` those of every test without logic inside; `eligible` is the outcome
    itself. `unrounded` and `amount` are what an eligible case would receive, None where the ruleset
    has no amount.
    """

    dated: DatedRuleset
    situation: Situation
    values: Mapping[str, Possible] = attrs.field(hash=False)
    conditions: Mapping[str, Verdict] = attrs.field(hash=False)
    whens: Mapping[str, Verdict] = attrs.field(hash=False)
    atoms: Mapping[Atom, Verdict] = attrs.field(hash=False)
    eligible: Verdict
    unrounded: Possible | None
    amount: Possible | None
    engine: str
    kernel: str

    def met_by(self, condition: Condition) -> tuple[str, ...]:
        """The members that are held of a group of alternatives that is held."""
        test = condition.test
        if not isinstance(test, Group) or test.kind not in {"any", "at_least"}:
            return ()
        if self.conditions[condition.id].truth is not True:
            return ()
        return tuple(name for name in test.members if self.conditions[name].truth is True)
