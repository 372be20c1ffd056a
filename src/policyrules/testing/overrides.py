"""What a ruleset says itself: for what a variant takes over, the cases of its base answer.

Coverage, mutants and the tests of the shipped rulesets ask here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

import attrs

from policyrules.ir.nodes import Expression, ParameterRef, ValueRef
from policyrules.ir.ruleset import Block, CheckedRuleset, Condition, Group, Rounding, Value
from policyrules.ir.traverse import behind, texts


@attrs.frozen(slots=False)
class OverrideSet:
    """What of a ruleset is its own; `bases` are the rulesets that it extends directly.

    A ruleset that extends none says everything itself.
    """

    ruleset: CheckedRuleset
    bases: tuple[CheckedRuleset, ...] = ()

    def overrides(self, place: str) -> bool:
        """Return whether what stands in a place stands so in none of the bases, grounds apart."""
        here = self._here.get(place)
        return not any(here == base.get(place, _ABSENT) for base in self._there)

    def affects(self, place: str) -> bool:
        """Return whether this file wrote a place, or a value that the place rests on."""
        return self.overrides(place) or any(
            self.overrides(name) for name in self._reads.get(place, ())
        )

    @cached_property
    def inherited_ids(self) -> tuple[str, ...]:
        """The places that it takes over unchanged."""
        return tuple(place for place in self._here if not self.affects(place))

    @cached_property
    def _here(self) -> Mapping[str, object]:
        return content_by_id(self.ruleset)

    @cached_property
    def _there(self) -> tuple[Mapping[str, object], ...]:
        return tuple(map(content_by_id, self.bases))

    @cached_property
    def _reads(self) -> Mapping[str, frozenset[str]]:
        """The parameters and values behind every condition and exception."""
        found: dict[str, frozenset[str]] = {}
        ruleset = self.ruleset
        for condition in ruleset.every_condition.values():
            found[condition.id] = self._behind(texts(condition))
        for exception in (
            one for node in values_and_conditions(ruleset) for one in node.exceptions
        ):
            found[exception.id] = self._behind((exception.when, exception.text))
        for note in ruleset.notes.values():
            if note.when is not None:
                found[note.id] = self._behind((note.when,))
        return found

    def _behind(self, expressions: Iterable[Expression]) -> frozenset[str]:
        return frozenset(
            one.name
            for expression in expressions
            for one in behind(self.ruleset, expression)
            if isinstance(one, (ParameterRef, ValueRef))
        )


_ABSENT = object()


def content_by_id(ruleset: CheckedRuleset) -> Mapping[str, object]:
    """What a ruleset says in each of its places, grounds and titles apart."""
    outcome = ruleset.outcome
    found: dict[str, object] = {
        "in_force": (ruleset.in_force.from_, ruleset.in_force.to),
        "eligible": _group(outcome.eligible),
        "consequences": outcome.consequences,
    }
    for name, parameter in ruleset.parameters.items():
        rows = [(row.from_, row.to, row.content) for row in parameter.rows]
        found[name] = (parameter.by, parameter.open, rows)
    for name, value in ruleset.every_value.items():
        found[name] = (value.text, value.given, _rounding(value.rounding))
    for name, condition in ruleset.every_condition.items():
        test = condition.test
        told = _group(test) if isinstance(test, Group) else test
        found[name] = (told, condition.excludes is None)
    for node in values_and_conditions(ruleset):
        found |= {one.id: (one.when, one.text) for one in node.exceptions}
    for block in ruleset.blocks.values():
        if block.eligible is not None:
            found[eligibility_id(block)] = _group(block.eligible)
    if outcome.amount is not None:
        found[outcome.amount.name] = (outcome.amount.text, _rounding(outcome.amount.rounding))
    found |= {rule.id: rule.test for rule in ruleset.consistent}
    found |= {note.id: (note.text, note.when) for note in ruleset.notes.values()}
    return found


def groups_by_id(ruleset: CheckedRuleset) -> Mapping[str, Group]:
    """Every group by its place, those that make the outcome or an item eligible among them."""
    found = {"eligible": ruleset.outcome.eligible}
    for block in ruleset.blocks.values():
        if block.eligible is not None:
            found[eligibility_id(block)] = block.eligible
    for condition in ruleset.every_condition.values():
        if isinstance(condition.test, Group):
            found[condition.id] = condition.test
    return found


def values_and_conditions(ruleset: CheckedRuleset) -> Iterator[Value | Condition]:
    """Every value and every condition."""
    yield from ruleset.every_value.values()
    yield from ruleset.every_condition.values()


def eligibility_id(block: Block) -> str:
    """The place of what makes an item of a block eligible, as `hire.eligible`."""
    return f"{block.each}.eligible"


def _group(group: Group) -> object:
    return group.kind, frozenset(group.members), group.n


def _rounding(rounding: Rounding | None) -> object:
    return None if rounding is None else (rounding.step, rounding.mode)
