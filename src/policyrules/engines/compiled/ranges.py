"""Writes the function with ranges: for every case, whatever is unknown of it.

Each value and each condition is one or a few lines that call the arithmetic of `values/` in its
turn; nothing is looked up, and no expression is walked.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from policyrules.engines.compiled.emitter import Lines, Names
from policyrules.engines.compiled.range_terms import RangeTerms
from policyrules.evaluation.dated import DatedRuleset
from policyrules.ir.nodes import Expression, ListRef
from policyrules.ir.ruleset import Condition, Group, RuleException, Value
from policyrules.ir.traverse import texts

_JOINED: Final[Mapping[str, str]] = {"all": "all_of", "any": "any_of", "none": "none_of"}
DOCUMENTED = '''"""Every value and every condition of a case, and what unknown facts leave open.

    Values in `readings` are set from outside.
    """'''


def write_ranges(
    dated: DatedRuleset, header: Lines, nodes: list[Expression | ListRef]
) -> list[list[str]]:
    """The functions `item_of_…` and `evaluated(dated, situation, readings)`, as lines each.

    What stands in a list is added to `nodes`; the source finds it there.
    """
    ruleset = dated.ruleset
    functions: list[list[str]] = []
    item_functions = {name: header.names.new("item_of", name) for name in ruleset.blocks}
    for name, block in ruleset.blocks.items():
        lines = Lines(Names(), depth=1)
        writer = _Ranges(dated, lines, header, nodes, item_functions, block)
        writer.of_item()
        head = f"def {item_functions[name]}(dated, seen, outer, values):"
        functions.append([head, *lines.lines])
    lines = Lines(Names(), depth=1)
    _Ranges(dated, lines, header, nodes, item_functions, None).of_case()
    head = "def evaluated(dated, situation, readings):"
    functions.append([head, f"    {DOCUMENTED}", *lines.lines])
    return functions


class _Ranges(RangeTerms):
    """Writes the rules of a case, or of the items of a list."""

    # The whole.

    def of_case(self) -> None:
        """The evaluation of a case."""
        lines, outcome = self.lines, self.ruleset.outcome
        lines.put("known = situation.known")
        lines.put("values, conditions, whens, atoms = {}, {}, {}, {}")
        lines.put("as_stated, entries = {}, {}")
        for name in self.ruleset.values:
            self.value(name)
        lines.put("refuse_contradictions(dated.ruleset, as_stated)")
        for name in self.ruleset.conditions:
            self.condition(name)
        for name in self.ruleset.blocks:
            self.items(name)
        results = [
            f"{name!r}: entries[{name!r}].map(evaluated_item)" for name in self.ruleset.blocks
        ]
        lines.call("evaluated_items = {", results, "}")
        self.assign_group("eligible =", outcome.eligible)
        unrounded = amount = "None"
        if outcome.amount is not None:
            unrounded = amount = lines.assign("unrounded", self.text(outcome.amount.text))
            if outcome.amount.rounding is not None:
                by = outcome.amount.rounding
                step = f"Fraction({by.step.numerator}, {by.step.denominator})"
                amount = lines.assign("amount", f"rounded(unrounded, {step}, {by.mode!r})")
        parts = ["situation", "values", "conditions", "whens", "atoms", "dated", "evaluated_items"]
        parts += ["eligible", unrounded, amount, "NAME", "NAME"]
        lines.call("return Evaluation(", parts, "), as_stated")

    def of_item(self) -> None:
        """The evaluation of one item, and the terms that see it."""
        block, lines = self.block, self.lines
        if block is None:
            raise TypeError("no item is written")
        lines.put("situation = seen.situation")
        lines.put("known = situation.known")
        lines.put("conditions, whens, atoms = {}, {}, {}")
        if block.eligible is None:
            lines.put("eligible = None")
        for name in block.values:
            self.value(name)
        for name in block.conditions:
            self.condition(name)
        if block.eligible is not None:
            self.own()
        item = f"dated.ruleset.blocks[{block.list!r}]"
        parts = ["situation", "values", "conditions", "whens", "atoms", item]
        parts += ["seen.key", "eligible", "seen.bindings"]
        lines.call("return ItemEvaluation(", parts, ")")

    def own(self) -> str:
        """Return whether the item is eligible by its block."""
        if self.block is None or self.block.eligible is None:
            raise TypeError("nothing says when an item is eligible")
        group = self.block.eligible

        def decide() -> str:
            self.assign_group("eligible =", group)
            return "eligible"

        return self.lines.once("own", decide, str)

    # Values and conditions.

    def value(self, name: str) -> str:
        """A value, written once."""
        if self.block is not None and name not in self.block.values:
            return self.lines.once(
                ("value", name),
                lambda: self.lines.assign(self.lines.names.new("value", name), f"outer({name!r})"),
                str,
            )
        return self.lines.once(("value", name), lambda: self._value(self.rules.values[name]), str)

    def _value(self, value: Value) -> str:
        lines = self.lines
        own = lines.names.new("value", value.name)
        if value.given is None or self.block is not None:
            lines.assign(own, self._stated(value))
        else:
            # What the branches read stands before them.
            for text in texts(value):
                self.read_before(text)
            with lines.block(f"if {value.name!r} in readings:"):
                lines.assign(own, f"Stated(readings[{value.name!r}])")
            with lines.block("else:"):
                lines.assign(own, self._stated(value))
        if self.block is None:
            lines.put(f"as_stated[{value.name!r}] = {own}")
        lines.put(f"{own} = values[{value.name!r}] = {own}.possible")
        return own

    def _stated(self, value: Value) -> str:
        exceptions = [(self.when(one), self.text(one.text)) for one in value.exceptions]
        text = self.text(value.text)
        if exceptions:
            pairs = [f"({when}, {text})" for when, text in exceptions]
            self.lines.call(f"chosen = text_in_force({value.name!r}, {text}, [", pairs, "])")
            text = "chosen"
        of = self._constant(f"declared[{value.name!r}]", value.name)
        return f"stated_value({of}, {text}, situation, dated)"

    def condition(self, name: str) -> str:
        """A condition, written once."""
        return self.lines.once(
            ("condition", name), lambda: self._condition(self.rules.conditions[name]), str
        )

    def _condition(self, condition: Condition) -> str:
        lines = self.lines
        own = lines.names.new("is", condition.id)
        kept = f"{own} = conditions[{condition.id!r}] ="
        if isinstance(condition.test, Group):
            self.assign_group(f"{own} =" if condition.exceptions else kept, condition.test)
            rule = own
        else:
            rule = self.test(condition.test)
        exceptions = [(self.when(one), self.verdict(one.text)) for one in condition.exceptions]
        if exceptions:
            pairs = [f"({when}, {text})" for when, text in exceptions]
            lines.call(f"chosen = excepted({condition.id!r}, {rule}, [", pairs, "])")
            rule = "chosen"
        if rule != own:
            lines.put(f"{kept} {rule}")
        return own

    def when(self, exception: RuleException) -> str:
        """Return whether an exception applies."""
        found = self.test(exception.when)
        own = self.lines.names.new("when", exception.id)
        self.lines.put(f"{own} = whens[{exception.id!r}] = {found}")
        return own

    def assign_group(self, into: str, group: Group) -> None:
        """Assigns the verdict of a group of conditions."""
        members = [self.condition(name) for name in group.members]
        called = (
            f"at_least({group.n}, [" if group.kind == "at_least" else f"{_JOINED[group.kind]}(["
        )
        self.lines.call(f"{into} {called}", members, "])")
