"""Writes values and conditions for the plain function."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import attrs

from policyrules.engines.compiled.emitter import Aside, tuple_text
from policyrules.engines.compiled.operands import (
    OPEN,
    Choice,
    Figure,
    Shape,
    Truth,
    Words,
    compared,
    either,
    no_figure,
)
from policyrules.engines.compiled.predicates import LEAVE, PlainTests
from policyrules.engines.compiled.sizes import values_to_reduce
from policyrules.ir.nodes import (
    BoolTest,
    Expression,
    Test,
)
from policyrules.ir.ruleset import CheckedRuleset, Condition, Group, ItemRules, RuleException, Value


class PlainRules(PlainTests):
    """Writes the rules of the case, or of an item of a list."""

    # Values.

    @property
    def rules(self) -> ItemRules | CheckedRuleset:
        """The rules that are read here: those of the case, or those of a block."""
        return self.ruleset if self.place.block is None else self.place.block

    def value(self, name: str) -> Shape | None:
        """A value, written once."""
        if self.outer is not None and (
            self.place.block is None or name not in self.place.block.values
        ):
            return self.outer.value(name)
        made = self.lines.once(
            ("value", name), lambda: _Made(self._value(self.rules.values[name])), _Made
        )
        return made.shape

    def _value(self, value: Value) -> Shape | None:
        found = self._chosen_text(value)
        if isinstance(found, Figure) and value.name in self._to_reduce():
            found = self._reduced(found)
        if value.rounding is not None:
            found = self.rounded(found, value.rounding) if isinstance(found, Figure) else None
        if value.input_fact is None:
            return found
        return self._given(value.input_fact, found)

    def _to_reduce(self) -> frozenset[str]:
        key = "values to reduce"
        return self.header.once(key, lambda: values_to_reduce(self.ruleset), frozenset)

    def _reduced(self, figure: Figure) -> Figure:
        """A figure in its lowest terms; without one it stays as it is."""
        if figure.under.isdigit():
            return figure
        own = self.names.new("figure")
        under = self.names.new(own, "under")
        self.lines.assign(f"{own}, {under}", f"reduced({figure.over}, {figure.under})")
        return attrs.evolve(figure, over=own, under=under)

    def _chosen_text(self, value: Value) -> Shape | None:
        if not value.exceptions:
            return self._text(value.expression)
        whens = [self.test(one.when, strict=False) for one in value.exceptions]
        names = self._tests(whens)
        nodes = [*(one.expression for one in value.exceptions), value.expression]
        # Only the text that is chosen is worked out: its lines stand in its branch.
        made = [self.lines.aside(partial(self._text, node)) for node in nodes]
        texts = [text for text, _ in made]
        shapes = [one for one in texts if one is not None]
        if not shapes or len({type(one) for one in shapes}) > 1:
            return None
        branches = _undecided(whens, names)
        own = self.names.new("value", value.name)
        unstated = any(one.unstated for one in shapes)
        is_open = bool(branches) or any(one is None or one.open for one in texts)
        if isinstance(shapes[0], Figure):
            fractional = any(isinstance(one, Figure) and one.under != "1" for one in shapes)
            into = Figure(own, self.names.new(own, "under") if fractional else "1")
        else:
            into = Figure(own)
        tests = [*branches, *names]
        chosen: list[tuple[Shape | None, Aside]] = [(None, Aside())] * len(branches)
        chosen += made
        for place, (shape, aside) in enumerate(chosen):
            head = (
                "else:" if place == len(tests) else f"{'elif' if place else 'if'} {tests[place]}:"
            )
            over = OPEN if shape is None else shape.carrier
            under = shape.under if isinstance(shape, Figure) else "1"
            parts = [(into.over, over)] + ([(into.under, under)] if into.under != "1" else [])
            # What was made in the branch alone is the value at once.
            own_names = {text: name for name, text in parts if text in aside.names}
            with self.lines.block(head):
                self.lines.put_aside(aside, own_names)
                for name, text in parts:
                    if text not in own_names:
                        self.lines.assign(name, text)
        if isinstance(shapes[0], Figure):
            return Figure(into.over, into.under, open=is_open, unstated=unstated)
        if isinstance(shapes[0], Words):
            return None
        absent = any(isinstance(one, Choice) and one.absent for one in shapes)
        return Choice(own, open=is_open, unstated=unstated, absent=absent)

    def _tests(self, whens: Sequence[Truth]) -> list[str]:
        """The tests of exceptions, named where they are read more than once."""
        if len(whens) == 1 and not whens[0].open:
            return [whens[0].text]
        return [self.named(one, "when") for one in whens]

    def _text(self, node: Expression) -> Shape | None:
        if not isinstance(node, Test):
            return self.term(node)
        found = self.test(node, strict=False)
        return Choice(self.named(found), open=found.open)

    def _given(self, fact: str, computed: Shape | None) -> Shape | None:
        """The computed value, which a fact that states it too must not contradict.

        Whether a rounded figure still agrees is for the ranges to say.
        """
        tests = no_figure(computed) if computed is not None else []
        with self.lines.block(f"if {fact!r} in {self.place.known}:"):
            known, given = self.found(fact), self.fact(fact)
            if isinstance(given, Figure) and isinstance(computed, Figure):
                differs = compared("!=", given, computed)
                tests.append(f"{known}.figure is None")
            elif isinstance(given, Choice) and isinstance(computed, Choice):
                differs = f"{given.text} != {computed.text}"
            else:
                differs = "True"
            with self.lines.branch("if", [*tests, differs]):
                self.lines.put(LEAVE)
        if computed is not None and computed.unstated:
            with self.lines.block(f"if type({computed.carrier}) is Possible:"):
                self.lines.put(LEAVE)
            return attrs.evolve(computed, unstated=False)
        return computed

    # Conditions.

    def condition(self, name: str) -> Truth:
        """A condition, written once."""
        return self.lines.once(
            ("condition", name), lambda: self._condition(self.rules.conditions[name]), Truth
        )

    def _condition(self, condition: Condition) -> Truth:
        strict = self.outer is None
        own = self.names.new("is", condition.id)
        if not condition.exceptions:
            found = self._rule(condition, strict=strict)
            return Truth(self.lines.assign(own, found.text), found.open)
        whens = [self.test(one.when, strict=False) for one in condition.exceptions]
        names = self._tests(whens)
        texts = [self._exception(one) for one in condition.exceptions]
        texts.append(self._rule(condition, strict=False))
        texts = [Truth(self.named(one), one.open) for one in texts]
        branches = _undecided(whens, names)
        tests = [*branches, *names]
        chosen = [OPEN] * len(branches) + [one.text for one in texts]
        for place, text in enumerate(chosen):
            head = (
                "else:" if place == len(tests) else f"{'elif' if place else 'if'} {tests[place]}:"
            )
            with self.lines.block(head):
                self.lines.assign(own, text)
        is_open = bool(branches) or any(one.open for one in texts)
        if is_open and strict:
            with self.lines.block(f"if {own} is None:"):
                self.lines.put(LEAVE)
            is_open = False
        return Truth(own, is_open)

    def _rule(self, condition: Condition, *, strict: bool) -> Truth:
        if isinstance(condition.test, Group):
            return self.group(condition.test)
        return self.test(condition.test, strict=strict)

    def _exception(self, exception: RuleException) -> Truth:
        if isinstance(exception.expression, Test):
            return self.test(exception.expression, strict=False)
        return self.test(BoolTest(exception.expression), strict=False)


class _Made:
    """A shape that was written, or None."""

    def __init__(self, shape: Shape | None) -> None:
        self.shape = shape


def _undecided(whens: Sequence[Truth], names: Sequence[str]) -> list[str]:
    """The tests under which exceptions leave it open which text is in force."""
    tests = [f"{name} is None" for when, name in zip(whens, names, strict=True) if when.open]
    if len(names) > 1:
        tests.append(f"{tuple_text(names)}.count(True) > 1")
    return [either(tests)] if tests else []
